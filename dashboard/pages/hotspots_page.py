"""Hotspots: the analyst's page, every method with every setting, on the map and over time."""

import streamlit as st

from boundaries.errors import HotspotsError
from dashboard import cache, downloads, furniture
from dashboard.hotspots.settings_panel import choose_map_settings
from dashboard.maps.live import live_map, live_map_rest
from dashboard.view import View


def show(view: View) -> None:
    """Show the page for the chosen data."""
    settings = choose_map_settings(view)
    try:
        asked = (view.incidents, settings, view.dataset.source, view.options.tiles)
        live_map(cache.whole_period_of(*asked)[1], key="map")
        results, everything = cache.results_of(*asked)
        live_map_rest(everything, key="map with time")
    except HotspotsError as error:
        furniture.error(error)
        return
    downloads.offer(results)
    _notes(results.warnings)
    if view.dataset.report is not None:
        furniture.import_report(view.dataset.report)


def _notes(warnings: tuple[str, ...]) -> None:
    with st.expander(f"What to know about these figures ({len(warnings)})"):
        st.markdown("\n".join(f"- {furniture.plain(warning)}" for warning in warnings))
