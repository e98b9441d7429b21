"""The table of all wards, with the three rows that make it add up."""

from collections.abc import Mapping

import streamlit as st

from dashboard import controls, furniture
from dashboard.figures import Figure
from dashboard.view import View
from dashboard.wards.numbers import (
    TOTAL,
    WardNumbers,
    change_figures,
    figure,
    interval,
    rank_figure,
)
from geo.change.count_change import CHANGE_PERCENT, DIFFERENCE
from geo.wards.table import EXTRA_ROWS

SORTS: Mapping[str, str] = {
    "count": "Incidents",
    "name": "Name",
    "rate": "Per 1,000 residents",
    "density": "Per km²",
    "change": "Change",
    "percent": "Change in %",
}
_LAST = {**EXTRA_ROWS, TOTAL: "All incidents"}


def show_table(view: View, numbers: WardNumbers) -> None:
    """Show every ward, sorted as chosen; the last three rows are the rest and all."""
    offered = [key for key in SORTS if numbers.change or key not in ("change", "percent")]
    by = controls.row(
        st.container(), "Sorted by", offered, name="wards-sort", words=SORTS.__getitem__
    )
    compared = numbers.change is not None
    columns = ["Ward", "Rank", "Incidents", "95 % interval", "Share, %"]
    columns += ["Per 1,000 residents", "95 % interval ", "Per km²"]
    if compared:
        columns += [view.before_words, "Change", "Change in %", "More than chance?"]
    codes = [*in_order(numbers, by), *_LAST]
    furniture.figures_table(
        columns,
        [_row(numbers, code, compared=compared) for code in codes],
        label="All wards",
        texts=("More than chance?",),
        strong=(len(codes) - 1,),
    )
    st.caption(
        "Luck alone moves small numbers about: an interval holds the level behind the figure in at "
        "least 95 of 100 cases. "
        "Wards with = share their rank. The last three rows make the table add up: incidents "
        "outside the borough, those without a place, and all."
    )
    if not compared:
        st.caption(furniture.plain(f"No change is shown. {view.compared.why_not}{numbers.why_not}"))


def _row(numbers: WardNumbers, code: str, *, compared: bool) -> list[Figure | str]:
    is_ward = code in numbers.names
    name = numbers.names.get(code) or _LAST[code]
    share: Figure | str = "100.0" if numbers.counts[TOTAL] else "–"
    cells: list[Figure | str] = [
        name,
        rank_figure(numbers, code, "count") if is_ward else "",
        figure(numbers, code, "count"),
        interval(numbers, code, "count") if is_ward else "",
        share if code == TOTAL else figure(numbers, code, "share"),
        figure(numbers, code, "rate") if is_ward else "",
        interval(numbers, code, "rate") if is_ward else "",
        figure(numbers, code, "density") if is_ward else "",
    ]
    return [*cells, *change_figures(numbers, code)] if compared else cells


def in_order(numbers: WardNumbers, by: str) -> list[str]:
    """Give the codes of the wards in an order: names from A, figures from the highest.

    Wards of the same figure stand by name.
    """
    names = numbers.names
    by_name = sorted(names, key=lambda code: names[code])
    if by == "name":
        return by_name
    return sorted(by_name, key=lambda code: -_key(numbers, code, by))


def _key(numbers: WardNumbers, code: str, by: str) -> float:
    if by == "count":
        return numbers.counts[code]
    if by in ("rate", "density"):
        return numbers.value(code, "rate" if by == "rate" else "density")
    row = numbers.changed(code)
    value = float(row[DIFFERENCE if by == "change" else CHANGE_PERCENT]) if row is not None else 0.0
    # From 0 no per cent is defined; such wards stand last.
    return value if value == value else float("-inf")  # noqa: PLR0124
