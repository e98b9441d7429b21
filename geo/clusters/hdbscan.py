"""HDBSCAN: clusters of any density, the ones that last longest as the search radius grows.

Campello, Moulavi and Sander 2013, Density-based clustering based on hierarchical density
estimates, PAKDD; computed by scikit-learn, in metres. Clusters that come close are then joined,
as police positions are snapped and every stack would be a cluster.
"""

from dataclasses import dataclass
from math import ceil
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from geo.clusters.grid_dbscan import NOISE, labels_of_cores
from geo.clusters.lattice import Points, Rows
from geo.clusters.outlines import OUTLINES, Outline
from geo.params import Params, choice, number
from geo.sites import Sites

MAX_ROWS = 10_000
"""Incidents of a period up to which all are taken: the time grows with the square of their number.

Every stack of incidents at one position must come as so many rows, as scikit-learn's HDBSCAN
takes no weights."""
AUTOMATIC_SHARE = 0.01
_LEAST_INCIDENTS = 10

Selected = Literal["eom", "leaf"]


@dataclass(frozen=True)
class HdbscanParams(Params):
    """Settings of clusters of any density."""

    min_cluster_incidents: int | None = number(
        None,
        low=5,
        high=100_000,
        step=1,
        unit="incidents",
        label="Least incidents in a cluster",
        help="Smaller groups are noise. Empty: chosen from the data and reported.",
    )
    min_samples: int | None = number(
        None,
        low=1,
        high=100_000,
        step=1,
        unit="incidents",
        label="Incidents that the density is measured with",
        help="More makes clusters fewer and denser. Empty: as many as the least in a cluster.",
    )
    join_m: float = number(
        100,
        low=0,
        high=1000,
        step=10,
        unit="m",
        label="Join clusters up to",
        help=(
            "Clusters are one where incidents of theirs are no further apart. Otherwise every "
            "large stack of incidents at one position is a cluster of its own."
        ),
    )
    selected: Selected = choice(
        "eom",
        options={
            "eom": "the clusters that last longest (excess of mass)",
            "leaf": "the smallest clusters, more alike in size",
        },
        label="Which clusters",
    )
    reach_m: float = number(
        75,
        low=25,
        high=500,
        step=5,
        unit="m",
        label="Reach of the outline",
        help="How far an outline reaches beyond the incidents of its cluster.",
    )
    outline: Outline = choice("hull", options=OUTLINES, label="Outline of a cluster")


@dataclass(frozen=True, eq=False)
class HdbscanClusters:
    """Which sites of one period are in which cluster.

    Attributes
    ----------
    labels
        Shape (m,): number of the cluster, ``NOISE`` for none, no incident, or not taken.
    probability
        Shape (m,): how strongly each belongs to its cluster, 0 to 1.
    every
        1 where all incidents were taken, k where every k-th.
    """

    labels: NDArray[np.intp]
    probability: NDArray[np.float64]
    every: int


def hdbscan(
    sites: Sites, counts: NDArray[np.float64], params: HdbscanParams, least: int
) -> HdbscanClusters:
    """Find the clusters of one period.

    Above ``MAX_ROWS`` incidents every k-th is taken, in order of easting and northing, and the
    numbers of incidents in the settings are divided by k.

    Parameters
    ----------
    counts
        Shape (m,): incidents at each site, whole numbers.
    least
        ``min_cluster_incidents``, filled in.
    """
    every = max(ceil(counts.sum() / MAX_ROWS), 1)
    rows = np.diff(np.cumsum(counts) // every, prepend=0).astype(np.intp)
    labels, probability = np.full(len(counts), NOISE, np.intp), np.zeros(len(counts))
    smallest = max(ceil(least / every), 2)
    samples = max(ceil((params.min_samples or least) / every), 1)
    if rows.sum() < max(smallest, samples, 2):
        return HdbscanClusters(labels, probability, every)
    # Half a second to import, which whoever asks for another method need not wait for.
    from sklearn.cluster import HDBSCAN

    at = np.repeat(np.arange(len(counts)), rows)
    found = HDBSCAN(
        min_cluster_size=smallest,
        min_samples=samples,
        cluster_selection_method=params.selected,
        algorithm="kd_tree",
        copy=False,
    ).fit(np.column_stack([sites.easting[at], sites.northing[at]]))
    labels[at] = found.labels_
    probability[at] = np.nan_to_num(found.probabilities_)
    if params.join_m > 0:
        inside = np.flatnonzero(labels != NOISE)
        labels[inside] = _joined(sites, inside, labels[inside], params.join_m)
    return HdbscanClusters(labels, probability, every)


def _joined(sites: Sites, inside: Rows, labels: Rows, join_m: float) -> Rows:
    """Give clusters that come as close as ``join_m`` one label.

    scikit-learn's own setting for it, ``cluster_selection_epsilon``, fails on stacked positions
    with numpy 2.4 (its issue 33219).
    """
    if len(inside) == 0:
        return labels
    n = len(inside)
    points = Points(sites.easting[inside], sites.northing[inside], np.ones(n), np.zeros(n, np.intp))
    close = labels_of_cores(points, np.ones(n, np.bool_), join_m)
    first = labels.max() + 1
    links = sparse.coo_array((np.ones(n, np.int8), (labels, first + close)), 2 * (first + n,))
    together = connected_components(links, directed=False)[1][labels]
    return np.asarray(np.unique(together, return_inverse=True)[1], np.intp)


def automatic_least(counts: NDArray[np.float64]) -> int:
    """Choose the least incidents in a cluster: a hundredth of those of an average period.

    ``counts``, shape (frames, m), are the incidents at each site.
    """
    average = counts.sum() / max(len(counts), 1)
    spec = HdbscanParams.spec("min_cluster_incidents")
    return int(np.clip(round(AUTOMATIC_SHARE * average), _LEAST_INCIDENTS, spec.high))
