"""``hotspots store list``: the imports."""

import argparse

import pandas as pd

from dashboard.commands.messages import say
from dashboard.commands.parsing import OK, Parser
from dashboard.commands.store.common import add_json, add_store, moment, opened, write_table
from geo.store import ImportEntry

DESCRIPTION = (
    "The imports in the order in which they were added. Rows read are new, updated, duplicates or "
    "rejected; what is kept is located, outside the borough or not located."
)
EXAMPLES = ("hotspots store list", "hotspots store list --store team-store --json")


def add_arguments(parser: Parser) -> None:
    """Add what this command takes."""
    add_store(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Write the list; give the exit code."""
    store = opened(args)
    entries = store.imports()
    write_table(pd.DataFrame(map(row, entries), columns=COLUMNS), store, as_json=args.json)
    if not entries:
        say("no imports yet; hotspots import PATHS adds one")
    return OK


def row(entry: ImportEntry) -> dict[str, object]:
    """Give what the list says of an import."""
    return {
        "number": entry.number,
        "added": moment(entry.added),
        "who": entry.who,
        "source": entry.source,
        "files": len([file for file in entry.files if file.kind != "skipped"]),
        "rows_read": entry.rows_read,
        "new": entry.new,
        "updated": entry.updated,
        "duplicates": entry.duplicates,
        "rejected": entry.rejected,
        "located": entry.located,
        "outside": entry.outside,
        "not_located": entry.not_located,
        "first_day": _day(entry.first_day),
        "last_day": _day(entry.last_day),
        "undone": entry.undone,
        "purged": entry.purged,
    }


COLUMNS = (
    *("number", "added", "who", "source", "files", "rows_read"),
    *("new", "updated", "duplicates", "rejected", "located", "outside", "not_located"),
    *("first_day", "last_day", "undone", "purged"),
)


def _day(day: object) -> str | None:
    return None if day is None else str(day)
