"""The page Hotspots for partners: areas that may be shown, on the map and over time."""

from collections.abc import Mapping

import streamlit as st

from boundaries.errors import HotspotsError
from dashboard import controls, furniture
from dashboard.downloads import buttons
from dashboard.maps.live import live_map
from dashboard.maps.model import MapModel
from dashboard.maps.payload import encode
from dashboard.partner.files import AREAS, offer
from dashboard.partner.hotspots.files import (
    hotspot_content,
    layers_download,
    page_download,
    picture_download,
    surface_content,
)
from dashboard.partner.hotspots.maps import hotspot_map, mapped_view
from dashboard.partner.hotspots.words import METHOD_NAMES
from dashboard.partner.view import ReleaseView
from geo.disclosure.area_finding import METHOD_WORDS, METHODS, Method
from geo.disclosure.bands import least_in_band, slack
from geo.disclosure.land import CELL_M
from geo.disclosure.levels import PUBLIC
from geo.disclosure.placed import MIN_PLACES, mapped_periods

ANALYSTS_HAVE = (
    "Analysts also choose methods, settings and periods, and see points, exact figures, tests of "
    "chance and forecasts. All of that works on single incidents, so it is shown with exact "
    "figures only."
)
_FOR_THE_PUBLIC = (
    "Areas and density are for partners. Figures for the public are by ward only; the map shows "
    "these."
)
_MORE: Mapping[str, str] = {"about": "How to read this", "files": "Downloads"}


def show(view: ReleaseView) -> None:
    """Show the page."""
    st.title("Hotspots")
    try:
        _show(view)
    except HotspotsError as error:
        furniture.error(error)


def _show(view: ReleaseView) -> None:
    view, said = mapped_view(view)
    if view.level == PUBLIC:
        said = _FOR_THE_PUBLIC
    about, how = st.columns([60, 40], vertical_alignment="bottom")
    about.caption(furniture.plain(f"{view.level_words}. {said}".strip()))
    method: Method = METHODS[0]
    if view.release.hotspots:
        method = controls.row(
            how, "Found by", METHODS, name="areas-by", words=METHOD_NAMES.__getitem__
        )
    model = hotspot_map(view, method)
    live_map(encode(model), key="released-hotspots")
    parts = list(_MORE) if view.release.hotspots else ["files"]
    part = controls.row(st.container(), "More", parts, name="areas-more", words=_MORE.__getitem__)
    if part == "about":
        st.markdown("\n".join(f"- {furniture.plain(line)}" for line in how_to_read(view, method)))
    else:
        _files(view, method, model)
    st.caption(ANALYSTS_HAVE)


def how_to_read(view: ReleaseView, method: Method) -> list[str]:
    """Say what the areas and their words mean, and what they leave open."""
    least = view.release.params.smallest_shown
    sure = slack(least)
    return [
        METHOD_WORDS[method],
        (
            f"Outlines are made of cells of {CELL_M} m that are the same for all data. They never "
            "follow single incidents."
        ),
        (
            f"An area rests on at least {least_in_band(least)} incidents at {MIN_PLACES} places or "
            "more. The number is given as a range. Ranges overlap, so that nobody can work out a "
            "small number from two of them, or from a range and the count of a ward."
        ),
        (
            f"All that is said of an area would still be true if any {sure} of the incidents had "
            "happened elsewhere in their ward. Where that is not sure, nothing is said: an area "
            "without hours can have busy hours."
        ),
        (
            "A change is named only where it is clearly more than chance would give. No clear "
            "change does not mean that nothing has changed."
        ),
        "Areas with the same range stand in the order of their names.",
    ]


def _files(view: ReleaseView, method: Method, model: MapModel) -> None:
    if view.level == PUBLIC:
        buttons([picture_download(model, view.level, "wards"), page_download(model, view.level)])
        return
    periods = mapped_periods(view.release.menu)
    contents = {
        "hotspots": hotspot_content(view, method, [view.period]),
        "hotspots-all-periods": hotspot_content(view, method, periods),
        "density": surface_content(view, [view.period]),
    }
    filled = {name: content for name, content in contents.items() if len(content.table)}
    offer(view, filled, name="areas-file", endings=AREAS)
    pictures = [picture_download(model, view.level, "wards")]
    if model.views["whole"].surface is not None:
        pictures.append(picture_download(model, view.level, "density"))
    buttons([layers_download(view, method), *pictures, page_download(model, view.level)])
