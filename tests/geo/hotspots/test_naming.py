"""Names of hotspots: ward, nearest place, distance, and telling equals apart."""

from concurrent.futures import ThreadPoolExecutor
from time import sleep

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import boundaries
from boundaries.columns import PLACE_NAME, WARD_CODE, WARD_NAME
from geo.hotspots import naming
from geo.hotspots.naming import PlaceIndex, names_at, nearest_place, place_index

easting = st.floats(521_200, 526_500)
northing = st.floats(175_600, 183_000)


def place(name):
    point = boundaries.load_places().set_index(PLACE_NAME).geometry[name]
    return point.x, point.y


def westfield():
    return place("Westfield London")


@given(easting, northing)
def test_the_nearest_place_is_the_nearest_of_all(x, y):
    places = boundaries.load_places()
    away = np.hypot(places.geometry.x - x, places.geometry.y - y)
    found = nearest_place(x, y)
    assert found.distance_m == pytest.approx(away.min())
    assert found.place == places[PLACE_NAME][away.idxmin()]


@pytest.mark.parametrize(
    ("d_east", "d_north", "words"),
    [
        (0, 0, "at Craven Cottage (Fulham FC)"),
        (0, 50, "at Craven Cottage (Fulham FC)"),
        (0, 52, "by Craven Cottage (Fulham FC) (50 m)"),
        (144, 0, "by Craven Cottage (Fulham FC) (140 m)"),
    ],
)
def test_distance_is_rounded_to_ten_metres_and_at_means_within_fifty(d_east, d_north, words):
    x, y = place("Craven Cottage (Fulham FC)")
    assert nearest_place(x + d_east, y + d_north).in_words() == words


@pytest.mark.parametrize(
    ("d_east", "d_north", "direction"),
    [
        (60, 0, "east"),
        (0, 60, "north"),
        (-60, 60, "north-west"),
        (-60, 1, "west"),
        (-60, -1, "west"),
        (1, -60, "south"),
        (60, -60, "south-east"),
    ],
)
def test_direction_is_from_the_place_to_the_hotspot(d_east, d_north, direction):
    x, y = westfield()
    assert nearest_place(x + d_east, y + d_north).direction == direction


@pytest.mark.parametrize("vintage", ["2002", "2022"])
def test_the_name_begins_with_the_ward_that_holds_the_peak(vintage):
    wards = boundaries.load_wards(vintage)
    inside = wards.representative_point()
    codes, names = names_at(
        inside.x.to_numpy(), inside.y.to_numpy(), np.zeros(len(wards), np.intp), vintage
    )
    assert codes == wards[WARD_CODE].tolist()
    for name, ward in zip(names, wards[WARD_NAME], strict=True):
        assert name.startswith(f"{ward}, ")


def test_equal_names_get_a_direction_and_other_frames_do_not_matter():
    x, y = westfield()
    _, names = names_at(
        np.array([x - 70, x + 70, x - 70]), np.array([y, y, y]), np.array([0, 0, 1]), "2022"
    )
    assert names == [
        "Shepherd's Bush Green, by Westfield London (70 m west)",
        "Shepherd's Bush Green, by Westfield London (70 m east)",
        "Shepherd's Bush Green, by Westfield London (70 m)",
    ]


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=1, max_size=12))
def test_names_of_one_frame_differ(offsets):
    x, y = westfield()
    d_east, d_north = np.array(offsets, float).T * 20
    _, names = names_at(x + d_east, y + d_north, np.zeros(len(offsets), np.intp), "2022")
    assert len(set(names)) == len(names)


def test_the_index_is_made_once():
    assert place_index() is place_index()


def test_no_hotspots_no_names():
    assert names_at(np.zeros(0), np.zeros(0), np.zeros(0, np.intp), "2022") == ([], [])


class Watched:
    """The search tree, which notes whether a search begins before another has ended."""

    def __init__(self, tree):
        self.tree, self.searching, self.at_once = tree, 0, 0

    def nearest(self, *query):
        self.searching += 1
        self.at_once = max(self.at_once, self.searching)
        sleep(0.001)
        found = list(self.tree.nearest(*query))
        self.searching -= 1
        return found


def test_threads_search_the_tree_one_after_the_other():
    real = place_index()
    watched = Watched(real.tree)
    shared = PlaceIndex(real.names, real.easting, real.northing, watched)
    points = [(522_000.0 + 100 * k, 178_000.0) for k in range(20)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda point: shared.nearest(*point), points))
    assert found == [real.nearest(*point) for point in points]
    assert watched.at_once == 1


def test_no_peak_is_kept_after_it_was_named(monkeypatch):
    searches = []

    def noted(x, y):
        searches.append((x, y))
        return nearest_place(x, y)

    monkeypatch.setattr(naming, "nearest_place", noted)
    peaks = np.array([523_500.0, 523_500.0, 523_100.0]), np.array([179_900.0, 179_900.0, 178_600.0])
    first = names_at(*peaks, np.array([0, 1, 1]), "2022")
    assert len(searches) == 2
    assert names_at(*peaks, np.array([0, 1, 1]), "2022") == first
    assert not hasattr(nearest_place, "cache_info")
