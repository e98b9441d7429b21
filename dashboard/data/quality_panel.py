"""How good the stored data is."""

import streamlit as st

from geo.store import Store


def show_quality(store: Store | None) -> None:
    """Show the checks of the stored incidents."""
    if store is None:
        return
    st.header("Quality of the stored data")
