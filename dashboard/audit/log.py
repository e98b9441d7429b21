"""The audit log: one file of lines, each sealed together with the seal of the line before.

What the chain shows: a line that was changed, taken out, put in or moved. What it cannot show by
itself: that the end was cut off, or that everything from some line on was written anew by somebody
who can write the file. The first shows against a head that is kept elsewhere (:class:`Head`, or a
checkpoint in a second file), the second also where lines are sealed with a key that this somebody
does not have.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import platformdirs
from filelock import FileLock, Timeout

from boundaries.errors import AuditError
from dashboard.audit.entries import (
    NO_ENTRY,
    Action,
    Entry,
    fitting,
    fitting_text,
    read_entry,
    sealed_entry,
)
from dashboard.files import write_files
from geo.store.atomic import FILE_MODE, FOLDER_MODE

ENVIRONMENT = "HOTSPOTS_AUDIT"
"""Names the folder of the log; else it is beside a user's own store."""
KEY_ENVIRONMENT = "HOTSPOTS_AUDIT_KEY_FILE"
"""Names a file with the key that lines are sealed with."""
CHECKPOINT_ENVIRONMENT = "HOTSPOTS_AUDIT_CHECKPOINT"
"""Names a second file, best on another disk, that holds the number and seal of the last line."""

NAME = "audit.jsonl"
CONTINUED: Action = "log continued"
_LOCK = "audit.lock"
_WAIT_S = 10.0
_BLOCK = 65_536
_KEY_BYTES = 16


@dataclass(frozen=True)
class Head:
    """The last entry of a log at some time: what shows later whether its end was cut off."""

    number: int
    seal: str

    def __str__(self) -> str:
        return f"{self.number}:{self.seal}"

    @classmethod
    def read(cls, text: str) -> "Head":
        """Read what ``str`` wrote.

        Raises
        ------
        AuditError
            It is something else.
        """
        number, _, seal = text.strip().partition(":")
        if (
            not number.isdecimal()
            or len(seal) != len(NO_ENTRY)
            or set(seal) - set("0123456789abcdef")
        ):
            msg = (
                f"{text.strip()[:100]!r} is no head of an audit log; give what "
                "'hotspots audit show --head' wrote, for example 12:9f86d0..."
            )
            raise AuditError(msg)
        return cls(int(number), seal)


@dataclass(frozen=True)
class Tail:
    """How a log ends.

    Attributes
    ----------
    last
        The last whole entry.
    broken
        What stands behind it: part of a line that was never finished.
    needs_end
        Whether the last entry lacks the end of its line.
    """

    last: Entry | None
    broken: bytes = b""
    needs_end: bool = False


@dataclass(frozen=True)
class AuditLog:
    """The log in a folder; any number of threads and processes may write it at once.

    Attributes
    ----------
    folder
        Made, for its owner alone, with the first entry.
    key
        Seals the lines where there is one.
    checkpoint
        A second file that holds the head.
    """

    folder: Path
    key: bytes | None = None
    checkpoint: Path | None = None

    @classmethod
    def here(cls) -> "AuditLog":
        """Give the log that the environment names, or a user's own.

        Raises
        ------
        AuditError
            The key cannot be read or is too short.
        """
        given = os.environ.get(ENVIRONMENT)
        folder = Path(given) if given else Path(platformdirs.user_data_path("hotspots")) / "audit"
        checkpoint = os.environ.get(CHECKPOINT_ENVIRONMENT)
        return cls(folder, _key(), Path(checkpoint) if checkpoint else None)

    @property
    def path(self) -> Path:
        """The file of the log."""
        return self.folder / NAME

    def append(self, action: Action, details: Mapping[str, Any], *, who: str, role: str) -> Entry:
        """Write the next entry; when this returns it is on the disk.

        What a crash left of a line is kept where it is, and said in the entry that follows.

        Raises
        ------
        AuditError
            It cannot be written, or the log is shorter than its checkpoint says.
        """
        with self._in_words("written"), self._locked():
            tail = self._tail()
            self._refuse_cut(tail.last)
            lines = b"\n" if tail.needs_end else b""
            last = tail.last
            if tail.broken:
                # Starts a line of its own, whatever stands there.
                lines = b"" if tail.broken.endswith(b"\n") else b"\n"
                kept = tail.broken + lines
                last = self._entry(last, CONTINUED, _kept(kept), "the log itself", "")
                lines += last.line + b"\n"
            entry = self._entry(last, action, fitting(details), who, role)
            self._write(lines + entry.line + b"\n")
            self._note_head(entry)
        return entry

    def entries(self) -> Iterator[Entry]:
        """Read all entries that are whole, oldest first.

        Raises
        ------
        AuditError
            The log cannot be read.
        """
        for line in self.lines():
            entry = read_entry(line)
            if entry is not None:
                yield entry

    def lines(self) -> Iterator[bytes]:
        """Read all lines with their ends; none where there is no log."""
        with self._in_words("read"):
            try:
                file = self.path.open("rb")
            except FileNotFoundError:
                return
            with file:
                yield from file

    def head(self) -> Head | None:
        """Give the number and the seal of the last entry; None where there is none."""
        with self._in_words("read"):
            last = self._tail().last
        return None if last is None else Head(last.number, last.seal)

    def checkpoint_head(self) -> Head | None:
        """Give what the checkpoint holds; None where none is kept, or nothing was written yet."""
        if self.checkpoint is None:
            return None
        with self._in_words("checked"):
            try:
                text = self.checkpoint.read_text(encoding="ascii", errors="replace")
            except FileNotFoundError:
                return None
        return Head.read(text)

    def problem(self) -> str:
        """Say why nothing can be written; empty where it can."""
        try:
            with self._in_words("written"):
                self._make_folder()
                os.close(self._open(os.O_WRONLY | os.O_APPEND))
                self._refuse_cut(self._tail().last)
        except AuditError as error:
            return str(error)
        return ""

    def _entry(
        self, last: Entry | None, action: Action, details: Mapping[str, Any], who: str, role: str
    ) -> Entry:
        document = {
            "number": 1 if last is None else last.number + 1,
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "who": fitting_text(who),
            "role": fitting_text(role),
            "action": action,
            "details": details,
            "previous": NO_ENTRY if last is None else last.seal,
        }
        return sealed_entry(document, self.key)

    def _tail(self) -> Tail:
        """Find the last whole entry, reading from the end."""
        try:
            file = self.path.open("rb")
        except FileNotFoundError:
            return Tail(None)
        with file:
            return _tail_of(file)

    def _write(self, content: bytes) -> None:
        handle = self._open(os.O_WRONLY | os.O_APPEND)
        with os.fdopen(handle, "ab") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    def _open(self, flags: int) -> int:
        return os.open(self.path, flags | os.O_CREAT | getattr(os, "O_BINARY", 0), FILE_MODE)

    def _make_folder(self) -> None:
        self.folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)

    def _refuse_cut(self, last: Entry | None) -> None:
        """Refuse to write over the only witness of entries that are gone."""
        head = self.checkpoint_head()
        if head is None:
            return
        number, seal = (0, NO_ENTRY) if last is None else (last.number, last.seal)
        if number < head.number or (number == head.number and seal != head.seal):
            msg = (
                f"The audit log {self.path} ends at entry {number:,}, but {self.checkpoint} says "
                f"that entry {head.number:,} was written: its end was cut off or exchanged. Put "
                "the log back from a backup; nothing that must be logged is done until then."
            )
            raise AuditError(msg)

    def _note_head(self, entry: Entry) -> None:
        if self.checkpoint is not None:
            text = f"{Head(entry.number, entry.seal)}\n"
            write_files({self.checkpoint: text.encode("ascii")}, private=True)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._make_folder()
        lock = FileLock(self.folder / _LOCK, timeout=_WAIT_S, mode=FILE_MODE)
        try:
            lock.acquire()
        except Timeout as error:
            msg = (
                f"Somebody else has been writing the audit log {self.path} for {_WAIT_S:.0f} "
                "seconds; try again later."
            )
            raise AuditError(msg) from error
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def _in_words(self, what: str) -> Iterator[None]:
        try:
            yield
        except AuditError:
            raise
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or str(error)
            msg = (
                f"The audit log {self.path} cannot be {what} ({why}). Check that its folder is "
                "there, has room, and may be written by whoever runs the dashboard."
            )
            raise AuditError(msg) from error


def _key() -> bytes | None:
    """Read the key that the environment names; it is never shown."""
    given = os.environ.get(KEY_ENVIRONMENT)
    if not given:
        return None
    try:
        key = Path(given).read_bytes().strip()
    except OSError as error:
        msg = f"The key of the audit log in {given} cannot be read ({error.strerror})."
        raise AuditError(msg) from error
    if len(key) < _KEY_BYTES:
        msg = (
            f"The key of the audit log in {given} has {len(key)} bytes; make one of at least "
            f"{_KEY_BYTES}, for example with: openssl rand -hex 32"
        )
        raise AuditError(msg)
    return key


def _kept(broken: bytes) -> dict[str, Any]:
    return {"bytes": len(broken), "sha256": hashlib.sha256(broken).hexdigest()}


def is_kept(entry: Entry, broken: bytes) -> bool:
    """Whether an entry says that just this was found, and kept, before it."""
    return entry.action == CONTINUED and dict(entry.details) == _kept(broken)


def _tail_of(file: BinaryIO) -> Tail:
    position, rest = file.seek(0, os.SEEK_END), b""
    while position:
        size = min(_BLOCK, position)
        position -= size
        file.seek(position)
        rest = file.read(size) + rest
        found = _last_entry(rest, is_start=position == 0)
        if found is not None:
            return found
    return Tail(None, rest)


def _last_entry(content: bytes, *, is_start: bool) -> Tail | None:
    """Find the last line that is an entry; None where it may lie further in front."""
    end = len(content)
    while end > 0:
        # The line that ends here, with or without an end of its own.
        start = content.rfind(b"\n", 0, end - 1) + 1
        if start == 0 and not is_start:
            return None
        entry = read_entry(content[start:end])
        if entry is not None:
            needs_end = not content[start:end].endswith(b"\n")
            return Tail(entry, content[end:], needs_end)
        end = start
    return None


def entry_as_json(entry: Entry) -> dict[str, Any]:
    """Give an entry as the log holds it."""
    found: dict[str, Any] = json.loads(entry.line)
    return found
