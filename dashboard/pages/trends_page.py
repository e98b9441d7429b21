"""Trends: strands, the borough beside London, repeat victimisation, over years."""

import streamlit as st

from dashboard import charts, controls
from dashboard.trends import published
from dashboard.view import View

_BESIDE = "Beside London"


def show(view: View) -> None:
    """Show the page for the chosen data."""
    st.title("Trends")
    st.caption(f"All times in the data, {view.dataset.source}.")
    ink = charts.Ink.on(dark=st.context.theme.type == "dark")
    shown = controls.row(st.container(), "Show", [_BESIDE], name="trends-show")
    if shown == _BESIDE:
        published.show(ink)
