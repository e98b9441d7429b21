"""Nested isobands: the land above one level of density, and within it above the next."""

import numpy as np
from numpy.typing import NDArray

from boundaries.errors import ParameterError
from geo.grid import Grid


def level_for_incident_share(values: NDArray[np.float64], grid: Grid, share: float) -> float:
    """Find the highest level such that the cells at or above it hold a share of the incidents.

    All frames are pooled, as in :func:`geo.contours.level_of_densest`. A cell holds its value
    times the land in it.

    Parameters
    ----------
    values
        Shape (frames, rows, cols): incidents per km2.
    share
        From 0 to 1.

    Returns
    -------
    The level in incidents per km2; 0 where there are no incidents.

    Raises
    ------
    ParameterError
        The share is not from 0 to 1.
    """
    if not 0 <= share <= 1:
        msg = f"share is {share}; it must be from 0 to 1 of the incidents."
        raise ParameterError(msg)
    inside = grid.inside_share > 0
    density = values[:, inside]
    mass = (density * grid.inside_share[inside]).ravel()
    pooled = density.ravel()
    held = pooled > 0
    return _level_holding(pooled[held], mass[held], share * float(mass[held].sum()))


def _level_holding(pooled: NDArray[np.float64], mass: NDArray[np.float64], wanted: float) -> float:
    """Add up mass from the densest cell down; a sixteenth of the cells is sorted if enough."""
    wanted *= 1 - 1e-12  # what the sum loses by rounding must not take one cell more
    for part in (16, 4, 1):
        n = len(pooled) // part
        order = np.argpartition(-pooled, n - 1)[:n] if n else np.zeros(0, np.intp)
        order = order[np.argsort(-pooled[order])]
        reached = np.cumsum(mass[order]) >= wanted
        if reached.any():
            return float(pooled[order[reached.argmax()]])
    return float(pooled.min()) if len(pooled) else 0.0
