"""All pairs of two sets of events with the same key that lie within a distance, in pieces.

A hash grid: events are sorted by key and cell of a grid as wide as the distance, so the partners of
an event stand in three runs of the other set, and how many have to be looked at is known before any
is. What is too much to look at is left out whole key by whole key, the fullest first, and counted.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

MOST_CANDIDATES = 50_000_000
"""Pairs that are looked at; so many take some seconds."""

_PER_PIECE = 1 << 20
_MILLIMETRE = 1e-3
_MILLIMETRES = 3
"""Distances are rounded so: 100 m between coordinates with decimals is 100 m, not 100.00001."""
_FARTHEST_CELL = 1_000_000
"""Cells beyond are taken as one, which keeps numbers of cells in 64 bits and the answer exact."""


@dataclass(frozen=True, eq=False)
class Keyed:
    """Events with a key each; an event with several keys stands several times.

    Attributes
    ----------
    rows
        Shape (n,): which event.
    keys
        Shape (n,): whole numbers, such as days.
    """

    rows: NDArray[np.intp]
    keys: NDArray[np.int64]

    def only(self, chosen: NDArray[np.bool_]) -> "Keyed":
        """Give some of them; ``chosen`` has shape (events,)."""
        kept = chosen[self.rows]
        return Keyed(self.rows[kept], self.keys[kept])


@dataclass(frozen=True, eq=False)
class Piece:
    """Some of the pairs, each once per shared key.

    Attributes
    ----------
    first, second
        Shape (pairs,): the events.
    keys
        Shape (pairs,): the key they share.
    distance_m
        Shape (pairs,), to the millimetre; NaN where pairs are not held to a distance.
    """

    first: NDArray[np.intp]
    second: NDArray[np.intp]
    keys: NDArray[np.int64]
    distance_m: NDArray[np.float64]

    def only(self, chosen: NDArray[np.bool_]) -> "Piece":
        """Give some of the pairs; ``chosen`` has shape (pairs,)."""
        return Piece(
            self.first[chosen], self.second[chosen], self.keys[chosen], self.distance_m[chosen]
        )


@dataclass
class LeftOut:
    """What was too much to look at: pairs by key."""

    pairs: dict[int, int] = field(default_factory=dict)

    def add(self, keys: NDArray[np.int64], pairs: NDArray[np.int64]) -> None:
        """Add pairs of some keys."""
        for key, n in zip(keys.tolist(), pairs.tolist(), strict=True):
            self.pairs[key] = self.pairs.get(key, 0) + n


Points = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Easting and northing in metres, each of shape (events,)."""


def close_pairs(
    first: Keyed,
    second: Keyed,
    points: tuple[Points, Points],
    distance_m: float,
    left_out: LeftOut,
) -> Iterator[Piece]:
    """Find the pairs with the same key that are at most so far apart.

    Parameters
    ----------
    points
        Positions of the events of the first and of the second set; NaN is near nothing.
    left_out
        Is told what there was too much of.
    """
    first, second = (
        one.only(~np.isnan(x) & ~np.isnan(y))
        for one, (x, y) in zip((first, second), points, strict=True)
    )
    first, second = _of_shared_keys(first, second)
    if not len(first.rows) or not len(second.rows):
        return
    size = distance_m + 2 * _MILLIMETRE
    one, other = (
        _cells(keyed, each, size) for keyed, each in zip((first, second), points, strict=True)
    )
    for piece in _candidates(first, second, (one, other), (-_COLUMN, 0, _COLUMN), 1, left_out):
        (x1, y1), (x2, y2) = points
        apart = np.hypot(
            x1[piece.first] - x2[piece.second], y1[piece.first] - y2[piece.second]
        ).round(_MILLIMETRES)
        yield Piece(piece.first, piece.second, piece.keys, apart).only(apart <= distance_m)


def same_pairs(
    first: Keyed,
    second: Keyed,
    numbers: tuple[NDArray[np.intp], NDArray[np.intp]],
    left_out: LeftOut,
) -> Iterator[Piece]:
    """Find the pairs with the same key and the same number, wherever they are.

    Parameters
    ----------
    numbers
        Of each event, from 0, for the first and for the second set.
    """
    first, second = _of_shared_keys(first, second)
    if not len(first.rows) or not len(second.rows):
        return
    width = 1 + max(each.max() for each in numbers)
    one, other = (
        np.unique(keyed.keys, return_inverse=True)[1] * width + each[keyed.rows]
        for keyed, each in zip((first, second), numbers, strict=True)
    )
    yield from _candidates(first, second, (one, other), (0,), 0, left_out)


def _of_shared_keys(first: Keyed, second: Keyed) -> tuple[Keyed, Keyed]:
    in_second, in_first = np.isin(first.keys, second.keys), np.isin(second.keys, first.keys)
    return (
        Keyed(first.rows[in_second], first.keys[in_second]),
        Keyed(second.rows[in_first], second.keys[in_first]),
    )


_COLUMN = np.int64(2 * _FARTHEST_CELL + 3)
"""Numbers of cells in one column of the grid, with room for a neighbour at both ends."""


def _cells(keyed: Keyed, points: Points, size: float) -> NDArray[np.int64]:
    """Give cells numbers so that those of a key, and of a column of it, follow each other.

    Both sets have the same keys, so their ranks are the same.
    """
    ranks = np.unique(keyed.keys, return_inverse=True)[1]
    column, row = (
        np.clip(np.floor(axis[keyed.rows] / size), -_FARTHEST_CELL, _FARTHEST_CELL).astype(np.int64)
        + (_FARTHEST_CELL + 1)
        for axis in points
    )
    return (ranks * _COLUMN + column) * _COLUMN + row


def _candidates(
    first: Keyed,
    second: Keyed,
    numbers: tuple[NDArray[np.int64], NDArray[np.int64]],
    steps: tuple[int | np.int64, ...],
    around: int,
    left_out: LeftOut,
) -> Iterator[Piece]:
    """Give the pairs whose numbers differ by a step, or by up to ``around`` more or less."""
    order = np.argsort(numbers[0], kind="stable")
    rows, keys, mine = first.rows[order], first.keys[order], numbers[0][order]
    order = np.argsort(numbers[1], kind="stable")
    partners, theirs = second.rows[order], numbers[1][order]
    begin = np.stack([np.searchsorted(theirs, mine + (step - around)) for step in steps])
    end = np.stack([np.searchsorted(theirs, mine + (step + around), "right") for step in steps])
    length = end - begin
    length[:, _too_many(keys, length.sum(axis=0), left_out)] = 0
    which, of = np.nonzero(length)
    begin, length = begin[which, of], length[which, of]
    upto = np.cumsum(length)
    start = 0
    while start < len(length):
        before = upto[start] - length[start]
        stop = max(start + 1, int(np.searchsorted(upto, before + _PER_PIECE, "right")))
        some = slice(start, stop)
        owner = np.repeat(of[some], length[some])
        shift = np.repeat(begin[some] - (upto[some] - length[some]), length[some])
        partner = partners[np.arange(before, upto[stop - 1]) + shift]
        yield Piece(rows[owner], partner, keys[owner], np.full(len(owner), np.nan))
        start = stop


def _too_many(
    keys: NDArray[np.int64], candidates: NDArray[np.int64], left_out: LeftOut
) -> NDArray[np.bool_]:
    """Say which rows have a key that is left out: the fullest, until the others are few enough."""
    if candidates.sum() <= MOST_CANDIDATES:
        return np.zeros(len(keys), np.bool_)
    distinct, of = np.unique(keys, return_inverse=True)
    totals = np.bincount(of, candidates, len(distinct)).astype(np.int64)
    emptiest_first = np.argsort(totals, kind="stable")
    dropped = emptiest_first[np.cumsum(totals[emptiest_first]) > MOST_CANDIDATES]
    left_out.add(distinct[dropped], totals[dropped])
    return np.isin(of, dropped)
