"""When incidents happen: by hour of the week, weekday, hour, shift, and month of the year.

Spans of time are spread over the hours in which they may lie (aoristic analysis, Ratcliffe 2000;
see :mod:`geo.times.aoristic`), so counts are expected ones and need not be whole. Every table ends
with a row for the times that are not known and adds up to the number of selected incidents.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.analysis import analysis
from geo.change.given_area import GivenArea
from geo.params import Params, choice
from geo.periods import NOT_KNOWN, WEEKDAYS
from geo.record import make_record
from geo.remember import remembered
from geo.result import Result
from geo.schema import OCCURRED, OCCURRED_END, TIME_PRECISION, Incidents
from geo.selection import Selection
from geo.series_break import break_warnings
from geo.times.aoristic import column_sums, hour_of_week_weights, weekday_weights
from geo.times.busiest import DAYS, HOURS, PEAK_RULE, Peak, busiest_runs
from geo.times.month_profile import INCIDENTS, SHARE, month_profile
from geo.times.shifts import (
    DEFAULT_SHIFTS,
    Shift,
    begun_the_day_before,
    check_shifts,
    shift_of_hours,
)
from geo.wards.join import locate
from geo.wards.warnings import cut_months, missing_months

WEEKDAY = "weekday"
HOUR = "hour"
SHIFT = "shift"
SHIFT_HOURS = "shift_hours"
PER_HOUR = "incidents_per_hour"

HOUR_OF_WEEK_COLUMNS = (WEEKDAY, HOUR, INCIDENTS, SHARE)
WEEKDAY_COLUMNS = (WEEKDAY, INCIDENTS, SHARE)
HOUR_COLUMNS = (HOUR, INCIDENTS, SHARE)
SHIFT_COLUMNS = (SHIFT, SHIFT_HOURS, INCIDENTS, SHARE, PER_HOUR)
SHIFT_OF_WEEK_COLUMNS = (WEEKDAY, SHIFT, INCIDENTS, SHARE)

_HOURS = tuple(f"{hour:02d}:00" for hour in range(24))
_LONG_SPAN = np.timedelta64(1, "D")
_MANY = 0.1
"""Share of the times from which something odd about them is said."""


@dataclass(frozen=True)
class WhenParams(Params):
    """What to do with spans of time, and the shifts."""

    method: Literal["aoristic", "start"] = choice(
        "aoristic",
        options={
            "aoristic": "a span counts in every hour it may have happened in, 1 in all",
            "start": "a span counts where it starts",
        },
        label="Spans of time",
        help="Without an end every incident counts where it starts.",
    )
    shifts: tuple[Shift, ...] = DEFAULT_SHIFTS

    def __post_init__(self) -> None:
        super().__post_init__()
        check_shifts(self.shifts)


@dataclass(frozen=True, eq=False)
class WhenResult(Result):
    """Profiles of time; ``frame`` has the hours of the week, ``HOUR_OF_WEEK_COLUMNS``.

    Every table has ``incidents`` (sums of weights) and ``share`` in % of those whose time is
    known, and ends with a row ``not known``, whose share is NaN.

    Attributes
    ----------
    weekdays, hours
        7 and 24 rows and the last; columns ``WEEKDAY_COLUMNS`` and ``HOUR_COLUMNS``. Days are
        known more often than hours.
    shifts
        A row per shift, with incidents per hour of its length: ``SHIFT_COLUMNS``.
    shifts_of_week
        A row per weekday and shift, ``SHIFT_OF_WEEK_COLUMNS``. A shift that goes over midnight
        belongs to the day on which it begins, so all of Friday night is Friday's.
    months
        Months of the year, ``geo.times.month_profile.MONTH_COLUMNS``; per month that the data
        covers, so that incomplete years do not mislead.
    hour_of_week
        Shape (7, 24): incidents by weekday, Monday first, and hour.
    unknown_hours, unknown_weekdays
        Incidents whose hour, or whose weekday, is not known.
    spans
        Incidents that have a start and an end.
    peaks
        The busiest days and the busiest hours; missing where chance would do as well.
    """

    weekdays: pd.DataFrame
    hours: pd.DataFrame
    shifts: pd.DataFrame
    shifts_of_week: pd.DataFrame
    months: pd.DataFrame
    hour_of_week: NDArray[np.float64]
    unknown_hours: int
    unknown_weekdays: int
    spans: int
    peaks: tuple[Peak, ...]

    @property
    def busiest(self) -> tuple[str, ...]:
        """The busiest days and hours in sentences; nothing where chance would do as well."""
        return tuple(
            f"Busiest {peak.of}: {peak.in_words}, with {peak.share:.0%} of the known times where "
            f"evenly spread ones would have {peak.even_share:.0%}."
            for peak in self.peaks
        )


@remembered(4)
@analysis("when")
def when(
    incidents: Incidents,
    selection: Selection,
    params: WhenParams,
    *,
    area: GivenArea | None = None,
) -> WhenResult:
    """Say when the selected incidents happen.

    Times are those of the clock on the wall in London. An incident of which the day only is known
    counts for its weekday and not for any hour; of a month only, for neither.

    Parameters
    ----------
    incidents
        All that were read: from the first to the last month of these, the data is taken to be
        complete.
    selection
        Which of them to count.
    area
        Count only those in it, its outline included; None counts all of them.

    Raises
    ------
    ParameterError
        The area is no land.
    """
    selected = _inside(selection.apply(incidents), area)
    timed = selected if params.method == "aoristic" else _starts_only(selected)
    cube = column_sums(hour_of_week_weights(timed)).reshape(7, 24)
    days = column_sums(weekday_weights(timed))
    n = len(selected)
    record = make_record(
        "when",
        params.as_dict() | ({} if area is None else {"area": asdict(area)}),
        selection,
        selected,
        locate(selected, "2022"),
        rules={"spans": _spans_in_words(selected, params.method), "busiest": PEAK_RULE},
        warnings=[
            *_warnings(timed, n - cube.sum(), n - days.sum()),
            *break_warnings(selected),
            *missing_months(incidents),
            *cut_months(incidents, selection),
        ],
    )
    return WhenResult(
        frame=_table({WEEKDAY: np.repeat(WEEKDAYS, 24), HOUR: _HOURS * 7}, cube.ravel(), n),
        record=record,
        weekdays=_table({WEEKDAY: WEEKDAYS}, days, n),
        hours=_table({HOUR: _HOURS}, cube.sum(axis=0), n),
        shifts=_shift_table(cube.sum(axis=0), params.shifts, n),
        shifts_of_week=_shift_week_table(cube, params.shifts, n),
        months=month_profile(incidents, selected, selection),
        hour_of_week=cube,
        unknown_hours=round(n - cube.sum()),
        unknown_weekdays=round(n - days.sum()),
        spans=_n_spans(selected),
        peaks=tuple(_peaks(days, cube.sum(axis=0))),
    )


def _inside(incidents: Incidents, area: GivenArea | None) -> Incidents:
    if area is None:
        return incidents
    land = area.land()
    shapely.prepare(land)
    return incidents.take(shapely.intersects_xy(land, incidents.easting, incidents.northing))


def _starts_only(incidents: Incidents) -> Incidents:
    if OCCURRED_END not in incidents.frame:
        return incidents
    return Incidents(incidents.frame.drop(columns=OCCURRED_END))


def _table(labels: dict[str, object], weights: NDArray[np.float64], n: int) -> pd.DataFrame:
    """Put counts and shares beside their labels, and the unknown below them."""
    known = weights.sum()
    frame = pd.DataFrame({name: list(values) for name, values in labels.items()})  # type: ignore[call-overload]
    frame[INCIDENTS] = weights
    frame[SHARE] = 100 * weights / known if known else np.nan
    last = dict.fromkeys(labels, NOT_KNOWN) | {INCIDENTS: float(round(n - known)), SHARE: np.nan}
    return pd.concat([frame, pd.DataFrame([last])], ignore_index=True)


def _shift_table(by_hour: NDArray[np.float64], shifts: tuple[Shift, ...], n: int) -> pd.DataFrame:
    of_hour = shift_of_hours(shifts)
    totals = np.array([by_hour[of_hour == i].sum() for i in range(len(shifts))])
    names, hours = [shift.name for shift in shifts], [shift.in_words() for shift in shifts]
    table = _table({SHIFT: names, SHIFT_HOURS: hours}, totals, n)
    table[PER_HOUR] = [*(totals / [len(shift.hours) for shift in shifts]), np.nan]
    return table


def _shift_week_table(cube: NDArray[np.float64], shifts: tuple[Shift, ...], n: int) -> pd.DataFrame:
    early = begun_the_day_before(shifts)
    begun = np.where(early, np.roll(cube, -1, axis=0), cube)
    of_hour = shift_of_hours(shifts)
    totals = np.stack([begun[:, of_hour == i].sum(axis=1) for i in range(len(shifts))], axis=1)
    names = [shift.name for shift in shifts]
    labels = {WEEKDAY: np.repeat(WEEKDAYS, len(shifts)), SHIFT: names * 7}
    return _table(labels, totals.ravel(), n)


def _peaks(days: NDArray[np.float64], hours: NDArray[np.float64]) -> Iterator[Peak]:
    for of, weights in ((DAYS, days), (HOURS, hours)):
        (start,), (length,) = busiest_runs(weights[np.newaxis])
        if length:
            run = np.arange(start, start + length) % len(weights)
            share = weights[run].sum() / weights.sum()
            yield Peak(of, int(start), int(length), float(share), float(length / len(weights)))


def _spans_in_words(incidents: Incidents, method: str) -> str:
    n = _n_spans(incidents)
    how = "spread evenly over its hours" if method == "aoristic" else "counted where it starts"
    return f"{n:,} of {len(incidents):,} incidents have a span, {how}"


def _n_spans(incidents: Incidents) -> int:
    return int((_lengths(incidents) > np.timedelta64(0)).sum())


def _lengths(incidents: Incidents) -> NDArray[np.timedelta64]:
    """Give the length of each span, NaT where there is no end."""
    if OCCURRED_END not in incidents.frame:
        return np.full(len(incidents), np.timedelta64("NaT", "us"))
    return (incidents.frame[OCCURRED_END] - incidents.frame[OCCURRED]).to_numpy()


def _warnings(incidents: Incidents, no_hour: float, no_day: float) -> Iterator[str]:
    n = len(incidents)
    if n == 0:
        yield "No incident is selected, so there is nothing to show."
        return
    if round(no_hour):
        yield (
            f"The hour of {round(no_hour):,} of {n:,} incidents is not known, and the weekday of "
            f"{round(no_day):,}; they are counted apart, and shares are of the known."
        )
    exact = incidents.frame[TIME_PRECISION] == "minute"
    midnight = exact & (incidents.frame[OCCURRED].dt.normalize() == incidents.frame[OCCURRED])
    if midnight.sum() > _MANY * exact.sum():
        yield (
            f"{int(midnight.sum()):,} of {int(exact.sum()):,} times are 00:00 exactly; many "
            "systems write that where the time is not known, so the first hour may be too high."
        )
    long = int((_lengths(incidents) > _LONG_SPAN).sum())
    if long > _MANY * n:
        yield (
            f"{long:,} of {n:,} incidents may have happened over more than a day; spread evenly, "
            "they hide the peaks of the day."
        )
