"""A store in a folder: immutable files per import, and a journal that says which of them count.

Everything is written beside what is there and becomes true with one entry of the journal, so a
crash at any moment leaves the store as it was before or after. Readers need no lock.
"""

import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Self, TypeVar

import pandas as pd

from boundaries.errors import StoreError
from geo.readers.importing import Import
from geo.readers.mapping import ColumnMapping
from geo.report import ImportReport
from geo.schema import LATER_COLUMNS, Incidents
from geo.selection import Selection
from geo.store.adding import (
    added_details,
    compared,
    kept_as,
    known_files,
    previewed,
    refuse_demonstration,
    refuse_known,
    said_of,
    switch_details,
    with_repeats,
    write_import,
)
from geo.store.atomic import (
    json_bytes,
    make_folder,
    make_random_folder,
    names_in,
    publish_folder,
    publish_new,
    publish_over,
    remove,
    said_in_words,
    sync_folder,
    write_new,
)
from geo.store.beside import look_alikes_beside
from geo.store.checking import damages
from geo.store.files import (
    ImportFiles,
    MissingFileError,
    columns_of,
    incidents_of,
    read_current,
    read_versions,
)
from geo.store.interface import (
    Action,
    ImportEntry,
    LogEntry,
    Preview,
    PurgeReport,
)
from geo.store.journal import Journal, Line
from geo.store.layout import (
    DRAFTS,
    FOLDERS,
    IMPORTS,
    JOURNAL,
    STORE,
    finish,
    folder_name,
    unfinished,
)
from geo.store.locking import HOLDER, LOCK, locked
from geo.store.manifest import Contents, contents_after
from geo.store.parquet import KEY, Bounds, stored_names
from geo.store.purging import deleted_rows, doomed, stage_purge
from geo.store.versions import Rows

FORMAT = "hotspots store"
VERSION = 2
"""Newest version of a store that this program knows."""

_FIRST_VERSION = 1
"""What a store is made as; the first import with columns that came later makes it ``VERSION``,
so that an earlier program refuses what it does not know, and opens what it does."""


_EVERYTHING = Selection()
_TRIES = 5
_SELVES = {STORE, LOCK, HOLDER, *FOLDERS}

T = TypeVar("T")


class FolderStore:
    """Incidents kept in a folder; see :class:`geo.store.interface.Store` for what it can do.

    Use :meth:`open`. One object may be used by several threads, and many objects and processes
    may use one folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._journal = Journal(folder / JOURNAL, folder / DRAFTS)
        self._files = ImportFiles(folder)
        self._known = Contents()

    @classmethod
    def open(cls, path: Path | str, *, create: bool = True) -> Self:
        """Open a store, or make one where there is none.

        Parameters
        ----------
        path
            A folder that is a store, empty, or not there yet.
        create
            Whether to make a store where there is none.

        Raises
        ------
        StoreError
            There is none and none is to be made, there is something else, or it is of a newer
            version.
        """
        folder = _named(path).absolute()
        with said_in_words(folder, "nothing was changed"):
            if not cls.is_at(folder):
                if not create:
                    msg = f"There is no store at {folder}. Name another folder, or make one there."
                    raise StoreError(msg)
                _create(folder)
            _check_version(folder)
        store = cls(folder)
        store._finish_what_was_begun()
        return store

    @staticmethod
    def is_at(path: Path | str) -> bool:
        """Whether a folder is a store, of whatever version.

        Raises
        ------
        StoreError
            This account may not look.
        """
        try:
            folder = _named(path)
        except StoreError:
            return False
        with said_in_words(folder, "nothing was read"):
            return (folder / STORE).is_file()

    @property
    def location(self) -> str:
        """The folder."""
        return str(self._folder)

    def state(self) -> str:
        """Give the checksum of the last entry of the journal."""
        return self._contents().state

    def preview(self, imported: Import) -> Preview:
        """Say what :meth:`add` would do."""
        refuse_demonstration(imported)
        rows = Rows.of(imported.incidents.frame, imported.origin)
        contents, comparison = self._consistently(lambda c: (c, compared(self._files, c, rows)))
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
            refuse_known(imported.report, self._contents())
        rows = Rows.of(imported.incidents.frame, imported.origin)
        with self._writing(who, "nothing was added") as contents:
            if not again:
                refuse_known(imported.report, contents)
            comparison = compared(self._files, contents, rows)
            report = with_repeats(imported.report, rows, comparison)
            number, at = len(contents.imports) + 1, _now()
            said = said_of(who, source, mapping, at)
            kept = kept_as(number, rows, report, comparison, said)
            if set(LATER_COLUMNS) & set(kept.columns):
                _raise_version(self._folder)
            draft = make_random_folder(self._folder / DRAFTS)
            kept = write_import(draft, kept, rows, report, comparison)
            publish_folder(draft, self._folder / IMPORTS / folder_name(number))
            self._append("import", added_details(kept), kept.to_dict(), who=who, at=at)
        return self._contents().kept(number).entry

    def imports(self) -> tuple[ImportEntry, ...]:
        """Give all imports, undone ones included, in the order of being added."""
        return tuple(kept.entry for kept in self._contents().imports.values())

    def report(self, number: int) -> ImportReport:
        """Give the report that is kept with an import."""

        def read(contents: Contents) -> ImportReport:
            kept = contents.kept(number)
            places = kept.read_places
            return ImportReport(
                files=kept.entry.files,
                problems=self._files.problems(kept),
                located=places.located,
                outside=places.outside,
                not_located=places.not_located,
            )

        return self._consistently(read)

    def incidents_of(self, number: int) -> Incidents:
        """Give the incidents of one import as they were read, by time, then key."""

        def read(contents: Contents) -> Incidents:
            kept = contents.kept(number)
            columns = columns_of(kept.columns)
            tables = self._files.table(kept, [KEY, *stored_names(columns)], Bounds())
            return incidents_of(list(tables), columns)

        return self._consistently(read)

    def undo(self, number: int, *, who: str) -> ImportEntry:
        """Make an import count no longer; what it had replaced is current again."""
        return self._switch(number, "undo", who)

    def restore(self, number: int, *, who: str) -> ImportEntry:
        """Take back an undo."""
        return self._switch(number, "restore", who)

    def read(self, selection: Selection = _EVERYTHING) -> Incidents:
        """Give the current incidents of a selection, by time, then key."""
        return self._consistently(lambda contents: read_current(self._files, contents, selection))

    def versions(self, source: str, incident_id: str) -> pd.DataFrame:
        """Give what each import said of one incident, newest first."""
        return self._consistently(
            lambda contents: read_versions(self._files, contents, source, incident_id)
        )

    def purge(self, before: date, *, who: str, dry_run: bool = False) -> PurgeReport:
        """Delete for good what happened before a day; see the contract."""
        if dry_run:
            return PurgeReport(before, self._consistently(lambda c: self._doomed_rows(c, before)))
        with self._writing(who, "nothing was deleted") as contents:
            what = doomed(self._files, contents, before)
            deleted, changed = stage_purge(self._files, contents, what)
            told = {str(number): count for number, count in deleted.items()}
            details = {"before": before.isoformat(), "deleted": told}
            self._append("purge", details, {"imports": changed}, who=who, at=_now())
            self._delete_old_files()
        return PurgeReport(before, deleted)

    def check(self) -> list[str]:
        """Read everything and say in sentences what is damaged; empty when nothing is."""
        try:
            with said_in_words(self._folder, "nothing was changed"):
                return self._journal.check() or self._damages()
        except StoreError as error:
            return [str(error)]

    def _damages(self) -> list[str]:
        # Without the lock (the disk may be read-only) it is as good where nobody writes.
        with suppress(OSError, StoreError), locked(self._folder, "a check"):
            finish(self._folder, self._contents())
            return damages(self._folder, self._files, self._contents())
        return damages(self._folder, self._files, self._contents())

    def sources(self) -> tuple[str, ...]:
        """Give the sources of the current incidents."""
        return tuple(sorted({name for kept in self._contents().active for name in kept.sources}))

    def mappings(self) -> Mapping[str, ColumnMapping]:
        """Give the saved mappings by the name of their source."""
        return dict(self._contents().mappings)

    def save_mapping(self, source: str, mapping: ColumnMapping, *, who: str) -> None:
        """Keep a mapping to be used the next time; one of the same source is replaced."""
        effect = {"source": source, "mapping": mapping.to_dict()}
        with self._writing(who, "the mapping was not saved"):
            self._append("save mapping", {"source": source}, effect, who=who, at=_now())

    def note_export(self, *, who: str, what: Mapping[str, Any]) -> None:
        """Log that something was exported."""
        with self._writing(who, "nothing was logged"):
            self._append("export", dict(what), {}, who=who, at=_now())

    def log(self) -> tuple[LogEntry, ...]:
        """Give all that was ever done, oldest first."""
        with said_in_words(self._folder, "nothing was read"):
            return tuple(line.entry for line in self._journal.lines())

    def _contents(self) -> Contents:
        with said_in_words(self._folder, "nothing was read"):
            contents = contents_after(self._journal.lines(), self._known)
        if contents.length == 0:  # that it was made is its first entry
            msg = (
                f"The journal of the store {self._folder} is missing, {self._folder / JOURNAL}. "
                "Restore it from a backup; nothing was changed."
            )
            raise StoreError(msg)
        self._known = contents
        return contents

    def _consistently(self, read: Callable[[Contents], T]) -> T:
        """Read until nothing was purged from under the reader's hands."""
        with said_in_words(self._folder, "nothing was read"):
            for _ in range(_TRIES):
                contents = self._contents()
                try:
                    result = read(contents)
                except MissingFileError:
                    if self._contents().state == contents.state:
                        raise
                    continue
                if _are_same_files(contents, self._contents()):
                    return result
            with locked(self._folder, "a reader"):
                return read(self._contents())

    @contextmanager
    def _writing(self, who: str, nothing_done: str) -> Iterator[Contents]:
        """Hold the lock on a folder that is as its journal says, and leave it so."""
        with said_in_words(self._folder, nothing_done), locked(self._folder, who):
            contents = self._contents()
            finish(self._folder, contents)
            try:
                yield contents
            finally:
                # What was written and is not in the journal goes, what is there is finished; the
                # next one does it where this does not succeed.
                with suppress(OSError, StoreError):
                    finish(self._folder, self._contents())

    def _doomed_rows(self, contents: Contents, before: date) -> dict[int, int]:
        return deleted_rows(self._files, contents, doomed(self._files, contents, before))

    def _delete_old_files(self) -> None:
        """Put the files without the deleted incidents in place of those with them."""
        try:
            finish(self._folder, self._contents())
        except OSError as error:
            msg = (
                "The incidents count no longer, but the files with them could not be removed "
                f"({error}). It is tried again whenever the store {self._folder} is opened."
            )
            raise StoreError(msg) from error

    def _append(
        self,
        action: Action,
        details: Mapping[str, Any],
        effect: Mapping[str, Any],
        *,
        who: str,
        at: datetime,
    ) -> Line:
        return self._journal.append(action, details, effect, who=who, at=at)

    def _switch(self, number: int, action: Action, who: str) -> ImportEntry:
        with self._writing(who, "nothing was changed") as contents:
            details = switch_details(contents.kept(number).entry, action)
            self._append(action, details, {"import": number}, who=who, at=_now())
        return self._contents().kept(number).entry

    def _finish_what_was_begun(self) -> None:
        """Finish what a killed process began, when nobody else writes; reading goes on if not."""
        with suppress(OSError, StoreError):
            if next(unfinished(self._folder, self._contents()), None) is None:
                return
            with locked(self._folder, "opening", wait_s=0):
                finish(self._folder, self._contents())


def _named(path: Path | str) -> Path:
    """Give the folder that a person names, ``~`` included."""
    try:
        str(path).encode()
        if "\0" in str(path):
            raise ValueError
        return Path(path).expanduser()
    except (ValueError, RuntimeError) as error:
        msg = f"There can be no store at {str(path)!a}: no folder has this name. Name another."
        raise StoreError(msg) from error


def _now() -> datetime:
    return datetime.now(UTC)


def _create(folder: Path) -> None:
    """Make a store in an empty folder; the file with its version comes last and makes it one."""
    strange = [name for name in names_in(folder) if name not in _SELVES]
    if folder.exists() and not folder.is_dir():
        msg = f"{folder} is a file, not a folder for a store. Name another."
        raise StoreError(msg)
    if strange or names_in(folder / IMPORTS):
        msg = (
            f"{folder} is not a store and not empty (it has {strange[0] if strange else IMPORTS}). "
            "Name another folder."
        )
        raise StoreError(msg)
    make_folder(folder)
    with locked(folder, "the one who makes it"):
        if FolderStore.is_at(folder):
            return
        for name in FOLDERS:
            make_folder(folder / name)
        journal = Journal(folder / JOURNAL, folder / DRAFTS)
        if not journal.lines():
            journal.append("create", {}, {}, who="hotspots", at=_now())
        document = {"format": FORMAT, "version": _FIRST_VERSION, "id": secrets.token_hex(16)}
        draft = make_random_folder(folder / DRAFTS) / STORE
        write_new(draft, json_bytes(document))
        publish_new(draft, folder / STORE)
        remove(draft.parent)
        sync_folder(folder.parent)


def _raise_version(folder: Path) -> None:
    """Mark a store as one with columns that came later; under the lock."""
    document = json.loads((folder / STORE).read_text(encoding="utf-8"))
    if document["version"] >= VERSION:
        return
    draft = make_random_folder(folder / DRAFTS) / STORE
    write_new(draft, json_bytes(document | {"version": VERSION}))
    publish_over(draft, folder / STORE)
    remove(draft.parent)


def _check_version(folder: Path) -> None:
    try:
        document = json.loads((folder / STORE).read_text(encoding="utf-8"))
        version = document["version"] if document["format"] == FORMAT else None
    except (ValueError, KeyError, TypeError):
        version = None
    if not isinstance(version, int):
        msg = f"{folder / STORE} cannot be read as that of a store; restore it from a backup."
        raise StoreError(msg)
    if version > VERSION:
        msg = (
            f"The store {folder} is of version {version}, and this program knows version "
            f"{VERSION} only. Install a newer version of hotspots."
        )
        raise StoreError(msg)


def _are_same_files(before: Contents, after: Contents) -> bool:
    return all(
        after.imports[number].generation == kept.generation
        for number, kept in before.imports.items()
    )
