"""What one person may ask of a server that others use, too: all bounds in one place.

``HOTSPOTS_LIMITS`` sets them, ``rows=500000 seconds=60``, and so does ``hotspots serve --limit``.
"""

import os
from dataclasses import dataclass, fields
from functools import lru_cache

from boundaries.errors import InputFileError, ParameterError
from geo.params import Params, number
from geo.readers.bounds import ReadBounds, size_in_words

ENVIRONMENT = "HOTSPOTS_LIMITS"
_MB = 2**20


@dataclass(frozen=True)
class Limits(Params):
    """Bounds of the pages; the command line, where nobody else waits, has those of a desk."""

    upload_mb: int = number(
        50, low=1, high=2_000, step=1, unit="MB", label="Size of one file that is dropped in"
    )
    uploads_mb: int = number(
        200, low=1, high=8_000, step=1, unit="MB", label="Size of all files of one import"
    )
    rows: int = number(
        2_000_000, low=1_000, high=50_000_000, step=1_000, unit="rows", label="Rows of one import"
    )
    columns: int = number(
        500, low=10, high=10_000, step=10, unit="columns", label="Columns of a table"
    )
    cells: int = number(
        60_000_000,
        low=10_000,
        high=2_000_000_000,
        step=10_000,
        unit="cells",
        label="Cells of a table",
    )
    letters: int = number(
        32_767,
        low=100,
        high=1_000_000,
        step=100,
        unit="characters",
        label="Length of the text in one cell",
    )
    unpacked_mb: int = number(
        1_024, low=1, high=4_096, step=1, unit="MB", label="What a packed file may unpack to"
    )
    members: int = number(
        5_000, low=1, high=20_000, step=1, unit="files", label="Files in one archive"
    )
    ratio: int = number(
        200, low=2, high=1_000, step=1, unit="times", label="How tightly an archive may be packed"
    )
    seconds: int = number(
        300, low=5, high=3_600, step=5, unit="seconds", label="Time of one computation"
    )
    read_seconds: int = number(
        900, low=5, high=7_200, step=5, unit="seconds", label="Time of reading large files"
    )
    jobs: int = number(
        max(1, (os.cpu_count() or 1) - 1),
        low=1,
        high=64,
        step=1,
        unit="at once",
        label="Long computations of all people",
    )
    jobs_of_one: int = number(
        1, low=1, high=64, step=1, unit="at once", label="Long computations of one person"
    )

    @property
    def reading(self) -> ReadBounds:
        """What holds for files that are read for a page."""
        names = {one.name for one in fields(ReadBounds)}
        return ReadBounds(
            **{name: value for name, value in self.as_dict().items() if name in names}
        )

    @classmethod
    def read(cls, text: str) -> "Limits":
        """Read limits written as ``rows=500000 seconds=60``; the others keep their defaults.

        Raises
        ------
        ParameterError
            There is no such limit, or it is out of its bounds.

        >>> Limits.read("rows=500_000, seconds=60").rows
        500000
        """
        given: dict[str, int] = {}
        known = [spec.name for spec in cls.specs()]
        for part in text.replace(",", " ").split():
            name, _, value = part.partition("=")
            if name not in known or not value.replace("_", "").isdecimal():
                msg = (
                    f"{part!r} is no limit; write rows=500000 or another of {', '.join(known)}, "
                    "with a whole number."
                )
                raise ParameterError(msg)
            given[name] = int(value)
        return cls(**given)


def limits() -> Limits:
    """Give the limits that hold on this server.

    Raises
    ------
    ParameterError
        What the environment says is wrong.
    """
    return _read(os.environ.get(ENVIRONMENT, ""))


@lru_cache(maxsize=4)
def _read(text: str) -> Limits:
    return Limits.read(text)


def check_uploads(files: list[tuple[str, int]]) -> None:
    """Refuse files that are too large, by name and size, before they are read.

    Raises
    ------
    InputFileError
        Names the limit, the size and the remedy.
    """
    now = limits()
    remedy = "Use hotspots import on the command line, or drop it in in parts."
    for name, size in files:
        if size > now.upload_mb * _MB:
            msg = (
                f"{name} has {size_in_words(size)}; {now.upload_mb:,} MB can be dropped in at "
                f"most. {remedy}"
            )
            raise InputFileError(msg)
    together = sum(size for _, size in files)
    if together > now.uploads_mb * _MB:
        msg = (
            f"The {len(files):,} files have {size_in_words(together)} together; {now.uploads_mb:,} "
            f"MB can be dropped in at once. {remedy}"
        )
        raise InputFileError(msg)
