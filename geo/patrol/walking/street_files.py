"""Lines of streets that one may walk along, from a GeoPackage or an OpenStreetMap extract."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError
from shapely.geometry.base import BaseGeometry

from boundaries.errors import InputFileError
from boundaries.projection import BNG

_FIRST_BYTES = 4096
_GEOPACKAGE, _OSM_XML, _OSM_PBF = b"SQLite format 3\0", b"<osm", b"OSMHeader"
_OSM_LINES = "lines"
_GIVE = "Give a GeoPackage with the lines of streets, or an OpenStreetMap extract (.osm, .osm.pbf)"

# https://wiki.openstreetmap.org/wiki/Key:highway
_CLASS_COLUMNS = ("highway", "fclass", "road_classification", "roadClassification", "class")
_NEVER = (
    "motorway",
    "motorway_link",
    "construction",
    "proposed",
    "planned",
    "disused",
    "abandoned",
    "razed",
    "raceway",
    "busway",
    "bus_guideway",
    "platform",
)
_ONLY_WITH_FOOTWAY = ("trunk", "trunk_link")
_MAY = ("yes", "designated", "permissive", "official", "destination")
_MAY_NOT = ("no", "private", "use_sidepath")
_HAS_PAVEMENT = ("both", "left", "right", "yes")


@dataclass(frozen=True, eq=False)
class StreetLines:
    """Lines in metres (EPSG:27700), shape (n,), of a file.

    Attributes
    ----------
    not_walked
        Lines near the borough that one may not walk along.
    """

    file: str
    fingerprint: str
    lines: NDArray[np.object_]
    not_walked: int


def read_lines(path: Path | str, near: BaseGeometry) -> StreetLines:
    """Read the lines that touch an area (EPSG:27700) and that one may walk along.

    Parameters
    ----------
    path
        Of the file; with several layers of lines ``file.gpkg:layer``.

    Raises
    ------
    InputFileError
        There is no such file, it is of another kind or damaged, has no or several layers of lines,
        does not say its reference system, or holds no street near.
    """
    file, wanted = _split(path)
    layer = _layer_of(file, wanted)
    about = _called(file, "read_info", layer=layer)
    frame = _read(file, layer, _system(file, layer, about), near)
    lines = _single_lines(frame)
    lines = lines[shapely.intersects(lines.geometry.to_numpy(), near)]
    if not len(lines):
        msg = (
            f"{file.name} has no lines in or near Hammersmith & Fulham. Give an extract that "
            "covers the borough and a kilometre around it."
        )
        raise InputFileError(msg)
    may = may_be_walked(lines.drop(columns="geometry"))
    if not may.any():
        msg = (
            f"None of the {len(may):,} lines of {file.name} in or near the borough is a street "
            "that one may walk along. Give the layer of streets."
        )
        raise InputFileError(msg)
    with file.open("rb") as stream:
        fingerprint = file_digest(stream, "sha256").hexdigest()
    kept = np.asarray(lines.geometry.to_numpy()[may], np.object_)
    return StreetLines(file.name, fingerprint, kept, int((~may).sum()))


def _split(path: Path | str) -> tuple[Path, str]:
    """Give the file and the layer, which may stand after a colon."""
    whole = Path(path)
    name, _, layer = str(path).rpartition(":")
    file = Path(name) if name and not whole.is_file() else whole
    if not file.is_file():
        msg = f"There is no file {whole}. {_GIVE}."
        raise InputFileError(msg)
    return file, "" if file == whole else layer


def _layer_of(file: Path, wanted: str) -> str:
    # GDAL would open whatever it knows, also a text that makes it read other files.
    with file.open("rb") as stream:
        begins = stream.read(_FIRST_BYTES)
    if _OSM_PBF in begins or _OSM_XML in begins:
        return _OSM_LINES
    if not begins.startswith(_GEOPACKAGE):
        msg = f"{file.name} is not a file of streets. {_GIVE}."
        raise InputFileError(msg)
    layers = {str(name): str(kind) for name, kind in _called(file, "list_layers")}
    lines = [name for name, kind in layers.items() if "Line" in kind or "Curve" in kind]
    return _chosen(file, lines, list(layers), wanted)


def _chosen(file: Path, lines: list[str], layers: list[str], wanted: str) -> str:
    if wanted:
        if wanted in layers:
            return wanted
        msg = f"{file.name} has no layer {wanted!r}; it has {', '.join(layers)}."
        raise InputFileError(msg)
    if len(lines) == 1:
        return lines[0]
    if not lines:
        msg = f"{file.name} has no layer of lines, only {', '.join(layers) or 'nothing'}. {_GIVE}."
        raise InputFileError(msg)
    msg = (
        f"{file.name} has {len(lines)} layers of lines: {', '.join(lines)}. Say which one has the "
        f"streets, for example {file.name}:{lines[0]}."
    )
    raise InputFileError(msg)


def _system(file: Path, layer: str, about: Mapping[str, Any]) -> CRS:
    if not about["crs"]:
        msg = (
            f"The layer {layer} of {file.name} does not say in which reference system its "
            "coordinates are. Set it (in QGIS: Layer, Set CRS) and save it again."
        )
        raise InputFileError(msg)
    return CRS.from_user_input(about["crs"])


def _read(file: Path, layer: str, system: CRS, near: BaseGeometry) -> gpd.GeoDataFrame:
    to_file = Transformer.from_crs(BNG, system, always_xy=True)
    try:
        bounds = to_file.transform_bounds(*near.bounds)
    except ProjError as error:
        msg = (
            f"{file.name} is in {system.name}, which cannot be turned to the National Grid. Save "
            "it in EPSG:27700 or EPSG:4326."
        )
        raise InputFileError(msg) from error
    frame = _called(file, "read_dataframe", layer=layer, bbox=bounds, force_2d=True)
    if "geometry" not in frame:
        msg = f"The layer {layer} of {file.name} has no lines. {_GIVE}."
        raise InputFileError(msg)
    return frame.set_crs(system, allow_override=True).to_crs(BNG)


def _single_lines(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give every line its own row, and leave out what is none."""
    single = frame[~frame.geometry.isna()].explode(ignore_index=True)
    is_line = (single.geom_type == "LineString") & ~single.is_empty
    return single[is_line & np.isfinite(single.length)]


def _called(file: Path, name: str, **options: Any) -> Any:  # noqa: ANN401
    """Call pyogrio without letting its warnings out, and turn its errors into ours."""
    import pyogrio

    functions = {
        "list_layers": pyogrio.list_layers,
        "read_info": pyogrio.read_info,
        "read_dataframe": pyogrio.read_dataframe,
    }
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return functions[name](file, **options)
    except (RuntimeError, ValueError, OSError, LookupError) as error:
        msg = f"{file.name} is damaged or not what its name says. Download or export it again."
        raise InputFileError(msg) from error


def may_be_walked(streets: pd.DataFrame) -> NDArray[np.bool_]:
    """Say along which streets one may walk, by the tags of OpenStreetMap, shape (n,).

    Left out are motorways, what is not built yet or no more, trunk roads without a footway, and
    what is closed to people on foot; without a class of road (railways, rivers) a line of
    OpenStreetMap is no street. A file that has no column for the class of a road is taken whole.

    >>> tags = {"highway": ["residential", "motorway", "trunk", "trunk", None, "service"]}
    >>> tags["other_tags"] = ["", "", "", '"sidewalk"=>"both"', "", '"access"=>"private"']
    >>> may_be_walked(pd.DataFrame(tags)).tolist()
    [True, False, False, True, False, False]
    """
    found = next((name for name in _CLASS_COLUMNS if name in streets), None)
    if found is None:
        return np.ones(len(streets), np.bool_)
    kind = streets[found].fillna("").astype("str").str.lower()
    foot, access = _tag(streets, "foot"), _tag(streets, "access")
    may = foot.isin(_MAY)
    has_footway = may | _tag(streets, "sidewalk").isin(_HAS_PAVEMENT)
    is_open = may | ~(foot.isin(_MAY_NOT) | access.isin(("no", "private")))
    is_street = (kind != "") & ~kind.isin(_NEVER)
    walkable = is_street & is_open & (has_footway | ~kind.isin(_ONLY_WITH_FOOTWAY))
    return np.asarray(walkable, np.bool_)


def _tag(streets: pd.DataFrame, name: str) -> "pd.Series[str]":
    """Give the values of a tag: a column, or a part of ``other_tags`` as GDAL writes them."""
    if name in streets:
        values = streets[name]
    elif "other_tags" in streets:
        tags = streets["other_tags"].fillna("").astype("str")
        values = tags.str.extract(rf'"{name}"=>"([^"]*)"', expand=False)
    else:
        values = pd.Series("", index=streets.index)
    return values.fillna("").astype("str")
