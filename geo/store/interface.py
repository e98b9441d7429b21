"""What every store of incidents can do, and the words for what it keeps.

A store keeps imports. Every import is numbered from 1 in the order of being added and never
changed. What is current is decided when reading: the incidents of all imports that are not undone,
and of each incident (same source and id) the version of the latest of these imports.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, Protocol

import pandas as pd

from boundaries.errors import ParameterError
from geo.readers.importing import Import
from geo.readers.mapping import ColumnMapping
from geo.report import FILE, ROW, FileReport, ImportReport
from geo.schema import OPTIONAL_COLUMNS, REQUIRED_COLUMNS, Incidents
from geo.selection import Selection

Action = Literal[
    "create", "import", "undo", "restore", "purge", "export", "save mapping", "forget mapping"
]

IMPORT_NUMBER = "import_number"
STATUS = "status"
CURRENT = "current"
REPLACED = "replaced"
UNDONE = "undone"
VERSION_COLUMNS = (IMPORT_NUMBER, STATUS, FILE, ROW, *REQUIRED_COLUMNS, *OPTIONAL_COLUMNS)
"""Columns of :meth:`Store.versions`; ``status`` is one of the three words above."""


@dataclass(frozen=True)
class ImportEntry:
    """One import as the list shows it.

    Attributes
    ----------
    number
        From 1, in the order of being added.
    added
        When, in UTC.
    who
        Who added it.
    source
        What the source is called, for people.
    files
        What became of the rows of each file, with its checksum.
    new, updated, duplicates, rejected
        Rows by what became of them; they add up to ``rows_read``. A row is new when the store had
        no incident of its source and id, updated when it had but said something else, a duplicate
        when it (or an earlier row of the same import) said the same.
    located, outside, not_located
        Incidents kept with this import by where they are.
    first_day, last_day
        Of the incidents kept with it; None when purging has left none.
    mapping
        How columns were understood, by file; empty where nothing had to be mapped.
    undone
        Whether it counts no longer.
    purged
        Incidents that were deleted from it because of their age.
    """

    number: int
    added: datetime
    who: str
    source: str
    files: tuple[FileReport, ...]
    new: int
    updated: int
    duplicates: int
    rejected: int
    located: int
    outside: int
    not_located: int
    first_day: date | None
    last_day: date | None
    mapping: Mapping[str, ColumnMapping]
    undone: bool = False
    purged: int = 0

    def __post_init__(self) -> None:
        parts = self.new + self.updated + self.duplicates + self.rejected
        if self.rows_read != parts:
            msg = (
                f"Import {self.number}: {self.rows_read} rows read are not {self.new} new, "
                f"{self.updated} updated, {self.duplicates} duplicates and {self.rejected} "
                "rejected; a row was lost, please report this."
            )
            raise ParameterError(msg)

    @property
    def rows_read(self) -> int:
        """Rows of all its files."""
        return sum(file.rows_read for file in self.files)


@dataclass(frozen=True, eq=False)
class Preview:
    """What adding an import would do; nothing has been written.

    Attributes
    ----------
    new, updated, duplicates, rejected
        As in :class:`ImportEntry`.
    known_files
        Number of the active import that has the same file, by name of file.
    report
        The import's report, with a row for each duplicate and update added.
    look_alikes
        Pairs of an incident of this import and one of another source, in the store or in the
        import itself, that may be the same event; columns of ``geo.look_alikes``.
    """

    new: int
    updated: int
    duplicates: int
    rejected: int
    known_files: Mapping[str, int]
    report: ImportReport
    look_alikes: pd.DataFrame

    @property
    def is_known(self) -> bool:
        """Whether every file that was read is that of an active import."""
        return len(self.known_files) == len(self.report.files_read)


@dataclass(frozen=True)
class LogEntry:
    """One line of the store's log, which is never changed.

    Attributes
    ----------
    number
        From 1, without gaps.
    at
        When, in UTC.
    who
        Who did it.
    action
        What was done.
    details
        To what, and with which numbers; what JSON can hold. ``import`` has the number of the
        import (import, undo, restore), ``source`` what it or the mapping is called, ``new``,
        ``updated``, ``duplicates`` and ``rejected`` its counts, ``before`` the day of a purge
        (ISO) and ``deleted`` the incidents it deleted by number of import; an export has what it
        was given.
    """

    number: int
    at: datetime
    who: str
    action: Action
    details: Mapping[str, Any]


@dataclass(frozen=True)
class PurgeReport:
    """What a purge deletes, or would.

    Attributes
    ----------
    before
        The first day that is kept.
    deleted
        Incidents deleted, by number of import; older versions and undone imports included.
    """

    before: date
    deleted: Mapping[int, int]

    @property
    def total(self) -> int:
        """Incidents deleted in all."""
        return sum(self.deleted.values())


class Store(Protocol):
    """Where incidents are kept between two sessions: a folder, or a PostGIS database.

    All methods that write take who does it, are logged, and either happen completely or not at
    all, also when the process is killed or the disk is full. Two that write at the same time do
    so one after the other. Methods raise :class:`StoreError` where the store cannot be used, and
    ``ParameterError`` where an import's number is not known.
    """

    @property
    def location(self) -> str:
        """What a person calls it: the folder, or the address of the database without password."""
        ...

    def state(self) -> str:
        """Give a text that changes with everything that is written; cheap, for caches."""
        ...

    def preview(self, imported: Import) -> Preview:
        """Say what :meth:`add` would do."""
        ...

    def add(
        self,
        imported: Import,
        *,
        who: str,
        source: str,
        mapping: Mapping[str, ColumnMapping] | None = None,
        again: bool = False,
    ) -> ImportEntry:
        """Keep an import with its report.

        Parameters
        ----------
        again
            Whether to add it although all its files are known, for example after a better reading.

        Raises
        ------
        AlreadyImportedError
            All files that were read are those of active imports, by checksum.
        ParameterError
            It is the synthetic demonstration data.
        """
        ...

    def imports(self) -> tuple[ImportEntry, ...]:
        """Give all imports, undone ones included, in the order of being added."""
        ...

    def report(self, number: int) -> ImportReport:
        """Give the report that is kept with an import."""
        ...

    def incidents_of(self, number: int) -> Incidents:
        """Give the incidents of one import as they were read, whatever came after.

        In the order of :meth:`read`; without those that were purged.
        """
        ...

    def versions(self, source: str, incident_id: str) -> pd.DataFrame:
        """Give what each import said of one incident, newest first; columns ``VERSION_COLUMNS``."""
        ...

    def undo(self, number: int, *, who: str) -> ImportEntry:
        """Make an import count no longer; what it had replaced is current again."""
        ...

    def restore(self, number: int, *, who: str) -> ImportEntry:
        """Take back an undo."""
        ...

    def purge(self, before: date, *, who: str, dry_run: bool = False) -> PurgeReport:
        """Delete for good all incidents that happened before a day.

        Deleted is every version of an incident that says it happened before the day, of undone
        imports too, and all versions of an incident whose current one says so. A span happened
        before the day when its end did. What was deleted is as if it had never been read; the
        counts of the import stay. In the problems of an import ``found`` and ``row_values`` are
        emptied: of all rows when it was added before the day (UTC; of rejected rows the date is
        often not known), else of the deleted rows, and of all duplicates where one was deleted.
        """
        ...

    def read(self, selection: Selection = ...) -> Incidents:
        """Give the current incidents of a selection, reading no more than it needs.

        Sorted by time, then by key (:func:`geo.identity.incident_keys`, without sign). Optional
        columns are those that any active import has, whatever the selection.
        """
        ...

    def sources(self) -> tuple[str, ...]:
        """Give the sources of the current incidents."""
        ...

    def mappings(self) -> Mapping[str, ColumnMapping]:
        """Give the saved mappings by the name of their source."""
        ...

    def save_mapping(self, source: str, mapping: ColumnMapping, *, who: str) -> None:
        """Keep a mapping to be used the next time; one of the same source is replaced."""
        ...

    def note_export(self, *, who: str, what: Mapping[str, Any]) -> None:
        """Log that something was exported."""
        ...

    def log(self) -> tuple[LogEntry, ...]:
        """Give all that was ever done, oldest first."""
        ...

    def check(self) -> list[str]:
        """Read everything and say in sentences what is damaged; empty when nothing is."""
        ...
