"""Files that are there completely or not at all."""

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from boundaries.errors import ParameterError


def check_folder(path: Path) -> None:
    """Refuse a file whose folder is missing, before any work is done for it.

    Raises
    ------
    ParameterError
        The folder does not exist, or a folder is in the file's place.
    """
    if not path.parent.is_dir():
        msg = f"There is no folder {path.parent} to write {path.name} into; make it first."
        raise ParameterError(msg)
    if path.is_dir():
        msg = f"{path} is a folder; give the name of a file in it."
        raise ParameterError(msg)


def write_files(contents: Mapping[Path, bytes], *, private: bool = False) -> None:
    """Write files next to where they belong and rename them when all are complete.

    A reader never sees half a file, and a failure leaves what was there before.

    Parameters
    ----------
    private
        Whether only their owner may read them, from the first byte on.

    Raises
    ------
    ParameterError
        A folder does not exist.
    OSError
        The disk is full, or the folder does not allow it.
    """
    for path in contents:
        check_folder(path)
    unfinished = {path: _beside(path) for path in contents}
    try:
        for path, content in contents.items():
            _write_new(unfinished[path], content, path, private=private)
        for path, temporary in unfinished.items():
            temporary.replace(path)
    finally:
        for temporary in unfinished.values():
            with suppress(OSError):  # what went wrong before is what a person must know
                temporary.unlink(missing_ok=True)


def _write_new(temporary: Path, content: bytes, path: Path, *, private: bool) -> None:
    """Write the file that will become ``path``; an error names the one that a person knows."""
    try:
        how = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(temporary, how, 0o600 if private else 0o666), "wb") as file:
            file.write(content)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
