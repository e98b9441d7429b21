"""The map of page 1 as a picture, without the words that the page has anyway."""

from functools import lru_cache

from dashboard.brief.model import Brief
from dashboard.maps.model import MapModel

SIZE_MM = (166.0, 146.0)
_DPI = 180
_KEPT = 4


def map_of(brief: Brief) -> bytes:
    """Draw wards, hotspots with their ranks, legend and scale as a PNG."""
    return _drawn(brief.map)


@lru_cache(maxsize=_KEPT)  # one model is one object, and several formats of it take the picture
def _drawn(model: MapModel) -> bytes:
    # matplotlib takes most of a second to load.
    from dashboard.maps.picture import map_png

    return map_png(model, "whole", 0, fill="wards", size_mm=SIZE_MM, dpi=_DPI)
