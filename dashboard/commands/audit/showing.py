"""``hotspots audit show``: the entries of the audit log."""

import argparse
import json

import pandas as pd

from dashboard.audit.entries import ACTIONS, Entry
from dashboard.audit.filters import Filter
from dashboard.audit.log import AuditLog, entry_as_json
from dashboard.commands.messages import say
from dashboard.commands.outputs import write_to_stdout
from dashboard.commands.parsing import OK, Parser, day
from dashboard.words import plural
from geo.spreadsheet_text import LINE_END, guard_frame

DESCRIPTION = (
    "The entries of the audit log, oldest first, as CSV. Times are UTC. Whether the log was "
    "changed says hotspots audit verify."
)
EXAMPLES = (
    "hotspots audit show --from 2026-01-01 --to 2026-01-31",
    "hotspots audit show --action export --who ann --last 20",
    "hotspots audit show --head > last-month.txt",
)
COLUMNS = ("number", "at", "who", "role", "action", "details")


def add_arguments(parser: Parser) -> None:
    """Add what this command takes."""
    parser.add_argument("--from", dest="start", type=day, metavar="DAY", help="first day")
    parser.add_argument("--to", dest="end", type=day, metavar="DAY", help="last day")
    parser.add_argument("--who", default="", metavar="NAME", help="part of the person's name")
    parser.add_argument(
        "--action",
        dest="actions",
        action="append",
        choices=ACTIONS,
        default=[],
        help="what was done; may be given several times",
    )
    parser.add_argument("--last", type=_count, metavar="N", help="only the last N that fit")
    parser.add_argument("--json", action="store_true", help="write JSON instead of CSV")
    parser.add_argument(
        "--head",
        action="store_true",
        help="only number and seal of the last entry, to be kept elsewhere for audit verify",
    )


def run(args: argparse.Namespace) -> int:
    """Write the entries; give the exit code."""
    log = AuditLog.here()
    if args.head:
        head = log.head()
        if head is None:
            say(f"the audit log {log.path} has no entry yet", "note")
            return OK
        write_to_stdout(f"{head}\n".encode())
        return OK
    wanted = Filter(args.start, args.end, args.who, actions=frozenset(args.actions))
    entries = wanted.of(log.entries())
    shown = entries if args.last is None else entries[-args.last :]
    if args.json:
        document = {"log": str(log.path), "rows": [entry_as_json(entry) for entry in shown]}
        text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    else:
        text = entries_csv(shown)
    write_to_stdout(text.encode(errors="replace"))
    say(f"{plural(len(shown), 'entry', 'entries')} of {log.path}")
    return OK


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        msg = f"{text!r} is no number of entries; give 1 or more"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


def entries_csv(entries: list[Entry]) -> str:
    """Write entries as CSV; no cell is a formula."""
    rows = [
        (e.number, e.at, e.who, e.role, e.action, json.dumps(e.details, ensure_ascii=False))
        for e in entries
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return guard_frame(frame).to_csv(index=False, lineterminator=LINE_END)
