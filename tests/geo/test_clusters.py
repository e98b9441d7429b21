"""DBSCAN on weighted positions, its automatic setting, and the outlines of clusters."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from sklearn.cluster import DBSCAN

from geo import clusters
from geo.clusters import (
    NOISE,
    DbscanParams,
    automatic_min_incidents,
    cluster_areas,
    cluster_labels,
    neighbour_graph,
    warnings_about,
)
from geo.discs import disc_unions
from geo.sites import sites_of

EVERYWHERE = shapely.box(-1e5, -1e5, 1e5, 1e5)


def stacked_points(seed, n_places=150, n=600, side=3_000):
    """Make rows on few places, some of them crowded together."""
    rng = np.random.default_rng(seed)
    places = rng.uniform(0, side, (n_places, 2))
    places[: n_places // 2] = places[0] + rng.normal(0, 150, (n_places // 2, 2))
    return places[rng.integers(0, n_places, n)].T


def labels_of_rows(x, y, eps_m, min_incidents):
    sites, site_of = sites_of(x, y)
    graph = neighbour_graph(sites, eps_m)
    counts = np.bincount(site_of, minlength=len(sites)).astype(float)
    labels = cluster_labels(graph, counts, graph.crowding(counts[None])[0], min_incidents)
    return labels[site_of]


@given(st.integers(0, 10_000), st.sampled_from([60, 150, 400]), st.sampled_from([3, 12, 40]))
def test_weighted_places_get_the_labels_that_all_rows_would(seed, eps_m, min_incidents):
    x, y = stacked_points(seed)
    ours = labels_of_rows(x, y, eps_m, min_incidents)
    oracle = DBSCAN(eps=eps_m, min_samples=min_incidents).fit(np.column_stack([x, y]))
    core = np.zeros(len(x), bool)
    core[oracle.core_sample_indices_] = True
    pairs = {(a, b) for a, b in zip(ours[core], oracle.labels_[core], strict=True)}
    assert len({a for a, _ in pairs}) == len({b for _, b in pairs}) == len(pairs)
    np.testing.assert_array_equal(ours == NOISE, oracle.labels_ == NOISE)


@given(st.integers(0, 10_000))
def test_a_border_place_joins_its_nearest_core(seed):
    x, y = stacked_points(seed)
    ours = labels_of_rows(x, y, 150, 12)
    oracle = DBSCAN(eps=150, min_samples=12).fit(np.column_stack([x, y]))
    cores = oracle.core_sample_indices_
    for row in np.setdiff1d(np.flatnonzero(ours != NOISE), cores):
        away = np.hypot(x[cores] - x[row], y[cores] - y[row])
        assert ours[row] == ours[cores[away.argmin()]]


def test_frames_at_once_are_frames_one_by_one():
    x, y = stacked_points(1)
    sites, site_of = sites_of(x, y)
    graph = neighbour_graph(sites, 150)
    early = np.arange(len(x)) % 3 == 0
    counts = np.array(
        [np.bincount(site_of[part], minlength=len(sites)) for part in (early, ~early)]
    )
    crowding = graph.crowding(counts.astype(float))
    for frame, part in enumerate((early, ~early)):
        labels = cluster_labels(graph, counts[frame].astype(float), crowding[frame], 10)
        expected = labels_of_rows(x[part], y[part], 150, 10)
        np.testing.assert_array_equal(labels[site_of[part]], expected)


def test_crowding_counts_the_rows_within_the_radius():
    x, y = stacked_points(2)
    sites, site_of = sites_of(x, y)
    graph = neighbour_graph(sites, 200)
    counts = np.bincount(site_of, minlength=len(sites)).astype(float)
    within = np.hypot(x[:, None] - sites.easting, y[:, None] - sites.northing) <= 200
    np.testing.assert_array_equal(graph.crowding(counts[None])[0], within.sum(axis=0))


def test_the_automatic_minimum_is_what_the_most_crowded_quarter_have():
    crowding = np.array([[10.0, 20.0], [30.0, 40.0]])
    assert automatic_min_incidents(crowding, np.array([[3.0, 3.0], [3.0, 3.0]])) == 30
    assert automatic_min_incidents(crowding, np.array([[30.0, 1.0], [1.0, 1.0]])) == 10
    assert automatic_min_incidents(crowding / 10, np.ones((2, 2))) == 5
    assert automatic_min_incidents(crowding, np.zeros((2, 2))) == 5


@pytest.mark.parametrize("factor", [1e-3, 1, 1e3, 1e5, 1e8])
def test_the_automatic_minimum_can_always_be_set_by_hand(factor):
    crowding = factor * np.array([[10.0, 20.0], [30.0, 40.0]])
    chosen = automatic_min_incidents(crowding, np.ones((2, 2)))
    assert DbscanParams(min_incidents=chosen).min_incidents == chosen


def test_many_scattered_positions_are_rounded_and_still_add_up(monkeypatch):
    monkeypatch.setattr(clusters, "MAX_PAIRS", 100)
    x, y = np.random.default_rng(4).uniform(0, 2_000, (2, 500))
    sites, _ = sites_of(x, y)
    graph = neighbour_graph(sites, 160)
    assert graph.rounded_to_m == 20
    moved = np.hypot(
        graph.nodes.easting[graph.node_of_site] - sites.easting,
        graph.nodes.northing[graph.node_of_site] - sites.northing,
    )
    assert moved.max() <= 20 / 2**0.5
    assert graph.counts(np.ones((1, len(sites)))).sum() == len(sites)


def test_unions_of_discs_are_those_of_buffered_points():
    rng = np.random.default_rng(5)
    group = np.repeat([0, 1, 2, 3], [1, 2, 30, 80])
    x, y = rng.uniform(0, 400, (2, len(group))) + 523_000
    drawn = disc_unions(x, y, group, 75)
    points = shapely.multipoints(shapely.points(x, y), indices=group)
    exact = shapely.buffer(points, 75, quad_segs=32)
    apart = shapely.area(shapely.symmetric_difference(drawn, exact)) / shapely.area(exact)
    assert shapely.is_valid(drawn).all()
    assert apart.max() < 0.03
    assert shapely.covers(drawn, points).all()


def test_discs_that_leave_a_gap_keep_the_hole():
    angle = np.arange(0, 2 * np.pi, 0.2)
    (ring,) = disc_unions(300 * np.cos(angle), 300 * np.sin(angle), np.zeros(len(angle), int), 75.0)
    assert not ring.contains(shapely.Point(0, 0))
    assert len(shapely.get_parts(ring)[0].interiors) == 1


def test_outlines_lie_in_the_area_and_do_not_overlap():
    area = shapely.box(500, 0, 3_000, 2_500)
    x, y = stacked_points(6, n_places=400, n=3_000)
    inside = shapely.intersects_xy(area, x, y)
    x, y = x[inside], y[inside]
    sites, site_of = sites_of(x, y)
    graph = neighbour_graph(sites, 150)
    counts = np.bincount(site_of, minlength=len(sites)).astype(float)[None]
    crowding = graph.crowding(counts)
    frame_of, areas = cluster_areas(graph, counts, crowding, 25, 150, area)
    assert len(areas) > 3
    assert not frame_of.any()
    assert shapely.covers(area.buffer(1e-6), areas).all()
    assert shapely.area(areas).sum() == pytest.approx(shapely.union_all(areas).area)


def test_no_incidents_make_no_clusters():
    sites, _ = sites_of(np.zeros(0), np.zeros(0))
    graph = neighbour_graph(sites, 150)
    counts = np.zeros((3, 0))
    frame_of, areas = cluster_areas(graph, counts, graph.crowding(counts), 5, 150, EVERYWHERE)
    assert len(frame_of) == len(areas) == 0


def test_a_radius_finer_than_the_positions_is_warned_of():
    assert not warnings_about(DbscanParams())
    assert "finer than the positions" in warnings_about(DbscanParams(eps_m=90))[0]
