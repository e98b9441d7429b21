"""Wards in order, period by period, with the interval that chance leaves around each figure.

Counts are taken as Poisson: the interval is the exact one (Garwood 1936, Biometrika 28), and for a
share that of Clopper and Pearson (1934, Biometrika 26). Ranks of wards whose intervals overlap much
say little about which of them is higher.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from boundaries.columns import WARD_CODE, WARD_NAME
from geo.analysis import analysis
from geo.change.exposure import days_covered, span_of
from geo.params import Params, number
from geo.periods import CALENDAR_UNITS, NOT_KNOWN
from geo.record import make_record
from geo.result import Result
from geo.schema import Incidents
from geo.selection import Selection
from geo.wards.counts import count_by_ward, ward_measure
from geo.wards.table import PERIOD, VALUE, WardParams, ward_values
from geo.wards.warnings import missing_months, ward_warnings

COUNT = "count"
LOW = "low"
HIGH = "high"
RANK = "rank"
TIED = "tied"
IS_WHOLE = "is_whole"
RANK_COLUMNS = (WARD_CODE, WARD_NAME, PERIOD, COUNT, VALUE, LOW, HIGH, RANK, TIED, IS_WHOLE)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class RankParams(Params):
    """How sure the interval of a figure is."""

    confidence_pct: float = number(
        95, low=80, high=99.9, step=0.1, unit="%", label="Confidence of the interval"
    )


_DEFAULTS = RankParams()


@analysis("ward_ranks")
def ward_ranks(
    incidents: Incidents,
    selection: Selection,
    params: WardParams,
    rank_params: RankParams = _DEFAULTS,
) -> Result:
    """Rank the wards by a measure in each period.

    Parameters
    ----------
    incidents
        All incidents; the selection is applied here. They also say which time the data covers.

    Returns
    -------
    Frame with exactly the columns ``RANK_COLUMNS``, one row per ward and period: wards by code,
    within each the periods in order. ``value``, ``low`` and ``high`` are in the unit of the
    measure. ``rank`` is 1 for the highest; wards of the same value share the rank of the first,
    and ``tied`` is how many do, the ward itself included. Ranks are missing where there is no
    value. ``is_whole`` says whether the data covers all days of the period.
    """
    selected = selection.apply(incidents)
    found = ward_values(selected, params)
    counts, labels = count_by_ward(found.location, found.periods, len(found.wards))
    known = [i for i, label in enumerate(labels) if label != NOT_KNOWN]
    of_wards = slice(0, len(found.wards))
    values = found.matrix[of_wards, known]
    low, high = _limits(counts, found.wards, params, rank_params.confidence_pct / 100)
    ranks, tied = _ranks(values)
    periods = [labels[i] for i in known]
    whole = _whole(incidents, selection, params, periods)
    n = len(periods)
    frame = pd.DataFrame(
        {
            WARD_CODE: np.repeat(found.wards[WARD_CODE].to_numpy(object), n),
            WARD_NAME: np.repeat(found.wards[WARD_NAME].to_numpy(object), n),
            PERIOD: np.tile(np.array(periods, object), len(found.wards)),
            COUNT: counts[of_wards, known].ravel().astype(np.int64),
            VALUE: values.ravel(),
            LOW: low[of_wards, known].ravel(),
            HIGH: high[of_wards, known].ravel(),
            RANK: pd.Series(ranks.ravel(), dtype="Int64"),
            TIED: tied.ravel(),
            IS_WHOLE: np.tile(np.array(whole, np.bool_), len(found.wards)),
        }
    )
    record = make_record(
        "ward_ranks",
        {**params.as_dict(), **rank_params.as_dict()},
        selection,
        selected,
        found.location,
        rules={"interval": _RULES[params.measure == "share"]},
        warnings=(
            *ward_warnings(selected, found.wards, params.vintage, params.measure),
            *missing_months(selected),
        ),
    )
    return Result(frame, record)


_RULES = (
    "exact interval of a Poisson count, divided as the count is",
    "exact interval of a binomial share of the period's incidents",
)


def _limits(
    counts: NDArray[np.intp], wards: gpd.GeoDataFrame, params: WardParams, confidence: float
) -> tuple[Floats, Floats]:
    """Give the limits of each row's figure in the unit of the measure."""
    if params.measure == "share":
        return share_interval(counts, counts.sum(axis=0, keepdims=True), confidence)
    low, high = (
        ward_measure(limit, wards, params.measure) for limit in count_interval(counts, confidence)
    )
    return low, high


def count_interval(counts: NDArray[np.intp], confidence: float) -> tuple[Floats, Floats]:
    """Give the exact interval of the mean behind Poisson counts.

    >>> [limit.round(3).tolist() for limit in count_interval(np.array([0, 10]), 0.95)]
    [[0.0, 4.795], [3.689, 18.39]]
    """
    tail = (1 - confidence) / 2
    low = np.where(counts > 0, special.gammaincinv(np.maximum(counts, 1), tail), 0.0)
    return low, np.asarray(special.gammaincinv(counts + 1.0, 1 - tail), np.float64)


def share_interval(
    counts: NDArray[np.intp], totals: NDArray[np.intp], confidence: float
) -> tuple[Floats, Floats]:
    """Give the exact interval of shares in %, NaN where the total is 0."""
    tail = (1 - confidence) / 2
    others = totals - counts
    low = special.betaincinv(np.maximum(counts, 1), others + 1.0, tail)
    high = special.betaincinv(counts + 1.0, np.maximum(others, 1), 1 - tail)
    scale = np.where(totals == 0, np.nan, 100.0)
    return scale * np.where(counts > 0, low, 0.0), scale * np.where(others > 0, high, 1.0)


def _ranks(values: Floats) -> tuple[NDArray[np.object_], NDArray[np.intp]]:
    """Rank each column from the highest; ties share a rank."""
    higher = np.asarray((values[np.newaxis] > values[:, np.newaxis]).sum(axis=1))
    same = np.asarray((values[np.newaxis] == values[:, np.newaxis]).sum(axis=1))
    ranks = (higher + 1).astype(object)
    ranks[np.isnan(values)] = None
    return ranks, same


def _whole(
    incidents: Incidents, selection: Selection, params: WardParams, periods: list[str]
) -> list[bool]:
    """Say of each period whether the data covers all of its days."""
    if params.period not in CALENDAR_UNITS or params.period == "all":
        return [True] * len(periods)
    spans = [span_of(label) for label in periods]
    days = days_covered(incidents, selection)
    return [span.count(days) == span.n_days for span in spans]


def rank_in_words(rank: int, tied: int) -> str:
    """Write a rank with its ties.

    >>> rank_in_words(3, 1), rank_in_words(3, 2)
    ('3', '3 =')
    """
    return f"{rank} =" if tied > 1 else f"{rank}"
