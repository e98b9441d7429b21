"""Files that are there completely or not at all, and that nobody else may read.

What is to be kept is written under another name, forced to the disk, and only then given its own
name in one step; then the folder is forced to the disk too, or a power cut could take the name
away again.
"""

import errno
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import file_digest
from pathlib import Path
from typing import Any, BinaryIO

from boundaries.errors import StoreError

FOLDER_MODE = 0o700
FILE_MODE = 0o600

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
_CANNOT_SYNC = {errno.EINVAL, errno.ENOTSUP, errno.EBADF}
_CANNOT_LINK = {errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK}


def make_folder(path: Path) -> None:
    """Make a folder that only its owner may enter, whatever the umask; it may be there already."""
    path.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    path.chmod(FOLDER_MODE)


def make_random_folder(parent: Path) -> Path:
    """Make a folder with a name that no other has."""
    path = parent / secrets.token_hex(8)
    make_folder(path)
    return path


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """Write a file that is not there yet; when the block ends it is on the disk."""
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, FILE_MODE), "wb") as file:
        path.chmod(FILE_MODE)
        yield file
        file.flush()
        os.fsync(file.fileno())


def write_new(path: Path, content: bytes) -> None:
    """Write a file that is not there yet, and force it to the disk."""
    with new_file(path) as file:
        file.write(content)


def publish_new(draft: Path, target: Path) -> None:
    """Give a finished file its name in one step, never in place of another.

    The draft may still be there afterwards, as another name of the same file.

    Raises
    ------
    FileExistsError
        There is something of that name; the draft is left as it is.
    """
    try:
        os.link(draft, target)
    except OSError as error:
        if error.errno not in _CANNOT_LINK:
            raise
        # Some file systems have no second names. Only the lock keeps others out here.
        if target.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from error
        draft.rename(target)
    sync_folder(target.parent)


def publish_over(draft: Path, target: Path) -> None:
    """Give a finished file its name in one step, in place of what had it."""
    draft.replace(target)
    sync_folder(target.parent)


def publish_folder(draft: Path, target: Path) -> None:
    """Give a finished folder its name in one step; both parents are forced to the disk."""
    draft.rename(target)
    sync_folder(target.parent)
    sync_folder(draft.parent)


def sync_folder(path: Path) -> None:
    """Force the names in a folder to the disk, where the system can."""
    if os.name == "nt":  # pragma: no cover - folders cannot be opened there
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _CANNOT_SYNC:
            raise
    finally:
        os.close(handle)


def remove(path: Path) -> None:
    """Remove a file, or a folder with all in it, that may be gone already."""
    if path.is_dir() and not path.is_symlink():
        with suppress(FileNotFoundError):
            shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def names_in(folder: Path) -> list[str]:
    """Give the names in a folder, sorted; none where there is no folder."""
    try:
        return sorted(os.listdir(folder))  # noqa: PTH208 - names are all that is needed
    except (FileNotFoundError, NotADirectoryError):
        return []


def checksum_of(path: Path) -> str:
    """Give the SHA-256 of a file in hexadecimal, reading it in pieces."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def json_bytes(document: Mapping[str, Any]) -> bytes:
    """Write what JSON can hold, the same way every time."""
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode()


@contextmanager
def said_in_words(store: Path, nothing_done: str) -> Iterator[None]:
    """Turn what the system says of a disk into a ``StoreError``.

    Parameters
    ----------
    nothing_done
        What has not happened, for example ``nothing was added``.
    """
    try:
        yield
    except OSError as error:
        msg = f"The store {store} {_in_words(error)}; {nothing_done}."
        raise StoreError(msg) from error


def _in_words(error: OSError) -> str:
    if error.errno in _FULL:
        return "has no room: the disk is full, or a quota is used up. Free some space and try again"
    if error.errno == errno.EROFS:
        return "is on a disk that can only be read. Copy it to one that can be written"
    if error.errno in _FORBIDDEN:
        return (
            f"cannot be used by this account ({error.strerror}: {error.filename or 'unknown file'})"
        )
    return f"cannot be used: {error}"
