"""Longitude and latitude (EPSG:4326) to British National Grid (EPSG:27700) and back.

Without the OSTN15 grid file, which does not come with pyproj's wheels, PROJ falls back silently
to a Helmert shift: up to 1.7 m off here, the same way for points and polygons, so that who lies
where is not affected. Where the grid file is installed, both use it.
"""

from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import Transformer

BNG = "EPSG:27700"
WGS84 = "EPSG:4326"


@cache
def _transformer(source: str, target: str) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def to_bng(longitude: ArrayLike, latitude: ArrayLike) -> NDArray[np.float64]:
    """Project degrees to easting and northing in metres, shape (n, 2).

    Every vertex goes through the same formula, so vertices that polygons share stay identical.
    """
    return np.column_stack(_transformer(WGS84, BNG).transform(longitude, latitude))


def to_wgs84(easting: ArrayLike, northing: ArrayLike) -> NDArray[np.float64]:
    """Give longitude and latitude in degrees of positions in metres, shape (n, 2).

    PROJ's inverse of the Helmert shift misses by a millimetre; the second step takes that out, so
    that :func:`to_bng` gives the same position back to a micrometre.
    """
    inverse, position = _transformer(BNG, WGS84), np.column_stack([easting, northing])
    missed = position - to_bng(*inverse.transform(*position.T))
    return np.column_stack(inverse.transform(*(position + missed).T))
