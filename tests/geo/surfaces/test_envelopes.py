"""Random surfaces and what is kept of them, beside keeping everything and points thrown freely."""

import numpy as np
import pytest
import shapely
from scipy import stats

from geo.grids.grid import grid_over
from geo.progress import watching
from geo.sites import sites_of
from geo.surfaces.density import density_surfaces
from geo.surfaces.envelopes import RUNS_PER_CHUNK, envelopes
from geo.surfaces.kernel_shape import KERNELS, Kernel
from geo.surfaces.null_models import uniform_chances
from geo.surfaces.random_surfaces import node_kernel, nodes_per_cell

LAND = shapely.Polygon([(0, 0), (1400, 100), (1500, 900), (700, 1300), (-100, 800)])
GRID = grid_over(LAND, 50)
INSIDE = GRID.inside_share > 0


def noise(rng, runs):
    """Make whole numbers, so that there are ties."""
    return rng.integers(0, 12, (runs, 30)).astype(np.float32)


def kept_all(runs, seed):
    """Make the same runs and keep them all."""
    lengths = [min(RUNS_PER_CHUNK, runs - start) for start in range(0, runs, RUNS_PER_CHUNK)]
    seeds = np.random.SeedSequence(seed).spawn(len(lengths))
    made = [noise(np.random.default_rng(s), n) for s, n in zip(seeds, lengths, strict=True)]
    return np.concatenate(made)


@pytest.mark.parametrize(("runs", "k"), [(19, 1), (25, 3), (260, 13), (260, 260), (7, 50)])
def test_what_is_kept_is_what_all_runs_together_give(runs, k):
    observed = np.arange(30) % 12.0
    counts_in = np.arange(30) < 20
    found = envelopes(observed, noise, counts_in, runs=runs, seed=4, n_highest=k, workers=2)
    everything = kept_all(runs, 4)
    assert found.runs == runs
    np.testing.assert_array_equal(found.n_as_high, (everything >= observed).sum(axis=0))
    highest = np.sort(everything, axis=0)[::-1][:k]
    np.testing.assert_allclose(found.highest, highest, atol=1e-4)
    np.testing.assert_allclose(found.maxima, everything[:, counts_in].max(axis=1), atol=1e-4)


def test_rounding_never_makes_a_tie_look_like_more_than_chance():
    observed = np.full(30, 7.0)

    def a_little_less(rng, runs):
        return np.full((runs, 30), np.float32(7 * (1 - 1e-7)))

    found = envelopes(observed, a_little_less, observed > 0, runs=20, seed=1, n_highest=1)
    assert (found.n_as_high == 20).all()


def test_one_and_two_workers_give_the_same():
    kernel = node_kernel(GRID, 3, Kernel("quartic", 200))
    chances = uniform_chances(GRID, 3, LAND)

    def make(rng, runs):
        return np.stack([kernel.surface(chances.throw(50, rng))[INSIDE] for _ in range(runs)])

    observed = make(np.random.default_rng(9), 1)[0].astype(np.float64)
    one, two = (
        envelopes(observed, make, observed >= 0, runs=90, seed=5, n_highest=4, workers=workers)
        for workers in (1, 2)
    )
    for name in ("n_as_high", "highest", "maxima"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))
    other = envelopes(observed, make, observed >= 0, runs=90, seed=6, n_highest=4)
    assert (other.maxima != one.maxima).any()


def test_progress_is_told_to_the_end():
    told = []
    with watching(lambda done, total, what: told.append((done, total, what))):
        envelopes(np.ones(30), noise, np.ones(30, bool), runs=60, seed=1, n_highest=2)
    assert told == [(n, 60, "random surfaces") for n in (25, 50, 60)]


def test_a_failing_run_is_not_swallowed():
    def broken(rng, runs):
        return np.zeros((runs, 31))  # one cell too many

    with pytest.raises(ValueError, match="operands could not be broadcast"):
        envelopes(np.ones(30), broken, np.ones(30, bool), runs=60, seed=1, n_highest=2)


@pytest.mark.parametrize("name", KERNELS)
@pytest.mark.parametrize(("cell_size_m", "bandwidth_m"), [(50, 130.0), (100, 200.0)])
def test_a_random_surface_is_the_kernel_summed_over_its_nodes(name, cell_size_m, bandwidth_m):
    grid, kernel = grid_over(LAND, cell_size_m), Kernel(name, bandwidth_m)
    refinement = nodes_per_cell(grid, kernel)
    assert bandwidth_m * refinement / cell_size_m >= 6
    counts = uniform_chances(grid, refinement, LAND).throw(40, np.random.default_rng(7))
    nodes = np.repeat(np.arange(len(counts)), counts)
    place, cell = np.divmod(nodes, grid.n_rows * grid.n_cols)
    (row, col), (in_row, in_col) = np.divmod(cell, grid.n_cols), np.divmod(place, refinement)
    north = grid.south + (row + (in_row + 0.5) / refinement) * cell_size_m
    east = grid.west + (col + (in_col + 0.5) / refinement) * cell_size_m
    to_east, to_north = np.meshgrid(*grid.centres())
    at = kernel((to_east[..., None] - east) ** 2 + (to_north[..., None] - north) ** 2)
    mass = (at * grid.inside_share[..., None]).sum(axis=(0, 1)) * cell_size_m**2
    expected = (at / mass).sum(axis=2) * 1e6
    surface = node_kernel(grid, refinement, kernel).surface(counts)
    np.testing.assert_allclose(surface, expected, atol=2e-6 * expected.max())
    total = (surface * grid.inside_share).sum() * grid.cell_area_km2
    assert total == pytest.approx(40, rel=1e-5)


@pytest.mark.parametrize("n", [12, 150])
def test_throws_into_nodes_are_like_points_thrown_freely(n):
    runs, bandwidth_m = 400, 150.0
    rng = np.random.default_rng(8)
    kernel = Kernel("quartic", bandwidth_m)
    refinement = nodes_per_cell(GRID, kernel)
    transforms = node_kernel(GRID, refinement, kernel)
    chances = uniform_chances(GRID, refinement, LAND)
    ours = np.stack([transforms.surface(chances.throw(n, rng))[INSIDE] for _ in range(runs)])
    freely = np.stack([surface_of_free_points(n, bandwidth_m, rng)[INSIDE] for _ in range(runs)])
    assert stats.ks_2samp(ours.max(axis=1), freely.max(axis=1)).pvalue > 0.01
    for share in (0.25, 0.5, 0.75, 0.95):
        highest = [np.quantile(of.max(axis=1), share) for of in (ours, freely)]
        assert highest[0] == pytest.approx(highest[1], rel=0.06)
    # Together the cells are known better than each; the middle cell tells a bias.
    for of_cell in (np.mean, np.std):
        ratio = of_cell(ours, axis=0) / of_cell(freely, axis=0)
        assert np.median(ratio) == pytest.approx(1, abs=0.03)


def surface_of_free_points(n, bandwidth_m, rng):
    points = np.zeros((0, 2))
    west, south, east, north = LAND.bounds
    while len(points) < n:
        more = rng.uniform((west, south), (east, north), (2 * n, 2))
        points = np.concatenate([points, more[shapely.intersects_xy(LAND, *more.T)]])
    sites, _ = sites_of(*points[:n].T)
    return density_surfaces(sites, np.ones((1, n)), GRID, bandwidth_m)[0]
