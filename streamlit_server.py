"""The server: who is let in, what happens before the first visit, and when a page goes wrong.

``hotspots serve`` runs this; the pages are run by ``streamlit_app.py``.
"""

import sys
from pathlib import Path

import streamlit as st

from boundaries.errors import HotspotsError
from dashboard import errors, warm_up
from dashboard.sign_in import server

try:
    _arguments = server.arguments()
except HotspotsError as error:
    sys.exit(f"error: {error}")

app = st.App(
    Path(__file__).with_name("streamlit_app.py"),
    lifespan=warm_up.warm,
    on_script_error=errors.show,
    **_arguments,
)
