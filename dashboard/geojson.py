"""Areas with figures as GeoJSON (RFC 7946)."""

import json
from collections.abc import Hashable, Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from boundaries.columns import GEOMETRY
from boundaries.projection import to_wgs84

DEGREE_DECIMALS = 6
"""About a tenth of a metre; RFC 7946, section 11.2, advises against more."""


def feature_collection(areas: gpd.GeoDataFrame, about: Mapping[str, Any]) -> str:
    """Write areas as GeoJSON text in EPSG:4326, one feature per line.

    Parameters
    ----------
    areas
        EPSG:27700; rows without geometry become features without. All other columns become
        properties.
    about
        Further members of the collection (RFC 7946, section 6.1).
    """
    rows = plain_rows(pd.DataFrame(areas.drop(columns=GEOMETRY)))
    shapes = _written_shapes(areas.geometry.to_numpy())
    features = ",\n".join(
        f'{{"type":"Feature","properties":{_compact(row)},"geometry":{shape}}}'
        for row, shape in zip(rows, shapes, strict=True)
    )
    head = _compact({"type": "FeatureCollection", **about})[:-1]
    return f'{head},"features":[\n{features}\n]}}\n'


def plain_rows(table: pd.DataFrame) -> list[dict[Hashable, Any]]:
    """Give rows of values as JSON has them, None where there is no figure."""
    objects = table.astype(object)
    return objects.where(table.notna(), None).to_dict("records")


def _compact(value: object) -> str:
    return json.dumps(
        value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=str
    )


def _written_shapes(shapes: NDArray[np.object_]) -> list[str]:
    """Write each shape as a GeoJSON geometry, a shape that several rows share only once."""
    written: dict[int, str] = {id(None): "null"}
    for shape in shapes:
        if id(shape) not in written:
            written[id(shape)] = _compact(shapely.geometry.mapping(_in_degrees(shape)))
    return [written[id(shape)] for shape in shapes]


def _in_degrees(shape: BaseGeometry) -> BaseGeometry:
    """Turn metres to degrees, rounded, outer rings anticlockwise (RFC 7946, section 3.1.6)."""
    degrees = shapely.transform(shape, lambda xy: np.round(to_wgs84(*xy.T), DEGREE_DECIMALS))
    if not shapely.is_valid(degrees):
        # Rounding pinched a thin part; this rounds again and keeps the shape in order.
        exact = shapely.transform(shape, lambda xy: to_wgs84(*xy.T))
        degrees = shapely.set_precision(exact, 10.0**-DEGREE_DECIMALS)
        degrees = shapely.transform(degrees, lambda xy: np.round(xy, DEGREE_DECIMALS))
    return shapely.orient_polygons(degrees)
