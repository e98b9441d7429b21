import json
import shutil
from datetime import date
from pathlib import Path

import pytest
import shapely

import boundaries
from boundaries import columns as col
from boundaries.loading import DATA_FOLDER, wards_in
from boundaries.refresh import main
from boundaries.registry import Registry

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared"
SUPPLIED = SHARED / "data" / "boundaries" / "hf_wards_2002.geojson"


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(DATA_FOLDER, tmp_path / "data")


@pytest.fixture
def refresh(ward_service, folder):
    def run(*options):
        arguments = ["--vintage", "2022", "--service", ward_service.url, "--out", str(folder)]
        return main([*arguments, "--wait-s", "0.001", *options])

    return run


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def rings(feature):
    return feature["geometry"]["coordinates"]


def test_refreshed_wards_load_and_are_where_they_were(refresh, folder, ward_service, capsys):
    ward_service.faults = [(503, b"", None)]
    assert refresh() == 0
    wards, before = wards_in(folder)["2022"], boundaries.load_wards("2022")
    assert wards[col.WARD_NAME].tolist() == before[col.WARD_NAME].tolist()
    apart = shapely.hausdorff_distance(wards.geometry.to_numpy(), before.geometry.to_numpy())
    assert apart.max() < 0.2
    said = capsys.readouterr().err
    assert "fields WD25CD and WD25NM" in said
    assert "21 of 21 features received" in said
    assert "21 wards written" in said


def test_registry_says_where_the_new_file_is_from(refresh, folder, ward_service):
    refresh()
    entry = Registry(folder).entry("wards_2022.geojson")
    assert entry.source == "ONS Open Geography Portal, Wards May 2025 BGC"
    assert entry.url == ward_service.url
    assert date.fromisoformat(entry.retrieved).year >= 2026
    assert entry.attribution.startswith("Source: Office for National Statistics")
    written = json.loads((folder / "wards_2022.geojson").read_text(encoding="utf-8"))
    assert written["attribution"] == entry.attribution
    others = set(Registry(folder).names) - {"wards_2022.geojson"}
    for name in others:
        assert Registry(folder).entry(name) == Registry(DATA_FOLDER).entry(name)


def test_another_generalisation_of_the_edge_is_fitted_to_the_outline(refresh, folder, ward_service):
    # The westernmost vertex belongs to one ward only: it may move without opening a gap.
    feature = next(f for f in ward_service.features if f["properties"]["WD25CD"] == "E05013750")
    vertex = min(rings(feature)[0][1:-1])
    vertex[0] -= 0.00003
    assert refresh() == 0
    outline = boundaries.load_borough().geometry.iloc[0]
    land = shapely.union_all(wards_in(folder)["2022"].geometry.to_numpy())
    assert land.symmetric_difference(outline).area < 1


def test_layer_without_districts_is_asked_by_ward_codes(refresh, ward_service):
    for feature in ward_service.features:
        del feature["properties"]["LAD25CD"]
    assert refresh() == 0
    assert ward_service.queries[0]["where"].startswith("WD25CD IN ('E05013733',")


def move_vertex(service):
    rings(service.features[2])[0][3][0] += 1e-5


def drop_ward(service):
    del service.features[5]


def rename_code(service):
    service.features[5]["properties"]["WD25CD"] = "E05099999"


def repeat_ward(service):
    service.features.append(service.features[5])


def move_borough(service):
    for feature in service.features:
        for ring in rings(feature):
            ring[:] = [[longitude + 0.01, latitude] for longitude, latitude in ring]


def lose_geometry(service):
    service.features[3]["geometry"] = None


def cut_geometry(service):
    ring = rings(service.features[3])[0]
    ring[:] = [*ring[: len(ring) // 2], ring[0]]


def break_geometry(service):
    service.features[3]["geometry"] = {"type": "Polygon", "coordinates": [[[0, 0]]]}


def rename_field(service):
    for feature in service.features:
        feature["properties"]["WARD"] = feature["properties"].pop("WD25CD")


def refuse(service):
    error = {"error": {"code": 400, "message": "Invalid URL", "details": []}}
    service.faults = [(200, json.dumps(error).encode(), None)]


def lose_feature(service):
    service.lost = 2


def stay_down(service):
    service.faults = [(503, b"", None)] * 9


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (move_vertex, "not a coverage"),
        (drop_ward, "of 20, 0 are unknown (none), and 1 are missing (E05013738)"),
        (rename_code, "1 are unknown (E05099999), and 1 are missing (E05013738)"),
        (repeat_ward, "1 ward codes occur more than once, the first E05013738"),
        (move_borough, "do not cover the same land"),
        (lose_geometry, "not valid polygons, the first E05013736 (no geometry"),
        (cut_geometry, "do not cover the same land"),
        (break_geometry, "not GeoJSON"),
        (rename_field, "not exactly one field like"),
        (refuse, "refuses with error 400 (Invalid URL)"),
        (lose_feature, "counts 21 features"),
        (stay_down, "failed 5 times"),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_changes(
    refresh, folder, ward_service, capsys, harm, said
):
    before = contents(folder)
    harm(ward_service)
    assert refresh() == 1
    last_line = capsys.readouterr().err.splitlines()[-1]
    assert last_line.startswith("error: ")
    assert said in last_line
    assert contents(folder) == before


def test_rebuilding_the_2002_file_from_itself_changes_nothing_to_speak_of(folder):
    source = DATA_FOLDER / "wards_2002.geojson"
    arguments = ["--vintage", "2002", "--from-file", str(source), "--source", "itself"]
    assert main([*arguments, "--out", str(folder)]) == 0
    rebuilt, before = wards_in(folder)["2002"], boundaries.load_wards("2002")
    apart = shapely.hausdorff_distance(rebuilt.geometry.to_numpy(), before.geometry.to_numpy())
    assert apart.max() < 0.1
    entry = Registry(folder).entry("wards_2002.geojson")
    assert (entry.source, entry.url) == ("itself", "")


def test_the_shipped_2002_file_is_what_the_command_makes_of_the_supplied_one(folder):
    if not SUPPLIED.exists():
        pytest.skip("the shared data is not beside the project")
    assert main(["--vintage", "2002", "--from-file", str(SUPPLIED), "--out", str(folder)]) == 0
    rebuilt, shipped = wards_in(folder)["2002"], boundaries.load_wards("2002")
    apart = shapely.hausdorff_distance(rebuilt.geometry.to_numpy(), shipped.geometry.to_numpy())
    assert apart.max() < 0.001


def test_file_that_is_no_geojson(tmp_path, folder, capsys):
    path = tmp_path / "wards.geojson"
    path.write_text("code,name\n")
    arguments = ["--vintage", "2002", "--from-file", str(path), "--out", str(folder)]
    assert main(arguments) == 1
    assert "cannot be read as GeoJSON features" in capsys.readouterr().err


def test_new_folder_gets_a_registry_of_its_own(refresh, tmp_path):
    new = tmp_path / "elsewhere"
    assert refresh("--out", str(new)) == 0
    assert Registry(new).path("wards_2022.geojson").exists()


def test_usage_error_is_exit_code_2(capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["--vintage", "1978"])
    assert "invalid choice: '1978'" in capsys.readouterr().err
