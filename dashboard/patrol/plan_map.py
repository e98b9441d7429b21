"""The map of a patrol plan in the page: its areas, the bases of the teams and the ways between."""

from itertools import pairwise

import numpy as np

from dashboard.maps.base import base_map, positions, rings_of
from dashboard.maps.classify import Scale
from dashboard.maps.model import (
    Bounds,
    MapModel,
    Position,
    ReleasedShape,
    Ring,
    Spot,
    TeamWay,
    View,
)
from dashboard.patrol.page_words import area_in_words
from dashboard.patrol.words import span_in_words
from geo.disclosure.levels import IN_WORDS
from geo.patrol.plan import FocusArea, Plan, Team

_TITLE = "Patrol focus areas"
_AROUND_M = 250
"""Land around the areas and bases that is in sight when the map opens."""
_NO_FIGURES = Scale("", (), "")


def plan_map(plan: Plan, *, tiles: str | None = None) -> MapModel:
    """Make the map of a plan.

    Parameters
    ----------
    tiles
        Address template of background tiles, if wanted; without them the map is whole, too.
    """
    base = base_map(plan.vintage)
    rows = len(base.wards) + len(base.extra_rows)
    view = View(
        name="Plan",
        method=plan.params.shift.in_words(),
        frames=(span_in_words(plan),),
        sentences=("",),
        located=("",),
        scale=_NO_FIGURES,
        values=np.full((1, rows), np.nan),
        totals=(None,),
        surface=None,
        hotspots=(_shapes(plan),),
    )
    return MapModel(
        base=base,
        title=_TITLE,
        unit="",
        decimals=0,
        source=plan.source,
        disclosure=IN_WORDS[plan.level],
        views={"whole": view},
        tiles=tiles,
        is_demonstration=plan.is_demonstration,
        listing="areas",
        teams=tuple(_way(plan, team) for team in plan.teams if team.areas),
        focus=_focus(plan),
    )


def _shapes(plan: Plan) -> tuple[Spot, ...]:
    if not plan.areas:
        return ()
    rings = rings_of(np.array([area.shape for area in plan.areas]))
    return tuple(
        ReleasedShape(area.number, area.name, _at(*area.middle), shape, area_in_words(plan, area))
        for area, shape in zip(plan.areas, rings, strict=True)
    )


def _way(plan: Plan, team: Team) -> TeamWay:
    stops = (0, *team.areas, 0)
    legs = [f"{team.number}:{a}-{b}" for a, b in pairwise(stops)]
    lines = tuple(_line(plan.paths[leg]) for leg in legs if leg in plan.paths)
    base_at = _at(team.base.easting, team.base.northing)
    return TeamWay(team.number, team.base.name, base_at, team.areas, lines)


def _line(path: tuple[tuple[float, float], ...]) -> Ring:
    return positions(*np.array(path).T)


def _at(easting: float, northing: float) -> Position:
    latitude, longitude = positions([easting], [northing])[0].tolist()
    return latitude, longitude


def _focus(plan: Plan) -> Bounds | None:
    """Give the land that holds all areas and bases, with some around."""
    if not plan.areas:
        return None
    corners = [
        *map(_corners, plan.areas),
        *(_base_corners(team) for team in plan.teams if team.areas),
    ]
    west, south, east, north = np.array(corners).T
    low = _at(west.min() - _AROUND_M, south.min() - _AROUND_M)
    return low, _at(east.max() + _AROUND_M, north.max() + _AROUND_M)


def _corners(area: FocusArea) -> tuple[float, float, float, float]:
    return area.west, area.south, area.west + area.side_m, area.south + area.side_m


def _base_corners(team: Team) -> tuple[float, float, float, float]:
    at = team.base.easting, team.base.northing
    return (*at, *at)
