"""The downloads below the maps; each file is made when it is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import streamlit as st

from dashboard.downloads import TABLES, Download, buttons, record_of, table_of
from dashboard.exports import FORMATS, geopackage_bytes, record_bytes
from dashboard.hotspots.settings_panel import Setting
from dashboard.map_results import MapResults
from dashboard.maps.build import ViewResults
from dashboard.notebook_export import notebook_bytes, origin_of
from dashboard.view import View
from geo.grids.gistar import gi_star
from geo.grids.gistar_params import GiStarParams
from geo.result import Result

Fill = Literal["wards", "density", "none"]
_FILLS: tuple[Fill, ...] = get_args(Fill)
_SURFACE_UNIT = "incidents per km2"


@dataclass(frozen=True, eq=False)
class _Taken:
    """What is taken away: the map of a setting, one of its views and a position in time."""

    page: View
    setting: Setting
    results: MapResults
    key: str
    frame: int
    fill: Fill

    @property
    def view(self) -> ViewResults:
        return self.results.views[self.key]

    @property
    def suffix(self) -> str:
        """What tells its files from those of other views and settings."""
        return f"{self.key}-{self.setting.letter}" if self.setting.letter != "a" else self.key


def offer(view: View, settings: Sequence[Setting], results: Sequence[MapResults]) -> None:
    """Offer the figures, the maps, the layers for QGIS and the notebook."""
    with st.expander("Download figures, maps and layers"):
        taken = _choose(view, settings, results)
        st.markdown("**Figures**")
        buttons(_figures(taken))
        st.markdown("**Maps**")
        buttons(_maps(taken))
        st.markdown("**For QGIS and notebooks**")
        buttons([*_layers(taken), _notebook(view, settings, results)])


def _choose(view: View, settings: Sequence[Setting], results: Sequence[MapResults]) -> _Taken:
    columns = st.columns(4)
    number = 0
    if len(settings) > 1:
        number = columns[3].selectbox(
            "Setting",
            range(len(settings)),
            format_func=lambda n: settings[n].name,
            key=f"dl_setting_{len(settings)}",
        )
    chosen = results[number]
    views = list(chosen.views)
    key = columns[0].selectbox(
        "Time", views, format_func=lambda one: chosen.model.views[one].name, key="dl_view"
    )
    frames = chosen.model.views[key].frames
    frame = columns[1].selectbox(
        "Position of the picture",
        range(len(frames)),
        index=len(frames) - 1,
        format_func=frames.__getitem__,
        key=f"dl_frame_{key}_{len(frames)}",
    )
    fill = columns[2].selectbox("Colours of the picture", _FILLS, format_func=str.capitalize)
    return _Taken(view, settings[number], chosen, key, frame, fill)


def _figures(taken: _Taken) -> list[Download]:
    tables = [
        ("Wards", "wards", taken.view.wards),
        ("Hotspots", "hotspots", taken.view.hotspots),
    ]
    files = [
        table_of(result, ending, f"{title}, {FORMATS[ending].label}", f"{name}-{taken.suffix}")
        for title, name, result in tables
        for ending in TABLES
    ]
    records = [
        record_of(result, f"Record of {name}, JSON", f"{name}-{taken.suffix}")
        for _, name, result in tables
    ]
    return [*files, *records]


def _maps(taken: _Taken) -> list[Download]:
    def picture() -> bytes:
        from dashboard.maps.picture import picture_png

        return picture_png(taken.results.model, taken.key, taken.frame, fill=taken.fill)

    def page() -> str:
        from dashboard.maps.standalone import standalone_html

        return standalone_html(taken.results.model, title="Hotspots in Hammersmith & Fulham")

    return [
        Download("Picture of the map, PNG", f"map-{taken.suffix}-{taken.fill}.png", picture),
        Download("Whole map as one file, HTML", f"hotspot-map{_ending_of(taken)}.html", page),
    ]


def _ending_of(taken: _Taken) -> str:
    return f"-{taken.setting.letter}" if taken.setting.letter != "a" else ""


def _layers(taken: _Taken) -> list[Download]:
    view, settings = taken.view, taken.setting.settings

    def package() -> bytes:
        layers: list[Result] = [view.wards, view.hotspots]
        if isinstance(settings.method, GiStarParams) and taken.key == "whole":
            layers.append(gi_star(taken.page.incidents, settings.selection, settings.method))
        return geopackage_bytes(layers)

    def surface() -> bytes:
        from dashboard.geotiff import geotiff_bytes

        density = view.hotspots.surface
        if density is None:  # every map has one
            return b""
        return geotiff_bytes(density, record_bytes(density).decode(), _SURFACE_UNIT)

    return [
        Download("Styled layers for QGIS, GeoPackage", f"qgis-{taken.suffix}.gpkg", package),
        Download("Density surface, GeoTIFF", f"density-{taken.suffix}.tif", surface),
    ]


def _notebook(view: View, settings: Sequence[Setting], results: Sequence[MapResults]) -> Download:
    found = {
        setting.name: one.views["whole"].hotspots
        for setting, one in zip(settings, results, strict=True)
    }
    wards = results[0].views["whole"].wards
    return Download(
        "Notebook that makes these results again",
        "hotspots.ipynb",
        lambda: notebook_bytes(origin_of(view), found, wards),
    )
