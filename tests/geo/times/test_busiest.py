"""The busiest days and hours: the shortest run with a third, unless even spread has one too."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from geo.times.busiest import (
    CHANCE_LEVEL,
    LEAST_KNOWN,
    PEAK_SHARE,
    busiest_runs,
    days_in_words,
    hours_in_words,
)


def slowly(weights):
    """Try every run, the shortest first."""
    bins, known = len(weights), sum(weights)
    for length in range(1, bins):
        if length * 3 >= bins or known < LEAST_KNOWN:
            break
        held = [sum(weights[(s + k) % bins] for k in range(length)) for s in range(bins)]
        most = max(held)
        if most >= PEAK_SHARE * known:
            tail = sum(stats.binom.pmf(x, known, length / bins) for x in range(most, known + 1))
            return (held.index(most), length) if bins * tail <= CHANCE_LEVEL else (None, 0)
    return None, 0


@given(st.sampled_from([7, 24]), st.data())
def test_runs_are_those_of_trying_all_of_them(bins, data):
    weights = data.draw(st.lists(st.integers(0, 9), min_size=bins, max_size=bins))
    (start,), (length,) = busiest_runs(np.array([weights], float))
    expected_start, expected = slowly(weights)
    assert length == expected
    assert not length or start == expected_start


def at(hours, n=1):
    return np.bincount(hours, minlength=24)[None] * float(n)


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        (at([21, 22, 23], 10), "21:00 to 22:00"),
        (at([22, 23, 23, 0, 1], 10) + 0.5, "22:00 to 24:00"),
        (at([23, 23, 0, 0, 1], 3) + at([2, 5, 8, 11, 14, 17], 2), "23:00 to 01:00"),
        (at([20], 9), ""),
        (at([20], 10), "20:00 to 21:00"),
        (np.ones((1, 24)) * 50, ""),
        (np.zeros((1, 24)), ""),
    ],
    ids=["first", "busier", "past midnight", "too few", "just enough", "even", "none"],
)
def test_hours_in_words(weights, words):
    (start,), (length,) = busiest_runs(weights)
    assert hours_in_words(int(start), int(length)) == words


def test_two_days_of_seven():
    (start,), (length,) = busiest_runs(np.array([[10, 9, 10, 11, 25, 25, 10.0]]))
    assert days_in_words(int(start), int(length)) == "Friday and Saturday"


def test_evenly_spread_times_seldom_have_a_busiest_hour():
    rng = np.random.default_rng(1)
    weights = rng.multinomial(30, np.full(24, 1 / 24), size=2000).astype(float)
    _, length = busiest_runs(weights)
    assert (length > 0).mean() <= CHANCE_LEVEL


def test_shares_of_spans_count_like_whole_incidents():
    sharp, spread = np.zeros((1, 24)), np.zeros((1, 24))
    sharp[0, 18:20] = 6
    spread[0, 18:20] = 12 * (1 / 12 + 1 / 12) * 3
    assert [a.tolist() for a in busiest_runs(sharp)] == [a.tolist() for a in busiest_runs(spread)]


def test_no_hotspots_have_no_runs():
    start, length = busiest_runs(np.zeros((0, 24)))
    assert len(start) == len(length) == 0
