"""The level of the figures that a command gives: the one place that decides.

For partners, which is what everybody gets who does not ask, and for the public, a command reads the
release of the data and never the incidents themselves. Exact figures are for analysts, who ask for
them by ``--level exact``; their files are named so.
"""

import argparse
import os
from collections.abc import Collection
from pathlib import Path
from typing import Any, cast

from dashboard.commands.messages import say
from dashboard.commands.parsing import RECORDS, RELEASED, Command, Parser, UsageError
from geo.disclosure.levels import EXACT, IN_WORDS, LEVELS, PARTNER, PUBLIC, Level

ENVIRONMENT = "HOTSPOTS_LEVEL"
"""Names the level of commands that do not name one."""

EXACT_MARK, PERSONAL_MARK = "exact", "personal-data"
"""What names of files end in."""

_OF_ALL = (
    *("paths", "store", "column", "strand_code", "source", "out", "json", "level", "vintage"),
    *("group", "strand", "category", "kind"),
)
"""Options that every command with released figures takes, beside its own."""
ASK = "An analyst adds --level exact, on a computer that may hold exact figures."


def add_level(parser: Parser, command: Command) -> None:
    """Add the options that say how exact figures may be; they come last in the help."""
    group = parser.add_argument_group("who the figures are for")
    words = "; ".join(f"{level}: {IN_WORDS[level]}" for level in (PARTNER, PUBLIC, EXACT))
    group.add_argument(
        "--level",
        choices=LEVELS,
        help=f"{words}. Default: {ENVIRONMENT}, else {PARTNER}. Files of exact figures are named "
        f"...-{EXACT_MARK}",
    )
    if command.shows == RELEASED:
        group.add_argument(
            "--group",
            metavar="GROUP",
            help="for partners and the public: one group of incidents, for example race or crime",
        )


def level_of(args: argparse.Namespace) -> Level:
    """Give the level that was asked for: by option, else by environment, else for partners.

    Raises
    ------
    UsageError
        The environment names no level.
    """
    asked = args.level or os.environ.get(ENVIRONMENT) or PARTNER
    if asked not in LEVELS:
        msg = f"{ENVIRONMENT} is {asked!r}; set it to one of {', '.join(LEVELS)}"
        raise UsageError(msg)
    return cast("Level", asked)


def run(module: Any, command: Command, parser: Parser, args: argparse.Namespace) -> int:  # noqa: ANN401
    """Run a command at the level that was asked for; give the exit code.

    Raises
    ------
    UsageError
        The command has no figures for that level, or takes an option at another level only.
    """
    code: int
    level = level_of(args)
    if level == EXACT:
        _check_exact(parser, args)
        _mark_files(args, EXACT_MARK if command.shows != RECORDS else PERSONAL_MARK)
        code = module.run(args)
        return code
    if command.shows != RELEASED:
        raise UsageError(_refusal(parser, command, level))
    _check_released(parser, args, level, {*_OF_ALL, *module.RELEASED_OPTIONS})
    code = module.run_released(args, level)
    return code


def _refusal(parser: Parser, command: Command, level: Level) -> str:
    what = "single incidents" if command.shows == RECORDS else "figures made of single incidents"
    return (
        f"{parser.prog} gives {what}, and nothing of that is released "
        f"{'to the public' if level == PUBLIC else 'to partners'}. {ASK} "
        "What is released: hotspots release --help"
    )


def _check_exact(parser: Parser, args: argparse.Namespace) -> None:
    if getattr(args, "group", None) is not None:
        msg = (
            "--group chooses among the groups of a release; of exact figures choose by --strand, "
            f"--category and --kind. See: {parser.prog} --help"
        )
        raise UsageError(msg)


def _check_released(
    parser: Parser, args: argparse.Namespace, level: Level, known: Collection[str]
) -> None:
    """Refuse what only exact figures can be asked: two free choices could give a person away."""
    for action in parser._actions:
        is_given = getattr(args, action.dest, action.default) != action.default
        if action.option_strings and is_given and action.dest not in known:
            msg = (
                f"{action.option_strings[-1]} works with exact figures only: those for "
                f"{'the public' if level == PUBLIC else 'partners'} are for fixed periods and "
                f"groups, as two free choices that nearly agree could give one person away. {ASK}"
            )
            raise UsageError(msg)


# ---- files ---------------------------------------------------------------------------------------


def marked(path: Path, mark: str) -> Path:
    """Give the name of a file that says what is in it.

    >>> marked(Path("wards.csv"), "exact").name, marked(Path("exact-wards.csv"), "exact").name
    ('wards-exact.csv', 'exact-wards.csv')
    """
    return path if mark in path.stem.lower() else path.with_stem(f"{path.stem}-{mark}")


def _mark_files(args: argparse.Namespace, mark: str) -> None:
    """Name the files by what is in them; reports quote whole rows of the input."""
    for name, its_mark in (("out", mark), ("report", PERSONAL_MARK)):
        asked = getattr(args, name, None)
        if isinstance(asked, Path):
            setattr(args, name, marked(asked, its_mark))
            if getattr(args, name) != asked:
                what = "contains personal data" if its_mark == PERSONAL_MARK else "is exact"
                say(f"{asked.name} {what}, so it is called {getattr(args, name).name}", "note")
