"""Maps of a patrol plan for paper: black on white, so that a photocopy loses nothing.

Teams differ by line and by number, never by colour; the areas are hatched. North is up. No tiles
are fetched: wards, places people know and the plan itself are all there is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from matplotlib.patches import Polygon, Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.transforms import Bbox
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

import boundaries
from boundaries.columns import PLACE_NAME, WARD_NAME
from boundaries.vintages import Vintage
from dashboard.maps.sheet import DARK, GREY, INK, PAPER, Sheet, Step, around, ring_of_steps
from dashboard.patrol.ways import Line, legs_of
from dashboard.patrol.words import rounds_on
from geo.patrol.plan import FocusArea, Plan, Team

Metres = tuple[float, float]

_DPI = 250
_BORDER = "#777777"
_SIMPLIFY_M = 2.0
_LEAST_ACROSS_M = 800.0
_LEAST_OVERVIEW_M = 1_500.0
_AROUND_PLAN = 0.07
_BARS_M = (100, 200, 250, 500, 1000, 2000, 5000)

Dashes = tuple[float, ...]
LINES: tuple[tuple[Dashes, float], ...] = tuple(
    (dashes, width)
    for width in (1.6, 2.9)
    for dashes in ((), (5.0, 2.0), (1.0, 1.3), (6.0, 1.5, 1.0, 1.5), (10.0, 3.0), (3.0, 1.0))
)
"""How the ways of teams are drawn, the first team first: dashes in widths of the line, points."""


@dataclass
class _Ground:
    """A sheet whose positions are metres in EPSG:27700.

    Attributes
    ----------
    west, south, east, north
        What is on it.
    """

    sheet: Sheet
    west: float
    south: float
    east: float
    north: float

    @property
    def mm_per_m(self) -> float:
        return self.sheet.size_mm[0] / (self.east - self.west)

    @property
    def frame(self) -> Bbox:
        width, height = self.sheet.size_mm
        return Bbox([[0.6, 0.6], [width - 0.6, height - 0.6]])

    def place(self, metres: Any) -> NDArray[np.float64]:  # noqa: ANN401 - array-like
        """Turn metres into millimetres from the top left corner, shape (n, 2)."""
        at = np.asarray(metres, np.float64).reshape(-1, 2)
        return (at - [self.west, self.north]) * [self.mm_per_m, -self.mm_per_m]

    def holds(self, at: Metres) -> bool:
        return self.west < at[0] < self.east and self.south < at[1] < self.north

    def line(self, metres: Any, *, zorder: float, halo: float = 0, **style: Any) -> None:  # noqa: ANN401
        """Draw a line, with a white one under it where it has a halo."""
        x, y = self.place(metres).T
        (drawn,) = self.sheet.axes.plot(x, y, zorder=zorder, solid_capstyle="butt", **style)
        if halo:
            under = withStroke(linewidth=style["linewidth"] + halo, foreground=PAPER)
            drawn.set_path_effects([under])

    def take(self, box: Bbox) -> None:
        self.sheet.taken.append(box)


@dataclass(frozen=True)
class _Shown:
    """What maps show of a plan; of two plans that differ in figures alone it is the same.

    Attributes
    ----------
    legs
        By team, the lines of its shortest round.
    """

    vintage: Vintage
    areas: tuple[FocusArea, ...]
    teams: tuple[Team, ...]
    legs: tuple[tuple[Line, ...], ...]

    @classmethod
    def of(cls, plan: Plan) -> "_Shown":
        bare = plan.without_figures(plan.level)
        return cls(
            plan.vintage, bare.areas, plan.teams, tuple(legs_of(plan, team) for team in plan.teams)
        )


def area_png(
    plan: Plan,
    number: int,
    on: Sequence[int | None] = (),
    *,
    size_mm: float = 58.0,
    dpi: int = _DPI,
) -> bytes:
    """Draw an area with what is around it; the same area always gives the same bytes.

    Parameters
    ----------
    number
        Of the area.
    on
        To which areas of its team the way goes on from it, None for the base: arrows point there.
    """
    return _area_png(_Shown.of(plan), number, tuple(on), size_mm, dpi)


@lru_cache(maxsize=64)  # a plan is drawn for several days, and for several files
def _area_png(
    plan: _Shown, number: int, on: tuple[int | None, ...], size_mm: float, dpi: int
) -> bytes:
    area = plan.areas[number - 1]
    (x, y), half = area.middle, max(_LEAST_ACROSS_M, 3.2 * area.side_m) / 2
    sheet = Sheet(dpi, (size_mm, size_mm), Bbox([[0.0, 0.0], [size_mm, size_mm]]))
    ground = _Ground(sheet, x - half, y - half, x + half, y + half)
    _wards(ground, plan.vintage)
    for other in plan.areas:
        is_main = other.number == number
        _area(ground, other, is_main=is_main, is_taken=is_main)
    _streets(ground, plan, area)
    base = _base_at(ground, plan.teams[area.team - 1])
    _badge(ground, area, [base])
    _scale_bar(ground, plan.areas)
    _north(ground)
    for other in plan.areas:
        x, y = ground.place(other.middle)[0].tolist()
        if other.number != number and ground.sheet.is_free(around(x, y, 2.8), ground.frame):
            _badge(ground, other)
    if ground.frame.contains(base[0], base[1]):
        _square(ground, base)
        _words_beside(ground, "base", base, [s for r in (4.0, 6.0, 9.0) for s in ring_of_steps(r)])
    for stop in dict.fromkeys(on):
        _arrow(ground, plan, area, stop)
    _places(ground)
    _frame(ground)
    title = f"Area {number}, {area.name}"
    return sheet.png({"Title": title, "Software": None})


def overview_png(
    plan: Plan,
    *,
    width_mm: float = 186.0,
    most_height_mm: float = 165.0,
    dpi: int = _DPI,
) -> bytes:
    """Draw all areas, bases and the ways between them; the same plan gives the same bytes."""
    return _overview_png(_Shown.of(plan), width_mm, most_height_mm, dpi)


@lru_cache(maxsize=4)
def _overview_png(plan: _Shown, width_mm: float, most_height_mm: float, dpi: int) -> bytes:
    ground = _overview_ground(plan, width_mm, most_height_mm, dpi)
    _wards(ground, plan.vintage)
    for area in plan.areas:
        _area(ground, area, is_main=True, is_taken=True)
    for team in plan.teams:
        _ways(ground, plan, team)
    _scale_bar(ground, plan.areas)
    _north(ground)
    at_bases = [_base_at(ground, team) for team in plan.teams]
    for area in plan.areas:
        _badge(ground, area, at_bases)
    for bases in _teams_by_base(plan):
        _base(ground, bases)
    _team_numbers(ground, plan)
    _names(ground, plan.vintage)
    _places(ground)
    _frame(ground)
    return ground.sheet.png({"Title": "Overview of the patrol plan", "Software": None})


def sample_png(team: int, *, dpi: int = _DPI) -> bytes:
    """Draw a piece of the line by which a team's way is known, for a legend: 16 by 4 mm."""
    sheet = Sheet(dpi, (16.0, 4.0), Bbox([[0, 0], [16, 4]]))
    sheet.axes.plot([0.5, 15.5], [2, 2], color=DARK, **_line_of(team))
    return sheet.png({"Title": f"Line of team {team}", "Software": None})


def ways_on(plan: Plan, area: FocusArea, day: date) -> tuple[int | None, ...]:
    """Give where its team goes from an area on a day: numbers of areas, None for the base."""
    found: list[int | None] = []
    for one in rounds_on(plan, area.team, day):
        stops: list[int | None] = [*(visit.area for visit in one.visits), None]
        found += [after for before, after in pairwise(stops) if before == area.number]
    return tuple(dict.fromkeys(found))


def _overview_ground(plan: _Shown, width_mm: float, most_height_mm: float, dpi: int) -> _Ground:
    """Choose what is on the overview: the plan with a margin, as wide as the page."""
    shapes = [
        *(area.shape for area in plan.areas),
        *(shapely.Point(team.base.easting, team.base.northing) for team in plan.teams),
        *(shapely.LineString(leg) for legs in plan.legs for leg in legs),
    ]
    west, south, east, north = shapely.union_all(shapes).bounds
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    wide = max(east - west, _LEAST_OVERVIEW_M) * (1 + 2 * _AROUND_PLAN)
    high = max(north - south, _LEAST_OVERVIEW_M / 2) * (1 + 2 * _AROUND_PLAN)
    wide = max(wide, high * width_mm / most_height_mm)
    high = max(high, wide * 0.55)
    sheet = Sheet(dpi, (width_mm, width_mm * high / wide))
    return _Ground(
        sheet,
        middle_x - wide / 2,
        middle_y - high / 2,
        middle_x + wide / 2,
        middle_y + high / 2,
    )


# ---- what lies there -----------------------------------------------------------------------------


@lru_cache(maxsize=4)
def _ward_lines(vintage: Vintage) -> tuple[list[NDArray[np.float64]], list[NDArray[np.float64]]]:
    """Give the lines between wards, each once, and the borough's rings, in metres."""
    wards = boundaries.load_wards(vintage)
    simple = shapely.coverage_simplify(wards.geometry.to_numpy(), _SIMPLIFY_M)
    between = shapely.line_merge(shapely.union_all(shapely.boundary(simple)))
    borough = shapely.boundary(shapely.union_all(simple))
    return _coordinates(between), _coordinates(borough)


def _coordinates(lines: BaseGeometry) -> list[NDArray[np.float64]]:
    return [shapely.get_coordinates(line) for line in shapely.get_parts(lines)]


def _wards(ground: _Ground, vintage: Vintage) -> None:
    wards, borough = _ward_lines(vintage)
    for ring in wards:
        ground.line(ring, zorder=1, color=_BORDER, linewidth=0.7, dashes=(4, 2))
    for ring in borough:
        ground.line(ring, zorder=2, color=GREY, linewidth=1.8)


def _area(ground: _Ground, area: FocusArea, *, is_main: bool, is_taken: bool = False) -> None:
    """Draw an area; no words are written over one that is taken."""
    (left, top), (right, bottom) = ground.place(
        [(area.west, area.south + area.side_m), (area.west + area.side_m, area.south)]
    )
    square = Rectangle((left, top), right - left, bottom - top, zorder=4)
    # The hatch has the colour of the edge; the line round it is drawn apart and darker.
    square.set(facecolor=PAPER, edgecolor=_BORDER, hatch="////" if is_main else None, linewidth=0)
    ground.sheet.axes.add_patch(square)
    rim = Rectangle((left, top), right - left, bottom - top, zorder=6, facecolor="none")
    rim.set(edgecolor=DARK, linewidth=2.0 if is_main else 1.1)
    ground.sheet.axes.add_patch(rim)
    if is_taken:
        ground.take(Bbox([[left, top], [right, bottom]]))


def _badge(ground: _Ground, area: FocusArea, bases: Sequence[Step] = ()) -> None:
    x, y = ground.place(area.middle)[0].tolist()
    for base_x, base_y in bases:
        if np.hypot(base_x - x, base_y - y) < 4:  # into the corner away from it
            room = max(area.side_m / 2 * ground.mm_per_m - 2.9, 0.8)
            x, y = (
                x - float(np.copysign(room, base_x - x)),
                y - float(np.copysign(room, base_y - y)),
            )
            break
    ground.sheet.badge(x, y, str(area.number))
    ground.take(around(x, y, 2.8))


def _base_at(ground: _Ground, team: Team) -> Step:
    """Give where a team's base is, in millimetres."""
    x, y = ground.place((team.base.easting, team.base.northing))[0].tolist()
    return x, y


def _words_beside(ground: _Ground, words: str, at: Step, steps: Iterable[Step]) -> None:
    text = ground.sheet.write(
        *at, words, 8, bold=True, ha="center", va="center", linespacing=1.05, zorder=11
    )
    ground.sheet.write_where_free(text, steps, ground.frame)


@lru_cache(maxsize=1)
def _known_places() -> tuple[tuple[str, Metres], ...]:
    places = boundaries.load_places()
    rows = zip(places[PLACE_NAME], places.geometry.x, places.geometry.y, strict=True)
    return tuple((str(name), (float(x), float(y))) for name, x, y in rows)


def _places(ground: _Ground) -> None:
    """Draw known places, with their names where there is room."""
    for name, metres in _known_places():
        if ground.holds(metres):
            _place(ground, name, ground.place(metres)[0])


def _place(ground: _Ground, name: str, at: NDArray[np.float64]) -> None:
    x, y = at.tolist()
    ground.sheet.axes.plot(
        [x], [y], marker="o", markersize=3.4, mfc=PAPER, mec=INK, mew=0.9, zorder=8
    )
    ground.take(around(x, y, 0.8))
    _name(ground, name, at)


def _name(ground: _Ground, name: str, at: NDArray[np.float64]) -> None:
    x, y = at.tolist()
    for text in dict.fromkeys((name, name.partition(" (")[0])):
        for ha, dx in (("left", 1.7), ("right", -1.7), ("center", 0.0)):
            down = (2.6, -2.6, 4.0, -4.0) if ha == "center" else (0.0, 1.8, -1.8, 3.2, -3.2)
            style: dict[str, Any] = {"ha": ha, "va": "center", "zorder": 9}
            written = ground.sheet.write(x, y, text, 7, **style)
            if ground.sheet.write_where_free(written, [(dx, dy) for dy in down], ground.frame):
                return


def _names(ground: _Ground, vintage: Vintage) -> None:
    """Write the names of wards where there is room."""
    wards = boundaries.load_wards(vintage)
    view = shapely.box(ground.west, ground.south, ground.east, ground.north)
    near: list[Step] = sorted(
        ((float(dx), float(dy)) for dx in range(-16, 17, 4) for dy in range(-16, 17, 2)),
        key=lambda step: (np.hypot(*step), step),
    )
    for name, shape in zip(wards[WARD_NAME], wards.geometry, strict=True):
        seen = shapely.intersection(shape, view)
        if seen.area < 0.2 * shape.area:
            continue
        circle = shapely.maximum_inscribed_circle(seen, 20)
        ((x, y),) = ground.place(shapely.get_coordinates(circle)[:1])
        text = ground.sheet.write(
            x, y, name, 8, color=GREY, ha="center", va="center", style="italic", zorder=7
        )
        inside = [s for s in near if shapely.contains_xy(seen, *_metres(ground, x, y, s))]
        ground.sheet.write_where_free(text, inside, ground.frame)


def _metres(ground: _Ground, x: float, y: float, step: Step) -> Metres:
    scale = ground.mm_per_m
    return ground.west + (x + step[0]) / scale, ground.north - (y + step[1]) / scale


def _square(ground: _Ground, at: Step) -> None:
    x, y = at
    ground.sheet.axes.plot(
        [x], [y], marker="s", markersize=6, mfc=DARK, mec=PAPER, mew=1, zorder=22
    )
    ground.take(around(x, y, 1.3))


# ---- teams ---------------------------------------------------------------------------------------


def _line_of(team: int) -> dict[str, Any]:
    dashes, width = LINES[(team - 1) % len(LINES)]
    return {"linewidth": width, **({"dashes": dashes} if dashes else {})}


def _ways(ground: _Ground, plan: _Shown, team: Team) -> None:
    for path in plan.legs[team.number - 1]:
        ground.line(path, zorder=5, halo=2.2, color=DARK, **_line_of(team.number))


def _streets(ground: _Ground, plan: _Shown, area: FocusArea) -> None:
    """Draw the team's ways where they follow streets."""
    for path in plan.legs[area.team - 1]:
        if len(path) > 2:
            ground.line(path, zorder=5, halo=1.6, color=DARK, linewidth=1.0)


def _teams_by_base(plan: _Shown) -> Iterable[list[Team]]:
    found: dict[tuple[float, float], list[Team]] = {}
    for team in plan.teams:
        if team.areas:
            found.setdefault((team.base.easting, team.base.northing), []).append(team)
    return found.values()


def _base(ground: _Ground, teams: list[Team]) -> None:
    at = _base_at(ground, teams[0])
    _square(ground, at)
    numbers = ", ".join(str(team.number) for team in teams)
    words = f"Base of team{'s' if len(teams) > 1 else ''} {numbers}\n{teams[0].base.name}"
    steps = [step for radius in (5.5, 8.0, 11.0, 15.0) for step in ring_of_steps(radius)]
    _words_beside(ground, words, at, [(2.2 * dx, dy) for dx, dy in steps])


def _team_numbers(ground: _Ground, plan: _Shown) -> None:
    """Say on its way which team walks it."""
    for team in plan.teams:
        middles = [shapely.LineString(path) for path in plan.legs[team.number - 1] if len(path) > 1]
        for line in sorted(middles, key=lambda one: -one.length):
            half = shapely.get_coordinates(line.interpolate(0.5, normalized=True))
            ((x, y),) = ground.place(half)
            words = f"team {team.number}"
            text = ground.sheet.write(x, y, words, 8, bold=True, ha="center", va="center")
            steps: list[Step] = [(0.0, 0.0), *ring_of_steps(2.5), *ring_of_steps(4.0)]
            if ground.sheet.write_where_free(text, steps, ground.frame) is not None:
                break


def _arrow(ground: _Ground, plan: _Shown, area: FocusArea, stop: int | None) -> None:
    """Draw an arrow from an area towards the stop after it, with its name."""
    base = plan.teams[area.team - 1].base
    to = (base.easting, base.northing) if stop is None else plan.areas[stop - 1].middle
    (start, end) = ground.place([area.middle, to])
    away = end - start
    length = float(np.hypot(*away))
    if length == 0:
        return
    direction = away / length
    begin = area.side_m / 2 * ground.mm_per_m / float(np.abs(direction).max()) + 0.8
    reach = (ground.sheet.size_mm[0] / 2 - 3.2) / float(np.abs(direction).max())
    last = min(length - 3.2, reach)
    if last <= begin + 1.5:
        return
    ground.sheet.axes.annotate(
        "",
        xy=tuple(start + direction * last),
        xytext=tuple(start + direction * begin),
        arrowprops={
            "arrowstyle": "-|>",
            "color": DARK,
            "linewidth": 1.6,
            "shrinkA": 0,
            "shrinkB": 0,
            "mutation_scale": 11,
        },
        zorder=7,
    )
    for share in np.linspace(begin, last, 12):
        x, y = (start + direction * share).tolist()
        ground.take(around(x, y, 0.5))
    if ground.holds(to):
        return  # its number, or the base's mark, stands there
    words = "to base" if stop is None else f"to {stop}"
    x, y = (start + direction * last).tolist()
    steps = [s for radius in (3.6, 4.6, 6.0, 8.0, 11.0) for s in ring_of_steps(radius)]
    _words_beside(ground, words, (x, y), steps)


# ---- scale bar, north, frame ---------------------------------------------------------------------


def _scale_bar(ground: _Ground, areas: Sequence[FocusArea]) -> None:
    """Draw a bar of a round number of metres in a lower corner, the left one if it hides less."""
    across = ground.east - ground.west
    metres = max((bar for bar in _BARS_M if bar <= across / 3), default=_BARS_M[0])
    width, height = ground.sheet.size_mm
    length = metres * ground.mm_per_m
    base = height - 2.6
    boxes = {"right": width - 4.5 - length, "left": 1.5}
    hidden = {
        corner: sum(_reaches(ground, area, x, x + length + 3, height - 8) for area in areas)
        for corner, x in boxes.items()
    }
    left = boxes[min(boxes, key=lambda corner: hidden[corner])] + 1.5
    right = left + length
    back = Rectangle((left - 1.5, base - 5.2), length + 3.0, 7.8, facecolor=PAPER, zorder=12)
    ground.sheet.axes.add_patch(back)
    bar = Rectangle((left, base - 1.2), length, 1.2, facecolor=DARK, edgecolor=DARK, zorder=13)
    ground.sheet.axes.add_patch(bar)
    label = f"{metres} m" if metres < 1000 else f"{metres // 1000} km"
    ground.sheet.write(
        (left + right) / 2, base - 1.7, label, 7.5, ha="center", va="bottom", zorder=13
    )
    ground.take(Bbox([[left - 1.5, base - 5.2], [right + 1.5, height]]))


def _reaches(ground: _Ground, area: FocusArea, left: float, right: float, top: float) -> bool:
    """Say whether an area reaches below a height between two sides, in millimetres."""
    corners = [(area.west, area.south), (area.west + area.side_m, area.south)]
    (west, bottom), (east, _) = ground.place(corners).tolist()
    height = ground.sheet.size_mm[1]
    is_above = bottom - area.side_m * ground.mm_per_m > height
    return bool(bottom > top and not is_above and west < right and east > left)


def _north(ground: _Ground) -> None:
    x, y = ground.sheet.size_mm[0] - 4.6, 2.2
    back = Rectangle((x - 3.4, 0), 8, 11.4, facecolor=PAPER, zorder=12)
    ground.sheet.axes.add_patch(back)
    points = [(x, y), (x + 1.7, y + 5), (x, y + 3.9), (x - 1.7, y + 5)]
    ground.sheet.axes.add_patch(Polygon(points, closed=True, facecolor=DARK, zorder=13))
    ground.sheet.write(x, y + 5.3, "N", 8, bold=True, ha="center", zorder=13)
    ground.take(Bbox([[x - 3.4, 0], [x + 4.6, 11.4]]))


def _frame(ground: _Ground) -> None:
    width, height = ground.sheet.size_mm
    box = Rectangle((0.2, 0.2), width - 0.4, height - 0.4, facecolor="none", edgecolor=DARK)
    box.set(linewidth=1.2, zorder=30)
    ground.sheet.axes.add_patch(box)
