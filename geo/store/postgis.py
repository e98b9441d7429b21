"""A store in a PostgreSQL database with PostGIS, which a team shares.

Every change is one transaction under one lock of the database, so whatever happens to the program
or to the connection, the store is as it was before or after.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Self

import pandas as pd
import pyarrow as pa

from boundaries.errors import ParameterError, StoreError
from geo.postgres import Address, Connections, schema_of_postgis
from geo.readers.importing import Import
from geo.readers.mapping import ColumnMapping
from geo.report import FILE, ROW, ImportReport
from geo.schema import LATER_COLUMNS, Incidents
from geo.selection import Selection
from geo.store.adding import (
    added_details,
    kept_as,
    known_files,
    previewed,
    refuse_demonstration,
    refuse_known,
    said_of,
    switch_details,
    with_repeats,
)
from geo.store.beside import look_alikes_beside
from geo.store.interface import (
    IMPORT_NUMBER,
    Action,
    ImportEntry,
    LogEntry,
    Preview,
    PurgeReport,
)
from geo.store.journal import Line
from geo.store.locking import LOCK_WAIT_S
from geo.store.manifest import Contents, Kept, contents_after
from geo.store.parquet import CONTENT_HASH, KEY, SUPERSEDED, tables_of
from geo.store.postgis_checksums import TOLD, checksums_of, damages
from geo.store.postgis_journal import append, lines_of, state_of
from geo.store.postgis_purging import count_doomed, purge
from geo.store.postgis_reading import (
    earlier,
    read_current,
    read_import,
    read_problems,
    read_versions,
)
from geo.store.postgis_rows import SETTINGS, copy_in, without_points
from geo.store.postgis_schema import (
    FIRST_INCIDENTS,
    HOTSPOTS,
    INCIDENTS,
    LOCK,
    PROBLEMS,
    add_later_columns,
    check_version,
    create,
    has_later_columns,
    version_of,
)
from geo.store.versions import Comparison, Rows, compare

if TYPE_CHECKING:
    import psycopg

_EVERYTHING = Selection()
IDLE_TIMEOUT_S = 600
"""Whoever holds the lock and says nothing for so long (a laptop gone to sleep) loses it."""

KILLED_CHECK_MS = 5_000
"""So often the server looks whether a program that it works for is still there."""


class PostgisStore:
    """Incidents kept in a database; see :class:`geo.store.interface.Store` for what it can do.

    Use :meth:`open`. One object may be used by several threads; every call has a connection of its
    own.
    """

    def __init__(self, address: Address) -> None:
        self._address = address
        self._connections = Connections(address, StoreError)
        self._lines: tuple[Line, ...] = ()
        self._known = Contents()

    @classmethod
    def open(cls, url: str, *, create: bool = True) -> Self:
        """Open the store of a database, or make one where there is none.

        Parameters
        ----------
        url
            ``postgresql://user@host/database``; see ``docs/decisions/0017-postgis.md`` for the
            rights that the user needs.
        create
            Whether to make a store where there is none.

        Raises
        ------
        StoreError
            It cannot be reached or made, there is none and none is to be made, or it is of a newer
            version. No message has the password.
        """
        try:
            store = cls(Address.parse(url))
        except ParameterError as error:
            raise StoreError(str(error)) from error
        store._prepare(may_create=create)
        return store

    @property
    def location(self) -> str:
        """The address of the database without password."""
        return self._address.shown

    def state(self) -> str:
        """Give the checksum of the last entry of the journal."""
        with self._connections.connection() as connection:
            return state_of(connection)

    def preview(self, imported: Import) -> Preview:
        """Say what :meth:`add` would do."""
        refuse_demonstration(imported)
        rows = Rows.of(imported.incidents.frame, imported.origin)
        with self._reading() as connection:
            contents = self._contents(connection)
            comparison = _compared(connection, contents, rows)
        known = known_files(imported.report, contents)
        alike = look_alikes_beside(self, imported.incidents, rows.keys)
        return previewed(imported, rows, comparison, known, alike)

    def add(
        self,
        imported: Import,
        *,
        who: str,
        source: str,
        mapping: Mapping[str, ColumnMapping] | None = None,
        again: bool = False,
    ) -> ImportEntry:
        """Keep an import with its report; see :meth:`geo.store.interface.Store.add`."""
        refuse_demonstration(imported)
        if not again:
            with self._reading() as connection:
                refuse_known(imported.report, self._contents(connection))
        rows = Rows.of(imported.incidents.frame, imported.origin)
        with self._writing() as connection:
            contents = self._contents(connection)
            if not again:
                refuse_known(imported.report, contents)
            comparison = _compared(connection, contents, rows)
            report = with_repeats(imported.report, rows, comparison)
            number, at = len(contents.imports) + 1, _now()
            _refuse_unknown(connection, number, self.location)
            said = said_of(who, source, mapping, at)
            kept = kept_as(number, rows, report, comparison, said)
            if set(LATER_COLUMNS) & set(kept.columns) and not has_later_columns(connection):
                add_later_columns(connection, self.location)
            kept = _put_in(connection, kept, rows, report, comparison)
            self._append(connection, "import", added_details(kept), kept.to_dict(), who, at)
        return kept.entry

    def imports(self) -> tuple[ImportEntry, ...]:
        """Give all imports, undone ones included, in the order of being added."""
        with self._reading() as connection:
            return tuple(kept.entry for kept in self._contents(connection).imports.values())

    def report(self, number: int) -> ImportReport:
        """Give the report that is kept with an import."""
        with self._reading() as connection:
            kept = self._contents(connection).kept(number)
            problems = read_problems(connection, number)
        places = kept.read_places
        return ImportReport(
            files=kept.entry.files,
            problems=problems,
            located=places.located,
            outside=places.outside,
            not_located=places.not_located,
        )

    def incidents_of(self, number: int) -> Incidents:
        """Give the incidents of one import as they were read, by time, then key."""
        with self._reading() as connection:
            return read_import(connection, self._contents(connection).kept(number))

    def undo(self, number: int, *, who: str) -> ImportEntry:
        """Make an import count no longer; what it had replaced is current again."""
        return self._switch(number, "undo", who)

    def restore(self, number: int, *, who: str) -> ImportEntry:
        """Take back an undo."""
        return self._switch(number, "restore", who)

    def read(self, selection: Selection = _EVERYTHING) -> Incidents:
        """Give the current incidents of a selection, by time, then key."""
        with self._reading() as connection:
            return read_current(connection, self._contents(connection), selection)

    def versions(self, source: str, incident_id: str) -> pd.DataFrame:
        """Give what each import said of one incident, newest first."""
        with self._reading() as connection:
            return read_versions(connection, self._contents(connection), source, incident_id)

    def purge(self, before: date, *, who: str, dry_run: bool = False) -> PurgeReport:
        """Delete for good what happened before a day; see the contract."""
        if dry_run:
            with self._reading() as connection:
                contents = self._contents(connection)
                return PurgeReport(before, count_doomed(connection, contents, before))
        with self._writing() as connection:
            deleted, changed = purge(connection, self._contents(connection), before)
            told = {str(number): count for number, count in deleted.items()}
            details = {"before": before.isoformat(), "deleted": told}
            self._append(connection, "purge", details, {"imports": changed}, who, _now())
        self._free_space()
        return PurgeReport(before, deleted)

    def check(self) -> list[str]:
        """Read everything and say in sentences what is damaged; empty when nothing is."""
        with self._reading() as connection:
            try:
                self._lines, self._known = (), Contents()  # all is read again
                return damages(connection, self._contents(connection))
            except StoreError as error:
                return [str(error)]

    def sources(self) -> tuple[str, ...]:
        """Give the sources of the current incidents."""
        with self._reading() as connection:
            active = self._contents(connection).active
        return tuple(sorted({name for kept in active for name in kept.sources}))

    def mappings(self) -> Mapping[str, ColumnMapping]:
        """Give the saved mappings by the name of their source."""
        with self._reading() as connection:
            return dict(self._contents(connection).mappings)

    def save_mapping(self, source: str, mapping: ColumnMapping, *, who: str) -> None:
        """Keep a mapping to be used the next time; one of the same source is replaced."""
        effect = {"source": source, "mapping": mapping.to_dict()}
        with self._writing() as connection:
            self._append(connection, "save mapping", {"source": source}, effect, who, _now())

    def note_export(self, *, who: str, what: Mapping[str, Any]) -> None:
        """Log that something was exported."""
        with self._writing() as connection:
            self._append(connection, "export", dict(what), {}, who, _now())

    def log(self) -> tuple[LogEntry, ...]:
        """Give all that was ever done, oldest first."""
        with self._reading() as connection:
            return tuple(line.entry for line in self._lines_now(connection))

    def _prepare(self, *, may_create: bool) -> None:
        """Make the tables where there are none, and refuse those of a newer version."""
        with self._reading() as connection:
            version = version_of(connection)
        if version is None and not may_create:
            msg = f"There is no store in {self.location}. Name another database, or make one there."
            raise StoreError(msg)
        if version is not None:
            check_version(version, self.location)
            return
        with self._writing() as connection:
            if version_of(connection) is None:
                create(connection, self.location)
                self._append(connection, "create", {}, {}, "hotspots", _now())

    @contextmanager
    def _reading(self) -> Iterator["psycopg.Connection[Any]"]:
        """See the store as it is at one moment, whoever writes."""
        from psycopg import IsolationLevel

        with self._connections.connection() as connection:
            connection.read_only = True
            connection.isolation_level = IsolationLevel.REPEATABLE_READ
            connection.execute(SETTINGS)
            schema_of_postgis(connection)
            yield connection

    @contextmanager
    def _writing(self) -> Iterator["psycopg.Connection[Any]"]:
        """Change the store in one transaction, after those who were first."""
        from psycopg import IsolationLevel

        with self._connections.connection() as connection:
            # What others wrote while this one waited for the lock must be seen.
            connection.isolation_level = IsolationLevel.READ_COMMITTED
            connection.read_only = False
            connection.execute(SETTINGS)
            _limit(connection)
            schema_of_postgis(connection)
            connection.execute("SELECT pg_advisory_xact_lock(%s, %s)", LOCK)
            yield connection

    def _lines_now(self, connection: "psycopg.Connection[Any]") -> tuple[Line, ...]:
        lines = lines_of(connection, self._lines, self.location)
        self._lines = lines
        return lines

    def _contents(self, connection: "psycopg.Connection[Any]") -> Contents:
        contents = contents_after(self._lines_now(connection), self._known)
        if contents.length == 0:  # that it was made is its first entry
            msg = f"The journal of {self.location} is empty; restore the database from a backup."
            raise StoreError(msg)
        self._known = contents
        return contents

    def _append(
        self,
        connection: "psycopg.Connection[Any]",
        action: Action,
        details: Mapping[str, Any],
        effect: Mapping[str, Any],
        who: str,
        at: datetime,
    ) -> Contents:
        """Write down what was done, and in the table of imports what follows."""
        before = Contents() if action == "create" else self._contents(connection)
        entry = LogEntry(before.length + 1, at, who, action, details)
        after = before.after(append(connection, entry, effect, before.state))
        for number, kept in after.imports.items():
            if kept != before.imports.get(number):
                _describe(connection, kept)
        return after

    def _switch(self, number: int, action: Action, who: str) -> ImportEntry:
        with self._writing() as connection:
            entry = self._contents(connection).kept(number).entry
            details = switch_details(entry, action)
            effect = {"import": number}
            after = self._append(connection, action, details, effect, who, _now())
        return after.kept(number).entry

    def _free_space(self) -> None:
        """Let the server write over what was deleted now, not at some time."""
        with suppress(StoreError), self._connections.connection() as connection:
            connection.autocommit = True
            connection.execute("VACUUM hotspots.incidents")
            connection.execute("VACUUM hotspots.problems")
            connection.autocommit = False


def _now() -> datetime:
    return datetime.now(UTC)


def _limit(connection: "psycopg.Connection[Any]") -> None:
    """Keep whoever writes, or waits to, from doing so for ever; older servers know less of it."""
    limits = {
        "lock_timeout": f"{LOCK_WAIT_S}s",
        "idle_in_transaction_session_timeout": f"{IDLE_TIMEOUT_S}s",
        "client_connection_check_interval": f"{KILLED_CHECK_MS}ms",
    }
    connection.execute(
        """
        SELECT set_config(known.name, asked.value, false)
        FROM unnest(%s::text[], %s::text[]) AS asked (name, value)
        JOIN pg_settings known ON known.name = asked.name
        """,
        [list(limits), list(limits.values())],
    )


def _compared(connection: "psycopg.Connection[Any]", contents: Contents, rows: Rows) -> Comparison:
    return compare(rows.keys, rows.hashes, earlier(connection, contents, rows.keys))


def _refuse_unknown(connection: "psycopg.Connection[Any]", number: int, shown: str) -> None:
    """Refuse to add to rows that are there and that the journal has lost."""
    query = """
        SELECT number FROM hotspots.imports WHERE number >= %s
        UNION ALL SELECT import_number FROM hotspots.incidents WHERE import_number >= %s LIMIT 1
    """
    found = connection.execute(query, [number, number]).fetchone()
    if found is not None:
        msg = (
            f"{shown}: import {found[0]} is in the store but not in its journal, which may be "
            "incomplete. Restore the database from a backup; nothing was changed."
        )
        raise StoreError(msg)


def _put_in(
    connection: "psycopg.Connection[Any]",
    kept: Kept,
    rows: Rows,
    report: ImportReport,
    comparison: Comparison,
) -> Kept:
    """Copy an import into the tables, and give it with its checksums."""
    from psycopg import sql

    more = {
        IMPORT_NUMBER: kept.number,
        FILE: rows.origin[FILE],
        ROW: rows.origin[ROW],
        KEY: rows.keys,
        CONTENT_HASH: rows.hashes,
        SUPERSEDED: comparison.superseded,
    }
    order = rows.order
    tables = without_points(tables_of(rows.frame, more, order))
    columns = INCIDENTS if has_later_columns(connection) else FIRST_INCIDENTS
    copy_in(connection, sql.Identifier(HOTSPOTS, "incidents"), columns, tables)
    numbered = PROBLEMS.insert(0, INCIDENTS.field(IMPORT_NUMBER))
    problems = report.problems.assign(**{IMPORT_NUMBER: kept.number})
    table = pa.Table.from_pandas(problems, numbered, preserve_index=False)
    copy_in(connection, sql.Identifier(HOTSPOTS, "problems"), numbered, [table])
    told = pd.DataFrame({name: more[name] for name in TOLD}).iloc[order]
    return replace(kept, checksums=checksums_of(told, report.problems))


def _describe(connection: "psycopg.Connection[Any]", kept: Kept) -> None:
    from psycopg.types.json import Jsonb

    entry = kept.entry
    connection.execute(
        """
        INSERT INTO hotspots.imports (number, added, who, source, undone, manifest)
        VALUES (%s, %s, %s, %s, %s, %s)
        ON CONFLICT (number)
            DO UPDATE SET undone = EXCLUDED.undone, manifest = EXCLUDED.manifest
        """,
        [kept.number, entry.added, entry.who, entry.source, entry.undone, Jsonb(kept.to_dict())],
    )
