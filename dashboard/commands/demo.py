"""``hotspots demo``: the demonstration data as a plain CSV file."""

import argparse
import io
from pathlib import Path

from boundaries.errors import ParameterError
from dashboard.commands.messages import say
from dashboard.commands.parsing import OK, Parser
from dashboard.files import check_folder, write_files
from geo.readers import DEMO, read, write_plain_csv

DESCRIPTION = (
    "Write the demonstration data, synthetic incidents whose totals are the published ones, in "
    "the plain CSV layout that your own files may have, too."
)
EXAMPLES = ("hotspots demo incidents.csv", "hotspots demo incidents.csv --force")


def add_arguments(parser: Parser) -> None:
    """Add what this command takes."""
    parser.add_argument("out", type=Path, metavar="OUT.csv", help="file to write")
    parser.add_argument("--force", action="store_true", help="overwrite a file that is there")


def run(args: argparse.Namespace) -> int:
    """Write the file; give the exit code."""
    _check_target(args.out, force=args.force)
    incidents = read([DEMO]).incidents
    text = io.StringIO()
    write_plain_csv(incidents, text)
    write_files({args.out: text.getvalue().encode()})
    say(f"{args.out} written: {len(incidents):,} synthetic incidents")
    return OK


def _check_target(path: Path, *, force: bool) -> None:
    if path.suffix.lower() != ".csv":
        msg = f"{path.name} does not end in .csv, the only layout of the demonstration data."
        raise ParameterError(msg)
    check_folder(path)
    if path.exists() and not force:
        msg = f"{path} exists already; give another name, or --force to overwrite it."
        raise ParameterError(msg)
