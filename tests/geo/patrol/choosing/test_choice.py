"""What a choice promises: its bound, its seed, the spread over groups.

Beside the exact solution it stands in ``test_exact.py``.
"""

from dataclasses import replace

import numpy as np
import pytest

from geo.patrol.choosing.bound import value_at_most
from geo.patrol.choosing.choice import choose, choose_spread
from geo.patrol.choosing.exact import MOST_AREAS, best_choice
from geo.patrol.choosing.problem import Choice, TeamChoice, check_choice
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
    problem, cells = random_problem(4, most_areas=40)
    short, roomy = (replace(problem, round_minutes=n, most_of_group=None) for n in (60, 400))
    wherever, few, many = (
        choose(short, cells),
        choose_spread(short, cells),
        choose_spread(roomy, cells),
    )
    groups = [problem.group[list(choice.areas)] for choice in (wherever, few, many)]
    assert [len(np.unique(one)) for one in groups] == [2, 3, 3]
    assert len(many.areas) > 3
    # No minutes are left unused for the sake of the spread.
    excluded = roomy.overlaps[list(many.areas)].any(axis=0)
    assert excluded.all()


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
