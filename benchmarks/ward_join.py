"""Points to wards: the raster look-up beside geopandas' join."""

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

import boundaries
from benchmarks.harness import Row, measured, side_by_side
from boundaries.columns import WARD_CODE
from geo.wards.join import PolygonLookup, ward_lookup

SIZES = (10_000, 100_000, 1_000_000)
LARGEST = 10_000_000
N_SNAP_POINTS = 3_000
TIMES_FASTER = 40
"""Goal from a million points on, stated before it was measured."""


def measure() -> Iterator[Row]:
    for vintage in boundaries.VINTAGES:
        wards, lookup = boundaries.load_wards(vintage), ward_lookup(vintage)
        for n in SIZES:
            for kind, (easting, northing) in _points(wards, n).items():
                case = f"{n:,} points {kind}, {vintage}"
                yield _row(case, wards, lookup, easting, northing)
        yield _making(wards, vintage)
    for kind, (easting, northing) in _points(wards, LARGEST).items():
        yield _row(f"{LARGEST:,} points {kind}, {vintage}", wards, lookup, easting, northing, 1)


def _making(wards: gpd.GeoDataFrame, vintage: str) -> Row:
    made = measured(lambda: PolygonLookup(wards, wards[WARD_CODE]), memory=True)
    return Row("make the look-up", vintage, made, note="once per vintage and process")


def _points(wards: gpd.GeoDataFrame, n: int) -> dict[str, tuple[NDArray, NDArray]]:
    """Points over the extent of the wards, a third of them outside: anywhere, and on few places."""
    rng = np.random.default_rng(n)
    west, south, east, north = wards.total_bounds
    scattered = rng.uniform(west, east, n), rng.uniform(south, north, n)
    place = rng.integers(0, N_SNAP_POINTS, n)
    snapped = tuple(values[:N_SNAP_POINTS].round()[place] for values in scattered)
    return {"scattered": scattered, f"on {N_SNAP_POINTS:,} places": snapped}


def _row(
    case: str,
    wards: gpd.GeoDataFrame,
    lookup: PolygonLookup,
    easting: NDArray,
    northing: NDArray,
    runs: int = 9,
) -> Row:
    n = len(easting)
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(easting, northing, crs=wards.crs))
    pairs = points.sjoin(wards, predicate="intersects")
    expected = np.full(n, -1)
    # Wards are in order of code, so the lowest row is the lowest code.
    np.minimum.at(expected.view(np.uint64), pairs.index, pairs["index_right"].to_numpy(np.uint64))
    differ = int(np.count_nonzero(lookup.positions(easting, northing) != expected))
    if differ:
        msg = f"{differ:,} of {n:,} points differ from geopandas' join; the figures are worthless."
        raise RuntimeError(msg)
    product, rival = side_by_side(
        lambda: lookup.positions(easting, northing),
        lambda: points.sjoin(wards, predicate="intersects"),
        runs=runs,
        memory=True,
    )
    return Row(
        "ward of each point",
        case,
        product,
        "geopandas.sjoin",
        rival,
        times_faster=TIMES_FASTER if n >= SIZES[-1] else None,
        note="identical",
    )
