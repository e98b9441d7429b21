"""Slow and obvious versions of what the project computes fast; used only by tests."""

import math
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
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


def pairs_one_by_one(
    one: pd.DataFrame, other: pd.DataFrame, distance_m: float, days: int, months: bool
) -> list[tuple[str, str, str, str]]:
    """List the pairs that may be the same event: each incident beside each, rule by rule."""
    return [
        (a.source, a.incident_id, b.source, b.incident_id)
        for a in one.itertuples()
        for b in other.itertuples()
        if a.source != b.source
        and _same_time(a, b, days, months)
        and _same_place(a, b, distance_m)
        and _same_type(a, b)
    ]


def _same_time(a: Any, b: Any, days: int, months: bool) -> bool:
    possible = [_possible_days(each, days) for each in (a, b)]
    if all(possible):
        return bool(possible[0] & possible[1])
    return months and f"{a.occurred:%Y-%m}" == f"{b.occurred:%Y-%m}"


def _possible_days(row: Any, days: int) -> set[date]:
    if row.time_precision == "month":
        return set()
    last = row.occurred if pd.isna(row.occurred_end) else row.occurred_end
    length = (last.date() - row.occurred.date()).days + 1
    span = {row.occurred.date() + timedelta(days=n) for n in range(length)}
    return span if length <= days else set()


def _same_place(a: Any, b: Any, distance_m: float) -> bool:
    apart = math.dist((a.easting, a.northing), (b.easting, b.northing))
    if not math.isnan(apart):
        return round(apart, 3) <= distance_m
    victims = [str(each.victim_ref).lower() for each in (a, b)]
    return victims[0] == victims[1] and victims[0] not in ("nan", "none", "not known")


def _same_type(a: Any, b: Any) -> bool:
    words = [each.category.strip(" .").lower() for each in (a, b)]
    strands = [{s for s in a._fields if s.startswith("strand_") and getattr(e, s)} for e in (a, b)]
    return words[0] == words[1] or "not stated" in words or bool(strands[0] & strands[1])
