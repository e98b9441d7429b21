"""``hotspots quality``: what a reader must know about the data before reading any figure of it."""

import argparse
from collections.abc import Callable, Mapping

import pandas as pd

from dashboard.commands.inputs import add_input_arguments, read_input
from dashboard.commands.messages import progress, say
from dashboard.commands.outputs import with_table, write_result
from dashboard.commands.parsing import Parser, add_settings, settings
from dashboard.exports import TABLE_ENDINGS
from geo.quality.panel import QualityResult, data_quality
from geo.quality.params import QualityParams

DESCRIPTION = (
    "How good the data is: located or not, how exactly place and time are known, stacked "
    "positions, missing strands, months without data, breaks of the series. Each check has a "
    "verdict (fine, note, mind) by stated thresholds and a sentence; share in %."
)
EXAMPLES = (
    "hotspots quality demo --level exact",
    "hotspots quality incidents.csv --level exact --table months",
    "hotspots quality demo --level exact --from 2017-04-01 --out quality-exact.xlsx",
)
TABLES: Mapping[str, Callable[[QualityResult], pd.DataFrame]] = {
    "checks": lambda result: result.frame,
    "months": lambda result: result.months,
    "stacks": lambda result: result.stacks,
    "places": lambda result: result.places,
    "times": lambda result: result.times,
    "strands": lambda result: result.strands,
}


def add_arguments(parser: Parser) -> None:
    """Add what this command takes."""
    add_input_arguments(parser, TABLE_ENDINGS)
    group = parser.add_argument_group("table")
    group.add_argument(
        "--table",
        choices=TABLES,
        default="checks",
        help="checks with their verdicts; incidents by source and month, empty months included; "
        "positions with the most incidents; by how exactly the place or the time is known; "
        "incidents without strand by source and year (default: %(default)s)",
    )
    add_settings(parser, "thresholds", QualityParams)


def run(args: argparse.Namespace) -> int:
    """Write one of the tables; give the exit code."""
    params = QualityParams(**settings(args, QualityParams))
    given = read_input(args, "data_quality")
    with progress("checking"):
        result = data_quality(given.incidents, given.selection, params)
    say(result.in_words())
    table = TABLES[args.table](result)
    shown = with_table(result, table, args.table)
    write_result(shown, [*map(str, table)], args.out, as_json=args.json)
    return given.exit_code
