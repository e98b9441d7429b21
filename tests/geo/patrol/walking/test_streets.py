"""Ways along streets: real files through the real drivers, beside slow and obvious versions."""

import re
from itertools import pairwise, product

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from boundaries.errors import InputFileError
from boundaries.projection import BNG
from geo.patrol.walking.street_files import StreetLines, may_be_walked
from geo.patrol.walking.street_network import network_of
from geo.patrol.walking.streets import StreetTravel, read_streets
from tests.osm_files import Way, write_osm, write_pbf

WEST, SOUTH = 523_000.0, 178_500.0
STEP = 100
COLUMNS, ROWS = 5, 4


def at(col, row):
    return WEST + STEP * col, SOUTH + STEP * row


def line(*places):
    return shapely.LineString([at(*place) for place in places])


GRID = [
    *(line(*((col, row) for col in range(COLUMNS))) for row in range(ROWS)),
    *(line(*((col, row) for row in range(ROWS))) for col in range(COLUMNS)),
]
"""Streets along the rows and the columns, which meet at vertices they share."""
BRIDGE = line((0, 0.5), (4, 0.5))
"""Over the columns, without a vertex where it crosses them."""


def network(lines):
    return network_of(StreetLines("roads.gpkg", "f" * 64, np.array(lines, object), 0))


def metres(streets, *places):
    east, north = np.array([at(*place) for place in places]).T
    return StreetTravel(streets, 4.5).metres(east, north)


def geopackage(path, lines, layer="roads", mode="w", **columns):
    frame = gpd.GeoDataFrame(columns or {"n": range(len(lines))}, geometry=lines, crs=BNG)
    frame.to_file(path, layer=layer, mode=mode)
    return path


def degrees(places):
    """Longitude and latitude of places by name."""
    points = gpd.GeoSeries([shapely.Point(at(*place)) for place in places], crs=BNG)
    turned = points.to_crs(4326)
    return {
        f"{col},{row}": (point.x, point.y) for (col, row), point in zip(places, turned, strict=True)
    }


def slow_metres(lines, places):
    """Floyd and Warshall over every vertex; positions are joined at both ends of their segment."""
    segments = [pair for one in lines for pair in pairwise(one.coords)]
    nodes = sorted({place for pair in segments for place in pair})
    number = {place: i for i, place in enumerate(nodes)}
    between = np.full((len(nodes), len(nodes)), np.inf)
    np.fill_diagonal(between, 0)
    for a, b in segments:
        i, j = number[a], number[b]
        between[i, j] = between[j, i] = min(between[i, j], np.hypot(a[0] - b[0], a[1] - b[1]))
    for k in range(len(nodes)):
        between = np.minimum(between, between[:, [k]] + between[[k]])
    found = np.zeros((len(places), len(places)))
    snapped = [_slow_snap(segments, shapely.Point(place)) for place in places]
    for (p, one), (q, other) in product(enumerate(snapped), repeat=2):
        if p != q:
            (away, (a, b), along), (away_too, (c, d), along_too) = one, other
            ways = [
                to_node + between[number[node], number[node_too]] + from_node
                for node, to_node in zip((a, b), along, strict=True)
                for node_too, from_node in zip((c, d), along_too, strict=True)
            ]
            if (a, b) == (c, d):
                ways.append(abs(along[0] - along_too[0]))
            found[p, q] = away + min(ways) + away_too
    return found


def _slow_snap(segments, point):
    a, b = min(segments, key=lambda pair: shapely.LineString(pair).distance(point))
    segment = shapely.LineString((a, b))
    along = segment.project(point)
    return segment.distance(point), (a, b), (along, segment.length - along)


def test_ways_in_a_grid_by_hand():
    found = metres(network(GRID), (0, 0), (4, 3), (0.5, 0), (0.25, 0), (2.5, 0.2))
    assert found[0, 1] == 700  # four blocks and three
    assert found[2, 3] == 25  # in the same stretch
    assert found[0, 4] == 250 + 20  # 20 m to the street south of it, straight
    assert (found == found.T).all()
    assert (np.diag(found) == 0).all()


def test_lines_that_only_cross_are_a_bridge_and_an_end_on_a_line_meets_it():
    found = metres(network([*GRID, BRIDGE]), (1.5, 0.5), (2, 0.7), (0, 0.5))
    # Back along the bridge to its end on the westmost column, and round by the next row.
    assert found[0] == pytest.approx([0, 150 + 50 + 200 + 30, 150])


@pytest.mark.parametrize(("gap_m", "is_joined"), [(0.9, True), (1.2, False)])
def test_ends_meet_within_a_metre(gap_m, is_joined):
    gap = gap_m / STEP
    lines = [line((0, 0), (2, 0)), line((2 + gap, 0), (3, 0)), line((1, gap), (1, 0.5))]
    streets = network(lines)
    assert streets.n_streets == (3 if is_joined else 1)
    assert bool(streets.notes) is not is_joined
    if is_joined:
        assert metres(streets, (0, 0), (3, 0), (1, 0.5)) == pytest.approx(
            np.array([[0, 300, 150], [300, 0, 250], [150, 250, 0]]), abs=2
        )


def test_what_streets_do_not_lead_to_is_left_out_and_said():
    pond = [line((10, 10), (11, 10)), line((20, 20), (20, 22))]
    streets = network([*GRID, *pond])
    assert streets.notes == (
        (
            "2 pieces of street (0.3 km) of roads.gpkg left out: the other streets do not lead "
            "there."
        ),
    )
    assert streets.n_streets == len(GRID)
    assert streets.length_km == pytest.approx((4 * 400 + 5 * 300) / 1000)
    assert "roads.gpkg (9 streets, 3.1 km" in StreetTravel(streets, 4.5).words
    assert shapely.union_all(streets.lines).equals(shapely.union_all(GRID))


def test_streets_through_which_nothing_branches_are_one_stretch_and_rings_are_walked_both_ways():
    ring = line((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))
    streets = network([line((-1, 0), (-0.5, 0)), line((-0.5, 0), (0, 0)), ring, ring])
    assert len(streets.lines) == 2
    found = metres(streets, (-1, 0), (1, 0.5), (0, 0.5), (0.5, 0))
    assert found[0] == pytest.approx([0, 250, 150, 150])
    assert found[1] == pytest.approx([250, 0, 200, 100])


KEPT = arrays(np.bool_, 60, elements=st.booleans())
PLACES = st.lists(st.tuples(st.integers(-40, 440), st.integers(-40, 340)), min_size=2, max_size=6)


@given(KEPT, PLACES)
def test_ways_are_those_of_a_slow_version(kept, places):
    blocks = [line(*pair) for one in GRID for pair in pairwise(_places(one))]
    some = [one for one, is_kept in zip(blocks, kept, strict=False) if is_kept]
    streets = network(some or blocks[:1])
    lines = list(streets.lines)
    positions = [(WEST + east + 0.3, SOUTH + north + 0.4) for east, north in places]
    travel = StreetTravel(streets, 4.5)
    east, north = np.array(positions).T
    found = travel.metres(east, north)
    same = (east[:, None] == east) & (north[:, None] == north)
    expected = np.where(same, 0, slow_metres(lines, positions))
    # Positions are 0.3 m and 0.4 m off whole metres, so that two streets are as near only at the
    # end that they share.
    assert found == pytest.approx(expected, abs=1e-6)
    assert (found >= np.hypot(east[:, None] - east, north[:, None] - north) - 1e-6).all()
    assert (found[:, :, None] + found[None] >= found[:, None, :] - 1e-6).all()
    assert (travel.minutes(east, north) == np.ceil(found / 75 - 1e-6)).all()
    walked = travel.path(positions[0], positions[1])
    assert (walked[0], walked[-1]) == (positions[0], positions[1])
    assert shapely.LineString(walked).length == pytest.approx(found[0, 1], abs=1e-6)
    on_street = shapely.LineString(walked[1:-1]) if len(walked) > 3 else shapely.Point(walked[1])
    assert same[0, 1] or shapely.union_all(lines).buffer(1e-6).contains(on_street)


def _places(one):
    return [((x - WEST) / STEP, (y - SOUTH) / STEP) for x, y in one.coords]


def test_a_geopackage_says_the_same_as_the_lines_in_it(tmp_path):
    far = shapely.LineString([(400_000, 300_000), (400_100, 300_000)])
    file = geopackage(tmp_path / "roads.gpkg", [*GRID, far])
    streets = read_streets(file)
    expected = network(GRID)
    assert (streets.nodes == expected.nodes).all()
    assert (streets.ends == expected.ends).all()
    assert streets.notes == (
        (
            "96% of the borough is more than 250 m from any street of roads.gpkg: there ways begin "
            "and end with a straight line."
        ),
    )
    assert len(streets.fingerprint) == 64


NODES = degrees([*product(range(5), range(4)), (0, 0.5), (4, 0.5)])
STREET = {"highway": "residential"}
WAYS = [
    *(Way([f"{col},{row}" for col in range(5)], {**STREET, "oneway": "yes"}) for row in range(4)),
    *(Way([f"{col},{row}" for row in range(4)], STREET) for col in (0, 4)),
    Way(["2,0", "2,1"], {"highway": "footway"}),
    Way(["1,0", "1,1"], {"highway": "service", "access": "private"}),
    Way(["3,0", "3,1"], {"railway": "rail"}),
    Way(["1,1", "1,2"], {"highway": "motorway"}),
]


@pytest.mark.parametrize(("write", "name"), [(write_osm, "a.osm"), (write_pbf, "a.osm.pbf")])
def test_an_extract_of_openstreetmap_is_walked_where_one_may(tmp_path, write, name):
    streets = read_streets(write(tmp_path / name, NODES, WAYS))
    assert streets.n_streets == 7
    assert streets.notes[0] == (
        f"3 lines of {name} near the borough left out: motorways, trunk roads without a footway, "
        "what is closed to people on foot, not built or no street."
    )
    found = metres(streets, (1, 0), (1, 1), (3, 0), (3, 1), (0, 3))
    # By the footway, not by the private road; by the footway or the edge, not by rail; and
    # against the direction of traffic.
    by_hand = [
        [0, 300, 200, 300, 400],
        [300, 0, 300, 200, 300],
        [200, 300, 0, 300, 600],
        [300, 200, 300, 0, 500],
        [400, 300, 600, 500, 0],
    ]
    assert found == pytest.approx(np.array(by_hand), abs=0.1)


@pytest.mark.parametrize(
    ("tags", "may"),
    [
        ({"highway": "footway"}, True),
        ({"highway": "steps"}, True),
        ({"highway": "motorway_link", "foot": "yes"}, False),
        ({"highway": "trunk"}, False),
        ({"highway": "trunk", "foot": "yes"}, True),
        ({"highway": "trunk", "sidewalk": "right"}, True),
        ({"highway": "cycleway", "foot": "no"}, False),
        ({"highway": "service", "access": "private"}, False),
        ({"highway": "service", "access": "private", "foot": "permissive"}, True),
        ({"highway": "construction", "foot": "yes"}, False),
        ({"highway": None, "name": "District line"}, False),
        ({"fclass": "motorway"}, False),
        ({"roadClassification": "Motorway"}, False),
        ({"roadClassification": "B Road"}, True),
        ({"name": "Anything"}, True),
    ],
)
def test_where_one_may_walk(tags, may):
    as_columns = gpd.GeoDataFrame([tags])
    assert may_be_walked(as_columns).tolist() == [may]
    if "highway" in tags:
        others = ",".join(f'"{key}"=>"{value}"' for key, value in list(tags.items())[1:])
        packed = gpd.GeoDataFrame([{"highway": tags["highway"], "other_tags": others or None}])
        assert may_be_walked(packed).tolist() == [may]


def test_of_several_layers_one_is_chosen_by_name(tmp_path):
    file = geopackage(tmp_path / "lon:don.gpkg", GRID, "roads")
    geopackage(file, [line((0, 0), (1, 0))], "rivers", "a")
    said = (
        "lon:don.gpkg has 2 layers of lines: roads, rivers. Say which one has the streets, for "
        "example lon:don.gpkg:roads."
    )
    with pytest.raises(InputFileError, match=re.escape(said)):
        read_streets(file)
    assert read_streets(f"{file}:rivers").n_streets == 1
    with pytest.raises(InputFileError, match="has no layer 'paths'; it has roads, rivers"):
        read_streets(f"{file}:paths")


def test_files_that_are_of_no_use_say_what_to_do(tmp_path):
    def refused(file):
        with pytest.raises(InputFileError) as caught:
            read_streets(file)
        return str(caught.value)

    give = "Give a GeoPackage with the lines of streets, or an OpenStreetMap extract"
    missing = tmp_path / "none.gpkg"
    assert refused(missing).startswith(f"There is no file {missing}. {give}")
    # A file that makes GDAL open others is not opened at all.
    virtual = tmp_path / "roads.gpkg"
    virtual.write_text("<OGRVRTDataSource><OGRVRTLayer/></OGRVRTDataSource>")
    assert refused(virtual).startswith(f"roads.gpkg is not a file of streets. {give}")
    whole = geopackage(tmp_path / "whole.gpkg", GRID).read_bytes()
    cut = tmp_path / "cut.gpkg"
    cut.write_bytes(whole[:5000])
    assert refused(cut) == (
        "cut.gpkg is damaged or not what its name says. Download or export it again."
    )
    points = gpd.GeoDataFrame(geometry=[shapely.Point(at(0, 0))], crs=BNG)
    points.to_file(tmp_path / "points.gpkg", layer="stops")
    assert refused(tmp_path / "points.gpkg").startswith(
        "points.gpkg has no layer of lines, only stops. Give a GeoPackage"
    )
    far = [shapely.LineString([(400_000, 300_000), (400_100, 300_000)])]
    assert refused(geopackage(tmp_path / "far.gpkg", far)).startswith(
        "far.gpkg has no lines in or near Hammersmith & Fulham. Give an extract that covers"
    )
    rails = geopackage(tmp_path / "rails.gpkg", GRID, highway=["motorway"] * len(GRID))
    assert refused(rails).startswith(
        "None of the 9 lines of rails.gpkg in or near the borough is a street that one may walk"
    )
    nowhere = gpd.GeoDataFrame(geometry=GRID)
    with pytest.warns(UserWarning, match="'crs' was not provided"):
        nowhere.to_file(tmp_path / "nowhere.gpkg", layer="roads")
    assert refused(tmp_path / "nowhere.gpkg").startswith(
        "The layer roads of nowhere.gpkg does not say in which reference system its coordinates"
    )
