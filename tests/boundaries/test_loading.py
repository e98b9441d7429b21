import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import shapely

import boundaries
from boundaries import columns as col
from boundaries.errors import DataIntegrityError, ParameterError
from boundaries.loading import DATA_FOLDER, places_in, read_ward_file, wards_in
from boundaries.registry import Registry, record

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared" / "data"


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(DATA_FOLDER, tmp_path / "data"))


@pytest.mark.parametrize(
    ("vintage", "first", "last", "residents", "year"),
    [
        ("2002", "E05000250", "E05000265", 189_800, 2015),
        ("2022", "E05013733", "E05013753", 183_166, 2021),
    ],
)
def test_wards_of_a_vintage(vintage, first, last, residents, year):
    wards = boundaries.load_wards(vintage)
    assert list(wards.columns) == [
        "ward_code",
        "ward_name",
        "population",
        "population_year",
        "area_km2",
        "geometry",
    ]
    codes = [f"E{n:08d}" for n in range(int(first[1:]), int(last[1:]) + 1)]
    assert wards[col.WARD_CODE].tolist() == codes
    assert wards.index.tolist() == list(range(len(codes)))
    assert wards.crs.to_epsg() == 27700
    assert wards[col.POPULATION].sum() == residents
    assert set(wards[col.POPULATION_YEAR]) == {year}
    assert wards[col.AREA_KM2].sum() == pytest.approx(16.386, abs=0.001)
    assert wards.attrs["vintage"] == vintage
    assert "Office for National Statistics" in wards.attrs["attribution"]
    assert boundaries.vintage_on(wards.attrs["in_force_from"]) == vintage


@pytest.mark.parametrize("vintage", boundaries.VINTAGES)
def test_wards_are_those_of_the_supplied_file(vintage):
    path = SHARED / "boundaries" / f"hf_wards_{vintage}.geojson"
    if not path.exists():
        pytest.skip("the shared data is not beside the project")
    codes, names, polygons = read_ward_file(path)
    wards = boundaries.load_wards(vintage)
    assert wards[col.WARD_CODE].tolist() == codes
    assert wards[col.WARD_NAME].tolist() == names
    moved_m = shapely.hausdorff_distance(wards.geometry.to_numpy(), polygons)
    if vintage == "2022":
        assert moved_m.max() < 1e-6
    else:
        # Its outline was a decimetre off, and Askew has been given a hole of 4.6 m².
        assert moved_m[names.index("Askew")] < 3
        assert np.delete(moved_m, names.index("Askew")).max() < 0.2


def test_vintages_and_outline_are_the_same_land_without_holes():
    outline = boundaries.load_borough().geometry.iloc[0]
    assert outline.geom_type == "Polygon"
    assert not outline.interiors
    for vintage in boundaries.VINTAGES:
        land = shapely.union_all(boundaries.load_wards(vintage).geometry.to_numpy())
        assert land.symmetric_difference(outline).area < 1
        assert shapely.get_num_interior_rings(land) == 0


def test_every_caller_has_a_copy():
    wards = boundaries.load_wards("2022")
    wards.loc[0, col.WARD_NAME] = "changed"
    wards.attrs["vintage"] = "changed"
    again = boundaries.load_wards("2022")
    assert again[col.WARD_NAME].iloc[0] == "Addison"
    assert again.attrs["vintage"] == "2022"


def test_unknown_vintage():
    with pytest.raises(ParameterError, match="'1978' is not known"):
        boundaries.load_wards("1978")


def test_places():
    places = boundaries.load_places()
    assert list(places.columns) == ["name", "kind", "accuracy", "source", "geometry"]
    assert len(places) == 38
    assert places[col.PLACE_NAME].is_unique
    outline = boundaries.load_borough().geometry.iloc[0]
    distance_m = places.set_index(col.PLACE_NAME).distance(outline)
    assert distance_m["Hammersmith (District & Piccadilly)"] == 0
    assert distance_m.max() < 1000


def test_every_file_in_the_data_folder_is_registered_with_its_terms():
    registry = Registry(DATA_FOLDER)
    files = {path.name for path in DATA_FOLDER.iterdir()} - {"registry.json", "README.md"}
    assert set(registry.names) == files
    for name in registry.names:
        assert registry.path(name).exists()
        assert registry.entry(name).licence
        assert registry.entry(name).attribution


def edit_wards(folder, vintage, change):
    """Change a ward file and enter its new checksum, as a wrong refresh would."""
    path = folder / f"wards_{vintage}.geojson"
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document["features"])
    path.write_text(json.dumps(document), encoding="utf-8")
    record(folder, path.name)


def test_altered_file_is_refused_by_its_checksum(folder):
    path = folder / "wards_2002.geojson"
    path.write_bytes(path.read_bytes().replace(b"Askew", b"Askey"))
    with pytest.raises(DataIntegrityError, match=r"wards_2002\.geojson is not as registered"):
        wards_in(folder)


def test_ward_left_out_leaves_other_land(folder):
    edit_wards(folder, "2022", lambda features: features.pop(0))
    with pytest.raises(DataIntegrityError, match="2002 and 2022 do not cover the same land"):
        wards_in(folder)


def test_ward_twice(folder):
    edit_wards(folder, "2022", lambda features: features.append(features[0]))
    with pytest.raises(DataIntegrityError, match="occur more than once, the first E05013733"):
        wards_in(folder)


def test_moved_vertex(folder):
    def move(features):
        features[2]["geometry"]["coordinates"][0][3][0] += 1e-5

    edit_wards(folder, "2022", move)
    with pytest.raises(DataIntegrityError, match=r"wards_2022\.geojson are not a coverage"):
        wards_in(folder)


def test_ward_without_population(folder):
    path = folder / "ward_population.csv"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if "E05013740" not in line))
    record(folder, path.name)
    with pytest.raises(DataIntegrityError, match="1 wards have no population, the first E05013740"):
        wards_in(folder)


def test_ward_without_name(folder):
    edit_wards(folder, "2022", lambda features: features[0]["properties"].pop("name"))
    with pytest.raises(
        DataIntegrityError, match=r"not a GeoJSON file of wards.*KeyError\('name'\)"
    ):
        wards_in(folder)


def test_place_twice(folder):
    path = folder / "places.csv"
    path.write_text(path.read_text() + path.read_text().splitlines()[-1] + "\n")
    record(folder, path.name)
    with pytest.raises(DataIntegrityError, match="1 names occur twice, the first 'North End Road"):
        places_in(folder)


def test_the_hole_between_askew_and_wormholt_is_in_askew():
    wards = boundaries.load_wards("2002").set_index(col.WARD_NAME)
    inside = wards.index[wards.contains(shapely.Point(521891.9, 180106.4))]
    assert inside.tolist() == ["Askew"]


def test_neighbours_share_every_vertex():
    for vintage in boundaries.VINTAGES:
        polygons = boundaries.load_wards(vintage).geometry.to_numpy()
        outline = boundaries.load_borough().geometry.iloc[0]
        vertices, used = np.unique(shapely.get_coordinates(polygons), axis=0, return_counts=True)
        lonely = shapely.points(vertices[used == 1])
        assert shapely.distance(lonely, outline.boundary).max() < 0.001
