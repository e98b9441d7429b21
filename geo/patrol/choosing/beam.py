"""A good round for one team, by beam search over the order of its areas.

Rounds grow by one area at a time; of all rounds of equal length only the most promising are kept
(Lowerre 1976, The Harpy speech recognition system). Of two with the same areas the shorter stays.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from geo.patrol.choosing.problem import Floats, Mask, Problem, TeamChoice, Whole

WIDTH = 60
"""Rounds kept of each length."""
_LOOKED_AT = 120
"""Areas looked at from one base."""


@dataclass(frozen=True)
class FoundRound:
    """A round and what its areas are worth."""

    choice: TeamChoice
    value: float


class RoundFinder:
    """Finds rounds, and remembers them for as long as the areas around a base are the same."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._near = {base: _Near(problem, base) for base in {b for t in problem.bases for b in t}}
        self._found: dict[tuple[int, bytes], FoundRound] = {}

    def best(self, team: int, is_open: Mask, room: Whole | None) -> FoundRound:
        """Find the best round of a team over its bases.

        Parameters
        ----------
        is_open
            Shape (m,): areas that may be chosen.
        room
            How many more areas of each group may be chosen; None for any number.
        """
        found = [self._from(base, is_open, room) for base in self.problem.bases[team]]
        return max(found, key=lambda one: one.value)

    def _from(self, base: int, is_open: Mask, room: Whole | None) -> FoundRound:
        near = self._near[base]
        is_near_open = is_open[near.areas]
        key = (base, is_near_open.tobytes() + (b"" if room is None else room.tobytes()))
        if key not in self._found:
            self._found[key] = near.search(is_near_open, room)
        return self._found[key]


class _Near:
    """The areas that a round from one base may be made of."""

    def __init__(self, problem: Problem, base: int) -> None:
        m, node = len(problem), problem.base_node(base)
        self.problem, self.base = problem, base
        legs = problem.minutes[node, :m]
        visit = problem.visit_minutes
        in_reach = 2 * legs + visit <= problem.round_minutes
        most = max(problem.round_minutes // (visit + max(problem.least_leg, 1)), 1)
        promise = np.where(in_reach, problem.value / (visit + 2 * legs / most), 0.0)
        order = np.argsort(-promise, kind="stable")[:_LOOKED_AT]
        self.areas: Whole = order[promise[order] > 0]
        self.legs = legs[self.areas]

    @cached_property
    def between(self) -> NDArray[np.intp]:
        """Minutes from each area to each, with standing in the second."""
        found: NDArray[np.intp] = self.problem.minutes[np.ix_(self.areas, self.areas)]
        return found + self.problem.visit_minutes

    @cached_property
    def overlaps(self) -> Mask:
        """Which areas exclude each other."""
        return np.asarray(self.problem.overlaps[np.ix_(self.areas, self.areas)], np.bool_)

    @cached_property
    def marks(self) -> NDArray[np.uint64]:
        """Give numbers of which the sum tells a set of areas."""
        random = np.random.default_rng(0)
        return random.integers(0, 2**63, len(self.areas), dtype=np.uint64)

    def search(self, is_open: Mask, room: Whole | None) -> FoundRound:
        """Find a good round among the open areas."""
        value = self.problem.value[self.areas]
        best = FoundRound(TeamChoice(self.base, ()), 0.0)
        if not is_open.any():
            return best
        beam = _Beam.empty(is_open, room, self.problem.group[self.areas])
        per_minute = float((value / (self.problem.visit_minutes + self.legs)).max()) / 2
        while len(beam):
            grown = self._grown(beam, value, per_minute)
            if grown is None:
                break
            beam = grown
            top = int(np.lexsort((beam.minutes, -beam.value))[0])
            if beam.value[top] > best.value:
                areas = tuple(int(area) for area in self.areas[beam.order[top]])
                best = FoundRound(TeamChoice(self.base, areas), float(beam.value[top]))
        return best

    def _grown(self, beam: "_Beam", value: Floats, per_minute: float) -> "_Beam | None":
        """Add an area to each round in every way that fits, and keep the most promising."""
        added = self.between[beam.last] if beam.last is not None else self.first_legs
        minutes = beam.minutes[:, None] + added
        back = minutes + self.legs
        fits = beam.is_open & (back <= self.problem.round_minutes)
        if not fits.any():
            return None
        row, area = np.nonzero(fits)
        promise = beam.value[row] + value[area] - per_minute * back[row, area]
        if len(row) > 6 * WIDTH:
            kept = np.argpartition(-promise, 6 * WIDTH)[: 6 * WIDTH]
            row, area, promise = row[kept], area[kept], promise[kept]
        order = np.lexsort((area, row, -promise))
        row, area = row[order], area[order]
        marks = beam.marks[row] + self.marks[area]
        _, first = np.unique(marks, return_index=True)
        first = np.sort(first)[:WIDTH]
        row, area = row[first], area[first]
        return beam.with_areas(row, area, self, minutes[row, area], value[area])

    @cached_property
    def first_legs(self) -> NDArray[np.intp]:
        """Minutes from the base to each area, with standing there, shape (1, areas)."""
        return np.asarray(self.legs[None, :] + self.problem.visit_minutes, np.intp)


@dataclass(frozen=True, eq=False)
class _Beam:
    """Rounds of one length: shape (b,) or (b, ...)."""

    value: Floats
    minutes: NDArray[np.intp]
    last: Whole | None
    order: Whole
    marks: NDArray[np.uint64]
    is_open: Mask
    room: Whole | None
    group: Whole

    @classmethod
    def empty(cls, is_open: Mask, room: Whole | None, group: Whole) -> "_Beam":
        """Give the round without areas."""
        return cls(
            np.zeros(1),
            np.zeros(1, np.intp),
            None,
            np.zeros((1, 0), np.intp),
            np.zeros(1, np.uint64),
            is_open[None, :],
            None if room is None else room[None, :],
            group,
        )

    def __len__(self) -> int:
        return len(self.value)

    def with_areas(
        self, row: Whole, area: Whole, near: _Near, minutes: NDArray[np.intp], value: Floats
    ) -> "_Beam":
        """Give the rounds of these rows with an area more each."""
        is_open = self.is_open[row] & ~near.overlaps[area]
        room = self.room
        if room is not None:
            room = room[row].copy()
            room[np.arange(len(row)), self.group[area]] -= 1
            is_open &= room[:, self.group] > 0
        return _Beam(
            self.value[row] + value,
            minutes,
            area,
            np.column_stack([self.order[row], area]),
            self.marks[row] + near.marks[area],
            np.asarray(is_open, np.bool_),
            room,
            self.group,
        )
