"""From a file's bytes to a table of texts, without deciding what the columns mean."""

import codecs
import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv
from numpy.typing import NDArray

from boundaries.errors import InputFileError
from geo.readers.bounds import bounds, check_letters, check_size
from geo.readers.headers import Layout, layout_of, without_excel_hint
from geo.readers.problems import problem_rows
from geo.readers.sources import InputFile
from geo.report import REJECTED

_OLD_EXCEL_MAGIC = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_LOOKED_AT_BYTES = 2000
_FEWEST_BYTES = 20
_MOST_ZEROS = 0.7
_MOST_CELLS = 10_000
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]+")
_MIXED = "Some texts are in UTF-8 and some in Windows-1252; each was read as what it is."
_UTF32_MARKS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_MARK_INSIDE = "\ufeff"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, eq=False)
class RawTable:
    """A table as texts.

    Attributes
    ----------
    file
        Where it is from.
    header
        The headings, stripped.
    cells
        Texts, shape (n, headings), columns 0, 1, ... in the order of ``header``.
    rows
        Shape (n,): row in the file as a spreadsheet counts it, the header being row 1.
    misfits
        Problem rows of the rows that have more or fewer cells than the header.
    note
        What a reader must know about how the file was read.
    header_row
        Row of the header in the file.
    commas
        Whether numbers may be written with decimal commas, as in files with semicolons.
    """

    file: InputFile
    header: tuple[str, ...]
    cells: pd.DataFrame
    rows: NDArray[np.int64]
    misfits: pd.DataFrame
    note: str = ""
    header_row: int = 1
    commas: bool = False

    def __len__(self) -> int:
        return len(self.cells)

    def column(self, heading: str) -> "pd.Series[str]":
        """Give the stripped texts under a heading, missing where blank or without the heading."""
        if heading not in self.header:
            return pd.Series(None, index=self.cells.index, dtype="str")
        return self.texts(self.header.index(heading))

    def texts(self, position: int) -> "pd.Series[str]":
        """Give the stripped texts of a column, missing where blank."""
        texts = pa.array(self.cells[position].str.strip())
        return pd.Series(pc.if_else(pc.equal(texts, ""), None, texts).to_pandas(), dtype="str")

    def values_as_json(self, mask: NDArray[np.bool_]) -> list[str]:
        """Give whole rows as JSON objects by heading, so that nothing of them is lost."""
        if not mask.any():
            return []
        rows = self.cells.iloc[np.flatnonzero(mask)].itertuples(index=False, name=None)
        return [_row_as_json(self.header, row) for row in rows]


def read_csv_table(file: InputFile) -> RawTable:
    """Read delimited text: comma, semicolon or tab, UTF-8, UTF-16, UTF-32 or Windows-1252.

    Without a quotation mark in the file pyarrow splits it, ten times faster than the csv module,
    and to the same cells; rows that do not fit the header, and quotes, take the slow way. Lines
    above the header, as systems print them, are passed over and named in the note.

    Raises
    ------
    InputFileError
        The file is empty, not text, not a table, or its quotation marks do not match.
    """
    text, encoding_note = text_of(file)
    # Files that were put behind one another keep the mark of each; part of an id it would tell
    # apart what is the same.
    text = text.replace(_MARK_INSIDE, "")
    text, hint = without_excel_hint(text)
    layout = layout_of(text, hint)
    table = None
    if '"' not in text:
        table = _read_fast(file, text.encode(), layout)
    if table is None:
        table = table_of_records(file, _records(file, text, layout.delimiter), layout.header_row)
    note = " ".join(filter(None, (layout.note, encoding_note)))
    return replace(table, note=note, commas=layout.delimiter != ",")


def check_table(table: RawTable) -> None:
    """Refuse a table that is larger than what may be read here, or that has a cell that is.

    Raises
    ------
    InputFileError
        Names the bound and what was found.
    """
    name = table.file.name
    check_size(name, len(table) + len(table.misfits), len(table.header))
    for place, heading in enumerate(table.header):
        longest = pc.max(pc.utf8_length(pa.array(table.cells[place]))).as_py()
        check_letters(name, heading, longest or 0)


def table_of_records(
    file: InputFile, records: Iterable[Sequence[str]], header_row: int = 1, *, padded: bool = False
) -> RawTable:
    """Make a table of records of texts, one of the first being the header.

    Parameters
    ----------
    header_row
        Which record is the header, the first being 1; those before it are left out.
    padded
        Whether short records lack empty cells at their end only, as those of workbooks do.

    Raises
    ------
    InputFileError
        That record is not a header of several columns.
    """
    numbered = enumerate(records, start=1)
    first = next((record for row, record in numbered if row == header_row), ())
    header = _checked_header(file, first, header_row)
    fitting: list[Sequence[str]] = []
    rows: list[int] = []
    misfits: list[tuple[int, Sequence[str]]] = []
    most_rows = min(bounds().rows, bounds().cells // len(header))
    for row, record in numbered:
        if not any(cell.strip() for cell in record):
            continue
        whole = [*record, *[""] * (len(header) - len(record))] if padded else record
        if _fits(whole, len(header)):
            fitting.append(whole[: len(header)])
            rows.append(row)
        else:
            misfits.append((row, _of_bearable_width(file, row, whole)))
        if len(fitting) + len(misfits) > most_rows:
            check_size(file.name, len(fitting) + len(misfits), len(header))
    cells = pd.DataFrame(fitting, columns=range(len(header)), dtype="str")
    wrong = _misfit_problems(file, len(header), misfits)
    return RawTable(file, header, cells, np.array(rows, np.int64), wrong, header_row=header_row)


def _of_bearable_width(file: InputFile, row: int, record: Sequence[str]) -> Sequence[str]:
    if len(record) > _MOST_CELLS:
        msg = (
            f"{file.name}: row {row} has {len(record):,} cells; the ends of its lines are missing. "
            "Export or save it again."
        )
        raise InputFileError(msg)
    return record


def _fits(record: Sequence[str], width: int) -> bool:
    return len(record) >= width and not any(cell.strip() for cell in record[width:])


def _misfit_problems(
    file: InputFile, width: int, misfits: Sequence[tuple[int, Sequence[str]]]
) -> pd.DataFrame:
    return problem_rows(
        file=file.name,
        row=[row for row, _ in misfits],
        column="",
        found=[f"{len(record)} cells" for _, record in misfits],
        reason=f"the row does not have {width} cells as the header has",
        remedy="Put texts that contain the delimiter in quotation marks, or complete the row.",
        outcome=REJECTED,
        row_values=[json.dumps(list(record), ensure_ascii=False) for _, record in misfits],
    )


def _row_as_json(header: Sequence[str], row: Sequence[str]) -> str:
    """Write an object, or a list where headings repeat, for which an object has no room."""
    whole = dict(zip(header, row, strict=True)) if len(set(header)) == len(header) else list(row)
    return json.dumps(whole, ensure_ascii=False)


def text_of(file: InputFile) -> tuple[str, str]:
    """Give a file's text and a note on its encoding, or an empty one.

    Bytes that are not UTF-8 are Windows-1252, in a file that mixes both too.

    Raises
    ------
    InputFileError
        The file is empty, a workbook, or not text.
    """
    content = file.content.removeprefix(codecs.BOM_UTF8)
    if not content or content.isspace():
        msg = f"{file.name} is empty. Save or download it again."
        raise InputFileError(msg)
    if content.startswith(_OLD_EXCEL_MAGIC):
        raise _old_workbook(file)
    try:
        if content.startswith(_UTF32_MARKS):
            return content.decode("utf-32"), ""
        if content.startswith(_UTF16_MARKS):
            return content.decode("utf-16"), ""
        unmarked = _unmarked_utf16(content)
        if unmarked:
            return content.decode(unmarked), ""
        return _decoded(file, content)
    except UnicodeDecodeError as error:
        msg = (
            f"{file.name} is not text in UTF-8 or Windows-1252 (byte {error.start}). "
            "Save it as CSV UTF-8."
        )
        raise InputFileError(msg) from error


def _old_workbook(file: InputFile) -> InputFileError:
    if _ENCRYPTED in file.content:
        return InputFileError(
            f"{file.name} is a workbook with a password. Save it without one, or as CSV UTF-8."
        )
    return InputFileError(
        f"{file.name} is a workbook of Excel 97 to 2003. Save it as .xlsx or as CSV UTF-8."
    )


def _unmarked_utf16(content: bytes) -> str:
    """Name the encoding where every other byte of the start is 0, as in UTF-16 without a mark."""
    start = content[:_LOOKED_AT_BYTES]
    zeros = [start[parity::2].count(0) / max(len(start) // 2, 1) for parity in (0, 1)]
    if len(start) < _FEWEST_BYTES or max(zeros) < _MOST_ZEROS or min(zeros) > 1 - _MOST_ZEROS:
        return ""
    return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"


def _decoded(file: InputFile, content: bytes) -> tuple[str, str]:
    if b"\0" in content:
        msg = f"{file.name} is not a text file, whatever its name says. Save it as CSV or .xlsx."
        raise InputFileError(msg)
    try:
        return content.decode(), ""
    except UnicodeDecodeError:
        encodings: set[str] = set()
        text = _BEYOND_ASCII.sub(lambda run: _as_utf8(run, encodings), content).decode()
        return text, _MIXED if len(encodings) > 1 else ""


def _as_utf8(run: re.Match[bytes], encodings: set[str]) -> bytes:
    try:
        run[0].decode()
    except UnicodeDecodeError:
        encodings.add("cp1252")
        try:
            return run[0].decode("cp1252").encode()
        except UnicodeDecodeError as error:
            error.start += run.start()
            raise
    encodings.add("utf-8")
    return run[0]


def _checked_header(file: InputFile, cells: Sequence[str], row: int) -> tuple[str, ...]:
    header = [cell.strip() for cell in cells]
    while header and not header[-1]:
        header.pop()
    if len(header) < 2:
        start = header[0][:60] if header else ""
        where = "first row" if row == 1 else f"first row with text, row {row},"
        msg = (
            f"{file.name} is not a table: its {where} reads {start!r}. The first row must hold "
            "the headings of several columns, with commas, semicolons or tabs between them."
        )
        raise InputFileError(msg)
    if len(header) > _MOST_CELLS:
        msg = (
            f"{file.name} is not a table: its row {row} has {len(header):,} cells or more. Check "
            "that its lines have ends."
        )
        raise InputFileError(msg)
    check_size(file.name, 0, len(header))
    return tuple(header)


def _read_fast(file: InputFile, content: bytes, layout: Layout) -> RawTable | None:
    """Split text that has no quotation marks; None where a row does not fit the header."""
    header = _checked_header(file, layout.header, layout.header_row)
    names = [str(position) for position in range(len(layout.header))]
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(content),
            read_options=arrow_csv.ReadOptions(column_names=names, skip_rows=layout.header_row),
            parse_options=arrow_csv.ParseOptions(
                delimiter=layout.delimiter, quote_char=False, ignore_empty_lines=False
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string())
            ),
        )
    except pa.ArrowInvalid:
        return None
    cells = table.to_pandas().astype("str")
    if len(header) < len(names) and (cells.iloc[:, len(header) :] != "").any(axis=None):
        return None
    cells = cells.iloc[:, : len(header)].set_axis(range(len(header)), axis=1)
    rows = np.arange(len(cells), dtype=np.int64) + layout.header_row + 1
    kept = ~_blank(cells)
    if not kept.all():
        cells, rows = cells[kept].reset_index(drop=True), rows[kept]
    misfits = _misfit_problems(file, len(header), ())
    return RawTable(file, header, cells, rows, misfits, header_row=layout.header_row)


def _blank(cells: pd.DataFrame) -> NDArray[np.bool_]:
    blank = np.ones(len(cells), np.bool_)
    for name in cells:
        candidates = cells[name][blank]
        blank[blank] = (candidates.str.strip() == "").to_numpy(np.bool_)
        if not blank.any():
            break
    return blank


def _records(file: InputFile, text: str, delimiter: str) -> Iterator[Sequence[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows_read = 0
    try:
        for record in reader:
            rows_read += 1
            yield record
    except csv.Error as error:
        if "field larger" in str(error):
            msg = (
                f"{file.name}: row {rows_read + 1} has a cell of more than "
                f"{csv.field_size_limit():,} characters; a quotation mark is not closed, or the "
                "ends of lines are missing. Export or save it again."
            )
            raise InputFileError(msg) from error
        msg = (
            f"{file.name}: the quotation marks after row {rows_read} do not match ({error}). "
            "Write quotation marks inside a quoted text twice, and close every quoted text."
        )
        raise InputFileError(msg) from error
