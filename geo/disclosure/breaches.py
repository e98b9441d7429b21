"""Attacks on all small counts at once, and what was learned from those that succeed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.disclosure.attacker import TOLERANCE, Attacker, Bounds, Finding
from geo.disclosure.linked_counts import LinkedCounts

UP, DOWN = 1, -1


@dataclass(frozen=True, eq=False)
class Withheld:
    """Which cells are not shown.

    Attributes
    ----------
    guarded
        Shape (n,): counts that nobody may work out: from 1 to the highest that the label allows.
    hidden
        Shape (n,): cells that are in sums and nowhere published.
    top
        The highest count that the label allows.
    """

    guarded: NDArray[np.bool_]
    hidden: NDArray[np.bool_]
    top: int

    @classmethod
    def of(cls, counts: LinkedCounts, smallest_shown: int, hidden: NDArray[np.bool_]) -> "Withheld":
        """Guard every count below the smallest that is shown, 0 excepted."""
        guarded = (counts.values >= 1) & (counts.values < smallest_shown)
        return cls(guarded, hidden, smallest_shown - 1)

    @property
    def small(self) -> NDArray[np.bool_]:
        """Say which are labelled "fewer than", shape (n,): everybody knows they are 1 or more.

        Unless they are among the others for which no label stands.
        """
        return self.guarded & ~self.hidden

    def bounds(self, counts: LinkedCounts, others: NDArray[np.bool_]) -> Bounds:
        """Say what is known of each cell when these others are withheld without a number."""
        values = counts.values.astype(np.float64)
        nothing_said = others | self.hidden
        low = np.where(nothing_said, 0.0, np.where(self.small, 1.0, values))
        # Everybody knows some number that no count is above; then every attack has an end.
        most = 2 * (float(values.max(initial=0.0)) + self.top)
        high = np.where(nothing_said, most, np.where(self.small, float(self.top), values))
        return Bounds(low, high)


@dataclass(frozen=True, eq=False)
class Breach:
    """A small count that cannot reach an end of what its label allows.

    Attributes
    ----------
    cell, sign
        Which, and whether it is the upper end (1) or the lower (-1).
    need
        How far the end is from the true count.
    gain_up, gain_down
        As :class:`geo.disclosure.attacker.Finding`.
    """

    cell: int
    sign: int
    need: float
    gain_up: NDArray[np.float64]
    gain_down: NDArray[np.float64]


class Attacks:
    """All small counts of a table, attacked again and again as cells are withheld.

    Each must be able to be any number from 1 to the highest that is not shown. Labels alone can
    give counts away: of two parts labelled "fewer than 5" with a total labelled so neither can be
    4. Then one of them has to go without a label.
    """

    def __init__(self, counts: LinkedCounts, withheld: Withheld) -> None:
        self._counts, self._withheld = counts, withheld

    def breaches(self, others: NDArray[np.bool_], at_most: int | None = None) -> list[Breach]:
        """Give the small counts that are not protected, as far as none found before clears them."""
        one = _Attack(self._counts, self._withheld, others)
        found: list[Breach] = []
        for sign, end in ((UP, self._withheld.top), (DOWN, 1)):
            goal = np.full(len(self._counts), float(end))
            one.move_together(sign, goal)
            for cell in np.flatnonzero(one.is_short(sign, goal)):
                if one.is_short(sign, goal)[cell]:
                    found += one.move_alone(int(cell), sign, goal[cell])
                if at_most is not None and len(found) >= at_most:
                    return found
        return found


class _Attack:
    """One attack on all small counts: every table it finds may clear several of them."""

    def __init__(self, counts: LinkedCounts, withheld: Withheld, others: NDArray[np.bool_]) -> None:
        self._values = counts.values.astype(np.float64)
        self._guarded = withheld.guarded
        self._attacker = Attacker(counts.sums, withheld.bounds(counts, others))
        self.reached = {UP: self._values.copy(), DOWN: self._values.copy()}

    def is_short(self, sign: int, goal: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Say which guarded counts have not reached their goal, shape (n,)."""
        return self._guarded & (sign * (goal - self.reached[sign]) > TOLERANCE)

    def move_together(self, sign: int, goal: NDArray[np.float64]) -> None:
        """Move all that are short towards their goals at once, while that clears some more."""
        left = len(self._guarded) + 1
        short = self.is_short(sign, goal)
        while short.any() and short.sum() < left:
            left = int(short.sum())
            self._seek(sign * short.astype(np.float64))
            short = self.is_short(sign, goal)

    def move_alone(self, cell: int, sign: int, goal: float) -> list[Breach]:
        """Move one towards its goal; give the breach where it does not get there."""
        direction = np.zeros(len(self._values))
        direction[cell] = sign
        found = self._seek(direction)
        if sign * (goal - found.cells[cell]) <= TOLERANCE:
            return []
        need = sign * (goal - self._values[cell])
        return [Breach(cell, sign, need, found.gain_up, found.gain_down)]

    def _seek(self, direction: NDArray[np.float64]) -> Finding:
        found = self._attacker.seek(direction)
        np.maximum(self.reached[UP], found.cells, out=self.reached[UP])
        np.minimum(self.reached[DOWN], found.cells, out=self.reached[DOWN])
        return found
