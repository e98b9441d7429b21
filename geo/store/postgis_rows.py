"""Rows into a PostgreSQL database and out of it: CSV by COPY, made and read by pyarrow.

Values come back as they went in: texts (an empty one is not a missing one), times to the
microsecond, and numbers by the shortest decimal that stands for them.
"""

from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv
from numpy.typing import NDArray

from boundaries.errors import StoreError
from geo.schema import EASTING, NORTHING
from geo.store.parquet import GEOMETRY, SCHEMA, points_of, to_numpy

if TYPE_CHECKING:
    import psycopg
    from psycopg import sql

SETTINGS = """
    SET datestyle = 'ISO, YMD';
    SET extra_float_digits = 1;
    SET timezone = 'UTC';
    SET search_path = pg_catalog;
"""
"""What the server must not do in its own way, or in that of its users."""

_PIECE_BYTES = 1 << 25
_BLOCK_BYTES = 1 << 20


def copy_in(
    connection: "psycopg.Connection[Any]",
    table: "sql.Composable",
    schema: pa.Schema,
    tables: Iterable[pa.Table],
) -> None:
    """Add rows to a table; columns without sign keep their bits."""
    from psycopg import sql

    columns = sql.SQL(", ").join(sql.Identifier(name) for name in schema.names)
    query = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(table, columns)
    options = arrow_csv.WriteOptions(include_header=False)
    with connection.cursor().copy(query) as copy:
        for rows in tables:
            piece = BytesIO()
            arrow_csv.write_csv(
                _with_bits(rows.select(schema.names), _unsigned(schema), np.int64), piece, options
            )
            copy.write(piece.getbuffer())


def copy_out(
    connection: "psycopg.Connection[Any]",
    query: "sql.Composable",
    schema: pa.Schema,
    values: Sequence[Any] | None = None,
) -> pa.Table:
    """Give the rows of a query whose columns are those of a schema, in their order."""
    from psycopg import sql

    statement = sql.SQL("COPY ({}) TO STDOUT (FORMAT csv)").format(query)
    pieces: list[pa.Table] = []
    lines, size, longest = [], 0, 0
    with connection.cursor().copy(statement, values) as copy:
        for line in copy:  # whole rows, as the server sends them
            lines.append(line)
            size += len(line)
            longest = max(longest, len(line))
            if size > _PIECE_BYTES:
                pieces.append(_read(b"".join(lines), schema, longest))
                lines, size = [], 0
    if lines or not pieces:
        pieces.append(_read(b"".join(lines), schema, longest))
    return pa.concat_tables(pieces)


def without_points(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Give rows of ``geo.store.parquet.SCHEMA`` with easting and northing instead of points."""
    for table in tables:
        coordinates = (pa.array(axis, from_pandas=True) for axis in points_of(table))
        bare = table.drop_columns([GEOMETRY]).replace_schema_metadata()
        for name, values in zip((EASTING, NORTHING), coordinates, strict=True):
            bare = bare.append_column(name, values)
        yield bare


def with_points(table: pa.Table) -> pa.Table:
    """Take back what :func:`without_points` gave."""
    of_type = SCHEMA.field(GEOMETRY).type
    x, y = (_floats(table, name) for name in (EASTING, NORTHING))
    points = pa.StructArray.from_arrays(
        [pa.array(x), pa.array(y)],
        fields=[of_type.field(0), of_type.field(1)],
        mask=pa.array(np.isnan(x)),
    )
    return table.drop_columns([EASTING, NORTHING]).append_column(GEOMETRY, points)


def _floats(table: pa.Table, name: str) -> NDArray[np.float64]:
    return np.asarray(to_numpy(table[name]), np.float64)


def _with_bits(
    table: pa.Table, columns: Iterable[str], kind: type[np.int64 | np.uint64]
) -> pa.Table:
    """Take the bits of columns for numbers with or without sign."""
    for name in columns:
        bits = pa.array(np.asarray(to_numpy(table[name])).view(kind))
        table = table.set_column(table.schema.names.index(name), name, bits)
    return table


def _unsigned(schema: pa.Schema) -> list[str]:
    return [field.name for field in schema if field.type == pa.uint64()]


def _read(content: bytes, schema: pa.Schema, longest: int) -> pa.Table:
    """Make a table of rows, of which none is longer than so many bytes.

    Raises
    ------
    StoreError
        Somebody has put values there that cannot be, such as a time without end.
    """
    if not content:
        return schema.empty_table()
    unsigned = _unsigned(schema)
    types = {field.name: field.type for field in schema} | dict.fromkeys(unsigned, pa.int64())
    convert = arrow_csv.ConvertOptions(
        column_types=types,
        null_values=[""],
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
        true_values=["t"],
        false_values=["f"],
    )
    # No row is found that is longer than a block.
    blocks = max(_BLOCK_BYTES, longest + 1)
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(content),
            arrow_csv.ReadOptions(column_names=schema.names, block_size=blocks),
            arrow_csv.ParseOptions(newlines_in_values=True),
            convert,
        )
    except pa.ArrowInvalid as error:
        msg = (
            f"The tables of the store hold a value that it never wrote ({error}). Restore the "
            "database from a backup."
        )
        raise StoreError(msg) from error
    return _with_bits(table, unsigned, np.uint64).cast(schema)
