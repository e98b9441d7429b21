"""What lies in areas: incidents and places counted exactly, and the most crowded place."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.sites import Sites
from geo.surfaces.contours import Areas


@dataclass(frozen=True, eq=False)
class Inside:
    """Which sites lie in which areas; a site on the outline is inside.

    Attributes
    ----------
    area, site
        Shape (pairs,): row of the area, rising, and of a site in it.
    """

    area: NDArray[np.intp]
    site: NDArray[np.intp]

    def of(self, areas: NDArray[np.intp], n_areas: int) -> "Inside":
        """Give the pairs of some areas, which then count from 0 in the order given."""
        new = np.full(n_areas, -1, np.intp)
        new[areas] = np.arange(len(areas))
        number = new[self.area]
        kept = np.flatnonzero(number >= 0)
        kept = kept[np.argsort(number[kept], kind="stable")]
        return Inside(number[kept], self.site[kept])


@dataclass(frozen=True, eq=False)
class Measured:
    """Areas with what was counted in them.

    Attributes
    ----------
    frame_of, areas
        Shape (k,): the frame of each area and its polygon.
    inside
        The sites in them.
    incidents, places
        Shape (k,): incidents of the frame inside, and distinct positions that have any.
    peak
        Shape (k,): row of the most crowded of these sites; of equals the one with more
        incidents, then the first. Means nothing where ``places`` is 0.
    """

    frame_of: NDArray[np.intp]
    areas: NDArray[np.object_]
    inside: Inside
    incidents: NDArray[np.intp]
    places: NDArray[np.intp]
    peak: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.areas)

    def take(self, rows: NDArray[np.intp]) -> "Measured":
        """Give some of the areas, in the order given."""
        return Measured(
            self.frame_of[rows],
            self.areas[rows],
            self.inside.of(rows, len(self)),
            self.incidents[rows],
            self.places[rows],
            self.peak[rows],
        )


def sites_inside(areas: Areas, sites: Sites, present: NDArray[np.bool_]) -> Inside:
    """Find the sites inside every area.

    Parameters
    ----------
    present
        Shape (frames, m): which sites matter in each frame; the others are not looked for.
    """
    frame_of, polygons = areas
    area, site = sites.tree.query(polygons)
    wanted = present[frame_of[area], site]
    area, site = area[wanted], site[wanted]
    shapely.prepare(polygons)
    inside = shapely.intersects_xy(polygons[area], sites.easting[site], sites.northing[site])
    return Inside(area[inside], site[inside])


def measure(
    areas: Areas, inside: Inside, counts: NDArray[np.float64], crowding: NDArray[np.float64]
) -> Measured:
    """Count in every area what its frame has inside.

    Parameters
    ----------
    inside
        The sites in the areas, at least those that have incidents in the area's frame.
    counts
        Shape (frames, m): incidents at each site.
    crowding
        Shape (frames, m): how crowded the surroundings of each site are.
    """
    frame_of, polygons = areas
    at_site = counts[frame_of[inside.area], inside.site]
    filled = np.flatnonzero(at_site > 0)
    area, site, at_site = inside.area[filled], inside.site[filled], at_site[filled]
    incidents = np.bincount(area, weights=at_site, minlength=len(polygons))
    places = np.bincount(area, minlength=len(polygons))
    # The most crowded comes last in the order, and the last assignment wins.
    order = np.lexsort((-site, at_site, crowding[frame_of[area], site]))
    peak = np.zeros(len(polygons), np.intp)
    peak[area[order]] = site[order]
    return Measured(frame_of, polygons, inside, incidents.astype(np.intp), places, peak)
