"""Incidents as GeoParquet 1.1 with native points, read without what a selection does not need.

Rows are sorted by time and lie in small groups of which the file knows the first and last time and
the bounding box, so that a month is found among ten million rows without reading the others.
See https://geoparquet.org/releases/v1.1.0/.
"""

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from itertools import chain, pairwise
from typing import Any, BinaryIO

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from pyproj import CRS

from boundaries.projection import BNG
from geo.report import FILE, PROBLEM_COLUMNS, ROW
from geo.schema import (
    CATEGORY,
    EASTING,
    INCIDENT_ID,
    IS_CRIME,
    LATER_COLUMNS,
    LOCATION_QUALITY,
    NORTHING,
    OCCURRED,
    OCCURRED_END,
    OPTIONAL_COLUMNS,
    OPTIONAL_TEXTS,
    REQUIRED_COLUMNS,
    SOURCE,
    STRAND_COLUMNS,
    TIME_PRECISION,
    Incidents,
)
from geo.store.interface import IMPORT_NUMBER

GEOMETRY = "geometry"
KEY = "incident_key"
CONTENT_HASH = "content_hash"
SUPERSEDED = "superseded"
"""Whether a later row of the same import says something of the same incident."""
X, Y = f"{GEOMETRY}.x", f"{GEOMETRY}.y"

ROWS_PER_GROUP = 1 << 16
_GROUPS_PER_BATCH = 16
# All of them are written with every row group.
_FEW_TEXTS = 4_096
# A file ends with the length of what it says of itself, and with four letters.
_LENGTH_BYTES, _TRAILER_BYTES = 4, 8

_POINT = pa.struct(
    [pa.field("x", pa.float64(), nullable=False), pa.field("y", pa.float64(), nullable=False)]
)
_TIME = pa.timestamp("us")
_TEXTS = (INCIDENT_ID, SOURCE, CATEGORY, TIME_PRECISION, *OPTIONAL_TEXTS, LOCATION_QUALITY)
_TYPES: dict[str, pa.DataType] = {
    **dict.fromkeys(_TEXTS, pa.string()),
    **dict.fromkeys((OCCURRED, OCCURRED_END), _TIME),
    **dict.fromkeys((IS_CRIME, *STRAND_COLUMNS.values()), pa.bool_()),
}
_NEVER_MISSING = (OCCURRED, *STRAND_COLUMNS.values())
_REPEATING = [FILE, SOURCE, CATEGORY, TIME_PRECISION, *OPTIONAL_TEXTS, LOCATION_QUALITY]

SCHEMA = pa.schema(
    [
        pa.field(IMPORT_NUMBER, pa.int32(), nullable=False),
        pa.field(FILE, pa.string(), nullable=False),
        pa.field(ROW, pa.int64(), nullable=False),
        pa.field(KEY, pa.uint64(), nullable=False),
        pa.field(CONTENT_HASH, pa.uint64(), nullable=False),
        pa.field(SUPERSEDED, pa.bool_(), nullable=False),
        *(
            pa.field(name, _TYPES[name], nullable=name not in _NEVER_MISSING)
            for name in (*REQUIRED_COLUMNS, *OPTIONAL_COLUMNS)
            if name not in (EASTING, NORTHING)
        ),
        pa.field(GEOMETRY, _POINT),
    ]
)
"""The columns of a file; ``LATER_COLUMNS`` only where an import has them, so that files without
are as they always were."""


@dataclass(frozen=True)
class Bounds:
    """Which rows may be wanted.

    Attributes
    ----------
    start, end
        First moment, and the first that is too late.
    box
        West, south, east and north in metres (EPSG:27700); rows without a place are not wanted.
    """

    start: datetime | None = None
    end: datetime | None = None
    box: tuple[float, float, float, float] | None = None


def write_incidents(file: BinaryIO, tables: Iterable[pa.Table], bbox: Sequence[float]) -> None:
    """Write rows that are sorted by time, each table as a row group.

    Parameters
    ----------
    bbox
        West, south, east and north of all of them in metres (EPSG:27700); empty without points.
    """
    turn = iter(tables)
    first = next(turn, schema_with(()).empty_table())
    with pq.ParquetWriter(
        file,
        first.schema,
        store_schema=False,  # texts that were encoded to be written faster are plain texts
        compression=dict.fromkeys(_leaves(first), "zstd") | {KEY: "none", CONTENT_HASH: "none"},
        use_dictionary=[*(name for name in _REPEATING if name in first.column_names), X, Y],
        write_page_checksum=True,  # what a disk returns altered is not read as if it were right
        write_statistics=[name for name in _leaves(first) if name not in (KEY, CONTENT_HASH)],
    ) as writer:
        writer.add_key_value_metadata({"geo": json.dumps(_geo(bbox))})
        for table in _one_ahead(chain([first], turn)):
            if len(table):
                writer.write_table(table, row_group_size=ROWS_PER_GROUP)


def _one_ahead(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Make the next table in another thread while one is written."""
    turn = iter(tables)
    with ThreadPoolExecutor(1) as thread:
        coming = thread.submit(next, turn, None)
        while (table := coming.result()) is not None:
            coming = thread.submit(next, turn, None)
            yield table


def schema_with(columns: Iterable[str]) -> pa.Schema:
    """Give the schema of a file of incidents that have these columns."""
    there = set(columns)
    left_out = [name for name in LATER_COLUMNS if name not in there]
    return pa.schema([field for field in SCHEMA if field.name not in left_out])


def completed(table: pa.Table, columns: Sequence[str]) -> pa.Table:
    """Give columns of ``SCHEMA`` in this order, without values where the file has none."""
    for name in columns:
        if name not in table.column_names:
            field = SCHEMA.field(name)
            table = table.append_column(field, pa.nulls(len(table), field.type))
    return table.select(list(columns))


def bbox_of(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[float, ...]:
    """Give west, south, east and north of points, shape (n,), NaN where not located; or nothing."""
    if np.isnan(x).all():
        return ()
    return float(np.nanmin(x)), float(np.nanmin(y)), float(np.nanmax(x)), float(np.nanmax(y))


def read_batches(
    file: pq.ParquetFile, columns: Sequence[str], bounds: Bounds, wanted: "RowFilter | None" = None
) -> Iterator[pa.Table]:
    """Give the rows within bounds, in the order of the file, in pieces of bounded size.

    Parameters
    ----------
    columns
        Names as in ``SCHEMA``; of each piece only those are read.
    wanted
        Decides by key and ``superseded`` which rows are, before anything else is read of them.
    """
    groups = groups_within(file.metadata, bounds)
    for start in range(0, len(groups), _GROUPS_PER_BATCH):
        yield from _batch(file, groups[start : start + _GROUPS_PER_BATCH], columns, bounds, wanted)


def rows_with_key(file: pq.ParquetFile, key: np.uint64) -> pa.Table:
    """Give the rows of one key with all columns."""
    found = [SCHEMA.empty_table()]
    for group in range(file.metadata.num_row_groups):
        mask = to_numpy(file.read_row_group(group, columns=[KEY])[KEY]) == key
        if mask.any():
            table = file.read_row_group(group).filter(pa.array(mask))
            found.append(completed(table.replace_schema_metadata(), SCHEMA.names))
    return pa.concat_tables(found)


@dataclass(frozen=True, eq=False)
class RowFilter:
    """Leaves out rows that something later replaced.

    Attributes
    ----------
    replaced
        Sorted keys of incidents that a later import says something of.
    """

    replaced: NDArray[np.uint64]

    def mask(self, table: pa.Table) -> NDArray[np.bool_]:
        """Say which rows are current, shape (n,)."""
        current = ~to_numpy(table[SUPERSEDED])
        if len(self.replaced):
            current &= ~contained(to_numpy(table[KEY]), self.replaced)
        return current


def contained(keys: NDArray[np.uint64], among: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Say which keys, shape (n,), are among sorted ones, shape (m,)."""
    if len(among) == 0:
        return np.zeros(len(keys), np.bool_)
    at = np.minimum(np.searchsorted(among, keys), len(among) - 1)
    return np.asarray(among[at] == keys)


def groups_within(metadata: pq.FileMetaData, bounds: Bounds) -> list[int]:
    """Give the row groups that can hold rows within bounds."""
    at = {metadata.schema.column(i).path: i for i in range(metadata.num_columns)}
    return [
        group
        for group in range(metadata.num_row_groups)
        if _may_hold(metadata.row_group(group), at, bounds)
    ]


def frame_of(table: pa.Table, columns: Sequence[str]) -> pd.DataFrame:
    """Make what :class:`geo.schema.Incidents` needs of columns of incidents."""
    made: dict[str, Any] = {}
    for name in columns:
        if name in (EASTING, NORTHING):
            made[name] = _coordinate(table, 0 if name == EASTING else 1)
        elif name == IS_CRIME:
            made[name] = _truths(table[name])
        else:
            made[name] = table[name].to_pandas()
    return pd.DataFrame(made, index=pd.RangeIndex(len(table)))


def stored_names(columns: Iterable[str]) -> list[str]:
    """Give the columns of the file that hold these columns of incidents."""
    return list(dict.fromkeys(GEOMETRY if c in (EASTING, NORTHING) else c for c in columns))


def points_of(table: pa.Table) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give eastings and northings, shape (n,), NaN where not located."""
    return _coordinate(table, 0), _coordinate(table, 1)


def to_numpy(column: pa.ChunkedArray) -> NDArray[Any]:
    """Give the values of a column."""
    return np.asarray(column.to_numpy(zero_copy_only=False))


def empty_incidents(columns: Sequence[str]) -> Incidents:
    """Give no incidents, with columns of the right types."""
    return Incidents(frame_of(SCHEMA.empty_table(), columns))


def tidy_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Give the columns the types that they come back with; values stay as they are."""
    types: dict[str, Any] = {name: "str" for name in _TEXTS if name in frame}
    types |= dict.fromkeys(STRAND_COLUMNS.values(), "bool")
    types |= {name: "datetime64[us]" for name in (OCCURRED, OCCURRED_END) if name in frame}
    types |= {IS_CRIME: "boolean", EASTING: "float64", NORTHING: "float64"}
    return frame.astype({name: kind for name, kind in types.items() if frame[name].dtype != kind})


def tables_of(
    frame: pd.DataFrame, more: dict[str, Any], order: NDArray[np.intp], schema: pa.Schema = SCHEMA
) -> Iterator[pa.Table]:
    """Cut incidents into tables of one row group each, in an order, without copying them all.

    Parameters
    ----------
    frame
        As :func:`tidy_frame` gives it.
    more
        The columns of ``SCHEMA`` that are not of incidents; values of shape (n,), or one for all.
    order
        Shape (n,): positions of the rows.
    schema
        The columns to give, in their order.
    """
    given = {name: frame[name] for name in frame.columns if name in SCHEMA.names}
    given |= {name: values for name, values in more.items() if np.ndim(values)}
    arrays = {name: _encoded(name, _arrow(values)) for name, values in given.items()}
    x, y = frame[EASTING].to_numpy(), frame[NORTHING].to_numpy()
    for start in range(0, len(order), ROWS_PER_GROUP):
        rows = order[start : start + ROWS_PER_GROUP]
        taken = {name: array.take(pa.array(rows)) for name, array in arrays.items()}
        taken[GEOMETRY] = _points(x[rows], y[rows])
        constant = {name: pa.repeat(value, len(rows)) for name, value in more.items()
                    if not np.ndim(value)}  # fmt: skip
        filled = taken | constant
        columns = [
            _typed(filled[field.name], field) if field.name in filled else _missing(field, x[rows])
            for field in schema
        ]
        fields = [
            field.with_type(column.type) for field, column in zip(schema, columns, strict=True)
        ]
        yield pa.table(columns, schema=pa.schema(fields))


def write_problems(file: BinaryIO, problems: pd.DataFrame) -> None:
    """Write a table of problems."""
    table = _problem_table(problems)
    pq.write_table(table, file, compression="zstd", write_page_checksum=True)


def read_problems(file: pq.ParquetFile) -> pd.DataFrame:
    """Read a table of problems."""
    frame: pd.DataFrame = file.read().to_pandas()
    return frame.astype({name: "int64" if name == ROW else "str" for name in PROBLEM_COLUMNS})


def write_keys(file: BinaryIO, keys: NDArray[np.uint64]) -> None:
    """Write sorted keys; they are random numbers, so that nothing makes them smaller."""
    table = pa.table({KEY: pa.array(keys, pa.uint64())})
    pq.write_table(table, file, compression="none", use_dictionary=False, write_page_checksum=True)


def read_keys(file: pq.ParquetFile) -> NDArray[np.uint64]:
    """Read sorted keys, shape (n,)."""
    return np.asarray(to_numpy(file.read()[KEY]), np.uint64)


def footer_checksum(file: BinaryIO | pa.NativeFile) -> str:
    """Give the SHA-256 of the end of a Parquet file, which says where in it what is.

    Its pages have checksums of their own. The position in the file is left at the start.
    """
    size = file.seek(0, os.SEEK_END)
    file.seek(max(size - _TRAILER_BYTES, 0))
    length = int.from_bytes(file.read(_LENGTH_BYTES), "little")
    file.seek(max(size - _TRAILER_BYTES - length, 0))
    checksum = sha256(file.read()).hexdigest()
    file.seek(0)
    return checksum


def _geo(bbox: Sequence[float]) -> dict[str, Any]:
    column: dict[str, Any] = {"encoding": "point", "geometry_types": ["Point"], "crs": _crs()}
    if bbox:
        column["bbox"] = list(bbox)
    return {"version": "1.1.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}


@cache
def _crs() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(CRS(BNG).to_json())
    return document


def _leaves(table: pa.Table) -> list[str]:
    return [name for name in table.column_names if name != GEOMETRY] + [X, Y]


def _may_hold(group: pq.RowGroupMetaData, at: dict[str, int], bounds: Bounds) -> bool:
    def overlaps(name: str, low: datetime | float | None, high: datetime | float | None) -> bool:
        statistics = group.column(at[name]).statistics
        if not statistics.has_min_max:  # there is not a single value
            return False
        is_early_enough = high is None or statistics.min <= high
        return bool(is_early_enough and (low is None or statistics.max >= low))

    if bounds.end == datetime.min:
        return False
    last = bounds.end - timedelta(microseconds=1) if bounds.end else None
    if not overlaps(OCCURRED, bounds.start, last):
        return False
    if bounds.box is None:
        return True
    west, south, east, north = bounds.box
    return overlaps(X, west, east) and overlaps(Y, south, north)


def _batch(
    file: pq.ParquetFile,
    groups: list[int],
    columns: Sequence[str],
    bounds: Bounds,
    wanted: RowFilter | None,
) -> Iterator[pa.Table]:
    """Read what decides first, and the rest only of row groups with wanted rows."""
    deciding = [OCCURRED] if bounds.start or bounds.end else []
    deciding += [GEOMETRY] if bounds.box else []
    deciding += [KEY, SUPERSEDED] if wanted else []
    if not deciding:
        yield completed(file.read_row_groups(groups, columns=list(columns)), columns)
        return
    first = file.read_row_groups(groups, columns=deciding)
    mask = _mask(first, bounds, wanted)
    edges = np.cumsum([0, *(file.metadata.row_group(group).num_rows for group in groups)])
    holds = [bool(mask[a:b].any()) for a, b in pairwise(edges)]
    if not any(holds):
        return
    mask = mask[np.repeat(holds, np.diff(edges))]
    rest = file.read_row_groups(
        [group for group, some in zip(groups, holds, strict=True) if some], columns=list(columns)
    )
    yield completed(rest if mask.all() else rest.filter(pa.array(mask)), columns)


def _mask(table: pa.Table, bounds: Bounds, wanted: RowFilter | None) -> NDArray[np.bool_]:
    mask = np.ones(len(table), np.bool_) if wanted is None else wanted.mask(table)
    if bounds.start or bounds.end:
        occurred = to_numpy(table[OCCURRED])
        if bounds.start:
            mask &= occurred >= np.datetime64(bounds.start, "us")
        if bounds.end:
            mask &= occurred < np.datetime64(bounds.end, "us")
    if bounds.box:
        x, y = points_of(table)
        west, south, east, north = bounds.box
        mask &= (x >= west) & (x <= east) & (y >= south) & (y <= north)
    return mask


def _coordinate(table: pa.Table, axis: int) -> NDArray[np.float64]:
    # Children of a missing point are missing too, and become NaN.
    pieces = [chunk.flatten()[axis] for chunk in table[GEOMETRY].chunks]
    values = pa.chunked_array(pieces, pa.float64())
    return np.asarray(to_numpy(values), np.float64)


def _points(x: NDArray[np.float64], y: NDArray[np.float64]) -> pa.StructArray:
    fields = [_POINT.field(0), _POINT.field(1)]
    return pa.StructArray.from_arrays(
        [pa.array(x), pa.array(y)], fields=fields, mask=pa.array(np.isnan(x))
    )


def _truths(column: pa.ChunkedArray) -> "pd.arrays.BooleanArray":
    missing = to_numpy(column.is_null()).astype(np.bool_)
    return pd.arrays.BooleanArray(to_numpy(column.fill_null(False)).astype(np.bool_), missing)


def _arrow(values: "pd.Series[Any] | NDArray[Any]") -> pa.Array:
    array = pa.array(values, from_pandas=True)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _encoded(name: str, array: pa.Array) -> pa.Array:
    """Give texts that repeat as numbers of few texts, which are put in order and written faster."""
    if name not in _REPEATING:
        return array
    if not pa.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    texts = array.dictionary.cast(pa.string())
    return pa.DictionaryArray.from_arrays(array.indices.cast(pa.int32()), texts)


def _typed(array: pa.Array, field: pa.Field) -> pa.Array:
    """Give the column its type, or texts that repeat as they are if they are few."""
    if pa.types.is_dictionary(array.type) and len(array.dictionary) <= _FEW_TEXTS:
        return array
    return array.cast(field.type)


def _missing(field: pa.Field, x: NDArray[np.float64]) -> pa.Array:
    """Give a column that an import does not have; how exact its places are is as recorded."""
    if field.name != LOCATION_QUALITY:
        return pa.nulls(len(x), field.type)
    return pa.array(np.where(np.isnan(x), "not located", "point"), field.type)


def _problem_table(problems: pd.DataFrame) -> pa.Table:
    columns = {
        name: pa.array(problems[name], pa.int64() if name == ROW else pa.string(), from_pandas=True)
        for name in PROBLEM_COLUMNS
    }
    return pa.table(columns)
