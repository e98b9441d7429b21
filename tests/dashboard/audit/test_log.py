"""The audit log: nothing is changed, taken out or moved unseen; many writers; crashes."""

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundaries.errors import AuditError
from dashboard.audit.checking import check
from dashboard.audit.entries import read_entry, sealed_entry
from dashboard.audit.log import CONTINUED, AuditLog, Head

N = 6
KEY = b"sixteen bytes of key"
WRITER = """
import sys
from pathlib import Path
from dashboard.audit.log import AuditLog
log, name, times = AuditLog(Path(sys.argv[1])), sys.argv[2], int(sys.argv[3])
for number in range(times):
    about = {"file": f"{name}-{number}.csv", "much": "x" * 900}
    log.append("export", about, who=name, role="analyst")
    print(number, flush=True)
"""


@pytest.fixture
def log(tmp_path: Path) -> AuditLog:
    return AuditLog(tmp_path / "deep" / "audit")


def filled(folder: str | Path, key: bytes | None = None, n: int = N) -> AuditLog:
    log = AuditLog(Path(folder), key)
    for number in range(n):
        log.append("import", {"import": number}, who=f"person {number % 2}", role="analyst")
    return log


def lines(log: AuditLog) -> list[bytes]:
    return log.path.read_bytes().splitlines(keepends=True)


def lines_wrong(log: AuditLog, *heads: Head) -> list[int]:
    return [problem.line for problem in check(log, heads).problems]


def test_what_is_noted_is_there_with_time_person_and_role(log: AuditLog) -> None:
    before = datetime.now(UTC)
    log.append("signed in", {}, who="Ann", role="warden")
    log.append("export", {"file": "a.csv", "share": 0.25}, who="B\u00f6b \ud800", role="analyst")
    first, second = log.entries()
    assert (first.number, first.who, first.role, first.action) == (1, "Ann", "warden", "signed in")
    assert first.at.endswith("+00:00")
    assert abs(datetime.fromisoformat(first.at) - before) < timedelta(minutes=1)
    assert dict(second.details) == {"file": "a.csv", "share": 0.25}
    assert second.who == "B\u00f6b ?"
    assert check(log).holds
    assert log.head() == Head(2, second.seal) == Head.read(str(log.head()))


def test_only_the_owner_can_read_it(log: AuditLog) -> None:
    log.append("signed in", {}, who="Ann", role="warden")
    assert stat.S_IMODE(log.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(log.folder.stat().st_mode) == 0o700


def test_line_ends_and_long_texts_stay_in_one_line(log: AuditLog) -> None:
    log.append("export", {"file": "a\nb\u2028c", "long": "y" * 5_000}, who="a\nb", role="r")
    log.append("export", {str(n): "z" * 999 for n in range(100)}, who="a", role="r")
    assert len(lines(log)) == 2
    cut, left_out = (entry.details for entry in log.entries())
    assert cut["file"] == "a\nb\u2028c"
    assert cut["long"].endswith("5,000 characters")
    assert set(left_out) == {"details_left_out", "details_sha256"}
    assert check(log).holds


@given(
    at=st.integers(0, N - 1),
    field=st.sampled_from(["who", "role", "action", "at", "details", "number", "previous", "seal"]),
    keyed=st.booleans(),
)
def test_a_changed_entry_is_found_at_its_line(at: int, field: str, keyed: bool) -> None:
    with TemporaryDirectory() as folder:
        log = filled(folder, KEY if keyed else None)
        there = lines(log)
        entry = json.loads(there[at])
        entry[field] = {
            "details": {"import": 99},
            "number": entry["number"] + 1,
            "seal": "0" * 64,
            "previous": "1" * 64,
        }.get(field, f"{entry[field]}!")
        there[at] = json.dumps(entry, sort_keys=True, separators=(",", ":")).encode() + b"\n"
        log.path.write_bytes(b"".join(there))
        assert lines_wrong(log)[0] == at + 1


@given(data=st.data())
def test_any_changed_byte_is_found_at_its_line(data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        log = filled(folder)
        content = bytearray(log.path.read_bytes())
        at = data.draw(st.integers(0, len(content) - 2))
        content[at] = data.draw(st.integers(0, 255).filter(lambda byte: byte != content[at]))
        line = log.path.read_bytes()[:at].count(b"\n") + 1
        log.path.write_bytes(bytes(content))
        verdict = check(log)
        if line == N and not verdict.problems:
            # Nobody can tell half a last line from a broken one: it is said, and not hidden.
            assert "never finished" in " ".join(verdict.notes)
            assert verdict.entries == N - 1
        else:
            # A broken line, or a joint of two, shows at the entry after it.
            assert verdict.problems[0].line in {line, line + 1}
            assert f"ine {line}" in str(verdict.problems[0]) or line == verdict.problems[0].line


@given(first=st.integers(0, N - 2), count=st.integers(1, N - 1))
def test_entries_taken_out_of_the_middle_are_named(first: int, count: int) -> None:
    count = min(count, N - 1 - first)
    with TemporaryDirectory() as folder:
        log = filled(folder)
        there = lines(log)
        log.path.write_bytes(b"".join(there[:first] + there[first + count :]))
        problem = check(log).problems[0]
        assert problem.line == first + 1
        assert f"{first + 1}" in problem.why
        assert "missing" in problem.why


@given(st.permutations(range(N)).filter(lambda order: list(order) != list(range(N))))
def test_moved_entries_are_found_at_the_first_of_them(order: list[int]) -> None:
    with TemporaryDirectory() as folder:
        log = filled(folder)
        there = lines(log)
        log.path.write_bytes(b"".join(there[n] for n in order))
        first = next(n for n, moved in enumerate(order) if n != moved)
        assert lines_wrong(log)[0] == first + 1


def test_an_entry_copied_in_is_found(log: AuditLog) -> None:
    there = lines(filled(log.folder))
    log.path.write_bytes(b"".join([*there[:3], there[1], *there[3:]]))
    assert lines_wrong(log)[0] == 4


def forged(log: AuditLog, at: int, key: bytes | None) -> None:
    """Change an entry and seal it, and all that follow, anew, as who has the file can."""
    entries = list(log.entries())
    previous = entries[at].previous
    for n in range(at, len(entries)):
        who = "nobody" if n == at else entries[n].who
        document = replace(entries[n], previous=previous, who=who)._document()
        del document["sealed"]
        entries[n] = sealed_entry(document, key)
        previous = entries[n].seal
    log.path.write_bytes(b"".join(entry.line + b"\n" for entry in entries))


def test_a_log_written_anew_shows_against_a_head_or_a_key(tmp_path: Path) -> None:
    log = filled(tmp_path / "plain")
    head = log.head()
    assert head is not None
    forged(log, 2, None)
    assert check(log).holds, "the chain alone cannot show this, and the guide says so"
    assert lines_wrong(log, head) == [N]
    keyed = filled(tmp_path / "keyed", KEY)
    forged(keyed, 2, b"another key that is long")
    assert lines_wrong(keyed) == [3, 4, 5, 6]
    forged(keyed, 2, None)
    assert lines_wrong(keyed) == [3, 4, 5, 6]
    assert "altered" not in str(check(keyed).problems[-1])
    forged(keyed, 0, None)
    assert "no entry is sealed with the key" in str(check(keyed).problems[-1])


def test_an_end_that_was_cut_off_shows_against_a_head_and_the_checkpoint(tmp_path: Path) -> None:
    log = replace(filled(tmp_path), checkpoint=tmp_path / "elsewhere.txt")
    log.append("undo", {"import": 1}, who="Ann", role="admin")
    whole = log.path.read_bytes()
    assert check(log).holds
    log.path.write_bytes(b"".join(lines(log)[:-2]))
    verdict = check(log)
    assert [str(problem) for problem in verdict.problems] == [
        f"the log ends at entry {N - 1}, but entry {N + 1} was written: its end was cut off"
    ]
    assert check(replace(log, checkpoint=None)).holds
    with pytest.raises(AuditError, match=f"ends at entry {N - 1}, but .*entry {N + 1}"):
        log.append("undo", {}, who="Ann", role="admin")
    log.path.unlink()
    assert "cut off or exchanged" in log.problem()
    log.path.write_bytes(whole)
    log.append("undo", {}, who="Ann", role="admin")
    assert log.checkpoint_head() == log.head() == check(log).head


@pytest.mark.parametrize("key", [None, KEY])
def test_a_crash_at_any_byte_of_a_line_is_kept_said_and_continued(
    tmp_path: Path, key: bytes | None
) -> None:
    log = filled(tmp_path, key, n=2)
    whole = log.path.read_bytes()
    start = whole.index(b"\n") + 1
    for cut in range(start + 1, len(whole)):
        log.path.write_bytes(whole[:cut])
        log.append("undo", {"import": 1}, who="Ann", role="admin")
        verdict = check(log)
        assert verdict.holds, verdict
        assert log.path.read_bytes().startswith(whole[:cut])
        if cut == len(whole) - 1:  # only the end of the line was missing
            assert [entry.action for entry in log.entries()] == ["import", "import", "undo"]
        else:
            assert [entry.action for entry in log.entries()] == ["import", CONTINUED, "undo"]
            assert verdict.notes[0].startswith("Line 2 was never finished")


def test_what_was_left_unfinished_cannot_be_exchanged_later(log: AuditLog) -> None:
    filled(log.folder, n=2)
    with log.path.open("ab") as file:
        file.write(b'{"action":"purge","at"')
    assert "never finished" in check(log).notes[0]
    log.append("undo", {}, who="Ann", role="admin")
    content = log.path.read_bytes()
    log.path.write_bytes(content.replace(b'{"action":"purge","at"\n', b'{"action":"import","a"\n'))
    assert lines_wrong(log) == [4]
    log.path.write_bytes(content.replace(b'{"action":"purge","at"\n', b""))
    assert "unfinished line that is gone" in str(check(log).problems[0])


def test_a_log_of_nothing_but_rubbish_is_continued(log: AuditLog) -> None:
    log.folder.mkdir(parents=True)
    log.path.write_bytes(os.urandom(200_000) + b"\0" * 100)
    log.append("undo", {}, who="Ann", role="admin")
    assert check(log).holds
    assert [entry.number for entry in log.entries()] == [1, 2]


def writer(log: AuditLog, name: str, times: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", WRITER, str(log.folder), name, str(times)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_processes_and_threads_write_one_chain(log: AuditLog) -> None:
    writers = [writer(log, name, 40) for name in ("one", "two")]
    with ThreadPoolExecutor(4) as pool:
        own = [
            pool.submit(log.append, "undo", {"n": n}, who="thread", role="admin") for n in range(40)
        ]
    assert [process.wait(60) for process in writers] == [0, 0]
    for process in writers:
        process.communicate()
    assert len({future.result().number for future in own}) == 40
    verdict = check(log)
    assert (verdict.holds, verdict.entries, verdict.notes) == (True, 120, ())
    for name in ("one", "two"):
        files = [entry.details["file"] for entry in log.entries() if entry.who == name]
        assert files == [f"{name}-{n}.csv" for n in range(40)]


@pytest.mark.skipif(os.name == "nt", reason="processes cannot be killed at once there")
def test_a_killed_writer_loses_nothing_that_was_confirmed(log: AuditLog) -> None:
    process = writer(log, "killed", 10_000)
    assert process.stdout is not None
    said = [process.stdout.readline() for _ in range(25)]
    process.send_signal(signal.SIGKILL)
    said += process.stdout.readlines()
    process.stdout.close()
    process.wait()
    confirmed = [int(line) for line in said if line.endswith("\n")]
    log.append("undo", {}, who="Ann", role="admin")
    verdict = check(log)
    assert verdict.holds, verdict
    written = [entry for entry in log.entries() if entry.who == "killed"]
    assert len(confirmed) <= len(written) <= len(confirmed) + 1


def fill_folder_with_a_file(log: AuditLog) -> None:
    log.folder.write_text("not a folder")


def make_a_folder_of_its_file(log: AuditLog) -> None:
    log.path.mkdir(parents=True)


@pytest.mark.parametrize("spoil", [fill_folder_with_a_file, make_a_folder_of_its_file])
def test_a_log_that_cannot_be_written_says_which_and_what_to_do(
    log: AuditLog, spoil: Callable[[AuditLog], None]
) -> None:
    assert log.problem() == ""
    log = AuditLog(log.folder.parent / "other")
    spoil(log)
    with pytest.raises(AuditError, match=r"audit\.jsonl cannot be written .* Check that its"):
        log.append("undo", {}, who="Ann", role="admin")
    assert "cannot be written" in log.problem()


def test_the_environment_names_folder_key_and_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = tmp_path / "key"
    key.write_bytes(KEY + b"\n")
    monkeypatch.setenv("HOTSPOTS_AUDIT", str(tmp_path / "log"))
    monkeypatch.setenv("HOTSPOTS_AUDIT_KEY_FILE", str(key))
    monkeypatch.setenv("HOTSPOTS_AUDIT_CHECKPOINT", str(tmp_path / "head"))
    assert AuditLog.here() == AuditLog(tmp_path / "log", KEY, tmp_path / "head")
    key.write_bytes(b"short")
    with pytest.raises(AuditError, match="has 5 bytes; make one of at least 16"):
        AuditLog.here()
    monkeypatch.setenv("HOTSPOTS_AUDIT_KEY_FILE", str(tmp_path / "none"))
    with pytest.raises(AuditError, match="cannot be read"):
        AuditLog.here()


def test_an_entry_is_read_only_where_it_is_whole(log: AuditLog) -> None:
    line = lines(filled(log.folder, n=1))[0]
    whole = json.loads(line)
    for name in whole:
        assert (
            read_entry(json.dumps({k: v for k, v in whole.items() if k != name}).encode()) is None
        )
        assert read_entry(json.dumps(whole | {name: None}).encode()) is None
    assert read_entry(json.dumps(whole | {"more": 1}).encode()) is None
    assert read_entry(line) is not None
