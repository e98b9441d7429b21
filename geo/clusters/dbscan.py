"""DBSCAN clusters in metres: places with many incidents close together, joined where they touch.

Ester, Kriegel, Sander and Xu 1996, A density-based algorithm for discovering clusters, KDD 96.
Computed on the distinct positions with the number of incidents as weight, which gives the labels
that all rows would; all frames of a time slider are one computation.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.clusters.crowding import Crowding
from geo.clusters.grid_dbscan import NOISE, labels_of_cores
from geo.clusters.lattice import Points
from geo.clusters.outlines import OUTLINES, Outline
from geo.params import Params, choice, number
from geo.sites import Sites

CROWDED_SHARE = 0.25
LEAST_INCIDENTS = 5
_MOST_INCIDENTS = 500_000
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
    outline: Outline = choice(
        "discs",
        options=OUTLINES,
        label="Outline of a cluster",
        help="Both reach half the search radius beyond the incidents.",
    )


@dataclass(frozen=True, eq=False)
class DbscanClusters:
    """Which sites are in which cluster.

    Attributes
    ----------
    labels
        Shape (frames, m): number of the cluster, ``NOISE`` for none or no incident. No two frames
        share a number.
    min_incidents
        The number used, ``rule`` how it was chosen; None where it was given.
    """

    labels: NDArray[np.intp]
    min_incidents: int
    rule: str | None


def dbscan(sites: Sites, counts: NDArray[np.float64], params: DbscanParams) -> DbscanClusters:
    """Find the clusters of every frame.

    A site is a core where at least ``min_incidents`` lie within ``eps_m``, its own included. Cores
    within ``eps_m`` of each other are one cluster; another site within it of a core joins the
    nearest one (the original leaves that to the order of the rows).

    Parameters
    ----------
    counts
        Shape (frames, m): incidents at each site, whole numbers.
    """
    return dbscan_and_crowding(sites, counts, params, with_crowding=False)[0]


def dbscan_and_crowding(
    sites: Sites, counts: NDArray[np.float64], params: DbscanParams, *, with_crowding: bool = True
) -> tuple[DbscanClusters, NDArray[np.float64]]:
    """Find the clusters of every frame, and how crowded their sites are.

    Returns
    -------
    The clusters as :func:`dbscan` gives them, and of shape (frames, m) the incidents within
    ``eps_m`` of the most crowded sites of each cluster; elsewhere no more than that, and never
    more than there are. 0 without incidents, or without ``with_crowding``.
    """
    labels = np.full(counts.shape, NOISE, np.intp)
    crowding = np.zeros(counts.shape)
    rule = automatic_rule(f"{params.eps_m:g} m") if params.min_incidents is None else None
    least = params.min_incidents or LEAST_INCIDENTS
    frame, site = np.nonzero(counts)
    if len(site):
        points = Points(sites.easting[site], sites.northing[site], counts[frame, site], frame)
        crowds = Crowding(points, params.eps_m)
        least = params.min_incidents or automatic_min_incidents(crowds, points.weight)
        of_points = labels_of_cores(points, crowds.reaches(least), params.eps_m)
        labels[frame, site] = of_points
        if with_crowding:
            _settle_peaks(crowds, of_points)
            crowding[frame, site] = crowds.lower
    return DbscanClusters(labels, least, rule), crowding


def peaks_of(
    sites: Sites, counts: NDArray[np.float64], labels: NDArray[np.intp], radius_m: float
) -> NDArray[np.float64]:
    """Count the incidents around the sites of any clusters.

    Parameters
    ----------
    counts, labels
        Shape (frames, m): incidents at each site and its cluster, ``NOISE`` for none.

    Returns
    -------
    Shape (frames, m), as the crowding of :func:`dbscan_and_crowding`.
    """
    crowding = np.zeros(counts.shape)
    frame, site = np.nonzero(counts)
    if len(site):
        points = Points(sites.easting[site], sites.northing[site], counts[frame, site], frame)
        crowds = Crowding(points, radius_m)
        _settle_peaks(crowds, labels[frame, site])
        crowding[frame, site] = crowds.lower
    return crowding


def automatic_min_incidents(crowds: Crowding, weight: NDArray[np.float64]) -> int:
    """Choose the number of incidents that only the most crowded quarter have around them.

    All points are pooled, so that one number holds for all frames.

    Parameters
    ----------
    weight
        Shape (n,): incidents at each point.

    Returns
    -------
    The 75th percentile of the crowding over the incidents, within the bounds of the setting.
    """
    lowest, highest = (_upper_quartile(bound, weight) for bound in (crowds.lower, crowds.upper))
    if highest > LEAST_INCIDENTS:
        crowds.settle((crowds.upper >= lowest) & (crowds.lower <= highest))
    return crowded_quarter(crowds.lower, weight)


def crowded_quarter(crowding: NDArray[np.float64], weight: NDArray[np.float64]) -> int:
    """Give the 75th percentile of a crowding over the incidents, within the setting's bounds."""
    return min(max(int(_upper_quartile(crowding, weight)), LEAST_INCIDENTS), _MOST_INCIDENTS)


def _upper_quartile(crowding: NDArray[np.float64], weight: NDArray[np.float64]) -> float:
    order = np.argsort(crowding)
    reached = np.cumsum(weight[order])
    at = np.searchsorted(reached, (1 - CROWDED_SHARE) * reached[-1])
    return float(crowding[order[at]])


def automatic_rule(within: str) -> str:
    """Say how the minimum of incidents is chosen, ``within`` a distance, for records."""
    return (
        f"what the most crowded quarter of the incidents have within {within} of them, "
        f"themselves included, over all periods; at least {LEAST_INCIDENTS}"
    )


def _settle_peaks(crowds: Crowding, labels: NDArray[np.intp]) -> None:
    """Work out the crowding where it may be the highest of a cluster."""
    members = np.flatnonzero(labels != NOISE)
    if len(members) == 0:
        return
    cluster = labels[members]
    # One that is likely to be the peak, so that few others are left that may be.
    likely = np.empty(cluster.max() + 1, np.intp)
    order = np.argsort((crowds.lower + crowds.upper)[members], kind="stable")
    likely[cluster[order]] = members[order]
    crowds.settle(np.isin(np.arange(len(labels)), likely[np.unique(cluster)]))
    highest = np.full(len(labels), np.inf)
    for least in (highest, None):
        most = np.zeros(cluster.max() + 1)
        np.maximum.at(most, cluster, crowds.lower[members])
        highest[members] = most[cluster]
        crowds.settle(crowds.upper >= highest, least)


def warnings_about(eps_m: float) -> list[str]:
    """Say what a reader must know about a search radius."""
    if eps_m >= _FALSE_PRECISION_M:
        return []
    return [
        (
            f"A search radius of {eps_m:g} m is below {_FALSE_PRECISION_M} m, finer than the "
            "positions of police data are known."
        )
    ]
