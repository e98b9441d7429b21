"""DBSCAN on weighted positions, many frames at once, and its automatic setting."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import DBSCAN

from geo.clusters.crowding import Crowding
from geo.clusters.dbscan import (
    DbscanParams,
    automatic_min_incidents,
    dbscan,
    dbscan_and_crowding,
    warnings_about,
)
from geo.clusters.grid_dbscan import NOISE
from geo.clusters.lattice import Points
from geo.sites import sites_of


def stacked_points(seed, n_places=150, n=600, side=3_000):
    """Make rows on few places, some of them crowded together."""
    rng = np.random.default_rng(seed)
    places = rng.uniform(0, side, (n_places, 2))
    places[: n_places // 2] = places[0] + rng.normal(0, 150, (n_places // 2, 2))
    return places[rng.integers(0, n_places, n)].T


def clusters_of_rows(x, y, params, frame=None):
    sites, site_of = sites_of(x, y)
    frame = np.zeros(len(x), int) if frame is None else frame
    counts = np.zeros((frame.max() + 1, len(sites)))
    np.add.at(counts, (frame, site_of), 1)
    found, crowding = dbscan_and_crowding(sites, counts, params)
    np.testing.assert_array_equal(dbscan(sites, counts, params).labels, found.labels)
    return found, found.labels[frame, site_of], crowding[frame, site_of]


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.sampled_from([60, 150, 400]), st.sampled_from([3, 12, 40]))
def test_weighted_places_get_the_labels_that_all_rows_would(seed, eps_m, min_incidents):
    x, y = stacked_points(seed)
    _, ours, _ = clusters_of_rows(x, y, DbscanParams(eps_m, min_incidents))
    oracle = DBSCAN(eps=eps_m, min_samples=min_incidents).fit(np.column_stack([x, y]))
    core = np.zeros(len(x), bool)
    core[oracle.core_sample_indices_] = True
    pairs = set(zip(ours[core], oracle.labels_[core], strict=True))
    assert len({a for a, _ in pairs}) == len({b for _, b in pairs}) == len(pairs)
    np.testing.assert_array_equal(ours == NOISE, oracle.labels_ == NOISE)


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_a_border_place_joins_its_nearest_core(seed):
    x, y = stacked_points(seed)
    _, ours, _ = clusters_of_rows(x, y, DbscanParams(150, 12))
    cores = DBSCAN(eps=150, min_samples=12).fit(np.column_stack([x, y])).core_sample_indices_
    for row in np.setdiff1d(np.flatnonzero(ours != NOISE), cores):
        away = np.hypot(x[cores] - x[row], y[cores] - y[row])
        assert ours[row] == ours[cores[away.argmin()]]


def test_frames_at_once_are_frames_one_by_one():
    x, y = stacked_points(1)
    frame = (np.arange(len(x)) % 3 > 0).astype(int)
    _, together, _ = clusters_of_rows(x, y, DbscanParams(150, 10), frame)
    for number in (0, 1):
        own = frame == number
        _, alone, _ = clusters_of_rows(x[own], y[own], DbscanParams(150, 10))
        np.testing.assert_array_equal(together[own] == NOISE, alone == NOISE)
        pairs = set(zip(together[own], alone, strict=True))
        assert len({a for a, _ in pairs}) == len({b for _, b in pairs}) == len(pairs)


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.sampled_from([60, 150, 400]))
def test_the_most_crowded_places_of_a_cluster_are_known_exactly(seed, eps_m):
    x, y = stacked_points(seed)
    _, labels, crowding = clusters_of_rows(x, y, DbscanParams(eps_m, 8))
    within = (np.hypot(x[:, None] - x, y[:, None] - y) <= eps_m).sum(axis=1)
    assert (crowding <= within).all()
    for cluster in set(labels) - {NOISE}:
        own = labels == cluster
        highest = within[own].max()
        assert crowding[own].max() == highest
        np.testing.assert_array_equal(crowding[own] == highest, within[own] == highest)


def known(crowding, weight):
    """Put points so far apart that each has only its own stack around it."""
    n = len(crowding)
    points = Points(1e4 * np.arange(n), np.zeros(n), np.asarray(crowding, float), np.zeros(n, int))
    return automatic_min_incidents(Crowding(points, 150), np.asarray(weight, float))


def test_the_automatic_minimum_is_what_the_most_crowded_quarter_have():
    assert known([10, 20, 30, 40], [3, 3, 3, 3]) == 30
    assert known([10, 20, 30, 40], [30, 1, 1, 1]) == 10
    assert known([1, 2, 3, 4], [1, 1, 1, 1]) == 5


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.sampled_from([60, 150, 400]))
def test_the_automatic_minimum_is_the_quantile_of_all_rows(seed, eps_m):
    x, y = stacked_points(seed)
    found, _, _ = clusters_of_rows(x, y, DbscanParams(eps_m))
    within = (np.hypot(x[:, None] - x, y[:, None] - y) <= eps_m).sum(axis=1)
    assert found.min_incidents == max(5, np.quantile(within, 0.75, method="inverted_cdf"))
    assert "most crowded quarter" in found.rule


@pytest.mark.parametrize("factor", [1, 1e3, 1e5, 1e8])
def test_the_automatic_minimum_can_always_be_set_by_hand(factor):
    chosen = known(factor * np.array([10, 20, 30, 40]), np.ones(4))
    assert DbscanParams(min_incidents=chosen).min_incidents == chosen


def test_a_given_minimum_has_no_rule():
    found, _, _ = clusters_of_rows(*stacked_points(3), DbscanParams(150, 12))
    assert (found.min_incidents, found.rule) == (12, None)


def test_no_incidents_make_no_clusters():
    sites, _ = sites_of(np.zeros(0), np.zeros(0))
    found, crowding = dbscan_and_crowding(sites, np.zeros((3, 0)), DbscanParams())
    assert found.labels.shape == crowding.shape == (3, 0)
    assert found.min_incidents == 5


def test_a_radius_finer_than_the_positions_is_warned_of():
    assert not warnings_about(100)
    assert "finer than the positions" in warnings_about(90)[0]
