"""Coordinates: what is wrong with them is recognised for each row and for the whole table."""

import numpy as np
import pandas as pd
import pytest
from pyproj import Transformer

from boundaries.projection import to_bng
from geo.readers import coordinates
from geo.readers.coordinates import (
    HALF,
    HALF_ZERO,
    NOT_DEGREES,
    NOT_DEGREES_SWAPPED,
    NOT_GRID,
    NOT_GRID_SWAPPED,
    NOT_NUMBERS,
    OUTSIDE_UK,
    REMEDIES,
    SWAPPED,
    WEB_MERCATOR,
    WEB_MERCATOR_SWAPPED,
    ZERO,
    outside_london,
    position_notes,
    read_degrees,
    read_grid,
)
from geo.readers.positions import Positions, first_given, no_texts, qualities

# Shepherd's Bush Green: longitude and latitude, easting and northing, and metres of a web map.
DEGREES = (-0.2207, 51.5042)
METRES = tuple(to_bng([DEGREES[0]], [DEGREES[1]])[0])
WEB = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True).transform(*DEGREES)
READERS = {"degrees": read_degrees, "grid": read_grid}


def read(kind: str, *pairs: tuple) -> Positions:
    columns = [pd.Series([str(pair[at]) for pair in pairs], dtype="str") for at in (0, 1)]
    return READERS[kind](*columns)


@pytest.mark.parametrize(
    ("kind", "pair", "reason"),
    [
        ("degrees", DEGREES, ""),
        ("grid", METRES, ""),
        ("degrees", DEGREES[::-1], SWAPPED),
        ("grid", METRES[::-1], SWAPPED),
        ("grid", DEGREES, NOT_GRID),
        ("grid", DEGREES[::-1], NOT_GRID_SWAPPED),
        ("degrees", METRES, NOT_DEGREES),
        ("degrees", METRES[::-1], NOT_DEGREES_SWAPPED),
        ("degrees", WEB, WEB_MERCATOR),
        ("grid", WEB, WEB_MERCATOR),
        ("degrees", WEB[::-1], WEB_MERCATOR_SWAPPED),
        ("grid", WEB[::-1], WEB_MERCATOR_SWAPPED),
        ("degrees", (0, 0), ZERO),
        ("grid", ("0.0", "0"), ZERO),
        ("grid", (0, METRES[1]), HALF_ZERO),
        ("grid", (METRES[0], 0), HALF_ZERO),
        ("degrees", (2.35, 48.86), OUTSIDE_UK),
        ("degrees", (-0.2207, -51.5042), OUTSIDE_UK),
        ("degrees", (-220700, 51504200), OUTSIDE_UK),
        ("grid", (5_233_880, 1_785_000), OUTSIDE_UK),
        ("grid", (-523_388, 178_500), OUTSIDE_UK),
        ("degrees", ("51.5042N", "0.2207W"), NOT_NUMBERS),
        ("degrees", ("inf", "51"), NOT_NUMBERS),
        ("grid", ("523,388", "178,500"), NOT_NUMBERS),
        ("grid", (523_388, ""), HALF),
        ("degrees", ("n/a", 51.5), HALF),
    ],
)
def test_what_is_wrong_is_said_with_a_remedy(kind, pair, reason):
    positions = read(kind, pair)
    assert positions.reason[0] == reason
    assert positions.located[0] == (reason == "")
    assert positions.quality[0] == ("point" if reason == "" else "not located")
    assert reason == "" or REMEDIES[reason]
    if reason == "":
        assert (positions.easting[0], positions.northing[0]) == pytest.approx(METRES)


@pytest.mark.parametrize("place", [(-8.17, 54.45), (1.76, 52.48), (-6.3, 49.9), (-0.88, 60.84)])
def test_the_ends_of_the_country_are_inside_it_whatever_the_units(place):
    web = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True).transform(*place)
    metres = tuple(to_bng([place[0]], [place[1]])[0])
    assert read("degrees", place).reason[0] == ""
    assert read("grid", metres).reason[0] == ""
    assert read("degrees", web).reason[0] == WEB_MERCATOR
    assert read("degrees", metres).reason[0] == NOT_DEGREES


def test_numbers_keep_every_digit():
    numbers = np.random.default_rng(4).uniform((505_000, 160_000), (560_000, 200_000), (2_000, 2))
    positions = read("grid", *numbers.tolist())
    assert np.array_equal(np.column_stack([positions.easting, positions.northing]), numbers)


def test_each_reason_has_its_remedy():
    reasons = {
        text
        for name, text in vars(coordinates).items()
        if name.isupper() and not name.startswith("_") and isinstance(text, str)
    }
    assert reasons <= set(REMEDIES)


LONDON, BRISTOL = (530_000, 180_000), (358_500, 173_000)


def test_positions_outside_london_are_used_and_counted_with_their_first_row():
    positions = read("grid", LONDON, BRISTOL, ("", ""), DEGREES, BRISTOL)
    assert list(outside_london(positions)) == [False, True, False, False, True]
    rows = np.array([2, 3, 4, 5, 9])
    assert position_notes(positions, rows) == ["2 positions are outside London; first row 3."]
    one = read("grid", LONDON, BRISTOL)
    assert position_notes(one, np.array([2, 17])) == ["1 position is outside London; first row 17."]
    assert position_notes(read("grid", LONDON), np.array([2])) == []


@pytest.mark.parametrize(
    ("kind", "pair", "note"),
    [
        ("degrees", DEGREES[::-1], f"{SWAPPED}. Swap the two headings or the two values."),
        ("grid", DEGREES, f"{NOT_GRID}. Name the columns longitude and latitude."),
        ("degrees", METRES, f"{NOT_DEGREES}. Name the columns easting and northing;"),
        ("degrees", WEB, f"{WEB_MERCATOR}. Export again with the reference system EPSG:27700"),
    ],
)
def test_a_fault_of_the_whole_table_is_said_once_for_it(kind, pair, note):
    good = {"degrees": DEGREES, "grid": METRES}[kind]
    every = read(kind, *[pair] * 40, *[("", "")] * 60)
    assert position_notes(every, np.arange(100))[0].startswith(
        f"All 40 positions cannot be used: {note}"
    )
    most = read(kind, *[pair] * 36, *[good] * 4)
    assert position_notes(most, np.arange(40))[0].startswith(
        f"36 of 40 positions cannot be used: {note}"
    )
    fewer = read(kind, *[pair] * 35, *[good] * 5)
    assert position_notes(fewer, np.arange(40)) == []


def positions_of(*rows: tuple[float, bool, str]) -> Positions:
    """Make positions of easting, whether blank, and reason."""
    easting = np.array([row[0] for row in rows])
    return Positions(
        easting,
        easting + 1,
        np.array([row[1] for row in rows]),
        np.array([row[2] for row in rows], object),
        qualities(easting),
        no_texts(len(rows)),
    )


def test_the_first_usable_position_counts_and_a_useless_one_before_it_is_remarked():
    nan = np.nan
    first = positions_of((1, False, ""), (nan, True, ""), (nan, False, ZERO), (nan, False, ZERO))
    second = positions_of((5, False, ""), (6, False, ""), (7, False, ""), (nan, True, ""))
    found = first_given(first, second)
    assert np.array_equal(found.easting, [1, 6, 7, nan], equal_nan=True)
    assert np.array_equal(found.northing, [2, 7, 8, nan], equal_nan=True)
    assert list(found.reason) == ["", "", "", ZERO]
    assert list(found.remark) == ["", "", ZERO, ""]
    assert list(found.quality) == ["point"] * 3 + ["not located"]
    assert not found.blank.any()
