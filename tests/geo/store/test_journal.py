import errno
import json
import os
import shutil
import stat
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from boundaries.errors import StoreError
from geo.store.journal import NO_ENTRY, Journal
from geo.store.manifest import Contents, contents_after

AT = datetime(2024, 3, 5, 22, 15, 30, 123456, UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("journal", "tmp"):
        (tmp_path / name).mkdir()
    return tmp_path


def journal_in(folder: Path) -> Journal:
    return Journal(folder / "journal", folder / "tmp")


def with_three(folder: Path) -> Journal:
    journal = journal_in(folder)
    for who in ("A", "Ünal", "C"):
        journal.append("export", {"rows": 5, "what": "é"}, {}, who=who, at=AT)
    return journal


def test_every_entry_names_the_checksum_of_the_one_before(folder: Path):
    lines = with_three(folder).lines()
    before = NO_ENTRY
    for number, line in enumerate(lines, 1):
        content = (folder / "journal" / f"{number:08d}.json").read_bytes()
        assert json.loads(content)["previous"] == before
        assert line.checksum == sha256(content).hexdigest()
        before = line.checksum
    assert [line.entry.who for line in lines] == ["A", "Ünal", "C"]
    assert lines[0].entry.at == AT
    assert lines[0].entry.details == {"rows": 5, "what": "é"}
    assert list((folder / "tmp").iterdir()) == []


def test_another_reader_sees_what_came_since(folder: Path):
    reader = journal_in(folder)
    assert reader.lines() == ()
    writer = with_three(folder)
    assert reader.lines() == writer.lines()
    writer.append("export", {}, {}, who="D", at=AT)
    assert len(reader.lines()) == 4


def test_known_entries_are_not_read_again(folder: Path, monkeypatch: pytest.MonkeyPatch):
    journal = with_three(folder)
    read: list[str] = []
    whole = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda self: read.append(self.name) or whole(self))
    journal.lines()
    assert read == ["00000003.json", "00000004.json"]


@pytest.mark.parametrize(
    ("number", "change", "words"),
    [
        (1, lambda text: text.replace('"A"', '"B"'), "00000002.json does not follow the entry"),
        (2, lambda text: text[:40], "00000002.json is damaged"),
        (2, lambda text: text.replace('"number": 2', '"number": 3'), "2.json does not follow"),
        (3, lambda _text: "[]", "00000003.json is damaged"),
    ],
)
def test_an_altered_entry_is_named(folder: Path, number: int, change, words: str):
    with_three(folder)
    path = folder / "journal" / f"{number:08d}.json"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(StoreError, match=words):
        journal_in(folder).lines()
    assert len(journal_in(folder).check()) == 1


@pytest.mark.parametrize("number", [1, 2])
def test_a_journal_with_a_gap_is_not_read_as_a_shorter_one(folder: Path, number: int):
    writer = with_three(folder)
    lost = folder / "journal" / f"{number:08d}.json"
    content = lost.read_bytes()
    lost.unlink()
    words = f"{number}.json is missing, and the journal goes on to entry 3"
    with pytest.raises(StoreError, match=words):
        journal_in(folder).lines()
    with pytest.raises(StoreError, match=words):
        journal_in(folder).append("export", {}, {}, who="D", at=AT)
    (sentence,) = journal_in(folder).check()
    assert words in sentence
    lost.write_bytes(content)
    assert journal_in(folder).lines() == writer.lines()


def test_nothing_is_written_where_an_entry_was_lost_meanwhile(folder: Path):
    with_three(folder)
    (folder / "journal" / "00000003.json").rename(folder / "00000003.json")
    journal = journal_in(folder)
    journal.lines()
    shutil.copy(folder / "00000003.json", folder / "journal" / "00000004.json")
    with pytest.raises(StoreError, match=r"3\.json is missing"):
        journal.append("export", {}, {}, who="D", at=AT)


def test_what_is_no_entry_is_found_by_a_check_only(folder: Path):
    journal = with_three(folder)
    (folder / "journal" / "00000009 (copy).json").touch()
    assert len(journal_in(folder).lines()) == 3
    (sentence,) = journal.check()
    assert "00000009 (copy).json does not follow the other entries" in sentence


def test_no_entry_is_ever_written_over(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """As if a disk did not lock: another wrote after this one had looked."""
    journal, other = with_three(folder), journal_in(folder)
    stale = journal.lines()
    other.append("export", {}, {}, who="D", at=AT)
    monkeypatch.setattr(journal, "lines", lambda: stale)
    with pytest.raises(StoreError, match=r"Somebody else wrote .*00000004\.json"):
        journal.append("export", {}, {}, who="E", at=AT)
    assert [line.entry.who for line in other.lines()] == ["A", "Ünal", "C", "D"]


@pytest.mark.parametrize("is_written", [True, False])
def test_a_disk_that_does_not_confirm_is_said_as_it_is(
    folder: Path, monkeypatch: pytest.MonkeyPatch, is_written: bool
):
    journal = with_three(folder)
    sync = os.fsync

    def fsync(handle: int) -> None:
        if is_written == stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(errno.EIO, "Input/output error")
        sync(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    expected = (
        (StoreError, r"4\.json was written and counts") if is_written else (OSError, "output")
    )
    with pytest.raises(expected[0], match=expected[1]):
        journal.append("export", {}, {}, who="D", at=AT)
    assert len(journal.lines()) == (4 if is_written else 3)


def test_an_entry_of_a_newer_version_is_not_passed_over(folder: Path):
    journal = with_three(folder)
    journal.append("forget mapping", {}, {"source": "x"}, who="D", at=AT)
    with pytest.raises(StoreError, match=r"Entry 4 .*\(forget mapping\) is of a newer version"):
        contents_after(journal.lines(), Contents())


@pytest.mark.parametrize("effect", [{"number": 1}, {"files": 3}, ["import"], {"import": 7}])
@pytest.mark.parametrize("action", ["import", "undo", "purge", "save mapping"])
def test_an_entry_that_says_nothing_possible_is_named(folder: Path, action, effect):
    journal = with_three(folder)
    journal.append(action, {}, effect, who="D", at=AT)
    with pytest.raises(StoreError, match=rf"Entry 4 of the journal \({action}\) is damaged"):
        contents_after(journal.lines(), Contents())
