"""The recent past that a plan is made of: from when to when, and how much each day counts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from boundaries.errors import ParameterError
from geo.missing_months import DAYS_PER_MONTH, missing_months
from geo.patrol.params import DemandParams
from geo.patrol.shift import PatrolShift
from geo.quality.check import day_in_words
from geo.schema import TIME_PRECISION, Incidents
from geo.selection import Selection
from geo.series_break import BREAK_IN_WORDS, NEW_SERIES, break_lies_within

Floats = NDArray[np.float64]
Days = NDArray[np.datetime64]


@dataclass(frozen=True, eq=False)
class LookedAt:
    """The days that a plan is made of.

    Attributes
    ----------
    first, last
        Both included; the last is the last day of the data or of the selection.
    half_life_days
        A day so long before the last counts half.
    missing
        Months, the first day of each, of which the data has no record at all.
    by_months
        Whether some incidents are known by their month only.
    rules, warnings
        What was filled in, and what a reader must know.
    """

    first: date
    last: date
    half_life_days: float
    missing: Days
    by_months: bool
    rules: dict[str, str]
    warnings: tuple[str, ...]

    @property
    def in_words(self) -> str:
        """Say from when to when."""
        return f"{day_in_words(self.first)} to {day_in_words(self.last)}"

    @property
    def last_quarter(self) -> np.datetime64 | None:
        """First day of the last quarter, begun with a month where months are known; None for none.

        >>> year = date(2017, 1, 1), date(2017, 12, 31)
        >>> LookedAt(*year, 90, np.array([]), False, {}, ()).last_quarter
        np.datetime64('2017-10-02')
        """
        n_days = (self.last - self.first).days + 1
        start = np.datetime64(self.last) + 1 - n_days // 4
        if self.by_months:
            start = start.astype("datetime64[M]").astype("datetime64[D]")
        return start if start > np.datetime64(self.first) and n_days // 4 else None

    def weights(self, incidents: Incidents) -> Floats:
        """Say how much each incident counts for its age, shape (n,); 0 outside these days."""
        days = incidents.occurred.astype("datetime64[D]")
        by_month = (incidents.frame[TIME_PRECISION] == "month").to_numpy(np.bool_)
        # Of the days of a month, the one in the middle has the age that is right on average.
        middle = np.where(by_month, (_month_ends(days) - days).astype(np.float64) / 2, 0.0)
        age = (np.datetime64(self.last) - days).astype(np.float64) - middle
        within = (days >= np.datetime64(self.first)) & (days <= np.datetime64(self.last))
        return np.where(within, self._recency(np.maximum(age, 0)), 0.0)

    def shifts(self, shift: PatrolShift) -> tuple[int, float]:
        """Count the shifts that began on days with data: as such, and each by its age."""
        days = np.arange(np.datetime64(self.first), np.datetime64(self.last) + 1)
        begins = shift.begins_on(days)
        begins &= ~np.isin(days.astype("datetime64[M]"), self.missing.astype("datetime64[M]"))
        age = (np.datetime64(self.last) - days[begins]).astype(np.float64)
        return int(begins.sum()), float(self._recency(age).sum())

    def _recency(self, age_days: Floats) -> Floats:
        return np.asarray(0.5 ** (age_days / self.half_life_days), np.float64)


def time_looked_at(
    incidents: Incidents, selection: Selection, located: Incidents, params: DemandParams
) -> LookedAt:
    """Find the recent past that a plan is made of.

    ``lookback_days`` up to the last day of the data or of the selection, whichever is earlier;
    whole months where any incident is known by its month only. Never across the break of the
    series.

    Parameters
    ----------
    incidents
        All of them: they tell how far the data reaches.
    located
        The selected ones.

    Raises
    ------
    ParameterError
        No incident is selected.
    """
    if incidents.span is None or len(located) == 0:
        msg = "No incident is selected, so nothing can be expected of a shift; widen the selection."
        raise ParameterError(msg)
    by_month = (located.frame[TIME_PRECISION] == "month").to_numpy(np.bool_)
    starts = incidents.span[0].date(), selection.start
    earliest = max(day for day in starts if day)
    last = _last_day(incidents, selection)
    by_months = bool(by_month.any())
    asked = _first_day(last, params.lookback_days, by_months=by_months)
    first = max(asked, earliest)
    rules, warnings = {}, []
    if by_months:
        rules["lookback_days"] = "whole months, for some incidents are known by their month only"
    if first > asked:
        rules["first_day"] = f"later than {day_in_words(asked)}, for there is nothing before it"
    if break_lies_within(first, last):
        first = NEW_SERIES
        warnings.append(
            f"The time looked at begins on {day_in_words(NEW_SERIES)} and is shorter than asked "
            f"for. {BREAK_IN_WORDS}."
        )
    missing = _missing_months(incidents, first, last)
    warnings += _missing_in_words(missing)
    return LookedAt(first, last, params.half_life_days, missing, by_months, rules, tuple(warnings))


def _month_ends(days: Days) -> Days:
    """Give the last day of the month of each day."""
    return np.asarray((days.astype("datetime64[M]") + 1).astype("datetime64[D]") - 1)


def _last_day(incidents: Incidents, selection: Selection) -> date:
    """Give the last day with data; a month known as such is there up to its end."""
    days = incidents.occurred.astype("datetime64[D]")
    by_month = (incidents.frame[TIME_PRECISION] == "month").to_numpy(np.bool_)
    ends = np.where(by_month, _month_ends(days), days)
    if selection.end is None:
        return _date(ends.max())
    begun = ends[days <= np.datetime64(selection.end)]
    until = min(_date(days.max()), selection.end)
    return max(_date(begun.max()), until) if len(begun) else until


def _date(day: np.datetime64) -> date:
    return date.fromisoformat(str(day.astype("datetime64[D]")))


def _first_day(last: date, lookback_days: int, *, by_months: bool) -> date:
    if not by_months:
        return _date(np.datetime64(last) - (lookback_days - 1))
    months = max(round(lookback_days / DAYS_PER_MONTH), 1)
    return _date(np.datetime64(last, "M") - (months - 1))


def _missing_months(incidents: Incidents, first: date, last: date) -> Days:
    """Give the months from the first to the last day without any record in the data."""
    found = missing_months(incidents)
    within = (found >= np.datetime64(first, "M")) & (found <= np.datetime64(last, "M"))
    return np.asarray(found[within].astype("datetime64[D]"))


def _missing_in_words(missing: Days) -> Iterator[str]:
    if len(missing):
        names = ", ".join(f"{_date(month):%B %Y}" for month in missing)
        yield (
            f"There is no incident at all in {names}, so a file may be missing; the shifts of "
            "that time are left out of the count."
        )
