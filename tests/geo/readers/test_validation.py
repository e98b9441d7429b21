"""The schema finds exactly what is wrong, says it, and does with the row what it says."""

from collections import Counter
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.readers import read_uploads
from geo.readers.sources import InputFile
from geo.readers.tables import RawTable, read_csv_table
from geo.readers.validation import LONGEST_TEXT, Validated, rules, validate
from geo.report import KEPT, KEPT_NOT_LOCATED, REJECTED, no_problems
from geo.schema import (
    CATEGORY,
    EASTING,
    INCIDENT_ID,
    IS_CRIME,
    LOCATION_QUALITIES,
    LOCATION_QUALITY,
    LOCATION_TEXT,
    NORTHING,
    OCCURRED,
    OCCURRED_END,
    SOURCE,
    STRAND_COLUMNS,
    TIME_PRECISION,
    Incidents,
)

TODAY = date(2024, 6, 30)
GOOD = {
    INCIDENT_ID: "a",
    SOURCE: "s",
    CATEGORY: "c",
    IS_CRIME: True,
    OCCURRED: "2024-03-01T10:00",
    OCCURRED_END: "2024-03-01T12:00",
    TIME_PRECISION: "minute",
    EASTING: 523_000.0,
    NORTHING: 179_000.0,
    LOCATION_QUALITY: "point",
    LOCATION_TEXT: "here",
    **dict.fromkeys(STRAND_COLUMNS.values(), False),
}
TYPES = (
    dict.fromkeys([INCIDENT_ID, SOURCE, CATEGORY, LOCATION_QUALITY, LOCATION_TEXT], "str")
    | dict.fromkeys([OCCURRED, OCCURRED_END], "datetime64[us]")
    | dict.fromkeys([EASTING, NORTHING], "float64")
    | {IS_CRIME: "boolean", TIME_PRECISION: "str"}
)
COLUMNS_OF = {OCCURRED: "Date", EASTING: "E", NORTHING: "N", LOCATION_TEXT: "Place"}
LONG = "x" * (LONGEST_TEXT + 1)
SKIPPED_HOUR = "a time that was"

# By name of the rule: what to change in a good row, and what becomes of it.
FAULTS = {
    "a date": ({OCCURRED: None}, REJECTED),
    "not too early": ({OCCURRED: "1949-12-31T23:59", OCCURRED_END: None}, REJECTED),
    "not in the future": ({OCCURRED: "2024-07-01", OCCURRED_END: None}, REJECTED),
    "precision of time": ({TIME_PRECISION: "roughly"}, REJECTED),
    "an id": ({INCIDENT_ID: ""}, REJECTED),
    "a source": ({SOURCE: None}, REJECTED),
    "end after start": ({OCCURRED_END: "2024-03-01T09:59"}, KEPT),
    "end within a year": ({OCCURRED: "2023-02-28T11:00"}, KEPT),
    "both coordinates or none": ({NORTHING: np.nan}, KEPT_NOT_LOCATED),
    "inside the United Kingdom": ({EASTING: 700_001.0}, KEPT_NOT_LOCATED),
    "precision of place": ({LOCATION_QUALITY: "about"}, KEPT),
    "precision of place as the position": ({LOCATION_QUALITY: "not located"}, KEPT),
    f"length of {INCIDENT_ID}": ({INCIDENT_ID: LONG}, KEPT),
    f"length of {LOCATION_TEXT}": ({LOCATION_TEXT: LONG}, KEPT),
    SKIPPED_HOUR: ({OCCURRED: "2024-03-31T01:30", OCCURRED_END: None}, KEPT),
}
REASONS = {rule.name: rule.reason for rule in rules(TODAY)} | {
    SKIPPED_HOUR: "the clocks skip this hour in the night they go forward; the hour after is used"
}
# What is at the edge of a rule, or no fault at all.
EDGES = (
    {},
    {OCCURRED: "1950-01-01", OCCURRED_END: None},
    {OCCURRED: "2024-06-30T23:59", OCCURRED_END: None},
    {OCCURRED_END: GOOD[OCCURRED]},
    {OCCURRED: "2023-03-01T12:00"},
    {OCCURRED: "2024-03-31T01:30", OCCURRED_END: None, TIME_PRECISION: "day"},
    {EASTING: 700_000.0, NORTHING: 0.0},
    {EASTING: np.nan, NORTHING: np.nan, LOCATION_QUALITY: "not located"},
    {LOCATION_TEXT: LONG[1:]},
    {LOCATION_TEXT: None, CATEGORY: "", IS_CRIME: pd.NA},
    *({LOCATION_QUALITY: quality} for quality in LOCATION_QUALITIES if quality != "not located"),
)


def frame_of(changes: list[dict]) -> pd.DataFrame:
    rows = [GOOD | {INCIDENT_ID: f"a{i}"} | change for i, change in enumerate(changes)]
    return pd.DataFrame(rows).astype(TYPES)


def table_of(size: int) -> RawTable:
    rows = "".join(f"d{i},e{i},n{i}\n" for i in range(size))
    return read_csv_table(InputFile("file.csv", f"Date,E,N\n{rows}".encode()))


def validated(changes: list[dict], rejected: list[int] = ()) -> Validated:
    frame = frame_of(changes)
    before = frame.copy()
    already = np.isin(np.arange(len(frame)), rejected)
    result = validate(frame, table_of(len(frame)), COLUMNS_OF, already, today=TODAY)
    pd.testing.assert_frame_equal(frame, before)
    return result


def problems_of(result: Validated) -> pd.DataFrame:
    return pd.concat([no_problems(), *result.problems], ignore_index=True)


PLANTED = st.sampled_from([*FAULTS, *range(len(EDGES))])


@settings(max_examples=25)
@given(st.lists(st.tuples(PLANTED, st.booleans()), min_size=1, max_size=12))
def test_exactly_the_planted_faults_are_found(planted):
    changes = [FAULTS[what][0] if what in FAULTS else EDGES[what] for what, _ in planted]
    already = [i for i, (_, is_out) in enumerate(planted) if is_out]
    result = validated(changes, already)
    problems = problems_of(result)
    expected = [
        (i + 2, REASONS[what], FAULTS[what][1])
        for i, (what, is_out) in enumerate(planted)
        if what in FAULTS and not is_out
    ]
    assert Counter(zip(problems.row, problems.reason, problems.outcome, strict=True)) == Counter(
        expected
    )
    rejected = {row - 2 for row, _, outcome in expected if outcome == REJECTED} | set(already)
    assert set(np.flatnonzero(result.rejected)) == rejected
    assert (problems.remedy != "").all()
    is_whole = problems.row_values.str.startswith('{"Date"')
    assert (is_whole == (problems.outcome == REJECTED)).all()
    Incidents(result.frame[~result.rejected].reset_index(drop=True))


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_kept_can_be_used(name):
    change, outcome = FAULTS[name]
    result = validated([{}, change])
    if outcome == REJECTED:
        pd.testing.assert_frame_equal(result.frame, frame_of([{}, change]))
        return
    row = result.frame.iloc[1]
    located = outcome != KEPT_NOT_LOCATED
    assert pd.notna(row[EASTING]) == pd.notna(row[NORTHING]) == located
    assert row[LOCATION_QUALITY] == ("point" if located else "not located")
    assert pd.isna(row[OCCURRED_END]) == (name in {"end after start", SKIPPED_HOUR})
    assert row[OCCURRED] == (
        pd.Timestamp("2024-03-31T02:30")
        if name == SKIPPED_HOUR
        else frame_of([change])[OCCURRED][0]
    )


def test_what_was_found_is_what_the_file_has():
    problems = problems_of(
        validated([{}, FAULTS["inside the United Kingdom"][0], FAULTS["not in the future"][0]])
    ).set_index("row")
    assert tuple(problems.loc[3, ["column", "found"]]) == ("E, N", "e1, n1")
    assert tuple(problems.loc[4, ["column", "found"]]) == ("Date", "d2")
    assert problems.loc[4, "row_values"] == '{"Date": "d2", "E": "e2", "N": "n2"}'
    without_heading = problems_of(validated([FAULTS["precision of place"][0]]))
    assert list(without_heading.found) == ["about"]


def test_a_row_with_two_faults_is_rejected_once_and_both_are_said():
    both = FAULTS["a source"][0] | FAULTS["not in the future"][0] | FAULTS["precision of place"][0]
    result = validated([both])
    assert result.rejected.tolist() == [True]
    assert set(problems_of(result).reason) == {REASONS["a source"], REASONS["not in the future"]}


def test_both_ends_of_a_span_are_moved_on_when_the_clocks_go_forward():
    span = {OCCURRED: "2024-03-31T01:10", OCCURRED_END: "2024-03-31T01:50"}
    result = validated([span])
    assert list(result.frame[OCCURRED_END]) == [pd.Timestamp("2024-03-31T02:50")]
    assert len(problems_of(result)) == 2


def test_times_that_were_twice_are_kept_and_counted():
    twice = {OCCURRED: "2023-10-29T01:30", OCCURRED_END: None}
    changes = [twice, {}, twice | {TIME_PRECISION: "day"}, twice]
    result = validated(changes)
    pd.testing.assert_frame_equal(result.frame, frame_of(changes))
    assert result.note == "Times in the hour that October has twice, kept as written: 2."
    assert problems_of(result).empty


def test_columns_of_another_type_are_the_fault_of_a_reader():
    frame = frame_of([{}]).astype({"strand_race": "str"})
    with pytest.raises(RuntimeError, match="other columns than incidents need"):
        validate(frame, table_of(1), {}, np.zeros(1, np.bool_), today=TODAY)


def test_frames_without_the_optional_columns_and_without_rows_are_fine():
    frame = frame_of([{}, {}]).drop(columns=[OCCURRED_END, LOCATION_QUALITY, LOCATION_TEXT])
    for some in (frame, frame[:0]):
        result = validate(some, table_of(len(some)), {}, np.zeros(len(some), np.bool_))
        pd.testing.assert_frame_equal(result.frame, some)
        assert problems_of(result).empty


def test_readers_say_what_the_schema_finds():
    rows = [
        "x1,26/03/2017 01:30,523000,179000",
        "x2,29/10/2017 01:30,523000,179000",
        "x3,03/04/2098,523000,179000",
        f"{LONG},03/04/2017 10:00,523000,179000",
        "x5,1491242700,523000,179000",
    ]
    content = "\n".join(["id,date,easting,northing", *rows, ""]).encode()
    result = read_uploads([("a.csv", content)])
    problems = result.report.problems
    assert list(problems.sort_values("row").row) == [2, 4, 5]
    assert list(problems.sort_values("row").outcome) == [KEPT, REJECTED, KEPT]
    assert list(problems.sort_values("row")["column"]) == ["date", "date", "id"]
    assert list(result.incidents.frame[OCCURRED].astype("str")) == [
        "2017-03-26 02:30:00",
        "2017-10-29 01:30:00",
        "2017-04-03 10:00:00",
        "2017-04-03 19:05:00",
    ]
    (note,) = result.report.notes
    assert "October has twice, kept as written: 1." in note
    assert "seconds or milliseconds since 1970, in UTC: 1." in note


def test_a_file_with_the_month_first_is_refused_with_its_own_remedy():
    days = ["04/25/2017", "04/26/2017", "04/27/2017", "04/05/2017", "2017-04-03"]
    content = "date,lon,lat\n" + "".join(f"{day},-0.22,51.5\n" for day in days)
    report = read_uploads([("a.csv", content.encode())]).report
    assert (report.used, report.rejected) == (1, 4)
    assert set(report.problems.reason) == {
        "the dates of this column have the month first, and dates are read day first"
    }
    assert report.problems.remedy.str.contains("the day before the month").all()
