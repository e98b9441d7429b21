"""Keeping plans and recording visits on the page, by who may, at the level that is on show."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from boundaries.errors import AccessError
from dashboard import access
from dashboard.audit.log import AuditLog
from dashboard.patrol import keeping, kept_visits
from geo.patrol.afterwards.visit_records import VisitMade, read_visits
from geo.patrol.plan import Plan
from tests.dashboard import app_pages as on
from tests.dashboard.conftest import TIMEOUT_S
from tests.dashboard.test_access import enter, sign_in
from tests.patrol_plans import FIRST_DAY, make_plan

__all__ = ["sign_in"]  # a fixture

PLAN = make_plan()
EXACT_PLAN = make_plan("exact", data_to=date(2018, 2, 28), first_day=date(2018, 3, 2))
AS_PLANNED = [VisitMade(v.day, v.start, v.end, v.team, v.area) for v in PLAN.visits]


def page() -> None:
    """Show one kept plan as the page Patrol does, of the demonstration data."""
    import streamlit as st

    from dashboard import access, cache, furniture
    from dashboard.history import said
    from dashboard.patrol import checking, kept_plans
    from dashboard.settings import StartOptions
    from dashboard.view import Dataset, View
    from geo.change.exposure import DateSpan
    from geo.reporting_periods import Compared
    from geo.selection import Selection
    from tests.patrol_plans import make_plan

    level = access.level()
    plan = kept_plans.asked_for() or make_plan(level)
    st.success(said())
    kept_plans.offer_to_keep(plan, is_own=False)
    kept_plans.show_change(plan, level)
    kept_plans.show_kept(level)
    read = cache.read_once(("demo",))
    span = DateSpan(*(one.date() for one in read.incidents.span))
    view = View(
        Dataset(read.incidents, "Demonstration data"),
        Selection(),
        span,
        Compared(None, ""),
        "2022",
        StartOptions(),
    )
    furniture.style()
    checking.show(plan, view, level)


def opened(plan: Plan | None = None, level: str = "partner", user: dict | None = None) -> AppTest:
    app = AppTest.from_function(page, default_timeout=TIMEOUT_S)
    app.session_state[access.LEVEL] = level
    if user is not None:
        app.user = user
    if plan is not None:
        app.query_params["plan"] = plan.key
    return on.checked(app.run())


def fill_in(app: AppTest, area: int, start: time, end: time) -> AppTest:
    app.selectbox("visit-day").set_value(FIRST_DAY)
    app.selectbox("visit-area").set_value(area)
    app.time_input("visit-start").set_value(start)
    app.time_input("visit-end").set_value(end)
    return on.checked(on.press(app, "Record this visit"))


def test_a_warden_keeps_a_plan_records_visits_and_takes_one_back(sign_in):
    app = opened(user=enter(sign_in, "warden"))
    assert "Keep this plan first" in on.texts(app)
    on.checked(on.press(app, "Keep this plan"))
    assert PLAN.key in app.query_params["plan"]
    assert "Kept by warden@example.org" in on.texts(app)
    assert "Expired on 12 April 2018. Do not walk it any more" in on.texts(app)
    assert "No visit is recorded in 2 shifts that are over; 16 visits of 240 minutes" in on.texts(
        app
    )
    fill_in(app, 1, time(20, 30), time(20, 45))
    fill_in(app, 2, time(0, 10), time(0, 20))
    assert "In 2 shifts, 1 of 16 planned visits were made" in on.texts(app)
    table = on.labelled(app, "Visits recorded")
    assert table["Time"].tolist() == ["20:30 to 20:45", "00:10 to 00:20"]
    assert set(table["Recorded by"]) == {"warden@example.org"}
    fill_in(app, 2, time(21), time(20, 50))
    assert "The end is before the start (end: 20:50)" in on.errors(app)
    on.checked(on.press(app, "Undo your last entry"))
    assert len(kept_visits.recorded(PLAN)) == 1
    assert "counted for analysts only" in on.texts(app)
    said = [entry for entry in AuditLog.here().entries() if entry.action == "patrol visits"]
    assert [entry.details["what"] for entry in said] == ["recorded", "recorded", "undone"]


def test_a_viewer_looks_and_changes_nothing(sign_in):
    on.press(opened(user=enter(sign_in, "warden")), "Keep this plan")
    app = opened(PLAN, user=enter(sign_in, "viewer"))
    labels = [button.label for button in app.main.button]
    assert "Open plan" in labels
    assert not {"Remove plan", "Keep this plan", "Record this visit"} & set(labels)
    assert "Wardens and analysts record visits." in on.texts(app)


def test_a_link_to_an_exact_plan_gives_nothing_away_to_partners():
    keeping.keep(EXACT_PLAN, "Secret title")
    app = opened(EXACT_PLAN)
    assert "a plan with exact figures" in on.errors(app)
    assert "Secret title" not in str([*app.main])
    on.checked(on.press(app, "Make a new plan"))
    assert "plan" not in app.query_params


def test_removed_and_brought_back():
    keeping.keep(PLAN, "Friday")
    app = opened(PLAN)
    on.press(app, "Remove plan")
    assert keeping.kept_plans("partner") == []
    on.checked(on.press(app, "Bring back Friday"))
    assert [one.title for one in keeping.kept_plans("partner")] == ["Friday"]


def test_what_moved_since_last_week():
    earlier = replace(
        PLAN,
        areas=(replace(PLAN.areas[0], west=PLAN.areas[0].west + 100), *PLAN.areas[1:]),
        first_day=FIRST_DAY - timedelta(weeks=1),
    )
    keeping.keep(earlier, "Last week")
    app = opened()
    assert f"7 of 8 areas are where they were; moved: {PLAN.area(1).name} (100 m)." in on.texts(app)
    assert on.labelled(app, "What moved")["What moved"].iloc[0].startswith("Moved 100 m")


def test_analysts_see_before_and_after_with_the_warning_first():
    keeping.keep(EXACT_PLAN, "March")
    app = opened(EXACT_PLAN, "exact")
    for _ in range(20):
        if "to be expected in the areas" in on.texts(app):
            break
        app.run()
    assert app.warning[-1].value.startswith("A few weeks prove nothing.")
    table = on.labelled(app, "Incidents before and in the plan")
    assert table.index[0] == "Areas of the plan that were visited"
    assert "all areas of the plan are taken as visited" in on.texts(app)


def test_two_people_record_at_the_same_time_and_nothing_is_lost():
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda visit: kept_visits.add(PLAN, [visit], "form"), AS_PLANNED))
    assert sorted(one.visit for one in kept_visits.recorded(PLAN)) == sorted(AS_PLANNED)
    exact = make_plan("exact")
    assert len(kept_visits.recorded(keeping.for_wardens(exact, "partner"))) == len(
        kept_visits.recorded(exact)
    )


def test_what_was_removed_comes_back_and_only_ones_own_goes(monkeypatch: pytest.MonkeyPatch):
    kept_visits.add(PLAN, AS_PLANNED[:2], "form")
    first, second = kept_visits.recorded(PLAN)
    kept_visits.remove(PLAN, [first.number])
    assert [one.number for one in kept_visits.recorded(PLAN)] == [second.number]
    undone = kept_visits.undo_last(PLAN)
    assert undone is not None
    assert undone.removed == (first.number,)
    assert len(kept_visits.recorded(PLAN)) == 2
    monkeypatch.setenv("LOGNAME", "somebody-else")
    assert kept_visits.undo_last(PLAN) is None
    somebody = access.Person("somebody-else", "warden", is_local=True)
    monkeypatch.setattr(access, "person", lambda: somebody)
    with pytest.raises(AccessError, match="Only they or an analyst can remove it"):
        kept_visits.remove(PLAN, [first.number])


def test_a_file_is_kept_whole_with_the_rows_that_cannot_be_used():
    rows = [
        f"2018-04-06,1,1,20:{n // 60:02d}:{n % 60:02d},20:{n // 60 + 1:02d}" for n in range(2_500)
    ]
    text = "\n".join(["date,team,area,start,end", *rows, "2018-04-06,9,1,20:00,20:15"])
    found = read_visits(text.encode(), PLAN, name="many.csv")
    assert len(found.visits) == 2_500
    kept_visits.add(PLAN, found.visits, found.file, found.problems)
    assert [one.visit for one in kept_visits.recorded(PLAN)] == list(found.visits)
    problems = kept_visits.problems_of(PLAN)
    assert problems["reason"].tolist() == ["the plan has no such team"]
    assert json.dumps(list(AuditLog.here().entries())[-1].details["visits"]) == "2500"
