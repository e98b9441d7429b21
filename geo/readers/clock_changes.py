"""Local times in London in the two nights of the year in which the clocks are changed."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

LONDON = "Europe/London"
ONE_HOUR = np.timedelta64(1, "h")

_SUNDAY = 3  # 4 January 1970, day 3 since the epoch, was one
_LAST_HOUR = 3


def skipped_and_repeated(
    moments: NDArray[np.datetime64],
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Say which local times never were, and which were twice, shape (n,) each.

    In a night of March the clocks go from 01:00 to 02:00 at once, and in one of October the hour
    from 01:00 comes twice. Days, hours and earlier rules are those of the time zone database.

    >>> night = np.array(["2017-03-26T01:30", "2017-10-29T01:30", "2017-10-29T02:30"], "M8[us]")
    >>> [mask.tolist() for mask in skipped_and_repeated(night)]
    [[True, False, False], [False, True, False]]
    """
    # Every change since 1950 was in the first hours of a Sunday; the rest need no look-up.
    days = moments.astype("datetime64[D]")
    hours = (moments - days).astype("timedelta64[h]").astype(np.int64)
    sunday = days.astype(np.int64) % 7 == _SUNDAY
    at = np.flatnonzero(sunday & (hours <= _LAST_HOUR) & ~np.isnat(moments))
    local = pd.DatetimeIndex(moments[at])
    once = local.tz_localize(LONDON, ambiguous="NaT", nonexistent="shift_forward")
    real = local.tz_localize(LONDON, ambiguous=np.ones(len(at), np.bool_), nonexistent="NaT")
    return _mask(len(moments), at[real.isna()]), _mask(len(moments), at[once.isna()])


def _mask(size: int, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
    mask = np.zeros(size, np.bool_)
    mask[rows] = True
    return mask
