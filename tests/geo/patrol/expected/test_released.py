"""What a shift is expected to bring below ``exact``: a function of release and shift alone."""

import json
from dataclasses import replace
from inspect import signature
from typing import get_type_hints

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.interpolate import RegularGridInterpolator
from shapely import Point

from boundaries.errors import ParameterError
from geo import demonstration
from geo.disclosure.area_finding import METHODS
from geo.disclosure.land import land_of
from geo.disclosure.ledger import SHIPPED, FolderLedger
from geo.disclosure.levels import PARTNER
from geo.disclosure.placed import MIN_PLACES, Placed
from geo.disclosure.release import Release, Shown
from geo.disclosure.splits import BLOCKS
from geo.patrol.choosing.candidates import candidates_of
from geo.patrol.expected.because import released_reasons
from geo.patrol.expected.released import (
    default_period,
    filled_in,
    released_demand,
    usable_periods,
    weekday_blocks,
)
from geo.patrol.making import Wanted, make_plan
from geo.patrol.params import CELL_M, PatrolParams
from geo.patrol.plan import Plan
from geo.patrol.planning import released_plan
from geo.patrol.shift import PatrolShift
from geo.periods import WEEKDAYS
from geo.schema import Incidents

DEMO = demonstration.load()
SHIFT = PatrolShift(("Friday",), 18, 2)
WITHHELD = Shown(None, "others", "not shown")


@pytest.fixture(scope="module")
def release() -> Release:
    found = FolderLedger(SHIPPED).get(DEMO.fingerprint)
    assert found is not None, "the shipped release is of other data; renew it"
    return found


def hidden(release: Release, *keys: tuple[str, str, str]) -> Release:
    assert all(key in release.counts for key in keys)
    return replace(release, counts={**release.counts, **dict.fromkeys(keys, WITHHELD)})


def without(release: Release, group: str) -> Release:
    """Leave out all counts of some groups."""
    counts = {key: one for key, one in release.counts.items() if not key[2].startswith(group)}
    return replace(release, counts=counts)


# ---- nothing but the release ---------------------------------------------------------------------


def test_it_takes_no_incidents():
    for made in (released_demand, released_reasons, make_plan):
        for name, hint in get_type_hints(made).items():
            assert Incidents not in (hint, *getattr(hint, "__args__", ())), (made, name)
    assert set(signature(released_demand).parameters) == {"release", "shift", "group", "period"}


def plan_of(release: Release) -> Plan:
    params = PatrolParams(shift=SHIFT, teams=1)
    demand = released_demand(release, SHIFT)
    wanted = Wanted(demand.data_to, release.params.vintage)
    return make_plan(demand, params, wanted, lambda areas: released_reasons(release, areas))


def test_equal_releases_give_equal_plans_and_the_plan_has_no_more_than_was_kept(release):
    """What was written and read again has nothing but what the file of the release says."""
    read_again = Release.from_dict(json.loads(json.dumps(release.as_dict())))
    plan, again = plan_of(release), plan_of(read_again)
    assert json.dumps(plan.as_dict()) == json.dumps(again.as_dict())
    assert plan.level == PARTNER
    assert len(plan.areas) > 3
    squares = {(area.west, area.south) for area in plan.areas}
    assert all(west % CELL_M == 0 and south % CELL_M == 0 for west, south in squares)


# ---- where ---------------------------------------------------------------------------------------


def test_every_part_of_an_area_has_enough_incidents_and_places_within_300_m(release):
    """Counted one by one in the incidents of the period, which the demand never saw."""
    demand = released_demand(release, SHIFT)
    period = default_period(release)
    placed = Placed.of(DEMO, release.params.vintage)
    rows = placed.rows(period, "all")
    areas = candidates_of(demand, PatrolParams(), release.params.vintage)
    assert len(areas) > 100
    for west, south in zip(areas.west.tolist(), areas.south.tolist(), strict=True):
        for east in range(west // 100 * 100 + 50, west + 150, 100):
            for north in range(south // 100 * 100 + 50, south + 150, 100):
                away = np.hypot(DEMO.easting[rows] - east, DEMO.northing[rows] - north)
                near = rows[away <= 300]
                assert len(near) >= 9
                assert len(np.unique(placed.place_of[near])) >= MIN_PLACES


def test_expected_adds_up_to_the_borough_and_follows_the_classes(release):
    demand = released_demand(release, SHIFT)
    assert demand.total == pytest.approx(demand.of_hours.sum())
    surface = release.surfaces[default_period(release).key, "all"]
    grid = demand.grid
    row = (grid.first_row + np.arange(grid.n_rows)) // 2 - surface.first_row
    col = (grid.first_col + np.arange(grid.n_cols)) // 2 - surface.first_col
    rows, cols = np.clip(row, 0, None), np.clip(col, 0, None)
    classes = surface.classes[np.ix_(rows, cols)]
    whole = grid.inside_share == 1
    there = [whole & (classes == n) for n in range(classes.max() + 1)]
    means = [demand.expected[of_class].mean() for of_class in there]
    assert len(means) > 3
    assert (np.diff(means) > 0).all()
    assert not demand.expected[grid.inside_share == 0].any()
    assert not demand.allowed[classes == 0].any()


def test_it_is_read_between_the_middles_of_the_cells(release):
    """Beside scipy's interpolator, away from the edge and without hotspots."""
    demand = released_demand(replace(release, hotspots={}), SHIFT)
    surface = release.surfaces[default_period(release).key, "all"]
    inside = land_of(release.params.vintage).inside
    stands_for = np.array([np.nan, 75.0, 150.0, 250.0, 350.0, 450.0])  # breaks 50, 100, 200 ...
    values = np.where(inside, stands_for[surface.classes], np.nan)
    middles = [100 * (first + np.arange(n)) + 50.0 for first, n in zip(
        (surface.first_row, surface.first_col), values.shape, strict=True)]  # fmt: skip
    read = RegularGridInterpolator(middles, values, bounds_error=False)
    easting, northing = demand.grid.centre_points()
    at = read((northing, easting))
    compared = ~np.isnan(at) & (demand.grid.inside_share == 1)
    ratio = demand.expected[compared] / at[compared]
    assert compared.sum() > 300
    assert ratio == pytest.approx(np.full(len(ratio), ratio[0]))


def test_a_hotspot_holds_the_middle_of_its_range(release):
    """Its cells together, before they are smoothed: so about that, beside what is around it."""
    period = default_period(release)
    hotspot = release.hotspots["density", period.key, "all"].hotspots[0]
    more = replace(
        hotspot, incidents=replace(hotspot.incidents, low=10 * hotspot.incidents.low, high=599)
    )
    areas = release.hotspots["density", period.key, "all"]
    raised = replace(
        release,
        hotspots={
            **release.hotspots,
            ("density", period.key, "all"): replace(areas, hotspots=(more, *areas.hotspots[1:])),
        },
    )
    demand, of_more = released_demand(release, SHIFT), released_demand(raised, SHIFT)
    row, first, _ = hotspot.cells[0]
    at = (2 * row - demand.grid.first_row, 2 * first - demand.grid.first_col)
    assert of_more.expected[at] > 2 * demand.expected[at]
    assert of_more.total == pytest.approx(demand.total)


# ---- when ----------------------------------------------------------------------------------------


def test_a_shift_has_its_part_of_the_released_table(release):
    """Worked out by hand from shown counts: Friday 18 to 02, of all of the data."""
    period = release.period("all")
    evening, night = (release.count(period, f"when: Friday {b}").value for b in BLOCKS[3:5])
    every, unknown = (release.count(period, code).value for code in ("all", "when: not known"))
    weeks = ((period.span.last - period.span.first).days + 1) / 7
    demand = released_demand(release, SHIFT, period=period)
    assert None not in (evening, night, every, unknown)
    by_hand = every * (evening + night) / (every - unknown) / weeks
    assert demand.total == pytest.approx(by_hand, rel=1e-6)
    per_hour = [evening] * 4 + [night] * 4
    assert demand.of_hours / demand.of_hours.sum() == pytest.approx(
        np.array(per_hour) / sum(per_hour)
    )


def test_hours_after_midnight_belong_to_the_evening_before(release):
    late = released_demand(release, PatrolShift(("Saturday",), 0, 2))
    as_friday = released_demand(release, PatrolShift(("Friday",), 22, 0))
    assert late.total == pytest.approx(as_friday.total)


def test_without_hours_all_hours_are_alike_and_that_is_said(release):
    demand = released_demand(without(release, "when"), SHIFT)
    assert demand.of_hours == pytest.approx(np.full(8, demand.of_hours[0]))
    assert any("No hours are released" in one for one in demand.warnings)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=42, max_size=42), st.data())
def test_what_is_withheld_is_filled_so_that_rows_and_columns_add_up(counts, data):
    table = np.array(counts, np.float64).reshape(len(WEEKDAYS), len(BLOCKS))
    n = data.draw(st.integers(0, 12))
    at = data.draw(st.lists(st.integers(0, 41), min_size=n, max_size=n, unique=True))
    withheld = table.copy()
    withheld.ravel()[at] = np.nan
    filled = filled_in(withheld, table.sum(axis=1), table.sum(axis=0))
    known = ~np.isnan(withheld)
    assert (filled >= 0).all()
    assert (filled[known] == table[known]).all()
    assert filled.sum(axis=0) == pytest.approx(table.sum(axis=0), abs=0.5)
    alone = (~known).sum(axis=1) == 1
    assert filled[alone].sum(axis=1) == pytest.approx(table[alone].sum(axis=1), abs=0.5)


def test_withheld_margins_ask_for_nothing(release):
    period = default_period(release)
    of_table = weekday_blocks(release, period)
    hidden_margins = hidden(release, *(("borough", period.key, f"when: {d}") for d in WEEKDAYS))
    filled = weekday_blocks(hidden_margins, period)
    assert filled.sum() == pytest.approx(1)
    assert abs(filled - of_table).max() < 0.02


# ---- what is missing -----------------------------------------------------------------------------


def test_without_the_total_no_figures_are_claimed(release):
    period = default_period(release)
    demand = released_demand(hidden(release, ("borough", period.key, "all")), SHIFT)
    assert demand.is_relative
    assert any("not shown" in one for one in demand.warnings)
    assert not released_demand(release, SHIFT).is_relative


def test_the_latest_twelve_months_are_looked_at_else_the_longest_time(release):
    assert default_period(release).key == "2017/18"
    years = {key for key in release.surfaces if release.period(key[0]).n_months != 12}
    only = replace(release, surfaces={key: release.surfaces[key] for key in years})
    assert default_period(only).key == "all"
    assert {one.kind for one in usable_periods(only)} == {"all", "quarter"}


def test_the_public_is_refused_and_so_is_what_has_no_density(release):
    with pytest.raises(ParameterError, match="no patrol plans for the public"):
        released_demand(release.for_public(), SHIFT)
    with pytest.raises(ParameterError, match="no density is released"):
        released_demand(replace(release, surfaces={}), SHIFT)
    with pytest.raises(ParameterError, match="No density is released for March 2018"):
        released_demand(release, SHIFT, period=release.period("2018-03"))


def test_strands_cannot_count_alike_in_a_plan_of_released_figures(release):
    with pytest.raises(ParameterError, match="a single strand happen is not released"):
        released_plan(release, PatrolParams(spread="strand"))


def test_a_plan_can_stay_within_released_hotspots(release):
    within = released_plan(release, PatrolParams(teams=1, among="hotspots"), Wanted(vintage="2002"))
    period = default_period(release)
    found = [release.hotspots[method, period.key, "all"].hotspots for method in METHODS]
    shapes = [one.shape for hotspots in found for one in hotspots]
    assert within.areas
    for area in within.areas:
        assert any(shape.contains(Point(area.middle)) for shape in shapes)
    nothing = replace(release, hotspots={})
    with pytest.raises(ParameterError, match="no hotspot in the time looked at"):
        released_plan(nothing, PatrolParams(among="hotspots"))
