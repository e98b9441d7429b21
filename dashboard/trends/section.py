"""What a part of the page Trends holds, and how it is drawn; made once and shared."""

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from dashboard import charts, furniture
from dashboard.downloads import buttons, table_of
from dashboard.escape import esc
from dashboard.exports import FORMATS
from dashboard.figures import Figure, cell_html
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
    words = "".join(map(cell_html, sentence))
    return f"<p style='font-size:1.1rem;font-weight:600;margin:.2rem 0'>{words}</p>"


def pictures_html(chart: Chart) -> str:
    """Write pictures side by side, below each other where there is no room.

    A single wide one never gets narrower than its words can be read at; on a phone it scrolls.
    """
    if len(chart.pictures) > 1:
        figures = "".join(
            f"<figure style='margin:0;flex:0 1 320px'><figcaption style='font-size:.9rem'>"
            f"{esc(picture.title)}</figcaption>{charts.as_image(picture.svg, picture.alt)}</figure>"
            for picture in chart.pictures
        )
        return f"<div style='display:flex;flex-wrap:wrap;gap:.6rem 1.2rem'>{figures}</div>"
    only = chart.pictures[0]
    return charts.wide_image(only.svg, only.alt, f"Chart: {chart.title}")


def _downloads(section: Section) -> None:
    buttons(
        [
            table_of(result, ending, _label(stem, ending), f"trends-{stem}")
            for stem, result in section.results
            for ending in _FILES
        ]
    )


def _label(stem: str, ending: str) -> str:
    return f"{stem.replace('-', ' ').capitalize()}, {FORMATS[ending].label}"
