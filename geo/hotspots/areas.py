"""The one place that knows which function finds the areas of which method."""

import numpy as np
from numpy.typing import NDArray

from geo.clusters.areas import find_clusters
from geo.clusters.dbscan import DbscanParams
from geo.clusters.hdbscan import HdbscanParams
from geo.clusters.st_dbscan import StDbscanParams
from geo.frames import Frames, whole_time
from geo.grids.gistar_areas import gi_star_areas
from geo.grids.gistar_params import GiStarParams
from geo.grids.grid import Grid
from geo.hotspots.found import Found
from geo.hotspots.params import HotspotParams
from geo.schema import Incidents
from geo.selection import Selection
from geo.sites import LocatedIncidents
from geo.surfaces.contours import areas_above, level_of_densest
from geo.surfaces.density import DensityParams, DensityResult, borough, density
from geo.surfaces.isobands import level_for_incident_share

MethodParams = DensityParams | GiStarParams | DbscanParams | HdbscanParams | StDbscanParams

METHOD_NAMES: dict[type[MethodParams], str] = {
    DensityParams: "density",
    GiStarParams: "Getis-Ord Gi*",
    DbscanParams: "DBSCAN",
    HdbscanParams: "HDBSCAN",
    StDbscanParams: "ST-DBSCAN",
}

_AVERAGES = 3.0
"""The automatic level, as a multiple of the borough's average density."""


def find_areas(
    incidents: Incidents,
    selection: Selection,
    located: LocatedIncidents,
    params: MethodParams,
    hotspot_params: HotspotParams,
    frames: Frames | None,
    floor: NDArray[np.float64] | None = None,
) -> Found:
    """Find areas by the method that the settings are of.

    Parameters
    ----------
    located
        The incidents of the selection.
    frames
        As in :func:`geo.hotspots.table.find_hotspots`.
    floor
        As in :func:`cut_surface`.
    """
    if isinstance(params, DensityParams):
        surface = density(incidents, selection, params, frames)
        return cut_surface(surface, params, hotspot_params, located, floor)
    if isinstance(params, GiStarParams):
        return gi_star_areas(incidents, selection, params, frames)
    return find_clusters(located, frames or whole_time(located.incidents), params)


def cut_surface(
    surface: DensityResult,
    params: DensityParams,
    hotspot_params: HotspotParams,
    located: LocatedIncidents,
    floor: NDArray[np.float64] | None = None,
) -> Found:
    """Take the areas of a density surface above a level.

    Parameters
    ----------
    floor
        Shape (rows, cols): what the density must exceed besides the level.
    """
    level, rule = _level(surface.values, surface.grid, hotspot_params)
    above = surface.values - level
    if floor is not None:
        above = np.minimum(above, surface.values - floor)
    areas = areas_above(above, 0.0, surface.grid, borough())
    rows, cols = surface.grid.cells_of(located.sites.easting, located.sites.northing)
    return Found(
        areas,
        surface.values[:, rows, cols],
        params,
        {**surface.record.rules, "level": rule},
        list(surface.record.warnings),
        surface=surface,
    )


def _level(values: NDArray[np.float64], grid: Grid, params: HotspotParams) -> tuple[float, str]:
    """Give the level of the cut in incidents per km2, and how it was chosen."""
    if params.cut == "area":
        level = level_of_densest(values, grid, params.area_share_pct / 100)
        why = f"exceeded on the densest {params.area_share_pct:g} % of the borough"
    elif params.cut == "incidents":
        level = level_for_incident_share(values, grid, params.incident_share_pct / 100)
        why = f"above which {params.incident_share_pct:g} % of the incidents lie"
    elif params.level_per_km2 is None:
        inside = np.broadcast_to(grid.inside_share, values.shape)
        level = _AVERAGES * float(np.sum(values * inside) / max(inside.sum(), 1.0))
        why = f"{_AVERAGES:g} times the average of the borough"
    else:
        return params.level_per_km2, f"density above {params.level_per_km2:,.1f} incidents per km2"
    if level == 0:
        return level, "wherever there is any density, for there is less than the cut asks for"
    return level, f"density above {level:,.1f} incidents per km2, {why} over all periods together"
