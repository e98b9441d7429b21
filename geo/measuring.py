"""What lies in areas: incidents and places counted exactly, and the most crowded place."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.contours import Areas
from geo.sites import Sites


@dataclass(frozen=True, eq=False)
class Measured:
    """Areas with what was counted in them.

    Attributes
    ----------
    frame_of, areas
        Shape (k,): the frame of each area and its polygon.
    incidents, places
        Shape (k,): incidents of the frame inside, and distinct positions that have any.
    peak
        Shape (k,): row of the most crowded of these sites; of equals the one with more
        incidents, then the first. Means nothing where ``places`` is 0.
    """

    frame_of: NDArray[np.intp]
    areas: NDArray[np.object_]
    incidents: NDArray[np.intp]
    places: NDArray[np.intp]
    peak: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.areas)

    def take(self, chosen: NDArray[np.bool_]) -> "Measured":
        """Give the areas where ``chosen``, shape (k,), is true."""
        return Measured(
            self.frame_of[chosen],
            self.areas[chosen],
            self.incidents[chosen],
            self.places[chosen],
            self.peak[chosen],
        )


def measure(
    areas: Areas, sites: Sites, counts: NDArray[np.float64], crowding: NDArray[np.float64]
) -> Measured:
    """Count in every area what its frame has inside; a site on the outline is inside.

    Parameters
    ----------
    counts
        Shape (frames, m): incidents at each site.
    crowding
        Shape (frames, m): how crowded the surroundings of each site are.
    """
    frame_of, polygons = areas
    area, site = sites.tree.query(polygons)
    present = counts[frame_of[area], site] > 0
    area, site = area[present], site[present]
    shapely.prepare(polygons)
    inside = shapely.intersects_xy(polygons[area], sites.easting[site], sites.northing[site])
    area, site = area[inside], site[inside]
    frame = frame_of[area]
    at_site = counts[frame, site]
    incidents = np.bincount(area, weights=at_site, minlength=len(polygons))
    places = np.bincount(area, minlength=len(polygons))
    # The most crowded comes last in the order, and the last assignment wins.
    order = np.lexsort((-site, at_site, crowding[frame, site]))
    peak = np.zeros(len(polygons), np.intp)
    peak[area[order]] = site[order]
    return Measured(frame_of, polygons, incidents.astype(np.intp), places, peak)
