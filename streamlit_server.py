"""The server: who is let in, what happens before the first visit, and when a page goes wrong.

``hotspots serve`` runs this; the pages are run by ``streamlit_app.py``.
"""

import sys
from pathlib import Path

import streamlit as st

from boundaries.errors import HotspotsError
from dashboard import errors, response_headers, warm_up
from dashboard.settings import StartOptions
from dashboard.sign_in import server

try:
    _arguments = server.arguments()
except HotspotsError as error:
    sys.exit(f"error: {error}")

# Outermost, so that what the gate refuses has the headers, too.
_headers = response_headers.middleware(StartOptions.given().tiles)
_arguments["middleware"] = [*_headers, *_arguments["middleware"]]

app = st.App(
    Path(__file__).with_name("streamlit_app.py"),
    lifespan=warm_up.warm,
    on_script_error=errors.show,
    **_arguments,
)
