"""Map layers and Parquet: the same incidents from every format, and what is said of others."""

import io
import json
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
from shapely.geometry import (
    GeometryCollection,
    LineString,
    MultiPoint,
    MultiPolygon,
    Point,
    Polygon,
    box,
)

from boundaries.errors import InputFileError
from geo.readers import read, read_uploads
from geo.readers.bounds import ReadBounds, reading_within
from geo.readers.coordinates import NOT_DEGREES, read_degrees, read_grid
from geo.readers.layers import is_layer, read_layer
from geo.readers.sources import InputFile, files_at
from geo.readers.tables import RawTable
from geo.readers.writing import write_plain_csv
from geo.report import REJECTED
from geo.schema import (
    EASTING,
    INCIDENT_ID,
    IS_CRIME,
    LOCATION_TEXT,
    NORTHING,
    OCCURRED,
    OCCURRED_END,
    SOURCE,
    Incidents,
)
from geo.store.folder import FolderStore
from tests.factories import make_incidents, with_ends
from tests.sample_files import STREET_HEADER, zip_of

BNG, WGS84 = "EPSG:27700", "EPSG:4326"
GREEN = Point(523_650.25, 179_850.75)


def write(table: pd.DataFrame, folder: Path, name: str, **options) -> bytes:
    """Write a layer with GDAL and give its bytes."""
    pyogrio.write_dataframe(table, folder / name, **options)
    return (folder / name).read_bytes()


def write_shapefile(
    layer: gpd.GeoDataFrame, folder: Path, stem: str, **options
) -> dict[str, bytes]:
    """Write a Shapefile and give its files by name."""
    pyogrio.write_dataframe(layer, folder / f"{stem}.shp", **options)
    return {path.name: path.read_bytes() for path in folder.glob(f"{stem}.*")}


def write_parquet(layer: gpd.GeoDataFrame, **options) -> bytes:
    buffer = io.BytesIO()
    layer.to_parquet(buffer, index=False, **options)
    return buffer.getvalue()


def table_of(content: bytes, name: str = "f") -> RawTable:
    file = InputFile(name, content)
    assert is_layer(file)
    return read_layer(file)


def columns(table: RawTable) -> dict[str, list[str]]:
    return {heading: table.cells[place].tolist() for place, heading in enumerate(table.header)}


def layer_of(*shapes, crs: str | None = BNG, **attributes) -> gpd.GeoDataFrame:
    dates = {"date": [f"2017-04-{day:02d}" for day in range(1, len(shapes) + 1)]}
    return gpd.GeoDataFrame(dates | attributes, geometry=list(shapes), crs=crs)


def geojson(*geometries, **members) -> bytes:
    features = [
        {"type": "Feature", "properties": {"date": "2017-04-03"}, "geometry": geometry}
        for geometry in geometries
    ]
    return json.dumps({"type": "FeatureCollection", "features": features, **members}).encode()


def point_of(x: float, y: float) -> dict:
    return {"type": "Point", "coordinates": [x, y]}


# The same incidents from every format


@pytest.fixture(scope="module")
def incidents() -> Incidents:
    """Incidents with everything that is hard to carry: fractions, accents, gaps, spans."""
    rng, n = np.random.default_rng(9), 60
    times = pd.Timestamp("2017-01-01") + pd.to_timedelta(rng.integers(0, 525_600, n), unit="min")
    points = rng.uniform((521_000, 175_000), (526_000, 181_000), (n, 2))
    points[::11] = np.nan
    made = make_incidents(
        [time.isoformat() for time in times],
        [tuple(point) for point in points],
        is_crime=[[True, False, None][k % 3] for k in range(n)],
        category=[
            ["Public order", "Violence; other", "Café £5, “quoted”"][k % 3] for k in range(n)
        ],
        strands=[[["race"], [], ["disability", "religion or belief"]][k % 3] for k in range(n)],
    )
    ends = [
        time.isoformat() if k % 4 else None for k, time in enumerate(times + pd.Timedelta("2h"))
    ]
    spans = with_ends(made, ends).frame
    places = ["On or near Île £ Street", None, 'The "Green"\nW12', "=1+1"]
    ids = [f"{k:05d}/17" for k in range(n)]
    return Incidents(
        spans.assign(
            **{LOCATION_TEXT: pd.Series([places[k % 4] for k in range(n)], dtype="str")},
            **{INCIDENT_ID: pd.Series(ids, dtype="str")},
        )
    )


def as_layer(incidents: Incidents) -> gpd.GeoDataFrame:
    layer = incidents.to_geodataframe()
    return layer.drop(columns=[EASTING, NORTHING])


def times_as_text(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Write out what a Shapefile has no type for."""
    texts = {
        name: layer[name].dt.strftime("%Y-%m-%dT%H:%M:%S") for name in (OCCURRED, OCCURRED_END)
    }
    kinds = layer[IS_CRIME].map({True: "yes", False: "no"}).astype("str")
    return layer.assign(**texts, **{IS_CRIME: kinds.where(layer[IS_CRIME].notna(), None)})


def as_csv(incidents: Incidents) -> bytes:
    buffer = io.StringIO()
    write_plain_csv(incidents, buffer)
    return buffer.getvalue().encode()


def as_plain_parquet(incidents: Incidents) -> bytes:
    buffer = io.BytesIO()
    incidents.frame.to_parquet(buffer)
    return buffer.getvalue()


@pytest.mark.filterwarnings("ignore:Column names longer:UserWarning")
@pytest.mark.filterwarnings("ignore:Normalized/laundered:RuntimeWarning")
def as_shapefile(incidents: Incidents, folder: Path) -> bytes:
    layer = times_as_text(as_layer(incidents))
    short = {name: name[:10] for name in layer.columns if name != "geometry"}
    return zip_of(write_shapefile(layer.rename(columns=short), folder, "incidents"))


FORMATS: dict[str, Callable[[Incidents, Path], bytes]] = {
    "csv": lambda rows, _: as_csv(rows),
    "gpkg": lambda rows, folder: write(as_layer(rows), folder, "a.gpkg"),
    "shapefile": as_shapefile,
    "parquet": lambda rows, _: as_plain_parquet(rows),
    "geoparquet wkb": lambda rows, _: write_parquet(as_layer(rows)),
    "geoparquet native": lambda rows, _: write_parquet(
        as_layer(rows), geometry_encoding="geoarrow", write_covering_bbox=True
    ),
    "old geojson": lambda rows, folder: write(as_layer(rows), folder, "a.geojson"),
    "lines of geojson": lambda rows, folder: write(
        as_layer(rows).to_crs(WGS84), folder, "a.geojsonl", COORDINATE_PRECISION="15"
    ),
    "gpkg in degrees": lambda rows, folder: write(as_layer(rows).to_crs(WGS84), folder, "b.gpkg"),
    "web mercator": lambda rows, _: write_parquet(as_layer(rows).to_crs("EPSG:3857")),
}
EXACT = (
    "csv",
    "gpkg",
    "shapefile",
    "parquet",
    "geoparquet wkb",
    "geoparquet native",
    "old geojson",
)


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_gives_the_same_incidents(form, incidents, tmp_path):
    found = read_uploads([(f"f.{form}", FORMATS[form](incidents, tmp_path))])
    same = found.incidents.frame[incidents.frame.columns]
    pd.testing.assert_frame_equal(
        same,
        incidents.frame,
        check_exact=form in EXACT,
        rtol=0,
        atol=0.002,
        check_dtype=False,
    )
    report = found.report
    assert (report.rows_read, report.rejected) == (60, 0)
    assert list(found.origin["row"]) == list(range(2, 62))
    assert report.files[0].kind == ("plain table" if form in ("csv", "parquet") else "map layer")


def test_a_street_file_stays_one_as_a_map_layer():
    rows = [
        f"id{k},2016-07,Met,Met,{x},{y},On or near Test Street,,,Anti-social behaviour,,"
        for k, (x, y) in enumerate([(-0.2207, 51.5042), ("", ""), (-0.21, 51.49)])
    ]
    text = "\n".join([STREET_HEADER, *rows]) + "\n"
    frame = pd.read_csv(io.StringIO(text))
    points = gpd.points_from_xy(frame["Longitude"], frame["Latitude"], crs=WGS84)
    layer = gpd.GeoDataFrame(frame, geometry=points)
    layer.loc[1, "geometry"] = None
    one, other = (
        read_uploads([(name, content)])
        for name, content in (("f.csv", text.encode()), ("f.parquet", write_parquet(layer)))
    )
    pd.testing.assert_frame_equal(one.incidents.frame, other.incidents.frame)
    assert set(other.incidents.frame[SOURCE]) == {"police.uk"}


# Geometry


SHAPES = {
    "a line": LineString([(0, 0), (1, 1)]),
    "an area": box(0, 0, 1, 1),
    "several points": MultiPoint([(0, 0), (1, 1)]),
    "a collection of shapes": GeometryCollection([Point(0, 0)]),
}
SEVERAL_AREAS = MultiPolygon([box(0, 0, 1, 1), box(2, 2, 3, 3)])
NOTHING = (Point(), None, Polygon())


@pytest.mark.parametrize("form", ["gpkg", "geojson", "parquet"])
def test_other_geometry_is_rejected_and_no_geometry_is_not_located(form, tmp_path):
    shapes = [GREEN, *SHAPES.values(), SEVERAL_AREAS, MultiPoint([GREEN]), *NOTHING]
    layer = layer_of(*shapes)
    content = write_parquet(layer) if form == "parquet" else write(layer, tmp_path, f"f.{form}")
    found = read_uploads([("f", content)])
    problems = found.report.problems
    assert (found.report.rows_read, found.report.used, found.report.rejected) == (10, 5, 5)
    assert found.report.not_located == 3
    assert list(problems["row"]) == [3, 4, 5, 6, 7]
    assert list(problems["found"]) == [*SHAPES, "an area"]
    assert set(problems["outcome"]) == {REJECTED}
    assert set(problems["reason"]) == {"the geometry is not one point"}
    assert problems["remedy"].str.contains("one point for each incident").all()
    assert json.loads(found.report.rejected_rows["row_values"][0]) == {"date": "2017-04-02"}
    assert list(found.incidents.frame[EASTING].dropna()) == [GREEN.x] * 2
    assert list(found.origin["row"]) == [2, 8, 9, 10, 11]


def test_heights_and_measures_are_left_out(tmp_path):
    table = table_of(write(layer_of(Point(523_650, 179_850, 12)), tmp_path, "f.gpkg"))
    assert columns(table)["easting"] == ["523650"]
    native = write_parquet(layer_of(Point(1, 2, 3)), geometry_encoding="geoarrow")
    assert columns(table_of(native))["northing"] == ["2"]


def test_native_multipoints_of_one_part_are_points():
    layer = layer_of(MultiPoint([GREEN]), MultiPoint([(0, 0), (1, 1)]), None, MultiPoint())
    table = table_of(write_parquet(layer, geometry_encoding="geoarrow"))
    assert columns(table)["easting"] == ["523650.25", "", ""]
    assert list(table.misfits["row"]) == [3]


def test_native_lines_are_rejected():
    content = write_parquet(layer_of(SHAPES["a line"]), geometry_encoding="geoarrow")
    with pytest.raises(InputFileError, match=r"none of its 1 rows .* row 2: the geometry is not"):
        read_uploads([("f.parquet", content)])


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Point", "coordinates": ["a", "b"]},
        {"type": "Point", "coordinates": [1]},
        {"type": "Point", "coordinates": [True, False]},
        {"type": "Point", "coordinates": {"x": 1}},
        {"type": "Circle", "coordinates": [1, 2]},
        {"coordinates": [1, 2]},
        "POINT (1 2)",
        [1, 2],
    ],
)
def test_geometry_of_geojson_that_is_none_is_rejected(geometry):
    table = table_of(geojson(point_of(-0.22, 51.5), geometry))
    assert list(table.misfits["found"]) == ["a geometry that cannot be read"]


@pytest.mark.parametrize(
    "geometry", [None, {"type": "Point", "coordinates": []}, {"type": "GeometryCollection"}]
)
def test_geojson_without_a_place_is_kept(geometry):
    table = table_of(geojson(point_of(-0.22, 51.5), geometry))
    assert columns(table)["longitude"] == ["-0.22", ""]
    assert len(table.misfits) == 0


# Reference systems


ESRI_BNG = (
    'PROJCS["British_National_Grid",GEOGCS["GCS_OSGB_1936",DATUM["D_OSGB_1936",SPHEROID['
    '"Airy_1830",6377563.396,299.3249646]],PRIMEM["Greenwich",0.0],UNIT["Degree",'
    '0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",400000.0],'
    'PARAMETER["False_Northing",-100000.0],PARAMETER["Central_Meridian",-2.0],PARAMETER['
    '"Scale_Factor",0.9996012717],PARAMETER["Latitude_Of_Origin",49.0],UNIT["Meter",1.0]]'
)


@pytest.mark.parametrize(
    ("crs", "headings"),
    [
        ("EPSG:27700", ("easting", "northing")),
        ("EPSG:7405", ("easting", "northing")),
        ("EPSG:4326", ("longitude", "latitude")),
        ("EPSG:4979", ("longitude", "latitude")),
        ("OGC:CRS84", ("longitude", "latitude")),
        ("EPSG:4258", ("longitude", "latitude")),
        ("EPSG:4277", ("longitude", "latitude")),
        ("EPSG:3857", ("longitude", "latitude")),
        ("EPSG:32630", ("longitude", "latitude")),
    ],
)
@pytest.mark.parametrize("encoding", ["WKB", "geoarrow"])
def test_any_reference_system_leads_to_the_same_place(crs, headings, encoding):
    layer = layer_of(GREEN).to_crs(crs)
    table = table_of(write_parquet(layer, geometry_encoding=encoding))
    assert table.header == ("date", *headings)
    positions = {"easting": read_grid, "longitude": read_degrees}[headings[0]](
        table.cells[1], table.cells[2]
    )
    moved = np.hypot(positions.easting[0] - GREEN.x, positions.northing[0] - GREEN.y)
    assert moved < 0.01


def test_the_national_grid_is_known_by_whatever_name(tmp_path):
    members = write_shapefile(layer_of(GREEN), tmp_path, "f") | {"f.prj": ESRI_BNG.encode()}
    assert columns(table_of(zip_of(members)))["easting"] == ["523650.25"]


def test_a_damaged_prj_file_is_said(tmp_path):
    members = write_shapefile(layer_of(GREEN), tmp_path, "f")
    for content in (b"PROJCS[", b"PROJCS[" + members["f.prj"][20:], b"\xff" * 40):
        with pytest.raises(InputFileError, match=r"f names a reference system that is not known"):
            table_of(zip_of(members | {"f.prj": content}))


def without_prj(folder: Path) -> bytes:
    members = write_shapefile(layer_of(GREEN), folder, "f")
    return zip_of({name: content for name, content in members.items() if name != "f.prj"})


@pytest.mark.filterwarnings("ignore:'crs' was not provided:UserWarning")
@pytest.mark.parametrize(
    "make",
    [
        without_prj,
        lambda folder: write(layer_of(GREEN, crs=None), folder, "f.gpkg"),
        lambda _: write_parquet(layer_of(GREEN, crs=None)),
    ],
)
def test_a_layer_without_reference_system_is_refused(make, tmp_path):
    with pytest.raises(
        InputFileError, match=r"f does not say in which reference .*prj.* EPSG:27700 or EPSG:4326"
    ):
        table_of(make(tmp_path))


NAMED = "urn:ogc:def:crs:EPSG::27700"


@pytest.mark.parametrize(
    ("crs", "match"),
    [
        (
            {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::99999"}},
            "not known.*9999",
        ),
        ({"type": "link", "properties": {"href": "x.prj"}}, "does not name its reference system"),
        ("nonsense", "does not name its reference system"),
    ],
)
def test_geojson_with_another_system_than_there_is_is_refused(crs, match):
    with pytest.raises(InputFileError, match=match):
        table_of(geojson(point_of(-0.22, 51.5), crs=crs))


def test_geojson_may_name_its_system_and_is_else_in_degrees():
    old = geojson(point_of(523_650, 179_850), crs={"type": "name", "properties": {"name": NAMED}})
    assert table_of(old).header == ("date", "easting", "northing")
    assert table_of(geojson(point_of(-0.22, 51.5), crs=None)).header[1:] == (
        "longitude",
        "latitude",
    )


def test_metres_in_geojson_that_names_no_system_are_recognised():
    found = read_uploads([("f.json", geojson(*[point_of(523_650, 179_850)] * 3))])
    assert found.report.not_located == 3
    assert set(found.report.problems["reason"]) == {NOT_DEGREES}
    assert "All 3 positions cannot be used: longitude and latitude hold metres" in (
        found.report.files[0].note
    )


def test_a_system_that_is_not_on_the_earth_is_refused():
    local = 'LOCAL_CS["Site grid",UNIT["metre",1]]'
    with pytest.raises(InputFileError, match=r"cannot be placed on the map.*'Site grid'"):
        table_of(write_parquet(layer_of(GREEN, crs=local)))


# GeoPackage


def test_the_first_layer_of_points_is_read_and_the_others_are_named(tmp_path):
    write(layer_of(box(0, 0, 1, 1)), tmp_path, "f.gpkg", layer="wards")
    write(layer_of(GREEN, ref=["a"]), tmp_path, "f.gpkg", layer="incidents", append=True)
    write(pd.DataFrame({"styleName": ["x"]}), tmp_path, "f.gpkg", layer="layer_styles", append=True)
    table = table_of(write(layer_of(GREEN), tmp_path, "f.gpkg", layer="older", append=True))
    assert columns(table)["ref"] == ["a"]
    assert table.note == "Only the layer 'incidents' was read, not: wards, older."


def test_a_geopackage_without_points_says_what_it_has(tmp_path):
    content = write(layer_of(box(0, 0, 1, 1)), tmp_path, "f.gpkg", layer="wards")
    with pytest.raises(InputFileError, match=r"no layer of points, only wards \(Polygon\)"):
        table_of(content)


def test_a_geopackage_of_tables_is_a_plain_table(tmp_path):
    frame = pd.DataFrame({"date": ["2017-04-03"], "easting": [523_650.5], "northing": [179_850.25]})
    found = read_uploads([("f.gpkg", write(frame, tmp_path, "f.gpkg"))])
    assert found.incidents.frame[EASTING][0] == 523_650.5
    assert found.report.files[0].kind == "plain table"


def test_a_geopackage_that_was_left_open_for_writing_is_read(tmp_path):
    write(layer_of(GREEN), tmp_path, "f.gpkg")
    path = tmp_path / "f.gpkg"
    database = sqlite3.connect(path)
    database.execute("PRAGMA journal_mode=WAL")
    database.close()
    assert path.read_bytes()[18:20] == b"\2\2"
    assert columns(table_of(path.read_bytes()))["easting"] == ["523650.25"]


def test_a_geopackage_in_use_is_not_read_by_half(tmp_path):
    write(layer_of(GREEN), tmp_path, "f.gpkg")
    database = sqlite3.connect(tmp_path / "f.gpkg")
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("CREATE TABLE new (a)")
    database.commit()
    try:
        with pytest.raises(InputFileError, match=r"f.gpkg is open in another program.*Close it"):
            read([tmp_path / "f.gpkg"])
    finally:
        database.close()


def test_the_primary_key_of_a_geopackage_is_kept_where_it_has_a_name_of_its_own(tmp_path):
    content = write(
        layer_of(GREEN, GREEN), tmp_path, "f.gpkg", layer_options={"FID": "incident_id"}
    )
    assert columns(table_of(content))["incident_id"] == ["1", "2"]
    assert "fid" not in columns(table_of(write(layer_of(GREEN), tmp_path, "g.gpkg")))


def test_times_keep_their_zone_and_utc_is_said(tmp_path):
    summer = pd.to_datetime(["2017-07-03 18:05"])
    layer = layer_of(GREEN).drop(columns="date")
    utc = write(layer.assign(date=summer.tz_localize("UTC")), tmp_path, "u.gpkg")
    found = read_uploads([("f.gpkg", utc)])
    assert found.incidents.frame[OCCURRED][0] == pd.Timestamp("2017-07-03 19:05")
    assert "Times under date are in UTC" in found.report.files[0].note
    local = write(layer.assign(date=summer.tz_localize("Europe/London")), tmp_path, "l.gpkg")
    found = read_uploads([("f.gpkg", local)])
    assert found.incidents.frame[OCCURRED][0] == pd.Timestamp("2017-07-03 18:05")
    assert "UTC" not in found.report.files[0].note


# Shapefile


ACCENTS = ["Café £1", "naïve Straße", "plain"]


def shapefile(folder: Path, texts: list[str], encoding: str, page: bytes | None) -> bytes:
    layer = layer_of(*[GREEN] * len(texts), place=texts)
    members = write_shapefile(layer, folder, "f", encoding=encoding)
    members.pop("f.cpg")
    return zip_of(members | ({"f.cpg": page} if page is not None else {}))


@pytest.mark.parametrize(
    ("encoding", "page", "note"),
    [
        ("UTF-8", None, ""),
        ("UTF-8", b"UTF-8", ""),
        ("UTF-8", b"utf8\r\n", ""),
        ("UTF-8", b"65001", ""),
        ("UTF-8", b"no such thing", ""),
        ("ISO-8859-1", None, ""),
        ("ISO-8859-1", b"ISO-8859-1", ""),
        ("ISO-8859-1", b"ISO 88591", ""),
        ("ISO-8859-1", b"1252", ""),
        ("ISO-8859-1", b"ANSI 1252", ""),
        ("ISO-8859-1", b"CP1252", ""),
        ("ISO-8859-1", b"UTF-8", "Its texts are not in UTF-8 as it says but in cp1252."),
    ],
)
def test_texts_of_a_shapefile_in_any_encoding(encoding, page, note, tmp_path):
    table = table_of(shapefile(tmp_path, ACCENTS, encoding, page))
    assert columns(table)["place"] == ACCENTS
    assert table.note == note


def test_marks_of_windows_and_letters_that_were_cut(tmp_path):
    table = table_of(shapefile(tmp_path, ["“quoted” – £"], "cp1252", None))
    assert columns(table)["place"] == ["“quoted” – £"]
    members = write_shapefile(layer_of(GREEN, place=["é" * 60]), tmp_path, "g", encoding="UTF-8")
    content = members["g.dbf"].replace("é".encode() * 60, ("é" * 59).encode() + b"x\xc3")
    assert columns(table_of(zip_of(members | {"g.dbf": content})))["place"] == ["é" * 59 + "x"]


def test_the_first_shapefile_of_points_wherever_it_is_in_the_archive(tmp_path):
    wards = write_shapefile(layer_of(box(0, 0, 1, 1)), tmp_path, "a_wards")
    points = write_shapefile(layer_of(GREEN, ref=["a"]), tmp_path, "Incidents 2017")
    older = write_shapefile(layer_of(GREEN), tmp_path, "older")
    folder = {f"export/deep/{name.upper()}": content for name, content in points.items()}
    others = {"readme.txt": b"hello", "__MACOSX/._a.shp": b"x", "notes.csv": b"a,b\n"}
    table = table_of(zip_of(wards | folder | older | others))
    assert columns(table)["ref"] == ["a"]
    assert table.note == (
        "Only the layer 'export/deep/INCIDENTS 2017' was read, not: a_wards, older."
    )


def test_a_shapefile_on_disk_is_read_with_what_lies_beside_it(tmp_path):
    write_shapefile(layer_of(GREEN), tmp_path, "f")
    write_shapefile(layer_of(GREEN, GREEN), tmp_path, "f2")
    once, again = (next(files_at(tmp_path / "f.shp")) for _ in range(2))
    assert once.sha256 == again.sha256
    assert columns(table_of(once.content))["easting"] == ["523650.25"]


def test_the_files_of_a_shapefile_uploaded_one_by_one_belong_together(tmp_path):
    members = write_shapefile(layer_of(GREEN), tmp_path, "f")
    table = b"date,easting,northing\n2017-04-03,523650,179850\n"
    found = read_uploads([*members.items(), ("f.csv", table)])
    assert [file.name for file in found.report.files] == ["f.csv", "f.zip"]
    assert list(found.incidents.frame[EASTING]) == [523_650, GREEN.x]


@pytest.mark.parametrize(
    ("ending", "match"),
    [(".dbf", r"lacks f\.dbf\. A Shapefile is several files"), (".shx", r"lacks f\.shx")],
)
def test_a_shapefile_that_is_not_whole_is_refused(ending, match, tmp_path):
    members = write_shapefile(layer_of(GREEN), tmp_path, "f")
    members.pop(f"f{ending}")
    with pytest.raises(InputFileError, match=match):
        table_of(zip_of(members))


def test_a_bare_shp_file_and_shapefiles_of_areas_are_refused(tmp_path):
    with pytest.raises(InputFileError, match=r"f\.zip lacks f\.shx and f\.dbf"):
        read_uploads([("f.shp", write_shapefile(layer_of(GREEN), tmp_path, "f")["f.shp"])])
    members = write_shapefile(layer_of(box(0, 0, 1, 1)), tmp_path, "wards")
    with pytest.raises(InputFileError, match=r"Pack all files of that name .*ZIP archive"):
        table_of(members["wards.shp"])
    with pytest.raises(InputFileError, match=r"no layer of points, only wards \(Polygon\)"):
        table_of(zip_of(members))


# Attributes that say where, too


def test_attributes_that_say_the_same_place_are_left_as_they_are(tmp_path):
    layer = layer_of(GREEN, None, Easting=[GREEN.x, np.nan], Northing=[GREEN.y, np.nan])
    table = table_of(write_parquet(layer.to_crs(WGS84)))
    assert table.header == ("date", "Easting", "Northing")
    assert table.note == ""


def test_the_geometry_wins_over_attributes_that_say_another_place():
    layer = layer_of(
        GREEN, GREEN, easting=[GREEN.x, 500_000.0], northing=[GREEN.y, 180_000.0], lat=[1.0, 2.0]
    )
    found = read_uploads([("f.parquet", write_parquet(layer))])
    assert list(found.incidents.frame[EASTING]) == [GREEN.x] * 2
    note = found.report.files[0].note
    assert "layer, not of easting (elsewhere in 1 row), northing (elsewhere in 1 row)" in note
    assert "lat (elsewhere in 2 rows)" in note


# Parquet and JSON


def parquet_of(table: pa.Table) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return buffer.getvalue()


def test_points_that_are_only_marked_as_geoarrow():
    point = pa.array([{"x": -0.22, "y": 51.5}])
    about = {
        b"ARROW:extension:name": b"geoarrow.point",
        b"ARROW:extension:metadata": b'{"crs": "OGC:CRS84"}',
    }
    schema = pa.schema([pa.field("date", pa.string()), pa.field("g", point.type, metadata=about)])
    table = table_of(parquet_of(pa.table([pa.array(["2017-04-03"]), point], schema=schema)))
    assert columns(table) == {"date": ["2017-04-03"], "longitude": ["-0.22"], "latitude": ["51.5"]}


@pytest.mark.parametrize(
    ("about", "match"),
    [
        (b"{", "whose description of its geometry is not whole"),
        (b"[]", "whose description"),
        (b'{"primary_column": "g", "columns": {}}', "whose description"),
        (b'{"primary_column": "x", "columns": {"x": {"encoding": "WKB"}}}', "whose description"),
        (
            b'{"primary_column": "date", "columns": {"date": {"encoding": "WKB", "crs": 0}}}',
            "names a reference system that is not known",
        ),
    ],
)
def test_geoparquet_whose_description_is_wrong_is_refused(about, match):
    table = pa.table({"date": ["2017-04-03"]}).replace_schema_metadata({b"geo": about})
    with pytest.raises(InputFileError, match=match):
        table_of(parquet_of(table))


def test_geometry_that_is_no_well_known_binary_is_rejected():
    layer = layer_of(GREEN, GREEN)
    table = pq.read_table(io.BytesIO(write_parquet(layer)))
    good = table["geometry"][0].as_py()
    damaged = pa.array([good, good[:7]], pa.binary())
    broken = table.set_column(1, table.schema.field(1), damaged)
    read_back = table_of(parquet_of(broken))
    assert list(read_back.misfits["found"]) == ["a geometry that cannot be read"]


def test_parquet_with_other_columns_says_what_is_missing():
    with pytest.raises(InputFileError, match=r"f\.parquet has no column for a date"):
        read_uploads([("f.parquet", parquet_of(pa.table({"a": [1], "b": [2]})))])


def test_a_small_file_that_unpacks_to_more_than_there_is_room_for_is_refused():
    content = parquet_of(pa.table({"date": ["2017-04-03"] * 1000}))
    with (
        reading_within(ReadBounds(rows=999)),
        pytest.raises(InputFileError, match=r"holds 1,000 rows .* Give it in parts"),
    ):
        table_of(content)


def test_properties_of_geojson_of_any_type_and_the_ids_of_features():
    features = [
        {"type": "Feature", "id": 7, "geometry": None, "properties": {"a": True, "b": [1, "x"]}},
        {"type": "Feature", "id": "x1", "geometry": None, "properties": {"a": 0.1, "c": None}},
        {"type": "Feature", "geometry": None, "properties": None},
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features})
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        assert columns(table_of(content.encode(encoding))) == {
            "id": ["7", "x1", ""],
            "a": ["yes", "0.1", ""],
            "b": ['[1, "x"]', "", ""],
            "c": ["", "", ""],
        }


def test_features_in_lines_or_as_a_sequence_of_records():
    features = json.loads(geojson(point_of(-0.22, 51.5), point_of(-0.21, 51.4)))["features"]
    lines = "\n".join(json.dumps(feature) for feature in features)
    records = "".join(f"\x1e{json.dumps(feature, indent=1)}\n" for feature in features)
    for text in (lines, records, lines + "\n\n", lines.replace("\n", "\r\n")):
        assert columns(table_of(text.encode()))["longitude"] == ["-0.22", "-0.21"]


GOOD = geojson(point_of(-0.22, 51.5))


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (GOOD[:-9], r"f is not whole JSON \(line 1, column \d+: .*Download or export it again"),
        (GOOD + b"\n" + GOOD[:-9], r"f: line 2 is not whole JSON .*one feature in each line"),
        (b'{"type": "Topology", "objects": {}}', r"JSON but not GeoJSON: its type is 'Topology'"),
        (b'{"a": 1}', "JSON but not GeoJSON: it has no type"),
        (b'[{"category": "burglary"}]', "JSON but not GeoJSON: it has no type"),
        (b'{"type": "FeatureCollection", "features": 3}', "not GeoJSON: its type is 'FeatureColl"),
        (b'{"type": "Point", "coordinates": [0, 1]}', "not GeoJSON: its type is 'Point'"),
        (b'{"type": "FeatureCollection", "features": [1]}', "element 1 is not a feature"),
        (
            b'{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": [1]}]}',
            "element 1 is not a feature",
        ),
        (b'{"type": "FeatureCollection", "features": []}', "f holds no features"),
        (b'{"a":' + b"[" * 100_000, "f is JSON in too many levels"),
        (b"PARE" + bytes(100), "f is encrypted Parquet"),
        (b"PAR1" + bytes(100), "f is damaged Parquet"),
        (b"PAR1", "f is damaged Parquet"),
        (b"SQLite format 3\0" + bytes(100), "f is a damaged map layer"),
    ],
)
def test_damaged_and_other_files_are_refused_with_a_remedy(content, match):
    with pytest.raises(InputFileError, match=match):
        read_uploads([("f", content)])


@pytest.mark.parametrize("form", ["gpkg", "shapefile", "geoparquet native", "lines of geojson"])
def test_a_file_cut_anywhere_is_refused_or_read_but_never_breaks(form, incidents, tmp_path):
    content = FORMATS[form](incidents, tmp_path)
    for part in np.linspace(0.02, 0.98, 9):
        try:
            found = read_uploads([("f", content[: int(len(content) * part)])])
        except InputFileError as error:
            assert str(error).startswith(("f ", "f:")), error  # noqa: PT017
        else:
            assert found.report.rows_read <= 60


@pytest.mark.parametrize("form", ["gpkg", "shapefile", "geoparquet native", "lines of geojson"])
def test_a_file_with_altered_bytes_is_refused_or_read_but_never_breaks(form, incidents, tmp_path):
    content, rng = FORMATS[form](incidents, tmp_path), np.random.default_rng(11)
    with_members = zipfile.is_zipfile(io.BytesIO(content))
    members = unzipped(content) if with_members else {"": content}
    for number in range(20):
        name = list(members)[number % len(members)]
        altered = bytearray(members[name])
        for place in rng.integers(0, len(altered), 4):
            altered[place] = rng.integers(0, 256)
        changed = members | {name: bytes(altered)}
        file = InputFile("f", zip_of(changed) if with_members else changed[""])
        try:
            table = read_layer(file)
        except InputFileError as error:
            assert str(error).startswith(("f ", "f: "))  # noqa: PT017
        else:
            assert len(table) + len(table.misfits) <= 60


def unzipped(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_shapefile_inside_a_hostile_archive_is_not_opened(tmp_path):
    members = write_shapefile(layer_of(GREEN), tmp_path, "f")
    with pytest.raises(InputFileError, match="points out of the archive"):
        read_uploads([("f.zip", zip_of(members | {"../../f.shp": b"x"}))])
    bomb = members | {"f.dbf": bytes(5_000_000)}
    with pytest.raises(InputFileError, match="as packing bombs do"):
        read_uploads([("f.zip", zip_of(bomb))])


def test_an_archive_with_one_map_layer_is_that_layer(tmp_path):
    content = write(layer_of(GREEN), tmp_path, "f.gpkg")
    archive = zip_of({"export/f.gpkg": content, "readme.txt": b"hello"})
    found = read_uploads([("f.zip", archive)])
    assert (found.report.files[0].name, found.report.used) == ("export/f.gpkg", 1)


@pytest.mark.parametrize(
    "content", [b"id,date\n", b"{id},date\n", b"[id],[date]\n1,2\n", b"", b"\x89PNG", zip_of({})]
)
def test_what_is_no_layer_is_left_to_the_other_readers(content):
    file = InputFile("f", content)
    assert not is_layer(file)
    with pytest.raises(InputFileError, match="f is not a map layer"):
        read_layer(file)


def test_a_file_of_the_store_is_read_like_any_other(incidents, tmp_path):
    source = read_uploads([("f.csv", as_csv(incidents))])
    FolderStore.open(tmp_path / "store").add(source, who="a test", source="f")
    stored = read([tmp_path / "store" / "imports" / "000001" / "incidents.parquet"])
    names = list(incidents.frame.columns)
    wanted, found = (
        one.incidents.frame[names].sort_values(INCIDENT_ID, ignore_index=True)
        for one in (source, stored)
    )
    pd.testing.assert_frame_equal(found, wanted, check_dtype=False)
    assert stored.report.rejected == 0


def test_half_characters_and_nul_of_json_come_as_a_sign_for_them():
    feature = {
        "type": "Feature",
        "properties": {"date": "2017-04-03", "type\ud83d": "a\ud83db", "list": ["é\0"]},
        "geometry": point_of(-0.22, 51.5),
    }
    table = table_of(json.dumps({"type": "FeatureCollection", "features": [feature]}).encode())
    assert "type\ufffd" in table.header
    texts = set(table.cells.to_numpy().ravel())
    assert {"a\ufffdb", '["é\\u0000"]'} <= texts
