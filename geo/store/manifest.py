"""What a folder store knows of its imports, and how that stands in JSON."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any

from boundaries.errors import ParameterError, StoreError
from geo.readers.mapping import ColumnMapping
from geo.report import FileReport
from geo.store.interface import ImportEntry
from geo.store.journal import NO_ENTRY, Line

INCIDENTS = "incidents.parquet"
PROBLEMS = "problems.parquet"
REPEATED = "repeated-keys.parquet"
MANIFEST = "manifest.json"
FILES = (INCIDENTS, PROBLEMS, REPEATED, MANIFEST)


def footer_name(name: str) -> str:
    """Say under what name the checksum of the end of a file is kept.

    >>> footer_name("incidents.parquet")
    'incidents.parquet: footer'
    """
    return f"{name}: footer"


@dataclass(frozen=True)
class Places:
    """How many incidents lie where.

    Attributes
    ----------
    located, outside, not_located
        Inside the borough, outside it, and without a usable position.
    """

    located: int
    outside: int
    not_located: int


@dataclass(frozen=True)
class Kept:
    """One import and its files.

    Attributes
    ----------
    entry
        As the list shows it.
    read_places
        Where the incidents lay that were read, those included that were purged since.
    columns
        Optional columns that the incidents have.
    sources
        Sources of the incidents.
    repeated
        How many keys an earlier import has.
    checksums
        SHA-256 by name of file, and of what each Parquet file says of itself at its end.
    generation
        Number of the journal's entry that last changed the files; 0 when none did.
    """

    entry: ImportEntry
    read_places: Places
    columns: tuple[str, ...]
    sources: tuple[str, ...]
    repeated: int
    checksums: Mapping[str, str] = field(default_factory=dict)
    generation: int = 0

    @property
    def number(self) -> int:
        """Number of the import."""
        return self.entry.number

    def to_dict(self) -> dict[str, Any]:
        """Give what JSON can hold."""
        entry = self.entry
        return {
            "number": entry.number,
            "added": entry.added.isoformat(),
            "who": entry.who,
            "source": entry.source,
            "files": [asdict(file) for file in entry.files],
            "new": entry.new,
            "updated": entry.updated,
            "duplicates": entry.duplicates,
            "rejected": entry.rejected,
            "mapping": {name: mapping.to_dict() for name, mapping in entry.mapping.items()},
            "columns": list(self.columns),
            "read_places": asdict(self.read_places),
            **self.changing(),
        }

    def changing(self) -> dict[str, Any]:
        """Give, as JSON can hold it, what a purge changes."""
        entry = self.entry
        return {
            "located": entry.located,
            "outside": entry.outside,
            "not_located": entry.not_located,
            "first_day": entry.first_day and entry.first_day.isoformat(),
            "last_day": entry.last_day and entry.last_day.isoformat(),
            "purged": entry.purged,
            "sources": list(self.sources),
            "repeated": self.repeated,
            "checksums": dict(self.checksums),
        }

    def changed(self, given: Mapping[str, Any], generation: int) -> "Kept":
        """Give the import after a purge, of which :meth:`changing` gave this."""
        entry = replace(
            self.entry,
            **{name: given[name] for name in ("located", "outside", "not_located", "purged")},
            first_day=_day(given["first_day"]),
            last_day=_day(given["last_day"]),
        )
        return replace(
            self,
            entry=entry,
            sources=tuple(given["sources"]),
            repeated=given["repeated"],
            checksums=dict(given["checksums"]),
            generation=generation,
        )

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> "Kept":
        """Take back what :meth:`to_dict` gave."""
        entry = ImportEntry(
            added=datetime.fromisoformat(given["added"]),
            files=tuple(FileReport(**file) for file in given["files"]),
            mapping={n: ColumnMapping.from_dict(m) for n, m in given["mapping"].items()},
            first_day=_day(given["first_day"]),
            last_day=_day(given["last_day"]),
            **{name: given[name] for name in _AS_THEY_ARE},
        )
        return cls(
            entry=entry,
            read_places=Places(**given["read_places"]),
            columns=tuple(given["columns"]),
            sources=tuple(given["sources"]),
            repeated=given["repeated"],
            checksums=dict(given["checksums"]),
        )


_AS_THEY_ARE = (
    "number",
    "who",
    "source",
    "new",
    "updated",
    "duplicates",
    "rejected",
    "located",
    "outside",
    "not_located",
    "purged",
)


@dataclass(frozen=True)
class Contents:
    """What a store holds after all that its journal says.

    Attributes
    ----------
    state
        Checksum of the last entry of the journal.
    length
        How many entries it has.
    imports
        By number, in their order.
    mappings
        By name of source.
    """

    state: str = NO_ENTRY
    length: int = 0
    imports: Mapping[int, Kept] = field(default_factory=dict)
    mappings: Mapping[str, ColumnMapping] = field(default_factory=dict)

    def after(self, line: Line) -> "Contents":
        """Give the contents after one more entry."""
        if line.effect and line.entry.action not in _EFFECTS:
            msg = (
                f"Entry {line.entry.number} of the journal ({line.entry.action}) is of a newer "
                "version of hotspots. Install it."
            )
            raise StoreError(msg)
        try:
            changed = _EFFECTS[line.entry.action](self, line) if line.effect else self
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            msg = (
                f"Entry {line.entry.number} of the journal ({line.entry.action}) is damaged "
                f"({error!r}); restore the store from a backup."
            )
            raise StoreError(msg) from error
        return replace(changed, state=line.checksum, length=line.entry.number)

    @property
    def active(self) -> tuple[Kept, ...]:
        """The imports that count, oldest first."""
        return tuple(kept for kept in self.imports.values() if not kept.entry.undone)

    @property
    def columns(self) -> tuple[str, ...]:
        """Optional columns that any import that counts has."""
        return tuple({name for kept in self.active for name in kept.columns})

    def kept(self, number: int) -> Kept:
        """Give an import.

        Raises
        ------
        ParameterError
            There is none of this number.
        """
        if number not in self.imports:
            there = f"they go from 1 to {len(self.imports)}" if self.imports else "there is none"
            msg = f"There is no import {number} in the store; {there}."
            raise ParameterError(msg)
        return self.imports[number]

    def with_import(self, kept: Kept) -> "Contents":
        """Give the contents with one import added or exchanged."""
        return replace(self, imports={**self.imports, kept.number: kept})


def contents_after(lines: Sequence[Line], known: Contents) -> Contents:
    """Give the contents after all entries, from what is known after some of them."""
    is_known = known.length <= len(lines) and (
        known.length == 0 or lines[known.length - 1].checksum == known.state
    )
    contents = known if is_known else Contents()
    for line in lines[contents.length :]:
        contents = contents.after(line)
    return contents


def _imported(contents: Contents, line: Line) -> Contents:
    return contents.with_import(Kept.from_dict(line.effect))


def _undone(contents: Contents, line: Line) -> Contents:
    kept = contents.kept(line.effect["import"])
    is_undone = line.entry.action == "undo"
    return contents.with_import(replace(kept, entry=replace(kept.entry, undone=is_undone)))


def _purged(contents: Contents, line: Line) -> Contents:
    for number, given in line.effect["imports"].items():
        kept = contents.kept(int(number))
        contents = contents.with_import(kept.changed(given, line.entry.number))
    return contents


def _mapping_saved(contents: Contents, line: Line) -> Contents:
    mapping = ColumnMapping.from_dict(line.effect["mapping"])
    return replace(contents, mappings={**contents.mappings, line.effect["source"]: mapping})


_EFFECTS: Mapping[str, Callable[[Contents, Line], Contents]] = {
    "import": _imported,
    "undo": _undone,
    "restore": _undone,
    "purge": _purged,
    "save mapping": _mapping_saved,
}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
