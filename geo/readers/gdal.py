"""GeoPackages and zipped Shapefiles, read by GDAL in memory; nothing is unpacked to disk."""

import warnings
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.types as pt
from pyproj import CRS

from boundaries.errors import InputFileError
from geo.readers.dbf_texts import decoded, encoding_of
from geo.readers.layer import Layer, system_of
from geo.readers.points import Points, points_of_wkb
from geo.readers.sources import InputFile, archive_members
from geo.readers.typed_columns import texts_of
from geo.schema import OPTIONAL_COLUMNS, REQUIRED_COLUMNS

_SQLITE_MAGIC = b"SQLite format 3\0"
_LOG_MODE_AT, _LOG_MODE, _PLAIN_MODE = slice(18, 20), b"\2\2", b"\1\1"
_STYLES = "layer_styles"
_KINDS = ("Point", "Unknown", "GeometryCollection")
"""Types of layers that may hold points, in the order of being taken."""
_OWN_ROW_NUMBERS = ("fid", "ogc_fid", "")

_SHAPE_ENDINGS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_NEEDED_ENDINGS = (".shp", ".shx", ".dbf")
_SHAPE_TYPE_AT = slice(32, 36)
_SHAPE_TYPES = {0: "nothing", 1: "Point", 3: "PolyLine", 5: "Polygon", 8: "MultiPoint"}
_SHAPES_APART = 10
"""The types with heights and measures are those without, and 10 or 20 more."""
_LONGEST_HEADING = 10
_BYTE_BY_BYTE = "ISO-8859-1"

# NameError is what pyogrio itself stumbles into where GDAL cannot read a reference system.
_FAULTS = (RuntimeError, ValueError, OSError, LookupError, NameError, pa.ArrowException)


def is_geopackage(file: InputFile) -> bool:
    """Whether the file begins as a GeoPackage does, which is a database of SQLite."""
    return file.content.startswith(_SQLITE_MAGIC)


def read_geopackage(file: InputFile) -> Layer:
    """Read the first layer of points of a GeoPackage, or its first table where it has no layers.

    Raises
    ------
    InputFileError
        It is damaged, or holds layers and none of points.
    """
    content = file.content
    if content[_LOG_MODE_AT] == _LOG_MODE:
        # A database that was left in this mode cannot be opened without files beside it.
        content = content[: _LOG_MODE_AT.start] + _PLAIN_MODE + content[_LOG_MODE_AT.stop :]
    layers = {str(name): str(kind or "") for name, kind in _called(file, "list_layers", content)}
    layers.pop(_STYLES, None)
    name = _chosen(file, layers)
    about, table = _read(file, content, layer=name, return_fids=True)
    own = about["fid_column"] or ""
    left_out = [own] if own.lower() in _OWN_ROW_NUMBERS else []
    notes = [_others(name, layers), _in_utc(about, table)]
    return _layer(file, about, table, [*left_out, "OGC_FID"], notes)


def read_shapefile(file: InputFile) -> Layer:
    """Read the first Shapefile of points in an archive.

    Raises
    ------
    InputFileError
        It is not whole or damaged, or there are Shapefiles and none of points.
    """
    shapefiles = _shapefiles(file)
    name = _chosen(file, {stem: parts.kind for stem, parts in shapefiles.items()})
    parts = shapefiles[name]
    _check_whole(file, name, parts.members)
    about, table = _read(file, _packed(parts.members), encoding=_BYTE_BY_BYTE)
    layer = _layer(file, about, table, (), [_others(name, dict.fromkeys(shapefiles, ""))])
    texts = [place for place, field in enumerate(table.schema) if pt.is_string(field.type)]
    described = parts.members.get(".prj", b"").decode("utf-8", errors="replace").strip()
    system = system_of(file, described) if described else None
    return _in_words(replace(layer, system=system), parts.members, texts)


@dataclass(frozen=True)
class _Shapefile:
    """The files of one Shapefile by their endings."""

    members: Mapping[str, bytes]

    @property
    def kind(self) -> str:
        number = int.from_bytes(self.members[".shp"][_SHAPE_TYPE_AT], "little")
        return _SHAPE_TYPES.get(number % _SHAPES_APART, f"type {number}")


def _chosen(file: InputFile, layers: Mapping[str, str]) -> str:
    """Take the first layer of points, else one of any type of geometry, else a plain table."""
    kinds = _KINDS if any(layers.values()) else ("",)
    for kind in kinds:
        name = next((name for name, found in layers.items() if kind in found), None)
        if name is not None:
            return name
    found = ", ".join(f"{name} ({kind or 'no geometry'})" for name, kind in layers.items())
    msg = (
        f"{file.name} holds no layer of points{f', only {found}' if found else ''}. Export the "
        "incidents as a layer of points."
    )
    raise InputFileError(msg)


def _called(file: InputFile, name: str, *given: Any, **options: Any) -> Any:  # noqa: ANN401
    """Call pyogrio without letting its warnings out, and turn its errors into ours."""
    import pyogrio

    functions = {"list_layers": pyogrio.list_layers, "read_arrow": pyogrio.raw.read_arrow}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return functions[name](*given, **options)
    except _FAULTS as error:
        msg = f"{file.name} is a damaged map layer ({_one_line(error)}). Export or save it again."
        raise InputFileError(msg) from error


def _one_line(error: Exception) -> str:
    """Give the first sentence of a message, if it is about the file and not about the program."""
    first = str(error).split(";")[0].split("\n")[0]
    is_inside = isinstance(error, LookupError | NameError) or "/vsi" in first
    return "it cannot be opened" if is_inside else first


def _read(file: InputFile, content: bytes, **options: Any) -> tuple[dict[str, Any], pa.Table]:  # noqa: ANN401
    about, table = _called(file, "read_arrow", content, datetime_as_string=True, **options)
    return about, table


def _layer(
    file: InputFile,
    about: Mapping[str, Any],
    table: pa.Table,
    left_out: Sequence[str],
    notes: Sequence[str],
) -> Layer:
    geometry = about["geometry_name"] or "wkb_geometry"
    has_geometry = about["geometry_type"] is not None and geometry in table.schema.names
    names = [name for name in table.schema.names if name not in (geometry, *left_out)]
    cells = {place: texts_of(table.column(name)) for place, name in enumerate(names)}
    system: CRS | None = None
    points: Points | None = None
    if has_geometry:
        points = points_of_wkb(table.column(geometry))
        system = system_of(file, about["crs"]) if about["crs"] else None
    frame = pd.DataFrame(cells, index=pd.RangeIndex(len(table)))
    header = tuple(name.strip() for name in names)
    return Layer(header, frame, points, system, " ".join(note for note in notes if note))


def _others(name: str, layers: Mapping[str, str]) -> str:
    others = [each for each in layers if each != name]
    return f"Only the layer {name!r} was read, not: {', '.join(others)}." if others else ""


def _in_utc(about: Mapping[str, Any], table: pa.Table) -> str:
    """Say that times with a Z were taken for what the format says they are."""
    columns = zip(about["fields"], about["ogr_types"], strict=True)
    times = {name: texts_of(table.column(name)) for name, kind in columns if kind == "OFTDateTime"}
    given = {name: texts[texts != ""] for name, texts in times.items()}
    names = [name for name, texts in given.items() if len(texts) and texts.str.endswith("Z").all()]
    return (
        f"Times under {', '.join(names)} are in UTC, as GeoPackages have them, and are turned to "
        "the time in London; where they were written as London time, export them as text."
        if names
        else ""
    )


def _shapefiles(file: InputFile) -> dict[str, _Shapefile]:
    found: dict[str, dict[str, bytes]] = {}
    for member, content in archive_members(file, _SHAPE_ENDINGS):
        path = PurePosixPath(member)
        found.setdefault(str(path.with_suffix("")), {})[path.suffix.lower()] = content
    return {
        stem: _Shapefile(members) for stem, members in sorted(found.items()) if ".shp" in members
    }


def _check_whole(file: InputFile, name: str, members: Mapping[str, bytes]) -> None:
    missing = [f"{name}{ending}" for ending in _NEEDED_ENDINGS if ending not in members]
    if missing:
        msg = (
            f"{file.name} lacks {' and '.join(missing)}. A Shapefile is several files of one name; "
            "pack all of them (.shp, .shx, .dbf, .prj, .cpg) into the archive."
        )
        raise InputFileError(msg)


def _packed(members: Mapping[str, bytes]) -> bytes:
    """Pack one Shapefile so that GDAL finds it and nothing else, whatever it was called."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for ending, content in members.items():
            if ending in _NEEDED_ENDINGS:
                archive.writestr(f"layer{ending}", content)
    return buffer.getvalue()


def _in_words(layer: Layer, members: Mapping[str, bytes], texts: Sequence[int]) -> Layer:
    """Decode texts that were read byte by byte, and write out our own headings that were cut."""
    encoding = encoding_of(members[".dbf"], members.get(".cpg"))
    cells = layer.cells.copy()
    every = pd.concat([cells[place] for place in texts]) if texts else pd.Series(dtype="str")
    used, note = encoding.fitting([*every.unique(), *layer.header])
    for place in texts:
        cells[place] = decoded(cells[place], used)
    header = tuple(used.text(name) for name in layer.header)
    whole, cut = _written_out(header)
    notes = " ".join(part for part in (layer.note, note, cut) if part)
    return replace(layer, header=whole, cells=cells, note=notes)


def _written_out(header: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """Give headings of ours their whole names; a Shapefile has room for ten letters."""
    own = {
        name[:_LONGEST_HEADING]: name
        for name in (*REQUIRED_COLUMNS, *OPTIONAL_COLUMNS)
        if len(name) > _LONGEST_HEADING
    }
    cut = [name for name in header if name in own]
    note = f"Headings that were cut short are taken for {', '.join(own[name] for name in cut)}."
    return tuple(own.get(name, name) for name in header), note if cut else ""
