"""Files that cannot be used: each is refused with what is wrong and what to do."""

import io
import re
import struct
import zipfile

import openpyxl
import pytest

from boundaries.errors import InputFileError
from geo.readers import read, read_uploads
from tests.sample_files import STREET_HEADER, zip_of

PLAIN_HEADER = b"id,date,longitude,latitude\n"
GOOD_ROW = b"a,2017-04-03,-0.2207,51.5042\n"


def workbook(*rows: tuple) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def rezipped(archive: bytes, member: str, content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(archive)) as whole:
        return zip_of({name: whole.read(name) for name in whole.namelist()} | {member: content})


def encrypted(archive: bytes) -> bytes:
    """Set the flag for a password in both headers of the only member."""
    changed = bytearray(archive)
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.index(magic) + offset
        struct.pack_into("<H", changed, at, 1)
    return bytes(changed)


BROKEN = {
    "empty": (b"", "f is empty. Save or download it again"),
    "blank": (b"\n \n\n", "f is empty"),
    "byte order mark only": (b"\xef\xbb\xbf", "f is empty"),
    "header only": (PLAIN_HEADER, "f has a header but no rows"),
    "street header only": (STREET_HEADER.encode(), "f has a header but no rows"),
    "picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "f is not a text file, whatever its name says"),
    "old Excel": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99),
        "Excel 97 to 2003.*Save it as .xlsx",
    ),
    "workbook cut in the sheet": (
        rezipped(workbook(("date", "lat", "lon")), "xl/worksheets/sheet1.xml", b"<worksheet><ro"),
        "f is a damaged workbook",
    ),
    "neither encoding": (b"a,b\n\x81\xff,1\n", "not text in UTF-8 or Windows-1252 .byte 4"),
    "prose": (b"Dear all\nplease see below\n", "is not a table: its first row reads 'Dear all'"),
    "web page": (b"<!doctype html><html><body>Not found", "is not a table.*<!doctype html>"),
    "no date": (
        b"id,longitude,latitude\na,0,51\n",
        "no column for a date .occurred, .*row 1, are: id, longitude.*--column date=",
    ),
    "no date below a title": (
        b"Incidents,,\n\nid,longitude,latitude\na,0,51\n",
        "no column for a date .*row 3, are: id, longitude",
    ),
    "a date that is not that of the incident": (
        b"id,date of birth,lat\na,2017-04-03,\n",
        "no column for a date .*Dates may be in 'date of birth', but that is not certain",
    ),
    "workbook with a password": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        "f is a workbook with a password. Save it without one",
    ),
    "no ends of lines": (
        b",".join([b"date,lat,lon"] * 4000),
        "f is not a table: its row 1 has 12,000 cells or more. Check that its lines have ends",
    ),
    "no ends of lines after the header": (
        PLAIN_HEADER + b'"a",b,' * 10_001 + b"\n",
        "f: row 2 has 20,003 cells; the ends of its lines are missing",
    ),
    "a cell without an end": (
        PLAIN_HEADER + b'"' + b"a" * 140_000,
        "f: row 2 has a cell of more than 131,072 characters; a quotation mark is not closed",
    ),
    "open quote": (
        PLAIN_HEADER + b'"a,2017-04-03,0,51\n',
        "quotation marks after row 1 do not match",
    ),
    "text after quote": (PLAIN_HEADER + GOOD_ROW + b'"a"b,c,d,e\n', "quotation marks after row 2"),
    "no usable row": (
        PLAIN_HEADER + b"a,04/25/2017,-0.2,51.5\n",
        "none of its 1 rows can be used. The first, row 2: there is no such day; dates are read",
    ),
    "all rows cut short": (
        PLAIN_HEADER + b"a,2017-04-03\n",
        "row 2: the row does not have 4 cells",
    ),
    "outcomes": (
        b"Crime ID,Month,Outcome type\n1,2016-01,x\n",
        "an outcomes file.*ends in -street.csv",
    ),
    "stop and search": (b"Type,Date,Object of search\n1,2,3\n", "a stop and search file"),
    "damaged archive": (b"PK\x03\x04 and then nothing", "f is a damaged ZIP archive"),
    "archive without tables": (
        zip_of({"readme.txt": b"x"}),
        "f holds no CSV file .it has 1 entries",
    ),
    "empty archive": (zip_of({}), "f holds no CSV file .it has 0 entries"),
    "archive of plain tables": (
        zip_of({"a.csv": PLAIN_HEADER + GOOD_ROW}),
        "None of the 1 CSV files is a street file of police.uk .first: f/a.csv",
    ),
    "archive with a way out": (
        zip_of({"../../a-street.csv": b"x"}),
        "points out of the archive: '../..",
    ),
    "archive with a root": (
        zip_of({"/etc/a-street.csv": b"x"}),
        "points out of the archive: '/etc",
    ),
    "archive with a drive": (zip_of({"C:\\a-street.csv": b"x"}), "points out of the archive: 'C:"),
    "packing bomb": (zip_of({"a-street.csv": bytes(10**7)}), "times its size, as packing bombs do"),
    "archive with a password": (
        encrypted(zip_of({"a.csv": b"x"})),
        "a.csv in f cannot be unpacked",
    ),
    "picture in an archive": (zip_of({"a.csv": b"\0\1"}), "f/a.csv is not a text file"),
    "damaged workbook": (zip_of({"xl/workbook.xml": b"<oops"}), "f is a damaged workbook"),
    "empty workbook": (workbook(), "first sheet is empty|is not a table"),
    "workbook of one column": (workbook(("date",), ("2017-04-03",)), "is not a table"),
    "workbook without rows": (workbook(("date", "lat", "lon")), "f has a header but no rows"),
}


@pytest.mark.parametrize(("content", "message"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_file_is_refused_by_name_with_a_remedy(content, message):
    with pytest.raises(InputFileError, match=message) as refused:
        read_uploads([("f", content)])
    sentences = str(refused.value)
    assert re.search(r"\bf\b", sentences)
    assert sentences.endswith(".")
    assert "\n" not in sentences


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InputFileError, match=r"nothing.csv does not exist. Check the name"):
        read([tmp_path / "nothing.csv"])


def test_a_folder_without_tables_is_refused(tmp_path):
    with pytest.raises(InputFileError, match=r"holds no CSV file. Name the folder that holds"):
        read([tmp_path])


def test_no_files_are_refused():
    with pytest.raises(InputFileError, match="No file was given"):
        read([])


def test_demonstration_and_files_do_not_mix(tmp_path):
    with pytest.raises(InputFileError, match="synthetic and cannot be mixed"):
        read(["demo", tmp_path])


def test_a_copy_of_the_demonstration_data_does_not_mix_either(tmp_path):
    rows = ("A,2017-04-01,-0.22,51.5,demonstration", "B,2017-04-02,-0.22,51.5,council")
    text = "\n".join(("id,date,longitude,latitude,source", *rows))
    (tmp_path / "mixed.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputFileError, match="1 of 2 rows are synthetic demonstration data"):
        read([tmp_path / "mixed.csv"])


def test_too_many_entries_are_refused():
    archive = zip_of({f"{number}.csv": b"" for number in range(20_001)})
    with pytest.raises(InputFileError, match="f has 20,001 entries, more than 20,000"):
        read_uploads([("f", archive)])
