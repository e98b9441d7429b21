"""Clusters as areas, by DBSCAN, ready to be measured, ranked and named as hotspots."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from geo.clusters import (
    NOISE,
    DbscanParams,
    NeighbourGraph,
    cluster_labels,
    min_incidents_of,
    neighbour_graph,
    warnings_about,
)
from geo.contours import Areas
from geo.density import borough
from geo.found import Found
from geo.frames import Frames
from geo.outlines import outlines
from geo.sites import LocatedIncidents


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
    ``crowding`` is the number of incidents within ``eps_m`` of each site.
    """
    graph = neighbour_graph(located.sites, params.eps_m)
    counts = graph.counts(located.counts(frames))
    crowding = graph.crowding(counts)
    least, rules = min_incidents_of(params, graph, counts, crowding)
    used = replace(params, min_incidents=least)
    drawn = [
        _frame_areas(graph, frame_counts, cluster_labels(graph, frame_counts, near, least), used)
        for frame_counts, near in zip(counts, crowding, strict=True)
    ]
    frame_of = np.repeat(np.arange(len(drawn)), [len(areas) for areas in drawn])
    areas: Areas = (frame_of, np.concatenate([np.zeros(0, object), *drawn]))
    return Found(areas, crowding[:, graph.node_of_site], used, rules, warnings_about(params))


def _frame_areas(
    graph: NeighbourGraph,
    counts: NDArray[np.float64],
    labels: NDArray[np.intp],
    params: DbscanParams,
) -> NDArray[np.object_]:
    """Draw the clusters of one frame, the one with most incidents first."""
    members = np.flatnonzero(labels != NOISE)
    size = np.bincount(labels[members], weights=counts[members])
    rank = np.argsort(np.argsort(-size, kind="stable"))[labels[members]]
    order = np.argsort(rank, kind="stable")
    at = members[order]
    _, areas = outlines(
        graph.nodes.easting[at],
        graph.nodes.northing[at],
        rank[order],
        params.eps_m / 2,
        params.outline,
        borough(),
    )
    return areas
