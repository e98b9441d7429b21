"""What no choice of areas can exceed: a linear programme that forgives more than the real rules.

It lets areas be chosen in part, and asks of the minutes only that all rounds together have room for
standing in each area and for half of its two shortest legs, as every round through it has. Squares
that cover the same cell exclude each other together, not only in pairs. Whatever the teams could do
fits these rules, so its best value is one that no plan exceeds.
"""

from typing import Any

import numpy as np
from scipy import optimize, sparse

from geo.patrol.choosing.candidates import Candidates
from geo.patrol.choosing.problem import Mask, Problem, Whole


def value_at_most(problem: Problem, cells: sparse.csr_array) -> float:
    """Give a value that no choice exceeds.

    Parameters
    ----------
    cells
        Shape (cells, m): 1 where a square covers a cell; no two of a row can both be chosen.
    """
    m, rest = len(problem), problem.left_out_at_most
    if m == 0:
        return 0.0
    costs = problem.visit_minutes + problem.shortest_legs
    worth = np.where(_within_reach(problem), problem.value, 0.0)
    cheapest = float(costs.min()) if not rest else float(problem.visit_minutes)
    most = areas_at_most(problem, cheapest)
    costs = np.append(costs, cheapest)
    value = np.append(worth, rest)
    total = problem.teams * problem.round_minutes
    rows: list[Any] = [np.ones((1, m + 1)), costs[None, :]]
    limits = [np.array([most]), np.array([total])]
    rows.append(sparse.hstack([cells, sparse.csr_array((cells.shape[0], 1))]))
    limits.append(np.ones(cells.shape[0]))
    if problem.most_of_group is not None:
        rows.append(_groups(problem.group))
        limits.append(np.full(rows[-1].shape[0], problem.most_of_group))
    upper = np.append(np.ones(m), most if rest else 0)
    found = optimize.linprog(  # type: ignore[call-overload]
        -value,
        A_ub=sparse.vstack([sparse.csr_array(row) for row in rows], format="csr"),
        b_ub=np.concatenate(limits),
        bounds=np.column_stack([np.zeros(m + 1), upper]),
        method="highs",
    )
    # Rounding in the solver must not make the bound a hair too low.
    return float(-found.fun) * (1 + 1e-7)


def _within_reach(problem: Problem) -> Mask:
    """Say which areas some team can visit at all, shape (m,)."""
    m = len(problem)
    bases = sorted({m + base for team in problem.bases for base in team})
    there_and_back = 2 * problem.minutes[bases, :m].min(axis=0) + problem.visit_minutes
    return np.asarray(there_and_back <= problem.round_minutes, np.bool_)


def areas_at_most(problem: Problem, cheapest: float) -> int:
    """Give the number of areas that all rounds together have room for at most.

    A round of k areas has k + 1 legs, of which ``cheapest`` counts k: half of the legs at the base
    comes on top.
    """
    m = len(problem)
    room = 0
    for bases in problem.bases:
        nearest = problem.minutes[[m + base for base in bases], :m].min()
        from_base = 0 if problem.left_out_at_most else int(nearest)
        room += max(int((problem.round_minutes - from_base) / cheapest + 1e-9), 0)
    return room


def _groups(group: Whole) -> sparse.csr_array:
    names, number = np.unique(group, return_inverse=True)
    ones = np.ones(len(group))
    shape = (len(names), len(group) + 1)
    return sparse.csr_array((ones, (number, np.arange(len(group)))), shape=shape)


def covered_cells(candidates: Candidates) -> sparse.csr_array:
    """Say which cells each square covers, shape (cells, m); rows that say nothing are left out.

    The gap counts as part of each square, to its north and east.
    """
    side = candidates.side + candidates.gap
    steps = np.arange(side)
    row = (candidates.row[:, None, None] + steps[:, None]).repeat(side, axis=2)
    col = (candidates.col[:, None, None] + steps[None, :]).repeat(side, axis=1)
    flat = (row * (candidates.col.max(initial=0) + side) + col).reshape(len(candidates), -1)
    known, number = np.unique(flat.ravel(), return_inverse=True)
    square = np.arange(len(candidates)).repeat(side * side)
    covers = sparse.csr_array(
        (np.ones(len(number)), (number, square)), shape=(len(known), len(candidates))
    )
    return sparse.csr_array(covers[_maximal(covers)])


def _maximal(covers: sparse.csr_array) -> Whole:
    """Keep the rows of which the squares are not all in another row as well.

    Of equal rows one is kept. Two rows share a square only where the cells are near.
    """
    sizes = np.diff(covers.indptr)
    shared = sparse.coo_array(covers @ covers.T)
    row, other = shared.coords
    is_inside = (shared.data == sizes[row]) & (row != other)
    is_inside &= (sizes[other] > sizes[row]) | (other < row)
    dropped = np.zeros(covers.shape[0], np.bool_)
    dropped[row[is_inside]] = True
    return np.flatnonzero(~dropped & (sizes > 1))
