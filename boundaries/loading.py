"""Wards, borough outline and places as geopandas frames in EPSG:27700.

Files are read and checked once per process; every caller gets a copy of its own.
"""

import json
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from boundaries import checks
from boundaries.columns import (
    AREA_KM2,
    GEOMETRY,
    PLACE_ACCURACY,
    PLACE_KIND,
    PLACE_NAME,
    PLACE_SOURCE,
    POPULATION,
    POPULATION_YEAR,
    WARD_CODE,
    WARD_NAME,
)
from boundaries.errors import DataIntegrityError
from boundaries.geojson import polygons_in_bng
from boundaries.projection import BNG, to_bng
from boundaries.registry import Registry
from boundaries.vintages import IN_FORCE, VINTAGES, Vintage, check_vintage

BOROUGH_CODE = "E09000013"
BOROUGH_NAME = "Hammersmith and Fulham"
DATA_FOLDER = Path(__file__).parent / "data"
POPULATION_FILE = "ward_population.csv"
PLACES_FILE = "places.csv"

_M2_PER_KM2 = 1e6


def wards_file(vintage: Vintage) -> str:
    """Give the name of a vintage's file in the data folder."""
    return f"wards_{vintage}.geojson"


def load_wards(vintage: str) -> gpd.GeoDataFrame:
    """Load the ward polygons of a vintage.

    Parameters
    ----------
    vintage
        ``"2002"`` (16 wards) or ``"2022"`` (21 wards).

    Returns
    -------
    GeoDataFrame
        EPSG:27700, sorted by code, index 0 to n - 1, columns ``ward_code``, ``ward_name``,
        ``population`` (residents in ``population_year``), ``population_year``, ``area_km2``,
        ``geometry``. The polygons are an exact coverage: no overlaps, no gaps, shared vertices.
        ``attrs`` holds ``vintage``, ``in_force_from``, ``in_force_to`` (None: still in force),
        ``attribution``, ``licence`` and ``source``.

    Raises
    ------
    ParameterError
        The vintage is not known.
    DataIntegrityError
        A data file is missing or altered, or its polygons fail a check.
    """
    return wards_in(DATA_FOLDER)[check_vintage(vintage)].copy()


def load_borough() -> gpd.GeoDataFrame:
    """Load the borough's outline: one row, EPSG:27700, one polygon without holes.

    Columns ``name``, ``area_km2`` and ``geometry``; both ward vintages cover exactly this land.

    Raises
    ------
    DataIntegrityError
        A data file is missing or altered, or its polygons fail a check.
    """
    wards = wards_in(DATA_FOLDER)["2022"]
    outline = _land(wards)
    columns = {PLACE_NAME: [BOROUGH_NAME], AREA_KM2: [outline.area / _M2_PER_KM2]}
    borough = gpd.GeoDataFrame(columns, geometry=[outline], crs=BNG)
    borough.attrs = {key: wards.attrs[key] for key in ("attribution", "licence", "source")}
    return borough


def load_places() -> gpd.GeoDataFrame:
    """Load stations, venues, markets and hospitals that hotspots are named by.

    Returns
    -------
    GeoDataFrame
        Points in EPSG:27700 with ``name`` (unique), ``kind``, ``accuracy`` (in words: some are
        only within about 150 m) and ``source``. A few lie just outside the borough.

    Raises
    ------
    DataIntegrityError
        The file is missing or altered, or names occur twice.
    """
    return places_in(DATA_FOLDER).copy()


@cache
def wards_in(folder: Path) -> dict[Vintage, gpd.GeoDataFrame]:
    """Read and check every vintage in a data folder; shared, so copy before changing.

    Raises
    ------
    DataIntegrityError
        A data file is missing or altered, or its polygons fail a check.
    """
    registry = Registry(folder, remedy="run python -m boundaries.refresh --vintage YEAR")
    wards = {vintage: _read_wards(registry, vintage) for vintage in VINTAGES}
    first, *others = VINTAGES
    for other in others:
        what = f"The wards of {first} and {other}"
        checks.check_same_land(_land(wards[first]), _land(wards[other]), what)
    return wards


def _read_wards(registry: Registry, vintage: Vintage) -> gpd.GeoDataFrame:
    path = registry.path(wards_file(vintage))
    codes, names, polygons = read_ward_file(path)
    population = ward_populations(registry, vintage)
    check_wards(codes, polygons, f"The wards in {path.name}")
    checks.check_populations(codes, population.index, f"The wards in {path.name}")
    entry = registry.entry(path.name)
    wards = _ward_frame(codes, names, polygons, population)
    wards.attrs = {
        "vintage": vintage,
        "in_force_from": IN_FORCE[vintage].first,
        "in_force_to": IN_FORCE[vintage].last,
        "attribution": entry.attribution,
        "licence": entry.licence,
        "source": entry.source,
    }
    return wards


def read_ward_file(path: Path) -> tuple[list[str], list[str], NDArray[np.object_]]:
    """Read codes, names and polygons (EPSG:27700) of a GeoJSON file of wards.

    Raises
    ------
    DataIntegrityError
        The file is not a GeoJSON collection of features with ``code`` and ``name``.
    """
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        properties = [feature["properties"] for feature in features]
        codes = [str(each["code"]) for each in properties]
        names = [str(each["name"]) for each in properties]
        return codes, names, polygons_in_bng(features)
    except (ValueError, KeyError, TypeError, shapely.errors.GEOSException) as error:
        msg = (
            f"{path} is not a GeoJSON file of wards with code and name ({error!r}); "
            "restore it from version control or give another file."
        )
        raise DataIntegrityError(msg) from error


def check_wards(codes: list[str], polygons: NDArray[np.object_], what: str) -> None:
    """Run the checks that need nothing but the wards themselves."""
    checks.check_codes(codes, what)
    checks.check_polygons(polygons, codes, what)
    checks.check_coverage(polygons, codes, what)


def _ward_frame(
    codes: list[str], names: list[str], polygons: NDArray[np.object_], population: pd.DataFrame
) -> gpd.GeoDataFrame:
    columns = {
        WARD_CODE: codes,
        WARD_NAME: names,
        POPULATION: population.loc[codes, POPULATION].to_numpy(np.int64),
        POPULATION_YEAR: population.loc[codes, POPULATION_YEAR].to_numpy(np.int64),
        AREA_KM2: shapely.area(polygons) / _M2_PER_KM2,
    }
    frame = gpd.GeoDataFrame(columns, geometry=polygons, crs=BNG)
    return frame.sort_values(WARD_CODE, ignore_index=True)


def ward_populations(registry: Registry, vintage: Vintage) -> pd.DataFrame:
    """Read residents by ward of a vintage: indexed by code, ``population``, ``population_year``."""
    table = pd.read_csv(registry.path(POPULATION_FILE), dtype={"vintage": str})
    table = table.rename(columns={"year": POPULATION_YEAR})
    return table[table["vintage"] == vintage].set_index(WARD_CODE)


def _land(wards: gpd.GeoDataFrame) -> BaseGeometry:
    return checks.land_of(wards[GEOMETRY].to_numpy())


@cache
def places_in(folder: Path) -> gpd.GeoDataFrame:
    """Read the places in a data folder; shared, so copy before changing."""
    registry = Registry(folder)
    path = registry.path(PLACES_FILE)
    table = pd.read_csv(path)
    if (repeated := table[PLACE_NAME][table[PLACE_NAME].duplicated()]).size:
        msg = (
            f"{path.name}: {repeated.size} names occur twice, the first "
            f"{repeated.iloc[0]!r}; make them differ."
        )
        raise DataIntegrityError(msg)
    points = shapely.points(to_bng(table["longitude"], table["latitude"]))
    columns = table[[PLACE_NAME, PLACE_KIND, PLACE_ACCURACY, PLACE_SOURCE]]
    places = gpd.GeoDataFrame(columns, geometry=points, crs=BNG)
    places.attrs = {"attribution": registry.entry(path.name).attribution}
    return places
