"""Clusters of any method as areas, ready to be measured, ranked and named as hotspots."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from geo.clusters.dbscan import DbscanParams, dbscan_and_crowding, peaks_of, warnings_about
from geo.clusters.grid_dbscan import NOISE
from geo.clusters.hdbscan import AUTOMATIC_SHARE, MAX_ROWS, HdbscanParams, automatic_least, hdbscan
from geo.clusters.outlines import Outline, outlines
from geo.clusters.st_dbscan import StDbscanParams, st_dbscan
from geo.frames import Frames
from geo.hotspots.found import Found
from geo.progress import report
from geo.sites import LocatedIncidents, Sites
from geo.surfaces.contours import Areas
from geo.surfaces.density import borough

ClusterParams = DbscanParams | HdbscanParams | StDbscanParams


@dataclass(frozen=True, eq=False)
class _Members:
    """Sites in clusters, all (n,): frame, site, cluster, and the incidents it has there.

    A cluster lies in one frame; a site can be in several clusters of a frame at different times.
    """

    frame: NDArray[np.intp]
    site: NDArray[np.intp]
    cluster: NDArray[np.intp]
    incidents: NDArray[np.float64]


def find_clusters(located: LocatedIncidents, frames: Frames, params: ClusterParams) -> Found:
    """Find the clusters of every frame and draw them; those of one frame do not overlap.

    Where two outlines overlap, the cluster with more incidents keeps the land.

    Parameters
    ----------
    located
        The selected incidents.
    frames
        Frames of the selected incidents, see :func:`geo.sites.frames_or_whole`.
    params
        Settings of the method that is wanted.

    Returns
    -------
    ``crowding`` is the number of incidents within ``eps_m`` (ST-DBSCAN: and ``eps_days``; HDBSCAN:
    within twice ``reach_m``) of the most crowded site of each cluster, and no more elsewhere.
    """
    if isinstance(params, HdbscanParams):
        return _by_hdbscan(located, frames, params)
    if isinstance(params, StDbscanParams):
        return _by_st_dbscan(located, frames, params)
    return _by_dbscan(located, frames, params)


def _by_dbscan(located: LocatedIncidents, frames: Frames, params: DbscanParams) -> Found:
    counts = located.counts(frames)
    found, crowding = dbscan_and_crowding(located.sites, counts, params)
    used = replace(params, min_incidents=found.min_incidents)
    rules = {} if found.rule is None else {"min_incidents": found.rule}
    members = _members(found.labels, counts)
    areas = _areas(located.sites, members, len(frames), params.eps_m / 2, params.outline)
    return Found(areas, crowding, used, rules, warnings_about(params.eps_m))


def _by_hdbscan(located: LocatedIncidents, frames: Frames, params: HdbscanParams) -> Found:
    counts = located.counts(frames)
    least, rules = params.min_cluster_incidents, {}
    if least is None:
        least = automatic_least(counts)
        rules["min_cluster_incidents"] = (
            f"{AUTOMATIC_SHARE:.0%} of the located incidents of an average period, at least 10"
        )
    samples = params.min_samples
    if samples is None:
        samples, rules["min_samples"] = least, "as many as the least in a cluster"
    labels, thinned, without = np.full(counts.shape, NOISE, np.intp), 1, 0
    for frame, here in enumerate(counts):
        report(frame, len(counts), "periods clustered")
        found = hdbscan(located.sites, here, params, least)
        thinned = max(thinned, found.every)
        without += int(here.sum() >= least and (found.labels == NOISE).all())
        labels[frame] = np.where(
            found.labels == NOISE, NOISE, found.labels + labels.max(initial=NOISE) + 1
        )
    warnings = []
    if thinned > 1:
        warnings.append(
            f"HDBSCAN took one in {thinned} incidents where a period has more than {MAX_ROWS:,}, "
            "in order of position, and its numbers of incidents were divided by that. Outlines "
            "are of those; hotspots count all incidents. A shorter period or DBSCAN takes all."
        )
    if without:
        warnings.append(
            f"HDBSCAN found no cluster in {without:,} of {len(counts):,} periods, though there are "
            f"{least:,} incidents or more: it looks for several groups, and a single one is none "
            "to it. DBSCAN finds a single one."
        )
    used = replace(params, min_cluster_incidents=least, min_samples=samples)
    members = _members(labels, counts)
    areas = _areas(located.sites, members, len(frames), params.reach_m, params.outline)
    crowding = peaks_of(located.sites, counts, labels, 2 * params.reach_m)
    return Found(areas, crowding, used, rules, warnings)


def _by_st_dbscan(located: LocatedIncidents, frames: Frames, params: StDbscanParams) -> Found:
    found = st_dbscan(located, frames, params)
    used = replace(params, min_incidents=found.min_incidents)
    rules = {} if found.rule is None else {"min_incidents": found.rule}
    inside = np.flatnonzero(found.labels != NOISE)
    members = _Members(
        found.frame[inside], found.site[inside], found.labels[inside], found.incidents[inside]
    )
    areas = _areas(located.sites, members, len(frames), params.eps_m / 2, params.outline)
    crowding = np.zeros((len(frames), len(located.sites)))
    np.maximum.at(crowding, (found.frame, found.site), found.crowding)
    return Found(areas, crowding, used, rules, [*found.warnings, *warnings_about(params.eps_m)])


def _members(labels: NDArray[np.intp], counts: NDArray[np.float64]) -> _Members:
    frame, site = np.nonzero(labels != NOISE)
    return _Members(frame, site, labels[frame, site], counts[frame, site])


def _areas(
    sites: Sites, members: _Members, n_frames: int, reach_m: float, outline: Outline
) -> Areas:
    """Draw the clusters of every frame, the one with most incidents first."""
    drawn = []
    for frame in range(n_frames):
        own = np.flatnonzero(members.frame == frame)
        cluster = np.unique(members.cluster[own], return_inverse=True)[1]
        size = np.bincount(cluster, weights=members.incidents[own])
        rank = np.argsort(np.argsort(-size, kind="stable"))[cluster]
        order = np.argsort(rank, kind="stable")
        at = members.site[own[order]]
        easting, northing = sites.easting[at], sites.northing[at]
        drawn.append(outlines(easting, northing, rank[order], reach_m, outline, borough())[1])
    frame_of = np.repeat(np.arange(n_frames), [len(areas) for areas in drawn])
    return frame_of, np.concatenate([np.zeros(0, object), *drawn])
