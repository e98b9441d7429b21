"""The densest part of the borough as areas: contours of a surface at one level."""

from typing import Any

import contourpy
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.grids.grid import Grid
from geo.prepared import prepared_copy

Areas = tuple[NDArray[np.intp], NDArray[np.object_]]
"""The frame of each area, and its polygon, both (k,)."""


def level_of_densest(values: NDArray[np.float64], grid: Grid, share: float) -> float:
    """Find the level above which the densest ``share`` of the land and of the frames lies.

    All frames are pooled, so one level holds for all of them and an area that grows on the time
    slider has become denser. Cells count by how much of them lies inside.

    Parameters
    ----------
    values
        Shape (frames, rows, cols).
    share
        From 0 to 1.

    Returns
    -------
    The largest level with no less than ``share`` at or above it; 0 where fewer cells hold
    anything.
    """
    inside = grid.inside_share > 0
    pooled = values[:, inside].ravel()
    weights = np.broadcast_to(grid.inside_share[inside], (len(values), inside.sum())).ravel()
    wanted = share * weights.sum()
    # Twice as many cells as wanted, as border cells weigh less than one, save sorting the rest.
    n_candidates = min(2 * int(np.ceil(wanted)) + 1, len(pooled))
    for n in (n_candidates, len(pooled)):
        order = np.argpartition(-pooled, n - 1)[:n] if n else np.zeros(0, np.intp)
        order = order[np.argsort(-pooled[order])]
        reached = np.cumsum(weights[order]) >= wanted
        if reached.any():
            return float(pooled[order[reached.argmax()]])
    return 0.0


def areas_above(values: NDArray[np.float64], level: float, grid: Grid, area: BaseGeometry) -> Areas:
    """Cut every frame at a level: marching squares on the cells' centres, clipped to the area.

    Connected areas are apart, and no two of one frame overlap.

    Parameters
    ----------
    values
        Shape (frames, rows, cols).
    area
        Polygon or multipolygon in EPSG:27700 that the grid was laid over.
    """
    # At level 0 everything would be above; what holds nothing at all is not.
    level = max(level, np.finfo(np.float64).tiny)
    frames = [f for f, surface in enumerate(values) if surface.max() > level]
    polygons = [_filled(values[f], level, grid) for f in frames]
    frame_of = np.repeat(np.array(frames, np.intp), [len(p) for p in polygons])
    together = np.concatenate([np.zeros(0, object), *polygons])
    return clip(frame_of, together, area)


def _filled(surface: NDArray[np.float64], level: float, grid: Grid) -> NDArray[np.object_]:
    """Give the polygons, with their holes, where one surface is above the level."""
    points, rings, polygons = filled_rings(surface, level)
    corner = np.array([grid.west, grid.south])
    return polygons_of(corner + (points + 0.5) * grid.cell_size_m, rings, polygons)


def filled_rings(
    surface: NDArray[np.float64], level: float
) -> tuple[NDArray[np.float64], NDArray[np.uint32], NDArray[np.uint32]]:
    """Trace where a surface, (rows, cols), is above a level, in columns and rows of its nodes.

    Returns
    -------
    The points, (n, 2), where their rings start, and at which ring the polygons start; each with
    the end as its last value.
    """
    rows, cols = (np.flatnonzero((surface > level).any(axis=axis)) for axis in (1, 0))
    if len(rows) == 0:
        return np.zeros((0, 2)), np.zeros(1, np.uint32), np.zeros(1, np.uint32)
    south, west = max(rows[0] - 1, 0), max(cols[0] - 1, 0)
    values = np.ascontiguousarray(surface[south : rows[-1] + 2, west : cols[-1] + 2])
    y, x = np.mgrid[: values.shape[0], : values.shape[1]].astype(np.float64)
    no_mask: Any = None  # contour_generator would look for one, in half of its time
    generator = contourpy.SerialContourGenerator(
        x,
        y,
        values,
        no_mask,
        corner_mask=False,
        line_type=contourpy.LineType.ChunkCombinedOffset,
        fill_type=contourpy.FillType.ChunkCombinedOffsetOffset,
        quad_as_tri=False,
        z_interp=contourpy.ZInterp.Linear,
        x_chunk_size=0,
        y_chunk_size=0,
    )
    # With this fill type each of the three is a list with one array.
    traced: Any = generator.filled(level, np.inf)
    points, rings, polygons = (chunks[0] for chunks in traced)
    return points + np.array([west, south]), rings, polygons


def polygons_of(
    points: NDArray[np.float64], rings: NDArray[np.uint32], polygons: NDArray[np.uint32]
) -> NDArray[np.object_]:
    """Make polygons of traced rings."""
    built: NDArray[np.object_] = shapely.from_ragged_array(
        shapely.GeometryType.POLYGON, points, (rings, polygons)
    )
    return built


def clip(frame_of: NDArray[np.intp], polygons: NDArray[np.object_], area: BaseGeometry) -> Areas:
    """Cut polygons at the border of an area and split what that parts."""
    crossing = ~shapely.contains_properly(prepared_copy(area), polygons)
    polygons = polygons.copy()
    polygons[crossing] = shapely.intersection(polygons[crossing], area)
    parts, of = shapely.get_parts(polygons, return_index=True)
    land = shapely.area(parts) > 0
    return frame_of[of[land]], parts[land]
