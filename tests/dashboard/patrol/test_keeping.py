"""Kept plans: the same plan again, for those who may see it, whoever keeps at the same time."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest

from boundaries.errors import AccessError, ParameterError
from dashboard.audit.log import AuditLog
from dashboard.audit.noting import at_this_computer
from dashboard.kept import Kept
from dashboard.patrol import keeping
from dashboard.patrol.kept_visits import kind_of_visits
from geo.patrol.params import PatrolParams
from geo.patrol.plan import Plan
from geo.patrol.shift import PatrolShift
from tests.patrol_plans import FIRST_DAY, make_plan

PLAN = make_plan()
EXACT_PLAN = make_plan("exact")


def later(plan: Plan, weeks: int) -> Plan:
    on = timedelta(weeks=weeks)
    return replace(plan, first_day=plan.first_day + on, last_day=plan.last_day + on)


def test_a_kept_plan_is_the_same_plan():
    kept = keeping.keep(EXACT_PLAN, "  Friday  evening ", "Meet at the market.")
    again = keeping.kept_plan(kept.key, "exact")
    assert again.plan.as_dict() == EXACT_PLAN.as_dict()
    assert again.key == EXACT_PLAN.key
    assert (again.title, again.note) == ("Friday evening", "Meet at the market.")
    assert again.who == at_this_computer().name
    assert again.when == kept.when
    assert "who" not in json.dumps(list(AuditLog.here().entries())[-1].details)


def test_a_plan_of_four_weeks_and_a_dozen_teams_can_be_kept():
    visits = [
        replace(visit, day=visit.day + timedelta(days=day), team=team)
        for day in range(28)
        for team in range(1, 13)
        for visit in PLAN.visits[:8] * 5
    ]
    large = replace(PLAN, visits=tuple(visits))
    assert len(json.dumps(large.as_dict())) > 1_000_000
    kept = keeping.keep(large, "Four weeks")
    assert keeping.kept_plan(kept.key, "partner").plan.visits == large.visits


def test_who_sees_less_sees_no_exact_plan():
    exact, shared = keeping.keep(EXACT_PLAN, "For analysts"), keeping.keep(PLAN, "For all")
    assert {one.title for one in keeping.kept_plans("exact")} == {"For analysts", "For all"}
    assert [one.title for one in keeping.kept_plans("partner")] == ["For all"]
    assert keeping.kept_plans("public") == []
    with pytest.raises(AccessError, match="a plan with exact figures") as refused:
        keeping.kept_plan(exact.key, "partner")
    for given_away in ("For analysts", exact.who, EXACT_PLAN.area(1).name):
        assert given_away not in str(refused.value)
    assert keeping.kept_plan(shared.key, "exact").plan.level == "partner"


def test_an_exact_plan_cannot_be_passed_off_as_another_level():
    """The level that counts is inside the plan, whose content its key names."""
    exact = keeping.keep(EXACT_PLAN, "For analysts")
    value = Kept.here().get(keeping.KIND, exact.key)
    Kept.here().put(keeping.KIND, exact.key, {**value, "level": "partner"})
    assert keeping.kept_plans("partner") == []
    Kept.here().put(keeping.KIND, "abcdefabcdef", value)
    with pytest.raises(ParameterError, match="no kept plan of this link"):
        keeping.kept_plan("abcdefabcdef", "exact")
    assert keeping.unreadable() == 1


def test_a_plan_for_wardens_has_no_figures_and_rests_on_enough():
    handed_on = keeping.for_wardens(EXACT_PLAN, "partner")
    assert handed_on.level == "partner"
    assert handed_on.expected_total is None
    assert {area.expected for area in handed_on.areas} == {None}
    few = replace(EXACT_PLAN, params=replace(EXACT_PLAN.params, min_incidents=5))
    with pytest.raises(ParameterError, match="too few to hand it on"):
        keeping.for_wardens(few, "partner")


def test_plans_of_own_files_are_nobody_elses(monkeypatch: pytest.MonkeyPatch):
    kept = keeping.keep(PLAN, "Mine", is_own=True)
    assert [one.title for one in keeping.kept_plans("partner")] == ["Mine"]
    monkeypatch.setenv("LOGNAME", "somebody-else")
    assert at_this_computer().name != kept.who
    assert keeping.kept_plans("exact") == []
    with pytest.raises(ParameterError, match="somebody's own files"):
        keeping.kept_plan(kept.key, "exact")


def test_two_people_keep_at_the_same_time():
    plans = [later(PLAN, weeks) for weeks in range(6)] * 2
    with ThreadPoolExecutor(8) as threads:
        kept = list(threads.map(lambda plan: keeping.keep(plan, "At once"), plans))
    assert {one.key for one in keeping.kept_plans("partner")} == {one.key for one in kept}
    assert len({one.key for one in kept}) == 6
    assert keeping.unreadable() == 0


def test_the_plan_before_is_of_the_same_shift_and_earlier():
    other = replace(PLAN, params=replace(PLAN.params, shift=PatrolShift(("Monday",), 8, 16)))
    for plan in (later(PLAN, -2), later(PLAN, -1), later(other, -1), later(PLAN, 1)):
        keeping.keep(plan, f"From {plan.first_day}")
    before = keeping.plan_before(PLAN, "partner")
    assert before is not None
    assert before.plan.first_day == FIRST_DAY - timedelta(weeks=1)
    assert before.plan.params.shift == PLAN.params.shift
    assert keeping.plan_before(later(PLAN, -2), "partner") is None


def test_the_visits_stay_while_another_form_of_the_plan_is_kept():
    exact = keeping.keep(EXACT_PLAN, "Exact")
    shared = keeping.keep(keeping.for_wardens(EXACT_PLAN, "partner"), "For wardens")
    kind = kind_of_visits(exact.plan)
    assert kind == kind_of_visits(shared.plan)
    Kept.here().put(kind, "one", {"visits": []})
    for kept, left in ((exact, ("one",)), (shared, ())):
        assert keeping.remove(kept) is not None
        assert Kept.here().names(kind) == left


def test_what_was_removed_is_brought_back_with_its_visits():
    kept = keeping.keep(PLAN, "Friday")
    Kept.here().put(kind_of_visits(kept.plan), "one", {"visits": []})
    removed = keeping.remove(kept)
    assert removed is not None
    assert keeping.kept_plans("exact") == []
    assert Kept.here().names(kind_of_visits(kept.plan)) == ()
    assert keeping.remove(kept) is None
    keeping.bring_back(removed)
    assert keeping.kept_plan(kept.key, "partner").title == "Friday"
    assert Kept.here().names(kind_of_visits(kept.plan)) == ("one",)


@pytest.mark.parametrize(
    ("today", "says"),
    [
        (date(2018, 4, 1), "From 6 April 2018"),
        (date(2018, 4, 6), "Until 12 April 2018"),
        (date(2018, 4, 12), "Until 12 April 2018"),
        (date(2018, 4, 13), "Expired on 12 April 2018"),
    ],
)
def test_it_says_when_a_plan_has_expired(today: date, says: str):
    assert keeping.keep(PLAN, "Friday").state(today) == says


def test_what_is_kept_first_stays():
    first = keeping.keep(PLAN, "First")
    assert keeping.keep(PLAN, "Second").title == first.title == "First"
    assert keeping.keep(replace(PLAN, params=PatrolParams(teams=3)), "Third").title == "Third"
