"""Incidents of the period before, at their sites, to be counted in the outlines of today."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.frames import Frames, whole_time
from geo.hotspots.measuring import Measured, sites_inside
from geo.hotspots.previous_period import frames_before, selection_before
from geo.schema import Incidents
from geo.selection import Selection
from geo.sites import LocatedIncidents, Sites, locate_selected


@dataclass(frozen=True, eq=False)
class Earlier:
    """What each frame is compared with.

    Attributes
    ----------
    sites
        Where the earlier incidents lie: the sites of the selected ones, or others.
    counts
        Shape (frames, m): incidents at each of these sites in the period before each frame.
    is_compared
        Shape (frames,): whether there is a period before that may be compared.
    rule
        Which period it is, or why there is none.
    warnings
        What a reader must know.
    """

    sites: Sites
    counts: NDArray[np.float64]
    is_compared: NDArray[np.bool_]
    rule: str
    warnings: tuple[str, ...]

    def is_at(self, sites: Sites) -> bool:
        """Say whether the earlier incidents lie on these very sites."""
        return self.sites is sites

    def counted_in(self, areas: Measured, sites: Sites) -> NDArray[np.float64]:
        """Count the earlier incidents in each area, shape (k,); NaN where none are compared.

        Parameters
        ----------
        sites
            Those of the areas' pairs; where the earlier incidents lie on them, the pairs must
            hold all sites that matter in either period.
        """
        outlines = (areas.frame_of, areas.areas)
        inside = areas.inside
        if not self.is_at(sites):
            inside = sites_inside(outlines, self.sites, self.counts > 0)
        at_site = self.counts[areas.frame_of[inside.area], inside.site]
        total = np.bincount(inside.area, weights=at_site, minlength=len(areas)).astype(np.float64)
        return np.where(self.is_compared[areas.frame_of], total, np.nan)


def earlier_incidents(
    incidents: Incidents,
    selection: Selection,
    located: LocatedIncidents,
    frames: Frames,
    counts: NDArray[np.float64],
) -> Earlier:
    """Find what each frame is compared with.

    A frame is compared with the one that ends where it begins, of the same selected incidents;
    all of them together with the same kind of incidents just before the selection's first day.

    Parameters
    ----------
    counts
        Shape (frames, m): the selected incidents at each site in each frame.
    """
    if frames.periods.unit != "all":
        found = frames_before(incidents, selection, frames)
        is_compared = found.frame >= 0
        before = np.where(is_compared[:, None], counts[found.frame], 0.0)
        return Earlier(located.sites, before, is_compared, found.rule, found.warnings)
    whole = selection_before(incidents, selection)
    if whole.selection is None:
        nothing, none = np.zeros_like(counts), np.zeros(len(frames), np.bool_)
        return Earlier(located.sites, nothing, none, whole.rule, whole.warnings)
    other = locate_selected(incidents, whole.selection)
    before = other.counts(whole_time(other.incidents))
    return Earlier(other.sites, before, np.ones(1, np.bool_), whole.rule, whole.warnings)
