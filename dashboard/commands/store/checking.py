"""``hotspots store check``: whether anything is damaged."""

import argparse

from dashboard.commands.messages import progress, say
from dashboard.commands.parsing import FAILURE, OK, Parser
from dashboard.commands.store.common import add_store, opened
from dashboard.words import plural

DESCRIPTION = (
    "Read everything in the store, compare it with its checksums, and say what is damaged or "
    "missing. Exit code 1 when anything is."
)
EXAMPLES = ("hotspots store check", "hotspots store check --store team-store")


def add_arguments(parser: Parser) -> None:
    """Add what this command takes."""
    add_store(parser)


def run(args: argparse.Namespace) -> int:
    """Check the store; give the exit code."""
    store = opened(args)
    with progress("checking the store"):
        damages = store.check()
    for damage in damages:
        say(damage, "error")
    if damages:
        return FAILURE
    say(f"{plural(len(store.imports()), 'import')} read, nothing is damaged")
    return OK
