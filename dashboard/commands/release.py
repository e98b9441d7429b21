"""``hotspots release``: all that may be shown of some data, as a file, and an attack on it."""

import argparse
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from boundaries.vintages import VINTAGES
from dashboard.audit.about import about_release
from dashboard.audit.files import write_noted
from dashboard.commands.inputs import add_paths
from dashboard.commands.levels import level_of
from dashboard.commands.messages import progress, say
from dashboard.commands.outputs import write_to_stdout
from dashboard.commands.parsing import FAILURE, Parser, UsageError, add_number, flag_of
from dashboard.commands.released import read_release
from dashboard.exports import record_text
from dashboard.released_tables import RELEASE_ENDINGS, release_bytes, release_record
from dashboard.words import plural
from geo.disclosure.audit import (
    AREA,
    GROUP,
    HIGH,
    LOW,
    PERIOD,
    SHOWN_AS,
    TOO_NARROW,
    attack,
)
from geo.disclosure.levels import EXACT, PARTNER, PUBLIC
from geo.disclosure.release import Release, ReleaseParams

DESCRIPTION = (
    "All that partners or the public may see of some data: counts with those withheld that are "
    "small or would give small ones away. The same data always gives the same release; a second "
    "one with other settings is refused. With --check it is attacked: for every withheld count the "
    "lowest and highest number that somebody with the whole release can work out."
)
EXAMPLES = (
    "hotspots release demo --out release.xlsx",
    "hotspots release store --level public --out release.zip",
    "hotspots release demo --check",
)
_SHOWN = 10


def add_arguments(parser: Parser) -> None:
    """Add what this command takes."""
    add_paths(parser)
    group = parser.add_argument_group("release")
    group.add_argument("--level", choices=(PARTNER, PUBLIC), help="for whom (default: partner)")
    group.add_argument(
        "--vintage",
        choices=VINTAGES,
        help="ward polygons; default: those in force at the latest incident",
    )
    for spec in ReleaseParams.specs():
        add_number(group.add_argument, spec, flag_of(spec.name), spec.name)
    output = parser.add_argument_group("output")
    output.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help=f"file to write; its ending says the format: {', '.join(RELEASE_ENDINGS)}. A ZIP "
        "holds the release in all of them",
    )
    output.add_argument(
        "--check",
        action="store_true",
        help="attack the release; CSV of all withheld counts to standard output, and a failure if "
        "more can be worked out of one than its words leave open",
    )
    parser.set_defaults(json=False, report=None, endings=RELEASE_ENDINGS)


def run(args: argparse.Namespace) -> int:
    """Write or attack the release; give the exit code."""
    _check_options(args)
    level = PARTNER if args.check else level_of(args)
    if level == EXACT:
        msg = "A release holds no exact figures; give --level partner or public"
        raise UsageError(msg)
    given = read_release(args, level)
    _say(given.release)
    if args.out is not None:
        _write(given.release, args.out)
    if args.check and not _is_safe(given.release):
        return FAILURE
    return given.exit_code


def _check_options(args: argparse.Namespace) -> None:
    if args.out is None and not args.check:
        msg = "name a file to write, as --out release.xlsx, or attack the release with --check"
        raise UsageError(msg)
    if args.check and args.level == PUBLIC:
        msg = "--check attacks what partners get, and the public gets less; leave out --level"
        raise UsageError(msg)


def _say(release: Release) -> None:
    """Say what is in it; how many are withheld is no secret, for anybody can count the words."""
    record = release_record(release)
    say(
        f"{plural(record['counts_released'], 'count')} of {plural(len(release.menu), 'period')}, "
        f"{record['counts_withheld']:,} of them withheld; fingerprint {release.fingerprint[:12]}"
    )


def _write(release: Release, path: Path) -> None:
    with progress(f"making {path.name}"):
        content = release_bytes(release, path.suffix.lower())
    record = release_record(release)
    files = {path: content}
    if path.suffix.lower() == ".csv":
        files[path.with_suffix(".run.json")] = record_text(record)
    write_noted(files, about_release(record))
    for written in files:
        say(f"{written} written")


def _is_safe(release: Release) -> bool:
    """Attack the release, write what was found, and say whether it holds."""
    with progress("attacking"):
        found = attack(release)
    write_to_stdout(found.round(3).to_csv(index=False, lineterminator="\n").encode())
    narrow = found[found[TOO_NARROW]]
    for line in _narrowest(found):
        say(line)
    if len(narrow):
        say(
            f"{plural(len(narrow), 'withheld count')} can be worked out more closely than is "
            "safe. Give this release to nobody, and tell whoever looks after the program.",
            "error",
        )
        return False
    say(
        f"nothing more can be worked out of {plural(len(found), 'withheld count')} than their "
        "words leave open"
    )
    return True


def _narrowest(found: pd.DataFrame) -> Sequence[str]:
    """Put into words what is known best of the counts that are in tables."""
    of_tables = found[_is_small(found)]
    width = (of_tables[HIGH] - of_tables[LOW]).sort_values(kind="stable")
    rows = of_tables.loc[width.index[:_SHOWN]]
    return [
        f"{row[AREA]}, {row[PERIOD]}, {row[GROUP]}: shown as {row[SHOWN_AS]!r}, between "
        f"{row[LOW]:g} and {row[HIGH]:g}"
        for _, row in rows.iterrows()
    ]


def _is_small(found: pd.DataFrame) -> "pd.Series[bool]":
    """Say which rows are counts that read "fewer than"."""
    return found[SHOWN_AS].str.startswith("fewer")
