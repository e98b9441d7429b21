"""Ward statistics as a table: a value for each ward and period."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

import boundaries
from boundaries.columns import WARD_CODE, WARD_NAME
from boundaries.errors import ParameterError
from boundaries.vintages import Vintage, check_vintage
from geo.analysis import analysis
from geo.params import Params
from geo.periods import UNITS, Periods, PeriodUnit, periods_of
from geo.record import make_record
from geo.result import Result
from geo.schema import Incidents
from geo.selection import Selection
from geo.wards.counts import Measure, check_measure, count_by_ward, ward_measure
from geo.wards.join import Location, locate
from geo.wards.warnings import missing_months, ward_warnings

PERIOD = "period"
VALUE = "value"
TABLE_COLUMNS = (WARD_CODE, WARD_NAME, PERIOD, VALUE)

EXTRA_ROWS = {"outside": "Outside the borough", "not_located": "Not located"}
"""Code and name of the two rows after the wards."""


@dataclass(frozen=True)
class WardParams(Params):
    """Which wards, cut into which periods, measured how."""

    vintage: Vintage = "2022"
    period: PeriodUnit = "all"
    measure: Measure = "count"

    def __post_init__(self) -> None:
        super().__post_init__()
        check_vintage(self.vintage)
        check_measure(self.measure)
        if self.period not in UNITS:
            msg = f"Period {self.period!r} is not known; use one of {', '.join(UNITS)}."
            raise ParameterError(msg)


@dataclass(frozen=True, eq=False)
class WardValues:
    """A measure by ward and period as a matrix, and what it was made of.

    Attributes
    ----------
    wards
        One row per ward in order of code.
    labels
        The periods in order, ``not known`` last when any incident's time is too vague.
    matrix
        Shape (number of wards + 2, number of labels): the wards, outside, not located.
    location, periods
        Ward and period of every incident.
    """

    wards: gpd.GeoDataFrame
    labels: tuple[str, ...]
    matrix: NDArray[np.float64]
    location: Location
    periods: Periods


def ward_values(selected: Incidents, params: WardParams) -> WardValues:
    """Measure every ward and period; ``selected`` are the incidents to count."""
    wards = boundaries.load_wards(params.vintage)
    location = locate(selected, params.vintage)
    periods = periods_of(selected, params.period)
    counts, labels = count_by_ward(location, periods, len(wards))
    matrix = ward_measure(counts, wards, params.measure)
    return WardValues(wards, labels, matrix, location, periods)


def row_names(wards: gpd.GeoDataFrame) -> dict[str, list[str]]:
    """Give code and name of every row: the wards, outside, not located."""
    return {
        WARD_CODE: [*wards[WARD_CODE], *EXTRA_ROWS],
        WARD_NAME: [*wards[WARD_NAME], *EXTRA_ROWS.values()],
    }


@analysis("ward_table")
def ward_table(incidents: Incidents, selection: Selection, params: WardParams) -> Result:
    """Tabulate a measure by ward and period.

    Parameters
    ----------
    incidents
        All incidents; the selection is applied here.

    Returns
    -------
    Frame with exactly the columns ``TABLE_COLUMNS``, one row per ward and period: wards by code,
    then ``outside`` and ``not_located``; within each the periods in order, ``not known`` last
    when any incident's time is too vague for the unit. ``value`` is whole for counts, and else as
    :func:`geo.wards.counts.ward_measure` defines it. Counts add up to the number of incidents.
    """
    selected = selection.apply(incidents)
    found = ward_values(selected, params)
    values = found.matrix.astype(np.int64) if params.measure == "count" else found.matrix
    rows = {name: np.repeat(v, len(found.labels)) for name, v in row_names(found.wards).items()}
    periods = np.tile(np.array(found.labels, dtype=object), len(values))
    frame = pd.DataFrame({**rows, PERIOD: periods, VALUE: values.ravel()})
    record = make_record(
        "ward_table",
        params,
        selection,
        selected,
        found.location,
        warnings=(
            *ward_warnings(selected, found.wards, params.vintage, params.measure),
            *missing_months(selected),
        ),
    )
    return Result(frame, record)
