"""Checksums of what a store in PostGIS keeps of an import, and what is damaged of it."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from geo.identity import content_hashes, incident_keys
from geo.report import FILE, PROBLEM_COLUMNS, ROW
from geo.store.files import columns_of
from geo.store.manifest import Contents, Kept
from geo.store.parquet import CONTENT_HASH, KEY, SUPERSEDED, frame_of, to_numpy
from geo.store.postgis_reading import read_all, read_problems
from geo.store.postgis_rows import with_points

if TYPE_CHECKING:
    import psycopg

INCIDENTS, PROBLEMS = "incidents", "problems"
TOLD = (FILE, ROW, KEY, CONTENT_HASH, SUPERSEDED)


def checksums_of(rows: pd.DataFrame, problems: pd.DataFrame) -> dict[str, str]:
    """Give SHA-256 of the incidents and of the problems of an import.

    Parameters
    ----------
    rows
        Columns ``TOLD`` of the incidents in their order; key and hash stand for the others.
    problems
        Columns ``geo.report.PROBLEM_COLUMNS``.
    """
    texts = {name: "int64" if name == ROW else "str" for name in PROBLEM_COLUMNS}
    return {
        INCIDENTS: _checksum(rows[list(TOLD)].astype({FILE: "str"})),
        PROBLEMS: _checksum(problems[list(PROBLEM_COLUMNS)].astype(texts)),
    }


def checksums_there(connection: "psycopg.Connection[Any]", kept: Kept) -> dict[str, str]:
    """Give the checksums of what is in the database."""
    rows = read_all(connection, kept).select(TOLD).to_pandas()
    return checksums_of(rows, read_problems(connection, kept.number))


def damages(connection: "psycopg.Connection[Any]", contents: Contents) -> list[str]:
    """Say in sentences what of the imports is not as the journal says."""
    found = list(_wrong_imports(connection, contents))
    for kept in contents.imports.values():
        found += [f"Import {kept.number}: {said}" for said in _damages_of(connection, kept)]
    return found


def _checksum(frame: pd.DataFrame) -> str:
    hashes = pd.util.hash_pandas_object(frame, index=False).to_numpy()
    return sha256(hashes.tobytes()).hexdigest()


def _wrong_imports(connection: "psycopg.Connection[Any]", contents: Contents) -> Iterator[str]:
    rows = connection.execute("SELECT number, undone, manifest FROM hotspots.imports").fetchall()
    there: Mapping[int, tuple[bool, Any]] = {number: (undone, m) for number, undone, m in rows}
    for number, kept in contents.imports.items():
        if there.get(number) != (kept.entry.undone, kept.to_dict()):
            yield f"Import {number} is not in the table of imports as the journal says."
    unknown = sorted(set(there) - set(contents.imports))
    strange = connection.execute(
        "SELECT DISTINCT import_number FROM hotspots.incidents WHERE import_number <> ALL (%s)",
        [list(contents.imports)],
    ).fetchall()
    for number in sorted({*unknown, *(number for (number,) in strange)}):
        yield f"Import {number} is not in the journal."


def _damages_of(connection: "psycopg.Connection[Any]", kept: Kept) -> Iterator[str]:
    table, entry = read_all(connection, kept), kept.entry
    problems = read_problems(connection, kept.number)
    checksums = checksums_of(table.select(TOLD).to_pandas(), problems)
    expected = entry.located + entry.outside + entry.not_located
    if len(table) != expected:
        yield f"it has {len(table):,} incidents and should have {expected:,}."
    elif checksums[INCIDENTS] != kept.checksums[INCIDENTS]:
        yield "its incidents changed since being written; restore the database from a backup."
    if changed := _changed_rows(table, kept):
        yield f"{changed:,} of its incidents do not have the values that were written."
    if checksums[PROBLEMS] != kept.checksums[PROBLEMS]:
        yield "its problems changed since being written; restore the database from a backup."


def _changed_rows(table: pa.Table, kept: Kept) -> int:
    frame = frame_of(with_points(table), columns_of(kept.columns))
    wrong = incident_keys(frame) != to_numpy(table[KEY])
    wrong |= content_hashes(frame) != to_numpy(table[CONTENT_HASH])
    return int(np.count_nonzero(wrong))
