"""A small picture of how many incidents lie in each ward, with its table."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

import boundaries
from boundaries.columns import WARD_NAME
from boundaries.vintages import Vintage
from dashboard.charts import Ink
from dashboard.escape import esc
from dashboard.maps.classify import Scale, classify
from dashboard.settings import vintage_in_force
from dashboard.words import plural
from geo.schema import Incidents
from geo.wards.join import locate
from geo.wards.table import EXTRA_ROWS

_SIMPLIFY_M = 8.0
_UNIT_M = 10.0
_MARGIN = 12
_LEGEND_ROW = 28
_DARK_CLASSES = ("#434e6c", "#00224e")


@dataclass(frozen=True, eq=False)
class WardCounts:
    """Incidents by ward, every one exactly once.

    Attributes
    ----------
    vintage
        Which wards.
    counts
        Shape (wards,), in the order of ``boundaries.load_wards``.
    outside, not_located
        Incidents that lie in none.
    """

    vintage: Vintage
    counts: NDArray[np.intp]
    outside: int
    not_located: int

    @classmethod
    def of(cls, incidents: Incidents) -> "WardCounts":
        """Count by the wards that were in force on the day of the last incident."""
        vintage = vintage_in_force(incidents)
        location = locate(incidents, vintage)
        inside = location.positions[location.positions >= 0]
        counts = np.bincount(inside, minlength=len(boundaries.load_wards(vintage)))
        return cls(vintage, counts, location.outside, location.not_located)

    @property
    def names(self) -> list[str]:
        """The wards' names, in the order of ``counts``."""
        return list(boundaries.load_wards(self.vintage)[WARD_NAME])

    def table(self) -> pd.DataFrame:
        """Give the figures as they are read: the highest ward first, the two other rows last."""
        order = np.argsort(-self.counts, kind="stable")
        names = [*(self.names[i] for i in order), *EXTRA_ROWS.values()]
        figures = [*self.counts[order].tolist(), self.outside, self.not_located]
        return pd.DataFrame({"Ward": names, "Incidents": [f"{n:,}" for n in figures]})

    def in_words(self) -> str:
        """Say where most are."""
        located = int(self.counts.sum())
        if not located:
            return "No incident lies in a ward of the borough."
        top = int(np.argmax(self.counts))
        share = 100 * self.counts[top] / located
        return (
            f"{plural(located, 'incident')} in the borough, most in {self.names[top]}: "
            f"{self.counts[top]:,} ({share:.0f} %)."
        )


def ward_picture(found: WardCounts, ink: Ink) -> str:
    """Draw the wards in the colours of their class, each with its figure, as SVG."""
    scale = classify(found.counts.astype(np.float64), "natural breaks", title="", decimals=0)
    shapes = boundaries.load_wards(found.vintage).geometry.to_numpy()
    shapes = shapely.coverage_simplify(shapes, _SIMPLIFY_M)
    west, south, east, north = shapely.total_bounds(shapes)
    width, height = ((side / _UNIT_M + 2 * _MARGIN) for side in (east - west, north - south))
    corner = np.array([west - _MARGIN * _UNIT_M, north + _MARGIN * _UNIT_M])
    middles = shapely.get_coordinates(shapely.maximum_inscribed_circle(shapes, 10))[::2]
    figures = found.counts.tolist()
    colours = [_colour(scale, figure) for figure in figures]
    parts = [_area(shape, colour, corner) for shape, colour in zip(shapes, colours, strict=True)]
    # Figures go over all wards, or the next ward's outline would cut them.
    for figure, colour, (x, y) in zip(figures, colours, _place(middles, corner), strict=True):
        parts.append(_figure(figure, colour, x, y))
    # The borough bends away from its south-western corner and leaves room for the legend.
    parts.extend(_legend(scale, ink, height - _MARGIN - _LEGEND_ROW * (len(scale.classes) + 1)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}" font-family="Arial, Helvetica, sans-serif">'
        f"{''.join(parts)}</svg>"
    )


def _colour(scale: Scale, count: int) -> str:
    return next(one.colour for one in scale.classes if count <= one.high)


def _area(shape: shapely.Geometry, colour: str, corner: NDArray[np.float64]) -> str:
    rings = shapely.get_rings(np.asarray(shapely.get_parts(shape)))
    path = "".join(_ring(ring, corner) for ring in rings)
    style = 'fill-rule="evenodd" stroke="#ffffff" stroke-width="2.5"'
    return f'<path d="{path}" fill="{colour}" {style}/>'


def _figure(count: int, colour: str, x: float, y: float) -> str:
    ink = "#ffffff" if colour in _DARK_CLASSES else "#000000"
    size = 23 if count < 10_000 else 16
    return (
        f'<text x="{x:.0f}" y="{y + size / 3:.0f}" font-size="{size}" text-anchor="middle" '
        f'fill="{ink}">{count:,}</text>'
    )


def _ring(ring: shapely.Geometry, corner: NDArray[np.float64]) -> str:
    points = _place(shapely.get_coordinates(ring), corner)
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points.tolist()) + "Z"


def _place(metres: NDArray[np.float64], corner: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn eastings and northings into positions on the picture, north at the top."""
    return np.asarray((metres - corner) * np.array([1, -1]) / _UNIT_M, np.float64)


def _legend(scale: Scale, ink: Ink, top: float) -> list[str]:
    rows = [(None, "Incidents by ward"), *((one.colour, one.label) for one in scale.classes)]
    lines = []
    for number, (colour, words) in enumerate(rows):
        y = top + _LEGEND_ROW * number
        if colour:
            lines.append(
                f'<rect x="{_MARGIN}" y="{y:.0f}" width="30" height="20" fill="{colour}" '
                f'stroke="{ink.muted}"/>'
            )
        x, weight = (_MARGIN + 42, "normal") if colour else (_MARGIN, "bold")
        lines.append(
            f'<text x="{x}" y="{y + 17:.0f}" font-size="21" font-weight="{weight}" '
            f'fill="{ink.text}">{esc(words)}</text>'
        )
    return lines
