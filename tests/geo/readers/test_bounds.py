"""What is too large is refused before it fills the memory: real files, real bombs."""

import io
import json
import tracemalloc
import zipfile

import openpyxl
import pytest

from boundaries.errors import InputFileError
from geo.readers import read_uploads
from geo.readers.bounds import AT_A_DESK, ReadBounds, bounds, reading_within
from geo.readers.importing import open_uploads

HEADER = b"id,date,latitude,longitude\n"
ROW = b"%d,2017-04-03,51.49,-0.22\n"
SMALL = ReadBounds(rows=100, columns=20, cells=2_000, letters=200, unpacked_mb=1, members=30)


def rows(count: int, first: int = 0) -> bytes:
    return b"".join(ROW % n for n in range(first, first + count))


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return buffer.getvalue()


def workbook(count: int, columns: int) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["id", "date", *(f"c{n}" for n in range(columns - 2))])
    for n in range(count):
        sheet.append([n, "2017-04-03", *[None] * (columns - 3), "x"])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def hollow_workbook(cells: int) -> bytes:
    """A workbook of a few kilobytes whose sheet has many more empty cells than any real one."""
    whole = workbook(1, 4)
    row = b"<row>" + b"<c/>" * 1_000 + b"</row>"
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(buffer, "w", 8) as new:
        for info in old.infolist():
            content = old.read(info)
            if "sheet1" in info.filename:
                content = content.replace(b"</sheetData>", row * (cells // 1_000) + b"</sheetData>")
            new.writestr(info.filename, content)
    return buffer.getvalue()


def geojson(features: int) -> bytes:
    """Each feature has a property of its own: as a table that is the square of them."""
    point = {"type": "Point", "coordinates": [-0.22, 51.49]}
    found = [
        {"type": "Feature", "geometry": point, "properties": {f"p{n}": 1}} for n in range(features)
    ]
    return json.dumps({"type": "FeatureCollection", "features": found}).encode()


TOO_LARGE = {
    "rows": (HEADER + rows(101), "more than the 100 rows that are allowed here. Give it in parts"),
    "rows in quotes": (
        HEADER + rows(101).replace(b"2017-04-03", b'"2017-04-03"'),
        "more than the 100 rows",
    ),
    "columns": (
        b"date," + b",".join(b"c%d" % n for n in range(20)) + b"\n2017-04-03" + b"," * 20,
        "more than the 20 columns that are allowed here",
    ),
    "letters": (
        HEADER.replace(b"id", b"note") + b"x" * 201 + b",2017-04-03,51.49,-0.22\n",
        "a cell under 'note' has 201 characters, more than the 200",
    ),
    "workbook of many rows": (workbook(101, 4), "more than the 100 rows"),
    "workbook of many cells": (workbook(100, 20), "more than the 2,000 cells"),
    "workbook of nothing": (hollow_workbook(20_000), "more than the 2,000 cells"),
    "properties": (geojson(50), "more than the 20 columns"),
    "archive of many files": (
        zipped(**{f"a{n}_csv": HEADER for n in range(31)}),
        "has 31 entries, more than 30",
    ),
    "archive of much": (
        zipped(a_csv=HEADER + b"".join(b"%d;%d\n" % (n, n * n * n) for n in range(90_000))),
        "unpacks to 2 MB, more than 1 MB",
    ),
    "bomb": (zipped(a_csv=HEADER + bytes(900_000)), "times its size, as packing bombs do"),
    "archive in an archive": (zipped(a_zip=zipped(b_zip=zipped(c_csv=HEADER))), "no CSV file"),
}


@pytest.mark.parametrize(("content", "message"), TOO_LARGE.values(), ids=TOO_LARGE.keys())
def test_what_is_too_large_is_refused_by_name_with_a_remedy(content: bytes, message: str) -> None:
    with reading_within(SMALL), pytest.raises(InputFileError, match=message) as refused:
        read_uploads([("f", content)])
    said = str(refused.value)
    assert said.startswith("f")
    assert said.endswith(".")


def test_what_just_fits_is_read() -> None:
    with reading_within(SMALL):
        assert len(read_uploads([("f", HEADER + rows(100))]).incidents) == 100
        assert len(read_uploads([("f", workbook(99, 20))]).incidents) == 99


def test_many_files_together_are_one_import() -> None:
    files = [(f"f{n}.csv", HEADER + rows(60, first=60 * n)) for n in range(2)]
    assert len(read_uploads(files).incidents) == 120
    with (
        reading_within(SMALL),
        pytest.raises(InputFileError, match="The import, all files together, holds more than"),
    ):
        open_uploads(files)


def test_a_bomb_is_refused_before_it_fills_the_memory() -> None:
    bombs = [hollow_workbook(2_000_000), geojson(4_000), zipped(a_csv=bytes(5 * 10**7))]
    page = ReadBounds(rows=10_000, columns=500, cells=100_000, unpacked_mb=100)
    for bomb in bombs:
        tracemalloc.start()
        with reading_within(page), pytest.raises(InputFileError):
            read_uploads([("f", bomb)])
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 30e6


def test_bounds_hold_only_inside() -> None:
    with reading_within(SMALL):
        assert bounds() == SMALL
    assert bounds() == AT_A_DESK
