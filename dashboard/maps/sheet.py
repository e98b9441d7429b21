"""A page to draw on with matplotlib: text in lines of a width, and a note of what is taken.

Positions are millimetres from the top left corner. Text is never read as mathematics, whatever
signs are in it.
"""

from bisect import bisect
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from io import BytesIO
from math import cos, sin
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.patches import Circle
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.transforms import Bbox

PAGE_MM = (297.0, 210.0)
MAP_MM = Bbox([[10.0, 30.0], [186.0, 187.0]])
INK, GREY, LINE, PAPER, DARK = "#222222", "#595959", "#bbbbbb", "#ffffff", "#111111"
BADGE_RADIUS_MM = 2.6

_MM_PER_INCH = 25.4
_FONTS = ("Arial", "Liberation Sans", "DejaVu Sans")

Step = tuple[float, float]


@dataclass
class Sheet:
    """A page, by default A4, landscape; a map on it stands in ``frame``."""

    dpi: int
    size_mm: Step = PAGE_MM
    frame: Bbox = field(default_factory=lambda: MAP_MM)
    figure: Figure = field(init=False)
    axes: Axes = field(init=False)
    taken: list[Bbox] = field(init=False, default_factory=list)
    _renderer: Any = field(init=False)

    def __post_init__(self) -> None:
        width, height = self.size_mm
        size = (width / _MM_PER_INCH, height / _MM_PER_INCH)
        self.figure = Figure(figsize=size, dpi=self.dpi, facecolor=PAPER)
        self._renderer = FigureCanvasAgg(self.figure).get_renderer()  # type: ignore[no-untyped-call]
        self.axes = self.figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(height, 0))
        self.axes.set_axis_off()

    def png(self, metadata: dict[str, str | None]) -> bytes:
        """Give the page as a PNG with text chunks."""
        buffer = BytesIO()
        self.figure.savefig(buffer, format="png", dpi=self.dpi, metadata=metadata)
        return buffer.getvalue()

    # ---- text --------------------------------------------------------------------------------

    def write(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        bold: bool = False,
        **style: Any,  # noqa: ANN401 - what matplotlib's Text takes
    ) -> Text:
        """Write text whose top left corner, unless the style says otherwise, is at (x, y)."""
        options = {"color": INK, "va": "top", "ha": "left", "zorder": 12, **style}
        font = _font(size, bold=bold)
        return self.axes.text(x, y, text, fontproperties=font, parse_math=False, **options)

    def paragraph(
        self,
        at: Step,
        width: float,
        text: str,
        size: float,
        *,
        bold: bool = False,
        color: str = INK,
    ) -> float:
        """Write text in lines of at most a width; give the y below it."""
        (x, y), lines = at, self.lines(text, width, size, bold=bold)
        for number, line in enumerate(lines):
            self.write(x, y + number * line_mm(size), line, size, bold=bold, color=color)
        return y + len(lines) * line_mm(size)

    def lines(self, text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
        """Break text into lines of at most a width; a word longer than that is cut short."""
        lines = [""]
        for word in text.split():
            longer = f"{lines[-1]} {word}".strip()
            if self.width(longer, size, bold=bold) <= width:
                lines[-1] = longer
            else:
                lines.append(self._cut(word, width, size, bold=bold))
        return [line for line in lines if line] or [""]

    def _cut(self, text: str, width: float, size: float, *, bold: bool) -> str:
        if self.width(text, size, bold=bold) <= width:
            return text

        def width_of_first(letters: int) -> float:
            return self.width(f"{text[:letters]}…", size, bold=bold)

        return f"{text[: bisect(range(1, len(text)), width, key=width_of_first)]}…"

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """Give the width of one line in mm."""
        return _width(text, size, bold, self.dpi)

    # ---- nothing over another ----------------------------------------------------------------

    def is_free(self, box: Bbox, frame: Bbox) -> bool:
        """Say whether a box lies in a frame and touches nothing that was taken."""
        inside = (
            frame.xmin <= box.xmin
            and frame.ymin <= box.ymin
            and box.xmax <= frame.xmax
            and box.ymax <= frame.ymax
        )
        return inside and not any(box.overlaps(other) for other in self.taken)

    def write_where_free(self, text: Text, steps: Iterable[Step], frame: Bbox) -> Step | None:
        """Move a text, with a halo, by the first step to where it is free, or take it away."""
        x, y = text.get_position()
        text.set_path_effects([withStroke(linewidth=2.2, foreground=PAPER, alpha=0.9)])
        box = self._box_of(text)
        for dx, dy in steps:
            moved = box.translated(dx, dy)
            if self.is_free(moved, frame):
                self.taken.append(moved)
                text.set_position((x + dx, y + dy))
                return dx, dy
        text.remove()
        return None

    def _box_of(self, text: Text) -> Bbox:
        window = text.get_window_extent(self._renderer)
        corners = self.axes.transData.inverted().transform(window.get_points())
        return Bbox([corners.min(axis=0), corners.max(axis=0)])

    def badge(self, x: float, y: float, rank: str) -> None:
        """Draw a rank in a disc."""
        disc = Circle((x, y), BADGE_RADIUS_MM, facecolor=DARK, edgecolor=PAPER, zorder=20)
        self.axes.add_patch(disc)
        centred = {"ha": "center", "va": "center_baseline", "zorder": 21}
        self.write(x, y, rank, 6.5 if len(rank) > 2 else 8.5, bold=True, color=PAPER, **centred)


def around(x: float, y: float, radius: float) -> Bbox:
    """Give the box around a disc."""
    return Bbox([[x - radius, y - radius], [x + radius, y + radius]])


def line_mm(size: float) -> float:
    """Give the height of a line of text of a size in points."""
    return size * 1.25 / 72 * _MM_PER_INCH


@cache
def _font(size: float, *, bold: bool) -> FontProperties:
    installed = {font.name for font in fontManager.ttflist}
    families = [name for name in _FONTS if name in installed]
    return FontProperties(family=families, size=size, weight="bold" if bold else "normal")


@cache
def _measuring(dpi: int) -> Any:  # noqa: ANN401 - matplotlib's renderer is untyped
    return FigureCanvasAgg(Figure(dpi=dpi)).get_renderer()  # type: ignore[no-untyped-call]


@lru_cache(maxsize=20_000)
def _width(text: str, size: float, bold: bool, dpi: int) -> float:
    """Measure a text once: the same words stand on every map."""
    font = _font(size, bold=bold)
    dots, _, _ = _measuring(dpi).get_text_width_height_descent(text, font, ismath=False)
    return float(dots) / dpi * _MM_PER_INCH


def ring_of_steps(radius: float) -> list[Step]:
    """Give twelve steps of a length, to the upper right first."""
    angles = (-np.pi / 4 + np.arange(12) * np.pi / 6).tolist()
    return [(radius * cos(angle), radius * sin(angle)) for angle in angles]
