"""``hotspots store restore``: takes back an undo."""

import argparse

from dashboard.audit.noting import note
from dashboard.commands.messages import say
from dashboard.commands.parsing import OK, Parser
from dashboard.commands.store.common import add_store, import_number, opened
from dashboard.data.words import who
from dashboard.words import plural

DESCRIPTION = "Make an import that was undone count again."
EXAMPLES = ("hotspots store restore 2", "hotspots store restore 2 --store team-store")


def add_arguments(parser: Parser) -> None:
    """Add what this command takes."""
    parser.add_argument("number", type=import_number, metavar="N", help="number of the import")
    add_store(parser)


def run(args: argparse.Namespace) -> int:
    """Restore the import; give the exit code."""
    store = opened(args)
    entry = store.restore(args.number, who=who())
    note("restore", {"store": store.location, "import": entry.number})
    say(
        f"import {entry.number} of {entry.source} counts again: "
        f"{plural(entry.new, 'new incident')}, {plural(entry.updated, 'update')}"
    )
    return OK
