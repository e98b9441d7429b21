"""``hotspots import``: keeps the incidents of files in the store."""

import argparse
from dataclasses import replace
from pathlib import Path

from boundaries.errors import AlreadyImportedError, InputFileError
from dashboard.audit.about import about_import
from dashboard.audit.noting import note
from dashboard.commands.inputs import PATHS_HELP, say_report
from dashboard.commands.mappings import (
    add_mapping_arguments,
    given_mapping,
    say_codes,
    say_columns,
    say_questions,
)
from dashboard.commands.messages import progress, say
from dashboard.commands.parsing import OK, REJECTED_ROWS, USAGE, Parser
from dashboard.commands.store.common import add_store, is_agreed, is_watched
from dashboard.commands.stored import is_stored, open_existing
from dashboard.data.previews import preview_of
from dashboard.data.words import who
from dashboard.files import check_folder
from dashboard.words import listed, plural
from geo.readers import Import, OpenedFile, read
from geo.readers.mapping import ColumnMapping
from geo.schema import SOURCE
from geo.store import Preview, Store, default_location, open_store

DESCRIPTION = (
    "Keep the incidents of files in the store. Says how columns were understood, what became of "
    "every row, and what is known already; then keeps all of it, or nothing. The same incident "
    "again (same source and id) is an update, and its older version stays. Exit code 0 when all "
    "rows were used, 3 when some were rejected, 2 when nothing could be used."
)
EXAMPLES = (
    "hotspots import months",
    'hotspots import extract.csv --source "Police extract" --dry-run',
    'hotspots import extract.csv --source "Police extract" --column "strand=Hate crime flag"',
    "hotspots import police.uk:2024-01..2024-03",
)

_FILES_NAMED = 3
_KINDS = {"crime": True, "incident": False}
_NAMES_SHOWN = 3


def add_arguments(parser: Parser) -> None:
    """Add what this command takes."""
    parser.add_argument("paths", nargs="+", metavar="PATHS", help=PATHS_HELP)
    add_store(parser)
    group = parser.add_argument_group(
        "columns",
        "What is used is saved for the source and used the next time; what is given here goes "
        "before it.",
    )
    add_mapping_arguments(group)
    group.add_argument(
        "--category", metavar="TEXT", help="category of all rows, where no column holds it"
    )
    group.add_argument(
        "--kind", choices=_KINDS, help="whether all rows are crimes, where no column says so"
    )
    group = parser.add_argument_group("what to do")
    group.add_argument(
        "--dry-run", action="store_true", help="say what would be kept, and keep nothing"
    )
    group.add_argument(
        "--again",
        action="store_true",
        help="also files that are in the store already, for example after a better reading",
    )
    group.add_argument(
        "--yes",
        action="store_true",
        help="do not ask; where nobody watches, nobody is asked anyway",
    )
    group.add_argument(
        "--report",
        type=Path,
        metavar="FILE",
        help="also write every rejected or doubtful row with reason and remedy, as CSV",
    )


def run(args: argparse.Namespace) -> int:
    """Keep the incidents; give the exit code."""
    if args.report:
        check_folder(args.report)
    location = args.store or default_location()
    mapping = _mapping(args, _saved(args.source, location))
    imported = _read(args, mapping)
    if imported is None:
        return USAGE
    if args.source is None and imported.mappings:
        _say_unnamed(imported)
    with progress("comparing with the store"):
        # Nothing is made before something is kept.
        store = open_existing(location) if is_stored(location) else None
        preview = preview_of(store, imported)
    # Of files that are there, byte by byte, nobody has to hear that each row is.
    is_refused = preview.is_known and not args.again
    say_report(imported.report if is_refused else preview.report, args.report)
    _say_preview(preview)
    code = REJECTED_ROWS if imported.report.rejected else OK
    if args.dry_run:
        say("nothing was kept; leave out --dry-run to keep it")
    elif is_watched() and not is_agreed("Keep this?", yes=args.yes):
        say("nothing was kept")
    else:
        _keep(args, open_store(location), imported, mapping)
    return code


def _saved(source: str | None, location: str) -> ColumnMapping | None:
    """Give the mapping that was saved for a source; looking makes no store."""
    if source is None or not is_stored(location):
        return None
    saved = open_existing(location).mappings().get(source)
    if saved is not None:
        say(f"columns as saved for {source!r}; what is given goes before", "note")
    return saved


def _read(args: argparse.Namespace, mapping: ColumnMapping | None) -> Import | None:
    """Read the files; None, said why, where nothing can be used."""
    opened: list[OpenedFile] = []
    try:
        with progress(f"reading {plural(len(args.paths), 'input')}"):
            imported = read(args.paths, mapping, on_opened=lambda file: opened.append(_slim(file)))
    except InputFileError as error:
        say_questions(opened, mapping)
        say(str(error), "error")
        return None
    say_columns(imported.mappings)
    say_questions(opened, mapping)
    say_codes(imported.report.problems)
    return imported


def _slim(file: OpenedFile) -> OpenedFile:
    """Let go of the table, which may be large."""
    return replace(file, table=None)


def _say_unnamed(imported: Import) -> None:
    """Say that the same incidents are only known again under the same name of their source."""
    say(
        f"the source is called {_sources(imported)}; --source NAME calls it the same every week, "
        "so that incidents are known again, and saves how its columns are understood",
        "note",
    )


def _mapping(args: argparse.Namespace, saved: ColumnMapping | None) -> ColumnMapping | None:
    mapping = given_mapping(args, saved)
    if args.category is None and args.kind is None:
        return mapping
    mapping = mapping or ColumnMapping()
    return replace(
        mapping,
        category=args.category if args.category is not None else mapping.category,
        is_crime=_KINDS[args.kind] if args.kind else mapping.is_crime,
    )


def _say_preview(preview: Preview) -> None:
    say(
        f"{preview.new:,} new, {preview.updated:,} updated, {preview.duplicates:,} duplicates, "
        f"{preview.rejected:,} rejected"
    )
    known = list(preview.known_files.items())
    for name, number in known[:_FILES_NAMED]:
        say(f"{name} is in import {number} already", "note")
    if (more := len(known) - _FILES_NAMED) > 0:
        say(f"{plural(more, 'more file')} in the store already", "note")
    if n := len(preview.look_alikes):
        say(
            f"{plural(n, 'pair')} may be one event in two sources; nothing is merged, hotspots "
            "store review lists them",
            "note",
        )


def _keep(
    args: argparse.Namespace, store: Store, imported: Import, mapping: ColumnMapping | None
) -> None:
    source = args.source or _sources(imported)
    try:
        with progress("writing"):
            entry = store.add(
                imported, who=who(), source=source, mapping=imported.mappings, again=args.again
            )
    except AlreadyImportedError as error:
        msg = f"{str(error).rstrip('.')}: --again."
        raise AlreadyImportedError(msg) from None
    note("import", about_import(store, entry))
    say(
        f"kept as import {entry.number} in {store.location}; hotspots store undo {entry.number} "
        "takes it back"
    )
    if args.source and mapping is not None and store.mappings().get(args.source) != mapping:
        store.save_mapping(args.source, mapping, who=who())
        say(f"these columns are saved for {args.source!r} and used the next time")


def _sources(imported: Import) -> str:
    names = [str(name) for name in imported.incidents.frame[SOURCE].unique()]
    if len(names) > _NAMES_SHOWN:
        return f"{', '.join(names[:_NAMES_SHOWN])} and {len(names) - _NAMES_SHOWN} more"
    return listed(names)
