"""What moved from one plan to the next, and that it is said beside no less exact plan."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundaries.errors import ParameterError
from geo.patrol.afterwards.compared import KEPT_SHARE, compare_plans, news_of
from geo.patrol.plan import FocusArea
from tests.patrol_plans import make_plan

PLAN = make_plan()


def moved(area: FocusArea, east: int = 0, north: int = 0, **changes: object) -> FocusArea:
    return replace(area, west=area.west + east, south=area.south + north, **changes)


def with_areas(*areas: FocusArea, **changes: object):
    renumbered = tuple(replace(area, number=n) for n, area in enumerate(areas, 1))
    return replace(PLAN, areas=renumbered, **changes)


def test_a_plan_has_not_moved_from_itself():
    change = compare_plans(PLAN, PLAN)
    assert [area.what for area in change.areas] == ["kept"] * len(PLAN.areas)
    assert change.sentences[0] == "All 8 areas are where they were in the plan before."
    assert change.sentences[-1] == "Both plans are made of the same data."
    assert {area.in_words() for area in change.areas} == {"As in the plan before."}


def test_what_is_kept_moved_new_and_gone():
    one, two, three, four, *_ = PLAN.areas
    before = with_areas(one, two, three)
    now = with_areas(
        moved(one, east=50),  # two thirds are the same
        moved(two, north=100, team=2),  # one third is
        moved(three, east=150, north=150),  # 212 m away, and no land is the same
        four,
        data_to=PLAN.data_to.replace(month=4, day=7),
        fingerprint="newer",
        visits=(),
    )
    change = compare_plans(now, before)
    assert [(area.what, area.name, area.moved_m) for area in change.areas] == [
        ("kept", one.name, 50),
        ("moved", two.name, 100),
        ("new", three.name, 0),
        ("new", four.name, 0),
        ("gone", three.name, 0),
    ]
    assert change.sentences == (
        (
            f"1 of 4 areas is where they were; moved: {two.name} (100 m); new: {three.name}, "
            f"{four.name}; no longer in the plan: {three.name}."
        ),
        f"With another team than before: {two.name}.",
        "Teams stand 0 minutes in their areas in each shift, 120 fewer than before.",
        "The data has 7 more days, to 7 April 2018.",
    )
    assert change.areas[1].in_words() == (
        "Moved 100 m from where it was in the plan before, now team 2 instead of team 1, "
        "15 fewer minutes in each shift."
    )
    assert news_of(now.area(1), before) == "Was area 1 of the plan before."
    assert news_of(now.area(2), before) == "Moved 100 m from area 2 of the plan before."
    assert news_of(now.area(3), before) == "New in this plan."


def test_an_area_is_held_against_one_other_only():
    one = PLAN.areas[0]
    now = with_areas(one, moved(one, east=150))
    change = compare_plans(now, with_areas(moved(one, east=50)))
    assert [area.what for area in change.areas] == ["kept", "new"]


def test_nothing_exact_is_said_beside_a_plan_for_partners():
    with pytest.raises(ParameterError, match="level exact and this one for partner"):
        compare_plans(PLAN, make_plan("exact"))
    assert compare_plans(make_plan("exact"), PLAN).count("kept") == 8


@given(
    st.lists(st.tuples(st.integers(-6, 6), st.integers(-6, 6)), min_size=1, max_size=6),
    st.lists(st.tuples(st.integers(-6, 6), st.integers(-6, 6)), max_size=6),
)
def test_every_area_of_both_plans_is_said_once(now_at, before_at):
    first = PLAN.areas[0]
    now, before = (
        with_areas(*(moved(first, 50 * east, 50 * north) for east, north in places))
        for places in (now_at, before_at)
    )
    change = compare_plans(now, before)
    assert [area.now for area in change.areas if area.now] == list(now.areas)
    early = [area.before.number for area in change.areas if area.before]
    assert sorted(early) == [area.number for area in before.areas]
    for area in change.areas:
        if area.now and area.before:
            overlap = area.now.shape.intersection(area.before.shape).area / 150**2
            assert (area.what == "kept") == (overlap >= KEPT_SHARE)
            assert overlap > 0 or area.moved_m <= 200
