"""Street-level files of data.police.uk: one CSV per month and force."""

from dataclasses import replace

import pandas as pd

from geo.readers.coordinates import qualities, read_degrees
from geo.readers.dates import read_dates
from geo.readers.ids import with_distinct_ids, with_made_ids
from geo.readers.part import (
    NOT_STATED,
    Part,
    date_problems,
    part_of,
    position_problems,
    unused_note,
)
from geo.readers.tables import RawTable
from geo.schema import (
    CATEGORY,
    EASTING,
    INCIDENT_ID,
    IS_CRIME,
    LOCATION_QUALITY,
    LOCATION_TEXT,
    NORTHING,
    OCCURRED,
    OUTCOME,
    SOURCE,
    STRAND_COLUMNS,
    TIME_PRECISION,
)

SOURCE_NAME = "police.uk"
MAP_POINT = "map point"
NOT_CRIMES = ("Anti-social behaviour",)

_ID = "Crime ID"
_MONTH = "Month"
_LONGITUDE = "Longitude"
_LATITUDE = "Latitude"
_LOCATION = "Location"
_TYPE = "Crime type"
_FORCE = "Falls within"
_OUTCOME = "Last outcome category"
_HEADINGS = {
    INCIDENT_ID: _ID,
    OCCURRED: _MONTH,
    EASTING: _LONGITUDE,
    NORTHING: _LATITUDE,
    CATEGORY: _TYPE,
    LOCATION_TEXT: _LOCATION,
    OUTCOME: _OUTCOME,
}
_ALL = (
    *_HEADINGS.values(),
    *(_FORCE, "Reported by", "LSOA code", "LSOA name", "Context"),
)
_NEEDED = {_MONTH, _LONGITUDE, _LATITUDE, _TYPE}
_OTHER_FILES = {
    "Outcome type": "an outcomes file, whose rows are outcomes and not crimes",
    "Object of search": "a stop and search file, whose rows are searches and not crimes",
}


def is_street_file(header: tuple[str, ...]) -> bool:
    """Whether these are the headings of a street-level file."""
    return _NEEDED.issubset(header)


def with_its_headings(table: RawTable) -> RawTable:
    """Write the headings of a street-level file as the site does, whatever their case is now."""
    as_written = {heading.lower(): heading for heading in _ALL}
    lower = [heading.lower() for heading in table.header]
    if not {*_NEEDED, _FORCE} <= {as_written.get(name) for name in lower}:
        return table
    own = tuple(
        as_written.get(name, heading) for name, heading in zip(lower, table.header, strict=True)
    )
    return table if len(set(own)) < len(own) else replace(table, header=own)


def other_kind(header: tuple[str, ...]) -> str:
    """Say what other police.uk file this is, in words; empty when none."""
    return next((words for heading, words in _OTHER_FILES.items() if heading in header), "")


def read_street_table(table: RawTable) -> Part:
    """Read a street-level table.

    Only the month is known, and the last outcome, which the site's later files bring up to date.
    Anti-social behaviour is not a crime, everything else is. The source has no strands. Several
    rows may carry one crime ID; each is counted, as police.uk does.
    """
    month, longitude, latitude = (
        table.header.index(name) for name in (_MONTH, _LONGITUDE, _LATITUDE)
    )
    dates = read_dates(table.cells[month])
    undated = dates.reason != ""
    positions = read_degrees(table.cells[longitude], table.cells[latitude])
    frame = pd.DataFrame(
        {
            INCIDENT_ID: table.column(_ID),
            SOURCE: SOURCE_NAME,
            **_category_columns(table),
            OCCURRED: dates.day,
            TIME_PRECISION: "month",
            EASTING: positions.easting,
            NORTHING: positions.northing,
            **dict.fromkeys(STRAND_COLUMNS.values(), False),
            LOCATION_TEXT: table.column(_LOCATION),
            LOCATION_QUALITY: qualities(positions.easting, MAP_POINT),
            **_outcomes(table),
        },
        index=table.cells.index,
    )
    problems = [
        date_problems(table, month, dates.reason, "Write the month as 2016-07."),
        position_problems(table, (longitude, latitude), positions, ~undated),
    ]
    frame, times = with_distinct_ids(frame)
    part = part_of(
        table,
        table.file.kind or "police.uk",
        # Two forces can have such rows at one station, or nowhere, in one month.
        with_made_ids(frame, table.column(_FORCE)),
        undated,
        problems,
        [_repeated(times), _foreign(table)],
        _HEADINGS,
    )
    return replace(part, distinct_ids=True)


def _category_columns(table: RawTable) -> dict[str, pd.Series]:
    category = table.column(_TYPE).fillna(NOT_STATED)
    is_crime = (~category.str.lower().isin([name.lower() for name in NOT_CRIMES])).astype("boolean")
    return {CATEGORY: category, IS_CRIME: is_crime.mask(category == NOT_STATED)}


def _outcomes(table: RawTable) -> dict[str, pd.Series]:
    """Give the last outcome as the site calls it; no column where no row has one."""
    outcomes = table.column(_OUTCOME)
    return {OUTCOME: outcomes} if outcomes.notna().any() else {}


def _foreign(table: RawTable) -> str:
    """Name columns that the site's files do not have; a person may have put strands there."""
    foreign = [heading for heading in table.header if heading and heading not in _ALL]
    return unused_note(foreign) if foreign else ""


def _repeated(times: int) -> str:
    return f"Rows with the crime ID of an earlier row, all counted: {times:,}." if times else ""
