"""The shift that a plan is for: on which days it begins, and its hours."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

from boundaries.errors import ParameterError
from geo.periods import WEEKDAYS
from geo.times.shifts import HOURS_OF_DAY, Shift

HOURS_OF_WEEK = 7 * HOURS_OF_DAY
_FIRST_WEEKDAY = WEEKDAYS.index("Thursday")
"""Of 1 January 1970."""
_SHORTEST = 3
"""Letters by which a weekday is known."""


@dataclass(frozen=True)
class PatrolShift:
    """Days and hours; hours after midnight belong to the day on which the shift began.

    Parameters
    ----------
    days
        Names from Monday to Sunday on which it begins, in the order of the week.
    start_hour, end_hour
        From 0 to 24: from the one to just before the other. One that ends at or before its start
        goes over midnight; equal hours are a whole day.
    """

    days: tuple[str, ...] = ("Friday", "Saturday")
    start_hour: int = 18
    end_hour: int = 2

    def __post_init__(self) -> None:
        if not self.days:
            msg = "The shift begins on no day; choose at least one weekday."
            raise ParameterError(msg)
        if strange := [day for day in self.days if day not in WEEKDAYS]:
            msg = f"Unknown weekdays {', '.join(map(repr, strange))}; known are Monday to Sunday."
            raise ParameterError(msg)
        _ = self._as_shift  # which checks the hours
        in_order = tuple(day for day in WEEKDAYS if day in self.days)
        object.__setattr__(self, "days", in_order)

    @property
    def _as_shift(self) -> Shift:
        return Shift("patrol", self.start_hour, self.end_hour)

    @property
    def clock_hours(self) -> tuple[int, ...]:
        """Hours of the clock in the order of the shift."""
        return self._as_shift.hours

    @property
    def length_h(self) -> int:
        """Hours that it lasts."""
        return len(self.clock_hours)

    @property
    def hours_of_week(self) -> NDArray[np.intp]:
        """Hours of the week, 24 * weekday + hour with Monday first, shape (days, length_h)."""
        first = np.array([WEEKDAYS.index(day) * HOURS_OF_DAY for day in self.days], np.intp)
        hours = self.start_hour + np.arange(self.length_h)
        return np.asarray((first[:, None] + hours[None, :]) % HOURS_OF_WEEK, np.intp)

    def span_on(self, day: date) -> tuple[datetime, datetime]:
        """Give when the shift that begins on a day starts and ends, on the clock of London."""
        start = datetime.combine(day, time()) + timedelta(hours=self.start_hour)
        return start, start + timedelta(hours=self.length_h)

    def begins_on(self, days: NDArray[np.datetime64]) -> NDArray[np.bool_]:
        """Say on which days it begins, (n,)."""
        weekday = (days.astype("datetime64[D]").astype(np.int64) + _FIRST_WEEKDAY) % len(WEEKDAYS)
        return np.isin(weekday, [WEEKDAYS.index(day) for day in self.days])

    def dates(self, first_day: date, n_weeks: int) -> tuple[date, ...]:
        """Give the days on which it begins within so many weeks."""
        days = (first_day + timedelta(days=n) for n in range(7 * n_weeks))
        return tuple(day for day in days if WEEKDAYS[day.weekday()] in self.days)

    def in_words(self) -> str:
        """Say the days and the hours.

        >>> PatrolShift(("Saturday", "Friday"), 18, 2).in_words()
        'Friday and Saturday, 18:00 to 02:00'
        """
        return f"{self.days_in_words()}, {self._as_shift.in_words()}"

    def days_in_words(self) -> str:
        """Say the days, for example ``Friday and Saturday``."""
        if len(self.days) == len(WEEKDAYS):
            return "every day"
        *others, last = self.days
        return f"{', '.join(others)} and {last}" if others else last


def read_days(text: str) -> tuple[str, ...]:
    """Read weekdays as people write them.

    >>> read_days("fri, Sat")
    ('Friday', 'Saturday')
    >>> len(read_days("daily"))
    7

    Raises
    ------
    ParameterError
        A part is no weekday.
    """
    if text.strip().lower() in ("daily", "all", "every day"):
        return WEEKDAYS
    return tuple(_read_day(part.strip()) for part in text.split(","))


def _read_day(text: str) -> str:
    found = [day for day in WEEKDAYS if day.lower().startswith(text.lower())]
    if len(text) < _SHORTEST or not found:
        msg = (
            f"{text!r} is not a weekday; write days as 'fri,sat' with three letters or more, or "
            "'daily'."
        )
        raise ParameterError(msg)
    return found[0]
