"""``hotspots emerging``: where it became hot, stays hot, or is no longer."""

import argparse

from boundaries.columns import GEOMETRY
from dashboard.commands.change import add_allow_break
from dashboard.commands.inputs import add_input_arguments, read_input
from dashboard.commands.messages import progress, say
from dashboard.commands.outputs import say_rules, write_result
from dashboard.commands.parsing import Parser, add_settings, settings
from geo.grids.emerging import EMERGING_COLUMNS, PATTERN, EmergingParams, EmergingResult, emerging
from geo.grids.emerging_patterns import ALL_PATTERNS

DESCRIPTION = (
    "Cells of a grid by their history over at least ten steps of time: hot for the first time, on "
    "end, nearly always and more or less so, on and off, or no longer. Every step is scored on its "
    "own (Getis-Ord Gi*), so a rise of the whole borough makes no place hot."
)
EXAMPLES = (
    "hotspots emerging demo --level exact",
    "hotspots emerging demo --level exact --step month --window 3 --out emerging-exact.geojson",
    "hotspots emerging months --level exact --category Robbery --cell-size-m 250 --json",
)
COLUMNS = tuple(name for name in EMERGING_COLUMNS if name != GEOMETRY)


def add_arguments(parser: Parser) -> None:
    """Add what this command takes; bounds and defaults come from the settings themselves."""
    add_input_arguments(parser)
    add_settings(parser, "steps, cells and test", EmergingParams)
    add_allow_break(parser)


def run(args: argparse.Namespace) -> int:
    """Write the cells that have a pattern; give the exit code."""
    params = EmergingParams(**settings(args, EmergingParams), allow_break=args.allow_break)
    given = read_input(args, "emerging")
    with progress("searching"):
        result = emerging(given.incidents, given.selection, params, given.vintage)
    say_rules(result)
    _say_patterns(result)
    write_result(result, COLUMNS, args.out, as_json=args.json)
    return given.exit_code


def _say_patterns(result: EmergingResult) -> None:
    """Say what was found and what to do about it."""
    found = result.frame[PATTERN].value_counts()
    for pattern in ALL_PATTERNS:
        if n := int(found.get(pattern.name, 0)):
            cells = "cell" if n == 1 else "cells"
            say(f"{n} {cells} {pattern.name} ({pattern.meaning}). {pattern.advice}")
    if not len(found):
        say("no cell has a pattern")
