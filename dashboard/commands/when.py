"""``hotspots when``: when incidents happen."""

import argparse
from collections.abc import Callable, Mapping

import pandas as pd

from boundaries.errors import ParameterError
from dashboard.commands.inputs import add_input_arguments, read_input
from dashboard.commands.levels import ASK
from dashboard.commands.messages import progress, say
from dashboard.commands.outputs import say_rules, with_table, write_result
from dashboard.commands.parsing import Parser, add_settings, settings
from dashboard.commands.periods import add_released_period, check_no_period
from dashboard.commands.released import group_named, periods_named, read_release, write_released
from dashboard.exports import TABLE_ENDINGS
from dashboard.released_tables import group_counts
from geo.disclosure.levels import Level
from geo.disclosure.menu import YEARS
from geo.disclosure.splits import ALL, BLOCKS, NOT_KNOWN
from geo.periods import WEEKDAYS
from geo.times.shifts import DEFAULT_SHIFTS, read_shifts
from geo.times.when import WhenParams, WhenResult, when

DESCRIPTION = (
    "Incidents by hour of the week, weekday, hour, shift or month of the year. Each table ends "
    "with the times that are not known and adds up to the incidents; share in % of the known. "
    "Spans of time are spread over their hours, so figures need not be whole."
)
EXAMPLES = (
    "hotspots when demo",
    "hotspots when demo --by weekday --period 2017/18",
    "hotspots when demo --level exact --by month",
    'hotspots when incidents.csv --level exact --shifts "early 06-14, late 14-22, night 22-06"',
    "hotspots when incidents.csv --level exact --from 2017-04-01 --strand race --json",
)
RELEASED_OPTIONS = ("by", "period")
_RELEASED = {"weekday": WEEKDAYS, "hour": BLOCKS}
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
    add_released_period(parser)
    shifts = ", ".join(f"{shift.name} {shift.in_words()}" for shift in DEFAULT_SHIFTS)
    group.add_argument(
        "--shifts",
        metavar="TEXT",
        help=f"names and hours of shifts that cover the day; default {shifts}",
    )


def run(args: argparse.Namespace) -> int:
    """Write one of the tables of exact figures; give the exit code."""
    check_no_period(args)
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


def run_released(args: argparse.Namespace, level: Level) -> int:
    """Write weekdays, blocks of four hours or both, as they may be shown; give the exit code."""
    if args.by not in {*_RELEASED, "hour-of-week"}:
        msg = (
            f"Times by {args.by} are not released; choose --by weekday, hour or hour-of-week, "
            f"whose hours come in blocks of four. {ASK}"
        )
        raise ParameterError(msg)
    given = read_release(args, level)
    if group_named(given.release, args) != ALL:
        msg = f"Times are released for all incidents together, not for one group. {ASK}"
        raise ParameterError(msg)
    say("hours come in blocks of four, from 06-10 on; what is after midnight is of the day before")
    for period in periods_named(given.release, args.period or ALL, YEARS)[:1]:
        write_released(group_counts(given.release, period, _codes(args.by)), args)
    return given.exit_code


def _codes(by: str) -> list[str]:
    """Give the codes of the groups of a table, those of times that are not known last."""
    names = _RELEASED.get(by) or [f"{day} {block}" for day in WEEKDAYS for block in BLOCKS]
    return [f"when: {name}" for name in (*names, NOT_KNOWN)]
