"""Hotspots: areas, ranked and named, found by a stated method with stated parameters."""

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.columns import GEOMETRY, WARD_CODE
from boundaries.projection import BNG
from geo.analysis import analysis
from geo.clusters import (
    DbscanParams,
    cluster_areas,
    min_incidents_of,
    neighbour_graph,
    warnings_about,
)
from geo.contours import areas_above, level_of_densest
from geo.density import INCIDENTS, DensityParams, DensityResult, borough, density
from geo.found import Found
from geo.frames import Frames
from geo.measuring import Measured, measure
from geo.naming import names_at
from geo.params import Params, number
from geo.record import make_record
from geo.remember import remembered
from geo.result import Result
from geo.schema import Incidents
from geo.selection import Selection
from geo.series_break import break_warnings
from geo.sites import LocatedIncidents, frame_warnings, frames_or_whole, locate_selected
from geo.ward_table import PERIOD

RANK = "rank"
NAME = "name"
SHARE = "share"
AREA_HA = "area_ha"
PAI = "pai"
HOTSPOT_COLUMNS = (PERIOD, RANK, NAME, INCIDENTS, SHARE, AREA_HA, PAI, WARD_CODE, GEOMETRY)

_M2_PER_HA = 1e4


@dataclass(frozen=True)
class HotspotParams(Params):
    """What may be called a hotspot."""

    area_share_pct: float = number(
        5,
        low=1,
        high=20,
        step=1,
        unit="%",
        label="Densest share of the borough",
        help="How much of the borough's land, at most, the density method may call hot.",
    )
    min_incidents: int = number(
        5,
        low=5,
        high=1000,
        step=1,
        unit="incidents",
        label="Least incidents in a hotspot",
        help="Areas with fewer are left out.",
    )
    min_places: int = number(
        3,
        low=3,
        high=50,
        step=1,
        unit="places",
        label="Least distinct places in a hotspot",
        help="Areas with fewer distinct positions are left out: one address is not an area.",
    )
    max_hotspots: int = number(
        10,
        low=1,
        high=50,
        step=1,
        unit="hotspots",
        label="Most hotspots shown",
        help="How many are ranked in each period.",
    )


_DEFAULTS = HotspotParams()


@dataclass(frozen=True, eq=False)
class HotspotResult(Result):
    """Ranked hotspots.

    Attributes
    ----------
    frame
        GeoDataFrame in EPSG:27700 with ``HOTSPOT_COLUMNS``, one row per hotspot and frame in
        order of frame and rank: ``share`` is the per cent of the frame's located incidents that
        lie in it, ``area_ha`` hectares, ``pai`` the predictive accuracy index (n/N) / (a/A)
        (Chainey, Tompson and Uhlig 2008, Security Journal 21), ``ward_code`` the ward of its
        peak. Hotspots of one frame do not overlap.
    surface
        The density they were cut from; None for clusters.
    """

    surface: DensityResult | None


@remembered(4)
@analysis("hotspots")
def find_hotspots(
    incidents: Incidents,
    selection: Selection,
    params: DensityParams | DbscanParams,
    *,
    hotspot_params: HotspotParams = _DEFAULTS,
    frames: Frames | None = None,
    vintage: str = "2022",
) -> HotspotResult:
    """Find, rank and name the hotspots of every frame.

    With ``DensityParams`` they are the areas above one level of density, with ``DbscanParams``
    the clusters. In both, incidents are counted exactly inside the final outline. They are
    ranked within a frame by incidents, then by incidents per hectare, then by name.

    Parameters
    ----------
    frames
        Frames of the selected incidents; None means one frame with all of them.
    vintage
        Ward polygons for names and codes, ``2002`` or ``2022``.

    Raises
    ------
    ParameterError
        The frames were made of other incidents than the selected ones, or the vintage is not
        known.
    """
    located = locate_selected(incidents, selection)
    whole = frames_or_whole(located, frames)
    counts = located.counts(whole)
    if isinstance(params, DensityParams):
        surface = density(incidents, selection, params, frames)
        found = _above_level(surface, params, hotspot_params, located)
    else:
        found = _clustered(params, located, counts)
    measured = measure(found.areas, located.sites, counts, found.crowding)
    kept = measured.take(
        (measured.incidents >= hotspot_params.min_incidents)
        & (measured.places >= hotspot_params.min_places)
    )
    table = _table(kept, located, counts, whole, hotspot_params.max_hotspots, vintage)
    record = make_record(
        f"hotspots by {'density' if found.surface else 'DBSCAN'}",
        {
            **found.params.as_dict(),
            "vintage": vintage,
            "hotspots": hotspot_params.as_dict(),
            "frames": {"step": whole.periods.unit, "window": whole.window},
        },
        selection,
        located.incidents,
        located.location,
        found.rules,
        [
            *found.warnings,
            *frame_warnings(located, whole),
            *break_warnings(located.incidents),
            *_left_out(measured, len(whole), hotspot_params),
        ],
    )
    return HotspotResult(table, record, found.surface)


def _above_level(
    surface: DensityResult,
    params: DensityParams,
    hotspot_params: HotspotParams,
    located: LocatedIncidents,
) -> Found:
    share = hotspot_params.area_share_pct / 100
    level = level_of_densest(surface.values, surface.grid, share)
    areas = areas_above(surface.values, level, surface.grid, borough())
    rows, cols = surface.grid.cells_of(located.sites.easting, located.sites.northing)
    level_rule = (
        f"density above {level:,.1f} incidents per km2, exceeded on the densest "
        f"{hotspot_params.area_share_pct:g} % of the borough over all periods together"
    )
    return Found(
        areas,
        surface.values[:, rows, cols],
        params,
        {**surface.record.rules, "level": level_rule},
        list(surface.record.warnings),
        surface=surface,
    )


def _clustered(
    params: DbscanParams,
    located: LocatedIncidents,
    counts: NDArray[np.float64],
) -> Found:
    graph = neighbour_graph(located.sites, params.eps_m)
    at_nodes = graph.counts(counts)
    crowding = graph.crowding(at_nodes)
    least, rules = min_incidents_of(params, graph, at_nodes, crowding)
    areas = cluster_areas(graph, at_nodes, crowding, least, params.eps_m, borough())
    used = replace(params, min_incidents=least)
    return Found(areas, crowding[:, graph.node_of_site], used, rules, warnings_about(params))


def _left_out(measured: Measured, n_frames: int, params: HotspotParams) -> list[str]:
    """Say how many areas are no hotspots, and where a busy one stands on too few places."""
    few_places = measured.places < params.min_places
    small = (measured.incidents < params.min_incidents) | few_places
    if not small.any():
        return []
    where = "" if n_frames == 1 else f" over {n_frames:,} periods"
    warnings = [
        (
            f"{int(small.sum()):,} areas{where} were left out as too small to be called a hotspot: "
            f"fewer than {params.min_incidents} incidents or {params.min_places} distinct places."
        )
    ]
    busiest = int(measured.incidents[few_places].max(initial=0))
    if busiest >= params.min_incidents:
        warnings.append(
            f"The largest area left out has {busiest:,} incidents on fewer than "
            f"{params.min_places} places; a larger bandwidth or search radius joins it to what is "
            "around it."
        )
    return warnings


def _table(
    kept: Measured,
    located: LocatedIncidents,
    counts: NDArray[np.float64],
    frames: Frames,
    max_hotspots: int,
    vintage: str,
) -> gpd.GeoDataFrame:
    sites = located.sites
    codes, names = names_at(
        sites.easting[kept.peak], sites.northing[kept.peak], kept.frame_of, vintage
    )
    area_m2 = shapely.area(kept.areas)
    order, rank = _ranked(kept, area_m2, names)
    share = kept.incidents / np.maximum(counts.sum(axis=1)[kept.frame_of], 1)
    labels = np.array(frames.labels, dtype=object)
    columns = {
        PERIOD: labels[kept.frame_of],
        NAME: np.array(names, dtype=object),
        INCIDENTS: kept.incidents,
        SHARE: 100 * share,
        AREA_HA: area_m2 / _M2_PER_HA,
        PAI: share / (area_m2 / borough().area),
        WARD_CODE: np.array(codes, dtype=object),
        GEOMETRY: kept.areas,
    }
    shown = order[rank <= max_hotspots]
    frame = {name: values[shown] for name, values in columns.items()}
    frame[RANK] = rank[rank <= max_hotspots]
    ordered = {name: frame[name] for name in HOTSPOT_COLUMNS}
    return gpd.GeoDataFrame(ordered, geometry=GEOMETRY, crs=BNG)


def _ranked(
    kept: Measured, area_m2: NDArray[np.float64], names: list[str]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Order by frame, incidents, density and name, and number within the frame from 1."""
    per_m2 = kept.incidents / area_m2
    order = np.lexsort((np.array(names, dtype=str), -per_m2, -kept.incidents, kept.frame_of))
    frames = kept.frame_of[order]
    rank = np.arange(len(order)) - np.searchsorted(frames, frames) + 1
    return order, rank
