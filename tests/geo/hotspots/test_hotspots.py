"""Hotspots: levels, exact counts, ranks, names, and what is left out."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given, settings
from hypothesis import strategies as st

import boundaries
from boundaries.errors import ParameterError
from boundaries.projection import BNG
from geo.clusters.areas import ClusterParams
from geo.clusters.dbscan import DbscanParams
from geo.clusters.hdbscan import HdbscanParams
from geo.clusters.st_dbscan import StDbscanParams
from geo.frames import FrameParams, frames_of
from geo.grids.gistar_params import GiStarParams
from geo.grids.grid import grid_over
from geo.hotspots.table import HOTSPOT_COLUMNS, HotspotParams, find_hotspots
from geo.readers import read
from geo.schema import Incidents
from geo.selection import Selection
from geo.surfaces.contours import areas_above, level_of_densest
from geo.surfaces.density import DensityParams, borough
from tests.factories import make_incidents
from tests.reruns import assert_reruns

EVERYTHING = Selection()
METHODS = [DensityParams(), GiStarParams(), DbscanParams(), HdbscanParams(), StDbscanParams()]
SHEPHERDS_BUSH = (523_500.0, 179_900.0)


def busy_places(seed, n=600, months=4):
    """Make incidents on snap points: a third in Shepherd's Bush, a third in Hammersmith."""
    rng = np.random.default_rng(seed)
    centres = [(523_500, 180_000), (523_300, 178_600)]
    towns = np.concatenate([rng.normal(c, 150, (25, 2)) for c in centres])
    west, south, east, north = borough().bounds
    spread = rng.uniform((west, south), (east, north), (100, 2))
    places = np.concatenate([towns, spread])
    places = places[shapely.intersects_xy(borough(), *places.T)].round(1)
    chances = np.where(np.arange(len(places)) < 50, 2.0, 1.0)
    at = rng.choice(len(places), n, p=chances / chances.sum())
    times = [f"2017-{month:02d}-15" for month in rng.integers(1, months + 1, n)]
    return make_incidents(times, [tuple(places[k]) for k in at])


@pytest.mark.parametrize("params", METHODS)
def test_the_table_has_exactly_the_columns_in_order(params):
    table = find_hotspots(busy_places(1), EVERYTHING, params).frame
    assert tuple(table.columns) == HOTSPOT_COLUMNS
    assert HOTSPOT_COLUMNS == (
        "period",
        "rank",
        "name",
        "incidents",
        "share",
        "area_ha",
        "area_share_pct",
        "density_per_km2",
        "pai",
        "p_value",
        "before",
        "change_pct",
        "peak_days",
        "peak_hours",
        "first_day",
        "last_day",
        "strands",
        "wards",
        "ward_code",
        "geometry",
    )
    assert table.crs == BNG
    assert len(table) > 1


@pytest.mark.parametrize("params", METHODS)
def test_incidents_are_those_that_a_spatial_join_finds(params):
    incidents = busy_places(2)
    frames = frames_of(incidents, FrameParams(window=2))
    table = find_hotspots(incidents, EVERYTHING, params, frames=frames).frame
    assert table["period"].nunique() == len(frames)
    for number, label in enumerate(frames.labels):
        points = incidents.take(frames.members(number)).to_geodataframe()
        mine = table[table["period"] == label]
        joined = gpd.sjoin(points, mine[["geometry", "rank"]], predicate="intersects")
        counts = joined["rank"].value_counts().reindex(mine["rank"]).to_numpy()
        np.testing.assert_array_equal(mine["incidents"], counts)
        np.testing.assert_allclose(mine["share"], 100 * counts / len(points))


@pytest.mark.parametrize("params", METHODS)
def test_area_and_index_are_those_of_the_outline(params):
    table = find_hotspots(busy_places(3), EVERYTHING, params).frame
    area_m2 = table.geometry.area
    np.testing.assert_allclose(table["area_ha"], area_m2 / 1e4)
    np.testing.assert_allclose(table["area_share_pct"], 100 * area_m2 / borough().area)
    np.testing.assert_allclose(table["density_per_km2"], table["incidents"] / (area_m2 / 1e6))
    np.testing.assert_allclose(table["pai"], table["share"] / table["area_share_pct"])
    assert (table["pai"] > 1).all()


@pytest.mark.parametrize("params", METHODS)
def test_hotspots_of_a_frame_lie_in_the_borough_and_do_not_overlap(params):
    incidents = busy_places(4)
    frames = frames_of(incidents, FrameParams(window=1))
    table = find_hotspots(incidents, EVERYTHING, params, frames=frames).frame
    assert shapely.covers(borough().buffer(1e-6), table.geometry.to_numpy()).all()
    assert table.geometry.is_valid.all()
    for _, frame in table.groupby("period"):
        assert frame.area.sum() == pytest.approx(shapely.union_all(frame.geometry.array).area)


@pytest.mark.parametrize("params", METHODS)
def test_ranks_run_from_one_and_fall_with_incidents(params):
    incidents = busy_places(5)
    frames = frames_of(incidents, FrameParams(window=2))
    table = find_hotspots(incidents, EVERYTHING, params, frames=frames).frame
    assert list(table["period"].unique()) == list(frames.labels)
    for _, frame in table.groupby("period"):
        assert frame["rank"].tolist() == list(range(1, len(frame) + 1))
        order = frame.sort_values(["incidents", "pai"], ascending=False)
        assert order["rank"].is_monotonic_increasing
        assert frame["name"].is_unique


@pytest.mark.parametrize("params", METHODS)
def test_the_order_of_rows_does_not_matter(params):
    incidents = busy_places(6)
    shuffled = np.random.default_rng(6).permutation(len(incidents))
    other = Incidents(incidents.frame.iloc[shuffled].reset_index(drop=True))
    one, two = (find_hotspots(i, EVERYTHING, params).frame for i in (incidents, other))
    assert_geodataframe_equal(one, two)


@pytest.mark.parametrize("params", METHODS)
def test_one_frame_with_everything_is_the_whole_period(params):
    incidents = busy_places(7)
    frames = frames_of(incidents, FrameParams(step="year", window=1))
    whole = find_hotspots(incidents, EVERYTHING, params).frame
    framed = find_hotspots(incidents, EVERYTHING, params, frames=frames).frame
    assert set(framed["period"]) == {"2017"}
    assert_geodataframe_equal(
        whole.drop(columns="period"), framed.drop(columns="period"), check_less_precise=True
    )


@pytest.mark.parametrize("params", METHODS)
def test_only_so_many_are_shown(params):
    incidents = busy_places(8)
    every = find_hotspots(incidents, EVERYTHING, params).frame
    few = find_hotspots(
        incidents, EVERYTHING, params, hotspot_params=HotspotParams(max_hotspots=1)
    ).frame
    assert_geodataframe_equal(few, every[:1])


@pytest.mark.parametrize(
    ("places", "per_place", "found"), [(3, 2, True), (2, 20, False), (3, 1, False), (4, 1, False)]
)
@pytest.mark.parametrize("params", [DensityParams(), DbscanParams(min_incidents=3)])
def test_too_few_incidents_or_places_are_no_hotspot_and_that_is_said(
    params, places, per_place, found
):
    east, north = SHEPHERDS_BUSH
    points = [(east + 20 * k, north) for k in range(places) for _ in range(per_place)]
    incidents = make_incidents(["2017-01-01"] * len(points), points)
    result = find_hotspots(incidents, EVERYTHING, params)
    left_out = "1 area was left out as too small" in " ".join(result.record.warnings)
    assert (len(result.frame), left_out) == ((1, False) if found else (0, True))


def test_a_busy_area_left_out_for_too_few_places_is_said_with_its_size():
    incidents = make_incidents(["2017-01-01"] * 40, [SHEPHERDS_BUSH] * 40)
    warnings = find_hotspots(incidents, EVERYTHING, DensityParams()).record.warnings
    assert any("40 incidents on fewer than 3 places" in warning for warning in warnings)


@pytest.mark.parametrize("params", METHODS)
@pytest.mark.parametrize(
    "points",
    [
        [],
        [(np.nan, np.nan)] * 9,
        [(530_000.0, 180_000.0)] * 9,
        [SHEPHERDS_BUSH],
        [SHEPHERDS_BUSH] * 9,
    ],
    ids=["none", "not located", "outside", "one", "all at one place"],
)
def test_next_to_nothing_gives_no_hotspots_and_a_warning(params, points):
    incidents = make_incidents(["2017-01-01"] * len(points), points)
    for frames in (None, frames_of(incidents, FrameParams())):
        result = find_hotspots(incidents, EVERYTHING, params, frames=frames)
        assert tuple(result.frame.columns) == HOTSPOT_COLUMNS
        assert len(result.frame) == 0
        assert result.record.warnings or (len(points) == 1 and isinstance(params, ClusterParams))


def test_the_surface_is_the_one_the_areas_were_cut_from():
    incidents = busy_places(9)
    result = find_hotspots(incidents, EVERYTHING, DensityParams())
    assert result.surface is not None
    grid, (values,) = result.surface.grid, result.surface.values
    east, north = (axis.ravel() for axis in np.meshgrid(*grid.centres()))
    level = level_of_densest(values[None], grid, 0.05)
    hot = shapely.intersects_xy(result.frame.union_all(), east, north)
    assert (values.ravel()[hot] >= level).all()
    assert find_hotspots(incidents, EVERYTHING, DbscanParams()).surface is None


def test_the_record_holds_what_the_automatic_rule_chose():
    record = find_hotspots(busy_places(10), EVERYTHING, DbscanParams()).record
    assert record.params["min_incidents"] >= 5
    assert "most crowded quarter" in record.rules["min_incidents"]
    assert record.params["hotspots"] == HotspotParams().as_dict()
    given_number = find_hotspots(busy_places(10), EVERYTHING, DbscanParams(min_incidents=7)).record
    assert given_number.params["min_incidents"] == 7
    assert "min_incidents" not in given_number.rules


def test_very_many_incidents_on_few_places_have_hotspots_too():
    times, points = ["2016-05-01"] * 24_000, [(523_000 + 100 * i, 178_500) for i in range(4)]
    incidents = make_incidents(times, points * 6_000)
    result = find_hotspots(incidents, EVERYTHING, DbscanParams(eps_m=1000))
    assert result.record.params["min_incidents"] == 24_000
    assert result.frame["incidents"].tolist() == [24_000]


@given(st.integers(0, 1_000), st.sampled_from([0.01, 0.05, 0.2, 0.6]), st.integers(1, 3))
def test_the_level_is_the_weighted_quantile_over_all_frames(seed, share, n_frames):
    grid = grid_over(shapely.Point(0, 0).buffer(400), 50)
    rng = np.random.default_rng(seed)
    shape = (n_frames, grid.n_rows, grid.n_cols)
    values = rng.integers(0, 20, shape) * rng.integers(0, 2, shape).astype(float)
    level = level_of_densest(values, grid, share)
    weights = np.broadcast_to(grid.inside_share, shape)
    whole = weights.sum()
    assert weights[values > level].sum() < share * whole + 1e-9
    assert weights[values >= level].sum() >= share * whole - 1e-9


def test_contours_run_between_the_centres_of_cells():
    grid = grid_over(shapely.box(0, 0, 400, 400), 100)
    values = np.zeros((2, grid.n_rows, grid.n_cols))
    values[1, 2, 2] = 4
    frame_of, (diamond,) = areas_above(values, 1, grid, shapely.box(0, 0, 400, 400))
    assert frame_of.tolist() == [1]
    # A peak of 4 falls to 1 at three quarters of the way to the next centre.
    expected = shapely.Polygon([(75, 150), (150, 75), (225, 150), (150, 225)])
    assert diamond.equals(expected)


def test_an_area_that_the_border_parts_becomes_two():
    land = shapely.Polygon([(0, 0), (900, 0), (900, 400), (450, 50), (0, 400)])
    grid = grid_over(land, 50)
    band = np.zeros((1, grid.n_rows, grid.n_cols))
    north = grid.centres()[1]
    band[:, (north > 180) & (north < 280)] = 1
    _, areas = areas_above(band, 0.5, grid, land)
    assert len(areas) == 2


def test_an_unknown_vintage_is_refused():
    with pytest.raises(ParameterError, match="1999"):
        find_hotspots(busy_places(11), EVERYTHING, DensityParams(), vintage="1999")


@pytest.fixture(scope="module")
def months(shared_data):
    """Give the real months where they are, else made-up ones."""
    if shared_data is None:
        return busy_places(13)
    return read([shared_data / "incidents" / "police_uk"]).incidents


TOWN_CENTRES = ("Shepherd's Bush Green, ", "Hammersmith Broadway, ")


@pytest.mark.parametrize(
    ("params", "vintage", "among"),
    [
        (DensityParams(), "2002", 3),
        (DensityParams(), "2022", 3),
        (GiStarParams(), "2002", 3),
        (DbscanParams(), "2002", 3),
        # Its clusters differ in density: large sparse ones come before small dense ones.
        (HdbscanParams(), "2002", 10),
    ],
    ids=["density 2002", "density 2022", "gi star", "dbscan", "hdbscan"],
)
def test_the_town_centres_lead_the_real_months(months, params, vintage, among):
    table = find_hotspots(months, EVERYTHING, params, vintage=vintage).frame
    top = " ".join(table["name"][:among])
    assert all(town in top for town in TOWN_CENTRES)
    assert table["area_ha"].max() < 80
    places = boundaries.load_places()["name"]
    assert all(any(place in name for place in places) for name in table["name"])


def test_westfield_itself_is_hot_where_one_snap_point_may_be_joined_to_others(shared_data, months):
    """Gi* leaves it out: its cell holds one snap point, and one position is not an area."""
    if shared_data is None:
        pytest.skip("needs the real months")
    for params in (DensityParams(), DbscanParams()):
        table = find_hotspots(months, EVERYTHING, params, vintage="2002").frame
        assert table["name"].str.contains("Westfield London").any()
    gi_star = find_hotspots(months, EVERYTHING, GiStarParams(), vintage="2002")
    assert not gi_star.frame["name"].str.contains("Westfield London").any()
    assert any("on fewer than 3 places" in warning for warning in gi_star.record.warnings)


def test_clusters_in_time_find_none_in_months_and_say_why(months):
    month_only = months.frame.assign(time_precision="month")
    result = find_hotspots(Incidents(month_only), EVERYTHING, StDbscanParams())
    assert result.frame.empty
    assert any("known by month only" in warning for warning in result.record.warnings)


@settings(max_examples=15)
@given(st.integers(0, 10_000), st.sampled_from(METHODS))
def test_ranks_are_stable_under_the_order_of_rows(seed, params):
    incidents = busy_places(seed, n=120)
    shuffled = np.random.default_rng(seed).permutation(len(incidents))
    other = Incidents(incidents.frame.iloc[shuffled].reset_index(drop=True))
    one, two = (find_hotspots(i, EVERYTHING, params).frame for i in (incidents, other))
    columns = ["rank", "name", "incidents", "before", "peak_hours", "wards"]
    assert one[columns].equals(two[columns])


@settings(max_examples=15)
@given(st.integers(0, 10_000), st.sampled_from(METHODS))
def test_counts_are_those_of_one_point_in_one_polygon_at_a_time(seed, params):
    incidents = busy_places(seed, n=120)
    for hotspot in find_hotspots(incidents, EVERYTHING, params).frame.itertuples():
        points = zip(incidents.easting, incidents.northing, strict=True)
        assert hotspot.incidents == sum(
            hotspot.geometry.intersects(shapely.Point(*point)) for point in points
        )


@pytest.mark.parametrize("params", METHODS)
def test_a_result_in_frames_runs_again_from_its_record(params):
    incidents = busy_places(12)
    frames = frames_of(incidents, FrameParams(window=2))
    chosen = HotspotParams(cut="incidents", max_hotspots=3)
    result = find_hotspots(
        incidents, EVERYTHING, params, hotspot_params=chosen, frames=frames, vintage="2002"
    )
    assert_reruns(result, incidents)


def test_the_rule_says_when_there_is_less_density_than_the_cut_asks_for():
    places = [(SHEPHERDS_BUSH[0] + 30 * k, SHEPHERDS_BUSH[1]) for k in range(6)]
    incidents = make_incidents(["2017-01-01"] * 6, places)
    hotspot_params = HotspotParams(area_share_pct=20)
    found = find_hotspots(incidents, EVERYTHING, DensityParams(), hotspot_params=hotspot_params)
    assert found.frame["area_share_pct"].sum() < 20
    assert found.record.rules["level"].startswith("wherever there is any density")
