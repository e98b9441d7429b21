"""Repeat victims and repeat places: how many, how concentrated, and how soon the next one comes.

Farrell and Pease 1993, Once Bitten, Twice Bitten, Home Office; the chance of another incident
within so many days is estimated as in Kaplan and Meier 1958, Journal of the American Statistical
Association 53, because the data ends before many a repeat.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from geo.analysis import analysis
from geo.params import Params, number
from geo.record import make_record
from geo.remember import remembered
from geo.result import Result
from geo.schema import TIME_PRECISION, VICTIM_REF, Incidents
from geo.selection import Selection
from geo.series_break import break_warnings
from geo.sites import LocatedIncidents, locate_selected

OF = "of"
VICTIMS, PLACES = "victims", "places"
INCIDENTS = "incidents"
LEFT_OUT = "incidents_left_out"
DISTINCT = "distinct"
REPEATS = "repeats"
REPEAT_SHARE = "repeat_share"
REPEAT_INCIDENTS = "incidents_of_repeats"
REPEAT_INCIDENT_SHARE = "incident_share_of_repeats"
REPEAT_COLUMNS = (
    OF,
    INCIDENTS,
    LEFT_OUT,
    DISTINCT,
    REPEATS,
    REPEAT_SHARE,
    REPEAT_INCIDENTS,
    REPEAT_INCIDENT_SHARE,
)

TOP_PERCENT = "top_percent"
INCIDENT_SHARE = "incident_share"
CONCENTRATION_COLUMNS = (OF, TOP_PERCENT, INCIDENT_SHARE)
TOP_PERCENTS = (1, 5, 10, 20, 50)

WITHIN_DAYS = "within_days"
FOLLOWED = "followed"
SHARE_OF_FOLLOWED = "share_of_followed"
CHANCE = "chance_of_another"
CURVE_COLUMNS = (OF, WITHIN_DAYS, FOLLOWED, SHARE_OF_FOLLOWED, CHANCE)
PERIODS_DAYS = (7, 28, 91, 365)
"""A week, four weeks, a quarter, a year."""


@dataclass(frozen=True)
class RepeatsParams(Params):
    """What counts as a repeat."""

    min_incidents: int = number(
        2,
        low=2,
        high=20,
        step=1,
        unit="incidents",
        label="Incidents of a repeat victim or place",
        help="From how many on a victim or a place counts as a repeat.",
    )


@dataclass(frozen=True, eq=False)
class RepeatsResult(Result):
    """Repeats; ``frame`` has a row for victims and one for places, ``REPEAT_COLUMNS``.

    ``incidents`` and ``incidents_left_out`` add up to the selected ones: left out are those
    without a victim reference, or not located in the borough. ``repeats`` of the ``distinct`` ones
    have ``min_incidents`` or more. Shares are in %.

    Attributes
    ----------
    concentration
        Share of the incidents on the most affected 1, 5, 10, 20 and 50 % of victims and places,
        ``CONCENTRATION_COLUMNS``; a victim that the percentage cuts counts in part.
    curve
        For 7, 28, 91 and 365 days, ``CURVE_COLUMNS``: incidents ``followed`` by another of the same
        victim or place within so many days (both included), their share of all that are followed
        by one, and the chance of another by Kaplan and Meier, in which incidents without another
        count until the data ends; NaN where the data is shorter.
    """

    concentration: pd.DataFrame
    curve: pd.DataFrame


@remembered(2)
@analysis("repeats")
def repeats(incidents: Incidents, selection: Selection, params: RepeatsParams) -> RepeatsResult:
    """Count repeat victims and repeat places among the selected incidents.

    Places are distinct positions in the borough. For the time to the next incident only those
    count whose day is known; 0 days is the same day.
    """
    located = locate_selected(incidents, selection)
    selected = located.incidents
    groups = {VICTIMS: victim_numbers(selected), PLACES: located.site_of}
    days = selected.occurred.astype("datetime64[D]").astype(np.int64)
    dated = (selected.frame[TIME_PRECISION] != "month").to_numpy(np.bool_)
    last_day = _last_day(incidents, selection)
    return RepeatsResult(
        frame=pd.DataFrame(
            [_row(name, group, params.min_incidents) for name, group in groups.items()]
        )[list(REPEAT_COLUMNS)],
        record=make_record(
            "repeats",
            params,
            selection,
            selected,
            located.location,
            rules={"chance of another": "Kaplan-Meier, followed until the last incident's day"},
            warnings=[*_warnings(located, groups[VICTIMS], dated), *break_warnings(selected)],
        ),
        concentration=pd.concat(map(_concentration, groups, groups.values()), ignore_index=True),
        curve=pd.concat(
            [
                _curve(name, *days_to_next(group[dated], days[dated], last_day))
                for name, group in groups.items()
            ],
            ignore_index=True,
        ),
    )


def days_to_next(
    group: NDArray[np.intp], days: NDArray[np.int64], last_day: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Find how long after each incident the next of its group comes.

    Parameters
    ----------
    group, days
        Shape (n,): victim or place, -1 where it is not known, and day.
    last_day
        When the data ends.

    Returns
    -------
    Days to the next or else to the end, and whether there is a next, both for each incident of a
    known group, sorted by group and day.
    """
    known = group >= 0
    order = np.lexsort((days[known], group[known]))
    of, at = group[known][order], days[known][order]
    has_next = np.append(of[1:] == of[:-1], np.zeros(min(len(of), 1), np.bool_))
    following = np.where(has_next, np.append(at[1:], at[:1]), last_day)
    return following - at, has_next


def chance_of_another(
    waiting: NDArray[np.int64], has_next: NDArray[np.bool_], within_days: int
) -> float:
    """Estimate the chance that another incident follows within so many days (Kaplan and Meier).

    Returns
    -------
    From 0 to 1; NaN where no incident is followed for so long.
    """
    if len(waiting) == 0 or waiting.max() < within_days:
        return float("nan")
    censored = stats.CensoredData.right_censored(waiting, ~has_next)
    return float(stats.ecdf(censored).cdf.evaluate([within_days])[0])


def victim_numbers(incidents: Incidents) -> NDArray[np.intp]:
    """Give each victim a number; -1 where there is no reference."""
    if VICTIM_REF not in incidents.frame:
        return np.full(len(incidents), -1, np.intp)
    return np.asarray(pd.factorize(incidents.frame[VICTIM_REF])[0], np.intp)


def _last_day(incidents: Incidents, selection: Selection) -> int:
    if incidents.span is None:
        return 0
    last = incidents.span[1].normalize()
    end = min(last, pd.Timestamp(selection.end)) if selection.end else last
    return int(end.to_datetime64().astype("datetime64[D]").astype(np.int64))


def _sizes(group: NDArray[np.intp]) -> NDArray[np.intp]:
    """Count the incidents of each group that has any."""
    sizes = np.bincount(group[group >= 0])
    return sizes[sizes > 0]


def _row(name: str, group: NDArray[np.intp], min_incidents: int) -> dict[str, object]:
    sizes = _sizes(group)
    again = sizes[sizes >= min_incidents]
    return {
        OF: name,
        INCIDENTS: sizes.sum(),
        LEFT_OUT: len(group) - sizes.sum(),
        DISTINCT: len(sizes),
        REPEATS: len(again),
        REPEAT_SHARE: _percent(len(again), len(sizes)),
        REPEAT_INCIDENTS: again.sum(),
        REPEAT_INCIDENT_SHARE: _percent(again.sum(), sizes.sum()),
    }


def _percent(part: float, whole: float) -> float:
    return 100 * part / whole if whole else float("nan")


def _concentration(name: str, group: NDArray[np.intp]) -> pd.DataFrame:
    sizes = np.sort(_sizes(group))[::-1]
    held = np.append(0, np.cumsum(sizes))
    cuts = np.array(TOP_PERCENTS) * len(sizes) / 100
    shares = [_percent(h, held[-1]) for h in np.interp(cuts, np.arange(len(held)), held)]
    return pd.DataFrame({OF: name, TOP_PERCENT: TOP_PERCENTS, INCIDENT_SHARE: shares})


def _curve(name: str, waiting: NDArray[np.int64], has_next: NDArray[np.bool_]) -> pd.DataFrame:
    followed = [int((has_next & (waiting <= days)).sum()) for days in PERIODS_DAYS]
    columns = {
        OF: name,
        WITHIN_DAYS: PERIODS_DAYS,
        FOLLOWED: followed,
        SHARE_OF_FOLLOWED: [_percent(n, int(has_next.sum())) for n in followed],
        CHANCE: [100 * chance_of_another(waiting, has_next, days) for days in PERIODS_DAYS],
    }
    return pd.DataFrame(columns)


def _warnings(
    located: LocatedIncidents, victims: NDArray[np.intp], dated: NDArray[np.bool_]
) -> Iterator[str]:
    n, unknown = len(victims), int((victims < 0).sum())
    if unknown:
        yield f"{unknown:,} of {n:,} incidents have no victim reference; their victims are unknown."
    if left_out := n - located.location.located:
        yield f"{left_out:,} of {n:,} incidents are not located in the borough and of no place."
    if vague := int((~dated).sum()):
        yield (
            f"{vague:,} of {n:,} incidents are known to the month only; they are left out of the "
            "days to the next."
        )
    if located.location.located:
        yield (
            "A place here is a recorded position. Police positions are usually snap points for a "
            "street, so a repeat place need not be one address."
        )
