"""Plans by one call: within hotspots, and with what they are made of."""

from datetime import date

import pytest
from shapely import Point

from boundaries.errors import ParameterError
from geo import demonstration
from geo.hotspots.table import find_hotspots
from geo.patrol.making import Wanted
from geo.patrol.params import PatrolParams
from geo.patrol.planning import plan_patrol
from geo.selection import Selection
from geo.surfaces.density import DensityParams

WANTED = Wanted(vintage="2002")


def test_a_plan_can_stay_within_hotspots_of_the_time_looked_at() -> None:
    incidents = demonstration.load()
    plan = plan_patrol(
        incidents, Selection(), PatrolParams(teams=1, among="hotspots"), wanted=WANTED
    )
    year = Selection(start=date(2017, 4, 1), end=date(2018, 3, 31))
    hotspots = find_hotspots(incidents, year, DensityParams()).frame.geometry
    assert plan.areas
    assert all(hotspots.contains(Point(area.middle)).any() for area in plan.areas)
    anywhere = plan_patrol(incidents, Selection(), PatrolParams(teams=1), wanted=WANTED)
    assert anywhere.expected_covered is not None
    assert plan.expected_covered is not None
    assert plan.expected_covered <= anywhere.expected_covered * 1.05


def test_without_a_hotspot_it_says_what_to_do() -> None:
    incidents = demonstration.load()
    few = Selection(strands=("transgender identity",))
    with pytest.raises(ParameterError, match="look among all squares, or at a longer time"):
        plan_patrol(incidents, few, PatrolParams(among="hotspots"), wanted=WANTED)
