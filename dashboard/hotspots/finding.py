"""What a part of the page shows: sentences, a picture with its table, and files to take away."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd
import streamlit as st

from dashboard import charts, furniture
from dashboard.downloads import Download, buttons, record_of, table_of
from dashboard.exports import FORMATS
from geo.result import Result

_TABLES = (".csv", ".xlsx")


@dataclass(frozen=True, eq=False)
class Picture:
    """A drawing and what it says to those who do not see it.

    Attributes
    ----------
    draw
        Gives SVG in the colours of the page.
    alt
        What it shows, with its figures or where they stand.
    """

    draw: Callable[[charts.Ink], str]
    alt: str


@dataclass(frozen=True, eq=False)
class Finding:
    """One answer.

    Attributes
    ----------
    name
        Of its files.
    results
        What it is made of; the first is downloaded as a table, all with their records.
    sentences
        What it says.
    picture, table
        The same twice: seen and read.
    texts
        Columns of the table that hold words.
    notes
        What else to know; the warnings of the results follow.
    endings
        Formats of the first result.
    """

    name: str
    results: tuple[Result, ...]
    sentences: tuple[str, ...] = ()
    picture: Picture | None = None
    table: pd.DataFrame | None = None
    texts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    endings: tuple[str, ...] = field(default=_TABLES)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader must know, each sentence once."""
        of_results = (w for result in self.results for w in result.record.warnings)
        return tuple(dict.fromkeys((*self.notes, *of_results)))


def show(finding: Finding) -> None:
    """Show sentences, picture, table, what to know, and the downloads."""
    for sentence in finding.sentences:
        st.markdown(f"**{furniture.plain(sentence)}**")
    if finding.picture is not None:
        ink = charts.Ink.on(dark=st.context.theme.type == "dark")
        st.html(charts.as_image(finding.picture.draw(ink), finding.picture.alt))
    if finding.table is not None and len(finding.table):
        with st.expander(f"The figures as a table ({len(finding.table):,} rows)"):
            furniture.table(finding.table, texts=finding.texts, label=finding.name)
    if finding.warnings:
        notes = [f"- {furniture.plain(warning)}" for warning in finding.warnings]
        st.markdown("\n".join(notes))
    offer_downloads(finding)


def offer_downloads(finding: Finding) -> None:
    """Offer the first result as files, and the picture."""
    first = finding.results[0]
    files = [
        table_of(first, ending, FORMATS[ending].label, finding.name) for ending in finding.endings
    ]
    if finding.picture is not None:
        draw = finding.picture.draw
        on_paper = charts.Ink.on(dark=False)
        files.append(
            Download("Picture, SVG", f"{finding.name}.svg", lambda: draw(on_paper).encode())
        )
    buttons([*files, record_of(first, "Run record, JSON", finding.name)])
