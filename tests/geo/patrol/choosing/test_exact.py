"""The choice of areas beside the best itself, and that beside trying everything."""

from itertools import combinations, permutations, product

import numpy as np
import pytest

from geo.patrol.choosing.choice import choose
from geo.patrol.choosing.exact import best_choice
from geo.patrol.choosing.problem import check_choice
from tests.patrol_problems import random_problem

N_INSTANCES = 200
ATTEMPTS = 10
"""Fewer than a plan is given, to save time; the gap is what they leave."""


def slow_best(problem):
    """Try every set of areas for every team, in every order."""
    sets = [
        areas
        for size in range(len(problem) + 1)
        for areas in combinations(range(len(problem)), size)
        if problem.overlaps[np.ix_(areas, areas)].sum() == size
    ]
    fitting = [[areas for areas in sets if _fits(problem, bases, areas)] for bases in problem.bases]
    best = 0.0
    for rounds in product(*fitting):
        areas = [area for one in rounds for area in one]
        of_group = np.bincount(problem.group[areas], minlength=1)
        too_many = problem.most_of_group is not None and of_group.max() > problem.most_of_group
        if problem.overlaps[np.ix_(areas, areas)].sum() == len(areas) and not too_many:
            best = max(best, float(problem.value[areas].sum()))
    return best


def _fits(problem, bases, areas):
    return any(
        problem.round_length(base, order) <= problem.round_minutes
        for base in bases
        for order in permutations(areas)
    )


@pytest.mark.parametrize("seed", range(30))
def test_the_best_is_what_trying_everything_finds(seed):
    problem, _ = random_problem(seed, most_areas=5)
    best = best_choice(problem)
    check_choice(problem, best)
    assert best.value == pytest.approx(slow_best(problem))
    assert best.at_most == best.value


def test_the_choice_on_200_instances_is_never_better_than_the_best_and_hardly_worse():
    gaps = []
    for seed in range(N_INSTANCES):
        problem, cells = random_problem(1_000 + seed, most_areas=7)
        found = choose(problem, cells, seed=seed, attempts=ATTEMPTS)
        best = best_choice(problem)
        for one in (found, best):
            check_choice(problem, one)
        assert found.value <= best.value * (1 + 1e-9)
        assert found.at_most >= best.value * (1 - 1e-9)
        assert found.at_most >= found.value
        gaps.append(1 - found.value / best.value if best.value else 0.0)
    assert np.mean(np.array(gaps) < 1e-9) >= 0.95
    assert np.mean(gaps) < 0.005
