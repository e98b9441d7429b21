"""A calendar of daily counts as a picture: a row of weeks for each year, written as SVG."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from dashboard.charts import Ink
from dashboard.escape import esc
from dashboard.maps.classify import Scale
from dashboard.when.heat_table import scale_above_zero, shade_of
from geo.times.daily import COUNTED, DAY, STATUS, UNUSUAL
from geo.times.month_profile import INCIDENTS

_CELL = 13
_GAP = 2
_STEP = _CELL + _GAP
_LEFT = 34
_TOP = 16
_YEAR_HEIGHT = 7 * _STEP + _TOP + 14
_WIDTH = _LEFT + 54 * _STEP
_LEGEND_HEIGHT = 24
_FONT = "font-family='Arial, Helvetica, sans-serif' font-size='11'"


@dataclass(frozen=True)
class _Square:
    day: date
    count: int | None
    is_unusual: bool

    @property
    def week(self) -> int:
        """Column: weeks since the one that holds 1 January, Monday first."""
        first = date(self.day.year, 1, 1)
        return ((self.day - first).days + first.weekday()) // 7


def years_of(frame: pd.DataFrame) -> list[int]:
    """Give the years that the days are of."""
    return sorted(set(frame[DAY].dt.year))


def calendar_svg(frame: pd.DataFrame, ink: Ink) -> str:
    """Draw all years of a frame of :class:`geo.times.daily.DailyResult`.

    Zero is an empty square, a day that the data does not cover is crossed out, a day that stands
    out has a ring.
    """
    years = years_of(frame)
    scale = calendar_scale(frame)
    height = len(years) * _YEAR_HEIGHT + _LEGEND_HEIGHT
    squares = list(_squares(frame))
    parts = [
        part
        for row, year in enumerate(years)
        for part in _year(year, [s for s in squares if s.day.year == year], row, scale, ink)
    ]
    legend = "".join(_legend(scale, len(years) * _YEAR_HEIGHT, ink))
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_WIDTH} {height}' "
        f"width='{_WIDTH}' height='{height}' {_FONT} fill='{ink.text}'>"
        f"{''.join(parts)}{legend}</svg>"
    )


def calendar_scale(frame: pd.DataFrame) -> Scale:
    """Give the classes of the days' shades."""
    counts = frame[INCIDENTS].to_numpy(np.float64, na_value=np.nan)
    return scale_above_zero(counts, "quantiles", 0)


def _squares(frame: pd.DataFrame) -> Iterator[_Square]:
    columns = zip(frame[DAY], frame[STATUS], frame[INCIDENTS], frame[UNUSUAL], strict=True)
    for day, status, count, is_unusual in columns:
        known = int(count) if status == COUNTED else None
        yield _Square(day.date(), known, bool(is_unusual))


def _year(year: int, squares: list[_Square], row: int, scale: Scale, ink: Ink) -> Iterator[str]:
    top = row * _YEAR_HEIGHT + _TOP
    yield f"<text x='0' y='{top - 4}' font-weight='bold'>{year}</text>"
    for day, name in ((0, "Mon"), (2, "Wed"), (4, "Fri"), (6, "Sun")):
        yield f"<text x='0' y='{top + day * _STEP + 10}'>{name}</text>"
    for square in squares:
        if square.day.day == 1:
            x = _LEFT + (square.week + (square.day.weekday() > 0)) * _STEP
            yield f"<text x='{x}' y='{top - 4}'>{square.day:%b}</text>"
        yield from _square(square, top, scale, ink)


def _square(square: _Square, top: int, scale: Scale, ink: Ink) -> Iterator[str]:
    x, y = _LEFT + square.week * _STEP, top + square.day.weekday() * _STEP
    yield from _box(x, y, square.count, scale, ink)
    if square.is_unusual:
        yield _ring(x, y, ink)


def _box(x: int, y: int, count: int | None, scale: Scale, ink: Ink) -> Iterator[str]:
    at = f"x='{x}' y='{y}' width='{_CELL}' height='{_CELL}'"
    if count is None:
        yield (
            f"<path d='M{x + 3} {y + 3}l{_CELL - 6} {_CELL - 6}m0 -{_CELL - 6}l-{_CELL - 6} "
            f"{_CELL - 6}' stroke='{ink.muted}'/>"
        )
    elif count:
        fill = f"fill='{shade_of(count, scale)}'"
        yield f"<rect {at} {fill} stroke='{ink.muted}' stroke-width='.6'/>"
    else:
        yield f"<rect {at} fill='none' stroke='{ink.muted}' stroke-width='.8'/>"


def _ring(x: int, y: int, ink: Ink) -> str:
    return (
        f"<rect x='{x - 1.5}' y='{y - 1.5}' width='{_CELL + 3}' height='{_CELL + 3}' fill='none' "
        f"stroke='{ink.text}' stroke-width='2.5'/>"
    )


def _legend(scale: Scale, top: int, ink: Ink) -> Iterator[str]:
    y, x = top + 4, _LEFT
    keys = [("0", 0, False), *((one.label, int(one.high), False) for one in scale.classes)]
    for label, count, is_ring in [*keys, ("not known", None, False), ("stands out", 0, True)]:
        yield from _box(x, y, count, scale, ink)
        if is_ring:
            yield _ring(x, y, ink)
        yield f"<text x='{x + _CELL + 5}' y='{y + 10}'>{esc(label)}</text>"
        x += _CELL + 26 + 7 * len(label)
