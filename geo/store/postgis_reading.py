"""Incidents out of a store in PostGIS: what is current, what a selection needs, what was said."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from geo.identity import incident_keys
from geo.report import FILE, PROBLEM_COLUMNS, ROW
from geo.schema import (
    CATEGORY,
    INCIDENT_ID,
    IS_CRIME,
    LATER_COLUMNS,
    OCCURRED,
    OPTIONAL_COLUMNS,
    REQUIRED_COLUMNS,
    SOURCE,
    STRAND_COLUMNS,
    Incidents,
)
from geo.selection import Selection
from geo.store.files import bounds_of, columns_of, incidents_of
from geo.store.interface import CURRENT, IMPORT_NUMBER, REPLACED, STATUS, UNDONE, VERSION_COLUMNS
from geo.store.manifest import Contents, Kept
from geo.store.parquet import CONTENT_HASH, KEY, SUPERSEDED, frame_of, to_numpy
from geo.store.postgis_rows import copy_out, with_points
from geo.store.postgis_schema import INCIDENTS, POSITION, PROBLEMS, has_later_columns
from geo.store.versions import Earlier

if TYPE_CHECKING:
    import psycopg
    from psycopg import sql

_KEYS_AT_ONCE = 1_000_000

_REPLACED = """
    EXISTS (
        SELECT FROM hotspots.incidents l
        WHERE l.incident_key = i.incident_key AND l.import_number > i.import_number
            AND l.import_number = ANY (%s)
    )
"""


def read_current(
    connection: "psycopg.Connection[Any]", contents: Contents, selection: Selection
) -> Incidents:
    """Give the current incidents of a selection, by time, then key."""
    columns = columns_of(contents.columns)
    where, values = current(contents)
    for condition, value in _conditions(selection):
        where += f" AND {condition}"
        values += value
    table = _incidents(connection, [KEY, *columns], where, values)
    incidents = incidents_of([with_points(table)], columns)
    mask = selection.mask(incidents)
    return incidents if mask.all() else Incidents(incidents.frame[mask].reset_index(drop=True))


def current(contents: Contents) -> tuple[str, list[Any]]:
    """Give the condition, and its values, under which a row of incidents ``i`` is current."""
    active = [kept.number for kept in contents.active]
    # Most imports repeat nothing, and then no row has to be looked up in the others.
    repeating = [kept.number for kept in contents.active if kept.repeated]
    where, values = f"i.import_number = ANY (%s) AND NOT i.{SUPERSEDED}", [active]
    if repeating:
        where += f" AND NOT {_REPLACED}"
        values.append(repeating)
    return where, values


def read_import(connection: "psycopg.Connection[Any]", kept: Kept) -> Incidents:
    """Give the incidents of one import, by time, then key."""
    columns = columns_of(kept.columns)
    where = "i.import_number = %s ORDER BY i.id"  # as they were put in
    table = _incidents(connection, [KEY, *columns], where, [kept.number])
    return incidents_of([with_points(table)], columns)


def read_all(connection: "psycopg.Connection[Any]", kept: Kept) -> pa.Table:
    """Give everything that is kept of the incidents of one import, as ``INCIDENTS``."""
    where = "i.import_number = %s ORDER BY i.id"
    return _incidents(connection, INCIDENTS.names, where, [kept.number])


def read_versions(
    connection: "psycopg.Connection[Any]", contents: Contents, source: str, incident_id: str
) -> pd.DataFrame:
    """Give all rows about one incident, newest import first, with ``VERSION_COLUMNS``."""
    asked = pd.DataFrame({SOURCE: [source], INCIDENT_ID: [incident_id]}, dtype="str")
    key = int(incident_keys(asked).view(np.int64)[0])
    names = [IMPORT_NUMBER, FILE, ROW, SUPERSEDED, *REQUIRED_COLUMNS, *OPTIONAL_COLUMNS]
    where = f"i.{KEY} = %s ORDER BY i.import_number DESC, i.superseded, i.id"
    table = with_points(_incidents(connection, names, where, [key]))
    rows = frame_of(table, names)
    rows = rows[(rows[SOURCE] == source) & (rows[INCIDENT_ID] == incident_id)]
    undone = {number for number, kept in contents.imports.items() if kept.entry.undone}
    is_undone = rows[IMPORT_NUMBER].isin(undone).to_numpy(np.bool_)
    status = np.where(is_undone, UNDONE, REPLACED).astype(object)
    counting = np.flatnonzero(~is_undone & ~rows[SUPERSEDED].to_numpy(np.bool_))
    status[counting[:1]] = CURRENT
    rows[STATUS] = pd.Series(status, rows.index, dtype="str")
    return rows[list(VERSION_COLUMNS)].reset_index(drop=True)


def read_problems(connection: "psycopg.Connection[Any]", number: int) -> pd.DataFrame:
    """Give the problems of an import, in their order."""
    from psycopg import sql

    query = sql.SQL("SELECT {} FROM hotspots.problems WHERE import_number = %s ORDER BY {}").format(
        _names(PROBLEMS.names), sql.Identifier(POSITION)
    )
    frame: pd.DataFrame = copy_out(connection, query, PROBLEMS, [number]).to_pandas()
    return frame.astype({name: "int64" if name == ROW else "str" for name in PROBLEM_COLUMNS})


def earlier(
    connection: "psycopg.Connection[Any]", contents: Contents, keys: NDArray[np.uint64]
) -> Iterator[Earlier]:
    """Give what the imports have of incidents with these keys, shape (n,), newest first."""
    from psycopg import sql

    schema = pa.schema([INCIDENTS.field(name) for name in (IMPORT_NUMBER, KEY, CONTENT_HASH)])
    query = sql.SQL(
        "SELECT i.import_number, i.incident_key, i.content_hash FROM hotspots.incidents i "
        "JOIN unnest(%s::bigint[]) AS asked (key) ON asked.key = i.incident_key "
        "WHERE NOT i.superseded"
    )
    unique = np.unique(keys).view(np.int64)
    found = pa.concat_tables(
        copy_out(connection, query, schema, [_array(unique[start : start + _KEYS_AT_ONCE])])
        for start in range(0, max(len(unique), 1), _KEYS_AT_ONCE)
    )
    numbers, keys, hashes = (to_numpy(found[name]) for name in schema.names)
    for number, kept in reversed(list(contents.imports.items())):
        rows = numbers == number
        if rows.any():
            yield Earlier(number, kept.entry.undone, keys[rows], hashes[rows])


def _incidents(
    connection: "psycopg.Connection[Any]", names: Sequence[str], where: str, values: list[Any]
) -> pa.Table:
    from psycopg import sql

    shown = _names(names, "i")
    if set(names) & set(LATER_COLUMNS) and not has_later_columns(connection):
        shown = sql.SQL(", ").join(
            sql.SQL("NULL::text") if name in LATER_COLUMNS else sql.Identifier("i", name)
            for name in names
        )
    query = sql.SQL("SELECT {} FROM hotspots.incidents i WHERE {}").format(shown, sql.SQL(where))
    schema = pa.schema([INCIDENTS.field(name) for name in names])
    return copy_out(connection, query, schema, values)


def _names(names: Sequence[str], of: str | None = None) -> "sql.Composed":
    from psycopg import sql

    prefix = (of,) if of else ()
    return sql.SQL(", ").join(sql.Identifier(*prefix, name) for name in names)


def _conditions(selection: Selection) -> Iterator[tuple[str, list[Any]]]:
    """Give what the server can decide; the selection itself decides again."""
    bounds = bounds_of(selection)
    if bounds.start:
        yield f"i.{OCCURRED} >= %s", [bounds.start]
    if bounds.end:
        yield f"i.{OCCURRED} < %s", [bounds.end]
    if selection.sources is not None:
        yield f"i.{SOURCE} = ANY (%s::text[])", [list(selection.sources)]
    if selection.categories is not None:
        yield f"i.{CATEGORY} = ANY (%s::text[])", [list(selection.categories)]
    if selection.kind != "all":
        yield f"i.{IS_CRIME} = %s", [selection.kind == "crime"]
    if selection.strands is not None:
        carried = " OR ".join(f"i.{STRAND_COLUMNS[strand]}" for strand in selection.strands)
        yield f"({carried or 'false'})", []
    if bounds.box:
        west, south, east, north = bounds.box
        envelope = "ST_MakeEnvelope(%s, %s, %s, %s, 27700)"
        yield f"i.geom && {envelope}", [west, south, east, north]


def _array(numbers: NDArray[np.int64]) -> str:
    """Write numbers as PostgreSQL writes an array; the driver is slow with millions of them."""
    return "{" + ",".join(map(str, numbers.tolist())) + "}"
