"""The map as a picture: a whole page for the wall of a meeting room, or the map alone."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from matplotlib.patches import Rectangle
from matplotlib.transforms import Bbox

from boundaries.errors import ParameterError
from dashboard.maps.model import MapModel, View
from dashboard.maps.picture_map import draw_map
from dashboard.maps.sheet import GREY, MAP_MM, PAGE_MM, PAPER, Sheet, line_mm
from dashboard.words import DEMONSTRATION, plural
from geo.wards.ranks import rank_in_words

Fill = Literal["wards", "density", "none"]

_MARGIN_MM = 10.0
_WIDTH_MM = PAGE_MM[0] - 2 * _MARGIN_MM
_LIST_LEFT_MM = 193.0
_LIST_WIDTH_MM = PAGE_MM[0] - _MARGIN_MM - _LIST_LEFT_MM
_INDENT_MM = 8.5
_CAPTION_TOP_MM = 190.0
_ACCENT = "#1d70b8"


def picture_png(
    model: MapModel, view: str, frame: int, *, fill: Fill = "wards", dpi: int = 150
) -> bytes:
    """Draw one frame of a map as a PNG; the same map always gives the same bytes.

    Parameters
    ----------
    model
        The map.
    view
        Key of one of its views.
    frame
        Position in the view's frames, from 0.
    fill
        What the colours show: the wards' classes, the density surface, or nothing.
    dpi
        Dots per inch; 150 gives 1753 by 1240 pixels.

    Raises
    ------
    ParameterError
        There is no such view, frame, fill or surface.
    """
    page = _Page(model, _checked(model, view, frame, fill), frame, fill)
    sheet = Sheet(dpi)
    _heading(sheet, page)
    draw_map(sheet, model, page.view, frame, fill)
    _ranked_list(sheet, page)
    _caption(sheet, page)
    return sheet.png(_facts(page))


def map_png(
    model: MapModel,
    view: str = "whole",
    frame: int = 0,
    *,
    fill: Fill = "wards",
    size_mm: tuple[float, float] = (180.0, 150.0),
    dpi: int = 200,
) -> bytes:
    """Draw the map alone as a PNG, with legend, scale bar and names, for pages with own headings.

    Parameters
    ----------
    model, view, frame, fill
        See :func:`picture_png`.
    size_mm
        Width and height; letters keep their size, so the picture should be shown as large as
        it is.
    dpi
        Dots per inch.

    Raises
    ------
    ParameterError
        There is no such view, frame, fill or surface, or the picture is too small for its legend.
    """
    page = _Page(model, _checked(model, view, frame, fill), frame, fill)
    least = (110.0, 90.0)
    if size_mm[0] < least[0] or size_mm[1] < least[1]:
        msg = (
            f"The picture is {size_mm[0]:g} by {size_mm[1]:g} mm; its legend and names need at "
            f"least {least[0]:g} by {least[1]:g}."
        )
        raise ParameterError(msg)
    sheet = Sheet(dpi, size_mm, Bbox([[0.3, 0.3], [size_mm[0] - 0.3, size_mm[1] - 0.3]]))
    draw_map(sheet, page.model, page.view, page.frame, page.fill)
    return sheet.png(_facts(page))


@dataclass(frozen=True)
class _Page:
    """What is on the page, and its words."""

    model: MapModel
    view: View
    frame: int
    fill: str

    @property
    def measure(self) -> str:
        """What the colours show."""
        names = {"density": "Density, incidents per km²", "none": "Hotspots"}
        return names.get(self.fill, self.model.title)

    @property
    def when(self) -> str:
        return self.view.frames[self.frame]

    @property
    def caption(self) -> str:
        located = self.view.located[self.frame]
        return " · ".join(
            (self.measure, self.when, self.model.source, located, self.model.disclosure)
        )


def _checked(model: MapModel, view: str, frame: int, fill: str) -> View:
    if view not in model.views:
        msg = f"The map has no view {view!r}; it has {', '.join(model.views)}."
        raise ParameterError(msg)
    shown = model.views[view]
    if not 0 <= frame < len(shown.frames):
        msg = f"Frame is {frame}; view {view!r} has frames 0 to {len(shown.frames) - 1}."
        raise ParameterError(msg)
    if fill not in ("wards", "density", "none"):
        msg = f"Fill is {fill!r}; it must be wards, density or none."
        raise ParameterError(msg)
    if fill == "density" and shown.surface is None:
        msg = f"View {view!r} has no density surface; fill with wards or none."
        raise ParameterError(msg)
    return shown


def _facts(page: _Page) -> dict[str, str | None]:
    """Give what must never be parted from the picture, for the PNG's text chunks."""
    model = page.model
    return {
        "Title": f"{page.measure}, {page.when}",
        "Description": page.view.sentences[page.frame],
        "Source": model.source,
        "Located": page.view.located[page.frame],
        "Disclosure": model.disclosure,
        "Method": page.view.method,
        "Copyright": model.base.attribution,
        "Comment": DEMONSTRATION if model.is_demonstration else "",
        "Software": None,
    }


def _heading(sheet: Sheet, page: _Page) -> None:
    if page.model.is_demonstration:
        band = Rectangle((0, 0), PAGE_MM[0], 7, facecolor=_ACCENT, edgecolor="none")
        sheet.axes.add_patch(band)
        style = {"color": PAPER, "va": "center_baseline"}
        sheet.write(_MARGIN_MM, 3.5, DEMONSTRATION, 9.5, bold=True, **style)
    sentence = page.view.sentences[page.frame]
    size = _largest_size(sheet, sentence)
    below = sheet.paragraph((_MARGIN_MM, 10.5), _WIDTH_MM, sentence, size, bold=True)
    sheet.write(_MARGIN_MM, below + 0.8, page.measure, 10.5, color=GREY)


def _largest_size(sheet: Sheet, sentence: str) -> float:
    """Choose a size in points: on one line if it can be large, else on two."""
    for most_lines, sizes in ((1, (16, 15, 14)), (2, (14, 13, 12, 11, 10))):
        for size in sizes:
            if len(sheet.lines(sentence, _WIDTH_MM, size, bold=True)) <= most_lines:
                return size
    return 9


def _caption(sheet: Sheet, page: _Page) -> None:
    below = sheet.paragraph((_MARGIN_MM, _CAPTION_TOP_MM), _WIDTH_MM, page.caption, 8.5)
    attribution = page.model.base.attribution
    sheet.paragraph((_MARGIN_MM, below + 0.7), _WIDTH_MM, attribution, 7, color=GREY)


@dataclass(frozen=True)
class _Item:
    """A place of the ranked list; wards in classes have no rank."""

    rank: str
    name: str
    facts: str


def _items(page: _Page) -> list[_Item]:
    view, frame = page.view, page.frame
    if page.model.listing == "hotspots":
        return [_Item(str(spot.rank), spot.name, spot.facts) for spot in view.hotspots[frame]]
    return [
        _Item(_rank(view, frame, i), page.model.base.wards[i].name, facts)
        for i, facts in ranked_wards(page.model, view, frame)
    ]


def _rank(view: View, frame: int, ward: int) -> str:
    if view.ranks is None:
        return ""
    rank = int(view.ranks[frame][ward])
    return rank_in_words(rank, int((view.ranks[frame] == rank).sum())) if rank else "–"


def ranked_wards(model: MapModel, view: View, frame: int) -> list[tuple[int, str]]:
    """Give the wards from the highest figure on, or from the first class on, with their facts."""
    values = view.values[frame][: len(model.base.wards)]
    upward = view.scale.kind == "classes"
    order = np.argsort(values if upward else -values, kind="stable")  # NaN goes last
    if view.ranks is not None:
        ranks = view.ranks[frame]
        order = np.argsort(np.where(ranks > 0, ranks, len(ranks) + 1), kind="stable")
    notes = view.notes[frame] if view.notes else [""] * len(values)
    found = []
    for i in order.tolist():
        figure = view.figure_at(frame, i, model.decimals)
        unit = "" if upward or np.isnan(values[i]) else f" {model.unit}"
        found.append((i, ". ".join(filter(None, (f"{figure}{unit}", notes[i])))))
    return found


def _ranked_list(sheet: Sheet, page: _Page) -> None:
    items = _items(page)
    top, bottom = MAP_MM.ymin, MAP_MM.ymax
    what = "Wards" if page.model.listing == "wards" else "Hotspots"
    order = "ranked" if items and items[0].rank else "by class"
    title = f"{what}, {order} ({len(items)})" if items else what
    sheet.write(_LIST_LEFT_MM, top, title, 12, bold=True)
    note = f"{page.when}{'' if items else ': no area qualifies'}. {page.view.method}".strip()
    at = (_LIST_LEFT_MM, top + 6.5)
    y = sheet.paragraph(at, _LIST_WIDTH_MM, note, 8.5, color=GREY) + 2.5
    for number, item in enumerate(items):
        left = len(items) - number
        room_for_rest = 0 if left == 1 else line_mm(8.5)
        if y + _item_height(sheet, item) + room_for_rest > bottom:
            more = plural(left, f"more {what[:-1].lower()}")
            sheet.write(_LIST_LEFT_MM + _INDENT_MM, y, f"and {more}", 8.5, color=GREY)
            return
        y = _write_item(sheet, item, y)


def _texts(item: _Item) -> tuple[tuple[str, float, bool], ...]:
    return ((item.name, 9.5, True), (item.facts, 8.5, False))


_ITEM_GAP_MM = 2.6


def _item_height(sheet: Sheet, item: _Item) -> float:
    room = _LIST_WIDTH_MM - _INDENT_MM
    lines = ((size, sheet.lines(text, room, size, bold=bold)) for text, size, bold in _texts(item))
    return sum(len(found) * line_mm(size) for size, found in lines)


def _write_item(sheet: Sheet, item: _Item, y: float) -> float:
    """Write one place; give the y of the next."""
    if item.rank:
        sheet.badge(_LIST_LEFT_MM + 3, y + 2, item.rank)
    for text, size, bold in _texts(item):
        at = (_LIST_LEFT_MM + _INDENT_MM, y)
        y = sheet.paragraph(at, _LIST_WIDTH_MM - _INDENT_MM, text, size, bold=bold)
    return y + _ITEM_GAP_MM
