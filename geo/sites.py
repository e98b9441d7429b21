"""The distinct places of incidents: police data is snapped, so many share one position.

Everything spatial is computed on these sites with the number of incidents at each as weight; on
snapped data that is a twentieth of the work, with the same result.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.errors import ParameterError
from geo.frames import Frames, whole_time
from geo.remember import remembered
from geo.schema import Incidents
from geo.selection import Selection
from geo.wards.join import Location, locate

_LAND_VINTAGE = "2022"
"""Both vintages cover the same land, so either says what is inside the borough."""


@dataclass(frozen=True, eq=False)
class Sites:
    """Distinct positions in EPSG:27700, sorted by easting and then northing.

    Attributes
    ----------
    easting, northing
        Shape (m,), metres.
    """

    easting: NDArray[np.float64]
    northing: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.easting)

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Search tree over the positions as points."""
        return shapely.STRtree(np.asarray(shapely.points(self.easting, self.northing)))


@dataclass(frozen=True, eq=False)
class LocatedIncidents:
    """The selected incidents and the sites of those that lie in the borough.

    Attributes
    ----------
    incidents, location
        The selected incidents, n of them, and where each lies.
    sites
        The m distinct positions inside the borough.
    site_of
        Shape (n,): row of the incident's site, -1 where it is outside or not located.
    """

    incidents: Incidents
    location: Location
    sites: Sites
    site_of: NDArray[np.intp]

    @cached_property
    def largest_stack(self) -> int:
        """Incidents at the most repeated position."""
        return int(np.bincount(self.site_of[self.site_of >= 0], minlength=1).max())

    def counts(self, frames: Frames) -> NDArray[np.float64]:
        """Count the located incidents at each site in each frame, shape (frames, m)."""
        return frames.sums(self.counts_per_period(frames))

    def counts_per_period(self, frames: Frames) -> NDArray[np.float64]:
        """Count the located incidents at each site in each period, shape (periods, m)."""
        codes, m = frames.periods.codes, len(self.sites)
        known = (self.site_of >= 0) & (codes >= 0)
        cells = codes[known] * m + self.site_of[known]
        n_periods = len(frames.periods.labels)
        return np.bincount(cells, minlength=n_periods * m).reshape(n_periods, m).astype(np.float64)


def locate_selected(incidents: Incidents, selection: Selection) -> LocatedIncidents:
    """Select and locate incidents and find their sites."""
    selected = selection.apply(incidents)
    return LocatedIncidents(selected, locate(selected, _LAND_VINTAGE), *_sites_inside(selected))


@remembered(1)
def _sites_inside(incidents: Incidents) -> tuple[Sites, NDArray[np.intp]]:
    """Find the sites in the borough and the site of each incident, -1 for the others."""
    inside = locate(incidents, _LAND_VINTAGE).positions >= 0
    sites, site_of_inside = sites_of(incidents.easting[inside], incidents.northing[inside])
    site_of = np.full(len(incidents), -1, np.intp)
    site_of[inside] = site_of_inside
    return sites, site_of


def sites_of(
    easting: NDArray[np.float64], northing: NDArray[np.float64]
) -> tuple[Sites, NDArray[np.intp]]:
    """Find the distinct positions and, for each point, the row of its position."""
    together = np.empty(len(easting), np.complex128)
    together.real, together.imag = easting, northing
    distinct, site_of = np.unique(together, return_inverse=True)
    return Sites(distinct.real.copy(), distinct.imag.copy()), site_of


def frames_or_whole(located: LocatedIncidents, frames: Frames | None) -> Frames:
    """Give the frames, or the one frame with every selected incident when there are none.

    Raises
    ------
    ParameterError
        The frames were made of other incidents than the selected ones.
    """
    if frames is None:
        return whole_time(located.incidents)
    n_frames, n_selected = len(frames.periods.codes), len(located.incidents)
    if n_frames != n_selected:
        msg = (
            f"The frames are of {n_frames:,} incidents but {n_selected:,} are selected; "
            "make them with frames_of(selection.apply(incidents), ...)."
        )
        raise ParameterError(msg)
    return frames


def frame_warnings(located: LocatedIncidents, frames: Frames) -> list[str]:
    """Say what a reader must know about the positions and times of the incidents."""
    warnings = []
    n_vague = int(np.count_nonzero(frames.periods.codes[located.site_of >= 0] < 0))
    if n_vague:
        warnings.append(f"{n_vague:,} located incidents have no exact enough time for any frame.")
    return warnings + _stacking_warnings(located)


def _stacking_warnings(located: LocatedIncidents) -> list[str]:
    n = located.location.located
    if n == 0:
        return ["No incident is located in the borough, so there is nothing to show."]
    if n < 2 * len(located.sites):
        return []
    return [
        (
            f"Positions are stacked: {n:,} incidents lie on {len(located.sites):,} positions, "
            f"{located.largest_stack / n:.1%} of them on the most repeated one. Such positions "
            "are usually snap points standing for a street, not exact places."
        )
    ]
