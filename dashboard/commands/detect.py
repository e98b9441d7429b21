"""``hotspots detect``: ranked and named hotspots."""

import argparse
from typing import Any

from dashboard.commands.inputs import add_input_arguments, read_input
from dashboard.commands.messages import progress
from dashboard.commands.outputs import say_rules, write_result
from dashboard.commands.parsing import Parser, UsageError, add_number, flag_of
from geo.clusters import DbscanParams
from geo.density import INCIDENTS, DensityParams
from geo.hotspots import (
    AREA_HA,
    NAME,
    PAI,
    RANK,
    SHARE,
    HotspotParams,
    find_hotspots,
)
from geo.params import NumberSpec, Params

DESCRIPTION = (
    "Hotspots, ranked by incidents and named by the nearest place: share in % of the located "
    "incidents, area in hectares, PAI the share of incidents over the share of land."
)
EXAMPLES = (
    "hotspots detect demo --method density --out hotspots.geojson",
    "hotspots detect incidents.csv --method dbscan --eps-m 200 --min-incidents 20",
    "hotspots detect demo --method density --bandwidth-m 200 --max-hotspots 5",
)
COLUMNS = (RANK, NAME, INCIDENTS, SHARE, AREA_HA, PAI)

METHODS: dict[str, type[DensityParams | DbscanParams]] = {
    "density": DensityParams,
    "dbscan": DbscanParams,
}
_HOTSPOTS = "hotspot"


def add_arguments(parser: Parser) -> None:
    """Add what this command takes; bounds and defaults come from the settings themselves."""
    add_input_arguments(parser)
    parser.add_argument(
        "--method",
        choices=METHODS,
        required=True,
        help="density: areas where the kernel density is highest; dbscan: clusters of incidents",
    )
    for method, params in METHODS.items():
        group = parser.add_argument_group(f"settings of --method {method}")
        for spec in params.specs():
            add_number(group.add_argument, spec, flag_of(spec.name), _dest(method, spec))
    group = parser.add_argument_group("what may be called a hotspot")
    for spec in HotspotParams.specs():
        add_number(group.add_argument, spec, _hotspot_flag(spec), _dest(_HOTSPOTS, spec))


def run(args: argparse.Namespace) -> int:
    """Write the ranked hotspots; give the exit code."""
    params = _method_params(args)
    hotspot_params = HotspotParams(**_given(args, _HOTSPOTS, HotspotParams))
    given = read_input(args)
    with progress("searching"):
        result = find_hotspots(
            given.incidents,
            given.selection,
            params,
            hotspot_params=hotspot_params,
            vintage=given.vintage,
        )
    say_rules(result)
    write_result(result, COLUMNS, args.out, as_json=args.json)
    return given.exit_code


def _method_params(args: argparse.Namespace) -> DensityParams | DbscanParams:
    for method, params in METHODS.items():
        strangers = [] if method == args.method else list(_given(args, method, params))
        if strangers:
            msg = (
                f"{flag_of(strangers[0])} is a setting of --method {method} and has no effect on "
                f"{args.method}; leave it out. See: hotspots detect --help"
            )
            raise UsageError(msg)
    chosen = METHODS[args.method]
    return chosen(**_given(args, args.method, chosen))


def _given(args: argparse.Namespace, prefix: str, params: type[Params]) -> dict[str, Any]:
    """Give the settings that were set; the others keep their defaults."""
    values = {spec.name: getattr(args, _dest(prefix, spec)) for spec in params.specs()}
    return {name: value for name, value in values.items() if value is not None}


def _dest(prefix: str, spec: NumberSpec) -> str:
    return f"{prefix}_{spec.name}"


def _hotspot_flag(spec: NumberSpec) -> str:
    """Keep apart a hotspot's setting that is called like one of a method."""
    names = {other.name for params in METHODS.values() for other in params.specs()}
    return flag_of(_dest(_HOTSPOTS, spec) if spec.name in names else spec.name)
