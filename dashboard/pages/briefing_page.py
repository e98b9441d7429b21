"""Briefing: what the tasking meeting opens first."""

from dataclasses import replace

import streamlit as st

from boundaries.errors import HotspotsError
from dashboard import furniture, presenter
from dashboard.briefing import markup
from dashboard.briefing.notes import of_view
from dashboard.briefing.notes_panel import show_notes
from dashboard.briefing.page_parts import show_hotspots, show_rest, show_top
from dashboard.briefing.parts import first_brief, first_top, full_map, held_against_chance
from dashboard.maps.live import live_map, live_map_rest
from dashboard.packs.offer import offer_exact
from dashboard.view import View


def show(view: View) -> None:
    """Show the page for the chosen data."""
    markup.style()
    try:
        top, payload = first_top(view)
        tools = show_top(top)
        live_map(payload, key="briefing map")
        brief = first_brief(view)
        ranked = st.container()
        show_rest(brief)
        notes = show_notes(of_view(view))
        # What takes longer comes last, and where it belongs on the page.
        drawn, payload = full_map(view, brief)
        live_map_rest(payload, key="briefing map with time")
        with ranked:
            brief = held_against_chance(view, replace(brief, map=drawn))
            show_hotspots(brief)
        with tools:
            presenter.show(brief, offer_exact(view, brief, notes))
    except HotspotsError as error:
        furniture.error(error)
