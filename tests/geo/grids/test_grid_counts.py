"""Counts by cell: columns, conservation, densities, both extents, stray points."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries.errors import ParameterError
from boundaries.projection import BNG
from geo.frames import FrameParams, frames_of
from geo.grids.grid_counts import GRID_COLUMNS, GridParams, grid_counts
from geo.selection import Selection
from geo.surfaces.density import borough
from tests.factories import make_incidents
from tests.reruns import assert_reruns

EVERYTHING = Selection()
SHAPES = ["square", "hexagonal"]
INSIDE = (523_550.0, 179_950.0)
NOT_LOCATED = (float("nan"), float("nan"))
# From west of the borough to east of it, with some points repeated.
points = st.lists(
    st.tuples(
        st.sampled_from(range(519_000, 529_000, 50)), st.sampled_from(range(173_000, 185_000, 50))
    )
    | st.just(INSIDE)
    | st.just(NOT_LOCATED),
    min_size=1,
    max_size=40,
)


def incidents_at(places):
    times = [f"2017-{1 + k % 3:02d}-05" for k in range(len(places))]
    return make_incidents(times, places)


@settings(max_examples=25)
@given(points, st.sampled_from(SHAPES), st.sampled_from([50, 100, 425]))
def test_no_incident_is_lost_or_counted_twice(places, shape, cell_size_m):
    incidents = incidents_at([*places, INSIDE])
    frames = frames_of(incidents, FrameParams(window=1))
    for extent in ("borough", "data"):
        params = GridParams(cell_size_m, shape, extent)
        result = grid_counts(incidents, EVERYTHING, params, frames)
        record = result.record
        expected = record.located + (record.outside if extent == "data" else 0)
        assert result.counts.sum() == result.frame["incidents"].sum() == expected
        assert record.located + record.outside + record.not_located == record.incidents
        assert f"{expected:,} in the cells" in record.rules["counted"]
        assert tuple(result.frame.columns) == GRID_COLUMNS


@pytest.mark.parametrize("shape", SHAPES)
def test_incidents_are_those_that_lie_in_the_cell(shape):
    rng = np.random.default_rng(1)
    places = rng.normal(INSIDE, 400, (300, 2))
    incidents = incidents_at([tuple(place) for place in places])
    frames = frames_of(incidents, FrameParams(window=2))
    result = grid_counts(incidents, EVERYTHING, GridParams(100, shape), frames)
    assert result.frame.crs == BNG
    for k, label in enumerate(frames.labels):
        members = incidents.take(frames.members(k))
        mine = result.frame[result.frame["period"] == label]
        held = [
            shapely.contains_xy(land, members.easting, members.northing).sum()
            for land in mine.geometry.intersection(borough())
        ]
        np.testing.assert_array_equal(mine["incidents"], held)
        assert mine["cell_id"].is_unique


@pytest.mark.parametrize("shape", SHAPES)
def test_densities_are_per_km2_of_the_land_inside(shape):
    west, south, _, _ = borough().bounds
    edge = shapely.point_on_surface(
        shapely.intersection(borough(), shapely.box(west, south, west + 60, 1e6))
    )
    incidents = incidents_at([INSIDE, INSIDE, (edge.x, edge.y)])
    params = GridParams(200, shape)
    table = grid_counts(incidents, EVERYTHING, params).frame
    land_km2 = shapely.area(shapely.intersection(table.geometry.to_numpy(), borough())) / 1e6
    np.testing.assert_allclose(table["density_per_km2"], table["incidents"] / land_km2)
    np.testing.assert_allclose(table["share_inside"], land_km2 * 1e6 / table.geometry.area)
    assert sorted(table["incidents"]) == [1, 2]
    assert table["share_inside"].min() < 0.9


@pytest.mark.parametrize("shape", SHAPES)
def test_empty_cells_are_shown_when_asked_for(shape):
    incidents = incidents_at([INSIDE] * 3)
    frames = frames_of(incidents, FrameParams(window=1))
    all_inside = GridParams(400, shape, cells="all inside")
    result = grid_counts(incidents, EVERYTHING, all_inside, frames)
    n_cells = int(result.grid.inside.sum())
    assert len(result.frame) == 3 * n_cells
    whole = result.frame[result.frame["period"] == frames.labels[0]]
    assert shapely.union_all(whole.geometry.to_numpy()).covers(borough())
    assert (whole["incidents"] > 0).sum() == 1
    only = grid_counts(incidents, EVERYTHING, GridParams(400, shape), frames).frame
    assert len(only) == 3


def test_ids_are_the_same_on_both_extents():
    incidents = incidents_at([INSIDE, (523_050, 178_950), (518_000, 178_000)])
    ids = [
        grid_counts(incidents, EVERYTHING, GridParams(100, "hexagonal", extent)).frame["cell_id"]
        for extent in ("borough", "data")
    ]
    assert len(ids[0]) == 2
    assert set(ids[0]) < set(ids[1])


@pytest.mark.parametrize("extent", ["borough", "data"])
def test_runs_again_from_its_record(extent):
    incidents = incidents_at([INSIDE] * 5 + [(518_000, 178_000), NOT_LOCATED])
    frames = frames_of(incidents, FrameParams(window=2))
    params = GridParams(100, "hexagonal", extent)
    assert_reruns(grid_counts(incidents, EVERYTHING, params, frames), incidents)


def a_town_and(*strays):
    rng = np.random.default_rng(2)
    town = [tuple(place) for place in rng.normal(INSIDE, 300, (200, 2))]
    return incidents_at([*town, *strays])


def test_stray_points_are_named_with_distance_and_remedy():
    incidents = a_town_and((541_000.0, 179_950.0), (523_550.0, 188_000.0))
    result = grid_counts(incidents, EVERYTHING, GridParams(extent="data"))
    (said,) = [text for text in result.record.warnings if "astray" in text]
    assert said.startswith("2 of 202 incidents lie astray, up to 17.4 km from the middle")
    assert "the first is at easting 541,000, northing 179,950." in said
    assert "lay the grid over the borough" in said
    near = grid_counts(incidents, EVERYTHING, GridParams(extent="borough"))
    assert not any("astray" in text for text in near.record.warnings)


def test_a_town_without_stray_points_is_not_warned_about():
    result = grid_counts(a_town_and(), EVERYTHING, GridParams(extent="data"))
    assert not any("astray" in text for text in result.record.warnings)


@pytest.mark.parametrize("shape", SHAPES)
def test_too_many_cells_are_refused_and_the_stray_point_blamed(shape):
    incidents = a_town_and((0.0, 0.0))
    message = (
        r"more than the 1,000,000 allowed; choose a larger cell size. 1 of 201 incidents lie "
        r"astray, up to 55\d\.\d km"
    )
    with pytest.raises(ParameterError, match=message):
        grid_counts(incidents, EVERYTHING, GridParams(100, shape, "data"))


def test_no_position_no_extent():
    nowhere = incidents_at([NOT_LOCATED])
    with pytest.raises(ParameterError, match="choose the extent of the borough"):
        grid_counts(nowhere, EVERYTHING, GridParams(extent="data"))
    assert grid_counts(nowhere, EVERYTHING, GridParams()).frame.empty


def test_fine_cells_are_warned_about():
    record = grid_counts(incidents_at([INSIDE]), EVERYTHING, GridParams(50)).record
    assert any("Cells of 50 m are below 100 m" in said for said in record.warnings)


def test_frames_of_other_incidents_are_refused():
    frames = frames_of(incidents_at([INSIDE] * 2), FrameParams())
    with pytest.raises(ParameterError, match="frames are of 2 incidents but 1 are selected"):
        grid_counts(incidents_at([INSIDE]), EVERYTHING, GridParams(), frames)
