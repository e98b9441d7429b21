"""``hotspots store purge``: deletes incidents before a day for good."""

import argparse
from datetime import date

import pandas as pd

from boundaries.errors import ParameterError
from dashboard.audit.noting import note
from dashboard.commands.messages import progress, say
from dashboard.commands.parsing import OK, Parser, day
from dashboard.commands.store.common import add_json, add_store, is_agreed, opened, write_table
from dashboard.data.words import who
from dashboard.words import plural
from geo.store import PurgeReport, Store

DESCRIPTION = (
    "Delete for good every incident that happened before a day, older versions and undone imports "
    "included. Shows first what goes, by import. What was exported or backed up is not reached."
)
EXAMPLES = (
    "hotspots store purge --before 2015-04-01 --dry-run",
    "hotspots store purge --before 2015-04-01 --yes",
)


def add_arguments(parser: Parser) -> None:
    """Add what this command takes."""
    parser.add_argument(
        "--before", type=day, required=True, metavar="DAY", help="the first day that is kept"
    )
    parser.add_argument("--dry-run", action="store_true", help="show what would go, and stop")
    parser.add_argument("--yes", action="store_true", help="delete without asking")
    add_store(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Delete what is old; give the exit code."""
    if args.before > date.today():
        msg = f"--before {args.before} lies in the future; give a day up to today."
        raise ParameterError(msg)
    store = opened(args)
    with progress("looking for what is old"):
        planned = store.purge(args.before, who=who(), dry_run=True)
    write_table(_table(planned, store), store, as_json=args.json)
    if planned.total == 0 and not _has_old_reports(store, args.before):
        say(f"no incident is from before {args.before}; nothing was deleted")
        return OK
    what = f"{plural(planned.total, 'incident')} from before {args.before}, older versions included"
    if _has_old_reports(store, args.before):
        what += ", and what the reports of imports added before that day quote"
    if args.dry_run:
        say(f"would delete {what}; nothing was deleted")
        return OK
    if not is_agreed(f"Delete {what}, for good?", yes=args.yes):
        say("nothing was deleted")
        return OK
    # Noted before it is done: what cannot be noted is not deleted.
    about = {"store": store.location, "before": args.before.isoformat()}
    note("purge", about | {"to_delete": planned.total})
    with progress("deleting"):
        done = store.purge(args.before, who=who())
    note("purge", about | {"deleted": done.total}, must=False)
    say(
        f"{plural(done.total, 'incident')} deleted; copies in exports, reports and backups are "
        "left to you"
    )
    return OK


def _has_old_reports(store: Store, before: date) -> bool:
    """Whether imports were added before the day: what their reports quote goes with a purge."""
    return any(entry.added.date() < before for entry in store.imports())


def _table(planned: PurgeReport, store: Store) -> pd.DataFrame:
    sources = {entry.number: entry.source for entry in store.imports()}
    rows = [
        {"import_number": number, "source": sources.get(number, ""), "deleted": deleted}
        for number, deleted in sorted(planned.deleted.items())
    ]
    return pd.DataFrame(rows, columns=["import_number", "source", "deleted"])
