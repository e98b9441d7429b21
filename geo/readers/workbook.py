"""Excel workbooks (.xlsx) to the same tables of texts as CSV files."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from itertools import chain, islice
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

import openpyxl

from boundaries.errors import InputFileError
from geo.readers.headers import LOOKED_AT, header_row, preamble_note
from geo.readers.sources import InputFile
from geo.readers.tables import RawTable, table_of_records

_DAMAGES = (BadZipFile, ParseError, KeyError, ValueError, IndexError, TypeError, OSError, EOFError)


def read_workbook(file: InputFile) -> RawTable:
    """Read the first sheet of a workbook, dates as ISO texts, without keeping it in memory whole.

    Raises
    ------
    InputFileError
        The workbook is damaged, or its first sheet is empty or no table.
    """
    try:
        book = openpyxl.load_workbook(BytesIO(file.content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
    except _DAMAGES as error:
        raise _damaged(file, error) from error
    others = len(book.worksheets) - 1
    note = f"Only the first sheet, {sheet.title!r}, was read; {others} more were not."
    # Some programs write a wrong size into the sheet, and rows beyond it would be lost.
    sheet.reset_dimensions()
    records = _records(file, sheet)
    first = list(islice(records, LOOKED_AT))
    row = header_row(first)
    table = table_of_records(file, chain(first, records), row, padded=True)
    notes = (preamble_note(first, row), note if others else "")
    return replace(table, note=" ".join(filter(None, notes)))


def _records(file: InputFile, sheet: Any) -> Iterator[list[str]]:  # noqa: ANN401 - untyped package
    try:
        for row in sheet.iter_rows():
            yield [_text_of(cell) for cell in row]
    except _DAMAGES as error:
        raise _damaged(file, error) from error


def _damaged(file: InputFile, error: Exception) -> InputFileError:
    return InputFileError(
        f"{file.name} is a damaged workbook ({error}). Open it in Excel and save it again."
    )


def _text_of(cell: Any) -> str:  # noqa: ANN401 - untyped package
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        shows_time = "h" in cell.number_format.lower() or value.time() != dt.time()
        return value.isoformat(timespec="seconds") if shows_time else value.date().isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() else repr(value)
    return str(value)
