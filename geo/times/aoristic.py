"""When incidents may have happened: each one spread evenly over the hours of its span.

Ratcliffe 2000, Aoristic analysis: the spatial interpretation of unspecific temporal events,
International Journal of Geographical Information Science 14. Every incident adds 1 in all, so
sums over many incidents are expected counts. Hours are those of the clock on the wall in London:
in the two nights of the year when clocks change, a span counts as the clock shows it.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from geo.remember import remembered
from geo.schema import OCCURRED_END, TIME_PRECISION, Incidents

DAYS_OF_WEEK = 7

_US_PER_HOUR = 3_600_000_000
_US_PER_DAY = 24 * _US_PER_HOUR
_EPOCH_WEEKDAY = 3
"""1 January 1970 was a Thursday; weeks begin on Monday here."""


@remembered(2)
def hour_of_week_weights(incidents: Incidents) -> sparse.csr_array:
    """Spread every incident over the hours of the week in which it may have happened.

    A known instant gives 1 to its hour. A span gives each hour the share of the span that lies
    in it, and a span of a week or longer 1/168 to every hour. An incident whose day or month only
    is known gives nothing, even where it spans several days: its hours are unknown.

    Returns
    -------
    Shape (n, 168), column 24 * weekday + hour with Monday first. Rows add up to 1, or to 0 where
    the hour is unknown; rows of unknown ones hold no entry.
    """
    start, end = _microseconds(incidents)
    rows = np.flatnonzero(_has_precision(incidents, "minute"))
    return _weights(rows, start[rows], end[rows], _US_PER_HOUR, 24 * _EPOCH_WEEKDAY, len(incidents))


@remembered(2)
def weekday_weights(incidents: Incidents) -> sparse.csr_array:
    """Spread every incident over the weekdays on which it may have happened.

    As :func:`hour_of_week_weights`, and an incident whose day is known, but no hour, gives 1 to
    its weekday, or the same to each day from its first to its last, included. A span of a week
    or longer gives 1/7 to every day. Where the month only is known the weekday is unknown.

    Returns
    -------
    Shape (n, 7), Monday first; rows add up to 1, or to 0 and hold no entry.
    """
    start, end = _microseconds(incidents)
    by_day = _has_precision(incidents, "day")
    end = np.where(by_day, end + _US_PER_DAY, end)
    rows = np.flatnonzero(by_day | _has_precision(incidents, "minute"))
    return _weights(rows, start[rows], end[rows], _US_PER_DAY, _EPOCH_WEEKDAY, len(incidents))


def column_sums(weights: sparse.csr_array) -> NDArray[np.float64]:
    """Add up the weights of all incidents, shape (columns,)."""
    sums = np.bincount(weights.indices, weights.data, minlength=weights.shape[1])
    return np.asarray(sums, np.float64)


def _microseconds(incidents: Incidents) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give start and end, the start again where there is no end, since 1970."""
    start = incidents.occurred.astype("datetime64[us]")
    if OCCURRED_END not in incidents.frame:
        return start.astype(np.int64), start.astype(np.int64)
    end = incidents.frame[OCCURRED_END].to_numpy("datetime64[us]")
    end = np.where(np.isnat(end), start, end)
    return start.astype(np.int64), end.astype(np.int64)


def _has_precision(incidents: Incidents, precision: str) -> NDArray[np.bool_]:
    return (incidents.frame[TIME_PRECISION] == precision).to_numpy(np.bool_)


def _weights(
    rows: NDArray[np.intp],
    start: NDArray[np.int64],
    end: NDArray[np.int64],
    bin_us: int,
    first_bin: int,
    n_rows: int,
) -> sparse.csr_array:
    """Cut spans at the borders of bins that repeat every week.

    Parameters
    ----------
    rows
        Shape (k,): row of each span, ascending.
    start, end
        Shape (k,): microseconds since 1970.
    bin_us, first_bin
        Length of a bin, and the bin of the week that 1970 began with.
    n_rows
        Rows of the result.
    """
    per_week = DAYS_OF_WEEK * _US_PER_DAY // bin_us
    whole_week = end - start >= DAYS_OF_WEEK * _US_PER_DAY
    first = start // bin_us
    last = np.where(whole_week, first + per_week - 1, np.maximum((end - 1) // bin_us, first))
    pieces = last - first + 1
    stops = np.cumsum(pieces)
    bins = np.arange(pieces.sum()) + np.repeat(first - (stops - pieces), pieces)
    share = np.repeat(bin_us / np.maximum(end - start, 1), pieces)
    share[stops - pieces] = ((first + 1) * bin_us - start) / np.maximum(end - start, 1)
    share[stops - 1] = (end - last * bin_us) / np.maximum(end - start, 1)
    share[stops[pieces == 1] - 1] = 1.0
    share[np.repeat(whole_week, pieces)] = 1 / per_week
    indptr = np.zeros(n_rows + 1, np.int64)
    indptr[rows + 1] = pieces
    columns = (bins + first_bin) % per_week
    weights = sparse.csr_array((share, columns, np.cumsum(indptr)), shape=(n_rows, per_week))
    weights.sum_duplicates()
    return weights
