"""Whatever is asked for: a plan keeps to its minutes, its areas apart, and is the same again."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import combinations, pairwise, product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from boundaries.errors import ParameterError
from geo.borough import borough
from geo.disclosure.levels import EXACT
from geo.disclosure.placed import MIN_PLACES
from geo.grids.grid import grid_over
from geo.patrol.expected.demand import Demand
from geo.patrol.making import Wanted, make_plan
from geo.patrol.params import CELL_M, Base, PatrolParams
from geo.patrol.plan import Plan
from geo.patrol.shift import PatrolShift

GRID = grid_over(borough(), CELL_M)
INSIDE = GRID.inside_share == 1
WANTED = Wanted(first_day=date(2018, 4, 6), vintage="2022")
BASE = Base("Depot", 523_300, 178_600)
TEN_MINUTES = 10


@st.composite
def demands(draw):
    """Some spots of several cells each, with few or many incidents in a cell."""
    rows, cols = np.nonzero(INSIDE)
    at = st.integers(0, len(rows) - 1)
    spots = draw(st.lists(st.tuples(at, st.integers(2, 40)), min_size=2, max_size=12))
    incidents = np.zeros(INSIDE.shape, np.intp)
    for where, n in spots:
        row, col = rows[where], cols[where]
        incidents[row - 1 : row + 3, col - 1 : col + 3] += n
    incidents *= INSIDE
    expected = incidents / 200
    length = 8
    return Demand(
        level=EXACT,
        grid=GRID,
        expected=expected,
        value=expected,
        incidents=incidents,
        places=np.minimum(incidents, 2),
        allowed=INSIDE,
        of_hours=np.array(draw(st.lists(st.floats(0, 9), min_size=length, max_size=length))),
        is_relative=False,
        fingerprint="0" * 64,
        period="12 months to 31 March 2018",
        data_to=date(2018, 3, 31),
        is_demonstration=True,
        settings={},
        rules={},
        warnings=(),
    )


@st.composite
def wishes(draw):
    minutes = TEN_MINUTES * draw(st.integers(4, 48))
    return PatrolParams(
        shift=PatrolShift(("Friday", "Sunday"), 18, 2),
        teams=draw(st.integers(1, 6)),
        minutes=minutes,
        visit_minutes=draw(st.integers(10, 16)),
        at_risk_hours=draw(st.none() | st.integers(-(-minutes // 60), 8)),
        area_m=CELL_M * draw(st.integers(2, 8)),
        gap_m=CELL_M * draw(st.sampled_from([0, 0, 1, 3])),
        walking_kmh=draw(st.sampled_from([2, 3.5, 4.5, 7])),
        detour=draw(st.sampled_from([1, 1.3, 2])),
        spare_percent=5 * draw(st.integers(0, 8)),
        spread=draw(st.sampled_from(["none", "ward"])),
        seed=draw(st.integers(0, 99)),
        bases=draw(st.sampled_from([(), (BASE,)])),
    )


@settings(max_examples=6)
@given(demands(), wishes())
def test_a_plan_keeps_its_promises(demand, params):
    plan = plan_or_none(demand, params)
    assume(plan is not None)
    again = make_plan(replace(demand, value=demand.value.copy()), replace(params), WANTED)
    assert (again.key, again.as_dict()) == (plan.key, plan.as_dict())
    check_areas(plan, demand)
    check_rounds(plan)
    check_shifts(plan)
    assert Plan.from_dict(plan.as_dict()).as_dict() == plan.as_dict()


def plan_or_none(demand, params):
    """Make a plan, unless it is said that nothing rests on enough, or is in reach."""
    try:
        return make_plan(demand, params, WANTED)
    except ParameterError as error:
        if not str(error).startswith(("No square of", "No area can be visited")):
            raise
        return None


def check_areas(plan, demand):
    """Squares apart, of the size asked for, that rest on enough and hold what is said."""
    params = plan.params
    for one, other in combinations(plan.areas, 2):
        assert one.shape.intersection(other.shape).area == 0
        assert max(abs(one.west - other.west), abs(one.south - other.south)) >= (
            params.area_m + params.gap_m
        )
    for number, area in enumerate(plan.areas, 1):
        assert (area.number, area.side_m) == (number, params.area_m)
        row, col = area.south // CELL_M - GRID.first_row, area.west // CELL_M - GRID.first_col
        side = params.area_m // CELL_M
        cells = np.s_[row : row + side, col : col + side]
        assert INSIDE[cells].all()
        assert demand.incidents[cells].sum() >= params.min_incidents
        assert demand.places[cells].sum() >= MIN_PLACES
        assert area.expected == pytest.approx(demand.expected[cells].sum())
    expected = [area.expected for area in plan.areas]
    assert plan.expected_covered == pytest.approx(sum(expected))
    assert all(more >= less - 1e-9 for more, less in pairwise(expected))
    assert plan.expected_covered <= plan.expected_total * (1 + 1e-9)
    assert plan.covered_at_most >= 1


def check_rounds(plan):
    """Each area has one team; the shortest round takes what is said, and leaves minutes spare."""
    params = plan.params
    assert sorted(a for team in plan.teams for a in team.areas) == [a.number for a in plan.areas]
    assert [team.number for team in plan.teams] == list(range(1, params.teams + 1))
    for team in plan.teams:
        assert all(plan.area(number).team == team.number for number in team.areas)
        home = (team.base.easting, team.base.northing)
        stops = [home, *(plan.area(number).middle for number in team.areas), home]
        walked = sum(minutes_between(params, a, b) for a, b in pairwise(stops))
        assert team.walking_minutes == (walked if team.areas else 0)
        assert team.standing_minutes == params.visit_minutes * len(team.areas)
        length = team.walking_minutes + team.standing_minutes
        assert length <= params.minutes / params.rounds * (1 - params.spare_percent / 100)


def minutes_between(params, a, b):
    away = np.hypot(a[0] - b[0], a[1] - b[1]) * params.detour
    return int(np.ceil(away / (params.walking_kmh * 1000 / 60) - 1e-6))


def check_shifts(plan):
    """On each day each team visits all its areas, within its minutes and the shift."""
    params = plan.params
    assert len(plan.orders) == len(plan.teams)
    for day, team in product(plan.days, plan.teams):
        visits = plan.visits_of(team.number, day)
        back = [one for one in plan.returns if (one.day, one.team) == (day, team.number)]
        assert sorted(v.area for v in visits) == sorted(team.areas * params.rounds)
        spent = sum(v.walk_minutes + params.visit_minutes for v in visits)
        assert spent + sum(one.walk_minutes for one in back) <= params.minutes
        begins = datetime.combine(day, time(params.shift.start_hour))
        assert all(v.start >= begins for v in visits)
        assert all(r.at <= begins + timedelta(hours=params.shift.length_h) for r in back)
        for area in team.areas:
            of_area = [v for v in visits if v.area == area]
            for before, after in pairwise(of_area):
                assert after.start - before.end <= timedelta(hours=2)
