"""Clusters of every method as areas of every frame."""

import numpy as np
import pytest
import shapely

from geo.clusters.areas import find_clusters
from geo.clusters.dbscan import DbscanParams
from geo.clusters.hdbscan import HdbscanParams
from geo.clusters.outlines import OUTLINES
from geo.clusters.st_dbscan import StDbscanParams
from geo.frames import FrameParams, frames_of, whole_time
from geo.readers import read
from geo.selection import Selection
from geo.sites import locate_selected
from geo.surfaces.density import borough
from tests.factories import make_incidents

TOWNS = [(523_300, 179_900), (523_400, 178_500)]


def town_incidents(seed=1, n=400, months=4, precision="minute"):
    """Make incidents of which a third lie in each of two towns, the others anywhere."""
    rng = np.random.default_rng(seed)
    towns = [rng.normal(town, 90, (n // 3, 2)) for town in TOWNS]
    west, south, east, north = borough().bounds
    points = np.concatenate([*towns, rng.uniform((west, south), (east, north), (n // 3, 2))])
    days = np.datetime64("2016-01-01") + rng.integers(0, 30 * months, len(points))
    return make_incidents(days.astype(str), points.round(), precision=precision)


def found_in(incidents, params, window=None):
    located = locate_selected(incidents, Selection())
    frames = (
        whole_time(incidents)
        if window is None
        else frames_of(incidents, FrameParams("month", window))
    )
    return find_clusters(located, frames, params), located, frames


METHODS = [
    DbscanParams(eps_m=100, min_incidents=20),
    HdbscanParams(min_cluster_incidents=25, min_samples=10),
    StDbscanParams(eps_m=150, eps_days=20, min_incidents=15),
]


@pytest.mark.parametrize("outline", sorted(OUTLINES))
@pytest.mark.parametrize("params", METHODS)
def test_clusters_lie_in_the_borough_and_do_not_overlap(params, outline):
    params = type(params)(**{**params.as_dict(), "outline": outline})
    found, located, frames = found_in(town_incidents(), params, window=2)
    frame_of, areas = found.areas
    assert set(frame_of) == set(range(len(frames)))
    assert shapely.covers(borough().buffer(1e-6), areas).all()
    for frame in range(len(frames)):
        own = areas[frame_of == frame]
        assert shapely.area(own).sum() == pytest.approx(shapely.union_all(own).area)
    assert found.crowding.shape == (len(frames), len(located.sites))


@pytest.mark.parametrize("params", METHODS)
def test_both_towns_are_found_and_their_most_crowded_places_are_in_them(params):
    found, located, frames = found_in(town_incidents(), params)
    sites, (_, areas) = located.sites, found.areas
    within = [shapely.intersects_xy(area, sites.easting, sites.northing) for area in areas]
    counts = located.counts(frames)[0]
    largest = sorted(within, key=lambda inside: -counts[inside].sum())[:2]
    peaks = [np.where(inside, found.crowding[0], -1).argmax() for inside in largest]
    for east, north in TOWNS:
        away = np.hypot(sites.easting[peaks] - east, sites.northing[peaks] - north)
        assert away.min() < 150


@pytest.mark.parametrize("params", METHODS)
def test_the_order_of_rows_makes_no_difference(params):
    incidents = town_incidents(3)
    shuffled = incidents.take(np.ones(len(incidents), bool)).frame
    shuffled = shuffled.sample(frac=1, random_state=1).reset_index(drop=True)
    one, _, _ = found_in(incidents, params)
    two, _, _ = found_in(type(incidents)(shuffled), params)
    assert shapely.equals(one.areas[1], two.areas[1]).all()
    np.testing.assert_array_equal(one.crowding, two.crowding)


@pytest.mark.parametrize("params", METHODS)
def test_no_located_incidents_have_no_clusters(params):
    nowhere = make_incidents(["2017-01-01"] * 2, [(float("nan"), float("nan"))] * 2)
    found, _, _ = found_in(nowhere, params)
    assert len(found.areas[0]) == len(found.areas[1]) == 0


def test_automatic_settings_are_filled_in_and_explained():
    found, _, _ = found_in(town_incidents(), DbscanParams())
    assert found.params.min_incidents >= 5
    assert "most crowded quarter" in found.rules["min_incidents"]
    given, _, _ = found_in(town_incidents(), DbscanParams(min_incidents=7))
    assert given.rules == {}
    assert "finer than" in found_in(town_incidents(), DbscanParams(eps_m=60))[0].warnings[0]


TOWN_CENTRES = {
    "Shepherd's Bush Green": (523_590, 179_863),
    "Westfield London": (523_553, 180_230),
    "King Street, Hammersmith Broadway": (523_296, 178_582),
}


@pytest.fixture(scope="module")
def real_months(shared_data):
    """Read the real months once for all methods."""
    if shared_data is None:
        pytest.skip("the real months are not beside the project")
    return read([shared_data / "incidents" / "police_uk"]).incidents


@pytest.mark.parametrize(
    "params", [DbscanParams(), HdbscanParams(), StDbscanParams()], ids=lambda p: type(p).__name__
)
def test_the_town_centres_are_among_the_six_largest_of_the_real_months(real_months, params):
    incidents = real_months
    if isinstance(params, StDbscanParams):
        found, _, _ = found_in(incidents, params)
        assert len(found.areas[1]) == 0
        assert "known by month only" in found.warnings[0]
        incidents = with_days(incidents)
    found, located, frames = found_in(incidents, params)
    counts, sites = located.counts(frames)[0], located.sites
    size = [
        counts[shapely.intersects_xy(area, sites.easting, sites.northing)].sum()
        for area in found.areas[1]
    ]
    top = found.areas[1][np.argsort(size)[-6:]]
    for name, place in TOWN_CENTRES.items():
        assert shapely.distance(top, shapely.Point(place)).min() < 100, name


def with_days(incidents):
    """Give incidents known by month a day, as police.uk publishes none."""
    days = np.random.default_rng(1).integers(0, 28, len(incidents)).astype("timedelta64[D]")
    frame = incidents.frame.assign(occurred=incidents.occurred + days, time_precision="day")
    return type(incidents)(frame)


def test_a_single_group_that_hdbscan_does_not_count_is_said():
    incidents = make_incidents(["2016-01-01"] * 100, [TOWNS[0]] * 100)
    found = found_in(incidents, HdbscanParams())[0]
    assert len(found.areas[1]) == 0
    (warning,) = found.warnings
    assert warning == (
        "HDBSCAN found no cluster in 1 of 1 periods, though there are 10 incidents or more: it "
        "looks for several groups, and a single one is none to it. DBSCAN finds a single one."
    )
    assert len(found_in(incidents, DbscanParams())[0].areas[1]) == 1
    assert found_in(town_incidents(), HdbscanParams())[0].warnings == []
