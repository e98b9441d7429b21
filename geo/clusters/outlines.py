"""Outlines of groups of points: the land near them, or a hull around them.

Both reach the same distance beyond the points, so no outline is drawn through a point, and the
hull holds all that the discs hold.
"""

from collections.abc import Mapping
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.clusters.discs import disc_unions
from geo.prepared import prepared_copy

Outline = Literal["discs", "hull"]
OUTLINES: Mapping[Outline, str] = {
    "discs": "only the land near the incidents, as the union of discs around them",
    "hull": "a concave hull around the incidents, widened so that none lies on it",
}
HULL_RATIO = 0.3
"""How far the hull may cut in: 0 as far as it can, 1 not at all (the convex hull).

Length of the longest edge it keeps, between the shortest and the longest edge of the Delaunay
triangulation of the points (Duckham, Kulik, Worboys and Galton 2008, Pattern Recognition 41)."""


def outlines(
    easting: NDArray[np.float64],
    northing: NDArray[np.float64],
    group: NDArray[np.intp],
    reach_m: float,
    outline: Outline,
    area: BaseGeometry,
) -> tuple[NDArray[np.intp], NDArray[np.object_]]:
    """Draw every group of points inside an area so that no two overlap.

    Parameters
    ----------
    easting, northing
        Shape (n,): points in metres, EPSG:27700.
    group
        Shape (n,): number of each point's group, sorted, from 0 without gaps. Where two groups
        overlap the earlier one keeps the land.
    reach_m
        How far an outline reaches beyond its points: radius of the discs, or the width that is
        added to the hull.
    outline
        One of ``OUTLINES``, where each is described.
    area
        Polygon or multipolygon that outlines are clipped to.

    Returns
    -------
    Number of the group and outline, both (k,), of the groups that have any land left.
    """
    if len(group) == 0:
        return np.zeros(0, np.intp), np.zeros(0, object)
    draw = disc_unions if outline == "discs" else _hulls
    areas = draw(easting, northing, group, reach_m)
    crossing = ~shapely.contains_properly(prepared_copy(area), areas)
    areas[crossing] = shapely.intersection(areas[crossing], area)
    areas = _polygonal(_parted(areas))
    land = np.flatnonzero(shapely.area(areas) > 0)
    return land, areas[land]


def _hulls(
    easting: NDArray[np.float64],
    northing: NDArray[np.float64],
    group: NDArray[np.intp],
    reach_m: float,
) -> NDArray[np.object_]:
    points = shapely.multipoints(np.asarray(shapely.points(easting, northing)), indices=group)
    hulls = shapely.concave_hull(points, ratio=HULL_RATIO)
    return np.asarray(shapely.buffer(hulls, reach_m))


def _parted(areas: NDArray[np.object_]) -> NDArray[np.object_]:
    """Take from each area what an earlier one covers."""
    later, earlier = shapely.STRtree(areas).query(areas)
    clash = (earlier < later) & shapely.intersects(areas[later], areas[earlier])
    for i, j in sorted(zip(later[clash], earlier[clash], strict=True)):
        areas[i] = shapely.difference(areas[i], areas[j])
    return areas


def _polygonal(areas: NDArray[np.object_]) -> NDArray[np.object_]:
    """Drop the lines and points that are left where outlines only touch."""
    mixed = np.flatnonzero(shapely.get_type_id(areas) == shapely.GeometryType.GEOMETRYCOLLECTION)
    for i in mixed:
        parts = shapely.get_parts(areas[i])
        areas[i] = shapely.union_all(parts[shapely.area(parts) > 0])
    return areas
