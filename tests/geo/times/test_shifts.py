"""Shifts: they cover the clock once, or the error says where they do not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundaries.errors import ParameterError
from geo.times.shifts import (
    DEFAULT_SHIFTS,
    SHIFT_LENGTHS_H,
    Shift,
    begun_the_day_before,
    check_shifts,
    equal_shifts,
    read_shifts,
    shift_of_hours,
)


def test_the_default_shifts_cover_the_clock():
    check_shifts(DEFAULT_SHIFTS)
    assert [shift.name for shift in DEFAULT_SHIFTS] == ["day", "late", "night"]
    assert shift_of_hours(DEFAULT_SHIFTS).tolist() == [2] * 7 + [0] * 8 + [1] * 8 + [2]
    assert np.flatnonzero(begun_the_day_before(DEFAULT_SHIFTS)).tolist() == list(range(7))


def test_hours_of_a_shift_over_midnight():
    assert Shift("night", 22, 2).hours == (22, 23, 0, 1)
    assert Shift("evening", 20, 24).hours == (20, 21, 22, 23)
    assert Shift("all", 6, 6).hours == (*range(6, 24), *range(6))


@pytest.mark.parametrize(
    ("shifts", "message"),
    [
        ([Shift("day", 7, 15), Shift("late", 15, 23)], r"from 00:00 to 01:00 is in no shift \(8 "),
        (
            [Shift("day", 0, 12), Shift("late", 11, 24)],
            r"from 11:00 to 12:00 is in several shifts, 'day' and 'late' \(1 such in all\)",
        ),
        ([Shift("a", 0, 12), Shift("a", 12, 24)], "Several shifts are called 'a'; give each"),
        ([], r"is in no shift \(24 such in all\); the shifts must cover the whole day"),
    ],
)
def test_gaps_and_overlaps_are_named(shifts, message):
    with pytest.raises(ParameterError, match=message):
        check_shifts(shifts)


@pytest.mark.parametrize("hours", [(-1, 7), (7, 25), (7.5, 15)])
def test_hours_are_whole_and_on_the_clock(hours):
    with pytest.raises(
        ParameterError, match=r"'day' begins or ends at .*; shifts begin and end on"
    ):
        Shift("day", *hours)


def test_a_shift_needs_a_name():
    with pytest.raises(ParameterError, match="A shift has no name"):
        Shift(" ", 0, 24)


@given(st.lists(st.integers(0, 23), min_size=1, max_size=6, unique=True))
def test_shifts_written_down_are_read_back(borders):
    starts = sorted(borders)
    ends = [*starts[1:], starts[0]]
    shifts = tuple(
        Shift(f"shift {i}", *hours) for i, hours in enumerate(zip(starts, ends, strict=True))
    )
    assert read_shifts(", ".join(f"{shift.name} {shift.in_words()}" for shift in shifts)) == shifts
    of_hour = shift_of_hours(shifts)
    for hour in range(24):
        assert hour in shifts[of_hour[hour]].hours


@pytest.mark.parametrize(
    "text",
    ["day 07:00-15:00,late 15:00-23:00,night 23:00-07:00",
     "day 7 to 15, late 15 to 23, night 23 to 7",
     " day 0700 - 1500 , late 1500-2300, night 2300-0700 "],
)  # fmt: skip
def test_ways_to_write_shifts(text):
    assert read_shifts(text) == DEFAULT_SHIFTS


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "'' is not a shift; write a name and its hours"),
        ("day", "'day' is not a shift; write a name"),
        ("day 07:30-15:00", "'07:30' in 'day 07:30-15:00' is not a full hour; write it as 07:00"),
        ("day seven-15:00", "'seven' in .* is not a full hour"),
        ("day 7-15", r"is in no shift \(16 such in all\)"),
    ],
)
def test_what_is_no_shift_is_told(text, message):
    with pytest.raises(ParameterError, match=message):
        read_shifts(text)


@pytest.mark.parametrize("start_hour", range(24))
@pytest.mark.parametrize("length_h", SHIFT_LENGTHS_H)
def test_equal_shifts_cover_the_clock_once(start_hour, length_h):
    shifts = equal_shifts(start_hour, length_h)
    check_shifts(shifts)
    assert {len(shift.hours) for shift in shifts} == {length_h}
    assert start_hour in {shift.start_hour for shift in shifts}


def test_the_usual_shifts_keep_their_names():
    assert equal_shifts(7, 8) == DEFAULT_SHIFTS


@pytest.mark.parametrize(("start_hour", "length_h"), [(7, 5), (24, 8), (-1, 8), (0, 24)])
def test_shifts_that_do_not_cut_the_day_evenly_are_refused(start_hour, length_h):
    with pytest.raises(ParameterError, match="do not cover the day; give 4, 6, 8, 12 hours"):
        equal_shifts(start_hour, length_h)
