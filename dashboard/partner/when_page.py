"""The page When for partners."""

import streamlit as st

from dashboard.partner.view import ReleaseView


def show(view: ReleaseView) -> None:
    """Show the page."""
    st.header("When")
    st.caption(f"{view.period.words}. {view.level_words}.")
    st.write(view.count().text)
