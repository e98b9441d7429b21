"""Wards: counts, rates and change by ward, and a profile of each."""

import streamlit as st

from boundaries.errors import HotspotsError
from dashboard import cache, charts, furniture
from dashboard.view import View
from dashboard.wards.map_view import STYLE, choose_shown, make_map, show_map
from dashboard.wards.more_view import show_more
from dashboard.wards.numbers import TOTAL, WardNumbers, headline, ward_numbers
from dashboard.wards.profile import sentence
from dashboard.wards.profile_view import choose_ward, open_ward, show_profile


def show(view: View) -> None:
    """Show the page for the chosen data."""
    st.title("Wards")
    st.html(STYLE)
    try:
        _show(view)
    except HotspotsError as error:
        furniture.error(error)


def _show(view: View) -> None:
    numbers = cache.analysed(
        ward_numbers,
        view.dataset,
        view.selection,
        view.all_times,
        view.vintage,
        view.compared.span,
    )
    st.markdown(f"**{furniture.plain(headline(numbers, view.period_words, view.before_words))}**")
    if numbers.counts[TOTAL] == 0:
        st.info("Choose a longer period or fewer restrictions in the sidebar to see figures.")
    what, ward, settings = st.columns([60, 27, 14], vertical_alignment="bottom")
    shown = choose_shown(what.container())
    code = choose_ward(ward, numbers)
    if code is not None:
        st.write(furniture.plain(sentence(numbers, code, view.period_words, view.before_words)))
    found = make_map(view, numbers, shown, settings)
    if found is not None:
        show_map(found, shown, code, open_ward)
    ink = charts.Ink.on(dark=st.context.theme.type == "dark")
    if code is not None:
        show_profile(view, numbers, code, ink)
    show_more(view, numbers, shown, code, found.results if found is not None else {})
    _notes(numbers)


_ALWAYS = (
    (
        "Small numbers jump about: a ward that goes from 3 to 6 has doubled, and that may be "
        "chance. Look at the intervals."
    ),
    "With many wards tested at once some stand out by luck; the tests are corrected for that.",
)


def _notes(numbers: WardNumbers) -> None:
    said = (*_ALWAYS, *numbers.warnings)
    with st.expander(f"What to know about these figures ({len(said)})"):
        st.markdown("\n".join(f"- {furniture.plain(one)}" for one in said))
