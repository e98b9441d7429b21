"""DBSCAN clusters in metres: places with many incidents close together, joined where they touch.

Ester, Kriegel, Sander and Xu 1996, A density-based algorithm for discovering clusters, KDD 96.
Computed on the distinct positions with the number of incidents as weight, which gives the labels
that all rows would. The pairs of positions within ``eps_m`` are found once and serve every frame;
a frame is then a connected-components search.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from shapely.geometry.base import BaseGeometry
from sklearn.neighbors import KDTree

from geo.contours import Areas
from geo.discs import disc_unions
from geo.outlines import DISCS, OUTLINES
from geo.params import Params, choice, number
from geo.sites import Sites, sites_of

MAX_PAIRS = 3_000_000
"""Pairs of positions within eps above which positions are rounded first."""
NOISE = -1
CROWDED_SHARE = 0.25
_LEAST_INCIDENTS = 5
_MOST_INCIDENTS = 500_000
_ROUNDING_PER_EPS = 8
_FALSE_PRECISION_M = 100


@dataclass(frozen=True)
class DbscanParams(Params):
    """Settings of the clusters."""

    eps_m: float = number(
        150,
        low=50,
        high=1000,
        step=10,
        unit="m",
        label="Search radius (eps)",
        help="How far apart incidents may be to count as neighbours.",
    )
    min_incidents: int | None = number(
        None,
        low=3,
        high=_MOST_INCIDENTS,
        step=1,
        unit="incidents",
        label="Minimum incidents within the radius",
        help="How many incidents make a place crowded. Empty: chosen from the data and reported.",
    )
    outline: str = choice(
        DISCS,
        options=OUTLINES,
        label="Outline of a cluster",
        help="Both reach half the search radius beyond the incidents.",
    )


@dataclass(frozen=True, eq=False)
class NeighbourGraph:
    """Which positions lie within eps of each other.

    Attributes
    ----------
    nodes
        The positions: those of the sites, or these rounded where there are too many pairs.
    node_of_site
        Shape (m,): row of the node of each site.
    first, second
        Shape (pairs,): rows of nodes within eps, each pair once, the furthest apart first.
    rounded_to_m
        What positions were rounded to; None when they were not.
    """

    nodes: Sites
    node_of_site: NDArray[np.intp]
    first: NDArray[np.intp]
    second: NDArray[np.intp]
    rounded_to_m: float | None

    def counts(self, per_site: NDArray[np.float64]) -> NDArray[np.float64]:
        """Add up the sites of each node: (frames, m) to (frames, nodes)."""
        n_sites = len(self.node_of_site)
        gather = sparse.csr_array(
            (np.ones(n_sites), (self.node_of_site, np.arange(n_sites))),
            shape=(len(self.nodes), n_sites),
        )
        return np.ascontiguousarray((gather @ per_site.T).T)

    def crowding(self, counts: NDArray[np.float64]) -> NDArray[np.float64]:
        """Count the incidents within eps of each node, itself included, (frames, nodes)."""
        return np.ascontiguousarray((self.near @ counts.T).T) + counts

    @cached_property
    def near(self) -> sparse.csr_array:
        """The pairs as a symmetric matrix, (nodes, nodes), 1 where two lie within eps."""
        shape = (len(self.nodes), len(self.nodes))
        once = sparse.csr_array((np.ones(len(self.first)), (self.first, self.second)), shape=shape)
        return once + once.T


@lru_cache(maxsize=4)
def neighbour_graph(sites: Sites, eps_m: float) -> NeighbourGraph:
    """Find the pairs of positions within eps; at most about 100 MB, and kept for the next call.

    Where there are more than ``MAX_PAIRS`` the positions are rounded to an eighth of eps, which
    moves none by more than a tenth of it.
    """
    if _count_pairs(sites, eps_m) <= MAX_PAIRS:
        return _graph(sites, np.arange(len(sites)), eps_m, None)
    step = eps_m / _ROUNDING_PER_EPS
    nodes, node_of_site = sites_of(
        np.rint(sites.easting / step) * step, np.rint(sites.northing / step) * step
    )
    return _graph(nodes, node_of_site, eps_m, step)


def _graph(
    nodes: Sites, node_of_site: NDArray[np.intp], eps_m: float, rounded_to_m: float | None
) -> NeighbourGraph:
    places = np.column_stack([nodes.easting, nodes.northing])
    if len(places) == 0:
        none = np.zeros(0, np.intp)
        return NeighbourGraph(nodes, node_of_site, none, none, rounded_to_m)
    near, apart = KDTree(places).query_radius(places, eps_m, return_distance=True)
    first = np.repeat(np.arange(len(places)), [len(row) for row in near])
    second, distance = np.concatenate(near), np.concatenate(apart)
    once = np.flatnonzero(first < second)
    order = once[np.lexsort((second[once], first[once], -distance[once]))]
    return NeighbourGraph(nodes, node_of_site, first[order], second[order], rounded_to_m)


def _count_pairs(sites: Sites, eps_m: float) -> int:
    if len(sites) == 0:
        return 0
    places = np.column_stack([sites.easting, sites.northing])
    with_themselves = KDTree(places).query_radius(places, eps_m, count_only=True).sum()
    return int(with_themselves - len(places)) // 2


def automatic_min_incidents(crowding: NDArray[np.float64], counts: NDArray[np.float64]) -> int:
    """Choose the number of incidents that only the most crowded quarter have around them.

    Parameters
    ----------
    crowding, counts
        Shape (frames, nodes): incidents within eps of each node, and at it. All frames are pooled,
        so that one number holds for all of them.

    Returns
    -------
    The 75th percentile of the crowding over the incidents, within the bounds of the setting.
    """
    present = counts > 0
    if not present.any():
        return _LEAST_INCIDENTS
    level = np.quantile(
        crowding[present],
        1 - CROWDED_SHARE,
        weights=counts[present],
        method="inverted_cdf",
    )
    return min(max(int(level), _LEAST_INCIDENTS), _MOST_INCIDENTS)


def cluster_labels(
    graph: NeighbourGraph,
    counts: NDArray[np.float64],
    crowding: NDArray[np.float64],
    min_incidents: int,
) -> NDArray[np.intp]:
    """Label the nodes of one frame.

    A node is a core where at least ``min_incidents`` lie within eps, itself included. Cores within
    eps of each other are one cluster; another node within eps of a core joins the nearest one
    (the original leaves that to the order of the rows).

    Parameters
    ----------
    counts, crowding
        Shape (nodes,), of this frame.

    Returns
    -------
    Shape (nodes,): number of the cluster, ``NOISE`` for none or no incident.
    """
    core = (counts > 0) & (crowding >= min_incidents)
    labels = np.full(len(counts), NOISE, np.intp)
    rows = np.flatnonzero(core)
    # Links go both ways, so the strong components are the components, and found in one pass.
    _, labels[rows] = connected_components(
        graph.near[rows][:, rows], directed=True, connection="strong"
    )
    labels[rows] = np.unique(labels[rows], return_inverse=True)[1]
    _join_borders(labels, core, counts > 0, graph)
    return labels


def _join_borders(
    labels: NDArray[np.intp],
    core: NDArray[np.bool_],
    present: NDArray[np.bool_],
    graph: NeighbourGraph,
) -> None:
    """Give border nodes the label of their nearest core: pairs come furthest first, last wins."""
    first_is_core = core[graph.first]
    mixed = np.flatnonzero(first_is_core != core[graph.second])
    first, second, first_is_core = graph.first[mixed], graph.second[mixed], first_is_core[mixed]
    border = np.where(first_is_core, second, first)
    known = present[border]
    labels[border[known]] = labels[np.where(first_is_core, first, second)[known]]


def min_incidents_of(
    params: DbscanParams,
    graph: NeighbourGraph,
    counts: NDArray[np.float64],
    crowding: NDArray[np.float64],
) -> tuple[int, dict[str, str]]:
    """Give the number to use, and the rules to report."""
    rules = {}
    if graph.rounded_to_m:
        rules["positions"] = (
            f"rounded to {graph.rounded_to_m:g} m, as more than {MAX_PAIRS:,} pairs of positions "
            "lie within the search radius"
        )
    if params.min_incidents is not None:
        return params.min_incidents, rules
    rules["min_incidents"] = (
        f"what the most crowded quarter of the incidents have within {params.eps_m:g} m of them, "
        f"themselves included, over all periods; at least {_LEAST_INCIDENTS}"
    )
    return automatic_min_incidents(crowding, counts), rules


def cluster_areas(
    graph: NeighbourGraph,
    counts: NDArray[np.float64],
    crowding: NDArray[np.float64],
    min_incidents: int,
    eps_m: float,
    area: BaseGeometry,
) -> Areas:
    """Draw the clusters of every frame; those of one frame do not overlap.

    A cluster is the union of discs of radius eps / 2 around its positions, clipped to the area;
    unlike a hull it covers no land without incidents near it. Where two touch, the one with more
    incidents keeps the land.

    Parameters
    ----------
    counts, crowding
        Shape (frames, nodes).
    area
        Polygon or multipolygon in EPSG:27700.
    """
    shapely.prepare(area)
    drawn = [
        _frame_areas(graph, frame_counts, frame_crowding, min_incidents, eps_m, area)
        for frame_counts, frame_crowding in zip(counts, crowding, strict=True)
    ]
    frame_of = np.repeat(np.arange(len(counts)), [len(areas) for areas in drawn])
    return frame_of, np.concatenate([np.zeros(0, object), *drawn])


def _frame_areas(
    graph: NeighbourGraph,
    counts: NDArray[np.float64],
    crowding: NDArray[np.float64],
    min_incidents: int,
    eps_m: float,
    area: BaseGeometry,
) -> NDArray[np.object_]:
    """Draw the clusters of one frame, the one with most incidents first."""
    labels = cluster_labels(graph, counts, crowding, min_incidents)
    members = np.flatnonzero(labels != NOISE)
    if len(members) == 0:
        return np.zeros(0, object)
    size = np.bincount(labels[members], weights=counts[members])
    rank = np.argsort(np.argsort(-size, kind="stable"))[labels[members]]
    order = np.argsort(rank, kind="stable")
    at = members[order]
    areas = disc_unions(graph.nodes.easting[at], graph.nodes.northing[at], rank[order], eps_m / 2)
    crossing = ~shapely.contains_properly(area, areas)
    areas[crossing] = shapely.intersection(areas[crossing], area)
    return _polygonal(_parted(areas))


def _parted(areas: NDArray[np.object_]) -> NDArray[np.object_]:
    """Take from each area what an earlier one covers."""
    later, earlier = shapely.STRtree(areas).query(areas)
    clash = (earlier < later) & shapely.intersects(areas[later], areas[earlier])
    for i, j in sorted(zip(later[clash], earlier[clash], strict=True)):
        areas[i] = shapely.difference(areas[i], areas[j])
    return areas


def _polygonal(areas: NDArray[np.object_]) -> NDArray[np.object_]:
    """Drop the lines and points that are left where outlines only touch."""
    mixed = np.flatnonzero(shapely.get_type_id(areas) == shapely.GeometryType.GEOMETRYCOLLECTION)
    for i in mixed:
        parts = shapely.get_parts(areas[i])
        areas[i] = shapely.union_all(parts[shapely.area(parts) > 0])
    return areas


def warnings_about(params: DbscanParams) -> list[str]:
    """Say what a reader must know about the settings."""
    if params.eps_m >= _FALSE_PRECISION_M:
        return []
    return [
        (
            f"A search radius of {params.eps_m:g} m is below {_FALSE_PRECISION_M} m, finer than "
            "the positions of police data are known."
        )
    ]
