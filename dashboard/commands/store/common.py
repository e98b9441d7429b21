"""What the commands of the store share: opening it, tables out, and asking first."""

import argparse
import json
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd

from dashboard.commands.messages import say
from dashboard.commands.outputs import write_to_stdout
from dashboard.commands.parsing import Parser, UsageError
from dashboard.commands.stored import add_store_argument, open_existing
from dashboard.geojson import plain_rows
from geo.spreadsheet_text import LINE_END, guard_frame
from geo.store import Store

ROWS = "rows"
_YES = ("y", "yes")


def add_store(parser: Parser) -> None:
    """Add the option that names the store."""
    add_store_argument(parser)


def add_json(parser: Parser) -> None:
    """Add the option for JSON instead of CSV."""
    parser.add_argument("--json", action="store_true", help="write JSON instead of CSV")


def opened(args: argparse.Namespace) -> Store:
    """Open the store that is meant, which must be there, and say which it is."""
    store = open_existing(args.store)
    say(f"store: {store.location}")
    return store


def import_number(text: str) -> int:
    """Read the number of an import."""
    if not text.isdecimal() or int(text) < 1:
        msg = f"{text!r} is not the number of an import; hotspots store list shows them"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


def write_table(table: pd.DataFrame, store: Store, *, as_json: bool) -> None:
    """Write a table to standard output: CSV, or JSON with the store beside the rows."""
    if not as_json:
        write_to_stdout(guard_frame(table).to_csv(index=False, lineterminator=LINE_END).encode())
        return
    write_json({"store": store.location, ROWS: plain_rows(table)})


def write_json(content: Mapping[str, Any]) -> None:
    """Write JSON to standard output."""
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False, default=as_text)
    write_to_stdout((text + "\n").encode())


def as_text(value: object) -> str:
    """Write what JSON has no word for; moments in UTC to the second."""
    if isinstance(value, datetime):
        return moment(value)
    return str(value)


def moment(value: datetime) -> str:
    """Write a moment in UTC, or a local time without a zone, to the second.

    >>> from datetime import UTC
    >>> moment(datetime(2024, 7, 5, 9, 30, 15, 999, UTC))
    '2024-07-05T09:30:15Z'
    """
    return value.isoformat(timespec="seconds").replace("+00:00", "Z")


def is_agreed(question: str, *, yes: bool) -> bool:
    """Ask before something that a person may regret.

    Raises
    ------
    UsageError
        Nobody is there to be asked, and ``--yes`` was not given.
    """
    if yes:
        return True
    if not is_watched():
        msg = f"{question} Nobody is there to be asked; add --yes to go on without a question"
        raise UsageError(msg)
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in _YES


def is_watched() -> bool:
    """Whether a person sees what is said and can answer."""
    return sys.stdin.isatty() and sys.stderr.isatty()
