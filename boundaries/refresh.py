"""Rebuild a vintage's ward polygons from ONS's published service, or from a file.

``python -m boundaries.refresh --vintage 2022`` asks the Open Geography Portal's feature service,
checks the answer, fits it to the borough's outline so that all vintages keep covering the same
land, and only then replaces the file and its registry entry. Nothing is changed on any failure.

Examples
--------
::

    python -m boundaries.refresh --vintage 2022 --service https://.../FeatureServer/0
    python -m boundaries.refresh --vintage 2002 --from-file wards.geojson --source "..."
"""

import argparse
import json
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from boundaries import checks
from boundaries.arcgis import Layer, find_field
from boundaries.errors import DataIntegrityError, HotspotsError, InputFileError
from boundaries.fitting import fit_to_outline
from boundaries.geojson import feature_collection, polygons_in_bng
from boundaries.loading import (
    BOROUGH_CODE,
    DATA_FOLDER,
    check_wards,
    read_ward_file,
    ward_populations,
    wards_file,
)
from boundaries.registry import Registry, record, write_atomically
from boundaries.vintages import IN_FORCE, VINTAGES, Vintage

SERVICE = (
    "https://services1.arcgis.com/ESMARspQHYMw9BZ9/arcgis/rest/services/"
    "Wards_December_2024_Boundaries_UK_BGC/FeatureServer/0"
)
LICENCE = "Open Government Licence v3.0"
ATTRIBUTION = (
    "Source: Office for National Statistics licensed under the Open Government Licence v3.0. "
    "Contains OS data © Crown copyright and database right {year}."
)

MENDABLE_HOLE_M2 = 10.0
"""Holes up to this size in the polygons received are given to a neighbour; larger are refused."""

FITTABLE_M2 = 80_000.0
"""The land received may differ by this from the outline (0.5 % of the borough, a strip of 4 m
along its edge: another generalisation of the same border, not another borough)."""

CODE_FIELD = r"WD\d\dCD|code"
NAME_FIELD = r"WD\d\dNM|name"
DISTRICT_FIELD = r"LAD\d\dCD"


@dataclass(frozen=True, eq=False)
class ReceivedWards:
    """Wards as they come from a source: polygons in EPSG:27700, shape (n,)."""

    codes: list[str]
    names: list[str]
    polygons: NDArray[np.object_]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; gives the exit code: 0 done, 1 failed with nothing changed."""
    options = _parser().parse_args(arguments)
    try:
        _refresh(options)
    except (HotspotsError, OSError) as error:
        _report(f"error: {error}")
        return 1
    return 0


def _refresh(options: argparse.Namespace) -> None:
    vintage: Vintage = options.vintage
    received = (
        _from_file(options.from_file) if options.from_file else _from_service(options, vintage)
    )
    fitted = prepare(received, vintage)
    folder: Path = options.out
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder, vintage, fitted, options)
    _report(f"{len(fitted.codes)} wards written to {folder / wards_file(vintage)}")


def prepare(received: ReceivedWards, vintage: Vintage) -> ReceivedWards:
    """Check wards as received, fit them to the borough's outline, and check the result.

    Raises
    ------
    DataIntegrityError
        They are not the vintage's wards, not a coverage, or not this borough's land.
    """
    what = "The wards received"
    registry = Registry(DATA_FOLDER)
    checks.check_codes(received.codes, what)
    _check_same_codes(received.codes, ward_populations(registry, vintage).index, what)
    checks.check_polygons(received.polygons, received.codes, what)
    checks.check_coverage(received.polygons, received.codes, what, MENDABLE_HOLE_M2)
    outline = _outline_beside(registry, vintage)
    land = checks.land_of(received.polygons)
    checks.check_same_land(
        land,
        outline,
        f"{what} and the borough's outline",
        at_most_m2=FITTABLE_M2,
        remedy="check that the layer is complete and of the kind BGC (20 m, clipped)",
    )
    fitted = fit_to_outline(received.polygons, outline)
    _report_fit(land, outline)
    check_wards(received.codes, fitted, "The wards fitted to the outline")
    checks.check_same_land(checks.land_of(fitted), outline, "The wards fitted and the outline")
    order = np.argsort(received.codes)
    codes, names = [[column[i] for i in order] for column in (received.codes, received.names)]
    return ReceivedWards(codes, names, fitted[order])


def _from_service(options: argparse.Namespace, vintage: Vintage) -> ReceivedWards:
    layer = Layer(options.service.rstrip("/"), _report, first_wait_s=options.wait_s)
    names = layer.field_names()
    code, name = _needed(names, CODE_FIELD, layer.url), _needed(names, NAME_FIELD, layer.url)
    _report(f"fields {code} and {name}")
    features = layer.features(_condition(names, code, vintage), [code, name], code)
    return _received(features, code, name, layer.url)


def _condition(field_names: list[str], code: str, vintage: Vintage) -> str:
    """Ask by the borough's code; by the known ward codes where a layer has no districts."""
    if district := find_field(field_names, DISTRICT_FIELD):
        return f"{district}='{BOROUGH_CODE}'"
    known = ward_populations(Registry(DATA_FOLDER), vintage).index
    return f"{code} IN ({','.join(repr(str(each)) for each in known)})"


def _from_file(path: Path) -> ReceivedWards:
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        fields = sorted({name for feature in features for name in feature["properties"]})
    except (OSError, ValueError, KeyError, TypeError) as error:
        msg = (
            f"{path} cannot be read as GeoJSON features ({error!r}); give a GeoJSON file of wards."
        )
        raise InputFileError(msg) from error
    code, name = _needed(fields, CODE_FIELD, str(path)), _needed(fields, NAME_FIELD, str(path))
    return _received(features, code, name, str(path))


def _needed(names: list[str], pattern: str, where: str) -> str:
    if found := find_field(names, pattern):
        return found
    msg = (
        f"{where} has not exactly one field like {pattern} among its fields "
        f"{', '.join(names) or '(none)'}; give a layer or file of wards."
    )
    raise DataIntegrityError(msg)


def _received(features: list[dict[str, Any]], code: str, name: str, where: str) -> ReceivedWards:
    try:
        codes, names = [
            [str(each["properties"][f] or "") for each in features] for f in (code, name)
        ]
        return ReceivedWards(codes, names, polygons_in_bng(features))
    except (KeyError, TypeError, shapely.errors.GEOSException) as error:
        msg = f"{where} gave features that are not GeoJSON with {code} and {name} ({error!r})."
        raise DataIntegrityError(msg) from error


def _check_same_codes(codes: Iterable[str], expected: Iterable[str], what: str) -> None:
    codes, expected = set(codes), set(expected)
    missing, new = sorted(expected - codes), sorted(codes - expected)
    if missing or new:
        msg = (
            f"{what} are not those of this vintage: of {len(codes)}, {len(new)} are unknown "
            f"({', '.join(new[:3]) or 'none'}), and {len(missing)} are missing "
            f"({', '.join(missing[:3]) or 'none'}); a new set of wards needs a vintage and "
            "populations of its own."
        )
        raise DataIntegrityError(msg)


def _outline_beside(registry: Registry, vintage: Vintage) -> BaseGeometry:
    """Give the outline by another vintage's wards, so that a damaged file can be rebuilt."""
    other = next(each for each in VINTAGES if each != vintage)
    _, _, polygons = read_ward_file(registry.path(wards_file(other)))
    return checks.land_of(polygons)


def _report_fit(land: BaseGeometry, outline: BaseGeometry) -> None:
    apart = shapely.symmetric_difference(land, outline).area
    _report(f"fitted to the borough's outline: {apart:,.0f} m² cut or filled along the edge")


def _write(
    folder: Path, vintage: Vintage, wards: ReceivedWards, options: argparse.Namespace
) -> None:
    today = datetime.now(UTC).date()
    attribution = ATTRIBUTION.format(year=today.year)
    in_force = IN_FORCE[vintage]
    about = {
        "name": Path(wards_file(vintage)).stem,
        "attribution": attribution,
        "licence": LICENCE,
        "vintage": vintage,
        "in_force": f"{in_force.first}/{in_force.last or '..'}",
    }
    pairs = zip(wards.codes, wards.names, strict=True)
    properties = [{"code": code, "name": name} for code, name in pairs]
    text = feature_collection(wards.polygons, properties, about)
    write_atomically(folder / wards_file(vintage), text.encode())
    record(
        folder,
        wards_file(vintage),
        source=options.source or _source(options),
        url="" if options.from_file else options.service,
        licence=LICENCE,
        attribution=attribution,
        retrieved=today.isoformat(),
        vintage=vintage,
        notes="Fitted to the borough's outline by python -m boundaries.refresh.",
    )


def _source(options: argparse.Namespace) -> str:
    if options.from_file:
        return f"the file {options.from_file.name}"
    layer = re.search(r"/([^/]+)/(?:Feature|Map)Server", options.service)
    return "ONS Open Geography Portal" + (f", {layer[1].replace('_', ' ')}" if layer else "")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m boundaries.refresh",
        description="Rebuild a vintage's ward polygons, checked before anything is replaced.",
    )
    parser.add_argument("--vintage", required=True, choices=VINTAGES)
    origin = parser.add_mutually_exclusive_group()
    origin.add_argument(
        "--service", default=SERVICE, help="feature layer of wards (default: %(default)s)"
    )
    origin.add_argument(
        "--from-file", type=Path, metavar="FILE", help="GeoJSON file of wards instead"
    )
    parser.add_argument("--source", help="where the polygons are from, in words, for the registry")
    parser.add_argument(
        "--out", type=Path, default=DATA_FOLDER, metavar="DIR", help="folder to write to"
    )
    parser.add_argument(
        "--wait-s", type=float, default=1.0, help="seconds before the second try, then doubled"
    )
    return parser


def _report(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
