"""The Mann-Kendall trend against pymannkendall, scipy and by construction."""

import numpy as np
import pymannkendall
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy import stats

from boundaries.errors import ParameterError
from geo.grids.mann_kendall import mann_kendall

TIED = st.integers(-3, 3).map(float)
SERIES = st.integers(4, 25).flatmap(lambda n: arrays(float, (n, 3), elements=TIED))


@given(SERIES)
@settings(max_examples=40)
def test_equal_to_pymannkendall_with_ties(values):
    trend = mann_kendall(values)
    for column in range(3):
        theirs = pymannkendall.original_test(values[:, column])
        assert trend.score[column] == theirs.s
        assert trend.variance[column] == pytest.approx(theirs.var_s)
        # It divides by 0 where all values are equal, and gives the same 0 for no score.
        assert trend.z[column] == pytest.approx(theirs.z)
        assert trend.p[column] == pytest.approx(theirs.p)


@given(st.permutations(list(range(9))))
@settings(max_examples=20)
def test_the_score_is_kendalls_tau_of_the_values_against_time(order):
    trend = mann_kendall(np.array(order, float)[:, np.newaxis])
    tau = stats.kendalltau(np.arange(9), order).statistic
    assert trend.score[0] == pytest.approx(tau * 9 * 8 / 2)


@given(arrays(float, array_shapes(min_dims=3, max_dims=3, min_side=3, max_side=6), elements=TIED))
def test_the_reverse_has_the_opposite_trend(values):
    forth, back = mann_kendall(values), mann_kendall(values[::-1])
    assert forth.z.shape == values.shape[1:]
    np.testing.assert_array_equal(forth.score, -back.score)
    np.testing.assert_array_equal(forth.p, back.p)
    np.testing.assert_array_equal(forth.direction(0.3), -back.direction(0.3))


def test_rises_falls_and_neither():
    rising = np.arange(12.0)
    values = np.column_stack([rising, -rising, rising % 2, np.ones(12), rising])
    values[4, 4] = np.nan
    trend = mann_kendall(values)
    assert trend.direction(0.05).tolist() == [1, -1, 0, 0, 0]
    assert trend.z[3] == 0
    assert trend.p[3] == 1
    assert np.isnan([trend.z[4], trend.p[4], trend.score[4]]).all()


def test_the_share_of_false_alarms_keeps_to_the_level():
    trend = mann_kendall(np.random.default_rng(6).normal(size=(20, 8_000)))
    assert np.mean(trend.p <= 0.05) == pytest.approx(0.05, abs=0.01)


def test_two_steps_are_no_trend():
    with pytest.raises(ParameterError, match="at least 3 steps, but there are 2"):
        mann_kendall(np.ones((2, 4)))
