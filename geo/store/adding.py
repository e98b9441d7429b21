"""Writing the files of a new import."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from boundaries.errors import AlreadyImportedError, ParameterError
from geo.readers.importing import Import
from geo.readers.mapping import ColumnMapping
from geo.report import FILE, ROW, ImportReport
from geo.schema import EASTING, NORTHING, OCCURRED, OPTIONAL_COLUMNS, SOURCE
from geo.store.atomic import checksum_of, json_bytes, new_file, sync_folder, write_new
from geo.store.files import ImportFiles
from geo.store.interface import IMPORT_NUMBER, Action, ImportEntry, Preview
from geo.store.manifest import (
    INCIDENTS,
    MANIFEST,
    PROBLEMS,
    REPEATED,
    Contents,
    Kept,
    Places,
    footer_name,
)
from geo.store.parquet import (
    CONTENT_HASH,
    KEY,
    SUPERSEDED,
    Bounds,
    bbox_of,
    footer_checksum,
    schema_with,
    tables_of,
    to_numpy,
    write_incidents,
    write_keys,
    write_problems,
)
from geo.store.versions import Comparison, Earlier, Rows, compare, problems_of


def refuse_demonstration(imported: Import) -> None:
    """Raise ``ParameterError`` for the synthetic data, which must never stand beside real one."""
    if imported.incidents.is_demonstration:
        msg = (
            "The demonstration data is synthetic and cannot be kept in a store, where it would "
            "stand beside recorded incidents. Open it with demo instead."
        )
        raise ParameterError(msg)


def known_files(report: ImportReport, contents: Contents) -> dict[str, int]:
    """Give the newest import that counts and has the same file, by name of file."""
    numbers = {
        file.sha256: kept.number
        for kept in contents.active
        for file in kept.entry.files
        if file.kind != "skipped" and file.sha256
    }
    return {file.name: numbers[file.sha256] for file in report.files_read if file.sha256 in numbers}


def refuse_known(report: ImportReport, contents: Contents) -> None:
    """Raise ``AlreadyImportedError`` when nothing was read but known files."""
    known, read = known_files(report, contents), report.files_read
    if not read or len(known) < len(read):
        return
    numbers = ", ".join(str(number) for number in sorted(set(known.values())))
    files = f"{read[0].name} is" if len(read) == 1 else f"All {len(read)} files are"
    msg = (
        f"{files} in the store already, byte by byte (import {numbers}); nothing was added. Undo "
        "that import first, or ask for it to be added again."
    )
    raise AlreadyImportedError(msg)


def compared(files: ImportFiles, contents: Contents, rows: Rows) -> Comparison:
    """Say what the rows of an import are beside what is there."""
    return compare(rows.keys, rows.hashes, _earlier(files, contents))


def _earlier(files: ImportFiles, contents: Contents) -> Iterator[Earlier]:
    for kept in reversed(list(contents.imports.values())):
        for table in files.table(kept, [KEY, CONTENT_HASH, SUPERSEDED], Bounds()):
            last = ~to_numpy(table[SUPERSEDED])
            keys, hashes = to_numpy(table[KEY]), to_numpy(table[CONTENT_HASH])
            yield Earlier(kept.number, kept.entry.undone, keys[last], hashes[last])


def previewed(
    imported: Import,
    rows: Rows,
    comparison: Comparison,
    known: Mapping[str, int],
    look_alikes: pd.DataFrame,
) -> Preview:
    """Put together what adding an import would do."""
    report = imported.report
    return Preview(
        new=comparison.new,
        updated=comparison.updated,
        duplicates=comparison.duplicates + report.duplicates,
        rejected=report.rejected,
        known_files=known,
        report=with_repeats(report, rows, comparison),
        look_alikes=look_alikes,
    )


def with_repeats(report: ImportReport, rows: Rows, comparison: Comparison) -> ImportReport:
    """Give the report with a row for each duplicate and update."""
    more = problems_of(rows, comparison)
    if len(more) == 0:
        return report
    return replace(report, problems=pd.concat([report.problems, more], ignore_index=True))


def kept_as(
    number: int,
    rows: Rows,
    report: ImportReport,
    comparison: Comparison,
    said: Mapping[str, Any],
) -> Kept:
    """Describe an import.

    Parameters
    ----------
    said
        ``added``, ``who``, ``source`` and ``mapping`` as an :class:`ImportEntry` has them.
    """
    times = rows.frame[OCCURRED]
    entry = ImportEntry(
        number=number,
        files=report.files,
        new=comparison.new,
        updated=comparison.updated,
        duplicates=comparison.duplicates + report.duplicates,
        rejected=report.rejected,
        located=report.located,
        outside=report.outside,
        not_located=report.not_located,
        first_day=times.min().date() if len(times) else None,
        last_day=times.max().date() if len(times) else None,
        **said,
    )
    return Kept(
        entry=entry,
        read_places=Places(report.located, report.outside, report.not_located),
        columns=tuple(name for name in OPTIONAL_COLUMNS if name in rows.frame),
        sources=tuple(sorted(rows.frame[SOURCE].unique())),
        repeated=len(comparison.repeated),
    )


def added_details(kept: Kept) -> dict[str, Any]:
    """Give what the log says of an import."""
    entry = kept.entry
    counts = {name: getattr(entry, name) for name in ("new", "updated", "duplicates", "rejected")}
    return {"import": entry.number, "source": entry.source, **counts}


def switch_details(entry: ImportEntry, action: Action) -> dict[str, Any]:
    """Give what the log says of an undo or a restore.

    Raises
    ------
    ParameterError
        It is undone, or not, already.
    """
    if entry.undone == (action == "undo"):
        state = "undone already" if entry.undone else "not undone"
        msg = f"Import {entry.number} is {state}; nothing was changed."
        raise ParameterError(msg)
    return {"import": entry.number, "source": entry.source}


def said_of(
    who: str, source: str, mapping: Mapping[str, ColumnMapping] | None, at: datetime
) -> dict[str, Any]:
    """Put together what a person says of an import."""
    return {"added": at, "who": who, "source": source, "mapping": dict(mapping or {})}


def write_import(
    folder: Path, kept: Kept, rows: Rows, report: ImportReport, comparison: Comparison
) -> Kept:
    """Write all files of an import into an empty folder, and give it with their checksums."""
    more = {
        IMPORT_NUMBER: kept.number,
        FILE: rows.origin[FILE],
        ROW: rows.origin[ROW],
        KEY: rows.keys,
        CONTENT_HASH: rows.hashes,
        SUPERSEDED: comparison.superseded,
    }
    bbox = bbox_of(rows.frame[EASTING].to_numpy(), rows.frame[NORTHING].to_numpy())
    with new_file(folder / INCIDENTS) as file:
        tables = tables_of(rows.frame, more, rows.order, schema_with(map(str, rows.frame.columns)))
        write_incidents(file, tables, bbox)
    with new_file(folder / PROBLEMS) as file:
        write_problems(file, report.problems)
    with new_file(folder / REPEATED) as file:
        write_keys(file, comparison.repeated)
    return with_manifest(folder, kept)


def with_manifest(folder: Path, kept: Kept, rename: Mapping[str, str] | None = None) -> Kept:
    """Write the manifest beside the other files, and give the import with all checksums.

    Parameters
    ----------
    rename
        Names that the files have for now, by their final names.
    """
    now = {name: (rename or {}).get(name, name) for name in (INCIDENTS, PROBLEMS, REPEATED)}
    checksums = {name: checksum_of(folder / path) for name, path in now.items()}
    for name, path in now.items():
        with (folder / path).open("rb") as file:
            checksums[footer_name(name)] = footer_checksum(file)
    kept = replace(kept, checksums=checksums)
    manifest = folder / (rename or {}).get(MANIFEST, MANIFEST)
    content = json_bytes(kept.to_dict())
    write_new(manifest, content)
    sync_folder(folder)
    return replace(kept, checksums={**checksums, MANIFEST: checksum_of(manifest)})
