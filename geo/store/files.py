"""The files of the imports, found wherever the last writer has left them."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from threading import Lock

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

import boundaries
from boundaries.columns import WARD_CODE
from boundaries.errors import StoreError
from boundaries.vintages import VINTAGES
from geo.identity import incident_keys
from geo.report import FILE, ROW
from geo.schema import INCIDENT_ID, OCCURRED, OPTIONAL_COLUMNS, REQUIRED_COLUMNS, SOURCE, Incidents
from geo.selection import Selection
from geo.store.interface import CURRENT, IMPORT_NUMBER, REPLACED, STATUS, UNDONE, VERSION_COLUMNS
from geo.store.layout import places_of
from geo.store.manifest import INCIDENTS, PROBLEMS, REPEATED, Contents, Kept, footer_name
from geo.store.parquet import (
    KEY,
    SCHEMA,
    SUPERSEDED,
    Bounds,
    RowFilter,
    empty_incidents,
    footer_checksum,
    frame_of,
    read_batches,
    read_keys,
    read_problems,
    rows_with_key,
    stored_names,
    to_numpy,
)
from geo.store.versions import NO_KEYS, in_order, with_keys

_KEYS_IN_MEMORY_BYTES = 200_000_000


class MissingFileError(StoreError):
    """A file of an import is not there, or not as the journal says."""


@dataclass(frozen=True, eq=False)
class Piece:
    """One import's part in what is read: its file and the keys that later ones repeat."""

    kept: Kept
    replaced: NDArray[np.uint64]


class ImportFiles:
    """Reads the files of imports.

    Parameters
    ----------
    store
        Folder of the store.
    """

    def __init__(self, store: Path) -> None:
        self._store = store
        self._keys: OrderedDict[str, NDArray[np.uint64]] = OrderedDict()
        self._guard = Lock()

    def path(self, kept: Kept, name: str) -> Path:
        """Give the path at which a file of an import is now.

        Raises
        ------
        MissingFileError
            It is nowhere.
        """
        places = list(places_of(self._store, kept, name))
        for path in places:
            if path.exists():
                return path
        msg = f"{places[-1]} is missing; restore it from a backup."
        raise MissingFileError(msg)

    @contextmanager
    def open(self, kept: Kept, name: str) -> Iterator[pq.ParquetFile]:
        """Open a file of an import; damage that shows while it is read is said, too.

        Raises
        ------
        StoreError
            It is missing, damaged, or not that of the import.
        """
        path, content = self._opened(kept, name)
        with content, _damage_said(path):
            told = kept.checksums.get(footer_name(name))
            if told not in (None, footer_checksum(content)):
                msg = f"{path} is damaged, or not what the journal says; restore it from a backup."
                raise MissingFileError(msg)
            with pq.ParquetFile(content, page_checksum_verification=True) as file:
                yield file

    def _opened(self, kept: Kept, name: str) -> tuple[Path, pa.NativeFile]:
        for path in places_of(self._store, kept, name):
            with suppress(FileNotFoundError):
                return path, pa.OSFile(str(path))
        msg = f"{name} of import {kept.number} is missing in {self._store}; restore it."
        raise MissingFileError(msg)

    def problems(self, kept: Kept) -> pd.DataFrame:
        """Read the problems of an import."""
        with self.open(kept, PROBLEMS) as file:
            return read_problems(file)

    def repeated(self, kept: Kept) -> NDArray[np.uint64]:
        """Read the sorted keys that imports before this one have."""
        if kept.repeated == 0:
            return NO_KEYS
        # A reader may open the file of after a purge, which others may have had before it.
        name = f"{kept.number} {kept.generation} {kept.checksums[REPEATED]}"
        with self._guard:
            if name in self._keys:
                self._keys.move_to_end(name)
                return self._keys[name]
        with self.open(kept, REPEATED) as file:
            keys = read_keys(file)
        with self._guard:
            self._keys[name] = keys
            while sum(each.nbytes for each in self._keys.values()) > _KEYS_IN_MEMORY_BYTES:
                self._keys.popitem(last=False)
        return keys

    def pieces(self, contents: Contents) -> Iterator[Piece]:
        """Give the imports that count, newest first, with what later ones repeat."""
        replaced = NO_KEYS
        for kept in reversed(contents.active):
            yield Piece(kept, replaced)
            replaced = with_keys(replaced, self.repeated(kept))

    def table(
        self, kept: Kept, columns: Iterable[str], bounds: Bounds, wanted: RowFilter | None = None
    ) -> Iterator[pa.Table]:
        """Read columns of the file in pieces of bounded size."""
        with self.open(kept, INCIDENTS) as file:
            yield from read_batches(file, list(columns), bounds, wanted)


def read_current(files: ImportFiles, contents: Contents, selection: Selection) -> Incidents:
    """Give the current incidents of a selection, in the order of the contract."""
    columns = columns_of(contents.columns)
    bounds = bounds_of(selection)
    rest = replace(selection, start=None, end=None)
    tables = [
        chosen
        for piece in files.pieces(contents)
        if _may_hold(piece.kept, bounds) and _may_hold_sources(piece.kept, selection)
        for table in files.table(
            piece.kept, [KEY, *stored_names(columns)], bounds, RowFilter(piece.replaced)
        )
        if len(chosen := _chosen(table, rest))
    ]
    return incidents_of(tables, columns)


def read_versions(
    files: ImportFiles, contents: Contents, source: str, incident_id: str
) -> pd.DataFrame:
    """Give all rows about one incident, newest import first, with ``VERSION_COLUMNS``."""
    asked = pd.DataFrame({SOURCE: [source], INCIDENT_ID: [incident_id]}, dtype="str")
    key = incident_keys(asked)[0]
    columns = [IMPORT_NUMBER, FILE, ROW, SUPERSEDED]
    found, has_current = [], False
    for kept in reversed(list(contents.imports.values())):
        with files.open(kept, INCIDENTS) as file:
            table = rows_with_key(file, key)
        if len(table) == 0:  # as of most imports; making frames of nothing takes longest
            continue
        rows = frame_of(table, [*columns, *REQUIRED_COLUMNS, *OPTIONAL_COLUMNS])
        rows = rows[(rows[SOURCE] == source) & (rows[INCIDENT_ID] == incident_id)]
        last = ~rows[SUPERSEDED].to_numpy(np.bool_)
        status = UNDONE if kept.entry.undone else REPLACED
        rows[STATUS] = pd.Series(status, rows.index, dtype="str")
        if not kept.entry.undone and not has_current and last.any():
            rows.loc[last, STATUS] = CURRENT
            has_current = True
        found.append(rows[list(VERSION_COLUMNS)].iloc[np.argsort(~last, kind="stable")])
    if not found:
        empty = frame_of(SCHEMA.empty_table(), [*columns, *REQUIRED_COLUMNS, *OPTIONAL_COLUMNS])
        return empty.assign(**{STATUS: pd.Series(dtype="str")})[list(VERSION_COLUMNS)]
    return pd.concat(found, ignore_index=True)


def incidents_of(tables: list[pa.Table], columns: list[str]) -> Incidents:
    """Put tables of rows together, by time, then key."""
    tables = [table for table in tables if len(table)]
    if not tables:
        return empty_incidents(columns)
    # Imports of one month after the other need no sorting when they are put in order first.
    table = pa.concat_tables(sorted(tables, key=lambda one: one[OCCURRED][0].as_py()))
    times, keys = to_numpy(table[OCCURRED]), np.asarray(to_numpy(table[KEY]), np.uint64)
    if not _is_sorted(times, keys):
        table = table.take(pa.array(in_order(times, keys)))
    return Incidents(frame_of(table, columns))


def columns_of(optional: Iterable[str]) -> list[str]:
    """Give the columns of incidents that have these optional ones."""
    there = set(optional)
    return [*REQUIRED_COLUMNS, *(name for name in OPTIONAL_COLUMNS if name in there)]


def bounds_of(selection: Selection) -> Bounds:
    """Give the bounds of all that a selection can take."""
    return Bounds(
        start=_midnight(selection.start) if selection.start else None,
        end=_midnight_after(selection.end) if selection.end else None,
        box=_box_of(selection.wards) if selection.wards else None,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def _midnight_after(day: date) -> datetime | None:
    return None if day == date.max else _midnight(day + timedelta(days=1))


def _box_of(wards: tuple[str, ...]) -> tuple[float, float, float, float]:
    for vintage in VINTAGES:
        frame = boundaries.load_wards(vintage)
        chosen = frame[frame[WARD_CODE].isin(wards)]
        if len(chosen):
            west, south, east, north = chosen.total_bounds
            return float(west), float(south), float(east), float(north)
    msg = f"No vintage has the wards {wards}."  # pragma: no cover - a selection checks them
    raise StoreError(msg)


@contextmanager
def _damage_said(path: Path) -> Iterator[None]:
    """Say which file it is that cannot be read."""
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the system's own, such as a full disk
        msg = f"{path} is damaged ({error}); restore it from a backup."
        raise StoreError(msg) from error


def _may_hold(kept: Kept, bounds: Bounds) -> bool:
    first, last = kept.entry.first_day, kept.entry.last_day
    if first is None or last is None:
        return False
    too_late = bounds.end is not None and _midnight(first) >= bounds.end
    too_early = bounds.start is not None and last < bounds.start.date()
    return not (too_late or too_early)


def _may_hold_sources(kept: Kept, selection: Selection) -> bool:
    return selection.sources is None or bool(set(selection.sources) & set(kept.sources))


def _chosen(table: pa.Table, rest: Selection) -> pa.Table:
    """Leave out what a selection without days does not take."""
    if rest == Selection() or len(table) == 0:
        return table
    mask = rest.mask(Incidents(frame_of(table, REQUIRED_COLUMNS)))
    return table if mask.all() else table.filter(pa.array(mask))


def _is_sorted(times: NDArray[np.datetime64], keys: NDArray[np.uint64]) -> bool:
    later = times[1:] > times[:-1]
    return bool((later | ((times[1:] == times[:-1]) & (keys[1:] >= keys[:-1]))).all())
