import numpy as np
import pytest
import shapely
from shapely import Polygon, box

from boundaries import checks
from boundaries.errors import DataIntegrityError

WARDS = np.array([box(0, 0, 100, 100), box(100, 0, 200, 100)], object)
CODES = ["A", "B"]


def test_sound_wards_pass_every_check():
    checks.check_codes(CODES, "Wards")
    checks.check_polygons(WARDS, CODES, "Wards")
    checks.check_coverage(WARDS, CODES, "Wards")
    checks.check_populations(CODES, {"A", "B", "C"}, "Wards")
    checks.check_same_land(checks.land_of(WARDS), box(0, 0, 200, 100), "Wards")


@pytest.mark.parametrize(
    ("codes", "match"),
    [
        ([], "hold no wards"),
        (["A", ""], "1 wards have no code, the first at position 1"),
        (["A", "B", "A", "B"], "2 ward codes occur more than once, the first A"),
    ],
)
def test_bad_codes(codes, match):
    with pytest.raises(DataIntegrityError, match=match):
        checks.check_codes(codes, "Wards")


def test_ward_without_population():
    with pytest.raises(DataIntegrityError, match="1 wards have no population, the first B"):
        checks.check_populations(CODES, ["A"], "Wards")


@pytest.mark.parametrize(
    ("shape", "match"),
    [
        (Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]), "Self-intersection"),
        (Polygon(), "Polygon"),
        (shapely.LineString([(0, 0), (1, 1)]), "LineString"),
        (None, "no geometry"),
    ],
)
def test_shapes_that_are_not_valid_polygons(shape, match):
    shapes = np.array([WARDS[0], shape], object)
    with pytest.raises(DataIntegrityError, match=f"1 wards are not valid.*first B.*{match}"):
        checks.check_polygons(shapes, CODES, "Wards")


@pytest.mark.parametrize(
    "second",
    [
        pytest.param(box(99.9, 0, 200, 100), id="overlap"),
        pytest.param(box(100.5, 0, 200, 100), id="gap open at both ends"),
        pytest.param(
            Polygon([(100, 0), (200, 0), (200, 100), (100, 100), (100, 50)]), id="vertex not shared"
        ),
    ],
)
def test_wards_that_are_not_a_coverage(second):
    with pytest.raises(
        DataIntegrityError, match=r"not a coverage: [12] wards .*near easting 1?[0-9]+"
    ):
        checks.check_coverage(np.array([WARDS[0], second], object), CODES, "Wards")


def test_enclosed_hole_is_found_with_its_size_and_place():
    left = Polygon([(0, 0), (100, 0), (100, 20), (90, 30), (100, 40), (100, 100), (0, 100)])
    right = Polygon([(100, 0), (200, 0), (200, 100), (100, 100), (100, 40), (110, 30), (100, 20)])
    wards = np.array([left, right], object)
    with pytest.raises(DataIntegrityError, match=r"leave 1 holes .*largest 200\.0 m² near easting"):
        checks.check_coverage(wards, CODES, "Wards")
    checks.check_coverage(wards, CODES, "Wards", holes_at_most_m2=200)


def test_land_that_differs_is_refused_with_area_and_place():
    with pytest.raises(
        DataIntegrityError, match=r"100\.0 m² differ .*near easting 20[01], northing"
    ):
        checks.check_same_land(checks.land_of(WARDS), box(0, 0, 201, 100), "Wards")
    checks.check_same_land(checks.land_of(WARDS), box(0, 0, 200.04, 100), "Wards")
