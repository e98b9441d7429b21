"""The pack as an Excel workbook: a sheet for each table, and one of all figures by name."""

import io
from collections.abc import Iterable
from dataclasses import dataclass

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from dashboard.brief.model import Brief, BriefTable
from dashboard.escape import printable
from dashboard.figures import Figure, text_of
from dashboard.packs.fixed_zip import without_times
from dashboard.packs.record import record_text
from dashboard.packs.sections import PackOptions, level_words, title_of
from dashboard.packs.tables import (
    FIGURE_COLUMNS,
    Cell,
    about_rows,
    figure_rows,
    number_of,
    tables_with_names,
)
from geo.spreadsheet_text import guard

_BOLD = Font(bold=True)
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_A4 = 9  # as Excel numbers sizes of paper
_NARROWEST, _WIDEST = 9, 60
_LONGEST_CELL = 32_000


@dataclass(frozen=True)
class _Paper:
    """What stands on every printed page."""

    marking: str
    level: str


def workbook_bytes(brief: Brief, options: PackOptions) -> bytes:
    """Make the workbook; the same briefing gives the same bytes.

    Texts that Excel might run as formulas begin with an apostrophe; figures are numbers.
    """
    book = openpyxl.Workbook(write_only=True)
    book.properties.title = _clean(title_of(brief))
    book.properties.creator = "Hotspots dashboard"
    book.properties.category = f"{options.marking}, {brief.level}"
    paper = _Paper(options.marking, level_words(brief))
    _sheet(book, "about", ("What", "Text"), about_rows(brief, options), paper)
    for name, table in tables_with_names(brief).items():
        _sheet(book, name, table.columns, map(_row, table.rows), paper, table)
    _sheet(book, "figures", FIGURE_COLUMNS, figure_rows(brief), paper)
    record = ((line,) for line in record_text(brief).splitlines())
    _sheet(book, "run_record", ("Run record, JSON",), record, paper)
    buffer = io.BytesIO()
    book.save(buffer)
    return without_times(buffer.getvalue())


def _row(row: Iterable[Figure | str]) -> list[Cell | Figure]:
    return list(row)


def _sheet(
    book: openpyxl.Workbook,
    name: str,
    columns: Iterable[str],
    rows: Iterable[Iterable[Cell | Figure]],
    paper: _Paper,
    table: BriefTable | None = None,
) -> None:
    """Add a sheet with headings that stay in sight, marking and level on every printed page.

    Where a table ends, its note and the level stand in the sheet itself.
    """
    sheet = book.create_sheet(name)
    head, body = list(columns), [list(row) for row in rows]
    for at, width in enumerate(_widths(head, body), start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = openpyxl.worksheet.properties.PageSetupProperties(
        fitToPage=True
    )
    sheet.oddHeader.center.text = sheet.oddFooter.center.text = paper.marking
    sheet.oddHeader.left.text = sheet.oddFooter.left.text = paper.level
    sheet.oddFooter.right.text = "Page &P of &N"
    sheet.append([_head(sheet, text) for text in head])
    for row in body:
        sheet.append([_cell(sheet, value) for value in row])
    if table is not None:
        sheet.append([])
        for text in filter(None, (table.note, paper.level)):
            sheet.append([_cell(sheet, text)])


def _widths(head: list[str], body: list[list[Cell | Figure]]) -> list[int]:
    columns = [[name, *(row[at] for row in body)] for at, name in enumerate(head)]
    return [max(map(_length, column)) for column in columns]


def _length(value: Cell | Figure) -> int:
    return min(max(len(text_of(value)) + 2, _NARROWEST), _WIDEST)


def _head(sheet: WriteOnlyWorksheet, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, guard(_clean(text)))
    cell.font, cell.alignment = _BOLD, _WRAPPED
    return cell


def _cell(sheet: WriteOnlyWorksheet, value: Cell | Figure) -> WriteOnlyCell:
    if isinstance(value, Figure):
        number = number_of(value)
        value, shown = (value.text, value) if number is None else (number, value)
        cell = WriteOnlyCell(sheet, _safe(value))
        cell.number_format = _format_of(shown)
        return cell
    cell = WriteOnlyCell(sheet, _safe(value))
    cell.alignment = _WRAPPED
    return cell


def _safe(value: Cell) -> Cell:
    return guard(_clean(value)) if isinstance(value, str) else value


def _clean(text: str) -> str:
    """Leave out what a workbook's XML cannot hold, and what is too long for a cell."""
    return printable(text)[:_LONGEST_CELL]


def _format_of(figure: Figure) -> str:
    """Show a number as the page does: separators, one decimal and a sign for per cent."""
    if "%" in figure.text:
        return '+0.0" %";-0.0" %";0.0" %"' if figure.text[:1] in "+-" else '0.0" %"'
    return "#,##0" if isinstance(number_of(figure), int) else "#,##0.0"
