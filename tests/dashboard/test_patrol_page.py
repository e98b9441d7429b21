"""Patrol: the page says what the plan says, at both levels, and why where there is no plan."""

import json
import time
from datetime import date
from functools import cache
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import access
from dashboard.ledgers import released
from dashboard.partner import sidebar
from dashboard.patrol import choices, handing_out, keeping, record
from dashboard.patrol.page import PARTS
from dashboard.patrol.words import clock, minutes_on, rounds_on
from geo import demonstration
from geo.disclosure.levels import EXACT, PARTNER, PUBLIC, Level
from geo.disclosure.release import Release
from geo.patrol.making import Wanted
from geo.patrol.params import PatrolParams
from geo.patrol.plan import Plan
from geo.patrol.planning import plan_patrol, released_plan
from geo.patrol.shift import PatrolShift
from geo.periods import WEEKDAYS
from geo.selection import Selection
from tests.dashboard import app_pages as on
from tests.dashboard.partner.shown_pages import bodies
from tests.patrol_plans import make_plan

FRIDAY = {"patrol-days": "Fri", "patrol-until": "23:00", "patrol-teams": "3"}
ASKED = PatrolParams(shift=PatrolShift(("Friday",), 18, 23), teams=3)
_LOOKS, _LOOK_AGAIN_S = 100, 0.2
WANTED = Wanted(vintage="2002", source="Demonstration data, synthetic")


def opened(level: Level = PARTNER, **link: str) -> AppTest:
    """Open the page, and wait for what is made beside it."""
    return ready(on.opened("patrol", level=level, **link))


def ready(app: AppTest) -> AppTest:
    for _ in range(_LOOKS):
        if on.texts(app):
            break
        time.sleep(_LOOK_AGAIN_S)
        on.checked(app.run())
    return app


@cache
def release() -> Release:
    return released(demonstration.load(), None)


@pytest.fixture(autouse=True)
def release_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the release of the demonstration data read once."""
    by_level = {PARTNER: release(), PUBLIC: release().for_public()}
    monkeypatch.setattr(sidebar, "release_on_show", lambda _, level: by_level[level])


def turn_to(app: AppTest, part: str) -> AppTest:
    app.session_state["patrol-more"] = part
    return on.checked(app.run())


def drawn(app: AppTest) -> dict[str, Any]:
    """Give what the page hands to the map in the browser."""
    (found,) = app.main.get("bidi_component")[:1]
    return dict(json.loads(found.proto.bytes))  # type: ignore[attr-defined]


def expected_plan(level: Level) -> Plan:
    incidents = demonstration.load()
    if level == EXACT:
        return plan_patrol(incidents, Selection(), ASKED, wanted=WANTED)
    return released_plan(release(), ASKED, WANTED)


# ---- the plan ------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [EXACT, PARTNER])
def test_map_words_and_tables_are_those_of_the_plan(level):
    app, plan = opened(level, **FRIDAY), expected_plan(level)
    assert len(plan.areas) > 2
    assert f"Plan {plan.key}." in on.texts(app)
    shown = drawn(app)
    spots = shown["views"]["whole"]["hotspots"][0]
    assert [(one["rank"], one["name"]) for one in spots] == [(a.number, a.name) for a in plan.areas]
    assert shown["team_of"] == {str(a.number): a.team for a in plan.areas}
    facts = {one["rank"]: one["facts"] for one in spots}
    assert all(area.because.reason.rstrip(".") in facts[area.number] for area in plan.areas)
    head = bodies(app)
    working = [team for team in plan.teams if team.areas]
    assert f"{len(plan.areas)} areas for {len(working)} teams" in head
    assert "This plan has expired. Its last day was Saturday 7 April 2018." in head
    _check_rounds(app, plan)


def _check_rounds(app: AppTest, plan: Plan) -> None:
    (day,) = plan.days
    for team in plan.teams:
        if not team.areas:
            continue
        table = on.labelled(app, f"Round of team {team.number} on Friday 6 April 2018")
        visits = [visit for one in rounds_on(plan, team.number, day) for visit in one.visits]
        times = [f"{one.start:%H:%M} to {clock(one.end, day)}" for one in visits]
        assert [time for time in table.index if " to " in time] == times
        *_, walking, standing = table.iloc[-1]
        assert (int(walking), int(standing)) == minutes_on(plan, team.number, day)
        assert int(walking) + int(standing) <= plan.params.minutes


@pytest.mark.parametrize("level", [EXACT, PARTNER])
def test_every_part_says_something(level):
    app = opened(level, **{"patrol-record-n_dates": "1"})
    labels = {one.label for kind in on.CONTROLS for one in app.sidebar.get(kind)}  # type: ignore[attr-defined]
    assert {"Size of an area (m)", "Bases", "Spread"} <= labels
    of_incidents = {"Fewest incidents in an area (incidents)", "Half-life (days)"}
    assert labels & of_incidents == (of_incidents if level == EXACT else set())
    for part in PARTS:
        assert not on.errors(turn_to(app, part)), part
    assert "None of it is about hate crime" in bodies(app)
    said = on.texts(turn_to(app, "record"))
    assert ("so it is shown with exact figures only" in said) is (level == PARTNER)
    why = bodies(turn_to(app, "because"))
    plan = released_plan(release(), PatrolParams(), WANTED)
    if level == PARTNER:
        assert why.count("<h3><span class='rank'>") == len(plan.areas)
        assert all(area.because.incidents in why for area in plan.areas)


def test_the_public_and_data_without_a_plan_are_told_why():
    app = opened(PUBLIC)
    assert "Patrol plans are for partners" in on.texts(app)
    assert not app.main.get("bidi_component")
    app = opened(EXACT, **{"patrol-min_incidents": "100"})
    assert not on.errors(app)
    assert "100 incidents" in "\n".join(on.shown(one.value) for one in app.info)
    assert not app.main.get("bidi_component")


def test_settings_that_do_not_go_together_are_said():
    app = opened(**{"patrol-from": "18:00", "patrol-until": "19:00"})
    assert "120 minutes in a shift of 1 hours" in on.errors(app)
    app.session_state["patrol-days"] = []
    assert "choose at least one weekday" in on.errors(app.run())


# ---- choices -------------------------------------------------------------------------------------


def test_a_usual_shift_sets_days_and_hours_and_leaves_the_rest():
    app = opened(**{"patrol-teams": "4"})
    on.press(app, "Weekday daytime")
    hours = app.session_state["patrol-from"], app.session_state["patrol-until"]
    assert (app.session_state["patrol-days"], hours) == (list(WEEKDAYS[:5]), ("09:00", "17:00"))
    assert app.session_state["patrol-teams"] == 4
    assert "Monday, Tuesday, Wednesday, Thursday and Friday, 09:00 to 17:00" in bodies(app)


def test_tonight_is_the_day_that_it_is():
    tonight = choices.PRESETS[0].values(date(2026, 11, 23))
    assert tonight["patrol-days"] == ["Monday"]
    assert choices.FIRST_DAYS["Next Monday"](date(2026, 11, 23)) == date(2026, 11, 30)
    assert choices.FIRST_DAYS["Next Monday"](date(2026, 11, 29)) == date(2026, 11, 30)


# ---- kept plans and hand-outs --------------------------------------------------------------------


def test_a_link_opens_the_kept_plan_and_not_one_of_now():
    plan = make_plan()
    keeping.keep(plan, "Easter weekend")
    app = opened(**{"plan": plan.key, **FRIDAY})
    assert f"Plan {plan.key}." in on.texts(app)
    assert "Easter weekend" in [one.value for one in app.subheader]
    assert len(drawn(app)["views"]["whole"]["hotspots"][0]) == len(plan.areas)
    assert not [one for one in app.main.get("number_input") if one.label == "Teams"]
    on.press(app, "Make a new plan")
    assert f"Plan {plan.key}." not in on.texts(app)
    assert "areas for 3 teams, Friday, 18:00 to 23:00" in bodies(app)


def test_an_exact_plan_is_not_opened_below_exact():
    plan = make_plan(EXACT)
    keeping.keep(plan, "Not for all")
    app = opened(**{"plan": plan.key})
    assert "exact figures, which are not on show here" in on.errors(app)
    for area in plan.areas:
        assert area.because.reason not in json.dumps(drawn(app))


def test_what_is_new_since_the_kept_plan_before_is_said():
    app = opened()
    assert "plan before" not in bodies(turn_to(app, "because"))
    before = released_plan(
        release(),
        PatrolParams(),
        Wanted(first_day=date(2018, 3, 20), vintage="2002"),
    )
    keeping.keep(before, "Last week")
    assert "Was area 1 of the plan before." in bodies(on.checked(app.run()))


def test_files_of_an_exact_plan_have_no_figures_until_exact_ones_are_wanted():
    plan = make_plan(EXACT)
    sheets, gpx = handing_out.HANDOUTS[0], handing_out.HANDOUTS[2]
    offered = handing_out.download_of(plan, sheets)
    assert offered.level == EXACT
    assert offered.for_partners is not None
    assert offered.for_partners.level == PARTNER
    assert offered.for_partners.name.endswith("-partner.pdf")
    assert handing_out.download_of(plan, gpx).level == PARTNER
    few = make_plan(EXACT, params=PatrolParams(min_incidents=5))
    assert all(
        handing_out.download_of(few, one).for_partners is None for one in handing_out.HANDOUTS
    )
    assert {handing_out.download_of(few, one).level for one in handing_out.HANDOUTS} == {EXACT}


def test_plans_are_tested_with_the_settings_that_they_were_made_with():
    plan = plan_patrol(demonstration.load(), Selection(), ASKED, wanted=WANTED)
    params = record.demand_params_of(plan)
    assert params.lookback_days == plan.settings["lookback_days"]
    automatic = [one for one in params.as_dict() if one in plan.rules]
    assert automatic
    assert all(getattr(params, name) is None for name in automatic)


@pytest.mark.parametrize(("role", "may_keep"), [("viewer", False), ("warden", True)])
def test_wardens_keep_plans_and_viewers_see_them(monkeypatch, role, may_keep):
    person = access.Person(f"{role}@example.org", role)
    monkeypatch.setattr(access, "person", lambda: person)
    app = opened(**{"patrol-more": PARTS["hand out"]})
    assert "areas for 2 teams" in bodies(app)
    assert on.controls(app)["Figures"].options == ["For partners", "For the public"]  # type: ignore[attr-defined]
    assert ("Keep this plan" in on.buttons(app)) is may_keep
    if not may_keep:
        assert "Wardens and analysts keep plans" in on.texts(app)
        return
    on.press(app, "Keep this plan")
    kept = keeping.kept_plans(PARTNER)
    assert [one.plan.key for one in kept] == [app.query_params["plan"]]
    assert "This plan is kept: the address of this page opens it." in on.texts(
        on.checked(app.run())
    )
