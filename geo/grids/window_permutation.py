"""How high the sum in a window is among all ways to deal the counts out over the cells.

Every count of the frame is dealt out anew, the cell's own included: the null hypothesis under
which Ord and Getis (1995, Geographical Analysis 27) derive the mean and the variance of Gi*, so
that both kinds of p-value answer the same question. (The conditional permutation of Anselin 1995,
Geographical Analysis 27, keeps the cell's own count, so a crowded cell with empty neighbours
could never stand out.) The sum over w cells then depends on w alone: cells with equally many
neighbours share their simulations, and the first w counts of one shuffle serve every w.
"""

import numpy as np
from numpy.typing import NDArray

from geo.progress import report
from geo.significance import Alternative, check_alternative, permutation_p

_VALUES_PER_BATCH = 4_000_000
_ROUNDING = 1e-12

Floats = NDArray[np.float64]
Whole = NDArray[np.intp]


def window_permutation_p(
    values: Floats,
    sums: Floats,
    neighbours: Floats,
    *,
    alternative: Alternative,
    runs: int,
    seed: int,
) -> Floats:
    """Test window sums by dealing out the counts anew; all rows see the same shuffles.

    Parameters
    ----------
    values, sums
        Shape (k, n), each row tested on its own.
    neighbours
        Shape (n,): cells in each window, the cell itself included.
    runs
        How often to deal out.
    seed
        Of the shuffles.

    Returns
    -------
    Shape (k, n): p-values from 1 / (runs + 1) to 1, by :func:`geo.significance.permutation_p`.
    """
    check_alternative(alternative)
    sizes = neighbours.astype(np.intp)
    above, below = np.zeros(sums.shape, np.intp), np.zeros(sums.shape, np.intp)
    rng = np.random.default_rng(seed)
    n = values.shape[1]
    per_batch = max(_VALUES_PER_BATCH // max(n, 1), 1)
    for start in range(0, runs, per_batch):
        shuffles = first_of_shuffles(n, sizes.max(initial=0), min(per_batch, runs - start), rng)
        _count(values, sums, sizes, shuffles, above, below)
        report(min(start + per_batch, runs), runs, "simulations")
    if alternative == "two-sided":
        return np.minimum(2 * permutation_p(np.minimum(above, below), runs), 1)
    return permutation_p(above if alternative == "greater" else below, runs)


def first_of_shuffles(n: int, size: int, runs: int, rng: np.random.Generator) -> NDArray[np.int32]:
    """Shuffle n cells so often and give the first ones of each, (size, runs).

    Fisher and Yates' shuffle, of all runs at once and no further than needed.
    """
    deck = np.repeat(np.arange(n, dtype=np.int32)[:, np.newaxis], runs, axis=1)
    run = np.arange(runs)
    for position in range(min(size, n - 1)):
        other = rng.integers(position, n, runs)
        drawn = deck[other, run]
        deck[other, run] = deck[position]
        deck[position] = drawn
    return deck[:size]


def _count(
    values: Floats,
    sums: Floats,
    sizes: Whole,
    shuffles: NDArray[np.int32],
    above: Whole,
    below: Whole,
) -> None:
    """Add how many simulated sums are at least, and at most, as high as each observed one."""
    runs = shuffles.shape[1]
    groups = [(size, np.flatnonzero(sizes == size)) for size in np.unique(sizes)]
    for k, dealt in enumerate(values):
        simulated = np.cumsum(dealt[shuffles], axis=0)
        for size, cells in groups:
            ordered, observed = np.sort(simulated[size - 1]), sums[k, cells]
            # The same values added up in another order may differ by rounding; counts do not.
            slack = _ROUNDING * np.abs(observed)
            above[k, cells] += runs - np.searchsorted(ordered, observed - slack, "left")
            below[k, cells] += np.searchsorted(ordered, observed + slack, "right")
