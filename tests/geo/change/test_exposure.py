"""Which days the data covers, by construction."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundaries.errors import ParameterError
from geo.change.exposure import DateSpan, compared_days, days_covered, days_of_period, span_of
from geo.schema import Incidents
from geo.selection import Selection
from tests.factories import make_incidents

EVERYTHING = Selection()
NOWHERE = (float("nan"), float("nan"))
YEAR = DateSpan(date(2015, 4, 1), date(2016, 3, 31))


def every_day(first: str, last: str, per_day: int = 1, precision: str = "day") -> Incidents:
    days = np.arange(np.datetime64(first), np.datetime64(last) + 1).repeat(per_day)
    return make_incidents([str(d) for d in days], [NOWHERE] * len(days), precision=precision)


def test_a_leap_year_has_a_day_more():
    incidents = every_day("2015-04-01", "2017-03-31")
    covered = days_covered(incidents, EVERYTHING)
    assert [span_of(label).count(covered) for label in ("2015/16", "2016/17")] == [366, 365]
    assert days_of_period(covered, "month", "2016-02") == 29
    assert days_of_period(covered, "weekday", "Monday") == 104
    assert days_of_period(covered, "hour", "05:00") == 731


def test_a_missing_month_and_missing_ends_are_not_covered():
    incidents = every_day("2015-05-20", "2016-02-10", per_day=2)
    february = span_of("2016-02")
    days = days_covered(incidents, EVERYTHING, YEAR)
    assert (str(days[0]), str(days[-1])) == ("2015-05-20", "2016-02-10")
    assert february.count(days) == 10
    gap = incidents.take(~span_of("2015-08").mask(incidents))
    assert span_of("2015-08").count(days_covered(gap, EVERYTHING, YEAR)) == 0
    assert len(days_covered(gap, EVERYTHING, YEAR)) == len(days) - 31


def test_months_are_whole_where_only_the_month_is_known():
    incidents = every_day("2015-05-01", "2015-05-01", per_day=50, precision="month")
    more = every_day("2015-06-01", "2015-06-01", per_day=50, precision="month")
    both = Incidents(incidents.frame.merge(more.frame, how="outer"))
    days = days_covered(both, EVERYTHING, YEAR)
    assert (str(days[0]), str(days[-1]), len(days)) == ("2015-05-01", "2015-06-30", 61)


def test_few_incidents_say_nothing_of_what_is_missing():
    incidents = make_incidents(["2015-06-01", "2015-09-01", "2016-01-01"], [NOWHERE] * 3)
    assert len(days_covered(incidents, EVERYTHING, YEAR)) == 366


def test_only_the_days_that_the_selection_takes():
    incidents = every_day("2016-01-01", "2016-01-31")
    chosen = Selection(date(2016, 1, 4), date(2016, 1, 17), weekdays=("Monday", "Sunday"))
    days = days_covered(incidents, chosen)
    assert [str(day) for day in days] == ["2016-01-04", "2016-01-10", "2016-01-11", "2016-01-17"]
    assert len(days_covered(make_incidents([], []), chosen, YEAR)) == 0


@given(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(0, 900))
def test_a_span_holds_the_days_and_incidents_between_its_ends(first, length):
    last = date.fromordinal(first.toordinal() + length)
    span = DateSpan(first, last)
    days = np.arange(np.datetime64(first) - 3, np.datetime64(last) + 4)
    assert span.count(days) == length + 1
    times = [f"{first}T00:00", f"{last}T23:59:59", str(days[2]), f"{days[-3]}T00:00"]
    held = span.mask(make_incidents(times, [NOWHERE] * 4))
    assert held.tolist() == [True, True, False, False]


@pytest.mark.parametrize("label", ["Monday", "05:00", "not known", "last year"])
def test_what_is_no_calendar_period_has_no_days(label):
    with pytest.raises(ParameterError, match=f"'{label}' is not a period; write it as 2016/17"):
        span_of(label)


def test_a_period_ends_after_it_begins():
    with pytest.raises(ParameterError, match="begins on 2016-02-01, after its end on 2016-01-01"):
        DateSpan(date(2016, 2, 1), date(2016, 1, 1))
    january, new_year = span_of("2016-01"), DateSpan(date(2015, 12, 31), date(2016, 1, 1))
    assert january.overlaps(new_year)
    assert not january.overlaps(span_of("2016-02"))


def test_periods_that_cut_months_are_said_where_only_the_month_is_known():
    months = every_day("2016-01-01", "2016-01-01", 20, "month")
    days = every_day("2016-02-01", "2016-04-30")
    incidents = Incidents(months.frame.merge(days.frame, how="outer"))
    before = DateSpan(date(2016, 1, 10), date(2016, 2, 9))
    after = DateSpan(date(2016, 2, 10), date(2016, 3, 9))
    (warning,) = compared_days(incidents, EVERYTHING, before, after, allow_break=False)[1]
    assert warning.startswith("20 incidents are known by their month only and count on its first")
    whole = DateSpan(date(2016, 1, 1), date(2016, 2, 9))
    assert compared_days(incidents, EVERYTHING, whole, after, allow_break=False)[1] == []
