"""The plan for phones and satellite navigation: GPX 1.1 with areas, bases and rounds."""

from collections.abc import Iterator
from datetime import date
from html import escape

from boundaries.projection import to_wgs84
from dashboard.escape import printable
from dashboard.geojson import DEGREE_DECIMALS
from dashboard.patrol.words import (
    EVIDENCE,
    DayRound,
    day_in_words,
    level_in_words,
    made_of,
    not_after,
    rounds_on,
    size_in_words,
    times_in_words,
    title_of,
)
from geo.patrol.plan import FocusArea, Plan, Team

_NAMESPACE = "http://www.topografix.com/GPX/1/1"


def gpx_bytes(plan: Plan) -> bytes:
    """Write a waypoint for every area and base, and a route for every round of every team.

    The order of elements is that of the schema of GPX 1.1. There are no times: programs would take
    them for when somebody was there.
    """
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<gpx version="1.1" creator="Hotspots dashboard" xmlns="{_NAMESPACE}">',
        f"<metadata>{_tag('name', title_of(plan))}{_tag('desc', _about(plan))}</metadata>",
        *(_area(plan, area) for area in plan.areas),
        *_bases(plan),
        *(_route(plan, team, day, one) for team, day, one in _rounds(plan)),
        "</gpx>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _about(plan: Plan) -> str:
    return (
        f"{not_after(plan)}. {level_in_words(plan)}. {made_of(plan)}. Plan {plan.key}. {EVIDENCE}"
    )


def _area(plan: Plan, area: FocusArea) -> str:
    days = [
        f"{day_in_words(day)}: {times_in_words(visits)}"
        for day in plan.days
        if (visits := [one for one in plan.visits_of(area.team, day) if one.area == area.number])
    ]
    words = f"Team {area.team}. {size_in_words(area)}. {'. '.join(days)}. {not_after(plan)}."
    return _waypoint(area.middle, f"{area.number} {area.name}", words, "area")


def _bases(plan: Plan) -> Iterator[str]:
    found: dict[tuple[str, float, float], list[str]] = {}
    for team in plan.teams:
        base = team.base
        found.setdefault((base.name, base.easting, base.northing), []).append(str(team.number))
    for (name, easting, northing), teams in found.items():
        words = f"Base of team {', '.join(teams)}"
        yield _waypoint((easting, northing), f"Base {name}", words, "base")


def _waypoint(at: tuple[float, float], name: str, words: str, kind: str) -> str:
    inside = _tag("name", name) + _tag("desc", words) + _tag("type", kind)
    return f"<wpt {_position(at)}>{inside}</wpt>"


def _rounds(plan: Plan) -> Iterator[tuple[Team, date, DayRound]]:
    for day in plan.days:
        for team in plan.teams:
            for one in rounds_on(plan, team.number, day):
                yield team, day, one


def _route(plan: Plan, team: Team, day: date, one: DayRound) -> str:
    name = f"Team {team.number}, {day_in_words(day)}, round {one.number}"
    words = f"Leave {team.base.name} at {one.leaves:%H:%M}, be back at {one.back.at:%H:%M}"
    base = _point((team.base.easting, team.base.northing), f"Base {team.base.name}")
    stops = [
        _point(
            plan.area(visit.area).middle,
            f"{visit.start:%H:%M} {visit.area} {plan.area(visit.area).name}",
        )
        for visit in one.visits
    ]
    return (
        f"<rte>{_tag('name', name)}{_tag('desc', words)}{_tag('type', 'walking')}\n"
        + "\n".join([base, *stops, base])
        + "\n</rte>"
    )


def _point(at: tuple[float, float], name: str) -> str:
    return f"<rtept {_position(at)}>{_tag('name', name)}</rtept>"


def _position(at: tuple[float, float]) -> str:
    ((longitude, latitude),) = to_wgs84([at[0]], [at[1]]).round(DEGREE_DECIMALS).tolist()
    return f'lat="{latitude:.{DEGREE_DECIMALS}f}" lon="{longitude:.{DEGREE_DECIMALS}f}"'


def _tag(name: str, text: str) -> str:
    return f"<{name}>{escape(printable(text))}</{name}>"
