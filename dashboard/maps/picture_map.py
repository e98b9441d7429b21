"""The map in the picture: web Mercator, with the classes and colours of the map in the page."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.collections import PathCollection
from matplotlib.patches import Circle, FancyBboxPatch, Polygon, Rectangle
from matplotlib.path import Path
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from dashboard.maps.classify import MapClass, Mark, Scale
from dashboard.maps.model import MapModel, PlaceMark, Ring, Spot, SurfaceFrames, View
from dashboard.maps.sheet import (
    BADGE_RADIUS_MM,
    DARK,
    GREY,
    INK,
    LINE,
    MAP_MM,
    PAPER,
    Sheet,
    Step,
    around,
    line_mm,
    ring_of_steps,
)
from dashboard.maps.surface_image import coloured

_EARTH_RADIUS_M = 6_378_137.0
_NAMES_MM, _SHIFT_MM = 26.0, 14.0
_BORDER, _OUTLINE, _AROUND = "#8a8f94", "#333333", "#f6f7f8"
_HATCHES: dict[Mark, str | None] = {
    "": None,
    "lines": "///",
    "crossed": "xxx",
    "dots": "...",
    "gap": "////",
    "few": "..",
}
_GAPS: tuple[Mark, ...] = ("gap", "few")

__all__ = ["MAP_MM", "colour_of", "draw_map"]

Placing = Callable[[Any], NDArray[np.float64]]
"""Turns (latitude, longitude), shape (n, 2), into millimetres on the page."""

_Row = tuple[MapClass | str, str]
"""A row of the legend: its sign and its words."""


def draw_map(sheet: Sheet, model: MapModel, view: View, frame: int, fill: str) -> None:
    """Draw a frame of a view with its legend, scale bar and north arrow."""
    place = _placing(model, sheet.frame)
    is_filled = fill == "wards"
    classes = [view.class_at(frame, i) for i in range(len(model.base.wards))] if is_filled else []
    _wards(sheet, model, classes, place)
    if is_filled and view.outlined is not None:
        _thick_outlines(sheet, model, view.outlined[frame], place)
    if fill == "density" and view.surface is not None:
        _surface(sheet, view.surface, frame, model.base.borough, place)
    _outlines(sheet, model, place)
    for spot in view.hotspots[frame]:
        _hotspot(sheet, spot, place)
    _furniture(sheet, model, view, fill)
    _badges(sheet, view.hotspots[frame], place)
    # Classes have names that only the legend has room for.
    is_written = is_filled and view.scale.kind != "classes"
    rows = range(len(model.base.wards)) if is_written else range(0)
    _names(sheet, model, [view.figure_at(frame, i, model.decimals) for i in rows], place)


def _mercator(at: Any) -> NDArray[np.float64]:  # noqa: ANN401 - array-like
    latitude, longitude = np.radians(np.asarray(at, np.float64).reshape(-1, 2)).T
    return np.column_stack([longitude, np.log(np.tan(np.pi / 4 + latitude / 2))])


def _mm_per_radian(model: MapModel, frame: Bbox) -> float:
    width, height = np.ptp(_mercator(model.base.bounds), axis=0)
    return float(min((frame.width - 8) / width, (frame.height - 6) / height))


def _placing(model: MapModel, frame: Bbox) -> Placing:
    middle = _mercator(model.base.bounds).mean(axis=0)
    scale = _mm_per_radian(model, frame) * np.array([1, -1])
    # To the right of the middle, for the legend is on the left; names stand right of the borough.
    spare = (frame.width - np.ptp(_mercator(model.base.bounds)[:, 0]) * scale[0]) / 2
    shift = np.array([np.clip(spare - _NAMES_MM, 0, _SHIFT_MM), 0])
    page_middle = frame.get_points().mean(axis=0) + shift
    return lambda at: page_middle + (_mercator(at) - middle) * scale


# ---- areas ---------------------------------------------------------------------------------------


def _path(polygons: list[list[Ring]], place: Placing) -> Path:
    rings = [Path(place(ring), closed=True) for polygon in polygons for ring in polygon]
    return Path.make_compound_path(*rings)


def _area(sheet: Sheet, path: Path, **style: Any) -> None:  # noqa: ANN401 - matplotlib's style
    sheet.axes.add_collection(PathCollection([path], **style), autolim=False)


def _wards(sheet: Sheet, model: MapModel, classes: list[MapClass], place: Placing) -> None:
    box = Rectangle(
        sheet.frame.min,
        sheet.frame.width,
        sheet.frame.height,
        facecolor=_AROUND,
        edgecolor=LINE,
        zorder=0,
    )
    sheet.axes.add_patch(box)
    for i, ward in enumerate(model.base.wards):
        style: dict[str, Any] = {"facecolor": PAPER, "edgecolor": _BORDER}
        if classes:
            found = classes[i]
            edge = _BORDER if found.mark in _GAPS else PAPER
            style = {"facecolor": found.colour, "edgecolor": edge, "hatch": _HATCHES[found.mark]}
        _area(sheet, _path(ward.rings, place), linewidth=0.9, zorder=1, **style)


def colour_of(scale: Scale, value: float) -> str:
    """Give the colour of the class that holds a value."""
    return scale.class_of(value).colour


def _thick_outlines(
    sheet: Sheet, model: MapModel, outlined: NDArray[np.bool_], place: Placing
) -> None:
    for i in np.flatnonzero(outlined).tolist():
        path = _path(model.base.wards[i].rings, place)
        _area(sheet, path, facecolor="none", edgecolor=DARK, linewidth=2.2, zorder=3.5)


def _surface(
    sheet: Sheet, surface: SurfaceFrames, frame: int, borough: list[Ring], place: Placing
) -> None:
    (west, south), (east, north) = place(surface.bounds)
    limits = sheet.axes.get_xlim(), sheet.axes.get_ylim()
    image = coloured(surface, frame, borough)
    box = (west, east, south, north)
    sheet.axes.imshow(image, extent=box, origin="upper", aspect="auto", zorder=2)
    sheet.axes.set(xlim=limits[0], ylim=limits[1])


def _outlines(sheet: Sheet, model: MapModel, place: Placing) -> None:
    for ring in model.base.borough:
        sheet.axes.plot(*place(ring).T, color=_OUTLINE, linewidth=1.6, zorder=3)
    for station in _stations(model):
        ((x, y),) = place(station.at)
        _dot(sheet, x, y)
        sheet.taken.append(around(x, y, 0.9))


def _stations(model: MapModel) -> list[PlaceMark]:
    return [place for place in model.base.places if place.is_station]


def _dot(sheet: Sheet, x: float, y: float, zorder: float = 4) -> None:
    dot = Circle((x, y), 0.6, facecolor=PAPER, edgecolor=_OUTLINE, linewidth=0.9, zorder=zorder)
    sheet.axes.add_patch(dot)


def _hotspot(sheet: Sheet, spot: Spot, place: Placing) -> None:
    path = _path(spot.rings, place)
    for width, colour in ((4.4, PAPER), (1.9, DARK)):
        _area(sheet, path, facecolor="none", edgecolor=colour, linewidth=width, zorder=5)


# ---- words: none over another --------------------------------------------------------------------


def _badges(sheet: Sheet, spots: tuple[Spot, ...], place: Placing) -> None:
    """Put each rank in its hotspot, or beside it where it is small or another stands there."""
    for spot in spots:
        ((x, y),) = place(spot.at)
        beside = _reach(spot, place) + BADGE_RADIUS_MM
        start = [(0.0, 0.0)] if beside > 3 * BADGE_RADIUS_MM else []
        rings = (beside, beside + 4, beside + 9, beside + 15)
        steps = [*start, *(step for radius in rings for step in ring_of_steps(radius))]
        radius = BADGE_RADIUS_MM + 0.2
        free = (s for s in steps if sheet.is_free(around(x + s[0], y + s[1], radius), sheet.frame))
        dx, dy = next(free, (0.0, 0.0))
        if np.hypot(dx, dy) > beside + 0.1:
            sheet.axes.plot([x, x + dx], [y, y + dy], color=DARK, linewidth=1, zorder=19)
        sheet.badge(x + dx, y + dy, str(spot.rank))
        sheet.taken.append(around(x + dx, y + dy, radius))


def _reach(spot: Spot, place: Placing) -> float:
    """Give half of the smaller side of a hotspot in mm."""
    corners = np.vstack([place(ring) for polygon in spot.rings for ring in polygon])
    return float(np.ptp(corners, axis=0).min() / 2)


def _names(sheet: Sheet, model: MapModel, figures: list[str], place: Placing) -> None:
    """Write the wards' names, with their figures, then those of stations where there is room."""
    wards = model.base.wards
    paths = [_path(ward.rings, place) for ward in wards]
    small_first = np.argsort([np.prod(path.get_extents().size) for path in paths], kind="stable")
    for i in small_first.tolist():
        name = _in_two_lines(wards[i].name)
        full = f"{name}\n{figures[i]}" if figures else name
        _ward_name(sheet, (full, name), place(wards[i].label_at)[0], paths[i])
    written: set[str] = set()
    for station, short in zip(_stations(model), _station_names(model), strict=True):
        if short not in written and _station_name(sheet, short, place(station.at)[0]):
            written.add(short)


_NEAR: list[Step] = sorted(
    ((float(dx), float(dy)) for dx in range(-12, 13, 2) for dy in range(-12, 13)),
    key=lambda step: (np.hypot(step[0], step[1]), step),
)
_FAR: list[Step] = [step for radius in (14, 18, 22, 28, 35) for step in ring_of_steps(radius)]


def _ward_name(sheet: Sheet, words: tuple[str, str], at: NDArray[np.float64], shape: Path) -> None:
    """Write name and figure inside the ward, or apart with a line to it, or the name alone."""
    (x, y), (full, name) = at.tolist(), words
    inside = [s for s in _NEAR if shape.contains_point((x + s[0], y + s[1]))]
    tries = [(full, 7.5, inside), (full, 6.5, inside), (full, 6.5, _FAR), (name, 6.5, inside)]
    style: dict[str, Any] = {"ha": "center", "va": "center", "linespacing": 1.0, "zorder": 8}
    for text, size, steps in tries:
        written = sheet.write(x, y, text, size, bold=True, **style)
        step = sheet.write_where_free(written, steps, sheet.frame)
        if step is not None:
            if steps is _FAR:
                end = (x + 0.7 * step[0], y + 0.7 * step[1])
                sheet.axes.plot([x, end[0]], [y, end[1]], color=INK, linewidth=0.7, zorder=7)
            return


def _station_name(sheet: Sheet, name: str, at: NDArray[np.float64]) -> bool:
    for dx, ha in ((1.6, "left"), (-1.6, "right")):
        style: dict[str, Any] = {"ha": ha, "va": "center", "color": _OUTLINE, "zorder": 7}
        text = sheet.write(at[0], at[1], name, 5.5, **style)
        if sheet.write_where_free(text, [(dx, 0.0)], sheet.frame):
            return True
    return False


def _station_names(model: MapModel) -> list[str]:
    """Give the stations' names; those alike but for what is in brackets without the brackets."""
    short = [station.name.partition(" (")[0] for station in _stations(model)]
    counts = Counter(short)
    pairs = zip(_stations(model), short, strict=True)
    return [name if counts[name] > 1 else station.name for station, name in pairs]


def _in_two_lines(name: str) -> str:
    """Break a long name at the space nearest its middle."""
    spaces = [i for i, letter in enumerate(name) if letter == " "]
    if len(name) < 12 or not spaces:
        return name
    at = min(spaces, key=lambda i: abs(i - len(name) / 2))
    return f"{name[:at]}\n{name[at + 1 :]}"


# ---- legend, scale bar, north arrow --------------------------------------------------------------


def _furniture(sheet: Sheet, model: MapModel, view: View, fill: str) -> None:
    surface_scale = view.surface.scale if view.surface else None
    scale = {"wards": view.scale, "density": surface_scale}.get(fill)
    gaps = view.gaps(len(model.base.wards)) if fill == "wards" else ()
    sheet.taken += [
        _legend(sheet, scale, _marks(model, scale, fill, gaps)),
        _scale_bar(sheet, model),
        _north_arrow(sheet),
    ]


def _marks(
    model: MapModel, scale: Scale | None, fill: str, gaps: tuple[MapClass, ...]
) -> list[_Row]:
    """Give the rows of the legend after the classes."""
    rows: list[_Row] = [(gap, _sentence_case(gap.label)) for gap in gaps]
    rows += [("outlined", scale.outlined)] if scale and scale.outlined and fill == "wards" else []
    rows += [("hotspot", "Hotspot, with its rank")] if model.listing == "hotspots" else []
    return [*rows, ("station", "Station")]


def _sentence_case(label: str) -> str:
    return f"{label[:1].upper()}{label[1:]}"


_LEGEND_MM = 52.0
_ROW_MM = 5.0


def _legend(sheet: Sheet, scale: Scale | None, marks: list[_Row]) -> Bbox:
    """Draw the legend in the lower left corner; give its box."""
    classes: list[_Row] = [(c, c.label) for c in scale.classes] if scale else []
    width = _LEGEND_MM - 13
    rows = [(sign, sheet.lines(text, width, 8.5)) for sign, text in classes + marks]
    title = sheet.lines(scale.title, _LEGEND_MM - 6, 9, bold=True) if scale else []
    note = sheet.lines(scale.note, _LEGEND_MM - 6, 7) if scale and scale.note else []
    heights = [_ROW_MM + (len(lines) - 1) * line_mm(8.5) for _, lines in rows]
    height = 5 + len(title) * line_mm(9) + sum(heights) + len(note) * line_mm(7)
    left, top = sheet.frame.xmin + 2.5, sheet.frame.ymax - height - 2.5
    sheet.axes.add_patch(
        Rectangle((left, top), _LEGEND_MM, height, facecolor=PAPER, edgecolor=LINE, zorder=9)
    )
    x, y = left + 3, top + 2.5
    if scale:
        y = sheet.paragraph((x, y), _LEGEND_MM - 6, scale.title, 9, bold=True)
    for (sign, lines), row_height in zip(rows, heights, strict=True):
        _swatch(sheet, x, y + 0.7, sign)
        for i, line in enumerate(lines):
            at = y + _ROW_MM / 2 + i * line_mm(8.5)
            sheet.write(x + 10, at, line, 8.5, va="center_baseline")
        y += row_height
    for line in note:
        sheet.write(x, y + 0.5, line, 7, color=GREY)
        y += line_mm(7)
    return Bbox([[left, top], [left + _LEGEND_MM, top + height]])


def _swatch(sheet: Sheet, x: float, y: float, sign: MapClass | str) -> None:
    """Draw the sign of one row of the legend, 7 by 3.6 mm."""
    if sign == "station":
        _dot(sheet, x + 3.5, y + 1.8, zorder=11)
        return
    shape: Artist
    if sign == "hotspot":
        box = "round,pad=0,rounding_size=1.3"
        shape = FancyBboxPatch((x + 0.5, y + 0.4), 6, 2.8, boxstyle=box, facecolor=PAPER)
        shape.set(edgecolor=DARK, linewidth=1.9)
    elif sign == "outlined":
        shape = Rectangle((x + 0.4, y + 0.2), 6.2, 3.2, facecolor=PAPER, edgecolor=DARK)
        shape.set(linewidth=2.2)
    else:
        shape = _class_swatch(sheet, x, y, sign)
    shape.set_zorder(11)
    sheet.axes.add_artist(shape)


def _class_swatch(sheet: Sheet, x: float, y: float, sign: MapClass | str) -> Rectangle:
    """Draw the pattern of a class in the colour it has on the map; the line round it is dark."""
    found = sign if isinstance(sign, MapClass) else MapClass(PAPER, "", 0.0, 0.0)
    colour, hatch = found.colour, _HATCHES[found.mark]
    edge = _BORDER if found.mark in _GAPS else PAPER
    shape = Rectangle((x, y), 7, 3.6, facecolor=colour, hatch=hatch, edgecolor=edge, linewidth=0)
    rim = Rectangle((x, y), 7, 3.6, facecolor="none", edgecolor=_OUTLINE, linewidth=0.6)
    rim.set_zorder(11.5)
    sheet.axes.add_artist(rim)
    return shape


def _scale_bar(sheet: Sheet, model: MapModel) -> Bbox:
    """Draw a kilometre as it is in the middle of the map; Mercator stretches with latitude."""
    latitude = np.radians(np.mean([corner[0] for corner in model.base.bounds]))
    mm_per_km = float(
        _mm_per_radian(model, sheet.frame) * 1000 / (_EARTH_RADIUS_M * np.cos(latitude))
    )
    right, base = sheet.frame.xmax - 6, sheet.frame.ymax - 5
    left, half = right - mm_per_km, mm_per_km / 2
    for start, colour in ((left, INK), (left + half, PAPER)):
        bar = Rectangle((start, base - 1.4), half, 1.4, facecolor=colour, edgecolor=INK)
        bar.set(linewidth=0.7, zorder=11)
        sheet.axes.add_patch(bar)
    for x, label in ((left, "0"), (left + half, "500 m"), (right, "1 km")):
        sheet.write(x, base - 2, label, 7, ha="center", va="bottom")
    return Bbox([[left - 3, base - 6], [right + 5, base + 1]])


def _north_arrow(sheet: Sheet) -> Bbox:
    x, y = sheet.frame.xmax - 9, sheet.frame.ymin + 5
    points = [(x, y), (x + 2.4, y + 7.5), (x, y + 5.8), (x - 2.4, y + 7.5)]
    sheet.axes.add_patch(Polygon(points, closed=True, facecolor=INK, edgecolor="none", zorder=11))
    sheet.write(x, y + 8.3, "N", 9, bold=True, ha="center")
    return Bbox([[x - 4, y - 1], [x + 4, y + 13]])
