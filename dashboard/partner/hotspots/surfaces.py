"""Released surfaces as images on the map: cells as they are, nothing made up between them."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.projection import to_bng, to_wgs84
from dashboard.maps.classify import SURFACE_COLOURS, MapClass, Scale
from dashboard.maps.model import Bounds, SurfaceFrames
from dashboard.maps.surface_image import latitudes, mercator_y
from geo.disclosure.bands import least_in_band, slack
from geo.disclosure.land import CELL_M
from geo.disclosure.placed import MIN_PLACES
from geo.disclosure.surfaces import SURFACE, ReleasedSurface, class_words

_PIXELS_PER_CELL = 4

Place = tuple[int, int, int, int]
"""First row, first column, rows and columns of a surface."""


def surface_images(
    surfaces: Sequence[ReleasedSurface | None], smallest_shown: int
) -> SurfaceFrames | None:
    """Make the images of the frames of a view, all with the same classes; None without any.

    Parameters
    ----------
    surfaces
        Of each frame; None where none is released.
    smallest_shown
        Of the release.
    """
    known = [surface for surface in surfaces if surface is not None]
    if not known:
        return None
    first = known[0]
    place = (first.first_row, first.first_col, *first.classes.shape)
    bounds, cells = _pixels(place)
    n = len(first.breaks)
    levels = np.ceil(np.arange(n + 1) / n * 255).astype(np.uint8)
    blank = np.zeros(first.classes.shape, np.uint8)
    classes = [blank if surface is None else surface.classes for surface in surfaces]
    greys = np.stack([levels[np.append(one.ravel(), 0)[cells]] for one in classes])
    scale = _scale(first.breaks, smallest_shown)
    return SurfaceFrames(bounds, greys, float(n), scale, in_cells=True)


def _scale(breaks: tuple[int, ...], smallest_shown: int) -> Scale:
    spread = np.linspace(0, len(SURFACE_COLOURS) - 1, len(breaks)).round().astype(int)
    classes = tuple(
        MapClass(SURFACE_COLOURS[at], words.capitalize(), float(number), float(number))
        for at, (number, words) in zip(spread, class_words(breaks).items(), strict=True)
    )
    note = (
        f"Give or take {slack(smallest_shown)} incidents. No colour: less, or below "
        f"{least_in_band(smallest_shown)} incidents or {MIN_PLACES} places within "
        f"{SURFACE.bandwidth_m:g} m."
    )
    return Scale("Incidents per km²", classes, note)


@lru_cache(maxsize=4)
def _pixels(place: Place) -> tuple[Bounds, NDArray[np.intp]]:
    """Give the corners of an image in web Mercator, and the cell of each of its pixels.

    Pixels beyond the cells have the number after the last.
    """
    first_row, first_col, rows, cols = place
    west, south = first_col * CELL_M, first_row * CELL_M
    box = shapely.box(west, south, west + cols * CELL_M, south + rows * CELL_M)
    corners = to_wgs84(*shapely.get_coordinates(shapely.segmentize(box, 500)).T)
    (left, low), (right, high) = corners.min(axis=0), corners.max(axis=0)
    width = cols * _PIXELS_PER_CELL
    height = round(width * (mercator_y(high) - mercator_y(low)) / np.radians(right - left))
    lon = left + (np.arange(width) + 0.5) * (right - left) / width
    at = to_bng(np.tile(lon, height), np.repeat(latitudes(low, high, height), width))
    col = np.floor((at[:, 0] - west) / CELL_M).astype(np.intp)
    row = np.floor((at[:, 1] - south) / CELL_M).astype(np.intp)
    is_inside = (row >= 0) & (row < rows) & (col >= 0) & (col < cols)
    cells = np.where(is_inside, row * cols + col, rows * cols)
    bounds = ((float(low), float(left)), (float(high), float(right)))
    return bounds, cells.reshape(height, width)
