"""Counting within a radius: exact at any density, for any weights, groups and distances."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.neighbors import KDTree

from geo.clusters import crowding, lattice
from geo.clusters.crowding import Crowding
from geo.clusters.lattice import Points

coordinate = st.one_of(st.integers(-20, 20).map(float), st.floats(-1e4, 1e4, width=32))


def points_of(x, y, weight=None, group=None):
    n = len(x)
    weight = np.ones(n) if weight is None else np.asarray(weight, float)
    group = np.zeros(n, np.intp) if group is None else np.asarray(group, np.intp)
    return Points(np.asarray(x, float), np.asarray(y, float), weight, group)


def counted_one_by_one(points, radius_m):
    east = points.x[:, None] - points.x
    north = points.y[:, None] - points.y
    near = (east * east + north * north <= radius_m * radius_m) & (
        points.group[:, None] == points.group
    )
    return near @ points.weight


def assert_bounds_hold(crowds, expected):
    assert (crowds.lower <= expected).all()
    assert (crowds.upper >= expected).all()


@st.composite
def weighted_points(draw):
    places = draw(st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=40))
    n = len(places)
    weight = draw(st.lists(st.integers(1, 5), min_size=n, max_size=n))
    group = draw(st.lists(st.integers(0, 3), min_size=n, max_size=n))
    return points_of(*np.array(places).T, weight, group)


@settings(max_examples=50)
@given(weighted_points(), st.sampled_from([1.0, 5.0, 7.5, 150.0]), st.integers(1, 64))
def test_bounds_hold_and_settled_numbers_are_exact(points, radius_m, fineness):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crowding, "FINENESS", fineness)
        crowds = Crowding(points, radius_m)
    expected = counted_one_by_one(points, radius_m)
    assert_bounds_hold(crowds, expected)
    crowds.settle(np.ones(len(points), bool))
    np.testing.assert_array_equal(crowds.lower, expected)
    np.testing.assert_array_equal(crowds.upper, expected)


@settings(max_examples=30)
@given(weighted_points(), st.sampled_from([1.0, 5.0, 150.0]), st.integers(1, 60))
def test_what_reaches_a_number_is_known_without_the_number(points, radius_m, least):
    crowds = Crowding(points, radius_m)
    expected = counted_one_by_one(points, radius_m)
    np.testing.assert_array_equal(crowds.reaches(least), expected >= least)
    assert_bounds_hold(crowds, expected)


@pytest.mark.parametrize("step", [1.0, 10.0, 37.5, 50.0])
@pytest.mark.parametrize("radius_m", [50.0, 75.0, 150.0])
def test_points_exactly_the_radius_apart_are_counted_as_scikit_learn_does(step, radius_m):
    side = np.arange(-8, 9) * step
    east, north = (axis.ravel() for axis in np.meshgrid(523_000 + side, 179_000 + side))
    crowds = Crowding(points_of(east, north), radius_m)
    crowds.settle(np.ones(len(east), bool))
    places = np.column_stack([east, north])
    expected = KDTree(places).query_radius(places, radius_m, count_only=True)
    np.testing.assert_array_equal(crowds.lower, expected)


@pytest.mark.parametrize("spread", [40, 400, 4_000])
def test_many_points_are_counted_as_scikit_learn_does(spread):
    rng = np.random.default_rng(spread)
    east, north = rng.normal((523_000, 179_000), spread, (6_000, 2)).T
    crowds = Crowding(points_of(east, north), 150)
    places = np.column_stack([east, north])
    expected = KDTree(places).query_radius(places, 150, count_only=True)
    assert_bounds_hold(crowds, expected)
    np.testing.assert_array_equal(crowds.reaches(500), expected >= 500)
    crowds.settle(np.ones(len(east), bool))
    np.testing.assert_array_equal(crowds.lower, expected)


def test_work_in_small_pieces_gives_the_same(monkeypatch):
    rng = np.random.default_rng(1)
    points = points_of(*rng.normal(0, 200, (2, 500)), rng.integers(1, 9, 500))
    expected = counted_one_by_one(points, 100)
    monkeypatch.setattr(crowding, "_AT_ONCE", 7)
    monkeypatch.setattr(crowding, "_MAX_TESTS", 50)
    monkeypatch.setattr(crowding, "_BLOCK", 11)
    crowds = Crowding(points, 100)
    assert_bounds_hold(crowds, expected)
    crowds.settle(np.ones(500, bool))
    np.testing.assert_array_equal(crowds.lower, expected)


def test_a_far_away_point_costs_no_cells():
    points = points_of([0, 1, 1e9], [0, 0, 1e9])
    assert lattice.lattice_of(points, 150, 4).n_cells < 1_000
    crowds = Crowding(points, 150)
    crowds.settle(np.ones(3, bool))
    assert crowds.lower.tolist() == [2, 2, 1]


def test_very_many_incidents_at_a_place_are_counted():
    crowds = Crowding(points_of([0, 10], [0, 0], [3e9, 2]), 150)
    assert crowds.lower.tolist() == crowds.upper.tolist() == [3e9 + 2, 3e9 + 2]
