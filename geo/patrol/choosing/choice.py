"""Choosing areas for teams: put in the best next area until nothing fits, then improve.

Areas go where they make a team's round longer by the least, the one first that is worth most for
its minutes (an insertion heuristic for the team orienteering problem; Vansteenwegen, Souffriau and
Van Oudheusden 2011, European Journal of Operational Research 209, survey such); a second plan gives
one team after the other the best round that :mod:`geo.patrol.choosing.beam` finds. Then parts of
the better plan are taken out and put in anew, and what is better stays (Schrimpf et al. 2000,
Journal of Computational Physics 159). Of all rounds seen on the way a whole-number programme picks
those that are best together. How far the best possible can be from that is proven by
:mod:`geo.patrol.choosing.bound`; on few areas :mod:`geo.patrol.choosing.exact` gives the best.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from scipy import sparse

from geo.patrol.choosing.beam import RoundFinder
from geo.patrol.choosing.bound import value_at_most
from geo.patrol.choosing.pool import RoundPool
from geo.patrol.choosing.problem import (
    Choice,
    Floats,
    Mask,
    Problem,
    TeamChoice,
    Whole,
    check_choice,
)
from geo.patrol.choosing.rounds import following, shortened, shortest_round
from geo.patrol.choosing.sharing import shared_out

_TINY = 1e-9
ATTEMPTS = 300
"""How often a part of the plan is taken out and put in anew."""
_POWERS = (1.0, 0.5, 2.0)
"""How much an area's worth counts against its minutes in the first plans, of which the best stays.
"""


def choose(
    problem: Problem,
    cells: sparse.csr_array,
    *,
    seed: int = 0,
    attempts: int = ATTEMPTS,
) -> Choice:
    """Choose areas and rounds; the same problem and seed always give the same choice.

    Parameters
    ----------
    cells
        As :func:`geo.patrol.choosing.bound.value_at_most` takes them.
    attempts
        How often to try to improve.
    """
    pool = RoundPool(problem, cells)
    plans = [_filled(_State.empty(problem), power) for power in _POWERS]
    plans.append(_filled(_one_by_one(problem), 1.0))
    for plan in plans:
        pool.add(plan.teams)
    best = max(plans, key=lambda plan: plan.value)
    best = _improved(best, np.random.default_rng(seed), attempts, pool)
    together = _filled(_State.of(problem, pool.best_together()), 1.0)
    best = max(best, together, key=lambda plan: plan.value)
    return _finished(problem, best, cells)


def _finished(problem: Problem, plan: "_State", cells: sparse.csr_array) -> Choice:
    """Give the choice that a plan is, with its bound."""
    teams = shared_out(problem, plan.teams)
    teams = tuple(_in_shortest_order(problem, team) for team in teams)
    choice = Choice(teams, plan.value, max(value_at_most(problem, cells), plan.value))
    check_choice(problem, choice)
    return choice


def _one_by_one(problem: Problem) -> "_State":
    """Give one team after the other the best round that is left."""
    finder, plan = RoundFinder(problem), _State.empty(problem)
    for team in range(problem.teams):
        plan.set_team(team, finder.best(team, plan.open(), plan.room).choice)
    return plan


def _in_shortest_order(problem: Problem, team: TeamChoice) -> TeamChoice:
    order = shortest_round(problem.minutes, team.areas, problem.base_node(team.base))
    return TeamChoice(team.base, order)


def choose_spread(problem: Problem, cells: sparse.csr_array, *, seed: int = 0) -> Choice:
    """Choose one area of each group, as far as the minutes reach, then a second, and so on.

    Areas chosen first stay; those of further turns fill what minutes are left. The bound is that of
    the last turn: of plans with as many areas of a group at most.
    """
    most = 1
    choice = choose(replace(problem, most_of_group=most), cells, seed=seed)
    while True:
        allowed = replace(problem, most_of_group=most + 1)
        fuller = _filled(_State.of(allowed, choice.teams), 1.0)
        if fuller.value <= choice.value + _TINY:
            return choice
        most += 1
        choice = _finished(allowed, fuller, cells)


@dataclass(eq=False)
class _State:
    """A plan in the making.

    Attributes
    ----------
    base, areas, spent
        Of each team: the base, the areas in order, the minutes of the round.
    blocked
        Shape (m,): by how many chosen areas an area is excluded.
    of_group
        How many areas of each group are chosen.
    added, place
        Shape (teams, m): by how many minutes an area would make the round longer, and before which
        stop; worked out anew for teams that have changed.
    """

    problem: Problem
    base: list[int]
    areas: list[list[int]]
    spent: list[int]
    blocked: Whole
    of_group: Whole
    value: float = 0.0
    added: Whole = field(default_factory=lambda: np.zeros((0, 0), np.intp))
    place: Whole = field(default_factory=lambda: np.zeros((0, 0), np.intp))

    @classmethod
    def empty(cls, problem: Problem) -> "_State":
        """Give a plan without areas."""
        m, teams = len(problem), problem.teams
        n_groups = int(problem.group.max(initial=0)) + 1
        state = cls(
            problem,
            [bases[0] for bases in problem.bases],
            [[] for _ in range(teams)],
            [0] * teams,
            np.zeros(m, np.intp),
            np.zeros(n_groups, np.intp),
            added=np.zeros((teams, m), np.intp),
            place=np.zeros((teams, m), np.intp),
        )
        for team in range(teams):
            state.look_again(team)
        return state

    @classmethod
    def of(cls, problem: Problem, teams: Sequence[TeamChoice]) -> "_State":
        """Give the plan with these rounds."""
        state = cls.empty(problem)
        for team, choice in enumerate(teams):
            state.set_team(team, choice)
        return state

    @property
    def teams(self) -> tuple[TeamChoice, ...]:
        """The rounds."""
        return tuple(
            TeamChoice(base, tuple(areas))
            for base, areas in zip(self.base, self.areas, strict=True)
        )

    @property
    def room(self) -> Whole | None:
        """How many more areas of each group may be chosen; None for any number."""
        most = self.problem.most_of_group
        return None if most is None else most - self.of_group

    def copy(self) -> "_State":
        """Give a plan of its own."""
        return _State(
            self.problem,
            list(self.base),
            [list(areas) for areas in self.areas],
            list(self.spent),
            self.blocked.copy(),
            self.of_group.copy(),
            self.value,
            self.added.copy(),
            self.place.copy(),
        )

    def look_again(self, team: int) -> None:
        """Work out what each area would add to a team's round."""
        problem, m = self.problem, len(self.problem)
        if not self.areas[team]:
            legs = problem.minutes[[m + base for base in problem.bases[team]], :m]
            self.place[team] = legs.argmin(axis=0)
            self.added[team] = 2 * legs.min(axis=0) + problem.visit_minutes
            return
        base = problem.base_node(self.base[team])
        stops = np.array([base, *self.areas[team]])
        after = following(stops)
        longer = problem.minutes[stops, :m] + problem.minutes[after, :m]
        longer = longer - problem.minutes[stops, after][:, None]
        self.place[team] = longer.argmin(axis=0)
        self.added[team] = longer.min(axis=0) + problem.visit_minutes

    def open(self) -> Mask:
        """Say which areas may still be chosen, (m,)."""
        is_open = self.blocked == 0
        if self.problem.most_of_group is not None:
            is_open &= self.of_group[self.problem.group] < self.problem.most_of_group
        return np.asarray(is_open, np.bool_)

    def put_in(self, team: int, area: int) -> None:
        """Put an area into a team's round where it adds least."""
        place = int(self.place[team, area])
        if not self.areas[team]:
            self.base[team] = self.problem.bases[team][place]
            place = 0
        self.areas[team].insert(place, area)
        self._count(area, 1)
        self.set_round(team)

    def set_team(self, team: int, choice: TeamChoice) -> None:
        """Give a team without areas its round."""
        self.base[team], self.areas[team] = choice.base, list(choice.areas)
        for area in choice.areas:
            self._count(area, 1)
        self.set_round(team)

    def take_out(self, team: int, area: int) -> None:
        """Take an area out again."""
        self.areas[team].remove(area)
        self._count(area, -1)
        self.set_round(team)

    def _count(self, area: int, times: int) -> None:
        """Count a chosen area once more, or once less."""
        self.blocked += times * self.problem.overlaps[area]
        self.of_group[self.problem.group[area]] += times
        self.value += times * float(self.problem.value[area])

    def set_round(self, team: int) -> None:
        """Note the length of a changed round."""
        self.spent[team] = self.problem.round_length(self.base[team], self.areas[team])
        self.look_again(team)

    def shorten(self) -> None:
        """Walk every round in its shortest order, from the base that makes it shortest."""
        for team, areas in enumerate(self.areas):
            if len(areas) > 1:
                self._shorten(team)

    def _shorten(self, team: int) -> None:
        problem, before = self.problem, self.spent[team]
        base = self._best_base(team)
        order = shortened(problem.minutes, tuple(self.areas[team]), problem.base_node(base))
        if problem.round_length(base, order) < before:
            self.base[team], self.areas[team] = base, list(order)
            self.set_round(team)

    def _best_base(self, team: int) -> int:
        """Give the base that fits best between two areas of the round that follow each other."""
        problem, areas = self.problem, np.array(self.areas[team])
        after = following(areas)
        nodes = np.array([problem.base_node(base) for base in problem.bases[team]])
        added = problem.minutes[nodes[:, None], areas] + problem.minutes[nodes[:, None], after]
        added = added - problem.minutes[areas, after]
        return problem.bases[team][int(added.min(axis=1).argmin())]


def _filled(state: _State, power: float, shares: Floats | None = None) -> _State:
    """Put areas in until none fits.

    Parameters
    ----------
    power
        Areas go in by their worth over that power of the minutes they add.
    shares
        Shape (m,): multiplies the worth when they are compared; None for 1.
    """
    problem = state.problem
    worth = problem.value if shares is None else problem.value * shares
    # Worth per minutes is looked up: minutes are few whole numbers.
    minutes = np.arange(1, problem.round_minutes + 2, dtype=np.float64)
    per_minutes = np.append(np.inf, minutes[:-1]) ** -power
    while True:
        left = problem.round_minutes - np.array(state.spent)
        fits = (state.added <= left[:, None]) & state.open()
        team, area = np.nonzero(fits)
        if len(team) == 0:
            before = sum(state.spent)
            state.shorten()
            if sum(state.spent) == before:
                return state
            continue
        best = int((worth[area] * per_minutes[state.added[team, area]]).argmax())
        state.put_in(int(team[best]), int(area[best]))


def _improved(best: _State, random: np.random.Generator, attempts: int, pool: RoundPool) -> _State:
    """Take a part out and put in anew, and keep what is better, or as good and shorter."""
    for _ in range(attempts if best.value else 0):
        state = best.copy()
        _take_part_out(state, random)
        shares = random.uniform(0.7, 1.3, len(state.problem))
        state = _filled(state, float(random.choice(_POWERS)), shares)
        pool.add(state.teams)
        gain = state.value - best.value
        if gain > _TINY or (gain > -_TINY and sum(state.spent) < sum(best.spent)):
            best = state
    return best


def _take_part_out(state: _State, random: np.random.Generator) -> None:
    """Take out the areas of a team, or some that lie near each other."""
    places = [(team, area) for team, areas in enumerate(state.areas) for area in areas]
    seed_team, seed_area = places[int(random.integers(len(places)))]
    if random.random() < 1 / 4:
        gone = [(team, area) for team, area in places if team == seed_team]
    else:
        away = state.problem.minutes[seed_area, [area for _, area in places]]
        n_gone = int(random.integers(1, max(2, len(places) // 3) + 1))
        gone = [places[i] for i in np.argsort(away, kind="stable")[:n_gone]]
    for team, area in gone:
        state.take_out(team, area)
