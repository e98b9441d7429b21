"""``hotspots near-repeat``: whether incidents follow each other nearby and soon."""

import argparse
from typing import Any

from dashboard.commands.inputs import add_input_arguments, read_input
from dashboard.commands.messages import progress, say
from dashboard.commands.outputs import say_rules, write_result
from dashboard.commands.parsing import Parser, add_settings, decimal, settings
from dashboard.exports import TABLE_ENDINGS
from geo.repeats.near_repeat import NEAR_REPEAT_COLUMNS, NearRepeatParams, near_repeat

DESCRIPTION = (
    "Pairs of incidents by how near and how soon the one followed the other, beside what chance "
    "would give: a Knox table with p-values by simulation, corrected for their number."
)
EXAMPLES = (
    "hotspots near-repeat demo --level exact",
    "hotspots near-repeat incidents.csv --level exact --space-edges-m 0,1,200",
    "hotspots near-repeat demo --level exact --runs 1999 --seed 7 --out knox-exact.xlsx",
)
_EDGES = {
    "space_edges_m": "borders of the bands of distance, m",
    "time_edges_days": "borders of the bands of time, whole days",
}


def add_arguments(parser: Parser) -> None:
    """Add what this command takes."""
    add_input_arguments(parser, TABLE_ENDINGS)
    add_settings(parser, "near repeats", NearRepeatParams)
    group = parser.add_argument_group(
        "bands", "Each holds its lower border and not its upper one; 0,1 is the same place."
    )
    for name, words in _EDGES.items():
        default = ",".join(f"{edge:g}" for edge in getattr(NearRepeatParams, name))
        flag = "--" + name.replace("_", "-")
        group.add_argument(
            flag, type=_edges, metavar="N,N,...", help=f"{words} (default: {default})"
        )


def run(args: argparse.Namespace) -> int:
    """Write the Knox table; give the exit code."""
    params = NearRepeatParams(**settings(args, NearRepeatParams), **_given_edges(args))
    given = read_input(args, "near_repeat")
    with progress("comparing pairs"):
        result = near_repeat(given.incidents, given.selection, params)
    say_rules(result)
    for sentence in result.findings:
        say(sentence)
    write_result(result, NEAR_REPEAT_COLUMNS, args.out, as_json=args.json)
    return given.exit_code


def _edges(text: str) -> tuple[float, ...]:
    return tuple(decimal(part) for part in text.split(","))


def _given_edges(args: argparse.Namespace) -> dict[str, Any]:
    return {name: getattr(args, name) for name in _EDGES if getattr(args, name) is not None}
