"""The last check of every row before it is an incident: one schema, its rules as data."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.readers.clock_changes import LONDON, ONE_HOUR, skipped_and_repeated
from geo.readers.days import EARLIEST_YEAR
from geo.readers.problems import problem_rows
from geo.readers.tables import RawTable
from geo.report import KEPT, KEPT_NOT_LOCATED, REJECTED
from geo.schema import (
    CATEGORY,
    EASTING,
    INCIDENT_ID,
    LOCATION_QUALITIES,
    LOCATION_QUALITY,
    NORTHING,
    OCCURRED,
    OCCURRED_END,
    OPTIONAL_TEXTS,
    PRECISIONS,
    SOURCE,
    STRAND_COLUMNS,
    TIME_PRECISION,
)

if TYPE_CHECKING:
    import pandera.pandas as pa

LONGEST_TEXT = 2_000

_UK_EASTINGS = (0.0, 700_000.0)
_UK_NORTHINGS = (0.0, 1_300_000.0)
_YEAR = pd.Timedelta(days=366)
_NOT_LOCATED = "not located"
_LOCATED = "point"
_MINUTE = PRECISIONS[0]

_PLACE_REMEDY = "Check the coordinates and the headings over them."
_OUR_FAULT = "Please report this: a reader made it, not the file."

Holds = Callable[[pd.DataFrame], "pd.Series[bool]"]


@dataclass(frozen=True)
class Rule:
    """What must hold for every row, and what becomes of a row for which it does not.

    Attributes
    ----------
    name
        Unique.
    columns
        The columns it is about; it is left out where the frame has not all of them.
    holds
        Gives a frame's rows for which it holds; a value that is missing breaks no rule but those
        that say so.
    reason, remedy, outcome
        As the table of problems has them.
    emptied
        Columns whose value is taken away where the rule is broken and the row is kept.
    """

    name: str
    columns: tuple[str, ...]
    holds: Holds
    reason: str
    remedy: str
    outcome: str
    emptied: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Validated:
    """What the check made of a frame.

    Attributes
    ----------
    frame
        The frame, with the values taken away that must not be used. Rows as before.
    rejected
        Shape (n,): rows that cannot be incidents, those given as such included.
    problems
        Columns ``geo.report.PROBLEM_COLUMNS``.
    note
        What a reader must know about all rows, or nothing.
    """

    frame: pd.DataFrame
    rejected: NDArray[np.bool_]
    problems: tuple[pd.DataFrame, ...]
    note: str = ""


def validate(
    frame: pd.DataFrame,
    table: RawTable,
    columns_of: Mapping[str, str],
    rejected: NDArray[np.bool_],
    *,
    today: dt.date | None = None,
) -> Validated:
    """Check all rows of a table at once, and say of each that breaks a rule what is wrong.

    Parameters
    ----------
    frame
        One row per row of ``table``, columns as :class:`geo.schema.Incidents` needs them.
    table
        What was read, for the texts that were found.
    columns_of
        Heading of the table by column of the frame, as far as there is one.
    rejected
        Shape (n,): rows that have been rejected already; nothing more is said about them.
    today
        No incident can be later; the day in London where not given.

    Raises
    ------
    RuntimeError
        A column is missing or of another type: a fault of a reader and not of the file.
    """
    frame, clock_problems, note = _with_possible_times(frame, table, columns_of, rejected)
    broken = _broken(frame, today or pd.Timestamp.now(tz=LONDON).date(), rejected)
    for rule, rows in broken.items():
        rejected = rejected | rows if rule.outcome == REJECTED else rejected
    problems = list(clock_problems)
    for rule, rows in broken.items():
        shown = rows if rule.outcome == REJECTED else rows & ~rejected
        problems.append(_problems(rule, frame, table, columns_of, shown))
    return Validated(_emptied(frame, broken), rejected, tuple(problems), note)


def rules(today: dt.date) -> tuple[Rule, ...]:
    """Give the rules as they are on a day."""
    first = pd.Timestamp(EARLIEST_YEAR, 1, 1)
    tomorrow = pd.Timestamp(today) + pd.Timedelta(days=1)
    return (
        Rule(
            "a date",
            (OCCURRED,),
            lambda f: f[OCCURRED].notna(),
            "there is no date",
            "Write the date as 2017-04-03.",
            REJECTED,
        ),
        Rule(
            "not too early",
            (OCCURRED,),
            lambda f: ~(f[OCCURRED] < first),
            f"the date is before {EARLIEST_YEAR}",
            "Correct the year.",
            REJECTED,
        ),
        Rule(
            "not in the future",
            (OCCURRED,),
            lambda f: ~(f[OCCURRED] >= tomorrow),
            "the date is in the future; day and month may be the wrong way round",
            "Correct the date, or write it as 2017-04-03 so that nothing can be swapped.",
            REJECTED,
        ),
        Rule(
            "precision of time",
            (TIME_PRECISION,),
            lambda f: f[TIME_PRECISION].isin(PRECISIONS),
            f"how exactly the time is known is none of {', '.join(PRECISIONS)}",
            _OUR_FAULT,
            REJECTED,
        ),
        Rule(
            "an id",
            (INCIDENT_ID,),
            lambda f: _not_empty(f[INCIDENT_ID]),
            "there is no id",
            _OUR_FAULT,
            REJECTED,
        ),
        Rule(
            "a source",
            (SOURCE,),
            lambda f: _not_empty(f[SOURCE]),
            "there is no source",
            _OUR_FAULT,
            REJECTED,
        ),
        Rule(
            "end after start",
            (OCCURRED_END, OCCURRED),
            lambda f: ~(f[OCCURRED_END] < f[OCCURRED]),
            "the end is before the start; only the start is used",
            "Correct the start or the end.",
            KEPT,
            (OCCURRED_END,),
        ),
        Rule(
            "end within a year",
            (OCCURRED_END, OCCURRED),
            lambda f: ~(f[OCCURRED_END] - f[OCCURRED] > _YEAR),
            "the end is more than a year after the start; both are used",
            "Check the year of the start and of the end.",
            KEPT,
        ),
        Rule(
            "both coordinates or none",
            (EASTING, NORTHING),
            lambda f: f[EASTING].isna() == f[NORTHING].isna(),
            "one of the two coordinates is missing",
            "Give both coordinates, or neither.",
            KEPT_NOT_LOCATED,
            (EASTING, NORTHING),
        ),
        Rule(
            "inside the United Kingdom",
            (EASTING, NORTHING),
            lambda f: _within(f[EASTING], _UK_EASTINGS) & _within(f[NORTHING], _UK_NORTHINGS),
            "the position is outside the United Kingdom",
            _PLACE_REMEDY,
            KEPT_NOT_LOCATED,
            (EASTING, NORTHING),
        ),
        Rule(
            "precision of place",
            (LOCATION_QUALITY,),
            lambda f: f[LOCATION_QUALITY].isin(LOCATION_QUALITIES),
            "how exactly the place is known is not said in a word that is understood",
            f"Write one of {', '.join(LOCATION_QUALITIES)}.",
            KEPT,
        ),
        Rule(
            "precision of place as the position",
            (LOCATION_QUALITY, EASTING),
            lambda f: (f[LOCATION_QUALITY] == _NOT_LOCATED) == f[EASTING].isna(),
            "how exactly the place is said to be known does not fit the position",
            f"Write {_NOT_LOCATED!r} where there are no coordinates, and only there.",
            KEPT,
        ),
        *(_not_too_long(name) for name in (INCIDENT_ID, SOURCE, CATEGORY, *OPTIONAL_TEXTS)),
    )


def _not_too_long(name: str) -> Rule:
    return Rule(
        f"length of {name}",
        (name,),
        lambda f: ~(f[name].str.len() > LONGEST_TEXT).fillna(value=False).astype("bool"),
        f"the text has more than {LONGEST_TEXT:,} characters; rows may have run together",
        "Check that every quotation mark before this row is closed.",
        KEPT,
    )


def _not_empty(texts: "pd.Series[str]") -> "pd.Series[bool]":
    return (texts.notna() & (texts != "")).astype("bool")


def _within(values: "pd.Series[float]", bounds: tuple[float, float]) -> "pd.Series[bool]":
    return ~((values < bounds[0]) | (values > bounds[1]))


@lru_cache(maxsize=8)
def _schema(columns: tuple[str, ...], today: dt.date) -> "pa.DataFrameSchema":
    """Make the schema; pandera takes half a second to import and is not needed before."""
    import pandera.pandas as pa

    # One case is enough: the masks are read, and a message would hold what people wrote.
    checks = [
        pa.Check(rule.holds, name=rule.name, ignore_na=False, n_failure_cases=1)
        for rule in rules(today)
        if set(rule.columns) <= set(columns)
    ]
    typed = {name: pa.Column(bool) for name in STRAND_COLUMNS.values()}
    typed |= {name: pa.Column(float, nullable=True) for name in (EASTING, NORTHING)}
    return pa.DataFrameSchema(typed, checks=checks)


def _broken(
    frame: pd.DataFrame, today: dt.date, rejected: NDArray[np.bool_]
) -> dict[Rule, NDArray[np.bool_]]:
    """Give the rows, shape (n,), of every rule that is broken, in the order of the rules."""
    from pandera.errors import SchemaErrors

    try:
        _schema(tuple(frame.columns), today).validate(frame, lazy=True, inplace=True)
    except SchemaErrors as errors:
        found = {error.check.name: error for error in errors.schema_errors if _is_rule(error)}
        if len(found) < len(errors.schema_errors):
            msg = f"A reader made other columns than incidents need: {errors.error_counts}."
            raise RuntimeError(msg) from None
        masks = {
            rule: ~found[rule.name].check_output.to_numpy(np.bool_) & ~rejected
            for rule in rules(today)
            if rule.name in found
        }
        return {rule: rows for rule, rows in masks.items() if rows.any()}
    return {}


def _is_rule(error: Any) -> bool:  # noqa: ANN401 - pandera's own class has no useful type
    return isinstance(getattr(error, "check_output", None), pd.Series)


def _emptied(frame: pd.DataFrame, broken: Mapping[Rule, NDArray[np.bool_]]) -> pd.DataFrame:
    """Take away what must not be used, and bring the precision of place into line with it."""
    kept = {rule: rows for rule, rows in broken.items() if rule.outcome != REJECTED}
    if not kept:
        return frame
    frame = frame.copy()
    for rule, rows in kept.items():
        for name in rule.emptied:
            frame[name] = frame[name].mask(rows)
    if LOCATION_QUALITY in frame:
        quality = frame[LOCATION_QUALITY].where(frame[LOCATION_QUALITY].isin(LOCATION_QUALITIES))
        located = frame[EASTING].notna()
        quality = quality.mask(located & (quality.isna() | (quality == _NOT_LOCATED)), _LOCATED)
        frame[LOCATION_QUALITY] = quality.where(located, _NOT_LOCATED)
    return frame


def _with_possible_times(
    frame: pd.DataFrame,
    table: RawTable,
    columns_of: Mapping[str, str],
    rejected: NDArray[np.bool_],
) -> tuple[pd.DataFrame, list[pd.DataFrame], str]:
    """Move times that no clock ever showed an hour on, and count those that it showed twice."""
    exact = (frame[TIME_PRECISION] == _MINUTE).to_numpy(np.bool_) & ~rejected
    problems, twice = [], np.zeros(len(frame), np.bool_)
    for name in (OCCURRED, OCCURRED_END):
        if name not in frame or not exact.any():
            continue
        skipped, repeated = skipped_and_repeated(frame[name].to_numpy())
        skipped, twice = skipped & exact, twice | (repeated & exact)
        problems.append(_problems(_clock_rule(name), frame, table, columns_of, skipped))
        if skipped.any():
            frame = frame.assign(**{name: frame[name].mask(skipped, frame[name] + ONE_HOUR)})
    times = int(twice.sum())
    note = f"Times in the hour that October has twice, kept as written: {times:,}."
    return frame, problems, note if times else ""


def _clock_rule(name: str) -> Rule:
    return Rule(
        "a time that was",
        (name,),
        lambda f: f[name].notna(),
        "the clocks skip this hour in the night they go forward; the hour after is used",
        "Check the time; it may be in UTC and need a Z at its end.",
        KEPT,
    )


def _problems(
    rule: Rule,
    frame: pd.DataFrame,
    table: RawTable,
    columns_of: Mapping[str, str],
    rows: NDArray[np.bool_],
) -> pd.DataFrame:
    headings = list(dict.fromkeys(columns_of[name] for name in rule.columns if name in columns_of))
    at = np.flatnonzero(rows)
    found = [_texts(table, heading, at) for heading in headings if heading in table.header]
    if not found:
        found = [[str(value) for value in frame[name].iloc[at]] for name in rule.columns]
    return problem_rows(
        file=table.file.name,
        row=table.rows[rows],
        column=", ".join(headings),
        found=[", ".join(texts) for texts in zip(*found, strict=True)],
        reason=rule.reason,
        remedy=rule.remedy,
        outcome=rule.outcome,
        row_values=table.values_as_json(rows) if rule.outcome == REJECTED else "",
    )


def _texts(table: RawTable, heading: str, at: NDArray[np.intp]) -> list[str]:
    return [str(text) for text in table.cells[table.header.index(heading)].iloc[at]]
