"""Below the map: the table, the years, the order over years, old and new wards, downloads."""

from collections.abc import Mapping
from typing import Literal

import streamlit as st

from dashboard import cache, charts, controls, downloads, furniture
from dashboard.view import View
from dashboard.wards import drawings
from dashboard.wards.maps import SHOWN_WORDS, Shown, measure_of
from dashboard.wards.numbers import UNITS, WardNumbers
from dashboard.wards.old_and_new import overlap, show_old_and_new
from dashboard.wards.table_view import show_table
from dashboard.wards.years import (
    YEAR_WORDS,
    Years,
    order_in_words,
    ranked_wards,
    ward_years,
    year_maps,
    years_columns,
    years_rows,
)
from geo.result import Result

More = Literal["table", "years", "order", "land", "files"]
_MORE: Mapping[More, str] = {
    "table": "Table of all wards",
    "years": "Year by year",
    "order": "Order over the years",
    "land": "Old and new wards",
    "files": "Downloads",
}


def show_more(
    view: View,
    numbers: WardNumbers,
    shown: Shown,
    code: str | None,
    of_map: Mapping[str, Result],
) -> None:
    """Show one of the parts below the map; only that one is computed.

    Parameters
    ----------
    shown
        What the map shows: years and order are of the same measure.
    code
        The chosen ward, if one is.
    of_map
        The results behind the map by the names of their files.
    """
    ink = charts.Ink.on(dark=st.context.theme.type == "dark")
    part = controls.row(
        st.container(), "More", list(_MORE), name="wards-more", words=_MORE.__getitem__
    )
    if part == "table":
        show_table(view, numbers)
    elif part == "land":
        show_old_and_new(view, numbers, code, ink)
    elif part == "files":
        _files(view, numbers, of_map)
    else:
        _over_years(view, numbers, shown, code, part, ink)


def _over_years(
    view: View,
    numbers: WardNumbers,
    shown: Shown,
    code: str | None,
    part: More,
    ink: charts.Ink,
) -> None:
    unit = controls.row(
        st.container(), "Years", list(YEAR_WORDS), name="wards-years", words=YEAR_WORDS.__getitem__
    )
    years = cache.analysed(
        ward_years, view.dataset, view.all_times, numbers.vintage, unit, measure_of(shown)
    )
    if not years.periods:
        st.info("No incident is selected, so there are no years to show.")
        return
    if part == "order":
        _order(years, code, ink)
    else:
        _maps(view, years)
    _years_table(years, shown)
    for gap in years.gaps:
        st.caption(furniture.plain(gap))


def _maps(view: View, years: Years) -> None:
    """Show a small map of each year, all in the same colours."""
    pictures = cache.analysed(
        year_maps,
        view.dataset,
        view.all_times,
        years.vintage,
        years.unit,
        years.measure,
        dark=st.context.theme.type == "dark",
    )
    label = "Map of each year, picture"
    st.html(charts.wide_image(pictures.svg, pictures.alt, label, least_px=None))
    parts = [
        period for period, whole in zip(years.periods, years.is_whole, strict=True) if not whole
    ]
    if parts:
        st.caption(f"The data covers a part only of {', '.join(parts)}.")


def _order(years: Years, code: str | None, ink: charts.Ink) -> None:
    svg = drawings.bump(ranked_wards(years, code), years.labels, years.joined, years.is_whole, ink)
    alt = (
        f"Wards in order of {UNITS[years.measure]} in each year, all figures in the table below. "
        f"First in {order_in_words(years)}."
    )
    st.html(charts.wide_image(svg, alt, "Order of the wards, picture", least_px=None))
    st.caption(
        "The number beside a name is its rank; wards with = have the same figure, share the rank "
        "and stand in order of name. Ranks of small numbers change by luck: look at the figures, "
        "too. Hollow points are years that the data covers in part."
    )


def _years_table(years: Years, shown: Shown) -> None:
    furniture.figures_table(
        years_columns(years),
        years_rows(years),
        label=f"{UNITS[years.measure].capitalize()} by ward and year",
    )
    words = f"{UNITS[years.measure].capitalize()} in all years of the data, not only in the period."
    if measure_of(shown) != shown:
        words += f" The map shows something else: {SHOWN_WORDS[shown].lower()}."
    st.caption(words)


def _files(view: View, numbers: WardNumbers, of_map: Mapping[str, Result]) -> None:
    results: dict[str, Result] = {
        **of_map,
        **{f"wards-{measure}": numbers.ranks[measure] for measure in numbers.ranks},
        "wards-old-and-new": overlap(view, numbers.vintage),
    }
    if numbers.change is not None:
        results["wards-change"] = numbers.change
    downloads.offer_results(results, name="wards-file")
