"""Charts as pictures: a frame in, SVG out; drawn for light and for dark pages."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING, Literal

import pandas as pd

from dashboard.escape import esc
from dashboard.words import period_in_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ACCENT = "#1d70b8"
_FEWEST_MONTHS = 12
"""Room on the axis, so that one month is no wall."""


@dataclass(frozen=True)
class Ink:
    """Colours of a chart on a light or a dark page."""

    text: str
    muted: str
    accent: str

    @classmethod
    def on(cls, *, dark: bool) -> "Ink":
        """Choose the colours for the page."""
        return cls("#f0f0f0", "#9aa0a6", "#5694ca") if dark else cls("#222222", "#8a8f94", ACCENT)


def ward_chart(table: pd.DataFrame, ink: Ink) -> str:
    """Draw victims by ward: the last year as bars, earlier years as ticks.

    Parameters
    ----------
    table
        Index the wards in order of drawing, one column per financial year, oldest first.
    """
    figure = new_figure(6.6, 0.34 * len(table) + 0.9)
    axes = figure.subplots()
    *earlier, last = table.columns
    rows = range(len(table))
    axes.barh(rows, table[last], color=ink.accent, height=0.62, label=last)
    for year, marker in zip(earlier, ("|", "d", "o"), strict=False):
        axes.plot(
            table[year],
            rows,
            marker,
            color=ink.text,
            markersize=8,
            markeredgewidth=1.6,
            fillstyle="none",
            label=year,
        )
    axes.set_yticks(rows, table.index)
    axes.invert_yaxis()
    axes.set_xlabel("Victims in the financial year")
    axes.legend(frameon=False, labelcolor=ink.text, loc="lower right")
    quiet(axes, ink, grid="x")
    return svg_of(figure)


def index_chart(series: pd.DataFrame, ink: Ink) -> str:
    """Draw several series as an index, their first year 100.

    Parameters
    ----------
    series
        Index the financial years, one column of counts per name.
    """
    figure = new_figure(5.4, 3.2)
    axes = figure.subplots()
    styles = [(ink.accent, "-", "o"), (ink.text, "--", "s")]
    for name, (colour, line, marker) in zip(series, styles, strict=True):
        index = 100 * series[name] / series[name].iloc[0]
        axes.plot(series.index, index, line, color=colour, marker=marker, label=name)
    axes.axhline(100, color=ink.muted, linewidth=0.8)
    axes.set_ylabel(f"Index, {series.index[0]} = 100")
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False, labelcolor=ink.text, loc="lower right")
    quiet(axes, ink, grid="y")
    return svg_of(figure)


def change_chart(table: pd.DataFrame, ink: Ink) -> str:
    """Draw changes in per cent as pairs of bars.

    Parameters
    ----------
    table
        Index what is compared, one column per area, values in per cent.
    """
    figure = new_figure(6.4, 3.2)
    axes = figure.subplots()
    height = 0.38
    for i, (area, colour) in enumerate(zip(table.columns, (ink.accent, ink.muted), strict=True)):
        places = [row + (i - 0.5) * height for row in range(len(table))]
        bars = axes.barh(places, table[area], height=height, color=colour, label=area)
        labels = [f"{value:+.0f} %" for value in table[area]]
        axes.bar_label(bars, labels, padding=3, color=ink.text, fontsize=8)
    axes.axvline(0, color=ink.text, linewidth=0.8)
    axes.set_yticks(range(len(table)), [name.capitalize() for name in table.index])
    axes.invert_yaxis()
    axes.margins(x=0.16)
    axes.set_xlabel("Change in per cent")
    axes.legend(
        frameon=False, labelcolor=ink.text, loc="lower right", bbox_to_anchor=(1, 1), ncols=2
    )
    quiet(axes, ink, grid="x")
    return svg_of(figure)


def month_chart(table: pd.DataFrame, marks: Mapping[str, str], break_month: str, ink: Ink) -> str:
    """Draw the incidents of each month.

    Parameters
    ----------
    table
        Columns ``month`` (``2016-04``, in order and without gaps), ``incidents`` and ``finding``.
    marks
        Marker of matplotlib by the finding that is marked with it.
    break_month
        A dashed line stands before this month: what is left and right of it is not comparable.
    """
    figure = new_figure(10.5, 1.7)
    axes = figure.subplots()
    months, counts = list(table["month"]), list(table["incidents"])
    axes.bar(range(len(months)), counts, color=ink.accent, width=0.8)
    top = max(1, *counts)
    for finding, marker in marks.items():
        at = [i for i, found in enumerate(table["finding"]) if found == finding]
        if at:
            axes.plot(at, [top * 0.12] * len(at), marker, color=ink.text, label=finding)
    if break_month in months[1:]:
        axes.axvline(months.index(break_month) - 0.5, color=ink.text, linewidth=1.4, linestyle="--")
    ticks = [i for i, month in enumerate(months) if month.endswith("-01")]
    if len(ticks) < 2:
        ticks = list(range(0, len(months), max(1, len(months) // 6)))
        axes.set_xticks(ticks, [period_in_words(months[i]) for i in ticks])
    else:
        axes.set_xticks(ticks, [months[i][:4] for i in ticks])
    axes.set_xlim(-0.7, max(len(months), _FEWEST_MONTHS) - 0.3)
    axes.set_ylim(0, top * 1.1)
    axes.locator_params(axis="y", nbins=4, integer=True)
    axes.yaxis.set_major_formatter("{x:,.0f}")
    if set(marks) & set(table["finding"]):
        axes.legend(frameon=False, labelcolor=ink.text, fontsize=8, ncols=2, loc="upper right")
    quiet(axes, ink, grid="y")
    return svg_of(figure)


def as_image(svg: str, alt: str) -> str:
    """Give an image element that shows a chart and says to everyone what it shows."""
    return _image(svg, alt, "max-width:100%")


def wide_image(svg: str, alt: str, label: str, least_px: int | None = 560) -> str:
    """Give an image that scrolls where there is no room for it, as on a phone.

    Parameters
    ----------
    label
        What a screen reader calls the part of the page that scrolls.
    least_px
        Made narrower than this, its words could not be read; None keeps it as wide as it is drawn.
    """
    width = "max-width:none" if least_px is None else f"max-width:100%;min-width:{least_px}px"
    return (
        f'<div tabindex="0" role="region" aria-label="{esc(label)}" style="overflow-x:auto">'
        f"{_image(svg, alt, width)}</div>"
    )


def _image(svg: str, alt: str, width: str) -> str:
    data = b64encode(svg.encode()).decode()
    return (
        f'<img alt="{esc(alt)}" src="data:image/svg+xml;base64,{data}" style="{width};height:auto">'
    )


def new_figure(width: float, height: float) -> "Figure":
    """Make an empty figure, in inches."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def quiet(axes: "Axes", ink: Ink, *, grid: Literal["x", "y", "both"]) -> None:
    """Take away what is no figure: frames, ticks, backgrounds."""
    axes.set_facecolor("none")
    axes.tick_params(colors=ink.text, length=0, labelsize=9)
    axes.grid(axis=grid, color=ink.muted, alpha=0.3, linewidth=0.7)
    axes.set_axisbelow(True)
    for side in axes.spines.values():
        side.set_visible(False)
    for label in (axes.xaxis.label, axes.yaxis.label):
        label.set_color(ink.text)
        label.set_fontsize(9)


def svg_of(figure: "Figure") -> str:
    """Write a figure as SVG; the same figure always gives the same text."""
    import matplotlib as mpl

    buffer = StringIO()
    # A fixed salt and no date: the same figures give the same bytes.
    with mpl.rc_context({"svg.hashsalt": "hotspots", "svg.fonttype": "path"}):
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
    return buffer.getvalue()


def changes_in_words(table: pd.DataFrame, areas: Sequence[str]) -> str:
    """Say the changes that :func:`change_chart` draws."""
    return "; ".join(
        f"{name}: " + ", ".join(f"{area} {table.loc[name, area]:+.0f} %" for area in areas)
        for name in table.index
    )
