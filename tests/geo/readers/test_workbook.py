"""Workbooks as people keep them: cover sheets, hidden lists, formulas, charts."""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable

import openpyxl
from openpyxl.chart import BarChart, Reference

from geo.readers import Import, read_uploads
from geo.readers.ids import NO_RESULT
from geo.report import KEPT, KEPT_NOT_LOCATED, REJECTED
from geo.schema import INCIDENT_ID, STRAND_COLUMNS
from tests.sample_files import zip_of

HEADER = ("Crime Ref", "Offence Date", "Easting", "Northing", "Hate Strand")
ROW = ("A1", dt.datetime(2024, 1, 4), 523388, 178622, "Race")


def read_book(fill: Callable[[openpyxl.Workbook], None]) -> Import:
    book = openpyxl.Workbook()
    fill(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return read_uploads([("a.xlsx", buffer.getvalue())])


def add_sheet(book: openpyxl.Workbook, title: str, *rows: tuple) -> None:
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append(row)


def test_the_sheet_with_the_table_is_read_and_not_its_cover_or_a_hidden_list():
    def fill(book: openpyxl.Workbook) -> None:
        book.active.title = "Cover"
        book.active.append(("Made by the unit",))
        add_sheet(book, "Old", HEADER, ("B1", dt.datetime(2020, 1, 4), 1, 2, "Faith"))
        book["Old"].sheet_state = "hidden"
        add_sheet(book, "Cases", HEADER, ROW)
        add_sheet(book, "More", HEADER, ROW)

    result = read_book(fill)
    assert list(result.incidents.frame[INCIDENT_ID]) == ["A1"]
    said = "Only the sheet 'Cases' was read; 3 more were not: 'Cover', 'Old', 'More'."
    assert said in result.report.notes[0]


def test_sheets_of_charts_are_passed_over():
    def fill(book: openpyxl.Workbook) -> None:
        add_sheet(book, "Cases", HEADER, ROW)
        chart = BarChart()
        chart.add_data(Reference(book["Cases"], min_col=3, min_row=1, max_row=2))
        book.create_chartsheet("Chart", 0).add_chart(chart)
        del book["Sheet"]

    assert read_book(fill).report.used == 1


def test_formulas_without_results_are_told_in_every_row_and_never_read_as_nothing():
    def fill(book: openpyxl.Workbook) -> None:
        formula = '=IF(A1="","Race","Faith")'
        for row in (
            HEADER,
            ROW,
            ("=A1", *ROW[1:4], formula),
            ("=A2", *ROW[1:4], None),
            ("A4", "=TODAY()", *ROW[2:]),
            ("A5", ROW[1], "=1+1", 178622, None),
        ):
            book.active.append(row)

    result = read_book(fill)
    problems = result.report.problems.sort_values("row")
    assert list(problems.row) == [3, 5, 6]
    assert list(problems.column) == ["Hate Strand", "Offence Date", "Easting, Northing"]
    assert list(problems.outcome) == [KEPT, REJECTED, KEPT_NOT_LOCATED]
    assert all(NO_RESULT in found for found in problems.found)
    assert "Some formulas have no saved results" in result.report.notes[0]
    ids = list(result.incidents.frame[INCIDENT_ID].str.startswith("no-id-"))
    assert ids == [False, True, True, False]
    strands = result.incidents.frame[list(STRAND_COLUMNS.values())]
    assert list(strands.sum(axis=1)) == [1, 0, 0, 0]


def test_results_that_were_saved_are_read_an_empty_one_too():
    book = openpyxl.Workbook()
    for row in (HEADER, (*ROW[:4], '=IF(1,"Race","")'), ("A2", *ROW[1:4], '=IF(0,"Race","")')):
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    with zipfile.ZipFile(buffer) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    sheet = members[name].decode()
    for cell, result in (("E2", "Race"), ("E3", "")):
        sheet = re.sub(rf'<c r="{cell}"([^>]*)>', rf'<c r="{cell}" t="str"\1>', sheet)
        start = sheet.index(f'<c r="{cell}"')
        sheet = sheet[:start] + re.sub(
            r"<v ?/>|<v></v>", f"<v>{result}</v>", sheet[start:], count=1
        )
    read = read_uploads([("a.xlsx", zip_of(members | {name: sheet.encode()}))])
    assert not any("formulas" in note for note in read.report.notes)
    assert read.report.problems.empty
    assert list(read.incidents.frame[STRAND_COLUMNS["race"]]) == [True, False]
