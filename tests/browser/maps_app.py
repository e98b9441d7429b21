"""A page for the tests: two maps that follow each other, and one that says what is chosen."""

import streamlit as st

import geo.demonstration
from dashboard import controls
from dashboard.maps.live import Selected, live_map
from dashboard.maps.payload import encode
from dashboard.maps.ward_maps import WardFigures, change_map, cluster_map, ward_map
from geo.frames import FrameParams
from geo.selection import Selection
from geo.wards.change import ward_change
from geo.wards.clusters import WardClusterParams, ward_clusters
from geo.wards.frames import WardFrameParams, ward_frames
from geo.wards.table import WardParams, ward_table

SOURCE = "Demonstration data, synthetic"


@st.cache_resource
def amounts(measure: str) -> bytes:
    incidents, frames = geo.demonstration.load(), FrameParams("fy", 1)

    def figures(name, of):
        return {
            "whole": ward_table(incidents, Selection(), WardParams("2022", "all", of)),
            "steps": ward_frames(incidents, Selection(), WardFrameParams("2022", of, frames)),
        }[name]

    views = {
        name: WardFigures(words, figures(name, measure), figures(name, "count"))
        for name, words in (("whole", "Whole period"), ("steps", "By financial year"))
    }
    return encode(ward_map(views, "natural breaks", source=SOURCE))


@st.cache_resource
def changes() -> bytes:
    result = ward_change(
        geo.demonstration.load(), Selection(), WardParams(period="fy"), "2016/17", "2017/18"
    )
    return encode(change_map(result, source=SOURCE, before="2016/17", after="2017/18"))


@st.cache_resource
def clusters() -> bytes:
    params = WardClusterParams(statistic="gi-star", correction="none", measure="count")
    result = ward_clusters(geo.demonstration.load(), Selection(), params)
    return encode(cluster_map(result, source=SOURCE, period="April 2015 to March 2018"))


def choose(selected: Selected | None) -> None:
    st.session_state["ward"] = selected.key if selected else ""


st.set_page_config(page_title="Maps", layout="wide")
st.session_state.setdefault("ward", "")
st.session_state["runs"] = st.session_state.get("runs", 0) + 1
st.title("Maps")
st.text(f"Run {st.session_state['runs']}")
shown = controls.choice(st, "Shown", ["count", "rate", "change", "clusters"], name="shown")
made = {"change": changes, "clusters": clusters}.get(shown)
selected = Selected("ward", st.session_state["ward"]) if st.session_state["ward"] else None
live_map(made() if made else amounts(shown), key="wards", selected=selected, on_select=choose)
st.text(f"Chosen: {st.session_state['ward'] or 'nothing'}")
st.header("Beside each other")
left, right = st.columns(2)
with left:
    live_map(amounts("count"), key="left", sync="pair", title="Counts")
with right:
    live_map(amounts("rate"), key="right", sync="pair", title="Rates")
