"""The sheets on paper: what stands on them is the plan, and no more than the plan."""

import re
import zlib
from dataclasses import replace
from datetime import date
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from boundaries.errors import ParameterError
from dashboard.patrol.pictures import LINES, area_png, overview_png, sample_png, ways_on
from dashboard.patrol.sheets import overview_pdf, sheets_html, team_sheets
from geo.patrol.params import Base, PatrolParams
from geo.patrol.plan import Plan
from tests import pango
from tests.patrol_plans import FIRST_DAY, make_plan

HOSTILE = "<img src='http://127.0.0.1:9/x'>\u202e=1+1"


def without_pictures(html: str) -> str:
    return re.sub(r"src='data:[^']*'", "", html)


def blocks(html: str) -> list[str]:
    return re.findall(r"<section class='area'>.*?</section>", html, re.DOTALL)


@pytest.fixture(scope="module")
def partner() -> str:
    return without_pictures(sheets_html(make_plan()))


@pytest.fixture(scope="module")
def exact() -> str:
    return without_pictures(sheets_html(make_plan("exact")))


def test_every_visit_of_the_plan_stands_on_its_sheet_in_the_order_of_the_day(partner: str):
    plan = make_plan()
    sheets = re.findall(
        r"<section class='sheet' .*?(?=<section class='sheet|\Z)", partner, re.DOTALL
    )
    assert len(sheets) == len(plan.days) * len(plan.teams)
    pairs = [(day, team.number) for day in plan.days for team in plan.teams]
    for sheet, (day, team) in zip(sheets, pairs, strict=True):
        visits = plan.visits_of(team, day)
        assert f"Team {team} of 3" in sheet
        assert f"{day:%A} {day.day} April 2018, 18:00 to 02:00" in sheet
        found = [
            (int(number), times)
            for number, times in re.findall(
                r"<span class='number'>(\d+)</span>.*?<p class='times'>(.*?)</p>", sheet, re.DOTALL
            )
        ]
        assert found == [(v.area, f"{v.start:%H:%M} to {v.end:%H:%M}") for v in visits]
        for visit, block in zip(visits, blocks(sheet), strict=True):
            assert plan.area(visit.area).name.replace("'", "&#x27;") in block


def test_minutes_of_walking_and_standing_are_those_of_the_plan(partner: str):
    plan = make_plan()
    team, day = plan.teams[0], plan.days[0]
    walking = sum(v.walk_minutes for v in plan.visits_of(1, day))
    walking += next(r.walk_minutes for r in plan.returns if (r.team, r.day) == (1, day))
    assert f"{walking} minutes walking, 45 minutes standing" in partner
    assert f"Start and end at {team.base.name}".replace("'", "&#x27;") in partner


def test_the_foot_of_a_page_says_until_when_for_whom_and_of_what(partner: str):
    plan = make_plan()
    for words in (
        "Not after Thursday 12 April 2018",
        "For partners: counts of 1 to 4 are not shown",
        "data to 31 March 2018",
        f"Plan {plan.key}",
        "none of these studies is about wardens",
        "Demonstration data, synthetic",
    ):
        assert words in partner
    real = replace(plan, is_demonstration=False, source="police")
    assert "Demonstration" not in without_pictures(sheets_html(real, 1, FIRST_DAY))


def test_figures_stand_on_exact_sheets_alone(partner: str, exact: str):
    assert "49 incidents in 12 months" in exact
    assert "40.0 incidents in 100 such shifts" in exact
    assert "Expected in 100 shifts" in exact
    handed_on = without_pictures(sheets_html(make_plan("exact").without_figures("partner")))
    for html in (partner, handed_on):
        assert not re.search(r"\d+ incidents", html)
        assert "Expected in 100 shifts" not in html


def test_visits_of_several_rounds_and_after_midnight_are_told_apart():
    plan = make_plan()
    late = [
        replace(
            v,
            round=2,
            start=v.start.replace(day=v.day.day + 1, hour=0),
            end=v.end.replace(day=v.day.day + 1, hour=0),
        )
        for v in plan.visits_of(3, FIRST_DAY)
        if v.end.minute >= 15
    ]
    back = next(r for r in plan.returns if (r.team, r.day) == (3, FIRST_DAY))
    end = replace(back, round=2, at=late[-1].end)
    both = replace(plan, visits=(*plan.visits, *late), returns=(*plan.returns, end))
    html = without_pictures(sheets_html(both, 3, FIRST_DAY))
    assert "20:11 to 20:26 and 00:11 to 00:26 (Saturday)" in html
    assert "round 2, leave" in html
    assert html.count("Visited, really from") == 4


def test_a_team_or_a_day_can_be_asked_for_and_an_unknown_one_is_refused():
    plan = make_plan()
    one = without_pictures(sheets_html(plan, 2, FIRST_DAY))
    assert one.count("class='sheet'") == 1
    assert "Overview" not in one
    with pytest.raises(ParameterError, match="no team 4; its teams are 1 to 3"):
        sheets_html(plan, 4)
    with pytest.raises(ParameterError, match="begins on Sunday 8 April 2018; they begin on Friday"):
        sheets_html(plan, 1, date(2018, 4, 8))


def small() -> Plan:
    """Give a plan of one team with one area, so that little has to be drawn."""
    plan = make_plan()
    base = Base("A", *plan.area(1).middle)
    return replace(
        plan,
        areas=plan.areas[:1],
        teams=(replace(plan.teams[0], base=base, areas=(1,)),),
        visits=tuple(v for v in plan.visits if v.area == 1),
        returns=tuple(r for r in plan.returns if r.team == 1),
        paths={},
    )


def test_a_team_without_areas_has_no_sheet_and_the_overview_says_so():
    plan = small()
    idle = replace(plan.teams[0], number=2, areas=(), walking_minutes=0, standing_minutes=0)
    wider = replace(plan, teams=(*plan.teams, idle))
    assert "Team 2: no area." in without_pictures(sheets_html(wider))
    with pytest.raises(ParameterError, match="Team 2 has no area"):
        sheets_html(wider, 2)


def test_a_plan_that_may_not_be_handed_on_says_so_on_paper():
    plan = make_plan("exact")
    low = replace(plan, params=PatrolParams(min_incidents=5))
    assert "stay with analysts" in without_pictures(overview_html(low))
    assert "stay with analysts" not in without_pictures(overview_html(plan))


def overview_html(plan: Plan) -> str:
    return sheets_html(plan).partition("class='sheet overview'")[2]


def test_hostile_names_stay_text():
    plan = small()
    html = without_pictures(
        sheets_html(
            replace(
                plan,
                areas=tuple(replace(a, name=HOSTILE) for a in plan.areas),
                teams=tuple(replace(t, base=replace(t.base, name=HOSTILE)) for t in plan.teams),
                left_out=tuple(replace(a, name=HOSTILE, why=HOSTILE) for a in plan.left_out),
                warnings=(HOSTILE,),
                source=HOSTILE,
            )
        )
    )
    assert "<img src='http" not in html
    assert "\u202e" not in html
    assert html.count("&lt;img") > 8


# ---- the PDF -------------------------------------------------------------------------------------


def opened(content: bytes) -> str:
    """Give the objects of a PDF, with what is compressed unpacked."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL)
    texts = [content.decode("latin-1")]
    for stream in streams:
        try:
            texts.append(zlib.decompress(stream).decode("latin-1"))
        except zlib.error:
            continue
    return "\n".join(texts)


def test_the_pdf_is_tagged_and_the_same_for_the_same_plan():
    pango.needed()
    plan = make_plan()
    made = team_sheets(plan, 3, FIRST_DAY)
    assert made == team_sheets(make_plan(), 3, FIRST_DAY)
    text = opened(made)
    assert re.search(r"pdfuaid:part(=.|>)1", text)
    assert "/Lang (en-GB)" in text
    assert len(re.findall(r"/Type /Page\b", text)) == 1
    assert len(re.findall(r"/S /H1\b", text)) == 1
    assert len(re.findall(r"/S /H3\b", text)) == 2  # an area each
    assert len(re.findall(r"/Alt \(Map of area \d", text)) == 2
    text = opened(overview_pdf(plan))
    assert "/Alt (Map of the 8 areas" in text
    assert len(re.findall(r"/S /TH\b", text)) == 5 + 8


# ---- the maps ------------------------------------------------------------------------------------


def grey(png: bytes) -> "np.ndarray":
    return np.asarray(Image.open(BytesIO(png)).convert("L"))


def test_a_map_survives_a_photocopier():
    """In black and white alone the areas, their hatch and the lines of teams are still there."""
    plan = make_plan()
    pixels = np.asarray(Image.open(BytesIO(area_png(plan, 1))).convert("RGB")).astype(int)
    assert np.abs(pixels - pixels.mean(axis=2, keepdims=True)).max() <= 2  # no colour at all
    black = grey(area_png(plan, 1)) < 128
    middle = len(black) // 2
    around_badge = black[middle - 45 : middle + 45, middle - 45 : middle - 30]
    assert 0.1 < around_badge.mean() < 0.6  # hatched: neither white nor black
    samples = {(grey(sample_png(team)) < 128).tobytes() for team in range(1, len(LINES) + 1)}
    assert len(samples) == len(LINES) == 12  # as many teams as a plan can have


def test_maps_show_the_plan_and_are_the_same_for_the_same_plan():
    plan = make_plan()
    assert area_png(plan, 7) == area_png(make_plan(), 7)
    assert overview_png(plan) == overview_png(make_plan())
    moved = tuple(replace(a, west=a.west + 100) if a.number == 7 else a for a in plan.areas)
    assert overview_png(replace(plan, areas=moved)) != overview_png(plan)
    assert area_png(plan, 1, (2,)) != area_png(plan, 1)  # an arrow to the next


def test_where_a_team_goes_on_to_follows_the_day():
    plan = make_plan()
    saturday = plan.days[1]
    assert ways_on(plan, plan.area(1), FIRST_DAY) == (2,)
    assert ways_on(plan, plan.area(3), FIRST_DAY) == (None,)
    assert ways_on(plan, plan.area(3), saturday) == (1,)


def test_an_overview_of_one_place_has_room_around_it():
    width, height = Image.open(BytesIO(overview_png(small()))).size
    assert width > height > width / 3
