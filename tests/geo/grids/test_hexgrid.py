"""Hexagonal grids: every point in exactly one cell, stable ids, exact shares, neighbours."""

from math import sqrt

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

import boundaries
from boundaries.errors import ParameterError
from geo.grids.cells import CELL_SHAPES
from geo.grids.grid import grid_over
from geo.grids.hexgrid import HexGrid

SIZE_M = 100
BLOCK = shapely.box(523_000, 178_000, 524_000, 179_000)
SIDE_M = SIZE_M / sqrt(3)
lattice_steps = st.integers(-40, 40)


@pytest.fixture(scope="module")
def block():
    return grid_over(BLOCK, SIZE_M, "hexagonal")


def test_it_is_a_hexagonal_grid(block):
    assert isinstance(block, HexGrid)
    assert (block.shape, block.cell_size_m) == ("hexagonal", SIZE_M)
    assert block.cell_area_km2 == pytest.approx(0.01 * sqrt(3) / 2)


def test_cells_are_regular_hexagons_between_sides_of_the_cell_size(block):
    cells = block.polygons().ravel()
    assert set(shapely.get_num_coordinates(cells)) == {7}
    np.testing.assert_allclose(shapely.area(cells), block.cell_area_km2 * 1e6)
    np.testing.assert_allclose(shapely.length(cells), 6 * SIDE_M)
    west, south, east, north = shapely.bounds(cells).T
    np.testing.assert_allclose(east - west, SIZE_M)
    np.testing.assert_allclose(north - south, 2 * SIDE_M)
    middles = shapely.centroid(cells)
    np.testing.assert_allclose(
        [shapely.get_x(middles), shapely.get_y(middles)],
        [axis.ravel() for axis in block.centre_points()],
    )


def test_cells_fill_the_plane_and_share_their_corners_exactly(block):
    cells = block.polygons()
    inner = cells[block.inside_share == 1]
    assert shapely.coverage_is_valid(inner)
    whole = shapely.union_all(cells.ravel())
    assert whole.geom_type == "Polygon"
    assert not whole.interiors
    assert shapely.covers(whole, BLOCK)


def test_a_centre_lies_on_the_origin_and_eastings_on_multiples_of_half_a_cell():
    grid = grid_over(shapely.box(-10, -10, 10, 10), SIZE_M, "hexagonal")
    easting, northing = grid.centre_points()
    assert np.count_nonzero((easting == 0) & (northing == 0)) == 1
    np.testing.assert_array_equal(easting % (SIZE_M / 2), 0)


@given(
    st.lists(st.tuples(st.floats(523_000, 524_000), st.floats(178_000, 179_000)), min_size=1),
    st.sampled_from([100, 62.5]),
)
def test_points_lie_in_the_cell_that_they_are_given(points, size_m):
    grid = grid_over(BLOCK, size_m, "hexagonal")
    easting, northing = np.array(points).T
    row, col = grid.cells_of(easting, northing)
    here = shapely.points(easting, northing)
    # Corners lie at multiples of a root: a point on a slanted side is within rounding of it.
    assert shapely.distance(grid.outlines(row, col), here).max() < 1e-8


def test_scattered_points_lie_where_a_search_among_polygons_finds_them(block):
    rng = np.random.default_rng(1)
    easting, northing = rng.uniform((523_000, 178_000), (524_000, 179_000), (5_000, 2)).T
    found, cell = shapely.STRtree(block.polygons().ravel()).query(
        shapely.points(easting, northing), predicate="within"
    )
    assert len(np.unique(found)) == len(found) > 4_990
    row, col = block.cells_of(easting[found], northing[found])
    np.testing.assert_array_equal(row * block.n_cols + col, cell)


def test_a_side_belongs_to_the_cell_in_the_east_or_north(block):
    easting, northing = (axis[block.inside_share == 1] for axis in block.centre_points())
    row, col = block.cells_of(easting, northing)
    half = SIZE_M / 2
    np.testing.assert_array_equal(block.cells_of(easting - half, northing), (row, col))
    np.testing.assert_array_equal(block.cells_of(easting + half, northing), (row, col + 1))
    just_west = np.nextafter(easting - half, 0)
    np.testing.assert_array_equal(block.cells_of(just_west, northing), (row, col - 1))


def test_a_slanted_side_through_the_origin_cell_belongs_to_the_northern_cell():
    grid = grid_over(shapely.box(-300, -300, 300, 300), SIZE_M, "hexagonal")
    own = np.array(grid.cells_of(np.zeros(1), np.zeros(1))).ravel()
    # Halfway between two centres; nudged by less than a nanometre the cell must be the one there.
    for east, north_row in ((25.0, (1, 0)), (-25.0, (1, -1))):
        up = SIZE_M * sqrt(3) / 4
        above = np.array(grid.cells_of(np.array([east]), np.array([up + 1e-9]))).ravel()
        below = np.array(grid.cells_of(np.array([east]), np.array([up - 1e-9]))).ravel()
        np.testing.assert_array_equal(above - own, north_row)
        np.testing.assert_array_equal(below, own)


@given(lattice_steps, lattice_steps, lattice_steps, st.sampled_from(list(CELL_SHAPES)))
def test_ids_are_unique_and_the_same_whatever_the_area(west, south, width, shape):
    box = shapely.box(west * 37, south * 37, west * 37 + 500 + abs(width), south * 37 + 400)
    one, other = (
        grid_over(area, 50, shape) for area in (box, shapely.box(-2_000, -2_000, 2_500, 2_000))
    )
    _, mine, theirs = np.intersect1d(one.cell_ids(), other.cell_ids(), return_indices=True)
    for here, there in zip(one.centre_points(), other.centre_points(), strict=True):
        np.testing.assert_array_equal(here.ravel()[mine], there.ravel()[theirs])
    assert len(np.unique(one.cell_ids())) == one.inside_share.size
    assert np.isin(one.cell_ids()[one.inside], other.cell_ids()).all()


@pytest.mark.parametrize(
    ("centre", "cell"),
    [((200, 0), 2), ((250, 86.603), 10_000_002), ((200, 173.205), 20_000_002)],
)
def test_an_id_spells_row_and_column(centre, cell):
    grid = grid_over(shapely.box(0, 0, 300, 300), SIZE_M, "hexagonal")
    place = grid.cells_of(*np.array(centre, float)[:, np.newaxis])
    assert grid.cell_ids()[place] == cell


@pytest.mark.parametrize("size_m", [50, 100, 250])
def test_shares_of_the_borough_add_up_to_its_area(size_m):
    outline = boundaries.load_borough().geometry.union_all()
    grid = grid_over(outline, size_m, "hexagonal")
    assert grid.inside_share.sum() * grid.cell_area_km2 == pytest.approx(outline.area / 1e6)
    assert not grid.inside_share[[0, -1]].any()
    assert not grid.inside_share[:, [0, -1]].any()


def test_shares_are_those_of_intersecting_every_cell():
    triangle = shapely.Polygon([(0, 0), (730, 111), (250, 640)])
    grid = grid_over(triangle, 100, "hexagonal")
    cut = shapely.area(shapely.intersection(grid.polygons(), triangle))
    np.testing.assert_allclose(grid.inside_share, cut / (grid.cell_area_km2 * 1e6), atol=1e-9)


@pytest.mark.parametrize("shape", CELL_SHAPES)
@given(radius_m=st.sampled_from([0, 49, 50, 50 * sqrt(2), 50 * sqrt(3), 100, 132.3, 170, 263]))
def test_neighbourhoods_hold_the_cells_whose_centres_are_near(shape, radius_m):
    grid = grid_over(BLOCK, 50, shape)
    footprint = grid.neighbourhood(radius_m)
    assert all(n % 2 == 1 for n in footprint.shape)
    easting, northing = grid.centre_points()
    row, col = grid.n_rows // 2, grid.n_cols // 2
    distance = np.hypot(easting - easting[row, col], northing - northing[row, col])
    rows, cols = np.nonzero(footprint)
    mine = np.zeros_like(distance, bool)
    mine[row + rows - footprint.shape[0] // 2, col + cols - footprint.shape[1] // 2] = True
    np.testing.assert_array_equal(mine, distance <= radius_m + 1e-6)


def test_six_neighbours_touch_a_hexagon(block):
    footprint = block.neighbourhood(SIZE_M)
    np.testing.assert_array_equal(footprint, [[0, 1, 1], [1, 1, 1], [1, 1, 0]])
    cells = block.polygons()
    middle = cells[8, 12]
    around = cells[7:10, 11:14]
    shared = shapely.length(shapely.intersection(around, middle))
    np.testing.assert_array_equal((shared > 1) | shapely.equals(around, middle), footprint)


@pytest.mark.parametrize("radius_m", [-1, float("nan"), float("inf")])
def test_a_neighbourhood_needs_a_radius(block, radius_m):
    with pytest.raises(ParameterError, match="must be 0 m or more"):
        block.neighbourhood(radius_m)


@pytest.mark.parametrize(
    ("area", "size_m", "shape", "message"),
    [
        (shapely.Point(0, 0), 50, "hexagonal", "no land"),
        (BLOCK, 0, "hexagonal", "must be above 0 m"),
        (BLOCK, float("inf"), "square", "must be above 0 m"),
        (shapely.box(0, 0, 100_000, 100_000), 25, "hexagonal", "choose a larger cell size"),
        (BLOCK, 50, "triangle", "must be one of square, hexagonal"),
    ],
)
def test_what_no_grid_can_be_laid_over(area, size_m, shape, message):
    with pytest.raises(ParameterError, match=message):
        grid_over(area, size_m, shape)


def test_made_once_and_cannot_be_altered():
    block = grid_over(BLOCK, SIZE_M, "hexagonal")
    assert grid_over(shapely.Polygon(BLOCK.exterior.coords), SIZE_M, "hexagonal") is block
    with pytest.raises(ValueError, match="read-only"):
        block.inside_share[0, 0] = 1


def _flat(axes):
    return [axis.ravel().tolist() for axis in axes]
