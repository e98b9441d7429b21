"""What is on the page Hotspots as a notebook that makes it again with the public functions.

The notebook reads the same data, says selection and settings as code, and compares what it finds
with what the page showed.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date
from typing import Any, Literal, get_args

from dashboard.view import View
from geo.analysis import TYPE
from geo.hotspots.areas import MethodParams
from geo.hotspots.params import HotspotParams
from geo.hotspots.table import RANK, HotspotResult
from geo.postgres import is_address
from geo.result import Result, RunRecord
from geo.selection import Selection
from geo.store.opening import default_location
from geo.surfaces.chance import ChanceParams
from geo.surfaces.density import INCIDENTS
from geo.wards.table import VALUE, WardParams

Kind = Literal["demonstration", "files", "store"]

_LAYOUT = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
_DATABASE = "postgresql://user@host/database"
_KINDS: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (*get_args(MethodParams), HotspotParams, ChanceParams, WardParams)
}
"""The settings that a record of hotspots or wards may name."""
_READERS: dict[Kind, tuple[str, str]] = {
    "demonstration": ("geo", "demonstration"),
    "files": ("geo.readers", "read"),
    "store": ("geo.store.opening", "open_store"),
}
_ARGUMENTS = ("params", "hotspot_params", "chance_params")


@dataclass(frozen=True)
class Origin:
    """Where the incidents of a page are from.

    Attributes
    ----------
    names
        Files, or the store where it is not the usual one.
    source
        What the page calls them.
    """

    kind: Kind
    names: tuple[str, ...]
    source: str


def origin_of(view: View) -> Origin:
    """Say where the incidents of a page are from; an address of a database is left out."""
    dataset, options = view.dataset, view.options
    if view.incidents.is_demonstration:
        return Origin("demonstration", (), dataset.source)
    if dataset.is_own and dataset.report is not None:
        return Origin("files", tuple(file.name for file in dataset.report.files), dataset.source)
    if dataset.report is not None:
        return Origin("files", tuple(map(_without_address, options.paths)), dataset.source)
    is_usual = options.store_location == default_location() or is_address(options.store_location)
    return Origin("store", () if is_usual else (options.store_location,), dataset.source)


def _without_address(path: str) -> str:
    """Leave out an address: it may hold a password."""
    return _DATABASE if is_address(path) else path


def notebook_bytes(origin: Origin, found: Mapping[str, HotspotResult], wards: Result) -> bytes:
    """Write a notebook that makes results again.

    Parameters
    ----------
    found
        Hotspots of the whole period by the name of their setting.
    wards
        The ward table of the same selection.
    """
    first = next(iter(found.values())).record
    sources = [
        ("markdown", _opening(origin, first)),
        ("code", _imports(origin, [*(one.record for one in found.values()), wards.record])),
        ("markdown", "## The incidents"),
        ("code", _reading(origin, first)),
        ("markdown", "## Hotspots\n\nThe settings of the page; change them and run again."),
        ("code", _settings(found)),
        ("code", _finding(first)),
        ("markdown", "## Wards"),
        ("code", _of_wards(wards.record)),
        ("markdown", "## The same as on the page\n\nFails when the data is not the same."),
        ("code", _check(found, wards)),
        ("markdown", "## Map"),
        ("code", _map(first)),
    ]
    cells = [_cell(number, kind, text) for number, (kind, text) in enumerate(sources)]
    notebook = {"cells": cells, "metadata": _LAYOUT, "nbformat": 4, "nbformat_minor": 5}
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def _cell(number: int, kind: str, text: str) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "id": f"cell-{number:02d}", "metadata": {}}
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    return cell | {"source": text.splitlines(keepends=True)}


def _opening(origin: Origin, record: RunRecord) -> str:
    lines = [
        "# Hotspots in Hammersmith & Fulham",
        "",
        f"{record.period}, {record.located_in_words()}.",
        "",
        "Source:",
        "",
        *_fenced([origin.source]),
    ]
    if record.is_demonstration:
        lines += ["", "The demonstration data is synthetic; no point describes anyone."]
    return "\n".join(lines)


def _fenced(lines: Iterable[str]) -> list[str]:
    """Show text as it is written: names of files are no Markdown."""
    return ["~~~", *(" ".join(line.replace("~~~", "").split()) for line in lines), "~~~"]


def _imports(origin: Origin, records: Iterable[RunRecord]) -> str:
    asked = [value for record in records for value in record.asked.values()]
    named = {value[TYPE] for value in asked if isinstance(value, Mapping) and TYPE in value}
    modules = {(_KINDS[name].__module__, name) for name in named} | {
        (Selection.__module__, Selection.__name__),
        ("geo.hotspots.table", "find_hotspots"),
        ("geo.wards.table", "ward_table"),
        _READERS[origin.kind],
    }
    lines = [f"from {module} import {name}" for module, name in sorted(modules)]
    return "\n".join(["from datetime import date", "", "import boundaries", *lines])


def _reading(origin: Origin, record: RunRecord) -> str:
    if origin.kind == "demonstration":
        read = "incidents = demonstration.load()"
    elif origin.kind == "store":
        where = repr(origin.names[0]) if origin.names else ""
        read = (
            "# The usual store; the variable HOTSPOTS_STORE names another one.\n"
            f"incidents = open_store({where}).read()"
        )
    else:
        read = (
            "# The files of the page; say where they are.\n"
            f"FILES = {_listed(origin.names)}\n"
            "incidents = read(FILES).incidents"
        )
    selection = record.selection
    return f"{read}\nselection = {written(selection)}\nlen(selection.apply(incidents))"


def _listed(names: tuple[str, ...]) -> str:
    return "[\n" + "".join(f"    {name!r},\n" for name in names) + "]"


def _settings(found: Mapping[str, HotspotResult]) -> str:
    lines = ["settings = {"]
    for name, result in found.items():
        asked = {
            key: value
            for key, value in result.record.asked.items()
            if key in _ARGUMENTS and value is not None
        }
        lines.append(f"    {name!r}: dict(")
        lines += [f"        {key}={_named(value)}," for key, value in asked.items()]
        lines.append("    ),")
    return "\n".join([*lines, "}"])


def _finding(record: RunRecord) -> str:
    vintage = record.params["vintage"]
    return (
        "found = {\n"
        f"    name: find_hotspots(incidents, selection, vintage={vintage!r}, **setting)\n"
        "    for name, setting in settings.items()\n"
        "}\n"
        "for name, result in found.items():\n"
        "    print(name)\n"
        "    for warning in result.record.warnings:\n"
        '        print("  note:", warning)\n'
        "found[next(iter(found))].frame.drop(columns='geometry')"
    )


def _of_wards(record: RunRecord) -> str:
    params = _named(record.asked["params"])
    return f"wards = ward_table(incidents, selection, {params})\nwards.frame"


def _check(found: Mapping[str, HotspotResult], wards: Result) -> str:
    expected = {name: result.frame[INCIDENTS].tolist() for name, result in found.items()}
    fingerprint = next(iter(found.values())).record.data_fingerprint
    lines = [
        f"FINGERPRINT = {fingerprint!r}",
        "INCIDENTS = {",
        *(f"    {name!r}: {numbers}," for name, numbers in expected.items()),
        "}",
        f"WARD_TOTAL = {float(wards.frame[VALUE].sum())!r}",
        "for name, result in found.items():",
        '    assert result.record.data_fingerprint == FINGERPRINT, "other incidents"',
        f"    assert result.frame[{INCIDENTS!r}].tolist() == INCIDENTS[name], name",
        f"assert abs(wards.frame[{VALUE!r}].sum() - WARD_TOTAL) < 1e-6",
        'print("The same incidents, hotspots and wards as on the page.")',
    ]
    return "\n".join(lines)


def _map(record: RunRecord) -> str:
    vintage = record.params["vintage"]
    return (
        f"axes = boundaries.load_wards({vintage!r}).plot(facecolor='none', edgecolor='#8a8f94')\n"
        "spots = found[next(iter(found))].frame\n"
        "if len(spots):\n"
        "    spots.plot(ax=axes, facecolor='none', edgecolor='#1d70b8', linewidth=2)\n"
        f"    for rank, shape in zip(spots[{RANK!r}], spots.geometry, strict=True):\n"
        "        at = shape.representative_point()\n"
        "        axes.annotate(str(rank), (at.x, at.y), ha='center', va='center')\n"
        "axes.set_axis_off()"
    )


def written(value: object) -> str:
    """Write a settings object as the code that makes it, without what is at its default.

    >>> from geo.selection import Selection
    >>> written(Selection(start=date(2017, 4, 1), strands=("race",)))
    "Selection(start=date(2017, 4, 1), strands=('race',))"
    """
    if isinstance(value, date):
        return f"date({value.year}, {value.month}, {value.day})"
    if not is_dataclass(value) or isinstance(value, type):
        return repr(value)
    said = [
        f"{one.name}={written(getattr(value, one.name))}"
        for one in fields(value)
        if one.default is MISSING or getattr(value, one.name) != one.default
    ]
    return f"{type(value).__name__}({', '.join(said)})"


def _named(value: Mapping[str, Any]) -> str:
    """Write plain values of a record as the code of the settings object that they name."""
    kind = _KINDS[value[TYPE]]
    return written(kind(**{key: item for key, item in value.items() if key != TYPE}))
