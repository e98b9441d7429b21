"""The page Wards for partners: counts, rates and change by ward, and a profile of each."""

import streamlit as st

from boundaries.errors import HotspotsError
from dashboard import charts, controls, furniture
from dashboard.maps.live import Selected, live_map
from dashboard.maps.model import MapModel
from dashboard.maps.payload import encode
from dashboard.partner.shown import prefix_of, with_figures
from dashboard.partner.view import ReleaseView
from dashboard.partner.wards.maps import MAP_MEASURES, measured_map
from dashboard.partner.wards.more_view import ANALYSTS_HAVE, show_more
from dashboard.partner.wards.numbers import headline, released_wards, sentence
from dashboard.partner.wards.profile_view import choose_ward, open_ward, show_profile
from dashboard.wards.map_view import STYLE
from dashboard.wards.maps import EXPLAINED, SHOWN_WORDS


def show(view: ReleaseView) -> None:
    """Show the page."""
    st.title("Wards")
    st.html(STYLE)
    try:
        _show(view)
    except HotspotsError as error:
        furniture.error(error)


def _show(view: ReleaseView) -> None:
    longer, said = with_figures(view, next(iter(view.release.areas)))
    wards = released_wards(longer, prefix_of(view, longer))
    st.markdown(f"**{furniture.plain(headline(wards))}**")
    st.caption(furniture.plain(f"{view.level_words}. {said}".strip()))
    what, ward = st.columns([60, 40], vertical_alignment="bottom")
    measure = controls.row(
        what, "The map shows", MAP_MEASURES, name="wards-show", words=SHOWN_WORDS.__getitem__
    )
    code = choose_ward(ward, wards)
    if code is not None:
        st.write(furniture.plain(sentence(wards, code)))
    model = measured_map(wards, measure)
    _show_map(model, code)
    st.caption(EXPLAINED[measure])
    ink = charts.Ink.on(dark=st.context.theme.type == "dark")
    if code is not None:
        show_profile(wards, code, ink)
    show_more(wards, model)
    st.caption(ANALYSTS_HAVE)


def _show_map(model: MapModel, code: str | None) -> None:
    """Show the map; a ward that is chosen on it opens its profile."""

    def choose(selected: Selected | None) -> None:
        if selected is None or selected.kind == "ward":
            open_ward(None if selected is None else selected.key)

    selected = Selected("ward", code) if code else None
    live_map(encode(model), key="wards-map", selected=selected, on_select=choose)
