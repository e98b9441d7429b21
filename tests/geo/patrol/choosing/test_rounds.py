"""The shortest round, beside trying every order."""

from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.patrol.choosing.rounds import EXACT_UP_TO, shortened, shortest_round
from geo.patrol.walking.travel import Minutes


def _between(seed: int, n: int) -> Minutes:
    easting, northing = np.random.default_rng(seed).uniform(0, 1000, (2, n))
    away = np.hypot(easting[:, None] - easting, northing[:, None] - northing)
    return np.ceil(away / 50).astype(np.intp)


def _length(minutes: Minutes, order: tuple[int, ...]) -> int:
    return sum(int(minutes[a, b]) for a, b in pairwise([0, *order, 0]))


@settings(max_examples=60)
@given(seed=st.integers(0, 10_000), n=st.integers(1, 6))
def test_no_order_is_shorter(seed: int, n: int) -> None:
    minutes, nodes = _between(seed, n + 1), tuple(range(1, n + 1))
    found = shortest_round(minutes, nodes[::-1], 0)
    assert sorted(found) == list(nodes)
    assert _length(minutes, found) == min(_length(minutes, o) for o in permutations(nodes))


def test_a_round_has_one_direction() -> None:
    minutes = _between(1, 6)
    assert shortest_round(minutes, (1, 2, 3, 4, 5), 0) == shortest_round(
        minutes, (5, 3, 1, 4, 2), 0
    )


@pytest.mark.parametrize("n", [EXACT_UP_TO + 2, 30])
def test_places_on_a_circle_are_walked_round_it(n: int) -> None:
    angle = np.random.default_rng(n).permutation(n) * 2 * np.pi / n
    at = 10_000 * np.exp(1j * angle)
    minutes = np.abs(at[:, None] - at).astype(np.intp)
    found = shortest_round(minutes, tuple(range(1, n)), 0)
    assert sorted(found) == list(range(1, n))
    around = np.argsort((angle - angle[0]) % (2 * np.pi))[1:].tolist()
    assert list(found) in (around, around[::-1])


def test_improving_a_short_round_comes_near_the_shortest() -> None:
    lengths = []
    for seed in range(20):
        minutes, nodes = _between(seed, 10), tuple(range(1, 10))
        best = _length(minutes, shortest_round(minutes, nodes, 0))
        lengths.append(_length(minutes, shortened(minutes, nodes, 0)) / best)
    assert min(lengths) >= 1
    assert np.mean(lengths) < 1.05
