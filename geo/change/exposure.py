"""How long incidents were recorded: the days that two periods are compared over.

Periods differ in length (a leap year, a month of 28 days), and the data may cover only a part of
one. Counts are therefore compared as rates per day that the data covers.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from boundaries.errors import ParameterError
from geo.period_dates import days_of
from geo.periods import WEEKDAYS, PeriodUnit
from geo.remember import remembered
from geo.schema import TIME_PRECISION, Incidents
from geo.selection import Selection
from geo.series_break import accept_break, break_lies_within
from geo.wards.warnings import USUAL, cut_months, empty_months

_DAY = np.timedelta64(1, "D")
Days = NDArray[np.datetime64]


@dataclass(frozen=True)
class DateSpan:
    """A stretch of days, both ends included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.first > self.last:
            msg = f"A period begins on {self.first}, after its end on {self.last}; swap them."
            raise ParameterError(msg)

    @property
    def n_days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def overlaps(self, other: "DateSpan") -> bool:
        """Say whether a day lies in both."""
        return self.first <= other.last and other.first <= self.last

    def mask(self, incidents: Incidents) -> NDArray[np.bool_]:
        """Say for each incident whether it lies in this period, shape (n,)."""
        end = np.datetime64(self.last) + _DAY
        return (incidents.occurred >= np.datetime64(self.first)) & (incidents.occurred < end)

    def count(self, days: Days) -> int:
        """Count the days that lie in this period."""
        return int(((days >= np.datetime64(self.first)) & (days <= np.datetime64(self.last))).sum())

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"


def span_of(label: str) -> DateSpan:
    """Give the days of a calendar period, or of a frame of such periods.

    Raises
    ------
    ParameterError
        The label is no stretch of the calendar.

    Examples
    --------
    >>> str(span_of("2015/16"))
    '2015-04-01 to 2016-03-31'
    """
    first, last = days_of(label)
    if first is None or last is None:
        msg = (
            f"{label!r} is not a period; write it as 2016/17, 2016, 2016 Q1, 2016-04 or 2016-04-04."
        )
        raise ParameterError(msg)
    return DateSpan(first, last)


def days_covered(incidents: Incidents, selection: Selection, *periods: DateSpan) -> Days:
    """List the days, in order, of which selected incidents would be known.

    The periods and the months between the first and the last incident; without a month or an end
    of this time that has no incident where ten are usual, and only the days and weekdays that the
    selection takes.

    Parameters
    ----------
    incidents
        All incidents: they say which time the data covers.
    """
    if incidents.span is None:
        return np.zeros(0, "datetime64[D]")
    first, last = _whole_months(incidents)
    start = min([first, *(np.datetime64(period.first) for period in periods)])
    end = max([last, *(np.datetime64(period.last) for period in periods)])
    days = _without_empty_ends(np.arange(start, end + _DAY), incidents)
    empty = np.array(empty_months(incidents), dtype="datetime64[M]")
    return _selected(days[~np.isin(days.astype("datetime64[M]"), empty)], selection)


def days_of_period(days: Days, unit: PeriodUnit, label: str) -> int:
    """Count the days of one period; for an hour of the day, all of them."""
    if unit == "hour":
        return len(days)
    if unit == "weekday":
        return int((_weekdays(days) == WEEKDAYS.index(label)).sum())
    return span_of(label).count(days)


def compared_days(
    incidents: Incidents,
    selection: Selection,
    before: DateSpan,
    after: DateSpan,
    allow_break: bool,
) -> tuple[tuple[float, float], list[str]]:
    """Check that two periods can be compared, and count the days of each that the data covers.

    Returns
    -------
    The days before and after, and the warnings of an allowed break and of months that are cut.

    Raises
    ------
    ParameterError
        The periods overlap, the data covers nothing of one, or the break of the series lies
        between or in them and is not allowed.
    """
    if before.overlaps(after):
        msg = f"The periods {before} and {after} share days; give two that do not overlap."
        raise ParameterError(msg)
    warnings = []
    if break_lies_within(min(before.first, after.first), max(before.last, after.last)):
        warnings = accept_break(
            f"{before} and {after} cannot be compared",
            "Choose two periods that both end before it, or both begin after it.",
            allow_break=allow_break,
        )
    covered = days_covered(incidents, selection, before, after)
    days = before.count(covered), after.count(covered)
    for period, n_days in zip((before, after), days, strict=True):
        if n_days == 0:
            msg = f"The data covers no day of {period}; choose a period that has incidents."
            raise ParameterError(msg)
    spans = [(period.first, period.last) for period in (before, after)]
    warnings += cut_months(incidents, selection, *spans)
    return (float(days[0]), float(days[1])), warnings


def _whole_months(incidents: Incidents) -> tuple[np.datetime64, np.datetime64]:
    """Give the first day of the first month and the last day of the last."""
    first, last = _ends(incidents, "M")
    return first.astype("datetime64[D]"), (last + 1).astype("datetime64[D]") - _DAY


@remembered(2)
def _ends(incidents: Incidents, unit: str) -> tuple[np.datetime64, np.datetime64]:
    """Give the day or the month of the first and of the last incident."""
    times = incidents.occurred.astype(f"datetime64[{unit}]")
    return times.min(), times.max()


def _without_empty_ends(days: Days, incidents: Incidents) -> Days:
    """Drop the days before the first and after the last incident, if too many to be chance."""
    first, last = _ends(incidents, "D")
    if (incidents.frame[TIME_PRECISION] == "month").any():
        first, last = _whole_months(incidents)
    per_day = len(incidents) / ((last - first) / _DAY + 1)
    if (first - days[0]) / _DAY * per_day >= USUAL:
        days = days[days >= first]
    if (days[-1] - last) / _DAY * per_day >= USUAL:
        days = days[days <= last]
    return days


def _selected(days: Days, selection: Selection) -> Days:
    if selection.start:
        days = days[days >= np.datetime64(selection.start)]
    if selection.end:
        days = days[days <= np.datetime64(selection.end)]
    if selection.weekdays is not None:
        days = days[np.isin(_weekdays(days), [WEEKDAYS.index(day) for day in selection.weekdays])]
    return days


def _weekdays(days: Days) -> NDArray[np.intp]:
    return pd.DatetimeIndex(days).day_of_week.to_numpy(np.intp)
