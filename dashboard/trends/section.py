"""What a part of the page Trends holds, and how it is drawn; made once and shared."""

from base64 import b64encode
from collections.abc import Callable, Collection
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from dashboard import furniture
from dashboard.escape import esc
from dashboard.exports import FORMATS, export_bytes
from dashboard.figures import Figure, marked
from geo.result import Result

Sentence = tuple[str | Figure, ...]
"""Words and figures in turn."""

_LONG_TABLE = 16
_FILES = (".csv", ".xlsx")


@dataclass(frozen=True, eq=False)
class Picture:
    """A drawing, what it shows in words, and its own heading if it is one of several."""

    svg: str
    alt: str
    title: str = ""


@dataclass(frozen=True, eq=False)
class Chart:
    """Pictures side by side, and what stands above and below them."""

    title: str
    pictures: tuple[Picture, ...]
    note: str = ""


@dataclass(frozen=True, eq=False)
class Table:
    """Figures as text, and which columns are words."""

    label: str
    frame: pd.DataFrame
    texts: Collection[str] = ()


@dataclass(frozen=True, eq=False)
class Section:
    """A part of the page.

    Attributes
    ----------
    headlines
        Sentences in large type.
    notes
        What to know, in plain English.
    results
        What can be downloaded, by the stem of its file.
    empty
        What to do where there is nothing to show; then nothing else is shown.
    """

    headlines: tuple[Sentence, ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()
    results: tuple[tuple[str, Result], ...] = ()
    empty: str = ""


def show(section: Section) -> None:
    """Draw a part of the page."""
    if section.empty:
        st.info(furniture.plain(section.empty))
        return
    for sentence in section.headlines:
        st.html(headline_html(sentence))
    for chart in section.charts:
        st.subheader(chart.title)
        st.html(pictures_html(chart))
        if chart.note:
            st.caption(furniture.plain(chart.note))
    for table in section.tables:
        with st.expander(table.label, expanded=len(table.frame) <= _LONG_TABLE):
            furniture.table(table.frame, texts=table.texts, label=table.label)
    for note in section.notes:
        st.caption(furniture.plain(note))
    _downloads(section)


def headline_html(sentence: Sentence) -> str:
    """Write a sentence as HTML in which every figure carries its name."""
    words = "".join(marked(part) if isinstance(part, Figure) else esc(part) for part in sentence)
    return f"<p style='font-size:1.1rem;font-weight:600;margin:.2rem 0'>{words}</p>"


def pictures_html(chart: Chart) -> str:
    """Write pictures side by side, below each other where there is no room.

    A single wide one never gets narrower than its words can be read at; on a phone it scrolls.
    """
    if len(chart.pictures) > 1:
        figures = "".join(
            f"<figure style='margin:0;flex:0 1 320px'><figcaption style='font-size:.9rem'>"
            f"{esc(picture.title)}</figcaption>{_image(picture)}</figure>"
            for picture in chart.pictures
        )
        return f"<div style='display:flex;flex-wrap:wrap;gap:.6rem 1.2rem'>{figures}</div>"
    image = _image(chart.pictures[0], least_px=560)
    label = esc(f"Chart: {chart.title}")
    about = f"tabindex='0' role='region' aria-label='{label}'"
    return f"<div {about} style='overflow-x:auto'>{image}</div>"


def _image(picture: Picture, least_px: int = 0) -> str:
    data = b64encode(picture.svg.encode()).decode()
    return (
        f"<img alt='{esc(picture.alt)}' src='data:image/svg+xml;base64,{data}' "
        f"style='max-width:100%;min-width:{least_px}px;height:auto'>"
    )


def _downloads(section: Section) -> None:
    with st.container(horizontal=True):
        for stem, result in section.results:
            for ending in _FILES:
                st.download_button(
                    f"{stem.replace('-', ' ').capitalize()}, {FORMATS[ending].label}",
                    _content(result, ending),
                    file_name=f"trends-{stem}{ending}",
                    mime=FORMATS[ending].mime,
                    on_click="ignore",
                    key=f"trends-dl-{stem}{ending}",
                )


def _content(result: Result, ending: str) -> Callable[[], bytes]:
    def make() -> bytes:
        return export_bytes(result, ending)

    return make
