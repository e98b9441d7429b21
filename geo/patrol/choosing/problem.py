"""What has to be chosen: squares for teams, each team's round within its minutes.

With one round this is the team orienteering problem (Chao, Golden and Wasil 1996, European Journal
of Operational Research 88) in which some places exclude each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from geo.patrol.walking.travel import Minutes

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Whole = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Problem:
    """Areas to choose from, and what teams can do.

    Attributes
    ----------
    value
        Shape (m,): what each area is worth, above 0.
    overlaps
        Shape (m, m): which exclude each other; each itself.
    minutes
        Shape (m + b, m + b): whole minutes of walking, symmetric; the areas, then the b bases.
    bases
        For each team the numbers of the bases, from 0, of which it may use one.
    round_minutes
        That a team has for one round: walking from its base through all its areas and back, and
        standing ``visit_minutes`` in each.
    group
        Shape (m,): group of each area.
    most_of_group
        Areas of one group at most; None for any number.
    left_out_at_most
        The most that an area is worth which was left out beforehand to save time; 0 for none.
    least_leg
        Minutes between any two areas that do not overlap at least, those left out too.
    """

    value: Floats
    overlaps: Mask
    minutes: Minutes
    bases: tuple[tuple[int, ...], ...]
    round_minutes: int
    visit_minutes: int
    group: Whole
    most_of_group: int | None = None
    left_out_at_most: float = 0.0
    least_leg: int = 0

    def __len__(self) -> int:
        return len(self.value)

    @property
    def teams(self) -> int:
        """How many teams there are."""
        return len(self.bases)

    def base_node(self, base: int) -> int:
        """Give the row of a base in ``minutes``."""
        return len(self) + base

    def round_length(self, base: int, areas: Sequence[int]) -> int:
        """Give the minutes of a round in this order, walking and standing; 0 without areas."""
        if not areas:
            return 0
        stops = [self.base_node(base), *areas, self.base_node(base)]
        walking = sum(int(self.minutes[a, b]) for a, b in pairwise(stops))
        return walking + len(areas) * self.visit_minutes

    def take(self, areas: Whole) -> "Problem":
        """Give the same problem with some of the areas only."""
        nodes = np.concatenate([areas, np.arange(len(self), len(self.minutes))])
        return replace(
            self,
            value=self.value[areas],
            overlaps=self.overlaps[np.ix_(areas, areas)],
            minutes=self.minutes[np.ix_(nodes, nodes)],
            group=self.group[areas],
        )

    @cached_property
    def shortest_legs(self) -> Floats:
        """Minutes that an area adds to any round at least: half of its two shortest legs, (m,).

        Legs lead to areas that do not exclude it, and to bases; a round of one area has the same
        leg twice.
        """
        m = len(self)
        legs = self.minutes[:m].astype(np.float64)
        legs[:, :m][self.overlaps] = np.inf
        if self.left_out_at_most:
            legs[:, :m] = np.minimum(legs[:, :m], self.least_leg)
        bases = legs[:, sorted({base + m for team in self.bases for base in team})]
        two = np.partition(np.concatenate([legs[:, :m], bases, bases], axis=1), 1, axis=1)[:, :2]
        return np.asarray(two.sum(axis=1) / 2, np.float64)


@dataclass(frozen=True)
class TeamChoice:
    """A base and areas in the order of the round; no areas where nothing fits."""

    base: int
    areas: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Choice:
    """What was chosen.

    Attributes
    ----------
    teams
        One for each team.
    value
        Sum of what its areas are worth.
    at_most
        No choice is worth more than this: a proven bound.
    """

    teams: tuple[TeamChoice, ...]
    value: float
    at_most: float

    @property
    def areas(self) -> tuple[int, ...]:
        """All areas chosen."""
        return tuple(area for team in self.teams for area in team.areas)


def check_choice(problem: Problem, choice: Choice) -> None:
    """Make sure that a choice keeps every promise.

    Raises
    ------
    AssertionError
        It does not, which is a mistake in the program.
    """
    areas = np.array(choice.areas, np.intp)
    overlaps = problem.overlaps[np.ix_(areas, areas)]
    assert int(overlaps.sum()) == len(areas), "areas overlap"
    for team, bases in zip(choice.teams, problem.bases, strict=True):
        assert team.base in bases, "a team uses another's base"
        length = problem.round_length(team.base, team.areas)
        assert length <= problem.round_minutes, "a round is too long"
    if problem.most_of_group is not None:
        most = np.bincount(problem.group[areas], minlength=1).max()
        assert most <= problem.most_of_group, "too many areas of one group"
