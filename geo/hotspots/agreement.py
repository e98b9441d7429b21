"""How far two settings agree on where the hotspots are, and in what order.

Areas are held against each other by the land they share: the Jaccard index is the shared land over
the land that either has (Jaccard 1912, New Phytologist 11), and the same of incidents. Hotspots
are paired one to one so that the pairs share as much land as any pairing can (the assignment
problem; Kuhn 1955, Naval Research Logistics Quarterly 2), and their ranks are compared: the mean
difference, and Kendall's tau (Kendall 1938, Biometrika 30).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.stats import kendalltau

from boundaries.errors import ParameterError
from geo.analysis import analysis, plain
from geo.frames import whole_time
from geo.hotspots.areas import MethodParams
from geo.hotspots.measuring import sites_inside
from geo.hotspots.params import HotspotParams
from geo.hotspots.table import NAME, RANK, HotspotResult, find_hotspots
from geo.record import make_record
from geo.remember import remembered
from geo.result import Result
from geo.schema import Incidents
from geo.selection import Selection
from geo.sites import LocatedIncidents, locate_selected
from geo.surfaces.chance import ChanceParams

FIRST, SECOND = "first", "second"
FIRST_HOTSPOTS, SECOND_HOTSPOTS = "first_hotspots", "second_hotspots"
FIRST_HA, SECOND_HA = "first_ha", "second_ha"
SHARED_HA = "shared_ha"
JACCARD = "jaccard"
SHARED_INCIDENTS = "shared_incidents"
INCIDENTS_JACCARD = "incidents_jaccard"
PAIRED = "paired"
MEAN_RANK_DIFFERENCE = "mean_rank_difference"
RANK_TAU = "rank_tau"
AGREEMENT_COLUMNS = (
    FIRST,
    SECOND,
    FIRST_HOTSPOTS,
    SECOND_HOTSPOTS,
    FIRST_HA,
    SECOND_HA,
    SHARED_HA,
    JACCARD,
    SHARED_INCIDENTS,
    INCIDENTS_JACCARD,
    PAIRED,
    MEAN_RANK_DIFFERENCE,
    RANK_TAU,
)
FIRST_RANK, SECOND_RANK = "first_rank", "second_rank"
FIRST_NAME, SECOND_NAME = "first_name", "second_name"
RANK_DIFFERENCE = "rank_difference"
PAIR_COLUMNS = (
    FIRST,
    SECOND,
    FIRST_RANK,
    FIRST_NAME,
    SECOND_RANK,
    SECOND_NAME,
    RANK_DIFFERENCE,
    SHARED_HA,
)

_M2_PER_HA = 1e4
_DEFAULTS = HotspotParams()
_LEAST_SHARED_M2 = 1.0
"""Less is where outlines touch, not land."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class HotspotSetting:
    """One way to find hotspots, with a name to tell it from others.

    The fields are the arguments of :func:`geo.hotspots.table.find_hotspots`.
    """

    name: str
    params: MethodParams
    hotspot_params: HotspotParams = _DEFAULTS
    chance_params: ChanceParams | None = None


@dataclass(frozen=True, eq=False)
class AgreementResult(Result):
    """Settings held against each other.

    Attributes
    ----------
    frame
        One row per pair of settings, in the order given, with ``AGREEMENT_COLUMNS``. Land is in
        hectares; ``jaccard`` and ``incidents_jaccard`` go from 0, nothing in common, to 1, and are
        NaN where neither has any. ``paired`` counts the hotspots that have a partner;
        ``mean_rank_difference`` is of their ranks without sign, ``rank_tau`` Kendall's tau-b of
        them, NaN with fewer than two.
    pairs
        One row per hotspot of either setting with ``PAIR_COLUMNS``, by first and then second
        rank; rank and name are missing on the side that has no partner.
        ``rank_difference`` is second less first.
    """

    pairs: pd.DataFrame


@remembered(4)
@analysis("hotspot_agreement")
def hotspot_agreement(
    incidents: Incidents,
    selection: Selection,
    settings: tuple[HotspotSetting, ...],
    vintage: str = "2022",
) -> AgreementResult:
    """Hold the hotspots of the whole period of several settings against each other, two by two.

    Raises
    ------
    ParameterError
        Fewer than two settings are given, or two of one name; or as
        :func:`geo.hotspots.table.find_hotspots`.
    """
    _check(settings)
    located = locate_selected(incidents, selection)
    found = [
        find_hotspots(
            incidents,
            selection,
            setting.params,
            hotspot_params=setting.hotspot_params,
            vintage=vintage,
            chance_params=setting.chance_params,
        )
        for setting in settings
    ]
    rows, pairs = [], []
    for one, other in combinations(range(len(settings)), 2):
        names = {FIRST: settings[one].name, SECOND: settings[other].name}
        paired = _pairs(found[one], found[other])
        rows.append(names | _row(found[one], found[other], paired, located))
        pairs.append(paired.assign(**names))
    record = make_record(
        "agreement of hotspots",
        {"settings": plain(settings), "vintage": vintage},
        selection,
        located.incidents,
        located.location,
        {"pairs": "one to one, so that the pairs share as much land as any pairing can"},
        _warnings(settings, found),
    )
    return AgreementResult(
        pd.DataFrame(rows)[list(AGREEMENT_COLUMNS)],
        record,
        pd.concat(pairs, ignore_index=True)[list(PAIR_COLUMNS)],
    )


def _check(settings: tuple[HotspotSetting, ...]) -> None:
    if len(settings) < 2:
        msg = f"{len(settings)} setting is given; at least two are held against each other."
        raise ParameterError(msg)
    names = [setting.name for setting in settings]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        msg = f"Two settings are called {twice[0]!r}; give each a name of its own."
        raise ParameterError(msg)


def _row(
    one: HotspotResult, other: HotspotResult, pairs: pd.DataFrame, located: LocatedIncidents
) -> dict[str, float]:
    """Give the figures of two settings; hotspots of one setting do not overlap."""
    areas = [float(found.frame.geometry.area.sum()) for found in (one, other)]
    shared = _shared_m2(one, other).sum()
    inside = [_sites_in(found, located) for found in (one, other)]
    counts = located.counts(whole_time(located.incidents)).sum(axis=0)
    both = float(counts[inside[0] & inside[1]].sum())
    either = float(counts[inside[0] | inside[1]].sum())
    partners = pairs.dropna(subset=[RANK_DIFFERENCE])
    ranks = [partners[name].to_numpy(np.float64) for name in (FIRST_RANK, SECOND_RANK)]
    apart = np.abs(ranks[0] - ranks[1])
    return {
        FIRST_HOTSPOTS: len(one.frame),
        SECOND_HOTSPOTS: len(other.frame),
        FIRST_HA: areas[0] / _M2_PER_HA,
        SECOND_HA: areas[1] / _M2_PER_HA,
        SHARED_HA: shared / _M2_PER_HA,
        JACCARD: _share(shared, sum(areas) - shared),
        SHARED_INCIDENTS: int(both),
        INCIDENTS_JACCARD: _share(both, either),
        PAIRED: len(partners),
        MEAN_RANK_DIFFERENCE: float(apart.mean()) if len(apart) else np.nan,
        RANK_TAU: float(kendalltau(*ranks).statistic) if len(partners) > 1 else np.nan,
    }


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0 else np.nan


def _shared_m2(one: HotspotResult, other: HotspotResult) -> Floats:
    """Give the land that each hotspot shares with each of the other setting, m2."""
    areas, others = one.frame.geometry.to_numpy(), other.frame.geometry.to_numpy()
    shared = np.zeros((len(areas), len(others)))
    row, col = shapely.STRtree(others).query(areas, predicate="intersects")
    shared[row, col] = shapely.area(shapely.intersection(areas[row], others[col]))
    return shared


def _sites_in(found: HotspotResult, located: LocatedIncidents) -> NDArray[np.bool_]:
    polygons = found.frame.geometry.to_numpy()
    one_frame = np.zeros(len(polygons), np.intp)
    present = np.ones((1, len(located.sites)), np.bool_)
    mask = np.zeros(len(located.sites), np.bool_)
    mask[sites_inside((one_frame, polygons), located.sites, present).site] = True
    return mask


def _pairs(one: HotspotResult, other: HotspotResult) -> pd.DataFrame:
    """Pair hotspots, and list those without a partner beside them."""
    shared = _shared_m2(one, other)
    row, col = linear_sum_assignment(shared, maximize=True)
    is_pair = shared[row, col] >= _LEAST_SHARED_M2
    row, col = row[is_pair], col[is_pair]
    alone = np.setdiff1d(np.arange(len(one.frame)), row)
    others = np.setdiff1d(np.arange(len(other.frame)), col)
    nobody = -1
    left = np.concatenate([row, alone, np.full(len(others), nobody)]).astype(np.intp)
    right = np.concatenate([col, np.full(len(alone), nobody), others]).astype(np.intp)
    first, second = _side(one, left), _side(other, right)
    is_pair = (left != nobody) & (right != nobody)
    table = pd.DataFrame(
        {
            FIRST_RANK: first[RANK],
            FIRST_NAME: first[NAME],
            SECOND_RANK: second[RANK],
            SECOND_NAME: second[NAME],
            RANK_DIFFERENCE: second[RANK] - first[RANK],
            SHARED_HA: np.where(is_pair, shared[left, right] if shared.size else 0, 0) / _M2_PER_HA,
        }
    )
    return table.sort_values([FIRST_RANK, SECOND_RANK], ignore_index=True)


def _side(found: HotspotResult, rows: NDArray[np.intp]) -> pd.DataFrame:
    """Give rank and name of some hotspots, missing for row -1."""
    ranked = pd.DataFrame(found.frame[[RANK, NAME]]).astype({RANK: "Int64", NAME: object})
    side = ranked.reindex(rows).reset_index(drop=True)
    side[NAME] = side[NAME].where(side[NAME].notna(), None)
    return side


def _warnings(settings: tuple[HotspotSetting, ...], found: list[HotspotResult]) -> Iterator[str]:
    """Say whose hotspots each warning is about."""
    for setting, result in zip(settings, found, strict=True):
        if len(result.frame) == setting.hotspot_params.max_hotspots:
            yield (
                f"{setting.name}: only the first {len(result.frame)} hotspots are held against "
                "others; there may be more."
            )
        for warning in result.record.warnings:
            yield f"{setting.name}: {warning}"
