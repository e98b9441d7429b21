"""Processes that are killed, disks that are full, and two that write at once: all of it real."""

import multiprocessing
import os
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from boundaries.errors import StoreError
from geo.selection import Selection
from geo.store.folder import FolderStore
from tests.store_samples import Said, make_import

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs fork and kill -9")

FORK = multiprocessing.get_context("fork") if os.name != "nt" else None
# Every call by which a store changes what is on a disk; opening counts where it makes a file.
CALLS = ("open", "link", "rename", "replace", "mkdir", "unlink", "rmdir")


def in_child(work: Callable[[], None]) -> int:
    """Fork, work there, and give what the child ended with: 0, or minus the signal."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def die_before(change: int) -> None:
    """Make this process kill itself with SIGKILL where it would make its n-th change of a disk."""
    made = 0

    def deadly(function: Callable[..., object]) -> Callable[..., object]:
        def wrapper(*args: object, **kwargs: object) -> object:
            nonlocal made
            made += function is not really_open or bool(args[1] & os.O_CREAT)
            if made == change:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*args, **kwargs)

        return wrapper

    really_open = os.open
    for name in CALLS:
        setattr(os, name, deadly(getattr(os, name)))


def what_it_says(store: FolderStore) -> tuple[object, ...]:
    """Give what a person can see of a store, the times aside."""
    current = store.read().frame
    return (
        tuple(zip(current["incident_id"], current["category"], strict=True)),
        tuple(
            (entry.number, entry.source, entry.undone, entry.purged, entry.new, entry.updated)
            for entry in store.imports()
        ),
        tuple((line.number, line.action) for line in store.log()),
    )


def leftovers(folder: Path) -> list[str]:
    """Give what lies in a store and should not."""
    known = {"incidents.parquet", "problems.parquet", "repeated-keys.parquet", "manifest.json"}
    return [
        str(path.relative_to(folder))
        for path in [
            *(folder / "tmp").iterdir(),
            *(path for path in (folder / "imports").rglob("*") if path.is_file()),
            *(path for path in (folder / "undone").rglob("*") if path.is_file()),
        ]
        if path.name not in known
    ]


FIRST = make_import([Said("1", what="a"), Said("2", time="2019-01-01")], rejected=["x"])
SECOND = make_import([Said("1", what="b"), Said("3"), Said("4", time="2019-01-01")], file="b.csv")
THIRD = make_import([Said("1", what="c")], file="c.csv")

ACTS: dict[str, Callable[[FolderStore], object]] = {
    "add": lambda store: store.add(THIRD, who="A", source="third"),
    "undo": lambda store: store.undo(2, who="A"),
    "restore": lambda store: store.restore(1, who="A"),
    "purge": lambda store: store.purge(date(2020, 1, 1), who="A"),
}


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two imports, the first undone."""
    folder = tmp_path_factory.mktemp("before") / "store"
    store = FolderStore.open(folder)
    store.add(FIRST, who="A", source="first")
    store.add(SECOND, who="A", source="second")
    store.undo(1, who="A")
    return folder


@pytest.mark.parametrize("act", ACTS)
def test_killed_at_any_step_it_is_as_before_or_after(before: Path, tmp_path: Path, act: str):
    done = tmp_path / "done"
    shutil.copytree(before, done)
    ACTS[act](FolderStore.open(done))
    states = [what_it_says(FolderStore.open(folder)) for folder in (before, done)]
    for_readers, for_the_next = [], []
    change, ended = 0, -signal.SIGKILL
    while ended != 0:
        change += 1
        folder = tmp_path / f"killed-{change}"
        shutil.copytree(before, folder)
        reader = FolderStore.open(folder)

        def work(store: FolderStore = reader, change: int = change) -> None:
            die_before(change)
            ACTS[act](store)

        ended = in_child(work)
        assert ended in (0, -signal.SIGKILL)
        # To those that have it open, before anybody puts it in order.
        for_readers.append(states.index(what_it_says(reader)))
        store = FolderStore.open(folder)
        for_the_next.append(states.index(what_it_says(store)))
        assert leftovers(folder) == []
        assert store.check() == []
        shutil.rmtree(folder)
    # Once it has happened it stays so, and there are deaths on both sides.
    assert for_readers == for_the_next == sorted(for_readers)
    assert for_readers.count(0) >= 5
    assert for_readers.count(1) >= 3


@pytest.mark.parametrize("act", ACTS)
def test_nothing_has_its_name_before_it_is_on_the_disk(before: Path, tmp_path: Path, act: str):
    """What no kill shows, a power cut would: the order of forcing and naming."""
    folder = tmp_path / "store"
    shutil.copytree(before, folder)
    store = FolderStore.open(folder)
    with pytest.MonkeyPatch.context() as patch:
        steps = _recorded(patch)
        ACTS[act](store)
    on_disk: set[Path] = set()
    made: list[Path] = []
    waiting: set[Path] = set()
    named = 0
    for step, *paths in steps:
        if step == "make":
            made.append(paths[0])
        elif step == "sync":
            on_disk.add(paths[0])
            waiting.discard(paths[0])
        else:
            source, target = paths
            new = {path for path in made if source in (path, *path.parents)}
            assert new | ({source} if new else set()) <= on_disk, f"{target} is named too early"
            assert waiting == set(), f"{target} has its name before that of the one before it"
            waiting.add(target.parent)
            named += 1
    assert waiting == set()
    assert named >= 2


def _recorded(patch: pytest.MonkeyPatch) -> list[tuple[str | Path, ...]]:
    """Record the making, forcing and naming of everything but the lock and who holds it."""
    steps: list[tuple[str | Path, ...]] = []
    make, sync = os.open, os.fsync

    def opened(path: str | Path, flags: int, *args: object, **kwargs: object) -> int:
        if flags & os.O_CREAT and "lock" not in Path(path).name:
            steps.append(("make", Path(path)))
        return make(path, flags, *args, **kwargs)

    def synced(handle: int) -> None:
        steps.append(("sync", Path(f"/proc/self/fd/{handle}").readlink()))
        sync(handle)

    patch.setattr(os, "open", opened)
    patch.setattr(os, "fsync", synced)
    for name in ("link", "rename", "replace"):
        patch.setattr(os, name, _noted(getattr(os, name), steps))
    return steps


def _noted(
    function: Callable[..., None], steps: list[tuple[str | Path, ...]]
) -> Callable[..., None]:
    def wrapper(source: str | Path, target: str | Path) -> None:
        steps.append(("name", Path(source), Path(target)))
        function(source, target)

    return wrapper


def test_killed_at_random_moments(tmp_path: Path):
    """One child after another adds, undoes, restores and purges until it is killed from outside."""
    rng = np.random.default_rng()
    kills = entries = 0
    for round_ in range(5):
        folder = tmp_path / str(round_)
        FolderStore.open(folder)
        length = 1
        for _ in range(5):
            _kill_at_work(folder, rng)
            kills += 1
            store = FolderStore.open(folder, create=False)
            assert leftovers(folder) == []
            log = store.log()
            assert len(log) >= length  # nothing that was written is ever lost
            length = len(log)
            _check_against_log(store)
            assert store.check() == []
        entries += length - 1
    assert kills >= 25
    assert entries >= kills


def _kill_at_work(folder: Path, rng: np.random.Generator) -> None:
    """Let a child do one or two things, and kill it at any moment of the next."""
    heard, told = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            _work_for_ever(folder, told)
        finally:
            os._exit(1)
    os.close(told)
    started = time.perf_counter()
    things = int(rng.integers(1, 3))
    for _ in range(things):
        assert os.read(heard, 1) == b"x"
    takes = (time.perf_counter() - started) / things
    time.sleep(float(rng.uniform(0, takes)))
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    os.close(heard)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL


def _work_for_ever(folder: Path, told: int) -> None:
    store = FolderStore.open(folder)
    while True:
        turn = len(store.log())
        undone = [entry.number for entry in store.imports() if entry.undone]
        there = [entry.number for entry in store.imports() if not entry.undone]
        if turn % 4 == 2:
            store.undo(there[-1], who="A")
        elif turn % 4 == 3 and turn % 8 == 3 and undone:
            store.restore(undone[0], who="A")
        elif turn % 4 == 3:
            store.purge(date(2020, 1, 1), who="A")
        else:
            said = [Said(f"{turn}-{n}", time=f"{2018 + n}-06-01") for n in range(4)]
            store.add(make_import(said), who="A", source="x")
        os.write(told, b"x")


def _check_against_log(store: FolderStore) -> None:
    """What is current is what the log says: four rows an import, two after a purge."""
    rows: dict[int, int] = {}
    undone: set[int] = set()
    for line in store.log():
        number = line.details.get("import", 0)
        if line.action == "import":
            rows[number] = 4
        elif line.action == "undo":
            undone.add(number)
        elif line.action == "restore":
            undone.remove(number)
        elif line.action == "purge":
            assert line.details["deleted"] == {str(n): 2 for n, left in rows.items() if left == 4}
            rows = dict.fromkeys(rows, 2)
    assert len(store.read()) == sum(left for number, left in rows.items() if number not in undone)
    assert [entry.number for entry in store.imports()] == list(rows)


def test_two_write_at_once_while_others_read(tmp_path: Path):
    folder = tmp_path / "store"
    FolderStore.open(folder)
    each = 8
    writers = [FORK.Process(target=_add_some, args=(folder, name, each)) for name in "ab"]
    for writer in writers:
        writer.start()
    reader, seen = FolderStore.open(folder), [0]
    while any(writer.is_alive() for writer in writers):
        seen.append(_check_whole_imports(reader))
    assert [writer.exitcode for writer in writers] == [0, 0]
    seen.append(_check_whole_imports(reader))
    assert seen == sorted(seen)
    assert seen[-1] == 2 * each
    entries = reader.imports()
    assert [entry.number for entry in entries] == list(range(1, 2 * each + 1))
    assert sorted(entry.source for entry in entries) == sorted(
        f"{name}{turn}" for name in "ab" for turn in range(each)
    )
    assert reader.check() == []
    assert leftovers(folder) == []


def _add_some(folder: Path, name: str, count: int) -> None:
    store = FolderStore.open(folder)
    for turn in range(count):
        said = [Said(f"{name}-{turn}-{n}") for n in range(5)]
        store.add(make_import(said), who=name, source=f"{name}{turn}")


def _check_whole_imports(store: FolderStore) -> int:
    ids = store.read().frame["incident_id"].str.rsplit("-", n=1).str[0]
    counts = ids.value_counts()
    assert set(counts) <= {5}
    return len(counts)


def test_a_reader_at_work_while_another_purges_and_undoes(tmp_path: Path):
    folder = tmp_path / "store"
    store = FolderStore.open(folder)
    for number in range(6):
        said = [Said(f"{number}-{n}", time=f"{2010 + n}-06-01") for n in range(10)]
        store.add(make_import(said), who="A", source="x")
    writer = FORK.Process(target=_purge_year_by_year, args=(folder,))
    writer.start()
    sizes = []
    while writer.is_alive():
        frame = store.read().frame
        sizes.append(len(frame))
        years = frame["occurred"].dt.year
        # All imports that count have the same years left: never some purged and some not.
        assert years.value_counts().nunique() <= 1
        assert years.min() == 2020 - years.nunique() if len(years) else True
        assert len(store.read(Selection(start=date(2019, 1, 1)))) in (5, 6)
    assert writer.exitcode == 0
    assert len(set(sizes)) >= 3
    assert store.check() == []


def _purge_year_by_year(folder: Path) -> None:
    store = FolderStore.open(folder)
    for year in range(2011, 2020, 2):
        store.undo(3, who="A")
        store.purge(date(year, 1, 1), who="A")
        store.restore(3, who="A")


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a file system of one megabyte; only root may."""
    mount = shutil.which("mount")
    if os.geteuid() != 0 or mount is None:
        pytest.skip("a tiny file system can be mounted by root only; RLIMIT_FSIZE is tested")
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip(f"no tiny file system can be mounted here: {mounted.stderr.strip()}")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def many(name: str, count: int = 2_000) -> list[Said]:
    rng = np.random.default_rng(sum(name.encode()))
    return [
        Said(rng.bytes(32).hex(), time="2019-01-01" if n % 2 else "2024-01-01")
        for n in range(count)
    ]


def test_a_full_disk_changes_nothing(tiny_disk: Path):
    store = FolderStore.open(tiny_disk)
    added = 0
    with pytest.raises(StoreError, match=r"the disk is full.*nothing was added"):  # noqa: PT012
        for added in range(50):
            store.add(make_import(many(str(added))), who="A", source="x")
    assert added >= 2
    assert leftovers(tiny_disk) == []
    assert len(store.imports()) == added
    assert len(store.read()) == 2_000 * added
    assert store.check() == []
    # There is room again for less, and a purge that has none deletes nothing by halves.
    rest = shutil.disk_usage(tiny_disk).free
    (tiny_disk / "ballast").write_bytes(b"x" * max(rest - 20_000, 0))
    with pytest.raises(StoreError, match=r"the disk is full.*nothing was deleted"):
        store.purge(date(2020, 1, 1), who="A")
    assert len(store.read()) == 2_000 * added
    assert leftovers(tiny_disk) == []
    (tiny_disk / "ballast").unlink()
    assert store.check() == []


@pytest.mark.parametrize("limit", [0, 100, 3_000, 20_000])
def test_a_file_that_may_not_grow_changes_nothing(tmp_path: Path, limit: int):
    """As a quota does; every file of an import meets the limit in turn."""
    folder = tmp_path / "store"
    store = FolderStore.open(folder)
    store.add(FIRST, who="A", source="first")
    state = what_it_says(store)

    def work() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        with pytest.raises(StoreError, match=r"the disk is full.*nothing was added"):
            store.add(make_import(many("x")), who="A", source="x")

    assert in_child(work) == 0
    assert leftovers(folder) == []
    assert what_it_says(FolderStore.open(folder)) == state


def test_a_disk_that_can_only_be_read_can_be_read(before: Path, tiny_disk: Path):
    shutil.copytree(before, tiny_disk / "store")
    subprocess.run(["mount", "-o", "remount,ro", str(tiny_disk)], check=True)
    store = FolderStore.open(tiny_disk / "store", create=False)
    assert what_it_says(store) == what_it_says(FolderStore.open(before))
    assert store.check() == []
    with pytest.raises(StoreError, match=r"can only be read.*nothing was added"):
        store.add(THIRD, who="A", source="x")
    with pytest.raises(StoreError, match="can only be read"):
        FolderStore.open(tiny_disk / "new")
