"""GeoJSON: whole (RFC 7946, and older files that name their system) or a feature per line."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
from pyproj import CRS

from boundaries.errors import InputFileError
from boundaries.projection import WGS84
from geo.readers.bounds import check_size
from geo.readers.layer import SAVE_AGAIN, Layer, system_of
from geo.readers.points import points_of_geojson
from geo.readers.sources import InputFile
from geo.readers.typed_columns import text_of, without_half_characters

_START = re.compile(rb"(?:\xef\xbb\xbf)?[\s\x1e]*(?:\{\s*[\"}]|\[\s*[\[{\]])")
_UTF16 = (b"\xff\xfe{\0", b"\xfe\xff\0{")
_SNIFFED = 1 << 10
_RECORD_MARK = "\x1e"
_ID = "id"
_NEEDS = "A map layer in JSON is a FeatureCollection with features (GeoJSON)."


def is_json(file: InputFile) -> bool:
    """Whether the file begins as JSON does."""
    start = file.content[:_SNIFFED]
    return bool(_START.match(start)) or start.startswith(_UTF16)


def read_geojson(file: InputFile) -> Layer:
    """Read the features of a file in their order.

    The headings are the names of all properties; the id of a feature is one of them.

    Raises
    ------
    InputFileError
        It is not JSON, or not GeoJSON, or names a system that is not known.
    """
    documents = _documents(file, _text_of(file))
    features = [feature for document in documents for feature in _features(file, document)]
    if not features:
        msg = f"{file.name} holds no features. {_NEEDS} Export it again."
        raise InputFileError(msg)
    properties = [_properties(file, number, feature) for number, feature in enumerate(features, 1)]
    names = list(dict.fromkeys(name for each in properties for name in each))
    # Features with a property of their own each would make a table of their square.
    check_size(file.name, len(features), len(names))
    cells = {
        place: pd.Series([text_of(each.get(name)) for each in properties], dtype="str")
        for place, name in enumerate(names)
    }
    return Layer(
        header=tuple(without_half_characters(name.strip()) for name in names),
        cells=pd.DataFrame(cells, index=pd.RangeIndex(len(features))),
        points=points_of_geojson([feature.get("geometry") for feature in features]),
        system=_system(file, documents),
    )


def _text_of(file: InputFile) -> str:
    content = file.content
    try:
        return content.decode(json.detect_encoding(content))
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _documents(file: InputFile, text: str) -> list[Any]:
    """Give the one document of a file, or those of its lines."""
    try:
        if _RECORD_MARK in text[:_SNIFFED]:
            return [_parsed(record) for record in text.split(_RECORD_MARK) if record.strip()]
        return [_parsed(text)]
    except json.JSONDecodeError as error:
        lines = [line for line in text.splitlines() if line.strip()]
        if error.msg == "Extra data" and len(lines) > 1:
            return list(_lines(file, lines))
        msg = (
            f"{file.name} is not whole JSON (line {error.lineno}, column {error.colno}: "
            f"{error.msg}). Download or export it again."
        )
        raise InputFileError(msg) from error
    except RecursionError as error:
        msg = f"{file.name} is JSON in too many levels to be a map layer. {_NEEDS}"
        raise InputFileError(msg) from error


def _lines(file: InputFile, lines: Sequence[str]) -> Iterator[Any]:
    for number, line in enumerate(lines, start=1):
        try:
            yield _parsed(line)
        except json.JSONDecodeError as error:
            msg = (
                f"{file.name}: line {number} is not whole JSON (column {error.colno}: "
                f"{error.msg}). Export it again, one feature in each line."
            )
            raise InputFileError(msg) from error


def _parsed(text: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    return json.loads(text, parse_constant=lambda _: None)


def _features(file: InputFile, document: Any) -> list[Any]:  # noqa: ANN401
    kind = document.get("type") if isinstance(document, Mapping) else None
    if kind == "FeatureCollection" and isinstance(document.get("features"), list):
        return list(document["features"])
    if kind == "Feature":
        return [document]
    what = f"its type is {str(kind)[:40]!r}" if kind else "it has no type"
    msg = f"{file.name} is JSON but not GeoJSON: {what}. {_NEEDS} Export it as GeoJSON or as CSV."
    raise InputFileError(msg)


def _properties(file: InputFile, number: int, feature: Any) -> Mapping[str, Any]:  # noqa: ANN401
    is_feature = isinstance(feature, Mapping) and feature.get("type") == "Feature"
    properties = (feature.get("properties") or {}) if is_feature else None
    if not isinstance(properties, Mapping):
        msg = f"{file.name}: element {number} is not a feature of GeoJSON. Export it again."
        raise InputFileError(msg)
    own = {_ID: feature[_ID]} if _ID in feature and _ID not in properties else {}
    return own | dict(properties)


def _system(file: InputFile, documents: Sequence[Any]) -> CRS:
    """Give the system that an older file names; RFC 7946 knows no other than WGS 84.

    Raises
    ------
    InputFileError
        It is not known, or behind a link.
    """
    member = next((each["crs"] for each in documents if each.get("crs")), None)
    if member is None:
        return CRS(WGS84)
    properties = member.get("properties") if isinstance(member, Mapping) else None
    name = properties.get("name") if isinstance(properties, Mapping) else None
    if not isinstance(name, str):
        msg = f"{file.name} does not name its reference system but refers to it. {SAVE_AGAIN}."
        raise InputFileError(msg)
    return system_of(file, name)
