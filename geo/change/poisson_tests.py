"""Two Poisson counts: is the difference more than chance, and how large may it be.

The test is the E-test of Krishnamoorthy and Thomson (2004), Journal of Statistical Planning and
Inference 119: under the rate that both counts together suggest, how likely are two counts whose
standardised difference is at least the observed one. It finds more real changes than the
conditional test, and keeps its level nearly exactly. The interval is the exact conditional one:
given their total, the second count is binomial (Przyborowski and Wilenski 1940, Biometrika 31), so
the limits of Clopper and Pearson (1934, Biometrika 26) for its share give limits for the ratio of
the rates (Fay 2010, R Journal 2). The interval never covers less than it says and is a little wide:
where the test is just below its level the interval may still hold "no change".
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from boundaries.errors import ParameterError
from geo.significance import normal_p

EXACT_UP_TO = 20_000
"""Largest sum of two counts for which the E-test is summed out.

Above it the normal distribution of the same statistic is used; there the two p-values differ by
less than 0.0001 for equal exposures, and by less than 0.0003 for exposures up to ten times apart.
"""

MORE_THAN_CHANCE = "more than chance would give"
NO_MORE_THAN_CHANCE = "no more than chance would give"
NOT_TESTED = "not tested"

_TIE = 1e-9
"""Statistics that differ by less than this share are equal: the rest is rounding."""
_PAIRS_AT_ONCE = 1_000
"""Keeps the memory below some 100 MB whatever the number of pairs."""


def e_test(
    before: ArrayLike,
    after: ArrayLike,
    exposure_before: ArrayLike = 1.0,
    exposure_after: ArrayLike = 1.0,
) -> NDArray[np.float64]:
    """Test whether two Poisson counts come from one rate, two-sided, for many pairs at once.

    Parameters
    ----------
    before, after
        Whole counts from 0, any shapes that fit together.
    exposure_before, exposure_after
        What each was counted over, for example days; above 0.

    Returns
    -------
    The p-values; 1 where both rates are equal, and where both counts are 0. Their error is below
    1e-13, so that smaller ones may come out as 0, up to a total of ``EXACT_UP_TO``; above it see
    there.

    Raises
    ------
    ParameterError
        A count is negative or not whole, or an exposure is not above 0.

    Examples
    --------
    >>> e_test([0, 10], [3, 5]).round(11).tolist()
    [0.08837900945, 0.20616441408]
    """
    k1, k2, n1, n2 = _checked(before, after, exposure_before, exposure_after)
    statistic = _statistic(k1, k2, n1, n2)
    p = np.ones(k1.shape)
    differs = np.abs(statistic) > _TIE
    exact = differs & (k1 + k2 <= EXACT_UP_TO)
    pairs = (np.abs(statistic[exact]), (k1 + k2)[exact], n1[exact], n2[exact])
    chunks = [
        _summed_out(*(one[start : start + _PAIRS_AT_ONCE] for one in pairs))
        for start in range(0, int(exact.sum()), _PAIRS_AT_ONCE)
    ]
    p[exact] = np.concatenate([np.zeros(0), *chunks])
    large = differs & ~exact
    p[large] = normal_p(statistic[large], "two-sided")
    return p


def rate_ratio_interval(
    before: ArrayLike,
    after: ArrayLike,
    exposure_before: ArrayLike = 1.0,
    exposure_after: ArrayLike = 1.0,
    *,
    confidence: float = 0.95,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the exact interval of the rate after over the rate before.

    Parameters
    ----------
    before, after, exposure_before, exposure_after
        As for :func:`e_test`.
    confidence
        Share of such intervals, at least, that hold the true ratio.

    Returns
    -------
    The lower and the upper limits: 0 below where nothing was counted after, infinity above where
    nothing was counted before.

    Examples
    --------
    >>> low, high = rate_ratio_interval(21, 11, 3011, 800)
    >>> low.round(4).tolist(), high.round(4).tolist()
    (0.8584, 4.2773)
    """
    if not 0 < confidence < 1:
        msg = f"The confidence is {confidence}; it must be between 0 and 1, for example 0.95."
        raise ParameterError(msg)
    k1, k2, n1, n2 = _checked(before, after, exposure_before, exposure_after)
    tail = (1 - confidence) / 2
    low_share = special.betaincinv(np.maximum(k2, 1), k1 + 1, tail)
    high_share = special.betaincinv(k2 + 1, np.maximum(k1, 1), 1 - tail)
    low = np.where(k2 == 0, 0, low_share / (1 - low_share) * n1 / n2)
    ratio = np.divide(high_share, 1 - high_share, out=np.full(k1.shape, np.inf), where=k1 > 0)
    return low, ratio * n1 / n2


def chance_in_words(p: NDArray[np.float64], level: float = 0.05) -> NDArray[np.object_]:
    """Say for each p-value whether the change is more than chance would give.

    >>> chance_in_words(np.array([0.01, 0.2, np.nan])).tolist()
    ['more than chance would give', 'no more than chance would give', 'not tested']
    """
    words = np.where(p <= level, MORE_THAN_CHANCE, NO_MORE_THAN_CHANCE).astype(object)
    words[np.isnan(p)] = NOT_TESTED
    return np.asarray(words, dtype=object)


def _checked(
    before: ArrayLike, after: ArrayLike, exposure_before: ArrayLike, exposure_after: ArrayLike
) -> tuple[NDArray[np.float64], ...]:
    given = (before, after, exposure_before, exposure_after)
    k1, k2, n1, n2 = np.broadcast_arrays(*(np.asarray(one, np.float64) for one in given))
    for counts in (k1, k2):
        wrong = ~((counts >= 0) & (counts == np.floor(counts)))
        if wrong.any():
            msg = (
                f"{int(wrong.sum())} counts are not whole numbers from 0; the first is "
                f"{counts[wrong][0]:g}. Test counts, not rates, and give the exposures."
            )
            raise ParameterError(msg)
    for exposure in (n1, n2):
        wrong = ~((exposure > 0) & np.isfinite(exposure))
        if wrong.any():
            msg = (
                f"{int(wrong.sum())} exposures are not above 0; the first is "
                f"{exposure[wrong][0]:g}. Leave out what was not observed at all."
            )
            raise ParameterError(msg)
    return k1, k2, n1, n2


def _statistic(
    k1: NDArray[np.float64],
    k2: NDArray[np.float64],
    n1: NDArray[np.float64],
    n2: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Standardise the difference of the rates; 0 where both counts are 0."""
    deviation = np.sqrt(k1 / n1**2 + k2 / n2**2)
    return np.divide(k2 / n2 - k1 / n1, deviation, out=np.zeros(k1.shape), where=deviation > 0)


def _summed_out(
    t: NDArray[np.float64],
    total: NDArray[np.float64],
    n1: NDArray[np.float64],
    n2: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Add up the probability of all pairs whose statistic is at least ``t``, each shape (k,).

    For a given first count the statistic falls as the second grows, so the second counts that are
    as extreme are all up to one number and all from another: the roots of a quadratic. That leaves
    one sum, over the first count.
    """
    mean1, mean2 = total * n1 / (n1 + n2), total * n2 / (n1 + n2)
    # Further from its mean a Poisson count has less than 1e-16 of its probability.
    reach = 8.5 * np.sqrt(mean1) + 20
    first = np.maximum(np.floor(mean1 - reach), 0)
    lengths = (np.ceil(mean1 + reach) - first).astype(np.intp) + 1
    pair = np.repeat(np.arange(len(t)), lengths)
    x1 = (
        first[pair]
        + np.arange(len(pair), dtype=np.float64)
        - np.repeat(np.cumsum(lengths) - lengths, lengths)
    )
    below, above = _as_extreme(x1, t[pair], n1[pair], n2[pair])
    m1, m2 = mean1[pair], mean2[pair]
    probability = np.exp(special.xlogy(x1, m1) - special.gammaln(x1 + 1) - m1)
    lower = np.where(below < 0, 0, special.pdtr(np.maximum(below, 0), m2))
    upper = np.where(above <= 0, 1, special.pdtrc(np.maximum(above - 1, 0), m2))
    sums = np.bincount(pair, weights=probability * (lower + upper), minlength=len(t))
    return np.asarray(np.minimum(sums, 1), np.float64)


def _as_extreme(
    x1: NDArray[np.float64],
    t: NDArray[np.float64],
    n1: NDArray[np.float64],
    n2: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the largest second count that is as extreme as ``t`` on the low side, -1 for none.

    And the smallest on the high side.
    """
    rate = x1 / n1
    middle = rate + t**2 / (2 * n2)
    half_width = t * np.sqrt(rate / n1 + rate / n2 + (t / (2 * n2)) ** 2)
    low, high = n2 * (middle - half_width), n2 * (middle + half_width)
    slack = _TIE * (n2 * (middle + half_width) + 1)
    below = np.where(x1 > 0, np.floor(low + slack), -1)  # of 0 and 0 the statistic is 0
    return np.maximum(below, -1), np.ceil(high - slack)
