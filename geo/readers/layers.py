"""Map layers and typed tables to the same tables of texts as CSV files.

GeoJSON, GeoPackage, zipped Shapefiles, Parquet and GeoParquet. Where a row has a point, its
coordinates become two more columns; all that follows is the same for every format.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from boundaries.errors import CrsError, InputFileError
from geo.readers.columns import LATITUDE, LONGITUDE, columns_by_meaning, meaning_of_heading
from geo.readers.coordinates import read_degrees, read_grid
from geo.readers.gdal import is_geopackage, read_geopackage, read_shapefile
from geo.readers.geojson import is_json, read_geojson
from geo.readers.geoparquet import is_parquet, read_geoparquet
from geo.readers.layer import SAVE_AGAIN, Layer
from geo.readers.points import Points, placed
from geo.readers.positions import Positions
from geo.readers.problems import problem_rows
from geo.readers.sources import InputFile
from geo.readers.tables import RawTable
from geo.readers.typed_columns import texts_of
from geo.report import REJECTED
from geo.schema import EASTING, NORTHING

GEOMETRY = "geometry"
"""What the report calls the column of the geometry."""

_SHAPE_MAGIC = b"\x00\x00\x27\x0a"
_SHAPE_BYTES = 100
_PAIRS = {(EASTING, NORTHING): read_grid, (LONGITUDE, LATITUDE): read_degrees}
_SAME_PLACE_M = 0.05
_APART = " (attribute)"
_REMEDY = "Export one point for each incident, for example the centre of the shape."


def is_layer(file: InputFile) -> bool:
    """Whether this is a map layer or a Parquet table, by its content."""
    return _reader_of(file) is not None


def read_layer(file: InputFile) -> RawTable:
    """Read a map layer: one row per feature, in their order.

    Rows are numbered like those of a CSV file, so the first feature has row 2. Points in another
    reference system are turned to longitude and latitude. Features with anything but one point are
    rejected; features without geometry are kept, not located.

    Raises
    ------
    InputFileError
        It cannot be read, or does not say its reference system.
    """
    reader = _reader_of(file)
    if reader is None:
        msg = f"{file.name} is not a map layer. Give GeoJSON, GeoPackage, Shapefile or Parquet."
        raise InputFileError(msg)
    layer = reader(file)
    if layer.points is None or not layer.points.some:
        return _table(file, layer, layer.header, layer.cells, np.ones(len(layer.cells), np.bool_))
    return _with_points(replace(file, kind="map layer"), layer, layer.points)


def _reader_of(file: InputFile) -> Callable[[InputFile], Layer] | None:
    readers = (
        (is_geopackage, read_geopackage),
        (is_parquet, read_geoparquet),
        (_is_bare_shape, _refuse_bare_shape),
        (is_json, read_geojson),
    )
    if file.is_zip:
        return read_shapefile if not file.is_workbook and file.has_shapefile else None
    return next((reader for test, reader in readers if test(file)), None)


def _is_bare_shape(file: InputFile) -> bool:
    return file.content.startswith(_SHAPE_MAGIC) and len(file.content) >= _SHAPE_BYTES


def _refuse_bare_shape(file: InputFile) -> Layer:
    msg = (
        f"{file.name} is one of the files of a Shapefile. Pack all files of that name (.shp, .shx, "
        ".dbf, .prj, .cpg) into a ZIP archive and give that."
    )
    raise InputFileError(msg)


def _with_points(file: InputFile, layer: Layer, points: Points) -> RawTable:
    if layer.system is None:
        msg = (
            f"{file.name} does not say in which reference system its coordinates are (in a "
            f"Shapefile the .prj file does). {SAVE_AGAIN}."
        )
        raise InputFileError(msg)
    try:
        names, turned = placed(points, layer.system)
    except CrsError as error:
        msg = f"{file.name} cannot be placed on the map: {error}. {SAVE_AGAIN}."
        raise InputFileError(msg) from error
    is_point = np.equal(points.other, "").astype(np.bool_)
    pair = _Pair(names, _text(turned.x), _text(turned.y))
    header, columns, note = _with_pair(layer, pair, is_point)
    notes = " ".join(part for part in (layer.note, note) if part)
    return _table(file, replace(layer, note=notes), header, columns, is_point, points.other)


def _table(
    file: InputFile,
    layer: Layer,
    header: Sequence[str],
    cells: pd.DataFrame,
    is_point: NDArray[np.bool_],
    other: NDArray[np.object_] | None = None,
) -> RawTable:
    rows = np.arange(2, len(cells) + 2, dtype=np.int64)
    wrong = ~is_point
    misfits = problem_rows(
        file=file.name,
        row=rows[wrong],
        column=GEOMETRY,
        found=() if other is None else other[wrong],
        reason="the geometry is not one point",
        remedy=_REMEDY,
        outcome=REJECTED,
        row_values=_as_json(layer, wrong),
    )
    kept = cells if is_point.all() else cells[is_point].reset_index(drop=True)
    kept = kept.set_axis(range(len(header)), axis=1)
    return RawTable(file, tuple(header), kept, rows[is_point], misfits, layer.note)


def _as_json(layer: Layer, rows: NDArray[np.bool_]) -> list[str]:
    chosen = layer.cells[rows].itertuples(index=False, name=None)
    return [
        json.dumps(dict(zip(layer.header, row, strict=True)), ensure_ascii=False) for row in chosen
    ]


@dataclass(frozen=True, eq=False)
class _Pair:
    """Two headings and their texts, from geometry or from attributes."""

    names: tuple[str, str]
    first: "pd.Series[str]"
    second: "pd.Series[str]"

    @cached_property
    def positions(self) -> Positions:
        """Where the rows are; reading the texts takes a while, so not before it is needed."""
        return _PAIRS[self.names](self.first, self.second)


def _with_pair(
    layer: Layer, pair: _Pair, is_point: NDArray[np.bool_]
) -> tuple[tuple[str, ...], pd.DataFrame, str]:
    """Put the coordinates of the points beside the attributes, and say where the two differ.

    Attributes that say the same place as the points stay as they are, for they may be more exact;
    others keep their texts under a heading that means no coordinate.
    """
    header, agrees, elsewhere = list(layer.header), False, []
    for names in _PAIRS:
        at = [i for i, name in enumerate(layer.header) if meaning_of_heading(name) in names]
        apart = _rows_apart(layer, names, pair, is_point) if at else 0
        agrees |= bool(at) and not apart
        for place in at if apart else ():
            rows = "1 row" if apart == 1 else f"{apart:,} rows"
            elsewhere.append(f"{header[place]} (elsewhere in {rows})")
            header[place] += _APART
    named = ", ".join(elsewhere)
    note = f"Positions are those of the map layer, not of {named}." if elsewhere else ""
    if agrees:
        return tuple(header), layer.cells, note
    added = pd.DataFrame({0: pair.first, 1: pair.second})
    cells = pd.concat([layer.cells, added], axis=1, ignore_index=True)
    return (*header, *pair.names), cells, note


def _rows_apart(
    layer: Layer, names: tuple[str, str], pair: _Pair, is_point: NDArray[np.bool_]
) -> int:
    """Count the points that are elsewhere than a pair of attributes says."""
    where = columns_by_meaning(layer.header)
    if not where.keys() >= set(names):
        return int(is_point.sum())
    said = _Pair(names, *(layer.cells[where[name]] for name in names)).positions
    drawn = pair.positions
    moved = np.hypot(said.easting - drawn.easting, said.northing - drawn.northing)
    apart = (said.located != drawn.located) | (moved > _SAME_PLACE_M)
    return int((apart & is_point).sum())


def _text(numbers: NDArray[np.float64]) -> "pd.Series[str]":
    return texts_of(pa.chunked_array([pa.array(numbers)]))
