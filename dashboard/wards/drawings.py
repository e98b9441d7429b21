"""Small pictures of the page Wards as SVG, light and dark: bars, ranks over years, outlines.

Written by hand, as a page has many of them and each must be there at once.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from dashboard.charts import Ink
from dashboard.escape import esc
from dashboard.withheld import hatch, stub
from dashboard.words import amount

Points = NDArray[np.float64]

_FONT = "font-family='system-ui,sans-serif'"
_SIMPLIFY_M = 8.0


@dataclass(frozen=True)
class _Box:
    """Where the drawing is in a picture, in pixels."""

    width: float
    height: float
    left: float = 34
    right: float = 6
    top: float = 10
    bottom: float = 20

    @property
    def inner(self) -> tuple[float, float]:
        """Give width and height of the drawing."""
        return self.width - self.left - self.right, self.height - self.top - self.bottom


def bars(
    values: Sequence[float | str],
    ticks: Mapping[int, str],
    ink: Ink,
    *,
    stressed: Collection[int] = (),
    break_before: int | None = None,
    width: float = 420,
    height: float = 130,
) -> str:
    """Draw values as bars from 0.

    Parameters
    ----------
    values
        Words instead of a value where it is withheld.
    ticks
        What stands under some of the bars, by position.
    stressed
        Bars in the accent colour; the others are grey. None stressed means all.
    break_before
        A dashed line stands before this bar: what is left and right of it is not comparable.
    """
    box = _Box(width, height)
    inner_width, inner_height = box.inner
    top = _round_up(max((value for value in values if not isinstance(value, str)), default=0.0))
    step = inner_width / max(len(values), 1)
    parts = [hatch(ink)] if any(isinstance(value, str) for value in values) else []
    parts += [_level(box, share, share * top, ink) for share in (0, 0.5, 1)]
    for i, value in enumerate(values):
        if isinstance(value, str):
            middle = box.left + (i + 0.5) * step
            parts.append(stub(middle, box.top + inner_height, 0.8 * step, value, ink))
            continue
        tall = inner_height * value / top
        colour = ink.accent if not stressed or i in stressed else ink.muted
        parts.append(
            f"<rect x='{box.left + i * step + 0.1 * step:.1f}' "
            f"y='{box.top + inner_height - tall:.1f}' "
            f"width='{0.8 * step:.1f}' height='{tall:.1f}' fill='{colour}'/>"
        )
    for i, label in ticks.items():
        parts.append(_text(box.left + (i + 0.5) * step, height - 5, label, ink, "middle"))
    if break_before is not None:
        x = box.left + break_before * step
        parts.append(
            f"<line x1='{x:.1f}' x2='{x:.1f}' y1='2' y2='{box.top + inner_height:.1f}' "
            f"stroke='{ink.text}' stroke-width='1.4' stroke-dasharray='4 3'/>"
        )
    return _svg(width, height, parts)


def _round_up(value: float) -> float:
    """Give a round number that is not below, even, so that its half is whole, too."""
    if value <= 2:
        return 2.0
    step = 10 ** np.floor(np.log10(value))
    return float(next(k * step for k in (1, 2, 4, 6, 8, 10) if k * step >= value))


def _level(box: _Box, share: float, value: float, ink: Ink) -> str:
    y = box.top + box.inner[1] * (1 - share)
    return (
        f"<line x1='{box.left}' x2='{box.width - box.right}' y1='{y:.1f}' y2='{y:.1f}' "
        f"stroke='{ink.muted}' stroke-opacity='.35'/>"
        + _text(box.left - 5, y + 4, amount(value, 0), ink, "end")
    )


@dataclass(frozen=True)
class RankedWard:
    """A ward's way through the years.

    ``slots`` are where it stands in each year from the top, ties under each other; None where it
    has no rank. ``words`` are its ranks as they are written.
    """

    name: str
    slots: tuple[int | None, ...]
    words: tuple[str, ...]
    is_chosen: bool = False


def bump(
    wards: Sequence[RankedWard],
    periods: Sequence[str],
    joined: Sequence[bool],
    is_whole: Sequence[bool],
    ink: Ink,
) -> str:
    """Draw how the order of wards changed.

    Parameters
    ----------
    joined
        Shape (periods - 1,): whether a line goes from each period to the next.
    is_whole
        Shape (periods,): periods that the data covers in part have hollow points.
    """
    line, label = 19.0, 225.0
    width = label * 2 + max(60.0, 130.0 * (len(periods) - 1))
    height = 30 + line * max(len(wards), 1) + 6
    xs = np.linspace(label, width - label, len(periods)) if len(periods) > 1 else [label]
    parts = [_text(x, 14, name, ink, "middle") for x, name in zip(xs, periods, strict=True)]
    # The chosen ward comes last and lies above the others.
    for ward in sorted(wards, key=lambda ward: ward.is_chosen):
        points = [
            None if slot is None else (float(x), 34 + line * slot)
            for x, slot in zip(xs, ward.slots, strict=True)
        ]
        parts += _way(ward, points, joined, is_whole, ink)
    return _svg(width, height, parts)


def _way(
    ward: RankedWard,
    points: Sequence[tuple[float, float] | None],
    joined: Sequence[bool],
    is_whole: Sequence[bool],
    ink: Ink,
) -> list[str]:
    colour, wide = (ink.accent, 3.0) if ward.is_chosen else (ink.muted, 1.4)
    parts = [
        f"<line x1='{one[0]:.1f}' y1='{one[1]:.1f}' x2='{other[0]:.1f}' y2='{other[1]:.1f}' "
        f"stroke='{colour}' stroke-width='{wide}'/>"
        for one, other, is_joined in zip(points[:-1], points[1:], joined, strict=True)
        if is_joined and one is not None and other is not None
    ]
    for point, whole in zip(points, is_whole, strict=True):
        if point is not None:
            fill = colour if whole else "none"
            parts.append(
                f"<circle cx='{point[0]:.1f}' cy='{point[1]:.1f}' r='{wide + 2:.1f}' "
                f"fill='{fill}' stroke='{colour}' stroke-width='1.4'/>"
            )
    weight = " font-weight='bold'" if ward.is_chosen else ""
    for at, side, shift in ((0, "end", -10), (len(points) - 1, "start", 10)):
        point = points[at]
        if point is not None and (at or shift < 0):
            words = (
                f"{ward.name}  {ward.words[at]}"
                if shift < 0
                else (f"{ward.words[at]}  {ward.name}")
            )
            parts.append(_text(point[0] + shift, point[1] + 4, words, ink, side, weight))
    return parts


def outlines(
    ward: BaseGeometry,
    others: Mapping[str, BaseGeometry],
    ink: Ink,
    *,
    width: float = 420,
) -> str:
    """Draw a ward's land as a filled area, and the wards of the other time as numbered outlines.

    Parameters
    ----------
    ward
        Its land, EPSG:27700.
    others
        The wards that share land with it, by the label that stands in each.
    """
    shapes = [shapely.simplify(shape, _SIMPLIFY_M) for shape in (ward, *others.values())]
    west, south, east, north = shapely.total_bounds(shapes)
    scale = (width - 20) / max(east - west, 1.2 * (north - south), 1.0)
    height = (north - south) * scale + 20
    shift = (width - (east - west) * scale) / 2

    def place(points: Points) -> Points:
        return np.column_stack(
            [shift + (points[:, 0] - west) * scale, height - 10 - (points[:, 1] - south) * scale]
        )

    own, *rest = (_path(shape, place) for shape in shapes)
    parts = [f"<path d='{own}' fill='{ink.accent}' fill-opacity='.45'/>"]
    parts += [f"<path d='{d}' fill='none' stroke='{ink.text}' stroke-width='1.2'/>" for d in rest]
    parts.append(f"<path d='{own}' fill='none' stroke='{ink.accent}' stroke-width='3'/>")
    for label, shape in others.items():
        inside = shapely.get_coordinates(shapely.point_on_surface(shape))
        (x, y), *_ = place(inside).tolist()
        parts.append(
            f"<circle cx='{x:.1f}' cy='{y:.1f}' r='10' fill='#fff' stroke='#222'/>"
            f"<text x='{x:.1f}' y='{y + 4:.1f}' font-size='12' {_FONT} fill='#222' "
            f"text-anchor='middle'>{esc(label)}</text>"
        )
    return _svg(width, height, parts)


def _path(shape: BaseGeometry, place: Callable[[Points], Points]) -> str:
    rings = shapely.get_rings(shapely.get_parts(shape))
    drawn = (place(shapely.get_coordinates(ring)) for ring in rings)
    return "".join(
        "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points.tolist()) + "Z" for points in drawn
    )


def _text(x: float, y: float, text: str, ink: Ink, anchor: str, more: str = "") -> str:
    return (
        f"<text x='{x:.1f}' y='{y:.1f}' font-size='12' {_FONT} fill='{ink.text}' "
        f"text-anchor='{anchor}'{more}>{esc(text)}</text>"
    )


def _svg(width: float, height: float, parts: Sequence[str]) -> str:
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width:.0f} {height:.0f}' "
        f"width='{width:.0f}' height='{height:.0f}'>{''.join(parts)}</svg>"
    )
