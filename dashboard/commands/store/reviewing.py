"""``hotspots store review``: incidents of two sources that may be the same event."""

import argparse

from dashboard.commands.inputs import PATHS_HELP
from dashboard.commands.mappings import add_mapping_arguments, given_mapping
from dashboard.commands.messages import progress, say
from dashboard.commands.parsing import OK, Parser, add_settings, settings
from dashboard.commands.store.common import add_json, add_store, opened, write_table
from dashboard.words import plural
from geo.look_alikes import LookAlikeParams, LookAlikes, compare
from geo.readers import read
from geo.store import Store

DESCRIPTION = (
    "Pairs of incidents of two sources that may be the same event, the likeliest first: same day, "
    "near each other, same type. For a person to look at; nothing is merged. With PATHS, what the "
    "files hold beside what is kept. The list has ids: treat it like the data."
)
EXAMPLES = (
    "hotspots store review",
    "hotspots store review --level exact --distance-m 50 --json",
    'hotspots store review --level exact cases.csv --source "Council cases"',
)


def add_arguments(parser: Parser) -> None:
    """Add what this command takes."""
    parser.add_argument(
        "paths", nargs="*", metavar="PATHS", help=f"compare these with the store: {PATHS_HELP}"
    )
    add_store(parser)
    add_json(parser)
    add_mapping_arguments(parser.add_argument_group("reading PATHS"))
    add_settings(parser, "what looks alike", LookAlikeParams)


def run(args: argparse.Namespace) -> int:
    """Write the pairs; give the exit code."""
    params = LookAlikeParams(**settings(args, LookAlikeParams))
    store = opened(args)
    found = _compared(args, store, params)
    for note in found.notes:
        say(note, "note")
    say(f"{plural(found.found, 'pair')} that may be the same event; nothing is merged")
    write_table(found.frame, store, as_json=args.json)
    return OK


def _compared(args: argparse.Namespace, store: Store, params: LookAlikeParams) -> LookAlikes:
    with progress("comparing"):
        kept = store.read()
        if not args.paths:
            return compare(kept, params=params)
        return compare(read(args.paths, given_mapping(args)).incidents, kept, params)
