"""Shifts of the day: named hours that cover the clock once."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from boundaries.errors import ParameterError

HOURS_OF_DAY = 24

_SHIFT = re.compile(r"\s*(?P<name>.*?)\s+(?P<start>\S+?)\s*(?:-|to)\s*(?P<end>\S+)\s*")
_CLOCK = re.compile(r"(\d{1,2})(?::?(\d{2}))?")


@dataclass(frozen=True)
class Shift:
    """A named run of whole hours; one that ends at or before its start goes over midnight.

    Parameters
    ----------
    name
        What people call it.
    start_hour, end_hour
        From 0 to 24: it lasts from the one to just before the other. Equal hours are a whole day.
    """

    name: str
    start_hour: int
    end_hour: int

    def __post_init__(self) -> None:
        if not self.name.strip():
            msg = "A shift has no name; give each one, for example 'late'."
            raise ParameterError(msg)
        for hour in (self.start_hour, self.end_hour):
            if hour not in range(HOURS_OF_DAY + 1):
                msg = (
                    f"Shift {self.name!r} begins or ends at {hour}; shifts begin and end on the "
                    f"hour, from 0 to {HOURS_OF_DAY}."
                )
                raise ParameterError(msg)

    @property
    def hours(self) -> tuple[int, ...]:
        """Hours of the clock in the order of the shift."""
        length = (self.end_hour - self.start_hour) % HOURS_OF_DAY or HOURS_OF_DAY
        return tuple((self.start_hour + hour) % HOURS_OF_DAY for hour in range(length))

    def in_words(self) -> str:
        """Say the hours.

        >>> Shift("night", 23, 7).in_words()
        '23:00 to 07:00'
        """
        return f"{self.start_hour:02d}:00 to {self.end_hour:02d}:00"


SHIFT_LENGTHS_H = (4, 6, 8, 12)
DEFAULT_SHIFTS = (Shift("day", 7, 15), Shift("late", 15, 23), Shift("night", 23, 7))


def equal_shifts(start_hour: int, length_h: int) -> tuple[Shift, ...]:
    """Cut the day into shifts of one length, the first beginning at a full hour.

    Three of 8 hours from 07:00 are the usual ones, ``DEFAULT_SHIFTS``; others are named by
    their order.

    >>> [shift.in_words() for shift in equal_shifts(6, 12)]
    ['06:00 to 18:00', '18:00 to 06:00']

    Raises
    ------
    ParameterError
        The length does not cut the day evenly, or the start is no hour of the day.
    """
    if length_h not in SHIFT_LENGTHS_H or start_hour not in range(HOURS_OF_DAY):
        msg = (
            f"Shifts of {length_h} hours from {start_hour}:00 do not cover the day; give "
            f"{', '.join(map(str, SHIFT_LENGTHS_H))} hours, and a start from 0 to 23."
        )
        raise ParameterError(msg)
    if (start_hour, length_h) == (7, 8):
        return DEFAULT_SHIFTS
    starts = range(start_hour, start_hour + HOURS_OF_DAY, length_h)
    return tuple(
        Shift(f"shift {number}", start % HOURS_OF_DAY, (start + length_h) % HOURS_OF_DAY)
        for number, start in enumerate(starts, start=1)
    )


def check_shifts(shifts: Sequence[Shift]) -> None:
    """Refuse shifts that do not cover every hour of the clock exactly once.

    Raises
    ------
    ParameterError
        Hours are in no shift or in several, or two shifts have one name; says which.
    """
    names = [name for name, times in Counter(shift.name for shift in shifts).items() if times > 1]
    if names:
        msg = f"Several shifts are called {names[0]!r}; give each a name of its own."
        raise ParameterError(msg)
    covered = Counter(hour for shift in shifts for hour in shift.hours)
    missing = [hour for hour in range(HOURS_OF_DAY) if not covered[hour]]
    if missing:
        msg = (
            f"The hour from {missing[0]:02d}:00 to {missing[0] + 1:02d}:00 is in no shift "
            f"({len(missing)} such in all); the shifts must cover the whole day."
        )
        raise ParameterError(msg)
    if twice := [hour for hour in range(HOURS_OF_DAY) if covered[hour] > 1]:
        both = [shift.name for shift in shifts if twice[0] in shift.hours]
        msg = (
            f"The hour from {twice[0]:02d}:00 to {twice[0] + 1:02d}:00 is in several shifts, "
            f"{' and '.join(map(repr, both))} ({len(twice)} such in all); each hour belongs to one."
        )
        raise ParameterError(msg)


def shift_of_hours(shifts: Sequence[Shift]) -> NDArray[np.intp]:
    """Give the position of each hour's shift, shape (24,)."""
    return np.array(
        [next(i for i, shift in enumerate(shifts) if hour in shift.hours) for hour in range(24)],
        np.intp,
    )


def begun_the_day_before(shifts: Sequence[Shift]) -> NDArray[np.bool_]:
    """Say which hours belong to a shift that began before midnight, shape (24,)."""
    return np.array(
        [
            any(hour in shift.hours and hour < shift.start_hour for shift in shifts)
            for hour in range(HOURS_OF_DAY)
        ],
        np.bool_,
    )


def read_shifts(text: str) -> tuple[Shift, ...]:
    """Read shifts written in one line.

    >>> read_shifts("early 06:00-14:00, late 14-22, night 2200 to 0600")[1]
    Shift(name='late', start_hour=14, end_hour=22)

    Raises
    ------
    ParameterError
        A part is not a name and two full hours, or the shifts do not cover the clock once.
    """
    shifts = tuple(_read_shift(part) for part in text.split(","))
    check_shifts(shifts)
    return shifts


def _read_shift(part: str) -> Shift:
    found = _SHIFT.fullmatch(part)
    if found is None:
        msg = (
            f"{part.strip()!r} is not a shift; write a name and its hours, for example "
            "'day 07:00-15:00, late 15:00-23:00, night 23:00-07:00'."
        )
        raise ParameterError(msg)
    return Shift(found["name"], _read_hour(found["start"], part), _read_hour(found["end"], part))


def _read_hour(text: str, part: str) -> int:
    found = _CLOCK.fullmatch(text)
    if found is None or int(found[2] or 0):
        msg = f"{text!r} in {part.strip()!r} is not a full hour; write it as 07:00."
        raise ParameterError(msg)
    return int(found[1])
