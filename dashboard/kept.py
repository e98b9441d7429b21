"""What people keep by name: saved views, presets, notes of meetings. JSON files beside the store.

Each entry is one file, there completely or not at all, that nobody else may read. What stands in a
broken file is never thrown away: it is set aside under another name, and said.
"""

import hashlib
import json
import os
import re
import secrets
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import platformdirs
from filelock import FileLock, Timeout

from boundaries.errors import ParameterError, StoreError
from geo.store.atomic import (
    FILE_MODE,
    json_bytes,
    make_folder,
    names_in,
    publish_over,
    said_in_words,
    write_new,
)

ENVIRONMENT = "HOTSPOTS_KEPT"
"""Names the folder; else it is beside a user's own store."""

NAME_AT_MOST = 80
VALUE_BYTES_AT_MOST = 1_000_000
_WAIT_S = 10.0
_KIND = re.compile(r"[a-z][a-z0-9-]{0,39}")
_ENTRY, _DRAFT, _BROKEN, _LOCK = ".json", ".draft", ".broken", "lock"


def default_folder() -> Path:
    """Give the folder of what is kept: ``HOTSPOTS_KEPT``, else a user's own."""
    given = os.environ.get(ENVIRONMENT)
    return Path(given) if given else Path(platformdirs.user_data_path("hotspots")) / "kept"


def clean_name(name: str) -> str:
    """Give a name as it is kept and shown; names that look the same are the same.

    Raises
    ------
    ParameterError
        Nothing is left of it, or it is too long.

    >>> clean_name("  Monday   meeting ")
    'Monday meeting'
    """
    # Control and formatting characters could hide what a name says; a line break ends a word.
    printable = (" " if c.isspace() else c for c in unicodedata.normalize("NFC", name))
    found = "".join(c for c in printable if unicodedata.category(c)[0] != "C")
    found = " ".join(found.split())
    if not found:
        msg = "The name is empty; give one of at least one letter"
        raise ParameterError(msg)
    if len(found) > NAME_AT_MOST:
        msg = f"The name has {len(found)} characters; use {NAME_AT_MOST} at most"
        raise ParameterError(msg)
    return found


@dataclass(frozen=True)
class Kept:
    """Named entries of several kinds in one folder; any number of processes may use it at once.

    Attributes
    ----------
    folder
        Made when the first entry is put.

    Raises
    ------
    StoreError
        By all methods: the folder or a file in it cannot be used; says which, why, what to do.
    """

    folder: Path

    @classmethod
    def here(cls) -> "Kept":
        """Give what is kept in the usual folder."""
        return cls(default_folder())

    def names(self, kind: str) -> tuple[str, ...]:
        """Give the names of one kind in the order of the alphabet."""
        with self._in_words("nothing was read"):
            return tuple(sorted((one["name"] for one in self._entries(kind)), key=str.casefold))

    def get(self, kind: str, name: str) -> dict[str, Any] | None:
        """Give an entry; None where there is none of that name."""
        with self._in_words("nothing was read"):
            entry = self._read(self._path(kind, name))
        value: dict[str, Any] | None = None if entry is None else entry["value"]
        return value

    def put(self, kind: str, name: str, value: Mapping[str, Any]) -> str:
        """Keep an entry in place of any other of its name; gives the name as it is kept."""
        path, name = self._path(kind, name), clean_name(name)
        kept = datetime.now(UTC).isoformat(timespec="seconds")
        content = _content({"name": name, "kept": kept, "value": dict(value)}, name)
        with self._in_words("nothing was saved"):
            make_folder(self.folder)
            make_folder(path.parent)
            with self._locked(kind):
                draft = path.with_name(f"{secrets.token_hex(8)}{_DRAFT}")
                try:
                    write_new(draft, content)
                    publish_over(draft, path)
                finally:
                    draft.unlink(missing_ok=True)
        return name

    def remove(self, kind: str, name: str) -> dict[str, Any] | None:
        """Forget an entry; gives what it was, so that it can be put again."""
        value = self.get(kind, name)
        if value is not None:
            with self._in_words("nothing was removed"), self._locked(kind):
                self._path(kind, name).unlink(missing_ok=True)
        return value

    def rename(self, kind: str, name: str, new: str) -> str:
        """Give an entry another name; gives that as it is kept.

        Raises
        ------
        ParameterError
            There is no such entry, or another already has the new name.
        """
        value = self.get(kind, name)
        if value is None:
            msg = f"There is nothing called {name} any more"
            raise ParameterError(msg)
        if self._path(kind, name) == self._path(kind, new):
            return self.put(kind, new, value)
        if self.get(kind, new) is not None:
            msg = f"There is another called {clean_name(new)}; choose a different name"
            raise ParameterError(msg)
        new = self.put(kind, new, value)
        self.remove(kind, name)
        return new

    def broken(self, kind: str) -> tuple[Path, ...]:
        """Give the files of one kind that could not be read and were set aside."""
        folder = self._folder(kind)
        return tuple(folder / name for name in names_in(folder) if name.endswith(_BROKEN))

    def _entries(self, kind: str) -> Iterator[dict[str, Any]]:
        folder = self._folder(kind)
        for name in names_in(folder):
            entry = self._read(folder / name) if name.endswith(_ENTRY) else None
            if entry is not None:
                yield entry

    def _folder(self, kind: str) -> Path:
        if not _KIND.fullmatch(kind):
            msg = f"{kind!r} is no kind of entry; use small letters, digits and hyphens"
            raise ParameterError(msg)
        return self.folder / kind

    def _path(self, kind: str, name: str) -> Path:
        """Give the file of an entry; no part of a name becomes part of a path."""
        known_by = clean_name(name).casefold().encode()
        return self._folder(kind) / f"{hashlib.sha256(known_by).hexdigest()[:32]}{_ENTRY}"

    def _read(self, path: Path) -> dict[str, Any] | None:
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        entry = _parsed(content)
        if entry is None:
            self._set_aside(path)
        return entry

    def _set_aside(self, path: Path) -> None:
        """Move a broken file out of the way; whoever broke it may want it back."""
        with self._locked(path.parent.name):
            # Another may have put a whole one there meanwhile.
            if path.exists() and _parsed(path.read_bytes()) is None:
                path.rename(path.with_name(f"{path.stem}.{secrets.token_hex(4)}{_BROKEN}"))

    @contextmanager
    def _locked(self, kind: str) -> Iterator[None]:
        lock = FileLock(self._folder(kind) / _LOCK, timeout=_WAIT_S, mode=FILE_MODE)
        try:
            lock.acquire()
        except Timeout as error:
            msg = f"Somebody else has been saving for {_WAIT_S:.0f} seconds; try again later"
            raise StoreError(msg) from error
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def _in_words(self, nothing_done: str) -> Iterator[None]:
        with said_in_words(self.folder, nothing_done):
            yield


def _content(entry: Mapping[str, Any], name: str) -> bytes:
    content = json_bytes(entry)
    if len(content) > VALUE_BYTES_AT_MOST:
        msg = (
            f"{name} has {len(content) / 1e6:.1f} MB; "
            f"at most {VALUE_BYTES_AT_MOST / 1e6:.0f} MB can be kept under one name"
        )
        raise ParameterError(msg)
    return content


def _parsed(content: bytes) -> dict[str, Any] | None:
    """Read an entry; None where it is not one."""
    try:
        entry = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
        return None
    return entry if isinstance(entry.get("value"), dict) else None
