"""Methods and data: what each figure means, limits, sources, version, keys, accessibility."""

import streamlit as st

from boundaries.errors import HotspotsError
from dashboard import furniture
from dashboard.methods import parts
from dashboard.view import View


def show(view: View | None = None) -> None:
    """Show the page; it has something to say without data, too."""
    st.title("Methods and data")
    st.html(parts.STYLE)
    parts.show_meanings()
    parts.show_limits()
    try:
        parts.show_sources()
        parts.show_version(view)
    except HotspotsError as error:
        furniture.error(error)
    parts.show_keys()
    parts.show_statements()
