"""Gi* of counts that lie on a grid: window sums, scores, corrected p-values, significance."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from boundaries.errors import ParameterError
from geo.grids.cells import Cells
from geo.grids.gistar_params import GiStarParams
from geo.grids.local_g import gi_star_z, gi_z
from geo.grids.window_permutation import window_permutation_p
from geo.grids.window_sums import window_sums
from geo.significance import NOT_SIGNIFICANT, Correction, adjusted, gradation, normal_p

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class GiStar:
    """Gi* of every cell; all of shape (frames, rows, cols).

    Attributes
    ----------
    window_incidents
        Incidents in the cell and its neighbours; 0 outside.
    z, p
        Standard normal score and p-value, corrected within the frame for the number of cells;
        NaN outside.
    significance
        Strictest of ``geo.significance.GRADATIONS`` that p reaches, else 1; 1 too where a hot
        window holds fewer than the minimum of incidents; NaN outside.
    """

    window_incidents: Floats
    z: Floats
    p: Floats
    significance: Floats


def gi_star_scores(counts: Floats, grid: Cells, radius_m: float) -> Floats:
    """Score the window around every cell by Gi*; see :func:`geo.grids.local_g.gi_star_z`.

    Parameters
    ----------
    counts
        Shape (k, rows, cols): incidents in each cell. Cells outside the grid's area do not count.
    radius_m
        Cells whose centres lie within it of a cell's centre are in its window.

    Returns
    -------
    Shape (k, rows, cols): z, NaN outside the area.

    Raises
    ------
    ParameterError
        The counts are not of this grid.
    """
    values, sums, neighbours = _windows(counts, grid, radius_m)
    return gi_star_z(values, sums, neighbours).reshape(counts.shape)


def gi_scores(counts: Floats, grid: Cells, radius_m: float) -> Floats:
    """Score the surroundings of every cell by Gi, which leaves the cell itself out.

    Parameters and result as for :func:`gi_star_scores`.
    """
    values, sums, neighbours = _windows(counts, grid, radius_m)
    return gi_z(values, sums - values, neighbours - 1).reshape(counts.shape)


def gi_star_of_counts(counts: Floats, grid: Cells, params: GiStarParams) -> GiStar:
    """Score and test counts that lie on a grid already; all of ``params`` but the cells' is used.

    Parameters
    ----------
    counts
        Shape (k, rows, cols): each of the k frames is corrected for its own number of cells.
    """
    values, sums, neighbours = _windows(counts, grid, params.radius_m)
    z = gi_star_z(values, sums, neighbours)
    inside = np.flatnonzero(grid.inside)
    at_cells, around, n_around, z_inside = (
        np.take(array, inside, axis=-1) for array in (values, sums, neighbours, z)
    )
    p = _corrected(_p_values(at_cells, around, n_around, z_inside, params), params.correction)
    significance = gradation(p)
    significance[(z_inside > 0) & (around < params.min_incidents)] = NOT_SIGNIFICANT
    window_incidents = np.where(grid.inside, sums.reshape(counts.shape), 0)
    return GiStar(
        window_incidents,
        z.reshape(counts.shape),
        *(_on_grid(array, inside, grid) for array in (p, significance)),
    )


def _windows(counts: Floats, grid: Cells, radius_m: float) -> tuple[Floats, Floats, Floats]:
    """Give counts inside and window sums, (k, cells), and the cells in a window, NaN outside."""
    if counts.ndim != 3 or counts.shape[1:] != grid.inside_share.shape:
        msg = (
            f"Counts have the shape {counts.shape}; this grid needs (frames, {grid.n_rows}, "
            f"{grid.n_cols}), also for a single frame."
        )
        raise ParameterError(msg)
    inside, footprint, neighbours = _windows_of(grid, radius_m)
    values = np.where(inside, counts, 0.0)
    sums = window_sums(values, footprint)
    cells = (len(counts), inside.size)  # -1 cannot be worked out where there are no frames
    return values.reshape(cells), sums.reshape(cells), neighbours


@lru_cache(maxsize=8)
def _windows_of(
    grid: Cells, radius_m: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], Floats]:
    """Give the cells inside, (rows, cols), the footprint, and the cells in each window."""
    inside, footprint = grid.inside, grid.neighbourhood(radius_m)
    neighbours = window_sums(inside[np.newaxis].astype(np.float64), footprint)[0]
    return inside, footprint, np.where(inside, neighbours, np.nan).ravel()


def _on_grid(values: Floats, inside: NDArray[np.intp], grid: Cells) -> Floats:
    out = np.full((len(values), grid.inside_share.size), np.nan)
    out[:, inside] = values
    return out.reshape(len(values), *grid.inside_share.shape)


def _p_values(
    values: Floats, sums: Floats, neighbours: Floats, z: Floats, params: GiStarParams
) -> Floats:
    if params.p_value == "permutation":
        return window_permutation_p(
            values,
            sums,
            neighbours,
            alternative=params.alternative,
            runs=params.runs,
            seed=params.seed,
        )
    # Where all counts are the same nothing is a test, and chance would always give as much.
    is_flat = (values == values[:, :1]).all(axis=1, keepdims=True)
    return np.where(is_flat, 1.0, normal_p(z, params.alternative))


def _corrected(p: Floats, correction: Correction) -> Floats:
    return np.array([adjusted(frame, correction) for frame in p]).reshape(p.shape)
