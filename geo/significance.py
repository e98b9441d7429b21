"""What all tests share: p-values with their alternative named, and the correction for many tests.

A test of many places at once finds some by luck. The correction is said with every result, and
the gradations 0.1, 0.05 and 0.01 are of the corrected p-values.
"""

from collections.abc import Mapping
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy import special

from boundaries.errors import ParameterError

Alternative = Literal["greater", "less", "two-sided"]
ALTERNATIVES: Mapping[Alternative, str] = {
    "greater": "more than chance would give",
    "less": "less than chance would give",
    "two-sided": "more or less than chance would give",
}

Correction = Literal["benjamini-hochberg", "bonferroni", "none"]
CORRECTIONS: Mapping[Correction, str] = {
    "benjamini-hochberg": "of the places called significant, at most this share is by luck",
    "bonferroni": "the chance that even one place is called significant by luck",
    "none": "not corrected: with many places some are significant by luck",
}

GRADATIONS = (0.01, 0.05, 0.1)
"""Levels of significance, the strictest first."""
NOT_SIGNIFICANT = 1.0
_ROUNDING_DOWN = 1 - 4 * np.finfo(np.float64).eps


def normal_p(z: NDArray[np.float64], alternative: Alternative) -> NDArray[np.float64]:
    """Give the p-value of standard normal scores; NaN stays NaN.

    >>> normal_p(np.array([1.959964]), "two-sided").round(6).tolist()
    [0.05]
    """
    check_alternative(alternative)
    if alternative == "greater":
        return np.asarray(special.ndtr(-z), np.float64)
    if alternative == "less":
        return np.asarray(special.ndtr(z), np.float64)
    return np.asarray(2 * special.ndtr(-np.abs(z)), np.float64)


def permutation_p(
    n_as_extreme: NDArray[np.intp] | NDArray[np.float64], runs: int
) -> NDArray[np.float64]:
    """Give the p-value of a simulation: what was observed counts as one run more.

    Davison and Hinkley 1997, Bootstrap Methods and their Application, section 4.2.

    Parameters
    ----------
    n_as_extreme
        How many of the runs are at least as extreme as what was observed. For a two-sided test
        give the smaller of both tails and double the result, at most 1.

    Returns
    -------
    From 1 / (runs + 1) to 1.
    """
    return np.asarray((n_as_extreme + 1.0) / (runs + 1.0), np.float64)


def adjusted(p: NDArray[np.float64], correction: Correction) -> NDArray[np.float64]:
    """Correct p-values for their number; the corrected are never below the raw.

    ``benjamini-hochberg`` controls the false discovery rate (Benjamini and Hochberg 1995, Journal
    of the Royal Statistical Society B 57): p-values at or below the level after correction are
    those that its step-up rule rejects, the boundary included.

    Parameters
    ----------
    p
        Shape (n,), all tests that are corrected together; NaN means not tested, stays NaN and
        does not count.

    >>> adjusted(np.array([0.01, 0.04, 0.03, np.nan]), "benjamini-hochberg").round(6).tolist()
    [0.03, 0.04, 0.04, nan]
    """
    check_correction(correction)
    tested = ~np.isnan(p)
    out = np.full(p.shape, np.nan)
    if correction == "none":
        out[tested] = p[tested]
    elif correction == "bonferroni":
        out[tested] = _times(p[tested], tested.sum())
    else:
        out[tested] = _benjamini_hochberg(p[tested])
    return out


def _benjamini_hochberg(p: NDArray[np.float64]) -> NDArray[np.float64]:
    order = np.argsort(p)
    scaled = _times(p[order], len(p) / np.arange(1, len(p) + 1))
    out = np.empty_like(p)
    out[order] = np.minimum.accumulate(scaled[::-1])[::-1]
    return np.maximum(out, p)


def _times(p: NDArray[np.float64], factor: NDArray[np.float64] | int) -> NDArray[np.float64]:
    """Multiply p-values, to 1 at most and rounded down a little but never below themselves.

    Otherwise rounding takes a value that is exactly at a level above it: 0.05 * 3 / 3 > 0.05.
    """
    return np.maximum(np.minimum(p * factor * _ROUNDING_DOWN, 1), p)


def gradation(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the strictest of ``GRADATIONS`` that each p-value reaches, else ``NOT_SIGNIFICANT``.

    >>> gradation(np.array([0.01, 0.02, 0.1, 0.11, np.nan])).tolist()
    [0.01, 0.05, 0.1, 1.0, 1.0]
    """
    found = np.full(p.shape, NOT_SIGNIFICANT)
    for level in sorted(GRADATIONS, reverse=True):
        found[p <= level] = level
    return found


def correction_in_words(correction: Correction, n_tests: int) -> str:
    """Say which correction was used and for how many tests, for records."""
    if correction == "none":
        return f"none, over {n_tests:,} tests"
    name = {"benjamini-hochberg": "Benjamini-Hochberg", "bonferroni": "Bonferroni"}[correction]
    return f"{name} over {n_tests:,} tests"


def check_alternative(alternative: str) -> None:
    """Refuse an alternative that is not known.

    Raises
    ------
    ParameterError
        It is not one of ``ALTERNATIVES``.
    """
    if alternative not in get_args(Alternative):
        msg = f"Alternative is {alternative!r}; it must be one of {', '.join(ALTERNATIVES)}."
        raise ParameterError(msg)


def check_correction(correction: str) -> None:
    """Refuse a correction that is not known.

    Raises
    ------
    ParameterError
        It is not one of ``CORRECTIONS``.
    """
    if correction not in get_args(Correction):
        msg = f"Correction is {correction!r}; it must be one of {', '.join(CORRECTIONS)}."
        raise ParameterError(msg)
