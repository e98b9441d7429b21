"""Incidents by month, quarter or year, each beside the same one a year before.

Beside a year before, because months and quarters have their season. Never across a break in the
series, and never between a whole period and a part of one.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geo.analysis import analysis
from geo.change.count_change import (
    CHANGE_HIGH_PERCENT,
    CHANGE_LOW_PERCENT,
    CHANGE_PERCENT,
    P_CORRECTED,
    P_VALUE,
    SIGNIFICANCE,
    ChangeParams,
    Counted,
    changes_of_some,
)
from geo.params import Params, choice, number
from geo.record import make_record
from geo.remember import remembered
from geo.result import Result
from geo.schema import Incidents
from geo.selection import Selection
from geo.series_break import break_warnings
from geo.significance import CORRECTIONS, Correction
from geo.trends.trend_periods import (
    PERIODS_A_YEAR,
    TREND_UNITS,
    TrendPeriods,
    TrendUnit,
    trend_periods,
)
from geo.wards.join import locate
from geo.wards.table import PERIOD
from geo.wards.warnings import cut_months, missing_months

INCIDENTS = "incidents"
DAYS = "days"
DAYS_COVERED = "days_covered"
COVERAGE = "coverage"
SERIES = "series"
YEAR_BEFORE = "year_before"
INCIDENTS_YEAR_BEFORE = "incidents_year_before"
WHY_NOT = "why_not_compared"
PERIOD_COLUMNS = (PERIOD, INCIDENTS, DAYS, DAYS_COVERED, COVERAGE, SERIES)
COUNT_COLUMNS = (
    *PERIOD_COLUMNS,
    YEAR_BEFORE,
    INCIDENTS_YEAR_BEFORE,
    CHANGE_PERCENT,
    CHANGE_LOW_PERCENT,
    CHANGE_HIGH_PERCENT,
    P_VALUE,
    P_CORRECTED,
    SIGNIFICANCE,
    WHY_NOT,
)
_NO_YEAR_BEFORE = "the data does not go back a year"


@dataclass(frozen=True)
class TrendParams(Params):
    """The periods that are counted, and how a change is tested."""

    unit: TrendUnit = choice(
        "fy",
        options=TREND_UNITS,
        label="Counted by",
        help="A change is always from the same period a year before.",
    )
    correction: Correction = choice(
        "benjamini-hochberg",
        options=CORRECTIONS,
        label="Correction for many periods",
        help="With many periods tested at once, some change by luck.",
    )
    confidence_pct: float = number(
        95,
        low=80,
        high=99.9,
        step=0.1,
        unit="%",
        label="Confidence of the interval",
        help="Share of such intervals, at least, that hold the true change.",
    )


@remembered(6)
@analysis("counts_over_time")
def counts_over_time(incidents: Incidents, selection: Selection, params: TrendParams) -> Result:
    """Count the selected incidents of each period, and test its change from the year before.

    Parameters
    ----------
    incidents
        All that were read: they say which time the data covers.

    Returns
    -------
    Frame with the columns ``COUNT_COLUMNS``, one row per period in order and without gaps. Where
    nothing can be compared the change is NaN, and ``why_not_compared`` says why. Changes are of
    incidents per covered day, so that 29 February makes no rise.
    """
    selected = selection.apply(incidents)
    periods = trend_periods(incidents, selection, params.unit)
    record = make_record(
        "counts_over_time",
        params,
        selection,
        selected,
        locate(selected, "2022"),
        rules={"change": "from the same period a year before, per covered day; E-test"},
        warnings=[
            *break_warnings(selected),
            *missing_months(incidents),
            *cut_months(incidents, selection),
        ],
    )
    frame = period_frame(periods).assign(**_changes(periods, params))
    return Result(frame[list(COUNT_COLUMNS)], record)


def period_frame(periods: TrendPeriods) -> pd.DataFrame:
    """Give a row per period, ``PERIOD_COLUMNS``."""
    return pd.DataFrame(
        {
            PERIOD: pd.Series(periods.labels, dtype="str"),
            INCIDENTS: periods.counts(),
            DAYS: periods.days,
            DAYS_COVERED: periods.covered,
            COVERAGE: periods.coverage,
            SERIES: periods.series,
        }
    )


def _changes(periods: TrendPeriods, params: TrendParams) -> dict[str, Any]:
    n, back = len(periods.labels), PERIODS_A_YEAR[params.unit]
    counts = periods.counts()
    why = [_NO_YEAR_BEFORE if i < back else periods.why_not(i - back, i) for i in range(n)]
    at = np.array([i for i, reason in enumerate(why) if not reason], np.intp)
    values, days = counts.astype(np.float64), periods.covered.astype(np.float64)
    counted = Counted(values[at - back], values[at], days[at - back], days[at])
    how = ChangeParams(correction=params.correction, confidence_pct=params.confidence_pct)
    earlier = np.arange(n) - back
    return {
        YEAR_BEFORE: pd.Series([periods.labels[i] if i >= 0 else "" for i in earlier], dtype="str"),
        INCIDENTS_YEAR_BEFORE: pd.array(
            [int(counts[i]) if i >= 0 else None for i in earlier], dtype="Int64"
        ),
        **changes_of_some(counted, at, n, how),
        WHY_NOT: pd.Series(why, dtype="str"),
    }
