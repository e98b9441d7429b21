"""Runs an analysis again from its record, to the same numbers."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from functools import partial
from importlib import import_module
from inspect import signature
from pkgutil import walk_packages
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import geo
from boundaries.errors import DataIntegrityError, ParameterError
from geo.analysis import ANALYSES, TYPE
from geo.frames import FrameParams, Frames, frames_of, whole_time
from geo.result import Result, RunRecord
from geo.schema import Incidents
from geo.selection import Selection


def rerun(record: RunRecord | Mapping[str, Any] | str, incidents: Incidents) -> Result:
    """Make a result again.

    Parameters
    ----------
    record
        Of any method, as it is, as a mapping, or as JSON text.
    incidents
        All incidents, as they were read for the first run; the record's selection is applied.

    Raises
    ------
    ParameterError
        The record is not one of a known analysis, or what it holds cannot be read.
    DataIntegrityError
        The incidents are not those of the record, so the numbers would differ.
    """
    given = _mapping(record)
    function = _function(given)
    selection, _ = asked_of(given)
    hints = get_type_hints(function)
    known = [name for name in signature(function).parameters if name in hints][2:]
    asked = given.get("asked") or {}
    if strange := sorted(set(asked) - set(known)):
        msg = f"The record's 'asked' holds {strange}, which {given['analysis']} does not take."
        raise ParameterError(msg)
    arguments = {name: _read(value, hints[name], name) for name, value in asked.items()}
    for name, value in arguments.items():
        if isinstance(value, partial):  # frames are made of the incidents
            arguments[name] = value(selection.apply(incidents))
    result: Result = function(incidents, selection, **arguments)
    _check_same(result.record, given)
    return result


def asked_of(record: RunRecord | Mapping[str, Any] | str) -> tuple[Selection, str]:
    """Give the selection of a record and the name of its analysis.

    Raises
    ------
    ParameterError
        The record is not one of a known analysis, or its selection cannot be read.
    """
    given = _mapping(record)
    _function(given)
    selection: Selection = _read(given.get("selection") or {}, Selection, "selection")
    return selection, given["analysis"]


def _mapping(record: RunRecord | Mapping[str, Any] | str) -> Mapping[str, Any]:
    if isinstance(record, RunRecord):
        record = record.to_json()
    if isinstance(record, str):
        try:
            record = json.loads(record)
        except json.JSONDecodeError as error:
            msg = f"The record is not JSON (line {error.lineno}); give the file of a run."
            raise ParameterError(msg) from None
    if not isinstance(record, Mapping) or "analysis" not in record:
        msg = "The record names no analysis; give the file that was written beside a result."
        raise ParameterError(msg)
    return record


def _function(record: Mapping[str, Any]) -> Any:  # noqa: ANN401 - each takes settings of its own
    name = record["analysis"]
    if name not in ANALYSES and name not in known_analyses():
        msg = f"There is no analysis {name!r}; known are {', '.join(known_analyses())}."
        raise ParameterError(msg)
    return ANALYSES[name]


def known_analyses() -> list[str]:
    """List every analysis whose results can be made again; loads all modules of this package."""
    for module in walk_packages(geo.__path__, f"{geo.__name__}."):
        import_module(module.name)
    return sorted(ANALYSES)


def _check_same(again: RunRecord, record: Mapping[str, Any]) -> None:
    if again.data_fingerprint != record.get("data_fingerprint"):
        msg = (
            f"These are not the incidents of the record: {again.incidents:,} are selected, the "
            f"record has {record.get('incidents')}, and their contents differ. Read the same "
            "files as then."
        )
        raise DataIntegrityError(msg)


def _read(value: Any, hint: Any, where: str) -> Any:  # noqa: ANN401 - a value of the hint's type
    """Read plain values back into what a type hint asks for."""
    options = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    if value is None and NoneType in options:
        return None
    if isinstance(value, Mapping):
        return _read_object(value, options, where)
    if isinstance(value, list):
        item = next((get_args(o)[0] for o in options if get_origin(o) is tuple), object)
        return tuple(_read(one, item, where) for one in value)
    if isinstance(value, str) and date in options:
        return _read_date(value, where)
    return value


def _read_date(text: str, where: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        msg = f"{where!r} of the record is {text!r}; it must be a date like 2016-04-01."
        raise ParameterError(msg) from None


def _read_object(value: Mapping[str, Any], options: tuple[Any, ...], where: str) -> Any:  # noqa: ANN401
    kinds: dict[str, Any] = {o.__name__: o for o in options if isinstance(o, type)}
    kinds = {name: kind for name, kind in kinds.items() if is_dataclass(kind)}
    name = value.get(TYPE, next(iter(kinds), None))
    if name == Frames.__name__ and name in kinds:
        return partial(_frames, value)
    if name not in kinds:
        msg = f"{where!r} of the record is a {name!r}; it must be one of {', '.join(kinds)}."
        raise ParameterError(msg)
    kind = kinds[name]
    hints, known = get_type_hints(kind), {f.name for f in fields(kind)}
    items = {key: item for key, item in value.items() if key != TYPE}
    if strange := sorted(set(items) - known):
        msg = f"{where!r} of the record holds {strange}, which {name} does not have."
        raise ParameterError(msg)
    return kind(**{key: _read(item, hints[key], f"{where}.{key}") for key, item in items.items()})


def _frames(value: Mapping[str, Any], selected: Incidents) -> Frames:
    if value["step"] == "all":
        return whole_time(selected)
    return frames_of(selected, FrameParams(value["step"], value["window"]))
