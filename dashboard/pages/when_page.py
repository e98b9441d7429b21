"""When: hours, weekdays, months and days of incidents, and the map of chosen hours."""

import streamlit as st

from boundaries.errors import HotspotsError
from dashboard import furniture
from dashboard.view import View
from dashboard.when import panels
from dashboard.when.bar_table import STYLE
from dashboard.when.choices import choose_hotspot, choose_params, choose_times
from geo.times.when import WhenParams, WhenResult


def show(view: View) -> None:
    """Show the page for the chosen data."""
    st.title("When")
    st.html(STYLE)
    params = choose_params(st.sidebar)
    try:
        whole = panels.profile_of(view, params, None)
        panels.show_heading(view, whole)
        if whole.record.incidents:
            _show_times(view, params, whole)
            panels.show_days(view)
            _notes(whole)
    except HotspotsError as error:
        furniture.error(error)


def _show_times(view: View, params: WhenParams, whole: WhenResult) -> None:
    if whole.unknown_weekdays == whole.record.incidents:
        panels.show_tables(whole, None)
        return
    has_hours = whole.unknown_hours < whole.record.incidents
    days, hours, spots = panels.columns_of(3)
    chosen = choose_times(days, hours, params.shifts if has_hours else ())
    found = panels.map_of(view, chosen)
    name = choose_hotspot(spots, found.names)
    area = found.area_of(name)
    result = whole if area is None else panels.profile_of(view, params, area)
    left, right = st.columns([2, 3])
    with left:
        if has_hours:
            panels.show_heat(result, params, chosen, name)
    with right:
        panels.show_map(found, chosen, name)
    panels.show_tables(result, name)


def _notes(result: WhenResult) -> None:
    warnings = result.record.warnings
    with st.expander(f"What to know about these figures ({len(warnings)})"):
        st.markdown("\n".join(f"- {furniture.plain(warning)}" for warning in warnings))
