"""Which data files ship with the project, where each is from, and that none has changed.

A data folder holds a ``registry.json`` with one entry per file. ``Registry(folder).path(name)``
gives the file's path after checking its SHA-256, once per process for an unchanged file.
"""

import json
import os
from dataclasses import asdict, dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from boundaries.errors import DataIntegrityError

REGISTRY_NAME = "registry.json"


@dataclass(frozen=True)
class Entry:
    """What is known about one data file.

    Attributes
    ----------
    sha256
        Checksum of the file's bytes, in hexadecimal.
    source
        Where the content is from, in words.
    url
        A page or service of the publisher; empty where there is none.
    licence, attribution
        The terms, and the words that must stand with any copy.
    retrieved
        Day the content entered the project, ``YYYY-MM-DD``.
    vintage
        Ward vintage, period or edition; empty where that means nothing.
    notes
        What was done to the content on the way here.
    """

    sha256: str
    source: str
    url: str
    licence: str
    attribution: str
    retrieved: str
    vintage: str = ""
    notes: str = ""


class Registry:
    """The files of one data folder.

    Parameters
    ----------
    folder
        Folder with the data files and their ``registry.json``.
    remedy
        What to do about a missing or altered file, besides restoring it from version control.

    Raises
    ------
    DataIntegrityError
        ``registry.json`` is missing or not of the expected form.
    """

    def __init__(self, folder: Path, *, remedy: str = "run its refresh script") -> None:
        self.folder = Path(folder)
        self._remedy = f"restore it from version control or {remedy}"
        self._entries = _read_entries(self.folder / REGISTRY_NAME)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the registered files, sorted."""
        return tuple(sorted(self._entries))

    def entry(self, name: str) -> Entry:
        """Give what is known about a file.

        Raises
        ------
        DataIntegrityError
            The file is not registered.
        """
        if name not in self._entries:
            known = ", ".join(self.names) or "none"
            msg = f"{name} is not registered in {self.folder / REGISTRY_NAME}; registered: {known}."
            raise DataIntegrityError(msg)
        return self._entries[name]

    def path(self, name: str) -> Path:
        """Give the path of a file whose checksum is as registered.

        Raises
        ------
        DataIntegrityError
            The file is not registered, missing, or altered.
        """
        expected, path = self.entry(name).sha256, self.folder / name
        if not path.is_file():
            msg = f"Data file {path} is missing; {self._remedy}."
            raise DataIntegrityError(msg)
        found = _checksum_of_version(path, *_version(path))
        if found != expected:
            msg = (
                f"Data file {path} is not as registered: expected SHA-256 {expected}, "
                f"found {found}; {self._remedy}."
            )
            raise DataIntegrityError(msg)
        return path


def record(folder: Path, name: str, **about: str) -> Entry:
    """Enter or replace one file's entry in the folder's registry, with its present checksum.

    Parameters
    ----------
    folder, name
        The data folder (its ``registry.json`` is made when there is none) and a file in it.
    **about
        The other fields of :class:`Entry`; those left out keep their registered value.

    Raises
    ------
    DataIntegrityError
        The registry there cannot be read, the file is missing, or fields are missing or unknown.
    """
    path = folder / REGISTRY_NAME
    entries = _read_entries(path) if path.exists() else {}
    known = asdict(entries[name]) if name in entries else {}
    if not (folder / name).is_file():
        msg = f"Data file {folder / name} is missing; write it before it is registered."
        raise DataIntegrityError(msg)
    fields = known | about | {"sha256": checksum((folder / name).read_bytes())}
    entries[name] = _entry(path, name, fields)
    document = {each: asdict(entries[each]) for each in sorted(entries)}
    write_atomically(path, (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode())
    return entries[name]


def checksum(content: bytes) -> str:
    """Give the SHA-256 of some bytes in hexadecimal."""
    return sha256(content).hexdigest()


def write_atomically(path: Path, content: bytes) -> None:
    """Replace a file's content in one step: a reader sees the old content or the new."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _version(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_mtime_ns, status.st_size


@lru_cache(maxsize=64)
def _checksum_of_version(path: Path, _modified_ns: int, _size: int) -> str:
    return checksum(path.read_bytes())


def _read_entries(path: Path) -> dict[str, Entry]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        msg = f"Registry {path} is missing; restore it from version control."
        raise DataIntegrityError(msg) from error
    except ValueError as error:
        msg = f"Registry {path} is not JSON ({error}); restore it from version control."
        raise DataIntegrityError(msg) from error
    if not isinstance(document, dict):
        msg = f"Registry {path} is not an object of files; restore it from version control."
        raise DataIntegrityError(msg)
    return {name: _entry(path, name, fields) for name, fields in document.items()}


def _entry(path: Path, name: str, fields: dict[str, Any]) -> Entry:
    try:
        return Entry(**fields)
    except TypeError as error:
        msg = f"The entry of {name} in {path} is not as expected: {error}; mend the entry."
        raise DataIntegrityError(msg) from error
