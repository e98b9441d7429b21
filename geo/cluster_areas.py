"""Clusters as areas, ready to be measured, ranked and named as hotspots."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from geo.clusters import DbscanParams, dbscan, warnings_about
from geo.contours import Areas
from geo.density import borough
from geo.found import Found
from geo.frames import Frames
from geo.grid_dbscan import NOISE
from geo.outlines import Outline, outlines
from geo.sites import LocatedIncidents, Sites


def find_clusters(located: LocatedIncidents, frames: Frames, params: DbscanParams) -> Found:
    """Find the clusters of every frame and draw them; those of one frame do not overlap.

    Where two outlines overlap, the cluster with more incidents keeps the land.

    Parameters
    ----------
    located
        The selected incidents.
    frames
        Frames of the selected incidents, see :func:`geo.sites.frames_or_whole`.

    Returns
    -------
    ``crowding`` is the number of incidents within ``eps_m`` of the most crowded site of each
    cluster, and no more elsewhere in it.
    """
    counts = located.counts(frames)
    found = dbscan(located.sites, counts, params)
    used = replace(params, min_incidents=found.min_incidents)
    rules = {} if found.rule is None else {"min_incidents": found.rule}
    areas = _areas(located.sites, counts, found.labels, params.eps_m / 2, params.outline)
    return Found(areas, found.crowding, used, rules, warnings_about(params.eps_m))


def _areas(
    sites: Sites,
    counts: NDArray[np.float64],
    labels: NDArray[np.intp],
    reach_m: float,
    outline: Outline,
) -> Areas:
    """Draw the clusters of every frame, the one with most incidents first."""
    drawn = [
        _frame_areas(sites, *frame, reach_m, outline) for frame in zip(counts, labels, strict=True)
    ]
    frame_of = np.repeat(np.arange(len(drawn)), [len(areas) for areas in drawn])
    return frame_of, np.concatenate([np.zeros(0, object), *drawn])


def _frame_areas(
    sites: Sites,
    counts: NDArray[np.float64],
    labels: NDArray[np.intp],
    reach_m: float,
    outline: Outline,
) -> NDArray[np.object_]:
    members = np.flatnonzero(labels != NOISE)
    cluster = np.unique(labels[members], return_inverse=True)[1]
    size = np.bincount(cluster, weights=counts[members])
    rank = np.argsort(np.argsort(-size, kind="stable"))[cluster]
    order = np.argsort(rank, kind="stable")
    at = members[order]
    easting, northing = sites.easting[at], sites.northing[at]
    return outlines(easting, northing, rank[order], reach_m, outline, borough())[1]
