"""Reading and writing GeoJSON polygons with EPSG:27700 in memory and EPSG:4326 in the file.

Read without GDAL: its start-up alone would take longer than these small files.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.projection import to_bng, to_wgs84

DECIMALS = 9
"""Of a degree, as written: a tenth of a millimetre."""

Polygons = NDArray[np.object_]


def polygons_in_bng(features: Iterable[Mapping[str, Any]]) -> Polygons:
    """Give the features' shapes in metres, shape (n,); None where a feature has none.

    Raises
    ------
    shapely.errors.GEOSException
        A geometry is not GeoJSON.
    """
    texts = [json.dumps(feature.get("geometry")) for feature in features]
    shapes = np.array([None if text == "null" else shapely.from_geojson(text) for text in texts])
    return _moved(shapes, to_bng)


def feature_collection(
    polygons: Polygons, properties: Iterable[Mapping[str, str]], about: Mapping[str, str]
) -> str:
    """Write polygons in metres as GeoJSON text, one feature per line.

    Parameters
    ----------
    polygons
        Shape (n,), EPSG:27700.
    properties
        One mapping per polygon.
    about
        Further members of the collection: name, attribution, licence and the like.
    """
    shapes = _moved(polygons, lambda e, n: np.round(to_wgs84(e, n), DECIMALS))
    lines = [
        json.dumps(
            {
                "type": "Feature",
                "properties": dict(each),
                "geometry": shapely.geometry.mapping(shape),
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for shape, each in zip(shapes, properties, strict=True)
    ]
    head = json.dumps({"type": "FeatureCollection", **about}, ensure_ascii=False)[:-1]
    return f'{head}, "features": [\n' + ",\n".join(lines) + "\n]}\n"


def _moved(shapes: Polygons, project: Any) -> Polygons:  # noqa: ANN401
    moved: Polygons = shapely.transform(shapes, lambda xy: project(xy[:, 0], xy[:, 1]))
    return moved
