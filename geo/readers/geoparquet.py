"""Parquet and GeoParquet, points as well-known binary or as native columns of x and y."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.types as pt
from pyproj import CRS

from boundaries.errors import InputFileError
from geo.readers.bounds import bounds, size_in_words
from geo.readers.layer import Layer, system_of
from geo.readers.points import Points, points_of_structs, points_of_wkb
from geo.readers.sources import InputFile
from geo.readers.typed_columns import texts_of

"""Parquet packs a value that repeats so tightly that a small file could fill any memory."""

_MAGIC = b"PAR1"
_ENCRYPTED_MAGIC = b"PARE"
_DEFAULT_SYSTEM = "OGC:CRS84"
_NATIVE = ("point", "multipoint")
_EXTENSION = b"ARROW:extension:name"
_EXTENSION_ABOUT = b"ARROW:extension:metadata"
_GEOARROW = "geoarrow."


@dataclass(frozen=True)
class _Geometry:
    """Which column has the geometry, how it is written, and its system."""

    column: str
    encoding: str
    system: CRS | None


def is_parquet(file: InputFile) -> bool:
    """Whether the file begins as Parquet does."""
    return file.content.startswith((_MAGIC, _ENCRYPTED_MAGIC))


def read_geoparquet(file: InputFile) -> Layer:
    """Read a table of Parquet, with its points where it has some.

    Raises
    ------
    InputFileError
        It is damaged, encrypted or too large, or what it says of its geometry is not understood.
    """
    table = _read(file)
    geometry = _geometry(file, table.schema)
    left_out = set() if geometry is None else {geometry.column, *_coverings(table.schema)}
    names = [name for name in table.schema.names if name not in left_out]
    places = [place for place, name in enumerate(table.schema.names) if name not in left_out]
    cells = {number: texts_of(table.column(place)) for number, place in enumerate(places)}
    return Layer(
        header=tuple(name.strip() for name in names),
        cells=pd.DataFrame(cells, index=pd.RangeIndex(len(table))),
        points=None if geometry is None else _points(table, geometry),
        system=None if geometry is None else geometry.system,
    )


def _read(file: InputFile) -> pa.Table:
    if file.content.startswith(_ENCRYPTED_MAGIC):
        msg = f"{file.name} is encrypted Parquet. Save it without encryption."
        raise InputFileError(msg)
    try:
        parquet = pq.ParquetFile(pa.BufferReader(file.content))
        _check_size(file, parquet.metadata)
        return parquet.read()
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        msg = f"{file.name} is damaged Parquet ({error}). Download or save it again."
        raise InputFileError(msg) from error


def _check_size(file: InputFile, about: Any) -> None:  # noqa: ANN401 - untyped package
    groups = (about.row_group(number) for number in range(about.num_row_groups))
    size = sum(group.total_byte_size for group in groups)
    most = bounds()
    if about.num_rows > most.rows or size > most.unpacked_bytes:
        msg = (
            f"{file.name} holds {about.num_rows:,} rows in {size_in_words(size)}, more than "
            f"{most.rows:,} rows or {most.unpacked_in_words}. Give it in parts."
        )
        raise InputFileError(msg)


def _geometry(file: InputFile, schema: pa.Schema) -> _Geometry | None:
    about = (schema.metadata or {}).get(b"geo")
    if about is None:
        return _geometry_of_field(file, schema)
    try:
        document = json.loads(about)
        name = document["primary_column"]
        column = document["columns"][name]
        encoding = str(column["encoding"])
        schema.field(name)
    except (ValueError, KeyError, TypeError) as error:
        msg = (
            f"{file.name} is GeoParquet whose description of its geometry is not whole ({error}). "
            "Save it again."
        )
        raise InputFileError(msg) from error
    # Without a word the system is that of longitude and latitude; null says that it is not known.
    given = column.get("crs", _DEFAULT_SYSTEM)
    return _Geometry(name, encoding, None if given is None else system_of(file, given))


def _geometry_of_field(file: InputFile, schema: pa.Schema) -> _Geometry | None:
    """Find the first column that is marked as geometry, as GeoArrow does."""
    for field in schema:
        about = field.metadata or {}
        name = about.get(_EXTENSION, b"").decode()
        given = about.get(_EXTENSION_ABOUT, b"")
        if isinstance(field.type, pa.BaseExtensionType):
            name, given = field.type.extension_name, field.type.__arrow_ext_serialize__()
        if name.startswith(_GEOARROW):
            return _Geometry(field.name, name.removeprefix(_GEOARROW), _system_of(file, given))
    return None


def _system_of(file: InputFile, given: bytes) -> CRS | None:
    try:
        document = json.loads(given) if given else {}
    except ValueError:
        document = {}
    named = document.get("crs") if isinstance(document, Mapping) else None
    return system_of(file, named) if named else None


def _coverings(schema: pa.Schema) -> set[str]:
    """Name the columns that only hold the bounding boxes of the geometry."""
    document = json.loads((schema.metadata or {}).get(b"geo", b"{}"))
    columns = document.get("columns", {}).values()
    boxes = [column.get("covering", {}).get("bbox", {}) for column in columns]
    return {path[0] for box in boxes for path in box.values()}


def _points(table: pa.Table, geometry: _Geometry) -> Points:
    column = table.column(geometry.column)
    if isinstance(column.type, pa.BaseExtensionType):
        storage = column.type.storage_type
        column = pa.chunked_array([chunk.storage for chunk in column.chunks], storage)
    if geometry.encoding.lower() in _NATIVE and pt.is_nested(column.type):
        return points_of_structs(column)
    if pt.is_nested(column.type):
        return _no_points(column, geometry.encoding)
    return points_of_wkb(column)


def _no_points(column: pa.ChunkedArray, encoding: str) -> Points:
    """Say of native lines and areas that they are none."""
    nothing = np.full(len(column), np.nan)
    words = f"a geometry of the type {encoding}"
    other = np.where(np.asarray(column.is_valid()), words, "").astype(object)
    return Points(nothing, nothing, other)
