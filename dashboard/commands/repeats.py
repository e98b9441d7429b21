"""``hotspots repeats``: repeat victims and repeat places."""

import argparse
from collections.abc import Callable, Mapping

import pandas as pd

from dashboard.commands.inputs import add_input_arguments, read_input
from dashboard.commands.messages import progress
from dashboard.commands.outputs import say_rules, with_table, write_result
from dashboard.commands.parsing import Parser, add_settings, settings
from dashboard.exports import TABLE_ENDINGS
from geo.repeats.repeats import RepeatsParams, RepeatsResult, repeats

DESCRIPTION = (
    "Repeat victims and repeat places: how many, how concentrated incidents are on them, and how "
    "soon another follows. Shares in %; victims without a reference are counted apart."
)
EXAMPLES = (
    "hotspots repeats demo --level exact",
    "hotspots repeats demo --level exact --table curve",
    "hotspots repeats incidents.csv --level exact --min-incidents 3 --from 2017-04-01 --json",
)
TABLES: Mapping[str, Callable[[RepeatsResult], pd.DataFrame]] = {
    "shares": lambda result: result.frame,
    "concentration": lambda result: result.concentration,
    "curve": lambda result: result.curve,
}


def add_arguments(parser: Parser) -> None:
    """Add what this command takes."""
    add_input_arguments(parser, TABLE_ENDINGS)
    add_settings(parser, "repeats", RepeatsParams)
    group = parser.add_argument_group("table")
    group.add_argument(
        "--table",
        choices=TABLES,
        default="shares",
        help="shares of repeat victims and places; concentration of incidents on the most "
        "affected; curve: chance of another incident within so many days (default: %(default)s)",
    )


def run(args: argparse.Namespace) -> int:
    """Write one of the tables; give the exit code."""
    params = RepeatsParams(**settings(args, RepeatsParams))
    given = read_input(args, "repeats")
    with progress("counting"):
        result = repeats(given.incidents, given.selection, params)
    say_rules(result)
    table = TABLES[args.table](result)
    shown = with_table(result, table, args.table)
    write_result(shown, [*map(str, table)], args.out, as_json=args.json)
    return given.exit_code
