"""The page Trends for partners."""

import streamlit as st

from dashboard.partner.view import ReleaseView


def show(view: ReleaseView) -> None:
    """Show the page."""
    st.header("Trends")
    st.caption(f"{view.period.words}. {view.level_words}.")
    st.write(view.count().text)
