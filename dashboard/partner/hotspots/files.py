"""Released hotspots, surfaces and the map as files; the level stands in each and in its name."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.projection import BNG
from dashboard.downloads import Download
from dashboard.exports import Content, layers_bytes
from dashboard.maps.model import MapModel
from dashboard.maps.picture import Fill
from dashboard.partner.hotspots.words import (
    M2_PER_HA,
    change,
    compared_with,
)
from dashboard.partner.maps import WHOLE
from dashboard.partner.shown import hours_in_words
from dashboard.partner.view import ReleaseView
from dashboard.qgis_styles import DENSITY_CLASS
from dashboard.released_tables import release_record, ward_counts
from geo.disclosure.area_finding import METHOD_WORDS, Method
from geo.disclosure.areas import ReleasedHotspot
from geo.disclosure.land import CELL_M, land_of
from geo.disclosure.levels import Level
from geo.disclosure.menu import MenuPeriod
from geo.disclosure.surfaces import SURFACE, class_words
from geo.hotspots.table import AREA_HA, NAME, RANK, STRANDS, WARDS
from geo.surfaces.density import INCIDENTS
from geo.wards.table import PERIOD

LEAST, MOST = "incidents_least", "incidents_most"
DAY, HOURS, CHANGE, NEW, CHANCE = "busiest_day", "busiest_hours", "change", "new", "chance"
PER_KM2 = "incidents_per_km2"
COLUMNS = (
    PERIOD, RANK, NAME, INCIDENTS, LEAST, MOST, AREA_HA, CHANCE, CHANGE, NEW, DAY, HOURS, STRANDS,
    WARDS,
)  # fmt: skip
CLEAR = "denser than chance would give"
NOT_CLEAR = "not clearly denser than chance would give"


def hotspot_content(view: ReleaseView, method: Method, periods: Sequence[MenuPeriod]) -> Content:
    """Give the hotspots of some periods as a table with their outlines."""
    release = view.release
    rows, shapes = [], []
    for period in periods:
        areas = release.hotspots.get((method, period.key, view.group))
        for hotspot in areas.hotspots if areas is not None else ():
            rows.append(_row(view, period, hotspot))
            shapes.append(hotspot.shape)
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    record = release_record(
        release, hotspots=METHOD_WORDS[method], group=view.group, cell_size_m=CELL_M
    )
    return Content("hotspots", table, record, lambda: gpd.GeoSeries(shapes, crs=BNG))


def _row(view: ReleaseView, period: MenuPeriod, one: ReleasedHotspot) -> tuple[object, ...]:
    before = compared_with(view.release, period)
    wards = [view.release.areas[code] for code in one.wards]
    is_new = "" if one.is_new is None else "yes" if one.is_new else "no"
    band = one.incidents
    return (
        period.key,
        one.rank,
        one.name,
        band.text,
        band.low,
        band.high,
        round(one.shape.area / M2_PER_HA),
        CLEAR if one.is_clear else NOT_CLEAR,
        change(one, before),
        is_new,
        one.day,
        hours_in_words(one.hours) if one.hours else "",
        ", ".join(one.strands),
        ", ".join(wards),
    )


def surface_content(view: ReleaseView, periods: Sequence[MenuPeriod]) -> Content:
    """Give the classes of the surfaces of some periods, one row each, with their cells."""
    release, grid = view.release, land_of(view.release.params.vintage).grid
    rows, shapes = [], []
    for period in periods:
        surface = release.surfaces.get((period.key, view.group))
        if surface is None:
            continue
        for number, words in class_words(surface.breaks).items():
            row, col = np.nonzero(surface.classes == number)
            if len(row):
                rows.append((period.key, number, words))
                shapes.append(shapely.union_all(grid.outlines(row, col)))
    table = pd.DataFrame(rows, columns=[PERIOD, DENSITY_CLASS, PER_KM2])
    about = {"bandwidth_m": SURFACE.bandwidth_m, "cell_size_m": CELL_M}
    record = release_record(release, group=view.group, **about)
    return Content("density", table, record, lambda: gpd.GeoSeries(shapes, crs=BNG))


def layers_download(view: ReleaseView, method: Method) -> Download:
    """Offer wards, hotspots and density as styled layers for QGIS."""

    def package() -> bytes:
        contents = [
            ward_counts(view.release, [view.period], view.group),
            hotspot_content(view, method, [view.period]),
            surface_content(view, [view.period]),
        ]
        return layers_bytes([content for content in contents if len(content.table)])

    name = f"hotspots-qgis-{view.level}.gpkg"
    return Download("Styled layers for QGIS, GeoPackage", name, package, level=view.level)


def picture_download(model: MapModel, level: Level, fill: Fill) -> Download:
    """Offer the map of the chosen period as a page to print."""

    def picture() -> bytes:
        from dashboard.maps.picture import picture_png

        return picture_png(model, WHOLE, 0, fill=fill)

    what = {"wards": "wards", "density": "density", "none": "outlines"}[fill]
    name = f"hotspots-{what}-{level}.png"
    return Download(f"Picture with {what}, PNG", name, picture, level=level)


def page_download(model: MapModel, level: Level) -> Download:
    """Offer the whole map, with its time slider, as one HTML file."""

    def page() -> str:
        from dashboard.maps.standalone import standalone_html

        return standalone_html(model, title="Hotspots in Hammersmith & Fulham")

    name = f"hotspots-map-{level}.html"
    return Download("Whole map as one file, HTML", name, page, level=level)


__all__ = [
    "hotspot_content",
    "layers_download",
    "page_download",
    "picture_download",
    "surface_content",
]
