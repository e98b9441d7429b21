import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import boundaries
from geo.quality.check import FINE, MIND, NOTE
from geo.quality.params import QualityParams
from geo.quality.place import (
    INCIDENTS,
    NOT_RECORDED,
    PLACE_COLUMNS,
    QUALITY,
    lattice_of,
    place_checks,
    quality_counts,
)
from geo.schema import LOCATION_QUALITIES, Incidents
from geo.selection import Selection
from geo.sites import Sites, locate_selected
from tests.factories import incidents_of

NOWHERE = (float("nan"), float("nan"))
FAR = (400_000.0, 300_000.0)
INSIDE = tuple(boundaries.load_wards("2022").representative_point().get_coordinates().to_numpy()[0])


def rows(inside: int = 0, outside: int = 0, nowhere: int = 0, **more: object) -> list[dict]:
    places = [INSIDE] * inside + [FAR] * outside + [NOWHERE] * nowhere
    return [{"at": "2024-05-03T12:00", "place": place, **more} for place in places]


def checked(incidents: Incidents, params: QualityParams | None = None) -> dict:
    located = locate_selected(incidents, Selection())
    return {check.check: check for check in place_checks(located, params or QualityParams())}


@settings(max_examples=20)
@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))
def test_places_are_counted_and_judged_by_the_thresholds(inside, outside, nowhere):
    found = checked(incidents_of(rows(inside, outside, nowhere)))
    n = inside + outside + nowhere
    assert (found["not located"].value, found["not located"].of) == (nowhere, n)
    assert (found["outside the borough"].value, found["outside the borough"].of) == (outside, n)
    share = 100 * nowhere / n if n else 0
    expected = FINE if share < 5 else MIND if share >= 15 and nowhere >= 5 else NOTE
    assert found["not located"].verdict == expected
    share = 100 * outside / n if n else 0
    expected = FINE if share < 5 else MIND if share >= 50 and outside >= 5 else NOTE
    assert found["outside the borough"].verdict == expected


def test_sentences_for_some_all_and_none():
    found = checked(incidents_of(rows(3, 0, 1)))
    assert found["not located"].in_words == (
        "1 of 4 incidents (25.0%) have no place and are on no map."
    )
    assert found["outside the borough"].in_words == "No incident lies outside the borough."
    found = checked(incidents_of(rows(0, 4, 0)))
    assert found["not located"].in_words == "Each of the 4 incidents has a place."
    assert found["outside the borough"].in_words.startswith("All 4 incidents lie outside")


def test_how_exact_places_are_is_told_kind_by_kind():
    kinds = ["point"] * 2 + ["postcode"] * 3 + ["map point"] * 5
    some = [row | {"quality": q} for row, q in zip(rows(10), kinds, strict=True)]
    some += rows(nowhere=2, quality="not located")
    incidents = incidents_of(some)
    counts = quality_counts(incidents)
    assert tuple(counts.columns) == PLACE_COLUMNS
    assert dict(zip(counts[QUALITY], counts[INCIDENTS], strict=True)) == {
        "point": 2,
        "map point": 5,
        "grid square": 0,
        "postcode": 3,
        "not located": 2,
    }
    assert list(counts[QUALITY]) == list(LOCATION_QUALITIES)
    check = checked(incidents)["place not exact"]
    assert (check.value, check.of, check.verdict) == (8, 10, MIND)
    assert "5 map point (moved to a public map point" in check.in_words
    assert "3 postcode (centre of a postcode)" in check.in_words


def test_a_source_that_does_not_say_how_exact_it_is():
    incidents = incidents_of(rows(3, 0, 2))
    counts = quality_counts(incidents)
    assert list(zip(counts[QUALITY], counts[INCIDENTS], strict=True)) == [
        (NOT_RECORDED, 3),
        ("not located", 2),
    ]
    check = checked(incidents)["place not exact"]
    assert np.isnan(check.value)
    assert check.verdict == NOTE


@pytest.mark.parametrize("step", [10, 25, 50, 100, 250, 500, 1000])
@pytest.mark.parametrize("centres", [False, True])
def test_a_lattice_is_found_with_its_step(step, centres):
    rng = np.random.default_rng(step)
    easting, northing = rng.integers(400, 900, (2, 300)) * float(step) + centres * step / 2
    off = rng.uniform(-0.3, 0.3, (2, 300))  # as after a way through longitude and latitude
    assert lattice_of(Sites(easting + off[0], northing + off[1])) == step


def test_places_that_are_not_rounded_are_on_no_lattice():
    rng = np.random.default_rng(2)
    easting, northing = rng.uniform(520_000, 526_000, (2, 500))
    assert lattice_of(Sites(easting, northing)) == 0
    rounded = np.r_[easting.round(-1)[:400], easting[400:]]  # four in five are not nearly all
    assert lattice_of(Sites(rounded, northing.round(-1))) == 0
    assert lattice_of(Sites(easting[:19].round(-3), northing[:19].round(-3))) == 0
