"""Outcomes and ways of reporting: stores made before them stay good, and get them when needed."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import psycopg
import pyarrow.parquet as pq
import pytest

from boundaries.errors import StoreError
from geo.readers.importing import Import
from geo.schema import INCIDENT_ID, OUTCOME, REPORTING_ROUTE, Incidents
from geo.selection import Selection
from geo.store import Store, open_store
from geo.store.parquet import SCHEMA
from geo.store.postgis_schema import add_later_columns
from tests.store_samples import Said, make_import

# The view as the first version of the store made it.
_FIRST_VIEW = """
    CREATE VIEW hotspots.current_incidents AS
    SELECT i.id, i.import_number, i.file, i.row, i.incident_id, i.source, i.category, i.geom
    FROM hotspots.incidents i JOIN hotspots.imports m ON m.number = i.import_number
    WHERE NOT m.undone AND NOT i.superseded
"""
ROWS = [Said("1"), Said("2", time="2024-05-02"), Said("3", time="2024-06-02")]


def make_first(address: str) -> None:
    """Take from a database what the first version of the store did not have."""
    with psycopg.connect(address) as connection:
        connection.execute("DROP VIEW hotspots.current_incidents")
        for name in (OUTCOME, REPORTING_ROUTE):
            connection.execute(f"ALTER TABLE hotspots.incidents DROP COLUMN {name}")
        connection.execute("UPDATE hotspots.format SET version = 1")


@pytest.fixture(params=["folder", "postgis"])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a store of the first version is, without imports."""
    if request.param == "folder":
        where = str(tmp_path / "store")
        open_store(where)
        return where
    address: str = request.getfixturevalue("database")
    open_store(address)
    make_first(address)
    return address


def version(location: str) -> int:
    if not location.startswith("postgresql"):
        return int(json.loads((Path(location) / "store.json").read_text())["version"])
    with psycopg.connect(location) as connection:
        (found,) = connection.execute("SELECT version FROM hotspots.format").fetchone() or (0,)
    return int(found)


def with_outcomes(imported: Import, *outcomes: str | None) -> Import:
    values = pd.Series(list(outcomes), dtype="str")
    frame = imported.incidents.frame.assign(**{OUTCOME: values})
    return replace(imported, incidents=Incidents(frame))


def outcomes_of(store: Store, **chosen: Any) -> dict[str, str | None]:
    frame = store.read(Selection(**chosen)).frame
    values = frame[OUTCOME].astype(object).where(frame[OUTCOME].notna(), None)
    return dict(zip(frame[INCIDENT_ID], values, strict=True))


def test_a_store_of_the_first_version_goes_on_and_gets_the_columns_when_needed(
    location: str,
) -> None:
    store = open_store(location)
    store.add(make_import(ROWS), who="A", source="police")
    assert version(location) == 1
    assert OUTCOME not in store.read().frame
    assert store.versions("police", "1")[OUTCOME].isna().all()
    assert store.check() == []

    updated = with_outcomes(make_import(ROWS), "Charged", None, "Caution")
    preview = store.preview(updated)
    assert (preview.new, preview.updated, preview.duplicates) == (0, 2, 1)
    store.add(updated, who="A", source="police", again=True)
    assert version(location) == 2
    assert outcomes_of(store) == {"1": "Charged", "2": None, "3": "Caution"}
    assert outcomes_of(store, start=date(2024, 5, 1)) == {"2": None, "3": "Caution"}
    assert store.versions("police", "1")[OUTCOME].fillna("").tolist() == ["Charged", ""]
    assert store.check() == open_store(location).check() == []

    store.add(make_import([Said("4")]), who="A", source="police")
    store.undo(2, who="A")
    assert OUTCOME not in store.read().frame
    store.restore(2, who="A")
    store.purge(date(2024, 5, 1), who="A")
    assert outcomes_of(store) == {"2": None, "3": "Caution"}
    assert store.check() == []


def test_files_without_outcomes_are_as_they_always_were(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "store"))
    store.add(make_import(ROWS), who="A", source="police")
    store.add(with_outcomes(make_import([Said("9")]), "Charged"), who="A", source="police")
    first, second = (
        pq.read_schema(tmp_path / "store" / "imports" / number / "incidents.parquet").names
        for number in ("000001", "000002")
    )
    assert second == [name for name in SCHEMA.names if name != REPORTING_ROUTE]
    assert first == [name for name in second if name != OUTCOME]


def test_the_view_that_others_read_gets_the_columns_at_its_end(database: str) -> None:
    store = open_store(database)
    make_first(database)
    with psycopg.connect(database) as connection:
        connection.execute(_FIRST_VIEW.replace("i.category, i.geom", _all_first(connection)))
    store.add(with_outcomes(make_import(ROWS[:1]), "Charged"), who="A", source="police")
    with psycopg.connect(database) as connection:
        cursor = connection.execute("SELECT * FROM hotspots.current_incidents")
        names = [column.name for column in cursor.description or ()]
        assert names[-3:] == ["geom", OUTCOME, REPORTING_ROUTE]
        assert [row[-2:] for row in cursor.fetchall()] == [("Charged", None)]


def _all_first(connection: "psycopg.Connection[Any]") -> str:
    """Name the other columns of the first view, in their order."""
    rows = connection.execute(
        """
        SELECT attname FROM pg_attribute
        WHERE attrelid = 'hotspots.incidents'::regclass AND attnum > 0 AND NOT attisdropped
        ORDER BY attnum
        """
    ).fetchall()
    own = ("id", "import_number", "file", "row", "incident_id", "source", "geom")
    hidden = ("incident_key", "content_hash", "superseded")
    names = [name for (name,) in rows if name not in (*own, *hidden)]
    return ", ".join(f"i.{name}" for name in [*names, "geom"])


def test_who_may_not_add_columns_is_told_what_to_do(database: str) -> None:
    open_store(database)
    make_first(database)
    writer = "writer_" + database.rsplit("/", 1)[1].replace("-", "_")
    with psycopg.connect(database) as connection:
        connection.execute(f"CREATE ROLE {writer}")
        connection.execute(f"GRANT USAGE ON SCHEMA hotspots TO {writer}")
        connection.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA hotspots TO {writer}")
    try:
        with psycopg.connect(database) as connection:
            connection.execute(f"SET ROLE {writer}")
            with pytest.raises(StoreError, match="Ask whoever made the store to import a file"):
                add_later_columns(connection, "the store")
            connection.execute("RESET ROLE")
    finally:
        with psycopg.connect(database) as connection:
            connection.execute(f"DROP OWNED BY {writer}")
            connection.execute(f"DROP ROLE {writer}")
