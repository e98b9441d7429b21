"""The periods of a trend: how much of each the data covers, and which series it belongs to.

Only whole periods of one series can be compared or joined by a line: a year of which three months
are in the data is no year, and the counts before and after a break are of two systems.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.change.exposure import DateSpan, Days, days_covered, span_of
from geo.periods import WEEKDAYS, periods_of
from geo.schema import Incidents
from geo.selection import Selection
from geo.series_break import SERIES_BREAK

TrendUnit = Literal["month", "quarter", "fy", "year"]
TREND_UNITS: dict[TrendUnit, str] = {
    "month": "calendar months",
    "quarter": "quarters of the calendar year",
    "fy": "financial years, 1 April to 31 March",
    "year": "calendar years",
}
PERIODS_A_YEAR: dict[TrendUnit, int] = {"month": 12, "quarter": 4, "fy": 1, "year": 1}

WHOLE, PART, NO_DATA = "whole", "part", "no data"
OLD_SERIES, NEW_SERIES, BOTH_SERIES = "to 27 February 2024", "from 28 February 2024", "both"

WHOLE_FROM = 0.95
"""Share of a period's days from which it counts as whole: a month may lack its last day, and no
year lacks a month."""


@dataclass(frozen=True, eq=False)
class TrendPeriods:
    """The periods in order, without gaps, p of them.

    Attributes
    ----------
    labels
        As :mod:`geo.periods` writes them.
    codes
        Shape (n,): the period of each selected incident.
    days, covered
        Shape (p,): the days of each that the selection takes, and of these the covered ones.
    coverage
        Shape (p,): ``whole``, ``part`` or ``no data``.
    series
        Shape (p,): before the break, after it, or ``both``.
    """

    unit: TrendUnit
    labels: tuple[str, ...]
    codes: NDArray[np.intp]
    days: NDArray[np.int64]
    covered: NDArray[np.int64]
    coverage: NDArray[np.object_]
    series: NDArray[np.object_]

    def counts(self, mask: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
        """Count the selected incidents of each period, shape (p,), or those of a mask, (n,)."""
        codes = self.codes if mask is None else self.codes[mask]
        return np.bincount(codes, minlength=len(self.labels)).astype(np.int64)

    def comparable(self, one: int, other: int) -> bool:
        """Say whether two periods are whole, of one series, and not across the break."""
        both = self.coverage[one] == self.coverage[other] == WHOLE
        return bool(both and self.series[one] == self.series[other] != BOTH_SERIES)

    def why_not(self, one: int, other: int) -> str:
        """Say why two periods cannot be compared; empty where they can."""
        if self.comparable(one, other):
            return ""
        for i in (other, one):
            if self.coverage[i] != WHOLE:
                how = "not" if self.coverage[i] == NO_DATA else "only in part"
                return f"{self.labels[i]} is {how} in the data"
        return "the recording system changed on 28 February 2024"


def trend_periods(incidents: Incidents, selection: Selection, unit: TrendUnit) -> TrendPeriods:
    """Lay out the periods from the first to the last of the data that the selection can reach.

    Parameters
    ----------
    incidents
        All incidents: they say which time the data covers.
    """
    periods = periods_of(incidents, unit)
    spans = [span_of(label) for label in periods.labels]
    reached = [i for i, span in enumerate(spans) if _reaches(selection, span)]
    first = reached[0] if reached else 0
    chosen = [spans[i] for i in reached]
    covered_days = days_covered(incidents, selection)
    covered = np.array([span.count(covered_days) for span in chosen], np.int64)
    days = np.array([len(_days_of(span, selection)) for span in chosen], np.int64)
    return TrendPeriods(
        unit,
        tuple(periods.labels[i] for i in reached),
        (periods.codes - first)[selection.mask(incidents)],
        days,
        covered,
        _coverage(days, covered),
        np.array([_series(span, selection) for span in chosen], object),
    )


def _reaches(selection: Selection, span: DateSpan) -> bool:
    starts = selection.start is None or selection.start <= span.last
    return starts and (selection.end is None or selection.end >= span.first)


def _days_of(span: DateSpan, selection: Selection) -> Days:
    days = np.arange(np.datetime64(span.first), np.datetime64(span.last) + 1)
    if selection.weekdays is None:
        return days
    wanted = [WEEKDAYS.index(day) for day in selection.weekdays]
    return np.asarray(days[np.isin(pd.DatetimeIndex(days).day_of_week, wanted)])


def _coverage(days: NDArray[np.int64], covered: NDArray[np.int64]) -> NDArray[np.object_]:
    share = np.divide(covered, days, out=np.zeros(len(days)), where=days > 0)
    kind = np.where(share >= WHOLE_FROM, WHOLE, np.where(covered > 0, PART, NO_DATA))
    return np.asarray(kind, object)


def _series(span: DateSpan, selection: Selection) -> str:
    start = SERIES_BREAK.astype(date)
    first = max(span.first, selection.start or span.first)
    last = min(span.last, selection.end or span.last)
    if first < start <= last:
        return BOTH_SERIES
    return OLD_SERIES if last < start else NEW_SERIES
