"""Deleting for good what happened before a day, in a store in PostGIS."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from geo.report import DUPLICATE
from geo.schema import EASTING, NORTHING
from geo.store.manifest import Contents, Kept
from geo.store.postgis_checksums import checksums_there
from geo.store.postgis_reading import current
from geo.wards.join import Location, ward_lookup

if TYPE_CHECKING:
    import psycopg
    from psycopg import sql

# Both vintages cover the same land, so who is inside the borough does not depend on which.
_VINTAGE = "2022"

# A row goes when it says that it happened before the day; when the last row of its import about
# the incident says so; and when what is current of the incident says so.
_DOOMED = """
    WITH before_day AS MATERIALIZED (
        SELECT i.id, i.import_number, i.incident_key, i.superseded, {current} AS is_current
        FROM hotspots.incidents i
        WHERE COALESCE(i.occurred_end, i.occurred) < %s
    ), doomed_ids AS (
        SELECT b.id FROM before_day b
        UNION
        SELECT i.id FROM hotspots.incidents i JOIN before_day b USING (incident_key)
        WHERE b.is_current
        UNION
        SELECT i.id
        FROM hotspots.incidents i JOIN before_day b USING (incident_key, import_number)
        WHERE NOT b.superseded
    )
    SELECT i.id, i.import_number, i.file, i.row, i.easting, i.northing
    FROM hotspots.incidents i JOIN doomed_ids USING (id)
"""
_EMPTY_PROBLEMS = """
    UPDATE hotspots.problems p SET found = '', row_values = ''
    WHERE p.import_number = %s AND (p.found || p.row_values) IS DISTINCT FROM ''
"""
_OF_DELETED_ROWS = f"""
    AND (p.outcome = '{DUPLICATE}' OR EXISTS (
        SELECT FROM doomed d
        WHERE d.import_number = p.import_number AND d.file = p.file AND d.row = p.row
    ))
"""


def count_doomed(
    connection: "psycopg.Connection[Any]", contents: Contents, before: date
) -> dict[int, int]:
    """Count the rows that would go, by number of import; imports without any are left out."""
    query, values = _doomed(contents, before)
    counted = f"SELECT import_number, count(*) FROM ({query}) AS d GROUP BY 1 ORDER BY 1"
    return dict(connection.execute(_sql(counted), values).fetchall())


def purge(
    connection: "psycopg.Connection[Any]", contents: Contents, before: date
) -> tuple[dict[int, int], dict[str, Mapping[str, Any]]]:
    """Delete, in the transaction of the connection.

    Returns
    -------
    Rows deleted by number of import, and by number as text what changes of it.
    """
    query, values = _doomed(contents, before)
    create = f"CREATE TEMPORARY TABLE doomed ON COMMIT DROP AS {query}"
    connection.execute(_sql(create), values)
    connection.execute("DELETE FROM hotspots.incidents i USING doomed d WHERE i.id = d.id")
    counts = "SELECT import_number, count(*) FROM doomed GROUP BY 1 ORDER BY 1"
    deleted = dict(connection.execute(counts).fetchall())
    changed: dict[str, Mapping[str, Any]] = {}
    for number, kept in contents.imports.items():
        emptied = _empty_problems(connection, kept, before, number in deleted)
        if number in deleted or emptied:
            left = _what_is_left(connection, kept, deleted.get(number, 0))
            changed[str(number)] = left.changing()
    return deleted, changed


def _doomed(contents: Contents, before: date) -> tuple[str, list[Any]]:
    condition, values = current(contents)
    return _DOOMED.format(current=f"({condition})"), [*values, before]


def _sql(query: str) -> "sql.SQL":
    from psycopg import sql

    return sql.SQL(query)


def _empty_problems(
    connection: "psycopg.Connection[Any]", kept: Kept, before: date, has_deleted: bool
) -> int:
    """Empty what problems show of rows that went, or of all rows of an old import."""
    if kept.entry.added.date() < before:
        return connection.execute(_EMPTY_PROBLEMS, [kept.number]).rowcount
    if has_deleted:
        return connection.execute(_EMPTY_PROBLEMS + _OF_DELETED_ROWS, [kept.number]).rowcount
    return 0


def _what_is_left(connection: "psycopg.Connection[Any]", kept: Kept, deleted: int) -> Kept:
    """Describe an import of which rows were deleted."""
    gone = _where(connection, kept.number)
    summary = """
        SELECT min(occurred)::date, max(occurred)::date,
            COALESCE(array_agg(DISTINCT source), '{}')
        FROM hotspots.incidents WHERE import_number = %s
    """
    row = connection.execute(summary, [kept.number]).fetchone()
    first_day, last_day, sources = row or (None, None, [])
    entry = replace(
        kept.entry,
        located=kept.entry.located - gone.located,
        outside=kept.entry.outside - gone.outside,
        not_located=kept.entry.not_located - gone.not_located,
        first_day=first_day,
        last_day=last_day,
        purged=kept.entry.purged + deleted,
    )
    checksums = checksums_there(connection, kept)
    return replace(kept, entry=entry, sources=tuple(sorted(sources)), checksums=checksums)


def _where(connection: "psycopg.Connection[Any]", number: int) -> Location:
    query = f"SELECT {EASTING}, {NORTHING} FROM doomed WHERE import_number = %s"
    rows = connection.execute(_sql(query), [number]).fetchall()
    points = np.array(rows, np.float64).reshape(-1, 2)
    return Location(ward_lookup(_VINTAGE).positions(points[:, 0], points[:, 1]))
