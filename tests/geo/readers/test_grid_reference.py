"""Grid references: against the published map of squares, published examples and an inverse."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundaries.projection import to_wgs84
from geo.readers.coordinates import REMEDIES
from geo.readers.grid_reference import (
    NO_SUCH_SQUARE,
    NOT_A_REFERENCE,
    SQUARES,
    UNEQUAL_HALVES,
    WIDE_SQUARE,
    read_grid_references,
)
from geo.readers.positions import Positions

# The map of the squares as Ordnance Survey prints it, the north on top.
PRINTED = """
HL HM HN HO HP JL JM
HQ HR HS HT HU JQ JR
HV HW HX HY HZ JV JW
NA NB NC ND NE OA OB
NF NG NH NJ NK OF OG
NL NM NN NO NP OL OM
NQ NR NS NT NU OQ OR
NV NW NX NY NZ OV OW
SA SB SC SD SE TA TB
SF SG SH SJ SK TF TG
SL SM SN SO SP TL TM
SQ SR SS ST SU TQ TR
SV SW SX SY SZ TV TW
"""
CORNERS = {
    letters: (column * 100_000, (12 - row) * 100_000)
    for row, line in enumerate(PRINTED.split("\n")[1:-1])
    for column, letters in enumerate(line.split())
}


def read(*texts: str | None) -> Positions:
    return read_grid_references(pd.Series(texts, dtype="str"))


def obvious(reference: str) -> tuple[float, float]:
    """Read a reference as one does by hand: pad both halves to metres, go half a square on."""
    figures = reference[2:].replace(" ", "")
    half = len(figures) // 2
    width = 10 ** (5 - half)
    west, south = CORNERS[reference[:2]]
    easting, northing = (int(part.ljust(5, "0")) for part in (figures[:half], figures[half:]))
    return west + easting + width / 2, south + northing + width / 2


def test_squares_lie_where_the_printed_map_has_them():
    assert SQUARES == CORNERS


@pytest.mark.parametrize(
    ("reference", "south_west", "width"),
    [
        # Ordnance Survey, A Guide to Coordinate Systems in Great Britain: its worked example.
        ("TG 51409 13177", (651_409, 313_177), 1),
        # The reference of Ordnance Survey's former head office in its leaflet on the grid.
        ("SU 387 148", (438_700, 114_800), 100),
        # Ben Nevis and Coventry, as encyclopaedias explain the grid.
        ("NN166712", (216_600, 771_200), 100),
        ("SP3683", (436_000, 283_000), 1_000),
        # National Soil Resources Institute, Work out a grid reference.
        ("NS 306 834", (230_600, 683_400), 100),
        # Landmark, National Grid Reference Coordinate Conversion.
        ("TQ30047995", (530_040, 179_950), 10),
        # The northernmost island, and the origin of the grid.
        ("HP 6 1", (460_000, 1_210_000), 10_000),
        ("SV 00000 00000", (0, 0), 1),
    ],
)
def test_published_references(reference, south_west, width):
    positions = read(reference)
    found = positions.easting[0], positions.northing[0]
    assert found == (south_west[0] + width / 2, south_west[1] + width / 2)
    assert positions.quality[0] == ("point" if width <= 10 else "grid square")
    assert positions.remark[0] == (WIDE_SQUARE if width >= 1_000 else "")


def test_known_places_lie_where_maps_of_the_world_have_them():
    positions = read("TQ 336 805", "TQ 3000 8040", "NN 16675 71279")
    places = to_wgs84(positions.easting, positions.northing)
    published = [(-0.0759, 51.5081), (-0.1279, 51.5077), (-5.0036, 56.7969)]
    tower, column, ben_nevis = np.hypot(*((places - published) * (70_000, 111_200)).T)
    assert tower < 150
    assert column < 50
    assert ben_nevis < 50


@given(
    st.sampled_from(sorted(CORNERS)),
    st.integers(1, 5).flatmap(
        lambda n: st.tuples(*[st.text("0123456789", min_size=n, max_size=n)] * 2)
    ),
    st.sampled_from(["{} {} {}", "{}{}{}", "{}{} {}", "{} {}{}", " {}  {}-{} ", "{},{},{}"]),
    st.booleans(),
)
def test_all_ways_of_writing_give_what_reading_by_hand_gives(letters, halves, form, is_lower):
    written = form.format(letters, *halves)
    positions = read(written.lower() if is_lower else written)
    assert (positions.easting[0], positions.northing[0]) == obvious(letters + "".join(halves))
    assert positions.reason[0] == ""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("233798", NOT_A_REFERENCE),
        ("523388 178500", NOT_A_REFERENCE),
        ("T 233 798", NOT_A_REFERENCE),
        ("W6 9JU", NOT_A_REFERENCE),
        ("TQ", NOT_A_REFERENCE),
        ("TQ 27 NE", NOT_A_REFERENCE),
        ("TQ ٢٣ ٧٩", NOT_A_REFERENCE),
        ("Hammersmith Broadway", NOT_A_REFERENCE),
        ("TQ 23 798", UNEQUAL_HALVES),
        ("TQ 233 79", UNEQUAL_HALVES),
        ("TQ 23379", UNEQUAL_HALVES),
        ("TQ 2", UNEQUAL_HALVES),
        ("TQ 233.5 798.1", UNEQUAL_HALVES),
        ("TQ 2 33 798", UNEQUAL_HALVES),
        ("TQ 233796 179812", UNEQUAL_HALVES),
        ("AA 233 798", NO_SUCH_SQUARE),
        ("TI 233 798", NO_SUCH_SQUARE),
        ("ZZ 233 798", NO_SUCH_SQUARE),
    ],
)
def test_other_texts_are_refused_with_a_reason_and_a_remedy(text, reason):
    positions = read(text, "TQ 233 798")
    assert list(positions.reason) == [reason, ""]
    assert list(positions.located) == [False, True]
    assert list(positions.quality) == ["not located", "grid square"]
    assert REMEDIES[reason]


def test_blank_cells_are_no_fault():
    positions = read("", "  ", "n/a", "Unknown", None)
    assert positions.blank.all()
    assert list(positions.reason) == [""] * 5
    assert not positions.located.any()


def test_a_table_without_rows():
    assert len(read()) == 0
