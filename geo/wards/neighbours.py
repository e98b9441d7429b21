"""The wards around a ward: those with which it shares a border of some length, and their figures.

Wards that meet in a corner only are no neighbours here: nobody walks from one into the other. The
tests of :mod:`geo.wards.clusters` count corners, too, as is usual there.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

import boundaries
from boundaries.columns import WARD_CODE, WARD_NAME
from boundaries.errors import ParameterError
from boundaries.vintages import Vintage, check_vintage
from geo.analysis import analysis
from geo.params import Params
from geo.record import make_record
from geo.result import Result
from geo.schema import Incidents
from geo.selection import Selection
from geo.wards.counts import ward_measure
from geo.wards.table import WardParams, ward_values
from geo.wards.warnings import missing_months, ward_warnings

BORDER_KM = "border_km"
BORDER_SHARE = "border_share_pct"
COUNT = "count"
RATE = "rate"
NEIGHBOUR_COLUMNS = (WARD_CODE, WARD_NAME, BORDER_KM, BORDER_SHARE, COUNT, RATE)

_LEAST_BORDER_M = 1.0
"""Less is a corner: positions are good to about a metre."""


@dataclass(frozen=True)
class NeighbourParams(Params):
    """Whose neighbours: a ward's code, and its vintage."""

    ward: str
    vintage: Vintage = "2022"

    def __post_init__(self) -> None:
        super().__post_init__()
        check_vintage(self.vintage)
        known = boundaries.load_wards(self.vintage)[WARD_CODE]
        if self.ward not in set(known):
            msg = (
                f"{self.ward!r} is not the code of a ward of {self.vintage}; "
                f"use one from {known.min()} to {known.max()}."
            )
            raise ParameterError(msg)


@lru_cache(maxsize=2)
def shared_borders_m(vintage: Vintage) -> NDArray[np.float64]:
    """Measure the border that each pair of wards shares, (wards, wards), in metres."""
    outlines = shapely.boundary(boundaries.load_wards(vintage).geometry.to_numpy(object))
    n = len(outlines)
    one, other = np.triu_indices(n, k=1)
    lengths = np.zeros((n, n))
    lengths[one, other] = shapely.length(shapely.intersection(outlines[one], outlines[other]))
    lengths += lengths.T
    lengths.flags.writeable = False
    return lengths


@analysis("ward_neighbours")
def ward_neighbours(incidents: Incidents, selection: Selection, params: NeighbourParams) -> Result:
    """List the neighbours of a ward with their figures.

    Parameters
    ----------
    incidents
        All incidents; the selection is applied here.

    Returns
    -------
    Frame with exactly the columns ``NEIGHBOUR_COLUMNS``, the longest shared border first.
    ``border_share_pct`` is of the ward's whole outline: what is missing to 100 is the edge of the
    borough. ``count`` are incidents, ``rate`` incidents per 1,000 residents, of the period as it
    is.
    """
    selected = selection.apply(incidents)
    found = ward_values(selected, WardParams(params.vintage))
    wards = found.wards
    ward = wards.index[wards[WARD_CODE] == params.ward][0]
    border = shared_borders_m(params.vintage)[ward]
    counts = found.matrix.sum(axis=1, keepdims=True)
    rates = ward_measure(counts, wards, "rate")[: len(wards), 0]
    frame = pd.DataFrame(
        {
            WARD_CODE: wards[WARD_CODE].to_numpy(object),
            WARD_NAME: wards[WARD_NAME].to_numpy(object),
            BORDER_KM: border / 1e3,
            BORDER_SHARE: 100 * border / wards.geometry.iloc[ward].length,
            COUNT: counts[: len(wards), 0].astype(np.int64),
            RATE: rates,
        }
    )
    near = frame[border >= _LEAST_BORDER_M]
    record = make_record(
        "ward_neighbours",
        params,
        selection,
        selected,
        found.location,
        rules={"neighbours": f"wards that share at least {_LEAST_BORDER_M:g} m of border"},
        warnings=(
            *ward_warnings(selected, wards, params.vintage, "rate"),
            *missing_months(selected),
        ),
    )
    return Result(near.sort_values(BORDER_KM, ascending=False, ignore_index=True), record)
