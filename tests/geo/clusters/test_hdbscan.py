"""HDBSCAN by scikit-learn on stacked positions, and what is done with very many incidents."""

import numpy as np
import pytest
from sklearn.cluster import HDBSCAN

from geo.clusters import hdbscan as module
from geo.clusters.grid_dbscan import NOISE
from geo.clusters.hdbscan import HdbscanParams, automatic_least, hdbscan
from geo.sites import sites_of


def two_densities(seed=1):
    """Make a tight group, a loose one, and a few rows anywhere."""
    rng = np.random.default_rng(seed)
    tight, loose = rng.normal(0, 30, (150, 2)), rng.normal(0, 200, (150, 2)) + np.array([2_000, 0])
    return np.concatenate([tight, loose, rng.uniform(-3_000, 5_000, (30, 2))])


def clusters_of_rows(rows, params, least):
    sites, site_of = sites_of(*rows.T)
    counts = np.bincount(site_of, minlength=len(sites)).astype(float)
    found = hdbscan(sites, counts, params, least)
    return found, found.labels[site_of], found.probability[site_of]


def test_groups_of_different_density_are_both_found():
    _, labels, probability = clusters_of_rows(two_densities(), HdbscanParams(min_samples=5), 20)
    tight, loose = labels[:150], labels[150:300]
    assert np.bincount(tight[tight >= 0]).max() > 120
    assert np.bincount(loose[loose >= 0]).max() > 100
    assert set(tight) & set(loose) <= {NOISE}
    assert (probability[labels == NOISE] == 0).all()
    assert ((probability >= 0) & (probability <= 1)).all()


@pytest.mark.parametrize("stacked", [False, True])
@pytest.mark.parametrize("selected", ["eom", "leaf"])
def test_labels_are_those_of_scikit_learn_on_all_rows(stacked, selected):
    rows = two_densities(2)
    rows = rows.round(-2) if stacked else rows
    params = HdbscanParams(min_samples=8, join_m=0, selected=selected)
    _, labels, probability = clusters_of_rows(rows, params, 15)
    order = np.lexsort((rows[:, 1], rows[:, 0]))
    oracle = HDBSCAN(
        min_cluster_size=15,
        min_samples=8,
        cluster_selection_method=selected,
        copy=True,
    ).fit(rows[order])
    np.testing.assert_array_equal(labels[order], oracle.labels_)
    if not stacked:
        np.testing.assert_allclose(probability[order], oracle.probabilities_)


def test_a_stack_of_incidents_alone_is_no_cluster_where_close_ones_are_joined():
    rng = np.random.default_rng(3)
    places = np.concatenate([rng.uniform(0, 150, (10, 2)), rng.uniform(0, 150, (10, 2)) + 1_500])
    rows = np.repeat(places, 30, axis=0)
    apart = clusters_of_rows(rows, HdbscanParams(min_samples=5, join_m=0), 20)[1]
    joined = clusters_of_rows(rows, HdbscanParams(min_samples=5, join_m=200), 20)[1]
    assert len(set(apart) - {NOISE}) == 20
    assert len(set(joined) - {NOISE}) == 2


def test_clusters_are_joined_by_their_closest_incidents_and_only_then():
    rng = np.random.default_rng(5)
    rows = rng.normal(0, 10, (120, 2))
    rows[60:, 0] += 200
    apart = clusters_of_rows(rows, HdbscanParams(min_samples=5, join_m=0), 20)[1]
    one, two = (rows[apart == cluster] for cluster in (0, 1))
    gap = np.hypot(*(one[:, None] - two).T).min()
    for join_m, n_clusters in ((gap - 1, 2), (gap + 1, 1)):
        labels = clusters_of_rows(rows, HdbscanParams(min_samples=5, join_m=join_m), 20)[1]
        assert len(set(labels) - {NOISE}) == n_clusters
        np.testing.assert_array_equal(labels == NOISE, apart == NOISE)


def test_very_many_incidents_are_thinned_evenly_and_the_numbers_with_them(monkeypatch):
    rows = two_densities(4)
    monkeypatch.setattr(module, "MAX_ROWS", 110)
    found, labels, _ = clusters_of_rows(rows, HdbscanParams(min_samples=9, join_m=0), 30)
    assert found.every == 3
    sites, _ = sites_of(*rows.T)
    taken = np.column_stack([sites.easting, sites.northing])[2::3]
    oracle = HDBSCAN(min_cluster_size=10, min_samples=3, copy=True).fit(taken)
    np.testing.assert_array_equal(found.labels[2::3], oracle.labels_)
    assert (np.delete(found.labels, np.s_[2::3]) == NOISE).all()
    again = clusters_of_rows(rows[::-1], HdbscanParams(min_samples=9, join_m=0), 30)[1]
    np.testing.assert_array_equal(labels, again[::-1])


@pytest.mark.parametrize("n", [0, 1, 4])
def test_too_few_incidents_have_no_clusters(n):
    rows = np.arange(2.0 * n).reshape(n, 2)
    found, _, _ = clusters_of_rows(rows, HdbscanParams(), 5)
    assert (found.labels == NOISE).all()
    assert (found.probability == 0).all()


def test_the_automatic_least_is_a_hundredth_of_an_average_period():
    assert automatic_least(np.full((2, 100), 30.0)) == 30
    assert automatic_least(np.full((2, 100), 1.0)) == 10
    assert automatic_least(np.zeros((0, 5))) == 10
