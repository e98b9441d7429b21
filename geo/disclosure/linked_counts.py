"""Counts that are tied together by sums, which is what gives a withheld count away."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from boundaries.errors import ParameterError


@dataclass(frozen=True, eq=False)
class LinkedCounts:
    """Cells and the sums that hold between them, whoever publishes which of them.

    Parameters
    ----------
    values
        Shape (n,): the true counts, none negative.
    sums
        Shape (m, n): one row per sum, 1 for each part and -1 for the total, so that
        ``sums @ values`` is zero.

    Raises
    ------
    ParameterError
        A count is negative, or a sum does not hold.
    """

    values: NDArray[np.int64]
    sums: sparse.csr_array

    def __post_init__(self) -> None:
        if (self.values < 0).any():
            msg = f"Cell {int(np.argmax(self.values < 0))} is negative; counts cannot be."
            raise ParameterError(msg)
        off = np.flatnonzero(self.sums @ self.values)
        if len(off):
            msg = f"{len(off)} of {self.sums.shape[0]} sums do not hold; the first is {off[0]}."
            raise ParameterError(msg)

    def __len__(self) -> int:
        return len(self.values)


def sums_of_lines(lines: Sequence[NDArray[np.intp]], n_cells: int) -> sparse.csr_array:
    """Give the sums of lines of cells, each with its total at the end."""
    rows = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
    columns = np.concatenate(lines) if lines else np.empty(0, np.intp)
    signs = [np.append(np.ones(len(line) - 1), -1.0) for line in lines]
    values = np.concatenate(signs) if signs else np.empty(0)
    return sparse.csr_array((values, (rows, columns)), shape=(len(lines), n_cells))
