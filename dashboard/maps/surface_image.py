"""Density grids as images that lie right on a web map.

British National Grid is turned by about 1.4 degrees against web Mercator here: an image of the
grid put between its corners would be up to 170 m off at the edge of the borough. So each pixel
is looked up at its own place on the grid.
"""

import struct
import zlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage, sparse

from boundaries.projection import to_bng, to_wgs84
from dashboard.maps.classify import surface_scale
from dashboard.maps.model import Bounds, Ring, SurfaceFrames
from geo.grids.grid import Grid
from geo.surfaces.density import DensityResult

ENLARGE = 4
_ALPHA = 225
_MARGIN_CELLS = 2


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
    warp = _warp(grid)
    cells = result.values.reshape(len(result.values), -1)[:, warp.cells]
    shares = warp.matrix @ np.ascontiguousarray(cells.T, np.float32)
    greys = np.zeros((len(cells), warp.shape[0] * warp.shape[1]), np.uint8)
    greys[:, warp.pixels] = np.rint(shares.T * np.float32(255 / (top or 1.0))).clip(0, 255)
    scale = surface_scale(top, title="Incidents per km²")
    return SurfaceFrames(warp.bounds, greys.reshape(-1, *warp.shape), top or 1.0, scale)


@dataclass(frozen=True, eq=False)
class _Warp:
    """How the pixels of an image are made of the cells of a grid.

    Attributes
    ----------
    bounds, shape
        South-west and north-east corner; height and width.
    pixels, cells
        Flat places of the pixels in and next to the area, and of the cells inside it. The other
        pixels stay 0: they are cut off anyway, and cost time and bytes.
    matrix
        Shape (pixels, cells): weights.
    """

    bounds: Bounds
    shape: tuple[int, int]
    pixels: NDArray[np.intp]
    cells: NDArray[np.intp]
    matrix: sparse.csr_array


@lru_cache(maxsize=16)
def _warp(grid: Grid) -> _Warp:
    corners = _corners(grid)
    south, west = corners.min(axis=0)
    north, east = corners.max(axis=0)
    longitudes, latitudes, shape = _pixel_centres(south, west, north, east, grid)
    position = to_bng(longitudes, latitudes)
    cols = (position[:, 0] - grid.west) / grid.cell_size_m - 0.5
    rows = (position[:, 1] - grid.south) / grid.cell_size_m - 0.5
    bounds = ((float(south), float(west)), (float(north), float(east)))
    pixels = np.flatnonzero(_is_near_inside(rows, cols, grid))
    cells = np.flatnonzero(grid.inside_share > 0)
    matrix = _bilinear(rows[pixels], cols[pixels], grid)[:, cells].astype(np.float32)
    return _Warp(bounds, shape, pixels, cells, matrix)


def _is_near_inside(
    rows: NDArray[np.float64], cols: NDArray[np.float64], grid: Grid
) -> NDArray[np.bool_]:
    """Say which pixels are in the area or so close that enlarging mixes them into it."""
    reach = 2 * _MARGIN_CELLS + 1
    near = ndimage.binary_dilation(grid.inside_share > 0, np.ones((reach, reach), np.bool_))
    r, c = np.rint(rows).astype(np.intp), np.rint(cols).astype(np.intp)
    on_grid = (r >= 0) & (r < grid.n_rows) & (c >= 0) & (c < grid.n_cols)
    found = np.zeros(rows.shape, np.bool_)
    found[on_grid] = near[r[on_grid], c[on_grid]]
    return found


def _corners(grid: Grid) -> NDArray[np.float64]:
    """Latitude and longitude along the edge of the grid, shape (n, 2)."""
    east = grid.west + grid.n_cols * grid.cell_size_m
    north = grid.south + grid.n_rows * grid.cell_size_m
    edge = shapely.segmentize(shapely.box(grid.west, grid.south, east, north), 500)
    return to_wgs84(*shapely.get_coordinates(edge).T)[:, ::-1]


def _pixel_centres(
    south: float, west: float, north: float, east: float, grid: Grid
) -> tuple[NDArray[np.float64], NDArray[np.float64], tuple[int, int]]:
    low, high = mercator_y(south), mercator_y(north)
    width = grid.n_cols + 2
    height = max(2, round(width * (high - low) / np.radians(east - west)))
    lon = west + (np.arange(width) + 0.5) * (east - west) / width
    lat = latitudes(south, north, height)
    return np.tile(lon, height), np.repeat(lat, width), (height, width)


def latitudes(south: float, north: float, height: int) -> NDArray[np.float64]:
    """Give the latitude of the middle of each row of an image in web Mercator, north first."""
    low, high = mercator_y(south), mercator_y(north)
    y = high - (np.arange(height) + 0.5) * (high - low) / height
    latitude: NDArray[np.float64] = np.degrees(2 * np.arctan(np.exp(y)) - np.pi / 2)
    return latitude


def mercator_y(latitude: float) -> float:
    """Give how far north of the equator a latitude is in web Mercator, in radians."""
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
    flat: NDArray[np.intp] = np.ravel_multi_index(tuple(nearest), inside.shape).ravel()
    return flat


def grey_png(grey: NDArray[np.uint8]) -> bytes:
    """Write one frame, shape (height, width), as a small grey PNG."""
    return _png(grey, _GREY)


def coloured_pngs(surface: SurfaceFrames, borough: list[Ring]) -> list[bytes]:
    """Write all frames in the colours of their classes, enlarged and cut at the outline."""
    colours = [(0, 0, 0), *(_rgb(step.colour) for step in surface.scale.classes)]
    palette = _chunk(b"PLTE", bytes(np.array(colours, np.uint8).ravel()))
    transparent = _chunk(b"tRNS", bytes([0, *[_ALPHA] * len(surface.scale.classes)]))
    inside = _inside_mask(surface, borough)
    frames = (class_numbers(surface, frame, inside) for frame in range(len(surface.greys)))
    return [_png(numbers, _PALETTE, palette + transparent) for numbers in frames]


def coloured(surface: SurfaceFrames, frame: int, borough: list[Ring]) -> NDArray[np.uint8]:
    """Colour one frame, shape (height, width, 4), transparent outside the borough."""
    table = np.zeros((len(surface.scale.classes) + 1, 4), np.uint8)
    for number, step in enumerate(surface.scale.classes, start=1):
        table[number] = [*_rgb(step.colour), _ALPHA]
    return table[class_numbers(surface, frame, _inside_mask(surface, borough))]


def class_numbers(
    surface: SurfaceFrames, frame: int, inside: NDArray[np.bool_]
) -> NDArray[np.uint8]:
    """Enlarge a frame and give the class of each pixel, from 1; 0 below them and outside."""
    grey = Image.fromarray(surface.greys[frame])
    how = Image.Resampling.NEAREST if surface.in_cells else Image.Resampling.BILINEAR
    values = np.asarray(grey.resize(inside.shape[::-1], how))
    lowest = [surface.grey_of(step.low) for step in surface.scale.classes]
    numbers = np.searchsorted(lowest, np.arange(256), side="right").astype(np.uint8)
    return np.where(inside, numbers[values], np.uint8(0))


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


_GREY, _PALETTE = 0, 3
_UP = 2


def _png(pixels: NDArray[np.uint8], colour_type: int, chunks: bytes = b"") -> bytes:
    """Write 8-bit pixels (PNG specification, W3C 2003); four times as fast as Pillow here.

    Surfaces are smooth, so each row is written as its difference from the row above.
    """
    height, width = pixels.shape
    rows = np.full((height, width + 1), _UP, np.uint8)
    rows[0, 1:] = pixels[0]
    np.subtract(pixels[1:], pixels[:-1], out=rows[1:, 1:])
    header = struct.pack(">IIBBBBB", width, height, 8, colour_type, 0, 0, 0)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", header),
            chunks,
            _chunk(b"IDAT", zlib.compress(rows.tobytes(), 1)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(data, zlib.crc32(kind))
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)


def _inside_mask(surface: SurfaceFrames, borough: list[Ring]) -> NDArray[np.bool_]:
    """Say which pixels of the enlarged image lie in the borough."""
    height, width = (ENLARGE * n for n in surface.greys.shape[1:])
    (south, west), (north, east) = surface.bounds
    outline = shapely.union_all([shapely.Polygon(np.array(r)[:, ::-1]) for r in borough])
    shapely.prepare(outline)
    lon = west + (np.arange(width) + 0.5) * (east - west) / width
    lat = latitudes(south, north, height)
    return np.asarray(shapely.contains_xy(outline, *np.meshgrid(lon, lat)), np.bool_)
