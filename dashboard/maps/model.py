"""What is on a map, said once for every renderer.

All positions are (latitude, longitude) in degrees, rounded to about a metre, as Leaflet wants
them; a ring is an array of them, shape (n, 2), its last position the first one again. Rows of
``values`` are the wards in the order of the base map, then the extra rows.
"""

from dataclasses import dataclass
from math import isnan
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from dashboard.maps.classify import MapClass, Scale
from dashboard.words import amount, plural

LEAST_P = 0.001
"""Smaller p-values are not written out."""

Position = tuple[float, float]
Ring = NDArray[np.float64]
Bounds = tuple[Position, Position]


@dataclass(frozen=True, eq=False)
class WardShape:
    """One ward: its outline as polygons of rings, and where its name stands."""

    code: str
    name: str
    label_at: Position
    rings: list[list[Ring]]


@dataclass(frozen=True)
class PlaceMark:
    """A known place that helps readers to find their way."""

    name: str
    kind: str
    is_station: bool
    at: Position


@dataclass(frozen=True, eq=False)
class BaseMap:
    """What does not change with the numbers: wards of a vintage, the borough and places."""

    vintage: str
    wards: tuple[WardShape, ...]
    extra_rows: tuple[str, ...]
    borough: list[Ring]
    places: tuple[PlaceMark, ...]
    bounds: Bounds
    attribution: str


@dataclass(frozen=True, eq=False)
class SurfaceFrames:
    """Density images in web Mercator.

    Attributes
    ----------
    bounds
        South-west and north-east corner.
    greys
        Shape (frames, height, width), uint8, north at the top: 255 times the share of ``maximum``.
    maximum
        The value of grey 255, incidents per km2.
    scale
        Its classes; the same for all frames.
    in_cells
        Whether its cells are drawn as they are, with corners, and nothing is made up between them.
    """

    bounds: Bounds
    greys: NDArray[np.uint8]
    maximum: float
    scale: Scale
    in_cells: bool = False

    def grey_of(self, value: float) -> int:
        """Give the lowest grey that stands for at least ``value``."""
        return max(1, int(np.ceil(value / self.maximum * 255)))


class Spot(Protocol):
    """A ranked area as the renderers draw it."""

    @property
    def rank(self) -> int:
        """From 1, once in each frame."""

    @property
    def name(self) -> str:
        """Where it is, in words."""

    @property
    def at(self) -> Position:
        """Where its rank stands."""

    @property
    def rings(self) -> list[list[Ring]]:
        """Its outline, as polygons of rings."""

    @property
    def facts(self) -> str:
        """What is said of it."""


@dataclass(frozen=True, eq=False)
class ReleasedShape:
    """A ranked area of which only words are known, for partners."""

    rank: int
    name: str
    at: Position
    rings: list[list[Ring]]
    facts: str


@dataclass(frozen=True, eq=False)
class HotspotShape:
    """One ranked hotspot of one frame.

    ``p_value`` is NaN where nothing was tested, ``before`` None where there is no period before,
    and the peaks are empty where there are none.
    """

    rank: int
    name: str
    incidents: int
    share: float
    area_ha: float
    pai: float
    p_value: float
    before: int | None
    peak_days: str
    peak_hours: str
    at: Position
    rings: list[list[Ring]]

    @property
    def facts(self) -> str:
        """The figures as every renderer writes them: rounded once, here."""
        figures = (
            f"{plural(self.incidents, 'incident')}, {amount(self.share, 1)} % of those located, "
            f"{amount(self.area_ha, 1)} ha, PAI {amount(self.pai, 1)}"
        )
        return ". ".join(filter(None, (figures, self._busiest, self._change, self._chance)))

    @property
    def _busiest(self) -> str:
        when = ", ".join(filter(None, (self.peak_days, self.peak_hours)))
        return f"Busiest {when}" if when else ""

    @property
    def _change(self) -> str:
        if self.before is None:
            return ""
        more = self.incidents - self.before
        if more == 0:
            return "As many as in the period before"
        return f"{abs(more):,} {'more' if more > 0 else 'fewer'} than in the period before"

    @property
    def _chance(self) -> str:
        if isnan(self.p_value):
            return ""
        return f"p = {self.p_value:.3f}" if self.p_value >= LEAST_P else f"p < {LEAST_P}"


@dataclass(frozen=True, eq=False)
class View:
    """A way to see time: the whole of it in one frame, or step by step on one colour scale.

    Attributes
    ----------
    name
        On the switch, for example ``Month by month``.
    method
        How its hotspots were found, with the settings used.
    frames
        The period of each frame in words.
    sentences
        What each frame shows, in a sentence.
    located
        How many incidents of each frame are located, outside and not located, in words.
    scale
        Colours of the wards, one scale for all frames.
    values
        Shape (frames, wards + extra rows), rounded as shown; NaN where there is no figure.
    totals
        Of each frame, or None where the measure does not add up.
    surface, hotspots
        Of each frame.
    notes
        Of each frame, what else is said of each row; empty where there is nothing.
    outlined
        Shape (frames, wards): which have a thick outline, as the scale explains; None for none.
    figure
        Last part of the names that the figures carry (``ward.E05013735.count``); empty where
        they are not those of the chosen period.
    ranks
        Shape (frames, wards): ranks of the figures before they were rounded, equal figures with
        the same one, 0 for none; None where wards are not ranked.
    withheld
        Of each frame and row, what stands for a figure that is withheld, else nothing; empty
        where none is.
    """

    name: str
    method: str
    frames: tuple[str, ...]
    sentences: tuple[str, ...]
    located: tuple[str, ...]
    scale: Scale
    values: NDArray[np.float64]
    totals: tuple[float | None, ...]
    surface: SurfaceFrames | None
    hotspots: tuple[tuple[Spot, ...], ...]
    notes: tuple[tuple[str, ...], ...] = ()
    outlined: NDArray[np.bool_] | None = None
    figure: str = ""
    ranks: NDArray[np.intp] | None = None
    withheld: tuple[tuple[str, ...], ...] = ()

    def words_at(self, frame: int, row: int) -> str:
        """Give what stands for a figure that is withheld."""
        return self.withheld[frame][row] if self.withheld else ""

    def class_at(self, frame: int, row: int) -> MapClass:
        """Give the class of a ward, or the one that says why there is none."""
        value = float(self.values[frame, row])
        if isnan(value):
            return self.scale.gap_of(self.words_at(frame, row))
        return self.scale.class_of(value)

    def figure_at(self, frame: int, row: int, decimals: int) -> str:
        """Write a figure as the map shows it."""
        value = float(self.values[frame, row])
        return self.scale.figure(value, decimals, self.words_at(frame, row))

    def gaps(self, n_wards: int) -> tuple[MapClass, ...]:
        """Give the classes of the figures that wards do not have, for the legend."""
        missing = np.argwhere(np.isnan(self.values[:, :n_wards])).tolist()
        found = {self.class_at(frame, row).label: (frame, row) for frame, row in missing}
        known = [gap for gap in self.scale.gaps if gap.label in found]
        labels = {gap.label for gap in known}
        return (*known, *(self.class_at(*at) for label, at in found.items() if label not in labels))


@dataclass(frozen=True, eq=False)
class TeamWay:
    """A team of a patrol plan: where it starts and ends, its areas by rank, and its way."""

    number: int
    base: str
    base_at: Position
    areas: tuple[int, ...]
    lines: tuple[Ring, ...]


Listing = Literal["hotspots", "wards", "areas"]


@dataclass(frozen=True, eq=False)
class MapModel:
    """A whole map.

    ``views`` holds ``whole`` and, when there is more than one frame, ``steps``; maps for partners
    hold ``years`` and ``quarters`` instead. ``listing`` is what is ranked beside it. Maps of a
    patrol plan, with the listing ``areas``, have ``teams`` and begin with ``focus`` in sight.
    """

    base: BaseMap
    title: str
    unit: str
    decimals: int
    source: str
    disclosure: str
    views: dict[str, View]
    tiles: str | None = None
    is_demonstration: bool = False
    listing: Listing = "hotspots"
    teams: tuple[TeamWay, ...] = ()
    focus: Bounds | None = None
