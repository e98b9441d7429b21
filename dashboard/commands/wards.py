"""``hotspots wards``: a table of figures by ward and period."""

import argparse

from dashboard.commands.inputs import add_input_arguments, read_input
from dashboard.commands.messages import progress, say
from dashboard.commands.outputs import write_result
from dashboard.commands.parsing import Parser
from dashboard.commands.periods import check_unit, period
from dashboard.commands.released import group_named, periods_named, read_release, write_released
from dashboard.released_tables import period_counts, ward_counts
from geo.disclosure.levels import Level
from geo.disclosure.menu import OF_WARDS
from geo.periods import UNITS
from geo.wards.counts import MEASURE_UNITS
from geo.wards.table import TABLE_COLUMNS, WardParams, ward_table

DESCRIPTION = (
    "Figures by ward and period, with a row for incidents outside the borough and one for those "
    "not located."
)
EXAMPLES = (
    "hotspots wards demo --period fy",
    "hotspots wards demo --period 2017/18 --group race --out race.gpkg",
    "hotspots wards incidents.csv --level exact --measure rate --out rates-exact.geojson",
    "hotspots wards demo --level exact --strand race --from 2016-04-01 --period month",
    "hotspots wards months --level exact --category Burglary --report problems-personal-data.csv",
)
RELEASED_OPTIONS = ("period",)


def add_arguments(parser: Parser) -> None:
    """Add what this command takes."""
    add_input_arguments(parser)
    group = parser.add_argument_group("figures")
    group.add_argument(
        "--period",
        type=period,
        metavar="PERIOD",
        default=WardParams.period,
        help=f"unit of time: {', '.join(UNITS)}; fy is the financial year from April. For partners "
        "and the public all, fy, 12-months, quarter, or one period, for example 2017/18 or "
        "'2018 Q1'; month is for the borough only (default: %(default)s)",
    )
    units = ", ".join(f"{name} ({unit})" for name, unit in MEASURE_UNITS.items())
    group.add_argument(
        "--measure",
        choices=MEASURE_UNITS,
        default=WardParams.measure,
        help=f"{units} (default: %(default)s)".replace("(% ", "(%% "),
    )


def run(args: argparse.Namespace) -> int:
    """Write the table of exact figures; give the exit code."""
    check_unit(args.period)
    given = read_input(args, "ward_table")
    params = WardParams(given.vintage, args.period, args.measure)
    with progress("counting"):
        result = ward_table(given.incidents, given.selection, params)
    write_result(result, TABLE_COLUMNS, args.out, as_json=args.json)
    return given.exit_code


def run_released(args: argparse.Namespace, level: Level) -> int:
    """Write the table of figures that may be shown; give the exit code."""
    given = read_release(args, level)
    group = group_named(given.release, args)
    of_borough = args.period == "month"
    kinds = ("month",) if of_borough else OF_WARDS
    periods = periods_named(given.release, args.period, kinds)
    if of_borough:
        say("single months are released for the borough only, not by ward", "note")
        write_released(period_counts(given.release, periods, group), args)
    else:
        write_released(ward_counts(given.release, periods, group), args)
    return given.exit_code
