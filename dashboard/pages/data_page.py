"""Data: add files, see what became of every row, keep or undo; and how good the data is."""

import streamlit as st

from boundaries.errors import HotspotsError
from dashboard import cache, furniture
from dashboard.data.adding import show_adding
from dashboard.data.imports_list import show_imports
from dashboard.data.limits_panel import show_limits
from dashboard.data.quality_panel import show_quality
from dashboard.settings import StartOptions


def show(options: StartOptions) -> None:
    """Show the page; what is wrong with the store is said and nothing else is offered."""
    st.title("Data")
    try:
        store = cache.store_at(options.store_location)
        where = store.location if store is not None else options.store_location
        st.caption(
            f"Incidents are kept at {furniture.plain(where)}. Nothing is sent anywhere else, and "
            "nothing is kept before you confirm it."
        )
        show_adding(options.store_location, store)
        show_imports(store)
        show_quality(store)
        show_limits()
    except (HotspotsError, OSError) as error:
        furniture.error(error)
