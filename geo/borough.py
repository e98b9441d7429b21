"""The land that everything is computed on."""

from functools import lru_cache

from shapely.geometry.base import BaseGeometry

import boundaries


@lru_cache(maxsize=1)
def borough() -> BaseGeometry:
    """Give the outline of the borough in EPSG:27700."""
    outline: BaseGeometry = boundaries.load_borough().geometry.union_all()
    return outline
