"""Teams that would stand idle get a part of others' rounds."""

from dataclasses import replace

import numpy as np

from geo.patrol.choosing.choice import choose
from geo.patrol.choosing.problem import Choice, TeamChoice, check_choice
from geo.patrol.choosing.sharing import shared_out
from tests.patrol_problems import random_problem


def test_areas_are_shared_out_until_each_team_has_one_or_none_has_two() -> None:
    idle = []
    for seed in range(25):
        problem, cells = random_problem(seed)
        bases = (tuple(range(len(problem.minutes) - len(problem))),) * 4
        crowded = replace(problem, bases=bases, round_minutes=300, most_of_group=None)
        choice = choose(crowded, cells, attempts=5)
        counts = [len(team.areas) for team in choice.teams]
        assert min(counts) >= 1 or max(counts) == 1
        idle.append(min(counts) == 0)
    assert not all(idle)


def test_sharing_changes_no_area_and_keeps_every_promise() -> None:
    problem, _ = random_problem(1)
    problem = replace(problem, bases=((0,), (0,), (0,)), round_minutes=400, most_of_group=None)
    apart = [0]
    for area in range(1, len(problem)):
        if not problem.overlaps[area, apart].any():
            apart.append(area)
    teams = (TeamChoice(0, tuple(apart)), TeamChoice(0, ()), TeamChoice(0, ()))
    shared = shared_out(problem, teams)
    assert sorted(a for team in shared for a in team.areas) == apart
    assert all(team.areas for team in shared)
    value = float(np.sum(problem.value[apart]))
    check_choice(problem, Choice(shared, value, value))


def test_who_cannot_reach_any_area_stays_idle() -> None:
    problem, _ = random_problem(1)
    m = len(problem)
    far = problem.minutes.copy()
    far[m, :m] = far[:m, m] = 1_000
    problem = replace(problem, minutes=far, bases=((1,), (0,)), round_minutes=400)
    teams = (TeamChoice(1, (0, 1)), TeamChoice(0, ()))
    assert shared_out(problem, teams) == teams
