"""``hotspots change``: two periods compared, ward by ward or hotspot by hotspot."""

import argparse
from collections.abc import Mapping

from boundaries.columns import GEOMETRY
from dashboard.commands.inputs import Input, add_input_arguments, read_input
from dashboard.commands.messages import progress, say
from dashboard.commands.method_settings import MethodSettings
from dashboard.commands.outputs import say_rules, write_result
from dashboard.commands.parsing import Parser, UsageError, add_settings, settings
from dashboard.commands.released import group_named, periods_named, read_release, write_released
from dashboard.released_tables import ward_changes
from geo.change.count_change import ChangeParams
from geo.change.exposure import span_of
from geo.change.hotspot_change import HOTSPOT_CHANGE_COLUMNS, HotspotChangeParams, hotspot_change
from geo.disclosure.levels import Level
from geo.disclosure.menu import OF_WARDS
from geo.hotspots.table import HotspotParams
from geo.params import Params
from geo.period_dates import days_of
from geo.periods import UNITS
from geo.surfaces.density import DensityParams
from geo.wards.change import CHANGE_COLUMNS, ward_change
from geo.wards.counts import MEASURE_UNITS
from geo.wards.table import WardParams

DESCRIPTION = (
    "Two periods compared: incidents before and after, the change in % with its interval, the "
    "p-value of the E-test as it is and corrected for the number of places, and whether the change "
    "is more than chance would give. Periods are compared per day that the data covers."
)
EXAMPLES = (
    "hotspots change demo --before 2015/16 --after 2016/17",
    "hotspots change demo --before '2017 Q3' --after '2017 Q4' --group race",
    "hotspots change demo --level exact --period quarter --before '2016 Q4' --after '2017 Q4'",
    "hotspots change demo --level exact --by hotspots --before 2016/17 --after 2017/18",
)
RELEASED_OPTIONS = ("before", "after")
_HOTSPOT_KINDS: Mapping[str, type[Params]] = {
    "--by hotspots": HotspotChangeParams,
    "density": DensityParams,
    "which are hotspots": HotspotParams,
}
_NEEDS_A_TEST_OF_CHANCE = {"which are hotspots": ("only_significant",)}


def add_arguments(parser: Parser) -> None:
    """Add what this command takes; bounds and defaults come from the settings themselves."""
    add_input_arguments(parser)
    group = parser.add_argument_group("what is compared")
    group.add_argument(
        "--by",
        choices=("wards", "hotspots"),
        default="wards",
        help="wards, or hotspots by density, both periods in the same outlines (default: wards)",
    )
    group.add_argument(
        "--period",
        choices=[unit for unit in UNITS if unit != "all"],
        default="fy",
        help="unit of time of the two periods; fy is the financial year from April (default: "
        "%(default)s). With hotspots the periods say it themselves",
    )
    example = "for example 2016/17, 2016, '2016 Q1' or 2016-04"
    group.add_argument("--before", required=True, metavar="PERIOD", help=f"earlier, {example}")
    group.add_argument("--after", required=True, metavar="PERIOD", help="later period")
    group.add_argument("--measure", choices=MEASURE_UNITS, help="with wards; default: count")
    add_settings(parser, "test", ChangeParams)
    add_allow_break(parser)
    parser.add_argument(
        "--allow-ward-change",
        action="store_true",
        help="compare by ward two periods that had other wards; both are counted on the same "
        "ones, and the result says so",
    )
    _hotspot_settings().add_to(parser)


def add_allow_break(parser: Parser) -> None:
    """Add the flag that lets figures go across a break in the series."""
    parser.add_argument(
        "--allow-break",
        action="store_true",
        help="go across a break in the series of counts; the result then says so first",
    )


def run(args: argparse.Namespace) -> int:
    """Write the changes; give the exit code."""
    test = ChangeParams(
        **settings(args, ChangeParams),
        allow_break=args.allow_break,
        allow_ward_change=args.allow_ward_change,
    )
    _check_options(args)
    _check_order(args.before, args.after)
    if args.by == "wards":
        return _wards(args, read_input(args, "ward_change"), test)
    return _hotspots(args, test)


def run_released(args: argparse.Namespace, level: Level) -> int:
    """Write the changes by ward that shown counts give; give the exit code."""
    _check_order(args.before, args.after)
    given = read_release(args, level)
    before, after = (
        periods_named(given.release, name, OF_WARDS)[0] for name in (args.before, args.after)
    )
    content = ward_changes(given.release, before, after, group_named(given.release, args))
    write_released(content, args)
    return given.exit_code


def _wards(args: argparse.Namespace, given: Input, test: ChangeParams) -> int:
    params = WardParams(given.vintage, args.period, args.measure or WardParams.measure)
    with progress("comparing"):
        result = ward_change(
            given.incidents, given.selection, params, args.before, args.after, test
        )
    say(result.total)
    say_rules(result)
    write_result(result, CHANGE_COLUMNS, args.out, as_json=args.json)
    return given.exit_code


def _hotspots(args: argparse.Namespace, test: ChangeParams) -> int:
    spans = span_of(args.before), span_of(args.after)
    known = _hotspot_settings()
    found, density, hotspots = (known.given(args, kind) for kind in _HOTSPOT_KINDS)
    params = DensityParams(**density)
    change_params = HotspotChangeParams(**found, hotspots=HotspotParams(**hotspots), change=test)
    given = read_input(args, "hotspot_change")
    with progress("searching"):
        result = hotspot_change(
            given.incidents,
            given.selection,
            params,
            *spans,
            change_params=change_params,
            vintage=given.vintage,
        )
    say_rules(result)
    columns = [name for name in HOTSPOT_CHANGE_COLUMNS if name != GEOMETRY]
    write_result(result, columns, args.out, as_json=args.json)
    return given.exit_code


def _hotspot_settings() -> MethodSettings:
    return MethodSettings(_HOTSPOT_KINDS, without=_NEEDS_A_TEST_OF_CHANCE)


def _check_order(before: str, after: str) -> None:
    """Refuse periods of the calendar the wrong way round: every sign would be."""
    first, second = days_of(before)[0], days_of(after)[0]
    if first and second and second < first:
        msg = f"--before {before} is later than --after {after}; swap them"
        raise UsageError(msg)


def _check_options(args: argparse.Namespace) -> None:
    """Refuse an option that would have no effect."""
    known = _hotspot_settings()
    strangers = [known.option(name) for name in known.given(args)] if args.by == "wards" else []
    if args.by == "hotspots" and args.measure:
        strangers = ["--measure"]
    if strangers:
        msg = (
            f"{strangers[0]} has no effect with --by {args.by}; leave it out. See: hotspots change "
            "--help"
        )
        raise UsageError(msg)
