"""Dates to test at: training before, test after, nothing over a gap."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries.errors import ParameterError
from geo.evaluation.rolling import rolling_dates
from geo.evaluation.rolling_params import RollingParams
from tests.factories import make_incidents

HERE = (523_500.0, 179_900.0)


def days(first, n, precision="day"):
    times = np.datetime64(first) + np.arange(n)
    return make_incidents([str(day) for day in times], [HERE] * n, precision=precision)


def months(*labels, each=12):
    times = [f"{label}-01" for label in labels for _ in range(each)]
    return make_incidents(times, [HERE] * len(times), precision="month")


def year(number, left_out=()):
    return months(*(f"{number}-{m:02d}" for m in range(1, 13) if m not in left_out))


def first_days(rolling):
    return [str(day) for day in rolling.first_days(rolling.starts)]


def test_by_default_the_last_test_ends_with_the_data():
    rolling = rolling_dates(days("2017-01-01", 400), RollingParams(train_days=300, test_days=30))
    assert rolling.unit == "day"
    assert first_days(rolling) == ["2017-11-07", "2017-12-07", "2018-01-06"]
    assert rolling.rules["unit"] == "days, for every incident is dated by the day"
    assert rolling.rules["n_dates"] == "all that the data has room for, at most 30"
    assert rolling.warnings == ()


@settings(max_examples=30)
@given(
    n=st.integers(40, 900),
    train=st.none() | st.integers(7, 300),
    test=st.integers(1, 60),
    step=st.none() | st.integers(1, 60),
)
def test_training_and_test_lie_within_the_data_and_never_overlap(n, train, test, step):
    params = RollingParams(train_days=train, test_days=test, step_days=step)
    incidents = days("2017-01-01", n)
    if (train or 1) + test > n:
        with pytest.raises(ParameterError, match="There is no room for"):
            rolling_dates(incidents, params)
        return
    try:
        rolling = rolling_dates(incidents, params)
    except ParameterError:
        assert train is None
        assert n // 2 + test > n
        return
    first, last = rolling.codes.min(), rolling.codes.max()
    assert (rolling.starts - rolling.train >= first).all()
    assert rolling.starts[-1] + rolling.test == last + 1
    assert (np.diff(rolling.starts) == rolling.step).all()
    is_full = len(rolling) == 30
    assert is_full or rolling.starts[0] - rolling.step - rolling.train < first
    assert (len(rolling.warnings) == 1) == (rolling.step < rolling.test)


def test_what_is_dated_by_month_is_tested_in_whole_months():
    rolling = rolling_dates(year(2017), RollingParams(train_days=90, test_days=45, n_dates=3))
    assert (rolling.unit, rolling.train, rolling.test, rolling.step) == ("month", 3, 1, 1)
    assert first_days(rolling) == ["2017-10-01", "2017-11-01", "2017-12-01"]
    assert "whole months, for 144 of 144 incidents are dated by month only" in str(rolling.rules)
    mixed = make_incidents(
        [f"2017-{m:02d}-01" for m in range(1, 11)], [HERE] * 10, precision=["day"] * 9 + ["month"]
    )
    assert "for 1 of 10 incidents" in rolling_dates(mixed, RollingParams()).rules["unit"]


def test_a_first_day_within_a_month_is_refused():
    with pytest.raises(ParameterError, match=r"first of a month, such as 2017-07-01\."):
        rolling_dates(year(2017), RollingParams(test_from=date(2017, 6, 15)))


def test_from_a_first_day_on():
    params = RollingParams(test_from=date(2017, 6, 1), n_dates=2)
    rolling = rolling_dates(year(2017), params)
    assert first_days(rolling) == ["2017-06-01", "2017-07-01"]
    assert rolling.train == 5
    assert "all the time before test_from" in rolling.rules["train"]
    to_the_end = rolling_dates(year(2017), RollingParams(test_from=date(2017, 6, 1)))
    assert first_days(to_the_end)[-1] == "2017-12-01"


def test_training_is_a_year_where_there_are_two():
    rolling = rolling_dates(days("2015-01-01", 1000), RollingParams())
    assert rolling.train == 365
    assert rolling.rules["train"] == "a year: 365 days"
    half = rolling_dates(days("2015-01-01", 300), RollingParams())
    assert half.train == 150
    assert half.rules["train"] == "half of the time without a gap: 150 days"


def test_missing_months_are_refused_or_kept_clear_of():
    incidents = year(2017, left_out=[3])
    rolling = rolling_dates(incidents, RollingParams(train_days=60))
    assert first_days(rolling)[0] == "2017-06-01"
    with pytest.raises(ParameterError, match=r"no incident at all in 2017-03.*; 7 dates fit"):
        rolling_dates(incidents, RollingParams(train_days=60, n_dates=9))
    with pytest.raises(ParameterError, match=r"before 2017-05-01 .* run over a gap"):
        rolling_dates(incidents, RollingParams(train_days=60, test_from=date(2017, 5, 1)))
    allowed = rolling_dates(incidents, RollingParams(train_days=60, n_dates=9, allow_gaps=True))
    assert len(allowed) == 9
    (warning,) = allowed.warnings
    assert warning.startswith("Gaps were allowed: there is no incident at all in 2017-03")
    assert "2 of 9 dates" in warning


def test_few_incidents_leave_months_empty_by_chance():
    incidents = months(*(f"2017-{m:02d}" for m in (1, 2, 4, 5, 6)), each=3)
    assert len(rolling_dates(incidents, RollingParams(train_days=60))) == 4


@pytest.mark.parametrize("precision", ["day", "month"])
def test_the_break_of_the_series_is_refused_or_kept_clear_of(precision):
    if precision == "month":
        incidents = months(*np.arange("2023-06", "2025-01", dtype="M8[M]").astype(str))
    else:
        incidents = days("2023-06-01", 550)
    rolling = rolling_dates(incidents, RollingParams(train_days=90))
    start = rolling.first_days(rolling.starts - rolling.train)
    first_day = {"day": "2024-02-28", "month": "2024-03-01"}[precision]
    assert (start >= np.datetime64(first_day)).all()
    with pytest.raises(ParameterError, match="run over a gap: the Met changed its recording"):
        rolling_dates(incidents, RollingParams(train_days=90, n_dates=15))
    params = RollingParams(train_days=90, n_dates=15, allow_gaps=True)
    assert any("CRIS to CONNECT" in words for words in rolling_dates(incidents, params).warnings)


def test_no_room_and_no_incidents_are_refused():
    with pytest.raises(ParameterError, match=r"365 days of training .* run from 2017-01-01 to"):
        rolling_dates(days("2017-01-01", 100), RollingParams(train_days=365))
    with pytest.raises(ParameterError, match="No incident is selected"):
        rolling_dates(make_incidents([], []), RollingParams())
    with pytest.raises(ParameterError, match="There is no room for 1 day of training"):
        rolling_dates(days("2017-01-01", 100), RollingParams(test_from=date(2016, 1, 1)))
