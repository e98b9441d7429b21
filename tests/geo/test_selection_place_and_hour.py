"""Selections by ward, weekday, hour and source beside a plain loop."""

from collections.abc import Callable
from datetime import datetime

import numpy as np
import pytest

import boundaries
from boundaries.columns import WARD_CODE
from boundaries.errors import ParameterError
from geo import demonstration
from geo.grids.emerging import EmergingParams, emerging
from geo.grids.gistar import GiStarParams, gi_star
from geo.periods import WEEKDAYS
from geo.result import Result
from geo.schema import DEMONSTRATION_SOURCE, OCCURRED, TIME_PRECISION, Incidents
from geo.selection import Selection, some_wards_warnings
from geo.surfaces.chance import ChanceParams, chance
from geo.surfaces.density import DensityParams
from geo.wards.clusters import WardClusterParams, ward_clusters
from geo.wards.join import locate
from tests.factories import make_incidents

GREEN = "E05000263"  # a ward to May 2022


@pytest.fixture(scope="module")
def demo() -> Incidents:
    return demonstration.load()


def test_hours_and_weekdays_are_those_of_the_start(demo: Incidents):
    selection = Selection(weekdays=("Friday", "Saturday"), hours=(22, 23, 0))
    wanted = [
        precision == "minute"
        and WEEKDAYS[time.weekday()] in ("Friday", "Saturday")
        and time.hour in (22, 23, 0)
        for time, precision in zip(demo.frame[OCCURRED], demo.frame[TIME_PRECISION], strict=True)
    ]
    assert 0 < sum(wanted) < len(demo)
    assert selection.mask(demo).tolist() == wanted
    assert selection.in_words().endswith("on Friday, Saturday; at 22:00 to 01:00")


def test_wards_are_those_of_the_join(demo: Incidents):
    wards = boundaries.load_wards("2002")
    chosen = tuple(wards[WARD_CODE].iloc[[3, 7]])
    positions = locate(demo, "2002").positions
    selection = Selection(wards=chosen)
    assert selection.mask(demo).tolist() == [int(p) in (3, 7) for p in positions]
    assert all(name in selection.in_words() for name in wards["ward_name"].iloc[[3, 7]])


def test_every_ward_leaves_out_what_is_not_located(demo: Incidents):
    everywhere = Selection(wards=tuple(boundaries.load_wards("2022")[WARD_CODE]))
    located = locate(demo, "2022").positions >= 0
    np.testing.assert_array_equal(everywhere.mask(demo), located)
    assert not Selection(wards=()).mask(demo).any()
    assert not Selection(hours=()).mask(demo).any()


def test_sources(demo: Incidents):
    assert Selection(sources=(DEMONSTRATION_SOURCE,)).mask(demo).all()
    assert not Selection(sources=("elsewhere",)).mask(demo).any()
    assert "source elsewhere" in Selection(sources=("elsewhere",)).in_words()


def test_vague_times_are_not_taken_and_are_counted():
    friday = datetime(2016, 4, 1, 22, 30).isoformat()
    incidents = make_incidents(
        [friday] * 4, [(0.0, 0.0)] * 4, precision=["minute", "day", "month", "minute"]
    )
    by_hour, by_day = Selection(hours=(22,)), Selection(weekdays=("Friday",))
    assert by_hour.mask(incidents).tolist() == [True, False, False, True]
    assert by_day.mask(incidents).tolist() == [True, True, False, True]
    assert by_hour.without_known_time(incidents) == 2
    assert by_day.without_known_time(incidents) == 1
    assert Selection().without_known_time(incidents) == 0
    assert Selection(hours=(22,), kind="incident").without_known_time(incidents) == 0


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"hours": (7, 24)}, r"Hours \[24\] are not hours of the day"),
        ({"weekdays": ("Fri",)}, r"Unknown weekdays \['Fri'\]; known are Monday"),
        ({"wards": (GREEN, "E09000013")}, "'E09000013' are not codes of wards of one vintage"),
    ],
)
def test_what_does_not_exist_is_refused(wrong: dict[str, tuple[object, ...]], says: str):
    with pytest.raises(ParameterError, match=says):
        Selection(**wrong)  # type: ignore[arg-type]


def test_a_test_of_some_wards_against_the_whole_borough_says_so():
    everywhere = tuple(boundaries.load_wards("2022")[WARD_CODE])
    assert some_wards_warnings(Selection()) == []
    assert some_wards_warnings(Selection(wards=())) == []
    assert some_wards_warnings(Selection(wards=everywhere)) == []
    (said,) = some_wards_warnings(Selection(wards=everywhere[:2]))
    assert "Only incidents in some wards" in said


@pytest.mark.parametrize(
    "test",
    [
        lambda *chosen: gi_star(*chosen, GiStarParams()),
        lambda *chosen: emerging(*chosen, EmergingParams()),
        lambda *chosen: ward_clusters(*chosen, WardClusterParams(runs=99)),
        lambda *chosen: chance(*chosen, DensityParams(), ChanceParams(runs=19)),
    ],
    ids=["Gi*", "emerging", "wards", "chance"],
)
def test_every_test_of_the_borough_says_when_only_some_wards_are_selected(
    demo: Incidents, test: Callable[..., Result]
):
    selection = Selection(wards=(GREEN,))
    assert set(some_wards_warnings(selection)) <= set(test(demo, selection).record.warnings)
