"""Repeat victims year by year, counted in two ways that do not depend on how far the data goes.

Who is a repeat victim depends on how far back one looks: in ten years of data nearly every share
is higher than in one. So each year is counted within itself, and each incident is held against the
365 days before it, and only where the data has all of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.analysis import analysis
from geo.change.exposure import Days, days_covered, span_of
from geo.evaluation.intervals import wilson_interval
from geo.params import Params, number
from geo.record import make_record
from geo.remember import remembered
from geo.repeats.repeats import victim_numbers
from geo.result import Result
from geo.schema import TIME_PRECISION, Incidents
from geo.selection import Selection
from geo.series_break import break_lies_within, break_warnings
from geo.trends.counts import COVERAGE, INCIDENTS, SERIES
from geo.trends.trend_periods import BOTH_SERIES, WHOLE_FROM, TrendPeriods, trend_periods
from geo.wards.join import locate
from geo.wards.table import PERIOD
from geo.wards.warnings import missing_months

LEFT_OUT = "incidents_left_out"
VICTIMS = "victims"
REPEAT_VICTIMS = "repeat_victims"
VICTIM_SHARE = "repeat_victim_share"
VICTIM_SHARE_LOW = "repeat_victim_share_low"
VICTIM_SHARE_HIGH = "repeat_victim_share_high"
REPEAT_INCIDENTS = "incidents_of_repeats"
INCIDENT_SHARE = "incident_share_of_repeats"
INCIDENT_SHARE_LOW = "incident_share_low"
INCIDENT_SHARE_HIGH = "incident_share_high"
FOLLOWING = "incidents_within_year_of_earlier"
FOLLOWING_SHARE = "share_within_year_of_earlier"
FOLLOWING_SHARE_LOW = "share_within_year_low"
FOLLOWING_SHARE_HIGH = "share_within_year_high"
HISTORY = "year_before"
REPEATS_OVER_TIME_COLUMNS = (
    PERIOD,
    INCIDENTS,
    LEFT_OUT,
    VICTIMS,
    REPEAT_VICTIMS,
    VICTIM_SHARE,
    VICTIM_SHARE_LOW,
    VICTIM_SHARE_HIGH,
    REPEAT_INCIDENTS,
    INCIDENT_SHARE,
    INCIDENT_SHARE_LOW,
    INCIDENT_SHARE_HIGH,
    FOLLOWING,
    FOLLOWING_SHARE,
    FOLLOWING_SHARE_LOW,
    FOLLOWING_SHARE_HIGH,
    HISTORY,
    COVERAGE,
    SERIES,
)
LOOKED_BACK_DAYS = 365
IN_DATA, NOT_IN_DATA, ACROSS_BREAK = "in the data", "not in the data", "across the break"
_LEVEL = 0.95


@dataclass(frozen=True)
class RepeatsOverTimeParams(Params):
    """What counts as a repeat, and from how many victims on a share is given."""

    min_incidents: int = number(
        2,
        low=2,
        high=20,
        step=1,
        unit="incidents",
        label="Incidents of a repeat victim",
        help="From how many within the financial year on a victim counts as a repeat.",
    )
    min_victims: int = number(
        20,
        low=5,
        high=500,
        step=5,
        unit="victims",
        label="Fewest victims for a share",
        help="With fewer no share is given: one victim more or less would change it by much.",
    )


@remembered(4)
@analysis("repeats_over_time")
def repeats_over_time(
    incidents: Incidents, selection: Selection, params: RepeatsOverTimeParams
) -> Result:
    """Count repeat victims in each financial year among the selected incidents.

    Parameters
    ----------
    incidents
        All that were read. Earlier incidents of a victim may lie before the selection's start.

    Returns
    -------
    Frame with the columns ``REPEATS_OVER_TIME_COLUMNS``, one row per financial year. ``incidents``
    are those with a victim's reference. Repeat victims have ``min_incidents`` or more in the year,
    their share is of the ``victims`` of the year, and ``incident_share_of_repeats`` is of the
    incidents. ``incidents_within_year_of_earlier`` had another of the same victim in the 365 days
    before; they and their share are given where ``year_before`` is in the data and of the same
    series. Shares are in %, with 95 % intervals: Wilson's for victims; for incidents the same on
    as many as they are worth, for incidents of one victim are not independent.
    """
    selected = selection.apply(incidents)
    periods = trend_periods(incidents, selection, "fy")
    victims = victim_numbers(selected)
    history = _histories(incidents, selection, periods)
    had_earlier = _had_earlier(incidents, selection)
    rows = [
        _row(periods.codes == i, victims, had_earlier, history[i], params)
        for i in range(len(periods.labels))
    ]
    names = [name for name in REPEATS_OVER_TIME_COLUMNS if name not in (PERIOD, COVERAGE, SERIES)]
    more: dict[str, Any] = {
        PERIOD: pd.Series(periods.labels, dtype="str"),
        COVERAGE: periods.coverage,
        SERIES: periods.series,
    }
    frame = pd.DataFrame(rows, columns=names).assign(**more)
    frame = frame.astype({**dict.fromkeys(_COUNTS, "int64"), FOLLOWING: "Int64", HISTORY: "str"})
    record = make_record(
        "repeats_over_time",
        params,
        selection,
        selected,
        locate(selected, "2022"),
        rules={"interval": "Wilson; of incidents on the number that clusters of victims are worth"},
        warnings=[
            *_warnings(selected, victims),
            *break_warnings(selected),
            *missing_months(incidents),
        ],
    )
    return Result(frame[list(REPEATS_OVER_TIME_COLUMNS)], record)


_COUNTS = (INCIDENTS, LEFT_OUT, VICTIMS, REPEAT_VICTIMS, REPEAT_INCIDENTS)


def clustered_interval(
    totals: NDArray[np.int64], hits: NDArray[np.int64], level: float = _LEVEL
) -> tuple[float, float]:
    """Give the interval of a share of incidents that come in clusters, from 0 to 1.

    The variance of the ratio of two sums over clusters (Cochran 1977, Sampling Techniques, 3rd ed.,
    section 3.12) says how many independent incidents these are worth, at most all of them; of so
    many Wilson's interval is given (Korn and Graubard 1998, Survey Methodology 24, do the same
    with Clopper and Pearson's).

    Parameters
    ----------
    totals, hits
        Shape (m,): incidents of each victim, at least 1, and those that count.

    Examples
    --------
    >>> low, high = clustered_interval(np.array([1, 1, 4, 4]), np.array([0, 0, 4, 4]))
    >>> round(low, 3), round(high, 3)
    (0.364, 0.965)
    """
    n, m = int(totals.sum()), len(totals)
    share = hits.sum() / n
    worth = float(n)
    if totals.max(initial=1) > 1 and m > 1 and 0 < share < 1:  # else none depends on another
        residuals = hits - share * totals
        variance = m / (m - 1) * float(np.sum(residuals**2)) / n**2
        worth = min(worth, share * (1 - share) / variance) if variance else worth
    low, high = wilson_interval(np.array([share * worth]), np.array([worth]), level)
    return low.item(), high.item()


def _row(
    in_year: NDArray[np.bool_],
    victims: NDArray[np.intp],
    had_earlier: NDArray[np.bool_],
    history: str,
    params: RepeatsOverTimeParams,
) -> list[object]:
    known = in_year & (victims >= 0)
    _, of_victim, totals = np.unique(victims[known], return_inverse=True, return_counts=True)
    again = np.where(totals >= params.min_incidents, totals, 0)
    following = np.bincount(of_victim[had_earlier[known]], minlength=len(totals))
    enough = len(totals) >= params.min_victims
    is_given = history == IN_DATA
    n, repeat_victims = int(totals.sum()), int((again > 0).sum())
    return [
        n,
        int(in_year.sum()) - n,
        len(totals),
        repeat_victims,
        *_share(np.ones(len(totals), np.int64), (again > 0).astype(np.int64), enough),
        int(again.sum()),
        *_share(totals, again, enough),
        int(following.sum()) if is_given else None,
        *_share(totals, following, enough and is_given),
        history,
    ]


def _share(
    totals: NDArray[np.int64], hits: NDArray[np.int64], is_given: bool
) -> tuple[float, float, float]:
    """Give a share and its limits in %, NaN where it is not given."""
    if not is_given:
        return float("nan"), float("nan"), float("nan")
    low, high = clustered_interval(totals, hits)
    return 100 * float(hits.sum() / totals.sum()), 100 * low, 100 * high


def _had_earlier(incidents: Incidents, selection: Selection) -> NDArray[np.bool_]:
    """Say of each selected incident whether its victim had another in the 365 days before.

    Of two of the same moment the one that stands later in the data is the second.
    """
    chosen = selection.mask(incidents)
    near = replace(selection, start=None).mask(incidents)
    victims = victim_numbers(incidents)
    order = np.flatnonzero(near & (victims >= 0))
    order = order[np.lexsort((incidents.occurred[order], victims[order]))]
    days = incidents.occurred[order].astype("datetime64[D]").astype(np.int64)
    of = victims[order]
    found = np.zeros(len(incidents), np.bool_)
    soon = (of[1:] == of[:-1]) & (days[1:] - days[:-1] <= LOOKED_BACK_DAYS)
    found[order[1:][soon]] = True
    return np.asarray(found[chosen])


def _histories(incidents: Incidents, selection: Selection, periods: TrendPeriods) -> list[str]:
    """Say for each year whether the data has the 365 days before all of it."""
    covered = days_covered(incidents, replace(selection, start=None))
    return [_history(label, covered, periods.series[i]) for i, label in enumerate(periods.labels)]


def _history(label: str, covered: Days, series: str) -> str:
    span = span_of(label)
    first = span.first - timedelta(days=LOOKED_BACK_DAYS)
    if series == BOTH_SERIES or break_lies_within(first, span.last):
        return ACROSS_BREAK
    before = (covered >= np.datetime64(first)) & (covered < np.datetime64(span.first))
    return IN_DATA if before.sum() >= WHOLE_FROM * LOOKED_BACK_DAYS else NOT_IN_DATA


def _warnings(selected: Incidents, victims: NDArray[np.intp]) -> Iterator[str]:
    n, unknown = len(victims), int((victims < 0).sum())
    if n and unknown == n:
        yield f"None of the {n:,} incidents has a victim reference, so no repeat can be seen."
        return
    if unknown:
        yield f"{unknown:,} of {n:,} incidents have no victim reference; their victims are unknown."
    vague = int((selected.frame[TIME_PRECISION] == "month").sum())
    if vague:
        yield (
            f"{vague:,} of {n:,} incidents are known to the month only and count on its first day; "
            "what lies within 365 days may be wrong by a month for them."
        )
