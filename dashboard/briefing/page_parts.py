"""Parts of the page Briefing that show a briefing, whatever it was made of."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import furniture
from dashboard.brief.model import Brief, BriefTop
from dashboard.briefing import markup

_TOOLS_PX = 270
_FIRST = 6
"""Hotspots that are shown at once; the others on a click."""
_NO_HOTSPOT = (
    "No place has enough incidents to be called a hotspot. Choose a longer period, or fewer "
    "restrictions, in the sidebar."
)


def show_top(brief: BriefTop) -> DeltaGenerator:
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


def show_hotspots(brief: Brief) -> None:
    """Show the ranked hotspots, or why there are none."""
    st.header("Hotspots", anchor=False)
    if not brief.hotspots:
        st.write(furniture.plain(brief.why_no_hotspots or _NO_HOTSPOT))
        return
    markup.hotspots(brief.hotspots[:_FIRST], brief.period_before)
    if others := brief.hotspots[_FIRST:]:
        last = len(brief.hotspots)
        with st.expander(
            f"Hotspots {_FIRST + 1} to {last}" if len(others) > 1 else f"Hotspot {last}"
        ):
            markup.hotspots(others, brief.period_before)


def show_rest(brief: Brief) -> None:
    """Show what follows the hotspots, but for the notes of the meeting."""
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
