"""Tables whose figures carry their names, as HTML."""

from collections.abc import Collection, Sequence

import streamlit as st

from dashboard.escape import esc
from dashboard.figures import Figure, marked

Cell = Figure | str


def figures_table(
    columns: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    *,
    label: str,
    texts: Collection[str] = (),
    strong: Collection[int] = (),
) -> None:
    """Show a table; like ``furniture.table``, for cells that are figures.

    Parameters
    ----------
    columns
        The first is the name of the row.
    label
        What a screen reader calls it.
    texts
        Columns that stand left, beside the first.
    strong
        Rows that stand out, by position.
    """
    kinds = ["", *("" if name in texts else " class='figure'" for name in columns[1:])]
    head = "".join(
        f"<th scope='col'{kind}>{esc(name)}</th>" for name, kind in zip(columns, kinds, strict=True)
    )
    body = "".join(_row(row, kinds, number in strong) for number, row in enumerate(rows))
    st.html(
        f"<div class='figures' tabindex='0' role='region' aria-label='{esc(label)}'><table>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(row: Sequence[Cell], kinds: Sequence[str], is_strong: bool) -> str:
    first, *others = (f"<strong>{cell}</strong>" if is_strong else cell for cell in map(_cell, row))
    cells = "".join(f"<td{kind}>{cell}</td>" for cell, kind in zip(others, kinds[1:], strict=True))
    return f"<tr><th scope='row'>{first}</th>{cells}</tr>"


def _cell(cell: Cell) -> str:
    return marked(cell) if isinstance(cell, Figure) else esc(cell)
