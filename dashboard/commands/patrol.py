"""``hotspots patrol``: focus areas for a shift, with rounds and visits, as files to hand out."""

import argparse
from datetime import date
from pathlib import Path

from boundaries.errors import ParameterError
from boundaries.vintages import VINTAGES
from dashboard.commands import stored
from dashboard.commands.inputs import add_paths, add_report, add_selection, read_input
from dashboard.commands.levels import ASK
from dashboard.commands.messages import printable, progress, say
from dashboard.commands.outputs import write_to_stdout
from dashboard.commands.parsing import (
    OK,
    Parser,
    UsageError,
    add_settings,
    day,
    flag_of,
    settings,
)
from dashboard.commands.patrol_asked import base, shift_days, shift_hours
from dashboard.commands.patrol_files import check_place, write_plan
from dashboard.commands.released import group_named, read_release
from dashboard.patrol.page_words import area_in_words, bound_in_words, minutes_in_words
from dashboard.patrol.sheets import NOT_FOR_HANDING_ON
from dashboard.patrol.tables import plan_json, plan_of_json
from dashboard.patrol.words import EVIDENCE, headline, level_in_words, made_of, not_after
from dashboard.words import DEMONSTRATION
from geo.disclosure.levels import EXACT, PUBLIC, Level
from geo.patrol.making import Wanted
from geo.patrol.params import DemandParams, PatrolParams
from geo.patrol.plan import Plan
from geo.patrol.planning import plan_patrol, released_plan
from geo.patrol.shift import PatrolShift
from geo.patrol.walking.streets import StreetTravel, read_streets
from geo.patrol.walking.travel import Travel
from geo.readers import DEMO
from geo.store import default_location

DESCRIPTION = (
    "Where patrols stand in a shift: areas that cover most of the incidents that such a shift "
    "brings, shared out among the teams, with a round for each that nobody can foresee. Writes "
    "sheets and an overview (PDF), GPX and GeoJSON for phones, a calendar and tables into a folder."
)
EXAMPLES = (
    "hotspots patrol --days fri,sat --hours 18-02 --teams 3 --minutes 120 --out plan/",
    "hotspots patrol store --days daily --hours 7-15 --base 'Hammersmith bus station' --out plan/",
    "hotspots patrol incidents.csv --level exact --teams 2 --spread ward --out plan/",
    "hotspots patrol --from-plan plan/plan.json --out again/",
)
_DEFAULT_SHIFT = PatrolShift()
_OF_THE_SHIFT = ("days", "shift_hours", "first_day", "bases", "streets", "before")
_EXACT_ONLY = ("min_incidents",)
RELEASED_OPTIONS = (
    *_OF_THE_SHIFT,
    *(spec.name for spec in PatrolParams.specs() if spec.name not in _EXACT_ONLY),
    *(spec.name for spec in PatrolParams.choices()),
    *("folder", "replace", "from_plan"),
)
_NONE_GIVEN = "; without any, the store if there is one, else the demonstration data"


def add_arguments(parser: Parser) -> None:
    """Add what this command takes; bounds and defaults come from the settings themselves."""
    add_paths(parser, without=_NONE_GIVEN)
    group = parser.add_argument_group("the shift")
    group.add_argument(
        "--days",
        type=shift_days,
        metavar="DAYS",
        help="on which it begins, as fri,sat, or daily; default: "
        f"{','.join(name[:3].lower() for name in _DEFAULT_SHIFT.days)}",
    )
    group.add_argument(
        "--hours",
        dest="shift_hours",
        type=shift_hours,
        metavar="FROM-TO",
        help="from when to when, as 18-02 for 18:00 to 02:00 of the next day; default: "
        f"{_DEFAULT_SHIFT.start_hour:02d}-{_DEFAULT_SHIFT.end_hour:02d}",
    )
    group.add_argument(
        "--first-day",
        type=day,
        metavar="DAY",
        help="from which on the plan is; default: today, or where the data ended long ago the day "
        "after it",
    )
    add_settings(parser, "the plan", PatrolParams)
    ways = parser.add_argument_group("bases and ways")
    ways.add_argument(
        "--base",
        dest="bases",
        action="append",
        type=base,
        metavar="PLACE",
        help="where a team starts and ends: the name of a known place, or EASTING,NORTHING in "
        "metres. Repeat for several teams; default: the known place that costs least walking",
    )
    ways.add_argument(
        "--streets",
        metavar="FILE",
        help="street network to walk along, a GeoPackage or an OpenStreetMap extract; default: "
        "straight lines times --detour",
    )
    add_selection(parser, with_hours=False)
    add_settings(parser, "expected incidents", DemandParams)
    parser.add_argument(
        "--vintage", choices=VINTAGES, help="ward polygons; default: those in force"
    )
    _add_output(parser)


def _add_output(parser: Parser) -> None:
    output = parser.add_argument_group("output")
    output.add_argument(
        "--out",
        dest="folder",
        type=Path,
        metavar="FOLDER",
        help="folder to write into, made if it is not there; default: only say the plan",
    )
    output.add_argument(
        "--replace", action="store_true", help="take the place of another plan in that folder"
    )
    output.add_argument(
        "--from-plan",
        type=Path,
        metavar="FILE",
        help="make the files of this plan.json again instead of a new plan",
    )
    output.add_argument(
        "--before",
        type=Path,
        metavar="FILE",
        help="plan.json of the plan before, to say what is new",
    )
    output.add_argument(
        "--json", action="store_true", help="write the plan as JSON to standard output, not words"
    )
    add_report(output)
    parser.set_defaults(out=None, endings=())


def run(args: argparse.Namespace) -> int:
    """Plan with exact figures; give the exit code."""
    if args.from_plan:
        return _again(args, EXACT)
    params, before = _params(args), _before(args)
    demand = DemandParams(**settings(args, DemandParams))
    travel = _travel(args, params)
    _fill_in_paths(args)
    given = read_input(args, "patrol")
    source = _source(args, is_demonstration=given.incidents.is_demonstration)
    wanted = Wanted(args.first_day, given.vintage, travel, source=source)
    with progress("planning"):
        plan = plan_patrol(given.incidents, given.selection, params, demand, wanted, before)
    _give(plan, args)
    return given.exit_code


def run_released(args: argparse.Namespace, level: Level) -> int:
    """Plan with nothing but figures that may be shown; give the exit code."""
    _check_level(args, level)
    if args.from_plan:
        return _again(args, level)
    params, before = _params(args), _before(args)
    travel = _travel(args, params)
    _fill_in_paths(args)
    given = read_release(args, level)
    group = group_named(given.release, args)
    source = _source(args, is_demonstration=given.release.is_demonstration)
    vintage = given.release.params.vintage
    wanted = Wanted(args.first_day, vintage, travel, source=source)
    with progress("planning"):
        plan = released_plan(given.release, params, wanted, group=group, before=before)
    _give(plan, args)
    return given.exit_code


def _check_level(args: argparse.Namespace, level: Level) -> None:
    if level == PUBLIC:
        msg = (
            "Patrol plans are not for the public: they say where wardens will be. Leave --level "
            "public out."
        )
        raise ParameterError(msg)
    if args.spread == "strand":
        msg = (
            "--spread strand works with exact figures only: where each strand is is not released. "
            f"{ASK}"
        )
        raise ParameterError(msg)


def _params(args: argparse.Namespace) -> PatrolParams:
    start_hour, end_hour = args.shift_hours or (_DEFAULT_SHIFT.start_hour, _DEFAULT_SHIFT.end_hour)
    shift = PatrolShift(args.days or _DEFAULT_SHIFT.days, start_hour, end_hour)
    if args.folder:
        check_place(args.folder)  # before any work is done for it
    return PatrolParams(shift=shift, bases=tuple(args.bases or ()), **settings(args, PatrolParams))


def _before(args: argparse.Namespace) -> Plan | None:
    return _read_plan(args.before) if args.before else None


def _read_plan(path: Path) -> Plan:
    return plan_of_json(path.read_bytes(), path.name)


def _travel(args: argparse.Namespace, params: PatrolParams) -> Travel | None:
    if args.streets is None:
        return None
    with progress("reading the streets"):
        streets = read_streets(args.streets)
    for note in streets.notes:
        say(note, "note")
    return StreetTravel(streets, params.walking_kmh)


def _fill_in_paths(args: argparse.Namespace) -> None:
    """Take the store where no path is given, or the demonstration data where there is none."""
    if args.paths:
        return
    location = args.store or default_location()
    if args.store or stored.is_stored(location):
        args.paths = [stored.STORE]
        say(f"the store at {location} is read; name files or demo to read others", "note")
        return
    args.paths = [DEMO]
    say(
        "no file is named and there is no store yet, so the demonstration data is read; name your "
        "files, or keep them with hotspots import",
        "note",
    )


def _source(args: argparse.Namespace, *, is_demonstration: bool) -> str:
    if is_demonstration:
        return DEMONSTRATION
    return stored.source_in_words(args, stored.store_of(args))


# ---- a plan that is there already ----------------------------------------------------------------


def _again(args: argparse.Namespace, level: Level) -> int:
    """Make the files of a kept plan again; give the exit code."""
    _check_nothing_asked(args)
    if args.folder:
        check_place(args.folder)
    plan = _read_plan(args.from_plan)
    if plan.level == EXACT and level != EXACT:
        msg = f"{args.from_plan.name} is a plan of exact figures. {ASK}"
        raise ParameterError(msg)
    if plan.has_expired(date.today()):
        say(f"this plan has expired: {not_after(plan)[:1].lower()}{not_after(plan)[1:]}", "warning")
    _give(plan, args)
    return OK


def _check_nothing_asked(args: argparse.Namespace) -> None:
    """Refuse settings beside a plan: it has its own."""
    names = [*_OF_THE_SHIFT, *settings(args, PatrolParams), *settings(args, DemandParams), "paths"]
    given = [name for name in dict.fromkeys(names) if getattr(args, name, None)]
    if given:
        shown = ", ".join(_SHOWN.get(name, flag_of(name)) for name in given)
        msg = (
            f"--from-plan makes the files of a plan as it is; leave out {shown}. See: hotspots "
            "patrol --help"
        )
        raise UsageError(msg)


_SHOWN = {"shift_hours": "--hours", "bases": "--base", "paths": "the files to read"}


# ---- saying and writing --------------------------------------------------------------------------


def _give(plan: Plan, args: argparse.Namespace) -> None:
    """Write the files, then the plan itself to standard output."""
    if args.folder:
        store = stored.store_of(args) if args.paths else None
        if store is not None:
            stored.check_outside(store, [args.folder])
        with progress("making the sheets"):
            written = write_plan(plan, args.folder, replace=args.replace)
        for path in written:
            say(f"{path} written")
    content = (
        plan_json(plan) if args.json else "".join(f"{line}\n" for line in _lines(plan)).encode()
    )
    write_to_stdout(content)


def _lines(plan: Plan) -> list[str]:
    """Say the plan in words, a line for each area."""
    lines = [
        headline(plan),
        minutes_in_words(plan),
        bound_in_words(plan),
        "",
        *(f"{area.number}. {area.name}. {area_in_words(plan, area)}" for area in plan.areas),
        "",
        *(f"Left out: {one.name}. {one.why}" for one in plan.left_out),
        *(f"To know: {warning}" for warning in plan.warnings),
        *([NOT_FOR_HANDING_ON] if not plan.may_be_handed_on else []),
        EVIDENCE,
        f"{not_after(plan)}. {level_in_words(plan)}. {made_of(plan)}. Plan {plan.key}.",
    ]
    return [printable(line) for line in lines if line or line == ""]
