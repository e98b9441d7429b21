"""Getis-Ord Gi*: scores and p-values on a grid beside esda, and all months of the borough."""

from collections.abc import Iterator

import numpy as np
import shapely
from esda import G_Local
from libpysal.weights import W, fill_diagonal, lat2W

from benchmarks.harness import Row, measured, side_by_side
from benchmarks.samples import N_INCIDENTS, N_MONTHS, N_SNAP_POINTS, incidents_on
from geo.frames import FrameParams, frames_of
from geo.grids.cells import Cells
from geo.grids.gistar import GiStarParams, gi_star_of_counts, gi_star_scores
from geo.grids.gistar_areas import gi_star_areas
from geo.grids.grid import grid_over
from geo.schema import Incidents
from geo.selection import Selection

TIMES_FASTER = 100
"""Goal on 16,000 cells, with esda's weights made beforehand, stated before it was measured."""
SIDES = ((50, 80), (100, 160))
CELL_M, RADIUS_M, RUNS = 100, 150, 999


def measure() -> Iterator[Row]:
    for n_rows, n_cols in SIDES:
        grid = grid_over(shapely.box(0, 0, n_cols * CELL_M, n_rows * CELL_M), CELL_M)
        counts = np.random.default_rng(n_rows).poisson(0.4, (1, *grid.inside_share.shape))
        yield from _beside_esda(grid, np.where(grid.inside, counts, 0.0), n_rows, n_cols)
    incidents = incidents_on(N_SNAP_POINTS)
    for p_value in ("analytic", "permutation"):
        yield _all_months(incidents, GiStarParams(p_value=p_value))


def _beside_esda(grid: Cells, counts: np.ndarray, n_rows: int, n_cols: int) -> Iterator[Row]:
    values, case = counts[0, grid.inside], f"{n_rows * n_cols:,} cells of {CELL_M} m"
    weights = _queen(n_rows, n_cols)
    apart = np.abs(gi_star_scores(counts, grid, RADIUS_M)[0, grid.inside] - _esda(values, weights))
    goal = TIMES_FASTER if n_rows * n_cols >= 16_000 else None
    product, rival = side_by_side(
        lambda: gi_star_scores(counts, grid, RADIUS_M), lambda: _esda(values, weights)
    )
    note = f"same scores to {apart.max():.0e}"
    yield Row("Gi* scores", case, product, "esda, weights ready", rival, goal, note=note)
    product, rival = side_by_side(
        lambda: gi_star_scores(counts, grid, RADIUS_M),
        lambda: _esda(values, _queen(n_rows, n_cols)),
        runs=3,
    )
    yield Row("Gi* scores", case, product, "esda, making weights", rival, goal, note=note)
    permuted = GiStarParams(p_value="permutation", runs=RUNS, correction="none")
    product, rival = side_by_side(
        lambda: gi_star_of_counts(counts, grid, permuted),
        lambda: G_Local(
            values, weights, transform="B", star=True, permutations=RUNS, n_jobs=1, seed=1
        ),
        runs=2,
    )
    yield Row(
        f"Gi* p-values of {RUNS} permutations",
        case,
        product,
        "esda, weights ready, one core",
        rival,
        note="esda keeps the cell's own count, we deal out all; numba is not installed",
    )


def _queen(n_rows: int, n_cols: int) -> W:
    """Link each cell of a lattice to the eight around it and to itself, as libpysal does."""
    return fill_diagonal(lat2W(n_rows, n_cols, rook=False))


def _esda(values: np.ndarray, weights: W) -> np.ndarray:
    return G_Local(values, weights, transform="B", star=True, permutations=0).Zs


def _all_months(incidents: Incidents, params: GiStarParams) -> Row:
    """Measure scores, p-values and areas of every month; nothing kept but the ward join."""
    frames, selection = frames_of(incidents, FrameParams(window=1)), Selection()
    seeds = iter(range(1_000))

    def change() -> None:
        # Another seed, so that no earlier result is found again.
        changed = GiStarParams(**params.as_dict() | {"seed": next(seeds)})
        gi_star_areas(incidents, selection, changed, frames)

    return Row(
        f"Gi*, {params.p_value} p-values, areas",
        f"{N_INCIDENTS:,} incidents on 3,000 places, {N_MONTHS} months",
        measured(change, memory=True),
        note=f"cells of {params.cell_size_m:g} m, {len(frames)} frames",
    )
