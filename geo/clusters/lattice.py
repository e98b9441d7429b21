"""A lattice of cells a fraction of a radius wide, for searches within that radius."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

SLACK = 1e-6
"""In cells: far more than rounding can move a point, so what is called sure is sure."""


_MOST_PER_POINT = 10
"""Rows or columns per point up to which they are listed."""


@dataclass(frozen=True, eq=False)
class Points:
    """Weighted points in groups; points of different groups are never neighbours.

    Attributes
    ----------
    x, y
        Shape (n,): metres.
    weight
        Shape (n,): how many incidents each stands for, whole numbers above 0.
    group
        Shape (n,): number of the group, such as the frame of a time slider, from 0.
    """

    x: Floats
    y: Floats
    weight: Floats
    group: Rows

    def __len__(self) -> int:
        return len(self.x)


@dataclass(frozen=True, eq=False)
class Lattice:
    """The cells that points lie in, numbered row by row.

    Attributes
    ----------
    per_radius
        Cells per radius.
    n_rows, n_cols
        Cells in all. The occupied ones have at least ``per_radius + 2`` empty ones around them,
        and groups as many rows between them.
    cell
        Shape (n,): number of each point's cell.
    right, up
        Shape (n,): where in its cell each point lies, from 0 to 1.
    """

    per_radius: int
    n_rows: int
    n_cols: int
    cell: Rows
    right: Floats
    up: Floats

    @property
    def n_cells(self) -> int:
        """All cells, empty ones too."""
        return self.n_rows * self.n_cols


def lattice_of(points: Points, radius_m: float, per_radius: int) -> Lattice:
    """Lay a lattice over points; stretches without any are shortened to the radius."""
    reach, size = per_radius + 2, radius_m / per_radius
    right, up = ((axis - axis.min()) / size for axis in (points.x, points.y))
    col, row = right.astype(np.intp), up.astype(np.intp)
    right -= col
    up -= row
    row += points.group * (int(row.max()) + 1 + reach)
    col, row = _closed_up(col, reach), _closed_up(row, reach)
    n_rows, n_cols = int(row.max()) + 1 + reach, int(col.max()) + 1 + reach
    return Lattice(per_radius, n_rows, n_cols, row * n_cols + col, right, up)


def _closed_up(index: Rows, reach: int) -> Rows:
    """Start at ``reach`` and shorten steps longer than it, which no search can cross."""
    first = index.min()
    if np.ptp(index) > _MOST_PER_POINT * len(index):
        distinct, at = np.unique(index, return_inverse=True)
    else:  # the same without sorting
        distinct = np.flatnonzero(np.bincount(index - first)) + first
        place = np.zeros(distinct[-1] - first + 1, np.intp)
        place[distinct - first] = np.arange(len(distinct))
        at = place[index - first]
    steps = np.minimum(np.diff(distinct), reach)
    return (reach + np.concatenate([np.zeros(1, np.intp), np.cumsum(steps)]))[at]


def sorted_by_cell(cell: Rows, n_cells: int) -> tuple[Rows, Rows]:
    """Give the points' rows in order of their cells, and where each cell starts, (cells + 1,)."""
    n = len(cell)
    # Counting sort, which scipy has for matrices; several times faster than sorting.
    by_cell = sparse.coo_array(
        (np.zeros(n, np.int8), (cell, np.arange(n))), shape=(n_cells, n)
    ).tocsr()
    return by_cell.indices.astype(np.intp), by_cell.indptr.astype(np.intp)


def ranges(first: Rows, length: Rows) -> Rows:
    """Write out ranges one after the other.

    >>> ranges(np.array([3, 10]), np.array([2, 3]))
    array([ 3,  4, 10, 11, 12])
    """
    if len(length) == 0:
        return np.zeros(0, np.intp)
    end = np.cumsum(length)
    out: Rows = np.repeat(first - (end - length), length)
    out += np.arange(end[-1])
    return out
