"""``hotspots rerun``: makes a result again from the record of its run."""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from boundaries.columns import GEOMETRY
from boundaries.errors import ParameterError
from dashboard.commands import quality, repeats, when
from dashboard.commands.inputs import add_output, add_paths, read_incidents
from dashboard.commands.messages import progress, say
from dashboard.commands.outputs import TABLE, with_table, write_result
from dashboard.commands.parsing import FAILURE, Parser
from dashboard.exports import RUN_RECORD, export_bytes, export_paths
from geo.rerun import asked_of, rerun
from geo.result import Result
from geo.wards.table import PERIOD

DESCRIPTION = (
    "Makes a result again from the record of its run and the same incidents. Says whether the "
    "incidents are those of the record and, where the file holds the figures too, whether these "
    "came out again; if not, that is a failure."
)
EXAMPLES = (
    "hotspots rerun hotspots-exact.run.json incidents.csv --level exact",
    "hotspots rerun hotspots-exact.geojson incidents.csv --level exact --out again-exact.csv",
)
_TABLES: Mapping[str, Mapping[str, Any]] = {
    "when": when.TABLES,
    "repeats": repeats.TABLES,
    "data_quality": quality.TABLES,
}
_ROWS = "rows"
_FEATURES = "features"


def add_arguments(parser: Parser) -> None:
    """Add what this command takes."""
    parser.add_argument(
        "record",
        type=Path,
        metavar="RECORD",
        help="file of a run: .run.json, or a .json or .geojson that was exported",
    )
    add_paths(parser)
    add_output(parser)


def run(args: argparse.Namespace) -> int:
    """Make the result again and write it; give the exit code."""
    _check_kept(args.record, args.out)
    given = _read(args.record)
    record = given.get(RUN_RECORD, given)
    selection, analysis = asked_of(record)
    found = read_incidents(args, selection, analysis)
    with progress("running again"):
        result = _as_written(rerun(record, found.incidents), record)
    say(f"the incidents are those of the record: fingerprint {result.record.data_fingerprint[:12]}")
    is_same = _is_same(given, result)
    write_result(result, _columns(result), args.out, as_json=args.json)
    return found.exit_code if is_same else FAILURE


def _as_written(result: Result, record: Mapping[str, Any]) -> Result:
    """Take the table that the record says was written, of an analysis that has several."""
    name = (record.get("params") or {}).get(TABLE)
    if name is None:
        return result
    known: Mapping[str, Any] = _TABLES.get(result.record.analysis, {})
    if name not in known:
        msg = f"The record's table is {name!r}; known are {', '.join(known) or 'none'}."
        raise ParameterError(msg)
    return with_table(result, known[name](result), name)


def _columns(result: Result) -> list[str]:
    """Give the columns as the command writes them: hotspots of the whole time have no period."""
    known = [str(name) for name in result.frame if name != GEOMETRY]
    is_of_whole_time = result.record.analysis == "hotspots" and "frames" not in result.record.asked
    return [name for name in known if name != PERIOD] if is_of_whole_time else known


def _check_kept(record: Path, out: Path | None) -> None:
    """Refuse to overwrite the record that the result is made from."""
    if out is not None and record.resolve() in {path.resolve() for path in export_paths(out)}:
        msg = f"{record} would be overwritten by the result made from it; give another --out."
        raise ParameterError(msg)


def _read(path: Path) -> Mapping[str, Any]:
    """Read a JSON file that is a record or holds one."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError):
        msg = f"{path} is not JSON; give a .run.json file, or a .json or .geojson with the record."
        raise ParameterError(msg) from None
    if not isinstance(content, Mapping):
        msg = f"{path} is a list; give a .run.json file, or a .json or .geojson with the record."
        raise ParameterError(msg)
    return content


def _is_same(given: Mapping[str, Any], result: Result) -> bool:
    """Compare the figures with those of the file, where it has any, and say how that went."""
    earlier = _rows(given)
    if earlier is None:
        return True
    again = json.loads(export_bytes(result, ".json"))[_ROWS]
    known = set(earlier[0]) & set(again[0]) if earlier and again else set()
    unequal = [
        number
        for number, (one, other) in enumerate(zip(earlier, again, strict=False), 1)
        if any(one[name] != other[name] for name in known)
    ]
    if len(earlier) != len(again):
        say(f"{len(again):,} rows came out, but the file has {len(earlier):,}", "error")
    elif unequal:
        say(
            f"{len(unequal):,} of {len(again):,} rows differ from those of the file, first row "
            f"{unequal[0]}: another version of the program may have made it",
            "error",
        )
    else:
        say(f"all {len(again):,} rows are those of the file")
        return True
    return False


def _rows(given: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """Give the figures that a file holds beside the record."""
    if _FEATURES in given:
        return [feature["properties"] for feature in given[_FEATURES]]
    return given.get(_ROWS)
