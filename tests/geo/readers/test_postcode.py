"""Postcodes: how people write them, what is mended, and what is said where there is none."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from boundaries.projection import to_bng
from geo.postcodes import load_postcodes
from geo.readers.coordinates import REMEDIES
from geo.readers.positions import Positions
from geo.readers.postcode import (
    CORRECTED,
    FIRST_HALF,
    NO_PLACE,
    NOT_A_POSTCODE,
    NOT_IN_BRITAIN,
    OUTSIDE_SET,
    ROUGH,
    UNKNOWN,
    UNKNOWN_OR_OUTSIDE,
    read_postcodes,
)

PLACES = Path(__file__).resolve().parents[4] / "shared" / "data" / "places.csv"
NAMES = load_postcodes().table["postcode"].to_pylist()


def read(*texts: str | None) -> Positions:
    return read_postcodes(pd.Series(texts, dtype="str"))


@pytest.mark.parametrize(
    ("postcode", "place"),
    [
        ("W12 7GF", "Westfield London"),
        ("W12 8TT", "O2 Shepherd's Bush Empire"),
        ("W6 9QH", "Eventim Apollo"),
        ("W6 0QL", "Lyric Square / Lyric Hammersmith"),
        ("SW6 1HS", "Stamford Bridge (Chelsea FC)"),
        ("SW6 6HH", "Craven Cottage (Fulham FC)"),
        ("W12 7PJ", "Loftus Road (QPR)"),
        ("W6 8RF", "Charing Cross Hospital"),
    ],
)
def test_postcodes_of_public_buildings_lie_at_them(postcode, place):
    if not PLACES.is_file():
        pytest.skip("the file of places is not beside the project")
    with PLACES.open(encoding="utf-8") as file:
        places = {row["name"]: row for row in csv.DictReader(file)}
    at = to_bng([float(places[place]["longitude"])], [float(places[place]["latitude"])])[0]
    positions = read(postcode)
    distance = np.hypot(positions.easting[0] - at[0], positions.northing[0] - at[1])
    assert distance < 150


@pytest.mark.parametrize("space", [" ", "", "  ", "-", ".", "\u00a0", "\t"])
@pytest.mark.parametrize("case", [str.upper, str.lower, str.title])
def test_spacing_and_case_do_not_matter(space, case):
    names = NAMES[:: len(NAMES) // 500]
    plain = read(*names)
    found = read(*[case(f" {name[:-3]}{space}{name[-3:]} ") for name in names])
    assert plain.located.sum() > 450
    for column in ("easting", "northing", "quality", "reason", "remark"):
        assert np.array_equal(
            pd.Series(getattr(found, column)).fillna(0), pd.Series(getattr(plain, column)).fillna(0)
        )


def test_every_packaged_postcode_is_found_where_the_table_has_it():
    found, table = read(*NAMES), load_postcodes().table.to_pandas()
    placed = (table.positional_quality != 90).to_numpy()
    assert 0 < (~placed).sum() < 1_000
    assert np.array_equal(found.located, placed)
    assert np.array_equal(found.easting[placed], table.easting[placed])
    assert np.array_equal(found.northing[placed], table.northing[placed])
    assert set(found.reason[~placed]) == {NO_PLACE}
    assert set(found.quality[placed]) == {"postcode"}
    estimated = (table.positional_quality.isin([40, 50, 60])).to_numpy()
    assert np.array_equal(found.remark == ROUGH, estimated)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("W6 OQL", "W6 0QL"),
        ("W6 oql", "W6 0QL"),
        ("WI2 7GF", "W12 7GF"),
        ("WIZ OHS", None),
        ("SWIA 0AA", "SW1A 0AA"),
        ("SWIA OAA", "SW1A 0AA"),
        ("ECIA IBB", "EC1A 1BB"),
        ("W1O 4AA", "W10 4AA"),
        ("SE1O 0AA", "SE10 0AA"),
        # W1T and W11 exist, so what looks like the one is not turned to the other.
        ("W1I 4TJ", "W11 4TJ"),
        ("W6 0Q1", None),
    ],
)
def test_letters_and_figures_that_look_alike(written, meant):
    found = read(written)
    if meant is None:
        assert not found.located[0]
        return
    wanted = read(meant)
    assert wanted.located[0]
    assert (found.easting[0], found.northing[0]) == (wanted.easting[0], wanted.northing[0])
    assert (found.remark[0], wanted.remark[0]) == (CORRECTED, "")


def test_a_first_half_that_exists_is_never_turned_to_another():
    known = load_postcodes().outward_codes
    outward = [code for code in known if set(code) & set("OI01")]
    texts = [f"{code} 9ZZ" for code in outward]
    found = read(*texts)
    assert len(outward) > 500
    assert CORRECTED not in found.remark


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("W6", FIRST_HALF),
        ("sw1a", FIRST_HALF),
        ("W12 7", FIRST_HALF),
        ("W12 7G", FIRST_HALF),
        ("M1 1", FIRST_HALF),
        ("W6 9ZZ", UNKNOWN),
        ("ZZ1 1AA", UNKNOWN),
        ("M1 1AE", OUTSIDE_SET),
        ("EH1 1YZ", OUTSIDE_SET),
        ("WD3 9ZZ", UNKNOWN_OR_OUTSIDE),
        ("BT1 5GS", NOT_IN_BRITAIN),
        ("JE2 3AB", NOT_IN_BRITAIN),
        ("Hammersmith", NOT_A_POSTCODE),
        ("12345", NOT_A_POSTCODE),
        ("W6 0Q1", NOT_A_POSTCODE),
        ("TQ 233 798", NOT_A_POSTCODE),
        ("Flat 1, W6 0QL", NOT_A_POSTCODE),
        ("£$%", NOT_A_POSTCODE),
    ],
)
def test_other_texts_are_refused_with_a_reason_and_a_remedy(text, reason):
    found = read(text, "W6 0QL")
    assert list(found.reason) == [reason, ""]
    assert list(found.located) == [False, True]
    assert list(found.quality) == ["not located", "postcode"]
    assert REMEDIES[reason]


def test_blank_cells_are_no_fault():
    found = read("", " ", "n/a", "not known", None)
    assert found.blank.all()
    assert set(found.reason) == {""}
    assert not found.located.any()
    assert len(read()) == 0
