"""Before and after a plan: the published value, the hours of its shifts, and what could show."""

import json
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
import shapely
from scipy import stats

from boundaries.errors import ParameterError
from geo import demonstration
from geo.change.displacement import AREAS
from geo.change.given_area import GivenArea
from geo.patrol.afterwards.effect import (
    PROVES_NOTHING,
    EffectParams,
    effect_of_plan,
    effect_params,
    selection_of,
    smallest_clear,
)
from geo.patrol.making import Wanted
from geo.patrol.params import DemandParams, PatrolParams
from geo.patrol.plan import Plan
from geo.patrol.planning import plan_patrol
from geo.patrol.shift import PatrolShift
from geo.selection import Selection
from tests.factories import make_incidents
from tests.patrol_plans import make_plan
from tests.reruns import assert_reruns

TREATED, CONTROL = (523_500, 179_900), (523_200, 178_000)
SHIFT = PatrolShift(("Friday", "Saturday"), 18, 2)
FIRST_DAY, WEEKS = date(2019, 5, 3), 4  # a Friday


def square(centre, half=75):
    east, north = centre
    return shapely.box(east - half, north - half, east + half, north + half).wkt


def params(**changes) -> EffectParams:
    treated, control = (GivenArea(wkt=square(at)) for at in (TREATED, CONTROL))
    return replace(EffectParams(treated, control, SHIFT, FIRST_DAY, WEEKS), **changes)


def moved(point, east):
    return (point[0] + east, point[1])


def incidents_of(numbers, weeks=WEEKS):
    """Make so many incidents at each place before and after, all in shifts, and some beside."""
    hours = (18, 23.9, 24, 25.9, 42, 49.9)  # from midnight of Friday
    points, times = [], []
    for place, *counts in numbers:
        for later, count in zip((-weeks, 0), counts, strict=True):
            for number in range(count):
                week = FIRST_DAY + timedelta(weeks=later + number % weeks)
                at = np.datetime64(week, "m") + int(60 * hours[number % len(hours)])
                points.append(place)
                times.append(str(at))
    outside = (17.9, 26, 0.5, 50, 24 * 4)  # early, late, of Thursday's night, of Sunday's, Tuesday
    for later in (-weeks, 0):
        for hour in outside:
            points.append(TREATED)
            times.append(
                str(np.datetime64(FIRST_DAY + timedelta(weeks=later), "m") + int(60 * hour))
            )
    ends = (FIRST_DAY - timedelta(weeks=weeks + 5), FIRST_DAY + timedelta(weeks=weeks + 1))
    return make_incidents(
        [*times, *map(str, ends)], [*points, (525_000, 177_000), (525_000, 177_000)]
    )


KNOWN = [
    (TREATED, 120, 100),
    (CONTROL, 130, 150),
    (moved(TREATED, 200), 20, 26),  # in the ring of 150 m around the square
    (moved(CONTROL, 200), 30, 29),
]


def test_the_published_example_in_the_shifts_of_a_plan():
    result = effect_of_plan(incidents_of(KNOWN), Selection(), params())
    assert result.frame["area"].tolist() == list(AREAS)
    assert result.frame["before"].tolist() == [120, 130, 20, 30]
    assert result.frame["after"].tolist() == [100, 150, 26, 29]
    effects = result.effects.set_index("effect")
    assert effects["difference"].to_dict() == {"treated": -40, "displacement": 7, "total": -33}
    assert effects.loc["treated", "standard_error"].round(2) == 22.36
    assert result.n_shifts == 8
    assert result.expected == 140
    says = result.sentences()
    assert says[0] == PROVES_NOTHING
    assert says[2].startswith(
        "In 8 shifts of the plan 100 incidents were recorded in its areas, 120"
    )
    assert says[3] == (
        "In the areas: 40 fewer than expected (interval -84 to +4), no more than chance would give."
    )
    assert PROVES_NOTHING in result.record.warnings


def test_it_is_repeated_from_its_record():
    incidents = incidents_of(KNOWN)
    assert_reruns(effect_of_plan(incidents, Selection(kind="crime"), params()), incidents)


def test_the_smallest_change_that_could_show():
    """Hold it against trying every count, each through the public test of the difference."""
    for treated, control, control_after in ((120, 130, 150), (12, 12, 10), (3, 4, 4), (0, 0, 0)):
        counts = np.array([[treated, 0], [control, control_after]], float)
        expected = max(treated + control_after - control, 0)
        clear = [
            fewer
            for fewer in range(1, expected + 1)
            if 2
            * stats.norm.sf(fewer / np.sqrt(treated + control + control_after + expected - fewer))
            <= 0.05
        ]
        assert smallest_clear(counts) == (clear[0] if clear else None)
    few = effect_of_plan(
        incidents_of([(TREATED, 3, 0), (CONTROL, 4, 4)]), Selection(), params()
    ).sentences()
    assert few[1].endswith("even none at all would be no more than chance would give.")


def test_shifts_that_the_data_does_not_cover_are_left_out_on_both_sides():
    incidents = incidents_of(KNOWN)
    until = np.datetime64(FIRST_DAY + timedelta(days=9))  # Sunday of the second week
    early = incidents.take(incidents.occurred < until)
    result = effect_of_plan(early, Selection(), params())
    assert result.n_shifts == 3  # the night of the last Saturday is not over
    assert "The data covers 3 of 8 shifts of the plan; as many before are used." in (
        result.record.warnings
    )
    assert result.frame["before"].iloc[0] == 50


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"first_day": date(2019, 8, 2)}, r"The data ends on 7 June 2019, before the first shift"),
        ({"first_day": date(2019, 3, 1)}, r"so there is nothing to compare the plan with"),
        ({"control": GivenArea(wkt=square(TREATED))}, "share"),
    ],
)
def test_what_cannot_be_compared_is_refused(changes, says: str):
    with pytest.raises(ParameterError, match=says):
        effect_of_plan(incidents_of(KNOWN), Selection(), params(**changes))


def test_nothing_is_compared_across_the_change_of_system():
    days = np.arange("2024-01-01", "2024-05-01", dtype="datetime64[D]").astype(str)
    incidents = make_incidents([f"{day}T20:00" for day in days], [TREATED] * len(days))
    with pytest.raises(ParameterError, match="28 February 2024"):
        effect_of_plan(incidents, Selection(), params(first_day=date(2024, 3, 8)))
    late = params(first_day=date(2024, 4, 5), weeks=3)
    assert effect_of_plan(incidents, Selection(), late).frame["before"].tolist()[0] == 6


def test_like_squares_are_of_the_same_size_and_out_of_the_ring():
    data_to = date(2018, 2, 28)
    plan = make_plan("exact", data_to=data_to, first_day=date(2018, 3, 2))
    plan = replace(plan, params=replace(plan.params, weeks=2))
    assert selection_of(plan).end == data_to
    incidents = demonstration.load()
    found = effect_params(incidents, plan, visited={1, 2, 5})
    treated, control = found.treated.land(), found.control.land()
    assert treated.area == 3 * 150**2
    assert control.area == 3 * 150**2
    all_areas = shapely.unary_union([area.shape for area in plan.areas])
    assert control.distance(all_areas) >= found.ring_m
    result = effect_of_plan(incidents, selection_of(plan), found)
    assert result.n_shifts == 4
    with pytest.raises(ParameterError, match="record visits first"):
        effect_params(incidents, plan, visited=())


def test_what_was_worked_out_for_a_plan_is_worked_out_again():
    incidents = demonstration.load()
    selection = Selection(end=date(2018, 2, 28), kind="crime")
    demand = DemandParams(bandwidth_m=300)
    wanted = Wanted(date(2018, 3, 2), "2002")
    plan = plan_patrol(incidents, selection, PatrolParams(teams=2, weeks=2), demand, wanted)
    again = Plan.from_dict(json.loads(json.dumps(plan.as_dict())))
    assert selection_of(again) == selection
    assert effect_params(incidents, again) == effect_params(incidents, plan)
