"""What the hotspots of a period had before it, and whether their last weeks are unusual for them.

The last weeks of the period are held against the year just before these weeks in the same outline:
what is usual there, not what is usual in the borough. A year of whole weeks has each day of the
week and each season once.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from boundaries.errors import ParameterError
from boundaries.vintages import Vintage
from geo.analysis import analysis
from geo.change.count_change import P_CORRECTED as P_CORRECTED  # noqa: PLC0414 - of this table too
from geo.change.count_change import P_VALUE as P_VALUE  # noqa: PLC0414
from geo.change.count_change import SIGNIFICANCE as SIGNIFICANCE  # noqa: PLC0414
from geo.change.count_change import ChangeParams, Counted, change_tests
from geo.change.exposure import DateSpan, days_covered
from geo.change.hotspot_change import counts_inside
from geo.hotspots.areas import MethodParams
from geo.hotspots.table import NAME, RANK, HotspotParams, find_hotspots
from geo.params import Params, number
from geo.record import make_record
from geo.result import Result
from geo.schema import TIME_PRECISION, Incidents
from geo.selection import Selection
from geo.series_break import NEW_SERIES, break_lies_within
from geo.significance import correction_in_words
from geo.sites import LocatedIncidents, locate_selected
from geo.surfaces.density import INCIDENTS

BEFORE = "before"
LAST_WEEKS = "last_weeks"
PAST = "past"
EXPECTED = "expected"
HISTORY_COLUMNS = (
    RANK,
    NAME,
    INCIDENTS,
    BEFORE,
    LAST_WEEKS,
    PAST,
    EXPECTED,
    P_VALUE,
    P_CORRECTED,
    SIGNIFICANCE,
)

_WEEK = timedelta(weeks=1)
_LEAST_PAST_WEEKS = 12
_DAY = timedelta(days=1)
_CIRCULAR = (
    "The hotspots were found mostly in the last weeks, where they are at their highest, so these "
    "weeks are not tested against their past (regression to the mean)."
)


@dataclass(frozen=True)
class HistoryParams(Params):
    """Which weeks are held against which."""

    weeks: int = number(
        4,
        low=1,
        high=26,
        step=1,
        unit="weeks",
        label="Last weeks",
        help="The last weeks of the period, held against the past of each hotspot.",
    )
    past_weeks: int = number(
        52,
        low=_LEAST_PAST_WEEKS,
        high=260,
        step=1,
        unit="weeks",
        label="Past",
        help="The weeks just before, which say what is usual; fewer where the data is shorter.",
    )


_DEFAULTS = HistoryParams()
_HOTSPOTS = HotspotParams()


@analysis("hotspot_history")
def hotspot_history(
    incidents: Incidents,
    selection: Selection,
    params: MethodParams,
    *,
    before: DateSpan | None = None,
    history_params: HistoryParams = _DEFAULTS,
    hotspot_params: HotspotParams = _HOTSPOTS,
    vintage: Vintage = "2022",
) -> Result:
    """Count an earlier time and the last weeks in the outlines of a period's hotspots.

    Parameters
    ----------
    selection
        Hotspots are those of :func:`geo.hotspots.table.find_hotspots` for it. The earlier time,
        the last weeks and their past are of the same kind of incidents, whatever its dates.
    before
        An earlier time; None where there is none to compare.

    Returns
    -------
    Frame with ``HISTORY_COLUMNS``, one row per hotspot in the order of rank. ``before`` are the
    incidents in the outline in that time, NaN without one. ``last_weeks`` and ``past`` are those of
    the last weeks up to the end of the selection or of the data, and of the weeks before them;
    ``expected`` is what the past would give in the last weeks. They are tested by the E-test and
    corrected for all hotspots together; NaN and ``not tested`` where the day of incidents is not
    known, or the past is shorter than twelve weeks. Where the last weeks are most of the selection
    they are not tested either: hotspots were found where they are at their highest (regression to
    the mean). The past ends at the break of the Metropolitan Police's series. The record is about
    the incidents of the selection.

    Raises
    ------
    ParameterError
        The earlier time shares days with the selection, or lies across the break of the series.
    """
    found = find_hotspots(
        incidents, selection, params, hotspot_params=hotspot_params, vintage=vintage
    )
    _check(selection, before)
    outlines = found.frame.geometry.to_numpy()
    at_all_times = replace(selection, start=None, end=None)
    located = locate_selected(incidents, at_all_times)
    earlier = np.full(len(outlines), np.nan)
    if before is not None:
        earlier = counts_inside(outlines, located, before)
    weeks = _weeks_of(incidents, at_all_times, selection, history_params)
    is_circular = weeks is not None and _is_circular(weeks.last, selection)
    frame = pd.DataFrame(
        {
            RANK: found.frame[RANK],
            NAME: found.frame[NAME],
            INCIDENTS: found.frame[INCIDENTS].astype(np.int64),
            BEFORE: earlier,
            **_last_weeks(outlines, located, weeks, is_tested=not is_circular),
        }
    )
    record = make_record(
        "hotspot history",
        {
            **found.record.params,
            **history_params.as_dict(),
            "before": str(before) if before else None,
            "last": str(weeks.last) if weeks else None,
            "past": str(weeks.past) if weeks else None,
        },
        selection,
        selection.apply(incidents),
        locate_selected(incidents, selection).location,
        {
            EXPECTED: "incidents of the past per day covered, times the days of the last weeks",
            "significance": (
                "E-test of two Poisson counts over the days covered, two-sided, "
                f"{correction_in_words('benjamini-hochberg', len(outlines))}"
            ),
        },
        [*found.record.warnings, *([_CIRCULAR] if is_circular and len(outlines) else [])],
    )
    return Result(frame, record)


def _is_circular(last: DateSpan, selection: Selection) -> bool:
    """Say whether the last weeks are most of the time in which the hotspots were found."""
    if selection.start is None or selection.start > last.last:
        return False
    return 2 * last.n_days > (last.last - selection.start).days + 1


def _check(selection: Selection, before: DateSpan | None) -> None:
    if before is None:
        return
    if selection.start is not None and before.last >= selection.start:
        msg = f"{before} does not end before {selection.start}, when the selection starts."
        raise ParameterError(msg)
    if selection.end is not None and break_lies_within(before.first, selection.end):
        msg = (
            f"{before} and the time to {selection.end} lie across the break of the series; leave "
            "the earlier time out."
        )
        raise ParameterError(msg)


@dataclass(frozen=True, eq=False)
class _Weeks:
    """The last weeks, their past, and how many days the data covers of each."""

    last: DateSpan
    past: DateSpan
    days_last: float
    days_past: float


def _weeks_of(
    incidents: Incidents, at_all_times: Selection, selection: Selection, params: HistoryParams
) -> _Weeks | None:
    """Lay the weeks; None where days are not known or the past is too short."""
    if incidents.span is None or (incidents.frame[TIME_PRECISION] == "month").any():
        return None
    end = min(selection.end or date.max, incidents.span[1].date())
    last = DateSpan(end - params.weeks * _WEEK + _DAY, end)
    start = max(last.first - params.past_weeks * _WEEK, incidents.span[0].date())
    if break_lies_within(start, end):
        start = NEW_SERIES
    if start > last.first - _LEAST_PAST_WEEKS * _WEEK:
        return None
    past = DateSpan(start, last.first - _DAY)
    covered = days_covered(incidents, at_all_times)
    days_last, days_past = float(last.count(covered)), float(past.count(covered))
    return _Weeks(last, past, days_last, days_past) if days_last and days_past else None


def _last_weeks(
    outlines: NDArray[np.object_],
    located: LocatedIncidents,
    weeks: _Weeks | None,
    *,
    is_tested: bool,
) -> dict[str, NDArray[Any]]:
    n = len(outlines)
    if weeks is None:
        nothing = np.full(n, np.nan)
        columns = (LAST_WEEKS, PAST, EXPECTED, P_VALUE, P_CORRECTED)
        return {**dict.fromkeys(columns, nothing), SIGNIFICANCE: np.full(n, "not tested", object)}
    last, past = (counts_inside(outlines, located, span) for span in (weeks.last, weeks.past))
    counted = Counted(past, last, weeks.days_past, weeks.days_last)
    tests = change_tests(counted, ChangeParams(), np.full(n, is_tested))
    return {
        LAST_WEEKS: last,
        PAST: past,
        EXPECTED: past * weeks.days_last / weeks.days_past,
        **{name: tests[name] for name in (P_VALUE, P_CORRECTED, SIGNIFICANCE)},
    }
