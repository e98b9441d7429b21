"""``hotspots wards``: a table of figures by ward and period."""

import argparse

from dashboard.commands.inputs import add_input_arguments, read_input
from dashboard.commands.messages import progress
from dashboard.commands.outputs import write_result
from dashboard.commands.parsing import Parser
from geo.periods import UNITS
from geo.wards.counts import MEASURE_UNITS
from geo.wards.table import TABLE_COLUMNS, WardParams, ward_table

DESCRIPTION = (
    "Figures by ward and period, with a row for incidents outside the borough and one for those "
    "not located."
)
EXAMPLES = (
    "hotspots wards demo --vintage 2002 --period fy",
    "hotspots wards incidents.csv --measure rate --out rates.geojson",
    "hotspots wards demo --strand race --from 2016-04-01 --period month --out race.gpkg",
    "hotspots wards months --category Burglary --report problems.csv",
)


def add_arguments(parser: Parser) -> None:
    """Add what this command takes."""
    add_input_arguments(parser)
    group = parser.add_argument_group("figures")
    group.add_argument(
        "--period",
        choices=UNITS,
        default=WardParams.period,
        help="unit of time; fy is the financial year from April (default: %(default)s)",
    )
    units = ", ".join(f"{name} ({unit})" for name, unit in MEASURE_UNITS.items())
    group.add_argument(
        "--measure",
        choices=MEASURE_UNITS,
        default=WardParams.measure,
        help=f"{units} (default: %(default)s)".replace("(% ", "(%% "),
    )


def run(args: argparse.Namespace) -> int:
    """Write the table; give the exit code."""
    given = read_input(args, "ward_table")
    params = WardParams(given.vintage, args.period, args.measure)
    with progress("counting"):
        result = ward_table(given.incidents, given.selection, params)
    write_result(result, TABLE_COLUMNS, args.out, as_json=args.json)
    return given.exit_code
