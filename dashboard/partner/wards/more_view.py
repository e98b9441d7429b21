"""Below the map: the table, the years, downloads, and what only analysts have."""

from collections.abc import Mapping
from typing import Literal

import streamlit as st

from dashboard import charts, controls, furniture
from dashboard.exports import Content
from dashboard.maps.model import MapModel
from dashboard.maps.small_multiples import small_multiples
from dashboard.partner.files import AREAS, offer
from dashboard.partner.maps import YEARS
from dashboard.partner.shown import incidents_in_words, rounded_in_words
from dashboard.partner.view import ReleaseView
from dashboard.partner.wards.numbers import ReleasedWards
from dashboard.partner.wards.table_view import show_table
from dashboard.partner.wards.years import years_columns, years_of, years_rows
from dashboard.released_tables import ward_changes, ward_counts

More = Literal["table", "years", "files"]
_MORE: Mapping[More, str] = {
    "table": "Table of all wards",
    "years": "Year by year",
    "files": "Downloads",
}
ANALYSTS_HAVE = (
    "Analysts also have tests of wards with their neighbours, ranks, intervals and the old and new "
    "wards side by side. These work on every single count, so they are shown with exact figures "
    "only."
)


def show_more(wards: ReleasedWards, model: MapModel) -> None:
    """Show one of the parts below the map.

    Parameters
    ----------
    model
        The map, whose years are drawn side by side.
    """
    part = controls.row(
        st.container(), "More", list(_MORE), name="wards-more", words=_MORE.__getitem__
    )
    if part == "table":
        show_table(wards)
    elif part == "years":
        _years(wards.view, model)
    else:
        offer(wards.view, _files(wards), name="wards-file", endings=AREAS)


def _years(view: ReleaseView, model: MapModel) -> None:
    if not years_of(view):
        st.info("The data holds no financial year from its first day, so there is none to show.")
        return
    if YEARS in model.views:
        dark = st.context.theme.type == "dark"
        pictures = small_multiples(model, YEARS, dark=dark)
        label = "Map of each year, picture"
        st.html(charts.wide_image(pictures.svg, pictures.alt, label, least_px=None))
    furniture.figures_table(
        years_columns(view), years_rows(view), label="Incidents by ward and year"
    )
    st.caption(
        furniture.plain(
            f"{incidents_in_words(view).capitalize()} in all financial years of the data, not only "
            f"in the period.{rounded_in_words(view)}"
        )
    )


def _files(wards: ReleasedWards) -> dict[str, Content]:
    view = wards.view
    release, period, before = view.release, view.period, view.before
    files = {"wards": ward_counts(release, [period], view.group)}
    if years := years_of(view):
        files["wards-years"] = ward_counts(release, list(years.values()), view.group)
    if wards.is_compared and before is not None:
        files["wards-change"] = ward_changes(release, before, period, view.group)
    return files
