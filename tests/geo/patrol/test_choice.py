"""What a choice promises: its bound, its seed, the spread over groups.

Beside the exact solution it stands in ``test_exact.py``.
"""

from dataclasses import replace

import numpy as np
import pytest

from geo.patrol.bound import value_at_most
from geo.patrol.choice import choose, spread_over_groups
from geo.patrol.exact import MOST_AREAS, best_choice
from geo.patrol.problem import Choice, TeamChoice, check_choice
from tests.patrol_problems import random_problem, with_rest

_HAIR = 1e-6


def test_the_bound_holds_for_areas_that_were_left_out_too() -> None:
    for seed in range(30):
        problem, cells = random_problem(seed)
        order = np.argsort(-problem.value, kind="stable")
        few = with_rest(problem, max(len(problem) // 2, 1))
        bound = value_at_most(few, cells[:, order[: len(few)]])
        assert bound >= best_choice(problem).value - _HAIR


def test_the_same_seed_gives_the_same_choice() -> None:
    problem, cells = random_problem(3, most_areas=40)
    first, again = (choose(problem, cells, seed=7, attempts=20) for _ in range(2))
    assert first == again or (first.teams, first.value) == (again.teams, again.value)


def test_one_area_of_each_group_before_any_has_a_second() -> None:
    problem, cells = random_problem(11, most_areas=40)
    roomy = replace(problem, round_minutes=400, most_of_group=None)
    choice = spread_over_groups(
        roomy,
        lambda one: choose(one, cells, attempts=10),
        lambda most: replace(roomy, most_of_group=most),
    )
    counts = np.bincount(roomy.group[list(choice.areas)], minlength=3)
    held = np.bincount(roomy.group, minlength=3)
    assert counts.sum() > 3
    short = counts < counts.max() - 1
    # A group that is two behind has no area left that overlaps none of the chosen.
    for group in np.flatnonzero(short):
        others = np.flatnonzero(roomy.group == group)
        excluded = roomy.overlaps[np.ix_(others, list(choice.areas))].any(axis=1)
        assert excluded.all(), held


def test_a_choice_that_breaks_a_promise_is_caught() -> None:
    problem, _ = random_problem(0)
    everything = tuple(range(len(problem)))
    others = (TeamChoice(bases[0], ()) for bases in problem.bases[1:])
    teams = (TeamChoice(problem.bases[0][0], everything), *others)
    with pytest.raises(AssertionError, match=r"areas overlap|round is too long|too many"):
        check_choice(replace(problem, round_minutes=1), Choice(teams, 1.0, 1.0))


def test_too_many_areas_are_refused_by_the_exact_way() -> None:
    problem, _ = random_problem(5, most_areas=60)
    assert len(problem) > MOST_AREAS
    with pytest.raises(ValueError, match="too many to try all sets"):
        best_choice(problem)
