"""How plans made the same way did: each held against what came after it, and nothing else."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from shapely import box, contains_xy

import boundaries
from boundaries.errors import ParameterError
from geo.borough import borough
from geo.evaluation.accuracy import HIT_RATE, PAI
from geo.evaluation.table import METHOD, PAI_HIGH, PAI_LOW
from geo.patrol.choosing.chosen import choose_areas
from geo.patrol.expected.demand import demand_of
from geo.patrol.params import DemandParams, PatrolParams
from geo.patrol.shift import PatrolShift
from geo.patrol.tried.track_record import (
    AHEAD,
    AHEAD_HIGH,
    AHEAD_LOW,
    BY_LOT,
    PLAN,
    TOP_SQUARES,
    TOP_WARDS,
    TRACK_COLUMNS,
    WAYS,
    TrackParams,
    TrackRecordResult,
    track_record,
)
from geo.periods import WEEKDAYS
from geo.progress import watching
from geo.schema import Incidents
from geo.selection import Selection
from tests.factories import make_incidents

EVERYTHING = Selection()
EVENINGS = PatrolShift(WEEKDAYS, 18, 24)
PARAMS = PatrolParams(EVENINGS, teams=2, minutes=60)
DEMAND = DemandParams(lookback_days=120)
TRACK = TrackParams(n_dates=3, runs=200)
PLACES = np.array([(523_510.0, 179_910.0), (524_520.0, 178_480.0), (523_230.0, 178_610.0)])
DAYS = pd.date_range("2017-01-01", "2017-10-31", freq="D")


def made(scattered: tuple[str, str] | None = None) -> Incidents:
    """Make an evening incident a day near one of three places, and one at noon anywhere.

    From one day to another all of them lie anywhere.
    """
    rng = np.random.default_rng(1)
    west, south, east, north = borough().bounds
    anywhere = rng.uniform((west, south), (east, north), (6 * len(DAYS), 2))
    anywhere = anywhere[contains_xy(borough(), *anywhere.T)][: 2 * len(DAYS)]
    near = PLACES[rng.integers(0, 3, len(DAYS))] + rng.normal(0, 35, (len(DAYS), 2))
    if scattered:
        then = (scattered[0] <= DAYS) & (scattered[1] >= DAYS)
        near[then] = anywhere[len(DAYS) :][then]
    times = [str(day + pd.Timedelta(hours=hour)) for hour in (20, 12) for day in DAYS]
    return make_incidents(times, [*map(tuple, near), *map(tuple, anywhere[: len(DAYS)])])


@pytest.fixture(scope="module")
def incidents() -> Incidents:
    return made()


@pytest.fixture(scope="module")
def found(incidents: Incidents) -> TrackRecordResult:
    return track_record(incidents, EVERYTHING, PARAMS, DEMAND, TRACK, vintage="2002")


def of(found: TrackRecordResult, way: str) -> pd.Series:
    return found.frame.set_index(METHOD).loc[way]


def test_a_plan_is_held_against_the_incidents_of_the_shift_that_follow(found, incidents):
    first, last = date(2017, 10, 4), date(2017, 10, 31)
    rows = found.dates[found.dates[METHOD] == PLAN]
    assert (rows["test_from"].iloc[-1], rows["test_to"].iloc[-1]) == (first, last)
    before = incidents.take(incidents.occurred < np.datetime64(first))
    chosen = choose_areas(demand_of(before, EVERYTHING, EVENINGS, DEMAND), PARAMS, "2002").areas
    squares = [box(w, s, w + 150, s + 150) for w, s in zip(chosen.west, chosen.south, strict=True)]
    land = sum(square.intersection(borough()).area for square in squares) / borough().area
    frame = incidents.frame
    tested = frame[(frame["occurred"] >= str(first)) & (frame["occurred"].dt.hour == 20)]
    hits = sum(any(contains_xy(square, e, n) for square in squares)
               for e, n in zip(tested["easting"], tested["northing"], strict=True))  # fmt: skip
    row = rows.iloc[-1]
    assert row["incidents"] == len(tested) == 28
    assert row["areas"] == len(squares)
    assert row["area_percent"] == pytest.approx(100 * land, rel=1e-4)
    assert row[HIT_RATE] == pytest.approx(hits / 28)
    assert row[PAI] == pytest.approx(hits / 28 / land, rel=1e-4)
    assert 15 < hits <= 28


def test_top_wards_have_what_areas_laid_by_lot_in_them_find(found, incidents):
    wards = boundaries.load_wards("2002").geometry
    frame, first = incidents.frame, pd.Timestamp("2017-10-04")
    month = frame[(frame["occurred"] < first) & (frame["occurred"] >= "2017-09-06")]
    tested = frame[(frame["occurred"] >= first) & (frame["occurred"].dt.hour == 20)]
    counts, later = (
        np.array([contains_xy(ward, rows["easting"], rows["northing"]).sum() for ward in wards])
        for rows in (month, tested)
    )
    top = np.argsort(-counts, kind="stable")[:3]
    assert counts[top[1]] > counts[top[2]]  # no tie that a lot would have to settle
    density = [later[ward] / len(tested) / (wards[ward].area / borough().area) for ward in top[:2]]
    rows = found.dates[found.dates[METHOD] == TOP_WARDS]
    # Cells of 50 m go to the ward of their middle.
    assert rows[PAI].iloc[-1] == pytest.approx(np.mean(density), rel=0.02)


def test_plans_find_places_that_last_and_by_lot_nothing_is_found(found):
    assert tuple(found.frame.columns) == TRACK_COLUMNS
    assert found.frame[METHOD].tolist() == list(WAYS)
    lot = of(found, BY_LOT)
    assert lot[PAI] == pytest.approx(1)
    plan = of(found, PLAN)
    assert np.isnan(plan[AHEAD])
    assert lot[AHEAD] == pytest.approx(plan[PAI] - 1)
    assert lot[AHEAD_LOW] > 0
    assert of(found, TOP_WARDS)[AHEAD_LOW] > 0
    by_date = found.dates.pivot_table(index="test_from", columns=METHOD, values=PAI)
    ahead = (by_date[PLAN] - by_date[TOP_SQUARES]).mean()
    assert of(found, TOP_SQUARES)[AHEAD] == pytest.approx(ahead)
    assert found.in_words().startswith("Plans made this way found ")
    assert "clearly more than last month's top wards" in found.in_words()
    assert found.record.params["n_dates_used"] == 3
    assert "3 dates can hardly tell skill from luck" in " ".join(found.record.warnings)


def test_what_comes_after_a_date_changes_nothing_of_its_plan(found):
    other = track_record(
        made(("2017-10-04", "2017-10-31")), EVERYTHING, PARAMS, DEMAND, TRACK, vintage="2002"
    )
    mine, theirs = (one.dates[one.dates[METHOD] == PLAN] for one in (found, other))
    pd.testing.assert_series_equal(mine["area_percent"], theirs["area_percent"])
    np.testing.assert_array_equal(mine[HIT_RATE][:-1], theirs[HIT_RATE][:-1])
    assert theirs[HIT_RATE].iloc[-1] < 0.2 < mine[HIT_RATE].iloc[-1]


def test_months_are_tested_on_months(incidents):
    frame = incidents.frame
    months = frame.assign(
        occurred=frame["occurred"].dt.to_period("M").dt.to_timestamp(), time_precision="month"
    )
    said: list[tuple[int, int]] = []
    with watching(lambda done, total, _: said.append((done, total))):
        found = track_record(
            Incidents(months), EVERYTHING, PARAMS, DEMAND, replace(TRACK, n_dates=1),
            vintage="2022",
        )  # fmt: skip
    assert said == [(0, 1), (1, 1)]
    assert found.record.params["test"] == "1 month"
    assert found.dates["test_from"][0] == date(2017, 10, 1)
    assert "nothing is known of the shift" in " ".join(found.record.warnings)
    assert "at one date only" in found.in_words()
    plan = of(found, PLAN)
    assert np.isnan(plan[PAI_LOW])
    assert np.isnan(plan[PAI_HIGH])


def test_a_test_without_an_incident_of_the_shift_is_left_out(incidents):
    # Nothing happens at night, so there is nothing to expect and nothing to test.
    nights = replace(PARAMS, shift=PatrolShift(WEEKDAYS, 2, 5))
    with pytest.raises(ParameterError, match="No plan could be made at any of 3 dates"):
        track_record(incidents, EVERYTHING, nights, DEMAND, TRACK, vintage="2002")
    quiet = incidents.take(
        (incidents.occurred < np.datetime64("2017-10-04"))
        | (incidents.frame["occurred"].dt.hour == 12).to_numpy()
    )
    found = track_record(quiet, EVERYTHING, PARAMS, DEMAND, TRACK, vintage="2002")
    assert found.record.params["n_dates_used"] == 2
    assert "1 of 3 tests have no incident in the hours" in " ".join(found.record.warnings)


def test_a_date_at_which_no_plan_can_be_made_is_left_out():
    late = made(("2017-01-01", "2017-08-14"))
    found = track_record(
        late, EVERYTHING, replace(PARAMS, min_incidents=5), DemandParams(lookback_days=28), TRACK,
        vintage="2002",
    )  # fmt: skip
    assert found.dates["test_from"].unique().tolist() == [date(2017, 9, 6), date(2017, 10, 4)]
    said = " ".join(found.record.warnings)
    assert "At 1 of 3 dates no plan could be made" in said
    assert "No square of 150 m rests on 5 incidents" in said


@pytest.mark.parametrize(
    ("low", "high", "says"),
    [
        (0.1, 2, "clearly more than last month's top squares"),
        (-2, -0.1, "clearly less than last month's top squares"),
        (-1, 1, "no clearer than chance beside last month's top squares"),
    ],
)
def test_a_lead_is_said_as_clear_as_it_is(found, low, high, says):
    ways = found.frame[METHOD] == TOP_SQUARES
    frame = found.frame.assign(**{
        AHEAD_LOW: found.frame[AHEAD_LOW].where(~ways, low),
        AHEAD_HIGH: found.frame[AHEAD_HIGH].where(~ways, high),
    })  # fmt: skip
    assert says in replace(found, frame=frame).in_words()
