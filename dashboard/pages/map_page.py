"""Map: wards, density and hotspots, for the whole period and over time."""

import streamlit as st

from boundaries.errors import HotspotsError
from dashboard import cache, downloads, furniture, sidebar
from dashboard.maps.live import live_map, live_map_rest
from dashboard.settings import StartOptions
from dashboard.sidebar import Dataset


def show(dataset: Dataset | None, options: StartOptions) -> None:
    """Show the page for the chosen data, or say what to do when there is none."""
    if dataset is None:
        st.header("No data on show")
        st.write("Choose files in the sidebar, or the demonstration data to look around.")
        return
    settings = sidebar.choose_settings(dataset.incidents)
    if dataset.incidents.is_demonstration:
        furniture.demonstration_banner()
    try:
        asked = (dataset.incidents, settings, dataset.source, options.tiles)
        live_map(cache.whole_period_of(*asked)[1], key="map")
        results, everything = cache.results_of(*asked)
        live_map_rest(everything, key="map with time")
    except HotspotsError as error:
        furniture.error(error)
        return
    downloads.offer(results)
    _notes(results.warnings)
    if dataset.report is not None:
        furniture.import_report(dataset.report)


def _notes(warnings: tuple[str, ...]) -> None:
    with st.expander(f"What to know about these figures ({len(warnings)})"):
        st.markdown("\n".join(f"- {furniture.plain(warning)}" for warning in warnings))
