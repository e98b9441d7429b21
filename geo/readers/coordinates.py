"""Texts to positions in EPSG:27700, with the reason where there is none. Nothing is guessed."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from boundaries.projection import to_bng
from geo.readers import grid_reference, postcode
from geo.readers.positions import (
    Positions,
    are_blank,
    first_given,
    first_true,
    no_texts,
    qualities,
)

__all__ = [
    "REMEDIES",
    "Positions",
    "first_given",
    "outside_london",
    "position_notes",
    "qualities",
    "read_degrees",
    "read_grid",
]

_UK_LONGITUDES = (-9.0, 2.5)
_UK_LATITUDES = (49.0, 61.5)
_GRID_EASTINGS = (0.0, 700_000.0)
_GRID_NORTHINGS = (0.0, 1_300_000.0)
_LONDON_EASTINGS = (503_000.0, 562_000.0)
_LONDON_NORTHINGS = (155_000.0, 201_000.0)
_LARGEST_DEGREES = 1000.0

# The United Kingdom in Web Mercator (EPSG:3857), clear of its square of the National Grid.
_WEB_EASTINGS = (-1_002_000.0, 279_000.0)
_WEB_NORTHINGS = (6_274_000.0, 8_742_000.0)

_MOST = 0.9
"""From this share of a table's positions on, one reason is a fault of its headings or export."""

HALF = "one of the two coordinates is missing"
NOT_NUMBERS = "the coordinates are not numbers"
ZERO = "0, 0 stands for an unknown position"
HALF_ZERO = "one of the two coordinates is 0, which stands for an unknown one"
SWAPPED = "the two coordinates are the wrong way round"
OUTSIDE_UK = "the position is outside the United Kingdom"
NOT_GRID = "easting and northing hold degrees, not metres"
NOT_GRID_SWAPPED = "easting and northing hold degrees, and those the wrong way round"
NOT_DEGREES = "longitude and latitude hold metres of the National Grid, not degrees"
NOT_DEGREES_SWAPPED = (
    "longitude and latitude hold metres of the National Grid, and those the wrong way round"
)
WEB_MERCATOR = "the coordinates are metres of Web Mercator (EPSG:3857), as web maps use them"
WEB_MERCATOR_SWAPPED = f"{WEB_MERCATOR}, and the wrong way round"

_AGAIN = "Export again with the reference system EPSG:27700 (easting, northing) or EPSG:4326."

REMEDIES = {
    HALF: "Give both coordinates, or neither.",
    NOT_NUMBERS: "Write plain decimal numbers such as -0.2236 or 523388, without separators.",
    HALF_ZERO: "Give both coordinates, or leave both blank.",
    ZERO: "Leave the coordinates blank where the position is not known.",
    SWAPPED: "Swap the two headings or the two values.",
    OUTSIDE_UK: "Check the coordinates and the headings over them.",
    NOT_GRID: "Name the columns longitude and latitude.",
    NOT_GRID_SWAPPED: "Name the easting latitude and the northing longitude.",
    NOT_DEGREES: "Name the columns easting and northing; give a map layer its system, EPSG:27700.",
    NOT_DEGREES_SWAPPED: "Name the longitude northing and the latitude easting.",
    WEB_MERCATOR: _AGAIN,
    WEB_MERCATOR_SWAPPED: _AGAIN,
    **grid_reference.REMEDIES,
    **postcode.REMEDIES,
}
"""What to do about every reason and remark of a position, however it is given."""


def read_degrees(longitude: "pd.Series[str]", latitude: "pd.Series[str]") -> Positions:
    """Read longitude and latitude in degrees (EPSG:4326).

    Projected by pyproj, each different position once. Without the OSTN15 grid, which pyproj's
    wheels do not bring, PROJ takes a Helmert shift without saying so: up to 1.7 m off here, the
    same for incidents and wards (:mod:`boundaries.projection`).
    """
    lon, lon_blank = _numbers(longitude)
    lat, lat_blank = _numbers(latitude)
    inside = _within(lon, _UK_LONGITUDES) & _within(lat, _UK_LATITUDES)
    metres = ~(_are_degrees(lon) & _are_degrees(lat))
    tests = [
        ((lon == 0) & (lat == 0), ZERO),
        (_within(lon, _UK_LATITUDES) & _within(lat, _UK_LONGITUDES), SWAPPED),
        *_web_mercator(lon, lat),
        (metres & _swapped_in_london(lon, lat), NOT_DEGREES_SWAPPED),
        (metres & _in_grid(lon, lat), NOT_DEGREES),
        (~inside, OUTSIDE_UK),
    ]
    reason = _reasons((lon, lat), (lon_blank, lat_blank), tests)
    easting, northing = _project(lon, lat, usable=inside)
    return _positions(easting, northing, lon_blank & lat_blank, reason)


def read_grid(easting: "pd.Series[str]", northing: "pd.Series[str]") -> Positions:
    """Read easting and northing in metres (EPSG:27700)."""
    east, east_blank = _numbers(easting)
    north, north_blank = _numbers(northing)
    degrees = _are_degrees(east) & _are_degrees(north)
    tests = [
        ((east == 0) & (north == 0), ZERO),
        (((east == 0) | (north == 0)) & ~degrees, HALF_ZERO),
        (_within(east, _UK_LATITUDES) & _within(north, _UK_LONGITUDES), NOT_GRID_SWAPPED),
        (degrees, NOT_GRID),
        # London with its axes swapped is open sea between Galloway and Antrim.
        (_swapped_in_london(east, north), SWAPPED),
        *_web_mercator(east, north),
        (~_in_grid(east, north), OUTSIDE_UK),
    ]
    reason = _reasons((east, north), (east_blank, north_blank), tests)
    usable = (reason == "") & ~east_blank
    east, north = np.where(usable, east, np.nan), np.where(usable, north, np.nan)
    return _positions(east, north, east_blank & north_blank, reason)


def outside_london(positions: Positions) -> NDArray[np.bool_]:
    """Whether a position lies outside the rectangle around Greater London, shape (n,).

    Such positions are used all the same: a borough's cases can have happened anywhere. False
    where there is no position.
    """
    near = _within(positions.easting, _LONDON_EASTINGS)
    near &= _within(positions.northing, _LONDON_NORTHINGS)
    return positions.located & ~near


def position_notes(positions: Positions, rows: NDArray[np.int64]) -> list[str]:
    """Say in sentences what is wrong or remarkable with most or some of a table's positions.

    Parameters
    ----------
    positions, rows
        Positions, and the row in the file of each.
    """
    notes = [_of_most(positions), _of_strangers(positions, rows)]
    return [note for note in notes if note]


def _of_most(positions: Positions) -> str:
    """Say at once what is wrong with all positions, or nearly all."""
    given = int((~positions.blank).sum())
    counts = pd.Series(positions.reason[positions.reason != ""]).value_counts()
    if counts.empty or counts.iloc[0] < _MOST * given:
        return ""
    reason, times = str(counts.index[0]), int(counts.iloc[0])
    which = f"All {given:,}" if times == given else f"{times:,} of {given:,}"
    return f"{which} positions cannot be used: {reason}. {REMEDIES[reason]}"


def _of_strangers(positions: Positions, rows: NDArray[np.int64]) -> str:
    strangers = outside_london(positions)
    times = int(strangers.sum())
    if not times:
        return ""
    are = "1 position is" if times == 1 else f"{times:,} positions are"
    return f"{are} outside London; first row {rows[np.flatnonzero(strangers)[0]]}."


def _positions(
    easting: NDArray[np.float64],
    northing: NDArray[np.float64],
    blank: NDArray[np.bool_],
    reason: NDArray[np.object_],
) -> Positions:
    return Positions(easting, northing, blank, reason, qualities(easting), no_texts(len(easting)))


def _numbers(texts: "pd.Series[str]") -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    codes, unique = pd.factorize(texts, use_na_sentinel=False)
    words = pd.Series(unique, dtype="str")
    numbers = pd.to_numeric(words, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    numbers = np.where(np.isfinite(numbers), numbers, np.nan)
    return numbers[codes], are_blank(words)[codes]


def _within(values: NDArray[np.float64], bounds: tuple[float, float]) -> NDArray[np.bool_]:
    return (values >= bounds[0]) & (values <= bounds[1])


def _are_degrees(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    return np.abs(values) < _LARGEST_DEGREES


def _in_grid(east: NDArray[np.float64], north: NDArray[np.float64]) -> NDArray[np.bool_]:
    return _within(east, _GRID_EASTINGS) & _within(north, _GRID_NORTHINGS)


def _swapped_in_london(east: NDArray[np.float64], north: NDArray[np.float64]) -> NDArray[np.bool_]:
    return _within(east, _LONDON_NORTHINGS) & _within(north, _LONDON_EASTINGS)


def _web_mercator(
    east: NDArray[np.float64], north: NDArray[np.float64]
) -> list[tuple[NDArray[np.bool_], str]]:
    return [
        (_within(east, _WEB_EASTINGS) & _within(north, _WEB_NORTHINGS), WEB_MERCATOR),
        (_within(north, _WEB_EASTINGS) & _within(east, _WEB_NORTHINGS), WEB_MERCATOR_SWAPPED),
    ]


def _reasons(
    numbers: tuple[NDArray[np.float64], NDArray[np.float64]],
    blanks: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    tests: Sequence[tuple[NDArray[np.bool_], str]],
) -> NDArray[np.object_]:
    """Name the first test that each row fails."""
    both_blank = blanks[0] & blanks[1]
    not_numbers = np.isnan(numbers[0]) | np.isnan(numbers[1])
    general = [(both_blank, ""), (blanks[0] | blanks[1], HALF), (not_numbers, NOT_NUMBERS)]
    return first_true([*general, *tests])


def _project(
    lon: NDArray[np.float64], lat: NDArray[np.float64], *, usable: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    projected = np.full((len(lon), 2), np.nan)
    (lon_codes, lons), (lat_codes, lats) = pd.factorize(lon[usable]), pd.factorize(lat[usable])
    codes, pairs = pd.factorize(lon_codes * len(lats) + lat_codes)
    if len(pairs):
        projected[usable] = to_bng(lons[pairs // len(lats)], lats[pairs % len(lats)])[codes]
    return projected[:, 0], projected[:, 1]
