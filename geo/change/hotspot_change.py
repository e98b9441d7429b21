"""Change of hotspots between two periods, in the same outlines, and whether it is more than chance.

Hotspots are where incidents were found to be many, so chance is in their favour when they are
found, and not afterwards: found in the earlier period they fall by themselves, found in the later
they seem to have risen (regression to the mean; Barnett, van der Pols and Dobson 2005,
International Journal of Epidemiology 34). Found in both periods together they favour neither:
given the sum of two counts, how it is divided between them is still open.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from boundaries.columns import GEOMETRY
from boundaries.projection import BNG
from geo.analysis import analysis
from geo.change.count_change import (
    LEVEL,
    MEASURED_COLUMNS,
    ChangeParams,
    Counted,
    change_tests,
    counted_columns,
    length_warnings,
)
from geo.change.exposure import DateSpan, compared_days
from geo.hotspots.areas import MethodParams
from geo.hotspots.table import NAME, RANK, HotspotParams, find_hotspots
from geo.params import Params, choice
from geo.record import make_record
from geo.result import Result
from geo.schema import Incidents
from geo.selection import Selection
from geo.significance import correction_in_words
from geo.sites import LocatedIncidents, Sites, locate_selected

HOTSPOT_CHANGE_COLUMNS = (RANK, NAME, *MEASURED_COLUMNS, GEOMETRY)

FoundIn = Literal["both", "before", "after"]
FOUND_IN: Mapping[FoundIn, str] = {
    "both": "in both periods together, which favours neither",
    "before": "in the earlier period; they fall by themselves",
    "after": "in the later period; they seem to have risen",
}
_REGRESSION: Mapping[FoundIn, str] = {
    "before": "the earlier period, where they were at their highest: some fall comes by itself",
    "after": "the later period, where they are at their highest: some rise shows by itself",
}


@dataclass(frozen=True)
class HotspotChangeParams(Params):
    """In which period hotspots are found, what may be called one, and how the change is tested."""

    found_in: FoundIn = choice("both", options=FOUND_IN, label="Hotspots are found")
    hotspots: HotspotParams = field(default_factory=HotspotParams)
    change: ChangeParams = field(default_factory=ChangeParams)


_DEFAULTS = HotspotChangeParams()


@analysis("hotspot_change")
def hotspot_change(
    incidents: Incidents,
    selection: Selection,
    params: MethodParams,
    before: DateSpan,
    after: DateSpan,
    *,
    change_params: HotspotChangeParams = _DEFAULTS,
    vintage: str = "2022",
) -> Result:
    """Find hotspots, and compare two periods in their outlines.

    Parameters
    ----------
    params
        Says which method finds the hotspots, and how; see :func:`geo.hotspots.table.find_hotspots`.
    before, after
        The two periods, which share no day; within the days of the selection.
    vintage
        Ward polygons for names, ``2002`` or ``2022``.

    Returns
    -------
    GeoDataFrame in EPSG:27700 with ``HOTSPOT_CHANGE_COLUMNS``, one row per hotspot in the order of
    their rank where they were found. Figures are as in :func:`geo.wards.change.ward_change`. The
    record is about the incidents of the two periods.

    Raises
    ------
    ParameterError
        The periods overlap, the data covers nothing of one, or the break of the Metropolitan
        Police's series lies between or in them and is not allowed.
    """
    test = change_params.change
    days, broken = compared_days(incidents, selection, before, after, test.allow_break)
    in_before, in_after = before.mask(incidents), after.mask(incidents)
    masks = {"both": in_before | in_after, "before": in_before, "after": in_after}
    compared = incidents.take(masks["both"])
    found = find_hotspots(
        incidents.take(masks[change_params.found_in]),
        selection,
        params,
        hotspot_params=change_params.hotspots,
        vintage=vintage,
    )
    located = locate_selected(compared, selection)
    areas = found.frame.geometry.to_numpy()
    counted = Counted(
        counts_inside(areas, located, before), counts_inside(areas, located, after), *days
    )
    columns = {
        RANK: found.frame[RANK],
        NAME: found.frame[NAME],
        **counted_columns(counted),
        **change_tests(counted, test),
        GEOMETRY: areas,
    }
    corrected = correction_in_words(test.correction, len(areas))
    record = make_record(
        f"change of {found.record.method}",
        {
            **found.record.params,
            "found_in": change_params.found_in,
            "change": test.as_dict(),
            "before": str(before),
            "after": str(after),
            "days_before": days[0],
            "days_after": days[1],
        },
        selection,
        located.incidents,
        located.location,
        {
            **_rules_of_method(found),
            "significance": "E-test of two Poisson counts over the days covered, two-sided; more "
            f"than chance where the corrected p-value is at most {LEVEL:g} ({corrected})",
        },
        [
            *broken,
            *_regression_warnings(change_params),
            *length_warnings(before, after, *days),
            *found.record.warnings,
        ],
    )
    return Result(gpd.GeoDataFrame(columns, geometry=GEOMETRY, crs=BNG), record)


def _rules_of_method(found: Result) -> dict[str, str]:
    """Give the rules of how hotspots are found, without those of columns that are not here."""
    names = {*found.record.params, "evaluation", "level"}
    return {name: rule for name, rule in found.record.rules.items() if name in names}


def counts_inside(
    areas: NDArray[np.object_], located: LocatedIncidents, period: DateSpan
) -> NDArray[np.float64]:
    """Count the incidents of a period that lie inside each area or on its outline, shape (k,)."""
    sites, is_in = located.sites, period.mask(located.incidents) & (located.site_of >= 0)
    at_site = np.bincount(located.site_of[is_in], minlength=len(sites)).astype(np.float64)
    # A few outlines: looking through their boxes takes less time than building a search tree.
    inside = [at_site[_sites_in(area, sites)].sum() for area in areas]
    return np.array(inside, np.float64)


def _sites_in(area: BaseGeometry, sites: Sites) -> NDArray[np.intp]:
    """Find the sites inside an area or on its outline."""
    west, south, east, north = area.bounds
    near = np.flatnonzero(
        (sites.easting >= west)
        & (sites.easting <= east)
        & (sites.northing >= south)
        & (sites.northing <= north)
    )
    inside = shapely.intersects_xy(area, sites.easting[near], sites.northing[near])
    return np.asarray(near[inside], np.intp)


def _regression_warnings(params: HotspotChangeParams) -> list[str]:
    if params.found_in == "both":
        return []
    return [f"The hotspots were found in {_REGRESSION[params.found_in]} (regression to the mean)."]
