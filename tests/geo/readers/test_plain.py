"""Plain tables: what usual headings, words and layouts are read as."""

import datetime as dt
import io
import re

import numpy as np
import openpyxl
import pandas as pd
import pytest

from boundaries.projection import to_bng
from geo.readers import Import, read, read_uploads
from geo.readers.columns import HEADINGS, canonical, columns_by_meaning
from geo.report import KEPT, KEPT_NOT_LOCATED, REJECTED
from geo.schema import (
    CATEGORY,
    EASTING,
    INCIDENT_ID,
    IS_CRIME,
    LOCATION_QUALITY,
    LOCATION_TEXT,
    NORTHING,
    OCCURRED,
    OCCURRED_END,
    SOURCE,
    STRAND_COLUMNS,
    STRANDS,
    TIME_PRECISION,
    VICTIM_AGE_BAND,
    VICTIM_ETHNICITY,
    VICTIM_REF,
)


def read_text(text: str, *, encoding: str = "utf-8", name: str = "records.csv") -> Import:
    return read_uploads([(name, text.encode(encoding))])


def read_rows(header: str, *rows: str) -> Import:
    return read_text("\n".join([header, *rows, ""]))


def read_sheet(*rows: tuple, formats: dict[str, str] | None = None) -> Import:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cell, form in (formats or {}).items():
        book.active[cell].number_format = form
    buffer = io.BytesIO()
    book.save(buffer)
    return read_uploads([("records.xlsx", buffer.getvalue())])


def problem(result: Import) -> pd.Series:
    assert len(result.report.problems) == 1
    return result.report.problems.iloc[0]


def strands_of(result: Import) -> list[set[str]]:
    frame = result.incidents.frame
    return [
        {strand for strand, column in STRAND_COLUMNS.items() if frame[column][row]}
        for row in range(len(frame))
    ]


FULL_HEADER = (
    "Crime Reference,Offence Date,Offence Time,Longitude,Latitude,Offence,Crime or Incident,"
    "Hate Strand,Location,Victim Ref,Age Band,Ethnicity"
)
FULL_ROW = (
    "01/17,03/04/2017,18:05,-0.2207,51.5042,Public order,Crime,Race; Disability,"
    "Example Green,V1,25-34,white"
)


def test_a_full_row():
    row = read_rows(FULL_HEADER, FULL_ROW).incidents.frame.iloc[0]
    easting, northing = to_bng([-0.2207], [51.5042])[0]
    assert row[INCIDENT_ID] == "01/17"
    assert row[OCCURRED] == pd.Timestamp("2017-04-03 18:05")
    assert row[TIME_PRECISION] == "minute"
    assert (row[EASTING], row[NORTHING]) == (easting, northing)
    assert (row[CATEGORY], row[IS_CRIME]) == ("Public order", True)
    assert (row[LOCATION_TEXT], row[VICTIM_REF]) == ("Example Green", "V1")
    assert (row[VICTIM_AGE_BAND], row[VICTIM_ETHNICITY]) == ("25-34", "white")
    assert row[SOURCE] == "records"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_layouts_give_the_same_incidents(delimiter, encoding, line_end):
    rows = [
        ["id", "date", "easting", "northing", "location"],
        ["a", "03/04/2017", "523650", "179850", "Café £1"],
    ]
    text = line_end.join([*(delimiter.join(row) for row in rows), ""])
    row = read_text(text, encoding=encoding).incidents.frame.iloc[0]
    assert (row[INCIDENT_ID], row[EASTING], row[LOCATION_TEXT]) == ("a", 523650.0, "Café £1")
    assert row[LOCATION_QUALITY] == "point"


def test_a_workbook_gives_what_the_same_csv_file_gives():
    by_hand = read_rows(FULL_HEADER.replace("Offence Time", "x"), FULL_ROW.replace("18:05", ""))
    values = FULL_ROW.split(",")
    values[1], values[2] = dt.datetime(2017, 4, 3), None
    values[3], values[4] = float(values[3]), float(values[4])
    sheet = read_sheet(tuple(FULL_HEADER.split(",")), tuple(values), formats={"B2": "dd/mm/yyyy"})
    pd.testing.assert_frame_equal(sheet.incidents.frame, by_hand.incidents.frame)


def test_dates_and_times_of_a_workbook():
    result = read_sheet(
        ("date", "time", "easting", "northing"),
        (dt.datetime(2017, 4, 3, 18, 5), None, 523650, 179850),
        (dt.date(2017, 4, 3), dt.time(18, 5), 523650, 179850),
        (42828.75, None, 523650, 179850),
        (42828, 0.75, 523650, 179850),
        ("3/4/2017", "evening", 523650, 179850),
        (dt.datetime(2017, 4, 3), None, 523650, 179850),
        formats={"A7": "dd/mm/yyyy"},
    )
    frame = result.incidents.frame
    assert list(frame[OCCURRED].dt.strftime("%d %H:%M")) == [
        "03 18:05",
        "03 18:05",
        "03 18:00",
        "03 18:00",
        "03 00:00",
        "03 00:00",
    ]
    assert list(frame[TIME_PRECISION]) == ["minute"] * 4 + ["day"] * 2
    assert (problem(result).row, problem(result).found) == (6, "evening")


def test_rows_without_a_usable_date_are_rejected_with_the_row_of_the_file():
    result = read_rows(
        "date,lat,lon,offence",
        "2017-04-03,51.5,-0.2,Arson",
        "",
        "04/25/2017,51.5,-0.2,Theft",
        ",51.5,-0.2,Fraud",
    )
    report = result.report
    assert (report.rows_read, report.used, report.rejected) == (3, 1, 2)
    assert list(report.problems.row) == [4, 5]
    assert list(report.problems.column) == ["date", "date"]
    assert list(report.problems.found.fillna("")) == ["04/25/2017", ""]
    assert list(report.problems.outcome) == [REJECTED] * 2
    assert report.problems.remedy.str.contains("day first").all()
    assert report.rejected_rows.row_values[0] == (
        '{"date": "04/25/2017", "lat": "51.5", "lon": "-0.2", "offence": "Theft"}'
    )


def test_rows_keep_their_number_after_a_cell_of_several_lines():
    result = read_rows(
        "id,date,lat,lon,place", '1,2017-04-03,51.5,-0.2,"a', 'b"', "2,x,51.5,-0.2,c"
    )
    assert problem(result).row == 3


@pytest.mark.parametrize(
    ("header", "cells", "reason"),
    [
        ("lon,lat", "-0.22,", "one of the two"),
        ("lon,lat", ",51.5", "one of the two"),
        ("lon,lat", "0,0", "unknown position"),
        ("lon,lat", "51.5,-0.22", "wrong way round"),
        ("lon,lat", "2.35,48.85", "outside the United Kingdom"),
        ("lon,lat", "-77.0,38.9", "outside the United Kingdom"),
        ("lon,lat", "west,north", "not numbers"),
        ("lon,lat", "inf,51.5", "not numbers"),
        ("lon,lat", "523650,179850", "hold metres of the National Grid, not degrees"),
        ("easting,northing", "-0.22,51.5", "degrees, not metres"),
        ("easting,northing", "179850,523650", "wrong way round"),
        ("easting,northing", "0,0", "unknown position"),
        ("easting,northing", "523650,", "one of the two"),
        ("easting,northing", "523650,5000000", "outside the United Kingdom"),
        ("easting,northing", "TQ,23", "not numbers"),
    ],
)
def test_unusable_positions_keep_the_incident_not_located(header, cells, reason):
    result = read_rows(f"date,{header}", f"2017-04-03,{cells}")
    frame = result.incidents.frame
    assert frame[[EASTING, NORTHING]].isna().all(axis=None)
    assert (result.report.used, result.report.not_located) == (1, 1)
    found = problem(result)
    assert reason in found.reason
    assert found.outcome == KEPT_NOT_LOCATED
    assert found.found == cells.replace(",", ", ")
    assert found.remedy


@pytest.mark.parametrize("cells", [",", "NULL,NULL", " , ", "n/a,-"])
def test_blank_positions_are_no_problem(cells):
    report = read_rows("date,lon,lat", f"2017-04-03,{cells}").report
    assert (report.not_located, len(report.problems)) == (1, 0)


def test_degrees_fill_in_where_the_grid_reference_is_blank():
    result = read_rows(
        "date,easting,northing,lon,lat",
        "2017-04-03,523650,179850,-0.1,51.4",
        "2017-04-03,,,-0.2207,51.5042",
    )
    positions = result.incidents.frame[[EASTING, NORTHING]].to_numpy()
    np.testing.assert_array_equal(positions, [(523650, 179850), to_bng([-0.2207], [51.5042])[0]])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("race", {"race"}),
        ("Racist", {"race"}),
        ("Faith hate crime", {"religion or belief"}),
        ("homophobic|TRANSPHOBIC", {"sexual orientation", "transgender identity"}),
        ("Race; religion or belief ;disability", {"race", "religion or belief", "disability"}),
        ("none", set()),
        ("", set()),
    ],
)
def test_words_for_strands(text, expected):
    result = read_rows("date;lon;lat;strands", f'2017-04-03;;;"{text}"')
    assert strands_of(result) == [expected]
    assert result.report.problems.empty


def test_unknown_strands_are_told_and_the_known_ones_kept():
    result = read_rows("date;lon;lat;strand", '2017-04-03;;;"race, purple"')
    assert strands_of(result) == [{"race"}]
    assert (problem(result).found, problem(result).outcome) == ("race, purple", KEPT)


def test_yes_or_no_columns_for_strands():
    result = read_rows(
        "date,lon,lat,Race,Religion,Sexual Orientation,Disability,Transgender",
        "2017-04-03,,,yes,no,1,0,TRUE",
        "2017-04-03,,,Y,,n,x,maybe",
    )
    assert strands_of(result) == [
        {"race", "sexual orientation", "transgender identity"},
        {"race", "disability"},
    ]
    assert (problem(result).found, problem(result).column) == ("maybe", "Transgender")


@pytest.mark.parametrize(
    ("word", "expected"),
    [("Crime", True), ("yes", True), ("Non-crime hate incident", False), ("0", False), ("", None)],
)
def test_crime_or_incident(word, expected):
    is_crime = read_rows("date,lon,lat,is_crime", f"2017-04-03,,,{word}").incidents.frame[IS_CRIME]
    assert is_crime.isna()[0] if expected is None else is_crime[0] == expected


def test_an_unknown_word_for_crime_is_missing_and_told():
    result = read_rows("date,lon,lat,is_crime", "2017-04-03,,,perhaps")
    assert result.incidents.frame[IS_CRIME].isna().all()
    assert problem(result).found == "perhaps"


def test_what_is_not_stated_is_not_made_up():
    frame = read_rows("date,lon,lat", "2017-04-03,-0.2,51.5").incidents.frame
    assert frame[CATEGORY][0] == "not stated"
    assert frame[IS_CRIME].isna().all()
    assert re.fullmatch("no-id-[0-9a-f]{16}", frame[INCIDENT_ID][0])
    assert strands_of_nobody(frame)


def strands_of_nobody(frame: pd.DataFrame) -> bool:
    return not frame[list(STRAND_COLUMNS.values())].any(axis=None)


def test_midnight_everywhere_means_that_only_days_are_known():
    rows = [f"0{day}/04/2017 00:00,," for day in (1, 2, 3)]
    only_midnight = read_rows("date,lon,lat", *rows)
    assert set(only_midnight.incidents.frame[TIME_PRECISION]) == {"day"}
    assert "only the days" in only_midnight.report.notes[0]
    with_another = read_rows("date,lon,lat", *rows, "04/04/2017 00:05,,")
    assert set(with_another.incidents.frame[TIME_PRECISION]) == {"minute"}


def test_months_are_known_as_months():
    frame = read_rows("month,lon,lat", "2017-04,,").incidents.frame
    assert (frame[OCCURRED][0], frame[TIME_PRECISION][0]) == (pd.Timestamp("2017-04-01"), "month")


@pytest.mark.parametrize(
    ("start_date", "start_time", "end_date", "end_time"),
    [
        ("Date From", "Time From", "Date To", "Time To"),
        ("start date", "start time", "end date", "end time"),
        ("From Date", "From Time", "To Date", "To Time"),
        ("Committed From Date", "Committed From Time", "Committed To Date", "Committed To Time"),
        ("Earliest Date", "Earliest Time", "Latest Date", "Latest Time"),
    ],
)
def test_headings_of_spans(start_date, start_time, end_date, end_time):
    result = read_rows(
        f"{end_date},{end_time},{start_date},{start_time},lon,lat",
        "04/04/2017,01:15,03/04/2017,23:05,,",
    )
    row = result.incidents.frame.iloc[0]
    assert row[OCCURRED] == pd.Timestamp("2017-04-03 23:05")
    assert row[OCCURRED_END] == pd.Timestamp("2017-04-04 01:15")
    assert (result.report.notes, len(result.report.problems)) == ((), 0)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2017-04-03 18:05,", "2017-04-04 09:00,", "2017-04-04 09:00"),
        ("2017-04-03 18:05,", "2017-04-03 18:05,", "2017-04-03 18:05"),
        ("2017-04-03,18:05", ",19:00", "2017-04-03 19:00"),
        ("2017-04-03,23:30", ",00:30", "2017-04-04 00:30"),
        ("2017-04-03,18:05", "2017-04-05,", "2017-04-06 00:00"),
        ("2017-04-03,18:05", "2017-04-03,", None),
        ("2017-04-03,18:05", ",", None),
        ("2017-04-03,18:05", "unknown,", None),
        ("2017-04-03,", "2017-04-05,10:00", "2017-04-05"),
        ("2017-04-03,", ",10:00", "2017-04-03"),
        ("2017-04,", "2017-06-15,", "2017-06-01"),
        ("2017-04-03 18:05,", "2017-04-04T09:00Z,", "2017-04-04 10:00"),
    ],
)
def test_ends_are_as_exact_as_their_starts(start, end, expected):
    result = read_rows("start,start time,end,end time,lon,lat", f"{start},{end},,")
    found = result.incidents.frame[OCCURRED_END][0]
    assert pd.isna(found) if expected is None else found == pd.Timestamp(expected)
    assert result.report.problems.empty


@pytest.mark.parametrize(
    ("end", "column", "reason"),
    [
        ("2017-04-02,09:00", "end", "the end is before the start; only the start is used"),
        ("2017-05,", "end", "the end is known to the month only; only the start is used"),
        ("31/02/2017,", "end", "there is no such day; dates are read day first; only the start"),
        ("later,", "end", "this is not a date that is understood; only the start is used"),
        ("2017-04-03,late", "end time", "this is not a time of day; only the day is used"),
    ],
)
def test_an_end_that_cannot_be_used_is_told_and_the_incident_kept(end, column, reason):
    result = read_rows("start,start time,end,end time,lon,lat", f"2017-04-03,18:05,{end},,")
    row = result.incidents.frame.iloc[0]
    assert (row[OCCURRED], row[OCCURRED_END]) == (pd.Timestamp("2017-04-03 18:05"), pd.NaT)
    assert (problem(result).column, problem(result).outcome) == (column, KEPT)
    assert problem(result).reason.startswith(reason)
    assert problem(result).remedy


def test_ends_at_midnight_everywhere_mean_that_only_their_days_are_known():
    rows = ["01/04/2017 18:05,02/04/2017 00:00,,", "03/04/2017 09:00,03/04/2017 00:00,,"]
    result = read_rows("start,end,lon,lat", *rows)
    assert result.incidents.frame[OCCURRED_END].tolist() == [pd.Timestamp("2017-04-03"), pd.NaT]
    assert result.report.notes == (
        "records.csv: Every end is at 00:00, so only its day is taken to be known.",
    )
    exact = read_rows("start,end,lon,lat", *rows, "04/04/2017 09:00,04/04/2017 10:00,,")
    assert exact.incidents.frame[OCCURRED_END][0] == pd.Timestamp("2017-04-02")
    assert problem(exact).row == 3


def test_files_with_and_without_ends_are_put_together():
    one = ("a.csv", b"date,lon,lat\n2017-04-03 18:05,,\n")
    two = ("b.csv", b"start,end,lon,lat\n2017-04-03 18:05,2017-04-03 19:00,,\n")
    frame = read_uploads([one, two]).incidents.frame
    assert frame[OCCURRED_END].tolist() == [pd.NaT, pd.Timestamp("2017-04-03 19:00")]
    assert OCCURRED_END not in read_uploads([one]).incidents.frame


def test_columns_that_are_not_used_are_named():
    notes = read_rows("date,lon,lat,Officer,Date Reported", "2017-04-03,,,x,y").report.notes
    assert notes == ("records.csv: Columns not used: Officer, Date Reported.",)


def test_rows_of_another_width_are_rejected():
    result = read_rows("date,lon,lat", "2017-04-03,-0.2,51.5,surplus", "2017-04-03,-0.2,51.5,")
    assert (result.report.used, result.report.rejected) == (1, 1)
    assert problem(result).row == 2


def test_several_files_are_put_together_and_names_told_apart():
    one = ("a.csv", b"date,lon,lat\n2017-04-03,-0.2207,51.5042\n")
    two = ("a.csv", b"date,easting,northing,victim ref\nx,,,\n2017-04-03,0,0,V1\n")
    result = read_uploads([one, (two[0], io.BytesIO(two[1]))])
    assert [file.name for file in result.report.files] == ["a.csv", "a (2).csv"]
    assert result.incidents.frame[INCIDENT_ID].str.startswith("no-id-").all()
    assert list(result.origin.row) == [2, 3]
    assert list(result.report.problems.file) == ["a (2).csv"] * 2
    assert result.incidents.frame[VICTIM_REF].isna().tolist() == [True, False]
    assert not result.incidents.is_demonstration


def test_a_file_on_disk_is_read_like_an_upload(tmp_path):
    path = tmp_path / "records.csv"
    path.write_bytes(f"{FULL_HEADER}\n{FULL_ROW}\n".encode())
    pd.testing.assert_frame_equal(
        read([path]).incidents.frame, read_rows(FULL_HEADER, FULL_ROW).incidents.frame
    )


def test_problems_are_safe_to_open_in_a_spreadsheet():
    report = read_rows("date,lon,lat", "=HYPERLINK(1),,", "2017-04-03,,").report
    assert report.problems.found[0] == "=HYPERLINK(1)"
    written = pd.read_csv(io.StringIO(report.problems_csv()))
    assert written.found[0] == "'=HYPERLINK(1)"


@pytest.mark.parametrize("heading", ["Crime_Type", " crime-type ", "CRIME TYPE", "crime type:"])
def test_headings_do_not_depend_on_case_and_separators(heading):
    assert columns_by_meaning(["q", heading]) == {CATEGORY: 1}


def test_no_heading_has_two_meanings():
    words = [
        canonical(word)
        for meaning in HEADINGS.values()
        for word in {canonical(word): word for word in meaning}.values()
    ]
    assert sorted(words) == sorted(set(words))


def test_every_strand_has_words():
    assert {STRAND_COLUMNS[strand] for strand in STRANDS} <= set(HEADINGS)
