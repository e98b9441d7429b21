from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.quality.check import FINE, MIND, NOTE
from geo.quality.coverage import coverage_checks, long_gaps
from geo.quality.params import QualityParams
from tests.factories import incidents_of

PARAMS = QualityParams(as_of=date(2024, 7, 1))


def checked(rows, params=PARAMS) -> dict:
    checks = coverage_checks(incidents_of(rows), params)
    return {(check.check, check.source): check for check in checks}


def daily(first: str, n_days: int, per_day: int = 2, without: range = range(0)) -> np.ndarray:
    days = np.datetime64(first) + np.arange(n_days)
    return np.repeat(np.delete(days, list(without)), per_day)


@settings(max_examples=25)
@given(st.integers(30, 300), st.integers(1, 40))
def test_a_run_of_days_taken_out_is_found_with_its_ends(start, length):
    days = daily("2023-01-01", 400, without=range(start, start + length))
    begin = np.datetime64("2023-01-01") + start
    expected = [(begin, begin + length - 1)] if length >= 7 else []
    assert long_gaps(days, PARAMS) == expected


def test_chance_is_no_gap():
    rng = np.random.default_rng(3)
    for per_day in (0.05, 0.2, 1, 5):
        days = np.datetime64("2020-01-01") + np.sort(rng.integers(0, 1500, int(1500 * per_day)))
        assert long_gaps(days, PARAMS) == []


def test_gaps_in_words_and_too_few_to_tell():
    days = daily("2024-01-01", 180, without=range(100, 107))
    rows = [{"at": f"{day}T10:00"} for day in days] + [{"at": "2024-01-05T10:00", "source": "x"}]
    found = checked(rows)
    check = found["gaps of days", "police"]
    assert (check.value, check.verdict) == (1, MIND)
    assert "the longest of 7 days from 10 April 2024 to 16 April 2024" in check.in_words
    assert found["gaps of days", "x"].verdict == FINE
    assert "too few incidents" in found["gaps of days", "x"].in_words


@pytest.mark.parametrize(("age", "verdict"), [(0, FINE), (62, FINE), (63, NOTE), (4000, NOTE)])
def test_the_age_is_that_of_the_latest_day(age, verdict):
    last = PARAMS.as_of - timedelta(days=age)
    check = checked([{"at": f"{last}T23:00"}, {"at": "2001-01-01T00:00"}])[
        "age of the data", "police"
    ]
    assert (check.value, check.verdict) == (age, verdict)
    assert f"is of {last.day} {last:%B %Y}, {age:,} days before 1 July 2024" in check.in_words


def test_a_month_counts_to_its_end_and_the_future_does_not():
    rows = [{"at": "2024-05-01", "precision": "month"}, {"at": "2025-01-01T10:00"}]
    check = checked(rows)["age of the data", "police"]
    assert check.value == 31
    assert "is of May 2024" in check.in_words
    check = checked(rows[1:])["age of the data", "police"]
    assert check.in_words == "The source police has no incident up to 1 July 2024."
    # The month that is running is not older than today.
    check = checked([{"at": "2024-07-01", "precision": "month"}])["age of the data", "police"]
    assert check.value == 0


@pytest.mark.parametrize(
    ("days", "breaks"),
    [(["2024-02-27", "2024-02-28"], 1), (["2024-02-28", "2025-01-01"], 0), (["2020-01-01"], 0)],
)
def test_the_break_of_the_series(days, breaks):
    check = checked([{"at": f"{day}T10:00"} for day in days])["series breaks", "all"]
    assert (check.value, check.verdict) == (breaks, MIND if breaks else FINE)
