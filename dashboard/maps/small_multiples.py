"""Small ward maps side by side on one scale, a picture in SVG: a year beside the next."""

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from boundaries.errors import ParameterError
from dashboard.charts import Ink
from dashboard.escape import esc
from dashboard.maps.classify import NO_FIGURE, MapClass, Mark
from dashboard.maps.model import BaseMap, MapModel, Ring, View
from geo.wards.counts import N_EXTRA_ROWS

MOST_MAPS = 24

_MAP_HEIGHT, _TITLE_HEIGHT, _GAP, _ROW, _MARGIN = 240.0, 24.0, 18.0, 20.0, 6.0
_LETTER = 6.8  # width of a usual one at 13 px
_LEAST_WIDTH = 420.0
_FONT = "Arial, Liberation Sans, sans-serif"
_STROKES: dict[Mark, str] = {
    "lines": "M-2 2l4-4M0 8l8-8M6 10l4-4",
    "crossed": "M0 0l8 8M8 0l-8 8",
    "dots": "M2 2h.01M6 6h.01",
}
_STROKES |= {"gap": _STROKES["lines"], "few": _STROKES["dots"]}
_GREY: tuple[Mark, ...] = ("gap", "few")
_DOTS: tuple[Mark, ...] = ("dots", "few")


@dataclass(frozen=True)
class Multiples:
    """A picture of small maps and what it says in words, for those who do not see it."""

    svg: str
    alt: str


def small_multiples(
    model: MapModel, view: str = "steps", *, dark: bool = False, columns: int = 6
) -> Multiples:
    """Draw every frame of a view as a small map; all have the colours of the view's scale.

    Parameters
    ----------
    model
        A map of wards.
    view
        Key of one of its views.
    dark
        Whether the page is dark.
    columns
        Most maps in a row.

    Raises
    ------
    ParameterError
        There is no such view, it has too many frames, or there is not one column.
    """
    if view not in model.views:
        msg = f"The map has no view {view!r}; it has {', '.join(model.views)}."
        raise ParameterError(msg)
    shown = model.views[view]
    if len(shown.frames) > MOST_MAPS:
        msg = (
            f"The view has {len(shown.frames)} frames; at most {MOST_MAPS} small maps can be told "
            "apart. Take longer steps."
        )
        raise ParameterError(msg)
    if columns < 1:
        msg = f"columns is {columns}; it must be at least 1."
        raise ParameterError(msg)
    return Multiples(_svg(model, shown, Ink.on(dark=dark), columns), in_words(model, shown))


def in_words(model: MapModel, view: View) -> str:
    """Say which ward is highest in each frame."""
    wards = model.base.wards
    said = []
    for when, row in zip(view.frames, view.values, strict=True):
        values = row[: len(wards)]
        if np.isnan(values).all():
            said.append(f"{when}: {'no figure is shown' if view.withheld else NO_FIGURE}")
            continue
        top = int(np.nanargmax(values))
        figure = view.scale.figure(float(values[top]), model.decimals)
        which = "highest shown" if np.isnan(values).any() and view.withheld else "highest"
        said.append(f"{when}: {which} {wards[top].name}, {figure}")
    return f"{model.title}, {len(view.frames)} maps on one scale ({model.unit}). {'; '.join(said)}."


def _svg(model: MapModel, view: View, ink: Ink, columns: int) -> str:
    paths, map_width = _ward_paths(model.base)
    cell_width = max(map_width, _LETTER * max(map(len, view.frames)) + 8) + _GAP
    cell_height = _TITLE_HEIGHT + _MAP_HEIGHT + _GAP
    in_row = min(columns, len(view.frames))
    width = max(in_row * cell_width, _LEAST_WIDTH) + 2 * _MARGIN
    below = ceil(len(view.frames) / in_row) * cell_height
    fills = _Fills()
    inset = (cell_width - _GAP - map_width) / 2
    drawn = "".join(
        _cell(
            (_MARGIN + i % in_row * cell_width, i // in_row * cell_height, inset),
            when,
            [view.class_at(i, ward) for ward in range(len(paths))],
            (fills, ink),
        )
        for i, when in enumerate(view.frames)
    )
    legend, height = _legend(view, (width, below), fills, ink)
    shapes = "".join(f"<path id='w{i}' d='{path}'/>" for i, path in enumerate(paths))
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' "
        f"width='{width:.0f}' height='{height:.0f}' viewBox='0 0 {width:.0f} {height:.0f}' "
        f"font-family='{_FONT}' font-size='13' fill='{ink.text}'>"
        f"<defs>{shapes}{fills.patterns()}</defs>{drawn}{legend}</svg>"
    )


def _legend(
    view: View, corner: tuple[float, float], fills: "_Fills", ink: Ink
) -> tuple[str, float]:
    """Write title and classes in lines below the maps; give the height of the picture too."""
    width, below = corner
    scale, n_wards = view.scale, view.values.shape[1] - N_EXTRA_ROWS
    classes = [*scale.classes, *view.gaps(n_wards)]
    x, y = _MARGIN, below + 14.0
    parts = [f"<text x='{x:g}' y='{y:g}' font-weight='bold'>{esc(scale.title)}</text>"]
    y += _ROW
    for found in classes:
        room = 28 + _LETTER * len(found.label) + 16
        if x > _MARGIN and x + room > width:
            x, y = _MARGIN, y + _ROW
        parts.append(
            f"<rect x='{x:.1f}' y='{y - 11:.1f}' width='22' height='13' "
            f"fill='{fills.of(found)}' stroke='{ink.muted}' stroke-width='.7'/>"
            f"<text x='{x + 28:.1f}' y='{y:.1f}'>{esc(found.label)}</text>"
        )
        x += room
    return "".join(parts), y + 8


def _ward_paths(base: BaseMap) -> tuple[list[str], float]:
    """Write each ward's outline in pixels of a small map; give the map's width too."""
    rings = [ring for ward in base.wards for polygon in ward.rings for ring in polygon]
    corners = np.vstack([_flat(ring) for ring in rings])
    low, high = corners.min(axis=0), corners.max(axis=0)
    scale = _MAP_HEIGHT / (high[1] - low[1])

    def written(ring: Ring) -> str:
        points = np.round((_flat(ring) - (low[0], high[1])) * (scale, -scale), 1)
        _, first = np.unique(points, axis=0, return_index=True)
        kept = points[np.sort(first)]
        return "M" + "L".join(f"{x:g} {y:g}" for x, y in kept.tolist()) + "Z"

    paths = ["".join(written(r) for polygon in ward.rings for r in polygon) for ward in base.wards]
    return paths, float((high[0] - low[0]) * scale)


def _flat(ring: Ring) -> NDArray[np.float64]:
    latitude, longitude = np.radians(ring).T
    return np.column_stack([longitude, np.log(np.tan(np.pi / 4 + latitude / 2))])


class _Fills:
    """Colours, and patterns where a class has a mark; each pattern is written once."""

    def __init__(self) -> None:
        self._marked: list[MapClass] = []

    def of(self, found: MapClass) -> str:
        if not found.mark:
            return found.colour
        if found not in self._marked:
            self._marked.append(found)
        return f"url(#m{self._marked.index(found)})"

    def patterns(self) -> str:
        return "".join(
            f"<pattern id='m{i}' width='8' height='8' patternUnits='userSpaceOnUse'>"
            f"<rect width='8' height='8' fill='{found.colour}'/>"
            f"<path d='{_STROKES[found.mark]}' fill='none' stroke-linecap='round' "
            f"stroke='{'#8a8f94' if found.mark in _GREY else '#ffffff'}' "
            f"stroke-width='{2.6 if found.mark in _DOTS else 1.3}'/></pattern>"
            for i, found in enumerate(self._marked)
        )


def _cell(
    corner: tuple[float, float, float],
    when: str,
    classes: list[MapClass],
    style: tuple[_Fills, Ink],
) -> str:
    (x, y, inset), (fills, ink) = corner, style
    wards = "".join(
        f"<use xlink:href='#w{i}' href='#w{i}' fill='{fills.of(found)}'/>"
        for i, found in enumerate(classes)
    )
    return (
        f"<text x='{x:.1f}' y='{y + 16:.1f}' font-weight='bold'>{esc(when)}</text>"
        f"<g transform='translate({x + inset:.1f} {y + _TITLE_HEIGHT:.1f})' "
        f"stroke='{ink.muted}' stroke-width='.7' stroke-linejoin='round'>{wards}</g>"
    )
