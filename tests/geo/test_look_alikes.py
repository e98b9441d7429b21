"""Pairs that may be the same event, held to every pair looked at one by one."""

from datetime import timedelta
from time import perf_counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import geo.close_pairs
from boundaries.errors import ParameterError
from geo import demonstration, schema
from geo.look_alikes import (
    DISTANCE_M,
    FIRST_ID,
    FIRST_SOURCE,
    HOURS_APART,
    LOOK_ALIKE_COLUMNS,
    NOTES,
    SCORE,
    SECOND_ID,
    SECOND_SOURCE,
    WHY,
    LookAlikeParams,
    compare,
    look_alikes,
    together,
)
from geo.schema import Incidents
from tests.factories import incidents_of
from tests.oracles import pairs_one_by_one

NOWHERE = float("nan")
EVERY_MONTH = LookAlikeParams(day_not_known="same month")


def keys(frame: pd.DataFrame, *, swapped: bool = False) -> list[tuple]:
    names = [FIRST_SOURCE, FIRST_ID, SECOND_SOURCE, SECOND_ID]
    names = names[2:] + names[:2] if swapped else names
    return sorted(frame[names].itertuples(index=False, name=None))


def one_and_other(one: dict, other: dict) -> pd.DataFrame:
    start = {"at": "2024-05-03T12:00", "source": "police"}
    return look_alikes(
        incidents_of([start | one]), incidents_of([start | {"source": "council"} | other])
    )


MINUTES = st.integers(0, 3 * 24 * 60).map(
    lambda m: (pd.Timestamp("2024-01-30") + timedelta(minutes=15 * (m // 15))).isoformat()
)


@st.composite
def rows(draw: st.DrawFn) -> list[dict]:
    n = draw(st.integers(0, 8))
    made = []
    for i in range(n):
        row = {
            "id": f"T{i}",
            "source": draw(st.sampled_from(["police", "council", "college"])),
            "at": draw(MINUTES),
            "place": draw(
                st.one_of(
                    st.just((NOWHERE, NOWHERE)),
                    st.tuples(st.sampled_from([-100, 0, 60, 80, 1e9]), st.sampled_from([0, 80])),
                )
            ),
            "category": draw(st.sampled_from(["Assault", " ASSAULT.", "Theft", "not stated"])),
            "strands": draw(st.sampled_from([(), (), ("race",), ("race", "disability")])),
            "victim": draw(st.sampled_from([None, "V1", "v1", "V2", "Not known"])),
            "precision": draw(st.sampled_from(["minute", "day", "month"])),
        }
        if row["precision"] != "minute":
            day = row["at"][:10]
            row["at"] = day if row["precision"] == "day" else f"{day[:7]}-01"
        elif draw(st.booleans()):
            hours = draw(st.sampled_from([1, 30, 24 * 9]))
            row["to"] = (pd.Timestamp(row["at"]) + timedelta(hours=hours)).isoformat()
        made.append(row)
    return made


@settings(max_examples=20)
@given(rows(), rows(), st.sampled_from(["leave out", "same month"]))
def test_pairs_are_those_of_looking_at_every_one(first, second, months):
    params = LookAlikeParams(day_not_known=months)
    one, other = incidents_of(first), incidents_of(second)
    before = one.frame.copy(), other.frame.copy()
    both = compare(one, other, params)
    expected = pairs_one_by_one(one.frame, other.frame, 100, 7, months == "same month")
    assert keys(both.frame) == sorted(expected)
    assert both.found == len(expected)
    assert both.not_compared == 0
    assert keys(look_alikes(other, one, params), swapped=True) == keys(both.frame)
    alone = look_alikes(one, params=params)
    among = pairs_one_by_one(one.frame, one.frame, 100, 7, months == "same month")
    assert keys(alone) == sorted(pair for pair in among if pair[0] < pair[2])
    pd.testing.assert_frame_equal(one.frame, before[0])
    pd.testing.assert_frame_equal(other.frame, before[1])


@settings(max_examples=20)
@given(rows())
def test_the_likeliest_come_first_and_scores_keep_to_their_bounds(some):
    frame = look_alikes(incidents_of(some), params=EVERY_MONTH)
    assert tuple(frame.columns) == LOOK_ALIKE_COLUMNS
    assert frame[SCORE].is_monotonic_decreasing
    assert frame[SCORE].between(0, 100).all()
    assert (frame[FIRST_SOURCE] < frame[SECOND_SOURCE]).all()


@pytest.mark.parametrize(
    ("one", "other", "pairs"),
    [
        ({}, {}, 1),
        ({}, {"source": "police"}, 0),  # one source knows its own incidents apart
        ({}, {"place": (100, 0)}, 1),
        ({}, {"place": (100.0004, 0)}, 1),
        ({}, {"place": (100.001, 0)}, 0),
        ({"place": (-0.0005, 0)}, {"place": (99.9999, 0)}, 1),
        ({}, {"at": "2024-05-04T00:00"}, 0),
        ({"to": "2024-05-04T08:00"}, {"at": "2024-05-04T23:00"}, 1),
        ({"to": "2024-05-10T08:00"}, {"at": "2024-05-09T23:00"}, 0),  # more than seven days
        ({"precision": "month", "at": "2024-05-01"}, {"at": "2024-05-01T10:00"}, 0),
        ({}, {"category": "assault "}, 1),
        ({}, {"category": "Robbery"}, 0),
        ({}, {"category": "Not stated"}, 1),
        ({"strands": ["race"]}, {"category": "Robbery", "strands": ["race", "disability"]}, 1),
        ({"strands": ["race"]}, {"category": "Robbery", "strands": ["disability"]}, 0),
        ({"place": (NOWHERE, NOWHERE)}, {}, 0),
        ({"place": (NOWHERE, NOWHERE), "victim": "V-1"}, {"victim": "v 1"}, 1),
        ({"place": (NOWHERE, NOWHERE), "victim": "Unknown"}, {"victim": "unknown"}, 0),
        ({"place": (500, 0), "victim": "V-1"}, {"victim": "V-1"}, 0),  # both places are known
    ],
)
def test_what_makes_a_pair(one, other, pairs):
    assert len(one_and_other(one, other)) == pairs


def test_a_pair_says_what_speaks_for_it():
    frame = one_and_other(
        {"strands": ["race"], "victim": "7"},
        {"at": "2024-05-03T12:40", "place": (30, 40), "strands": ["race"], "victim": "7"},
    )
    assert frame[WHY].item() == (
        "Same day; 40 minutes apart; 50 m apart; both Assault; both with strand race; same victim "
        "reference."
    )
    assert frame[DISTANCE_M].item() == 50
    assert frame[HOURS_APART].item() == pytest.approx(2 / 3)
    assert frame[SCORE].item() == round(20 + 30 * (1 - 2 / 3 / 24) + 30, 1)
    frame = one_and_other(
        {"place": (NOWHERE, NOWHERE), "victim": "7", "precision": "day", "at": "2024-05-03"},
        {"category": "not stated", "victim": "7"},
    )
    assert frame[WHY].item() == (
        "Same day; hour not known; same victim reference, and a place is not known; category not "
        "stated by one."
    )
    assert frame[[DISTANCE_M, HOURS_APART]].isna().all(axis=None)
    assert frame[SCORE].item() == 20 + 15 + 5 + 5 + 10


def test_a_moved_position_is_said():
    one = incidents_of([{"at": "2024-05-03T12:00"}])
    quality = one.frame.assign(source="council", location_quality="postcode")
    assert "known by postcode only" in look_alikes(one, Incidents(quality))[WHY].item()


def test_months_are_left_out_unless_asked_for_and_said_either_way():
    police = incidents_of([{"at": "2024-05-01", "precision": "month"}] * 3)
    council = incidents_of([{"at": "2024-05-20T10:00", "source": "council"}])
    without = compare(police, council)
    assert (without.found, without.day_not_known) == (0, 3)
    assert without.frame.attrs[NOTES] == without.notes
    assert without.notes[0].startswith("The day of 3 of 4 incidents is not known")
    asked = compare(police, council, EVERY_MONTH)
    assert asked.found == 3
    assert asked.frame[WHY].str.startswith("Same month, day not known; ").all()
    assert "in the same month" in asked.notes[0]


def test_the_likeliest_are_listed_and_all_are_counted():
    near = [{"at": "2024-05-03T12:00", "place": (i, 0)} for i in range(60)]
    council = incidents_of([{"at": "2024-05-03T12:00", "source": "council"}])
    result = compare(incidents_of(near), council, LookAlikeParams(most_pairs=10))
    assert result.found == 60
    assert result.frame[DISTANCE_M].tolist() == list(range(10))
    assert result.notes[0].startswith(
        "60 pairs may be the same event; the likeliest 10 are listed."
    )


def test_too_many_at_one_place_on_one_day_are_counted_and_not_looked_at(monkeypatch):
    monkeypatch.setattr(geo.close_pairs, "MOST_CANDIDATES", 100)
    monkeypatch.setattr(geo.close_pairs, "_PER_PIECE", 7)
    crowd = [{"at": "2024-05-01T10:00"}] * 20 + [{"at": "2024-05-02T10:00"}] * 9
    here, there = incidents_of(crowd), incidents_of([row | {"source": "x"} for row in crowd])
    result = compare(here, there)
    assert (result.found, result.not_compared) == (81, 400)
    assert result.notes[0].startswith("400 pairs were not compared: on 1 day (or months) too many")


def test_nothing_is_found_where_nothing_is():
    empty = incidents_of([])
    some = incidents_of([{"at": "2024-05-03T12:00"}])
    for frame in (look_alikes(empty), look_alikes(empty, some), look_alikes(some, empty)):
        assert frame.empty
        assert tuple(frame.columns) == LOOK_ALIKE_COLUMNS
        assert frame.attrs[NOTES] == ()


def test_one_source_alone_has_no_look_alikes():
    months = incidents_of([{"at": "2024-05-01", "precision": "month"}] * 2)
    for incidents in (demonstration.load(), months):
        result = compare(incidents, params=EVERY_MONTH)
        assert result.frame.empty
        assert result.notes == ()


def test_copies_of_the_demonstration_data_find_themselves():
    incidents = demonstration.load()
    located = incidents.frame[incidents.frame[schema.EASTING].notna()].reset_index(drop=True)
    moved = located.assign(
        source="council", easting=located[schema.EASTING] + 30, category="not stated"
    )
    days = LookAlikeParams(distance_m=31)
    result = compare(Incidents(located), Incidents(moved), days)
    found = set(result.frame.loc[result.frame[FIRST_ID] == result.frame[SECOND_ID], FIRST_ID])
    assert found == set(located.loc[located[schema.TIME_PRECISION] != "month", schema.INCIDENT_ID])


def test_tables_of_two_comparisons_are_one_with_the_likeliest_first():
    start = {"at": "2024-05-03T12:00"}
    police = incidents_of([start, start | {"at": "2024-06-01", "precision": "month"}])
    near = incidents_of([start | {"source": "council", "place": (5, 0)}])
    far = incidents_of([start | {"source": "college", "place": (90, 0)}])
    tables = look_alikes(police, far), look_alikes(police, near)
    both = together(*tables)
    assert both[SECOND_SOURCE].tolist() == ["council", "college"]
    assert both.attrs[NOTES] == tables[0].attrs[NOTES] != ()
    pd.testing.assert_frame_equal(
        together(both, look_alikes(police)), both, check_dtype=False, check_flags=False
    )


def test_settings_have_bounds():
    with pytest.raises(ParameterError, match="distance_m is 0; it must be from 1 to 1000 m"):
        LookAlikeParams(distance_m=0)


def scattered(n: int, source: str, seed: int) -> Incidents:
    rng = np.random.default_rng(seed)
    minutes = rng.integers(0, 10 * 365 * 24 * 60, n)
    columns = {
        schema.INCIDENT_ID: np.arange(n).astype(str),
        schema.SOURCE: source,
        schema.CATEGORY: np.array(["Assault", "Theft", "Burglary"])[rng.integers(0, 3, n)],
        schema.IS_CRIME: pd.array(np.ones(n, bool), dtype="boolean"),
        schema.OCCURRED: np.datetime64("2014-01-01", "us") + minutes.astype("timedelta64[m]"),
        schema.TIME_PRECISION: "minute",
        schema.EASTING: rng.uniform(520_000, 526_000, n),
        schema.NORTHING: rng.uniform(175_000, 183_000, n),
        **dict.fromkeys(schema.STRAND_COLUMNS.values(), np.zeros(n, bool)),
    }
    return Incidents(pd.DataFrame(columns))


def test_time_grows_with_the_rows_and_not_with_the_pairs():
    one, other = scattered(100_000, "police", 1), scattered(100_000, "council", 2)
    begun = perf_counter()
    result = compare(one, other)
    taken = perf_counter() - begun
    # 10^10 pairs, of which one in 3,650 is of a day, one in 1,528 within 100 m, one in 3 of a type.
    assert result.found == pytest.approx(1e10 / 3650 / (48e6 / (np.pi * 1e4)) / 3, rel=0.15)
    assert taken < 5
