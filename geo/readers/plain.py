"""Tables of any format whose columns have to be understood: one row per incident."""

from dataclasses import dataclass, replace
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
)
from geo.readers.dates import Dates, read_dates, read_times
from geo.readers.ends import ends_of
from geo.readers.ids import ROUNDED, ROUNDED_REMEDY, are_own, as_written, read_ids, with_made_ids
from geo.readers.mapping import IN_SEVERAL_COLUMNS, ColumnMapping, columns_at
from geo.readers.part import NOT_STATED, Part, date_problems, part_of, unused_note
from geo.readers.places import read_places
from geo.readers.positions import NOT_LOCATED, Positions
from geo.readers.problems import problem_rows
from geo.readers.strand_columns import (
    checked_codes,
    flag_problem,
    list_problem,
    read_strand_flags,
    read_strand_texts,
)
from geo.readers.suggest import FieldSuggestion, Suggestion, suggest_mapping
from geo.readers.tables import RawTable
from geo.readers.words import CRIME_WORDS, INCIDENT_WORDS, KIND_NOT_KNOWN_WORDS, truth_of
from geo.report import KEPT, no_problems
from geo.schema import (
    CATEGORY,
    EASTING,
    INCIDENT_ID,
    IS_CRIME,
    LOCATION_QUALITIES,
    LOCATION_QUALITY,
    NORTHING,
    OCCURRED,
    OCCURRED_END,
    OPTIONAL_COLUMNS,
    OPTIONAL_TEXTS,
    PRECISIONS,
    REQUIRED_COLUMNS,
    SOURCE,
    STRAND_COLUMNS,
    TIME_PRECISION,
)
from geo.spreadsheet_text import unguard_column

_COLUMN_OF_DEGREES = {EASTING: LONGITUDE, NORTHING: LATITUDE}
_DATE_REMEDY = "Write the date as 2017-04-03 or 03/04/2017 (day first), or the month as 2017-04."


@dataclass(frozen=True, eq=False)
class _Columns:
    """A table, what its headings mean, its dates, and which rows have a usable one."""

    table: RawTable
    where: dict[str, tuple[int, ...]]
    dates: Dates
    mapping: ColumnMapping

    @property
    def kept(self) -> NDArray[np.bool_]:
        return np.equal(self.dates.reason, "").astype(np.bool_)

    def texts(self, meaning: str) -> "pd.Series[str]":
        """Give the stripped texts, missing where blank or without such a column."""
        if meaning not in self.where:
            return pd.Series(None, index=self.table.cells.index, dtype="str")
        return self.texts_at(self.where[meaning][0])

    def texts_at(self, position: int) -> "pd.Series[str]":
        """Give the stripped texts of one column, missing where blank."""
        return unguard_column(self.table.texts(position))

    @property
    def headings(self) -> dict[str, str]:
        """The heading of each column of the incidents that has one."""
        names = (
            {OCCURRED: DATE, **_COLUMN_OF_DEGREES}
            if EASTING not in self.where
            else {OCCURRED: DATE}
        )
        return {
            name: self.table.header[self.where[names.get(name, name)][0]]
            for name in (*REQUIRED_COLUMNS, *OPTIONAL_COLUMNS)
            if names.get(name, name) in self.where
        }

    def problems(
        self,
        meaning: str,
        wrong: NDArray[np.bool_],
        reason: str | NDArray[np.object_],
        remedy: str,
        position: int | None = None,
    ) -> pd.DataFrame:
        """Problem rows for cells that are not understood in rows that are kept all the same."""
        if meaning not in self.where:
            return no_problems()
        wrong = wrong & self.kept
        at = self.where[meaning][0] if position is None else position
        return problem_rows(
            file=self.table.file.name,
            row=self.table.rows[wrong],
            column=self.table.header[at],
            found=self.table.cells[at][wrong],
            reason=reason if isinstance(reason, str) else reason[wrong],
            remedy=remedy,
            outcome=KEPT,
        )


@dataclass(frozen=True, eq=False)
class _Read:
    """Columns of incidents, and the problems and the notes that came with them."""

    columns: dict[str, Any]
    problems: tuple[pd.DataFrame, ...] = ()
    notes: tuple[str, ...] = ()


def read_plain_table(
    table: RawTable,
    suggestion: Suggestion | None = None,
    mapping: ColumnMapping | None = None,
) -> Part:
    """Read a plain table: one row per incident, its columns as suggested or as given.

    A date is needed, the rest is taken where it is there. Rows without a usable date are rejected;
    an unusable position leaves the incident in, not located.

    Parameters
    ----------
    suggestion
        How the columns are understood; made anew where not given.
    mapping
        What a person says of them, which goes before the suggestion.

    Raises
    ------
    InputFileError
        There is no column for the date.
    ParameterError
        The mapping names a column or a meaning that there is not.
    """
    suggestion = suggestion or suggest_mapping(table)
    where = columns_at(table.header, suggestion.mapping, mapping, table.file.name)
    if DATE not in where:
        raise _no_date(table, suggestion)
    dates = read_dates(table.cells[where[DATE][0]])
    columns = _Columns(table, where, dates, mapping or ColumnMapping())
    reads = [read(columns) for read in (_texts, _kinds, _times, _positions, _strands)]
    values = {name: value for read in reads for name, value in read.columns.items()}
    frame = pd.DataFrame(values, index=table.cells.index)
    part = part_of(
        table,
        table.file.kind or "plain table",
        with_made_ids(frame),
        ~columns.kept,
        [
            date_problems(table, where[DATE][0], dates.reason, _DATE_REMEDY),
            *(problem for read in reads for problem in read.problems),
        ],
        [
            *_understood(columns, suggestion),
            *dates.notes,
            *(note for read in reads for note in read.notes),
        ],
        columns.headings,
    )
    return replace(part, table=table)


def _no_date(table: RawTable, suggestion: Suggestion) -> InputFileError:
    likely = [
        heading
        for found in suggestion.questions
        if found.meaning == DATE
        for heading in found.headings
    ]
    looks = ", ".join(repr(heading) for heading in likely)
    hint = f" Dates may be in {looks}, but that is not certain." if likely else ""
    found = ", ".join(heading[:40] for heading in table.header[:20])
    return InputFileError(
        f"{table.file.name} has no column for a date ({', '.join(HEADINGS[DATE][:5])}, ...). Its "
        f"headings, row {table.header_row}, are: {found}.{hint} Say which column holds the date "
        f'with a mapping (--column date="{likely[0] if likely else "Heading"}"), or rename it.'
    )


def _understood(columns: _Columns, suggestion: Suggestion) -> list[str]:
    """Say what was understood without a heading, what is a question, and what is not used."""
    header, where = columns.table.header, columns.where
    used = {header[position] for positions in where.values() for position in positions}
    asked = {heading for found in suggestion.questions for heading in found.headings}
    notes = [found.sentence for found in suggestion.fields if _still_to_say(found, columns)]
    single = (at for meaning, at in where.items() if meaning not in IN_SEVERAL_COLUMNS)
    once = {header[position] for positions in single for position in positions}
    twice = sorted(heading for heading in once if header.count(heading) > 1)
    notes += [f"Several columns are headed {heading!r}; the first is used." for heading in twice]
    unused = [name for name in header if name and name not in used | asked]
    if unused:
        notes.append(unused_note(unused))
    return notes


def _still_to_say(found: FieldSuggestion, columns: _Columns) -> bool:
    """Whether a suggestion is not by name and a given mapping has not settled it."""
    if found.certainty == "name" or found.meaning in columns.mapping.columns:
        return False
    header = columns.table.header
    positions = columns.where.get(found.meaning, ())
    is_used = {header[position] for position in positions} == set(found.headings)
    used = {header[position] for some in columns.where.values() for position in some}
    return is_used if found.certainty == "content" else bool(set(found.headings) - used)


def _texts(columns: _Columns) -> _Read:
    mapping, stem = columns.mapping, columns.table.file.stem
    optional = {name: columns.texts(name) for name in OPTIONAL_TEXTS if name in columns.where}
    written = columns.texts(INCIDENT_ID)
    ids = as_written(written) if are_own(columns.table.header) else read_ids(written)
    return _Read(
        {
            INCIDENT_ID: ids.texts,
            SOURCE: columns.texts(SOURCE).fillna(mapping.source or stem),
            CATEGORY: columns.texts(CATEGORY).fillna(mapping.category or NOT_STATED),
            **optional,
        },
        (columns.problems(INCIDENT_ID, ids.rounded, ROUNDED, ROUNDED_REMEDY),),
    )


def _kinds(columns: _Columns) -> _Read:
    if IS_CRIME not in columns.where:
        given = pd.Series(columns.mapping.is_crime, columns.table.cells.index, dtype="boolean")
        return _Read({IS_CRIME: given})
    texts = columns.texts(IS_CRIME).fillna("")
    is_crime = truth_of(texts, CRIME_WORDS, INCIDENT_WORDS)
    unknown = is_crime.isna() & ~texts.str.lower().isin(KIND_NOT_KNOWN_WORDS)
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
        tuple(filter(None, (note, *ends.notes))),
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
    return _Read({OCCURRED_END: ends.moment}, (problem, left_out), (note,) if note else ())


def _seconds(
    columns: _Columns, meaning: str, dates: Dates
) -> tuple[NDArray[np.float64], pd.DataFrame]:
    """Give the time of day from its own column or from that of the date, and what was wrong."""
    if meaning not in columns.where:
        return np.where(dates.month_only, np.nan, dates.seconds), no_problems()
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
    if TIME_PRECISION not in columns.where:
        return np.zeros(len(columns.table), np.intp), no_problems()
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
    positions, problems, notes = read_places(columns.table, columns.where, columns.kept)
    quality, strange = _stated_quality(columns, positions)
    values = {
        EASTING: positions.easting,
        NORTHING: positions.northing,
        LOCATION_QUALITY: pd.Series(quality, columns.table.cells.index, dtype="str"),
    }
    return _Read(values, (*problems, strange), tuple(notes))


def _stated_quality(
    columns: _Columns, positions: Positions
) -> tuple[NDArray[np.object_], pd.DataFrame]:
    """Give what the file says of how exact its positions are, else what the columns show."""
    if LOCATION_QUALITY not in columns.where:
        return positions.quality, no_problems()
    given = columns.texts(LOCATION_QUALITY).str.lower()
    known = given.isin(LOCATION_QUALITIES).to_numpy(np.bool_)
    strange = columns.problems(
        LOCATION_QUALITY,
        given.notna().to_numpy(np.bool_) & ~known,
        "how exactly the place is known is not said in a word that is understood",
        f"Write one of {', '.join(LOCATION_QUALITIES)}.",
    )
    stated = known & positions.located & (given != NOT_LOCATED).to_numpy(np.bool_)
    return np.where(stated, given.to_numpy(object), positions.quality), strange


def _strands(columns: _Columns) -> _Read:
    """Unite the strands of the list columns and of the yes or no columns."""
    codes = checked_codes(columns.mapping.strand_codes)
    values = {name: np.zeros(len(columns.table), np.bool_) for name in STRAND_COLUMNS.values()}
    problems = []
    for position in columns.where.get(STRAND_LIST, ()):
        read = read_strand_texts(columns.texts_at(position), codes)
        problems.append(columns.problems(STRAND_LIST, read.unknown, *list_problem(), position))
        for strand, name in STRAND_COLUMNS.items():
            values[name] |= read.strands[strand]
    for strand, name in STRAND_COLUMNS.items():
        for position in columns.where.get(name, ()):
            flags, unknown = read_strand_flags(columns.texts_at(position), strand, codes)
            problems.append(columns.problems(name, unknown, *flag_problem(), position))
            values[name] |= flags
    return _Read(values, tuple(problems))
