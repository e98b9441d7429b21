"""When: hours, weekdays, months and days of incidents, and the map of chosen hours."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from boundaries.errors import HotspotsError
from dashboard import furniture
from dashboard.view import View
from dashboard.when import panels
from dashboard.when.bar_table import STYLE
from dashboard.when.choices import (
    Chosen,
    choose_hotspot,
    choose_params,
    choose_times,
    hotspot_is_asked_for,
)
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
        panels.show_months(whole, None)
        return
    has_hours = whole.unknown_hours < whole.record.incidents
    days, hours, spots = st.columns(3)
    chosen = choose_times(days, hours, params.shifts if has_hours else ())
    left, right = st.columns([2, 3])
    # The tables of the borough are quick and need no map; those of a hotspot need its land.
    early = not hotspot_is_asked_for()
    if early:
        _show_tables(left, whole, params, chosen, None)
    found = panels.map_of(view, chosen)
    name = choose_hotspot(spots, found.names)
    area = found.area_of(name)
    result = whole if area is None else panels.profile_of(view, params, area)
    if not early:
        _show_tables(left, result, params, chosen, name)
    with right:
        panels.show_map(found, chosen, name)
    panels.show_months(result, name)


def _show_tables(
    where: DeltaGenerator, result: WhenResult, params: WhenParams, chosen: Chosen, name: str | None
) -> None:
    has_hours = result.unknown_hours < result.record.incidents
    with where:
        if has_hours:
            panels.show_heat(result, params, chosen, name)
        panels.show_week(result, name, has_hours=has_hours)


def _notes(result: WhenResult) -> None:
    warnings = result.record.warnings
    with st.expander(f"What to know about these figures ({len(warnings)})"):
        st.markdown("\n".join(f"- {furniture.plain(warning)}" for warning in warnings))
