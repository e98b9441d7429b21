"""Local Moran's I and Gi* of places with neighbours: weights by libpysal, statistics by esda.

P-values are our own. esda's default ones are half of two-sided ones, and its simulations set the
seed of the whole program.
"""

import warnings
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

import boundaries
from boundaries.vintages import Vintage
from geo.grids.window_permutation import first_of_shuffles
from geo.significance import Alternative, check_alternative, permutation_p

_ROUNDING = 1e-12

Floats = NDArray[np.float64]


@lru_cache(maxsize=2)
def ward_contiguity(vintage: Vintage) -> NDArray[np.bool_]:
    """Say which wards share a border or a corner, (wards, wards), in order of code."""
    # Imported here: libpysal and esda take two seconds, and most runs need neither.
    from libpysal.weights import Queen

    wards = boundaries.load_wards(vintage)
    queen = Queen.from_dataframe(wards, use_index=False, silence_warnings=True)
    near = np.asarray(queen.sparse.todense()) > 0
    near.flags.writeable = False
    return near


def local_moran(values: Floats, near: NDArray[np.bool_]) -> Floats:
    """Give Local Moran's I of every place, by esda, each neighbour weighing the same.

    Parameters
    ----------
    values
        Shape (n,), not all the same.
    near
        Shape (n, n): who is whose neighbour.
    """
    from esda import Moran_Local

    with warnings.catch_warnings():  # esda changes the filters of the whole program
        found = Moran_Local(values, _weights(near), transformation="r", permutations=0)
    return np.asarray(found.Is, np.float64)


def local_gi_star(values: Floats, near: NDArray[np.bool_]) -> Floats:
    """Give the z of Gi* of every place, by esda, each neighbour and the place weighing 1.

    Parameters as for :func:`local_moran`; values are not negative.
    """
    from esda import G_Local

    with warnings.catch_warnings():
        found = G_Local(values, _weights(near), transform="B", star=True, permutations=0)
    return np.asarray(found.Zs, np.float64)


def local_moran_p(
    values: Floats,
    near: NDArray[np.bool_],
    *,
    alternative: Alternative,
    runs: int,
    seed: int,
) -> Floats:
    """Test Local Moran's I by conditional permutation (Anselin 1995), (n,).

    A place keeps its value and the others are dealt out to its neighbours. So I depends on the
    sum of the neighbours alone, and the same shuffles serve all places.
    """
    check_alternative(alternative)
    n = len(values)
    z = values - values.mean()
    sizes = near.sum(axis=1)
    rng = np.random.default_rng(seed)
    shuffles = first_of_shuffles(n - 1, int(sizes.max()), runs, rng)
    above, below = np.zeros(n, np.intp), np.zeros(n, np.intp)
    for place in range(n):
        dealt = np.delete(z, place)[shuffles[: sizes[place]]].sum(axis=0)
        simulated, observed = z[place] * dealt, z[place] * z[near[place]].sum()
        slack = _ROUNDING * np.abs(z).max() ** 2
        above[place] = (simulated >= observed - slack).sum()
        below[place] = (simulated <= observed + slack).sum()
    if alternative == "two-sided":
        return np.minimum(2 * permutation_p(np.minimum(above, below), runs), 1)
    return permutation_p(above if alternative == "greater" else below, runs)


def _weights(near: NDArray[np.bool_]) -> Any:  # noqa: ANN401 - libpysal has no types
    """Make weights anew for every call: esda alters those that it is given."""
    from libpysal.weights import W

    neighbours = {place: np.flatnonzero(row).tolist() for place, row in enumerate(near)}
    return W(neighbours, silence_warnings=True)
