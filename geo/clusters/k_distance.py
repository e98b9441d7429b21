"""The k-distance curve, and the search radius it suggests for DBSCAN.

For every incident the distance within which k incidents lie, sorted: a search radius of that
distance makes it a core. Where the curve bends upwards, crowded places end (Ester, Kriegel, Sander
and Xu 1996; Schubert, Sander, Ester, Kriegel and Xu 2017, DBSCAN revisited, revisited, ACM
Transactions on Database Systems 42). The bend is where the curve lies furthest below the chord
between its ends (Satopaa, Albrecht, Irwin and Raghavan 2011, Finding a kneedle in a haystack,
ICDCS Workshops), without their smoothing.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geo.analysis import analysis
from geo.clusters.dbscan import DbscanParams
from geo.frames import whole_time
from geo.params import Params, number
from geo.progress import report
from geo.record import make_record
from geo.remember import remembered
from geo.result import Result
from geo.schema import Incidents
from geo.selection import Selection
from geo.sites import Sites, frame_warnings, locate_selected

SHARE_PCT = "share_pct"
DISTANCE_M = "distance_m"
K_DISTANCE_COLUMNS = (SHARE_PCT, DISTANCE_M)
SUGGESTED_EPS_M = "suggested_eps_m"

_STEPS = 1_000
_AT_ONCE = 1_000_000


@dataclass(frozen=True)
class KDistanceParams(Params):
    """Settings of the k-distance curve."""

    k: int = number(
        20,
        low=3,
        high=2_000,
        step=1,
        unit="incidents",
        label="Incidents (k)",
        help="The minimum incidents that DBSCAN is to be run with, the incident itself included.",
    )


@remembered(4)
@analysis("k_distance")
def k_distance(incidents: Incidents, selection: Selection, params: KDistanceParams) -> Result:
    """Find the distance within which each located incident has k incidents, itself included.

    Returns
    -------
    ``frame`` has the columns ``K_DISTANCE_COLUMNS``: at most ``distance_m`` metres hold k
    incidents for ``share_pct`` per cent of the incidents, in steps of a tenth of a per cent; no
    rows where there are fewer than k incidents. ``record.params["suggested_eps_m"]`` is the
    radius at the bend of the curve, None without a curve.
    """
    located = locate_selected(incidents, selection)
    counts = located.counts(whole_time(located.incidents)).sum(axis=0)
    order, distances = _sorted_distances(located.sites, counts, params.k)
    share = np.cumsum(counts[order]) / max(counts.sum(), 1)
    suggested, rules, warnings = _suggestion(share, distances, params.k)
    record = make_record(
        "k-distance curve",
        {**params.as_dict(), SUGGESTED_EPS_M: suggested},
        selection,
        located.incidents,
        located.location,
        rules,
        [*warnings, *frame_warnings(located, whole_time(located.incidents))],
    )
    return Result(_table(share, distances), record)


def k_distances(sites: Sites, counts: NDArray[np.float64], k: int) -> NDArray[np.float64]:
    """Find the distance within which each site has k incidents, its own included.

    Parameters
    ----------
    counts
        Shape (m,): incidents at each site, above 0.

    Returns
    -------
    Shape (m,), metres; infinite where there are fewer than k incidents in all.
    """
    places = np.column_stack([sites.easting, sites.northing])
    distances = np.full(len(places), np.inf)
    if counts.sum() < k:
        return distances
    tree = cKDTree(places)
    left = np.arange(len(places))
    n_near = min(8, len(places))
    while len(left):
        report(len(places) - len(left), len(places), "distances to the k-th incident")
        reached = np.zeros(len(left), np.bool_)
        step = max(_AT_ONCE // n_near, 1)
        for first in range(0, len(left), step):
            rows = left[first : first + step]
            away, near = map(np.asarray, tree.query(places[rows], k=np.arange(1, n_near + 1)))
            enough = np.cumsum(counts[near], axis=1) >= k
            at = enough.argmax(axis=1)
            found = enough[np.arange(len(rows)), at]
            distances[rows[found]] = away[np.arange(len(rows)), at][found]
            reached[first : first + step] = found
        left = left[~reached]
        n_near = min(4 * n_near, len(places))
    return distances


def bend(share: NDArray[np.float64], distances: NDArray[np.float64]) -> float:
    """Give the distance where a rising curve lies furthest below the chord between its ends.

    Parameters
    ----------
    share, distances
        Shape (n,): rising; how much of the incidents come up to each distance.
    """
    width, height = np.ptp(share), np.ptp(distances)
    if width == 0 or height == 0:
        return float(distances[-1])
    below = (share - share[0]) / width - (distances - distances[0]) / height
    return float(distances[below.argmax()])


def _sorted_distances(
    sites: Sites, counts: NDArray[np.float64], k: int
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    distances = k_distances(sites, counts, k)
    order = np.argsort(distances, kind="stable")
    return order[np.isfinite(distances[order])], distances[order][np.isfinite(distances[order])]


def _suggestion(
    share: NDArray[np.float64], distances: NDArray[np.float64], k: int
) -> tuple[float | None, dict[str, str], list[str]]:
    if len(distances) == 0:
        return None, {}, [f"There are fewer than {k:,} located incidents, so there is no curve."]
    spec = DbscanParams.spec("eps_m")
    at_bend = bend(share, distances)
    suggested = float(np.clip(spec.step * round(at_bend / spec.step), spec.low, spec.high))
    rule = (
        f"the bend of the curve, {at_bend:,.0f} m: where it lies furthest below the chord between "
        f"its ends; in steps of {spec.step:g} m from {spec.low:g} to {spec.high:g} m"
    )
    stacked = float(share[np.flatnonzero(distances == 0)].max(initial=0))
    warnings = []
    if stacked > 0.5:
        warnings.append(
            f"{stacked:.0%} of the incidents have {k:,} incidents at their very position, so the "
            "curve says little about distances and the suggestion is weak; a larger k helps."
        )
    return suggested, {SUGGESTED_EPS_M: rule}, warnings


def _table(share: NDArray[np.float64], distances: NDArray[np.float64]) -> pd.DataFrame:
    steps = np.arange(_STEPS + 1) / _STEPS if len(distances) else np.zeros(0)
    at = np.searchsorted(share, steps - 1e-12)
    columns = {SHARE_PCT: 100 * steps, DISTANCE_M: distances[np.minimum(at, len(distances) - 1)]}
    return pd.DataFrame(columns)
