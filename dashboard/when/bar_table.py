"""Tables with a bar in each row: the figure, and how it compares."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.escape import esc
from dashboard.figures import Figure, cell_html


@dataclass(frozen=True)
class BarRow:
    """One row: what it is, its figures, and the length of its bar from 0 to 1.

    A row whose figure is withheld has a hatched stub, whatever its length is.
    """

    label: str
    figures: tuple[Figure | str, ...]
    bar: float = 0.0
    is_withheld: bool = False


def bar_table(title: str, columns: Sequence[str], rows: Sequence[BarRow], note: str = "") -> str:
    """Write a table as HTML.

    Parameters
    ----------
    columns
        Of the label and of each figure. The bar stands in the last column, which has no name.
    """
    names = "".join(
        f"<th scope='col'{_right(position)}>{esc(name)}</th>"
        for position, name in enumerate(columns)
    )
    body = "".join(_row(row) for row in rows)
    below = f"<p class='note'>{esc(note)}</p>" if note else ""
    return (
        f"<div class='bars' tabindex='0' role='region' aria-label='{esc(title)}'><table>"
        f"<caption>{esc(title)}</caption><thead><tr>{names}<td></td></tr></thead>"
        f"<tbody>{body}</tbody></table>{below}</div>"
    )


def _right(position: int) -> str:
    return " class='figure'" if position else ""


def _row(row: BarRow) -> str:
    cells = "".join(f"<td class='figure'>{cell_html(cell)}</td>" for cell in row.figures)
    length = 100 * max(0.0, min(1.0, row.bar))
    bar = f"<i style='width:{length:.1f}%'></i>" if length else ""
    if row.is_withheld:
        bar = "<i class='withheld'></i>"
    return f"<tr><th scope='row'>{esc(row.label)}</th>{cells}<td class='bar'>{bar}</td></tr>"


STYLE = """
<style>
.bars table, .heat table { border-collapse: collapse; font-size: .85rem; width: 100%;
  font-variant-numeric: tabular-nums; }
.bars { max-width: 60rem; }
.bars caption { text-align: left; font-weight: 600; padding: 2px 0; }
.bars th, .bars td { padding: 2px 8px 2px 0; border-bottom: 1px solid #8886; text-align: left; }
.bars tbody th { font-weight: normal; white-space: nowrap; }
.bars .figure { text-align: right; white-space: nowrap; }
.bars .bar { width: 40%; min-width: 3rem; padding-right: 0; }
.bars .bar i { display: block; height: .7rem; background: #1d70b8; }
.bars .bar i.withheld { width: 1.1rem; border: 1px solid #8a8f94; box-sizing: border-box;
  background: repeating-linear-gradient(135deg, #8a8f94 0 1px, #0000 1px 4px); }
.bars .note { font-size: .8rem; margin: .2rem 0 0; }
.bars, .heat, .calendar { overflow-x: auto; }
.heat caption { text-align: left; font-size: .8rem; padding-bottom: .3rem; }
.heat .key { white-space: nowrap; margin-right: .7rem; }
.heat .key i { display: inline-block; width: .8rem; height: .8rem; margin: 0 .3rem -1px 0;
  border: 1px solid #8888; }
.heat th { font-weight: normal; padding: 0 4px; text-align: center; }
.heat tbody th, .heat tfoot th { text-align: left; white-space: nowrap; }
.heat abbr { text-decoration: none; }
.heat td { text-align: center; padding: 0 3px; border: 1px solid #8884; line-height: 1.3; }
.heat .chosen { outline: 2px solid #000; outline-offset: -2px; box-shadow: inset 0 0 0 3px #fff; }
.heat .all, .heat tfoot td { border-color: transparent; font-weight: 600; }
.calendar img { min-width: 46rem; }
@media (max-width: 640px) { .bars tbody th { white-space: normal; min-width: 7rem; } }
@media (forced-colors: active) { .bars .bar i { background: CanvasText; } }
</style>
"""
