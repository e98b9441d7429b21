"""Trends: incidents, strands, repeat victims, victims and outcomes over years, beside London."""

from collections.abc import Callable

import streamlit as st

from boundaries.errors import HotspotsError
from dashboard import controls, furniture
from dashboard.cache import analysed
from dashboard.trends import published
from dashboard.trends.counts import UNIT_WORDS, counts_section
from dashboard.trends.groups import outcomes_section, strands_section, victims_section
from dashboard.trends.repeat_victims import repeats_section
from dashboard.trends.section import Section
from dashboard.trends.section import show as show_section
from dashboard.view import View
from geo.schema import Incidents
from geo.selection import Selection

_INCIDENTS, _BESIDE = "Incidents", "Beside London"
_BY_YEAR: dict[str, Callable[[Incidents, Selection, bool], Section]] = {
    "Strands": strands_section,
    "Repeat victims": repeats_section,
    "Victims": victims_section,
    "Outcomes and reporting": outcomes_section,
}


def show(view: View) -> None:
    """Show the page for the chosen data: all its times, not only the period."""
    st.title("Trends")
    st.caption(furniture.plain(_about(view)))
    shown = controls.row(
        st.container(), "Show", [_INCIDENTS, *_BY_YEAR, _BESIDE], name="trends-show"
    )
    dark = st.context.theme.type == "dark"
    try:
        if shown == _BESIDE:
            published.show(dark)
        elif shown == _INCIDENTS:
            _incidents(view, dark)
        else:
            show_section(analysed(_BY_YEAR[shown], view.dataset, view.all_times, dark))
    except HotspotsError as error:
        furniture.error(error)


def _about(view: View) -> str:
    words = view.all_times.in_words()
    return f"All times in the data, not only the period of the sidebar; {words}."


def _incidents(view: View, dark: bool) -> None:
    unit = controls.row(
        st.container(), "By", list(UNIT_WORDS), name="trends-by", words=UNIT_WORDS.__getitem__
    )
    show_section(analysed(counts_section, view.dataset, view.all_times, unit, dark))
