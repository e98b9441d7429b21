"""Geometry of map layers as points: their coordinates, and what else was found in their place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pt
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from boundaries.errors import CrsError
from boundaries.projection import BNG, WGS84
from geo.readers.columns import LATITUDE, LONGITUDE
from geo.readers.positions import no_texts
from geo.schema import EASTING, NORTHING

LINE = "a line"
AREA = "an area"
SEVERAL_POINTS = "several points"
SHAPES = "a collection of shapes"
DAMAGED = "a geometry that cannot be read"
_TYPE_WORDS = ("a point", LINE, LINE, AREA, SEVERAL_POINTS, LINE, AREA, SHAPES)
"""Words by the numbers that shapely gives to types."""
_NAME_WORDS = {
    "LineString": LINE,
    "MultiLineString": LINE,
    "Polygon": AREA,
    "MultiPolygon": AREA,
    "MultiPoint": SEVERAL_POINTS,
    "GeometryCollection": SHAPES,
}


@dataclass(frozen=True, eq=False)
class Points:
    """What a geometry column holds.

    Attributes
    ----------
    x, y
        Shape (n,), NaN where there is no point: x is the easting or the longitude.
    other
        Shape (n,): what stands there and is not one point, in words; empty otherwise.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    other: NDArray[np.object_]

    @property
    def some(self) -> bool:
        """Whether there is any geometry at all."""
        return bool((~np.isnan(self.x)).any() or (self.other != "").any())

    def where(self, rows: NDArray[np.bool_]) -> "Points":
        """Give the points where ``rows``, shape (n,), is true."""
        return Points(self.x[rows], self.y[rows], self.other[rows])


def points_of_wkb(column: pa.ChunkedArray) -> Points:
    """Read well-known binary; multipoints of one part are points, empty geometries are nothing."""
    values = column.to_numpy(zero_copy_only=False).astype(object)
    shapes = shapely.from_wkb(np.where(pd.isna(values), None, values), on_invalid="ignore")
    damaged = pd.notna(values) & (shapes == None)  # noqa: E711 - element by element
    several = shapely.get_type_id(shapes) == shapely.GeometryType.MULTIPOINT
    single = several & (shapely.get_num_geometries(shapes) == 1)
    shapes[single] = shapely.get_geometry(shapes[single], 0)
    shapes[shapely.is_empty(shapes)] = None
    kinds = shapely.get_type_id(shapes)
    unlike = kinds > 0
    words = np.array([*_TYPE_WORDS, ""], object)
    other = np.where(unlike, words[np.minimum(kinds, len(_TYPE_WORDS) - 1)], "")
    return Points(shapely.get_x(shapes), shapely.get_y(shapes), np.where(damaged, DAMAGED, other))


def points_of_structs(column: pa.ChunkedArray) -> Points:
    """Read native points: structs of x and y or lists of two numbers, or multipoints of them."""
    array = column.combine_chunks()
    n, there = len(array), np.asarray(pc.is_valid(array))
    other = no_texts(n)
    if pt.is_list(array.type) or pt.is_large_list(array.type):
        lengths = np.asarray(pc.fill_null(pc.list_value_length(array), 0), np.int64)
        other[lengths > 1] = SEVERAL_POINTS
        there = lengths == 1
        array = array.filter(pa.array(there)).flatten()
    else:
        array = array.filter(pa.array(there))
    coordinates = np.full((2, n), np.nan)
    coordinates[:, there] = [axis.to_numpy(zero_copy_only=False) for axis in _axes(array)]
    return Points(coordinates[0], coordinates[1], other)


def _axes(array: pa.Array) -> tuple[pa.Array, pa.Array]:
    if pt.is_fixed_size_list(array.type):
        return pc.list_element(array, 0), pc.list_element(array, 1)
    return pc.struct_field(array, "x"), pc.struct_field(array, "y")


def points_of_geojson(geometries: Sequence[Any]) -> Points:
    """Read geometry objects of GeoJSON."""
    read = [_point_of(geometry) for geometry in geometries]
    x, y, other = zip(*read, strict=True) if read else ((), (), ())
    return Points(np.array(x, np.float64), np.array(y, np.float64), np.array(other, object))


def _point_of(geometry: Any) -> tuple[float, float, str]:  # noqa: ANN401 - whatever JSON holds
    """Give x, y and what stands there instead of a point."""
    if geometry is None:
        return np.nan, np.nan, ""
    kind = geometry.get("type") if isinstance(geometry, Mapping) else None
    place = geometry.get("coordinates") if kind else None
    if kind == "GeometryCollection":
        place = geometry.get("geometries")
    if place == [] or (kind in ("Point", *_NAME_WORDS) and place is None):
        return np.nan, np.nan, ""
    if kind == "MultiPoint" and isinstance(place, list) and len(place) == 1:
        kind, place = "Point", place[0]
    if kind != "Point":
        return np.nan, np.nan, _NAME_WORDS.get(str(kind), DAMAGED)
    numbers = place[:2] if isinstance(place, list) else []
    if len(numbers) == 2 and all(type(number) in (int, float) for number in numbers):
        return float(numbers[0]), float(numbers[1]), ""
    return np.nan, np.nan, DAMAGED


def placed(points: Points, system: CRS) -> tuple[tuple[str, str], Points]:
    """Turn points to the National Grid's or the world's coordinates, and name the two.

    Those in EPSG:27700 or EPSG:4326 stay as they are, all others become longitude and latitude.

    Raises
    ------
    CrsError
        There is no way from that system to longitude and latitude.
    """
    flat = system.to_2d()
    if _is(flat, BNG):
        return (EASTING, NORTHING), points
    if _is(flat, WGS84):
        return (LONGITUDE, LATITUDE), points
    try:
        turned = Transformer.from_crs(flat, WGS84, always_xy=True)
        x, y = turned.transform(points.x, points.y)
    except (CRSError, ProjError) as error:
        msg = f"the reference system {system.name!r} does not lie on the earth"
        raise CrsError(msg) from error
    return (LONGITUDE, LATITUDE), Points(np.asarray(x), np.asarray(y), points.other)


def _is(system: CRS, name: str) -> bool:
    known = CRS(name)
    return system.equals(known, ignore_axis_order=True) or system.to_epsg() == known.to_epsg()
