"""Texts to positions in EPSG:27700, with the reason where there is none. Nothing is guessed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from boundaries.projection import to_bng
from geo.readers.dates import BLANK_WORDS

_UK_LONGITUDES = (-9.0, 2.5)
_UK_LATITUDES = (49.0, 61.5)
_GRID_EASTINGS = (0.0, 700_000.0)
_GRID_NORTHINGS = (0.0, 1_300_000.0)
_LONDON_EASTINGS = (503_000.0, 562_000.0)
_LONDON_NORTHINGS = (155_000.0, 201_000.0)
_LARGEST_DEGREES = 1000.0

POINT = "point"
NOT_LOCATED = "not located"

HALF = "one of the two coordinates is missing"
NOT_NUMBERS = "the coordinates are not numbers"
ZERO = "0, 0 stands for an unknown position"
SWAPPED = "the two coordinates are the wrong way round"
OUTSIDE_UK = "the position is outside the United Kingdom"
NOT_GRID = "easting and northing hold degrees, not metres"

REMEDIES = {
    HALF: "Give both coordinates, or neither.",
    NOT_NUMBERS: "Write plain decimal numbers such as -0.2236 or 523388, without separators.",
    ZERO: "Leave the coordinates blank where the position is not known.",
    SWAPPED: "Swap the two headings or the two values.",
    OUTSIDE_UK: "Check the coordinates and the headings over them.",
    NOT_GRID: "Name the columns longitude and latitude.",
}


@dataclass(frozen=True, eq=False)
class Positions:
    """What two columns of texts say.

    Attributes
    ----------
    easting, northing
        Shape (n,), metres in EPSG:27700, NaN where there is no usable position.
    blank
        Shape (n,): whether both texts are blank, which is no fault.
    reason
        Shape (n,): why a position that is given cannot be used; empty otherwise.
    quality
        Shape (n,): one of ``geo.schema.LOCATION_QUALITIES``.
    """

    easting: NDArray[np.float64]
    northing: NDArray[np.float64]
    blank: NDArray[np.bool_]
    reason: NDArray[np.object_]
    quality: NDArray[np.object_]


def qualities(easting: NDArray[np.float64], located: str = POINT) -> NDArray[np.object_]:
    """Give the quality of every position, shape (n,): ``located`` where there is one."""
    return np.where(np.isnan(easting), NOT_LOCATED, located).astype(object)


def read_degrees(longitude: "pd.Series[str]", latitude: "pd.Series[str]") -> Positions:
    """Read longitude and latitude in degrees (EPSG:4326).

    Projected by pyproj, each different position once. Without the OSTN15 grid, which pyproj's
    wheels do not bring, PROJ takes a Helmert shift without saying so: up to 1.7 m off here, the
    same for incidents and wards (:mod:`boundaries.projection`).
    """
    lon, lon_blank = _numbers(longitude)
    lat, lat_blank = _numbers(latitude)
    swapped = _within(lon, _UK_LATITUDES) & _within(lat, _UK_LONGITUDES)
    inside = _within(lon, _UK_LONGITUDES) & _within(lat, _UK_LATITUDES)
    tests = [((lon == 0) & (lat == 0), ZERO), (swapped, SWAPPED), (~inside, OUTSIDE_UK)]
    reason = _reasons((lon, lat), (lon_blank, lat_blank), tests)
    easting, northing = _project(lon, lat, usable=inside)
    return Positions(easting, northing, lon_blank & lat_blank, reason, qualities(easting))


def read_grid(easting: "pd.Series[str]", northing: "pd.Series[str]") -> Positions:
    """Read easting and northing in metres (EPSG:27700)."""
    east, east_blank = _numbers(easting)
    north, north_blank = _numbers(northing)
    degrees = (np.abs(east) < _LARGEST_DEGREES) & (np.abs(north) < _LARGEST_DEGREES)
    # London with its axes swapped is open sea between Galloway and Antrim.
    swapped = _within(east, _LONDON_NORTHINGS) & _within(north, _LONDON_EASTINGS)
    inside = _within(east, _GRID_EASTINGS) & _within(north, _GRID_NORTHINGS)
    tests = [
        ((east == 0) & (north == 0), ZERO),
        (degrees, NOT_GRID),
        (swapped, SWAPPED),
        (~inside, OUTSIDE_UK),
    ]
    reason = _reasons((east, north), (east_blank, north_blank), tests)
    usable = (reason == "") & ~east_blank
    east, north = np.where(usable, east, np.nan), np.where(usable, north, np.nan)
    return Positions(east, north, east_blank & north_blank, reason, qualities(east))


def first_given(first: Positions, second: Positions) -> Positions:
    """Take the first position of each row, the second where the first is blank."""
    blank = first.blank
    return Positions(
        np.where(blank, second.easting, first.easting),
        np.where(blank, second.northing, first.northing),
        blank & second.blank,
        np.where(blank, second.reason, first.reason),
        np.where(blank, second.quality, first.quality),
    )


def _numbers(texts: "pd.Series[str]") -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    codes, unique = pd.factorize(texts)
    words = pd.Series(unique, dtype="str")
    numbers = pd.to_numeric(words, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    numbers = np.where(np.isfinite(numbers), numbers, np.nan)
    blank = words.str.strip().str.lower().isin(BLANK_WORDS).to_numpy(np.bool_)
    return numbers[codes], blank[codes]


def _within(values: NDArray[np.float64], bounds: tuple[float, float]) -> NDArray[np.bool_]:
    return (values >= bounds[0]) & (values <= bounds[1])


def _reasons(
    numbers: tuple[NDArray[np.float64], NDArray[np.float64]],
    blanks: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    tests: Sequence[tuple[NDArray[np.bool_], str]],
) -> NDArray[np.object_]:
    """Name the first test that each row fails."""
    both_blank = blanks[0] & blanks[1]
    not_numbers = np.isnan(numbers[0]) | np.isnan(numbers[1])
    conditions = [both_blank, blanks[0] | blanks[1], not_numbers, *(test for test, _ in tests)]
    texts = np.array(["", HALF, NOT_NUMBERS, *(reason for _, reason in tests), ""], object)
    numbered = [np.intp(number) for number in range(len(conditions))]
    first_failed = np.select(conditions, numbered, default=np.intp(len(conditions)))
    return np.asarray(texts[first_failed], object)


def _project(
    lon: NDArray[np.float64], lat: NDArray[np.float64], *, usable: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    projected = np.full((len(lon), 2), np.nan)
    (lon_codes, lons), (lat_codes, lats) = pd.factorize(lon[usable]), pd.factorize(lat[usable])
    codes, pairs = pd.factorize(lon_codes * len(lats) + lat_codes)
    if len(pairs):
        projected[usable] = to_bng(lons[pairs // len(lats)], lats[pairs % len(lats)])[codes]
    return projected[:, 0], projected[:, 1]
