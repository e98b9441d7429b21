"""Dates are read day first, and never the other way round."""

from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.readers.clock_changes import skipped_and_repeated
from geo.readers.dates import MIXED_ORDER, NO_SUCH_TIME, read_dates, read_times
from geo.readers.days import (
    EARLIEST_YEAR,
    LATEST_YEAR,
    MONTH_FIRST,
    NO_DATE,
    NO_SUCH_DAY,
    NOT_A_DATE,
    REMEDIES,
    WRONG_WEEKDAY,
    YEAR_FIRST,
    YEAR_OUT_OF_RANGE,
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
        ("2016-07-03 18:05:00+00", "2016-07-03", "19:05:00"),
        ("3/7/2016 18:05 BST", "2016-07-03", "18:05:00"),
        ("3/7/2016 18:05 GMT", "2016-07-03", "19:05:00"),
        ("Mon 3 Apr 2017", "2017-04-03", None),
        ("Monday, 3rd of April 2017 at 9pm", "2017-04-03", "21:00:00"),
        ("Mon, 03 Apr 2017 18:05:30 GMT", "2017-04-03", "19:05:30"),
        ("Tues 04/04/2017", "2017-04-04", None),
        ("Sat 1st Apr 2017", "2017-04-01", None),
        ("3rd April 2017", "2017-04-03", None),
        ("22nd  Aug.  2017", "2017-08-22", None),
        ("21st August 17", "2017-08-21", None),
        ("April 3, 2017", "2017-04-03", None),
        ("April 3rd 2017 noon", "2017-04-03", "12:00:00"),
        ("03APR2017", "2017-04-03", None),
        ("2017-Apr-03", "2017-04-03", None),
        ("03/04/2017 2130hrs", "2017-04-03", "21:30:00"),
        ("03/04/2017 2130", "2017-04-03", "21:30:00"),
        ("3 April 2017 0005", "2017-04-03", "00:05:00"),
        ("2017-04-03, 21.30", "2017-04-03", "21:30:00"),
        ("03.04.2017 21.30", "2017-04-03", "21:30:00"),
        ("03/04/2017 - 21:30 hrs", "2017-04-03", "21:30:00"),
        ("3/4/17 9.15 p.m.", "2017-04-03", "21:15:00"),
        ("3/4/2017 midnight", "2017-04-03", "00:00:00"),
        ("20170403T180530", "2017-04-03", "18:05:30"),
        ("20170403180530", "2017-04-03", "18:05:30"),
        ("20170703T1805Z", "2017-07-03", "19:05:00"),
        ("1491242700", "2017-04-03", "19:05:00"),
        ("1491242700.0", "2017-04-03", "19:05:00"),
        ("1483466700123", "2017-01-03", "18:05:00"),
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
        ("3/4/2017 2460", NO_SUCH_TIME),
        ("3/4/2017 13pm", NO_SUCH_TIME),
        ("1491242700 18:05", NO_SUCH_TIME),
        ("Tue 3 Apr 2017", WRONG_WEEKDAY),
        ("Tue 04/03/2017", WRONG_WEEKDAY),
        ("3th foo 2017", NO_SUCH_DAY),
        ("3 4.2017", NOT_A_DATE),
        ("123456789", NOT_A_DATE),
        ("4102444800", NOT_A_DATE),
        ("946684799999", NOT_A_DATE),
        ("07700900123", NOT_A_DATE),
    ],
)
def test_what_is_not_a_date(text, reason):
    day, _, month_only, found = read_one(text)
    assert (day, month_only, found) == ("NaT", False, reason)


DAYS = st.dates(date(EARLIEST_YEAR, 1, 1), date(LATEST_YEAR, 12, 31))


DATE_FORMS = (
    "{0:%d/%m/%Y}",
    "{0:%d.%m.%Y}",
    "{0:%Y-%m-%d}",
    "{0:%Y%m%d}",
    "{0.day}/{0.month}/{0.year}",
    "{0:%d-%b-%Y}",
    "{0:%a %d %b %Y}",
    "{0:%A}, {0.day}{1} {0:%B} {0.year}",
    "{0.day}{1} of {0:%B} {0.year}",
    "{0:%B} {0.day}, {0.year}",
    "{0:%d%b%Y}",
)
TIME_FORMS = (
    " {0:%H:%M}",
    ", {0:%H:%M}hrs",
    " {0:%H%M}hrs",
    " {0:%H%M}",
    " {0:%H.%M}",
    " at {0:%I:%M %p}",
    " {0:%I.%M%p}",
)


def ordinal(day: int) -> str:
    return {1: "st", 2: "nd", 3: "rd"}.get(day % 10 if day // 10 != 1 else 0, "th")


@settings(max_examples=25)
@given(st.lists(st.tuples(DAYS, st.sampled_from(DATE_FORMS)), min_size=1, max_size=8))
def test_written_days_come_back(written):
    texts = [form.format(day, ordinal(day.day)) for day, form in written]
    dates = read_dates(pd.Series(texts, dtype="str"))
    assert dates.day.astype("datetime64[D]").tolist() == [day for day, _ in written]
    assert np.isnan(dates.seconds).all()


MOMENTS = st.datetimes(datetime(EARLIEST_YEAR, 1, 1), datetime(LATEST_YEAR, 12, 31))


@st.composite
def a_text_and_its_moment(draw) -> tuple[str, datetime]:
    moment = draw(MOMENTS)
    form = draw(st.sampled_from(["", "%d/%m/%Y %H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f", "%Y%m%dT%H%M%S"]))
    if form:
        return moment.strftime(form), moment.replace(microsecond=0)
    date_form, time_form = draw(st.sampled_from(DATE_FORMS)), draw(st.sampled_from(TIME_FORMS))
    text = date_form.format(moment, ordinal(moment.day)) + time_form.format(moment)
    return text, moment.replace(second=0, microsecond=0)


@settings(max_examples=25)
@given(st.lists(a_text_and_its_moment(), min_size=1, max_size=8))
def test_written_moments_come_back(written):
    assert moments_of([text for text, _ in written]) == [moment for _, moment in written]


@st.composite
def a_moment_of_the_world(draw) -> tuple[str, datetime]:
    offset = timedelta(minutes=15 * draw(st.integers(-14 * 4, 14 * 4)))
    moment = draw(st.datetimes(datetime(2000, 1, 2), datetime(LATEST_YEAR, 12, 30)))
    moment = moment.replace(microsecond=0, tzinfo=timezone(offset))
    seconds = f"{moment.timestamp():.0f}"
    text = draw(st.sampled_from([seconds, seconds + "999", moment.isoformat()]))
    return text, moment.astimezone(ZoneInfo("Europe/London")).replace(tzinfo=None)


@settings(max_examples=25)
@given(st.lists(a_moment_of_the_world(), min_size=1, max_size=8))
def test_moments_of_the_world_are_turned_to_london(written):
    assert moments_of([text for text, _ in written]) == [moment for _, moment in written]


def moments_of(texts: list[str]) -> list[datetime]:
    dates = read_dates(pd.Series(texts, dtype="str"))
    assert set(dates.reason) == {""}
    return (dates.day + dates.seconds.astype("timedelta64[s]")).tolist()


def test_epochs_are_said():
    dates = read_dates(pd.Series(["1491242700", "1491242700", "2017-04-03"], dtype="str"))
    assert dates.notes == ("Dates read as seconds or milliseconds since 1970, in UTC: 2.",)
    assert read_dates(pd.Series(["2017-04-03"], dtype="str")).notes == ()


def test_a_column_with_the_month_first_is_not_used_at_all():
    texts = ["04/25/2017", "04/13/2017 18:05", "4/30/17", "04/05/2017", "05/05/2017", "2017-04-03"]
    dates = read_dates(pd.Series(texts, dtype="str"))
    assert list(dates.reason) == [MONTH_FIRST] * 4 + ["", ""]
    assert np.isnat(dates.day).tolist() == [True] * 4 + [False] * 2
    assert "day before the month" in REMEDIES[MONTH_FIRST]


@pytest.mark.parametrize("other", ["13/04/2017", "25.04.2017"])
def test_slips_in_a_column_with_the_day_first_do_not_spoil_it(other):
    texts = ["04/25/2017", "04/13/2017", "4/30/17", "04/05/2017", other]
    dates = read_dates(pd.Series(texts, dtype="str"))
    assert list(dates.reason) == [NO_SUCH_DAY] * 3 + ["", ""]
    assert str(dates.day[3])[:10] == "2017-05-04"
    assert dates.notes == (MIXED_ORDER,)


@pytest.mark.parametrize(
    "texts", [["01/13/2024", "02/03/2024"], ["01/13/2024", "01/14/2024", "02/03/2024"]]
)
def test_a_few_dates_are_not_read_day_first_beside_others_with_the_month_first(texts):
    dates = read_dates(pd.Series(texts, dtype="str"))
    assert list(dates.reason) == [MONTH_FIRST] * len(texts)
    assert dates.notes == ()


def test_one_slip_among_many_dates_that_fit_both_ways_is_a_slip():
    texts = ["01/13/2024", *(f"0{day}/03/2024" for day in range(1, 10))]
    dates = read_dates(pd.Series(texts, dtype="str"))
    assert list(dates.reason) == [NO_SUCH_DAY, *[""] * 9]


def test_years_of_two_figures_that_stand_first_are_not_days():
    texts = [f"{year}-03-{day:02d}" for year in (23, 24) for day in range(1, 6)]
    dates = read_dates(pd.Series([*texts, "2024-03-01"], dtype="str"))
    assert list(dates.reason) == [YEAR_FIRST] * 10 + [""]
    days = [f"{day:02d}-03-{year}" for year in (23, 24) for day in range(1, 6)]
    assert set(read_dates(pd.Series(days, dtype="str")).reason) == {""}


def test_clock_changes_are_those_of_the_zone_database():
    zone = ZoneInfo("Europe/London")
    hours = np.arange("1950-01-01", "2038-01-01", np.timedelta64(30, "m"), dtype="M8[m]")
    skipped, repeated = skipped_and_repeated(hours.astype("M8[us]"))
    sundays = hours[(hours.astype("M8[D]").astype(int) % 7 == 3)]
    strange = {False: set(), True: set()}
    for moment in sundays[sundays.astype("M8[h]").astype(int) % 24 < 5].tolist():
        early, late = (moment.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
        if early != late:
            strange[early > late].add(moment)
    assert set(hours[skipped].tolist()) == strange[False]
    assert set(hours[repeated].tolist()) == strange[True]
    assert len(strange[False]) > 160


@settings(max_examples=25)
@given(st.lists(st.text(max_size=20) | st.text("0123456789/-. :apm", max_size=20), max_size=20))
def test_any_text_is_a_day_or_has_a_reason(texts):
    dates = read_dates(pd.Series(texts, dtype="str"))
    assert np.isnat(dates.day).tolist() == [reason != "" for reason in dates.reason]
    assert np.isnan(dates.seconds)[np.isnat(dates.day)].all()


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("18:30", 18.5),
        ("6:30 PM", 18.5),
        ("1830", 18.5),
        ("0.75", 18),
        ("0", 0),
        ("12:15 am", 0.25),
        ("2130hrs", 21.5),
        ("2130 Hours", 21.5),
        ("21.30", 21.5),
        ("00.30", 0.5),
        ("9pm", 21),
        ("9.15pm", 21.25),
        ("12pm", 12),
        ("12 a.m.", 0),
        ("midnight", 0),
        ("Noon", 12),
        ("12 noon", 12),
        ("21:30h", 21.5),
        ("213000", 21.5),
    ],
)
def test_times_of_day(text, hours):
    assert read_times(pd.Series([text], dtype="str"))[0] == hours * 3600


@pytest.mark.parametrize(
    "text",
    ["", "24:00", "18:60", "dusk", "1.5", "2460", "13pm", "0pm", "930", "18:05:60", "21.3"],
)
def test_what_is_not_a_time_of_day(text):
    assert np.isnan(read_times(pd.Series([text], dtype="str"))[0])
