"""``hotspots store undo``: an import counts no longer."""

import argparse

from dashboard.audit.noting import note
from dashboard.commands.messages import say
from dashboard.commands.parsing import OK, Parser
from dashboard.commands.store.common import add_store, import_number, opened
from dashboard.data.words import who
from dashboard.words import plural

DESCRIPTION = (
    "Make an import count no longer. What it had replaced is current again. It stays in the store "
    "and can be restored; hotspots store purge deletes."
)
EXAMPLES = ("hotspots store undo 2", "hotspots store undo 2 --store team-store")


def add_arguments(parser: Parser) -> None:
    """Add what this command takes."""
    parser.add_argument("number", type=import_number, metavar="N", help="number of the import")
    add_store(parser)


def run(args: argparse.Namespace) -> int:
    """Undo the import; give the exit code."""
    store = opened(args)
    entry = store.undo(args.number, who=who())
    note("undo", {"store": store.location, "import": entry.number})
    say(
        f"import {entry.number} of {entry.source} undone: its {plural(entry.new, 'new incident')} "
        f"and {plural(entry.updated, 'update')} count no longer. hotspots store restore "
        f"{entry.number} takes this back"
    )
    return OK
