"""When demonstration incidents happen."""

from datetime import date

import numpy as np
from numpy.typing import NDArray

from geo.demonstration.assumptions import (
    HOUR_WEIGHTS,
    MINUTES_ROUNDED_TO,
    MONTH_WEIGHTS,
    RISE_MONTHS,
)
from geo.demonstration.draws import pick


def days_of(financial_year: str) -> NDArray[np.datetime64]:
    """Give the days of a financial year written ``2015/16``.

    >>> days = days_of("2015/16")
    >>> str(days[0]), str(days[-1]), len(days)
    ('2015-04-01', '2016-03-31', 366)
    """
    year = int(financial_year[:4])
    return np.arange(f"{year}-04-01", f"{year + 1}-04-01", dtype="datetime64[D]")


def day_weights(days: NDArray[np.datetime64]) -> NDArray[np.float64]:
    """Weigh days by month, by weekday, and by the rise after the referendum."""
    months = days.astype("datetime64[M]")
    weights = np.array(MONTH_WEIGHTS)[months.astype(int) % 12]
    weights = weights * np.array([sum(hours) for hours in HOUR_WEIGHTS])[weekdays(days)]
    for month, factor in RISE_MONTHS.items():
        weights[months == _month(month)] *= factor
    return np.asarray(weights)


def draw_minutes(rng: np.random.Generator, days: NDArray[np.datetime64]) -> NDArray[np.datetime64]:
    """Draw a time of day for each day, shape (n,), rounded as people report it."""
    minutes = np.zeros(len(days), np.intp)
    for weekday, weights in enumerate(HOUR_WEIGHTS):
        rows = np.flatnonzero(weekdays(days) == weekday)
        minutes[rows] = pick(rng, weights, len(rows)) * 60
    steps = 60 // MINUTES_ROUNDED_TO
    minutes += pick(rng, np.ones(steps), len(days)) * MINUTES_ROUNDED_TO
    return np.asarray(days + minutes.astype("timedelta64[m]"))


def weekdays(days: NDArray[np.datetime64]) -> NDArray[np.intp]:
    """Give the weekdays of days, Monday being 0."""
    # Day 0, 1 January 1970, was a Thursday.
    return (days.astype("datetime64[D]").astype(np.intp) + 3) % 7


def _month(day: date) -> np.datetime64:
    return np.datetime64(day, "M")
