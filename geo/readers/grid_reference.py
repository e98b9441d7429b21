"""References to squares of the National Grid, such as TQ 233 798.

The letters are those of Ordnance Survey: the first names a square of 500 km, the second one of
100 km in it, both counted in rows of five from the north-west, A to Z without I. The figures halve
into an easting and a northing in that square, of the south-west corner of a smaller one.
"""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo.readers.positions import (
    GRID_SQUARE,
    NOT_LOCATED,
    POINT,
    Positions,
    are_blank,
    first_true,
)

NOT_A_REFERENCE = "this is not a reference to the National Grid"
UNEQUAL_HALVES = "the figures of the grid reference do not fall into two halves of 1 to 5 figures"
NO_SUCH_SQUARE = "the letters of the grid reference name no square of the National Grid"
WIDE_SQUARE = "the grid reference names a square of 1 km or more; its centre is used"

REMEDIES = {
    NOT_A_REFERENCE: (
        "Write two letters and as many figures for the easting as for the northing, such as "
        "TQ 233 798; put coordinates that are numbers into two columns."
    ),
    UNEQUAL_HALVES: "Write as many figures for the easting as for the northing: TQ 233 798.",
    NO_SUCH_SQUARE: "Check the two letters; London is in TQ, its northern edge in TL.",
    WIDE_SQUARE: "Give 6 figures or more, such as TQ 233 798.",
}

_LETTERS = "ABCDEFGHJKLMNOPQRSTUVWXYZ"
_SQUARE_M = 100_000
_COLUMNS, _ROWS = 7, 13
_POINT_FIGURES = 4
"""Figures of each half from which on the square is not wider than 10 m."""
_WIDE_FIGURES = 2
_MOST_FIGURES = 5

_FORM = (
    r"^\s*(?P<first>[A-Za-z])\s*(?P<second>[A-Za-z])"
    r"(?P<figures>[\s/,:;_-]*[0-9][0-9.\s/,:;_-]*)$"
)
_HALVES = r"^[\s/,:;_-]*(?P<east>[0-9]+)(?:[\s/,:;_-]+(?P<north>[0-9]+))?\s*$"


def _squares() -> dict[str, tuple[int, int]]:
    """Give the south-west corner in metres of every square of the grid, by its letters."""
    corners = {}
    for first, big in enumerate(_LETTERS):
        for second, small in enumerate(_LETTERS):
            # The grid's origin is the south-west corner of S, two columns east of that of V.
            column = (first % 5 - 2) * 5 + second % 5
            row = (3 - first // 5) * 5 + 4 - second // 5
            if 0 <= column < _COLUMNS and 0 <= row < _ROWS:
                corners[big + small] = (column * _SQUARE_M, row * _SQUARE_M)
    return corners


SQUARES = _squares()
"""South-west corner (easting, northing) in metres of the squares of 100 km, by their letters."""


def read_grid_references(texts: "pd.Series[str]") -> Positions:
    """Read references of 2 to 10 figures in any case, the halves together or apart.

    The position is the centre of the square. Squares of 10 m and less count as points, others as
    grid squares.

    References
    ----------
    Ordnance Survey, Using the National Grid; A Guide to Coordinate Systems in Great Britain.

    >>> positions = read_grid_references(pd.Series(["TQ 233 798", "tq2337979812", "233798"]))
    >>> positions.easting.tolist(), positions.quality.tolist()
    ([523350.0, 523379.5, nan], ['grid square', 'point', 'not located'])
    """
    codes, unique = pd.factorize(texts, use_na_sentinel=False)
    return _read_each(pd.Series(unique, dtype="str").fillna("")).at(codes)


def _read_each(texts: "pd.Series[str]") -> Positions:
    found = pc.extract_regex(pa.array(texts, pa.large_string()), _FORM)
    corners = _corners(found)
    steps, figures = _steps(_field(found, "figures"))
    blank, no_square = are_blank(texts), np.isnan(corners[:, 0])
    written = np.asarray(pc.is_valid(found))
    reason = first_true(
        [
            (blank, ""),
            (~written, NOT_A_REFERENCE),
            (figures == 0, UNEQUAL_HALVES),
            (no_square, NO_SUCH_SQUARE),
        ]
    )
    usable = ~blank & (reason == "")
    width = _SQUARE_M / 10.0**figures
    centres = np.where(usable[:, None], corners + (steps + 0.5) * width[:, None], np.nan)
    return Positions(
        centres[:, 0],
        centres[:, 1],
        blank,
        reason,
        first_true([(~usable, NOT_LOCATED), (figures < _POINT_FIGURES, GRID_SQUARE)], POINT),
        first_true([(usable & (figures <= _WIDE_FIGURES), WIDE_SQUARE)]),
    )


def _field(found: pa.Array, name: str) -> pa.Array:
    """Give a part of what an expression found, missing where it found nothing."""
    return pc.if_else(pc.is_valid(found), pc.struct_field(found, name), None)


def _corners(found: pa.Array) -> NDArray[np.float64]:
    """Give the corners of the squares of 100 km, shape (n, 2), NaN where there is no such one."""
    first, second = (pc.utf8_upper(_field(found, name)) for name in ("first", "second"))
    letters = pc.binary_join_element_wise(first, second, pa.scalar("", pa.large_string()))
    place = pc.index_in(letters, pa.array(SQUARES, pa.large_string()))
    known = np.asarray(pc.fill_null(place, len(SQUARES)))
    corners = np.array([*SQUARES.values(), (np.nan, np.nan)], np.float64)
    return np.asarray(corners[known], np.float64)


def _steps(figures: pa.Array) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Give the numbers of both halves, shape (n, 2), and how many figures each half has.

    None, and NaN for the numbers, where the figures do not fall into two halves of 1 to 5.
    """
    halves = pc.extract_regex(figures, _HALVES)
    east, north = _field(halves, "east"), _field(halves, "north")
    numbers = np.full((len(figures), 2), np.nan)
    counts = np.zeros(len(figures), np.intp)
    lengths = [
        np.asarray(pc.fill_null(pc.utf8_length(half), 0)).astype(np.intp) for half in (east, north)
    ]
    for count in range(1, _MOST_FIGURES + 1):
        apart = (lengths[0] == count) & (lengths[1] == count)
        together = (lengths[0] == 2 * count) & (lengths[1] == 0)
        for rows, second in ((apart, north), (together, pc.utf8_slice_codeunits(east, count))):
            numbers[rows, 0] = _numbers(pc.utf8_slice_codeunits(east, 0, count), rows)
            numbers[rows, 1] = _numbers(second, rows)
            counts[rows] = count
    return numbers, counts


def _numbers(texts: pa.Array, rows: NDArray[np.bool_]) -> NDArray[np.float64]:
    return np.asarray(pc.cast(texts.filter(pa.array(rows)), pa.int64()), np.float64)
