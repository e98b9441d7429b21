"""From a file's bytes to a table of texts, without deciding what the columns mean."""

import codecs
import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv
from numpy.typing import NDArray

from boundaries.errors import InputFileError
from geo.readers.problems import problem_rows
from geo.readers.sources import InputFile
from geo.report import REJECTED

_DELIMITERS = (",", ";", "\t")
_LONGEST_HEADER = 2**16
_OLD_EXCEL_MAGIC = b"\xd0\xcf\x11\xe0"
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
    """Read delimited text: comma, semicolon or tab, UTF-8 or Windows-1252.

    Without a quotation mark in the file pyarrow splits it, ten times faster than the csv module,
    and to the same cells; rows that do not fit the header, and quotes, take the slow way.

    Raises
    ------
    InputFileError
        The file is empty, not text, not a table, or its quotation marks do not match.
    """
    content = _as_utf8(file)
    first_line = re.split(r"[\r\n]", content[:_LONGEST_HEADER].decode(errors="ignore"))[0]
    delimiter = max(_DELIMITERS, key=lambda mark: len(_split(first_line, mark)))
    if b'"' not in content:
        table = _read_fast(file, content, _split(first_line, delimiter), delimiter)
        if table is not None:
            return table
    return table_of_records(file, _records(file, content.decode(), delimiter))


def table_of_records(file: InputFile, records: Iterable[Sequence[str]], note: str = "") -> RawTable:
    """Make a table of records of texts, the first being the header.

    Raises
    ------
    InputFileError
        The first record is not a header of several columns.
    """
    numbered = enumerate(records, start=1)
    _, first = next(numbered, (1, ()))
    header = _checked_header(file, first)
    fitting: list[Sequence[str]] = []
    rows: list[int] = []
    misfits: list[tuple[int, Sequence[str]]] = []
    for row, record in numbered:
        if not any(cell.strip() for cell in record):
            continue
        if _fits(record, len(header)):
            fitting.append(record[: len(header)])
            rows.append(row)
        else:
            misfits.append((row, record))
    cells = pd.DataFrame(fitting, columns=range(len(header)), dtype="str")
    wrong = _misfit_problems(file, len(header), misfits)
    return RawTable(file, header, cells, np.array(rows, np.int64), wrong, note)


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


def _as_utf8(file: InputFile) -> bytes:
    content = file.content.removeprefix(codecs.BOM_UTF8)
    if not content or content.isspace():
        msg = f"{file.name} is empty. Save or download it again."
        raise InputFileError(msg)
    if content.startswith(_OLD_EXCEL_MAGIC):
        msg = f"{file.name} is a workbook of Excel 97 to 2003. Save it as .xlsx or as CSV UTF-8."
        raise InputFileError(msg)
    try:
        if content.startswith(_UTF16_MARKS):
            return content.decode("utf-16").encode()
        return _utf8_of_bytes(file, content)
    except UnicodeDecodeError as error:
        msg = (
            f"{file.name} is not text in UTF-8 or Windows-1252 (byte {error.start}). "
            "Save it as CSV UTF-8."
        )
        raise InputFileError(msg) from error


def _utf8_of_bytes(file: InputFile, content: bytes) -> bytes:
    if b"\0" in content:
        msg = f"{file.name} is not a text file, whatever its name says. Save it as CSV or .xlsx."
        raise InputFileError(msg)
    try:
        content.decode()
    except UnicodeDecodeError:
        return content.decode("cp1252").encode()
    return content


def _split(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), [])


def _checked_header(file: InputFile, cells: Sequence[str]) -> tuple[str, ...]:
    header = [cell.strip() for cell in cells]
    while header and not header[-1]:
        header.pop()
    if len(header) < 2:
        start = header[0][:60] if header else ""
        msg = (
            f"{file.name} is not a table: its first row reads {start!r}. The first row must hold "
            "the headings of several columns, with commas, semicolons or tabs between them."
        )
        raise InputFileError(msg)
    return tuple(header)


def _read_fast(
    file: InputFile, content: bytes, first_record: Sequence[str], delimiter: str
) -> RawTable | None:
    """Split text that has no quotation marks; None where a row does not fit the header."""
    header = _checked_header(file, first_record)
    names = [str(position) for position in range(len(first_record))]
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(content),
            read_options=arrow_csv.ReadOptions(column_names=names, skip_rows_after_names=1),
            parse_options=arrow_csv.ParseOptions(
                delimiter=delimiter, quote_char=False, ignore_empty_lines=False
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
    rows = np.arange(2, len(cells) + 2, dtype=np.int64)
    kept = ~_blank(cells)
    if not kept.all():
        cells, rows = cells[kept].reset_index(drop=True), rows[kept]
    return RawTable(file, header, cells, rows, _misfit_problems(file, len(header), ()))


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
        msg = (
            f"{file.name}: the quotation marks after row {rows_read} do not match ({error}). "
            "Write quotation marks inside a quoted text twice, and close every quoted text."
        )
        raise InputFileError(msg) from error
