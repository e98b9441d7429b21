"""How much one import may hold; whoever reads for others sets less than a desk needs."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from boundaries.errors import InputFileError

_MB = 2**20
_REMEDY = "Give it in parts, or use hotspots import on the command line, which allows more."


@dataclass(frozen=True)
class ReadBounds:
    """What is refused before it fills the memory.

    Attributes
    ----------
    rows
        Of all files of an import together.
    columns
        Of a table.
    cells
        Of a table: rows times columns.
    letters
        Of one cell.
    unpacked_mb
        What archives, workbooks and Parquet may unpack to, each.
    members
        Entries of an archive.
    ratio
        Unpacked to packed size. Real police.uk archives pack about 10 to 1; a packing bomb
        reaches 1,000 to 1.
    """

    rows: int = 50_000_000
    columns: int = 10_000
    cells: int = 2_000_000_000
    letters: int = 1_000_000
    unpacked_mb: int = 4_096
    members: int = 20_000
    ratio: int = 200

    @property
    def unpacked_bytes(self) -> int:
        """The bound on unpacked files in bytes."""
        return self.unpacked_mb * _MB

    @property
    def unpacked_in_words(self) -> str:
        """The bound on unpacked files as people say it.

        >>> ReadBounds().unpacked_in_words, ReadBounds(unpacked_mb=500).unpacked_in_words
        ('4 GB', '500 MB')
        """
        return size_in_words(self.unpacked_bytes)


AT_A_DESK = ReadBounds()
"""On the command line, where nobody else waits."""

_bounds: ContextVar[ReadBounds] = ContextVar("bounds of reading", default=AT_A_DESK)


def bounds() -> ReadBounds:
    """Give what holds here and now."""
    return _bounds.get()


@contextmanager
def reading_within(narrower: ReadBounds) -> Iterator[None]:
    """Let other bounds hold for what is read inside.

    >>> with reading_within(ReadBounds(rows=10)):
    ...     bounds().rows
    10
    """
    token = _bounds.set(narrower)
    try:
        yield
    finally:
        _bounds.reset(token)


def check_size(name: str, rows: int, columns: int) -> None:
    """Refuse a table of too many rows, columns or cells.

    Raises
    ------
    InputFileError
        Names the bound and the remedy.
    """
    _check(name, rows, bounds().rows, "rows")
    _check(name, columns, bounds().columns, "columns")
    check_cells(name, rows * columns)


def check_cells(name: str, cells: int) -> None:
    """Refuse a table of too many cells.

    Raises
    ------
    InputFileError
        Names the bound and the remedy.
    """
    _check(name, cells, bounds().cells, "cells")


def _check(name: str, found: int, allowed: int, what: str) -> None:
    if found > allowed:
        msg = f"{name} holds more than the {allowed:,} {what} that are allowed here. {_REMEDY}"
        raise InputFileError(msg)


def check_letters(name: str, heading: str, longest: int) -> None:
    """Refuse a cell that is too long to be a value.

    Raises
    ------
    InputFileError
        Names the column, the length and the remedy.
    """
    if longest > bounds().letters:
        msg = (
            f"{name}: a cell under {heading[:60]!r} has {longest:,} characters, more than the "
            f"{bounds().letters:,} that are allowed here. Shorten it, or leave the column out."
        )
        raise InputFileError(msg)


def size_in_words(size: int) -> str:
    """Write a number of bytes.

    >>> size_in_words(52_428_800), size_in_words(3 * 2**30 // 2)
    ('50 MB', '1.5 GB')
    """
    gb = size / 2**30
    return f"{gb:.1f} GB".replace(".0 ", " ") if gb >= 1 else f"{size / _MB:,.0f} MB"
