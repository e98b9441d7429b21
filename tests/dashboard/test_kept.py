"""Entries kept by name: all or nothing, private, safe from names and from each other."""

import json
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundaries.errors import ParameterError, StoreError
from dashboard.kept import NAME_AT_MOST, Kept, clean_name, default_folder


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path / "deep" / "kept")


def test_what_is_put_is_there_again(kept: Kept) -> None:
    value = {"page": "wards", "values": {"strand": ["race", "religion"], "density-cell": 40.5}}
    assert kept.put("view", "  Für  den Montag ", value) == "Für den Montag"
    assert Kept(kept.folder).get("view", "für den montag") == value
    kept.put("preset", "Für den Montag", {})
    assert (kept.names("view"), kept.names("note")) == (("Für den Montag",), ())
    kept.put("view", "für den Montag", {"page": "when"})
    assert kept.names("view") == ("für den Montag",)
    assert kept.get("view", "Für den Montag") == {"page": "when"}


def test_names_are_in_the_order_of_the_alphabet(kept: Kept) -> None:
    for name in ("beta", "Alpha", "gamma", "Delta"):
        kept.put("view", name, {})
    assert kept.names("view") == ("Alpha", "beta", "Delta", "gamma")


def test_what_is_removed_is_given_back(kept: Kept) -> None:
    assert kept.remove("view", "Monday") is None
    kept.put("view", "Monday", {"a": 1})
    assert kept.remove("view", "Monday") == {"a": 1}
    assert kept.get("view", "Monday") is None
    assert kept.names("view") == ()


def test_renaming_never_puts_one_in_place_of_another(kept: Kept) -> None:
    kept.put("view", "one", {"n": 1})
    kept.put("view", "two", {"n": 2})
    with pytest.raises(ParameterError, match="another called two"):
        kept.rename("view", "one", "two")
    with pytest.raises(ParameterError, match="nothing called three"):
        kept.rename("view", "three", "four")
    assert kept.rename("view", "one", "ONE") == "ONE"
    assert kept.rename("view", "two", "second") == "second"
    assert kept.names("view") == ("ONE", "second")
    assert kept.get("view", "second") == {"n": 2}


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "/tmp/x", "a\\b", "CON", ".", "..", "lock", "x.json", "<script>", "= 1+1"],
)
def test_no_name_leaves_the_folder(kept: Kept, name: str) -> None:
    kept.put("view", name, {"a": 1})
    assert kept.get("view", name) == {"a": 1}
    files = [path for path in kept.folder.parent.parent.rglob("*") if path.is_file()]
    assert {path.parent for path in files} == {kept.folder / "view"}


@given(st.text(max_size=2 * NAME_AT_MOST))
def test_a_clean_name_is_seen_whole_and_stays_as_it_is(name: str) -> None:
    try:
        clean = clean_name(name)
    except ParameterError:
        return
    assert clean_name(clean) == clean
    assert clean.isprintable()
    assert 0 < len(clean) <= NAME_AT_MOST


@pytest.mark.parametrize("name", ["", " \n", "\u202e\u200b", "x" * (NAME_AT_MOST + 1)])
def test_names_that_cannot_be_are_refused(kept: Kept, name: str) -> None:
    with pytest.raises(ParameterError, match="name"):
        kept.put("view", name, {})


@pytest.mark.parametrize("kind", ["", "..", "a/b", "View"])
def test_kinds_are_words(kept: Kept, kind: str) -> None:
    with pytest.raises(ParameterError, match="kind"):
        kept.put(kind, "name", {})


def test_too_much_is_refused_and_the_old_stays(kept: Kept) -> None:
    kept.put("note", "Monday", {"text": "short"})
    with pytest.raises(ParameterError, match=r"1\.1 MB"):
        kept.put("note", "Monday", {"text": "x" * 1_100_000})
    assert kept.get("note", "Monday") == {"text": "short"}


@pytest.mark.parametrize(
    "content", [b"", b'{"name": "Monday", "val', b"[]", b"\xff\xfe", b"[" * 99]
)
def test_a_broken_file_is_set_aside_and_not_lost(kept: Kept, content: bytes) -> None:
    kept.put("view", "Monday", {"n": 1})
    kept.put("view", "Tuesday", {"n": 2})
    (file,) = [p for p in (kept.folder / "view").glob("*.json") if "Monday" in p.read_text()]
    file.write_bytes(content)
    assert kept.names("view") == ("Tuesday",)
    (aside,) = kept.broken("view")
    assert aside.read_bytes() == content
    kept.put("view", "Monday", {"n": 3})
    assert kept.names("view") == ("Monday", "Tuesday")


def test_nobody_else_may_read_it(kept: Kept) -> None:
    kept.put("view", "Monday", {})
    for path in kept.folder.rglob("*"):
        wanted = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == wanted


def test_a_folder_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="nothing was saved"):
        Kept(tmp_path / "file").put("view", "Monday", {})


def test_a_draft_that_could_not_be_finished_leaves_the_old(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.put("view", "Monday", {"n": 1})

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("dashboard.kept.publish_over", full)
    with pytest.raises(StoreError, match="disk is full"):
        kept.put("view", "Monday", {"n": 2})
    assert kept.get("view", "Monday") == {"n": 1}
    assert not list(kept.folder.rglob("*.draft"))


WRITER = """
import sys
from pathlib import Path
from dashboard.kept import Kept

kept, who = Kept(Path(sys.argv[1])), int(sys.argv[2])
for n in range(15):
    kept.put("view", "shared", {"who": who, "text": "x" * 5_000 * (n % 3)})
    kept.put("view", f"{who} {n % 5}", {"who": who})
"""


def test_processes_that_write_at_once_leave_every_entry_whole(kept: Kept) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(kept.folder), who])
        for who in ("1", "2")
    ]
    while any(writer.poll() is None for writer in writers):
        found = kept.get("view", "shared")
        assert found is None or found["who"] in {1, 2}
    assert [writer.returncode for writer in writers] == [0, 0]
    assert len(kept.names("view")) == 11
    assert not kept.broken("view")
    for file in (kept.folder / "view").glob("*.json"):
        assert json.loads(file.read_text())["value"]["who"] in {1, 2}


def test_the_folder_is_named_by_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, no_store: Callable[..., Path]
) -> None:
    monkeypatch.setenv("HOTSPOTS_KEPT", str(tmp_path))
    assert default_folder() == tmp_path
    monkeypatch.delenv("HOTSPOTS_KEPT")
    assert default_folder().parts[-2:] == ("hotspots", "kept")
    assert Kept.here().folder == default_folder()
