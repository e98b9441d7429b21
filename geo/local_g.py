"""The local statistics Gi and Gi* of Getis and Ord, as standard normal scores.

Ord and Getis 1995, Local spatial autocorrelation statistics, Geographical Analysis 27: the sum in
the neighbourhood less what the mean of all gives, over its standard deviation when all values are
dealt out anew. For weights of 0 and 1,

    z = (S - w x) / (s sqrt((n w - w^2) / (n - 1)))

with S the sum over the w members of the neighbourhood, and x and s the mean and the population
standard deviation of the n values. Gi* counts a place among its own neighbours; Gi leaves it out,
also of n, x and s.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def gi_star_z(values: Floats, sums: Floats, neighbours: Floats) -> Floats:
    """Score sums over neighbourhoods that hold the place itself.

    Parameters
    ----------
    values
        Shape (k, n): each row is scored on its own.
    sums
        Shape (k, n): sum of the values over each place's neighbourhood.
    neighbours
        Shape (n,): members of each neighbourhood, the place itself included.

    Returns
    -------
    Shape (k, n). 0 where nothing can stand out: all values are the same, or the neighbourhood
    holds every place.
    """
    totals = values.sum(axis=1, keepdims=True)
    squares = (values**2).sum(axis=1, keepdims=True)
    return _scores(sums, neighbours, totals, squares, values.shape[1])


def gi_z(values: Floats, sums: Floats, neighbours: Floats) -> Floats:
    """Score sums over neighbourhoods that leave the place itself out.

    Parameters
    ----------
    values, sums, neighbours
        As for :func:`gi_star_z`; neither sums nor neighbours count the place itself.

    Returns
    -------
    Shape (k, n). 0 where nothing can stand out, or the place has no neighbour.
    """
    totals = values.sum(axis=1, keepdims=True) - values
    squares = (values**2).sum(axis=1, keepdims=True) - values**2
    return _scores(sums, neighbours, totals, squares, values.shape[1] - 1)


def _scores(sums: Floats, neighbours: Floats, totals: Floats, squares: Floats, n: int) -> Floats:
    """Multiply all by n, so that counts stay whole numbers and a variance of 0 is exactly 0."""
    spread = np.maximum(n * squares - totals**2, 0)
    variance = spread * (neighbours * (n - neighbours) / max(n - 1, 1))
    scores: Floats = np.zeros(sums.shape)
    np.divide(n * sums - neighbours * totals, np.sqrt(variance), out=scores, where=variance > 0)
    return scores
