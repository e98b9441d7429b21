"""Plain tables (CSV or XLSX) with the headings of ``geo.readers.columns``."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from boundaries.errors import InputFileError
from geo.readers.columns import (
    DATE,
    END_TIME,
    HEADINGS,
    LATITUDE,
    LONGITUDE,
    STRAND_LIST,
    TIME,
    columns_by_meaning,
)
from geo.readers.coordinates import Positions, first_given, read_degrees, read_grid
from geo.readers.dates import Dates, read_dates, read_times
from geo.readers.ends import ends_of
from geo.readers.part import NOT_STATED, Part, date_problems, ids_of, part_of, position_problems
from geo.readers.problems import problem_rows
from geo.readers.strand_columns import strands_in
from geo.readers.tables import RawTable
from geo.readers.words import (
    CRIME_WORDS,
    INCIDENT_WORDS,
    KIND_NOT_KNOWN_WORDS,
    NO_WORDS,
    YES_WORDS,
    truth_of,
)
from geo.report import KEPT, no_problems
from geo.schema import (
    CATEGORY,
    EASTING,
    INCIDENT_ID,
    IS_CRIME,
    NORTHING,
    OCCURRED,
    OCCURRED_END,
    OPTIONAL_TEXTS,
    PRECISIONS,
    SOURCE,
    STRAND_COLUMNS,
    STRANDS,
    TIME_PRECISION,
)
from geo.spreadsheet_text import unguard_column

_COORDINATE_PAIRS = ((EASTING, NORTHING), (LONGITUDE, LATITUDE))
_DATE_REMEDY = "Write the date as 2017-04-03 or 03/04/2017 (day first), or the month as 2017-04."


@dataclass(frozen=True, eq=False)
class _Columns:
    """A table, what its headings mean, its dates, and which rows have a usable one."""

    table: RawTable
    where: dict[str, int]
    dates: Dates

    @property
    def kept(self) -> NDArray[np.bool_]:
        return np.equal(self.dates.reason, "").astype(np.bool_)

    def texts(self, meaning: str) -> "pd.Series[str]":
        """Give the stripped texts, missing where blank or without such a column."""
        if meaning not in self.where:
            return pd.Series(None, index=self.table.cells.index, dtype="str")
        return unguard_column(self.table.texts(self.where[meaning]))

    def problems(
        self,
        meaning: str,
        wrong: NDArray[np.bool_],
        reason: str | NDArray[np.object_],
        remedy: str,
    ) -> pd.DataFrame:
        """Problem rows for cells that are not understood in rows that are kept all the same."""
        if meaning not in self.where:
            return no_problems()
        wrong = wrong & self.kept
        return problem_rows(
            file=self.table.file.name,
            row=self.table.rows[wrong],
            column=self.table.header[self.where[meaning]],
            found=self.table.cells[self.where[meaning]][wrong],
            reason=reason if isinstance(reason, str) else reason[wrong],
            remedy=remedy,
            outcome=KEPT,
        )


@dataclass(frozen=True, eq=False)
class _Read:
    """Columns of incidents, and the problems and the note that came with them."""

    columns: dict[str, Any]
    problems: tuple[pd.DataFrame, ...] = ()
    note: str = ""


def read_plain_table(table: RawTable) -> Part:
    """Read a plain table: one row per incident, headings as in ``geo.readers.columns``.

    A date and a pair of coordinates are needed, the rest is taken where it is there. Rows without
    a usable date are rejected; an unusable position leaves the incident in, not located.

    Raises
    ------
    InputFileError
        There is no column for the date or none for the coordinates.
    """
    at = columns_by_meaning(table.header)
    _check_headings(table, at)
    columns = _Columns(table, at, read_dates(table.cells[at[DATE]]))
    reads = [read(columns) for read in (_texts, _kinds, _times, _positions, _strands)]
    values = {name: value for read in reads for name, value in read.columns.items()}
    return part_of(
        table,
        "plain table",
        pd.DataFrame(values, index=table.cells.index),
        ~columns.kept,
        [
            date_problems(table, at[DATE], columns.dates.reason, _DATE_REMEDY),
            *(problem for read in reads for problem in read.problems),
        ],
        [*(read.note for read in reads), _unused(columns)],
    )


def _check_headings(table: RawTable, at: dict[str, int]) -> None:
    has_place = any(all(name in at for name in pair) for pair in _COORDINATE_PAIRS)
    missing = [
        *([] if DATE in at else [f"a date ({', '.join(HEADINGS[DATE][:5])}, ...)"]),
        *([] if has_place else ["coordinates (longitude and latitude, or easting and northing)"]),
    ]
    if missing:
        found = ", ".join(heading[:40] for heading in table.header[:20])
        msg = (
            f"{table.file.name} has no column for {' and none for '.join(missing)}. Its first row "
            f"has: {found}. Put headings into row 1 and rename those columns."
        )
        raise InputFileError(msg)


def _unused(columns: _Columns) -> str:
    header = columns.table.header
    names = [header[i] for i in range(len(header)) if header[i] and i not in columns.where.values()]
    return f"Columns not used: {', '.join(names)}." if names else ""


def _texts(columns: _Columns) -> _Read:
    ids = columns.texts(INCIDENT_ID)
    again = ids.duplicated().to_numpy() & ids.notna().to_numpy()
    remedy = "Remove the row if it is a copy; it is counted."
    source = columns.texts(SOURCE).fillna(columns.table.file.stem)
    optional = {name: columns.texts(name) for name in OPTIONAL_TEXTS if name in columns.where}
    return _Read(
        {
            INCIDENT_ID: ids_of(columns.table, ids),
            SOURCE: source,
            CATEGORY: columns.texts(CATEGORY).fillna(NOT_STATED),
            **optional,
        },
        (columns.problems(INCIDENT_ID, again, "an earlier row has the same id", remedy),),
    )


def _kinds(columns: _Columns) -> _Read:
    given = columns.texts(IS_CRIME).fillna("")
    is_crime = truth_of(given, CRIME_WORDS, INCIDENT_WORDS)
    unknown = is_crime.isna() & ~given.str.lower().isin(KIND_NOT_KNOWN_WORDS)
    problem = columns.problems(
        IS_CRIME,
        unknown.to_numpy(np.bool_),
        "this does not say whether it is a crime or an incident; it counts as not known",
        "Write crime or incident, or yes or no.",
    )
    return _Read({IS_CRIME: is_crime}, (problem,))


def _times(columns: _Columns) -> _Read:
    """Put together day and time of day, and say how exactly the time is known."""
    dates = columns.dates
    seconds, problem = _seconds(columns, TIME, dates)
    stated, strange = _stated_precision(columns)
    precision = np.where(dates.month_only, 2, np.where(np.isnan(seconds), 1, 0))
    note = ""
    if TIME_PRECISION not in columns.where and _only_midnights(seconds):
        precision = np.maximum(precision, 1)
        note = "Every time of day is 00:00, so only the days are taken to be known."
    precision = np.maximum(precision, stated)
    shown = np.where((precision == 0) & ~np.isnan(seconds), seconds, 0)
    occurred = dates.day + shown.astype("timedelta64[s]")
    occurred = np.where(precision == 2, occurred.astype("datetime64[M]"), occurred)
    values = {OCCURRED: occurred, TIME_PRECISION: np.array(PRECISIONS, object)[precision]}
    ends = _ends(columns, occurred, precision)
    return _Read(
        values | ends.columns,
        (problem, strange, *ends.problems),
        " ".join(filter(None, (note, ends.note))),
    )


def _ends(columns: _Columns, start: NDArray[np.datetime64], precision: NDArray[np.intp]) -> _Read:
    """Read the other end of the span where the table has columns for it."""
    if OCCURRED_END not in columns.where and END_TIME not in columns.where:
        return _Read({})
    dates = read_dates(columns.texts(OCCURRED_END).fillna(""))
    seconds, problem = _seconds(columns, END_TIME, dates)
    note = ""
    if not {TIME_PRECISION, END_TIME} & set(columns.where) and _only_midnights(seconds):
        seconds = np.full_like(seconds, np.nan)
        note = "Every end is at 00:00, so only its day is taken to be known."
    ends = ends_of(start, precision, dates, seconds)
    wrong = np.not_equal(ends.reason, "").astype(np.bool_)
    column = OCCURRED_END if OCCURRED_END in columns.where else END_TIME
    left_out = columns.problems(column, wrong, ends.reason, "Correct the start or the end.")
    return _Read({OCCURRED_END: ends.moment}, (problem, left_out), note)


def _seconds(
    columns: _Columns, meaning: str, dates: Dates
) -> tuple[NDArray[np.float64], pd.DataFrame]:
    """Give the time of day from its own column or from that of the date, and what was wrong."""
    apart = read_times(columns.texts(meaning).fillna(""))
    seconds = np.where(np.isnan(apart), dates.seconds, apart)
    wrong = columns.texts(meaning).notna().to_numpy() & np.isnan(apart)
    problem = columns.problems(
        meaning,
        wrong,
        "this is not a time of day; only the day is used",
        "Write the time as 18:05.",
    )
    return np.where(dates.month_only, np.nan, seconds), problem


def _only_midnights(seconds: NDArray[np.float64]) -> bool:
    given = seconds[~np.isnan(seconds)]
    return len(given) > 0 and not given.any()


def _stated_precision(columns: _Columns) -> tuple[NDArray[np.intp], pd.DataFrame]:
    """Give the precision that the file claims as a position in ``PRECISIONS``; 0 where none."""
    given = columns.texts(TIME_PRECISION).str.lower()
    position = given.map({name: i for i, name in enumerate(PRECISIONS)})
    strange = columns.problems(
        TIME_PRECISION,
        (given.notna() & position.isna()).to_numpy(),
        "this precision is not known; the one that the date shows is used",
        f"Write one of {', '.join(PRECISIONS)}.",
    )
    return position.fillna(0).to_numpy().astype(np.intp), strange


def _positions(columns: _Columns) -> _Read:
    """Take easting and northing where given, longitude and latitude in the other rows."""
    readers = {EASTING: read_grid, LONGITUDE: read_degrees}
    found: Positions | None = None
    used: list[int] = []
    for pair in _COORDINATE_PAIRS:
        if all(name in columns.where for name in pair):
            at = [columns.where[name] for name in pair]
            one = readers[pair[0]](*(columns.table.cells[position] for position in at))
            found = first_given(found, one) if found else one
            used += at
    if found is None:
        msg = "a table without coordinates passed the check of its headings"
        raise RuntimeError(msg)
    return _Read(
        {EASTING: found.easting, NORTHING: found.northing},
        (position_problems(columns.table, used, found, columns.kept),),
    )


def _strands(columns: _Columns) -> _Read:
    """Unite the strands of the list column and of the yes or no columns."""
    listed, problems = _listed_strands(columns)
    values = {}
    for strand, name in STRAND_COLUMNS.items():
        given = columns.texts(name).fillna("")
        flag = truth_of(given, YES_WORDS, NO_WORDS)
        unknown = flag.isna().to_numpy() & ~given.str.lower().isin(KIND_NOT_KNOWN_WORDS).to_numpy()
        reason = "this is neither yes nor no; it counts as no"
        problems.append(columns.problems(name, unknown, reason, "Write yes or no."))
        values[name] = flag.fillna(value=False).to_numpy(np.bool_) | listed[strand]
    return _Read(values, tuple(problems))


def _listed_strands(
    columns: _Columns,
) -> tuple[dict[str, NDArray[np.bool_]], list[pd.DataFrame]]:
    codes, unique = pd.factorize(columns.texts(STRAND_LIST).fillna(""))
    meanings = [strands_in(text) for text in unique]
    unknown = np.array([bool(words) for _, words in meanings], np.bool_)[codes]
    problem = columns.problems(
        STRAND_LIST,
        unknown,
        "a strand is not known; it is left out and the incident is kept",
        f"Write {', '.join(STRANDS)}, with semicolons between several.",
    )
    listed = {
        strand: np.array([strand in named for named, _ in meanings], np.bool_)[codes]
        for strand in STRANDS
    }
    return listed, [problem]
