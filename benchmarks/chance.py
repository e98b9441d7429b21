"""Monte Carlo: 999 random surfaces of the borough, beside points drawn one by one and KDEpy."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import numpy as np
import shapely
from KDEpy import FFTKDE

from benchmarks.harness import Measured, Row, measured, side_by_side
from benchmarks.samples import N_INCIDENTS, N_SNAP_POINTS, incidents_on
from geo.grids.grid import grid_over
from geo.selection import Selection
from geo.surfaces.chance import ChanceParams, chance
from geo.surfaces.density import DensityParams, borough, density
from geo.surfaces.envelopes import usable_cores

AT_MOST_S = 5
"""Goal for 999 runs, stated before it was measured."""
RUNS = 999
RIVAL_RUNS = 20
"""As many are made and counted fifty times, as 999 would take minutes."""


def measure() -> Iterator[Row]:
    product, rival = side_by_side(_ours("uniform", N_INCIDENTS), _with_kdepy, runs=3, memory=True)
    scale = RUNS / RIVAL_RUNS
    yield Row(
        f"{RUNS} random surfaces, p-values, envelopes",
        f"{N_INCIDENTS:,} incidents evenly over the borough, cells of 50 m",
        product,
        f"numpy and KDEpy FFTKDE ({RIVAL_RUNS} runs, times {scale:g})",
        replace(rival, best_s=rival.best_s * scale, median_s=rival.median_s * scale),
        at_most_s=AT_MOST_S,
        note=f"{usable_cores()} cores; the rival has no edge correction and no envelope",
    )
    for null, n_places in (("population", N_INCIDENTS), ("places", N_SNAP_POINTS)):
        ours: Measured = measured(_ours(null, n_places), runs=3, memory=True)
        case = f"{N_INCIDENTS:,} incidents, null model {null}, {n_places:,} positions"
        yield Row(f"{RUNS} random surfaces", case, ours, at_most_s=AT_MOST_S)


def _ours(null: str, n_places: int):
    incidents, seeds = incidents_on(n_places), count()
    density(incidents, Selection(), DensityParams())

    def run() -> None:
        # Another seed each time, as a result that was made before is remembered.
        params = ChanceParams(null=null, runs=RUNS, seed=next(seeds))
        chance(incidents, Selection(), DensityParams(), params)

    return run


def _with_kdepy() -> None:
    """Draw points in the borough and smooth each draw with KDEpy, as a script would."""
    rng = np.random.default_rng(1)
    grid = grid_over(borough(), 50)
    east, north = grid.centres()
    nodes = np.stack(np.meshgrid(east, north, indexing="ij"), axis=-1).reshape(-1, 2)
    # Its bandwidth is a standard deviation: a quartic kernel of 200 m has one of 200 / sqrt(8).
    kde = FFTKDE(kernel="biweight", bw=200 / np.sqrt(8))
    n_as_high = np.zeros(len(nodes))
    for _ in range(RIVAL_RUNS):
        values = kde.fit(_points(rng)).evaluate(nodes)
        n_as_high += values >= values.mean()


def _points(rng: np.random.Generator):
    west, south, east, north = borough().bounds
    share = borough().area / ((east - west) * (north - south))
    spread = rng.uniform((west, south), (east, north), (int(1.05 * N_INCIDENTS / share), 2))
    return spread[shapely.intersects_xy(borough(), *spread.T)][:N_INCIDENTS]
