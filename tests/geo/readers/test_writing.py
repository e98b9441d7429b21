"""What is written in the plain layout reads back to equal incidents."""

import csv
import io
from datetime import datetime
from operator import itemgetter

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.readers import read, read_uploads, write_plain_csv
from geo.readers.clock_changes import skipped_and_repeated
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
    VICTIM_REF,
    Incidents,
)

# Anything that can stand in a text file, with what spreadsheets run often in front.
TEXTS = st.builds(
    lambda start, rest: (start + rest).strip(),
    st.sampled_from(["", "=", "+", "-", "@", "'", "'=", "''-", '"', ",", ";", "NULL", "a\tb\n"]),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8),
).filter(bool)
QUALITIES = [quality for quality in LOCATION_QUALITIES if quality != "not located"]
FIRST_KINDS = {"minute": "s", "day": "D", "month": "M"}


@st.composite
def one_incident(draw) -> dict[str, object]:
    precision = draw(st.sampled_from(sorted(FIRST_KINDS)))
    # Times that the clocks skip in March are moved on when they are read, and the future refused.
    moments = st.datetimes(datetime(1950, 1, 1), datetime(2025, 12, 31)).map(np.datetime64)
    moments = moments.filter(lambda moment: not skipped_and_repeated(np.array([moment]))[0][0])
    start, end = (
        to_precision(moment, precision) for moment in sorted([draw(moments), draw(moments)])
    )
    located = draw(st.booleans())
    return {
        INCIDENT_ID: draw(TEXTS),
        SOURCE: draw(TEXTS),
        CATEGORY: draw(TEXTS),
        IS_CRIME: draw(st.sampled_from([True, False, pd.NA])),
        OCCURRED: start,
        TIME_PRECISION: precision,
        EASTING: draw(st.floats(400_000, 699_999)) if located else np.nan,
        NORTHING: draw(st.floats(5_000, 1_299_999)) if located else np.nan,
        **{column: draw(st.booleans()) for column in STRAND_COLUMNS.values()},
        LOCATION_TEXT: draw(st.none() | TEXTS),
        VICTIM_REF: draw(st.none() | TEXTS),
        OCCURRED_END: draw(st.sampled_from([np.datetime64("NaT", "us"), start, end])),
        LOCATION_QUALITY: draw(st.sampled_from(QUALITIES)) if located else "not located",
    }


def to_precision(moment: np.datetime64, precision: str) -> np.datetime64:
    return moment.astype(f"datetime64[{FIRST_KINDS[precision]}]").astype("datetime64[us]")


def incidents_of(rows: list[dict[str, object]]) -> Incidents:
    frame = pd.DataFrame(rows)
    texts = [INCIDENT_ID, SOURCE, CATEGORY, TIME_PRECISION, LOCATION_TEXT, VICTIM_REF]
    texts.append(LOCATION_QUALITY)
    return Incidents(
        frame.astype(
            dict.fromkeys(texts, "str")
            | {IS_CRIME: "boolean"}
            | dict.fromkeys([OCCURRED, OCCURRED_END], "datetime64[us]")
        )
    )


def written(incidents: Incidents) -> str:
    buffer = io.StringIO()
    write_plain_csv(incidents, buffer)
    return buffer.getvalue()


@settings(max_examples=25)
@given(st.lists(one_incident(), min_size=1, max_size=4, unique_by=itemgetter(SOURCE, INCIDENT_ID)))
def test_what_is_written_reads_back_equal(rows):
    incidents = incidents_of(rows)
    result = read_uploads([("x.csv", written(incidents).encode())])
    pd.testing.assert_frame_equal(result.incidents.frame, incidents.frame)
    assert result.report.rejected == 0
    assert result.incidents.fingerprint == incidents.fingerprint


@given(one_incident())
def test_no_cell_that_is_written_can_run_as_a_formula(row):
    rows = list(csv.reader(io.StringIO(written(incidents_of([row])), newline="")))
    assert len(rows) == 2
    assert not [cell for cell in rows[1] if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


@given(one_incident(), st.sampled_from(["\r", "\n", "\r\n"]))
def test_a_line_end_inside_a_text_begins_no_row(row, line_end):
    incidents = incidents_of([row | {LOCATION_TEXT: f"a{line_end}=1+1"}])
    rows = list(csv.reader(io.StringIO(written(incidents), newline="")))
    assert len(rows) == 2


def test_leading_tabs_are_guarded_too():
    row = dict.fromkeys((INCIDENT_ID, SOURCE, CATEGORY, LOCATION_TEXT, VICTIM_REF), "\t=1")
    row |= dict.fromkeys(STRAND_COLUMNS.values(), True) | {IS_CRIME: True, TIME_PRECISION: "day"}
    row |= {OCCURRED: pd.Timestamp("2017-04-03"), EASTING: np.nan, NORTHING: np.nan}
    row |= {OCCURRED_END: pd.NaT, LOCATION_QUALITY: "not located"}
    incidents = incidents_of([row])
    assert "'\t=1" in written(incidents)
    result = read_uploads([("x.csv", written(incidents).encode())])
    pd.testing.assert_frame_equal(result.incidents.frame, incidents.frame, check_like=True)


def test_the_demonstration_data_reads_back_equal(tmp_path):
    incidents = read(["demo"]).incidents
    write_plain_csv(incidents, tmp_path / "demo.csv")
    again = read([tmp_path / "demo.csv"]).incidents
    assert again.is_demonstration
    pd.testing.assert_frame_equal(again.frame, incidents.frame)
