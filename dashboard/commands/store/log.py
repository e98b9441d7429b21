"""``hotspots store log``: who did what and when."""

import argparse
import json

import pandas as pd

from dashboard.commands.parsing import OK, Parser
from dashboard.commands.store.common import (
    ROWS,
    add_json,
    add_store,
    moment,
    opened,
    write_json,
    write_table,
)

DESCRIPTION = (
    "All that was ever done to the store, oldest first: imports, undone and restored ones, purges, "
    "exports and saved mappings. Times are UTC."
)
EXAMPLES = ("hotspots store log", "hotspots store log --json")


def add_arguments(parser: Parser) -> None:
    """Add what this command takes."""
    add_store(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Write the log; give the exit code."""
    store = opened(args)
    rows = [
        {
            "number": entry.number,
            "at": moment(entry.at),
            "who": entry.who,
            "action": entry.action,
            "details": dict(entry.details),
        }
        for entry in store.log()
    ]
    if args.json:
        write_json({"store": store.location, ROWS: rows})
        return OK
    texts = [{**r, "details": json.dumps(r["details"], ensure_ascii=False)} for r in rows]
    columns = ["number", "at", "who", "action", "details"]
    write_table(pd.DataFrame(texts, columns=columns), store, as_json=False)
    return OK
