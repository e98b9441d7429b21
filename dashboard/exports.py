"""A result as a file: the page's downloads and the command line's files are the same bytes.

Every export carries its run record, which says the level of its figures; a result is exact, and
what may be shown to partners is made into the same kinds of files by ``dashboard.released_tables``.
Tables are long, one row per area and period, also where there are polygons: the geometry is
repeated, and ``period_start`` and ``period_end`` let a desktop GIS play the periods. Figures have
at most four decimals.
"""

import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
from numpy.typing import NDArray

import boundaries
from boundaries.columns import GEOMETRY, WARD_CODE
from boundaries.errors import ParameterError
from dashboard.audit.about import about_record
from dashboard.audit.files import write_noted
from dashboard.escape import printable
from dashboard.files import check_folder
from dashboard.geojson import feature_collection, plain_rows
from dashboard.packs.fixed_zip import without_times
from dashboard.qgis_styles import style_of, styles_table
from geo.change.count_change import P_CORRECTED
from geo.disclosure.levels import EXACT, IN_WORDS, Level
from geo.grids.emerging import TREND_P
from geo.hotspots.table import P_VALUE
from geo.period_dates import days_of
from geo.result import Result
from geo.spreadsheet_text import LINE_END, guard, guard_frame
from geo.wards.table import PERIOD, VALUE

DECIMALS = 4
PERIOD_START = "period_start"
PERIOD_END = "period_end"
RUN_RECORD = "run_record"
LEVEL, LEVEL_IN_WORDS = "level", "level_in_words"
"""Keys of a record."""
LAYER_STYLES = "layer_styles"
"""The table in which QGIS looks for the style of a layer."""
RECORD_ENDING = ".run.json"
_P_VALUES = (P_VALUE, P_CORRECTED, TREND_P)
_SMALL_P = 0.001
_LAYERS = {"ward_table": "wards", "ward_frames": "wards"}


@dataclass(frozen=True)
class Format:
    """A kind of file.

    Attributes
    ----------
    ending, label, mime
        What its names end in, what people call it, and what a browser is told.
    has_geometry
        Whether it holds the areas, too.
    write
        Makes the file's bytes.
    """

    ending: str
    label: str
    mime: str
    has_geometry: bool
    write: "Callable[[Content], bytes]"


@dataclass(frozen=True, eq=False)
class Content:
    """What goes into a file.

    Attributes
    ----------
    layer
        Name of the layer or sheet.
    table
        The figures without geometry, as they are written.
    record
        How they were made, as JSON holds it; says the level.
    shapes
        Gives the geometry of each row in EPSG:27700, or says why there is none.
    """

    layer: str
    table: pd.DataFrame
    record: Mapping[str, Any]
    shapes: Callable[[], gpd.GeoSeries]


def export_bytes(result: Result, ending: str) -> bytes:
    """Give a result as the content of a file.

    Parameters
    ----------
    result
        Of any analysis. Formats with geometry need areas: hotspots, or a table by ward, whose
        polygons are joined by code in the vintage of the result; the rows ``outside`` and
        ``not_located`` stay in, without geometry.
    ending
        One of ``FORMATS``. GeoJSON is in EPSG:4326 as RFC 7946 asks, GeoPackage in EPSG:27700.

    Raises
    ------
    ParameterError
        The ending is not known, or the format needs areas and the result has none.
    """
    return content_bytes(content_of(result), ending)


def content_bytes(content: Content, ending: str) -> bytes:
    """Give the bytes of a file; see :func:`export_bytes`."""
    return _format_of(ending).write(content)


def content_of(result: Result) -> Content:
    """Give what goes into the file of a result."""
    shapes = partial(_shapes, result)
    return Content(_layer_name(result), _table(result), _record(result), shapes)


def write_export(result: Result, path: Path) -> list[Path]:
    """Write a result in the format that the file's ending says.

    The run record stands beside it as ``NAME.run.json``; all formats but CSV hold it, too. Files
    appear complete or not at all.

    Returns
    -------
    The files written.

    Raises
    ------
    ParameterError
        As :func:`export_bytes`, or the folder does not exist.
    AuditError
        It cannot be noted in the audit log.
    OSError
        The file cannot be written.
    """
    table, record = export_paths(path)
    contents = {table: export_bytes(result, path.suffix), record: record_bytes(result)}
    write_noted(contents, about_record(result.record))
    return [table, record]


def export_paths(path: Path) -> list[Path]:
    """Give the files that :func:`write_export` would write: the table and its run record.

    Raises
    ------
    ParameterError
        The ending is not one of ``FORMATS``, or the folder does not exist.
    """
    check_folder(path)
    _format_of(path.suffix, path.name)
    return [path, path.with_suffix(RECORD_ENDING)]


def record_bytes(result: Result) -> bytes:
    """Give the run record as the content of a JSON file."""
    return record_text(_record(result))


def record_text(record: Mapping[str, Any]) -> bytes:
    """Write a record as a JSON file."""
    return (json.dumps(record, indent=2, ensure_ascii=False) + "\n").encode()


def _format_of(ending: str, what: str = "") -> Format:
    try:
        return FORMATS[ending.lower()]
    except KeyError:
        given = f"{what or repr(ending)} has no known ending"
        msg = f"{given}; known are {', '.join(FORMATS)}."
        raise ParameterError(msg) from None


def _record(result: Result) -> dict[str, Any]:
    """Give the run record as JSON holds it, with its level and what the licences ask for."""
    record: dict[str, Any] = json.loads(result.record.to_json())
    return about_level(EXACT) | record | {"attribution": attribution()}


def about_level(level: Level) -> dict[str, Any]:
    """Say in a record how much of a figure the file shows."""
    return {LEVEL: level, LEVEL_IN_WORDS: IN_WORDS[level]}


def attribution() -> str:
    """Give the words that the licences of the boundaries ask for."""
    text: str = boundaries.load_borough().attrs["attribution"]
    return text


def rounded(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Round to four decimals so that rounding again to the page's one gives the page's figure.

    A figure just below or above a half (0.04999) would be moved onto it (0.05) and then go the
    other way; it is moved one step less far (0.0499).
    """
    step = 10.0**-DECIMALS
    near = np.round(values, DECIMALS)
    onto_half = (np.mod(np.round(near / step), 1000) == 500) & (near != values)
    kept_off = np.where(onto_half, near - np.sign(near - values) * step, near)
    return np.asarray(np.round(kept_off, DECIMALS) + 0.0, np.float64)


def _table(result: Result) -> pd.DataFrame:
    """Give the figures without geometry: counts whole, others rounded."""
    table = pd.DataFrame(result.frame.drop(columns=GEOMETRY, errors="ignore"))
    if result.record.params.get("measure") == "count" and VALUE in table:
        table[VALUE] = table[VALUE].astype(np.int64)
    fractions = [str(name) for name in table if pd.api.types.is_float_dtype(table[name])]
    return table.assign(**{name: _shortened(name, table[name].to_numpy()) for name in fractions})


def _shortened(name: str, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Round a column; a small p-value keeps two digits, for it is never 0."""
    near = rounded(values)
    if name not in _P_VALUES:
        return near
    significant = np.array([float(f"{value:.2g}") for value in values.tolist()], np.float64)
    return np.where(values < _SMALL_P, significant, near)


def _areas(content: Content) -> gpd.GeoDataFrame:
    """Give the figures with the days of their periods and their geometry in EPSG:27700."""
    shapes, table = content.shapes(), _of_one_kind(content.table)
    if PERIOD in table:
        table = _with_days(table)
    return gpd.GeoDataFrame(table, geometry=shapes)


def _of_one_kind(table: pd.DataFrame) -> pd.DataFrame:
    """Write the numbers of columns that also hold words as words: layers know one kind only."""
    mixed = [name for name in table if pd.api.types.infer_dtype(table[name]).startswith("mixed")]
    words = {str(name): table[name].map(_as_words) for name in mixed}
    return table.assign(**words)


def _as_words(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return f"{value:g}" if isinstance(value, float) else str(value)


def _with_days(table: pd.DataFrame) -> pd.DataFrame:
    """Put first and last day after the period; no columns where no period has any."""
    days = [days_of(label) for label in table[PERIOD]]
    if not any(start for start, _ in days):
        return table
    after = list(table.columns).index(PERIOD) + 1
    columns = pd.DataFrame(days, columns=[PERIOD_START, PERIOD_END], dtype=object)
    return pd.concat([table.iloc[:, :after], columns, table.iloc[:, after:]], axis=1)


def has_areas(result: Result) -> bool:
    """Say whether a result can be exported with geometry."""
    by_ward = "vintage" in result.record.params and WARD_CODE in result.frame
    return isinstance(result.frame, gpd.GeoDataFrame) or by_ward


def _shapes(result: Result) -> gpd.GeoSeries:
    if isinstance(result.frame, gpd.GeoDataFrame):
        return result.frame.geometry.reset_index(drop=True)
    vintage = result.record.params.get("vintage")
    if vintage is None or WARD_CODE not in result.frame:
        msg = (
            f"A result of {result.record.method!r} has no areas to draw; export it as "
            f"{', '.join(ending for ending, kind in FORMATS.items() if not kind.has_geometry)}."
        )
        raise ParameterError(msg)
    wards = boundaries.load_wards(vintage).set_index(WARD_CODE).geometry
    return wards.reindex(result.frame[WARD_CODE]).reset_index(drop=True)


def _layer_name(result: Result) -> str:
    """Name the layer or sheet by the analysis."""
    analysis = result.record.analysis
    return _LAYERS.get(analysis, analysis)


def _csv(content: Content) -> bytes:
    text: str = guard_frame(content.table).to_csv(index=False, lineterminator=LINE_END)
    return text.encode()


def _json(content: Content) -> bytes:
    whole = {RUN_RECORD: content.record, "rows": plain_rows(content.table)}
    text = json.dumps(whole, indent=1, ensure_ascii=False, allow_nan=False, default=str)
    return (text + "\n").encode()


def _geojson(content: Content) -> bytes:
    about = {"name": content.layer, RUN_RECORD: content.record}
    return feature_collection(_areas(content), about).encode()


def geopackage_bytes(results: Sequence[Result]) -> bytes:
    """Give results as the layers of one GeoPackage, styled for QGIS, with all run records.

    Parameters
    ----------
    results
        Of different analyses, with areas; the layers are named by them.
    """
    return layers_bytes([content_of(result) for result in results])


def layers_bytes(contents: Sequence[Content]) -> bytes:
    """Give contents of different names as the layers of one GeoPackage."""
    records = [
        pd.DataFrame(_record_rows(content), columns=["name", "value"]).assign(layer=content.layer)
        for content in contents
    ]
    styles = styles_table([(content.layer, style_of(content.table)) for content in contents])
    with TemporaryDirectory() as folder:
        path = Path(folder) / "export.gpkg"
        for content in contents:
            pyogrio.write_dataframe(
                _areas(content).set_crs(27700),
                path,
                layer=content.layer,
                geometry_type="MultiPolygon",
                promote_to_multi=True,
                use_arrow=True,  # dates stay dates
                append=path.exists(),
            )
        pyogrio.write_dataframe(pd.concat(records), path, layer=RUN_RECORD, append=True)
        pyogrio.write_dataframe(styles, path, layer=LAYER_STYLES, append=True)
        return path.read_bytes()


def _geopackage(content: Content) -> bytes:
    return layers_bytes([content])


def _record_rows(content: Content) -> list[tuple[str, str]]:
    """Give the record as names and texts; what is nested stays JSON."""
    return [
        (name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        for name, value in content.record.items()
    ]


def _workbook(content: Content) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    table = guard_frame(content.table)
    sheet = book.create_sheet(content.layer)
    sheet.append(list(table.columns))
    for row in plain_rows(table):
        sheet.append([printable(v) if isinstance(v, str) else v for v in row.values()])
    record = book.create_sheet(RUN_RECORD)
    for name, value in _record_rows(content):
        record.append([name, guard(printable(value))])
    file = io.BytesIO()
    book.save(file)
    return without_times(file.getvalue())


FORMATS: Mapping[str, Format] = {
    kind.ending: kind
    for kind in (
        Format(".csv", "CSV table", "text/csv", False, _csv),
        Format(".geojson", "GeoJSON", "application/geo+json", True, _geojson),
        Format(".gpkg", "GeoPackage", "application/geopackage+sqlite3", True, _geopackage),
        Format(".json", "JSON table", "application/json", False, _json),
        Format(
            ".xlsx",
            "Excel workbook",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            False,
            _workbook,
        ),
    )
}
"""The formats by ending."""

TABLE_ENDINGS = tuple(ending for ending, kind in FORMATS.items() if not kind.has_geometry)
"""The endings of formats for results without areas."""
