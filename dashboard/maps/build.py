"""Makes the layer model of a map from results."""

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.columns import WARD_NAME
from dashboard.maps.base import base_map, positions, rings_of
from dashboard.maps.classify import Scheme, classify
from dashboard.maps.model import HotspotShape, MapModel, View
from dashboard.maps.surface_image import surface_frames
from dashboard.words import amount, listed, period_in_words, plural
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
from geo.wards.counts import MEASURE_UNITS, N_EXTRA_ROWS, Measure
from geo.wards.table import PERIOD, VALUE

MEASURE_NAMES: dict[Measure, str] = {
    "count": "Incidents by ward",
    "rate": "Incidents per 1,000 residents by ward",
    "density": "Incidents per km² by ward",
    "share": "Share of incidents by ward",
}
MEASURE_DECIMALS: dict[Measure, int] = {"count": 0, "rate": 1, "density": 1, "share": 1}
ADDITIVE: tuple[Measure, ...] = ("count", "share")

DISCLOSURE = "exact counts, for authorised analysts"
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
        views={key: _view(results, measure, scheme) for key, results in views.items()},
        tiles=tiles,
        is_demonstration=whole.wards.record.is_demonstration,
    )


def _view(results: ViewResults, measure: Measure, scheme: Scheme) -> View:
    labels = tuple(results.wards.frame[PERIOD].unique())
    exact, counts = matrix(results.wards), matrix(results.counts)
    decimals = MEASURE_DECIMALS[measure]
    values = np.round(exact, decimals)
    scale = classify(
        values[:, :-N_EXTRA_ROWS],
        scheme,
        title=MEASURE_UNITS[measure].capitalize(),
        decimals=decimals,
    )
    names = _ward_names(results.wards)
    surface = results.hotspots.surface
    return View(
        name=results.name,
        method=method_in_words(results.hotspots),
        frames=tuple(period_in_words(label) for label in labels),
        sentences=tuple(
            _sentence(label, names, row, count, measure)
            for label, row, count in zip(labels, values, counts, strict=True)
        ),
        located=tuple(_located(row) for row in counts),
        scale=scale,
        values=values,
        totals=tuple(_total(row, decimals) if measure in ADDITIVE else None for row in exact),
        surface=surface_frames(surface) if surface is not None else None,
        hotspots=_hotspots(results.hotspots.frame, labels),
    )


def matrix(result: Result) -> NDArray[np.float64]:
    """Give a ward result as (frames, rows): wards by code, then outside and not located."""
    frames = result.frame[PERIOD].nunique()
    return result.frame[VALUE].to_numpy(np.float64).reshape(-1, frames).T


def _ward_names(result: Result) -> list[str]:
    frames = result.frame[PERIOD].nunique()
    return result.frame[WARD_NAME].iloc[::frames].tolist()[:-N_EXTRA_ROWS]


def _total(row: NDArray[np.float64], decimals: int) -> float | None:
    return None if np.isnan(row).all() else round(float(np.nansum(row)), decimals)


def _located(counts: NDArray[np.float64]) -> str:
    *wards, outside, missing = counts
    return (
        f"{sum(wards):,.0f} located, {outside:,.0f} outside the borough, {missing:,.0f} not located"
    )


def _sentence(
    label: str,
    names: Sequence[str],
    row: NDArray[np.float64],
    counts: NDArray[np.float64],
    measure: Measure,
) -> str:
    """Say in words what a frame shows: how many, and the highest wards."""
    when = period_in_words(label)
    total = int(counts.sum())
    wards = np.nan_to_num(row[:-N_EXTRA_ROWS])
    if total == 0:
        return f"{when}: no incidents."
    if not wards.any():
        return f"{when}: {plural(total, 'incident')}, none of them in a ward."
    top = [i for i in np.argsort(-wards, kind="stable")[:2] if wards[i] > 0]
    unit = _short_unit(measure)
    figures = [f"{names[i]} ({amount(wards[i], MEASURE_DECIMALS[measure])}{unit})" for i in top]
    equal = int(np.sum(wards == wards[top[-1]]) - np.sum(wards[top] == wards[top[-1]]))
    if equal:
        figures.append(f"{plural(equal, 'more ward')} with the same")
    return f"{when}: {plural(total, 'incident')}. Highest: {listed(figures)}."


def _short_unit(measure: Measure) -> str:
    return {"count": "", "rate": " per 1,000", "density": " per km²", "share": " %"}[measure]


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


def _hotspots(
    frame: gpd.GeoDataFrame, labels: Sequence[str]
) -> tuple[tuple[HotspotShape, ...], ...]:
    found: dict[str, list[HotspotShape]] = {label: [] for label in labels}
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
