"""The page Briefing for partners: what the tasking meeting opens first."""

import streamlit as st

from boundaries.errors import HotspotsError
from dashboard import furniture, presenter
from dashboard.briefing import markup
from dashboard.briefing.notes import for_pack, of_release
from dashboard.briefing.notes_panel import show_notes
from dashboard.briefing.page_parts import show_hotspots, show_rest, show_top
from dashboard.maps.live import live_map
from dashboard.maps.payload import encode
from dashboard.packs.offer import offer
from dashboard.partner.brief.make import briefed, make_partner_brief
from dashboard.partner.view import ReleaseView
from geo.disclosure.levels import PUBLIC


def show(view: ReleaseView) -> None:
    """Show the page."""
    markup.style()
    try:
        _show(*briefed(view))
    except HotspotsError as error:
        furniture.error(error)


def _show(view: ReleaseView, said: str) -> None:
    """Show the briefing of a view whose period has ward counts.

    Parameters
    ----------
    said
        That this is another period than the one that was chosen; empty where it is not.
    """
    brief = make_partner_brief(view, said)
    tools = show_top(brief)
    st.caption(furniture.plain(f"{view.level_words}. {said}".strip()))
    live_map(encode(brief.map), key="briefing map")
    if view.level != PUBLIC:
        show_hotspots(brief)
    show_rest(brief)
    notes = show_notes(of_release(view))
    with tools:
        presenter.show(brief, offer(brief, for_pack(notes)))
