"""police.uk files: every row accounted for, however the months are handed over."""

import csv
import re
import shutil
from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from boundaries.projection import to_bng
from geo.readers import Import, read, read_uploads
from geo.report import KEPT_NOT_LOCATED, REJECTED
from geo.schema import (
    CATEGORY,
    EASTING,
    INCIDENT_ID,
    IS_CRIME,
    LOCATION_TEXT,
    NORTHING,
    OCCURRED,
    SOURCE,
    STRAND_COLUMNS,
    TIME_PRECISION,
)
from tests.sample_files import (
    STREET_HEADER,
    SYNTHETIC_MONTHS,
    folders_of_months,
    zip_of,
    zip_of_folder,
)

MONTHS = pytest.mark.parametrize("folder", folders_of_months(), ids=lambda path: path.parts[-4])


def rows_as_csv_reads_them(folder: Path) -> list[dict[str, str]]:
    rows = []
    for path in sorted(folder.rglob("*-street.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows += list(csv.DictReader(file))
    return rows


@cache
def read_folder(folder: Path) -> Import:
    return read([folder])


def street_file(*rows: str) -> bytes:
    return "\n".join([STREET_HEADER, *rows, ""]).encode()


def read_street(*rows: str) -> Import:
    return read_uploads([("2016-01-metropolitan-street.csv", street_file(*rows))])


@MONTHS
def test_every_row_becomes_the_incident_that_a_plain_reading_gives(folder):
    slow = rows_as_csv_reads_them(folder)
    result = read_folder(folder)
    frame, report = result.incidents.frame, result.report
    assert report.rows_read == report.used == len(slow) == len(frame)
    assert report.rejected == 0
    assert list(frame[CATEGORY]) == [row["Crime type"] for row in slow]
    assert list(frame[OCCURRED].dt.strftime("%Y-%m-%d")) == [row["Month"] + "-01" for row in slow]
    assert list(frame[LOCATION_TEXT]) == [row["Location"] for row in slow]
    assert list(frame[IS_CRIME]) == [row["Crime type"] != "Anti-social behaviour" for row in slow]
    degrees = np.array([[row["Longitude"], row["Latitude"]] for row in slow])
    given = degrees[:, 0] != ""
    expected = to_bng(*degrees[given].astype(float).T)
    np.testing.assert_array_equal(frame.loc[given, [EASTING, NORTHING]].to_numpy(), expected)
    assert frame.loc[~given, [EASTING, NORTHING]].isna().all(axis=None)
    assert report.not_located == np.count_nonzero(~given)
    assert not frame[list(STRAND_COLUMNS.values())].any(axis=None)
    assert set(frame[SOURCE]) == {"police.uk"}
    assert set(frame[TIME_PRECISION]) == {"month"}


@MONTHS
def test_ids_are_the_crime_ids_told_apart_or_made_of_the_content(folder):
    frame = read_folder(folder).incidents.frame
    ids = frame[INCIDENT_ID]
    assert ids.is_unique
    given = Counter(row["Crime ID"] for row in rows_as_csv_reads_them(folder))
    without = given.pop("")
    made = ids[ids.str.startswith("no-id-")]
    assert len(made) == without
    alike = Counter(frame.drop(columns=INCIDENT_ID)[ids.isin(made)].itertuples(index=False))
    numbers = Counter(int(re.sub("^-", "", id_[22:]) or 1) for id_ in made)
    assert numbers == Counter(k for times in alike.values() for k in range(1, times + 1))
    expected = {
        id_ if number == 1 else f"{id_} ({number})"
        for id_, times in given.items()
        for number in range(1, times + 1)
    }
    assert set(ids.drop(made.index)) == expected


@MONTHS
def test_folder_archive_and_single_files_give_the_same_incidents(folder, tmp_path):
    archive = tmp_path / "download.zip"
    archive.write_bytes(zip_of_folder(folder))
    singly = sorted(folder.rglob("*-street.csv"))
    from_folder = read_folder(folder)
    for other in (read([archive]), read(singly), read_uploads([("a.zip", archive.read_bytes())])):
        pd.testing.assert_frame_equal(other.incidents.frame, from_folder.incidents.frame)
        assert other.report.used == from_folder.report.used
        assert other.report.located == from_folder.report.located


def test_the_invented_months_are_located_as_they_were_made():
    report = read([SYNTHETIC_MONTHS]).report
    assert (report.rows_read, report.used, report.rejected) == (14, 14, 0)
    assert (report.located, report.outside, report.not_located) == (12, 1, 1)
    assert report.in_words() == (
        "14 rows read from 2 files (1 skipped): 14 used, 0 rejected.\n"
        "12 located, 1 outside the borough, 1 not located."
    )
    first = "2016-01/2016-01-metropolitan-street.csv"
    outcomes = "2016-02/2016-02-metropolitan-outcomes.csv"
    assert report.notes == (
        f"{first}: Rows with the crime ID of an earlier row, all counted: 1.",
        f"{outcomes}: Not read: only street files hold crimes.",
    )


def test_a_row_without_a_month_is_rejected_and_kept_whole_in_the_report():
    result = read_street(
        "x1,2016-01,A,B,-0.2207,51.5042,Here,E1,N,Robbery,,",
        "x2,2016-13,A,B,-0.2207,51.5042,There,E1,N,Drugs,,",
    )
    assert (result.report.used, result.report.rejected) == (1, 1)
    problem = result.report.problems.iloc[0]
    assert (problem.row, problem.column, problem.found) == (3, "Month", "2016-13")
    assert problem.outcome == REJECTED
    assert '"Crime ID": "x2"' in problem.row_values
    assert '"Location": "There"' in problem.row_values


def test_unusable_positions_keep_the_crime_but_do_not_locate_it():
    result = read_street(
        "x1,2016-01,A,B,-0.2207,,Here,E1,N,Robbery,,",
        "x2,2016-01,A,B,0.0,0.0,Here,E1,N,Robbery,,",
        "x3,2016-01,A,B,51.5042,-0.2207,Here,E1,N,Robbery,,",
        "x4,2016-01,A,B,,,Here,E1,N,Robbery,,",
    )
    assert (result.report.used, result.report.not_located) == (4, 4)
    problems = result.report.problems
    assert list(problems.row) == [2, 3, 4]
    assert list(problems.found) == ["-0.2207, ", "0.0, 0.0", "51.5042, -0.2207"]
    assert set(problems.outcome) == {KEPT_NOT_LOCATED}


def test_a_row_that_is_cut_short_is_rejected_and_the_others_are_read():
    result = read_street(
        "x1,2016-01,A,B,-0.2207,51.5042,Here,E1,N,Robbery,,",
        "x2,2016-01,A,B,-0.2207,51.5",
        "",
        "x3,2016-01,A,B,-0.2207,51.5042,Here,E1,N,Drugs,,",
    )
    assert list(result.incidents.frame[INCIDENT_ID]) == ["x1", "x3"]
    assert (result.report.rows_read, result.report.rejected) == (3, 1)
    assert result.report.problems.iloc[0].row == 3
    assert result.report.rejected_rows.row_values[0] == (
        '["x2", "2016-01", "A", "B", "-0.2207", "51.5"]'
    )


def test_a_file_given_twice_is_counted_once(tmp_path):
    folder = tmp_path / "months"
    shutil.copytree(SYNTHETIC_MONTHS, folder)
    shutil.copy(folder / "2016-01" / "2016-01-metropolitan-street.csv", folder / "copy-street.csv")
    report = read([folder]).report
    assert report.used == 14
    assert any("same content" in note for note in report.notes)


def test_quoted_cells_are_read_as_the_csv_module_reads_them():
    result = read_street('x1,2016-01,A,B,-0.2207,51.5042,"On or near ""A"", B",E1,N,Robbery,,')
    assert list(result.incidents.frame[LOCATION_TEXT]) == ['On or near "A", B']


def test_a_crime_without_a_type_is_not_given_one():
    frame = read_street("x1,2016-01,A,B,-0.2207,51.5042,Here,E1,N,,,").incidents.frame
    assert frame[CATEGORY][0] == "not stated"
    assert frame[IS_CRIME].isna().all()


def test_other_tables_in_an_archive_are_passed_over_with_a_note():
    street = street_file("x1,2016-01,A,B,-0.2207,51.5042,Here,E1,N,Robbery,,")
    archive = zip_of({"1/a-street.csv": street, "b.csv": b"a,b\n1,2\n"})
    report = read_uploads([("a.zip", archive)]).report
    assert report.used == 1
    assert report.notes == (
        "a.zip/b.csv: Not read: it does not have the columns of a street file.",
    )


def test_headings_in_lower_case_are_those_of_a_street_file():
    header, row = (
        STREET_HEADER,
        "a,2024-01,Met,Met,-0.2236,51.4927,Street,,,Anti-social behaviour,,",
    )
    usual, lower = (
        read_uploads([("a-street.csv", f"{text}\n{row}\n".encode())])
        for text in (header, header.lower())
    )
    pd.testing.assert_frame_equal(lower.incidents.frame, usual.incidents.frame)


def test_columns_that_the_site_does_not_have_are_named():
    row = "a,2024-01,Met,Met,-0.2236,51.4927,Street,,,Burglary,,,Race"
    result = read_uploads([("a-street.csv", f"{STREET_HEADER},Strand\n{row}\n".encode())])
    assert "Columns not used: Strand." in result.report.notes[0]
