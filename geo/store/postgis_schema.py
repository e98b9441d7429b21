"""The tables of a store in PostGIS: plain typed columns that QGIS and SQL read as they are."""

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from boundaries.errors import StoreError
from geo.postgres import schema_of_postgis
from geo.report import PROBLEM_COLUMNS, ROW
from geo.schema import EASTING, LATER_COLUMNS, NORTHING, OCCURRED
from geo.store.interface import IMPORT_NUMBER
from geo.store.parquet import CONTENT_HASH, GEOMETRY, KEY, SCHEMA, SUPERSEDED

if TYPE_CHECKING:
    import psycopg
    from psycopg import sql

HOTSPOTS = "hotspots"
"""The schema that everything is in."""

VERSION = 2
"""Newest version of a store that this program knows; 1 is without ``LATER_COLUMNS``."""

LOCK = (0x686F7473, 1)
"""Advisory lock of whoever writes; numbers of the database's own."""

POSITION = "position"

_TYPES = {
    pa.string(): "text",
    pa.bool_(): "boolean",
    pa.timestamp("us"): "timestamp",
    pa.int32(): "integer",
    pa.int64(): "bigint",
    pa.uint64(): "bigint",  # the same 64 bits, the upper half as negative numbers
    pa.float64(): "double precision",
}

INCIDENTS = pa.schema(
    [
        *(field for field in SCHEMA if field.name != GEOMETRY),
        pa.field(EASTING, pa.float64()),
        pa.field(NORTHING, pa.float64()),
    ]
)
"""Columns of incidents as they are copied in and out; keys and hashes without sign."""

FIRST_INCIDENTS = pa.schema([field for field in INCIDENTS if field.name not in LATER_COLUMNS])
"""Columns of incidents in a store of version 1."""

PROBLEMS = pa.schema(
    [pa.field(name, pa.int64() if name == ROW else pa.string()) for name in PROBLEM_COLUMNS]
)
"""Columns of problems as they are copied out; copied in, the number of their import is first."""

_TABLES = f"""
CREATE TABLE {{schema}}.format (
    version integer NOT NULL,
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row)
);
INSERT INTO {{schema}}.format (version) VALUES (1);

CREATE TABLE {{schema}}.imports (
    number integer PRIMARY KEY,
    added timestamptz NOT NULL,
    who text NOT NULL,
    source text NOT NULL,
    undone boolean NOT NULL DEFAULT false,
    manifest jsonb NOT NULL
);

CREATE TABLE {{schema}}.incidents (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    {{columns}},
    geom {{postgis}}.geometry(Point, 27700) GENERATED ALWAYS AS (
        {{postgis}}.ST_SetSRID({{postgis}}.ST_MakePoint({EASTING}, {NORTHING}), 27700)
    ) STORED
);
CREATE INDEX ON {{schema}}.incidents ({OCCURRED});
CREATE INDEX ON {{schema}}.incidents ({KEY}, {IMPORT_NUMBER});
CREATE INDEX ON {{schema}}.incidents USING brin ({IMPORT_NUMBER});
CREATE INDEX ON {{schema}}.incidents USING gist (geom);

CREATE TABLE {{schema}}.problems (
    {IMPORT_NUMBER} integer NOT NULL,
    {POSITION} bigint GENERATED ALWAYS AS IDENTITY,
    {{problems}},
    PRIMARY KEY ({IMPORT_NUMBER}, {POSITION})
);

CREATE TABLE {{schema}}.journal (
    number integer PRIMARY KEY,
    content text NOT NULL,
    checksum text NOT NULL
);
CREATE FUNCTION {{schema}}.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the journal is only added to';
END $$;
CREATE TRIGGER only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON {{schema}}.journal
    FOR EACH STATEMENT EXECUTE FUNCTION {{schema}}.refuse_change();

"""
_LATER = """
ALTER TABLE {schema}.incidents {added};
UPDATE {schema}.format SET version = 2;
"""
_VIEW = f"""
CREATE OR REPLACE VIEW {{schema}}.current_incidents AS
    SELECT i.id, {{names}}, i.geom{{later}}
    FROM {{schema}}.incidents i JOIN {{schema}}.imports m ON m.number = i.{IMPORT_NUMBER}
    WHERE NOT m.undone AND NOT i.{SUPERSEDED} AND NOT EXISTS (
        SELECT
        FROM {{schema}}.incidents l JOIN {{schema}}.imports n ON n.number = l.{IMPORT_NUMBER}
        WHERE l.{KEY} = i.{KEY} AND l.{IMPORT_NUMBER} > i.{IMPORT_NUMBER} AND NOT n.undone
    );
COMMENT ON VIEW {{schema}}.current_incidents IS
    'What counts: of each incident the version of the latest import that is not undone';
"""
_HIDDEN = (KEY, CONTENT_HASH, SUPERSEDED)


def version_of(connection: "psycopg.Connection[Any]") -> int | None:
    """Give the version of the store in a database; None where there is no store."""
    # Asked of the tables: what PostgreSQL remembers of names may be older than the lock.
    query = """
        SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = %s AND c.relname = 'format'
    """
    if connection.execute(query, [HOTSPOTS]).fetchone() is None:
        return None
    found = connection.execute("SELECT version FROM hotspots.format").fetchone()
    return None if found is None else int(found[0])


def check_version(version: int, shown: str) -> None:
    """Refuse a store that a newer program has made.

    Raises
    ------
    StoreError
        It is of a newer version.
    """
    if version > VERSION:
        msg = (
            f"The store {shown} is of version {version}, and this program knows version {VERSION} "
            "only. Install a newer version of hotspots."
        )
        raise StoreError(msg)


def create(connection: "psycopg.Connection[Any]", shown: str) -> None:
    """Make the tables, in the transaction of the connection.

    Raises
    ------
    StoreError
        PostGIS or a right is missing, or the schema is somebody else's.
    """
    from psycopg import errors, sql

    encoding = connection.execute("SHOW server_encoding").fetchone()
    if encoding != ("UTF8",):
        msg = (
            f"{shown} has the encoding {(encoding or ['?'])[0]}, which has not all letters. Ask "
            "the administrator for a database with the encoding UTF8."
        )
        raise StoreError(msg)
    postgis = _postgis(connection, shown)
    if not _is_free(connection):
        msg = f"{shown} has a schema {HOTSPOTS} that is no store. Name another database."
        raise StoreError(msg)
    try:
        with connection.transaction():
            if not _has_schema(connection):
                connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(HOTSPOTS)))
            connection.execute(_statements(postgis))
    except errors.InsufficientPrivilege as error:
        user = connection.execute("SELECT quote_ident(current_user)").fetchone()
        msg = (
            f"{shown}: this user may not make the schema of the store. Ask the administrator to "
            f"run in this database: CREATE SCHEMA {HOTSPOTS} AUTHORIZATION {(user or ['?'])[0]};"
        )
        raise StoreError(msg) from error


def _postgis(connection: "psycopg.Connection[Any]", shown: str) -> str:
    """Give the schema of PostGIS, after switching it on where that is allowed."""
    from psycopg import Error

    found = schema_of_postgis(connection)
    if found is not None:
        return found
    try:
        with connection.transaction():
            connection.execute("CREATE EXTENSION postgis SCHEMA public")
    except Error as error:
        msg = (
            f"{shown} has no PostGIS. Ask the administrator to run in this database: CREATE "
            "EXTENSION postgis; (on Debian the server needs the package postgresql-postgis)."
        )
        raise StoreError(msg) from error
    return schema_of_postgis(connection) or "public"


def _has_schema(connection: "psycopg.Connection[Any]") -> bool:
    query = "SELECT FROM pg_namespace WHERE nspname = %s"
    return connection.execute(query, [HOTSPOTS]).fetchone() is not None


def _is_free(connection: "psycopg.Connection[Any]") -> bool:
    query = """
        SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = %s
    """
    return connection.execute(query, [HOTSPOTS]).fetchone() is None


def _statements(postgis: str) -> "sql.Composed":
    from psycopg import sql

    tables = sql.SQL(_TABLES).format(
        schema=sql.Identifier(HOTSPOTS),
        postgis=sql.Identifier(postgis),
        columns=sql.SQL(", ").join(map(_column, FIRST_INCIDENTS)),
        problems=sql.SQL(", ").join(map(_column, PROBLEMS)),
    )
    return tables + _later_statements()


def _later_statements() -> "sql.Composed":
    """Add the columns that came later; a view can only get more of them at its end."""
    from psycopg import sql

    names = [field.name for field in FIRST_INCIDENTS if field.name not in _HIDDEN]
    added = [sql.SQL("ADD COLUMN ") + _column(INCIDENTS.field(name)) for name in LATER_COLUMNS]
    later = sql.SQL(", ").join(sql.Identifier("i", name) for name in LATER_COLUMNS)
    return sql.SQL(_LATER + _VIEW).format(
        schema=sql.Identifier(HOTSPOTS),
        added=sql.SQL(", ").join(added),
        names=sql.SQL(", ").join(sql.Identifier("i", name) for name in names),
        later=sql.SQL(", ") + later,
    )


def has_later_columns(connection: "psycopg.Connection[Any]") -> bool:
    """Say whether the store has the columns that came later."""
    query = """
        SELECT FROM pg_attribute WHERE attname = %s AND NOT attisdropped
            AND attrelid = 'hotspots.incidents'::regclass
    """
    return connection.execute(query, [LATER_COLUMNS[-1]]).fetchone() is not None


def add_later_columns(connection: "psycopg.Connection[Any]", shown: str) -> None:
    """Add the columns that came later to a store of version 1, in the connection's transaction.

    Raises
    ------
    StoreError
        The tables belong to another user.
    """
    from psycopg import errors

    try:
        with connection.transaction():
            connection.execute(_later_statements())
    except errors.InsufficientPrivilege as error:
        msg = (
            f"{shown} has no columns for outcomes and ways of reporting yet, and this user may not "
            "add them. Ask whoever made the store to import a file that has outcomes; nothing was "
            "changed."
        )
        raise StoreError(msg) from error


def _column(field: pa.Field) -> "sql.Composed":
    from psycopg import sql

    kind = _TYPES[field.type] + ("" if field.nullable else " NOT NULL")
    return sql.SQL("{} {}").format(sql.Identifier(field.name), sql.SQL(kind))
