"""Dates are read day first, and never the other way round."""

from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.readers.dates import (
    EARLIEST_YEAR,
    LATEST_YEAR,
    NO_DATE,
    NO_SUCH_DAY,
    NO_SUCH_TIME,
    NOT_A_DATE,
    YEAR_OUT_OF_RANGE,
    read_dates,
    read_times,
)


def read_one(text: str) -> tuple[str, float, bool, str]:
    dates = read_dates(pd.Series([text], dtype="str"))
    day = str(dates.day.astype("datetime64[D]")[0])
    return day, dates.seconds[0], bool(dates.month_only[0]), dates.reason[0]


@pytest.mark.parametrize(
    ("text", "day", "clock"),
    [
        ("2017-04-03", "2017-04-03", None),
        ("2017/4/3", "2017-04-03", None),
        ("2017-04-03T18:05", "2017-04-03", "18:05:00"),
        ("2017-04-03 18:05:30.250", "2017-04-03", "18:05:30"),
        ("3/4/2017", "2017-04-03", None),
        ("03/04/17", "2017-04-03", None),
        ("03.04.2017 00:00", "2017-04-03", "00:00:00"),
        ("3-Apr-17", "2017-04-03", None),
        ("3 APRIL 2017, 6:05 pm", "2017-04-03", "18:05:00"),
        ("3/4/2017 12:00 am", "2017-04-03", "00:00:00"),
        ("12/01/1969", "1969-01-12", None),
        ("12/01/69", "2069-01-12", None),
        ("12/01/70", "1970-01-12", None),
        ("20170403", "2017-04-03", None),
        ("42828", "2017-04-03", None),
        ("42828.75", "2017-04-03", "18:00:00"),
        ("2016-07-03T18:05Z", "2016-07-03", "19:05:00"),
        ("2016-12-03T23:05-02:00", "2016-12-04", "01:05:00"),
    ],
)
def test_forms_that_are_understood(text, day, clock):
    found, seconds, month_only, reason = read_one(text)
    assert (found, month_only, reason) == (day, False, "")
    shown = None if np.isnan(seconds) else str(pd.Timestamp(0) + pd.Timedelta(seconds, "s"))[11:]
    assert shown == clock


@pytest.mark.parametrize("text", ["2017-04", "04/2017", "4/2017", "Apr 2017", "april-17"])
def test_months(text):
    day, seconds, month_only, reason = read_one(text)
    assert (day, month_only, reason) == ("2017-04-01", True, "")
    assert np.isnan(seconds)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", NO_DATE),
        ("  NULL ", NO_DATE),
        ("yesterday", NOT_A_DATE),
        ("04/17", NOT_A_DATE),
        ("3/4-2017", NOT_A_DATE),
        ("20\n17-04-03", NOT_A_DATE),
        ("04/25/2017", NO_SUCH_DAY),
        ("31/02/2017", NO_SUCH_DAY),
        ("3 foo 2017", NO_SUCH_DAY),
        ("03/04/0217", YEAR_OUT_OF_RANGE),
        ("2201-01-01", YEAR_OUT_OF_RANGE),
        ("3/4/2017 25:10", NO_SUCH_TIME),
        ("3/4/2017 13:10 pm", NO_SUCH_TIME),
    ],
)
def test_what_is_not_a_date(text, reason):
    day, _, month_only, found = read_one(text)
    assert (day, month_only, found) == ("NaT", False, reason)


DAYS = st.dates(date(EARLIEST_YEAR, 1, 1), date(LATEST_YEAR, 12, 31))


@given(
    st.lists(DAYS, min_size=1, max_size=5), st.sampled_from(["%d/%m/%Y", "%d.%m.%Y", "%Y-%m-%d"])
)
def test_written_days_come_back(days, form):
    dates = read_dates(pd.Series([day.strftime(form) for day in days], dtype="str"))
    assert dates.day.astype("datetime64[D]").tolist() == days


@given(st.datetimes(datetime(EARLIEST_YEAR, 1, 1), datetime(LATEST_YEAR, 12, 31)))
def test_written_times_come_back_to_the_second(moment):
    moment = moment.replace(microsecond=0)
    dates = read_dates(pd.Series([f"{moment:%d/%m/%Y %H:%M:%S}"], dtype="str"))
    assert dates.day[0] + np.timedelta64(int(dates.seconds[0]), "s") == np.datetime64(moment)


@given(st.text(max_size=20))
def test_any_text_is_a_day_or_has_a_reason(text):
    dates = read_dates(pd.Series([text], dtype="str"))
    assert np.isnat(dates.day[0]) == (dates.reason[0] != "")


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("18:30", 18.5),
        ("6:30 PM", 18.5),
        ("1830", 18.5),
        ("0.75", 18),
        ("0", 0),
        ("12:15 am", 0.25),
    ],
)
def test_times_of_day(text, hours):
    assert read_times(pd.Series([text], dtype="str"))[0] == hours * 3600


@pytest.mark.parametrize("text", ["", "24:00", "18:60", "evening", "1.5", "2460"])
def test_what_is_not_a_time_of_day(text):
    assert np.isnan(read_times(pd.Series([text], dtype="str"))[0])
