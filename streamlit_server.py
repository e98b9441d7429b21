"""The server: what happens before the first visit, and when a page goes wrong.

``hotspots serve`` runs this; the pages are run by ``streamlit_app.py``.
"""

from pathlib import Path

import streamlit as st

from dashboard import errors, warm_up

app = st.App(
    Path(__file__).with_name("streamlit_app.py"),
    lifespan=warm_up.warm,
    on_script_error=errors.show,
)
