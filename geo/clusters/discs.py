"""Unions of equal discs, many at once.

A union of discs is the land within a radius of any of their centres, so its outline is a contour
of the distance to the nearest centre. Tracing that on a lattice is some thirty times faster than
uniting the discs as polygons, and moves the outline by well under a tenth of the radius.
"""

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.surfaces.contours import filled_rings, polygons_of

_NODES_PER_RADIUS = 4


def disc_unions(
    easting: NDArray[np.float64],
    northing: NDArray[np.float64],
    group: NDArray[np.intp],
    radius_m: float,
) -> NDArray[np.object_]:
    """Unite the discs of each group.

    Parameters
    ----------
    easting, northing
        Shape (n,): centres in metres.
    group
        Shape (n,): number of the centre's group, sorted, from 0 without gaps.
    radius_m
        Radius of every disc.

    Returns
    -------
    Shape (groups,): multipolygons that hold all their centres.
    """
    step = radius_m / _NODES_PER_RADIUS
    col, row = (np.rint(axis / step).astype(np.intp) for axis in (easting, northing))
    reach = _NODES_PER_RADIUS + 1
    # Every group has a patch of its own, side by side in one strip, with a rim nothing reaches.
    starts = np.searchsorted(group, np.arange(group[-1] + 1))
    first_col = np.minimum.reduceat(col, starts) - reach - 1
    first_row = np.minimum.reduceat(row, starts) - reach - 1
    widths = np.maximum.reduceat(col, starts) + reach + 2 - first_col
    left = np.cumsum(widths) - widths
    height = int((np.maximum.reduceat(row, starts) + reach + 2 - first_row).max())
    strip = np.full((height, int(widths.sum())), (radius_m + step) ** 2)
    at = (row - first_row[group], col - first_col[group] + left[group])
    _stamp(strip, at, (northing - row * step, easting - col * step), step, reach)
    points, rings, polygons = filled_rings(-np.sqrt(strip), -radius_m)
    of = np.searchsorted(left, points[:, 0], side="right") - 1
    traced = points - np.column_stack([left, np.zeros_like(left)])[of]
    traced = (traced + np.column_stack([first_col, first_row])[of]) * step
    group_of = of[rings[polygons[:-1]]]
    by_group = np.argsort(group_of, kind="stable")
    parts = polygons_of(traced, rings, polygons)[by_group]
    return np.asarray(shapely.multipolygons(parts, indices=group_of[by_group]))


def _stamp(
    strip: NDArray[np.float64],
    at: tuple[NDArray[np.intp], NDArray[np.intp]],
    off: tuple[NDArray[np.float64], NDArray[np.float64]],
    step: float,
    reach: int,
) -> None:
    """Lower the nodes around each centre to their squared distance from it where that is less.

    ``at`` are the row and column of the node nearest to each centre, ``off`` how many metres
    the centre lies north and east of it.
    """
    along = np.arange(-reach, reach + 1)
    north_squared, east_squared = ((along * step - o[:, None]) ** 2 for o in off)
    away = north_squared[:, :, None] + east_squared[:, None, :]
    starts = (at[0][:, None] + along) * strip.shape[1]
    nodes = starts[:, :, None] + (at[1][:, None] + along)[:, None, :]
    np.minimum.at(strip.reshape(-1), nodes.reshape(-1), away.reshape(-1))
