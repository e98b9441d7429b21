"""Slow and obvious versions of what the project computes fast; used only by tests."""

from collections import Counter
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray


def positions_by_sjoin(
    polygons: gpd.GeoSeries, codes: Sequence[object], x: NDArray, y: NDArray
) -> NDArray:
    """Join points to polygons with geopandas; lowest code where several hold a point.

    -1 where no polygon does, -2 where a coordinate is missing.
    """
    frame = gpd.GeoDataFrame({"code": codes, "position": range(len(polygons))}, geometry=polygons)
    missing = np.isnan(x) | np.isnan(y)
    points = gpd.GeoDataFrame(
        {"point": np.flatnonzero(~missing)},
        geometry=gpd.points_from_xy(x[~missing], y[~missing], crs=polygons.crs),
    )
    pairs = points.sjoin(frame, predicate="intersects")
    lowest = pairs.sort_values(["code", "position"]).groupby("point")["position"].first()
    found = np.where(missing, -2, -1)
    found[lowest.index] = lowest
    return found


def count_one_by_one(
    positions: Sequence[int], periods: Sequence[int], n_wards: int, n_periods: int
) -> list[list[int]]:
    """Count by ward and period in a loop: the wards, then outside (-1), then not located (-2)."""
    counted = Counter(zip(positions, periods, strict=True))
    rows = [*range(n_wards), -1, -2]
    return [[counted[row, period] for period in range(n_periods)] for row in rows]
