"""A patrol plan made by hand, for tests of what is made of plans: two days, three teams."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from math import ceil, hypot
from typing import Any

import boundaries
from boundaries.columns import PLACE_NAME
from geo.disclosure.levels import Level
from geo.hotspots.naming import nearest_place
from geo.patrol.params import Base, PatrolParams
from geo.patrol.plan import Because, FocusArea, LeftOut, Plan, Return, Team, Visit
from geo.patrol.shift import PatrolShift
from geo.wards.join import ward_lookup

FIRST_DAY = date(2018, 4, 6)
"""A Friday, the first after the demonstration data ends."""
_CORNERS = {  # of the areas of each team, in its shortest order
    1: ((523_500, 179_800), (523_250, 179_700), (523_150, 180_000)),
    2: ((523_300, 178_500), (523_150, 178_550), (523_400, 178_300)),
    3: ((524_900, 177_550), (525_350, 177_150)),
}
_BASES = {1: "Shepherd's Bush Market", 2: "Hammersmith bus station", 3: "Fulham Broadway"}
_M_PER_MINUTE = 4.5 * 1000 / 60 / 1.3


def make_plan(level: Level = "partner", **changes: Any) -> Plan:
    """Make a plan: Friday 6 and Saturday 7 April 2018, 18:00 to 02:00, three teams, eight areas.

    At level ``exact`` it has expected incidents and reasons with figures.

    Parameters
    ----------
    changes
        Attributes of the plan to set otherwise.
    """
    days = (FIRST_DAY, FIRST_DAY + timedelta(days=1))
    areas = _areas(level)
    teams = tuple(_team(number, areas) for number in _BASES)
    walked = [_walked(team, areas, day, turn) for turn, day in enumerate(days) for team in teams]
    is_exact = level == "exact"
    expected = [area.expected or 0.0 for area in areas]
    values: dict[str, Any] = {
        "level": level,
        "params": PatrolParams(
            shift=PatrolShift(("Friday", "Saturday"), 18, 2),
            teams=len(teams),
            minutes=120,
            bases=tuple(team.base for team in teams),
        ),
        "settings": {"lookback_days": 365, "half_life_days": 180},
        "rules": {"at_risk_from_hour": "the busiest two hours of the shift"},
        "fingerprint": "0123456789abcdef" * 4,
        "source": "Demonstration data, synthetic",
        "period": "1 April 2017 to 31 March 2018",
        "data_to": date(2018, 3, 31),
        "vintage": "2022",
        "first_day": FIRST_DAY,
        "last_day": FIRST_DAY + timedelta(days=6),
        "at_risk_from_hour": 20,
        "areas": areas,
        "teams": teams,
        "visits": tuple(visit for visits, _ in walked for visit in visits),
        "returns": tuple(end for _, end in walked),
        "left_out": _left_out(level),
        "orders": (6, 6, 2),
        "expected_total": 4.2 if is_exact else None,
        "expected_covered": sum(expected) if is_exact else None,
        "covered_at_most": 1.04 if is_exact else None,
        "paths": _paths(teams, areas),
        "warnings": ("Hours are known for 80 % of the incidents looked at.",),
        "is_demonstration": True,
    }
    return Plan(**{**values, **changes})


def _areas(level: Level) -> tuple[FocusArea, ...]:
    found = []
    lookup = ward_lookup("2022")
    wards = boundaries.load_wards("2022")
    corners = [(team, corner) for team, some in _CORNERS.items() for corner in some]
    is_exact = level == "exact"
    for number, (team, (west, south)) in enumerate(corners, 1):
        middle = west + 75, south + 75
        row = int(lookup.positions([middle[0]], [middle[1]])[0])
        code, ward = wards.iloc[row, :2]
        name = f"{ward}, {nearest_place(*middle).in_words(with_direction=True)}"
        expected = round(0.4 / number, 3) if is_exact else None
        share = None if expected is None else expected / 4.2
        because = _because(number) if is_exact else Because(reason="Among the busiest fifth.")
        area = FocusArea(
            number, name, str(code), str(ward), west, south, 150, team, expected, share, because
        )
        found.append(area)
    return tuple(found)


def _because(number: int) -> Because:
    return Because(
        reason=f"{50 - number} incidents at 12 places in 12 months, most of them in the evening.",
        incidents=f"{50 - number} incidents in 12 months",
        trend="6 more than in the 12 months before, no more than chance would give",
        hours="18:00 to 23:00",
        strands="race, religion or belief",
        news="" if number > 1 else "New in this plan.",
    )


def _team(number: int, areas: Sequence[FocusArea]) -> Team:
    places = boundaries.load_places()
    at = places[places[PLACE_NAME] == _BASES[number]].geometry.iloc[0]
    base = Base(_BASES[number], float(round(at.x)), float(round(at.y)))
    own = tuple(area.number for area in areas if area.team == number)
    stops: list[Base | FocusArea] = [base, *(areas[one - 1] for one in own), base]
    walking = sum(_minutes(a, b) for a, b in pairwise(stops))
    return Team(number, base, own, walking, 15 * len(own))


def _at(stop: Base | FocusArea) -> tuple[float, float]:
    return stop.middle if isinstance(stop, FocusArea) else (stop.easting, stop.northing)


def _minutes(a: Base | FocusArea, b: Base | FocusArea) -> int:
    (east, north), (to_east, to_north) = _at(a), _at(b)
    return ceil(hypot(to_east - east, to_north - north) / _M_PER_MINUTE)


def _walked(
    team: Team, areas: Sequence[FocusArea], day: date, turn: int
) -> tuple[list[Visit], Return]:
    """Put a team's round on the clock, turned round each day."""
    own = team.areas[turn:] + team.areas[:turn]
    now = datetime.combine(day, time(20))
    here: Base | FocusArea = team.base
    visits = []
    for number in own:
        walk = _minutes(here, areas[number - 1])
        start = now + timedelta(minutes=walk)
        now = start + timedelta(minutes=15)
        visits.append(Visit(day, team.number, 1, number, start, now, walk))
        here = areas[number - 1]
    walk = _minutes(here, team.base)
    return visits, Return(day, team.number, 1, now + timedelta(minutes=walk), walk)


def _paths(
    teams: Sequence[Team], areas: Sequence[FocusArea]
) -> Mapping[str, tuple[tuple[float, float], ...]]:
    found = {}
    for team in teams:
        for a, b in zip((0, *team.areas), (*team.areas, 0), strict=True):
            ends = [_at(team.base if one == 0 else areas[one - 1]) for one in (a, b)]
            found[f"{team.number}:{a}-{b}"] = (ends[0], ends[1])
    return found


def _left_out(level: Level) -> tuple[LeftOut, ...]:
    return (
        LeftOut(
            "Sands End, near Imperial Wharf",
            "E05013747",
            526_200,
            176_600,
            150,
            0.04 if level == "exact" else None,
            "No team has minutes left for it.",
        ),
    )
