"""Kernel density: published values, a brute-force oracle, mass, and both ways of computing."""

import gc
import weakref
from math import exp, pi

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import fft
from sklearn.neighbors import KernelDensity

import boundaries
from boundaries.errors import ParameterError
from geo.frames import FrameParams, frames_of
from geo.grids.grid import grid_over
from geo.selection import Selection
from geo.sites import locate_selected, sites_of
from geo.surfaces.density import DENSITY_COLUMNS, DensityParams, borough, density, density_surfaces
from geo.surfaces.kernel import exact_surfaces
from geo.surfaces.kernel_lattice import binned_surfaces, surface_of_points
from geo.surfaces.kernel_shape import KERNELS, Kernel
from tests.factories import make_incidents

EVERYTHING = Selection()
SQUARE = shapely.box(0, 0, 2_000, 2_000)
SHEPHERDS_BUSH = (523_500.0, 180_000.0)


BY_HAND = {
    "quartic": lambda d, h: 3 / (pi * h**2) * (1 - d**2 / h**2) ** 2 if d < h else 0,
    "gaussian": lambda d, h: exp(-(d**2) / (2 * h**2)) / (2 * pi * h**2),
    "epanechnikov": lambda d, h: 2 / (pi * h**2) * (1 - d**2 / h**2) if d < h else 0,
    "triangular": lambda d, h: 3 / (pi * h**2) * (1 - d / h) if d < h else 0,
    "uniform": lambda d, h: 1 / (pi * h**2) if d < h else 0,
}


def surface_by_brute_force(points, grid, bandwidth_m, name="quartic"):
    """Sum the kernel over every pair of a point and a cell, each point divided by its own mass."""
    east, north = grid.centres()
    surface = np.zeros((grid.n_rows, grid.n_cols))
    for x, y in points:
        kernel = np.zeros_like(surface)
        for row, col in np.ndindex(surface.shape):
            d = ((east[col] - x) ** 2 + (north[row] - y) ** 2) ** 0.5
            kernel[row, col] = BY_HAND[name](d, bandwidth_m)
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


@pytest.mark.parametrize("name", KERNELS)
def test_a_kernel_integrates_to_one_and_is_nothing_out_of_reach(name):
    kernel = Kernel(name, 1.5)
    step = kernel.reach_m / 400
    axis = np.arange(-1.1 * kernel.reach_m, 1.1 * kernel.reach_m, step) + step / 2
    squared = axis[:, None] ** 2 + axis**2
    assert (kernel(squared) * step**2).sum() == pytest.approx(
        1, abs=1e-3 * (name == "uniform") + 5e-5
    )
    assert not kernel(squared[squared >= kernel.reach_m**2]).any()


@pytest.mark.parametrize("name", KERNELS)
def test_a_kernel_has_the_published_values(name):
    for d in (0.0, 40.0, 99.0):
        value = float(Kernel(name, 100.0)(np.array(d**2)))
        assert value == pytest.approx(BY_HAND[name](d, 100.0), rel=1e-12)


@pytest.mark.parametrize(
    ("name", "bandwidth_m", "message"),
    [("cosine", 100, "Kernel is 'cosine'; it must be one of"), ("quartic", 0, "must be above 0 m")],
)
def test_a_kernel_that_is_none_is_refused(name, bandwidth_m, message):
    with pytest.raises(ParameterError, match=message):
        Kernel(name, bandwidth_m)


def test_a_single_incident_peaks_at_the_published_value():
    sites, _ = sites_of(np.array([1_025.0]), np.array([1_025.0]))
    grid = grid_over(SQUARE, 50)
    surface = density_surfaces(sites, np.ones((1, 1)), grid, 500)[0]
    assert surface.max() == pytest.approx(3 / (pi * 0.5**2), rel=1e-3)
    assert np.unravel_index(surface.argmax(), surface.shape) == (21, 21)


@pytest.mark.parametrize(
    ("name", "cell_size_m", "bandwidth_m"),
    [
        *((name, 100, 250) for name in KERNELS),
        ("quartic", 50, 300),
        ("quartic", 100, 50),
        ("uniform", 100, 300),
        ("gaussian", 100, 90),
    ],
)
def test_the_exact_way_equals_brute_force(name, cell_size_m, bandwidth_m):
    points = np.column_stack(random_points(20, seed=1))
    if bandwidth_m % cell_size_m == 0 or bandwidth_m < cell_size_m:
        # Snapped to the centres, so that some lie exactly a bandwidth apart.
        points = np.floor(points / 100) * 100 + 50
    sites, site_of = sites_of(*points.T)
    counts = np.bincount(site_of)[None].astype(float)
    grid = grid_over(SQUARE, cell_size_m)
    surface = exact_surfaces(sites, counts, grid, Kernel(name, bandwidth_m))[0]
    expected = surface_by_brute_force(points, grid, bandwidth_m, name)
    seen = grid.near_inside()
    # The Gaussian is cut where 4 in 100,000 of it lie beyond.
    atol = 1e-4 * expected.max() if name == "gaussian" else 1e-9
    np.testing.assert_allclose(surface[seen], expected[seen], rtol=1e-9, atol=atol)


def test_a_kernel_narrower_than_a_cell_loses_no_incident():
    sites, _ = sites_of(np.array([1_001.0]), np.array([1_001.0]))
    grid = grid_over(SQUARE, 250)
    for name in KERNELS:
        surface = exact_surfaces(sites, np.ones((1, 1)), grid, Kernel(name, 50))
        assert total(surface, grid) == pytest.approx(1)


@pytest.mark.parametrize("bandwidth_m", [200, 730])
def test_the_uniform_kernel_is_counted_alike_in_both_exact_ways(bandwidth_m, monkeypatch):
    places = np.column_stack(random_points(300, seed=9, area=borough()))
    places[:150] = np.floor(places[:150] / 50) * 50 + 25
    places = places[shapely.intersects_xy(borough(), *places.T)]
    sites, _ = sites_of(*places.T)
    counts = np.random.default_rng(9).integers(0, 9, (3, len(sites))).astype(float)
    grid, kernel = grid_over(borough(), 50), Kernel("uniform", bandwidth_m)
    by_matrix = exact_surfaces(sites, counts, grid, kernel)
    monkeypatch.setattr("geo.surfaces.kernel.KEPT_VALUES", 0)
    by_runs = exact_surfaces(sites, counts, grid, kernel)
    np.testing.assert_allclose(by_runs, by_matrix, rtol=1e-9, atol=1e-9)


def test_many_kernel_values_are_made_in_parts_with_the_same_result(monkeypatch):
    sites, _ = sites_of(*random_points(200, seed=10, area=borough()))
    counts = np.random.default_rng(10).integers(0, 2, (7, len(sites))).astype(float)
    grid, kernel = grid_over(borough(), 100), Kernel("quartic", 300)
    whole = exact_surfaces(sites, counts, grid, kernel)
    monkeypatch.setattr("geo.surfaces.kernel.KEPT_VALUES", 0)
    monkeypatch.setattr("geo.surfaces.kernel._VALUES_AT_ONCE", 1_000)
    np.testing.assert_allclose(exact_surfaces(sites, counts, grid, kernel), whole, rtol=1e-12)


def scattered(seed):
    sites, _ = sites_of(*random_points(15_000, seed, area=borough()))
    return sites, np.ones((1, len(sites)))


def snapped(seed):
    """Few positions, of which one carries a fifth of all incidents."""
    sites, _ = sites_of(*random_points(1_000, seed, area=borough()))
    counts = np.random.default_rng(seed).geometric(0.02, len(sites)).astype(float)
    counts[500] = counts.sum() / 4
    return sites, counts[None]


def mixed(seed):
    """A stack among scattered incidents, as a station in a town."""
    sites, counts = scattered(seed)
    counts[0, 8_000] = 3_000
    return sites, counts


@pytest.mark.parametrize("made", [scattered, snapped, mixed])
@pytest.mark.parametrize("name", KERNELS)
@pytest.mark.parametrize(("cell_size_m", "bandwidth_m"), [(50, 200), (100, 400)])
def test_the_error_is_at_most_half_a_per_cent_of_the_peak(made, name, cell_size_m, bandwidth_m):
    sites, counts = made(2)
    grid, kernel = grid_over(borough(), cell_size_m), Kernel(name, bandwidth_m)
    exact = exact_surfaces(sites, counts, grid, kernel)[0]
    inside = grid.inside_share > 0
    ways = [density_surfaces(sites, counts, grid, bandwidth_m, name)[0]]
    if name in ("quartic", "gaussian"):
        ways.append(binned_surfaces(sites, counts, grid, kernel)[0])
    for surface in ways:
        assert abs(surface - exact)[inside].max() <= 0.005 * exact[inside].max()


@pytest.mark.parametrize("name", ["quartic", "gaussian"])
def test_a_lone_stack_is_binned_within_half_a_per_cent_wherever_it_lies(name):
    grid, kernel = grid_over(SQUARE, 50), Kernel(name, 200)
    rng = np.random.default_rng(11)
    for place in rng.uniform(900, 1_000, (12, 2)):
        sites, _ = sites_of(*place[:, None])
        exact = exact_surfaces(sites, np.ones((1, 1)), grid, kernel)
        binned = binned_surfaces(sites, np.ones((1, 1)), grid, kernel)
        assert abs(binned - exact).max() <= 0.005 * exact.max()


@pytest.mark.parametrize(
    ("name", "n_places"),
    [("quartic", 2_000), ("quartic", 150_000), ("gaussian", 2_000), ("gaussian", 30_000)],
)
def test_plain_points_give_the_surface_of_their_sites(name, n_places):
    rng = np.random.default_rng(12)
    x, y = random_points(n_places, seed=12, area=borough())
    at = rng.integers(0, n_places, 200_000)
    grid, kernel = grid_over(borough(), 100), Kernel(name, 200)
    sites, site_of = sites_of(x[at], y[at])
    expected = exact_surfaces(sites, np.bincount(site_of)[None].astype(float), grid, kernel)[0]
    surface = surface_of_points(x[at], y[at], grid, kernel)
    assert abs(surface - expected).max() <= 0.005 * expected.max()
    assert total(surface[None], grid) == pytest.approx(200_000)


WAYS = [(name, False) for name in KERNELS] + [(name, True) for name in KERNELS if name != "uniform"]


def way_of(name, binned, bandwidth_m, cell):
    ways_apart = binned and bandwidth_m >= 2 * cell
    return binned_surfaces if ways_apart else exact_surfaces


@given(
    st.sampled_from([50, 100, 250]),
    st.sampled_from([50, 100, 300, 1_000]),
    st.integers(0, 1_000),
    st.sampled_from(WAYS),
)
@settings(max_examples=30)
def test_the_surface_adds_up_to_the_incidents_even_at_the_border(cell, bandwidth_m, seed, way):
    name, binned = way
    outline = borough()
    rng = np.random.default_rng(seed)
    on_border = shapely.line_interpolate_point(outline.exterior, rng.uniform(0, 20_000, 20))
    x, y = shapely.get_coordinates(on_border).T
    sites, _ = sites_of(x, y)
    counts = rng.integers(0, 5, (2, len(sites))).astype(float)
    grid = grid_over(outline, cell)
    surfaces = way_of(name, binned, bandwidth_m, cell)(
        sites, counts, grid, Kernel(name, bandwidth_m)
    )
    np.testing.assert_allclose(total(surfaces, grid), counts.sum(axis=1), rtol=1e-9)
    assert surfaces.min() >= -1e-12 * surfaces.max()


@given(st.integers(0, 1_000), st.sampled_from(WAYS), st.floats(0.1, 9))
@settings(max_examples=20)
def test_surfaces_are_linear_in_the_counts(seed, way, factor):
    name, binned = way
    sites, _ = sites_of(*random_points(50, seed, area=borough()))
    counts = np.random.default_rng(seed).integers(0, 5, (2, len(sites))).astype(float)
    counts = np.vstack([counts, counts[0] + factor * counts[1]])
    grid = grid_over(borough(), 100)
    one, two, both = way_of(name, binned, 300, 100)(sites, counts, grid, Kernel(name, 300))
    np.testing.assert_allclose(both, one + factor * two, atol=1e-9 * both.max())


@pytest.mark.parametrize(("name", "binned"), WAYS)
def test_incidents_moved_by_whole_cells_move_any_surface(name, binned):
    x, y = random_points(30, seed=4, area=shapely.box(600, 600, 1_200, 1_200))
    grid, kernel = grid_over(SQUARE, 50), Kernel(name, 100)
    way = way_of(name, binned, 100, 50)
    counts = np.ones((1, 30))
    here = way(sites_of(x, y)[0], counts, grid, kernel)
    there = way(sites_of(x + 150, y - 100)[0], counts, grid, kernel)
    moved = np.roll(here, (-2, 3), axis=(1, 2))
    np.testing.assert_allclose(there, moved, atol=1e-9 * here.max())


def test_one_and_two_workers_give_the_same():
    sites, counts = scattered(13)
    grid, kernel = grid_over(borough(), 50), Kernel("quartic", 200)
    alone = binned_surfaces(sites, np.vstack([counts, counts]), grid, kernel)
    with fft.set_workers(2):
        together = binned_surfaces(sites, np.vstack([counts, counts]), grid, kernel)
    np.testing.assert_array_equal(alone, together)


@pytest.mark.parametrize(
    ("name", "in_sklearn"),
    [("gaussian", "gaussian"), ("epanechnikov", "epanechnikov"), ("uniform", "tophat")],
)
def test_far_from_the_border_densities_are_those_of_scikit_learn(name, in_sklearn):
    middle = shapely.box(900, 900, 1_100, 1_100)
    points = np.column_stack(random_points(60, seed=14, area=middle))
    sites, _ = sites_of(*points.T)
    grid = grid_over(SQUARE, 10)
    surface = exact_surfaces(sites, np.ones((1, 60)), grid, Kernel(name, 150))[0]
    centres = np.stack(np.meshgrid(*grid.centres()), axis=-1)[grid.inside_share > 0]
    rival = KernelDensity(bandwidth=150, kernel=in_sklearn).fit(points)
    expected = 60e6 * np.exp(rival.score_samples(centres))
    # Masses are summed over cells: for the uniform kernel that is the cells in a circle.
    rtol = 0.01 if name == "uniform" else 2e-3
    np.testing.assert_allclose(
        surface[grid.inside_share > 0], expected, rtol=rtol, atol=1e-4 * expected.max()
    )


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


def test_a_uniform_kernel_narrower_than_a_cell_loses_none_of_very_many_positions():
    rng, cell_size_m, bandwidth_m = np.random.default_rng(5), 250, 50
    grid = grid_over(SQUARE, cell_size_m)
    sites, _ = sites_of(*rng.uniform(0, 2_000, (2, 20_000)))
    surfaces = exact_surfaces(
        sites, np.ones((1, len(sites))), grid, Kernel("uniform", bandwidth_m), keep=False
    )
    total = (surfaces * grid.inside_share).sum() * grid.cell_area_km2
    assert total == pytest.approx(len(sites))


def test_no_position_stays_in_memory_after_its_incidents():
    incidents = make_incidents(["2017-01-01"], [SHEPHERDS_BUSH])
    density(incidents, EVERYTHING, DensityParams())
    sites = weakref.ref(locate_selected(incidents, EVERYTHING).sites)
    assert sites() is not None
    del incidents
    gc.collect()
    assert sites() is None


def test_a_few_kernels_are_kept_with_the_positions():
    sites, _ = sites_of(*np.random.default_rng(6).uniform(500, 1_500, (2, 30)))
    grid, counts = grid_over(SQUARE, 50), np.ones((1, 30))
    widths = [100, 150, 200, 150, 100, 250]
    for bandwidth_m in widths:
        kernel = Kernel("quartic", bandwidth_m)
        kept = exact_surfaces(sites, counts, grid, kernel)
        again = exact_surfaces(sites, counts, grid, kernel)
        fresh = exact_surfaces(sites, counts, grid, kernel, keep=False)
        np.testing.assert_array_equal(kept, again)
        np.testing.assert_allclose(kept, fresh)
    assert len(vars(sites)["_matrices"]) == 2
