"""Rounds that were seen while looking for a plan, and those of them that are best together."""

from collections.abc import Iterable, Sequence

import numpy as np
from scipy import optimize, sparse

from geo.patrol.choosing.problem import Problem, TeamChoice

_NODES = 200
"""Of the search for the best together, after which the best found so far is taken."""

Kind = tuple[int, ...]
"""The bases that a team may use."""


class RoundPool:
    """Rounds by the bases they may start from and their areas.

    Parameters
    ----------
    cells
        As :func:`geo.patrol.choosing.bound.value_at_most` takes them.
    """

    def __init__(self, problem: Problem, cells: sparse.csr_array) -> None:
        self.problem, self.cells = problem, cells
        self._rounds: dict[tuple[Kind, frozenset[int]], TeamChoice] = {}

    def add(self, teams: Iterable[TeamChoice]) -> None:
        """Note the rounds of a plan."""
        for team, bases in zip(teams, self.problem.bases, strict=True):
            if team.areas:
                self._rounds.setdefault((bases, frozenset(team.areas)), team)

    def best_together(self) -> list[TeamChoice]:
        """Give each team one round, so that together they are worth as much as could be found."""
        rounds = [(kind, one) for (kind, _), one in self._rounds.items()]
        return best_rounds(self.problem, rounds, self.cells, most_nodes=_NODES)


def best_rounds(
    problem: Problem,
    rounds: Sequence[tuple[Kind, TeamChoice]],
    exclusive: sparse.csr_array,
    most_nodes: int | None = None,
) -> list[TeamChoice]:
    """Give each team one of the rounds for its bases, so that together they are worth most.

    By a whole-number programme (HiGHS).

    Parameters
    ----------
    exclusive
        Shape (rules, m): of the areas with 1 in a row one can be chosen at most.
    most_nodes
        Of the search, after which the best found so far is given; None for the best itself.

    Returns
    -------
    One for each team; none at all where no round is there or found.

    Raises
    ------
    RuntimeError
        The best itself was asked for, and the solver gave up.
    """
    if not rounds:
        return []
    kinds_of, choices = zip(*rounds, strict=True)
    m, n = len(problem), len(rounds)
    area = np.concatenate([np.array(one.areas, np.intp) for one in choices])
    column = np.repeat(np.arange(n), [len(one.areas) for one in choices])
    holds = sparse.csr_array((np.ones(len(area)), (area, column)), shape=(m, n))
    kinds = list(dict.fromkeys(problem.bases))
    of_kind = np.array([[one == kind for one in kinds_of] for kind in kinds], np.float64)
    teams = np.array([problem.bases.count(kind) for kind in kinds])
    rules = [optimize.LinearConstraint(of_kind, ub=teams), optimize.LinearConstraint(holds, ub=1)]
    if exclusive.shape[0]:
        rules.append(optimize.LinearConstraint(exclusive @ holds, ub=1))
    if problem.most_of_group is not None:
        groups = np.unique(problem.group)
        members = (problem.group[None, :] == groups[:, None]).astype(np.float64)
        rules.append(optimize.LinearConstraint(members @ holds, ub=problem.most_of_group))
    found = optimize.milp(
        -np.asarray(problem.value @ holds),
        constraints=rules,
        integrality=np.ones(n, np.intp),
        bounds=optimize.Bounds(0, 1),
        options={"mip_rel_gap": 0.0} if most_nodes is None else {"node_limit": most_nodes},
    )
    if most_nodes is None and not found.success:
        msg = f"the solver gave up: {found.message}"
        raise RuntimeError(msg)
    if found.x is None:
        return []
    return _for_teams(problem, [rounds[int(i)] for i in np.flatnonzero(found.x > 1 / 2)])


def _for_teams(problem: Problem, picked: Sequence[tuple[Kind, TeamChoice]]) -> list[TeamChoice]:
    """Give each team a round that was found for its bases."""
    left, teams = list(picked), []
    for bases in problem.bases:
        own = next((one for one in left if one[0] == bases), None)
        if own is not None:
            left.remove(own)
        teams.append(own[1] if own else TeamChoice(bases[0], ()))
    return teams
