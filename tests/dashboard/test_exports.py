import io
import json
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st

import boundaries
from boundaries.errors import ParameterError
from dashboard.exports import FORMATS, export_bytes, record_bytes, rounded, write_export
from dashboard.files import write_files
from dashboard.words import amount
from geo.clusters.dbscan import DbscanParams
from geo.evaluation.evaluation import EvaluationParams, evaluate
from geo.evaluation.prediction import CountParams
from geo.frames import FrameParams, frames_of
from geo.hotspots.table import find_hotspots
from geo.readers import read
from geo.selection import Selection
from geo.surfaces.density import DensityParams, density
from geo.wards.change import ward_change
from geo.wards.frames import WardFrameParams, ward_frames
from geo.wards.table import WardParams, ward_table
from tests.as_written import as_written

EVERYTHING = Selection()
EXTRA = ["outside", "not_located"]
GEOGRAPHIC = [".geojson", ".gpkg"]


@pytest.fixture(scope="module")
def incidents():
    return read(["demo"]).incidents


@pytest.fixture(scope="module")
def results(incidents):
    """One result of every kind that people take away, by name."""
    frames = frames_of(incidents, FrameParams("fy", 2))
    tables = {
        f"{measure} by {period}": ward_table(
            incidents, EVERYTHING, WardParams("2002", period, measure)
        )
        for measure, period in [
            ("count", "fy"),
            ("rate", "all"),
            ("density", "quarter"),
            ("share", "hour"),
        ]
    }
    moving = WardFrameParams("2022", "count", FrameParams("month", 3))
    change = WardParams("2002", "fy", "count")
    return tables | {
        "frames": ward_frames(incidents, EVERYTHING, moving),
        "change": ward_change(incidents, EVERYTHING, change, "2015/16", "2016/17"),
        "hotspots": find_hotspots(incidents, EVERYTHING, DensityParams(), frames=frames),
        "clusters": find_hotspots(incidents, EVERYTHING, DbscanParams()),
        "no hotspots": find_hotspots(incidents, Selection(start=date(2030, 1, 1)), DensityParams()),
    }


KINDS = [
    "count by fy",
    "rate by all",
    "density by quarter",
    "share by hour",
    "frames",
    "change",
    "hotspots",
    "clusters",
    "no hotspots",
]


def read_table(content: bytes, ending: str) -> pd.DataFrame:
    """Read a file the way another program would, figures only."""
    if ending == ".csv":
        return pd.read_csv(io.BytesIO(content))
    if ending == ".xlsx":
        return pd.read_excel(io.BytesIO(content))
    if ending == ".json":
        return pd.DataFrame(json.loads(content)["rows"])
    return read_areas(content).drop(columns="geometry")


def read_areas(content: bytes) -> gpd.GeoDataFrame:
    if content.startswith(b"SQLite"):
        return read_layers(content)[0]
    return gpd.read_file(io.BytesIO(content))


def read_layers(content: bytes) -> list[pd.DataFrame]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.gpkg"
        path.write_bytes(content)
        return [pyogrio.read_dataframe(path, layer=name) for name, _ in pyogrio.list_layers(path)]


def record_in(content: bytes, ending: str) -> dict:
    if ending in {".json", ".geojson"}:
        return json.loads(content)["run_record"]
    if ending == ".xlsx":
        rows = pd.read_excel(io.BytesIO(content), sheet_name="run_record", header=None)
    else:
        table, rows, _styles = read_layers(content)
        assert set(rows.pop("layer")) == {"hotspots" if "rank" in table else "wards"}
    return dict(rows.to_numpy().tolist())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("ending", FORMATS)
def test_every_format_holds_the_figures_of_every_result(results, kind, ending):
    expected = pd.DataFrame(results[kind].frame.drop(columns="geometry", errors="ignore"))
    found = read_table(export_bytes(results[kind], ending), ending)
    days = [name for name in found if name in {"period_start", "period_end"}]
    found = found.drop(columns=days)
    if expected.empty:
        assert found.empty
        return
    assert list(found) == list(expected)
    pd.testing.assert_frame_equal(
        as_written(found),
        as_written(expected),
        check_dtype=False,
        rtol=0,
        atol=0.5e-4 + 1e-9,
    )


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("kind", ["count by fy", "frames", "clusters"])
def test_counts_are_written_as_whole_numbers(results, kind, ending):
    table = read_table(export_bytes(results[kind], ending), ending)
    name = "incidents" if kind == "clusters" else "value"
    assert pd.api.types.is_integer_dtype(table[name])
    if ending == ".csv":
        assert ".0" not in export_bytes(results["frames"], ending).decode()


@given(st.floats(-1e7, 1e7))
@example(0.04999)
@example(0.05)
@example(np.nextafter(0.05, 0))
@example(24.25)
@example(24.2500001)
@example(-0.150001)
def test_a_rounded_figure_shows_as_the_page_shows_the_exact_one(value):
    written = float(rounded(np.array([value]))[0])
    assert float(amount(written, 1).replace(",", "")) == float(amount(value, 1).replace(",", ""))
    assert abs(written - value) <= 1e-4 + 1e-9
    assert len(np.format_float_positional(written).partition(".")[2]) <= 4


@pytest.mark.parametrize(
    ("p", "written"),
    [(6.4e-5, 6.4e-5), (0.000147, 0.00015), (1.234e-12, 1.2e-12), (0.0, 0.0), (0.123467, 0.1235)],
)
def test_a_small_p_value_keeps_two_digits(results, p, written):
    change = results["change"]
    result = replace(change, frame=change.frame.assign(p_corrected=p))
    table = read_table(export_bytes(result, ".csv"), ".csv")
    assert table["p_corrected"].to_numpy() == pytest.approx(written, rel=1e-12)


def test_missing_figures_stay_missing():
    assert np.isnan(rounded(np.array([np.nan]))).all()


@pytest.mark.parametrize("ending", GEOGRAPHIC)
def test_ward_tables_come_with_their_wards_and_rows_without_a_place_stay_in(results, ending):
    areas = read_areas(export_bytes(results["count by fy"], ending))
    wards = boundaries.load_wards("2002").set_index("ward_code").geometry
    has_place = ~areas["ward_code"].isin(EXTRA)
    assert areas.loc[~has_place, "geometry"].isna().all()
    assert int((~has_place).sum()) == 6
    shapes = areas[has_place].to_crs(27700)
    expected = wards.loc[shapes["ward_code"]].to_numpy()
    error_m = shapely.hausdorff_distance(shapes.geometry.to_numpy(), expected)
    assert error_m.max() < (0.2 if ending == ".geojson" else 1e-9)


@pytest.mark.parametrize("kind", ["hotspots", "clusters"])
@pytest.mark.parametrize("ending", GEOGRAPHIC)
def test_hotspots_come_with_their_outlines(results, kind, ending):
    areas = read_areas(export_bytes(results[kind], ending)).to_crs(27700)
    expected = results[kind].frame.geometry.to_numpy()
    assert shapely.hausdorff_distance(areas.geometry.to_numpy(), expected).max() < 0.2
    assert areas.geometry.is_valid.all()
    assert areas.geometry.area.to_numpy() / 1e4 == pytest.approx(
        results[kind].frame["area_ha"].to_numpy(), rel=1e-3
    )


@pytest.mark.parametrize("kind", ["count by fy", "hotspots"])
def test_geojson_is_as_its_standard_asks(results, kind):
    """RFC 7946: degrees, no crs member, outer rings anticlockwise, no needless digits."""
    text = export_bytes(results[kind], ".geojson").decode()
    collection = json.loads(text)
    assert "crs" not in collection
    shapes = [
        shapely.from_geojson(json.dumps(feature["geometry"]))
        for feature in collection["features"]
        if feature["geometry"]
    ]
    parts = shapely.get_parts(shapes)
    assert shapely.is_ccw(shapely.get_exterior_ring(parts)).all()
    west, south, east, north = shapely.total_bounds(shapes)
    assert -0.27 < west < east < -0.17
    assert 51.45 < south < north < 51.54
    coordinates = "".join(re.findall(r'"coordinates":([^"]+)', text))
    assert max(len(digits) for digits in re.findall(r"\.(\d+)", coordinates)) == 6


def test_a_shape_that_rounding_would_break_stays_valid(results):
    clusters = results["clusters"]
    thin = shapely.Polygon(
        [
            (523000, 179000),
            (523100, 179000),
            (523100, 179050),
            (523050, 179000.01),
            (523000, 179050),
        ]
    )
    frame = clusters.frame.assign(geometry=[thin] * len(clusters.frame))
    areas = read_areas(export_bytes(replace(clusters, frame=frame), ".geojson"))
    assert areas.geometry.is_valid.all()
    assert areas.to_crs(27700).area.to_numpy() == pytest.approx(thin.area, rel=0.01)


@pytest.mark.parametrize("ending", GEOGRAPHIC)
@pytest.mark.parametrize(
    ("kind", "start", "end"),
    [
        ("count by fy", "2015-04-01", "2016-03-31"),
        ("density by quarter", "2015-04-01", "2015-06-30"),
        ("frames", "2015-04-01", "2015-06-30"),
        ("hotspots", "2015-04-01", "2017-03-31"),
    ],
)
def test_areas_have_the_first_and_last_day_of_their_period(results, ending, kind, start, end):
    areas = read_areas(export_bytes(results[kind], ending))
    first = areas.iloc[0]
    assert (pd.Timestamp(first["period_start"]), pd.Timestamp(first["period_end"])) == (
        pd.Timestamp(start),
        pd.Timestamp(end),
    )
    assert pd.api.types.is_datetime64_dtype(areas["period_start"])


def test_hours_have_no_days(results):
    assert "period_start" not in read_areas(export_bytes(results["share by hour"], ".gpkg"))


@pytest.mark.parametrize(
    ("kind", "layer"),
    [
        ("frames", "wards"),
        ("change", "ward_change"),
        ("hotspots", "hotspots"),
        ("no hotspots", "hotspots"),
    ],
)
def test_a_geopackage_is_in_the_national_grid_with_named_layers(results, tmp_path, kind, layer):
    path, *_ = write_export(results[kind], tmp_path / "a.gpkg")
    layers = dict(pyogrio.list_layers(path).tolist())
    assert layers == {layer: "MultiPolygon", "run_record": None, "layer_styles": None}
    assert gpd.read_file(path, layer=layer).crs.to_epsg() == 27700


@pytest.mark.parametrize("kind", ["rate by all", "hotspots"])
@pytest.mark.parametrize("ending", [ending for ending in FORMATS if ending != ".csv"])
def test_the_run_record_travels_inside(results, kind, ending):
    result = results[kind]
    record = record_in(export_bytes(result, ending), ending)
    assert record["method"] == result.record.method
    assert record["data_fingerprint"] == result.record.data_fingerprint
    assert "Office for National Statistics" in record["attribution"]
    params = record["params"]
    params = json.loads(params) if isinstance(params, str) else params
    assert params == json.loads(result.record.to_json())["params"]


@pytest.mark.parametrize("ending", [".csv", ".geojson", ".json"])
def test_the_run_record_stands_beside_a_file(results, tmp_path, ending):
    result = results["rate by all"]
    table, record = write_export(result, tmp_path / f"rates{ending}")
    assert table.read_bytes() == export_bytes(result, ending)
    assert record.name == "rates.run.json"
    assert record.read_bytes() == record_bytes(result)
    content = json.loads(record.read_text(encoding="utf-8"))
    assert content["warnings"] == list(result.record.warnings)
    assert content["incidents"] == result.record.incidents


@pytest.mark.parametrize("ending", [ending.upper() for ending in FORMATS if ending != ".csv"])
def test_endings_may_be_capitals(results, ending, tmp_path):
    path = tmp_path / f"wards{ending}"
    written = write_export(results["count by fy"], path)
    assert written == [path, tmp_path / "wards.run.json"]
    assert {*tmp_path.iterdir()} == {*written}
    assert len(read_table(path.read_bytes(), ending.lower())) == 54


def test_a_ranking_of_methods_is_no_layer_of_hotspots(incidents):
    params = EvaluationParams(n_dates=2)
    ranking = evaluate(incidents, EVERYTHING, (DensityParams(), CountParams()), params)
    book = openpyxl.load_workbook(io.BytesIO(export_bytes(ranking, ".xlsx")))
    assert book.sheetnames == ["evaluate", "run_record"]


@pytest.mark.parametrize("text", ["=1+1", "+44", "-x", "@SUM(A1)", "\tx", "'=x"])
def test_no_text_is_a_formula_in_a_spreadsheet(results, text):
    clusters = results["clusters"]
    result = replace(clusters, frame=clusters.frame.assign(name=text))
    assert set(read_table(export_bytes(result, ".csv"), ".csv")["name"]) == {"'" + text}
    sheet = openpyxl.load_workbook(io.BytesIO(export_bytes(result, ".xlsx")))["hotspots"]
    names = [row[2] for row in sheet.iter_rows(min_row=2)]
    assert {(cell.value, cell.data_type) for cell in names} == {("'" + text, "s")}
    assert set(read_areas(export_bytes(result, ".geojson"))["name"]) == {text}


def test_a_formula_in_the_selection_is_text_in_a_workbook(incidents):
    selection = Selection(categories=("=1+1", "Public order\x07"))
    result = ward_table(incidents, selection, WardParams("2002"))
    book = openpyxl.load_workbook(io.BytesIO(export_bytes(result, ".xlsx")))
    assert {cell.data_type for row in book["run_record"].iter_rows() for cell in row} == {"s"}


@pytest.mark.parametrize("ending", GEOGRAPHIC)
def test_a_result_without_areas_is_refused_with_what_it_can_be(incidents, ending):
    surface = density(incidents, EVERYTHING, DensityParams())
    with pytest.raises(
        ParameterError, match=r"no areas to draw; export it as \.csv, \.json, \.xlsx"
    ):
        export_bytes(surface, ending)
    assert len(read_table(export_bytes(surface, ".csv"), ".csv")) == 1


@pytest.mark.parametrize("name", ["wards.shp", "wards", "wards.csv.zip"])
def test_an_unknown_ending_is_refused_with_the_known_ones(results, tmp_path, name):
    with pytest.raises(ParameterError, match=rf"{name} has no known ending.*\.csv, \.geojson"):
        write_export(results["count by fy"], tmp_path / name)
    with pytest.raises(ParameterError, match="known are"):
        export_bytes(results["count by fy"], name)


def test_a_missing_folder_is_refused_and_not_made(results, tmp_path):
    with pytest.raises(ParameterError, match=r"no folder .*new to write wards.csv into; make it"):
        write_export(results["count by fy"], tmp_path / "new" / "wards.csv")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_named_as_it_was_asked_for(tmp_path):
    path = tmp_path / ("a" * 250 + ".csv")  # the temporary file's name is too long
    with pytest.raises(OSError, match="too long") as caught:
        write_files({path: b"1"})
    assert caught.value.filename == str(path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_the_place_of_a_file_is_refused(results, tmp_path):
    (tmp_path / "wards.csv").mkdir()
    with pytest.raises(ParameterError, match="is a folder"):
        write_export(results["count by fy"], tmp_path / "wards.csv")


_FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from dashboard.files import write_files
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
folder = Path(sys.argv[1])
try:
    write_files({folder / "small.txt": b"new", folder / "large.txt": b"new" * 1000})
except OSError as error:
    sys.exit(f"refused: {error.strerror}")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits the size of files the POSIX way")
def test_a_full_disk_leaves_the_old_files_and_nothing_else(tmp_path):
    for name in ("small.txt", "large.txt"):
        (tmp_path / name).write_text("old", encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-c", _FULL_DISK, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "refused: File too large" in run.stderr
    contents = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    assert contents == {"small.txt": "old", "large.txt": "old"}
