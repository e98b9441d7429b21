"""All orders in which a team can go round its areas within the minutes of a round."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.patrol.walking.travel import Minutes

MOST_ORDERS = 50_000
"""All orders of up to 8 areas, 40,320, and more than anybody can foresee."""

Whole = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Orders:
    """Orders of k areas that fit, n of them, the shortest among them.

    Attributes
    ----------
    sequence
        Shape (n, k): positions of the areas, from 0, in the order of the visits.
    starts
        Shape (n, k): minutes from leaving the base to the visit of each area, by its position.
    length
        Shape (n,): minutes of the round, walking and standing.
    """

    sequence: Whole
    starts: Whole
    length: Whole

    def __len__(self) -> int:
        return len(self.sequence)


def orders_that_fit(
    minutes: Minutes, visit_minutes: int, round_minutes: int, rng: np.random.Generator
) -> Orders:
    """Find the orders in which a round takes ``round_minutes`` at most.

    Parameters
    ----------
    minutes
        Shape (k + 1, k + 1): walking; row 0 is the base, the others the areas in an order that
        fits, which is always among those found.
    rng
        Where more than ``MOST_ORDERS`` ways to begin fit, an even sample of so many is followed
        further; each order is as likely to be found as any other. With up to 8 areas all are.
    """
    k = len(minutes) - 1
    room = round_minutes - k * visit_minutes
    sequence, walked = np.zeros((1, 0), np.intp), np.zeros(1, np.intp)
    for _ in range(k):
        sequence, walked = _one_more(sequence, walked, minutes, room)
        if len(sequence) > MOST_ORDERS:
            kept = _sample(sequence, rng)
            sequence, walked = sequence[kept], walked[kept]
    arrived = np.cumsum(_legs(sequence, minutes) + visit_minutes, axis=1) - visit_minutes
    starts = np.empty_like(sequence)
    np.put_along_axis(starts, sequence, arrived, axis=1)
    return Orders(sequence, starts, walked + minutes[_last(sequence), 0] + k * visit_minutes)


def _one_more(sequence: Whole, walked: Whole, minutes: Minutes, room: int) -> tuple[Whole, Whole]:
    """Lengthen ways by each area that they have not yet, as long as the rest can still fit."""
    k = len(minutes) - 1
    is_left = np.ones((len(sequence), k), np.bool_)
    np.put_along_axis(is_left, sequence, values=False, axis=1)
    walked_then = walked[:, None] + minutes[_last(sequence), 1:]
    # What is still to come is at least the shortest leg to each area left, and one to the base.
    between = minutes[1:, 1:] + np.where(np.eye(k, dtype=np.bool_), np.iinfo(np.int32).max, 0)
    nearest = between.min(axis=0)
    to_come = (is_left @ nearest)[:, None] - nearest
    is_last = sequence.shape[1] == k - 1
    back = minutes[1:, 0] if is_last else np.full(k, minutes[1:, 0].min())
    way, area = np.nonzero(is_left & (walked_then + to_come + back <= room))
    return np.column_stack([sequence[way], area]), walked_then[way, area]


def _sample(sequence: Whole, rng: np.random.Generator) -> Whole:
    kept = rng.choice(len(sequence), MOST_ORDERS, replace=False)
    given = np.flatnonzero((sequence == np.arange(sequence.shape[1])).all(axis=1))
    return np.union1d(kept, given)


def _last(sequence: Whole) -> Whole:
    """Give the row of ``minutes`` in which each way ends: the base at first."""
    if sequence.shape[1] == 0:
        return np.zeros(len(sequence), np.intp)
    return sequence[:, -1] + 1


def _legs(sequence: Whole, minutes: Minutes) -> Whole:
    stops = np.column_stack([np.zeros(len(sequence), np.intp), sequence + 1])
    return minutes[stops[:, :-1], stops[:, 1:]]
