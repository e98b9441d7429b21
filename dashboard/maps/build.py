"""Makes the layer model of a map from results."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import shapely

from dashboard.maps.base import base_map, positions, rings_of
from dashboard.maps.classify import Scheme
from dashboard.maps.model import HotspotShape, MapModel, Spot, View
from dashboard.maps.surface_image import surface_frames
from dashboard.maps.ward_maps import DISCLOSURE, MEASURE_DECIMALS, MEASURE_NAMES, matrix, ward_view
from geo.hotspots.table import (
    AREA_HA,
    BEFORE,
    NAME,
    P_VALUE,
    PAI,
    PEAK_DAYS,
    PEAK_HOURS,
    RANK,
    SHARE,
    HotspotResult,
)
from geo.result import Result
from geo.surfaces.density import INCIDENTS
from geo.wards.counts import MEASURE_UNITS, Measure
from geo.wards.table import PERIOD

__all__ = [
    "MEASURE_DECIMALS",
    "MEASURE_NAMES",
    "ViewResults",
    "build_map",
    "matrix",
    "method_in_words",
]

_SIMPLIFY_M = 5.0
_SHOWN = (
    RANK,
    NAME,
    INCIDENTS,
    SHARE,
    AREA_HA,
    PAI,
    P_VALUE,
    BEFORE,
    PEAK_DAYS,
    PEAK_HOURS,
)


@dataclass(frozen=True)
class ViewResults:
    """The results that one view draws: of the same selection, cut into the same frames.

    ``counts`` is the ward result with the measure ``count``; it may be ``wards`` itself.
    """

    name: str
    wards: Result
    counts: Result
    hotspots: HotspotResult


def build_map(
    views: dict[str, ViewResults],
    measure: Measure,
    scheme: Scheme,
    *,
    source: str,
    tiles: str | None = None,
) -> MapModel:
    """Make the map of results.

    Parameters
    ----------
    views
        ``whole`` and, where time is cut into frames, ``steps``.
    measure
        What the ward results measure.
    scheme
        How the classes of the ward colours are chosen.
    source
        Where the data is from, in words.
    tiles
        Address template of background tiles, if wanted.
    """
    whole = views["whole"]
    return MapModel(
        base=base_map(whole.wards.record.params["vintage"]),
        title=MEASURE_NAMES[measure],
        unit=MEASURE_UNITS[measure],
        decimals=MEASURE_DECIMALS[measure],
        source=source,
        disclosure=DISCLOSURE,
        views={
            key: _view(results, scheme, measure if key == "whole" else "")
            for key, results in views.items()
        },
        tiles=tiles,
        is_demonstration=whole.wards.record.is_demonstration,
    )


def _view(results: ViewResults, scheme: Scheme, figure: str) -> View:
    labels = tuple(results.wards.frame[PERIOD].unique())
    surface = results.hotspots.surface
    return replace(
        ward_view(results.name, results.wards, results.counts, scheme, figure=figure),
        method=method_in_words(results.hotspots),
        surface=surface_frames(surface) if surface is not None else None,
        hotspots=_hotspots(results.hotspots.frame, labels),
    )


def method_in_words(result: HotspotResult) -> str:
    """Say by which method and settings the hotspots were found."""
    params = result.record.params
    if "bandwidth_m" in params:
        return f"Density, bandwidth {params['bandwidth_m']:g} m: {_cut_in_words(result)}."
    if "radius_m" in params:
        return (
            f"Getis-Ord Gi*, cells of {params['cell_size_m']:g} m, radius "
            f"{params['radius_m']:g} m: more than chance would give."
        )
    if "min_cluster_incidents" in params:
        return f"HDBSCAN: clusters of at least {params['min_cluster_incidents']:,} incidents."
    days = f" and {params['eps_days']:,} days" if "eps_days" in params else ""
    name = "ST-DBSCAN" if days else "DBSCAN"
    near = f"{params['eps_m']:g} m{days}"
    return f"{name}: at least {params['min_incidents']:,} incidents within {near}."


def _cut_in_words(result: HotspotResult) -> str:
    hotspots = result.record.params["hotspots"]
    if hotspots["cut"] == "area":
        return f"the densest {hotspots['area_share_pct']:g} % of the borough"
    if hotspots["cut"] == "incidents":
        return f"the densest land with {hotspots['incident_share_pct']:g} % of the incidents"
    return result.record.rules["level"]


def _hotspots(frame: gpd.GeoDataFrame, labels: Sequence[str]) -> tuple[tuple[Spot, ...], ...]:
    found: dict[str, list[Spot]] = {label: [] for label in labels}
    exact = frame.geometry.to_numpy()
    simple = shapely.simplify(exact, _SIMPLIFY_M, preserve_topology=False)
    shapes = np.where(shapely.is_empty(simple), exact, simple)
    where = positions(*shapely.get_coordinates(shapely.point_on_surface(exact)).T).tolist()
    known = frame[BEFORE].astype(object).where(frame[BEFORE].notna(), None)
    columns = [frame.assign(**{BEFORE: known})[name].tolist() for name in _SHOWN]
    spots = map(HotspotShape, *columns, map(tuple, where), rings_of(shapes))
    for period, spot in zip(frame[PERIOD], spots, strict=True):
        found[period].append(spot)
    return tuple(tuple(spots) for spots in found.values())
