"""Why areas are in a plan: counted one by one at ``exact``, and read from the release below."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from geo import demonstration
from geo.disclosure.ledger import SHIPPED, FolderLedger
from geo.disclosure.release import Release
from geo.disclosure.surfaces import class_words
from geo.patrol.expected.because import exact_reasons, released_reasons
from geo.patrol.params import DemandParams
from geo.patrol.plan import Because, FocusArea
from geo.patrol.shift import PatrolShift
from geo.schema import Incidents
from geo.selection import Selection
from tests.factories import incidents_of
from tests.patrol_plans import make_plan

DEMO = demonstration.load()
PARAMS = DemandParams(lookback_days=364)
WEST, SOUTH = 523_500, 179_800
INSIDE, BESIDE = (WEST + 70.0, SOUTH + 70.0), (WEST + 150.0, SOUTH + 70.0)
OUTSIDE_THE_BOROUGH = (600_000.0, 179_900.0)
FRIDAY = PatrolShift(("Friday",), 18, 2)
LAST = datetime(2017, 12, 29, 20)  # a Friday


def area(west: int = WEST, south: int = SOUTH, share: float | None = 0.02) -> FocusArea:
    return FocusArea(1, "Somewhere", "E05000263", "A ward", west, south, 150, 1, 0.1, share)


def fridays(n: int, place: tuple[float, float], weeks_ago: int, **more: object) -> list[dict]:
    """Give n incidents at eight on Friday evenings, a week apart, the last so long ago."""
    times = (LAST - timedelta(weeks=weeks_ago + number) for number in range(n))
    return [{"at": at.isoformat(), "place": place, **more} for at in times]


def data(*rows: list[dict]) -> Incidents:
    """Let the data begin early in 2015 and end with the last Friday of 2017."""
    ends = [{"at": at, "place": OUTSIDE_THE_BOROUGH} for at in ("2015-01-02", LAST.isoformat())]
    return incidents_of([*(one for some in rows for one in some), *ends])


def reasons(incidents: Incidents, *areas: FocusArea, **more: object) -> tuple[Because, ...]:
    return exact_reasons(incidents, Selection(), PARAMS, areas or (area(),), **more)


# ---- exact ---------------------------------------------------------------------------------------


def test_incidents_are_those_in_the_square_in_the_time_looked_at():
    incidents = data(fridays(30, INSIDE, 0), fridays(20, BESIDE, 0), fridays(7, INSIDE, 60))
    (one,) = reasons(incidents)
    assert one.incidents == "30 incidents, 31 December 2016 to 29 December 2017"
    (beside,) = reasons(incidents, area(WEST + 150))
    assert beside.incidents.startswith("20 incidents, ")


def test_the_trend_is_tested_against_as_long_a_time_before():
    much_more = data(fridays(40, INSIDE, 0), fridays(7, INSIDE, 60))
    hardly = data(fridays(12, INSIDE, 0), fridays(10, INSIDE, 60))
    fewer = data(fridays(2, INSIDE, 0), fridays(30, INSIDE, 60))
    alike = data(fridays(9, INSIDE, 0), fridays(9, INSIDE, 60))
    said = [reasons(incidents)[0].trend for incidents in (much_more, hardly, fewer, alike)]
    before = "the 364 days before"
    assert said == [
        f"33 more than in {before}, more than chance would give.",
        f"2 more than in {before}, no more than chance would give.",
        f"28 fewer than in {before}, more than chance would give.",
        f"As many as in {before}.",
    ]


def test_many_areas_are_tested_together():
    """A change that is more than chance for one area alone is not for the best of twenty."""
    incidents = data(fridays(22, INSIDE, 0), fridays(9, INSIDE, 60))
    quiet = [area(WEST, SOUTH - 150 * n) for n in range(1, 20)]
    (alone,), (among, *_) = reasons(incidents), reasons(incidents, area(), *quiet)
    assert ", more than chance would give" in alone.trend
    assert ", no more than chance would give" in among.trend


def test_no_trend_without_a_whole_time_before_or_across_the_break():
    assert reasons(incidents_of(fridays(30, INSIDE, 0)))[0].trend == ""
    later = data(fridays(30, INSIDE, 0), fridays(30, INSIDE, 60))
    frame = later.frame.assign(occurred=later.frame["occurred"] + timedelta(days=2555))
    (one,) = reasons(Incidents(frame))
    assert one.incidents.startswith("30 incidents, ")
    assert "2024" in one.incidents
    assert one.trend == ""


def test_hours_and_strands_only_where_enough():
    many = data(
        fridays(12, INSIDE, 0, strands=["race"]),
        fridays(5, INSIDE, 12, strands=["disability", "race"]),
        fridays(4, INSIDE, 20, strands=["sexual orientation"]),
    )
    (one,) = reasons(many)
    assert one.hours == "Friday, 20:00 to 21:00"
    assert one.strands == "race 17, disability 5"
    (few,) = reasons(data(fridays(4, INSIDE, 0, strands=["race"])))
    assert (few.hours, few.strands) == ("", "")


def test_the_reason_says_how_much_more_than_elsewhere_and_why_this_shift():
    at_noon = [{**one, "at": one["at"].replace("T20", "T12")} for one in fridays(40, BESIDE, 0)]
    incidents = data(fridays(30, INSIDE, 0), at_noon)
    first, second = reasons(incidents, area(), area(WEST + 150, share=0.001), shift=FRIDAY)
    times = re.match(r"(\d+) times as many incidents are expected here", first.reason)
    assert times is not None
    assert int(times[1]) == pytest.approx(0.02 * 17.2e6 / 150**2, abs=1)
    assert "the most of all areas of the plan" in first.reason
    assert "100 % of its incidents fall into such shifts, in the borough 43 %." in first.reason
    assert "the most" not in second.reason
    assert "fall into such shifts" not in second.reason


def test_news_are_held_against_the_plan_before():
    before = make_plan("exact")
    same = before.area(3)
    moved = replace(same, west=same.west + 100, south=same.south + 100)
    far = replace(same, west=WEST + 5_000)
    news = [one.news for one in reasons(DEMO, same, moved, far, before=before)]
    assert news[0] == "Was area 3 of the plan before."
    assert news[1].startswith("Moved 141 m from area 3")
    assert news[2] == "New in this plan."
    assert reasons(DEMO, same)[0].news == ""


# ---- released ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def release() -> Release:
    found = FolderLedger(SHIPPED).get(DEMO.fingerprint)
    assert found is not None, "the shipped release is of other data; renew it"
    return found


def test_what_is_released_of_the_hotspot_is_said_and_no_more(release):
    hotspot = release.hotspots["density", "2017/18", "all"].hotspots[0]
    row, first, _ = hotspot.cells[0]
    west, south = 100 * first, 100 * row
    (one,) = released_reasons(release, [area(west, south - 50)])
    assert one.incidents == f"{hotspot.incidents.text} incidents in the hotspot it lies in, 2017/18"
    assert one.trend == "No clear change since the year before."
    assert one.hours == "Friday, 18:00 to 22:00"
    assert (hotspot.day, hotspot.hours) == ("Friday", "18-22")
    assert one.strands == ", ".join(hotspot.strands)
    surface = release.surfaces["2017/18", "all"]
    touched = [
        surface.classes[r - surface.first_row, c - surface.first_col]
        for r in (row - 1, row)
        for c in range(first, first + 2)
    ]
    assert f"Density {class_words(surface.breaks)[max(touched)]} incidents" in one.reason
    (touching,) = released_reasons(release, [area(west - 100, south - 100)])
    assert "in the hotspot it touches" in touching.incidents


def test_nothing_is_said_where_nothing_is_released(release):
    class_of = release.surfaces["2017/18", "all"]
    (one,) = released_reasons(release, [area(516_000, 170_000, share=None)])
    assert one == Because()
    assert not class_of.classes[0].any()
    bare = replace(release, hotspots={})
    (without,) = released_reasons(bare, [area()])
    assert (without.incidents, without.trend, without.hours, without.strands) == ("", "", "", "")
    assert without.reason.startswith("14 times") or without.reason.startswith("15 times")


def test_of_an_exact_plan_before_nothing_is_said_below(release):
    exact, partner = make_plan("exact"), make_plan("partner")
    (of_exact,) = released_reasons(release, [exact.area(1)], exact)
    (of_partner,) = released_reasons(release, [partner.area(1)], partner)
    assert of_exact.news == ""
    assert of_partner.news == "Was area 1 of the plan before."
