"""``hotspots store export``: the incidents themselves as a file."""

import argparse
import csv
import io
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pyogrio
from pyarrow import parquet

from boundaries.errors import ParameterError
from dashboard.audit.files import write_noted
from dashboard.commands.inputs import add_selection, check_occurs, selection_of
from dashboard.commands.messages import progress, say
from dashboard.commands.parsing import OK, Parser
from dashboard.commands.store.common import add_store, opened
from dashboard.commands.stored import check_outside
from dashboard.data.words import who
from dashboard.files import check_folder
from dashboard.words import plural
from geo.disclosure.levels import EXACT
from geo.readers import write_plain_csv
from geo.schema import Incidents
from geo.spreadsheet_text import LINE_END

DESCRIPTION = (
    "Write the current incidents, one row each with its place, as a file for a desktop GIS, a "
    "database or a notebook. They are personal data: nothing is hidden or rounded. The export is "
    "logged."
)
EXAMPLES = (
    "hotspots store export --level exact --out incidents-personal-data.parquet",
    "hotspots store export --level exact --from 2016-01-01 --out months-personal-data.gpkg",
    "hotspots store export --level exact --category Burglary --out burglaries-personal-data.csv",
)
_LAYER = "incidents"
_CONTAINS = "contains personal data"
MARK = {"marking": _CONTAINS}
"""Stands in every file: in the metadata where the format has any, else in each row."""


def add_arguments(parser: Parser) -> None:
    """Add what this command takes."""
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="FILE",
        help=f"file to write; its ending says the format: {', '.join(WRITERS)}",
    )
    add_store(parser)
    add_selection(parser)


def run(args: argparse.Namespace) -> int:
    """Write the incidents; give the exit code."""
    write = _writer_of(args.out)
    selection = selection_of(args)
    store = opened(args)
    check_outside(store, [args.out])
    with progress("reading the store"):
        incidents = store.read(selection)
    if len(incidents) == 0:
        check_occurs(selection, store.read())
        msg = f"None of the incidents is selected ({selection.in_words()}); nothing was written."
        raise ParameterError(msg)
    with progress("writing"):
        content = write(incidents)
        # Logged before the file is there: an export that nobody knows of would be worse.
        what = {
            "file": args.out.name,
            "incidents": len(incidents),
            "selection": selection.in_words(),
        }
        store.note_export(who=who(), what=what)
        about = {**what, "level": EXACT, **MARK, "store": store.location}
        write_noted({args.out: content}, about, private=True)
    say(f"{args.out} written: {plural(len(incidents), 'incident')}")
    say(
        "it holds personal data, exact and unshortened: keep it only where the store may be, and "
        "delete it after use. The export was logged",
        "warning",
    )
    return OK


def _writer_of(out: Path) -> Callable[[Incidents], bytes]:
    check_folder(out)
    if out.suffix.lower() not in WRITERS:
        msg = f"{out.name} has no known ending; known are {', '.join(WRITERS)}."
        raise ParameterError(msg)
    return WRITERS[out.suffix.lower()]


def _parquet(incidents: Incidents) -> bytes:
    """Write GeoParquet 1.1 with native points, as the store itself does."""
    plain = io.BytesIO()
    incidents.to_geodataframe().to_parquet(
        plain, index=False, geometry_encoding="geoarrow", schema_version="1.1.0"
    )
    table = parquet.read_table(plain)
    content = io.BytesIO()
    parquet.write_table(table.replace_schema_metadata({**table.schema.metadata, **MARK}), content)
    return content.getvalue()


def _geopackage(incidents: Incidents) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "export.gpkg"
        pyogrio.write_dataframe(
            incidents.to_geodataframe(),
            path,
            layer=_LAYER,
            geometry_type="Point",
            layer_metadata=MARK,
            layer_options={"DESCRIPTION": _CONTAINS},
        )
        return path.read_bytes()


def _csv(incidents: Incidents) -> bytes:
    """Write the plain layout, each row with the mark: a CSV file has no other place for it."""
    text = io.StringIO()
    write_plain_csv(incidents, text)
    head, *rows = csv.reader(io.StringIO(text.getvalue()))
    marked = io.StringIO()
    writer = csv.writer(marked, lineterminator=LINE_END)
    writer.writerow([*head, *MARK])
    writer.writerows([*row, *MARK.values()] for row in rows)
    return marked.getvalue().encode()


WRITERS: Mapping[str, Callable[[Incidents], bytes]] = {
    ".parquet": _parquet,
    ".gpkg": _geopackage,
    ".csv": _csv,
}
"""What makes the file, by its ending."""
