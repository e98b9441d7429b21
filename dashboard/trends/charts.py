"""Charts of trends: bars of years, lines of months, and small panels of groups.

A line never joins what cannot be compared: it ends where data is missing, where only a part of a
period is in the data, and at a break in the series, which is marked. What counts only in part is
drawn hollow. All axes begin at 0.

They are written as SVG here, in a millisecond each: a page of panels must follow every choice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, floor, log10

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.charts import Ink
from dashboard.escape import esc
from dashboard.withheld import EXPLAINED, hatch, stub
from dashboard.words import period_in_words
from geo.trends.counts import COVERAGE, SERIES
from geo.trends.trend_periods import BOTH_SERIES, NO_DATA, OLD_SERIES, PART, WHOLE
from geo.wards.table import PERIOD

VALUE, LOW, HIGH = "value", "low", "high"
WITHHELD = "withheld"
BREAK_LABEL = "new recording system, 28 Feb 2024"
WIDE, NARROW = (860, 250), (320, 170)
"""Width and height of a chart over the whole page, and of a panel."""

_BARS_UP_TO = 10
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 14, 8, 22
_TICK_PX = {7: 64, 4: 40}
_NUMBER_PX = 8
_MOST_TICKS = 4


@dataclass(frozen=True, eq=False)
class Panel:
    """One series to draw.

    Attributes
    ----------
    title
        What stands above it.
    frame
        A row per period, columns ``period``, ``value`` (NaN where there is none), ``coverage`` and
        ``series``, where there are intervals ``low`` and ``high``, and where values can be
        withheld ``withheld``: the words that stand for one, or nothing.
    decimals
        Of the values that are written beside the marks.
    """

    title: str
    frame: pd.DataFrame
    decimals: int = 0


def draw(panel: Panel, ink: Ink, size: tuple[int, int] = NARROW) -> str:
    """Draw one series as SVG."""
    series = _Series.of(panel)
    axes = _Axes.of(series, size)
    marks = _bars if len(series.labels) <= _BARS_UP_TO else _lines
    parts = [
        *_grid(axes, ink),
        *_gaps(axes, series, ink),
        *marks(axes, series, ink),
        *_whiskers(axes, series, ink),
        *_labels(axes, series, ink),
        *_withheld(axes, series, ink),
        *_break(axes, series, ink),
        *_ticks(axes, series.labels, ink),
    ]
    width, height = size
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" font-family="system-ui, sans-serif" font-size="12">'
        f"{''.join(parts)}</svg>"
    )


def joined(frame: pd.DataFrame) -> list[list[int]]:
    """Give the runs of rows that a line may join: whole periods, of one series, with values.

    >>> rows = {VALUE: [1, 2, 3, 4], COVERAGE: [WHOLE, WHOLE, NO_DATA, WHOLE]}
    >>> joined(pd.DataFrame({**rows, SERIES: OLD_SERIES}))
    [[0, 1], [3]]
    """
    runs: list[list[int]] = []
    last = None
    for i, is_solid in enumerate(_solid(frame)):
        series = frame[SERIES].iloc[i]
        if not is_solid:
            last = None
        elif series == last:
            runs[-1].append(i)
        else:
            runs.append([i])
            last = series
    return runs


def break_position(frame: pd.DataFrame) -> float | None:
    """Give where the break lies among the periods; None where all are on one side of it."""
    series = list(frame[SERIES])
    if BOTH_SERIES in series:
        return float(series.index(BOTH_SERIES))
    if len(set(series)) < 2:
        return None
    return series.count(OLD_SERIES) - 0.5


def marks_in_words(frame: pd.DataFrame) -> str:
    """Say what the hollow marks, the gaps and the dashed line are; empty where there are none."""
    parts = []
    if (frame[COVERAGE] == PART).any():
        parts.append("Hollow: only a part of the time is in the data.")
    if (frame[SERIES] == BOTH_SERIES).any():
        parts.append("Hollow at the dashed line: counts of both recording systems.")
    if (frame[COVERAGE] == NO_DATA).any():
        parts.append("Grey: no data.")
    if WITHHELD in frame and (frame[WITHHELD] != "").any():
        parts.append(EXPLAINED)
    if break_position(frame) is not None:
        parts.append(
            "Dashed line: the Met changed its recording system on 28 February 2024; what is left "
            "and right of it cannot be compared."
        )
    return " ".join(parts)


@dataclass(frozen=True, eq=False)
class _Series:
    """A panel's columns, each (n,), taken out of the frame once."""

    labels: list[str]
    heights: NDArray[np.float64]
    lows: NDArray[np.float64]
    highs: NDArray[np.float64]
    solid: NDArray[np.bool_]
    missing: NDArray[np.bool_]
    runs: list[list[int]]
    break_at: float | None
    decimals: int
    withheld: dict[int, str]

    @classmethod
    def of(cls, panel: Panel) -> "_Series":
        frame = panel.frame
        values = frame[VALUE].to_numpy(np.float64)
        low, high = (
            frame[name].to_numpy(np.float64) if name in frame else values for name in (LOW, HIGH)
        )
        return cls(
            labels=list(frame[PERIOD]),
            heights=values,
            lows=low,
            highs=high,
            solid=_solid(frame),
            missing=(frame[COVERAGE] == NO_DATA).to_numpy(np.bool_),
            runs=joined(frame),
            break_at=break_position(frame),
            decimals=panel.decimals,
            withheld=_words_of(frame),
        )


def _words_of(frame: pd.DataFrame) -> dict[int, str]:
    """Give the words of the values that are withheld, by position."""
    if WITHHELD not in frame:
        return {}
    return {i: str(words) for i, words in enumerate(frame[WITHHELD]) if words}


@dataclass(frozen=True, eq=False)
class _Axes:
    """Where values and periods lie in a picture.

    Attributes
    ----------
    highest
        Value at the upper end.
    n
        Number of periods there is room for.
    """

    size: tuple[int, int]
    highest: float
    step: float
    n: int

    @classmethod
    def of(cls, series: _Series, size: tuple[int, int]) -> "_Axes":
        known = np.concatenate([series.heights, series.highs])
        top = max(known[np.isfinite(known)].max(initial=0), 1.0)
        room = 1.28 if series.break_at is not None and size == WIDE else 1.16
        return cls(size, top * room, _step(top), max(len(series.labels), 3))

    @property
    def is_wide(self) -> bool:
        return self.size == WIDE

    @property
    def slot(self) -> float:
        return (self.size[0] - _LEFT - _RIGHT) / self.n

    @property
    def floor(self) -> float:
        return self.size[1] - _BOTTOM

    def x(self, at: float) -> float:
        return _LEFT + (at + 0.5) * self.slot

    def y(self, value: float) -> float:
        return self.floor - value / self.highest * (self.floor - _TOP)


def _step(top: float) -> float:
    """Give the distance of the lines: 1, 2 or 5 times a power of ten, whole from 4 on.

    >>> _step(691), _step(92), _step(8), _step(1.0)
    (200.0, 50.0, 2.0, 0.5)
    """
    power = float(10 ** floor(log10(top / _MOST_TICKS)))
    return next(m * power for m in (1, 2, 5, 10) if m * power * _MOST_TICKS >= top)


def _solid(frame: pd.DataFrame) -> NDArray[np.bool_]:
    whole = (frame[COVERAGE] == WHOLE) & (frame[SERIES] != BOTH_SERIES) & frame[VALUE].notna()
    return whole.to_numpy(np.bool_)


def _line(x1: float, y1: float, x2: float, y2: float, look: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" {look}/>'


def _text(x: float, y: float, text: str, ink: Ink, anchor: str = "middle") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{ink.text}">{esc(text)}</text>'
    )


def _grid(axes: _Axes, ink: Ink) -> Iterator[str]:
    decimals = 0 if axes.step >= 1 else 1
    for i in range(int(axes.highest / axes.step) + 1):
        y = axes.y(i * axes.step)
        look = f'stroke="{ink.muted}" stroke-opacity="{1 if i == 0 else 0.35}"'
        yield _line(_LEFT, y, axes.size[0] - _RIGHT, y, look)
        yield _text(_LEFT - 6, y + 4, f"{i * axes.step:,.{decimals}f}", ink, "end")


def _bars(axes: _Axes, series: _Series, ink: Ink) -> Iterator[str]:
    width = min(0.62 * axes.slot, 64)
    for i in _known(series):
        look = f'fill="{ink.accent}"' if series.solid[i] else f'fill="none" stroke="{ink.muted}"'
        top = axes.y(series.heights[i])
        yield (
            f'<rect x="{axes.x(i) - width / 2:.1f}" y="{top:.1f}" width="{width:.1f}" '
            f'height="{axes.floor - top:.1f}" {look}/>'
        )


def _lines(axes: _Axes, series: _Series, ink: Ink) -> Iterator[str]:
    for run in series.runs:
        points = " ".join(f"{axes.x(i):.1f},{axes.y(series.heights[i]):.1f}" for i in run)
        yield f'<polyline points="{points}" fill="none" stroke="{ink.accent}" stroke-width="1.8"/>'
    radius = 3 if axes.slot > 9 else 1.8
    for i in _known(series):
        look = f'fill="{ink.accent}"' if series.solid[i] else f'fill="none" stroke="{ink.muted}"'
        x, y = axes.x(i), axes.y(series.heights[i])
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" {look}/>'


def _known(series: _Series) -> list[int]:
    known: list[int] = np.flatnonzero(np.isfinite(series.heights)).tolist()
    return known


def _gaps(axes: _Axes, series: _Series, ink: Ink) -> Iterator[str]:
    for i in np.flatnonzero(series.missing).tolist():
        yield (
            f'<rect x="{axes.x(i - 0.5):.1f}" y="{_TOP}" width="{axes.slot:.1f}" '
            f'height="{axes.floor - _TOP:.1f}" fill="{ink.muted}" fill-opacity="0.25"/>'
        )


def _withheld(axes: _Axes, series: _Series, ink: Ink) -> Iterator[str]:
    if series.withheld:
        yield hatch(ink)
    width = min(0.7 * axes.slot, 24)
    for i, words in series.withheld.items():
        yield stub(axes.x(i), axes.floor, width, words, ink)


def _whiskers(axes: _Axes, series: _Series, ink: Ink) -> Iterator[str]:
    for i in np.flatnonzero(series.highs > series.lows).tolist():
        x = axes.x(i) + 0.18 * min(axes.slot, 64)  # beside the number above the bar
        low, high = axes.y(series.lows[i]), axes.y(series.highs[i])
        look = f'stroke="{ink.text}" stroke-width="1.5"'
        yield _line(x, low, x, high, look)
        yield _line(x - 4, low, x + 4, low, look)
        yield _line(x - 4, high, x + 4, high, look)


def _labels(axes: _Axes, series: _Series, ink: Ink) -> Iterator[str]:
    """Write the values above their marks: all where there is room, else the last whole one."""
    at = _known(series)
    texts = {i: f"{series.heights[i]:,.{series.decimals}f}" for i in at}
    longest = max((len(text) for text in texts.values()), default=0)
    last = [i for i in at if series.solid[i]] or at
    for i in at if longest * _NUMBER_PX <= axes.slot else last[-1:]:
        top = np.fmax(series.highs[i], series.heights[i])
        yield _text(axes.x(i), axes.y(float(top)) - 5, texts[i], ink)


def _break(axes: _Axes, series: _Series, ink: Ink) -> Iterator[str]:
    if series.break_at is None:
        return
    x = axes.x(series.break_at)
    yield _line(x, _TOP, x, axes.floor, f'stroke="{ink.text}" stroke-dasharray="5 4"')
    if axes.is_wide:
        on_right = x < axes.size[0] / 2
        yield _text(
            x + (6 if on_right else -6), _TOP + 9, BREAK_LABEL, ink, "start" if on_right else "end"
        )


def _ticks(axes: _Axes, labels: list[str], ink: Ink) -> Iterator[str]:
    """Name the periods, or the years that they begin, as many as there is room for."""
    starts = [i for i, label in enumerate(labels) if label.endswith(("-01", " Q1"))]
    is_year = len(labels) > _BARS_UP_TO and len(starts) >= 2
    names = [label[:4] if is_year else period_in_words(label) for label in labels]
    room = 4 if is_year else 7
    places = starts if is_year else list(range(len(labels)))
    apart = (places[1] - places[0] if len(places) > 1 else 1) * axes.slot
    for i in places[:: max(1, ceil(_TICK_PX[room] / apart))]:
        yield _text(axes.x(i), axes.size[1] - 6, names[i], ink)
