"""``hotspots surface``: the density as a GeoTIFF for a desktop GIS, or as a picture."""

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path

from boundaries.errors import ParameterError
from dashboard.audit.about import about_record
from dashboard.audit.files import write_noted
from dashboard.commands.inputs import Input, add_input_arguments, read_input
from dashboard.commands.messages import progress, say
from dashboard.commands.outputs import say_rules, say_warnings, write_to_stdout
from dashboard.commands.parsing import Parser, add_settings, settings
from dashboard.commands.periods import add_released_period, check_no_period
from dashboard.commands.released import (
    group_named,
    periods_named,
    read_release,
    view_of,
    write_released,
)
from dashboard.exports import RECORD_ENDING, export_bytes, record_bytes
from geo.disclosure.levels import Level
from geo.disclosure.menu import OF_WARDS
from geo.disclosure.splits import ALL
from geo.frames import STEPS, FrameParams, Frames, frames_of
from geo.surfaces.density import DensityParams, DensityResult, density

DESCRIPTION = (
    "Density of incidents per km2 on a grid: as a GeoTIFF in the British National Grid, one band "
    "per period, or as a picture with wards and ranked hotspots."
)
EXAMPLES = (
    "hotspots surface demo --period 2017/18 --out density.gpkg",
    "hotspots surface demo --level exact --out density-exact.tif",
    "hotspots surface incidents.csv --level exact --step month --window 3 --out density-exact.tif",
    "hotspots surface demo --level exact --bandwidth-m 300 --out density-exact.png",
)
RELEASED_OPTIONS = ("period",)
UNIT = "incidents per km2"


def add_arguments(parser: Parser) -> None:
    """Add what this command takes."""
    add_input_arguments(parser, tuple(WRITERS))
    add_settings(parser, "density", DensityParams)
    add_released_period(parser)
    group = parser.add_argument_group("time", "Default: one band for the whole period.")
    group.add_argument("--step", choices=STEPS, help="a band for each of these")
    group.add_argument("--window", type=int, metavar="N", help="how many steps a band adds up")


def run(args: argparse.Namespace) -> int:
    """Write the surface, exact; give the exit code."""
    check_no_period(args)
    _check_time(args)
    params = DensityParams(**settings(args, DensityParams))
    given = read_input(args, "density")
    with progress("computing the density"):
        result = density(given.incidents, given.selection, params, _frames(args, given))
    say_rules(result)
    say_warnings(result)
    if args.json or args.out is None:
        write_to_stdout(export_bytes(result, ".json" if args.json else ".csv"))
    if args.out is not None:
        _write(args.out, result, given, params)
    return given.exit_code


def run_released(args: argparse.Namespace, level: Level) -> int:
    """Write the classes of density that may be shown, with their cells; give the exit code."""
    from dashboard.partner.hotspots.files import surface_content

    args.endings = ()
    given = read_release(args, level)
    group = group_named(given.release, args)
    periods = periods_named(given.release, args.period or ALL, OF_WARDS)
    write_released(surface_content(view_of(given.release, periods[-1], group), periods), args)
    return given.exit_code


def _check_time(args: argparse.Namespace) -> None:
    if args.window is not None and args.step is None:
        msg = f"--window counts steps; give --step {', '.join(STEPS)} as well."
        raise ParameterError(msg)
    if args.step is not None and args.out is not None and args.out.suffix.lower() == ".png":
        msg = "A picture shows the whole period; leave out --step, or write a .tif."
        raise ParameterError(msg)


def _frames(args: argparse.Namespace, given: Input) -> Frames | None:
    if args.step is None:
        return None
    params = FrameParams(args.step, 1 if args.window is None else args.window)
    return frames_of(given.selection.apply(given.incidents), params)


def _write(out: Path, result: DensityResult, given: Input, params: DensityParams) -> None:
    with progress("drawing"):
        content = WRITERS[out.suffix.lower()](result, given, params)
    record = out.with_suffix(RECORD_ENDING)
    write_noted({out: content, record: record_bytes(result)}, about_record(result.record))
    say(f"{out} and {record.name} written")


def _geotiff(result: DensityResult, _given: Input, _params: DensityParams) -> bytes:
    from dashboard.geotiff import geotiff_bytes

    return geotiff_bytes(result, record_bytes(result).decode(), UNIT)


def _picture(result: DensityResult, given: Input, params: DensityParams) -> bytes:
    from dashboard.map_results import ward_results, whole_period
    from dashboard.maps.picture import picture_png
    from dashboard.settings import MapSettings

    chosen = MapSettings(selection=given.selection, vintage=given.vintage, density=params)
    wards = ward_results(given.incidents, chosen)
    source = "Demonstration data" if result.record.is_demonstration else "Own files"
    shown = whole_period(given.incidents, chosen, wards, source=source)
    return picture_png(shown.model, "whole", 0, fill="density")


Writer = Callable[[DensityResult, Input, DensityParams], bytes]
WRITERS: Mapping[str, Writer] = {".tif": _geotiff, ".tiff": _geotiff, ".png": _picture}
"""What makes the file, by its ending."""
