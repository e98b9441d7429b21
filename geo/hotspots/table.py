"""Hotspots: areas, ranked and named, found by a stated method with stated parameters."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

import boundaries
from boundaries.columns import GEOMETRY, WARD_CODE, WARD_NAME
from boundaries.projection import BNG
from geo.analysis import analysis
from geo.frames import Frames
from geo.hotspots.areas import METHOD_NAMES, MethodParams, find_areas
from geo.hotspots.chance import p_values, test_of
from geo.hotspots.earlier import Earlier, earlier_incidents
from geo.hotspots.measuring import Measured, measure, sites_inside
from geo.hotspots.naming import names_at
from geo.hotspots.params import HotspotParams as HotspotParams  # noqa: PLC0414 - public here
from geo.hotspots.profile import profile
from geo.record import make_record
from geo.remember import remembered
from geo.result import Result
from geo.schema import Incidents
from geo.selection import Selection
from geo.series_break import break_warnings
from geo.sites import LocatedIncidents, Sites, frame_warnings, frames_or_whole, locate_selected
from geo.surfaces.chance import ChanceParams
from geo.surfaces.density import INCIDENTS, DensityResult, borough
from geo.times.busiest import PEAK_RULE
from geo.wards.join import locate
from geo.wards.table import PERIOD

RANK = "rank"
NAME = "name"
SHARE = "share"
AREA_HA = "area_ha"
AREA_SHARE_PCT = "area_share_pct"
DENSITY_PER_KM2 = "density_per_km2"
PAI = "pai"
P_VALUE = "p_value"
BEFORE = "before"
CHANGE_PCT = "change_pct"
PEAK_DAYS = "peak_days"
PEAK_HOURS = "peak_hours"
FIRST_DAY = "first_day"
LAST_DAY = "last_day"
STRANDS = "strands"
WARDS = "wards"
HOTSPOT_COLUMNS = (
    PERIOD,
    RANK,
    NAME,
    INCIDENTS,
    SHARE,
    AREA_HA,
    AREA_SHARE_PCT,
    DENSITY_PER_KM2,
    PAI,
    P_VALUE,
    BEFORE,
    CHANGE_PCT,
    PEAK_DAYS,
    PEAK_HOURS,
    FIRST_DAY,
    LAST_DAY,
    STRANDS,
    WARDS,
    WARD_CODE,
    GEOMETRY,
)

_M2_PER_HA = 1e4
_M2_PER_KM2 = 1e6
_DEFAULTS = HotspotParams()


@dataclass(frozen=True, eq=False)
class HotspotResult(Result):
    """Ranked hotspots.

    Attributes
    ----------
    frame
        GeoDataFrame in EPSG:27700 with ``HOTSPOT_COLUMNS``, one row per hotspot and frame in
        order of frame and rank. Hotspots of one frame do not overlap. ``share`` is the per cent
        of the frame's located incidents that lie in it; ``area_ha`` hectares, ``area_share_pct``
        of the borough's land; ``pai`` the predictive accuracy index (n/N) / (a/A) (Chainey,
        Tompson and Uhlig 2008, Security Journal 21). ``p_value`` is what the record's rule of
        that name says, NaN where nothing was tested. ``before`` are the incidents in the same
        outline in the period before, missing where none can be compared, and ``change_pct`` the
        change from it in per cent, NaN from 0. ``peak_days`` to ``wards`` are described in
        :class:`geo.hotspots.profile.Profile`; ``ward_code`` is the ward of its peak.
    surface
        The density they were cut from; None for other methods.
    """

    surface: DensityResult | None


@remembered(8)
@analysis("hotspots")
def find_hotspots(
    incidents: Incidents,
    selection: Selection,
    params: MethodParams,
    *,
    hotspot_params: HotspotParams = _DEFAULTS,
    frames: Frames | None = None,
    vintage: str = "2022",
    chance_params: ChanceParams | None = None,
) -> HotspotResult:
    """Find, rank, name and describe the hotspots of every frame.

    The class of ``params`` says which method finds the areas. In all of them incidents are
    counted exactly inside the final outline. They are ranked within a frame by incidents, then by
    incidents per hectare, then by name.

    Parameters
    ----------
    frames
        Frames of the selected incidents; None means one frame with all of them.
    vintage
        Ward polygons for names and codes, ``2002`` or ``2022``.
    chance_params
        Hold hotspots by density or clusters against random surfaces, for the p-values; None
        leaves them untested. For all selected incidents together only, not for frames.

    Raises
    ------
    ParameterError
        The frames were made of other incidents than the selected ones, the vintage is not known,
        or ``chance_params`` are given with frames or Gi*, or missing where only significant land
        is wanted.
    """
    located = locate_selected(incidents, selection)
    whole = frames_or_whole(located, frames)
    counts = located.counts(whole)
    test = test_of(incidents, selection, params, hotspot_params, chance_params, frames)
    floor = test.result.critical if test and hotspot_params.only_significant == "yes" else None
    found = find_areas(incidents, selection, located, params, hotspot_params, frames, floor)
    earlier = earlier_incidents(incidents, selection, located, whole, counts)
    matters = counts > 0
    if earlier.is_at(located.sites):
        matters |= earlier.counts > 0
    inside = sites_inside(found.areas, located.sites, matters)
    measured = measure(found.areas, inside, counts, found.crowding)
    context = _Context(located, counts, whole, vintage)
    p, p_rule = p_values(found, measured, located.sites, test)
    table = _table(measured, p, earlier, context, hotspot_params)
    record = make_record(
        f"hotspots by {METHOD_NAMES[type(params)]}",
        {
            **(found.surface.record.params if found.surface else found.params.as_dict()),
            "vintage": vintage,
            "hotspots": hotspot_params.as_dict(),
            "frames": {"step": whole.periods.unit, "window": whole.window},
            "chance": chance_params.as_dict() if chance_params else None,
        },
        selection,
        located.incidents,
        located.location,
        {
            **found.rules,
            P_VALUE: p_rule,
            BEFORE: earlier.rule,
            f"{PEAK_DAYS} and {PEAK_HOURS}": PEAK_RULE,
        },
        [
            *found.warnings,
            *(test.result.record.warnings if test else ()),
            *frame_warnings(located, whole),
            *break_warnings(located.incidents),
            *earlier.warnings,
            *_left_out(measured, len(whole), hotspot_params),
        ],
    )
    return HotspotResult(table, record, found.surface)


@dataclass(frozen=True, eq=False)
class _Context:
    """What every step of the table is about."""

    located: LocatedIncidents
    counts: NDArray[np.float64]
    frames: Frames
    vintage: str


def _is_hotspot(measured: Measured, params: HotspotParams) -> NDArray[np.bool_]:
    return (measured.incidents >= params.min_incidents) & (measured.places >= params.min_places)


def _left_out(measured: Measured, n_frames: int, params: HotspotParams) -> list[str]:
    """Say how many areas are no hotspots, and where a busy one stands on too few places."""
    left_out = int(np.count_nonzero(~_is_hotspot(measured, params)))
    if not left_out:
        return []
    areas = "area was" if left_out == 1 else "areas were"
    where = "" if n_frames == 1 else f", over {n_frames:,} periods,"
    warnings = [
        (
            f"{left_out:,} {areas} left out{where} as too small to be called a hotspot: "
            f"fewer than {params.min_incidents} incidents or {params.min_places} distinct places."
        )
    ]
    few_places = measured.places < params.min_places
    busiest = int(measured.incidents[few_places].max(initial=0))
    if busiest >= params.min_incidents:
        warnings.append(
            f"The largest area left out has {busiest:,} incidents on fewer than "
            f"{params.min_places} places; a larger bandwidth or search radius joins it to what is "
            "around it."
        )
    return warnings


def _table(
    measured: Measured,
    p: NDArray[np.float64],
    earlier: Earlier,
    context: _Context,
    params: HotspotParams,
) -> gpd.GeoDataFrame:
    kept = np.flatnonzero(_is_hotspot(measured, params))
    hotspots, sites = measured.take(kept), context.located.sites
    codes, names = names_at(
        sites.easting[hotspots.peak],
        sites.northing[hotspots.peak],
        hotspots.frame_of,
        context.vintage,
    )
    order, rank = _ranked(hotspots, names)
    order, rank = order[rank <= params.max_hotspots], rank[rank <= params.max_hotspots]
    shown = hotspots.take(order)
    columns = {
        PERIOD: np.array(context.frames.labels, dtype=object)[shown.frame_of],
        RANK: rank,
        NAME: np.array(names, dtype=object)[order],
        **_figures(shown, context),
        P_VALUE: p[kept[order]],
        **_change(shown, earlier, sites),
        **_profile(shown, context),
        WARD_CODE: np.array(codes, dtype=object)[order],
        GEOMETRY: shown.areas,
    }
    ordered = {name: columns[name] for name in HOTSPOT_COLUMNS}
    return gpd.GeoDataFrame(ordered, geometry=GEOMETRY, crs=BNG)


def _ranked(hotspots: Measured, names: list[str]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Order by frame, incidents, density and name, and number within the frame from 1."""
    per_m2 = hotspots.incidents / shapely.area(hotspots.areas)
    by = (np.array(names, dtype=str), -per_m2, -hotspots.incidents, hotspots.frame_of)
    order = np.lexsort(by)
    frames = hotspots.frame_of[order]
    rank = np.arange(len(order)) - np.searchsorted(frames, frames) + 1
    return order, rank


def _figures(shown: Measured, context: _Context) -> dict[str, NDArray[np.generic]]:
    area_m2 = shapely.area(shown.areas)
    of_all = shown.incidents / np.maximum(context.counts.sum(axis=1)[shown.frame_of], 1)
    of_land = area_m2 / borough().area
    return {
        INCIDENTS: shown.incidents,
        SHARE: 100 * of_all,
        AREA_HA: area_m2 / _M2_PER_HA,
        AREA_SHARE_PCT: 100 * of_land,
        DENSITY_PER_KM2: shown.incidents / (area_m2 / _M2_PER_KM2),
        PAI: of_all / of_land,
    }


def _change(shown: Measured, earlier: Earlier, sites: Sites) -> dict[str, object]:
    before = earlier.counted_in(shown, sites)
    return {
        BEFORE: pd.Series(before).astype("Int64"),
        CHANGE_PCT: 100 * (shown.incidents - before) / np.where(before == 0, np.nan, before),
    }


def _profile(shown: Measured, context: _Context) -> dict[str, NDArray[np.object_]]:
    names = boundaries.load_wards(context.vintage)[WARD_NAME].tolist()
    wards = locate(context.located.incidents, context.vintage).positions
    found = profile(context.located, context.frames, shown.frame_of, shown.inside, wards, names)
    columns = {
        PEAK_DAYS: found.peak_days,
        PEAK_HOURS: found.peak_hours,
        FIRST_DAY: found.first_day,
        LAST_DAY: found.last_day,
        STRANDS: found.strands,
        WARDS: found.wards,
    }
    return {name: np.array(values, dtype=object) for name, values in columns.items()}
