"""Files as systems and spreadsheets write them: lines above the headings, delimiters, encodings."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries.errors import InputFileError
from geo.readers import Import, read_uploads
from geo.readers.headers import header_row, layout_of

HEADER = ["Crime Ref", "Offence Date", "easting", "northing", "Location"]
ROWS = [
    ["a", "03/04/2017", "523650", "179850", "Example Green"],
    ["b", "31/02/2017", "523650", "179850", "Example Road"],
]
PREAMBLES = {
    "nothing": [],
    "a title": ["Hate crime extract"],
    "blank lines": ["", "", ""],
    "a report's head": ["Report run on 23/11/2026, by MIS", "", "Filter: ward = all; type = hate"],
    "a title in its own columns": ["Report run on,23/11/2026,,,", ",,,,"],
    "groups of columns": ["Crime,,Location,,"],
}


def read_bytes(content: bytes) -> Import:
    return read_uploads([("a.csv", content)])


def text_of(preamble: list[str], delimiter: str, line_end: str, *, quoted: bool) -> str:
    mark = '"' if quoted else ""
    table = [delimiter.join(f"{mark}{cell}{mark}" for cell in row) for row in [HEADER, *ROWS]]
    return line_end.join([*preamble, *table, ""])


@pytest.mark.parametrize("preamble", PREAMBLES.values(), ids=PREAMBLES.keys())
@pytest.mark.parametrize(
    ("delimiter", "line_end", "quoted"),
    [(",", "\n", False), (";", "\r\n", True), ("\t", "\r", False), (";", "\r", True)],
)
def test_lines_above_the_headings_are_passed_over_and_rows_keep_their_number(
    preamble, delimiter, line_end, quoted
):
    result = read_bytes(text_of(preamble, delimiter, line_end, quoted=quoted).encode())
    report = result.report
    assert (report.rows_read, report.used, report.rejected) == (2, 1, 1)
    assert list(result.origin.row) == [len(preamble) + 2]
    assert list(report.problems.row) == [len(preamble) + 3]
    assert report.problems.row_values[0].startswith('{"Crime Ref": "b"')
    said = [f"The headings are in row {len(preamble) + 1}" in note for note in report.notes]
    assert said == ([True] if preamble else [])


@pytest.mark.parametrize(
    ("records", "row"),
    [
        ([["date", "lat"], ["2017-04-03", "51.5"]], 1),
        ([["q", "r"], ["s", "t"]], 1),
        ([["q", "r"], ["date", "lat"], ["2017-04-03", "51.5"]], 2),
        ([["date", "lat", "lon"], ["id", "date", "time"]], 1),
        ([["", ""], ["q", "r"]], 2),
        ([["only one"], ["neither"]], 1),
        ([[], ["", ""]], 1),
        ([], 1),
        # Cells that happen to be called like columns do not make a row of figures a header.
        ([["q", "r", "s"], ["race", "street", "1"]], 1),
    ],
)
def test_which_row_is_the_header(records, row):
    assert header_row(records) == row


@settings(max_examples=60)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_text_has_a_layout(text):
    layout = layout_of(text)
    assert layout.delimiter in (",", ";", "\t")
    assert layout.header_row >= 1


@pytest.mark.parametrize("hint", ["sep=;", '"sep=;"', "SEP=|"])
def test_excels_line_about_the_delimiter_is_no_row(hint):
    mark = hint.strip('"')[-1]
    text = f"{hint}\r\n" + text_of([], mark, "\r\n", quoted=False)
    result = read_bytes(text.encode("utf-8-sig"))
    assert list(result.origin.row) == [2]
    assert result.report.notes == ()


def test_decimal_commas_are_read_where_commas_do_not_part_cells():
    text = (
        "date;easting;northing;lat;lon\n2017-04-03;523650,5;179850,25;;\n2017-04-03;;;51,5;-0,2\n"
    )
    frame = read_bytes(text.encode()).incidents.frame
    assert (frame.easting[0], frame.northing[0]) == (523650.5, 179850.25)
    assert frame.easting.notna().all()
    in_quotes = b'date,easting,northing\n2017-04-03,"523,650","179,850"\n'
    assert read_bytes(in_quotes).report.not_located == 1


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
def test_encodings(encoding):
    text = "id,date,location\na,2017-04-03,Café £1 – “Green”\n"
    result = read_bytes(text.encode(encoding))
    assert list(result.incidents.frame.location_text) == ["Café £1 – “Green”"]


def test_a_file_that_mixes_encodings_is_read_text_by_text_and_says_so():
    lines = [
        b"id,date,location",
        "a,2017-04-03,Café".encode(),
        "b,2017-04-03,Café".encode("cp1252"),
    ]
    result = read_bytes(b"\n".join([*lines, b""]))
    assert list(result.incidents.frame.location_text) == ["Café", "Café"]
    assert "Some texts are in UTF-8 and some in Windows-1252" in result.report.notes[0]


def test_a_table_without_headings_is_refused_and_its_first_incident_not_shown():
    content = b"1,2024-01-02,523388,178622,A Person\n2,2024-01-03,523388,178622,B Person\n"
    with pytest.raises(InputFileError, match=r"a.csv has no headings: its row 1 looks") as error:
        read_bytes(content)
    assert "Person" not in str(error.value)
    assert "523388" not in str(error.value)


def test_marks_of_files_put_behind_one_another_are_no_part_of_an_id():
    row = "7,2024-01-02,523388,178622\n"
    result = read_bytes(f"\ufeffid,date,easting,northing\n{row}\ufeff{row}".encode())
    assert (result.report.used, result.report.duplicates) == (1, 1)


@pytest.mark.parametrize("encoding", ["utf-32", "utf-16", "utf-16-le"])
def test_wide_encodings_are_read(encoding):
    text = "id,date,easting,northing\n7,2024-01-02,523388,178622\n"
    assert read_bytes(text.encode(encoding)).report.used == 1


def test_of_many_columns_that_are_not_used_the_first_are_named():
    names = ",".join(f"c{number}" for number in range(300))
    row = ",".join("1" for _ in range(300))
    result = read_bytes(f"date,easting,northing,{names}\n2024-01-02,1,2,{row}\n".encode())
    note = result.report.notes[0]
    assert "c29 and 270 more." in note
    assert "c30" not in note
