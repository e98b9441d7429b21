"""Where the rows of a plain table are, by every column that says so."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.readers.columns import COORDINATE_PAIRS, GRID_REFERENCE, LONGITUDE, POSTCODE
from geo.readers.coordinates import position_notes, read_degrees, read_grid
from geo.readers.grid_reference import read_grid_references
from geo.readers.part import position_problems, position_remarks
from geo.readers.positions import NOT_LOCATED, Positions, first_given, no_texts
from geo.readers.postcode import read_postcodes
from geo.readers.tables import RawTable

_DECIMAL_COMMA = r"^\s*([+-]?\d+),(\d+)\s*$"
_NO_POSITION = (
    "No column says where the incidents were, so none is located: name the columns of easting and "
    "northing, longitude and latitude, grid reference or postcode with a mapping "
    '(--column postcode="Heading").'
)


def read_places(
    table: RawTable, where: Mapping[str, tuple[int, ...]], kept: NDArray[np.bool_]
) -> tuple[Positions, list[pd.DataFrame], list[str]]:
    """Read the position of each row from the first of its columns that gives a usable one.

    Easting and northing go before longitude and latitude, these before a grid reference and that
    before a postcode.

    Parameters
    ----------
    where
        Positions of the columns by meaning.
    kept
        Shape (n,): rows that are not rejected.

    Returns
    -------
    positions, problems, notes
        Of all rows; of kept rows whose position cannot be used or is doubtful; of the table.
    """
    found: Positions | None = None
    used: list[int] = []
    for columns, positions in _readings(table, where):
        found = first_given(found, positions) if found else positions
        used += columns
    half = _half(table, where)
    if found is None:
        return _nowhere(len(table)), [], [*half, _NO_POSITION]
    problems = [
        position_problems(table, used, found, kept),
        position_remarks(table, used, found, kept),
    ]
    return found, problems, [*half, *position_notes(found, table.rows)]


def _readings(
    table: RawTable, where: Mapping[str, tuple[int, ...]]
) -> Iterator[tuple[Sequence[int], Positions]]:
    for pair in COORDINATE_PAIRS:
        if all(meaning in where for meaning in pair):
            columns = [where[meaning][0] for meaning in pair]
            read = read_degrees if pair[0] == LONGITUDE else read_grid
            yield columns, read(*(_numbers(table, column) for column in columns))
    if GRID_REFERENCE in where:
        yield where[GRID_REFERENCE], read_grid_references(table.cells[where[GRID_REFERENCE][0]])
    if POSTCODE in where:
        yield where[POSTCODE], read_postcodes(table.cells[where[POSTCODE][0]])


def _numbers(table: RawTable, column: int) -> "pd.Series[str]":
    """Give the texts of a column, with decimal points where the table has decimal commas."""
    texts = table.cells[column]
    return texts.str.replace(_DECIMAL_COMMA, r"\1.\2", regex=True) if table.commas else texts


def _nowhere(n: int) -> Positions:
    nan, quality = np.full(n, np.nan), np.full(n, NOT_LOCATED, object)
    return Positions(nan, nan.copy(), np.ones(n, np.bool_), no_texts(n), quality, no_texts(n))


def _half(table: RawTable, where: Mapping[str, tuple[int, ...]]) -> list[str]:
    """Say which coordinates are of no use for want of the other."""
    return [
        f"Column {table.header[where[meaning][0]]!r} ({meaning}) is not used: there is no {other}."
        for pair in COORDINATE_PAIRS
        for meaning, other in (pair, pair[::-1])
        if meaning in where and other not in where
    ]
