"""Briefing: what the tasking meeting opens first."""

from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from boundaries.errors import HotspotsError
from dashboard import furniture, presenter
from dashboard.brief.model import Brief, BriefTop
from dashboard.briefing import markup
from dashboard.briefing.notes import Note, for_pack, notes_about
from dashboard.briefing.notes_panel import notes_panel
from dashboard.briefing.parts import first_brief, first_top, full_map, held_against_chance
from dashboard.maps.live import live_map, live_map_rest
from dashboard.packs.offer import offer
from dashboard.view import View

_TOOLS_PX = 270
_FIRST = 6
"""Hotspots that are shown at once; the others on a click."""


def show(view: View) -> None:
    """Show the page for the chosen data."""
    markup.style()
    try:
        top, payload = first_top(view)
        tools = _top(top)
        live_map(payload, key="briefing map")
        brief = first_brief(view)
        ranked = st.container()
        _rest(brief)
        notes = _notes(view)
        # What takes longer comes last, and where it belongs on the page.
        drawn, payload = full_map(view, brief)
        live_map_rest(payload, key="briefing map with time")
        with ranked:
            brief = held_against_chance(view, replace(brief, map=drawn))
            _ranked(brief)
        with tools:
            presenter.show(brief, offer(view, brief, for_pack(notes)))
    except HotspotsError as error:
        furniture.error(error)


def _top(brief: BriefTop) -> DeltaGenerator:
    """Show what the meeting sees first; gives the place for packs and the presenter view."""
    against = f", against {brief.period_before}" if brief.period_before else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(f"Briefing: {brief.period}{against}", anchor=False, width="stretch")
        tools = st.container(horizontal=True, width=_TOOLS_PX, horizontal_alignment="right")
    markup.headline(brief.headline)
    markup.cards(brief.figures)
    if brief.why_not:
        st.caption(furniture.plain(brief.why_not))
    return tools


def _ranked(brief: Brief) -> None:
    st.header("Hotspots", anchor=False)
    if brief.hotspots:
        markup.hotspots(brief.hotspots[:_FIRST], brief.period_before)
        if others := brief.hotspots[_FIRST:]:
            last = len(brief.hotspots)
            with st.expander(
                f"Hotspots {_FIRST + 1} to {last}" if len(others) > 1 else f"Hotspot {last}"
            ):
                markup.hotspots(others, brief.period_before)
    else:
        st.write(
            "No place has enough incidents to be called a hotspot. Choose a longer period, or "
            "fewer restrictions, in the sidebar."
        )


def _rest(brief: Brief) -> None:
    left, right = st.columns(2)
    with left:
        st.header("What moved", anchor=False)
        markup.lines(brief.moved)
    with right:
        st.header("When", anchor=False)
        markup.lines(brief.busiest)
    markup.table(brief.strands)
    markup.table(brief.wards)
    st.header("How good the data is", anchor=False)
    markup.sentence(brief.quality, brief.located)
    st.caption(f"Data up to {brief.data_to}. Source: {furniture.plain(brief.source)}.")
    with st.expander(f"What to know about these figures ({len(brief.notes)})"):
        markup.lines(brief.notes)
        markup.lines(brief.method)


def _notes(view: View) -> list[Note]:
    try:
        notes = notes_about(view)
    except HotspotsError as error:
        furniture.error(error)
        return []
    notes_panel(view, notes)
    return notes
