"""``hotspots store versions``: what each import said of one incident."""

import argparse

from boundaries.errors import ParameterError
from dashboard.commands.parsing import OK, Parser
from dashboard.commands.store.common import add_json, add_store, opened, write_table

DESCRIPTION = (
    "What each import said of one incident, newest first, with the file and row it stood in. The "
    "status says which version is current, which was replaced and which was undone."
)
EXAMPLES = (
    'hotspots store versions --level exact "Police extract" 2301234/24',
    'hotspots store versions --level exact "Police extract" 2301234/24 --json',
)


def add_arguments(parser: Parser) -> None:
    """Add what this command takes."""
    parser.add_argument("source", metavar="SOURCE", help="as hotspots store list has it")
    parser.add_argument("id", metavar="ID", help="of the incident, as the source has it")
    add_store(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Write the versions; give the exit code."""
    store = opened(args)
    versions = store.versions(args.source, args.id)
    if versions.empty:
        msg = (
            f"No import holds an incident {args.id!r} of source {args.source!r}; sources are "
            f"{', '.join(store.sources()) or 'none'}."
        )
        raise ParameterError(msg)
    write_table(versions.dropna(axis="columns", how="all"), store, as_json=args.json)
    return OK
