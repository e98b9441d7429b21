"""Density grids as images that lie right on a web map.

British National Grid is turned by about 1.4 degrees against web Mercator here: an image of the
grid put between its corners would be up to 170 m off at the edge of the borough. So each pixel
is looked up at its own place on the grid.
"""

from functools import lru_cache
from io import BytesIO

import numpy as np
import shapely
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage, sparse

from boundaries.projection import to_bng, to_wgs84
from dashboard.maps.classify import surface_scale
from dashboard.maps.model import Bounds, SurfaceFrames
from geo.density import DensityResult
from geo.grid import Grid

ENLARGE = 4
_ALPHA = 225


def surface_frames(result: DensityResult, maximum: float | None = None) -> SurfaceFrames:
    """Turn the frames of a density result into grey images on one scale.

    Parameters
    ----------
    result
        Values of shape (frames, rows, cols), incidents per km2.
    maximum
        Value of the darkest class; by default the highest value of all frames.
    """
    grid = result.grid
    inside = grid.inside_share > 0
    top = maximum or float(np.max(result.values[:, inside], initial=0.0))
    bounds, shape, warp = _warp(grid)
    flat = (warp @ result.values.reshape(len(result.values), -1).T).T
    greys = np.clip(np.rint(flat * (255 / (top or 1.0))), 0, 255).astype(np.uint8)
    scale = surface_scale(top, title="Incidents per km²")
    return SurfaceFrames(bounds, greys.reshape(-1, *shape), top or 1.0, scale)


@lru_cache(maxsize=16)
def _warp(grid: Grid) -> tuple[Bounds, tuple[int, int], sparse.csr_array]:
    """Give the bounds, the image shape and the matrix from grid cells to pixels."""
    corners = _corners(grid)
    south, west = corners.min(axis=0)
    north, east = corners.max(axis=0)
    longitudes, latitudes, shape = _pixel_centres(south, west, north, east, grid)
    position = to_bng(longitudes, latitudes)
    cols = (position[:, 0] - grid.west) / grid.cell_size_m - 0.5
    rows = (position[:, 1] - grid.south) / grid.cell_size_m - 0.5
    bounds = ((float(south), float(west)), (float(north), float(east)))
    return bounds, shape, _bilinear(rows, cols, grid)


def _corners(grid: Grid) -> NDArray[np.float64]:
    """Latitude and longitude along the edge of the grid, shape (n, 2)."""
    east = grid.west + grid.n_cols * grid.cell_size_m
    north = grid.south + grid.n_rows * grid.cell_size_m
    edge = shapely.segmentize(shapely.box(grid.west, grid.south, east, north), 500)
    return to_wgs84(*shapely.get_coordinates(edge).T)[:, ::-1]


def _pixel_centres(
    south: float, west: float, north: float, east: float, grid: Grid
) -> tuple[NDArray[np.float64], NDArray[np.float64], tuple[int, int]]:
    low, high = _mercator_y(south), _mercator_y(north)
    width = grid.n_cols + 2
    height = max(2, round(width * (high - low) / np.radians(east - west)))
    lon = west + (np.arange(width) + 0.5) * (east - west) / width
    y = high - (np.arange(height) + 0.5) * (high - low) / height
    lat = np.degrees(2 * np.arctan(np.exp(y)) - np.pi / 2)
    return np.tile(lon, height), np.repeat(lat, width), (height, width)


def _mercator_y(latitude: float) -> float:
    return float(np.log(np.tan(np.pi / 4 + np.radians(latitude) / 2)))


def _bilinear(rows: NDArray[np.float64], cols: NDArray[np.float64], grid: Grid) -> sparse.csr_array:
    """Weigh the four cells around each pixel; cells outside the area lend their nearest inside.

    Without that, colours would fade towards the border for no reason in the data.
    """
    nearest = _nearest_inside(grid)
    r0, c0 = np.floor(rows).astype(np.intp), np.floor(cols).astype(np.intp)
    fr, fc = rows - r0, cols - c0
    pixels = np.arange(rows.size)
    at, to, weights = [], [], []
    for dr, wr in ((0, 1 - fr), (1, fr)):
        for dc, wc in ((0, 1 - fc), (1, fc)):
            r = np.clip(r0 + dr, 0, grid.n_rows - 1)
            c = np.clip(c0 + dc, 0, grid.n_cols - 1)
            at.append(pixels)
            to.append(nearest[r * grid.n_cols + c])
            weights.append(wr * wc)
    entries = (np.concatenate(weights), (np.concatenate(at), np.concatenate(to)))
    return sparse.csr_array(entries, shape=(rows.size, nearest.size))


def _nearest_inside(grid: Grid) -> NDArray[np.intp]:
    inside = grid.inside_share > 0
    nearest = ndimage.distance_transform_edt(~inside, return_distances=False, return_indices=True)
    return (nearest[0] * grid.n_cols + nearest[1]).ravel()


def grey_png(grey: NDArray[np.uint8]) -> bytes:
    """Write one frame, shape (height, width), as a small grey PNG."""
    buffer = BytesIO()
    Image.fromarray(grey).save(buffer, "PNG", compress_level=3)
    return buffer.getvalue()


def coloured_png(
    surface: SurfaceFrames, frame: int, borough_rings: list[list[list[float]]]
) -> bytes:
    """Write one frame in the colours of its classes, enlarged and cut at the borough's outline."""
    buffer = BytesIO()
    Image.fromarray(coloured(surface, frame, borough_rings)).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def coloured(
    surface: SurfaceFrames, frame: int, borough_rings: list[list[list[float]]]
) -> NDArray[np.uint8]:
    """Colour one frame, shape (height, width, 4), transparent outside the borough."""
    grey = Image.fromarray(surface.greys[frame])
    size = (grey.width * ENLARGE, grey.height * ENLARGE)
    values = np.asarray(grey.resize(size, Image.Resampling.BILINEAR))
    table = np.zeros((256, 4), np.uint8)
    for step in surface.scale.classes:
        rgb = [int(step.colour[i : i + 2], 16) for i in (1, 3, 5)]
        table[surface.grey_of(step.low) :] = [*rgb, _ALPHA]
    picture = table[values]
    picture[~_inside_mask(surface.bounds, borough_rings, size)] = 0
    return picture


def _inside_mask(
    bounds: Bounds, rings: list[list[list[float]]], size: tuple[int, int]
) -> NDArray[np.bool_]:
    (south, west), (north, east) = bounds
    outline = shapely.union_all([shapely.Polygon([(lon, lat) for lat, lon in r]) for r in rings])
    shapely.prepare(outline)
    width, height = size
    lon = west + (np.arange(width) + 0.5) * (east - west) / width
    low, high = _mercator_y(south), _mercator_y(north)
    y = high - (np.arange(height) + 0.5) * (high - low) / height
    lat = np.degrees(2 * np.arctan(np.exp(y)) - np.pi / 2)
    grid_lon, grid_lat = np.meshgrid(lon, lat)
    return shapely.contains_xy(outline, grid_lon, grid_lat)
