"""The shortest order of a team's round."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from geo.patrol.walking.travel import Minutes

EXACT_UP_TO = 11
"""Areas up to which the shortest order is proven; above it is improved until nothing helps."""


def shortest_round(minutes: Minutes, order: tuple[int, ...], base: int) -> tuple[int, ...]:
    """Give the nodes of ``order`` in the shortest order of a round from ``base`` and back.

    Of a round and the same walked the other way the one with the smaller first node is given.
    """
    if len(order) > 2:
        nodes = np.array([base, *order], np.intp)
        between = minutes[np.ix_(nodes, nodes)]
        found = _held_karp(between) if len(order) <= EXACT_UP_TO else _improved(between)
        order = tuple(int(nodes[i]) for i in found)
    return order if len(order) < 2 or order[0] < order[-1] else order[::-1]


def shortened(minutes: Minutes, order: tuple[int, ...], base: int) -> tuple[int, ...]:
    """Give the nodes of ``order`` in an order that turning or moving parts does not shorten."""
    if len(order) < 3:
        return order
    nodes = np.array([base, *order], np.intp)
    return tuple(int(nodes[i]) for i in _improved(minutes[np.ix_(nodes, nodes)]))


def _held_karp(between: NDArray[np.intp]) -> list[int]:
    """Find the shortest round through all nodes from node 0 (Held and Karp 1962, SIAM Journal 10).

    ``best[visited, last]`` is the shortest way from node 0 through a set of nodes to the last.
    """
    n = len(between) - 1
    legs, back = between[1:, 1:], between[1:, 0]
    best = np.full((1 << n, n), np.iinfo(np.int64).max // 4, np.int64)
    best[1 << np.arange(n), np.arange(n)] = back
    for sets in _sets_by_size(n)[2:]:
        for last in range(n):
            with_last = sets[(sets >> last) & 1 == 1]
            before = best[with_last ^ (1 << last)]
            best[with_last, last] = (before + legs[:, last]).min(axis=1)
    visited, order = (1 << n) - 1, []
    last = int(np.argmin(best[visited] + back))
    while True:
        order.append(last + 1)
        left = visited ^ (1 << last)
        if left == 0:
            return order[::-1]
        visited, last = left, int(np.argmin(best[left] + legs[:, last]))


@lru_cache(maxsize=16)
def _sets_by_size(n: int) -> list[NDArray[np.int64]]:
    sets = np.arange(1 << n, dtype=np.int64)
    size = np.bitwise_count(sets) if hasattr(np, "bitwise_count") else _ones(sets, n)
    return [sets[size == k] for k in range(n + 1)]


def _ones(sets: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    return np.asarray(((sets[:, None] >> np.arange(n)) & 1).sum(axis=1), np.int64)


def _improved(between: NDArray[np.intp]) -> list[int]:
    """Turn parts of the round round, and move single nodes, until neither makes it shorter."""
    round_ = list(range(len(between)))
    while _turned(round_, between) or _moved(round_, between):
        pass
    return round_[1:]


def _turned(round_: list[int], between: NDArray[np.intp]) -> bool:
    """Turn the best part round (2-opt, Croes 1958, Operations Research 6); say if any helps."""
    at = np.array(round_)
    after = following(at)
    step = between[at, after]
    gain = step[:, None] + step - between[at[:, None], at] - between[after[:, None], after]
    gain = np.triu(gain, 1)
    i, j = divmod(int(gain.argmax()), len(at))
    if gain[i, j] <= 0:
        return False
    round_[i + 1 : j + 1] = round_[i + 1 : j + 1][::-1]
    return True


def _moved(round_: list[int], between: NDArray[np.intp]) -> bool:
    """Move the node that is best off elsewhere; say if any is."""
    at = np.array(round_)
    after, before = following(at), np.concatenate([at[-1:], at[:-1]])
    saved = between[before, at] + between[at, after] - between[before, after]
    step = between[at, after]
    added = between[at[:, None], at] + between[at[:, None], after] - step
    gain = saved[:, None] - added
    # Next to where it is already there is no other place.
    own = np.arange(len(at))
    gain[own, own] = gain[own, own - 1] = 0
    gain[0] = 0
    node, place = divmod(int(gain.argmax()), len(at))
    if gain[node, place] <= 0:
        return False
    moved = round_.pop(node)
    round_.insert(place if place > node else place + 1, moved)
    return True


def following(stops: NDArray[np.intp]) -> NDArray[np.intp]:
    """Give the stop after each of a round.

    >>> following(np.array([4, 7, 9]))
    array([7, 9, 4])
    """
    return np.concatenate([stops[1:], stops[:1]])
