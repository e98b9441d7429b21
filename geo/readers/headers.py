"""Which row of a table is its header, and what stands between its cells."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from geo.readers.columns import columns_by_meaning

DELIMITERS = (",", ";", "\t")
LOOKED_AT = 40
"""Rows in which the header is looked for."""

_HEAD = 2**16
_SHOWN = 60
_NUMBER = re.compile(r"[+-]?[\d.,:/ -]*\d[\d.,:/ -]*")
_EXCEL_HINT = re.compile(r'^"?sep=(?P<mark>.)"?[ \t]*(?:\r\n|\r|\n)', re.IGNORECASE)


@dataclass(frozen=True)
class Layout:
    """How a delimited text is laid out.

    Attributes
    ----------
    delimiter
        What stands between cells.
    header_row
        Row of the header, the first being 1.
    header
        Its cells.
    note
        What stands above it, in a sentence, or nothing.
    """

    delimiter: str
    header_row: int
    header: tuple[str, ...]
    note: str = ""


def without_excel_hint(text: str) -> tuple[str, str]:
    r"""Take away the line by which Excel is told the delimiter, which it does not show as a row.

    >>> without_excel_hint("sep=;\na;b\n")
    ('a;b\n', ';')
    >>> without_excel_hint("a,b\n")
    ('a,b\n', '')
    """
    hint = _EXCEL_HINT.match(text[:20])
    return (text[hint.end() :], hint["mark"]) if hint else (text, "")


def layout_of(text: str, hint: str = "") -> Layout:
    """Say how a text is laid out: by the headings that are known, then by the widest header.

    Parameters
    ----------
    hint
        The delimiter where it is known.
    """
    layouts = [(_judged(text[:_HEAD], mark), mark) for mark in (hint or DELIMITERS)]
    (_, records, row), mark = max(layouts, key=lambda layout: layout[0][0])
    header = tuple(records[row - 1]) if records else ()
    return Layout(mark, row, header, preamble_note(records, row))


def header_row(records: Sequence[Sequence[str]]) -> int:
    """Give the row of the header among the first rows of a table, the first being 1.

    It is the first row with two cells or more; but where a later one has more headings that are
    known, and the first has none or is not as full, as a line of titles over groups of columns,
    it is that.
    """
    filled = [_filled(record) for record in records]
    first = next((at for at, cells in enumerate(filled) if cells >= 2), None)
    if first is None:
        return next((at + 1 for at, cells in enumerate(filled) if cells), 1)
    known = [
        _known(record) if cells >= 2 else 0 for record, cells in zip(records, filled, strict=True)
    ]
    best = max(range(first, len(records)), key=lambda at: known[at])
    is_title = known[first] == 0 or filled[first] < filled[best]
    better = known[best] >= 2 and known[best] > known[first] and is_title
    return (best if better and not _has_numbers(records[best]) else first) + 1


def preamble_note(records: Sequence[Sequence[str]], row: int) -> str:
    """Say what stands above the header; nothing where it is the first row."""
    if row == 1:
        return ""
    texts = (cell.strip() for record in records[: row - 1] for cell in record)
    first = next((text for text in texts if text), "")
    rows = "row 1" if row == 2 else f"rows 1 to {row - 1}"
    return f"The headings are in row {row}; {rows} above were not read" + (
        f" (first: {first[:_SHOWN]!r})." if first else ", being blank."
    )


def _judged(text: str, mark: str) -> tuple[tuple[int, int], list[list[str]], int]:
    """Split the first rows, and say how many known headings and how many cells the header has."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    try:
        records = list(islice(reader, LOOKED_AT))
    except csv.Error:
        records = [next(csv.reader([text.splitlines()[0]], delimiter=mark), [])]
    row = header_row(records)
    header = records[row - 1] if records else []
    return (_known(header), _filled(header)), records, row


def _filled(record: Sequence[str]) -> int:
    return sum(1 for cell in record if cell.strip())


def _known(record: Sequence[str]) -> int:
    return len(columns_by_meaning([cell.strip() for cell in record]))


def _has_numbers(record: Sequence[str]) -> bool:
    return any(_NUMBER.fullmatch(cell.strip()) for cell in record)
