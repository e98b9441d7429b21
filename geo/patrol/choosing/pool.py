"""All rounds that were seen while looking for a plan, and those of them that are best together."""

from collections.abc import Iterable

import numpy as np
from scipy import optimize, sparse

from geo.patrol.choosing.problem import Problem, TeamChoice

_NODES = 200
"""Of the search for the best together, after which the best found so far is taken."""


class RoundPool:
    """Rounds by the bases they may start from and their areas.

    Parameters
    ----------
    cells
        As :func:`geo.patrol.choosing.bound.value_at_most` takes them.
    """

    def __init__(self, problem: Problem, cells: sparse.csr_array) -> None:
        self.problem, self.cells = problem, cells
        self._rounds: dict[tuple[tuple[int, ...], frozenset[int]], TeamChoice] = {}

    def add(self, teams: Iterable[TeamChoice]) -> None:
        """Note the rounds of a plan."""
        for team, bases in zip(teams, self.problem.bases, strict=True):
            if team.areas:
                self._rounds.setdefault((bases, frozenset(team.areas)), team)

    def best_together(self) -> list[TeamChoice]:
        """Pick one round for each team, so that together they are worth most (HiGHS)."""
        problem, rounds = self.problem, list(self._rounds.values())
        if not rounds:
            return []
        n = len(rounds)
        area = np.concatenate([np.array(one.areas, np.intp) for one in rounds])
        column = np.repeat(np.arange(n), [len(one.areas) for one in rounds])
        holds = sparse.csr_array((np.ones(len(area)), (area, column)), shape=(len(problem), n))
        worth = problem.value @ holds
        kinds = list(dict.fromkeys(problem.bases))
        of_kind = np.array([[bases == kind for bases, _ in self._rounds] for kind in kinds])
        most = [problem.bases.count(kind) for kind in kinds]
        # Squares that no other covers a cell of stand in no row of the cells.
        rules = [
            optimize.LinearConstraint(self.cells @ holds, ub=1),
            optimize.LinearConstraint(holds, ub=1),
            optimize.LinearConstraint(of_kind.astype(np.float64), ub=np.array(most)),
        ]
        if problem.most_of_group is not None:
            groups = np.unique(problem.group)
            members = (problem.group[None, :] == groups[:, None]).astype(np.float64)
            rules.append(optimize.LinearConstraint(members @ holds, ub=problem.most_of_group))
        found = optimize.milp(
            -np.asarray(worth),
            constraints=rules,
            integrality=np.ones(n, np.intp),
            bounds=optimize.Bounds(0, 1),
            options={"node_limit": _NODES},
        )
        if found.x is None:
            return []
        bases_of = [bases for bases, _ in self._rounds]
        picked = [(bases_of[i], rounds[i]) for i in np.flatnonzero(found.x > 1 / 2)]
        return _for_teams(problem, picked)


def _for_teams(
    problem: Problem, picked: list[tuple[tuple[int, ...], TeamChoice]]
) -> list[TeamChoice]:
    """Give each team a round that was found for its bases."""
    left, teams = list(picked), []
    for bases in problem.bases:
        own = next((one for one in left if one[0] == bases), None)
        if own is not None:
            left.remove(own)
        teams.append(own[1] if own else TeamChoice(bases[0], ()))
    return teams
