"""Small maps of a closer look as SVG: land that is more than chance, and cells by their pattern."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

import boundaries
from dashboard.charts import Ink, new_figure, svg_of
from geo.grids import emerging as cube
from geo.grids.emerging import EmergingResult
from geo.grids.emerging_patterns import ALL_PATTERNS, PATTERNS
from geo.hotspots.table import P_VALUE, RANK, HotspotResult
from geo.surfaces.chance import ChanceResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INCHES = (5.6, 7.2)
_SIMPLIFY_M = 8.0
_BAR_M = 1000


def chance_map(surface: ChanceResult, hotspots: HotspotResult, level: float, ink: Ink) -> str:
    """Draw the land that is significant after correction, and the hotspots with their ranks."""
    import matplotlib as mpl

    figure = new_figure(*_INCHES)
    axes = _borough(figure.subplots(), ink, hotspots.record.params["vintage"])
    rows, cols = np.nonzero(surface.p_corrected <= level)
    land = shapely.union_all(surface.grid.outlines(rows, cols))
    _fill(axes, [land], facecolor=ink.accent, alpha=0.55, edgecolor="none")
    for rank, p, shape in zip(
        hotspots.frame[RANK], hotspots.frame[P_VALUE], hotspots.frame.geometry, strict=True
    ):
        style = "-" if p <= level else ":"
        _fill(axes, [shape], facecolor="none", edgecolor=ink.text, linewidth=1.4, linestyle=style)
        _label(axes, shape, f"{rank}", ink)
    keys = [
        mpl.patches.Patch(facecolor=ink.accent, alpha=0.55, label="denser than chance"),
        mpl.lines.Line2D([], [], color=ink.text, label="hotspot, peak more than chance"),
        mpl.lines.Line2D([], [], color=ink.text, linestyle=":", label="hotspot, peak not more"),
    ]
    axes.legend(handles=keys, frameon=False, labelcolor=ink.text, fontsize=8, loc="lower left")
    return svg_of(figure)


def emerging_map(found: EmergingResult, ink: Ink) -> str:
    """Draw the cells with a pattern, each pattern by a colour and a letter."""
    import matplotlib as mpl

    figure = new_figure(*_INCHES)
    axes = _borough(figure.subplots(), ink, found.record.params["vintage"])
    ramp = mpl.colormaps["cividis_r"](np.linspace(0.1, 0.9, len(PATTERNS)))
    keys = []
    for number, pattern in enumerate(ALL_PATTERNS):
        cells = found.frame[found.frame[cube.PATTERN] == pattern.name].geometry
        if not len(cells):
            continue
        is_cold = number >= len(PATTERNS)
        colour = ramp[number % len(PATTERNS)]
        style: dict[str, Any] = {
            "facecolor": "none" if is_cold else colour,
            "edgecolor": ink.text,
            "linewidth": 0.6,
            "hatch": "///" if is_cold else None,
        }
        _fill(axes, cells, **style)
        letter = chr(ord("A") + number)
        is_dark = not is_cold and colour[:3] @ (0.299, 0.587, 0.114) < 0.5
        for cell in cells:
            _letter(axes, cell, letter, ink.text if is_cold else "white" if is_dark else "#222222")
        keys.append(mpl.patches.Patch(**style, label=f"{letter}: {pattern.name}"))
    if keys:
        axes.legend(handles=keys, frameon=False, labelcolor=ink.text, fontsize=8, loc="lower left")
    return svg_of(figure)


def _borough(axes: "Axes", ink: Ink, vintage: str) -> "Axes":
    """Draw the wards' outlines and a scale bar."""
    wards = shapely.simplify(boundaries.load_wards(vintage).geometry.to_numpy(), _SIMPLIFY_M)
    _fill(axes, wards, facecolor="none", edgecolor=ink.muted, linewidth=0.7)
    axes.set_aspect("equal")
    axes.autoscale_view()
    axes.set_axis_off()
    axes.set_facecolor("none")
    _west, south, east, _ = shapely.total_bounds(wards)
    axes.plot([east - _BAR_M, east], [south, south], color=ink.text, linewidth=2)
    axes.text(east - _BAR_M / 2, south + 60, "1 km", color=ink.text, fontsize=8, ha="center")
    return axes


def _fill(axes: "Axes", shapes: Iterable[BaseGeometry], **style: object) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    for shape in shapes:
        for part in shapely.get_parts(shape):
            if not isinstance(part, shapely.Polygon) or part.is_empty:
                continue
            rings = [part.exterior, *part.interiors]
            path = Path.make_compound_path(
                *(Path(np.asarray(r.coords), closed=True) for r in rings)
            )
            axes.add_patch(PathPatch(path, **style))


def _label(axes: "Axes", shape: BaseGeometry, words: str, ink: Ink) -> None:
    import matplotlib.patheffects as effects

    at = shape.representative_point()
    halo = "#222222" if ink.text == "#f0f0f0" else "#ffffff"
    text = axes.text(
        at.x, at.y, words, color=ink.text, fontsize=9, fontweight="bold", ha="center", va="center"
    )
    text.set_path_effects([effects.withStroke(linewidth=2.5, foreground=halo)])


def _letter(axes: "Axes", cell: BaseGeometry, letter: str, colour: str) -> None:
    at = cell.representative_point()
    axes.text(at.x, at.y, letter, color=colour, fontsize=5.5, ha="center", va="center")
