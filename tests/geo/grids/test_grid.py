"""Grids: alignment, exact shares, and refusals."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

import boundaries
from boundaries.errors import ParameterError
from geo.grids.grid import grid_over

TRIANGLE = shapely.Polygon([(0, 0), (100, 0), (0, 100)])
coordinate = st.integers(-2_000, 2_000)


def test_a_triangle_has_half_of_the_cells_on_its_long_side():
    grid = grid_over(TRIANGLE, 50)
    assert (grid.west, grid.south, grid.n_rows, grid.n_cols) == (-50, -50, 4, 4)
    np.testing.assert_array_equal(
        grid.inside_share, [[0, 0, 0, 0], [0, 1, 0.5, 0], [0, 0.5, 0, 0], [0, 0, 0, 0]]
    )


def test_row_0_is_the_southernmost():
    east, north = grid_over(TRIANGLE, 50).centres()
    np.testing.assert_array_equal(east, [-25, 25, 75, 125])
    np.testing.assert_array_equal(north, [-25, 25, 75, 125])


@given(
    st.lists(st.tuples(coordinate, coordinate), min_size=3, max_size=8), st.sampled_from([25, 70])
)
def test_shares_are_those_of_intersecting_every_cell(points, cell_size_m):
    area = shapely.convex_hull(shapely.multipoints(points))
    if area.area == 0:
        return
    grid = grid_over(area, cell_size_m)
    east, north = grid.centres()
    half = cell_size_m / 2
    x, y = np.meshgrid(east, north)
    cells = shapely.box(x - half, y - half, x + half, y + half)
    expected = shapely.area(shapely.intersection(cells, area)) / cell_size_m**2
    np.testing.assert_allclose(grid.inside_share, expected, atol=1e-9)


@pytest.mark.parametrize("cell_size_m", [25, 50, 250])
def test_shares_of_the_borough_add_up_to_its_area(cell_size_m):
    outline = boundaries.load_borough().geometry.union_all()
    grid = grid_over(outline, cell_size_m)
    assert grid.inside_share.sum() * grid.cell_area_km2 == pytest.approx(outline.area / 1e6)
    assert grid.west % cell_size_m == 0
    assert grid.south % cell_size_m == 0
    assert not grid.inside_share[[0, -1]].any()
    assert not grid.inside_share[:, [0, -1]].any()


def test_holes_are_outside():
    ring = shapely.difference(shapely.box(0, 0, 300, 300), shapely.box(100, 100, 200, 200))
    assert grid_over(ring, 100).inside_share[2, 2] == 0


def test_points_find_their_cells():
    grid = grid_over(shapely.box(0, 0, 300, 200), 100)
    row, col = grid.cells_of(np.array([0.0, 299.9]), np.array([0.0, 100.0]))
    np.testing.assert_array_equal(row, [1, 2])
    np.testing.assert_array_equal(col, [1, 3])


def test_made_once_and_cannot_be_altered():
    grid = grid_over(TRIANGLE, 50)
    assert grid_over(shapely.Polygon(TRIANGLE.exterior.coords), 50) is grid
    with pytest.raises(ValueError, match="read-only"):
        grid.inside_share[0, 0] = 1


def test_too_many_cells_are_refused():
    with pytest.raises(ParameterError, match=r"more than the 1,000,000 allowed; choose a larger"):
        grid_over(shapely.box(0, 0, 100_000, 100_000), 25)


@pytest.mark.parametrize(
    ("area", "cell_size_m", "message"),
    [
        (shapely.Point(0, 0), 50, "no land"),
        (shapely.Polygon(), 50, "no land"),
        (TRIANGLE, 0, "must be above 0 m"),
        (TRIANGLE, float("nan"), "must be above 0 m"),
    ],
)
def test_what_no_grid_can_be_laid_over(area, cell_size_m, message):
    with pytest.raises(ParameterError, match=message):
        grid_over(area, cell_size_m)
