"""Visits that were really made, as people write them down: from a file or a form.

A visit belongs to the day on which its shift began, as on the sheets of the plan: half past
midnight on a Friday night is of Friday. Where the time in a cell carries a date of its own, that
date is the calendar's.
"""

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pandas as pd

from boundaries.errors import InputFileError, ParameterError
from geo.disclosure.levels import PARTNER
from geo.patrol.plan import Plan
from geo.quality.check import day_in_words
from geo.readers.columns import plain_words
from geo.readers.dates import read_dates
from geo.readers.problems import problem_rows
from geo.readers.sources import InputFile
from geo.readers.tables import RawTable, check_table, read_csv_table
from geo.readers.times_of_day import read_times
from geo.readers.workbook import read_workbook
from geo.report import DUPLICATE, OUTCOME, REJECTED, ROW, no_problems
from geo.spreadsheet_text import LINE_END, guard_frame

PLAN, DATE, TEAM, AREA, START, END = COLUMNS = ("plan", "date", "team", "area", "start", "end")
"""Columns of a file of visits; the plan and the date may be left out."""
NEEDED = (TEAM, AREA, START, END)
HEADINGS: Mapping[str, tuple[str, ...]] = {
    PLAN: ("plan", "plan key", "plan id", "patrol plan"),
    DATE: ("date", "day", "shift date", "shift day", "date of shift", "visit date"),
    TEAM: ("team", "team number", "team no", "crew", "unit", "patrol team"),
    AREA: ("area", "focus area", "area number", "area no", "place", "location", "area name"),
    START: ("start", "from", "start time", "arrived", "arrival", "time in", "begin", "time from"),
    END: ("end", "to", "end time", "left", "departed", "departure", "time out", "until", "finish"),
}
EARLY_OR_LATE = timedelta(hours=2)
"""A visit may lie so far outside the hours of its shift."""

_DAY = timedelta(days=1)
_NUMBER = re.compile(r"(?:team|area|no\.?|number|#)?\s*(\d{1,3})(?:\.0)?")


@dataclass(frozen=True, order=True)
class VisitMade:
    """A visit that was made, on the clock of London.

    Attributes
    ----------
    day
        On which the shift began.
    start, end
        When the team was there.
    team, area
        Numbers of the plan.
    """

    day: date
    start: datetime
    end: datetime
    team: int
    area: int

    @property
    def minutes(self) -> float:
        """How long it lasted."""
        return (self.end - self.start).total_seconds() / 60

    def as_dict(self) -> dict[str, Any]:
        """Give plain values that JSON can hold."""
        return {
            "day": self.day.isoformat(),
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
            TEAM: self.team,
            AREA: self.area,
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "VisitMade":
        """Read what :meth:`as_dict` gave."""
        return cls(
            date.fromisoformat(values["day"]),
            datetime.fromisoformat(values["start"]),
            datetime.fromisoformat(values["end"]),
            int(values[TEAM]),
            int(values[AREA]),
        )


@dataclass(frozen=True, eq=False)
class VisitRecords:
    """What a file of visits says.

    Attributes
    ----------
    visits
        Those that could be used, in the order of the file.
    problems
        One row for each row that could not: ``geo.report.PROBLEM_COLUMNS``.
    rows_read
        Rows below the header that are not blank; visits and problems add up to it.
    file, note
        Its name, and what a reader must know about how it was read.
    """

    visits: tuple[VisitMade, ...]
    problems: pd.DataFrame
    rows_read: int
    file: str
    note: str = ""

    def in_words(self) -> str:
        """Say what became of the rows."""
        twice = int((self.problems[OUTCOME] == DUPLICATE).sum())
        wrong = len(self.problems) - twice
        parts = [f"{len(self.visits):,} used", f"{wrong:,} not usable"]
        parts += [f"{twice:,} doubled"] if twice else []
        rows = "row" if self.rows_read == 1 else "rows"
        return f"{self.rows_read:,} {rows} read from {self.file}: {', '.join(parts)}."


@dataclass(eq=False)
class _Wrong(Exception):  # noqa: N818 - it never leaves this module
    """Why a row cannot be used: which column, what stands there, why, and what to do."""

    column: str
    found: str
    reason: str
    remedy: str
    outcome: str = REJECTED


def read_visits(
    content: bytes, plan: Plan, *, name: str, known: Iterable[VisitMade] = ()
) -> VisitRecords:
    """Read a CSV file or an Excel workbook of visits.

    Parameters
    ----------
    name
        Of the file, for reports.
    known
        Visits that are recorded already; a row that says one of them again counts as doubled.

    Raises
    ------
    InputFileError
        It is no table, is larger than what may be read, or lacks a column that is needed.
    """
    file = InputFile(name, content)
    table = read_workbook(file) if file.is_workbook else read_csv_table(file)
    check_table(table)
    columns = _columns(table)
    cells = {meaning: _texts(table, columns.get(meaning)) for meaning in COLUMNS}
    times: dict[str, Sequence[Any]] = {
        DATE: _read_days(cells[DATE]),
        START: _read_moments(cells[START]),
        END: _read_moments(cells[END]),
    }
    cells[PLAN] = _of_others(cells[PLAN], plan)
    seen = set(known)
    visits: list[VisitMade] = []
    wrong: list[tuple[int, _Wrong]] = []
    for row in range(len(table)):
        texts = {meaning: cells[meaning][row] for meaning in COLUMNS}
        try:
            visit = _visit(texts, {meaning: found[row] for meaning, found in times.items()}, plan)
            _check_new(visit, seen, texts)
        except _Wrong as why:
            wrong.append((row, why))
        else:
            seen.add(visit)
            visits.append(visit)
    problems = pd.concat([_problems(table, wrong, columns), table.misfits], ignore_index=True)
    problems = problems.sort_values(ROW, kind="stable", ignore_index=True)
    return VisitRecords(tuple(visits), problems, len(table) + len(table.misfits), name, table.note)


def made_visit(
    plan: Plan,
    day: date,
    team: int,
    area: int,
    start: time,
    end: time,
    known: Iterable[VisitMade] = (),
) -> VisitMade:
    """Make a visit of what a person fills in; the day is that on which the shift began.

    Raises
    ------
    ParameterError
        It cannot be; says why and what to do.
    """
    texts = {
        PLAN: "",
        DATE: day_in_words(day),
        TEAM: str(team),
        AREA: str(area),
        START: f"{start:%H:%M}",
        END: f"{end:%H:%M}",
    }
    try:
        visit = _visit(texts, {DATE: day, START: start, END: end}, plan)
        _check_new(visit, set(known), texts)
    except _Wrong as why:
        reason = f"{why.reason[0].upper()}{why.reason[1:]}"
        msg = f"{reason} ({why.column}: {why.found}). {why.remedy}"
        raise ParameterError(msg) from None
    return visit


def key_of_visits(plan: Plan) -> str:
    """Name the visits of a plan: a plan with figures and its form without have the same."""
    return plan.without_figures(PARTNER).key


def visits_csv(plan: Plan, visits: Sequence[VisitMade]) -> bytes:
    """Write visits as a CSV file that :func:`read_visits` reads; no name of a person is in it."""
    key = key_of_visits(plan)
    rows = [
        {
            PLAN: key,
            DATE: visit.day.isoformat(),
            TEAM: visit.team,
            AREA: visit.area,
            "name": plan.area(visit.area).name,
            START: visit.start.isoformat(sep=" "),
            END: visit.end.isoformat(sep=" "),
            "minutes": round(visit.minutes),
        }
        for visit in sorted(visits)
    ]
    columns = [PLAN, DATE, TEAM, AREA, "name", START, END, "minutes"]
    buffer = io.StringIO()
    frame = guard_frame(pd.DataFrame(rows, columns=columns))
    frame.to_csv(buffer, index=False, lineterminator=LINE_END)
    return buffer.getvalue().encode()


def blank_csv(plan: Plan) -> bytes:
    """Write a file to fill in: the planned visits, without when they were made."""
    key = key_of_visits(plan)
    rows = [
        {
            PLAN: key,
            DATE: visit.day.isoformat(),
            TEAM: visit.team,
            AREA: visit.area,
            "name": plan.area(visit.area).name,
            START: "",
            END: "",
        }
        for visit in plan.visits
    ]
    columns = [PLAN, DATE, TEAM, AREA, "name", START, END]
    buffer = io.StringIO()
    frame = guard_frame(pd.DataFrame(rows, columns=columns))
    frame.to_csv(buffer, index=False, lineterminator=LINE_END)
    return buffer.getvalue().encode()


def _columns(table: RawTable) -> dict[str, int]:
    """Find the position of the column of each meaning; the first of several."""
    headings = [plain_words(heading) for heading in table.header]
    found = {
        meaning: headings.index(word)
        for meaning, words in HEADINGS.items()
        for word in reversed(words)
        if word in headings
    }
    missing = [meaning for meaning in NEEDED if meaning not in found]
    if missing:
        msg = (
            f"{table.file.name} has no column for {', '.join(missing)}; its headings are "
            f"{', '.join(map(repr, table.header[:12]))}. Name the columns {', '.join(COLUMNS)}."
        )
        raise InputFileError(msg)
    return found


def _texts(table: RawTable, position: int | None) -> list[str]:
    if position is None:
        return [""] * len(table)
    return [str(text) for text in table.texts(position).fillna("")]


_Moment = datetime | time | None


def _read_days(texts: Sequence[str]) -> list[date | None]:
    days = read_dates(pd.Series(list(texts), dtype="str")).day.astype("datetime64[D]")
    return [None if pd.isna(day) else day.astype(object) for day in days]


def _read_moments(texts: Sequence[str]) -> list[_Moment]:
    """Read times of day, and where a cell has a date too, moments."""
    column = pd.Series(list(texts), dtype="str")
    clock = read_times(column)
    dates = read_dates(column.where(pd.isna(clock), ""))
    found: list[_Moment] = []
    for seconds, day, of_day in zip(clock, dates.day, dates.seconds, strict=True):
        if not pd.isna(seconds):
            found.append((datetime.min + timedelta(seconds=float(seconds))).time())
        elif pd.isna(day) or pd.isna(of_day):
            found.append(None)
        else:
            moment = pd.Timestamp(day) + pd.Timedelta(seconds=float(of_day))
            found.append(moment.round("s").to_pydatetime())
    return found


def _visit(texts: Mapping[str, str], times: Mapping[str, Any], plan: Plan) -> VisitMade:
    """Make a visit of one row, or say what is wrong with it, the most telling thing first."""
    if texts[PLAN]:
        reason = "the row is of another plan"
        remedy = "Open that plan, or leave the column empty where the row is of this one."
        raise _Wrong(PLAN, texts[PLAN], reason, remedy)
    team = _number_of(TEAM, texts[TEAM], {str(team.number): team.number for team in plan.teams})
    names = {str(area.number): area.number for area in plan.areas}
    area = _number_of(
        AREA, texts[AREA], names | {area.name.casefold(): area.number for area in plan.areas}
    )
    for column in (START, END):
        if times[column] is None:
            raise _not_a_time(column, texts[column])
    day, start = _day_and_start(times[DATE], texts, times[START], plan)
    end = _end_after(start, times[END], texts, plan)
    return VisitMade(day, start, end, team, area)


def _of_others(texts: Sequence[str], plan: Plan) -> list[str]:
    """Leave out what names this plan, in either of its forms."""
    own = {plan.key, key_of_visits(plan)} if any(texts) else set()
    return ["" if text.casefold() in own else text for text in texts]


def _number_of(column: str, text: str, known: Mapping[str, int]) -> int:
    """Find a team or an area by its number, ``Area 3``, or its name."""
    words = " ".join(text.casefold().split())
    number = _NUMBER.fullmatch(words)
    wanted = str(int(number[1])) if number else words
    if wanted in known:
        return known[wanted]
    numbers = f"1 to {max(known.values())}"
    if not text:
        raise _Wrong(column, "", f"no {column} is given", f"Write its number, {numbers}.")
    raise _Wrong(
        column, text, f"the plan has no such {column}", f"Write a number of the plan, {numbers}."
    )


def _not_a_time(column: str, text: str) -> _Wrong:
    if not text:
        return _Wrong(
            column, "", f"the {column} is not given", "Write the time of day, such as 18:05."
        )
    return _Wrong(
        column,
        text,
        f"the {column} is not a time of day",
        "Write it as 18:05, or 2026-03-06 18:05.",
    )


def _day_and_start(
    day: date | None, texts: Mapping[str, str], start: datetime | time, plan: Plan
) -> tuple[date, datetime]:
    """Find the shift of a visit, and when it began."""
    if isinstance(start, datetime):
        possible = [_shift_near(start, plan)]
        moments = [start]
    elif day is None:
        column = DATE if texts[DATE] else START
        raise _Wrong(
            column,
            texts[column],
            "the date is not one" if texts[DATE] else "no date is given",
            "Write the day on which the shift began, such as 2026-03-06.",
        )
    else:
        possible = [day]
        moments = [_nearest_moment(day, start, plan)]
    if possible[0] not in plan.days:
        raise _not_of_plan(possible[0], texts, plan)
    _check_hours(possible[0], moments[0], texts, plan)
    return possible[0], moments[0]


def _not_of_plan(day: date, texts: Mapping[str, str], plan: Plan) -> _Wrong:
    column = DATE if texts[DATE] else START
    inside = plan.first_day <= day <= plan.last_day
    reason = (
        f"no shift of the plan begins on {day_in_words(day)}"
        if inside
        else "the day lies outside the dates of the plan"
    )
    days = f"{day_in_words(plan.first_day)} to {day_in_words(plan.last_day)}"
    remedy = f"Shifts begin on {plan.params.shift.days_in_words()}, {days}; write such a day."
    return _Wrong(column, texts[column], reason, remedy)


def _outside(moment: datetime, day: date, plan: Plan) -> timedelta:
    """How far a moment lies outside the hours of a shift."""
    first, last = plan.params.shift.span_on(day)
    return max(first - moment, moment - last, timedelta())


def _shift_near(moment: datetime, plan: Plan) -> date:
    """Give the day of the shift that a moment lies in or next to; its own day without any."""
    near = [
        day
        for day in (moment.date(), moment.date() - _DAY, moment.date() + _DAY)
        if day in plan.days and _outside(moment, day, plan) <= EARLY_OR_LATE
    ]
    return min(near, key=lambda day: _outside(moment, day, plan), default=moment.date())


def _nearest_moment(day: date, clock: time, plan: Plan) -> datetime:
    """Put a time of day on the evening of a shift or the morning after."""
    moments = [datetime.combine(day + timedelta(days=later), clock) for later in (0, 1)]
    return min(moments, key=lambda moment: _outside(moment, day, plan))


def _check_hours(day: date, start: datetime, texts: Mapping[str, str], plan: Plan) -> None:
    if _outside(start, day, plan) > EARLY_OR_LATE:
        raise _Wrong(
            START,
            texts[START],
            "the start lies more than two hours outside the shift",
            f"Shifts are {plan.params.shift.in_words()}; correct the time or the day.",
        )


def _end_after(
    start: datetime, end: datetime | time, texts: Mapping[str, str], plan: Plan
) -> datetime:
    """Find when a visit ended: on the clock the next such time after its start."""
    length_h = plan.params.shift.length_h
    whole = timedelta(hours=length_h)
    is_clock = isinstance(end, time)
    ended = datetime.combine(start.date(), end) if isinstance(end, time) else end
    if is_clock and ended < start and ended + _DAY - start <= whole:
        ended += _DAY
    if ended == start:
        raise _Wrong(
            END, texts[END], "the visit ends when it starts", "Correct the start or the end."
        )
    if ended < start:
        raise _Wrong(
            END, texts[END], "the end is before the start", "Correct or swap start and end."
        )
    if ended - start > whole:
        raise _Wrong(
            END,
            texts[END],
            f"the visit is longer than the shift of {length_h} hours",
            "Correct the start or the end.",
        )
    return ended


def _check_new(visit: VisitMade, seen: set[VisitMade], texts: Mapping[str, str]) -> None:
    if visit in seen:
        raise _Wrong(
            START,
            texts[START],
            "the same visit is recorded already",
            "Leave the row out; nothing is lost.",
            DUPLICATE,
        )


def _problems(
    table: RawTable, wrong: Sequence[tuple[int, _Wrong]], columns: Mapping[str, int]
) -> pd.DataFrame:
    """Explain the rows that cannot be used, with the headings that the file has."""
    if not wrong:
        return no_problems()
    mask = pd.Series(range(len(table))).isin([row for row, _ in wrong]).to_numpy()
    values = table.values_as_json(mask)
    rows = [
        problem_rows(
            file=table.file.name,
            row=[int(table.rows[row])],
            column=table.header[columns[why.column]] if why.column in columns else why.column,
            found=why.found,
            reason=why.reason,
            remedy=why.remedy,
            outcome=why.outcome,
            row_values=value,
        )
        for (row, why), value in zip(wrong, values, strict=True)
    ]
    return pd.concat(rows, ignore_index=True)


def clipped(visits: Iterable[VisitMade]) -> list[VisitMade]:
    """Give the visits so that no minute of a team in an area counts twice.

    Records of one team, area and shift that overlap are put together into one visit.
    """
    found: list[VisitMade] = []
    for visit in sorted(visits, key=lambda one: (one.day, one.team, one.area, one.start)):
        last = found[-1] if found else None
        if last is not None and _overlap(last, visit):
            found[-1] = replace(last, end=max(last.end, visit.end))
        else:
            found.append(visit)
    return sorted(found)


def _overlap(one: VisitMade, other: VisitMade) -> bool:
    same = (one.day, one.team, one.area) == (other.day, other.team, other.area)
    return same and other.start < one.end
