"""What somebody who has everything that was published can work out of what was withheld.

The attacker knows all sums, all published counts, and of every withheld count the bounds that its
label gives ("fewer than 5" is 1 to 4). What remains possible for one withheld count is an interval,
found by two linear programmes: the lowest and the highest value over all tables that agree with
what is known (Willenborg and de Waal, Elements of Statistical Disclosure Control, 2001, chapter 4).
Fractions are allowed, as is usual: the interval contains that of whole counts.
"""

from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

TOLERANCE = 1e-6
"""Of the linear programmes, in incidents."""


@dataclass(frozen=True, eq=False)
class Bounds:
    """What is known of each cell before looking at the sums.

    Attributes
    ----------
    low, high
        Shape (n,): equal where the count is published; ``high`` is ``inf`` where nothing limits it.
    """

    low: NDArray[np.float64]
    high: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Finding:
    """The best table of one attack, and what stood in the way of a better one.

    Attributes
    ----------
    cells
        Shape (n,): counts of a table that agrees with all that is known and is best.
    gain_up, gain_down
        Shape (n,): at most how much better it could be for each incident by which a cell might be
        higher, or lower, than it is known to be; the prices of the linear programme.
    """

    cells: NDArray[np.float64]
    gain_up: NDArray[np.float64]
    gain_down: NDArray[np.float64]


class Attacker:
    """Somebody who knows the sums between counts and the bounds of each.

    Parameters
    ----------
    sums
        As :attr:`geo.disclosure.linked_counts.LinkedCounts.sums`.
    """

    def __init__(self, sums: sparse.csr_array, bounds: Bounds) -> None:
        self._open = np.flatnonzero(bounds.low < bounds.high)
        self._known = np.where(bounds.low < bounds.high, 0.0, bounds.low)
        part = sparse.csr_array(sums[:, self._open])
        self._all_sums, self._used = sums, np.diff(part.indptr) > 0
        rest = -(sums @ self._known)[self._used]
        low, high = bounds.low[self._open], bounds.high[self._open]
        self._solver = _solver(part[self._used], rest, low, high)

    def seek(self, direction: NDArray[np.float64]) -> Finding:
        """Find the table that is highest in a direction among all that agree with what is known.

        Parameters
        ----------
        direction
            Shape (n,): weight of each cell; the sum of weight times count is made as high as can
            be.

        Raises
        ------
        RuntimeError
            No table agrees, so the bounds are not true of the counts; or nothing limits the sum.
        """
        cells = self._known.copy()
        prices = np.zeros(self._all_sums.shape[0])
        if len(self._open):
            wanted = np.ascontiguousarray(-direction[self._open])
            n = len(self._open)
            self._solver.changeColsCost(n, np.arange(n, dtype=np.int32), wanted)
            self._solver.run()
            status = self._solver.getModelStatus()
            if status != highspy.HighsModelStatus.kOptimal:
                msg = f"The attack has no answer: {self._solver.modelStatusToString(status)}"
                raise RuntimeError(msg)
            found = self._solver.getSolution()
            cells[self._open] = found.col_value
            prices[self._used] = found.row_dual
        rising = direction + self._all_sums.T @ prices
        return Finding(cells, np.maximum(rising, 0.0), np.maximum(-rising, 0.0))

    def interval(self, cell: int) -> tuple[float, float]:
        """Give the lowest and the highest value that a cell can have."""
        ends = []
        for sign in (-1.0, 1.0):
            direction = np.zeros(len(self._known))
            direction[cell] = sign
            ends.append(float(self.seek(direction).cells[cell]))
        return ends[0], ends[1]


def _solver(
    sums: sparse.csr_array,
    rest: NDArray[np.float64],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
) -> highspy.Highs:
    """Load the sums once: each attack starts from where the one before ended."""
    programme = highspy.HighsLp()
    programme.num_row_, programme.num_col_ = sums.shape
    programme.col_cost_ = np.zeros(len(low))
    programme.col_lower_, programme.col_upper_ = low, high
    programme.row_lower_ = programme.row_upper_ = rest
    programme.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    programme.a_matrix_.start_ = sums.indptr
    programme.a_matrix_.index_ = sums.indices
    programme.a_matrix_.value_ = sums.data
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.silent()
    solver.setOptionValue("presolve", "off")
    solver.setOptionValue("threads", 1)
    solver.passModel(programme)
    return solver
