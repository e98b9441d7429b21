"""Pairs close in space and time: published values, the library of the field, and a plain loop."""

from itertools import combinations, permutations

import geopandas as gpd
import libpysal
import numpy as np
import pointpats
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import geo.repeats.knox as knox_module
from boundaries.errors import ParameterError
from geo.progress import watching
from geo.repeats.bands import Bands
from geo.repeats.knox import close_pairs, knox

DAYS = st.integers(-40, 40)
PLACES = st.tuples(st.integers(0, 6), st.integers(0, 6)).map(
    lambda steps: (523_000.1 + 60 * steps[0], 179_000.7 + 80 * steps[1])
)
EVENTS = st.lists(st.tuples(PLACES, DAYS), max_size=25)
BANDS = Bands((0, 1, 100, 200, 350), (0, 3, 6, 20))


def columns(events):
    places = np.array([place for place, _ in events], float).reshape(-1, 2)
    return places[:, 0], places[:, 1], np.array([day for _, day in events], np.int64)


def band_of(value: float, edges) -> int | None:
    return next((i for i in range(len(edges) - 1) if edges[i] <= value < edges[i + 1]), None)


def pair_by_pair(easting, northing, days, bands: Bands) -> np.ndarray:
    """Look at every pair; the slow and obvious way."""
    counts = np.zeros((len(bands.space_edges_m) - 1, len(bands.time_edges_days) - 1), int)
    for i, j in combinations(range(len(days)), 2):
        metres = round(np.hypot(easting[i] - easting[j], northing[i] - northing[j]), 3)
        at = band_of(metres, bands.space_edges_m), band_of(abs(days[i] - days[j]),
                                                           bands.time_edges_days)  # fmt: skip
        if None not in at:
            counts[at] += 1
    return counts


def test_bands_hold_their_lower_border():
    # 100 m and 3 days apart fall into [100, 200) and [3, 6), see Knox 1964.
    bands = Bands((0, 100, 200), (0, 3, 6))
    east, north = np.array([524_200.2, 524_300.2]), np.array([179_000.7, 179_000.7])
    assert east[1] - east[0] < 100
    found = knox(east, north, np.array([0, 3]), bands, runs=1, seed=0)
    assert found.observed.tolist() == [[0, 0], [0, 1]]


def test_the_case_of_three_points():
    # Space 0.9 to 1.1 and time up to 25 hours: 2 close pairs, and p about 1/3.
    east, north, days = np.array([1.0, 2, 2]), np.array([5.0, 5, 6]), np.array([1, 2, 3])
    bands = Bands((0.9, 1.1), (0, 2))
    dealt = [pair_by_pair(east, north, np.array(p), bands)[0, 0] for p in permutations(days)]
    assert np.mean(np.array(dealt) >= 2) == pytest.approx(1 / 3)
    found = knox(east, north, days, bands, runs=2_000, seed=1)
    assert found.observed.tolist() == [[2]]
    assert (found.simulated >= 2).mean() == pytest.approx(1 / 3, abs=0.04)
    assert set(found.simulated.ravel()) == set(dealt)


@pytest.fixture(scope="module")
def burkitt():
    frame = gpd.read_file(libpysal.examples.get_path("burkitt.shp"))
    return frame["X"].to_numpy(float), frame["Y"].to_numpy(float), frame["T"].to_numpy(np.int64)


@pytest.mark.parametrize(("delta", "tau"), [(20, 5), (5, 30), (40, 60)])
def test_counts_and_chance_are_those_of_pointpats(burkitt, delta, tau):
    # Closed bounds there, half-open ones here; the data's coordinates are whole numbers.
    east, north, days = burkitt
    rng_state = np.random.get_state()  # noqa: NPY002 - the library draws from the global state
    np.random.seed(3)  # noqa: NPY002
    other = pointpats.Knox(
        np.column_stack([east, north]), days[:, np.newaxis], delta, tau, permutations=99, keep=True
    )
    np.random.set_state(rng_state)  # noqa: NPY002
    found = knox(east, north, days, Bands((0, delta + 0.001), (0, tau + 1)), runs=999, seed=3)
    assert found.observed[0, 0] == other.statistic_
    simulated = found.simulated[:, 0, 0]
    spread = simulated.std() * np.sqrt(1 / 99 + 1 / 999)
    assert abs(simulated.mean() - other.sim.mean()) < 4 * spread


def test_the_published_number_of_pairs_of_burkitts_data(burkitt):
    # Documentation of pointpats: 13 pairs within 20 units and 5 days.
    found = knox(*burkitt, Bands((0, 20.001), (0, 6)), runs=1, seed=0)
    assert found.observed.tolist() == [[13]]


@settings(max_examples=40)
@given(EVENTS)
def test_counts_are_those_of_every_pair(events):
    east, north, days = columns(events)
    found = knox(east, north, days, BANDS, runs=3, seed=0)
    np.testing.assert_array_equal(found.observed, pair_by_pair(east, north, days, BANDS))
    # Dealing out times moves pairs between bands of time and never between bands of distance.
    everything = Bands(BANDS.space_edges_m, (0, 1_000))
    by_distance = knox(east, north, days, everything, runs=3, seed=0)
    assert (by_distance.simulated == by_distance.observed).all()


@settings(max_examples=20)
@given(EVENTS, st.randoms(use_true_random=False))
def test_the_order_of_rows_makes_no_difference(events, random):
    shuffled = random.sample(events, len(events))
    one = knox(*columns(events), BANDS, runs=1, seed=0).observed
    other = knox(*columns(shuffled), BANDS, runs=1, seed=0).observed
    np.testing.assert_array_equal(one, other)


def crowd(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    return (*rng.integers(0, 15, (2, n)) * 50.0, rng.integers(0, 60_000, n))


def test_results_do_not_depend_on_workers_and_do_on_the_seed():
    one, two = (knox(*crowd(300), BANDS, runs=20, seed=7, workers=k).simulated for k in (1, 2))
    np.testing.assert_array_equal(one, two)
    other = knox(*crowd(300), BANDS, runs=20, seed=8).simulated
    assert (one != other).any()
    assert len(np.unique(one, axis=0)) > 10


def test_blocks_make_no_difference(monkeypatch):
    events = crowd(250)
    whole = knox(*events, BANDS, runs=3, seed=7)
    monkeypatch.setattr(knox_module, "_PAIRS_PER_BLOCK", 17)
    monkeypatch.setattr(knox_module, "_SITES_PER_BLOCK", 13)
    pieces = knox(*events, BANDS, runs=3, seed=7)
    np.testing.assert_array_equal(pieces.observed, whole.observed)
    np.testing.assert_array_equal(pieces.observed, pair_by_pair(*events, BANDS))


def test_long_spans_of_days_are_counted_right():
    east, north = np.zeros(3), np.zeros(3)
    found = knox(east, north, np.array([0, 40_000, 100_000]), Bands((0, 1), (0, 40_000, 60_001)),
                 runs=1, seed=0)  # fmt: skip
    assert found.observed.tolist() == [[0, 2]]
    small = knox(east, north, np.array([0, 10, 32_000]), Bands((0, 1), (0, 20, 90_000)),
                 runs=1, seed=0)  # fmt: skip
    assert small.observed.tolist() == [[1, 2]]


def test_every_pair_stands_once():
    east, north, _ = crowd(120)
    pairs = close_pairs(east, north, BANDS.space_edges_m)
    both = {frozenset(pair) for pair in zip(pairs.first, pairs.second, strict=True)}
    assert len(both) == len(pairs.first) == pairs.borders[-1]
    assert all(len(pair) == 2 for pair in both)


def test_too_many_pairs_are_refused_with_a_remedy(monkeypatch):
    monkeypatch.setattr(knox_module, "MOST_PAIRS", 44)
    east = np.zeros(10)
    with pytest.raises(
        ParameterError, match=r"45 pairs lie within 350 m, .* shorter period or one"
    ):
        close_pairs(east, east, BANDS.space_edges_m)
    assert len(close_pairs(east[:9], east[:9], BANDS.space_edges_m).first) == 36


def test_progress_is_told():
    told = []
    with watching(lambda *what: told.append(what)):
        knox(*crowd(10), BANDS, runs=3, seed=0)
    assert told == [(1, 3, "simulations"), (2, 3, "simulations"), (3, 3, "simulations")]


@pytest.mark.parametrize(
    ("space", "time", "message"),
    [
        ((0,), (0, 7), r"space_edges_m is \(0,\); it needs two borders"),
        ((0, 100, 100), (0, 7), "space_edges_m goes from 100 to 100; borders must ascend"),
        ((0, 100), (7, 0), "time_edges_days goes from 7 to 0; borders must ascend"),
        ((-1, 100), (0, 7), "borders are numbers from 0 on"),
        ((0, float("inf")), (0, 7), "borders are numbers from 0 on"),
        ((0, 100), (0, 1.5), r"time_edges_days holds 1\.5; give whole days"),
    ],
)
def test_borders_are_checked(space, time, message):
    with pytest.raises(ParameterError, match=message):
        Bands(space, time)
