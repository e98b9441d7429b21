"""Days and hours of a shift."""

from datetime import date

import pytest

from boundaries.errors import ParameterError
from geo.patrol.shift import PatrolShift, read_days


def test_hours_after_midnight_belong_to_the_day_before() -> None:
    shift = PatrolShift(("Sunday",), 22, 2)
    assert shift.clock_hours == (22, 23, 0, 1)
    sunday = 6 * 24
    assert shift.hours_of_week.tolist() == [[sunday + 22, sunday + 23, 0, 1]]


def test_days_are_in_the_order_of_the_week() -> None:
    assert PatrolShift(("Saturday", "Monday")) == PatrolShift(("Monday", "Saturday"))


def test_a_whole_day() -> None:
    assert PatrolShift(("Monday",), 6, 6).length_h == 24


def test_dates_are_those_on_which_it_begins() -> None:
    shift = PatrolShift(("Friday", "Saturday"), 18, 2)
    assert shift.dates(date(2026, 11, 23), 2) == (
        date(2026, 11, 27),
        date(2026, 11, 28),
        date(2026, 12, 4),
        date(2026, 12, 5),
    )


@pytest.mark.parametrize(
    ("days", "hours", "said"),
    [
        ((), (18, 2), "no day"),
        (("Freitag",), (18, 2), "Freitag"),
        (("Friday",), (18, 25), "begins or ends at 25"),
    ],
)
def test_what_is_no_shift_is_refused(
    days: tuple[str, ...], hours: tuple[int, int], said: str
) -> None:
    with pytest.raises(ParameterError, match=said):
        PatrolShift(days, *hours)


@pytest.mark.parametrize("text", ["fr", "", "fri,,sat", "someday"])
def test_days_that_cannot_be_read(text: str) -> None:
    with pytest.raises(ParameterError, match="write days as 'fri,sat'"):
        read_days(text)
