"""Tables and views of a PostgreSQL database, as the file that they would be if exported."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from boundaries.errors import InputFileError, ParameterError
from geo.postgres import Address, connect, in_words, schema_of_postgis
from geo.readers.bounds import bounds
from geo.readers.columns import LATITUDE, LONGITUDE
from geo.readers.sources import InputFile
from geo.schema import EASTING, NORTHING

if TYPE_CHECKING:
    import psycopg
    from psycopg import sql

STATEMENT_TIMEOUT_S = 600
"""A view that computes for longer is asked for as a table of its results."""

_TABLE, _GEOMETRY = "table", "geometry"
_GRID, _DEGREES = 27700, 4326
_TEXT_TYPES = (25, 1042, 1043)  # text, character, character varying
_MOMENT_TYPE = 1184  # timestamp with time zone
_BYTES_TYPE = 17
_KINDS_OF_TABLES = "rvmfp"  # tables, views, materialised views, foreign and partitioned tables
_POSITIONS = (EASTING, NORTHING, LONGITUDE, LATITUDE)


@dataclass(frozen=True)
class TableFile(InputFile):
    """What a table holds, as CSV; its name is the address without password."""

    @property
    def stem(self) -> str:
        """The name of the table with that of its schema."""
        return self.name.rpartition(f"?{_TABLE}=")[2]


def file_of(url: str) -> TableFile:
    """Read a table or a view.

    Parameters
    ----------
    url
        ``postgresql://user@host/database?table=schema.view``, with ``&geometry=column`` where it
        has more than one. Names are taken exactly as written.

    Returns
    -------
    TableFile
        CSV with the table's columns; a geometry column becomes two, ``easting`` and ``northing``
        where it is in EPSG:27700, else ``longitude`` and ``latitude`` (EPSG:4326), which the
        reader projects as it does those of every other file. Columns of the table with such a
        heading are marked as its own and not used. Instead of coordinates a line or polygon
        brings its word, so that its row is reported. Times with a zone are London local times.
        Rows are in the order of the primary key, or of their texts where there is none, so that
        the same rows are the same file.

    Raises
    ------
    InputFileError
        There is no such table, it cannot be read, or the database cannot be reached.
    """
    try:
        address = Address.parse(url, own=(_TABLE, _GEOMETRY))
    except ParameterError as error:
        raise InputFileError(str(error)) from error
    with in_words(address, InputFileError), connect(address, InputFileError) as connection:
        _read_only(connection)
        schema_of_postgis(connection)
        table = _table(address, connection)
        name = f"{address.shown}?{_TABLE}={table.name}"
        return TableFile(name, _csv(table, connection, name), kind="database table")


@dataclass(frozen=True)
class _Table:
    """A table: its names, its columns with their types, and the columns to order it by."""

    schema: str
    relation: str
    columns: tuple[tuple[str, int], ...]
    geometry: str | None
    srids: tuple[int, ...]
    key: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.schema}.{self.relation}"


def _read_only(connection: "psycopg.Connection[Any]") -> None:
    import psycopg

    connection.read_only = True
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    timeout = f"{STATEMENT_TIMEOUT_S}s"
    connection.execute("SELECT set_config('statement_timeout', %s, false)", [timeout])
    connection.execute("SET datestyle = 'ISO, YMD'")
    connection.execute("SET extra_float_digits = 1")  # as many digits as the number has


def _table(address: Address, connection: "psycopg.Connection[Any]") -> _Table:
    from psycopg import sql

    schema, relation, number = _found(address, connection)
    identifier = sql.Identifier(schema, relation)
    cursor = connection.execute(sql.SQL("SELECT * FROM {} LIMIT 0").format(identifier))
    columns = tuple((column.name, column.type_code) for column in cursor.description or ())
    geometry = _geometry(address, relation, columns, connection)
    return _Table(
        schema,
        relation,
        tuple(column for column in columns if column[0] not in geometry),
        geometry[0] if geometry else None,
        _srids(identifier, geometry[0], connection) if geometry else (),
        _key(number, connection),
    )


def _found(address: Address, connection: "psycopg.Connection[Any]") -> tuple[str, str, int]:
    given = address.extras.get(_TABLE, "")
    row = connection.execute(
        """
        SELECT n.nspname, c.relname, c.oid
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.oid = to_regclass(%s) AND c.relkind = ANY (%s)
        """,
        [_quoted(given), list(_KINDS_OF_TABLES)],
    ).fetchone()
    if row is not None:
        return row[0], row[1], row[2]
    wanted = f"has no table or view {given!r}" if given else "needs the name of a table or view"
    there = ", ".join(_tables_like(given, connection)) or "none that this user may see"
    msg = (
        f"{address.shown} {wanted}. Write it behind the address as ?table=schema.name, exactly as "
        f"it is spelt. There are: {there}."
    )
    raise InputFileError(msg)


def _quoted(given: str) -> str | None:
    """Give the identifier in quotation marks; schema and name are parted by the first dot."""
    from psycopg import sql

    names = [name for name in given.split(".", 1) if name]
    return sql.Identifier(*names).as_string() if names and "\0" not in given else None


def _tables_like(given: str, connection: "psycopg.Connection[Any]") -> list[str]:
    """Name tables, those of the same name in other letters first."""
    rows = connection.execute(
        """
        SELECT n.nspname || '.' || c.relname
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = ANY (%s) AND has_table_privilege(c.oid, 'SELECT')
            AND n.nspname !~ '^(pg_|information_schema$)'
            AND NOT EXISTS (
                SELECT FROM pg_depend d
                WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
            )
        ORDER BY lower(c.relname) <> lower(%s), 1 LIMIT 10
        """,
        [list(_KINDS_OF_TABLES), given.split(".", 1)[-1].replace("\0", "")],
    )
    return [name for (name,) in rows]


def _geometry(
    address: Address,
    relation: str,
    columns: Sequence[tuple[str, int]],
    connection: "psycopg.Connection[Any]",
) -> tuple[str, ...]:
    """Give the column with the position first, then the other columns with shapes."""
    rows = connection.execute(
        "SELECT to_regtype(name)::oid FROM unnest(ARRAY['geometry', 'geography']) AS name"
    ).fetchall()
    types = {number for (number,) in rows}
    shapes = [name for name, of_type in columns if of_type in types]
    wanted = address.extras.get(_GEOMETRY)
    if wanted is None and len(shapes) < 2:
        return tuple(shapes)
    if wanted in shapes:
        return wanted, *(name for name in shapes if name != wanted)
    there = ", ".join(shapes) or "none"
    if wanted is None:
        msg = (
            f"{relation} has several geometry columns: {there}. Add &geometry= and the one to use."
        )
    else:
        msg = f"{relation} has no geometry column {wanted!r}; there are: {there}."
    raise InputFileError(msg)


def _srids(
    table: "sql.Identifier", geometry: str, connection: "psycopg.Connection[Any]"
) -> tuple[int, ...]:
    """Give the reference systems in use.

    Raises
    ------
    InputFileError
        A position is in none: nobody can know where it is.
    """
    from psycopg import sql

    query = sql.SQL("SELECT ST_SRID({column}::geometry), count(*) FROM {table} GROUP BY 1").format(
        column=sql.Identifier(geometry), table=table
    )
    counts = {srid: count for srid, count in connection.execute(query) if srid is not None}
    if without := counts.get(0):
        msg = (
            f"{without:,} positions in column {geometry!r} have no reference system (SRID 0). Set "
            "it in the database with UpdateGeometrySRID, 27700 for the British National Grid."
        )
        raise InputFileError(msg)
    return tuple(sorted(counts))


def _key(number: int, connection: "psycopg.Connection[Any]") -> tuple[str, ...]:
    rows = connection.execute(
        """
        SELECT a.attname
        FROM pg_index i, unnest(i.indkey) WITH ORDINALITY AS k (attnum, place), pg_attribute a
        WHERE i.indrelid = %(table)s AND i.indisprimary
            AND a.attrelid = i.indrelid AND a.attnum = k.attnum
        ORDER BY k.place
        """,
        {"table": number},
    )
    return tuple(name for (name,) in rows)


def _csv(table: _Table, connection: "psycopg.Connection[Any]", name: str) -> bytes:
    from psycopg import sql

    query = sql.SQL("COPY ({}) TO STDOUT (FORMAT csv, HEADER)").format(_query(table))
    pieces, size = [], 0
    with connection.cursor().copy(query) as copy:
        for piece in copy:
            pieces.append(bytes(piece))
            size += len(piece)
            if size > bounds().unpacked_bytes:
                msg = (
                    f"{name} holds more than {bounds().unpacked_in_words} as text. Make a view "
                    "with fewer columns or rows and name that."
                )
                raise InputFileError(msg)
    return b"".join(pieces)


def _query(table: _Table) -> "sql.Composed":
    from psycopg import sql

    fields = [_field(name, of_type, marked=table.geometry) for name, of_type in table.columns]
    if table.geometry is not None:
        fields += _coordinates(table.geometry, table.srids)
    order = sql.SQL(", ").join(sql.Identifier("t", name) for name in table.key)
    return sql.SQL("SELECT {fields} FROM {table} AS t ORDER BY {order}").format(
        fields=sql.SQL(", ").join(fields),
        table=sql.Identifier(table.schema, table.relation),
        order=order if table.key else sql.SQL('t::text COLLATE "C"'),
    )


def _field(name: str, of_type: int, *, marked: str | None) -> "sql.Composed":
    """Give a column as it goes into the file."""
    from psycopg import sql

    forms = {
        # An empty text is as good as none, and its quotation marks would slow the reader down.
        **dict.fromkeys(_TEXT_TYPES, "NULLIF({}, '')"),
        _MOMENT_TYPE: "{} AT TIME ZONE 'Europe/London'",
        _BYTES_TYPE: "octet_length({}) || ' bytes'",
    }
    own = marked is not None and name.strip().lower() in _POSITIONS
    heading = f"{name} (not that of {marked})" if own else name
    value = sql.SQL(forms.get(of_type, "{}")).format(sql.Identifier("t", name))
    return sql.SQL("{} AS {}").format(value, sql.Identifier(heading))


def _coordinates(geometry: str, srids: Sequence[int]) -> list["sql.Composed"]:
    """Give two columns: numbers of points, the word for other shapes, nothing where empty."""
    from psycopg import sql

    shape = sql.SQL("{}::geometry").format(sql.Identifier("t", geometry))
    # A layer of single points is often declared as one of groups of points.
    point = sql.SQL(
        "CASE WHEN ST_NumGeometries({0}) = 1"
        " AND ST_GeometryType(ST_GeometryN({0}, 1)) = 'ST_Point' THEN ST_GeometryN({0}, 1) END"
    ).format(shape)
    in_grid = tuple(srids) == (_GRID,)
    if set(srids) - {_GRID, _DEGREES} or len(srids) > 1:
        point = sql.SQL("ST_Transform({}, {})").format(point, sql.Literal(_DEGREES))
    word = sql.SQL("lower(substr(ST_GeometryType({}), 4))").format(shape)
    headings = (EASTING, NORTHING) if in_grid else (LONGITUDE, LATITUDE)
    return [
        sql.SQL("CASE WHEN NOT ST_IsEmpty({}) THEN COALESCE({}({})::text, {}) END AS {}").format(
            shape, sql.SQL(axis), point, word, sql.Identifier(heading)
        )
        for axis, heading in zip(("ST_X", "ST_Y"), headings, strict=True)
    ]
