"""Isobands: levels by share of incidents, nesting, exact counts, and only where significant."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries.errors import ParameterError
from boundaries.projection import BNG
from geo.grids.grid import grid_over
from geo.selection import Selection
from geo.surfaces.chance import ChanceParams, chance
from geo.surfaces.contours import areas_above
from geo.surfaces.density import DensityParams, borough, density
from geo.surfaces.isobands import ISOBAND_COLUMNS, IsobandParams, isobands, level_for_incident_share
from tests.factories import make_incidents
from tests.reruns import assert_reruns

EVERYTHING = Selection()
BY_LEVEL = IsobandParams("level", (40, 5, 15, 100))
CLUSTER = (523_500.0, 178_600.0)
TESTED = ChanceParams(runs=99, correction="maximum")

GRID = grid_over(shapely.box(0, 0, 1025, 760), 50)


def slow_level(values, grid, share):
    """Try every value as the level, the highest first."""
    mass = np.where(grid.inside_share > 0, values * grid.inside_share, 0)
    for level in sorted(set(values[:, grid.inside_share > 0].ravel()), reverse=True):
        if level > 0 and mass[values >= level].sum() >= share * mass.sum() - 1e-9:
            return level
    return 0.0


@settings(max_examples=30)
@given(seed=st.integers(0, 999), share=st.floats(0, 1), frames=st.integers(1, 3))
def test_the_level_for_a_share_of_incidents_is_the_highest_that_holds_it(seed, share, frames):
    rng = np.random.default_rng(seed)
    shape = (frames, GRID.n_rows, GRID.n_cols)
    values = rng.integers(0, 40, shape) * (rng.random(shape) < 0.7) * 1.0
    level = level_for_incident_share(values, GRID, share)
    assert level == pytest.approx(slow_level(values, GRID, share))


def test_no_incidents_have_the_level_0():
    assert level_for_incident_share(np.zeros((2, *GRID.inside_share.shape)), GRID, 0.5) == 0


@pytest.mark.parametrize("share", [-0.1, 1.1, np.nan])
def test_a_share_out_of_bounds_is_refused(share):
    values = np.ones((1, *GRID.inside_share.shape))
    with pytest.raises(ParameterError, match="must be from 0 to 1 of the incidents"):
        level_for_incident_share(values, GRID, share)


@pytest.fixture(scope="module")
def incidents():
    rng = np.random.default_rng(1)
    west, south, east, north = borough().bounds
    even = rng.uniform((west, south), (east, north), (600, 2))
    points = np.concatenate([even, rng.normal(CLUSTER, 150, (60, 2)), [(0, 0), (np.nan, np.nan)]])
    return make_incidents(["2017-01-01"] * len(points), list(map(tuple, points.round(1))))


@pytest.mark.parametrize("chance_params", [None, TESTED])
@pytest.mark.parametrize(
    "params", [BY_LEVEL, IsobandParams("area", (1, 5, 20)), IsobandParams()], ids=lambda p: p.cut_by
)
def test_bands_hold_each_other_and_are_counted_exactly(incidents, params, chance_params):
    result = isobands(incidents, EVERYTHING, DensityParams(), params, chance_params)
    table = result.frame
    assert tuple(table.columns) == ISOBAND_COLUMNS
    assert table.crs == BNG
    assert table["band"].tolist() == list(range(1, len(table) + 1))
    assert len(table) == len(params.cuts)
    assert (np.diff(table["level_low_per_km2"]) > 0).all()
    assert (table["level_high_per_km2"][:-1].to_numpy() == table["level_low_per_km2"][1:]).all()
    wider, narrower = table.geometry.to_numpy()[:-1], table.geometry.to_numpy()[1:]
    assert shapely.area(shapely.difference(narrower, wider)).max() < 1e-3
    assert table.geometry.is_valid.all()
    assert shapely.area(shapely.difference(table.geometry.to_numpy(), borough())).max() < 1e-3
    joined = gpd.sjoin(incidents.to_geodataframe(), table[["band", "geometry"]])
    assert table["incidents"].tolist() == joined["band"].value_counts().sort_index().tolist()
    located = result.record.located
    assert table["share"].to_numpy() == pytest.approx(100 * table["incidents"] / located)
    assert table["area_ha"].to_numpy() == pytest.approx(table.area / 1e4)
    area_share = 100 * table.area / borough().area
    assert table["area_share_pct"].to_numpy() == pytest.approx(area_share)
    assert table["pai"].to_numpy() == pytest.approx(table["share"] / area_share)


def test_without_chance_a_band_is_the_contour_at_its_level(incidents):
    surface = density(incidents, EVERYTHING, DensityParams())
    table = isobands(incidents, EVERYTHING, DensityParams(), BY_LEVEL).frame
    assert table["cut"].tolist() == table["level_low_per_km2"].tolist() == [5, 15, 40, 100]
    for level, band in zip(table["cut"], table.geometry, strict=True):
        _, parts = areas_above(surface.values, level, surface.grid, borough())
        assert band.symmetric_difference(shapely.union_all(parts)).area < 1e-3


def test_shares_of_land_and_of_incidents_are_what_was_asked(incidents):
    by_area = isobands(incidents, EVERYTHING, DensityParams(), IsobandParams("area", (2, 10, 40)))
    assert by_area.frame["area_share_pct"].to_numpy() == pytest.approx([40, 10, 2], rel=0.1)
    by_share = isobands(incidents, EVERYTHING, DensityParams(), IsobandParams())
    assert by_share.frame["cut"].tolist() == [50, 25, 10]
    # The surface is smoother than the incidents, so a band holds somewhat more of them.
    assert by_share.frame["share"].to_numpy() == pytest.approx([50, 25, 10], rel=0.35)


def test_rings_do_not_overlap_and_add_up_to_the_widest_band(incidents):
    result = isobands(incidents, EVERYTHING, DensityParams(), BY_LEVEL)
    rings, bands = result.rings(), result.frame
    assert tuple(rings.columns) == ISOBAND_COLUMNS
    for name in ("incidents", "share", "area_ha", "area_share_pct"):
        assert rings[name].sum() == pytest.approx(bands[name][0])
    assert rings.area.sum() == pytest.approx(bands.area[0])
    assert rings.area.to_numpy() == pytest.approx(rings["area_ha"] * 1e4)
    assert rings.union_all().area == pytest.approx(bands.area[0])
    assert rings["pai"].to_numpy() == pytest.approx(rings["share"] / rings["area_share_pct"])
    none = isobands(incidents, EVERYTHING, DensityParams(), IsobandParams("level", (1e6,)))
    assert len(none.rings()) == 0


def test_with_chance_bands_hug_what_is_significant(incidents):
    tested = chance(incidents, EVERYTHING, DensityParams(), TESTED)
    result = isobands(incidents, EVERYTHING, DensityParams(), IsobandParams("level", (1,)), TESTED)
    band = result.frame.geometry[0]
    east, north = np.meshgrid(*tested.grid.centres())
    within = shapely.contains_xy(band, east, north)
    on_land = shapely.contains_xy(borough(), east, north)
    np.testing.assert_array_equal(within[on_land], tested.p_corrected[on_land] <= 0.05)
    assert band.contains(shapely.Point(CLUSTER))
    assert band.hausdorff_distance(shapely.Point(CLUSTER)) < 600
    plain = isobands(incidents, EVERYTHING, DensityParams(), IsobandParams("level", (1,)))
    assert plain.frame.area[0] > 10 * band.area
    # A contour has no corners of cells: most of its edges run slantwise.
    edge = np.diff(shapely.get_coordinates(shapely.get_parts(band)[0].exterior), axis=0)
    assert (np.abs(edge).min(axis=1) > 1e-6).mean() > 0.8


@pytest.mark.parametrize("chance_params", [None, TESTED])
def test_bands_can_be_made_again_from_their_record(incidents, chance_params):
    result = isobands(incidents, EVERYTHING, DensityParams(), BY_LEVEL, chance_params)
    assert_reruns(result, incidents)
    assert result.record.params["isobands"]["cuts"] == (40, 5, 15, 100)
    assert ("null" in result.record.rules) == (chance_params is not None)


def test_bands_that_nothing_reaches_are_left_out_and_said(incidents):
    params = IsobandParams("level", (15, 1e5, 2e5))
    result = isobands(incidents, EVERYTHING, DensityParams(), params)
    assert result.frame["cut"].tolist() == [15]
    assert result.frame["level_high_per_km2"][0] < 1e5
    assert any("2 of 3 bands are left out" in w for w in result.record.warnings)


def test_where_nothing_is_significant_there_are_no_bands(incidents):
    few = ChanceParams(runs=19, level_pct=1)
    result = isobands(incidents, EVERYTHING, DensityParams(), BY_LEVEL, few)
    assert tuple(result.frame.columns) == ISOBAND_COLUMNS
    assert len(result.frame) == 0
    assert any("4 of 4 bands are left out" in w for w in result.record.warnings)
    assert any("19 runs are too few" in w for w in result.record.warnings)


def test_no_incidents_have_no_bands():
    nowhere = make_incidents(["2017-01-01"], [(np.nan, np.nan)])
    result = isobands(nowhere, EVERYTHING, DensityParams(), IsobandParams())
    assert len(result.frame) == 0
    assert_reruns(result, nowhere)


@pytest.mark.parametrize(
    ("cut_by", "cuts", "message"),
    [
        ("incidents", (), "0 cuts are given"),
        ("incidents", tuple(range(1, 30)), "from 1 to 20"),
        (
            "incidents",
            (10, 101),
            "Cut 101 is out of bounds; .* at most 100 %",
        ),
        ("area", (0,), "Cut 0 is out of bounds"),
        ("level", (np.inf,), "incidents per km2"),
        ("area", (5, 5), "repeat"),
        ("shape", (5,), "cut_by is 'shape'"),
    ],
)
def test_cuts_out_of_bounds_are_refused(cut_by, cuts, message):
    with pytest.raises(ParameterError, match=message):
        IsobandParams(cut_by, cuts)
