"""How sure a measured accuracy is: intervals of one test, and of the mean over many dates."""

from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy import stats

LEVEL = 0.95

_ROUNDING = 1e-12


def wilson_interval(
    hits: NDArray[np.float64], total: NDArray[np.float64], level: float = LEVEL
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the interval of a share that was counted once.

    Wilson 1927, Journal of the American Statistical Association 22: keeps within 0 and 1 and holds
    for few incidents. It takes incidents as independent; where one brings others it is too narrow.

    Parameters
    ----------
    hits, total
        Same shape; ``hits`` need not be whole, for the last cell is taken in part.

    Returns
    -------
    Low and high, NaN where the total is 0.

    >>> low, high = wilson_interval(np.array([0.0]), np.array([10.0]))
    >>> low.item(), round(high.item(), 4)
    (0.0, 0.2775)
    """
    z = float(stats.norm.isf((1 - level) / 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = hits / total
        middle = (share + z**2 / (2 * total)) / (1 + z**2 / total)
        half = z / (1 + z**2 / total) * np.sqrt(share * (1 - share) / total + (z / total) ** 2 / 4)
    return np.maximum(middle - half, 0), np.minimum(middle + half, 1)


def mean_intervals(
    values: NDArray[np.float64], runs: int, seed: int, level: float = LEVEL
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give bootstrap intervals of the means over dates.

    Dates are drawn with replacement, the same ones for every row, so that differences of rows can
    be given too. Plain percentiles are too narrow for few dates (Hesterberg 2015, The American
    Statistician 69); their distances from the mean are stretched by what Student's t and the
    unbiased variance add, which keeps the interval's skew.

    Parameters
    ----------
    values
        Shape (rows, dates), no NaN.

    Returns
    -------
    Low and high, each (rows,); NaN where all dates are alike, as a single one is, which says
    nothing of how they spread: twice 1 of 1 incident is no certainty.
    """
    n_dates = values.shape[1]
    is_alike = np.ptp(values, axis=1) <= _ROUNDING
    if is_alike.all():
        nothing = np.full(len(values), np.nan)
        return nothing, nothing.copy()
    tail, mean = (1 - level) / 2, values.mean(axis=1)
    widening = stats.t.isf(tail, n_dates - 1) / stats.norm.isf(tail)
    stretch = float(widening) * sqrt(n_dates / (n_dates - 1))
    ends = np.quantile(_resampled_means(values, runs, seed), [tail, 1 - tail], axis=0)
    low, high = np.where(is_alike, np.nan, mean + (ends - mean) * stretch)
    return low, high


def _resampled_means(values: NDArray[np.float64], runs: int, seed: int) -> NDArray[np.float64]:
    """Give the means of each run, (runs, rows), from how often each date was drawn."""
    n_dates = values.shape[1]
    drawn = np.random.default_rng(seed).multinomial(n_dates, np.full(n_dates, 1 / n_dates), runs)
    return np.asarray(drawn @ values.T / n_dates, np.float64)
