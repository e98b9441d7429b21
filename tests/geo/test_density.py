"""Kernel density: published values, a brute-force oracle, mass, and both ways of computing."""

from math import pi

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

import boundaries
from boundaries.errors import ParameterError
from geo.density import DENSITY_COLUMNS, DensityParams, borough, density, density_surfaces
from geo.frames import FrameParams, frames_of
from geo.grid import grid_over
from geo.kernel import binned_surfaces, exact_surfaces, quartic
from geo.selection import Selection
from geo.sites import sites_of
from tests.factories import make_incidents

EVERYTHING = Selection()
SQUARE = shapely.box(0, 0, 2_000, 2_000)
SHEPHERDS_BUSH = (523_500.0, 180_000.0)


def surface_by_brute_force(points, grid, bandwidth_m):
    """Sum the kernel over every pair of a point and a cell, each point divided by its own mass."""
    east, north = grid.centres()
    surface = np.zeros((grid.n_rows, grid.n_cols))
    for x, y in points:
        kernel = np.zeros_like(surface)
        for row, col in np.ndindex(surface.shape):
            d = ((east[col] - x) ** 2 + (north[row] - y) ** 2) ** 0.5
            if d < bandwidth_m:
                kernel[row, col] = 3 / (pi * bandwidth_m**2) * (1 - d**2 / bandwidth_m**2) ** 2
        mass = (kernel * grid.inside_share).sum() * grid.cell_size_m**2
        surface += kernel / mass * 1e6
    return surface


def random_points(n, seed, area=SQUARE):
    rng = np.random.default_rng(seed)
    west, south, east, north = area.bounds
    x, y = rng.uniform(west, east, 4 * n), rng.uniform(south, north, 4 * n)
    inside = shapely.intersects_xy(area, x, y)
    return x[inside][:n], y[inside][:n]


def total(surfaces, grid):
    return (surfaces * grid.inside_share).sum(axis=(1, 2)) * grid.cell_area_km2


def test_the_kernel_integrates_to_one():
    step = 0.01
    axis = np.arange(-2, 2, step) + step / 2
    squared = axis[:, None] ** 2 + axis**2
    assert (quartic(squared, 1.5) * step**2).sum() == pytest.approx(1, abs=1e-6)


def test_a_single_incident_peaks_at_the_published_value():
    sites, _ = sites_of(np.array([1_025.0]), np.array([1_025.0]))
    grid = grid_over(SQUARE, 50)
    surface = density_surfaces(sites, np.ones((1, 1)), grid, 500)[0]
    assert surface.max() == pytest.approx(3 / (pi * 0.5**2), rel=1e-3)
    assert np.unravel_index(surface.argmax(), surface.shape) == (21, 21)


@pytest.mark.parametrize(("cell_size_m", "bandwidth_m"), [(50, 300), (100, 250), (100, 50)])
def test_the_exact_way_equals_brute_force(cell_size_m, bandwidth_m):
    x, y = random_points(40, seed=1)
    sites, _ = sites_of(x, y)
    grid = grid_over(SQUARE, cell_size_m)
    if bandwidth_m < cell_size_m:
        x, y = np.rint(x / 100) * 100 + 50, np.rint(y / 100) * 100 + 50
        keep = shapely.intersects_xy(SQUARE, x, y)
        x, y = x[keep], y[keep]
        sites, site_of = sites_of(x, y)
        counts = np.bincount(site_of)[None].astype(float)
    else:
        counts = np.ones((1, len(sites)))
    surface = exact_surfaces(sites, counts, grid, bandwidth_m)[0]
    expected = surface_by_brute_force(zip(x, y, strict=True), grid, bandwidth_m)
    seen = grid.near_inside()
    np.testing.assert_allclose(surface[seen], expected[seen], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("cell_size_m", "bandwidth_m"), [(50, 300), (50, 200), (50, 150), (25, 300), (250, 500)]
)
def test_the_binned_way_is_within_half_a_per_cent_of_the_peak_on_scattered_points(
    cell_size_m, bandwidth_m
):
    x, y = random_points(6_000, seed=2, area=borough())
    sites, _ = sites_of(x, y)
    grid = grid_over(borough(), cell_size_m)
    counts = np.ones((1, len(sites)))
    exact = exact_surfaces(sites, counts, grid, bandwidth_m)[0]
    binned = binned_surfaces(sites, counts, grid, bandwidth_m)[0]
    inside = grid.inside_share > 0
    assert abs(binned - exact)[inside].max() <= 0.005 * exact[inside].max()


def test_wide_kernels_on_snapped_points_are_within_half_a_per_cent_of_the_peak():
    # 2,500 stacked positions need more kernel values than are evaluated exactly: binned by itself.
    x, y = random_points(2_500, seed=3, area=borough())
    sites, _ = sites_of(x, y)
    counts = np.random.default_rng(3).geometric(0.02, len(sites))[None].astype(float)
    grid = grid_over(borough(), 50)
    chosen = density_surfaces(sites, counts, grid, 850)[0]
    exact = exact_surfaces(sites, counts, grid, 850)[0]
    assert not np.array_equal(chosen, exact)
    assert abs(chosen - exact).max() <= 0.005 * exact.max()


@given(
    st.sampled_from([25, 50, 100, 250]),
    st.sampled_from([50, 100, 300, 1_000, 2_000]),
    st.integers(0, 1_000),
    st.booleans(),
)
def test_the_surface_adds_up_to_the_incidents_even_at_the_border(cell, bandwidth_m, seed, binned):
    outline = borough()
    rng = np.random.default_rng(seed)
    on_border = shapely.line_interpolate_point(outline.exterior, rng.uniform(0, 20_000, 20))
    x, y = shapely.get_coordinates(on_border).T
    sites, _ = sites_of(x, y)
    counts = rng.integers(0, 5, (2, len(sites))).astype(float)
    grid = grid_over(outline, cell)
    way = binned_surfaces if binned and bandwidth_m >= cell else exact_surfaces
    surfaces = way(sites, counts, grid, bandwidth_m)
    np.testing.assert_allclose(total(surfaces, grid), counts.sum(axis=1), rtol=1e-9)
    assert surfaces.min() >= 0


def test_incidents_moved_by_whole_cells_move_the_surface():
    x, y = random_points(30, seed=4, area=shapely.box(600, 600, 1_200, 1_200))
    grid = grid_over(SQUARE, 50)
    counts = np.ones((1, len(x)))
    here, _ = sites_of(x, y)
    there, _ = sites_of(x + 150, y - 100)
    moved = np.roll(density_surfaces(here, counts, grid, 300), (-2, 3), axis=(1, 2))
    np.testing.assert_allclose(density_surfaces(there, counts, grid, 300), moved, atol=1e-9)


def monthly(n, seed, months=5):
    x, y = random_points(n, seed, area=borough())
    rng = np.random.default_rng(seed)
    snapped = rng.integers(0, n // 3, n)
    times = [f"2017-{month:02d}-05" for month in rng.integers(1, months + 1, n)]
    return make_incidents(times, list(zip(x[snapped], y[snapped], strict=True)))


def test_a_frame_is_what_its_incidents_alone_give():
    incidents = monthly(200, seed=5)
    frames = frames_of(incidents, FrameParams(window=3))
    result = density(incidents, EVERYTHING, DensityParams(), frames)
    for number in range(len(frames)):
        alone = density(incidents.take(frames.members(number)), EVERYTHING, DensityParams())
        np.testing.assert_allclose(result.values[number], alone.values[0], atol=1e-9)


def test_the_table_says_what_the_surfaces_hold():
    incidents = monthly(200, seed=6)
    frames = frames_of(incidents, FrameParams(window=2))
    result = density(incidents, EVERYTHING, DensityParams(), frames)
    assert tuple(result.frame.columns) == DENSITY_COLUMNS
    assert tuple(result.frame["period"]) == frames.labels
    np.testing.assert_allclose(total(result.values, result.grid), result.frame["incidents"])
    assert result.frame["incidents"].tolist() == [
        frames.members(number).sum() for number in range(len(frames))
    ]


def test_the_order_of_rows_does_not_matter():
    incidents = monthly(200, seed=7)
    shuffled = np.random.default_rng(7).permutation(len(incidents))
    rows = incidents.frame.iloc[shuffled].reset_index(drop=True)
    other = type(incidents)(rows)
    one, two = (density(i, EVERYTHING, DensityParams()) for i in (incidents, other))
    np.testing.assert_array_equal(one.values, two.values)


def test_only_selected_and_located_incidents_count():
    nowhere, elsewhere = (np.nan, np.nan), (530_000.0, 180_000.0)
    incidents = make_incidents(
        ["2017-01-01"] * 4,
        [SHEPHERDS_BUSH, SHEPHERDS_BUSH, nowhere, elsewhere],
        is_crime=[True, False, True, True],
    )
    result = density(incidents, Selection(kind="crime"), DensityParams())
    assert total(result.values, result.grid) == pytest.approx(1)
    assert result.record.located_in_words() == (
        "3 incidents: 1 located, 1 outside the borough, 1 not located"
    )


@pytest.mark.parametrize("points", [[], [(np.nan, np.nan)], [(530_000.0, 180_000.0)]])
def test_nothing_located_gives_empty_surfaces_and_says_so(points):
    incidents = make_incidents(["2017-01-01"] * len(points), points)
    result = density(incidents, EVERYTHING, DensityParams())
    assert result.values.shape[0] == 1
    assert not result.values.any()
    assert "No incident is located in the borough" in " ".join(result.record.warnings)


def test_no_incidents_cut_into_frames_give_no_frames():
    incidents = make_incidents([], [])
    result = density(incidents, EVERYTHING, DensityParams(), frames_of(incidents, FrameParams()))
    assert len(result.frame) == len(result.values) == 0


def test_stacked_positions_are_said():
    incidents = make_incidents(["2017-01-01"] * 4, [SHEPHERDS_BUSH] * 3 + [(523_000.0, 179_000.0)])
    (warning,) = density(incidents, EVERYTHING, DensityParams()).record.warnings
    assert "4 incidents lie on 2 positions, 75.0% of them on the most repeated one" in warning


@pytest.mark.parametrize(
    ("params", "message"),
    [
        (DensityParams(bandwidth_m=75, cell_size_m=25), "finer than the positions of police data"),
        (DensityParams(bandwidth_m=150, cell_size_m=100), "below two cells of 100 m"),
    ],
)
def test_too_fine_settings_are_warned_of(params, message):
    incidents = make_incidents(["2017-01-01"], [SHEPHERDS_BUSH])
    assert message in " ".join(density(incidents, EVERYTHING, params).record.warnings)


def test_the_record_says_how_it_was_computed():
    incidents = make_incidents(["2017-01-01"], [SHEPHERDS_BUSH])
    record = density(incidents, EVERYTHING, DensityParams()).record
    assert record.rules["evaluation"] == "kernel evaluated exactly at 1 distinct positions"


def test_frames_of_other_incidents_are_refused():
    incidents = monthly(30, seed=8)
    frames = frames_of(incidents.take(np.arange(30) < 10), FrameParams())
    with pytest.raises(ParameterError, match="frames are of 10 incidents but 30 are selected"):
        density(incidents, EVERYTHING, DensityParams(), frames)


def test_the_grid_covers_the_borough():
    assert borough().equals(boundaries.load_borough().geometry.iloc[0])
