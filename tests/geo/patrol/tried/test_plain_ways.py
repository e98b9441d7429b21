"""The plain ways to choose areas that plans are held against."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.patrol.choosing.candidates import window_sums
from geo.patrol.tried.plain_ways import (
    densest_squares,
    squares_by_lot,
    squares_coverage,
    wards_coverage,
)

GRIDS = st.lists(
    st.lists(st.integers(0, 3), min_size=6, max_size=6), min_size=5, max_size=5
).map(lambda rows: np.array(rows, float))  # fmt: skip


@given(GRIDS, st.integers(1, 3), st.integers(1, 8), st.integers(0, 99))
def test_squares_are_taken_one_after_the_other_where_nothing_is_taken_yet(values, side, n, seed):
    score = window_sums(values, side)
    ties = np.random.default_rng(seed).random(score.shape)
    rows, cols = densest_squares(score, np.ones_like(score, np.bool_), side, n, ties)
    taken, expected = np.zeros_like(values, np.bool_), []
    every = sorted(np.ndindex(score.shape), key=lambda at: (-score[at], -ties[at]))
    for row, col in every:
        square = (slice(row, row + side), slice(col, col + side))
        if len(expected) < n and not taken[square].any():
            expected.append((row, col))
            taken[square] = True
    assert list(zip(rows.tolist(), cols.tolist(), strict=True)) == expected
    covered = squares_coverage(rows, cols, side, values.shape)
    assert covered.max(initial=0) <= 1
    assert covered.sum() == len(expected) * side**2


def test_only_allowed_squares_are_taken():
    allowed = np.zeros((4, 4), np.bool_)
    allowed[2, 1] = True
    rows, cols = densest_squares(np.ones((4, 4)), allowed, 2, 3, np.zeros((4, 4)))
    assert (rows.tolist(), cols.tolist()) == ([2], [1])


def test_equal_squares_are_taken_by_lot():
    values = np.zeros((1, 40))
    values[0, 7] = 5
    covered = squares_by_lot(values, np.ones((1, 40), np.bool_), 1, 3)
    assert covered[0, 7] == 1
    assert covered.sum() == pytest.approx(3)
    assert (covered[0] > 0).sum() > 20
    np.testing.assert_array_equal(covered, squares_by_lot(values, np.ones((1, 40), np.bool_), 1, 3))


def test_wards_with_as_many_incidents_take_the_last_place_by_lot():
    ward = np.array([[0, 0, 0, 0, 1, 1, 2, 3, -1]])
    before = np.array([[4.0, 0, 0, 0, 1, 1, 2, 0, 0]])
    inside = np.array([[1.0, 1, 1, 0.5, 1, 1, 0.5, 1, 0]])
    covered = wards_coverage(before, ward, inside, 2)
    np.testing.assert_allclose(covered[0], [2 / 7] * 4 + [0.25, 0.25, 1, 0, 0])
    assert (covered * inside).sum() == pytest.approx(2)
    everywhere = wards_coverage(before, ward, inside, 9)
    assert (everywhere * inside).sum() == pytest.approx(4)
