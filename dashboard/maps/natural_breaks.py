"""Natural breaks: the classes with the least variance inside them.

Fisher (1958), On grouping for maximum homogeneity, JASA 53; Jenks (1977). The same optimum as
``mapclassify.FisherJenks``, which without numba warns and takes a hundred times as long.
"""

import numpy as np
from numpy.typing import NDArray

_MOST_VALUES = 256
"""Work grows with the square of the distinct values; more are thinned to evenly spaced ranks."""


def natural_breaks(values: NDArray[np.float64], classes: int) -> NDArray[np.float64]:
    """Give the highest value of each class, exact for up to 256 distinct values.

    Parameters
    ----------
    values
        Shape (n,), finite, with at least as many distinct values as classes.
    classes
        How many classes, at least one.

    Examples
    --------
    >>> natural_breaks(np.array([1.0, 2, 1, 10, 11, 30]), 3)
    array([ 2., 11., 30.])
    """
    distinct, counts = np.unique(_thinned(values), return_counts=True)
    cost = _spread_within(distinct - distinct.mean(), counts.astype(np.float64))
    best, starts = cost[0], []
    for _ in range(classes - 1):
        # Shape (first value of the last class, last value): the best so far, and one class more.
        total = np.vstack([np.full((1, len(cost)), np.inf), best[:-1, None] + cost[1:]])
        starts.append(total.argmin(axis=0))
        best = total.min(axis=0)
    ends = [len(distinct) - 1]
    for start in reversed(starts):
        ends.append(start[ends[-1]] - 1)
    return distinct[ends[::-1]]


def _thinned(values: NDArray[np.float64]) -> NDArray[np.float64]:
    if np.unique(values).size <= _MOST_VALUES:
        return values
    ranks = np.linspace(0, values.size - 1, _MOST_VALUES).round().astype(np.intp)
    return np.sort(values)[ranks]


def _spread_within(x: NDArray[np.float64], w: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the sum of squares around the mean of x[i..j], weighted; infinite where j < i."""
    n, first, second = (np.concatenate([[0], np.cumsum(w * x**p)]) for p in (0, 1, 2))
    count, total, squares = (s[None, 1:] - s[:-1, None] for s in (n, first, second))
    count = np.where(count > 0, count, np.inf)
    spread: NDArray[np.float64] = np.where(np.isfinite(count), squares - total**2 / count, np.inf)
    return spread
