"""Excel workbooks (.xlsx) to the same tables of texts as CSV files."""

import datetime as dt
import re
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from itertools import chain, islice
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

import openpyxl

from boundaries.errors import InputFileError
from geo.readers.bounds import check_cells
from geo.readers.columns import columns_by_meaning
from geo.readers.headers import LOOKED_AT, header_row, preamble_note
from geo.readers.ids import NO_RESULT
from geo.readers.sources import InputFile
from geo.readers.tables import RawTable, table_of_records

_DAMAGES = (
    *(BadZipFile, ParseError, KeyError, ValueError, IndexError, TypeError, OSError, EOFError),
    *(AttributeError, NotImplementedError, RuntimeError, zlib.error),
)
_MOST_NAMED = 5
_CHUNK, _LONGEST_CELL = 1 << 20, 1 << 14
_BARE_FORMULA = re.compile(
    rb"<c\b(?P<about>[^>]*)>\s*<f\b[^>]*?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>"
)
_TEXT_RESULT = b't="str"'
_NO_RESULTS = (
    "Some formulas have no saved results and count as not understood; open it in Excel and save it "
    "again."
)


def read_workbook(file: InputFile) -> RawTable:
    """Read one sheet of a workbook, dates as ISO texts, without keeping it in memory whole.

    It is the first that is not hidden and has headings that are known; else the first that is not
    hidden. Formulas are read as the results that were saved with them, and as their own text
    where there is none.

    Raises
    ------
    InputFileError
        The workbook is damaged, or its sheet is empty or no table.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and dates that openpyxl does not know
            book = _opened(file, results=True)
            at = _first_table(book)
            sheet = book.worksheets[at]
            formulas = None
            if _has_bare_formulas(book, sheet):
                formulas = _opened(file, results=False).worksheets[at]
    except _DAMAGES as error:
        raise _damaged(file, error) from error
    records = _bounded(file, _records(file, sheet, formulas))
    first = list(islice(records, LOOKED_AT))
    row = header_row(first)
    table = table_of_records(file, chain(first, records), row, padded=True)
    notes = (
        preamble_note(first, row),
        _others_note(book, sheet),
        _NO_RESULTS if formulas is not None else "",
    )
    return replace(table, note=" ".join(filter(None, notes)))


def _opened(file: InputFile, *, results: bool) -> Any:  # noqa: ANN401 - untyped package
    book = openpyxl.load_workbook(BytesIO(file.content), read_only=True, data_only=results)
    for sheet in book.worksheets:
        # Some programs write a wrong size into the sheet, and rows beyond it would be lost.
        sheet.reset_dimensions()
    return book


def _first_table(book: Any) -> int:  # noqa: ANN401 - untyped package
    """Give the position of the sheet to read."""
    sheets = book.worksheets
    shown = [at for at, sheet in enumerate(sheets) if sheet.sheet_state == "visible"]
    for at in shown:
        head = [
            [_text_of(cell) for cell in row] for row in islice(sheets[at].iter_rows(), LOOKED_AT)
        ]
        if head and len(columns_by_meaning(head[header_row(head) - 1])) > 1:
            return at
    return shown[0] if shown else 0


def _others_note(book: Any, sheet: Any) -> str:  # noqa: ANN401 - untyped package
    names = [repr(other.title) for other in book.worksheets if other is not sheet]
    if not names:
        return ""
    more = ", ..." if len(names) > _MOST_NAMED else ""
    return (
        f"Only the sheet {sheet.title!r} was read; {len(names)} more "
        f"{'was' if len(names) == 1 else 'were'} not: {', '.join(names[:_MOST_NAMED])}{more}."
    )


def _has_bare_formulas(book: Any, sheet: Any) -> bool:  # noqa: ANN401 - untyped package
    """Whether formulas stand there without results, as programs other than Excel write them.

    An empty text is a result too.
    """
    with book._archive.open(sheet._worksheet_path) as stream:
        rest = b""
        while chunk := stream.read(_CHUNK):
            part = rest + chunk
            if b"<f" in part and any(
                _TEXT_RESULT not in cell["about"] for cell in _BARE_FORMULA.finditer(part)
            ):
                return True
            rest = part[-_LONGEST_CELL:]
    return False


def _records(file: InputFile, sheet: Any, formulas: Any) -> Iterator[list[str]]:  # noqa: ANN401
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if formulas is None:
                for row in sheet.iter_rows():
                    yield [_text_of(cell) for cell in row]
            else:
                for pair in zip(sheet.iter_rows(), formulas.iter_rows(), strict=True):
                    yield [_result_of(*cells) for cells in zip(*pair, strict=True)]
    except _DAMAGES as error:
        raise _damaged(file, error) from error


def _bounded(file: InputFile, records: Iterator[list[str]]) -> Iterator[list[str]]:
    """Refuse a sheet of too many cells, empty ones included, while it is read."""
    cells = 0
    for record in records:
        cells += len(record)
        check_cells(file.name, cells)
        yield record


def _result_of(result: Any, formula: Any) -> str:  # noqa: ANN401 - untyped package
    if result.value is not None or formula.value is None:
        return _text_of(result)
    return NO_RESULT


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
