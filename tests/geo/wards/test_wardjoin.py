"""The ward join against geopandas' own join, on coverages and points made to be difficult."""

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import boundaries
from boundaries.errors import CrsError, ParameterError
from geo.wards.join import NOT_LOCATED, OUTSIDE, Location, PolygonLookup, ward_lookup
from tests.oracles import positions_by_sjoin

BNG = "EPSG:27700"
SIDES = st.sampled_from([8, 33, 1024])

# Powers of two keep shared vertices exactly on the lattice; the last is far beyond any map.
LATTICES = st.sampled_from([(0.0, 1.0), (524_288.0, 32.0), (2.0**40, 0.25)])


@st.composite
def lattice_coverages(draw):
    """Unions of squares: holes, islands, parts that touch at a point, long shared borders."""
    n = draw(st.integers(1, 6))
    labels = np.array(draw(st.lists(st.integers(-1, 3), min_size=n * n, max_size=n * n)))
    corner, size = draw(LATTICES)
    row, column = np.divmod(np.arange(n * n), n)
    west, south = corner + column * size, corner + row * size
    squares = shapely.box(west, south, west + size, south + size)
    present = [label for label in range(4) if (labels == label).any()]
    unions = [shapely.union_all(squares[labels == label]) for label in present]
    codes = draw(st.permutations([f"E{label}" for label in present]))
    half_steps = st.integers(-2, 2 * n + 2).map(lambda k: corner + k * size / 2)
    points = draw(st.lists(st.tuples(half_steps, half_steps), max_size=60))
    return gpd.GeoSeries(unions, crs=BNG), codes, points


@st.composite
def voronoi_coverages(draw):
    """Cells of any shape, cut by a disc with a hole."""
    within = st.integers(0, 1000)
    seeds = draw(st.lists(st.tuples(within, within), min_size=2, max_size=12, unique=True))
    disc = shapely.Point(500, 500).buffer(450) - shapely.Point(520, 480).buffer(draw(within) / 3)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(seeds), extend_to=disc))
    cut = [part for part in shapely.intersection(cells, disc) if part.area > 0]
    polygons = gpd.GeoSeries(shapely.affinity.translate(part, 521_205, 175_531) for part in cut)
    codes = draw(st.permutations(range(len(cut))))
    coordinate = st.floats(-100, 1100)
    points = [
        (521_205 + x, 175_531 + y)
        for x, y in draw(st.lists(st.tuples(coordinate, coordinate), max_size=40))
    ]
    return polygons.set_crs(BNG), codes, points


def vertices_and_middles(polygons):
    """Points that lie exactly on borders, or as near as numbers go."""
    vertices = shapely.get_coordinates(polygons.array)
    middles = [(a + b) / 2 for a, b in pairwise(vertices)]
    return [*vertices, *middles]


def assert_equals_sjoin(polygons, codes, points, cells_per_side):
    strange = [(np.nan, np.nan), (np.nan, 1.0), (1e12, 1.0), (-1e300, 1e300), (0.0, -5e9)]
    x, y = np.array([*points, *vertices_and_middles(polygons), *strange], float).T
    lookup = PolygonLookup(polygons, codes, cells_per_side=cells_per_side)
    expected = positions_by_sjoin(polygons, codes, x, y)
    np.testing.assert_array_equal(lookup.positions(x, y), expected)


@given(lattice_coverages(), SIDES)
def test_equals_sjoin_on_lattices_with_points_on_corners_and_edges(coverage, cells_per_side):
    polygons, codes, points = coverage
    if len(polygons):
        assert_equals_sjoin(polygons, codes, points, cells_per_side)


@given(voronoi_coverages(), SIDES)
def test_equals_sjoin_on_voronoi_cells(coverage, cells_per_side):
    assert_equals_sjoin(*coverage, cells_per_side)


@settings(max_examples=20)
@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(1, 30), st.integers(1, 30)),
        min_size=1,
        max_size=6,
    ),
    st.lists(st.tuples(st.floats(-5, 95), st.floats(-5, 95)), min_size=1, max_size=60),
    SIDES,
)
def test_equals_sjoin_even_where_polygons_overlap(boxes, points, cells_per_side):
    polygons = gpd.GeoSeries([shapely.box(x, y, x + w, y + h) for x, y, w, h in boxes], crs=BNG)
    same_code_twice = [number // 2 for number in range(len(boxes))]
    assert_equals_sjoin(polygons, same_code_twice, points, cells_per_side)


@pytest.mark.parametrize("vintage", boundaries.VINTAGES)
@pytest.mark.parametrize("cells_per_side", [64, 1024])
def test_equals_sjoin_on_the_wards(vintage, cells_per_side):
    wards = boundaries.load_wards(vintage)
    rng = np.random.default_rng(2022)
    west, south, east, north = wards.total_bounds
    scattered = np.column_stack(
        [rng.uniform(west, east, 20_000), rng.uniform(south, north, 20_000)]
    )
    borders = np.array(vertices_and_middles(wards.geometry))
    near = np.repeat(borders, 5, axis=0) + rng.normal(0, 1e-6, (5 * len(borders), 2))
    points = [*scattered, *near]
    assert_equals_sjoin(wards.geometry, list(wards["ward_code"]), points, cells_per_side)


def test_thin_slanting_slivers_are_not_lost_between_cells():
    slivers = [
        shapely.Polygon([(0, k), (9_000, k + 4_000), (9_000, k + 4_000.01)]) for k in range(9)
    ]
    slivers.append(shapely.Polygon([(5, 0), (5.001, 0), (5.0000001, 9_000)]))
    polygons = gpd.GeoSeries(slivers, crs=BNG)
    inside = [(p.x, p.y) for p in polygons.representative_point()]
    assert_equals_sjoin(polygons, range(len(slivers)), inside, 1024)


def test_point_on_a_shared_border_goes_to_the_lowest_code():
    two = gpd.GeoSeries([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)], crs=BNG)
    assert PolygonLookup(two, ["E2", "E1"]).positions(
        [0.5, 1.0, 1.5], [0.5, 0.5, 1.0]
    ).tolist() == [
        0,
        1,
        1,
    ]


def test_missing_and_empty_polygons_hold_nothing():
    polygons = gpd.GeoSeries([None, shapely.Polygon(), shapely.box(0, 0, 1, 1)], crs=BNG)
    found = PolygonLookup(polygons, [1, 2, 3]).positions([0.5, 5.0, np.nan], [0.5, 5.0, 0.5])
    assert found.tolist() == [2, OUTSIDE, NOT_LOCATED]
    nothing = PolygonLookup(gpd.GeoSeries([], crs=BNG), [])
    assert nothing.positions([1.0, np.nan], [1.0, 2.0]).tolist() == [OUTSIDE, NOT_LOCATED]


def test_no_points_give_no_positions():
    assert ward_lookup("2022").positions([], []).shape == (0,)


def test_many_polygons_need_more_than_two_bytes_per_cell():
    row, column = np.divmod(np.arange(33_124), 182)
    squares = gpd.GeoSeries(shapely.box(column, row, column + 1, row + 1), crs=BNG)
    found = PolygonLookup(squares, np.arange(33_124)).positions(column + 0.5, row + 0.5)
    np.testing.assert_array_equal(found, np.arange(33_124))


@given(st.lists(st.integers(-2, 20), max_size=50))
def test_located_outside_and_not_located_add_up(positions):
    location = Location(np.array(positions, dtype=np.intp))
    parts = (location.located, location.outside, location.not_located)
    assert sum(parts) == len(positions)
    assert parts[1:] == (positions.count(-1), positions.count(-2))


@pytest.mark.parametrize(
    ("crs", "named"),
    [
        ("EPSG:4326", r"EPSG:4326 \(WGS 84\).*EPSG:27700"),
        ("EPSG:2263", r"EPSG:2263.*in metres.*EPSG:27700"),
        (None, r"no CRS.*EPSG:27700"),
    ],
)
def test_other_reference_systems_are_refused_by_name(crs, named):
    with pytest.raises(CrsError, match=named):
        PolygonLookup(gpd.GeoSeries([shapely.box(0, 0, 1, 1)], crs=crs), ["E1"])


def test_other_geometries_are_refused_with_the_first():
    mixed = gpd.GeoSeries([shapely.box(0, 0, 1, 1), shapely.Point(0, 0)], crs=BNG)
    with pytest.raises(ParameterError, match=r"1 of 2 geometries.*a Point in row 1"):
        PolygonLookup(mixed, ["E1", "E2"])


def test_codes_points_and_raster_are_checked():
    one = gpd.GeoSeries([shapely.box(0, 0, 1, 1)], crs=BNG)
    with pytest.raises(ParameterError, match="one for each of 1 polygons"):
        PolygonLookup(one, ["E1", "E2"])
    with pytest.raises(ParameterError, match="cells_per_side is 4; it must be from 8"):
        PolygonLookup(one, ["E1"], cells_per_side=4)
    with pytest.raises(ParameterError, match=r"\(2,\) and northings \(1,\)"):
        PolygonLookup(one, ["E1"]).positions([1.0, 2.0], [1.0])


def test_unknown_vintage_is_refused_with_the_known_ones():
    with pytest.raises(ParameterError, match="'1998' is not known; use one of 2002, 2022"):
        ward_lookup("1998")
