"""The other end of the span in which an incident happened, where a table gives one."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.readers.dates import Dates
from geo.readers.days import NO_DATE

END_BEFORE_START = "the end is before the start; only the start is used"
END_IN_MONTH = "the end is known to the month only; only the start is used"
_LEFT_OUT = "; only the start is used"

_DAY = np.timedelta64(1, "D")


@dataclass(frozen=True, eq=False)
class Ends:
    """What the columns of the end say.

    Attributes
    ----------
    moment
        Shape (n,): end of the span as exactly known as the start, NaT where there is none.
    reason
        Shape (n,): why a given end is left out, empty where it is not.
    """

    moment: NDArray[np.datetime64]
    reason: NDArray[np.object_]


def ends_of(
    start: NDArray[np.datetime64],
    precision: NDArray[np.intp],
    dates: Dates,
    seconds: NDArray[np.float64],
) -> Ends:
    """Put together the end of each span, as exactly known as its start.

    A time of day without a day is the first such time after the start, so 23:30 to 00:30 ends on
    the next day. A day without a time of day ends at its last moment; on the very day of a start
    whose time is known it says nothing new.

    Parameters
    ----------
    start, precision
        Shape (n,): the starts, and how exactly they are known as positions in ``PRECISIONS``.
    dates
        What the column of the end's date says.
    seconds
        Shape (n,): time of day of the end in seconds since midnight, NaN where not given.
    """
    day = np.where(dates.reason == NO_DATE, _day_of_time(start, seconds), dates.day)
    exact = np.where(np.isnan(seconds), _last_moment(start, day), day + _span(seconds))
    moment = np.choose(precision, [exact, day, day.astype("datetime64[M]").astype(day.dtype)])
    vague = dates.month_only & (precision < 2)
    unusable = (dates.reason != "") & (dates.reason != NO_DATE)
    reason = np.select(
        [unusable, vague, moment < start],
        [dates.reason + _LEFT_OUT, END_IN_MONTH, END_BEFORE_START],
        default="",
    ).astype(object)
    return Ends(np.where(reason == "", moment, np.datetime64("NaT")), reason)


def _day_of_time(
    start: NDArray[np.datetime64], seconds: NDArray[np.float64]
) -> NDArray[np.datetime64]:
    """Give the day on which a time of day comes first after the start; NaT without a time."""
    day = start.astype("datetime64[D]").astype(start.dtype)
    day = np.where(day + _span(seconds) < start, day + _DAY, day)
    return np.where(np.isnan(seconds), np.datetime64("NaT"), day)


def _last_moment(
    start: NDArray[np.datetime64], day: NDArray[np.datetime64]
) -> NDArray[np.datetime64]:
    """Give the midnight that ends the day; NaT on the day of the start."""
    same = day == start.astype("datetime64[D]")
    return np.where(same, np.datetime64("NaT"), day + _DAY)


def _span(seconds: NDArray[np.float64]) -> NDArray[np.timedelta64]:
    return np.nan_to_num(seconds).astype("timedelta64[s]")
