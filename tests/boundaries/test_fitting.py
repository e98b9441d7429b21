import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon, box

from boundaries import checks
from boundaries.errors import DataIntegrityError
from boundaries.fitting import fit_to_outline

SIDE_M = 300.0


def squares(n):
    step = SIDE_M / n
    cells = [(c * step, r * step) for r in range(n) for c in range(n)]
    return np.array([box(x, y, x + step, y + step) for x, y in cells], object)


@st.composite
def outlines(draw):
    """A square whose edge wanders up to 3 m in and out."""
    corners = [(0, 0), (SIDE_M, 0), (SIDE_M, SIDE_M), (0, SIDE_M)]
    wander = st.integers(-300, 300).map(lambda centimetres: centimetres / 100)
    vertices = []
    for (x0, y0), (x1, y1) in zip(corners, corners[1:] + corners[:1], strict=True):
        for part in (0, 0.21, 0.47, 0.83):
            x, y = x0 + (x1 - x0) * part, y0 + (y1 - y0) * part
            vertices.append((x + draw(wander), y + draw(wander)))
    return Polygon(vertices)


@given(outlines(), st.integers(1, 4))
def test_fitted_wards_cover_exactly_the_outline_and_keep_their_ground(outline, n):
    wards = squares(n)
    fitted = fit_to_outline(wards, outline)
    checks.check_polygons(fitted, range(len(fitted)), "fitted")
    checks.check_coverage(fitted, range(len(fitted)), "fitted")
    assert checks.land_of(fitted).symmetric_difference(outline).area < 1
    # Nothing moves further than the outline wanders, so no ward runs along another's edge.
    assert shapely.within(fitted, shapely.buffer(wards, 5)).all()
    assert shapely.within(shapely.buffer(wards, -5), fitted).all()


def test_wards_that_fit_already_stay_as_they_are():
    wards = squares(3)
    fitted = fit_to_outline(wards, box(0, 0, SIDE_M, SIDE_M))
    assert shapely.equals(fitted, wards).all()


def test_hole_goes_to_the_ward_with_the_longest_border():
    left = Polygon([(0, 0), (50, 0), (50, 40), (44, 50), (50, 60), (50, 100), (0, 100)])
    right = Polygon([(50, 0), (100, 0), (100, 100), (50, 100), (50, 60), (51, 50), (50, 40)])
    fitted = fit_to_outline(np.array([left, right], object), box(0, 0, 100, 100))
    assert shapely.equals(fitted[1], right)
    assert fitted[0].area == pytest.approx(left.area + 70)


def test_ward_outside_the_outline_is_refused():
    wards = np.array([box(0, 0, 10, 10), box(10, 0, 20, 10)], object)
    with pytest.raises(DataIntegrityError, match=r"1 wards lie outside .* first at position 1"):
        fit_to_outline(wards, box(0, 0, 10, 10))


def test_outline_that_touches_no_ward_is_refused():
    with pytest.raises(DataIntegrityError, match="touch no ward"):
        fit_to_outline(
            np.array([box(0, 0, 1, 1)], object), shapely.union(box(0, 0, 1, 1), box(5, 5, 6, 6))
        )
