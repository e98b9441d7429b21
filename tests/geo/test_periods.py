"""Periods beside plain Python, one incident at a time."""

from datetime import date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from boundaries.errors import ParameterError
from geo.periods import CALENDAR_UNITS, UNITS, WEEKDAYS, PeriodUnit, period_in_words, periods_of
from geo.schema import PRECISIONS, Incidents
from tests.factories import make_incidents

NAN = float("nan")
GOOD_FOR = {
    "week": {"minute", "day"},
    "weekday": {"minute", "day"},
    "hour": {"minute"},
}


def label_of(time: datetime, unit: str) -> str:
    """Write the period of one time, from the definitions."""
    day = time.date()
    start = day.year if day >= date(day.year, 4, 1) else day.year - 1
    monday = day - timedelta(days=day.weekday())
    return {
        "fy": f"{start}/{str(start + 1)[-2:]}",
        "year": f"{day.year}",
        "quarter": f"{day.year} Q{(day.month + 2) // 3}",
        "month": f"{day:%Y-%m}",
        "week": f"{monday}",
        "weekday": WEEKDAYS[day.weekday()],
        "hour": f"{time:%H}:00",
    }[unit]


def labels_between(times: list[datetime], unit: str) -> list[str]:
    """Write every period from the first time to the last by going through every day."""
    if unit == "hour":
        return [f"{hour:02d}:00" for hour in range(24)]
    if unit == "weekday":
        return list(WEEKDAYS)
    if not times:
        return []
    days = (max(times).date() - min(times).date()).days
    every_day = (min(times).date() + timedelta(days=n) for n in range(days + 1))
    noon = datetime.min.time().replace(hour=12)
    return list(dict.fromkeys(label_of(datetime.combine(day, noon), unit) for day in every_day))


TURNING_POINTS = [
    "2016-03-31T23:59:59",
    "2016-04-01T00:00:00",
    "2015-12-31T23:59:59",
    "2016-01-01T00:00:00",  # a Friday: its week began in 2015
    "2016-02-29T12:00:00",
    "2017-01-01T00:00:00",  # a Sunday: the last day of its week
    "2017-01-02T00:00:00",
    "2018-12-31T23:00:00",  # a Monday: week 1 of 2019 by ISO 8601
    "2015-03-29T01:30:00",  # an hour that London's clocks left out
    "2015-10-25T01:30:00",  # and one that they had twice
]
times = st.one_of(
    st.sampled_from(TURNING_POINTS).map(datetime.fromisoformat),
    st.datetimes(datetime(2014, 12, 1), datetime(2019, 4, 30)),
)
incidents_of = st.lists(st.tuples(times, st.sampled_from(PRECISIONS)), max_size=12)


def made(rows: list[tuple[datetime, str]]) -> Incidents:
    return make_incidents(
        [time.isoformat() for time, _ in rows],
        [(NAN, NAN)] * len(rows),
        precision=[precision for _, precision in rows],
    )


@pytest.mark.parametrize("unit", [unit for unit in UNITS if unit != "all"])
@given(rows=incidents_of)
@example(rows=[(datetime.fromisoformat(time), "minute") for time in TURNING_POINTS])
@example(rows=[(datetime.fromisoformat(time), "month") for time in TURNING_POINTS])
def test_periods_are_those_of_plain_python(
    unit: PeriodUnit, rows: list[tuple[datetime, str]]
) -> None:
    periods = periods_of(made(rows), unit)
    assert list(periods.labels) == labels_between([time for time, _ in rows], unit)
    enough = GOOD_FOR.get(unit, set(PRECISIONS))
    expected = [label_of(time, unit) if precision in enough else None for time, precision in rows]
    found = [periods.labels[code] if code >= 0 else None for code in periods.codes]
    assert found == expected
    assert periods.has_unknown == (None in expected)
    assert periods.unit == unit


@given(rows=incidents_of)
def test_the_whole_time_holds_every_incident(rows: list[tuple[datetime, str]]) -> None:
    incidents = made(rows)
    periods = periods_of(incidents, "all")
    assert periods.labels == (period_in_words(incidents),)
    assert periods.codes.tolist() == [0] * len(rows)
    assert not periods.has_unknown


def test_a_financial_year_across_a_century_is_written_with_two_digits() -> None:
    incidents = make_incidents(["1999-04-01", "2000-03-31", "2009-05-01"], [(NAN, NAN)] * 3)
    labels = periods_of(incidents, "fy").labels
    assert labels[:2] == ("1999/00", "2000/01")
    assert labels[-1] == "2009/10"


def test_calendar_periods_sort_as_text_in_the_order_of_time() -> None:
    incidents = make_incidents(["1998-01-01", "2012-11-30"], [(NAN, NAN)] * 2)
    for unit in CALENDAR_UNITS[1:]:
        labels = periods_of(incidents, unit).labels
        assert list(labels) == sorted(labels)


def test_an_unknown_unit_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ParameterError, match=r"'fortnight' is not known; use one of all, fy, year"):
        periods_of(make_incidents([], []), "fortnight")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("times", "words"),
    [
        ([], "no incidents"),
        (["2016-04-03", "2016-04-28"], "Apr 2016"),
        (["2018-03-31T23:59", "2015-04-01"], "Apr 2015 to Mar 2018"),
    ],
)
def test_the_period_in_words(times: list[str], words: str) -> None:
    assert period_in_words(make_incidents(times, [(NAN, NAN)] * len(times))) == words


def test_codes_are_positions_that_arrays_can_use() -> None:
    incidents = make_incidents(["2016-05-01", "2016-02-01"], [(NAN, NAN)] * 2)
    codes = periods_of(incidents, "month").codes
    assert np.array(["Feb", "Mar", "Apr", "May"])[codes].tolist() == ["May", "Feb"]
