"""Kernel density and hotspots: a changed setting, cubes of months, surfaces beside others."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import count
from math import sqrt

import numpy as np
from KDEpy import FFTKDE
from numpy.typing import NDArray
from sklearn.cluster import DBSCAN
from sklearn.neighbors import KernelDensity

from benchmarks.harness import Measured, Row, measured, side_by_side
from benchmarks.samples import N_INCIDENTS, N_MONTHS, N_SNAP_POINTS, incidents_on, places_in_borough
from geo.clusters.dbscan import DbscanParams
from geo.frames import FrameParams, frames_of
from geo.grids.grid import Grid, grid_over
from geo.hotspots.table import find_hotspots
from geo.schema import Incidents
from geo.selection import Selection
from geo.sites import Sites, sites_of
from geo.surfaces.density import DensityParams, borough, density_surfaces
from geo.surfaces.kernel import exact_surfaces
from geo.surfaces.kernel_lattice import surface_of_points
from geo.surfaces.kernel_shape import Kernel

AT_MOST_S = 0.1
"""Goal for all frames and the whole period together, stated before it was measured."""
CUBE_AT_MOST_S = 0.2
CUBE_MONTHS = 60
TIMES_KDEPY, TIMES_SKLEARN = 10, 10_000
AT_A_MILLION = 1_000_000
SIZES = (10_000, 100_000, AT_A_MILLION, 10_000_000)
SKLEARN_SIZES = (1_000, 10_000)
BANDWIDTH_M, GAUSSIAN_M, CELL_M = 300, 150, 50
_PLACES_TO_COMPARE = 20_000


def measure() -> Iterator[Row]:
    for kind, n_places in (("on 3,000 places", N_SNAP_POINTS), ("scattered", N_INCIDENTS)):
        incidents = incidents_on(n_places)
        case = f"{N_INCIDENTS:,} incidents {kind}, {N_MONTHS} months"
        goal = AT_MOST_S if n_places == N_SNAP_POINTS else None
        for params in (DensityParams(), DbscanParams()):
            yield _change(incidents, params, case, goal)
        yield _cube(n_places, kind)
    for n in SIZES:
        yield _beside_kdepy(*places_in_borough(n), f"{n:,} points scattered")
        yield from _on_snap_points(n)
    yield from _beside_kernel_density()
    yield _beside_dbscan()


def _change(
    incidents: Incidents, params: DensityParams | DbscanParams, case: str, goal: float | None
) -> Row:
    """Measure what a page does on a change: hotspots of every frame and of the whole period.

    Every call changes the setting a little, or results that were kept would be measured.
    """
    frames, selection = frames_of(incidents, FrameParams(window=3)), Selection()
    is_density = isinstance(params, DensityParams)
    name = "bandwidth_m" if is_density else "eps_m"
    changes = (replace(params, **{name: getattr(params, name) + n / 8}) for n in count(1))

    def both() -> None:
        changed = next(changes)
        find_hotspots(incidents, selection, changed, frames=frames)
        find_hotspots(incidents, selection, changed)

    return Row(
        "density, hotspots, names" if is_density else "DBSCAN, names",
        case,
        measured(both, runs=9, memory=True),
        at_most_s=goal if is_density else None,
        note=f"{len(frames)} frames of 3 months and the whole period, a new {name} each time",
    )


def _cube(n_places: int, kind: str) -> Row:
    """Measure a density per month, with nothing kept from an earlier call."""
    grid = grid_over(borough(), CELL_M)
    easting, northing = places_in_borough(n_places)
    rng = np.random.default_rng(CUBE_MONTHS)
    site = rng.permutation(N_INCIDENTS) % n_places
    month = rng.integers(0, CUBE_MONTHS, N_INCIDENTS)
    counts = np.zeros((CUBE_MONTHS, n_places))
    np.add.at(counts, (month, site), 1)

    def cube() -> None:
        density_surfaces(Sites(easting, northing), counts, grid, BANDWIDTH_M)

    return Row(
        "density cube",
        f"{N_INCIDENTS:,} incidents {kind}, {CUBE_MONTHS} months",
        measured(cube, memory=True),
        at_most_s=CUBE_AT_MOST_S if n_places == N_SNAP_POINTS else None,
        note="nothing kept from earlier calls",
    )


def _beside_kdepy(easting: NDArray, northing: NDArray, case: str) -> Row:
    """Measure from plain coordinates to a surface."""
    grid, kernel = grid_over(borough(), CELL_M), Kernel("quartic", BANDWIDTH_M)
    sites, site_of = sites_of(easting, northing)
    counts = np.bincount(site_of)[None].astype(np.float64)

    def ours() -> NDArray:
        return surface_of_points(easting, northing, grid, kernel)

    return _kdepy_row(ours, easting, northing, case, _error_note(ours(), sites, counts, grid))


def _on_snap_points(n: int) -> Iterator[Row]:
    """Measure with the positions still to be found, and as the pages do: with them found before."""
    grid = grid_over(borough(), CELL_M)
    easting, northing = places_in_borough(N_SNAP_POINTS)
    at = np.random.default_rng(n).integers(0, N_SNAP_POINTS, n)
    x, y = easting[at], northing[at]
    case = f"{n:,} points on 3,000 places"
    yield _beside_kdepy(x, y, case)
    sites, site_of = sites_of(x, y)
    counts = np.bincount(site_of)[None].astype(np.float64)
    finding = measured(lambda: sites_of(x, y), runs=3)

    def ours() -> NDArray:
        fresh = Sites(sites.easting, sites.northing)  # nothing is kept of these
        return density_surfaces(fresh, counts, grid, BANDWIDTH_M)[0]

    note = (
        f"the positions were found before, once for every selection, in {finding.best_s * 1e3:.0f} "
        f"ms; {_error_note(ours(), sites, counts, grid)}"
    )
    yield _kdepy_row(ours, x, y, f"{case}, positions known", note)


def _kdepy_row(
    ours: Callable[[], NDArray], easting: NDArray, northing: NDArray, case: str, note: str
) -> Row:
    """Stand beside KDEpy on all rows, on the same grid and with the same bandwidth."""
    points, centres = np.column_stack([easting, northing]), _centres()
    # KDEpy's bandwidth is the standard deviation along an axis: h / sqrt(8) for the quartic.
    rival_kernel = FFTKDE(bw=BANDWIDTH_M / sqrt(8), kernel="biweight")
    product, rival = side_by_side(
        ours,
        lambda: rival_kernel.fit(points).evaluate(centres),
        runs=3 if len(points) > AT_A_MILLION else 7,
        memory=len(points) >= AT_A_MILLION,
    )
    return Row(
        "one surface",
        case,
        product,
        "KDEpy FFTKDE",
        rival,
        times_faster=TIMES_KDEPY if len(points) == AT_A_MILLION else None,
        note=note,
    )


def _centres() -> NDArray:
    """Give the centres as KDEpy wants them: equally spaced, the first column slowest."""
    easting, northing = grid_over(borough(), CELL_M).centres()
    return np.stack(np.meshgrid(easting, northing, indexing="ij"), axis=-1).reshape(-1, 2)


def _error_note(ours: NDArray, sites: Sites, counts: NDArray, grid: Grid) -> str:
    """Say how far it is from the sum of all kernel values, where that is quick."""
    if len(sites) > _PLACES_TO_COMPARE:
        return "KDEpy has no edge correction"
    exact = exact_surfaces(sites, counts, grid, Kernel("quartic", BANDWIDTH_M))[0]
    own = abs(ours - exact).max() / exact.max()
    return f"off by {own:.2%} of the peak; KDEpy has no edge correction"


def _beside_kernel_density() -> Iterator[Row]:
    """Measure beside scikit-learn where it finishes; it takes as long again for each point."""
    grid, kernel = grid_over(borough(), CELL_M), Kernel("gaussian", GAUSSIAN_M)
    centres = np.stack(np.meshgrid(*grid.centres()), axis=-1)[grid.inside_share > 0]
    rival_kernel = KernelDensity(bandwidth=GAUSSIAN_M, kernel="gaussian")
    for n in SKLEARN_SIZES:
        easting, northing = places_in_borough(n)
        product, rival = side_by_side(
            partial(surface_of_points, easting, northing, grid, kernel),
            partial(_fit_and_score, rival_kernel, easting, northing, centres),
            runs=3,
        )
        yield Row(
            "one surface",
            f"{n:,} points scattered, Gaussian of {GAUSSIAN_M} m",
            product,
            "sklearn KernelDensity",
            rival,
            note=_extrapolated(rival, n),
        )


def _fit_and_score(
    rival: KernelDensity, easting: NDArray, northing: NDArray, centres: NDArray
) -> NDArray:
    return rival.fit(np.column_stack([easting, northing])).score_samples(centres)


def _extrapolated(rival: Measured, n: int) -> str:
    """Say what scikit-learn would take for a million points; that is worked out, not measured."""
    if n != max(SKLEARN_SIZES):
        return "no edge correction"
    grid, kernel = grid_over(borough(), CELL_M), Kernel("gaussian", GAUSSIAN_M)
    easting, northing = places_in_borough(AT_A_MILLION)
    own = measured(lambda: surface_of_points(easting, northing, grid, kernel))
    would_s = rival.best_s * AT_A_MILLION / n
    return (
        f"not measured: in proportion to its points a million would take it {would_s:,.0f} s, "
        f"{would_s / own.best_s:,.0f} times the {own.best_s * 1e3:.0f} ms measured here (goal "
        f"{TIMES_SKLEARN:,})"
    )


def _beside_dbscan() -> Row:
    incidents = incidents_on(N_SNAP_POINTS)
    places = np.column_stack([incidents.easting, incidents.northing])
    distinct, counts = np.unique(places, axis=0, return_counts=True)
    params = DbscanParams(min_incidents=300)
    # A new radius each time, or results that were kept would be measured.
    changes = (replace(params, eps_m=params.eps_m + n / 8) for n in count(1))
    ours = measured(lambda: find_hotspots(incidents, Selection(), next(changes)))
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
