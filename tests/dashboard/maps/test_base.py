import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

import boundaries
from boundaries.columns import WARD_CODE, WARD_NAME
from boundaries.projection import to_bng, to_wgs84
from dashboard.maps.base import base_map, positions, rings_of
from dashboard.maps.model import WardShape


def back_to_metres(rings):
    """Rebuild a geometry in metres from its polygons of rings, ring by ring."""
    polygons = []
    for polygon in rings:
        shell, *holes = [to_bng(ring[:, 1], ring[:, 0]) for ring in polygon]
        polygons.append(shapely.Polygon(shell, holes))
    return shapely.MultiPolygon(polygons)


@given(
    st.lists(
        st.tuples(st.floats(513_900, 533_900), st.floats(169_300, 189_300)), min_size=1, max_size=20
    )
)
def test_positions_are_those_of_proj_to_the_last_digit_but_one(places):
    east, north = np.array(places).T
    exact = to_wgs84(east, north)[:, ::-1]
    assert np.abs(positions(east, north) - exact).max() < 0.5e-5 + 1e-8


def test_holes_and_parts_survive():
    holed = shapely.Polygon(
        shapely.box(523_000, 178_000, 524_000, 179_000).exterior,
        [shapely.box(523_200, 178_200, 523_400, 178_400).exterior],
    )
    two = shapely.MultiPolygon([shapely.box(525_000, 177_000, 525_100, 177_100), holed])
    rings = rings_of(np.array([holed, two, shapely.Polygon()]))
    assert [[len(polygon) for polygon in shape] for shape in rings] == [[2], [1, 2], []]
    for shape, geometry in zip(rings, (holed, two), strict=False):
        assert back_to_metres(shape).symmetric_difference(geometry).area < 0.01 * geometry.area
        assert shapely.hausdorff_distance(back_to_metres(shape), geometry) < 1


def test_rings_are_closed():
    ((ring,),) = rings_of(np.array([shapely.box(523_000, 178_000, 524_000, 179_000)]))[0:1]
    assert len(ring[0]) == 5
    assert (ring[0][0] == ring[0][-1]).all()


def test_nothing_gives_nothing():
    assert rings_of(np.array([], dtype=object)) == []


@pytest.mark.parametrize("vintage", ["2002", "2022"])
def test_base_map_has_the_wards_in_their_order_and_their_shape(vintage):
    base, wards = base_map(vintage), boundaries.load_wards(vintage)
    assert [w.code for w in base.wards] == wards[WARD_CODE].tolist()
    assert [w.name for w in base.wards] == wards[WARD_NAME].tolist()
    for drawn, exact in zip(base.wards, wards.geometry, strict=True):
        apart = back_to_metres(drawn.rings).symmetric_difference(exact).area
        assert apart < 0.01 * exact.area
        assert exact.contains(shapely.Point(to_bng(*drawn.label_at[::-1])[0]))


def test_neighbours_still_share_their_border():
    base = base_map("2022")
    shapes = [shapely.Polygon(p[0], p[1:]) for w in base.wards for p in w.rings]
    overlap = sum(s.area for s in shapes) - shapely.union_all(shapes).area
    assert abs(overlap) < 1e-6 * sum(s.area for s in shapes)


def test_bounds_hold_the_borough_and_stations_come_first():
    base = base_map("2022")
    (south, west), (north, east) = base.bounds
    latitude, longitude = np.vstack(base.borough).T
    assert south <= latitude.min() + 1e-5
    assert latitude.max() - 1e-5 <= north
    assert west <= longitude.min() + 1e-5
    assert longitude.max() - 1e-5 <= east
    marks = [p.is_station for p in base.places]
    assert marks == sorted(marks, reverse=True)
    assert {p.name for p in base.places if p.is_station} >= {"Barons Court", "White City"}
    assert isinstance(base.wards[0], WardShape)
