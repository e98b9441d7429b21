"""Download buttons; each file is made when it is asked for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboard import controls
from dashboard.audit.about import about_record
from dashboard.audit.buttons import file_button
from dashboard.exports import FORMATS, export_bytes, has_areas, record_bytes
from geo.result import Result

TABLES = (".csv", ".xlsx", ".geojson", ".gpkg")
"""Endings in which a result with areas is offered."""
_OTHER_TYPES = {
    ".html": "text/html",
    ".ipynb": "application/x-ipynb+json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".tif": "image/tiff",
}


@dataclass(frozen=True)
class Download:
    """A file to take away.

    Attributes
    ----------
    label
        What the button says.
    name
        Of the file.
    make
        Gives its content.
    about
        Gives what the audit log shall say of it.
    """

    label: str
    name: str
    make: Callable[[], bytes | str]
    about: Callable[[], Mapping[str, Any]] | None = None


def table_of(result: Result, ending: str, label: str, stem: str) -> Download:
    """Offer a result in one format."""
    return Download(label, f"{stem}{ending}", lambda: export_bytes(result, ending), _about(result))


def record_of(result: Result, label: str, stem: str) -> Download:
    """Offer the run record of a result."""
    return Download(label, f"{stem}.run.json", lambda: record_bytes(result), _about(result))


def _about(result: Result) -> Callable[[], Mapping[str, Any]]:
    return lambda: about_record(result.record)


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
    fitting = [ending for ending in TABLES if has_areas(result) or not FORMATS[ending].has_geometry]
    tables = [table_of(result, ending, FORMATS[ending].label, stem) for ending in fitting]
    buttons([*tables, record_of(result, "Record, JSON", stem)])


def buttons(downloads: Sequence[Download]) -> None:
    """Show a button for each file, side by side."""
    with st.container(horizontal=True):
        for download in downloads:
            ending = "." + download.name.rsplit(".", 1)[-1]
            file_button(
                download.label,
                download.make,
                file_name=download.name,
                mime=FORMATS[ending].mime if ending in FORMATS else _OTHER_TYPES[ending],
                about=download.about,
                key=f"dl_{download.name}",
            )
