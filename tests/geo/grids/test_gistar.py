"""Gi* of incidents: significance, the minimum of incidents, simulations, warnings, real months."""

from dataclasses import replace

import numpy as np
import pytest
import shapely

import boundaries
from boundaries.errors import ParameterError
from boundaries.projection import BNG
from geo.frames import FrameParams, frames_of
from geo.grids.gistar import (
    GISTAR_COLUMNS,
    GiStarParams,
    gi_star,
    gi_star_of_counts,
    gi_star_scores,
)
from geo.grids.gistar_areas import gi_star_areas
from geo.grids.grid import grid_over
from geo.readers import read
from geo.selection import Selection
from geo.significance import GRADATIONS, adjusted, gradation, normal_p
from geo.surfaces.density import borough
from tests.factories import make_incidents
from tests.reruns import assert_reruns
from tests.sample_files import SHARED_MONTHS

EVERYTHING = Selection()
SHAPES = ["square", "hexagonal"]
HOT_PLACE = (523_550.0, 179_950.0)
PARAMS = [GiStarParams(cell_shape=shape) for shape in SHAPES]


def a_crowd(seed=1, n=400, months=3):
    """Make incidents everywhere in the borough and as many again around one place."""
    rng = np.random.default_rng(seed)
    west, south, east, north = borough().bounds
    spread = rng.uniform((west, south), (east, north), (4 * n, 2))
    spread = spread[shapely.intersects_xy(borough(), *spread.T)][: n // 2]
    points = np.concatenate([spread, rng.normal(HOT_PLACE, 60, (n // 2, 2))]).round(1)
    times = [f"2017-{month:02d}-03" for month in rng.integers(1, months + 1, len(points))]
    return make_incidents(times, [tuple(point) for point in points])


@pytest.mark.parametrize("params", PARAMS)
def test_the_table_lists_the_significant_cells(params):
    incidents = a_crowd()
    frames = frames_of(incidents, FrameParams(window=1))
    result = gi_star(incidents, EVERYTHING, params, frames)
    table = result.frame
    assert tuple(table.columns) == GISTAR_COLUMNS
    assert table.crs == BNG
    assert set(table["significance"]) <= set(GRADATIONS)
    np.testing.assert_array_equal(table["significance"], gradation(table["p_corrected"].to_numpy()))
    assert (table["window_incidents"] >= params.min_incidents).all()
    assert len(table) == (result.significance < 1).sum()
    assert set(table["period"]) == set(frames.labels)
    first = table.iloc[0]
    assert first.geometry.equals(result.grid.polygons()[result.grid.cell_ids() == first.cell_id][0])
    hottest = table.loc[table["z"].idxmax()]
    assert hottest.geometry.distance(shapely.Point(HOT_PLACE)) < 100


@pytest.mark.parametrize("params", PARAMS)
def test_arrays_are_of_the_grid_and_counts_are_of_the_frames(params):
    incidents = a_crowd(2)
    frames = frames_of(incidents, FrameParams(window=2))
    result = gi_star(incidents, EVERYTHING, params, frames)
    shape = (len(frames), *result.grid.inside_share.shape)
    for array in (result.z, result.p, result.significance):
        assert array.shape == shape
        assert np.isnan(array[:, ~result.grid.inside]).all()
        assert not np.isnan(array[:, result.grid.inside]).any()
    for k in range(len(frames)):
        members = incidents.take(frames.members(k))
        inside = shapely.intersects_xy(borough(), members.easting, members.northing)
        assert result.counts[k].sum() == inside.sum()
        row, col = result.grid.cells_of(members.easting[inside], members.northing[inside])
        expected = np.zeros(shape[1:])
        np.add.at(expected, (row, col), 1)
        np.testing.assert_array_equal(result.counts[k], expected)
    np.testing.assert_array_equal(
        result.z, gi_star_scores(result.counts, result.grid, params.radius_m)
    )


@pytest.mark.parametrize("correction", ["benjamini-hochberg", "bonferroni", "none"])
@pytest.mark.parametrize("alternative", ["greater", "less", "two-sided"])
def test_p_is_of_the_named_alternative_and_corrected_within_a_frame(correction, alternative):
    incidents = a_crowd(3)
    frames = frames_of(incidents, FrameParams(window=1))
    params = GiStarParams(correction=correction, alternative=alternative)
    result = gi_star(incidents, EVERYTHING, params, frames)
    for k in range(len(frames)):
        z = result.z[k, result.grid.inside]
        expected = adjusted(normal_p(z, alternative), correction)
        np.testing.assert_array_equal(result.p[k, result.grid.inside], expected)
    n_cells = int(result.grid.inside.sum())
    assert f"over {n_cells:,} tests in each period" in result.record.rules["correction"]


@pytest.mark.parametrize("p_value", ["analytic", "permutation"])
def test_runs_again_from_its_record(p_value):
    incidents = a_crowd(4)
    params = GiStarParams(cell_size_m=200, radius_m=300, p_value=p_value, seed=9)
    frames = frames_of(incidents, FrameParams(window=2))
    assert_reruns(gi_star(incidents, EVERYTHING, params, frames), incidents)


# The trap: 16,133 cells, 206 events, at most 2 in a cell (the published case's total of squares).
N_ROWS, N_COLS = 73, 221


def sparse_counts():
    """Put 10 pairs and 186 single events far from one event at the edge."""
    grid = grid_over(shapely.box(0, 0, N_COLS * 200, N_ROWS * 200), 200)
    counts = np.zeros((1, *grid.inside_share.shape))
    rows, cols = np.nonzero(grid.inside)
    apart = np.flatnonzero((rows % 4 == 1) & (cols % 4 == 1) & (rows > 6) & (cols > 6))
    counts[0, rows[apart[:195]], cols[apart[:195]]] = np.where(np.arange(195) < 10, 2, 1)
    edge = (0, 1, 100)
    counts[edge] = 1
    return grid, counts, edge


def test_one_event_at_the_edge_of_sparse_data_is_never_hot():
    grid, counts, edge = sparse_counts()
    assert grid.inside.sum() == 16_133
    assert (counts.sum(), counts.max()) == (206, 2)
    params = GiStarParams(
        cell_size_m=200, radius_m=300, alternative="two-sided", correction="none", min_incidents=1
    )
    lenient = gi_star_of_counts(counts, grid, params)
    assert lenient.window_incidents[edge] == 1
    assert lenient.z[edge] == pytest.approx(3.20, abs=0.005)
    assert lenient.p[edge] == pytest.approx(0.0014, abs=0.00005)
    assert lenient.significance[edge] == 0.01
    for least in (2, GiStarParams().min_incidents):
        strict = gi_star_of_counts(counts, grid, replace(params, min_incidents=least))
        assert strict.significance[edge] == 1
        np.testing.assert_array_equal(strict.p, lenient.p)


def test_the_minimum_is_of_the_window_and_leaves_cold_cells_cold():
    grid = grid_over(shapely.box(0, 0, 3_000, 3_000), 100)
    counts = np.full((1, *grid.inside_share.shape), 2.0)
    counts[0, 8:12, 8:12] = 0
    counts[0, 20, 20] = 40
    params = GiStarParams(alternative="two-sided", correction="none", min_incidents=50)
    found = gi_star_of_counts(counts, grid, params)
    hot = (found.significance <= 0.05) & (found.z > 0)
    assert hot.sum() == 9
    assert found.window_incidents[hot].min() == 56
    assert ((found.significance <= 0.05) & (found.z < 0)).any() == (
        found.p[found.z < 0] <= 0.05
    ).any()
    none = gi_star_of_counts(counts, grid, replace(params, min_incidents=57))
    assert not ((none.significance <= 0.05) & (none.z > 0)).any()
    cold = gi_star_of_counts(-counts + 40, grid, replace(params, min_incidents=1_000))
    assert (cold.significance[0, 20, 20], cold.z[0, 20, 20] < 0) == (0.01, True)


def test_both_kinds_of_p_agree_where_counts_are_many():
    grid = grid_over(shapely.box(0, 0, 3_000, 3_000), 100)
    counts = np.random.default_rng(6).poisson(900, (2, *grid.inside_share.shape)).astype(float)
    analytic = GiStarParams(correction="none")
    permuted = replace(analytic, p_value="permutation", runs=9_999)
    p, q = (gi_star_of_counts(counts, grid, params).p for params in (analytic, permuted))
    # The distribution of 9,999 runs is this near the true one but once in 100,000 tries.
    np.testing.assert_allclose(q, p, atol=0.025)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("p_value", ["analytic", "permutation"])
def test_as_many_are_hot_as_the_level_says_when_nothing_is_there(shape, p_value):
    grid = grid_over(shapely.box(0, 0, 2_000, 2_000), 100, shape)
    counts = np.random.default_rng(8).poisson(5, (60, *grid.inside_share.shape)).astype(float)
    raw = GiStarParams(cell_shape=shape, p_value=p_value, correction="none")
    p = gi_star_of_counts(counts, grid, raw).p
    assert (p[:, grid.inside] <= 0.05).mean() == pytest.approx(0.05, abs=0.01)
    corrected = gi_star_of_counts(
        counts, grid, replace(raw, correction="benjamini-hochberg", runs=9_999)
    )
    # 3 of 60 frames may hold a false alarm; a few more are chance or the normal's thin tail.
    assert (corrected.significance <= 0.05).any(axis=(1, 2)).sum() <= 9


def test_more_simulations_find_what_few_cannot():
    incidents = a_crowd(5)
    few = GiStarParams(p_value="permutation", runs=99)
    result = gi_star(incidents, EVERYTHING, few)
    assert result.frame.empty
    assert any("perhaps for want of runs: after 99" in said for said in result.record.warnings)
    many = gi_star(incidents, EVERYTHING, replace(few, runs=39_999))
    assert not many.frame.empty
    assert not any("want of runs" in said for said in many.record.warnings)
    assert np.nanmin(many.p) >= 1 / 40_000
    assert "own included" in many.record.rules["p_value"]


@pytest.mark.parametrize(
    ("params", "words"),
    [
        (GiStarParams(cell_size_m=50), "Cells of 50 m are below 100 m"),
        (GiStarParams(cell_size_m=200, radius_m=150), "reaches no neighbour of a cell of 200 m"),
        (GiStarParams(cell_size_m=100), "a window holds fewer than one incident on average"),
    ],
)
def test_warnings(params, words):
    incidents = a_crowd(7, n=60)
    assert any(words in said for said in gi_star(incidents, EVERYTHING, params).record.warnings)


def test_ordinary_data_gives_no_warning():
    assert gi_star(a_crowd(8, n=4_000), EVERYTHING, GiStarParams()).record.warnings == ()


@pytest.mark.parametrize("p_value", ["analytic", "permutation"])
def test_no_incident_at_all_is_said_and_nothing_is_hot(p_value):
    nowhere = make_incidents(["2017-01-01"], [(float("nan"), float("nan"))])
    result = gi_star(nowhere, EVERYTHING, GiStarParams(p_value=p_value))
    assert result.frame.empty
    assert tuple(result.frame.columns) == GISTAR_COLUMNS
    inside = result.grid.inside
    np.testing.assert_array_equal(result.z[:, inside], 0)
    np.testing.assert_array_equal(result.p[:, inside], 1)
    assert any("every cell holds the same number" in said for said in result.record.warnings)


@pytest.mark.parametrize("shape", SHAPES)
def test_areas_hold_the_hot_cells_of_their_frame(shape):
    incidents = a_crowd(9)
    frames = frames_of(incidents, FrameParams(window=1))
    params = GiStarParams(cell_shape=shape)
    found = gi_star_areas(incidents, EVERYTHING, params, frames)
    result = gi_star(incidents, EVERYTHING, params, frames)
    frame_of, areas = found.areas
    assert set(shapely.get_type_id(areas)) == {shapely.GeometryType.POLYGON}
    assert shapely.is_valid(areas).all()
    cells = result.grid.polygons()
    for k in range(len(frames)):
        hot = shapely.union_all(cells[result.significance[k] <= 0.05])
        mine = shapely.union_all(areas[frame_of == k])
        assert shapely.symmetric_difference(mine, hot.intersection(borough())).area < 1e-3
    assert found.params is params
    assert "joined along their sides" in found.rules["level"]


@pytest.mark.parametrize("shape", SHAPES)
def test_p_of_an_area_is_the_smallest_of_its_cells(shape):
    incidents = a_crowd(10)
    params = GiStarParams(cell_shape=shape)
    found = gi_star_areas(incidents, EVERYTHING, params, level=0.1)
    result = gi_star(incidents, EVERYTHING, params)
    rows, cols = np.nonzero(result.significance[0] <= 0.1)
    middles = shapely.centroid(result.grid.outlines(rows, cols))
    for area, p in zip(found.areas[1], found.p_values, strict=True):
        within = shapely.contains(area, middles)
        assert p == result.p[0, rows[within], cols[within]].min()
    rows, cols = result.grid.cells_of(*(np.array([axis]) for axis in HOT_PLACE))
    assert found.crowding.shape[0] == 1
    assert found.crowding.max() == result.window_incidents[0].max()


def test_a_corner_joins_no_squares():
    grid_corner = [(523_150.0, 178_150.0), (523_250.0, 178_250.0)]
    quiet = a_crowd(11, n=200)
    west = np.flatnonzero(quiet.easting < 523_000)
    crowd = [point for point in grid_corner for _ in range(60)]
    crowd += [(quiet.easting[k], quiet.northing[k]) for k in west]
    incidents = make_incidents(["2017-01-01"] * len(crowd), crowd)
    found = gi_star_areas(incidents, EVERYTHING, GiStarParams(radius_m=25))
    assert len(found.areas[1]) == 2
    assert shapely.touches(*found.areas[1])


def test_no_hot_cell_no_area():
    nowhere = make_incidents(["2017-01-01"], [(float("nan"), float("nan"))])
    found = gi_star_areas(nowhere, EVERYTHING, GiStarParams())
    assert (len(found.areas[0]), len(found.areas[1]), len(found.p_values)) == (0, 0, 0)


@pytest.mark.parametrize(
    ("params", "level", "message"),
    [
        (GiStarParams(), 0.2, r"level is 0.2; it must be one of 0.01, 0.05, 0.1"),
        (GiStarParams(alternative="less"), 0.05, "choose 'greater' or 'two-sided'"),
    ],
)
def test_areas_that_cannot_be_made(params, level, message):
    with pytest.raises(ParameterError, match=message):
        gi_star_areas(a_crowd(), EVERYTHING, params, level=level)


@pytest.fixture(scope="module")
def real_months():
    if not SHARED_MONTHS.is_dir():
        pytest.skip("the real months are not beside the project")
    return read([SHARED_MONTHS]).incidents


@pytest.mark.parametrize("params", PARAMS)
def test_the_town_centres_are_hot_in_the_real_months(real_months, params):
    found = gi_star_areas(real_months, EVERYTHING, params)
    places = boundaries.load_places().set_index("name").geometry
    strict = found.areas[1][found.p_values <= 0.01]
    for name in (
        "Shepherd's Bush Green",
        "Westfield London",
        "Hammersmith (District & Piccadilly)",
        "Lyric Square / Lyric Hammersmith",
    ):
        assert shapely.distance(strict, places[name]).min() <= 50, name
