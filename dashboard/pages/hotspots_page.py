"""Hotspots: the analyst's page, every method with every setting, on the map and over time."""

import streamlit as st

from boundaries.errors import HotspotsError
from dashboard import furniture
from dashboard.hotspots import downloads
from dashboard.hotspots.closer import look_closer
from dashboard.hotspots.comparing import show_agreement
from dashboard.hotspots.maps import show_maps
from dashboard.hotspots.settings_panel import choose_settings
from dashboard.view import View


def show(view: View) -> None:
    """Show the page for the chosen data."""
    st.title("Hotspots")
    settings = choose_settings(view)
    try:
        results = show_maps(view, settings)
        if len(settings) > 1:
            show_agreement(view, settings)
        warnings = dict.fromkeys(w for result in results for w in result.warnings)
        _notes(tuple(warnings))
        look_closer(view, settings)
        downloads.offer(view, settings, results)
    except HotspotsError as error:
        furniture.error(error)


def _notes(warnings: tuple[str, ...]) -> None:
    with st.expander(f"What to know about these figures ({len(warnings)})"):
        st.markdown("\n".join(f"- {furniture.plain(warning)}" for warning in warnings))
