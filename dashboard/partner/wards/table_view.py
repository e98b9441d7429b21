"""The table of all wards, with the three rows that make it add up."""

import streamlit as st

from dashboard import controls, furniture
from dashboard.figures import Figure
from dashboard.partner.shown import incidents_in_words, rounded_in_words
from dashboard.partner.wards.numbers import (
    LAST,
    WHY_TOO_SMALL,
    ReleasedWards,
    change_figures,
    figure,
    in_order,
)
from dashboard.wards.table_view import SORTS
from geo.disclosure.levels import PUBLIC

CHANCE = "More than chance?"


def show_table(wards: ReleasedWards) -> None:
    """Show every ward, sorted as chosen; the last three rows are the rest and all."""
    left_out = (
        () if wards.is_tested else ("percent",) if wards.is_compared else ("change", "percent")
    )
    offered = [key for key in SORTS if key not in left_out]
    by = controls.row(
        st.container(), "Sorted by", offered, name="wards-sort", words=SORTS.__getitem__
    )
    columns, rows = columns_of(wards), rows_of(wards, by)
    furniture.figures_table(
        columns, rows, label="All wards", texts=(CHANCE,), strong=(len(rows) - 1,)
    )
    for words in _notes(wards):
        st.caption(furniture.plain(words))


def columns_of(wards: ReleasedWards) -> list[str]:
    """Give the headings."""
    columns = ["Ward", "Incidents", "Share, %", "Per 1,000 residents", "Per km²"]
    if wards.is_compared and wards.view.before is not None:
        columns += [wards.view.before.words, "Change"]
    return [*columns, "Change in %", CHANCE] if wards.is_tested else columns


def rows_of(wards: ReleasedWards, by: str = "name") -> list[list[Figure | str]]:
    """Give a row for each ward and the rest, in an order."""
    return [_row(wards, code) for code in (*in_order(wards, by), *LAST)]


def _row(wards: ReleasedWards, code: str) -> list[Figure | str]:
    cells: list[Figure | str] = [
        wards.names.get(code) or LAST[code],
        figure(wards, code, "count"),
        figure(wards, code, "share"),
        figure(wards, code, "rate"),
        figure(wards, code, "density"),
    ]
    return [*cells, *change_figures(wards, code)] if wards.is_compared else cells


def _notes(wards: ReleasedWards) -> list[str]:
    view = wards.view
    fewer = view.release.fewer_than
    said = [
        (
            f'"{fewer.capitalize()}" is a small count. "Not shown" is a count that would give a '
            "small one away, or a figure made of one that is withheld. Such wards stand last, by "
            "name. The last three rows make the table add up: outside the borough, without a "
            f"place, and all {incidents_in_words(view)}.{rounded_in_words(view)}"
        )
    ]
    if view.level == PUBLIC:
        said.append(f"Shares and rates are made of the rounded counts. {WHY_TOO_SMALL}")
    if not wards.is_compared:
        said.append(f"No change is shown. {wards.why_not}")
    return said
