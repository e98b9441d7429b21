"""The journal of a store in PostGIS: the entries of the folder store, as rows of a table."""

from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from boundaries.errors import StoreError
from geo.store.interface import LogEntry
from geo.store.journal import NO_ENTRY, Line, content_of, line_of

if TYPE_CHECKING:
    import psycopg


def state_of(connection: "psycopg.Connection[Any]") -> str:
    """Give the checksum of the last entry."""
    query = "SELECT checksum FROM hotspots.journal ORDER BY number DESC LIMIT 1"
    row = connection.execute(query).fetchone()
    return str(row[0]) if row else NO_ENTRY


def lines_of(
    connection: "psycopg.Connection[Any]", known: tuple[Line, ...], shown: str
) -> tuple[Line, ...]:
    """Give all entries, oldest first.

    Parameters
    ----------
    known
        Entries that were read before; they are not read again unless the last of them changed.

    Raises
    ------
    StoreError
        An entry is missing or altered.
    """
    rows = _rows(connection, from_number=len(known))
    if known:
        last = rows.pop(0) if rows else (0, "", "")
        if (last[0], last[2]) != (len(known), known[-1].checksum):
            return lines_of(connection, (), shown)
    lines = list(known)
    for number, content, checksum in rows:
        where = f"Entry {number} of the journal of {shown}"
        before = lines[-1].checksum if lines else NO_ENTRY
        line = line_of(content.encode(), len(lines) + 1, before, where)
        if line.checksum != checksum:
            msg = f"{where} was altered; restore the database from a backup."
            raise StoreError(msg)
        lines.append(line)
    return tuple(lines)


def append(
    connection: "psycopg.Connection[Any]", entry: LogEntry, effect: Mapping[str, Any], before: str
) -> Line:
    """Add an entry, in the transaction of the connection.

    Parameters
    ----------
    before
        Checksum of the last entry there is.
    """
    content = content_of(entry, effect, before)
    line = Line(entry, effect, sha256(content).hexdigest())
    connection.execute(
        "INSERT INTO hotspots.journal (number, content, checksum) VALUES (%s, %s, %s)",
        [entry.number, content.decode(), line.checksum],
    )
    return line


def _rows(connection: "psycopg.Connection[Any]", from_number: int) -> list[tuple[int, str, str]]:
    return connection.execute(
        "SELECT number, content, checksum FROM hotspots.journal WHERE number >= %s ORDER BY number",
        [from_number],
    ).fetchall()
