"""Incidents to the plain CSV layout, which the reader reads back to equal incidents."""

from pathlib import Path
from typing import IO

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.readers.columns import STRAND_LIST
from geo.schema import (
    CATEGORY,
    EASTING,
    INCIDENT_ID,
    IS_CRIME,
    LOCATION_QUALITY,
    NORTHING,
    OCCURRED,
    OCCURRED_END,
    OPTIONAL_TEXTS,
    SOURCE,
    STRAND_COLUMNS,
    TIME_PRECISION,
    Incidents,
)
from geo.spreadsheet_text import LINE_END, guard_column

STRAND_SEPARATOR = "; "
_TIME_FORMATS = {"minute": "%Y-%m-%dT%H:%M:%S", "day": "%Y-%m-%d", "month": "%Y-%m"}


def write_plain_csv(incidents: Incidents, path_or_buffer: str | Path | IO[str]) -> None:
    """Write incidents as a plain table in UTF-8.

    Times are written to the second and as exactly as they are known, positions as easting and
    northing in metres (EPSG:27700) with all their digits, the strands in one column. Texts that a
    spreadsheet might run as formulas get an apostrophe, which the reader takes away again. Texts
    come back without blanks at their ends, and empty texts as missing.
    """
    frame = incidents.frame
    columns = {
        INCIDENT_ID: guard_column(frame[INCIDENT_ID]),
        SOURCE: guard_column(frame[SOURCE]),
        CATEGORY: guard_column(frame[CATEGORY]),
        IS_CRIME: frame[IS_CRIME].map({True: "yes", False: "no"}),
        OCCURRED: _times(frame, OCCURRED),
        TIME_PRECISION: frame[TIME_PRECISION],
        EASTING: frame[EASTING],
        NORTHING: frame[NORTHING],
        STRAND_LIST: _strand_lists(frame),
        **{name: guard_column(frame[name]) for name in OPTIONAL_TEXTS if name in frame},
    }
    if LOCATION_QUALITY in frame:
        columns[LOCATION_QUALITY] = frame[LOCATION_QUALITY]
    if OCCURRED_END in frame:
        columns[OCCURRED_END] = _times(frame, OCCURRED_END)
    pd.DataFrame(columns).to_csv(path_or_buffer, index=False, lineterminator=LINE_END)


def _times(frame: pd.DataFrame, name: str) -> "pd.Series[str]":
    texts = pd.Series("", index=frame.index, dtype="str")
    for precision, form in _TIME_FORMATS.items():
        rows = (frame[TIME_PRECISION] == precision) & frame[name].notna()
        texts[rows] = frame.loc[rows, name].dt.strftime(form)
    return texts


def _strand_lists(frame: pd.DataFrame) -> NDArray[np.object_]:
    flags = frame[list(STRAND_COLUMNS.values())].to_numpy(np.bool_)
    combinations, codes = np.unique(flags, axis=0, return_inverse=True)
    names = np.array(list(STRAND_COLUMNS), object)
    texts = [STRAND_SEPARATOR.join(names[combination]) for combination in combinations]
    return np.array([*texts, ""], object)[codes]
