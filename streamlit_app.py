"""The dashboard: page settings, data and navigation. Pages are in ``dashboard/pages``."""

import streamlit as st

from dashboard import furniture, sidebar
from dashboard.pages import data_page, map_page, published_page
from dashboard.settings import StartOptions

st.set_page_config(page_title="Hotspots in Hammersmith & Fulham", layout="wide")
options = StartOptions.given()
page = st.navigation(
    [
        st.Page(lambda: map_page.show(dataset, options), title="Map", url_path="map", default=True),
        st.Page(lambda: data_page.show(options), title="Data", url_path="data"),
        st.Page(published_page.show, title="Published figures", url_path="published"),
    ],
    position="top",
)
furniture.style()
dataset = sidebar.choose_dataset(options)
page.run()
