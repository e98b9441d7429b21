"""ST-DBSCAN beside a slow version that compares every pair of incidents."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.clusters import st_dbscan as module
from geo.clusters.grid_dbscan import NOISE
from geo.clusters.st_dbscan import StDbscanParams, st_dbscan
from geo.frames import FrameParams, frames_of, whole_time
from geo.selection import Selection
from geo.sites import locate_selected
from tests.factories import make_incidents

EAST, NORTH = 523_400, 179_000


def slow_st_dbscan(x, y, day, eps_m, eps_days, least):
    """Cluster rows one after the other, as Birant and Kut write it: cores, labels of cores."""
    near = (x[:, None] - x) ** 2 + (y[:, None] - y) ** 2 <= eps_m**2
    near &= np.abs(day[:, None] - day) <= eps_days
    core = near.sum(axis=1) >= least
    labels = np.full(len(x), NOISE)
    for seed in np.flatnonzero(core):
        if labels[seed] != NOISE:
            continue
        waiting, labels[seed] = [seed], seed
        while waiting:
            for other in np.flatnonzero(near[waiting.pop()] & core):
                if labels[other] == NOISE:
                    labels[other] = seed
                    waiting.append(other)
    return near, core, labels


def labels_of_rows(x, y, day, params, window=None):
    """Give the label of every row, and of which frame; one frame without a window."""
    times = (np.datetime64("2016-01-01") + day.astype(int)).astype(str)
    incidents = make_incidents(times, list(zip(x + EAST, y + NORTH, strict=True)), precision="day")
    located = locate_selected(incidents, Selection())
    frames = whole_time(incidents)
    if window:
        frames = frames_of(incidents, FrameParams("month", window))
    found = st_dbscan(located, frames, params)
    first = np.datetime64("2016-01-01").astype(int)
    days = incidents.occurred.astype("datetime64[D]").astype(int) - first
    keys = {}
    counted = located.incidents.occurred.astype("datetime64[D]").astype(int)
    assert found.incidents.sum() == sum(frames.members(f).sum() for f in range(len(frames)))
    order = np.lexsort((counted, located.site_of))
    distinct = np.unique(np.stack([located.site_of[order], counted[order]]), axis=1)
    if not window:
        keys = {(s, d): k for k, (s, d) in enumerate(distinct.T)}
        at = [keys[s, d] for s, d in zip(located.site_of, counted, strict=True)]
        assert (days == day).all()
        return found, found.labels[at], found.crowding[at]
    return found, None, None


def assert_as_slow(x, y, day, eps_m, eps_days, least):
    params = StDbscanParams(eps_m, eps_days, least)
    _, labels, crowding = labels_of_rows(x, y, day, params)
    near, core, slow = slow_st_dbscan(x, y, day, eps_m, eps_days, least)
    np.testing.assert_array_equal(crowding, near.sum(axis=1))
    pairs = set(zip(labels[core], slow[core], strict=True))
    assert len({a for a, _ in pairs}) == len({b for _, b in pairs}) == len(pairs)
    reached = core | (near & core).any(axis=1)
    np.testing.assert_array_equal(labels != NOISE, reached)
    away = (x[:, None] - x) ** 2 + (y[:, None] - y) ** 2
    for row in np.flatnonzero(reached & ~core):
        mine = np.flatnonzero(near[row] & core)
        nearest = mine[away[row, mine] == away[row, mine].min()]
        assert labels[row] in labels[nearest]


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.integers(0, 8), st.integers(0, 8), st.integers(0, 12)), min_size=1, max_size=60
    ),
    st.sampled_from([50, 100, 125]),
    st.integers(0, 4),
    st.integers(3, 6),
)
def test_clusters_are_those_of_comparing_all_pairs(rows, eps_m, eps_days, least):
    x, y, day = np.array(rows, float).T
    assert_as_slow(50 * x, 50 * y, day, eps_m, eps_days, least)


@settings(max_examples=15)
@given(st.integers(0, 10_000))
def test_scattered_clusters_are_those_of_comparing_all_pairs(seed):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(0, 150, (2, 300))
    assert_as_slow(x, y, rng.integers(0, 60, 300).astype(float), 80, 5, 6)


def test_work_in_small_pieces_gives_the_same(monkeypatch):
    monkeypatch.setattr(module, "_MAX_TESTS", 30)
    rng = np.random.default_rng(2)
    x, y = rng.normal(0, 150, (2, 200))
    assert_as_slow(x, y, rng.integers(0, 60, 200).astype(float), 80, 5, 5)


def test_one_place_at_two_times_is_two_clusters_and_the_days_decide():
    x = np.repeat(0.0, 12)
    day = np.array([0, 1, 2, 3, 4, 5, 40, 41, 42, 43, 44, 45.0])
    _, labels, _ = labels_of_rows(x, x, day, StDbscanParams(100, 1, 3))
    assert labels.tolist() == [0] * 6 + [1] * 6
    _, labels, _ = labels_of_rows(x, x, day, StDbscanParams(100, 35, 3))
    assert set(labels) == {0}


def test_the_hour_makes_no_difference_to_the_day():
    points = [(EAST, NORTH)] * 3
    times = ["2016-01-01T23:59", "2016-01-02T00:01", "2016-01-03T23:00"]
    for precision in ("minute", "day"):
        incidents = make_incidents(times, points, precision=precision)
        located = locate_selected(incidents, Selection())
        found = st_dbscan(located, whole_time(incidents), StDbscanParams(50, 1, 3))
        assert found.crowding.tolist() == [2, 3, 2]
        assert found.labels.tolist() == [0, 0, 0]


def test_incidents_known_by_month_only_are_left_out_and_said():
    times, points = ["2016-01-01"] * 8, [(EAST, NORTH)] * 8
    incidents = make_incidents(times, points, precision=["day"] * 5 + ["month"] * 3)
    found = st_dbscan(
        locate_selected(incidents, Selection()), whole_time(incidents), StDbscanParams()
    )
    assert found.crowding.tolist() == [5]
    assert found.warnings[0].startswith("3 located incidents are known by month only")


def test_every_frame_is_clustered_alone():
    rng = np.random.default_rng(4)
    x, y = rng.normal(0, 100, (2, 300))
    day = rng.integers(0, 90, 300).astype(float)
    params = StDbscanParams(80, 10, 5)
    found, _, _ = labels_of_rows(x, y, day, params, window=1)
    assert set(found.frame) == {0, 1, 2}
    for frame, (first, end) in enumerate([(0, 31), (31, 60), (60, 91)]):
        own = (day >= first) & (day < end)
        alone, _, _ = labels_of_rows(x[own], y[own], day[own], params)
        here = found.frame == frame
        np.testing.assert_array_equal(found.crowding[here], alone.crowding)
        np.testing.assert_array_equal(found.labels[here] == NOISE, alone.labels == NOISE)


def test_the_automatic_minimum_is_what_the_most_crowded_quarter_have():
    rng = np.random.default_rng(6)
    x, y = rng.normal(0, 100, (2, 400)).round(-1)
    day = rng.integers(0, 60, 400).astype(float)
    found, _, crowding = labels_of_rows(x, y, day, StDbscanParams(100, 7))
    assert found.min_incidents == np.quantile(crowding, 0.75, method="inverted_cdf")
    assert "within 100 m and 7 days" in found.rule
