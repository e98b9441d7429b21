"""Null models: how likely each slot is, and that throws follow it."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import boundaries
from boundaries.errors import ParameterError
from geo.grids.grid import grid_over
from geo.surfaces.density import borough
from geo.surfaces.null_models import (
    Chances,
    alias_table,
    node_chances_of,
    place_chances,
    resident_chances,
    uniform_chances,
)
from geo.wards.join import ward_lookup

LAND = shapely.Polygon([(0, 0), (1400, 100), (1500, 900), (700, 1300), (-100, 800)])


def per_cell(chances, grid, refinement):
    """Add up the probability of the nodes of each cell."""
    together = np.zeros(chances.n_slots)
    together[chances.slots] = chances.probability
    return together.reshape(refinement**2, grid.n_rows, grid.n_cols).sum(axis=0)


def centres(chances, grid, refinement):
    """Give easting and northing of the middle of each slot that can be hit."""
    place, cell = np.divmod(chances.slots, grid.n_rows * grid.n_cols)
    row, col = np.divmod(cell, grid.n_cols)
    in_row, in_col = np.divmod(place, refinement)
    along = [(whole + (part + 0.5) / refinement) for whole, part in ((col, in_col), (row, in_row))]
    return grid.west + along[0] * grid.cell_size_m, grid.south + along[1] * grid.cell_size_m


@settings(max_examples=40)
@given(st.lists(st.integers(1, 1000), min_size=1, max_size=40))
def test_the_alias_table_holds_exactly_the_probabilities(weights):
    probability = np.array(weights) / sum(weights)
    other, keep = alias_table(probability)
    assert (keep > -1e-12).all()
    held = keep + np.bincount(other, weights=1 - keep, minlength=len(keep))
    assert held / len(keep) == pytest.approx(probability)


@pytest.mark.parametrize("n", [600, 60_000])
def test_throws_are_multinomial(n):
    # The smaller number is drawn one by one, the larger slot by slot.
    rng = np.random.default_rng(1)
    probability = rng.dirichlet(np.ones(200))
    chances = Chances(np.arange(200) * 3, probability, 700)
    total = np.zeros(700, np.int64)
    squares = []
    for _ in range(200):
        counts = chances.throw(n, rng)
        assert counts.sum() == n
        total += counts
        squares.append(counts[chances.slots[:3]])
    assert np.delete(total, chances.slots).sum() == 0
    assert stats.chisquare(total[chances.slots], 200 * n * probability).pvalue > 1e-3
    expected = n * probability[:3] * (1 - probability[:3])
    # The variance of 200 draws has a relative standard error of about a tenth.
    assert np.var(squares, axis=0) == pytest.approx(expected, rel=0.5)


def test_nothing_is_thrown():
    assert place_chances(5).throw(0, np.random.default_rng(1)).tolist() == [0] * 5


@pytest.mark.parametrize("refinement", [1, 3, 5])
def test_uniform_throws_follow_the_land_in_each_cell(refinement):
    grid = grid_over(LAND, 100)
    chances = uniform_chances(grid, refinement, LAND)
    expected = grid.inside_share / grid.inside_share.sum()
    np.testing.assert_allclose(per_cell(chances, grid, refinement), expected, atol=1e-12)


def test_nodes_without_land_are_never_hit():
    grid = grid_over(LAND, 100)
    chances = uniform_chances(grid, 3, LAND)
    east, north = centres(chances, grid, 3)
    boxes = shapely.box(east - 50 / 3, north - 50 / 3, east + 50 / 3, north + 50 / 3)
    share = shapely.area(shapely.intersection(boxes, LAND)) / LAND.area
    np.testing.assert_allclose(chances.probability, share, atol=1e-12)


@pytest.mark.parametrize("vintage", ["2002", "2022"])
def test_throws_by_residents_follow_the_population_of_the_wards(vintage):
    grid = grid_over(borough(), 50)
    chances = resident_chances(grid, 3, vintage)
    assert chances.probability.sum() == pytest.approx(1)
    ward = ward_lookup(vintage).positions(*centres(chances, grid, 3))
    counts = chances.throw(5_000, np.random.default_rng(2))[chances.slots]
    people = boundaries.load_wards(vintage)["population"].to_numpy()
    thrown = np.bincount(ward[ward >= 0], weights=counts[ward >= 0], minlength=len(people))
    # A node on a border counts for the ward of its middle, which is as often too much as too
    # little; nodes whose middle is outside the borough are left out.
    assert thrown.sum() > 4_900
    expected = thrown.sum() * people / people.sum()
    assert stats.chisquare(thrown, expected).pvalue > 1e-3
    evenly = boundaries.load_wards(vintage)["area_km2"].to_numpy()
    assert stats.chisquare(thrown, thrown.sum() * evenly / evenly.sum()).pvalue < 1e-6


def test_within_a_ward_residents_are_spread_evenly():
    grid = grid_over(borough(), 50)
    chances = resident_chances(grid, 3, "2022")
    ward = boundaries.load_wards("2022").geometry.iloc[0]
    east, north = centres(chances, grid, 3)
    within = shapely.contains_xy(ward.buffer(-25), east, north)
    assert within.sum() > 100
    assert np.ptp(chances.probability[within]) < 1e-12


def test_an_unknown_vintage_is_refused():
    with pytest.raises(ParameterError, match="1999"):
        resident_chances(grid_over(borough(), 250), 1, "1999")


def test_places_are_moved_to_the_node_that_holds_them():
    grid = grid_over(LAND, 100)
    rng = np.random.default_rng(3)
    east, north = rng.uniform(200, 800, (2, 50))
    chances = node_chances_of(east, north, grid, 3)
    at_east, at_north = centres(chances, grid, 3)
    assert chances.probability.sum() == pytest.approx(1)
    away = np.hypot(east[:, None] - at_east, north[:, None] - at_north).min(axis=1)
    assert away.max() <= 100 / 3 / np.sqrt(2) + 1e-9
