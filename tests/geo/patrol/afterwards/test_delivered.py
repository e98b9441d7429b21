"""Planned against delivered: what was done adds up, however it was recorded."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.patrol.afterwards import delivered as module
from geo.patrol.afterwards.delivered import DELIVERED_COLUMNS, delivered
from geo.patrol.afterwards.visit_records import VisitMade
from tests.patrol_plans import FIRST_DAY, make_plan

PLAN = make_plan()
AFTERWARDS = datetime(2018, 4, 20)
AS_PLANNED = [VisitMade(v.day, v.start, v.end, v.team, v.area) for v in PLAN.visits]


def shifted(visit: VisitMade, minutes: int, longer: int = 0) -> VisitMade:
    later = timedelta(minutes=minutes)
    return replace(
        visit, start=visit.start + later, end=visit.end + later + timedelta(minutes=longer)
    )


def test_a_plan_that_was_walked_as_planned():
    found = delivered(PLAN, AS_PLANNED, AFTERWARDS)
    assert tuple(found.frame.columns) == DELIVERED_COLUMNS
    assert len(found.frame) == 2 * 8
    assert (found.frame["planned_minutes"] == 15).all()
    assert (found.frame["delivered_minutes"] == 15).all()
    assert found.sentences() == (
        "In 2 shifts, 16 of 16 planned visits were made and 0 missed.",
        "Teams were in the areas for 240 of 240 planned minutes (100 %).",
        "100 % of 16 visits lasted 10 to 16 minutes.",
        "No area was left for more than two hours while it was at risk.",
    )
    assert found.teams.values.tolist() == [[1, 90, 90], [2, 90, 90], [3, 60, 60]]
    assert found.by_area()["delivered_minutes"].tolist() == [30] * 8


def test_visits_missed_late_by_another_team_and_not_planned():
    first, second, *_ = [visit for visit in AS_PLANNED if visit.day == FIRST_DAY]
    made = [
        shifted(first, 59, longer=2),  # late, and longer than the dosage
        replace(second, team=3),
        shifted(second, 90),  # again, and nobody asked for it
    ]
    found = delivered(PLAN, made, AFTERWARDS)
    friday = found.frame[found.frame["day"] == FIRST_DAY].set_index("area")
    assert friday.loc[first.area, ["made", "missed", "unplanned"]].tolist() == [1, 0, 0]
    assert friday.loc[second.area, ["made", "missed", "unplanned"]].tolist() == [1, 0, 1]
    assert friday.loc[second.area, "delivered_minutes"] == 30
    assert found.total("missed") == 14
    assert found.sentences()[0] == (
        "In 2 shifts, 2 of 16 planned visits were made and 14 missed; 1 more was not planned."
    )
    assert found.teams["delivered_minutes"].tolist() == [17 + 15, 0, 15]
    assert "67 % of 3 visits lasted 10 to 16 minutes." in found.sentences()
    assert delivered(PLAN, [shifted(first, 61)], AFTERWARDS).total("made") == 0


def test_times_at_risk_without_a_visit():
    longer = replace(PLAN, params=replace(PLAN.params, at_risk_hours=5, minutes=120))
    friday = [replace(AS_PLANNED[0], area=1, team=1) for _ in range(3)]
    hours = (timedelta(hours=h) for h in (20, 22, 24.5))
    midnight = datetime(2018, 4, 6)
    made = [
        replace(visit, start=midnight + at, end=midnight + at + timedelta(minutes=15))
        for visit, at in zip(friday, hours, strict=True)
    ]
    row = delivered(longer, made, AFTERWARDS).frame.iloc[0]
    assert row["longest_gap_minutes"] == 135  # 22:15 to 00:30; at risk are 20:00 to 01:00
    assert row["long_gaps"] == 1
    nobody = delivered(longer, made, AFTERWARDS).frame.iloc[1]
    assert (nobody["long_gaps"], nobody["longest_gap_minutes"]) == (1, 300)


@pytest.mark.parametrize(
    ("now", "shifts"),
    [
        (datetime(2018, 4, 7, 1, 59), 0),  # the shift of Friday goes on
        (datetime(2018, 4, 7, 2), 1),
        (datetime(2018, 4, 8, 2), 2),
    ],
)
def test_what_is_not_over_is_not_missed(now: datetime, shifts: int):
    found = delivered(PLAN, [], now)
    assert len(found.days) == shifts
    assert found.total("missed") == 8 * shifts
    assert len(delivered(PLAN, AS_PLANNED[:1], datetime(2018, 4, 6)).days) == 1
    words = "No visit is recorded" if shifts else "No shift of this plan is over yet"
    assert found.sentences()[0].startswith(words)


made_visits = st.lists(
    st.builds(
        lambda of, minutes, longer, team, area: replace(
            shifted(AS_PLANNED[of], minutes, longer), team=team, area=area
        ),
        st.integers(0, len(AS_PLANNED) - 1),
        st.integers(-120, 120),
        st.integers(-10, 60),
        st.integers(1, 3),
        st.integers(1, 8),
    ),
    max_size=12,
)


@given(made_visits)
def test_visits_and_minutes_add_up(made: list[VisitMade]):
    found = delivered(PLAN, made, AFTERWARDS)
    frame = found.frame
    assert (frame["made"] + frame["missed"] == frame["planned_visits"]).all()
    assert (frame[["made", "missed", "unplanned", "long_gaps"]] >= 0).all(axis=None)
    assert found.total("made") + found.total("unplanned") == found.n_visits
    # Every minute of a team in an area counts once.
    minutes = {
        (visit.day, visit.team, visit.area, visit.start + timedelta(minutes=n))
        for visit in made
        for n in range(int(visit.minutes))
    }
    assert found.total("delivered_minutes") == len(minutes)
    assert found.teams["delivered_minutes"].sum() == len(minutes)
    assert found.n_visits + found.overlapping == len(made)
    # Nobody can make more of them fit than trying every pair in turn does.
    assert found.total("made") == sum(_most_pairs(made, day, area) for day, area in _shifts())


def _shifts():
    return {(visit.day, visit.area) for visit in PLAN.visits}


def _most_pairs(made: list[VisitMade], day, area: int) -> int:
    """Try, for each planned visit, every made one."""
    planned = [v.start for v in PLAN.visits if (v.day, v.area) == (day, area)]
    there = [v.start for v in module.clipped(made) if (v.day, v.area) == (day, area)]

    def most(planned: list[datetime], there: list[datetime]) -> int:
        if not planned:
            return 0
        first, *rest = planned
        near = [one for one in there if abs(one - first) <= module.NEAR]
        taken = [1 + most(rest, [o for o in there if o is not one]) for one in near]
        return max([most(rest, there), *taken])

    return most(planned, there)
