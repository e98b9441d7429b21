"""The best choice itself, for few areas: every round that fits, and of them the best set.

All sets of areas that one team can visit in its minutes are listed with the shortest round of each
(Held and Karp 1962), and a whole-number programme (HiGHS) picks one for each team.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy import optimize

from geo.patrol.choosing.problem import Choice, Problem, TeamChoice, check_choice
from geo.patrol.choosing.rounds import shortest_round

MOST_AREAS = 12
"""There are 4,096 sets of twelve areas."""


MOST_ROUNDS = 4_096
"""Sets of areas times bases that are tried where a plan is made."""


@dataclass(frozen=True)
class _Round:
    kind: tuple[int, ...]
    base: int
    areas: tuple[int, ...]


def is_small(problem: Problem) -> bool:
    """Say whether the best choice is found in no time."""
    n_bases = sum(len(kind) for kind in set(problem.bases))
    return len(problem) <= MOST_AREAS and n_bases * 2 ** len(problem) <= MOST_ROUNDS


def best_choice(problem: Problem) -> Choice:
    """Find the choice that is worth most, and prove it.

    Raises
    ------
    ValueError
        There are more than ``MOST_AREAS`` areas.
    """
    if len(problem) > MOST_AREAS:
        msg = f"{len(problem)} areas are too many to try all sets of; at most {MOST_AREAS}."
        raise ValueError(msg)
    rounds = _rounds(problem)
    if not rounds:
        none = tuple(TeamChoice(bases[0], ()) for bases in problem.bases)
        return Choice(none, 0.0, 0.0)
    left = [rounds[i] for i in _picked(problem, rounds)]
    teams = []
    for bases in problem.bases:
        own = next((one for one in left if one.kind == bases), None)
        if own is not None:
            left.remove(own)
        teams.append(TeamChoice(own.base, own.areas) if own else TeamChoice(bases[0], ()))
    value = float(sum(problem.value[area] for one in teams for area in one.areas))
    choice = Choice(tuple(teams), value, value)
    check_choice(problem, choice)
    return choice


def _rounds(problem: Problem) -> list[_Round]:
    """List the rounds that fit; a set with one too many does not, nor does any that holds it."""
    found: list[_Round] = []
    for kind in dict.fromkeys(problem.bases):
        fitting = {frozenset[int]()}
        while fitting:
            grown = {
                before | {area}
                for before in fitting
                for area in range(len(problem))
                if area not in before and not problem.overlaps[area, list(before)].any()
            }
            fitting = set()
            for areas in sorted(grown, key=sorted):
                one = _round_of(problem, kind, tuple(sorted(areas)))
                if one is not None:
                    fitting.add(areas)
                    found.append(one)
    return found


def _round_of(problem: Problem, kind: tuple[int, ...], areas: tuple[int, ...]) -> _Round | None:
    """Give the shortest round through some areas, if it fits."""
    orders = {
        base: shortest_round(problem.minutes, areas, problem.base_node(base)) for base in kind
    }
    length, base = min((problem.round_length(b, order), b) for b, order in orders.items())
    return _Round(kind, base, orders[base]) if length <= problem.round_minutes else None


def _picked(problem: Problem, rounds: list[_Round]) -> list[int]:
    """Pick rounds: one a team, no area twice, none that exclude each other, not too many alike."""
    m, n = len(problem), len(rounds)
    holds = np.zeros((m, n))
    for i, one in enumerate(rounds):
        holds[list(one.areas), i] = 1
    kinds = list(dict.fromkeys(problem.bases))
    of_kind = np.array([[one.kind == kind for one in rounds] for kind in kinds], np.float64)
    teams = np.array([problem.bases.count(kind) for kind in kinds])
    rules = [optimize.LinearConstraint(of_kind, ub=teams), optimize.LinearConstraint(holds, ub=1)]
    pairs = [(a, b) for a, b in combinations(range(m), 2) if problem.overlaps[a, b]]
    if pairs:
        first, second = (list(side) for side in zip(*pairs, strict=True))
        rules.append(optimize.LinearConstraint(holds[first] + holds[second], ub=1))
    if problem.most_of_group is not None:
        groups = np.unique(problem.group)
        members = (problem.group[None, :] == groups[:, None]).astype(np.float64)
        rules.append(optimize.LinearConstraint(members @ holds, ub=problem.most_of_group))
    found = optimize.milp(
        -(problem.value @ holds),
        constraints=rules,
        integrality=np.ones(n, np.intp),
        bounds=optimize.Bounds(0, 1),
        options={"mip_rel_gap": 0.0},
    )
    if not found.success:
        msg = f"the solver gave up: {found.message}"
        raise RuntimeError(msg)
    return [int(i) for i in np.flatnonzero(found.x > 1 / 2)]
