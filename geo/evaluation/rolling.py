"""Dates to test a prediction at: what comes before each trains it, what comes after tests it.

Days where incidents are dated by the day; whole months where any is known by its month only, for
then a day within the month says nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from boundaries.errors import ParameterError
from geo.evaluation.rolling_params import MOST_DATES, RollingParams
from geo.missing_months import DAYS_PER_MONTH, missing_months
from geo.schema import TIME_PRECISION, Incidents
from geo.series_break import BREAK_IN_WORDS, SERIES_BREAK

Unit = Literal["day", "month"]

_UNIT_CODE: dict[Unit, Literal["D", "M"]] = {"day": "D", "month": "M"}


@dataclass(frozen=True, eq=False)
class Rolling:
    """The dates, counted in units since 1970.

    Attributes
    ----------
    unit
        Day or month.
    codes
        Shape (n,): unit of every incident.
    train, test, step
        How many units each lasts.
    starts
        Shape (k,): first unit of each test; its training is the ``train`` units before.
    rules
        For each automatic value the rule that picked it.
    warnings
        What a reader must know.
    """

    unit: Unit
    codes: NDArray[np.int64]
    train: int
    test: int
    step: int
    starts: NDArray[np.int64]
    rules: dict[str, str]
    warnings: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.starts)

    def first_days(self, codes: NDArray[np.int64]) -> NDArray[np.datetime64]:
        """Give the first day of units."""
        return days_of(codes, self.unit)


@dataclass(frozen=True)
class _Time:
    """What the data covers, in units: from ``first`` to before ``end``, and where it is broken."""

    unit: Unit
    first: int
    end: int
    gaps: tuple["_Gap", ...]

    def holds(self, first: int, end: int) -> bool:
        """Say whether the data covers a span of units without a gap."""
        return self.first <= first and end <= self.end and not self.broken_by(first, end)

    def broken_by(self, first: int, end: int) -> list["_Gap"]:
        """Give the gaps that a span of units runs into."""
        start, stop = days_of(np.array([first, end]), self.unit)
        return [gap for gap in self.gaps if gap.breaks(start, stop)]


@dataclass(frozen=True)
class _Gap:
    """A month without any incident, or the break of the series: a moment without length."""

    first: np.datetime64
    end: np.datetime64
    words: str

    def breaks(self, start: np.datetime64, stop: np.datetime64) -> bool:
        """Say whether it lies in a span of days, begun and ended there at the most."""
        return bool(start < self.end and self.first < stop)


def rolling_dates(incidents: Incidents, params: RollingParams) -> Rolling:
    """Choose the dates.

    Parameters
    ----------
    incidents
        The selected ones.

    Raises
    ------
    ParameterError
        There are no incidents, the data has no room for the dates, ``test_from`` is within a month
        where incidents are dated by month, or a training or test runs over a gap and that is not
        allowed.
    """
    unit, why = _unit_of(incidents)
    codes = _codes(incidents.occurred, unit)
    time = _Time(unit, int(codes.min()), int(codes.max()) + 1, tuple(_gaps(incidents)))
    heeded = replace(time, gaps=()) if params.allow_gaps else time
    test, step = _lengths(params, unit)
    start = None if params.test_from is None else _code_of(params.test_from, unit, why)
    train, rule = _training(params, heeded, start)
    starts = _starts(params, heeded, (train, test, step), start)
    rules = {"unit": why} | rule
    if params.step_days is None:
        rules["step"] = "as long as a test"
    if params.n_dates is None:
        rules["n_dates"] = f"all that the data has room for, at most {MOST_DATES}"
    warnings = (*_gap_warnings(time, starts, train, test), *_overlap_warnings(test, step))
    return Rolling(unit, codes, train, test, step, starts, rules, tuple(warnings))


def days_of(codes: NDArray[np.int64], unit: Unit) -> NDArray[np.datetime64]:
    """Give the first day of units counted since 1970."""
    return codes.astype(f"datetime64[{_UNIT_CODE[unit]}]").astype("datetime64[D]")


def in_units(n: int, unit: Unit) -> str:
    """Say a number of units.

    >>> in_units(1, "month"), in_units(28, "day")
    ('1 month', '28 days')
    """
    return f"{n:,} {unit}{'' if n == 1 else 's'}"


def _unit_of(incidents: Incidents) -> tuple[Unit, str]:
    if len(incidents) == 0:
        msg = "No incident is selected, so no prediction can be tested; widen the selection."
        raise ParameterError(msg)
    n_vague = int((incidents.frame[TIME_PRECISION] == "month").sum())
    if n_vague:
        return "month", (
            f"whole months, for {n_vague:,} of {len(incidents):,} incidents are dated by month only"
        )
    return "day", "days, for every incident is dated by the day"


def _codes(days: NDArray[np.datetime64], unit: Unit) -> NDArray[np.int64]:
    return days.astype(f"datetime64[{_UNIT_CODE[unit]}]").astype(np.int64)


def _code_of(day: date, unit: Unit, why: str) -> int:
    if unit == "month" and day.day != 1:
        after = np.datetime64(day, "M") + 1
        msg = (
            f"test_from is {day}, but tests are of {why}; give the first of a month, such as "
            f"{after}-01."
        )
        raise ParameterError(msg)
    return int(_codes(np.array([day], "datetime64[D]"), unit)[0])


def _gaps(incidents: Incidents) -> Iterator[_Gap]:
    for month in missing_months(incidents):
        words = f"there is no incident at all in {month}, so a file may be missing"
        yield _Gap(month.astype("M8[D]"), (month + 1).astype("M8[D]"), words)
    broken = SERIES_BREAK.astype("datetime64[D]")
    yield _Gap(broken, broken, f"{BREAK_IN_WORDS[0].lower()}{BREAK_IN_WORDS[1:]}")


def _lengths(params: RollingParams, unit: Unit) -> tuple[int, int]:
    """Give units per test and per step."""
    test = _in_unit(params.test_days, unit)
    return test, test if params.step_days is None else _in_unit(params.step_days, unit)


def _in_unit(days: int, unit: Unit) -> int:
    return days if unit == "day" else max(round(days / DAYS_PER_MONTH), 1)


def _training(params: RollingParams, time: _Time, start: int | None) -> tuple[int, dict[str, str]]:
    """Give units per training, and the rule where it was chosen."""
    if params.train_days is not None:
        return _in_unit(params.train_days, time.unit), {}
    year = _in_unit(365, time.unit)
    first = _unbroken_from(time, time.end if start is None else start)
    room = (time.end - first) // 2 if start is None else start - first
    if room >= year:
        return year, {"train": f"a year: {in_units(year, time.unit)}"}
    why = "half of the time" if start is None else "all the time before test_from"
    train = max(room, 1)
    return train, {"train": f"{why} without a gap: {in_units(train, time.unit)}"}


def _unbroken_from(time: _Time, end: int) -> int:
    """Give the first unit from which on nothing is missing up to an end."""
    first = end - 1
    while first > time.first and not time.broken_by(first - 1, end):
        first -= 1
    return first


def _starts(
    params: RollingParams, time: _Time, lengths: tuple[int, int, int], start: int | None
) -> NDArray[np.int64]:
    """Give the first unit of every test: from ``start`` on, else back from the data's end."""
    train, test, step = lengths
    steps = step * np.arange(params.n_dates or MOST_DATES)
    every = start + steps if start is not None else time.end - test - steps
    fits = [time.holds(int(s) - train, int(s) + test) for s in every]
    n_fitting = fits.index(False) if False in fits else len(fits)
    if n_fitting < (params.n_dates or 1):
        raise ParameterError(_no_room(time, int(every[n_fitting]), lengths, n_fitting))
    return np.sort(every[:n_fitting]).astype(np.int64)


def _no_room(time: _Time, start: int, lengths: tuple[int, int, int], n_fitting: int) -> str:
    """Say why a date does not fit."""
    train, test, _ = lengths
    day, first, end = days_of(np.array([start, time.first, time.end]), time.unit)
    what = (
        f"{in_units(train, time.unit)} of training before {day} and {in_units(test, time.unit)} "
        "of test after it"
    )
    fit = f"; {n_fitting} date{' fits' if n_fitting == 1 else 's fit'}" if n_fitting else ""
    if gaps := time.broken_by(start - train, start + test):
        return (
            f"{what} run over a gap: {gaps[0].words}. Choose other dates, shorter or fewer ones"
            f"{fit}, or allow gaps."
        )
    return (
        f"There is no room for {what}: the incidents run from {first} to {end - 1}. Choose other "
        f"dates, shorter or fewer ones{fit}."
    )


def _gap_warnings(time: _Time, starts: NDArray[np.int64], train: int, test: int) -> Iterator[str]:
    met: dict[str, int] = {}
    for start in starts:
        for gap in time.broken_by(int(start) - train, int(start) + test):
            met[gap.words] = met.get(gap.words, 0) + 1
    for words, n in met.items():
        yield (
            f"Gaps were allowed: {words}; {n} of {len(starts)} dates train or test over it, and "
            "their figures may mislead."
        )


def _overlap_warnings(test: int, step: int) -> Iterator[str]:
    if step < test:
        yield (
            "The tests overlap, so the same incidents are predicted several times and the "
            "intervals are too narrow; take steps at least as long as a test."
        )
