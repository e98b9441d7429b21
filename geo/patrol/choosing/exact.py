"""The best choice itself, for few areas: every round that fits, and of them the best set.

All sets of areas that one team can visit in its minutes are listed with the shortest round of each
(Held and Karp 1962), and a whole-number programme (HiGHS) picks one for each team.
"""

import numpy as np
from scipy import sparse

from geo.patrol.choosing.pool import Kind, best_rounds
from geo.patrol.choosing.problem import Choice, Problem, TeamChoice, check_choice
from geo.patrol.choosing.rounds import shortest_round

MOST_AREAS = 12
"""There are 4,096 sets of twelve areas."""
MOST_ROUNDS = 4_096
"""Sets of areas times bases that are tried where a plan is made."""


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
    found = best_rounds(problem, _rounds(problem), _pairs(problem))
    teams = tuple(found or (TeamChoice(bases[0], ()) for bases in problem.bases))
    value = float(sum(problem.value[area] for one in teams for area in one.areas))
    choice = Choice(teams, value, value)
    check_choice(problem, choice)
    return choice


def _rounds(problem: Problem) -> list[tuple[Kind, TeamChoice]]:
    """List the rounds that fit; a set with one too many does not, nor does any that holds it."""
    found: list[tuple[Kind, TeamChoice]] = []
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
                    found.append((kind, one))
    return found


def _round_of(problem: Problem, kind: Kind, areas: tuple[int, ...]) -> TeamChoice | None:
    """Give the shortest round through some areas, if it fits."""
    orders = {
        base: shortest_round(problem.minutes, areas, problem.base_node(base)) for base in kind
    }
    length, base = min((problem.round_length(b, order), b) for b, order in orders.items())
    return TeamChoice(base, orders[base]) if length <= problem.round_minutes else None


def _pairs(problem: Problem) -> sparse.csr_array:
    """Mark in each row two areas that exclude each other, shape (pairs, m)."""
    pairs = np.argwhere(np.triu(problem.overlaps, 1))
    row = np.repeat(np.arange(len(pairs)), 2)
    shape = (len(pairs), len(problem))
    return sparse.csr_array((np.ones(len(row)), (row, pairs.ravel())), shape=shape)
