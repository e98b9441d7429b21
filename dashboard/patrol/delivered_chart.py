"""Planned and delivered minutes of each area, as a picture."""

import pandas as pd

from dashboard.charts import Ink, new_figure, quiet, svg_of
from geo.patrol.afterwards.delivered import AREA, DELIVERED_MINUTES, PLANNED_MINUTES

_BAR = 0.62


def delivered_svg(by_area: pd.DataFrame, ink: Ink) -> str:
    """Draw a bar of what was delivered for each area, and a line where the plan was.

    Parameters
    ----------
    by_area
        As :meth:`geo.patrol.afterwards.delivered.Delivered.by_area` gives it.
    """
    figure = new_figure(5.6, 0.28 * len(by_area) + 1.0)
    axes = figure.subplots()
    rows = range(len(by_area))
    axes.barh(rows, by_area[DELIVERED_MINUTES], color=ink.accent, height=_BAR, label="Delivered")
    axes.plot(
        by_area[PLANNED_MINUTES],
        rows,
        "|",
        color=ink.text,
        markersize=13,
        markeredgewidth=2.2,
        label="Planned",
    )
    axes.set_yticks(rows, [f"Area {number}" for number in by_area[AREA]])
    axes.invert_yaxis()
    axes.set_xlim(left=0)
    axes.set_xlabel("Minutes in all shifts that are over")
    axes.legend(
        frameon=False, labelcolor=ink.text, loc="lower left", bbox_to_anchor=(0, 1), ncols=2
    )
    quiet(axes, ink, grid="x")
    return svg_of(figure)


def delivered_alt(by_area: pd.DataFrame) -> str:
    """Say what the picture shows."""
    said = (
        f"area {row[AREA]}: {row[DELIVERED_MINUTES]:,.0f} of {row[PLANNED_MINUTES]:,.0f}"
        for row in by_area.to_dict("records")
    )
    return f"Minutes delivered of those planned. {'; '.join(said)}."
