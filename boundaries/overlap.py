"""How the wards of one vintage lie on those of another."""

from functools import cache

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from boundaries.columns import (
    AREA_KM2,
    FROM_CODE,
    FROM_NAME,
    GEOMETRY,
    SHARE_BY_AREA,
    SHARE_BY_POPULATION,
    TO_CODE,
    TO_NAME,
    WARD_CODE,
    WARD_NAME,
)
from boundaries.loading import load_wards

SLIVER_WIDTH_M = 3.0
"""Pieces narrower than this on average are where the same border was drawn twice: positions are
good to about 1.5 m on either side. The real pieces here are 4.7 m wide and wider on average,
the slivers at most 0.1 m."""

_COLUMNS = [FROM_CODE, FROM_NAME, TO_CODE, TO_NAME, SHARE_BY_AREA, SHARE_BY_POPULATION, AREA_KM2]


def crosswalk(from_vintage: str, to_vintage: str) -> pd.DataFrame:
    """Say which part of each ward of one vintage lies in which ward of another.

    Parameters
    ----------
    from_vintage, to_vintage
        ``"2002"`` or ``"2022"``; the same twice gives every ward onto itself.

    Returns
    -------
    DataFrame
        One row per pair of wards that share land, sorted by the codes: ``from_code``,
        ``from_name``, ``to_code``, ``to_name``; ``share_by_area``, the share of the *from* ward's
        area, which sums to 1 for each from ward; ``share_by_population``; ``area_km2``, the land
        shared, as measured.

    Raises
    ------
    ParameterError
        A vintage is not known.

    Notes
    -----
    Pieces less than ``SLIVER_WIDTH_M`` wide on average (twice the area by the perimeter) are
    dropped, and the shares by area made to sum to 1 again.

    ``share_by_population`` is 1 for a ward that lies in one ward only, and NaN otherwise: the
    residents of a *part* of a ward are not in the data, which has one total per ward, and for
    different years at that. Shares by area are no substitute where people live unevenly; whoever
    spreads residents by area should call it areal interpolation.
    """
    return _crosswalk(from_vintage, to_vintage).copy()


@cache
def _crosswalk(from_vintage: str, to_vintage: str) -> pd.DataFrame:
    source, target = load_wards(from_vintage), load_wards(to_vintage)
    land, other = source[GEOMETRY].to_numpy(), target[GEOMETRY].to_numpy()
    row, column = shapely.STRtree(other).query(land, predicate="intersects")
    area = _areas_without_slivers(shapely.intersection(land[row], other[column]))
    pairs = pd.DataFrame(
        {
            FROM_CODE: source[WARD_CODE].to_numpy()[row],
            FROM_NAME: source[WARD_NAME].to_numpy()[row],
            TO_CODE: target[WARD_CODE].to_numpy()[column],
            TO_NAME: target[WARD_NAME].to_numpy()[column],
            AREA_KM2: area / 1e6,
        }
    )
    pairs = pairs[area > 0].sort_values([FROM_CODE, TO_CODE], ignore_index=True)
    whole = pairs.groupby(FROM_CODE)[AREA_KM2].transform("sum")
    pairs[SHARE_BY_AREA] = pairs[AREA_KM2] / whole
    pairs[SHARE_BY_POPULATION] = np.where(pairs[AREA_KM2] == whole, 1.0, np.nan)
    return pairs[_COLUMNS]


def _areas_without_slivers(shapes: NDArray[np.object_]) -> NDArray[np.float64]:
    """Give each shape's area in m² without its narrow parts, shape (n,)."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    area, perimeter = shapely.area(parts), shapely.length(parts)
    wide = 2 * area > SLIVER_WIDTH_M * perimeter
    total = np.zeros(len(shapes))
    np.add.at(total, owner[wide], area[wide])
    return total
