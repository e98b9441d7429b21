"""P-values and their correction, beside scipy, values made by hand, and what must always hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from boundaries.errors import ParameterError
from geo.significance import (
    ALTERNATIVES,
    CORRECTIONS,
    GRADATIONS,
    adjusted,
    check_alternative,
    check_correction,
    correction_in_words,
    gradation,
    normal_p,
    permutation_p,
)

p_values = st.lists(st.floats(0, 1), min_size=1, max_size=60).map(np.array)
corrections = st.sampled_from(list(CORRECTIONS))


@given(p_values)
def test_benjamini_hochberg_is_that_of_scipy(p):
    expected = stats.false_discovery_control(p, method="bh")
    np.testing.assert_allclose(adjusted(p, "benjamini-hochberg"), expected, rtol=1e-12)


def test_the_example_of_benjamini_and_hochberg():
    # Benjamini and Hochberg 1995, section 3.2: 15 comparisons, of which 4 are rejected at 0.05.
    p = np.array(
        [
            *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459),
            *(0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000),
        ]
    )
    assert (adjusted(p, "benjamini-hochberg") <= 0.05).sum() == 4
    assert (adjusted(p, "bonferroni") <= 0.05).sum() == 3


def test_the_boundary_is_rejected():
    # Exactly rank * level / n for every rank: the rule says "at most", so all are rejected.
    for n in range(1, 200):
        for level in GRADATIONS:
            corrected = adjusted(np.arange(1, n + 1) / n * level, "benjamini-hochberg")
            np.testing.assert_array_equal(gradation(corrected), level)
            assert gradation(adjusted(np.full(n, level / n), "bonferroni"))[0] == level
    just_above = np.array([0.05, 0.0501, 0.05])
    assert (gradation(adjusted(just_above, "benjamini-hochberg")) == 0.1).all()
    np.testing.assert_array_equal(
        gradation(np.array([0.125, 0.1, 0.05, 0.01])), [1, 0.1, 0.05, 0.01]
    )


def test_by_hand():
    p = np.array([0.01, 0.5, 0.02, 0.03])
    np.testing.assert_allclose(adjusted(p, "benjamini-hochberg"), [0.04, 0.5, 0.04, 0.04])
    np.testing.assert_allclose(adjusted(p, "bonferroni"), [0.04, 1, 0.08, 0.12])
    np.testing.assert_array_equal(adjusted(p, "none"), p)


@given(p_values, corrections)
def test_corrected_is_never_below_raw_and_keeps_the_order(p, correction):
    corrected = adjusted(p, correction)
    assert (corrected >= p).all()
    assert (corrected <= 1).all()
    assert (np.diff(corrected[np.argsort(p, kind="stable")]) >= 0).all()


@given(p_values, corrections, st.randoms(use_true_random=False))
def test_the_order_of_the_tests_does_not_matter(p, correction, random):
    order = list(range(len(p)))
    random.shuffle(order)
    np.testing.assert_array_equal(adjusted(p[order], correction), adjusted(p, correction)[order])


@given(p_values, corrections, st.integers(1, 5))
def test_what_was_not_tested_does_not_count(p, correction, n_missing):
    padded = np.concatenate([np.full(n_missing, np.nan), p])
    corrected = adjusted(padded, correction)
    assert np.isnan(corrected[:n_missing]).all()
    np.testing.assert_array_equal(corrected[n_missing:], adjusted(p, correction))


@given(p_values)
def test_bonferroni_is_the_stricter(p):
    assert (adjusted(p, "bonferroni") >= adjusted(p, "benjamini-hochberg") * (1 - 1e-12)).all()


@given(st.integers(1, 2_000), st.data())
def test_permutation_p_is_from_one_in_the_runs_plus_one_to_one(runs, data):
    extreme = data.draw(st.integers(0, runs))
    p = permutation_p(np.array([extreme]), runs)
    assert 1 / (runs + 1) <= p <= 1
    assert p == (extreme + 1) / (runs + 1)


def test_permutation_p_is_not_too_small_when_nothing_is_there():
    # What was observed is one more run: p is uniform on 1/20 ... 20/20, so p <= 0.05 in 1 of 20.
    rng = np.random.default_rng(1)
    simulated = rng.normal(size=(20_000, 20))
    p = permutation_p((simulated[:, 1:] >= simulated[:, :1]).sum(axis=1), 19)
    assert (p <= 0.05).mean() == pytest.approx(0.05, abs=0.005)


@given(st.lists(st.floats(-6, 6), min_size=1).map(np.array))
def test_the_three_alternatives_belong_together(z):
    greater, less, both = (normal_p(z, alternative) for alternative in ALTERNATIVES)
    np.testing.assert_allclose(greater + less, 1)
    np.testing.assert_allclose(both, 2 * np.minimum(greater, less))


@pytest.mark.parametrize(
    ("alternative", "expected"), [("greater", 0.025), ("less", 0.975), ("two-sided", 0.05)]
)
def test_the_sides_are_named(alternative, expected):
    assert normal_p(np.array([1.959963985]), alternative)[0] == pytest.approx(expected)
    assert np.isnan(normal_p(np.array([np.nan]), alternative)[0])


@given(p_values)
def test_gradations_are_the_strictest_level_reached(p):
    for level in GRADATIONS:
        np.testing.assert_array_equal(gradation(p) <= level, p <= level)


def test_gradations_keep_their_shape_and_nothing_known_is_not_significant():
    np.testing.assert_array_equal(gradation(np.array([[np.nan, 0.0]])), [[1, 0.01]])


@pytest.mark.parametrize(
    ("correction", "words"),
    [
        ("benjamini-hochberg", "Benjamini-Hochberg over 1,788 tests"),
        ("bonferroni", "Bonferroni over 1,788 tests"),
        ("none", "none, over 1,788 tests"),
    ],
)
def test_the_correction_is_said(correction, words):
    assert correction_in_words(correction, 1_788) == words


def test_what_is_not_known_is_refused():
    with pytest.raises(ParameterError, match="'lesser'; it must be one of greater, less"):
        check_alternative("lesser")
    with pytest.raises(ParameterError, match="'holm'; it must be one of benjamini-hochberg"):
        check_correction("holm")
    with pytest.raises(ParameterError, match="it must be one of greater"):
        normal_p(np.zeros(1), "directed")
    with pytest.raises(ParameterError, match="it must be one of benjamini"):
        adjusted(np.zeros(1), "fdr")
