"""Random surfaces turned into corrected p-values, and into the values that reach a level."""

from collections.abc import Mapping
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from geo.significance import (
    CORRECTIONS,
    adjusted,
    correction_in_words,
    permutation_p,
)
from geo.surfaces.envelopes import Envelopes

ChanceCorrection = Literal["benjamini-hochberg", "bonferroni", "none", "maximum"]
CHANCE_CORRECTIONS: Mapping[str, str] = {
    **dict(CORRECTIONS.items()),
    "maximum": "the chance that even one place is called significant by luck, by each run's peak",
}


def p_of_peaks(peaks: NDArray[np.float64], maxima: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give how often the highest value of a run is at least as high; any shape, (runs,)."""
    ordered = np.sort(maxima)
    return permutation_p(len(ordered) - np.searchsorted(ordered, peaks), len(ordered))


def corrected(
    p: NDArray[np.float64],
    values: NDArray[np.float64],
    found: Envelopes,
    correction: ChanceCorrection,
) -> NDArray[np.float64]:
    """Correct the p-values of all cells, (rows, cols), NaN where there is no land.

    ``maximum`` holds every cell against the highest value of each run anywhere: it needs no more
    runs the more cells there are (Westfall and Young 1993, Resampling-Based Multiple Testing,
    section 2.3).
    """
    if correction == "maximum":
        return np.where(np.isnan(p), np.nan, p_of_peaks(values, found.maxima))
    return adjusted(p.ravel(), correction).reshape(p.shape)


def n_above(level: float, runs: int) -> int:
    """Count the runs that may be at least as high where the p-value still reaches the level.

    >>> n_above(0.05, 999), n_above(0.05, 19), n_above(0.05, 18)
    (50, 1, 0)
    """
    return int(level * (runs + 1) + 1e-9)


def highest_allowed(found: Envelopes, level: float) -> float:
    """Give the value that the peaks of all but the allowed runs stay below; infinite for none."""
    rank = n_above(level, found.runs)
    return float(np.sort(found.maxima)[-rank]) if rank else np.inf


def upper_envelope(found: Envelopes, near: NDArray[np.bool_], rank: int) -> NDArray[np.float64]:
    """Give the rank-th highest value of the runs at each cell, infinite for rank 0.

    Parameters
    ----------
    near
        Shape (rows, cols): the cells of the runs; the others get 0.
    """
    out = np.zeros(near.shape)
    out[near] = found.highest[rank - 1] if rank else np.inf
    return out


def critical_values(
    found: Envelopes,
    near: NDArray[np.bool_],
    p_significant: NDArray[np.float64],
    correction: ChanceCorrection,
    level: float,
) -> NDArray[np.float64]:
    """Give the value of each cell, (rows, cols), above which its corrected p reaches the level.

    Parameters
    ----------
    p_significant
        Shape (k,): the uncorrected p-values of the cells that reach it.
    """
    if correction == "maximum":
        return np.where(near, highest_allowed(found, level), 0)
    # The other corrections call significant what is up to some p-value, so up to some rank.
    rank = int(np.rint(p_significant.max(initial=0) * (found.runs + 1)))
    return upper_envelope(found, near, rank)


def in_words(correction: ChanceCorrection, n_cells: int) -> str:
    """Say which correction was used and for how many cells, for records."""
    if correction == "maximum":
        return f"highest value of each run over {n_cells:,} cells"
    return correction_in_words(correction, n_cells)
