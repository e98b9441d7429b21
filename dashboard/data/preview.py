"""The first rows of a file: as they stand in it, and as they are understood."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from dashboard.words import listed
from geo.readers import Import
from geo.readers.tables import RawTable
from geo.report import FILE, ROW
from geo.schema import (
    CATEGORY,
    EASTING,
    INCIDENT_ID,
    IS_CRIME,
    NORTHING,
    OCCURRED,
    OCCURRED_END,
    STRAND_COLUMNS,
    TIME_PRECISION,
)

ROWS = 5
UNDERSTOOD_TEXTS = ("When", "Where", "Reference", "Category", "Crime or incident", "Strands")
_TIME_FORMATS = {"minute": "%-d %b %Y, %H:%M", "day": "%-d %b %Y", "month": "%b %Y"}
_LONGEST = 60


def as_written(table: RawTable, rows: int = ROWS) -> pd.DataFrame:
    """Give the first rows as texts, each heading once."""
    first = table.cells.head(rows).astype(object).fillna("")
    shown = first.map(_shortened).set_axis(_distinct(table.header), axis=1)
    shown.insert(0, "Row", [str(row) for row in table.rows[:rows]], allow_duplicates=True)
    return shown


def _distinct(header: tuple[str, ...]) -> list[str]:
    return [heading or f"(column {i})" for i, heading in enumerate(header, start=1)]


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def as_understood(imported: Import, file: str, rows: int = ROWS) -> pd.DataFrame:
    """Give the first incidents of a file in words, with their row in the file."""
    at = (imported.origin[FILE] == file).to_numpy().nonzero()[0][:rows]
    frame = imported.incidents.frame.iloc[at]
    numbers = imported.origin[ROW].iloc[at].tolist()
    written = [
        (
            str(row),
            _when(incident),
            _where(incident),
            _shortened(str(incident[INCIDENT_ID])),
            _shortened(str(incident[CATEGORY])),
            _kind(incident),
            _strands(incident),
        )
        for row, incident in zip(numbers, frame.to_dict("records"), strict=True)
    ]
    return pd.DataFrame(written, columns=["Row", *UNDERSTOOD_TEXTS])


def _when(incident: Mapping[Hashable, Any]) -> str:
    form = _TIME_FORMATS[str(incident[TIME_PRECISION])]
    start = _moment(incident[OCCURRED], form)
    end = incident.get(OCCURRED_END)
    return start if pd.isna(end) else f"{start} to {_moment(end, form)}"


def _moment(moment: Any, form: str) -> str:  # noqa: ANN401 - a scalar of a frame
    return pd.Timestamp(moment).strftime(form)


def _where(incident: Mapping[Hashable, Any]) -> str:
    if pd.isna(incident[EASTING]):
        return "not located"
    return f"{incident[EASTING]:.0f} E, {incident[NORTHING]:.0f} N"


def _kind(incident: Mapping[Hashable, Any]) -> str:
    kind = incident[IS_CRIME]
    return "not known" if pd.isna(kind) else "crime" if kind else "incident"


def _strands(incident: Mapping[Hashable, Any]) -> str:
    found = [strand for strand, column in STRAND_COLUMNS.items() if incident[column]]
    return listed(found) if found else "none"
