"""Sums over the neighbourhood of every cell of a grid, exact for whole numbers."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray


def window_sums(values: NDArray[np.float64], footprint: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Add up what lies in the window around each cell; nothing lies beyond the array.

    Running sums along the rows, one difference for each run of cells in the footprint: the work
    does not grow with the width of the window, and whole numbers stay whole (no transform).

    Parameters
    ----------
    values
        Shape (k, rows, cols), each summed on its own.
    footprint
        Odd number of rows and of columns; the window, with the cell itself in the middle.

    Returns
    -------
    Shape (k, rows, cols).

    Examples
    --------
    >>> window_sums(np.eye(3)[np.newaxis], np.ones((3, 3), bool))[0]
    array([[2., 2., 1.],
           [2., 3., 2.],
           [1., 2., 2.]])
    """
    n_cols = values.shape[2]
    up, across = footprint.shape[0] // 2, footprint.shape[1] // 2
    before = np.empty((*values.shape[:2], n_cols + 2 * across + 1))
    before[..., : across + 1] = 0
    np.cumsum(values, axis=2, out=before[..., across + 1 : across + 1 + n_cols])
    before[..., across + 1 + n_cols :] = before[..., across + n_cols, np.newaxis]
    out = np.zeros(values.shape)
    for (first, end), steps in _runs(footprint):
        along = before[..., end : end + n_cols] - before[..., first : first + n_cols]
        for step in steps:
            _add_shifted(out, along, step - up)
    return out


def _add_shifted(out: NDArray[np.float64], rows: NDArray[np.float64], shift: int) -> None:
    """Add to every row the one so many further on; there are none beyond the ends."""
    n_rows = out.shape[1]
    if abs(shift) < n_rows:
        here = slice(max(-shift, 0), n_rows - max(shift, 0))
        there = slice(max(shift, 0), n_rows - max(-shift, 0))
        out[:, here] += rows[:, there]


def _runs(footprint: NDArray[np.bool_]) -> Iterator[tuple[tuple[int, int], list[int]]]:
    """Give each run of marked columns, as first and end, and the rows that have it."""
    edges = np.diff(footprint.astype(np.int8), axis=1, prepend=0, append=0)
    rows, first = np.nonzero(edges > 0)
    _, end = np.nonzero(edges < 0)
    rows_of: dict[tuple[int, int], list[int]] = {}
    for row, run in zip(rows.tolist(), zip(first.tolist(), end.tolist(), strict=True), strict=True):
        rows_of.setdefault(run, []).append(row)
    yield from rows_of.items()
