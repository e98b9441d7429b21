"""Hit rate, PAI, PEI and RRI against published values, brute force and what must hold."""

from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from boundaries.errors import ParameterError
from geo.evaluation.accuracy import (
    accuracy_curve,
    best_hit_rates,
    hit_rates,
    mean_hit_rate,
    penalised_pai,
)
from geo.evaluation.intervals import mean_intervals, wilson_interval

few = settings(max_examples=40)
counts = st.lists(st.integers(0, 6), min_size=1, max_size=7)


@st.composite
def maps(draw, equal_areas=False):
    """Draw predicted, observed and area of up to seven cells, with ties and empty cells."""
    observed = draw(counts.filter(any))
    n = len(observed)
    predicted = draw(st.lists(st.integers(0, 4), min_size=n, max_size=n))
    areas = st.just(1.0) if equal_areas else st.sampled_from([0.1, 0.5, 1.0])
    area = draw(st.lists(areas, min_size=n, max_size=n))
    return tuple(np.array(values, float) for values in (predicted, observed, area))


def test_published_example_of_three_areas():
    # Wheeler and Steenbeek 2021; equal areas.
    curve = accuracy_curve(np.array([3.0, 2, 1]), np.array([6.0, 3, 0]))
    np.testing.assert_allclose(curve.pai, [2, 1.5, 1], rtol=1e-12)
    np.testing.assert_allclose(curve.pei, [1, 1, 1], rtol=1e-12)
    np.testing.assert_allclose(curve.rri, [3 / 6, 5 / 9, 6 / 9], rtol=1e-12)
    np.testing.assert_allclose(curve.relative_rri, [3 / 4, 5 / 6, 1], rtol=1e-12)
    np.testing.assert_allclose(curve.hit_rate, [6 / 9, 1, 1], rtol=1e-12)


def test_published_example_with_a_tie():
    # Wheeler and Steenbeek 2021; the tie at 4 takes the cell with 3 before the one with 7.
    predicted, observed = np.array([8.0, 4, 4, 2, 1, 0]), np.array([6.0, 7, 3, 2, 1, 0])
    pai = [1.894736842, 1.421052632, 1.684210526, 1.421052632, 1.2, 1]
    pei = [0.8571428571, 0.6923076923, 1, 1, 1, 1]
    for rows in permutations(range(6)):
        curve = accuracy_curve(predicted[list(rows)], observed[list(rows)])
        np.testing.assert_allclose(curve.pai, pai, atol=5e-10)
        np.testing.assert_allclose(curve.pei, pei, atol=5e-11)


def test_a_perfect_oracle_beside_the_knapsack_of_whole_cells():
    # Cells cut by the border: the bound is never below what any choice of whole cells reaches.
    observed, area = np.array([5.0, 4, 3, 1]), np.array([1.0, 0.5, 0.5, 0.2])
    for size in range(1, 5):
        for chosen in combinations(range(4), size):
            share = area[list(chosen)].sum() / area.sum()
            reached = observed[list(chosen)].sum() / observed.sum()
            assert reached <= best_hit_rates(observed, area, np.array([share]))[0] + 1e-12


@few
@given(maps())
def test_every_figure_is_what_counting_cell_by_cell_gives(drawn):
    predicted, observed, area = drawn
    curve = accuracy_curve(predicted, observed, area)
    for step in range(1, len(observed) + 1):
        taken = list(curve.order[:step])
        share, rate = area[taken].sum() / area.sum(), observed[taken].sum() / observed.sum()
        assert curve.area_share[step - 1] == pytest.approx(share)
        assert curve.hit_rate[step - 1] == pytest.approx(rate)
        assert curve.pai[step - 1] == pytest.approx(rate / share)
        if observed[taken].sum():
            rri = predicted[taken].sum() / observed[taken].sum()
            assert curve.rri[step - 1] == pytest.approx(rri)
    per_area = (predicted / area)[curve.order]
    assert (np.diff(per_area) <= 1e-12).all()


@few
@given(maps(equal_areas=True))
def test_the_efficiency_is_that_over_all_choices_of_so_many_cells(drawn):
    predicted, observed, area = drawn
    curve = accuracy_curve(predicted, observed, area)
    for k in range(1, len(observed) + 1):
        best = max(sum(chosen) for chosen in combinations(observed, k))
        assert curve.pei[k - 1] == pytest.approx(observed[curve.order[:k]].sum() / best)


@few
@given(maps())
def test_what_holds_for_every_prediction(drawn):
    predicted, observed, area = drawn
    curve = accuracy_curve(predicted, observed, area)
    assert (np.diff(curve.hit_rate) >= 0).all()
    assert (curve.pei <= 1 + 1e-9).all()
    assert curve.pai[-1] == pytest.approx(1)
    assert curve.relative_rri[-1] == pytest.approx(1) or predicted.sum() == 0
    perfect = accuracy_curve(observed, observed, area)
    np.testing.assert_allclose(perfect.pei, 1, rtol=1e-9)


@few
@given(maps())
def test_ties_are_the_worst_of_all_orders(drawn):
    _, observed, area = drawn
    shares = np.linspace(0, 1, 9)
    tied = hit_rates(np.zeros(len(observed)), observed, area, shares)
    for order in permutations(range(len(observed))) if len(observed) < 6 else ():
        some = hit_rates(np.array(order, float), observed, area, shares)
        assert (tied <= some + 1e-9).all()


@few
@given(maps(), st.integers(0, 5), st.integers(0, 5))
def test_adding_a_tie_never_helps(drawn, first, second):
    predicted, observed, area = drawn
    predicted = np.argsort(np.argsort(predicted, kind="stable")).astype(float)
    i, j = first % len(predicted), second % len(predicted)
    tied = predicted.copy()
    # Neighbours in rank become equal, so that no other pair changes its order.
    i = int(np.flatnonzero(predicted == max(predicted[j] - 1, 0))[0])
    tied[i] = tied[j]
    shares = np.linspace(0, 1, 11)
    before = hit_rates(predicted, observed, area, shares)
    assert (hit_rates(tied, observed, area, shares) <= before + 1e-9).all()


@few
@given(maps())
def test_ties_by_lot_are_the_mean_of_all_orders(drawn):
    _, observed, _ = drawn
    n = min(len(observed), 5)
    observed, area = observed[:n], np.ones(n)
    if not observed.any():
        return
    shares = np.arange(n + 1) / n
    orders = [np.array(order, float) for order in permutations(range(n))]
    mean = np.mean([hit_rates(order, observed, area, shares) for order in orders], axis=0)
    tied = hit_rates(np.zeros(n), observed, area, shares, "even")
    np.testing.assert_allclose(tied, mean, atol=1e-9)
    assert (hit_rates(np.zeros(n), observed, area, shares) <= tied + 1e-9).all()


def test_random_scores_have_a_mean_accuracy_of_one():
    rng = np.random.default_rng(4)
    observed, area = rng.poisson(0.5, 400).astype(float), rng.uniform(0.2, 1, 400)
    shares = np.array([0.02, 0.1, 0.5])
    found = [hit_rates(rng.random(400), observed, area, shares) for _ in range(800)]
    np.testing.assert_allclose(np.mean(found, axis=0) / shares, 1, atol=0.06)


def test_what_is_counted_along_the_way_may_be_something_else():
    scores, observed = np.array([3.0, 2, 1]), np.array([0.0, 1, 1])
    shares = np.array([1 / 3, 2 / 3, 1])
    other = hit_rates(scores, observed, np.ones(3), shares, counted=np.array([5.0, 0, 5]))
    np.testing.assert_allclose(other, [0.5, 0.5, 1])


def test_nothing_observed_has_no_accuracy():
    shares = np.array([0.5])
    assert np.isnan(hit_rates(np.ones(3), np.zeros(3), np.ones(3), shares)).all()
    assert np.isnan(accuracy_curve(np.ones(3), np.zeros(3)).pai).all()


@pytest.mark.parametrize("up_to", [0.05, 0.1, 0.17, 0.2, 1.0])
def test_the_mean_hit_rate_is_the_area_under_the_curve(up_to):
    shares, rates = np.array([0.1, 0.2, 0.5, 1]), np.array([[0.4, 0.5, 0.9, 1], [0.1, 0.2, 0.5, 1]])
    fine = np.linspace(0, up_to, 200_001)
    dense = [np.interp(fine, np.append(0, shares), np.append(0, row)).mean() for row in rates]
    np.testing.assert_allclose(mean_hit_rate(shares, rates, up_to), dense, atol=1e-5)
    assert mean_hit_rate(shares, rates, up_to)[1] == pytest.approx(up_to / 2)


def test_penalised_accuracy_lies_between_hit_rate_and_pai():
    rate, share = np.array([0.5]), np.array([0.04])
    assert penalised_pai(rate, share, 0) == pytest.approx(0.5)
    assert penalised_pai(rate, share, 0.5) == pytest.approx(2.5)
    assert penalised_pai(rate, share, 1) == pytest.approx(12.5)


@pytest.mark.parametrize(
    ("predicted", "observed", "area", "says"),
    [
        ([1, 2], [1], [1], r"shapes are: predicted \(2,\), observed \(1,\), area \(1,\)"),
        ([], [], [], "One value for each cell is needed"),
        ([np.nan, 1], [1, 1], [1, 1], "1 cells have a wrong predicted; the first is row 0"),
        ([1, 1], [1, -2], [1, 1], r"wrong observed; the first is row 1 with -2\.0. It must be 0"),
        ([1, 1], [1, 1], [1, 0], "wrong area; the first is row 1 with 0.0. It must be above 0"),
    ],
)
def test_what_does_not_fit_is_refused(predicted, observed, area, says):
    with pytest.raises(ParameterError, match=says):
        accuracy_curve(*(np.array(values, float) for values in (predicted, observed, area)))


def test_settings_out_of_bounds_are_refused():
    with pytest.raises(ParameterError, match="up_to is 2; it must be above 0 and at most 1"):
        mean_hit_rate(np.array([0.5, 1]), np.array([0.5, 1]), 2)
    with pytest.raises(ParameterError, match="alpha is -1; it must be from 0 to 1"):
        penalised_pai(np.ones(1), np.ones(1), -1)


# intervals


@pytest.mark.parametrize(("hits", "total"), [(0, 10), (3, 10), (10, 10), (17, 240)])
def test_wilson_interval_is_that_of_scipy(hits, total):
    expected = stats.binomtest(hits, total).proportion_ci(0.95, "wilson")
    found = wilson_interval(np.array([hits], float), np.array([total], float))
    np.testing.assert_allclose(np.ravel(found), [expected.low, expected.high], atol=1e-12)


def test_wilson_interval_of_nothing_is_not_known():
    low, high = wilson_interval(np.zeros(1), np.zeros(1))
    assert np.isnan([low, high]).all()


@pytest.mark.parametrize("n_dates", [5, 12, 40])
def test_bootstrap_intervals_hold_the_mean_as_often_as_they_say(n_dates):
    rng = np.random.default_rng(n_dates)
    samples = rng.normal(3, 1, (400, n_dates))
    low, high = mean_intervals(samples, 1000, seed=1)
    assert 0.915 < ((low < 3) & (high > 3)).mean() < 0.985
    of_t = stats.t.ppf(0.975, n_dates - 1) * samples.std(axis=1, ddof=1) / np.sqrt(n_dates)
    np.testing.assert_allclose(((high - low) / 2 / of_t).mean(), 1, atol=0.12)


def test_rows_are_drawn_together_and_by_the_seed():
    values = np.random.default_rng(2).random((1, 9))
    both = np.concatenate([values, values + 1])
    low, high = mean_intervals(both, 500, seed=3)
    np.testing.assert_allclose(low[1] - low[0], 1)
    np.testing.assert_array_equal((low, high), mean_intervals(both, 500, seed=3))
    assert (low != mean_intervals(both, 500, seed=4)[0]).any()


def test_one_date_has_no_spread():
    assert np.isnan(mean_intervals(np.ones((3, 1)), 500, seed=0)).all()


def test_dates_that_are_all_alike_have_no_spread_either():
    rows = np.array([[0.3] * 6, [0.1, 0.2] * 3, [0.0] * 6])
    low, high = mean_intervals(rows, 300, seed=0)
    assert np.isnan([low[[0, 2]], high[[0, 2]]]).all()
    assert low[1] < 0.15 < high[1]
