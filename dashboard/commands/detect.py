"""``hotspots detect``: ranked and named hotspots by any method."""

import argparse
from collections.abc import Sequence
from typing import Any

from boundaries.columns import GEOMETRY
from boundaries.errors import ParameterError
from dashboard.commands.inputs import add_input_arguments, read_input
from dashboard.commands.levels import ASK
from dashboard.commands.messages import progress
from dashboard.commands.method_settings import MethodSettings
from dashboard.commands.outputs import say_rules, write_result
from dashboard.commands.parsing import Parser, UsageError
from dashboard.commands.periods import add_released_period, check_no_period
from dashboard.commands.released import (
    group_named,
    periods_named,
    read_release,
    view_of,
    write_released,
)
from geo.clusters.dbscan import DbscanParams
from geo.clusters.hdbscan import HdbscanParams
from geo.clusters.st_dbscan import StDbscanParams
from geo.disclosure.area_finding import METHODS as METHODS_OF_RELEASE
from geo.disclosure.levels import Level
from geo.disclosure.menu import OF_WARDS
from geo.disclosure.splits import ALL
from geo.grids.gistar_params import GiStarParams
from geo.hotspots.areas import MethodParams
from geo.hotspots.params import CUT_SETTINGS
from geo.hotspots.table import HOTSPOT_COLUMNS, HotspotParams, find_hotspots
from geo.params import Params
from geo.surfaces.chance import ChanceParams
from geo.surfaces.density import DensityParams
from geo.wards.table import PERIOD

DESCRIPTION = (
    "Hotspots, ranked by incidents and named by the nearest place: share in % of the located "
    "incidents, area in hectares, PAI the share of incidents over the share of land, the p-value, "
    "incidents in the period before, and the busiest days and hours."
)
EXAMPLES = (
    "hotspots detect demo --method density --period 2017/18 --out hotspots.geojson",
    "hotspots detect demo --level exact --method density --out hotspots-exact.geojson",
    "hotspots detect incidents.csv --level exact --method dbscan --eps-m 200 --no-chance",
    "hotspots detect demo --level exact --method gistar --cell-size-m 150",
)
RELEASED_OPTIONS = ("period", "method")
COLUMNS = tuple(name for name in HOTSPOT_COLUMNS if name not in {PERIOD, GEOMETRY})

METHODS: dict[str, type[MethodParams]] = {
    "density": DensityParams,
    "gistar": GiStarParams,
    "dbscan": DbscanParams,
    "hdbscan": HdbscanParams,
    "st-dbscan": StDbscanParams,
}
MEANINGS = {
    "density": "areas where the kernel density is highest",
    "gistar": "cells with more incidents around them than chance would give (Getis-Ord Gi*)",
    "dbscan": "clusters of incidents within a radius of each other",
    "hdbscan": "clusters that last over many radii, without choosing one",
    "st-dbscan": "clusters of incidents close in place and in time",
}
_CHANCE = "chance"
_HOTSPOTS = "hotspot"
_WARDS_ARE_THOSE_OF_THE_INPUT = ("vintage",)
_CUT_OF = {name: cut for cut, name in CUT_SETTINGS.items()}
_OF_SURFACES = ("cut", *_CUT_OF, "only_significant")


def _settings() -> MethodSettings:
    """Collect the settings of all methods and of the test; equal names share an option."""
    kinds: dict[str, type[Params]] = {**METHODS, _CHANCE: ChanceParams}
    return MethodSettings(kinds, without={_CHANCE: _WARDS_ARE_THOSE_OF_THE_INPUT})


def add_arguments(parser: Parser) -> None:
    """Add what this command takes; bounds and defaults come from the settings themselves."""
    add_input_arguments(parser)
    words = "; ".join(f"{name}: {meaning}" for name, meaning in MEANINGS.items())
    parser.add_argument("--method", choices=METHODS, required=True, help=words)
    parser.add_argument(
        "--chance",
        action=argparse.BooleanOptionalAction,
        help="whether to hold hotspots against random surfaces for their p-value; default: yes. "
        "gistar is a test itself",
    )
    add_released_period(parser)
    method_settings = _settings()
    method_settings.add_to(parser)
    _hotspot_settings(method_settings).add_to(parser)


def _hotspot_settings(others: MethodSettings) -> MethodSettings:
    """Give the settings of hotspots; one that is called like one of a method gets a prefix."""
    title = "what may be called a hotspot"
    return MethodSettings({title: HotspotParams}, prefix=_HOTSPOTS, avoid=others.names)


def run(args: argparse.Namespace) -> int:
    """Write the ranked hotspots, exact; give the exit code."""
    check_no_period(args)
    method_settings = _settings()
    params = METHODS[args.method](**_of_method(args, method_settings))
    hotspot_params = HotspotParams(**_of_hotspots(args, _hotspot_settings(method_settings)))
    chance = _of_chance(args, method_settings)
    given = read_input(args, "hotspots")
    chance_params = None if chance is None else ChanceParams(**chance, vintage=given.vintage)
    with progress("searching"):
        result = find_hotspots(
            given.incidents,
            given.selection,
            params,
            hotspot_params=hotspot_params,
            vintage=given.vintage,
            chance_params=chance_params,
        )
    say_rules(result)
    write_result(result, COLUMNS, args.out, as_json=args.json)
    return given.exit_code


def run_released(args: argparse.Namespace, level: Level) -> int:
    """Write areas that may be shown, with bands instead of numbers; give the exit code."""
    from dashboard.partner.hotspots.files import hotspot_content

    if args.method not in METHODS_OF_RELEASE:
        msg = f"Hotspots by {args.method} are not released, those by density and dbscan are. {ASK}"
        raise ParameterError(msg)
    given = read_release(args, level)
    group = group_named(given.release, args)
    periods = periods_named(given.release, args.period or ALL, OF_WARDS)
    view = view_of(given.release, periods[-1], group)
    write_released(hotspot_content(view, args.method, periods), args)
    return given.exit_code


def _is_tested(args: argparse.Namespace) -> bool:
    """Say whether random surfaces are made: unless refused, for all but tests themselves."""
    return METHODS[args.method] is not GiStarParams and args.chance is not False


def _of_method(args: argparse.Namespace, known: MethodSettings) -> dict[str, Any]:
    """Give the settings of the method; refuse those that neither it nor the test has."""
    if METHODS[args.method] is GiStarParams and args.chance:
        _refuse("--chance", "has no effect on gistar, which is a test of chance itself")
    groups = {args.method, _CHANCE} if _is_tested(args) else {args.method}
    for name in known.given(args):
        owners = known.owners(name)
        if not groups & set(owners):
            without = " with --no-chance" if _CHANCE in owners and args.chance is False else ""
            why = f"is a setting of {_named(owners)} and has no effect on {args.method}{without}"
            _refuse(known.option(name), why)
    return known.given(args, args.method)


def _named(owners: Sequence[str]) -> str:
    methods = [name for name in owners if name != _CHANCE]
    named = [f"--method {' and '.join(methods)}"] if methods else []
    return " and ".join([*named, *(["--chance"] if _CHANCE in owners else [])])


def _of_chance(args: argparse.Namespace, known: MethodSettings) -> dict[str, Any] | None:
    return known.given(args, _CHANCE) if _is_tested(args) else None


def _of_hotspots(args: argparse.Namespace, known: MethodSettings) -> dict[str, Any]:
    given = known.given(args)
    cut = given.get("cut", HotspotParams.cut)
    for name in given:
        if name in _OF_SURFACES and args.method != "density":
            _refuse(known.option(name), f"cuts the density and has no effect on {args.method}")
        if _CUT_OF.get(name, cut) != cut:
            _refuse(known.option(name), f"is a setting of --cut {_CUT_OF[name]}, not of {cut}")
    if given.get("only_significant") == "yes" and not _is_tested(args):
        _refuse("--no-chance", "takes away the test that --only-significant needs")
    return given


def _refuse(flag: str, why: str) -> None:
    msg = f"{flag} {why}; leave it out. See: hotspots detect --help"
    raise UsageError(msg)
