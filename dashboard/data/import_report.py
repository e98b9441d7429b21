"""What an import would bring: in a few lines, on a small map, and row by row."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import charts, downloads, furniture
from dashboard.data import tables
from dashboard.data.ward_map import WardCounts, ward_picture
from dashboard.data.words import (
    days_in_words,
    known_files_in_words,
    located_in_words,
    preview_in_words,
)
from dashboard.downloads import Download
from dashboard.words import plural
from geo.look_alikes import DISTANCE_M, HOURS_APART, NOTES, SCORE, WHY
from geo.readers import Import
from geo.report import ImportReport
from geo.spreadsheet_text import LINE_END, guard_frame
from geo.store import Preview

_FIRST = 20
NEVER_MERGED = (
    "Nothing is merged or left out: two records of one event stay two until a person decides "
    "otherwise."
)


def show_summary(preview: Preview, imported: Import) -> DeltaGenerator:
    """Say in a few lines what adding would do, beside a map of what was located.

    Returns
    -------
    The place under the lines, for what can be done.
    """
    report, span = imported.report, imported.incidents.span
    found = WardCounts.of(imported.incidents)
    left, middle, right = st.columns([5, 4, 3], gap="medium")
    with left:
        st.markdown(f"**{furniture.plain(preview_in_words(preview))}**")
        where = located_in_words(report.located, report.outside, report.not_located)
        days = days_in_words(span[0].date(), span[1].date()) if span else "no day known"
        lines = [f"{plural(report.rows_read, 'row')} read", where, days, found.in_words()]
        st.markdown("\n".join(f"- {furniture.plain(line)}" for line in lines))
        if again := known_files_in_words(preview.known_files):
            st.warning("\n\n".join(map(furniture.plain, again)))
        place = st.container()
    if found.counts.any():
        ink = charts.Ink.on(dark=st.context.theme.type == "dark")
        alt = "Map of the wards, each with its number of incidents as in the table beside it."
        middle.html(charts.as_image(ward_picture(found, ink), alt))
        with right:
            furniture.table(found.table(), label="Incidents by ward")
    return place


def show_details(preview: Preview) -> None:
    """Show the rows with problems and the pairs that look alike, all to be downloaded."""
    show_problems(preview.report)
    show_look_alikes(preview.look_alikes)


def show_problems(report: ImportReport) -> None:
    """Show what was rejected or is doubtful, rows with the same problem together; offer all."""
    rows = len(report.problems)
    if not rows:
        st.write("No row was rejected and none is doubtful.")
        return
    title = f"Rows to look at ({rows:,})"
    with st.expander(title, expanded=report.rejected > 0):
        shown = tables.problems_table(report.problems, _FIRST)
        furniture.table(shown, texts=tables.PROBLEM_TEXTS, label=title)
        if shown["Rows"].str.replace(",", "").astype(int).sum() < rows:
            st.caption(f"The {_FIRST} most frequent problems; the report has all.")
        whole = Download(
            "Download the whole report (CSV)",
            "import-report.csv",
            report.problems_csv,
            lambda: {"rows_with_problems": rows},
            has_records=True,
        )
        downloads.button(whole)


def show_look_alikes(pairs: pd.DataFrame) -> None:
    """Show incidents of different sources that may be the same event."""
    if pairs.empty:
        return
    with st.expander(f"May be the same event as one of another source ({len(pairs):,})"):
        st.write(" ".join(map(furniture.plain, (NEVER_MERGED, *pairs.attrs.get(NOTES, ())))))
        shown = look_alikes_table(pairs.head(_FIRST))
        furniture.table(shown, texts=list(shown.columns), label="Pairs that look alike")
        with st.container(horizontal=True, vertical_alignment="center"):
            every = Download(
                "Download all pairs (CSV)",
                "look-alikes.csv",
                lambda: guard_frame(pairs).to_csv(index=False, lineterminator=LINE_END),
                lambda: {"pairs": len(pairs)},
                has_records=True,
            )
            downloads.button(every)
            if len(pairs) > _FIRST:
                st.caption(f"The first {_FIRST} of {len(pairs):,}, the likeliest first.")


def look_alikes_table(pairs: pd.DataFrame) -> pd.DataFrame:
    """Write pairs the way they are read: one cell for each of the two."""
    rows = [
        {
            "Likeness": f"{pair[SCORE]:.0f}",
            "One": _record(pair, "first"),
            "The other": _record(pair, "second"),
            "Apart": _apart(pair),
            "Why": str(pair[WHY]),
        }
        for pair in pairs.to_dict("records")
    ]
    return pd.DataFrame(rows)


def _record(pair: Mapping[Hashable, Any], side: str) -> str:
    when = pd.Timestamp(str(pair[f"{side}_occurred"]))
    parts = (pair[f"{side}_source"], pair[f"{side}_id"], f"{when:%d %b %Y %H:%M}")
    return ", ".join(map(str, (*parts, pair[f"{side}_category"])))


def _apart(pair: Mapping[Hashable, Any]) -> str:
    distance, hours = pair[DISTANCE_M], pair[HOURS_APART]
    where = "place not known" if pd.isna(distance) else f"{distance:,.0f} m"
    when = "time not known" if pd.isna(hours) else f"{hours:,.1f} h"
    return f"{where}, {when}"
