"""Figures with names: the same name is the same number on every page, pack and export.

A name is dotted and says what is counted, where it matters of what: ``incidents``,
``incidents.before``, ``strand.race``, ``ward.E05013735.count``, ``hotspot.1.incidents``. Whatever
shows a figure marks it with its name, so that a test can walk everything and compare.
"""

from dataclasses import dataclass

from dashboard.escape import esc

ATTRIBUTE = "data-figure"


@dataclass(frozen=True)
class Figure:
    """One number as it is shown.

    Attributes
    ----------
    name
        What it is, for programs.
    label
        What it is, for people: ``Incidents``.
    text
        The number as shown, with separators, sign and unit: ``1,727``, ``+12.4 %``, or words
        where there is no number: ``not known``.
    note
        A short sentence below it, or nothing.
    value
        The number behind the text, for spreadsheets; None where there is none.
    """

    name: str
    label: str
    text: str
    note: str = ""
    value: float | None = None


def marked(figure: Figure) -> str:
    """Write a figure's text as HTML that carries its name.

    >>> marked(Figure("incidents", "Incidents", "1,727"))
    "<span data-figure='incidents'>1,727</span>"
    """
    return f"<span {ATTRIBUTE}='{esc(figure.name)}'>{esc(figure.text)}</span>"


def said(figure: Figure) -> str:
    """Say a figure with its label, as in a sentence.

    >>> said(Figure("located", "Located", "1,727", value=1727))
    '1,727 located'
    >>> said(Figure("located", "Located", "not shown"))
    'located: not shown'
    """
    return _said(figure, figure.text, figure.label.lower())


def said_html(figure: Figure) -> str:
    """Say a figure with its label as HTML, in which it carries its name."""
    return _said(figure, marked(figure), esc(figure.label.lower()))


def _said(figure: Figure, text: str, label: str) -> str:
    return f"{label}: {text}" if figure.value is None else f"{text} {label}"


def cell_html(cell: object) -> str:
    """Write what stands in a cell as HTML: a figure with its name, anything else as text.

    >>> cell_html("R&D")
    'R&amp;D'
    """
    return marked(cell) if isinstance(cell, Figure) else esc(cell)


def text_of(cell: object) -> str:
    """Give what stands in a cell as it is read."""
    return cell.text if isinstance(cell, Figure) else str(cell)
