"""The command line ``hotspots`` and its commands.

Figures go to standard output, everything said to people to standard error. Exit codes: 0 done,
1 failure, 2 bad usage, 3 done but the input had rejected rows.
"""

import sys
from argparse import REMAINDER
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.metadata import version
from typing import Any, TypeGuard

from dashboard.commands.messages import PROGRAM, say
from dashboard.commands.parsing import (
    FAILURE,
    NO_FIGURES,
    OK,
    RELEASED,
    USAGE,
    Command,
    Parser,
    UsageError,
)

_INTERRUPTED = 130


COMMANDS = {
    "serve": Command("open the dashboard in the browser", "dashboard.commands.serve", NO_FIGURES),
    "import": Command(
        "keep the incidents of files in the store", "dashboard.commands.store.adding", NO_FIGURES
    ),
    "store": Command(
        "what is kept: list, undo, export, delete", "dashboard.commands.store", NO_FIGURES
    ),
    "pack": Command(
        "the briefing as PDF, PowerPoint, web page, workbook or CSV",
        "dashboard.commands.pack",
        RELEASED,
    ),
    "patrol": Command(
        "patrol focus areas for a shift: sheets, map, calendar, files for phones",
        "dashboard.commands.patrol",
        RELEASED,
    ),
    "release": Command(
        "all that partners or the public may see, and an attack on it",
        "dashboard.commands.release",
        "by itself",
    ),
    "quality": Command("how good the data is", "dashboard.commands.quality"),
    "wards": Command("figures by ward and period", "dashboard.commands.wards", RELEASED),
    "detect": Command("ranked and named hotspots", "dashboard.commands.detect", RELEASED),
    "surface": Command("density as a GeoTIFF or a picture", "dashboard.commands.surface", RELEASED),
    "evaluate": Command("which method predicts best", "dashboard.commands.evaluate"),
    "rerun": Command("a result again from its record", "dashboard.commands.rerun"),
    "change": Command(
        "two periods compared, wards or hotspots", "dashboard.commands.change", RELEASED
    ),
    "emerging": Command(
        "where it became hot, stays hot or is no longer", "dashboard.commands.emerging"
    ),
    "when": Command(
        "hours, weekdays, shifts and months of incidents", "dashboard.commands.when", RELEASED
    ),
    "near-repeat": Command(
        "whether others follow nearby and soon", "dashboard.commands.near_repeat"
    ),
    "repeats": Command("repeat victims and repeat places", "dashboard.commands.repeats"),
    "audit": Command(
        "who did what and when, and whether that log holds",
        "dashboard.commands.audit",
        NO_FIGURES,
    ),
    "demo": Command("write the demonstration data as CSV", "dashboard.commands.demo", NO_FIGURES),
}
EXAMPLES = (
    "hotspots serve",
    "hotspots demo incidents.csv",
    "hotspots wards incidents.csv --period fy",
    "hotspots detect incidents.csv --method density --level exact --out hotspots-exact.geojson",
    "hotspots import months",
    "hotspots wards store --level exact --from 2016-01-01",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    argv
        The arguments without the program's name; None takes those of the process.

    Returns
    -------
    The exit code.
    """
    try:
        return _run(sys.argv[1:] if argv is None else argv)
    except UsageError as error:
        return _fail(error, USAGE)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except (ValueError, OSError) as error:
        return _fail(error, _code_for(error))
    except SystemExit as shown:  # after --help and --version
        return int(shown.code or OK)


def _run(argv: Sequence[str]) -> int:
    module, parser, rest = command_of(argv)
    args = parser.parse_intermixed_args(rest)
    code: int
    if not _has_level(parser.command):
        code = module.run(args)
        return code
    from dashboard.commands import levels

    return levels.run(module, parser.command, parser, args)


def _has_level(command: Command | None) -> TypeGuard[Command]:
    """Say whether a command gives figures by the level that is asked for."""
    return command is not None and command.shows not in {"no figures", "by itself"}


def command_of(argv: Sequence[str]) -> tuple[Any, Parser, list[str]]:
    """Find the command, or the command of a group, that is meant.

    Returns
    -------
    Its module, its parser, and the arguments that are left for the parser.

    Raises
    ------
    UsageError
        None is named, or an unknown one.
    """
    top = _group_parser(PROGRAM, "Hotspot mapping for community safety.", EXAMPLES, COMMANDS)
    top.add_argument("--version", action="version", version=f"%(prog)s {version(PROGRAM)}")
    parser, commands, rest = top, COMMANDS, list(argv)
    while True:
        given = parser.parse_args(rest)
        if given.command is None:
            parser.error(f"no command given; name one of {', '.join(commands)}")
        command = commands[given.command]
        module: Any = import_module(command.module)
        prog, rest = f"{parser.prog} {given.command}", given.rest
        if not hasattr(module, "COMMANDS"):
            break
        commands = module.COMMANDS
        parser = _group_parser(prog, module.DESCRIPTION, module.EXAMPLES, commands)
    own = Parser(prog, module.DESCRIPTION, module.EXAMPLES, command)
    module.add_arguments(own)
    if _has_level(command):
        from dashboard.commands.levels import add_level

        add_level(own, command)
    return module, own, rest


def _group_parser(
    prog: str, description: str, examples: Sequence[str], commands: Mapping[str, Command]
) -> Parser:
    """Read the command only, so that no other command has to be loaded."""
    parser = Parser(prog, description, examples)
    width = max(map(len, commands))
    lines = [f"{name:{width}}  {command.summary}" for name, command in commands.items()]
    parser.description = "\n".join(
        [
            str(parser.description),
            "",
            f"commands ({prog} COMMAND --help says more):",
            *(f"  {line}" for line in lines),
        ]
    )
    parser.add_argument(
        "command", nargs="?", choices=commands, metavar="COMMAND", help="one of the above"
    )
    parser.add_argument("rest", nargs=REMAINDER, metavar="...", help="what the command takes")
    return parser


def _code_for(error: Exception) -> int:
    """Tell a wrong setting from a failure; what is neither is a defect and not to be hidden."""
    from boundaries.errors import HotspotsError, ParameterError

    if isinstance(error, ParameterError):
        return USAGE
    if isinstance(error, (HotspotsError, OSError)):
        return FAILURE
    raise error


def _fail(error: Exception, code: int) -> int:
    say(_in_words(error), "error")
    return code


def _in_words(error: Exception) -> str:
    """Say what the operating system says without its number."""
    if isinstance(error, OSError) and error.strerror:
        what = f"{error.filename}: " if error.filename else ""
        return f"{what}{error.strerror}; check the name, the rights and the space left"
    return str(error)


if __name__ == "__main__":
    sys.exit(main())
