"""Density against those at risk: known answers, floors, frames, residents, warnings."""

import numpy as np
import pytest
import shapely

import boundaries
from boundaries.errors import ParameterError
from geo.borough import borough
from geo.frames import FrameParams, frames_of
from geo.selection import Selection
from geo.surfaces.density import DensityParams, density
from geo.surfaces.relative_density import RELATIVE_COLUMNS, AtRiskParams, relative_density
from tests.factories import make_incidents
from tests.reruns import assert_reruns

HATE = Selection(categories=("Hate crime",))
ALL = Selection()
PARAMS = DensityParams(400, cell_size_m=100)


def places(n, seed):
    rng = np.random.default_rng(seed)
    west, south, east, north = borough().bounds
    found = rng.uniform((west, south), (east, north), (4 * n, 2))
    return [tuple(p) for p in found[shapely.intersects_xy(borough(), *found.T)][:n]]


def one_in_ten(n=400, months=4):
    """Make crimes of which one in ten at every place and month is a hate crime."""
    at = [place for place in places(n, 1) for _ in range(10)]
    times = [f"2017-{1 + k // 10 % months:02d}-05" for k in range(10 * n)]
    return make_incidents(times, at, category=["Hate crime", *["Theft"] * 9] * n)


def test_the_table_has_exactly_the_columns_in_order():
    result = relative_density(one_in_ten(), HATE, PARAMS, ALL)
    assert tuple(result.frame.columns) == RELATIVE_COLUMNS
    assert result.frame["incidents"].tolist() == [400]
    assert result.frame["at_risk"].tolist() == [4_000]
    assert_reruns(result, one_in_ten())


@pytest.mark.parametrize(("measure", "expected"), [("rate", 100), ("ratio", 1)])
@pytest.mark.parametrize("below_floor", ["blank", "damped"])
def test_one_in_ten_everywhere_is_one_in_ten_everywhere(measure, expected, below_floor):
    at_risk = AtRiskParams(measure=measure, below_floor=below_floor, floor_pct=1)
    result = relative_density(one_in_ten(), HATE, PARAMS, ALL, at_risk_params=at_risk)
    above = (result.at_risk >= result.frame["floor_per_km2"][0]) & result.grid.near_inside()
    np.testing.assert_allclose(result.values[above], expected, rtol=1e-9)
    assert result.frame["peak"][0] == pytest.approx(expected)


def test_twice_as_risky_a_half_shows_as_twice():
    # South of the middle one in ten, north of it two in ten.
    middle = borough().centroid.y
    at, category = [], []
    for place in places(600, 2):
        at += [place] * 10
        category += ["Hate crime"] * (2 if place[1] > middle else 1)
        category += ["Theft"] * (len(at) - len(category))
    incidents = make_incidents(["2017-01-01"] * len(at), at, category=category)
    result = relative_density(incidents, HATE, PARAMS, ALL)
    _, north = result.grid.centres()
    inside = (result.grid.inside_share > 0) & ~np.isnan(result.values[0])
    far = np.broadcast_to(abs(north - middle)[:, None] > 400, inside.shape)
    upper = np.broadcast_to((north > middle)[:, None], inside.shape)
    np.testing.assert_allclose(result.values[0][inside & far & upper], 200, rtol=1e-9)
    np.testing.assert_allclose(result.values[0][inside & far & ~upper], 100, rtol=1e-9)


def test_a_surface_is_the_quotient_of_two_densities():
    result = relative_density(one_in_ten(), HATE, PARAMS, ALL)
    over = density(one_in_ten(), HATE, PARAMS).values
    under = density(one_in_ten(), ALL, PARAMS).values
    np.testing.assert_array_equal(result.at_risk, under)
    known = ~np.isnan(result.values)
    np.testing.assert_allclose(result.values[known], 1_000 * over[known] / under[known])


def lonely():
    """Many crimes in the south, and one hate crime in the empty north."""
    crowd = [(x, y) for x, y in places(2_000, 3) if y < 178_000]
    return make_incidents(
        ["2017-01-01"] * (len(crowd) + 1),
        [(523_000.0, 181_500.0), *crowd],
        category=["Hate crime"] + ["Theft"] * len(crowd),
    )


def test_empty_places_do_not_explode():
    theft = Selection(categories=("Theft",))
    blank = relative_density(lonely(), HATE, PARAMS, theft)
    damped = relative_density(
        lonely(), HATE, PARAMS, theft, at_risk_params=AtRiskParams(below_floor="damped")
    )
    floor = blank.frame["floor_per_km2"][0]
    land = blank.grid.inside_share.sum() * blank.grid.cell_area_km2
    assert floor == pytest.approx(0.2 * blank.frame["at_risk"][0] / land)
    below = (blank.at_risk < floor) & (blank.grid.inside_share > 0)
    assert np.isnan(blank.values[below]).all()
    own = density(lonely(), HATE, PARAMS).values
    np.testing.assert_allclose(damped.values[below], 1_000 * own[below] / floor)
    share = (below * blank.grid.inside_share).sum() / blank.grid.inside_share.sum()
    assert blank.frame["below_floor_pct"][0] == pytest.approx(100 * share)
    said = " ".join(blank.record.warnings)
    assert f"Fewer than the least are at risk on {100 * share:.1f} % of the borough's land" in said


@pytest.mark.parametrize("vintage", ["2002", "2022"])
def test_residents_are_spread_over_the_land_of_their_ward(vintage):
    params = DensityParams(100, cell_size_m=50)
    result = relative_density(
        one_in_ten(), HATE, params, at_risk_params=AtRiskParams(vintage=vintage)
    )
    wards = boundaries.load_wards(vintage)
    in_all = (result.at_risk[0] * result.grid.inside_share).sum() * result.grid.cell_area_km2
    assert in_all == pytest.approx(wards["population"].sum())
    assert result.frame["at_risk"][0] == wards["population"].sum()
    east, north = result.grid.centres()
    for ward in wards.itertuples():
        deep = ward.geometry.buffer(-180)
        cells = shapely.intersects_xy(deep, east[None, :], north[:, None])
        expected = ward.population / (ward.geometry.area / 1e6)
        np.testing.assert_allclose(result.at_risk[0][cells], expected, rtol=0.02)
    year = int(wards["population_year"].iloc[0])
    assert f"residents of {year} in the {len(wards)} wards" in result.record.rules["at_risk"]
    assert "not those who are there" in " ".join(result.record.warnings)


def test_rates_by_residents_are_incidents_per_thousand():
    result = relative_density(one_in_ten(), HATE, PARAMS)
    own = density(one_in_ten(), HATE, PARAMS).values
    known = ~np.isnan(result.values)
    np.testing.assert_allclose(
        result.values[known], 1_000 * own[known] / result.at_risk[known], rtol=1e-12
    )
    assert np.isnan(result.values[0][~result.grid.near_inside()]).all()


@pytest.mark.parametrize("at_risk", [ALL, None])
def test_a_frame_is_what_its_incidents_alone_give(at_risk):
    incidents = one_in_ten()
    frames = frames_of(HATE.apply(incidents), FrameParams(window=2))
    result = relative_density(incidents, HATE, PARAMS, at_risk, frames=frames)
    assert tuple(result.frame["period"]) == frames.labels
    times = incidents.frame["occurred"].dt.month
    for number in range(len(frames)):
        only = incidents.take(times.isin([number + 1, number + 2]).to_numpy())
        alone = relative_density(only, HATE, PARAMS, at_risk)
        np.testing.assert_allclose(result.values[number], alone.values[0], rtol=1e-6)
    assert_reruns(result, incidents)


def test_months_without_anybody_at_risk_have_no_value():
    at = places(40, 5)
    incidents = make_incidents(
        ["2017-01-01"] * 20 + ["2017-02-01"] * 20, at, category=["Theft"] * 20 + ["Hate crime"] * 20
    )
    both = Selection(categories=("Theft", "Hate crime"))
    frames = frames_of(both.apply(incidents), FrameParams(window=1))
    theft = Selection(categories=("Theft",))
    result = relative_density(incidents, both, PARAMS, theft, frames=frames)
    assert result.frame["at_risk"].tolist() == [20, 0]
    assert np.isnan(result.values[1]).all()
    assert np.isnan(result.frame["peak"][1])


def test_the_bandwidth_of_those_at_risk_can_differ():
    at_risk = AtRiskParams(at_risk_bandwidth_m=800)
    result = relative_density(one_in_ten(), HATE, PARAMS, ALL, at_risk_params=at_risk)
    wider = density(one_in_ten(), ALL, DensityParams(800, cell_size_m=100)).values
    np.testing.assert_allclose(result.at_risk, wider)
    assert result.record.params["at_risk_bandwidth_m"] == 800
    same = relative_density(one_in_ten(), HATE, PARAMS, ALL)
    assert same.record.params["at_risk_bandwidth_m"] == 400
    assert same.record.rules["at_risk_bandwidth_m"] == "that of the incidents"


def test_selections_that_do_not_go_together_are_said():
    result = relative_density(lonely(), HATE, PARAMS, Selection(categories=("Theft",)))
    assert "1 of 1 incidents are not among those at risk" in " ".join(result.record.warnings)
    later = make_incidents(
        ["2017-01-01", "2018-01-01"], places(2, 6), category=["Hate crime", "Theft"]
    )
    said = " ".join(relative_density(later, HATE, PARAMS, ALL).record.warnings)
    assert "of Jan 2017, those at risk of Jan 2017 to Jan 2018" in said
    nobody = relative_density(later, HATE, PARAMS, Selection(categories=("Arson",)))
    assert "Nobody is at risk" in " ".join(nobody.record.warnings)
    assert np.isnan(nobody.values).all()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"measure": "odds"}, "measure is 'odds'; it must be one of rate, ratio"),
        ({"floor_pct": 0}, "floor_pct is 0; it must be from 1 to 100 %"),
        ({"vintage": "2010"}, "2010"),
    ],
)
def test_settings_that_are_none_are_refused(values, message):
    with pytest.raises(ParameterError, match=message):
        AtRiskParams(**values)
