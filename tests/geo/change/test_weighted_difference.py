"""The weighted displacement difference against the published example and by construction."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundaries.errors import ParameterError
from geo.change.weighted_difference import weighted_difference

COUNTS = st.integers(0, 300)
AREA = st.tuples(COUNTS, COUNTS)


def test_published_example():
    # Wheeler and Ratcliffe 2018, Crime Science 7: control 130 to 150, treated 120 to 100.
    found = weighted_difference([[120, 100], [130, 150]], [1, -1])
    assert found.difference == -40
    assert found.standard_error.round(2) == 22.36
    assert found.p == pytest.approx(0.0736, abs=1e-4)
    assert (found.low.round(2), found.high.round(2)) == (-83.83, 3.83)


@given(st.lists(AREA, min_size=4, max_size=4))
def test_equal_to_the_formula_written_out(areas):
    (t0, t1), (c0, c1), (d0, d1), (e0, e1) = areas
    found = weighted_difference(areas, [1, -1, 1, -1])
    assert found.difference == (t1 - t0 - (c1 - c0)) + (d1 - d0 - (e1 - e0))
    assert found.standard_error**2 == pytest.approx(sum(map(sum, areas)))


@given(st.lists(AREA, min_size=2, max_size=2), st.sampled_from([0.5, 1, 2]))
def test_earlier_counts_are_scaled_to_the_length_of_the_later_period(areas, lengths):
    (t0, t1), (c0, c1) = areas
    found = weighted_difference(areas, [1, -1], lengths=lengths)
    assert found.difference == t1 - lengths * t0 - c1 + lengths * c0
    assert found.standard_error**2 == pytest.approx(t1 + c1 + lengths**2 * (t0 + c0))


def test_many_at_once_are_each_alone():
    counts = np.random.default_rng(1).poisson(30, (4, 2, 5))
    signs = [1, -1, 1, 0]
    together = weighted_difference(counts, signs)
    for k in range(5):
        alone = weighted_difference(counts[:, :, k], signs)
        assert (together.difference[k], together.p[k]) == (alone.difference, alone.p)


def test_without_effect_alarms_keep_to_the_level_and_intervals_hold_0():
    counts = np.random.default_rng(2).poisson(40, (4, 2, 10_000))
    found = weighted_difference(counts, [1, -1, 1, -1])
    assert np.mean(found.p <= 0.05) == pytest.approx(0.05, abs=0.01)
    assert np.mean((found.low <= 0) & (found.high >= 0)) == pytest.approx(0.95, abs=0.01)


def test_no_incidents_are_no_effect():
    found = weighted_difference(np.zeros((2, 2)), [1, -1])
    assert (found.difference, found.standard_error, found.p) == (0, 0, 1)


@pytest.mark.parametrize(
    ("counts", "signs", "lengths", "says"),
    [
        ([[1, 2, 3]], [1], 1, r"shape \(1, 3\) and signs \(1,\); give counts as \(areas, 2\)"),
        ([[1, 2]], [1, -1], 1, "one sign for each area"),
        ([[1, -2], [np.nan, 3]], [1, -1], 1, "2 counts are negative or missing"),
        ([[1, 2]], [1], 0, "lengths is 0; it must be above 0"),
    ],
)
def test_what_does_not_fit_is_refused(counts, signs, lengths, says):
    with pytest.raises(ParameterError, match=says):
        weighted_difference(counts, signs, lengths=lengths)
