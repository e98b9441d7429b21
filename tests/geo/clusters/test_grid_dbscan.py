"""Labels of DBSCAN by cells: the cores, clusters and noise that scikit-learn finds on all rows."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import DBSCAN

from geo.clusters import grid_dbscan
from geo.clusters.crowding import Crowding
from geo.clusters.grid_dbscan import NOISE, labels_of_cores
from geo.clusters.lattice import Points

WHOLE = st.integers(0, 12).map(float)
ANY = st.floats(0, 12, width=32)


def weighted(rows):
    """Make points of rows (x, y), equal ones together, and say which point each row is."""
    places, of_row, counts = np.unique(rows, axis=0, return_inverse=True, return_counts=True)
    group = np.zeros(len(places), np.intp)
    return Points(*places.T, counts.astype(float), group), of_row.ravel()


def assert_same_clusters(rows, eps, least):
    """Compare with scikit-learn on all rows: cores, noise, who is together, and borders."""
    points, of_row = weighted(rows)
    core = Crowding(points, eps).reaches(least)
    labels = labels_of_cores(points, core, eps)[of_row]
    oracle = DBSCAN(eps=eps, min_samples=least).fit(rows)
    is_core = np.zeros(len(rows), bool)
    is_core[oracle.core_sample_indices_] = True
    np.testing.assert_array_equal(core[of_row], is_core)
    np.testing.assert_array_equal(labels == NOISE, oracle.labels_ == NOISE)
    pairs = set(zip(labels[is_core], oracle.labels_[is_core], strict=True))
    assert len({a for a, _ in pairs}) == len({b for _, b in pairs}) == len(pairs)
    for row in np.flatnonzero(~is_core & (labels != NOISE)):
        away = ((rows[is_core] - rows[row]) ** 2).sum(axis=1)
        assert labels[row] in labels[is_core][away == away.min()]


@settings(max_examples=50)
@given(
    st.one_of(
        st.lists(st.tuples(WHOLE, WHOLE), min_size=1, max_size=60),
        st.lists(st.tuples(ANY, ANY), min_size=1, max_size=60),
    ),
    st.sampled_from([1.0, 2.0, 2.5, 5.0]),
    st.integers(1, 6),
)
def test_clusters_are_those_of_scikit_learn(rows, eps, least):
    assert_same_clusters(np.array(rows), eps, least)


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.sampled_from([20, 60, 150]), st.sampled_from([1, 3, 12, 40]))
def test_clusters_of_many_rows_are_those_of_scikit_learn(seed, eps, least):
    rng = np.random.default_rng(seed)
    centres = rng.uniform(0, 2_000, (8, 2))
    rows = centres[rng.integers(0, 8, 800)] + rng.normal(0, 80, (800, 2))
    assert_same_clusters(
        np.concatenate([rows, rows[::7], rng.uniform(0, 2_000, (200, 2))]), eps, least
    )


@pytest.mark.parametrize("gap", [149.0, 150.0, 150.000001, 151.0])
@pytest.mark.parametrize("turn", [0.0, 0.3, 0.7854])
def test_dense_patches_are_joined_by_their_closest_pair_alone(gap, turn):
    rng = np.random.default_rng(3)
    blob = np.column_stack([rng.uniform(-300, -1, 900), rng.uniform(-200, 200, 900)])
    rows = np.concatenate([blob, [[0, 0], [gap, 0]], [gap, 0] - blob])
    cos, sin = np.cos(turn), np.sin(turn)
    assert_same_clusters(rows @ np.array([[cos, sin], [-sin, cos]]), 150.0, 4)


def test_cells_with_very_many_cores_are_compared_too(monkeypatch):
    monkeypatch.setattr(grid_dbscan, "_MAX_TESTS", 20)
    rng = np.random.default_rng(5)
    for gap in (100, 140):
        blob = rng.uniform(0, 40, (40, 2))
        moved = [blob + np.array([east, 0]) for east in (0, gap, 400)]
        assert_same_clusters(np.concatenate(moved), 100.0, 3)


def test_groups_are_clustered_as_if_alone():
    rng = np.random.default_rng(7)
    x, y = rng.normal(0, 120, (2, 600))
    group = rng.integers(0, 3, 600)
    points = Points(x, y, np.ones(600), group)
    together = labels_of_cores(points, Crowding(points, 40).reaches(6), 40)
    for number in range(3):
        own = group == number
        alone = Points(x[own], y[own], np.ones(own.sum()), np.zeros(own.sum(), np.intp))
        labels = labels_of_cores(alone, Crowding(alone, 40).reaches(6), 40)
        np.testing.assert_array_equal(labels == NOISE, together[own] == NOISE)
        pairs = set(zip(labels, together[own], strict=True))
        assert len({a for a, _ in pairs}) == len({b for _, b in pairs}) == len(pairs)
    clusters = [set(together[(group == number) & (together != NOISE)]) for number in range(3)]
    assert sum(map(len, clusters)) == len(set.union(*clusters))


def test_without_cores_all_is_noise():
    points = Points(np.arange(4.0), np.zeros(4), np.ones(4), np.zeros(4, np.intp))
    labels = labels_of_cores(points, np.zeros(4, bool), 2.0)
    assert labels.tolist() == [NOISE] * 4


def test_clusters_are_numbered_by_their_first_points():
    x = np.array([900.0, 0, 901, 1, 500, 501])
    points = Points(x, np.zeros(6), np.ones(6), np.zeros(6, np.intp))
    assert labels_of_cores(points, np.ones(6, bool), 5.0).tolist() == [0, 1, 0, 1, 2, 2]
