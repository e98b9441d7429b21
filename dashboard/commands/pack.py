"""``hotspots pack``: the briefing as files to take away, also every week without anybody there."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from boundaries.errors import ParameterError
from boundaries.vintages import VINTAGES
from dashboard.audit.files import write_noted
from dashboard.brief.analyses import period_of
from dashboard.brief.make import make_brief
from dashboard.brief.model import MARKINGS, Brief, BriefSettings
from dashboard.commands import stored
from dashboard.commands.inputs import (
    Input,
    add_paths,
    add_report,
    add_selection,
    read_input,
)
from dashboard.commands.levels import EXACT_MARK, marked
from dashboard.commands.messages import progress, say
from dashboard.commands.pack_released import check_period, released_brief
from dashboard.commands.parsing import Parser, UsageError
from dashboard.commands.periods import is_one_period
from dashboard.commands.released import read_release
from dashboard.exports import RECORD_ENDING
from dashboard.files import check_folder
from dashboard.packs.formats import PACK_FORMATS, format_of, pack_bytes
from dashboard.packs.record import about_pack, record_text
from dashboard.packs.sections import Note, PackOptions
from dashboard.words import DEMONSTRATION
from geo.change.exposure import DateSpan
from geo.disclosure.levels import Level
from geo.readers import DEMO
from geo.reporting_periods import (
    COMPARISONS,
    REPORTING_PERIODS,
    Compared,
    Comparison,
    ReportingPeriod,
    compared_with,
    has_days,
    reporting_period,
)
from geo.store import Store
from geo.surfaces.chance import ChanceParams

DESCRIPTION = (
    "The briefing of a period as a pack: PDF, PowerPoint, web page, workbook or CSV, all with the "
    "figures of the page Briefing. The same incidents and settings give the same file. Packs are "
    "for partners unless another level is asked for; those of exact figures are named so."
)
EXAMPLES = (
    "hotspots pack demo --out pack.pdf",
    "hotspots pack store --period last-financial-year --out pack.pdf --out pack.xlsx",
    "hotspots pack demo --period '2017 Q4' --level public --out pack.html",
    "hotspots pack store --level exact --period last-4-weeks --out pack.pptx",
)
RELEASED_OPTIONS = ("period", "against", "packs", "marking", "note")
_PERIODS: dict[str, ReportingPeriod] = {name.replace(" ", "-"): name for name in REPORTING_PERIODS}
_AGAINST: dict[str, Comparison] = {name.replace(" ", "-"): name for name in COMPARISONS}
_RECORD_BESIDE = ".csv"
"""The one format that cannot hold its run record."""
_LONGEST_NOTE = 4_000


def add_arguments(parser: Parser) -> None:
    """Add what this command takes."""
    add_paths(parser)
    add_selection(parser)
    group = parser.add_argument_group("period")
    group.add_argument(
        "--period",
        type=_period,
        metavar="PERIOD",
        help=f"{', '.join(_PERIODS)}, which count back from the last month that has an incident; "
        "for partners and the public also one released period, as 2017/18 or '2018 Q1', but none "
        "shorter than a quarter. Exact figures take --from and --to instead, too. "
        "Default: last-12-months",
    )
    words = "; ".join(f"{name}: {COMPARISONS[kind]}" for name, kind in _AGAINST.items())
    group.add_argument(
        "--against",
        choices=_AGAINST,
        default="period-before",
        help=f"what it is held against. {words} (default: %(default)s)",
    )
    group.add_argument("--vintage", choices=VINTAGES, help="ward polygons; default: those in force")
    group.add_argument(
        "--runs",
        type=int,
        default=199,
        metavar="N",
        help="random maps that the hotspots are held against, 0 for none (default: %(default)s)",
    )
    _add_output(parser)


def _period(text: str) -> str:
    if text in _PERIODS or is_one_period(text):
        return text
    msg = (
        f"invalid choice: {text!r} (choose from {', '.join(_PERIODS)}, or one released period: "
        "2017/18, '2018 Q1', '12 months to 2018-03')"
    )
    raise argparse.ArgumentTypeError(msg)


def _add_output(parser: Parser) -> None:
    output = parser.add_argument_group("output")
    output.add_argument(
        "--out",
        dest="packs",
        action="append",
        type=Path,
        required=True,
        metavar="FILE",
        help=f"file to write; its ending says the format: {', '.join(PACK_FORMATS)}. Repeat for "
        "several",
    )
    output.add_argument(
        "--marking",
        choices=MARKINGS,
        default=MARKINGS[0],
        help="protective marking of every page (default: %(default)s)",
    )
    output.add_argument(
        "--note", action="append", metavar="TEXT", help="a note to put in. Repeat for several"
    )
    add_report(output)
    parser.set_defaults(out=None, endings=())


def run(args: argparse.Namespace) -> int:
    """Write packs of exact figures; give the exit code."""
    _check_options(args)
    _check_files(args.packs, args.paths)  # by the names that were asked for
    args.packs = [marked(path, EXACT_MARK) for path in args.packs]
    store = _checked_store(args)
    given = read_input(args, "brief")
    with progress("making the briefing"):
        brief = _brief(args, given, _source(args, store, given.incidents.is_demonstration))
    _write(brief, args)
    return given.exit_code


def run_released(args: argparse.Namespace, level: Level) -> int:
    """Write packs of figures that may be shown; give the exit code."""
    check_period(args.period)
    store = _checked_store(args)
    given = read_release(args, level)
    source = _source(args, store, given.release.is_demonstration)
    with progress("making the briefing"):
        brief = released_brief(given.release, args, _AGAINST[args.against], source)
    _write(brief, args)
    return given.exit_code


def _write(brief: Brief, args: argparse.Namespace) -> None:
    _say(brief)
    notes = tuple(Note(text[:_LONGEST_NOTE]) for text in args.note or ())
    options = PackOptions(args.marking, notes)
    contents = {}
    for path in args.packs:
        with progress(f"making {path.name}"):
            contents[path] = pack_bytes(brief, path.suffix, options)
        if path.suffix.lower() == _RECORD_BESIDE:
            contents[path.with_suffix(RECORD_ENDING)] = record_text(brief).encode()
    write_noted(contents, about_pack(brief, args.marking, len(notes)))
    for path in contents:
        say(f"{path} written")


def _checked_store(args: argparse.Namespace) -> Store | None:
    """Give the store that is to be read, if one is; refuse files that cannot be written."""
    _check_files(args.packs, args.paths)
    store = stored.store_of(args)
    if store is not None:
        stored.check_outside(store, args.packs)
    return store


def _check_options(args: argparse.Namespace) -> None:
    if args.period and (args.start or args.end):
        msg = "--period says the days, and so do --from and --to; leave one out"
        raise UsageError(msg)
    if args.period and args.period not in _PERIODS:
        msg = (
            f"--period {args.period} is of released figures; of exact ones choose from "
            f"{', '.join(_PERIODS)}, or days by --from and --to"
        )
        raise UsageError(msg)
    if args.runs:
        ChanceParams(runs=args.runs)


def _check_files(packs: Sequence[Path], paths: Sequence[str]) -> None:
    """Refuse at once what could not be made or written in the end."""
    taken = {Path(path).resolve() for path in paths if path != DEMO}
    for path in packs:
        format_of(path.suffix, path.name)
        check_folder(path)
        if path.resolve() in taken:
            msg = f"{path} would overwrite an input or another output; give another name."
            raise ParameterError(msg)
        taken.add(path.resolve())


def _source(args: argparse.Namespace, store: Store | None, is_demonstration: bool) -> str:
    if is_demonstration:
        return DEMONSTRATION
    return stored.source_in_words(args, store)


def _brief(args: argparse.Namespace, given: Input, source: str) -> Brief:
    span = _span(args, given)
    compared = Compared(None, "The data holds no incident, so nothing is compared.")
    selection = given.selection
    if span is not None:
        selection = replace(selection, start=span.first, end=span.last)
        compared = compared_with(given.incidents, span, _AGAINST[args.against])
    settings = BriefSettings(
        selection,
        compared.span,
        compared.why_not,
        vintage=given.vintage,
        chance=ChanceParams(runs=args.runs) if args.runs else None,
    )
    has_slider = any(path.suffix.lower() == ".html" for path in args.packs)
    return make_brief(given.incidents, settings, source=source, steps=has_slider)


def _span(args: argparse.Namespace, given: Input) -> DateSpan | None:
    """Give the days of the period that was asked for."""
    if args.start or args.end:
        return period_of(given.incidents, given.selection)
    period = _PERIODS[args.period or next(iter(_PERIODS))]
    if period == "last 4 weeks" and not has_days(given.incidents):
        msg = "The last four weeks need the days of incidents, and this data has months only."
        raise ParameterError(msg)
    return reporting_period(given.incidents, period)


def _say(brief: Brief) -> None:
    say(brief.headline)
    if brief.why_not:
        say(brief.why_not, "note")
    for warning in brief.notes:
        say(warning, "warning")
