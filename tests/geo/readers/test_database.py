"""Tables and views of a real database, read through the same path as every file."""

import sys

import psycopg
import pytest

from boundaries.errors import InputFileError
from boundaries.projection import to_bng
from geo.readers import read
from geo.readers.bounds import ReadBounds, reading_within
from geo.readers.database import file_of
from geo.report import COLUMN, FOUND, OUTCOME, ROW
from tests.postgres_server import PostgresServer

SHEPHERDS_BUSH = (523_300.25, 179_800.125)
TABLE = """
    CREATE SCHEMA police;
    CREATE TABLE police.hate_crime (
        incident_id text PRIMARY KEY, occurred timestamptz, category varchar(40), flags char(4),
        photo bytea, easting integer, geom geometry(Geometry, 27700)
    );
    INSERT INTO police.hate_crime VALUES
        ('B2', '2024-07-01 22:30:00+00', '', NULL, '\\x0001', 1,
         'SRID=27700;POINT(523300.25 179800.125)'),
        ('A1', '2024-01-02 03:04:05+09', 'Violence, with injury', 'x', NULL, 2,
         'SRID=27700;MULTIPOINT(523300.25 179800.125)'),
        ('C3', '2024-03-31 01:30:00+00', E'two\\nlines', NULL, NULL, 3,
         'SRID=27700;POLYGON((0 0, 1 0, 1 1, 0 0))'),
        ('D4', '2024-03-31 01:30:00+00', 'No place', NULL, NULL, 4, NULL),
        ('E5', '2024-03-31 01:30:00+00', 'Empty', NULL, NULL, 5, 'SRID=27700;POINT EMPTY');
"""


@pytest.fixture
def filled(database: str) -> str:
    with psycopg.connect(database) as connection:
        connection.execute(TABLE)
    return database


def run(address: str, *statements: str) -> None:
    with psycopg.connect(address) as connection:
        for statement in statements:
            connection.execute(statement)


def password_of(address: str) -> str:
    return psycopg.conninfo.conninfo_to_dict(address)["password"]


def test_table_becomes_the_file_it_would_be(filled: str):
    file = file_of(f"{filled}?table=police.hate_crime")
    assert file.content.decode() == (
        "incident_id,occurred,category,flags,photo,easting (not that of geom),easting,northing\n"
        'A1,2024-01-01 18:04:05,"Violence, with injury",x   ,,2,523300.25,179800.125\n'
        "B2,2024-07-01 23:30:00,,,2 bytes,1,523300.25,179800.125\n"
        'C3,2024-03-31 02:30:00,"two\nlines",,,3,polygon,polygon\n'
        "D4,2024-03-31 02:30:00,No place,,,4,,\n"
        "E5,2024-03-31 02:30:00,Empty,,,5,,\n"
    )
    assert file.kind == "database table"
    assert file.stem == "police.hate_crime"
    assert file.name.startswith("postgresql://owner@127.0.0.1:")
    assert file.name.endswith("?table=police.hate_crime")
    assert password_of(filled) not in file.name


def test_table_is_read_like_any_file(filled: str):
    imported = read([f"{filled}?table=police.hate_crime"])
    frame = imported.incidents.frame.set_index("incident_id")
    assert list(frame.index) == ["A1", "B2", "C3", "D4", "E5"]
    assert tuple(frame.loc["B2", ["easting", "northing"]]) == SHEPHERDS_BUSH
    assert set(frame["source"]) == {"police.hate_crime"}
    [problem] = imported.report.problems.query("row == 4").to_dict("records")
    assert problem[OUTCOME] == "kept, not located"
    assert problem[FOUND] == "polygon, polygon"
    [file] = imported.report.files
    assert (file.kind, file.rows_read, file.used) == ("database table", 5, 5)
    assert "easting (not that of geom)" in file.note
    assert imported.report.not_located == 3


def test_degrees_are_projected_as_in_every_other_file(filled: str):
    run(
        filled,
        "CREATE VIEW police.degrees AS SELECT incident_id, occurred, "
        "ST_SetSRID(ST_Point(-0.2236, 51.4927), 4326)::geography AS place FROM police.hate_crime",
        "CREATE VIEW police.web AS SELECT incident_id, occurred, "
        "ST_Transform(place::geometry, 3857) AS place FROM police.degrees",
    )
    [expected] = to_bng([-0.2236], [51.4927])
    for view, within_m in (("degrees", 0), ("web", 1e-6)):
        incidents = read([f"{filled}?table=police.{view}"]).incidents
        assert incidents.easting == pytest.approx(expected[0], abs=within_m)
        assert incidents.northing == pytest.approx(expected[1], abs=within_m)


def test_same_rows_are_the_same_file_in_whatever_order_they_lie(filled: str):
    run(filled, "CREATE TABLE loose AS SELECT * FROM police.hate_crime ORDER BY incident_id")
    before = file_of(f"{filled}?table=loose").sha256
    run(
        filled,
        "CREATE TABLE other AS SELECT * FROM loose ORDER BY incident_id DESC",
        "DROP TABLE loose",
        "ALTER TABLE other RENAME TO loose",
    )
    assert file_of(f"{filled}?table=loose").sha256 == before


def test_two_geometry_columns_are_a_choice(filled: str):
    run(filled, "ALTER TABLE police.hate_crime ADD COLUMN centre geometry")
    address = f"{filled}?table=police.hate_crime"
    with pytest.raises(InputFileError, match=r"several geometry columns: geom, centre\. Add &geom"):
        file_of(address)
    with pytest.raises(InputFileError, match="no geometry column 'shape'; there are: geom, centre"):
        file_of(f"{address}&geometry=shape")
    header = file_of(f"{address}&geometry=geom").content.decode().splitlines()[0]
    assert header.endswith("easting (not that of geom),easting,northing")
    run(filled, "UPDATE police.hate_crime SET centre = ST_Point(1, 2)")
    with pytest.raises(InputFileError, match=r"5 positions in column 'centre' have no reference"):
        file_of(f"{address}&geometry=centre")


@pytest.mark.parametrize(
    "name",
    [
        "police.hate_crime; DROP TABLE police.hate_crime",
        'police.hate_crime"; DROP TABLE police.hate_crime --',
        "police.hate_crime WHERE true",
        "generate_series(1, 3)",
        "police.HATE_CRIME",
        "pg_toast",
        "",
        ".",
        "x%00y",
    ],
)
def test_only_a_table_is_a_table(filled: str, name: str):
    with pytest.raises(InputFileError, match=r"There are: police\.hate_crime\.$"):
        file_of(f"{filled}?table={name}")
    assert file_of(f"{filled}?table=police.hate_crime").content


def test_odd_names_are_found_as_they_are_spelt(filled: str):
    run(
        filled,
        'CREATE SCHEMA "Ämter %s"',
        'CREATE TABLE "Ämter %s"."a ""b"".c" AS SELECT 1 AS "x ""y"" %s", 2 AS "{}"',
    )
    file = file_of(f"{filled}?table=%C3%84mter%20%25s.a%20%22b%22.c")
    assert file.content.decode() == '"x ""y"" %s",{}\n1,2\n'


def test_a_view_that_writes_is_refused_and_writes_nothing(filled: str):
    run(
        filled,
        "CREATE TABLE trace (n int)",
        "CREATE FUNCTION sly() RETURNS int LANGUAGE sql AS "
        "'INSERT INTO trace VALUES (1) RETURNING n'",
        "CREATE VIEW sly_view AS SELECT sly() AS n, 2 AS m",
    )
    with pytest.raises(InputFileError, match="cannot execute INSERT in a read-only transaction"):
        file_of(f"{filled}?table=sly_view")
    with psycopg.connect(filled) as connection:
        assert connection.execute("SELECT count(*) FROM trace").fetchone() == (0,)


def test_slow_view_is_given_up(filled: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("geo.readers.database.STATEMENT_TIMEOUT_S", "0.1")
    run(filled, "CREATE VIEW slow AS SELECT 1 AS a, pg_sleep(30)::text AS b")
    with pytest.raises(InputFileError, match="not done in time"):
        file_of(f"{filled}?table=slow")


def test_too_large_a_table_is_given_up(filled: str):
    run(filled, "CREATE VIEW large AS SELECT n, n AS m FROM generate_series(1, 200000) AS g(n)")
    with (
        reading_within(ReadBounds(unpacked_mb=1)),
        pytest.raises(InputFileError, match=r"\?table=public\.large holds more than 1 MB"),
    ):
        file_of(f"{filled}?table=large")


def test_what_is_refused_is_said_without_the_password(postgres_server: PostgresServer, filled: str):
    password = password_of(filled)
    name, port = filled.rsplit("/", 1)[1], postgres_server.port
    stranger = postgres_server.new_user()
    elsewhere = filled.replace(f":{port}", ":1")
    cases = {
        f"{elsewhere}?table=a": "Connection refused.*Check the address, the network",
        f"{filled.replace('owner:', 'owner:wrong')}?table=a": 'failed for user "owner". Check user',
        f"{postgres_server.url('nowhere')}?table=a": 'database "nowhere" does not exist. Check',
        f"{postgres_server.url(name, stranger)}?table=police.hate_crime": "permission denied",
        f"postgresql://owner:{password}@127.0.0.1:{port}/{name}?table=a": "not clear where",
        f"{filled}?tabel=a": "The address of the database cannot be read",
    }
    for address, words in cases.items():
        with pytest.raises(InputFileError, match=words) as refused:
            file_of(address)
        assert password not in str(refused.value)
        assert "wrong" not in str(refused.value)


def test_password_comes_from_the_environment_too(filled: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PGPASSWORD", password_of(filled))
    without = "postgresql://owner@" + filled.rsplit("@", 1)[1]
    assert file_of(f"{without}?table=police.hate_crime").content


def test_without_the_driver_the_extra_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(InputFileError, match=r'pip install "hotspots\[postgis\]"'):
        file_of("postgresql://csu@db.example/crime?table=a")


def test_row_numbers_are_those_of_the_exported_file(filled: str):
    run(filled, "UPDATE police.hate_crime SET occurred = NULL WHERE incident_id = 'C3'")
    report = read([f"{filled}?table=police.hate_crime"]).report
    [rejected] = report.rejected_rows[ROW]
    assert rejected == 4
    assert report.problems.query("row == 4")[COLUMN].tolist() == ["occurred"]
