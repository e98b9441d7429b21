"""Hotspots by each method: one change of a setting recomputes all that a page shows."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

from benchmarks.harness import Row, measured
from benchmarks.samples import N_INCIDENTS, N_MONTHS, N_SNAP_POINTS, incidents_on
from geo.clusters.dbscan import DbscanParams
from geo.frames import FrameParams, frames_of
from geo.grids.gistar import GiStarParams, gi_star
from geo.hotspots.areas import METHOD_NAMES, MethodParams
from geo.hotspots.table import find_hotspots
from geo.schema import Incidents
from geo.selection import Selection
from geo.surfaces.chance import ChanceParams
from geo.surfaces.density import DensityParams

AT_MOST_S = 0.15
"""Goal for density, Gi*, hotspots and names of all frames and the whole period together."""
CASE = f"{N_INCIDENTS:,} incidents on 3,000 places, {N_MONTHS} months"


def measure() -> Iterator[Row]:
    incidents = incidents_on(N_SNAP_POINTS)
    yield _everything(incidents)
    for params in (DensityParams(), GiStarParams(), DbscanParams()):
        yield _one_method(incidents, params)
    yield _tested(incidents)


def _everything(incidents: Incidents) -> Row:
    """Change the bandwidth and the radius each time, so that nothing is remembered."""
    frames, selection, turn = frames_of(incidents, FrameParams(window=3)), Selection(), count()

    def change() -> None:
        off = next(turn) % 50
        density = DensityParams(bandwidth_m=175 + off)
        gi = GiStarParams(min_incidents=5 + off)
        for cut in (frames, None):
            find_hotspots(incidents, selection, density, frames=cut)
            gi_star(incidents, selection, gi, cut)

    return Row(
        "density, Gi*, hotspots, names",
        CASE,
        measured(change, runs=15, memory=True),
        at_most_s=AT_MOST_S,
        note=f"{len(frames)} frames of 3 months and the whole period",
    )


def _one_method(incidents: Incidents, params: MethodParams) -> Row:
    frames, selection, turn = frames_of(incidents, FrameParams(window=3)), Selection(), count()

    def change() -> None:
        changed = _changed(params, next(turn) % 50)
        find_hotspots(incidents, selection, changed, frames=frames)
        find_hotspots(incidents, selection, changed)

    found = find_hotspots(incidents, selection, params, frames=frames)
    return Row(
        f"hotspots by {METHOD_NAMES[type(params)]}",
        CASE,
        measured(change, runs=9),
        note=f"{len(found.frame)} hotspots in {len(frames)} frames, and the whole period",
    )


def _changed(params: MethodParams, off: int) -> MethodParams:
    if isinstance(params, DensityParams):
        return replace(params, bandwidth_m=175 + off)
    if isinstance(params, GiStarParams):
        return replace(params, min_incidents=5 + off)
    return replace(params, eps_m=125 + off)


def _tested(incidents: Incidents) -> Row:
    seeds = count()

    def test() -> None:
        chance = ChanceParams(seed=next(seeds))
        find_hotspots(incidents, Selection(), DensityParams(), chance_params=chance)

    return Row(
        "hotspots by density with p-values",
        CASE,
        measured(test, runs=1),
        note="999 random surfaces, the whole period",
    )
