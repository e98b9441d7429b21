"""The dashboard: page settings and navigation. Pages are in ``dashboard/pages``."""

import streamlit as st

from dashboard import furniture, navigation
from dashboard.settings import StartOptions

st.set_page_config(page_title="Hotspots in Hammersmith & Fulham", layout="wide")
page = st.navigation(navigation.pages(StartOptions.given()), position="top")
furniture.style()
page.run()
