"""Nested isobands: the land above one level of density, and within it above the next.

Levels are given as such, by the share of the incidents that the densest land holds, or by the
share of the land. With a test of chance the bands are cut only where the surface is above the
corrected envelope of random ones: where the lesser of density minus level and density minus
envelope is above 0, so that outlines stay smooth.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Literal

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.columns import GEOMETRY
from boundaries.errors import ParameterError
from boundaries.projection import BNG
from geo.analysis import analysis
from geo.grids.grid import Grid
from geo.params import Params, choice
from geo.record import make_record
from geo.remember import remembered
from geo.result import Result
from geo.schema import Incidents
from geo.selection import Selection
from geo.sites import LocatedIncidents, locate_selected
from geo.surfaces.chance import ChanceParams, chance
from geo.surfaces.contours import areas_above, level_of_densest
from geo.surfaces.density import INCIDENTS, DensityParams, DensityResult, borough, density

BAND = "band"
CUT = "cut"
LEVEL_LOW_PER_KM2 = "level_low_per_km2"
LEVEL_HIGH_PER_KM2 = "level_high_per_km2"
SHARE = "share"
AREA_HA = "area_ha"
AREA_SHARE_PCT = "area_share_pct"
PAI = "pai"
ISOBAND_COLUMNS = (
    BAND,
    CUT,
    LEVEL_LOW_PER_KM2,
    LEVEL_HIGH_PER_KM2,
    INCIDENTS,
    SHARE,
    AREA_HA,
    AREA_SHARE_PCT,
    PAI,
    GEOMETRY,
)

CutBy = Literal["incidents", "area", "level"]
CUTS_BY: Mapping[CutBy, str] = {
    "incidents": "the densest land that holds so many % of the incidents",
    "area": "the densest so many % of the land",
    "level": "the land with more than so many incidents per km2",
}

_M2_PER_HA = 1e4
_MOST_BANDS = 20


@dataclass(frozen=True)
class IsobandParams(Params):
    """Where the bands are cut.

    Attributes
    ----------
    cuts
        One per band, in any order: % of the incidents, % of the land, or incidents per km2.
    """

    cut_by: CutBy = choice("incidents", options=CUTS_BY, label="Cut by")
    cuts: tuple[float, ...] = (10, 25, 50)

    def __post_init__(self) -> None:
        super().__post_init__()
        highest = np.inf if self.cut_by == "level" else 100
        unit = "incidents per km2" if self.cut_by == "level" else "%"
        if not 1 <= len(self.cuts) <= _MOST_BANDS:
            msg = f"{len(self.cuts)} cuts are given; there must be from 1 to {_MOST_BANDS}."
            raise ParameterError(msg)
        wrong = [cut for cut in self.cuts if not (isfinite(cut) and 0 < cut <= highest)]
        if wrong:
            msg = f"Cut {wrong[0]} is out of bounds; each must be above 0 and at most {highest:g} "
            raise ParameterError(msg + f"{unit}.")
        if len(set(self.cuts)) < len(self.cuts):
            msg = f"The cuts {self.cuts} repeat themselves; give each once."
            raise ParameterError(msg)


@dataclass(frozen=True, eq=False)
class IsobandResult(Result):
    """Nested bands.

    Attributes
    ----------
    frame
        GeoDataFrame in EPSG:27700 with ``ISOBAND_COLUMNS``, the widest band first, each holding
        the next: from ``level_low_per_km2`` up, ``level_high_per_km2`` being the next band's level
        or the peak. ``incidents`` are counted exactly inside the outline; ``share`` is their % of
        all located, ``area_share_pct`` the % of the borough's land, ``pai`` the predictive
        accuracy index (n/N) / (a/A) (Chainey, Tompson and Uhlig 2008, Security Journal 21).
    """

    def rings(self) -> gpd.GeoDataFrame:
        """Give what each band has more than the next: these do not overlap and add up.

        The columns are those of ``frame``.
        """
        rings = self.frame.copy()
        bands = rings.geometry.to_numpy(object)
        inner = np.array([*bands[1:], shapely.Polygon()], dtype=object)[: len(bands)]
        rings[GEOMETRY] = shapely.difference(bands, inner)
        for name in (INCIDENTS, SHARE, AREA_HA, AREA_SHARE_PCT):
            rings[name] -= rings[name].shift(-1, fill_value=0)
        rings[PAI] = rings[SHARE] / rings[AREA_SHARE_PCT]
        return rings


_DEFAULTS = IsobandParams()


@remembered(4)
@analysis("isobands")
def isobands(
    incidents: Incidents,
    selection: Selection,
    density_params: DensityParams,
    params: IsobandParams = _DEFAULTS,
    chance_params: ChanceParams | None = None,
) -> IsobandResult:
    """Cut the density surface of all selected incidents into nested bands.

    Parameters
    ----------
    chance_params
        None cuts wherever the level is reached; otherwise only where the surface is significant
        as well.

    Raises
    ------
    ParameterError
        With ``chance_params``: the bandwidth is below one cell.
    """
    surface = density(incidents, selection, density_params)
    located = locate_selected(incidents, selection)
    values = np.squeeze(surface.values, axis=0)
    levels = np.array([_level(surface, params.cut_by, cut) for cut in params.cuts], np.float64)
    order = np.argsort(levels, kind="stable")
    cuts, levels = np.array(params.cuts, np.float64)[order], levels[order]
    tested = (
        None
        if chance_params is None
        else chance(incidents, selection, density_params, chance_params)
    )
    critical = np.zeros_like(values) if tested is None else tested.critical
    bands = np.array([_band(values, level, critical, surface.grid) for level in levels])
    table = _table(cuts, levels, bands, located, float(values.max()))
    of_chance = {} if chance_params is None else {"chance": chance_params.as_dict()}
    base = surface.record if tested is None else tested.record
    record = make_record(
        "isobands",
        {**surface.record.params, "isobands": params.as_dict(), **of_chance},
        selection,
        located.incidents,
        located.location,
        rules={**base.rules, "level": f"{CUTS_BY[params.cut_by]}, over the whole surface"},
        warnings=[*base.warnings, *_warnings(cuts, bands)],
    )
    return IsobandResult(table, record)


def _level(surface: DensityResult, cut_by: CutBy, cut: float) -> float:
    if cut_by == "incidents":
        return level_for_incident_share(surface.values, surface.grid, cut / 100)
    if cut_by == "area":
        return level_of_densest(surface.values, surface.grid, cut / 100)
    return cut


def _band(
    values: NDArray[np.float64], level: float, critical: NDArray[np.float64], grid: Grid
) -> shapely.Geometry:
    """Give the land where a surface is above the level and above the envelope."""
    if not np.isfinite(critical).all():
        return shapely.MultiPolygon()
    above = values - np.maximum(level, critical)
    _, polygons = areas_above(above[None], 0, grid, borough())
    return shapely.MultiPolygon(list(polygons))


def _table(
    cuts: NDArray[np.float64],
    levels: NDArray[np.float64],
    bands: NDArray[np.object_],
    located: LocatedIncidents,
    peak: float,
) -> gpd.GeoDataFrame:
    kept = ~shapely.is_empty(bands)
    cuts, levels, bands = cuts[kept], levels[kept], bands[kept]
    area_m2 = shapely.area(bands)
    n_all = max(located.location.located, 1)
    n_inside = np.array([_incidents_in(band, located) for band in bands], np.int64)
    share, area_share = n_inside / n_all, area_m2 / borough().area
    columns = {
        BAND: np.arange(1, len(bands) + 1),
        CUT: cuts,
        LEVEL_LOW_PER_KM2: levels,
        LEVEL_HIGH_PER_KM2: np.append(levels[1:], peak)[: len(levels)],
        INCIDENTS: n_inside,
        SHARE: 100 * share,
        AREA_HA: area_m2 / _M2_PER_HA,
        AREA_SHARE_PCT: 100 * area_share,
        PAI: share / area_share,
        GEOMETRY: bands,
    }
    return gpd.GeoDataFrame(
        {name: columns[name] for name in ISOBAND_COLUMNS}, geometry=GEOMETRY, crs=BNG
    )


def _incidents_in(band: shapely.Geometry, located: LocatedIncidents) -> int:
    shapely.prepare(band)
    inside = shapely.intersects_xy(band, located.sites.easting, located.sites.northing)
    return int(inside[located.site_of[located.site_of >= 0]].sum())


def _warnings(cuts: NDArray[np.float64], bands: NDArray[np.object_]) -> list[str]:
    empty = cuts[shapely.is_empty(bands)]
    if len(empty) == 0:
        return []
    listed = ", ".join(f"{cut:g}" for cut in empty)
    return [
        (
            f"{len(empty)} of {len(cuts)} bands are left out, as no land is that dense and, where "
            f"that was asked, more than chance: cut {listed}."
        )
    ]


def level_for_incident_share(values: NDArray[np.float64], grid: Grid, share: float) -> float:
    """Find the highest level such that the cells at or above it hold a share of the incidents.

    All frames are pooled, as in :func:`geo.surfaces.contours.level_of_densest`. A cell holds its
    value times the land in it.

    Parameters
    ----------
    values
        Shape (frames, rows, cols): incidents per km2.
    share
        From 0 to 1.

    Returns
    -------
    The level in incidents per km2; 0 where there are no incidents.

    Raises
    ------
    ParameterError
        The share is not from 0 to 1.
    """
    if not 0 <= share <= 1:
        msg = f"share is {share}; it must be from 0 to 1 of the incidents."
        raise ParameterError(msg)
    inside = grid.inside_share > 0
    density = values[:, inside]
    mass = (density * grid.inside_share[inside]).ravel()
    pooled = density.ravel()
    held = pooled > 0
    return _level_holding(pooled[held], mass[held], share * float(mass[held].sum()))


def _level_holding(pooled: NDArray[np.float64], mass: NDArray[np.float64], wanted: float) -> float:
    """Add up mass from the densest cell down; a sixteenth of the cells is sorted if enough."""
    wanted *= 1 - 1e-12  # what the sum loses by rounding must not take one cell more
    for part in (16, 4, 1):
        n = len(pooled) // part
        order = np.argpartition(-pooled, n - 1)[:n] if n else np.zeros(0, np.intp)
        order = order[np.argsort(-pooled[order])]
        reached = np.cumsum(mass[order]) >= wanted
        if reached.any():
            return float(pooled[order[reached.argmax()]])
    return float(pooled.min()) if len(pooled) else 0.0
