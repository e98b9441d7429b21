"""Incidents of every day, and the days that stand out from the same weekday around them.

A day is held against its reference days: the same weekday in the weeks before and after, as far as
the data covers them and the series does not break in between. If all of these days have one rate,
the day's share of them is binomial, which gives an exact p-value (Przyborowski and Wilenski 1940).
The tail of that distribution is the tail of the negative binomial that predicts the day from its
reference days; where days vary more than chance with one rate would make them, that prediction is
widened by as much.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from geo.analysis import analysis
from geo.change.exposure import days_covered
from geo.params import Params, choice, number
from geo.quality.coverage import long_gaps
from geo.quality.params import QualityParams
from geo.record import make_record
from geo.remember import remembered
from geo.result import Result
from geo.schema import TIME_PRECISION, Incidents
from geo.selection import Selection
from geo.series_break import SERIES_BREAK, break_warnings
from geo.significance import CORRECTIONS, Correction, adjusted, correction_in_words
from geo.times.month_profile import INCIDENTS
from geo.wards.join import locate
from geo.wards.warnings import cut_months, missing_months

DAY = "day"
STATUS = "status"
REFERENCE_DAYS = "reference_days"
EXPECTED = "expected"
P_VALUE = "p_value"
P_CORRECTED = "p_corrected"
UNUSUAL = "unusual"
DAILY_COLUMNS = (
    DAY,
    STATUS,
    INCIDENTS,
    REFERENCE_DAYS,
    EXPECTED,
    P_VALUE,
    P_CORRECTED,
    UNUSUAL,
)

COUNTED = "counted"
NOT_COVERED = "not covered"
DAY_NOT_KNOWN = "day not known"
NOT_CHOSEN = "not chosen"
STATUSES = {
    COUNTED: "the data covers the day, so 0 is 0",
    NOT_COVERED: "the data holds no such day, or a file seems to be missing",
    DAY_NOT_KNOWN: "of too many incidents of its month only the month is known",
    NOT_CHOSEN: "a weekday that is not selected",
}

LEVEL = 0.05
FEWEST_REFERENCE_DAYS = 4
MOST_VAGUE = 0.1
"""Share of a month's incidents known by their month only up to which its days can be counted."""

_DAY = np.timedelta64(1, "D")
_WEEK = 7


@dataclass(frozen=True)
class DailyParams(Params):
    """What a day is held against, and how many incidents it needs to stand out."""

    weeks: int = number(
        8,
        low=2,
        high=26,
        step=1,
        unit="weeks",
        label="Weeks on either side",
        help="A day is held against the same weekday in so many weeks before and after it.",
    )
    min_incidents: int = number(
        5,
        low=1,
        high=1000,
        step=1,
        unit="incidents",
        label="Least incidents",
        help="A day with fewer never stands out, however small the chance.",
    )
    correction: Correction = choice(
        "benjamini-hochberg", options=CORRECTIONS, label="Correction for many days"
    )


@dataclass(frozen=True, eq=False)
class DailyResult(Result):
    """Counts of days; ``frame`` has a row per day of the period with ``DAILY_COLUMNS``.

    ``status`` is one of ``STATUSES``; only days that are ``counted`` have a count, others have a
    missing value. ``expected`` is the mean of the ``reference_days``, ``p_value`` the chance of as
    many or more (one-sided), both NaN where there are fewer than ``FEWEST_REFERENCE_DAYS``.
    ``unusual`` says whether the corrected p-value is at most ``LEVEL`` with enough incidents.

    Attributes
    ----------
    days_not_known
        Selected incidents of which only the month is known: on no day.
    elsewhere
        Selected incidents with a known day that is not ``counted``.
    dispersion
        How many times more days vary than chance with one rate would make them; 1 at least.
    """

    days_not_known: int
    elsewhere: int
    dispersion: float

    @property
    def unusual(self) -> pd.DataFrame:
        """The days that stand out, the strongest first."""
        found = self.frame[self.frame[UNUSUAL]]
        return found.sort_values([P_CORRECTED, INCIDENTS], ascending=[True, False], kind="stable")


@remembered(4)
@analysis("daily_counts")
def daily_counts(incidents: Incidents, selection: Selection, params: DailyParams) -> DailyResult:
    """Count the selected incidents of every day, and find the days with unusually many.

    An incident with a start and an end counts on the day it starts. Days are those of the
    calendar in London, also where clocks change.

    Parameters
    ----------
    incidents
        All that were read: they say which days the data covers, and the reference days may lie
        outside the period.
    selection
        Which of them to count; its first and last day are the period, else the first and last
        month of the data.
    """
    always = replace(selection, start=None, end=None)
    selected, whole = selection.apply(incidents), always.apply(incidents)
    days = _days(incidents, selection, params)
    status = _status(incidents, whole, always, days)
    counted = status == COUNTED
    counts = np.bincount(_position(whole, days), minlength=len(days) + 1)[:-1].astype(np.float64)
    counts[~counted] = 0
    held = _held_against(counts, counted, days, params.weeks)
    shown = _in_period(days, incidents, selection)
    tested = counted & (held.n_days >= FEWEST_REFERENCE_DAYS)
    spread = _dispersion(counts, held, tested & shown)
    p = np.where(tested & shown, _upper_tail(counts, held, spread), np.nan)
    corrected = adjusted(p, params.correction)
    unusual = (corrected <= LEVEL) & (counts >= params.min_incidents)
    frame = pd.DataFrame(
        {
            DAY: days,
            STATUS: status,
            INCIDENTS: pd.array(np.where(counted, counts, np.nan), dtype="Int64"),
            REFERENCE_DAYS: held.n_days,
            EXPECTED: np.where(tested, held.mean(), np.nan),
            P_VALUE: p,
            P_CORRECTED: corrected,
            UNUSUAL: unusual,
        }
    )[shown].reset_index(drop=True)
    vague = int((selected.frame[TIME_PRECISION] == "month").sum())
    elsewhere = len(selected) - vague - int(frame[INCIDENTS].sum())
    record = make_record(
        "daily_counts",
        params,
        selection,
        selected,
        locate(selected, "2022"),
        rules={
            "spans": "counted on the day they start",
            "unusual": _rule(params, int((tested & shown).sum()), spread),
        },
        warnings=[
            *_warnings(frame, vague, elsewhere, spread),
            *break_warnings(selected),
            *missing_months(incidents),
            *cut_months(incidents, selection),
        ],
    )
    return DailyResult(frame, record, vague, elsewhere, spread)


@dataclass(frozen=True, eq=False)
class _HeldAgainst:
    """The reference days of each day: how many there are and how many incidents they have."""

    n_days: NDArray[np.intp]
    incidents: NDArray[np.float64]

    def mean(self) -> NDArray[np.float64]:
        """Give incidents per reference day; 0 where there is none."""
        return self.incidents / np.maximum(self.n_days, 1)


def _days(
    incidents: Incidents, selection: Selection, params: DailyParams
) -> NDArray[np.datetime64]:
    """List the days of the period and of the weeks around it that days may be held against."""
    if incidents.span is None:
        return np.zeros(0, "datetime64[D]")
    first, last = _ends(incidents, selection)
    around = params.weeks * _WEEK * _DAY
    return np.arange(first - around, last + around + _DAY)


def _ends(incidents: Incidents, selection: Selection) -> tuple[np.datetime64, np.datetime64]:
    months = incidents.occurred.astype("datetime64[M]")
    first, after = months.min().astype("datetime64[D]"), (months.max() + 1).astype("datetime64[D]")
    start = np.datetime64(selection.start, "D") if selection.start else first
    end = np.datetime64(selection.end, "D") if selection.end else after - _DAY
    return start, end


def _in_period(
    days: NDArray[np.datetime64], incidents: Incidents, selection: Selection
) -> NDArray[np.bool_]:
    if not len(days):
        return np.zeros(0, np.bool_)
    first, last = _ends(incidents, selection)
    return (days >= first) & (days <= last)


def _status(
    incidents: Incidents, whole: Incidents, always: Selection, days: NDArray[np.datetime64]
) -> NDArray[np.object_]:
    """Say of each day whether it can be counted; see ``STATUSES``."""
    any_day = replace(always, weekdays=None)
    covered = np.isin(days, days_covered(incidents, any_day))
    status = np.where(covered, COUNTED, NOT_COVERED).astype(object)
    known = (incidents.frame[TIME_PRECISION] != "month").to_numpy(np.bool_)
    dated = incidents.occurred[known].astype("datetime64[D]")
    for first, last in long_gaps(dated, QualityParams()):
        status[(days >= first) & (days <= last)] = NOT_COVERED
    vague = np.isin(days.astype("datetime64[M]"), _vague_months(whole))
    status[vague & (status == COUNTED)] = DAY_NOT_KNOWN
    if always.weekdays is not None:
        chosen = np.isin(days, days_covered(incidents, always))
        status[~chosen & (status == COUNTED)] = NOT_CHOSEN
    return status


def _vague_months(whole: Incidents) -> NDArray[np.datetime64]:
    """Give the months with too many incidents of which the day is not known."""
    months, of_month = np.unique(whole.occurred.astype("datetime64[M]"), return_inverse=True)
    vague = (whole.frame[TIME_PRECISION] == "month").to_numpy(np.float64)
    share = np.bincount(of_month, vague, len(months)) / np.bincount(of_month, minlength=len(months))
    return np.asarray(months[share > MOST_VAGUE])


def _position(whole: Incidents, days: NDArray[np.datetime64]) -> NDArray[np.intp]:
    """Give each incident its row in the days, and one past them where it is on none."""
    if not len(days):
        return np.zeros(0, np.intp)
    row = (whole.occurred.astype("datetime64[D]") - days[0]).astype(np.intp)
    known = (whole.frame[TIME_PRECISION] != "month").to_numpy(np.bool_)
    return np.where(known & (row >= 0) & (row < len(days)), row, len(days))


def _held_against(
    counts: NDArray[np.float64],
    counted: NDArray[np.bool_],
    days: NDArray[np.datetime64],
    weeks: int,
) -> _HeldAgainst:
    """Add up the same weekday in the weeks around, each side of the break of the series apart."""
    after = days >= SERIES_BREAK
    n_days, incidents = np.zeros(len(days), np.intp), np.zeros(len(days))
    for side in (after, ~after):
        usable = counted & side
        n_days += np.where(side, _around(usable.astype(np.float64), weeks).astype(np.intp), 0)
        incidents += np.where(side, _around(np.where(usable, counts, 0.0), weeks), 0.0)
    return _HeldAgainst(n_days, incidents)


def _around(values: NDArray[np.float64], weeks: int) -> NDArray[np.float64]:
    """Add up what lies whole weeks before and after each day, without the day itself."""
    total = np.zeros(len(values))
    for shift in range(_WEEK, weeks * _WEEK + 1, _WEEK):
        total[shift:] += values[:-shift]
        total[:-shift] += values[shift:]
    return total


def _dispersion(
    counts: NDArray[np.float64], held: _HeldAgainst, tested: NDArray[np.bool_]
) -> float:
    """Give the mean of Pearson's residuals squared: 1 where days vary as chance with one rate."""
    n_days, mean = held.n_days[tested], held.mean()[tested]
    some = mean > 0
    if not some.any():
        return 1.0
    variance = mean[some] * (1 + 1 / n_days[some])
    return max(1.0, float(np.mean((counts[tested][some] - mean[some]) ** 2 / variance)))


def _upper_tail(
    counts: NDArray[np.float64], held: _HeldAgainst, dispersion: float
) -> NDArray[np.float64]:
    """Give the chance of as many or more, at dispersion 1 exactly that of the binomial share."""
    n_days = np.maximum(held.n_days, 1)
    spread = dispersion * (1 + 1 / n_days)
    shape = (held.incidents + 1) / n_days / (spread - 1)
    return np.asarray(stats.nbinom.sf(counts - 1, shape, 1 / spread), np.float64)


def _rule(params: DailyParams, n_tests: int, dispersion: float) -> str:
    correction = correction_in_words(params.correction, n_tests)
    return (
        f"at least {params.min_incidents:,} incidents, and more than the same weekday in the "
        f"{params.weeks:,} weeks before and after gives, with a chance of at most {LEVEL:.0%} "
        f"after correction ({correction}); days vary {dispersion:.1f} times as much as chance with "
        "one rate would make them, and that is allowed for"
    )


def _warnings(frame: pd.DataFrame, vague: int, elsewhere: int, dispersion: float) -> Iterator[str]:
    if not (frame[STATUS] == COUNTED).any():
        yield "No day can be counted: of these incidents the day is not known, or there is none."
    elif vague:
        yield f"Of {vague:,} incidents only the month is known; they are on no day."
    if elsewhere:
        yield f"{elsewhere:,} incidents lie on days that cannot be counted, and are on no day here."
    if gaps := int((frame[STATUS] == NOT_COVERED).sum()):
        yield f"The data does not cover {gaps:,} days of the period; they are no days with 0."
    if dispersion > 2:
        yield (
            f"Days vary {dispersion:.1f} times as much as chance with one rate would make them, "
            "for example with the season, with events, or because records of several days stand "
            "on one; only days beyond that stand out."
        )
