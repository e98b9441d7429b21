"""Briefing: what the tasking meeting opens first."""

import streamlit as st

from dashboard.view import View


def show(view: View) -> None:
    """Show the page for the chosen data."""
    st.title("Briefing")
    st.caption(f"{view.period_words}, {len(view.selection.apply(view.incidents)):,} incidents")
