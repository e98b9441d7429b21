"""Density, clusters and hotspots: a change of a setting, and kernels beside scikit-learn."""

from collections.abc import Iterator

import numpy as np
from sklearn.cluster import DBSCAN
from sklearn.neighbors import KernelDensity

from benchmarks.harness import Measured, Row, measured, side_by_side
from benchmarks.samples import N_INCIDENTS, N_MONTHS, N_SNAP_POINTS, incidents_on, places_in_borough
from geo.clusters import DbscanParams
from geo.density import DensityParams, borough, density_surfaces
from geo.frames import FrameParams, frames_of
from geo.grid import grid_over
from geo.hotspots import find_hotspots
from geo.schema import Incidents
from geo.selection import Selection
from geo.sites import sites_of

AT_MOST_S = 0.1
"""Goal for all frames and the whole period together, stated before it was measured."""
BANDWIDTH_M = 300


def measure() -> Iterator[Row]:
    for kind, n_places in (("on 3,000 places", N_SNAP_POINTS), ("scattered", N_INCIDENTS)):
        incidents = incidents_on(n_places)
        case = f"{N_INCIDENTS:,} incidents {kind}, {N_MONTHS} months"
        goal = AT_MOST_S if n_places == N_SNAP_POINTS else None
        for params in (DensityParams(), DbscanParams()):
            yield _change(incidents, params, case, goal)
    for n in (1_000, 10_000):
        yield _beside_kernel_density(n)
    yield _beside_dbscan()


def _change(
    incidents: Incidents, params: DensityParams | DbscanParams, case: str, goal: float | None
) -> Row:
    """Measure what a page does on a change: hotspots of every frame and of the whole period."""
    frames, selection = frames_of(incidents, FrameParams(window=3)), Selection()

    def both() -> None:
        find_hotspots(incidents, selection, params, frames=frames)
        find_hotspots(incidents, selection, params)

    step = "density, hotspots, names" if isinstance(params, DensityParams) else "DBSCAN, names"
    return Row(
        step,
        case,
        measured(both, runs=9, memory=True),
        at_most_s=goal if isinstance(params, DensityParams) else None,
        note=f"{len(frames)} frames of 3 months and the whole period, caches warm",
    )


def _beside_kernel_density(n: int) -> Row:
    sites, _ = sites_of(*places_in_borough(n))
    grid = grid_over(borough(), 50)
    places = np.column_stack([sites.easting, sites.northing])
    centres = np.stack(np.meshgrid(*grid.centres()), axis=-1)[grid.inside_share > 0]
    counts = np.ones((1, n))
    product, rival = side_by_side(
        lambda: density_surfaces(sites, counts, grid, BANDWIDTH_M),
        lambda: (
            KernelDensity(bandwidth=BANDWIDTH_M, kernel="epanechnikov")
            .fit(places)
            .score_samples(centres)
        ),
        runs=3,
    )
    return Row(
        "one surface",
        f"{n:,} places, cells of 50 m",
        product,
        "sklearn KernelDensity",
        rival,
        note="time only: it has no quartic kernel and no edge correction",
    )


def _beside_dbscan() -> Row:
    incidents = incidents_on(N_SNAP_POINTS)
    places = np.column_stack([incidents.easting, incidents.northing])
    distinct, counts = np.unique(places, axis=0, return_counts=True)
    params = DbscanParams(min_incidents=300)
    ours = measured(lambda: find_hotspots(incidents, Selection(), params))
    rival: Measured = measured(
        lambda: DBSCAN(eps=params.eps_m, min_samples=300).fit(distinct, sample_weight=counts)
    )
    return Row(
        "clusters of the whole period",
        f"{N_INCIDENTS:,} incidents on 3,000 places",
        ours,
        "sklearn DBSCAN",
        rival,
        note="ours with outlines, counts and names; scikit-learn's labels only, on weighted places",
    )
