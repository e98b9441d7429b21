"""The cheapest choice of cells that fulfils all that was learned so far."""

from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

_NODES = 200
"""Steps of the search instead of seconds: the same question has the same answer everywhere."""
_NEAR_ENOUGH = 0.01
_SLACK = 1e-6


@dataclass(frozen=True, eq=False)
class Choice:
    """Which cells are chosen, shape (n,), and what any choice must cost at least."""

    chosen: NDArray[np.bool_]
    at_least: float


def cheapest(
    cost: NDArray[np.float64], rows: sparse.csr_array, may_be: NDArray[np.bool_]
) -> Choice | None:
    """Choose cells so that every row times the choice is 1 or more, at the lowest cost.

    Parameters
    ----------
    cost
        Shape (n,), positive.
    rows
        Shape (m, n).
    may_be
        Shape (n,): the cells that may be chosen.

    Returns
    -------
    None where no choice does it, or none was found within the bounded number of steps.
    """
    n = len(cost)
    programme = highspy.HighsLp()
    programme.num_row_, programme.num_col_ = rows.shape
    programme.col_cost_ = cost
    programme.col_lower_, programme.col_upper_ = np.zeros(n), may_be.astype(np.float64)
    programme.row_lower_ = np.full(rows.shape[0], 1 - _SLACK)
    programme.row_upper_ = np.full(rows.shape[0], np.inf)
    programme.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    programme.a_matrix_.start_ = rows.indptr
    programme.a_matrix_.index_ = rows.indices
    programme.a_matrix_.value_ = rows.data
    programme.integrality_ = [highspy.HighsVarType.kInteger] * n
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.silent()
    for option, value in (("threads", 1), ("mip_max_nodes", _NODES), ("mip_rel_gap", _NEAR_ENOUGH)):
        solver.setOptionValue(option, value)
    solver.passModel(programme)
    solver.run()
    found = solver.getInfo()
    if found.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    chosen = np.round(np.array(solver.getSolution().col_value)).astype(np.bool_)
    return Choice(chosen, float(found.mip_dual_bound))
