"""Wards: counts, rates and change by ward, and a profile of each."""

import streamlit as st

from dashboard.view import View


def show(view: View) -> None:
    """Show the page for the chosen data."""
    st.title("Wards")
    st.caption(f"{view.period_words}, {len(view.selection.apply(view.incidents)):,} incidents")
