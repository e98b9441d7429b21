"""Mann-Kendall test for a trend, with ties, of many series at once.

Mann (1945), Econometrica 13; Kendall (1975), Rank Correlation Methods. The test counts how many
pairs of values rise and how many fall. It takes the values of a series as independent of each
other: windows that overlap are not, and make it find trends too often.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from boundaries.errors import ParameterError
from geo.progress import report
from geo.significance import normal_p

MIN_STEPS = 3
"""Two values always rise, fall or are equal."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Trend:
    """What the test found, each of the shape of one step.

    Attributes
    ----------
    score
        Pairs that rise less pairs that fall, Kendall's S.
    variance
        Of the score if there is no trend, ties taken off.
    z
        Standard normal score with the correction for continuity; 0 where all values are equal.
    p
        Two-sided p-value. Each is NaN where a value of the series is.
    """

    score: Floats
    variance: Floats
    z: Floats
    p: Floats

    def direction(self, level: float) -> NDArray[np.int8]:
        """Give 1 for a rise, -1 for a fall, and 0 for no trend at this level."""
        is_trend = self.p <= level
        return np.where(is_trend, np.sign(np.nan_to_num(self.score)), 0).astype(np.int8)


def mann_kendall(values: Floats) -> Trend:
    """Test every series for a trend up or down.

    Parameters
    ----------
    values
        Shape (steps, ...): each series runs along the first axis, in equal steps of time.

    Raises
    ------
    ParameterError
        There are fewer than ``MIN_STEPS`` steps.

    Examples
    --------
    >>> trend = mann_kendall(np.array([[1.0], [2], [2], [4], [5], [7]]))
    >>> trend.score.tolist(), trend.p.round(4).tolist()
    ([14.0], [0.0129])
    """
    n = len(values)
    if n < MIN_STEPS:
        msg = f"A trend needs at least {MIN_STEPS} steps, but there are {n}; take shorter steps."
        raise ParameterError(msg)
    score, ties = _pairs(values)
    variance = (n * (n - 1) * (2 * n + 5) - ties) / 18
    deviation = np.sqrt(variance)
    towards_0 = score - np.sign(score)
    z = np.divide(towards_0, deviation, out=np.zeros(score.shape), where=deviation > 0)
    missing = np.isnan(values).any(axis=0)
    score, variance, z = (np.where(missing, np.nan, one) for one in (score, variance, z))
    return Trend(score, variance, z, normal_p(z, "two-sided"))


def _pairs(values: Floats) -> tuple[Floats, Floats]:
    """Give the score, and what the ties take off 18 times the variance.

    A group of t equal values takes off t (t - 1) (2 t + 5). Each value of the group has t - 1
    equals, so the group's t values add it up by (t - 1) (2 t + 5) each.
    """
    n = len(values)
    score, equals = np.zeros(values.shape[1:]), np.zeros(values.shape, np.int32)
    for i in range(n - 1):
        score += np.sign(values[i + 1 :] - values[i]).sum(axis=0)
        same = values[i + 1 :] == values[i]
        equals[i] += same.sum(axis=0)
        equals[i + 1 :] += same
        report(i + 1, n - 1, "steps compared")
    return score, (equals * (2.0 * equals + 7)).sum(axis=0)
