"""Files that the command line writes, each with its line in the audit log."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dashboard.audit.noting import identity_of, note
from dashboard.files import check_folder, write_files


def write_noted(
    contents: Mapping[Path, bytes], about: Mapping[str, Any], *, private: bool = False
) -> None:
    """Write files, as :func:`dashboard.files.write_files` does, and note them first.

    A file that nobody knows of would be worse than a line about one that could not be written.

    Parameters
    ----------
    about
        What the log says of all of them beside name, size and SHA-256, for example their level.

    Raises
    ------
    AuditError
        The log cannot be written; there is no file.
    """
    for path in contents:
        check_folder(path)
    for path, content in contents.items():
        note("export", {"file": path.name, **about, **identity_of(content)})
    write_files(contents, private=private)
