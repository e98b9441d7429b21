"""The download buttons under the map; each file is made when it is asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import streamlit as st

from dashboard import controls
from dashboard.exports import FORMATS, export_bytes, has_areas, record_bytes
from dashboard.map_results import MapResults
from dashboard.maps.build import ViewResults
from geo.result import Result

Fill = Literal["wards", "density", "none"]
_FILLS: tuple[Fill, ...] = get_args(Fill)
_TABLES = (".csv", ".xlsx", ".geojson", ".gpkg")
_OTHER_TYPES = {".png": "image/png", ".html": "text/html"}


@dataclass(frozen=True)
class _Download:
    label: str
    name: str
    make: Callable[[], bytes | str]


def offer(results: MapResults) -> None:
    """Offer the figures of a view, its hotspots, and the map itself."""
    with st.expander("Download figures and maps"):
        views = list(results.views)
        columns = st.columns(3)
        key = columns[0].selectbox(
            "Time", views, format_func=lambda view: results.model.views[view].name, key="dl_view"
        )
        frames = results.model.views[key].frames
        frame = columns[1].selectbox(
            "Position of the picture",
            range(len(frames)),
            index=len(frames) - 1,
            format_func=frames.__getitem__,
            key=f"dl_frame_{key}_{len(frames)}",
        )
        fill = columns[2].selectbox("Colours of the picture", _FILLS, format_func=str.capitalize)
        _buttons(_figures(results.views[key], key))
        _buttons(_maps(results, key, frame, fill))


def offer_results(results: Mapping[str, Result], *, name: str) -> None:
    """Offer results in all formats that fit, with their records; one result at a time.

    Parameters
    ----------
    results
        By the names of their files, without an ending.
    name
        Of the control that chooses among them.
    """
    stem = controls.choice(
        st.container(),
        "Figures",
        list(results),
        name=name,
        words=lambda stem: stem.replace("-", " ").capitalize(),
    )
    result = results[stem]
    fitting = [
        ending for ending in _TABLES if has_areas(result) or not FORMATS[ending].has_geometry
    ]
    _buttons(
        [
            *(
                _Download(FORMATS[ending].label, f"{stem}{ending}", _table(result, ending))
                for ending in fitting
            ),
            _Download("Record, JSON", f"{stem}.run.json", lambda: record_bytes(result)),
        ]
    )


def _buttons(downloads: list[_Download]) -> None:
    with st.container(horizontal=True):
        for download in downloads:
            ending = "." + download.name.rsplit(".", 1)[-1]
            st.download_button(
                download.label,
                download.make,
                file_name=download.name,
                mime=FORMATS[ending].mime if ending in FORMATS else _OTHER_TYPES[ending],
                on_click="ignore",
                key=f"dl_{download.name}",
            )


def _figures(view: ViewResults, key: str) -> list[_Download]:
    tables = [("Wards", "wards", view.wards), ("Hotspots", "hotspots", view.hotspots)]
    return [
        _Download(
            f"{title}, {FORMATS[ending].label}", f"{name}-{key}{ending}", _table(result, ending)
        )
        for title, name, result in tables
        for ending in _TABLES
    ]


def _table(result: Result, ending: str) -> Callable[[], bytes]:
    def make() -> bytes:
        return export_bytes(result, ending)

    return make


def _maps(results: MapResults, key: str, frame: int, fill: Fill) -> list[_Download]:
    def picture() -> bytes:
        from dashboard.maps.picture import picture_png

        return picture_png(results.model, key, frame, fill=fill)

    def page() -> str:
        from dashboard.maps.standalone import standalone_html

        return standalone_html(results.model, title="Hotspots in Hammersmith & Fulham")

    view = results.views[key]
    return [
        _Download("Picture of the map, PNG", f"map-{key}-{fill}.png", picture),
        _Download("Whole map as one file, HTML", "hotspot-map.html", page),
        _Download(
            "Record of wards, JSON", f"wards-{key}.run.json", lambda: record_bytes(view.wards)
        ),
        _Download(
            "Record of hotspots, JSON",
            f"hotspots-{key}.run.json",
            lambda: record_bytes(view.hotspots),
        ),
    ]
