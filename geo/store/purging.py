"""Deleting for good what happened before a day, in all imports."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from geo.report import DUPLICATE, FILE, FOUND, OUTCOME, ROW, ROW_VALUES
from geo.schema import OCCURRED, OCCURRED_END, SOURCE
from geo.store.adding import with_manifest
from geo.store.atomic import new_file
from geo.store.files import ImportFiles
from geo.store.layout import staged_name
from geo.store.manifest import FILES, INCIDENTS, PROBLEMS, REPEATED, Contents, Kept
from geo.store.parquet import (
    GEOMETRY,
    KEY,
    SUPERSEDED,
    Bounds,
    RowFilter,
    bbox_of,
    contained,
    points_of,
    to_numpy,
    write_incidents,
    write_keys,
    write_problems,
)
from geo.store.versions import NO_KEYS, with_keys
from geo.wards.join import Location, ward_lookup

# Both vintages cover the same land, so who is inside the borough does not depend on which.
_VINTAGE = "2022"


@dataclass(frozen=True, eq=False)
class Doomed:
    """What a purge deletes.

    Attributes
    ----------
    before
        First moment that is kept.
    keys
        Sorted keys of incidents of which every version goes.
    """

    before: datetime
    keys: NDArray[np.uint64]

    def mask(self, table: pa.Table) -> NDArray[np.bool_]:
        """Say which rows go, shape (n,)."""
        return self.is_before(table) | contained(to_numpy(table[KEY]), self.keys)

    def is_before(self, table: pa.Table) -> NDArray[np.bool_]:
        """Say which rows say that they happened before the day, shape (n,)."""
        start, end = to_numpy(table[OCCURRED]), to_numpy(table[OCCURRED_END])
        return np.asarray(np.where(np.isnat(end), start, end) < np.datetime64(self.before, "us"))


def doomed(files: ImportFiles, contents: Contents, before: date) -> Doomed:
    """Find all incidents of which the current version is from before a day.

    Within an import the last row about an incident decides, whether it is current or not.
    """
    by_time = Doomed(datetime.combine(before, time()), NO_KEYS)
    keys = NO_KEYS
    for piece in files.pieces(contents):
        keys = with_keys(keys, _keys_before(files, piece.kept, by_time, piece.replaced))
    return replace(by_time, keys=keys)


def deleted_rows(files: ImportFiles, contents: Contents, what: Doomed) -> dict[int, int]:
    """Count the rows that go, by number of import; imports without any are left out."""
    counts = {
        number: sum(
            int(np.count_nonzero(with_own(files, kept, what).mask(table)))
            for table in files.table(kept, [OCCURRED, OCCURRED_END, KEY], Bounds())
        )
        for number, kept in contents.imports.items()
    }
    return {number: count for number, count in counts.items() if count}


def with_own(files: ImportFiles, kept: Kept, what: Doomed) -> Doomed:
    """Give what goes of one import: with a last row about an incident go those before it."""
    own = _keys_before(files, kept, what, NO_KEYS)
    return replace(what, keys=with_keys(what.keys, own))


def stage_purge(
    files: ImportFiles, contents: Contents, what: Doomed
) -> tuple[dict[int, int], dict[str, Mapping[str, object]]]:
    """Write what is left of every import that changes beside the files that are there.

    Returns
    -------
    Rows deleted by number of import, and by number as text what changes of it.
    """
    generation = contents.length + 1
    deleted: dict[int, int] = {}
    changed: dict[str, Mapping[str, object]] = {}
    earlier = NO_KEYS
    for kept in contents.imports.values():
        rewriting = _Rewriting(files, kept, with_own(files, kept, what), generation)
        after = rewriting.staged(earlier)
        earlier = with_keys(earlier, rewriting.keys_left)
        if after is not None:
            changed[str(kept.number)] = after.changing()
        if rewriting.deleted:
            deleted[kept.number] = rewriting.deleted
    return deleted, changed


class _Rewriting:
    """Writes what is left of one import; nothing when nothing changes."""

    def __init__(self, files: ImportFiles, kept: Kept, what: Doomed, generation: int) -> None:
        self._files, self._kept, self._what = files, kept, what
        self._names = {name: staged_name(name, generation) for name in FILES}
        self._folder = files.path(kept, INCIDENTS).parent
        keys, gone = [NO_KEYS], [np.empty(0, np.bool_)]
        origin = []
        for table in files.table(kept, [FILE, ROW, KEY, OCCURRED, OCCURRED_END], Bounds()):
            mask = what.mask(table)
            gone.append(mask)
            keys.append(to_numpy(table[KEY])[~mask])
            origin.append(table.select([FILE, ROW]).filter(pa.array(mask)))
        self.deleted = int(np.count_nonzero(np.concatenate(gone)))
        self.keys_left = np.unique(np.concatenate(keys))
        self._origin = pa.concat_tables(origin).to_pandas() if origin else None

    def staged(self, earlier: NDArray[np.uint64]) -> Kept | None:
        """Write the files for now under other names; None when nothing changes.

        Parameters
        ----------
        earlier
            Sorted keys that are left in the imports before this one.
        """
        repeated = self._files.repeated(self._kept)
        repeated_left = repeated[contained(repeated, earlier) & contained(repeated, self.keys_left)]
        problems = self._files.problems(self._kept)
        problems_left = self._emptied(problems)
        is_same = self.deleted == 0 and len(repeated_left) == len(repeated)
        if is_same and problems_left.equals(problems):
            return None
        kept = self._write_incidents()
        with new_file(self._folder / self._names[PROBLEMS]) as file:
            write_problems(file, problems_left)
        with new_file(self._folder / self._names[REPEATED]) as file:
            write_keys(file, repeated_left)
        kept = replace(
            kept,
            repeated=len(repeated_left),
            entry=replace(kept.entry, purged=kept.entry.purged + self.deleted),
        )
        return with_manifest(self._folder, kept, self._names)

    def _emptied(self, problems: pd.DataFrame) -> pd.DataFrame:
        """Empty what problems show of rows that go, or of all rows of an old import."""
        if self._kept.entry.added.date() < self._what.before.date():
            to_empty = np.ones(len(problems), np.bool_)
        elif self.deleted == 0 or self._origin is None:
            return problems
        else:
            gone = pd.MultiIndex.from_frame(self._origin)
            to_empty = pd.MultiIndex.from_frame(problems[[FILE, ROW]]).isin(gone)
            # Which row a duplicate repeats is not known, and what it shows stands there too.
            to_empty |= (problems[OUTCOME] == DUPLICATE).to_numpy()
        left = problems.copy()
        left.loc[to_empty, [FOUND, ROW_VALUES]] = ""
        return left

    def _write_incidents(self) -> Kept:
        x, y, times, sources = self._what_is_left()
        with (
            self._files.open(self._kept, INCIDENTS) as old,
            new_file(self._folder / self._names[INCIDENTS]) as file,
        ):
            write_incidents(file, self._groups_left(old), bbox_of(x, y))
        where = Location(ward_lookup(_VINTAGE).positions(x, y))
        entry = replace(
            self._kept.entry,
            located=where.located,
            outside=where.outside,
            not_located=where.not_located,
            first_day=pd.Timestamp(times.min()).date() if len(times) else None,
            last_day=pd.Timestamp(times.max()).date() if len(times) else None,
        )
        return replace(self._kept, entry=entry, sources=tuple(sorted(sources)))

    def _what_is_left(
        self,
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.datetime64], set[str]]:
        x, y, times, sources = [np.empty(0)], [np.empty(0)], [np.empty(0, "M8[us]")], set()
        columns = [GEOMETRY, KEY, OCCURRED, OCCURRED_END, SOURCE]
        for table in self._files.table(self._kept, columns, Bounds()):
            left = table.filter(pa.array(~self._what.mask(table)))
            eastings, northings = points_of(left)
            x.append(eastings)
            y.append(northings)
            times.append(to_numpy(left[OCCURRED]))
            sources |= set(left[SOURCE].unique().to_pylist())
        return np.concatenate(x), np.concatenate(y), np.concatenate(times), sources

    def _groups_left(self, old: pq.ParquetFile) -> Iterator[pa.Table]:
        for group in range(old.metadata.num_row_groups):
            table = old.read_row_group(group)
            yield table.filter(pa.array(~self._what.mask(table))).replace_schema_metadata()


def _keys_before(
    files: ImportFiles, kept: Kept, what: Doomed, replaced: NDArray[np.uint64]
) -> NDArray[np.uint64]:
    """Give the sorted keys of rows from before the day that nothing later replaces."""
    found = [NO_KEYS]
    columns = [OCCURRED, OCCURRED_END, KEY, SUPERSEDED]
    for table in files.table(kept, columns, Bounds(end=what.before), RowFilter(replaced)):
        found.append(to_numpy(table[KEY])[what.is_before(table)])
    return np.unique(np.concatenate(found))
