"""The E-test and the interval of two counts, against published values and slow versions."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from boundaries.errors import ParameterError
from geo.change.poisson_tests import EXACT_UP_TO, chance_in_words, e_test, rate_ratio_interval
from geo.significance import normal_p

COUNTS = st.integers(0, 25)
DAYS = st.integers(1, 400)


def e_test_by_all_pairs(k1, k2, n1, n2):
    """Sum the probability of every pair of counts that is as extreme, in exact arithmetic."""

    def squared(x1, x2):
        variance = Fraction(x1, n1**2) + Fraction(x2, n2**2)
        return (Fraction(x1, n1) - Fraction(x2, n2)) ** 2 / variance if variance else Fraction(0)

    rate = (k1 + k2) / (n1 + n2)
    means = [n1 * rate, n2 * rate]
    most = [int(mean + 8 * mean**0.5 + 20) for mean in means]
    chances = [stats.poisson.pmf(np.arange(m + 1), mu) for m, mu in zip(most, means, strict=True)]
    observed = squared(k1, k2)
    return sum(
        chances[0][x1] * chances[1][x2]
        for x1 in range(most[0] + 1)
        for x2 in range(most[1] + 1)
        if squared(x1, x2) >= observed
    )


def test_published_values():
    # Krishnamoorthy and Thomson 2004, Journal of Statistical Planning and Inference 119.
    p = e_test([0, 10], [3, 5])
    assert p.round(11).tolist() == [0.08837900945, 0.20616441408]


@given(COUNTS, COUNTS, st.one_of(st.just((1, 1)), st.tuples(DAYS, DAYS)))
@settings(max_examples=20)
def test_equal_to_all_pairs_counted_out(k1, k2, days):
    assert e_test(k1, k2, *days) == pytest.approx(e_test_by_all_pairs(k1, k2, *days), abs=1e-12)


@pytest.mark.parametrize(
    ("k1", "n1", "k2", "n2"),
    [
        (340, 366, 255, 365),
        (48, 108, 41, 70),
        (0, 217, 1, 268),
        (2000, 30, 2300, 31),
        (17, 71, 9, 33),
    ],
)
def test_equal_to_scipy(k1, n1, k2, n2):
    theirs = stats.poisson_means_test(k1, n1, k2, n2).pvalue
    assert e_test(k1, k2, n1, n2) == pytest.approx(theirs, rel=1e-6, abs=1e-12)


def test_a_tie_that_rounding_hides_from_scipy_is_counted():
    # With 37 in 157 and 54 in 285 days, scipy leaves out pairs exactly as extreme.
    slow = e_test_by_all_pairs(37, 54, 157, 285)
    assert e_test(37, 54, 157, 285) == pytest.approx(slow, abs=1e-12)
    assert slow == pytest.approx(0.31789966, abs=1e-8)


@given(COUNTS, COUNTS, DAYS, DAYS)
def test_the_order_of_the_periods_does_not_matter(k1, k2, n1, n2):
    assert e_test(k1, k2, n1, n2) == pytest.approx(e_test(k2, k1, n2, n1), abs=1e-12)


@given(st.lists(st.tuples(COUNTS, COUNTS, DAYS, DAYS), min_size=1, max_size=8))
def test_many_at_once_are_each_alone(rows):
    k1, k2, n1, n2 = np.array(rows).T
    alone = [e_test(*row).item() for row in rows]
    np.testing.assert_allclose(e_test(k1, k2, n1, n2), alone, atol=1e-14)


def test_more_pairs_than_are_done_at_once():
    after = np.arange(2_500) % 7
    np.testing.assert_allclose(e_test(3, after), np.tile(e_test(3, np.arange(7)), 358)[:2_500])


@given(COUNTS, DAYS, DAYS)
def test_equal_rates_and_no_incidents_are_no_difference(k, n1, n2):
    assert e_test(k * n1, k * n2, n1, n2) == 1


@given(st.integers(0, 30), st.integers(0, 30))
def test_a_larger_difference_of_the_same_total_is_less_likely(one, other):
    total = one + other
    fewer = np.arange(total // 2 + 1)
    assert (np.diff(e_test(fewer, total - fewer)) >= -1e-12).all()


@pytest.mark.parametrize(("ratio", "error"), [(1, 1e-4), (2, 3e-4), (10, 3e-4), (0.1, 3e-4)])
def test_the_normal_distribution_is_near_enough_where_it_takes_over(ratio, error):
    first = EXACT_UP_TO / (1 + ratio)
    k1 = np.floor(first + np.linspace(-3, 3, 13) * np.sqrt(first) - 10)
    k2 = np.floor(EXACT_UP_TO - k1.max())
    exact = e_test(k1, k2, 1, ratio)
    z = (k2 / ratio - k1) / np.sqrt(k1 + k2 / ratio**2)
    np.testing.assert_allclose(exact, normal_p(z, "two-sided"), atol=error)
    above = e_test(10 * k1, 10 * k2, 1, ratio)
    np.testing.assert_allclose(above, normal_p(np.sqrt(10) * z, "two-sided"))


def test_the_share_of_false_alarms_keeps_to_the_level():
    rng = np.random.default_rng(4)
    for mean in (2, 20, 200):
        p = e_test(*rng.poisson(mean, (2, 4_000)), 365, 365)
        assert np.mean(p <= 0.05) < 0.06


def test_interval_of_the_ratio_as_r_gives_it():
    # R's help of poisson.test (11 events in 800 person-years beside 21 in 3011).
    low, high = rate_ratio_interval(21, 11, 3011, 800)
    assert (low.round(7), high.round(7)) == (0.8584264, 4.2772659)


@given(st.integers(1, 60), st.integers(1, 60), DAYS, DAYS, st.sampled_from([0.8, 0.95, 0.999]))
@settings(max_examples=20)
def test_interval_holds_the_ratios_that_the_binomial_test_does_not_reject(k1, k2, n1, n2, level):
    def tail(ratio, side):
        share = ratio * n2 / (n1 + ratio * n2)
        return stats.binomtest(k2, k1 + k2, share, alternative=side).pvalue - (1 - level) / 2

    low, high = rate_ratio_interval(k1, k2, n1, n2, confidence=level)
    assert tail(low.item(), "greater") == pytest.approx(0, abs=1e-9)
    assert tail(high.item(), "less") == pytest.approx(0, abs=1e-9)
    slow = optimize.brentq(tail, 1e-9, 1e9, args=("greater",), xtol=1e-12)
    assert low == pytest.approx(slow, rel=1e-5)


def test_interval_without_incidents_is_open():
    low, high = rate_ratio_interval([0, 0, 4], [0, 4, 0])
    assert low.tolist()[::2] == [0, 0]
    assert high.tolist()[:2] == [np.inf, np.inf]
    assert 0 < low[1] < high[2] < np.inf


@pytest.mark.parametrize("mean", [1, 8, 60])
def test_intervals_hold_the_truth_at_least_as_often_as_they_say(mean):
    rng = np.random.default_rng(5)
    before, after = rng.poisson(mean, 3_000), rng.poisson(1.5 * mean, 3_000)
    low, high = rate_ratio_interval(before, after)
    assert np.mean((low <= 1.5) & (high >= 1.5)) > 0.945


@pytest.mark.parametrize("function", [e_test, rate_ratio_interval])
@pytest.mark.parametrize(
    ("values", "says"),
    [
        (([3, -1], [2, 2]), "1 counts are not whole numbers from 0; the first is -1"),
        ((1, [2.5, 0.5]), "2 counts are not whole numbers from 0; the first is 2.5"),
        ((float("nan"), 2), "the first is nan. Test counts, not rates"),
        ((1, 2, 0, 1), "1 exposures are not above 0; the first is 0"),
        ((1, 2, 1, float("inf")), "exposures are not above 0; the first is inf"),
    ],
)
def test_what_is_no_count_or_exposure_is_refused(function, values, says):
    with pytest.raises(ParameterError, match=says):
        function(*values)


@pytest.mark.parametrize("confidence", [0, 1, 95])
def test_a_confidence_is_a_share(confidence):
    with pytest.raises(ParameterError, match=f"The confidence is {confidence}; it must be between"):
        rate_ratio_interval(1, 2, confidence=confidence)


def test_the_level_itself_is_more_than_chance():
    assert chance_in_words(np.array([0.1]), 0.1).tolist() == ["more than chance would give"]
