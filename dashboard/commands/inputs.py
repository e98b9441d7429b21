"""What the commands share at their beginning: incidents, which of them, which wards."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from boundaries.errors import ParameterError
from boundaries.vintages import IN_FORCE, VINTAGES, Vintage, vintage_on
from dashboard.audit.files import write_noted
from dashboard.commands import stored
from dashboard.commands.mappings import add_mapping_arguments, check_no_mapping, given_mapping
from dashboard.commands.messages import progress, say
from dashboard.commands.parsing import OK, REJECTED_ROWS, Parser, day, hours
from dashboard.exports import FORMATS, RECORD_ENDING, export_paths
from dashboard.files import check_folder
from dashboard.words import plural
from geo.periods import WEEKDAYS
from geo.readers import DEMO, read
from geo.report import COLUMN, FILE, FOUND, OUTCOME, REASON, REMEDY, ROW, ImportReport
from geo.schema import CATEGORY, SOURCE, STRANDS, TIME_PRECISION, Incidents
from geo.selection import KIND_WORDS, Selection
from geo.store import Store

PATHS_HELP = (
    "CSV, XLSX, GeoJSON, GeoPackage, zipped Shapefile or Parquet files; police.uk files, folders "
    "or archives, or police.uk:2016-01..2016-03 to ask its API; a database table as "
    "postgresql://user@host/database?table=name"
)
_SHOWN = 3
_LONGEST_CELL = 60


@dataclass(frozen=True, eq=False)
class Read:
    """Incidents that were read, and the exit code that says whether rows were rejected."""

    incidents: Incidents
    exit_code: int


@dataclass(frozen=True, eq=False)
class Input:
    """The incidents read, which of them are meant, in which wards, and how reading went."""

    incidents: Incidents
    selection: Selection
    vintage: Vintage
    exit_code: int


def add_input_arguments(parser: Parser, endings: Sequence[str] = ()) -> None:
    """Add the paths, the selection, the wards and the files to write.

    Parameters
    ----------
    endings
        Of the files that the command writes; none means the tables of ``dashboard.exports``.
    """
    add_paths(parser)
    add_selection(parser)
    wards = parser.add_argument_group("wards")
    wards.add_argument(
        "--vintage",
        choices=VINTAGES,
        help="ward polygons; default: those in force at the latest incident (said as a note)",
    )
    add_output(parser, endings)


def add_paths(parser: Parser, *, without: str = "") -> None:
    """Add what to read, and how to understand it.

    Parameters
    ----------
    without
        Says what is read where no path is given; nothing means that there has to be one.
    """
    parser.add_argument(
        "paths",
        nargs="*" if without else "+",
        metavar="PATHS",
        help=f"{PATHS_HELP}; or the word demo, or store for the store{without}",
    )
    group = parser.add_argument_group("reading")
    stored.add_store_argument(group)
    add_mapping_arguments(group)


def add_output(parser: Parser, endings: Sequence[str] = ()) -> None:
    """Add the files to write; see :func:`add_input_arguments`."""
    parser.set_defaults(endings=tuple(endings))
    output = parser.add_argument_group("output")
    output.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="file to write; its ending says the format: "
        f"{', '.join(endings or FORMATS)}. Default: CSV to "
        "standard output",
    )
    output.add_argument(
        "--json",
        action="store_true",
        help="write JSON with the run record to standard output instead of CSV",
    )
    add_report(output)


def add_report(group: Any) -> None:  # noqa: ANN401 - a parser or a group of one
    """Add the file for what is wrong with the rows that are read."""
    group.add_argument(
        "--report",
        type=Path,
        metavar="FILE",
        help="also write every rejected or doubtful row with reason and remedy, as CSV",
    )


def add_selection(parser: Parser, *, with_hours: bool = True) -> None:
    """Add the options that say which incidents.

    Parameters
    ----------
    with_hours
        Whether weekdays and hours can be chosen, too.
    """
    group = parser.add_argument_group("which incidents", "Default: all.")
    group.add_argument("--from", dest="start", type=day, metavar="DAY", help="first day")
    group.add_argument("--to", dest="end", type=day, metavar="DAY", help="last day, included")
    group.add_argument(
        "--strand",
        action="append",
        type=str.lower,
        choices=STRANDS,
        metavar="STRAND",
        help=f"with this strand: {', '.join(STRANDS)}. Repeat for several: any of them counts",
    )
    group.add_argument(
        "--category", action="append", metavar="TEXT", help="of this category. Repeat for several"
    )
    group.add_argument(
        "--only-source",
        action="append",
        metavar="TEXT",
        help="of this source, as the data calls it. Repeat for several",
    )
    words = "; ".join(f"{kind}: {meaning}" for kind, meaning in KIND_WORDS.items())
    group.add_argument(
        "--ward", action="append", metavar="CODE", help="in this ward, by code. Repeat for several"
    )
    if with_hours:
        _add_hours(group)
    else:
        parser.set_defaults(weekday=None, hours=None)
    group.add_argument("--kind", choices=KIND_WORDS, default=Selection.kind, help=words)


def _add_hours(group: Any) -> None:  # noqa: ANN401 - a group of a parser
    group.add_argument(
        "--weekday",
        action="append",
        type=str.capitalize,
        choices=WEEKDAYS,
        metavar="DAY",
        help="on this weekday, for example Friday. Repeat for several",
    )
    group.add_argument(
        "--hours",
        type=hours,
        metavar="FROM-TO",
        help="in these hours of the day, for example 22-2 for 22:00 to 02:00",
    )


def read_input(args: argparse.Namespace, analysis: str) -> Input:
    """Check what is to be written, read the incidents, and say what a person must know.

    Parameters
    ----------
    analysis
        Name of the analysis that is made of them; of a store no more is read than it looks at.

    Raises
    ------
    ParameterError
        A setting is wrong, a file to write has no folder or is one of the inputs, or a category
        or source does not occur.
    InputFileError, StoreError
        An input cannot be read.
    """
    selection = selection_of(args)
    found = read_incidents(args, selection, analysis)
    check_occurs(selection, found.incidents)
    selected = selection.apply(found.incidents)
    if len(selected) == 0:
        say(f"none of the incidents is selected ({selection.in_words()})", "warning")
    vintage = args.vintage or _vintage_of(selected if len(selected) else found.incidents)
    return Input(found.incidents, selection, vintage, found.exit_code)


def read_incidents(args: argparse.Namespace, selection: Selection, analysis: str) -> Read:
    """Check what is to be written, read what the analysis looks at, and say how that went.

    Files are read whole, and of a store what :func:`dashboard.commands.stored.read_for` says.

    Raises
    ------
    ParameterError
        A file to write has no folder or is one of the inputs.
    InputFileError, StoreError
        An input cannot be read.
    """
    _check_targets(args)
    store = stored.store_of(args)
    if store is None:
        return _read_files(args)
    check_no_mapping(args)
    stored.check_outside(store, [path for path in (args.out, args.report) if path])
    with progress("reading the store"):
        incidents = stored.read_for(store, selection, analysis)
    say(stored.read_in_words(store, incidents))
    _write_stored_report(store, args.report)
    return Read(incidents, OK)


def read_quietly(args: argparse.Namespace) -> Read:
    """Read all incidents for figures that partners may see: no count of them is said.

    Raises
    ------
    ParameterError, InputFileError, StoreError
        As :func:`read_incidents`.
    """
    _check_targets(args)
    store = stored.store_of(args)
    if store is not None:
        check_no_mapping(args)
        stored.check_outside(store, [args.out] if args.out else [])
        with progress("reading the store"):
            return Read(stored.read_for(store, Selection(), "release"), OK)
    with progress("reading"):
        imported = read(args.paths, given_mapping(args))
    if not imported.report.rejected:
        return Read(imported.incidents, OK)
    say("some rows could not be read; with --level exact it is said which", "warning")
    return Read(imported.incidents, REJECTED_ROWS)


def _read_files(args: argparse.Namespace) -> Read:
    with progress(f"reading {len(args.paths)} input{'s' if len(args.paths) > 1 else ''}"):
        imported = read(args.paths, given_mapping(args))
    say_report(imported.report, args.report)
    if imported.incidents.is_demonstration:
        say("demonstration data: synthetic, it describes nobody", "note")
    return Read(imported.incidents, REJECTED_ROWS if imported.report.rejected else OK)


def _write_stored_report(store: Store, path: Path | None) -> None:
    """Write the problems of all imports that count."""
    if path is None:
        return
    numbers = [entry.number for entry in store.imports() if not entry.undone]
    report = ImportReport.merged([store.report(number) for number in numbers])
    _point_to_report(report, path)


def selection_of(args: argparse.Namespace) -> Selection:
    """Make the selection of what was given."""
    return Selection(
        start=args.start,
        end=args.end,
        categories=tuple(args.category) if args.category else None,
        strands=tuple(dict.fromkeys(args.strand)) if args.strand else None,
        kind=args.kind,
        sources=tuple(dict.fromkeys(args.only_source)) if args.only_source else None,
        wards=tuple(args.ward) if args.ward else None,
        weekdays=tuple(dict.fromkeys(args.weekday)) if args.weekday else None,
        hours=args.hours,
    )


def _check_targets(args: argparse.Namespace) -> None:
    """Refuse at once what could not be written in the end, or would overwrite an input."""
    written = _written(args.out, args.endings) if args.out else []
    if args.report:
        check_folder(args.report)
        written.append(args.report)
    taken = {Path(path).resolve() for path in args.paths if path != DEMO}
    for path in written:
        if path.resolve() in taken:
            msg = f"{path} would overwrite an input or another output; give another name."
            raise ParameterError(msg)
        taken.add(path.resolve())


def _written(out: Path, endings: Sequence[str]) -> list[Path]:
    if not endings:
        return export_paths(out)
    if out.suffix.lower() not in endings:
        msg = f"{out.name} has no known ending; known are {', '.join(endings)}."
        raise ParameterError(msg)
    check_folder(out)
    return [out, out.with_suffix(RECORD_ENDING)]


def check_occurs(selection: Selection, incidents: Incidents) -> None:
    """Refuse a selection of categories or sources that no incident has.

    Raises
    ------
    ParameterError
        One does not occur; the message lists those that do.
    """
    frame = incidents.frame
    asked = (("category", CATEGORY, selection.categories), ("source", SOURCE, selection.sources))
    for what, column, wanted in asked:
        known = sorted(set(frame[column])) if wanted else []
        unknown = [name for name in wanted or () if name not in known]
        if unknown:
            more = f" and {len(known) - 20} more" if len(known) > 20 else ""
            msg = (
                f"No incident has the {what} {' nor '.join(map(repr, unknown))}; there are: "
                f"{', '.join(known[:20])}{more}."
            )
            raise ParameterError(msg)


def _vintage_of(incidents: Incidents) -> Vintage:
    latest = pd.Timestamp(incidents.occurred.max())
    vintage = vintage_on(latest)
    first = IN_FORCE[vintage].first
    is_last = incidents.occurred == incidents.occurred.max()
    is_of_a_day = (incidents.frame[TIME_PRECISION][is_last] != "month").any()
    day_or_month = f"{latest.day} {latest:%B %Y}" if is_of_a_day else f"{latest:%B %Y}"
    say(
        f"wards of {vintage} (from {first.day} {first:%B %Y}), for the latest incident is of "
        f"{day_or_month}; --vintage chooses others",
        "note",
    )
    return vintage


def say_report(report: ImportReport, path: Path | None) -> None:
    """Say how reading went, with the first problems, and write all of them where asked to."""
    say(report.in_words())
    for note in report.notes[:_SHOWN]:
        say(note, "note")
    if len(report.notes) > _SHOWN:
        say(f"{len(report.notes) - _SHOWN} more files with notes", "note")
    for _, problem in report.problems.head(_SHOWN).iterrows():
        say(_problem_in_words(problem), "warning")
    _point_to_report(report, path)


def _problem_in_words(problem: "pd.Series[str]") -> str:
    found = problem[FOUND] if len(problem[FOUND]) <= _LONGEST_CELL else problem[FOUND][:59] + "…"
    where = f"{problem[FILE]}, row {problem[ROW]}, column {problem[COLUMN]}"
    return f"{where}: {problem[REASON]} ({found!r}); {problem[OUTCOME]}. {problem[REMEDY]}"


def _point_to_report(report: ImportReport, path: Path | None) -> None:
    if path:
        content = report.problems_csv().encode()
        write_noted({path: content}, {"rows_with_problems": len(report.problems)})
        say(f"{path} written: {plural(len(report.problems), 'problem')}")
    elif len(report.problems) > _SHOWN:
        more = len(report.problems) - _SHOWN
        say(f"{plural(more, 'more problem')}; --report FILE writes all of them", "warning")
