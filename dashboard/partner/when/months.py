"""The months of the borough as bars, of figures that may be shown."""

import streamlit as st

from dashboard import charts, furniture
from dashboard.figures import Figure
from dashboard.partner.bars import bar_values, break_before, in_words, texts_of, under, within
from dashboard.partner.shown import incidents_in_words
from dashboard.partner.view import ReleaseView
from dashboard.wards import drawings
from dashboard.words import period_in_words
from geo.disclosure.over_time import over_time
from geo.wards.table import PERIOD

_WIDTH, _HEIGHT = 860.0, 190.0


def show_months(view: ReleaseView, ink: charts.Ink) -> None:
    """Show every month that is released, those of the chosen time in blue, and a table of them."""
    frame = over_time(view.release, "month", view.group)
    what = incidents_in_words(view)
    st.subheader("Months")
    chosen = within(view, frame, "month")
    svg = drawings.bars(
        bar_values(frame),
        ticks_of_months(list(frame[PERIOD])),
        ink,
        stressed=chosen or (-1,),
        break_before=break_before(frame),
        width=_WIDTH,
        height=_HEIGHT,
    )
    alt = f"{what[:1].upper()}{what[1:]} by month: {in_words(frame)}."
    st.html(charts.wide_image(svg, alt, "Chart: incidents by month"))
    st.caption(furniture.plain(under(view, frame)))
    with st.expander("Months as a table"):
        rows: list[list[Figure | str]] = [
            [period_in_words(month), Figure(f"month.{month}.incidents", "", text)]
            for month, text in zip(frame[PERIOD], texts_of(frame), strict=True)
        ]
        furniture.figures_table(["Month", "Incidents"], rows[::-1], label="Incidents by month")


def ticks_of_months(labels: list[str]) -> dict[int, str]:
    """Name the first month of each quarter, or of each half year where they are many."""
    first = ("01", "04", "07", "10") if len(labels) <= 24 else ("01", "07")
    found = {i: period_in_words(label) for i, label in enumerate(labels) if label[-2:] in first}
    return found or {i: period_in_words(label) for i, label in enumerate(labels)}
