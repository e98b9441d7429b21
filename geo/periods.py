"""Which period an incident falls in: the units of time that counts and sliders use.

A unit either runs along the calendar (``fy``, ``year``, ``quarter``, ``month``, ``week``, and
``all`` for the whole time) or around the clock (``weekday``, ``hour``). Financial years run from
1 April to 31 March and are written ``2017/18``; weeks begin on Monday and carry its date.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from boundaries.errors import ParameterError
from geo.remember import remembered
from geo.schema import OCCURRED, TIME_PRECISION, Incidents

PeriodUnit = Literal["all", "fy", "year", "quarter", "month", "week", "weekday", "hour"]
UNITS: tuple[PeriodUnit, ...] = get_args(PeriodUnit)
CALENDAR_UNITS: tuple[PeriodUnit, ...] = ("all", "fy", "year", "quarter", "month", "week")

NOT_KNOWN = "not known"
"""Label of the period of incidents whose time is not known exactly enough for the unit."""

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_FREQUENCY = {"fy": "Y-MAR", "year": "Y-DEC", "quarter": "Q-DEC", "month": "M", "week": "W-SUN"}
_PRECISIONS_GOOD_FOR: dict[str, tuple[str, ...]] = {
    "week": ("minute", "day"),
    "weekday": ("minute", "day"),
    "hour": ("minute",),
}


@dataclass(frozen=True, eq=False)
class Periods:
    """The period of every incident.

    Attributes
    ----------
    unit
        The unit of time.
    labels
        The periods in order, without gaps from the first to the last, as people write them.
    codes
        Shape (n,): position in ``labels``, or -1 where the time is not known exactly enough.
    """

    unit: PeriodUnit
    labels: tuple[str, ...]
    codes: NDArray[np.intp]

    @property
    def has_unknown(self) -> bool:
        """Whether any incident's time is too vague for the unit."""
        return bool((self.codes < 0).any())


@remembered(8)
def periods_of(incidents: Incidents, unit: PeriodUnit) -> Periods:
    """Assign every incident to a period.

    Raises
    ------
    ParameterError
        The unit is not one of ``UNITS``.
    """
    if unit not in UNITS:
        msg = f"Period {unit!r} is not known; use one of {', '.join(UNITS)}."
        raise ParameterError(msg)
    times = incidents.frame[OCCURRED]
    if unit == "all":
        return Periods(unit, (period_in_words(incidents),), np.zeros(len(times), np.intp))
    if unit == "hour":
        labels = tuple(f"{hour:02d}:00" for hour in range(24))
        codes = times.dt.hour.to_numpy(np.intp)
    elif unit == "weekday":
        labels, codes = WEEKDAYS, times.dt.day_of_week.to_numpy(np.intp)
    else:
        labels, codes = _calendar(times, unit)
    return Periods(unit, labels, _blank_vague(codes, incidents, unit))


def _calendar(
    times: "pd.Series[pd.Timestamp]", unit: str
) -> tuple[tuple[str, ...], NDArray[np.intp]]:
    if times.empty:
        return (), np.zeros(0, np.intp)
    ordinals = pd.PeriodIndex(times, freq=_FREQUENCY[unit])
    span = pd.period_range(ordinals.min(), ordinals.max())
    codes = (ordinals.asi8 - span.asi8[0]).astype(np.intp)
    return tuple(_label(period, unit) for period in span), codes


def _label(period: pd.Period, unit: str) -> str:
    if unit == "fy":
        return f"{period.year - 1}/{period.year % 100:02d}"
    if unit == "quarter":
        return f"{period.year} Q{period.quarter}"
    if unit == "month":
        return f"{period.year}-{period.month:02d}"
    return str(period.year) if unit == "year" else str(period.start_time.date())


def _blank_vague(
    codes: NDArray[np.intp], incidents: Incidents, unit: PeriodUnit
) -> NDArray[np.intp]:
    enough = _PRECISIONS_GOOD_FOR.get(unit)
    if enough is None:
        return codes
    vague = ~incidents.frame[TIME_PRECISION].isin(enough).to_numpy()
    return np.where(vague, -1, codes)


def period_in_words(incidents: Incidents) -> str:
    """Say from when to when the incidents are, for example ``Apr 2015 to Mar 2018``."""
    if incidents.span is None:
        return "no incidents"
    first, last = (f"{time:%b %Y}" for time in incidents.span)
    return first if first == last else f"{first} to {last}"
