"""``hotspots store show``: one import in full."""

import argparse
from pathlib import Path

from dashboard.commands.inputs import say_report
from dashboard.commands.mappings import columns_in_words
from dashboard.commands.outputs import write_to_stdout
from dashboard.commands.parsing import OK, Parser
from dashboard.commands.store.common import add_store, import_number, opened, write_json
from dashboard.commands.store.listing import row
from dashboard.files import check_folder
from geo.report import PROBLEM_COLUMNS, ROW_VALUES
from geo.store import ImportEntry, Store

DESCRIPTION = (
    "One import: its files with their counts, how their columns were understood, and the first "
    "problems."
)
EXAMPLES = (
    "hotspots store show 1",
    "hotspots store show 1 --report problems.csv",
    "hotspots store show 1 --json",
)


def add_arguments(parser: Parser) -> None:
    """Add what this command takes."""
    parser.add_argument("number", type=import_number, metavar="N", help="number of the import")
    add_store(parser)
    parser.add_argument(
        "--json", action="store_true", help="write JSON, with all problems, instead of lines"
    )
    parser.add_argument(
        "--report",
        type=Path,
        metavar="FILE",
        help="also write every rejected or doubtful row with reason and remedy, as CSV",
    )


def run(args: argparse.Namespace) -> int:
    """Write what is known of the import; give the exit code."""
    if args.report:
        check_folder(args.report)
    store = opened(args)
    entry = entry_of(store, args.number)
    if args.json:
        write_json(_as_json(store, entry))
    else:
        write_to_stdout("".join(f"{line}\n" for line in _lines(entry)).encode())
    say_report(store.report(entry.number), args.report)
    return OK


def entry_of(store: Store, number: int) -> ImportEntry:
    """Give an import by its number.

    Raises
    ------
    ParameterError
        There is none.
    """
    for entry in store.imports():
        if entry.number == number:
            return entry
    store.report(number)  # says so
    raise AssertionError


def _lines(entry: ImportEntry) -> list[str]:
    lines = [f"{name}: {'' if value is None else value}" for name, value in row(entry).items()]
    for file in entry.files:
        counts = f"{file.rows_read:,} rows read, {file.used:,} used, {file.rejected:,} rejected"
        note = f"; {file.note}" if file.note else ""
        lines.append(
            f"file {file.name}: {file.kind}, {counts}, {file.duplicates:,} duplicates, "
            f"sha256 {file.sha256}{note}"
        )
    for name, mapping in entry.mapping.items():
        lines.append(f"columns of {name}: {columns_in_words(mapping)}")
    return lines


def _as_json(store: Store, entry: ImportEntry) -> dict[str, object]:
    problems = store.report(entry.number).problems
    shown = [name for name in PROBLEM_COLUMNS if name != ROW_VALUES]
    return {
        "store": store.location,
        **row(entry),
        "files": [vars(file) for file in entry.files],
        "columns": {name: mapping.to_dict() for name, mapping in entry.mapping.items()},
        "problems": problems[shown].to_dict("records"),
    }
