"""What is handed out of a plan gives nobody away: no figures of an exact one, and no incident."""

import json
import re
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from boundaries.errors import ParameterError
from boundaries.projection import to_wgs84
from dashboard.geojson import DEGREE_DECIMALS
from dashboard.patrol.handouts import HANDOUTS, to_hand_on
from dashboard.patrol.keeping import for_wardens
from geo import demonstration
from geo.disclosure.ledger import SHIPPED, FolderLedger
from geo.disclosure.levels import EXACT, PARTNER
from geo.patrol.making import Wanted
from geo.patrol.params import Base, PatrolParams
from geo.patrol.plan import Because, Plan
from geo.patrol.planning import plan_patrol, released_plan
from geo.selection import Selection
from tests.patrol_plans import make_plan

DEMO = demonstration.load()
WANTED = Wanted(vintage="2002", source="Demonstration data")
PARAMS = PatrolParams(teams=2)


@pytest.fixture(scope="module")
def exact() -> Plan:
    return plan_patrol(DEMO, Selection(), PARAMS, wanted=WANTED)


@pytest.fixture(scope="module")
def partner() -> Plan:
    release = FolderLedger(SHIPPED).get(DEMO.fingerprint)
    assert release is not None, "the shipped release is of other data; renew it"
    return released_plan(release, PARAMS, WANTED)


def of_other_figures(plan: Plan) -> Plan:
    """Give the same areas and visits, as quite other incidents might have led to them."""
    because = Because("Other reason 77", "77 incidents", "77 more", "77:00", "race 77", "77 m")
    areas = tuple(replace(one, expected=7.7, share=0.77, because=because) for one in plan.areas)
    return replace(
        plan,
        areas=areas,
        settings={**plan.settings, "incidents": 777},
        rules={**plan.rules, "areas": "chosen among 777", "unknown hours": "777 incidents"},
        left_out=plan.left_out[1:],
        expected_total=77.7,
        expected_covered=7.7,
        covered_at_most=1.77,
        warnings=("The hour of 77 of 777 incidents is not known.",),
    )


def files(plan: Plan) -> dict[str, bytes]:
    """Make all that takes no time; sheets are made of the same plan and of nothing else."""
    return {f"{one.stem}{one.ending}": one.make(plan) for one in HANDOUTS if one.ending != ".pdf"}


# ---- figures of an exact plan --------------------------------------------------------------------


def test_what_is_handed_on_of_an_exact_plan_is_the_same_whatever_its_figures_are(exact):
    handed_on, of_others = to_hand_on(exact), to_hand_on(of_other_figures(exact))
    assert handed_on.level == PARTNER
    assert handed_on.as_dict() == of_others.as_dict()
    assert handed_on.key == of_others.key
    assert files(handed_on) == files(of_others)
    assert for_wardens(exact, PARTNER).as_dict() == handed_on.as_dict()


def test_figures_that_were_not_left_out_would_be_found(exact):
    leaking, of_others = files(exact), files(of_other_figures(exact))
    differ = {name for name in leaking if leaking[name] != of_others[name]}
    assert {"plan.json", "plan.geojson", "areas.csv"} <= differ
    said = json.dumps(to_hand_on(exact).as_dict())
    assert "incidents," not in said
    counted = [area.because.incidents for area in exact.areas]
    assert all(re.match(r"\d+ incidents?,", words) for words in counted)
    assert all(words in json.dumps(exact.as_dict()) for words in counted)


def test_every_area_rests_on_nine_incidents_at_three_places(exact):
    for area in exact.areas:
        east, north = DEMO.easting - area.west, DEMO.northing - area.south
        inside = (east >= 0) & (east < area.side_m) & (north >= 0) & (north < area.side_m)
        places = set(zip(DEMO.easting[inside], DEMO.northing[inside], strict=True))
        assert inside.sum() >= 9
        assert len(places) >= 3


def test_areas_that_rest_on_few_are_not_handed_on():
    few = plan_patrol(DEMO, Selection(), replace(PARAMS, min_incidents=5), wanted=WANTED)
    assert not few.may_be_handed_on
    for hand_on in (to_hand_on, lambda plan: for_wardens(plan, PARTNER)):
        with pytest.raises(ParameterError, match=r"few"):
            hand_on(few)


# ---- no incident anywhere ------------------------------------------------------------------------

_PAIR = re.compile(r"(-?0\.\d{4,})[^\d-]+(51\.\d{4,})|(51\.\d{4,})[^\d-]+(-?0\.\d{4,})")
_METRES = re.compile(r"\b(52\d{4})(?:\.\d+)?\D{1,14}(1[78]\d{4})(?:\.\d+)?\b")


def places(plan: Plan) -> set[tuple[float, float]]:
    """Give the positions in all text files: metres and degrees, as written."""
    text = "\n".join(content.decode() for content in files(plan).values())
    degrees = {(float(a or d), float(b or c)) for a, b, c, d in _PAIR.findall(text)}
    return degrees | {(float(a), float(b)) for a, b in _METRES.findall(text)}


def of_incidents() -> set[tuple[float, float]]:
    located = ~np.isnan(DEMO.easting)
    easting, northing = DEMO.easting[located], DEMO.northing[located]
    degrees = to_wgs84(easting, northing).round(DEGREE_DECIMALS)
    metres = zip(np.floor(easting).tolist(), np.floor(northing).tolist(), strict=True)
    return {*map(tuple, degrees.tolist()), *metres}


def known(plan: Plan) -> set[tuple[float, float]]:
    """Give positions that are there for all to know: corners and middles, bases, their ways."""
    at = [area.middle for area in plan.areas] + [
        (area.west + dx, area.south + dy)
        for area in plan.areas
        for dx in (0, area.side_m)
        for dy in (0, area.side_m)
    ]
    at += [(team.base.easting, team.base.northing) for team in plan.teams]
    easting, northing = np.array(at).T
    metres = zip(np.floor(easting).tolist(), np.floor(northing).tolist(), strict=True)
    return {*map(tuple, to_wgs84(easting, northing).round(DEGREE_DECIMALS).tolist()), *metres}


@pytest.mark.parametrize("level", [EXACT, PARTNER])
def test_no_file_holds_the_place_of_an_incident(exact, partner, level):
    plan = exact if level == EXACT else partner
    found = places(plan)
    assert len(found) > 4 * len(plan.areas)
    assert found <= known(plan)
    assert not (found - known(plan)) & of_incidents()


def test_a_place_of_an_incident_in_a_plan_would_be_found(exact):
    at = int(np.flatnonzero(~np.isnan(DEMO.easting))[0])
    home = Base("Somewhere", float(DEMO.easting[at]), float(DEMO.northing[at]))
    leaking = replace(exact, paths={"1:0-1": ((home.easting, home.northing), (0.0, 0.0))})
    assert (places(leaking) - known(exact)) & of_incidents()


def test_the_day_of_the_last_incident_is_not_handed_on():
    last = date(2018, 3, 12)
    plan = replace(make_plan("exact"), data_to=last, period="4 May 2017 to 12 Mar 2018")
    handed_on = json.dumps(plan.without_figures("partner").as_dict())
    assert "2018-03-12" not in handed_on
    assert "12 Mar" not in handed_on
    assert "2018-03-31" in handed_on
