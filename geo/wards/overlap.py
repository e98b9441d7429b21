"""How a ward of one vintage lies on the wards of the other: land, residents and incidents."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

import boundaries
from boundaries.columns import (
    AREA_KM2,
    FROM_CODE,
    FROM_NAME,
    SHARE_BY_AREA,
    SHARE_BY_POPULATION,
    TO_CODE,
    TO_NAME,
    WARD_CODE,
)
from boundaries.errors import ParameterError
from boundaries.vintages import Vintage, check_vintage
from geo.analysis import analysis
from geo.params import Params
from geo.record import make_record
from geo.result import Result
from geo.schema import Incidents
from geo.selection import Selection
from geo.wards.join import locate

SHARE_OF_TO_BY_AREA = "share_of_to_by_area"
INCIDENTS = "incidents"
OVERLAP_COLUMNS = (
    FROM_CODE,
    FROM_NAME,
    TO_CODE,
    TO_NAME,
    AREA_KM2,
    SHARE_BY_AREA,
    SHARE_OF_TO_BY_AREA,
    SHARE_BY_POPULATION,
    INCIDENTS,
)


@dataclass(frozen=True)
class OverlapParams(Params):
    """From the wards of which vintage to those of which."""

    from_vintage: Vintage = "2002"
    to_vintage: Vintage = "2022"

    def __post_init__(self) -> None:
        super().__post_init__()
        if check_vintage(self.from_vintage) == check_vintage(self.to_vintage):
            msg = (
                f"Both vintages are {self.from_vintage!r}; a ward lies on itself. Give two "
                "different ones."
            )
            raise ParameterError(msg)


@analysis("ward_overlap")
def ward_overlap(incidents: Incidents, selection: Selection, params: OverlapParams) -> Result:
    """Say which land, residents and incidents each pair of old and new wards shares.

    Incidents are counted where they lie, in both vintages, and not spread by area.

    Parameters
    ----------
    incidents
        All incidents; the selection is applied here.

    Returns
    -------
    Frame with exactly the columns ``OVERLAP_COLUMNS``, one row per pair that shares land or
    incidents, by code, the largest share first. Shares are from 0 to 1: ``share_by_area`` of the
    land of the *from* ward, ``share_of_to_by_area`` of that of the *to* ward;
    ``share_by_population`` of the *from* ward's residents, NaN where the data cannot say it (see
    :func:`boundaries.crosswalk`). Where an incident lies within centimetres of a border the two
    vintages may draw it on either side; such a pair shares no land.
    """
    selected = selection.apply(incidents)
    source, target = locate(selected, params.from_vintage), locate(selected, params.to_vintage)
    codes = [
        boundaries.load_wards(vintage)[WARD_CODE].to_numpy(object)
        for vintage in (params.from_vintage, params.to_vintage)
    ]
    in_both = (source.positions >= 0) & (target.positions >= 0)
    counted = (
        pd.DataFrame(
            {
                FROM_CODE: codes[0][source.positions[in_both]],
                TO_CODE: codes[1][target.positions[in_both]],
            }
        )
        .value_counts()
        .rename(INCIDENTS)
        .reset_index()
    )
    frame = _land(params).merge(counted, how="outer", on=[FROM_CODE, TO_CODE])
    names = [
        dict(zip(wards[WARD_CODE], wards["ward_name"], strict=True))
        for wards in map(boundaries.load_wards, (params.from_vintage, params.to_vintage))
    ]
    frame[FROM_NAME], frame[TO_NAME] = (
        frame[FROM_CODE].map(names[0]),
        frame[TO_CODE].map(names[1]),
    )
    land = [AREA_KM2, SHARE_BY_AREA, SHARE_OF_TO_BY_AREA]
    frame[land] = frame[land].fillna(0.0)
    frame[INCIDENTS] = frame[INCIDENTS].fillna(0).astype(np.int64)
    ordered = frame.sort_values(
        [FROM_CODE, SHARE_BY_AREA, TO_CODE], ascending=[True, False, True], ignore_index=True
    )
    record = make_record(
        "ward_overlap",
        params,
        selection,
        selected,
        source,
        rules={INCIDENTS: "counted where they lie, on the wards of both vintages"},
    )
    return Result(ordered[list(OVERLAP_COLUMNS)], record)


def _land(params: OverlapParams) -> pd.DataFrame:
    """Give the crosswalk with the shares of both wards."""
    pairs = boundaries.crosswalk(params.from_vintage, params.to_vintage)
    whole = pairs.groupby(TO_CODE)[AREA_KM2].transform("sum")
    pairs[SHARE_OF_TO_BY_AREA] = pairs[AREA_KM2] / whole
    return pairs
