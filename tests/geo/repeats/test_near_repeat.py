"""Near repeats of incidents: what is compared, what is found, and what is said."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely

import boundaries
from boundaries.errors import ParameterError
from geo.readers import read
from geo.repeats.near_repeat import (
    DISTANCE,
    EXPECTED,
    EXPECTED_MEDIAN,
    NEAR_REPEAT_COLUMNS,
    P_CORRECTED,
    P_VALUE,
    PAIRS,
    RATIO,
    RATIO_MEDIAN,
    SIGNIFICANCE,
    TIME,
    NearRepeatParams,
    near_repeat,
)
from geo.schema import Incidents
from geo.selection import Selection
from tests.factories import make_incidents
from tests.reruns import assert_reruns

ALL = Selection()
QUICK = NearRepeatParams(
    space_edges_m=(0, 1, 100, 200, 300), time_edges_days=(0, 7, 14, 28), runs=499
)
NAN = float("nan")
NOTHING_NEARBY = (
    "Nearby and soon after an incident there are no more others than chance would give."
)


def scattered(n: int, seed: int, echoes: int = 0, at_once: bool = False) -> Incidents:
    """Scatter incidents over borough and year; after some another follows within 60 m and 5 days.

    ``at_once`` puts it at the very place.
    """
    rng = np.random.default_rng(seed)
    land = boundaries.load_borough().geometry.union_all().buffer(-150)
    west, south, east, north = land.bounds
    places = rng.uniform((west, south), (east, north), (20 * n, 2))
    inside = shapely.contains_xy(land, *places.T)
    places = places[inside][:n].round(1)
    days = rng.integers(0, 365, n)
    step = 0 if at_once else rng.uniform(-40, 40, (echoes, 2)).round(1)
    places = np.concatenate([places, places[:echoes] + step])
    days = np.concatenate([days, days[:echoes] + rng.integers(0, 6, echoes)])
    times = (np.datetime64("2016-01-01") + days).astype(str).tolist()
    return make_incidents(times, [tuple(place) for place in places], precision="day")


@pytest.fixture(scope="module")
def echoing() -> Incidents:
    return scattered(250, 1, echoes=80)


def test_the_table_has_exactly_these_columns_and_bands(echoing):
    frame = near_repeat(echoing, ALL, QUICK).frame
    assert tuple(frame.columns) == NEAR_REPEAT_COLUMNS
    assert frame[DISTANCE].unique().tolist() == [
        "same place",
        "1 to 100 m",
        "100 to 200 m",
        "200 to 300 m",
    ]
    assert frame[TIME].unique().tolist() == ["0 to 6 days", "7 to 13 days", "14 to 27 days"]
    assert frame.iloc[4][["from_m", "to_m", "from_days", "to_days"]].tolist() == [1, 100, 7, 14]
    assert len(frame) == 12


def test_followers_nearby_and_soon_are_found(echoing):
    result = near_repeat(echoing, ALL, QUICK)
    near = result.frame.set_index([DISTANCE, TIME]).loc[("1 to 100 m", "0 to 6 days")]
    assert near[PAIRS] >= 80
    assert near[P_VALUE] == 1 / 500
    assert near[RATIO] > 5
    assert result.findings[0].startswith(
        "Up to 100 m from an incident, more others than chance would give follow within 6 days: "
    )
    assert result.findings[0].endswith("Up to 100 m they follow within 6 days.")
    assert len(result.findings) == 1
    assert result.frame[RATIO].idxmax() == 3


def test_followers_at_the_same_place_are_told_apart():
    result = near_repeat(scattered(200, 2, echoes=60, at_once=True), ALL, QUICK)
    same, nearby = result.findings
    assert same == (
        "At the same place, more incidents than chance would give follow within 6 days: "
        f"60 pairs, {60 / result.expected[0, 0]:.1f} times those expected."
    )
    assert nearby == NOTHING_NEARBY
    assert "share a recorded position" in " ".join(result.record.warnings)


def test_what_follows_on_the_same_day_is_not_said_to_follow_later():
    rng = np.random.default_rng(4)
    spots = rng.uniform((523_000, 178_500), (523_900, 180_000), (60, 2)).round()
    days = np.datetime64("2016-01-01") + rng.integers(0, 300, 60)
    twice = [str(day) for day in days for _ in range(2)]
    at = [tuple(spot) for spot in spots for _ in range(2)]
    incidents = make_incidents(twice, at, precision="day")
    bands = NearRepeatParams((0, 1, 100), (0, 1, 7), 499)
    assert (
        near_repeat(incidents, ALL, bands)
        .findings[0]
        .startswith(
            "At the same place, more incidents than chance would give follow on the same day: "
        )
    )
    whole = NearRepeatParams((0, 100), (0, 1, 7), 499)
    assert (
        near_repeat(incidents, ALL, whole)
        .findings[0]
        .endswith("Up to 100 m they follow on the same day.")
    )


def test_bands_that_begin_further_out_and_later_are_said_as_they_are():
    incidents = scattered(200, 2, echoes=60)
    step = make_incidents(
        (incidents.occurred + np.timedelta64(2, "D")).astype(str).tolist(),
        [(e + 120, n) for e, n in zip(incidents.easting, incidents.northing, strict=True)],
        precision="day",
    )
    both = Incidents(pd.concat([incidents.frame, step.frame], ignore_index=True))
    found = near_repeat(both, ALL, NearRepeatParams((100, 200), (1, 4, 20), 499)).findings[0]
    assert found.startswith(
        "From 100 to 200 m from an incident, more others than chance would give follow "
        "1 to 3 days later: "
    )


def test_places_and_seasons_alone_are_no_near_repeats():
    rng = np.random.default_rng(3)
    spots = rng.uniform((523_000, 178_500), (523_900, 180_000), (30, 2)).round()
    busy = np.datetime64("2016-01-01") + np.sort(rng.integers(0, 365, 400)) // 3
    at = spots[np.minimum(rng.exponential(8, 400).astype(int), 29)]
    incidents = make_incidents(busy.astype(str).tolist(), [tuple(p) for p in at], precision="day")
    result = near_repeat(incidents, ALL, QUICK)
    assert result.observed.sum() > 5_000
    assert (result.p > 0.05).all()
    assert result.findings == (NOTHING_NEARBY,)


def test_the_figures_of_a_row_fit_together(echoing):
    params = NearRepeatParams((0, 1, 150, 300), (0, 10, 40), 99, correction="bonferroni")
    result = near_repeat(echoing, ALL, params)
    frame = result.frame
    np.testing.assert_allclose(frame[RATIO], frame[PAIRS] / frame[EXPECTED].replace(0, np.nan))
    np.testing.assert_allclose(
        frame[RATIO_MEDIAN], frame[PAIRS] / frame[EXPECTED_MEDIAN].replace(0, np.nan)
    )
    np.testing.assert_allclose(frame[P_CORRECTED], np.minimum(frame[P_VALUE] * 6, 1))
    assert frame[P_VALUE].between(1 / 100, 1).all()
    assert frame[SIGNIFICANCE].isin([0.01, 0.05, 0.1, 1.0]).all()
    np.testing.assert_array_equal(frame[PAIRS], result.observed.ravel())
    assert result.record.rules["correction"] == "Bonferroni over 6 tests"


def test_months_only_and_places_unknown_or_outside_are_left_out():
    incidents = make_incidents(
        ["2016-01-01", "2016-01-03T23:59", "2016-01-01", "2016-01-02", "2016-01-02"],
        [(523_500, 179_900)] * 3 + [(NAN, NAN), (550_000, 179_900)],
        precision=["day", "minute", "month", "day", "day"],
    )
    result = near_repeat(incidents, ALL, NearRepeatParams((0, 100), (0, 2, 3), 99))
    assert result.incidents_used == 2
    assert result.observed.tolist() == [[0, 1]]  # whole calendar days, whatever the hour
    assert result.record.warnings[0] == (
        "1 located incidents are known to the month only and are left out; 2 are compared."
    )
    assert (result.record.located, result.record.outside, result.record.not_located) == (3, 1, 1)


@pytest.mark.parametrize("n", [0, 1])
def test_too_few_incidents_give_an_empty_table_and_say_so(n):
    incidents = make_incidents(["2016-01-01"] * n, [(523_500, 179_900)] * n)
    result = near_repeat(incidents, ALL, QUICK)
    assert result.observed.sum() == 0
    assert (result.frame[P_VALUE] == 1).all()
    assert result.frame[RATIO].isna().all()
    assert "no pair of incidents in any band" in result.record.warnings[-1]


def test_a_selection_is_compared_alone(echoing):
    selection = Selection(end=pd.Timestamp("2016-06-30").date())
    alone = near_repeat(selection.apply(echoing), ALL, QUICK)
    pd.testing.assert_frame_equal(near_repeat(echoing, selection, QUICK).frame, alone.frame)


def test_it_can_be_made_again_from_its_record(echoing):
    selection = Selection(end=pd.Timestamp("2016-06-30").date())
    params = NearRepeatParams((0, 100, 200), (0, 7, 14), 99, seed=5)
    assert_reruns(near_repeat(echoing, selection, params), echoing)


def test_too_few_simulations_for_the_correction_are_told(echoing):
    few = NearRepeatParams(QUICK.space_edges_m, QUICK.time_edges_days, runs=99)
    warning = "With 99 simulations and 12 tests no band alone can be significant; take 239 or more."
    assert warning in near_repeat(echoing, ALL, few).record.warnings
    assert warning not in near_repeat(echoing, ALL, replace(few, correction="none")).record.warnings
    assert "simulations" not in " ".join(near_repeat(echoing, ALL, QUICK).record.warnings)


def test_wrong_borders_are_refused():
    with pytest.raises(ParameterError, match="space_edges_m goes from 200 to 100; borders must"):
        NearRepeatParams(space_edges_m=(0, 200, 100))
    with pytest.raises(ParameterError, match="runs is 10; it must be from 99 to 9999 runs"):
        NearRepeatParams(runs=10)


def test_police_uk_months_leave_nothing_to_compare(police_uk_paths):
    incidents = read([police_uk_paths]).incidents
    result = near_repeat(incidents, ALL, QUICK)
    assert result.incidents_used == 0
    assert result.record.located > 0
    assert (
        f"{result.record.located:,} located incidents are known to the month only"
        in (result.record.warnings[0])
    )
