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

_ROUNDING = 1e-14

Floats = NDArray[np.float64]


def gi_star_z(values: Floats, sums: Floats, neighbours: Floats) -> Floats:
    """Score sums over neighbourhoods that hold the place itself.

    Parameters
    ----------
    values
        Shape (k, m): each row is scored on its own.
    sums
        Shape (k, m): sum of the values over each place's neighbourhood.
    neighbours
        Shape (m,): members of each neighbourhood, the place itself included. NaN where there is
        no place (a grid's cell outside); its value must be 0, and it does not count among the n.

    Returns
    -------
    Shape (k, m). 0 where nothing can stand out: all values are the same, or the neighbourhood
    holds every place. NaN where there is no place.
    """
    totals = values.sum(axis=1, keepdims=True)
    squares = np.einsum("ij,ij->i", values, values)[:, np.newaxis]
    return _scores(sums, neighbours, totals, squares, _number(neighbours))


def gi_z(values: Floats, sums: Floats, neighbours: Floats) -> Floats:
    """Score sums over neighbourhoods that leave the place itself out.

    Parameters
    ----------
    values, sums, neighbours
        As for :func:`gi_star_z`; neither sums nor neighbours count the place itself.

    Returns
    -------
    Shape (k, m). 0 where nothing can stand out, or the place has no neighbour. NaN where there is
    no place.
    """
    totals = values.sum(axis=1, keepdims=True) - values
    squares = np.einsum("ij,ij->i", values, values)[:, np.newaxis] - values**2
    return _scores(sums, neighbours, totals, squares, _number(neighbours) - 1)


def _number(neighbours: Floats) -> int:
    return len(neighbours) - int(np.count_nonzero(np.isnan(neighbours)))


def _scores(sums: Floats, neighbours: Floats, totals: Floats, squares: Floats, n: int) -> Floats:
    """Multiply all by n, so that counts stay whole; what rounding leaves of no variance is 0."""
    spread = n * squares - totals**2
    spread[spread <= _ROUNDING * n * squares] = 0
    variance = spread * (neighbours * (n - neighbours) / max(n - 1, 1))
    flat = variance == 0
    variance[flat] = 1
    scores: Floats = (n * sums - neighbours * totals) / np.sqrt(variance)
    scores[flat] = 0
    return scores
