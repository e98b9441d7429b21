"""``hotspots when``: when incidents happen."""

import argparse
from collections.abc import Callable, Mapping

import pandas as pd

from dashboard.commands.inputs import add_input_arguments, read_input
from dashboard.commands.messages import progress, say
from dashboard.commands.outputs import say_rules, with_table, write_result
from dashboard.commands.parsing import Parser, add_settings, settings
from dashboard.exports import TABLE_ENDINGS
from geo.times.shifts import DEFAULT_SHIFTS, read_shifts
from geo.times.when import WhenParams, WhenResult, when

DESCRIPTION = (
    "Incidents by hour of the week, weekday, hour, shift or month of the year. Each table ends "
    "with the times that are not known and adds up to the incidents; share in % of the known. "
    "Spans of time are spread over their hours, so figures need not be whole."
)
EXAMPLES = (
    "hotspots when demo",
    "hotspots when demo --by month",
    'hotspots when incidents.csv --by shift --shifts "early 06-14, late 14-22, night 22-06"',
    "hotspots when incidents.csv --from 2017-04-01 --strand race --by hour-of-week --json",
)
TABLES: Mapping[str, Callable[[WhenResult], pd.DataFrame]] = {
    "weekday": lambda result: result.weekdays,
    "hour": lambda result: result.hours,
    "hour-of-week": lambda result: result.frame,
    "shift": lambda result: result.shifts,
    "shift-of-week": lambda result: result.shifts_of_week,
    "month": lambda result: result.months,
}


def add_arguments(parser: Parser) -> None:
    """Add what this command takes."""
    add_input_arguments(parser, TABLE_ENDINGS)
    add_settings(parser, "time", WhenParams)
    group = parser.add_argument_group("table")
    group.add_argument(
        "--by",
        choices=TABLES,
        default="hour-of-week",
        help="month is the month of the year, per month that the data covers (default: "
        "%(default)s)",
    )
    shifts = ", ".join(f"{shift.name} {shift.in_words()}" for shift in DEFAULT_SHIFTS)
    group.add_argument(
        "--shifts",
        metavar="TEXT",
        help=f"names and hours of shifts that cover the day; default {shifts}",
    )


def run(args: argparse.Namespace) -> int:
    """Write one of the tables; give the exit code."""
    shifts = DEFAULT_SHIFTS if args.shifts is None else read_shifts(args.shifts)
    params = WhenParams(**settings(args, WhenParams), shifts=shifts)
    given = read_input(args, "when")
    with progress("counting"):
        result = when(given.incidents, given.selection, params)
    say_rules(result)
    for sentence in result.busiest:
        say(sentence)
    table = TABLES[args.by](result)
    shown = with_table(result, table, args.by)
    write_result(shown, [*map(str, table)], args.out, as_json=args.json)
    return given.exit_code
