"""The part of a map that does not change with the numbers, made once for each vintage."""

from functools import cache, lru_cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

import boundaries
from boundaries.columns import PLACE_KIND, PLACE_NAME, WARD_CODE, WARD_NAME
from boundaries.projection import to_wgs84
from boundaries.vintages import Vintage
from dashboard.maps.model import BaseMap, Bounds, PlaceMark, Position, Ring, WardShape
from geo.wards.table import EXTRA_ROWS

_DECIMALS = 5  # about a metre
_SIMPLIFY_M = 2.0
_MIDDLE = (523_900.0, 179_300.0)  # of the borough, metres
_STATION_KINDS = ("underground", "overground", "national rail", "bus station")


def positions(easting: Any, northing: Any) -> NDArray[np.float64]:  # noqa: ANN401 - array-likes
    """Give positions in or near the borough as (latitude, longitude), shape (n, 2).

    Rounded to about a metre.
    """
    powers = _powers(np.asarray(easting), np.asarray(northing))
    return np.round(powers @ _to_degrees(), _DECIMALS)


@cache
def _to_degrees() -> NDArray[np.float64]:
    """Fit a cubic to the projection around the borough, shape (10, 2): latitude and longitude.

    Within 10 km of its middle the cubic is right to a millimetre, a hundredth of what rounding
    loses, and fifty times as fast as PROJ, which every redraw would wait for.
    """
    steps = np.linspace(-10_000, 10_000, 21)
    east, north = (grid.ravel() for grid in np.meshgrid(_MIDDLE[0] + steps, _MIDDLE[1] + steps))
    degrees = to_wgs84(east, north)[:, ::-1]
    return np.linalg.lstsq(_powers(east, north), degrees)[0].astype(np.float64)


def _powers(easting: NDArray[np.float64], northing: NDArray[np.float64]) -> NDArray[np.float64]:
    x, y = (easting - _MIDDLE[0]) / 10_000, (northing - _MIDDLE[1]) / 10_000
    one = np.ones_like(x)
    return np.column_stack([one, x, y, x * x, x * y, y * y, x**3, x * x * y, x * y * y, y**3])


def rings_of(geometries: NDArray[np.object_]) -> list[list[list[Ring]]]:
    """Give each polygon or multipolygon (EPSG:27700) as polygons of rings.

    All vertices of all geometries are projected in one call, and stay in one array.
    """
    parts, owner = shapely.get_parts(geometries, return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    coordinates, ring_of_vertex = shapely.get_coordinates(rings, return_index=True)
    by_ring = np.split(positions(*coordinates.T), np.flatnonzero(np.diff(ring_of_vertex)) + 1)
    found: list[list[list[Ring]]] = [[] for _ in geometries]
    polygons: dict[int, list[Ring]] = {}
    for ring, part in zip(by_ring, part_of_ring.tolist(), strict=False):  # no ring, no part
        if part not in polygons:
            polygons[part] = []
            found[owner[part]].append(polygons[part])
        polygons[part].append(ring)
    return found


@lru_cache(maxsize=4)
def base_map(vintage: Vintage) -> BaseMap:
    """Make the base map of a ward vintage."""
    wards = boundaries.load_wards(vintage)
    # Simplified together, so that neighbours still meet; a metre or two is below a pixel.
    outlines = shapely.coverage_simplify(wards.geometry.to_numpy(), _SIMPLIFY_M)
    borough = shapely.simplify(boundaries.load_borough().geometry.iloc[0], _SIMPLIFY_M)
    return BaseMap(
        vintage=vintage,
        wards=_ward_shapes(wards[WARD_CODE], wards[WARD_NAME], outlines),
        extra_rows=tuple(EXTRA_ROWS.values()),
        borough=[ring for polygon in rings_of(np.array([borough]))[0] for ring in polygon],
        places=_places(),
        bounds=_bounds(borough),
        attribution=str(wards.attrs["attribution"]),
    )


def _ward_shapes(
    codes: Any,  # noqa: ANN401
    names: Any,  # noqa: ANN401
    outlines: NDArray[np.object_],
) -> tuple[WardShape, ...]:
    centres = [shapely.maximum_inscribed_circle(shape, 10) for shape in outlines]
    labels = [shapely.get_coordinates(circle)[0] for circle in centres]
    label_at = positions(*np.array(labels).T).tolist()
    return tuple(
        WardShape(code, name, _pair(at), rings)
        for code, name, at, rings in zip(codes, names, label_at, rings_of(outlines), strict=True)
    )


def _places() -> tuple[PlaceMark, ...]:
    places = boundaries.load_places()
    where = positions(places.geometry.x, places.geometry.y).tolist()
    rows = zip(places[PLACE_NAME], places[PLACE_KIND], where, strict=True)
    marks = [
        PlaceMark(name, kind, any(k in kind for k in _STATION_KINDS), _pair(at))
        for name, kind, at in rows
    ]
    return tuple(sorted(marks, key=lambda mark: not mark.is_station))


def _pair(at: list[float]) -> Position:
    return (at[0], at[1])


def _bounds(shape: shapely.Geometry) -> Bounds:
    west, south, east, north = shapely.bounds(shape)
    corners = positions([west, west, east, east], [south, north, south, north])
    (s, w), (n, e) = corners.min(axis=0), corners.max(axis=0)
    return (float(s), float(w)), (float(n), float(e))
