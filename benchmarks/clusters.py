"""Clusters: DBSCAN beside scikit-learn on all rows, at up to ten million points, and by frames."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import DBSCAN

from benchmarks.harness import Row, measured, side_by_side
from benchmarks.samples import N_INCIDENTS, N_MONTHS, N_SNAP_POINTS, incidents_on, places_in_borough
from geo.clusters.areas import ClusterParams, find_clusters
from geo.clusters.dbscan import DbscanParams, dbscan
from geo.clusters.hdbscan import HdbscanParams
from geo.clusters.st_dbscan import StDbscanParams
from geo.frames import FrameParams, frames_of, whole_time
from geo.schema import Incidents
from geo.selection import Selection
from geo.sites import locate_selected, sites_of

EPS_M = 150
TIMES_FASTER = 20
_DRAWN = 1_000_000
_ON_PLACES, _AROUND = "on 3,000 places", "scattered, half of them around five centres"
SPREAD_S = 0.5
"""Goal for a change of setting over all frames of scattered positions, half of what it took."""


def measure() -> Iterator[Row]:
    for kind, draw in _KINDS.items():
        yield _beside_all_rows(kind, draw(100_000))
    for n in (1_000_000, 10_000_000):
        for kind in (_ON_PLACES, _AROUND):
            yield _alone(kind, _KINDS[kind](n))
    for kind, n_places in (("on 3,000 places", N_SNAP_POINTS), ("scattered", N_INCIDENTS)):
        incidents = incidents_on(n_places)
        yield _frames(incidents, DbscanParams(), f"{kind}, {N_MONTHS} months", SPREAD_S)
    few = _with_days(incidents_on(N_SNAP_POINTS))
    for params in (HdbscanParams(), StDbscanParams()):
        yield _frames(few, params, f"on 3,000 places, {N_MONTHS} months", None)


def _snapped(n: int) -> NDArray[np.float64]:
    places = np.column_stack(places_in_borough(N_SNAP_POINTS))
    return places[np.random.default_rng(n).integers(0, len(places), n)]


def _scattered(n: int) -> NDArray[np.float64]:
    """Give n positions, half of them around five centres; the same ones moved a little above."""
    places = np.column_stack(places_in_borough(min(n, _DRAWN)))
    if n <= _DRAWN:
        return places
    rng = np.random.default_rng(n)
    return np.repeat(places, n // _DRAWN, axis=0) + rng.normal(0, 5, (n, 2))


def _even(n: int) -> NDArray[np.float64]:
    """Give n positions anywhere: the second half of the places is not around the centres."""
    return np.column_stack(places_in_borough(2 * n))[n:]


def _labels(places: NDArray[np.float64], params: DbscanParams) -> Callable[[], object]:
    """Do what stands for the rival's fit: from rows to the label of every row."""

    def run() -> object:
        sites, site_of = sites_of(places[:, 0], places[:, 1])
        counts = np.bincount(site_of, minlength=len(sites)).astype(np.float64)[None]
        return dbscan(sites, counts, params).labels[0][site_of]

    return run


def _least(places: NDArray[np.float64]) -> int:
    """Give the number that the automatic rule chooses, for both sides."""
    sites, site_of = sites_of(places[:, 0], places[:, 1])
    counts = np.bincount(site_of, minlength=len(sites)).astype(np.float64)[None]
    return dbscan(sites, counts, DbscanParams(EPS_M)).min_incidents


def _beside_all_rows(kind: str, places: NDArray[np.float64]) -> Row:
    least = _least(places)
    ours = _labels(places, DbscanParams(EPS_M, least))
    fitted = DBSCAN(eps=EPS_M, min_samples=least)
    product, rival = side_by_side(ours, lambda: fitted.fit(places), runs=3, memory=True)
    same = bool(((np.asarray(ours()) < 0) == (fitted.fit(places).labels_ < 0)).all())
    return Row(
        "DBSCAN labels",
        f"{len(places):,} points {kind}",
        product,
        "sklearn DBSCAN on all rows",
        rival,
        times_faster=TIMES_FASTER,
        note=f"eps {EPS_M} m, at least {least:,}; noise {'the same' if same else 'differs'}",
    )


def _alone(kind: str, places: NDArray[np.float64]) -> Row:
    least = len(places) // 65  # what the rule gives for 100,000 points around centres
    product = measured(_labels(places, DbscanParams(EPS_M, least)), runs=1, memory=True)
    note = f"eps {EPS_M} m, at least {least:,}"
    return Row("DBSCAN labels", f"{len(places):,} points {kind}", product, note=note)


def _frames(incidents: Incidents, params: ClusterParams, case: str, goal: float | None) -> Row:
    """Measure clusters and outlines of every frame and of the whole period."""
    located = locate_selected(incidents, Selection())
    frames, whole = frames_of(incidents, FrameParams(window=3)), whole_time(incidents)

    def both() -> None:
        find_clusters(located, frames, params)
        find_clusters(located, whole, params)

    return Row(
        f"{type(params).__name__.removesuffix('Params')}, clusters and outlines",
        f"{len(incidents):,} incidents {case}",
        measured(both, runs=3, memory=True),
        at_most_s=goal,
        note=f"{len(frames)} frames of 3 months and the whole period",
    )


def _with_days(incidents: Incidents) -> Incidents:
    """Give incidents known by month a day."""
    days = np.random.default_rng(1).integers(0, 28, len(incidents)).astype("timedelta64[D]")
    frame = incidents.frame.assign(occurred=incidents.occurred + days, time_precision="day")
    return Incidents(frame)


_KINDS = {_ON_PLACES: _snapped, _AROUND: _scattered, "scattered evenly": _even}
