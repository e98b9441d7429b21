"""How plans made the same way did: of the past before a date, tested on the weeks after it.

Hit rate and PAI as in :mod:`geo.evaluation.accuracy`: the part of the shift's incidents of the
test that lay in the areas, and that over the areas' part of the borough. Each incident counts with
the part of it that may have happened in the hours of the shift (aoristic weights). Beside each plan
stand plain ways to choose areas of the same size at the same date. Their squares, too, rest on as
many incidents and places as the plan asks for, but where it is said: others could not be handed
out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from boundaries.errors import ParameterError
from boundaries.vintages import Vintage
from geo.analysis import analysis
from geo.evaluation.accuracy import HIT_RATE, PAI
from geo.evaluation.intervals import mean_intervals
from geo.evaluation.rolling import Rolling, in_units, rolling_dates
from geo.evaluation.rolling_params import RollingParams
from geo.evaluation.table import (
    HIT_RATE_HIGH,
    HIT_RATE_LOW,
    METHOD,
    PAI_HIGH,
    PAI_LOW,
    TEST_FROM,
    TEST_TO,
)
from geo.patrol.choosing.chosen import choose_areas
from geo.patrol.expected.demand import Demand, demand_of
from geo.patrol.params import DemandParams, PatrolParams
from geo.patrol.tried.plan_tests import (
    BY_LOT,
    PLAN,
    TOP_SQUARES,
    TOP_WARDS,
    WAYS,
    PlanTest,
    Tester,
)
from geo.patrol.tried.track_params import TrackParams
from geo.progress import report
from geo.record import make_record
from geo.remember import remembered
from geo.result import Result
from geo.schema import Incidents
from geo.selection import Selection
from geo.sites import locate_selected
from geo.surfaces.density import INCIDENTS

__all__ = [
    "AHEAD",
    "AHEAD_HIGH",
    "AHEAD_LOW",
    "AREAS",
    "AREA_PERCENT",
    "BY_LOT",
    "PLAN",
    "TOP_SQUARES",
    "TOP_WARDS",
    "TRACK_COLUMNS",
    "TRACK_DATE_COLUMNS",
    "WAYS",
    "TrackParams",
    "TrackRecordResult",
    "track_record",
]

Floats = NDArray[np.float64]

AREAS = "areas"
AREA_PERCENT = "area_percent"
AHEAD, AHEAD_LOW, AHEAD_HIGH = "plan_ahead", "plan_ahead_low", "plan_ahead_high"
TRACK_COLUMNS = (
    METHOD,
    AREA_PERCENT,
    HIT_RATE,
    HIT_RATE_LOW,
    HIT_RATE_HIGH,
    PAI,
    PAI_LOW,
    PAI_HIGH,
    AHEAD,
    AHEAD_LOW,
    AHEAD_HIGH,
)
TRACK_DATE_COLUMNS = (
    TEST_FROM, TEST_TO, METHOD, AREAS, AREA_PERCENT, INCIDENTS, HIT_RATE, PAI
)  # fmt: skip

_FEW_DATES = 5
_FEW_INCIDENTS = 20


@dataclass(frozen=True, eq=False)
class TrackRecordResult(Result):
    """How plans did; ``frame`` has one row for each of ``WAYS`` with ``TRACK_COLUMNS``.

    Attributes
    ----------
    dates
        One row per way and date with the columns ``TRACK_DATE_COLUMNS``.
    """

    dates: pd.DataFrame

    def in_words(self) -> str:
        """Say how plans did, beside what, and whether the lead is clear."""
        return _summary(self.frame, self.record.params)


@remembered(4)
@analysis("track record of plans")
def track_record(
    incidents: Incidents,
    selection: Selection,
    params: PatrolParams,
    demand_params: DemandParams,
    track: TrackParams,
    *,
    vintage: Vintage,
) -> TrackRecordResult:
    """Make plans at the last dates and test each on the weeks that followed.

    Walking is along straight lines with the detour of ``params``, and areas lie anywhere in the
    borough.

    Parameters
    ----------
    incidents
        All incidents; the selection is applied here.
    vintage
        Of the wards.

    Returns
    -------
    Frame with exactly the columns ``TRACK_COLUMNS``, the plans first. ``hit_rate`` and ``pai`` are
    means over the dates, each with a 95 % bootstrap interval; ``plan_ahead`` is by how much the
    plans' PAI is above this one's at the same dates, with its interval: where that holds 0, the
    difference is no clearer than chance. NaN in the first row.

    Raises
    ------
    ParameterError
        The data has no room for a date, a training or test runs over a gap and that is not
        allowed, or no plan could be made or tested at any date.
    """
    located = locate_selected(incidents, selection)
    rolling = _last_dates(located.incidents, demand_params, track)
    tester = Tester(located, rolling, params, demand_params, vintage)
    tests: list[PlanTest] = []
    failures: list[str] = []
    for number, start in enumerate(rolling.starts.tolist()):
        report(number, len(rolling), "plans")
        try:
            demand = _demand_before(incidents, selection, rolling, start, params, demand_params)
            areas = choose_areas(demand, params, vintage).areas
        except ParameterError as error:
            failures.append(str(error))
        else:
            tests.append(tester.test(start, areas, demand))
    report(len(rolling), len(rolling), "plans")
    used = [test for test in tests if test.incidents > 0]
    if not used:
        raise ParameterError(_nothing_tested(len(rolling), failures))
    record = make_record(
        "track record of plans",
        _used(params, demand_params, rolling, used, vintage),
        selection,
        located.incidents,
        located.location,
        rules=rolling.rules | WAYS,
        warnings=_warnings(rolling, used, len(tests) - len(used), failures),
    )
    return TrackRecordResult(_frame(used, track), record, _dates(used))


def _last_dates(incidents: Incidents, demand: DemandParams, track: TrackParams) -> Rolling:
    """Choose the last dates with a year before each, or half of the time, or what is looked at."""
    asked = RollingParams(
        train_days=track.train_days, test_days=track.test_days, allow_gaps=track.allow_gaps
    )
    rolling = rolling_dates(incidents, asked)
    if track.train_days is None:
        days = rolling.first_days(np.array([0, rolling.train]))
        if demand.lookback_days < int((days[1] - days[0]).astype(np.int64)):
            rolling = rolling_dates(incidents, replace(asked, train_days=demand.lookback_days))
    return replace(rolling, starts=rolling.starts[-track.n_dates :])


def _demand_before(
    incidents: Incidents,
    selection: Selection,
    rolling: Rolling,
    start: int,
    params: PatrolParams,
    demand_params: DemandParams,
) -> Demand:
    """Work out what is expected from the incidents before a date alone: no other is handed on."""
    first = rolling.first_days(np.array([start]))[0]
    before = incidents.take(incidents.occurred < first)
    end = date.fromisoformat(str(first - 1))
    return demand_of(
        before, replace(selection, end=end), params.shift, demand_params, params.spread
    )


def _frame(tests: Sequence[PlanTest], track: TrackParams) -> pd.DataFrame:
    """Tabulate the means over dates with ``TRACK_COLUMNS``."""
    land, hits, pai = (
        np.array([getattr(test, name) for test in tests]).T for name in ("land", "hits", "pai")
    )
    ahead = pai[:1] - pai
    is_plan = np.arange(len(WAYS)) == 0
    columns: dict[str, Any] = {
        METHOD: list(WAYS),
        AREA_PERCENT: 100 * land.mean(axis=1),
        HIT_RATE: hits.mean(axis=1),
        PAI: pai.mean(axis=1),
        AHEAD: np.where(is_plan, np.nan, ahead.mean(axis=1)),
    }
    ends = {
        (HIT_RATE_LOW, HIT_RATE_HIGH): hits,
        (PAI_LOW, PAI_HIGH): pai,
        (AHEAD_LOW, AHEAD_HIGH): ahead,
    }
    for names, values in ends.items():
        low, high = mean_intervals(values, track.runs, track.seed)
        if values is not ahead:  # a stretched interval may leave what is possible
            low, high = np.maximum(low, 0), np.minimum(high, 1 if values is hits else np.inf)
        columns |= dict(zip(names, (low, high), strict=True))
    return pd.DataFrame(columns)[list(TRACK_COLUMNS)]


def _dates(tests: Sequence[PlanTest]) -> pd.DataFrame:
    rows = [
        (test.first, test.last, way, test.areas, 100 * land, test.incidents, hits, pai)
        for test in tests
        for way, land, hits, pai in zip(WAYS, test.land, test.hits, test.pai, strict=True)
    ]
    return pd.DataFrame(rows, columns=list(TRACK_DATE_COLUMNS))


def _used(
    params: PatrolParams,
    demand_params: DemandParams,
    rolling: Rolling,
    tests: Sequence[PlanTest],
    vintage: Vintage,
) -> dict[str, Any]:
    """Give the settings used, times as they were counted."""
    return {
        "shift": params.shift.in_words(),
        "teams": params.teams,
        "minutes": params.minutes,
        "area_m": params.area_m,
        "min_incidents": params.min_incidents,
        "spread": params.spread,
        "vintage": vintage,
        **demand_params.as_dict(),
        "test": in_units(rolling.test, rolling.unit),
        "n_dates": len(rolling),
        "n_dates_used": len(tests),
        "first_test": tests[0].first.isoformat(),
        "last_test": tests[-1].last.isoformat(),
        "incidents_tested": round(sum(test.incidents for test in tests), 2),
    }


def _nothing_tested(n_dates: int, failures: Sequence[str]) -> str:
    if failures:
        return (
            f"No plan could be made at any of {n_dates} dates, so there is no track record. The "
            f"last time: {failures[-1]}"
        )
    return (
        f"None of the {n_dates} tests has an incident in the hours of the shift; test longer, or "
        "plan for more hours."
    )


def _warnings(
    rolling: Rolling, used: Sequence[PlanTest], n_empty: int, failures: Sequence[str]
) -> Iterator[str]:
    yield from rolling.warnings
    if failures:
        yield (
            f"At {len(failures)} of {len(rolling)} dates no plan could be made, and they are left "
            f"out. The last time: {failures[-1]}"
        )
    if n_empty:
        yield (
            f"{n_empty} of {len(rolling)} tests have no incident in the hours of the shift and are "
            "left out."
        )
    if len(used) < _FEW_DATES:
        yield (
            f"{len(used)} date{'' if len(used) == 1 else 's'} can hardly tell skill from luck; "
            "test at more dates."
        )
    if (n := sum(test.incidents for test in used)) < _FEW_INCIDENTS:
        yield (
            f"Incidents of the shift in all tests together: {n:.1f}. That is too few to tell skill "
            "from luck, and the intervals are too narrow."
        )
    if rolling.unit == "month":
        yield (
            "Incidents are dated by month, so plans are tested on the incidents of all hours: "
            "nothing is known of the shift."
        )


def _summary(frame: pd.DataFrame, used: dict[str, Any]) -> str:
    """Say how plans did, and beside which plain ways the lead is clear."""
    plan = frame.iloc[0]
    n = used["n_dates_used"]
    found = (
        f"Plans made this way found {100 * plan[HIT_RATE]:.0f} % of the shift's incidents of the "
        f"next {used['test'].removeprefix('1 ')} on {plan[AREA_PERCENT]:.1f} % of the land, PAI "
        f"{plan[PAI]:.1f}"
    )
    if n == 1:
        return f"{found}, at one date only: no telling how the next would do."
    if not np.isnan(plan[PAI_LOW]):
        found += f" ({plan[PAI_LOW]:.1f} to {plan[PAI_HIGH]:.1f})"
    others = frame[frame[METHOD].isin([TOP_WARDS, TOP_SQUARES])]
    said = [_beside(row) for _, row in others.iterrows()]
    return f"{found}, the mean of {n} dates. That is {', and '.join(said)}. By lot it would be 1."


def _beside(row: "pd.Series[Any]") -> str:
    named = f"{row[METHOD]} ({row[PAI]:.1f})"
    if row[AHEAD_LOW] > 0:
        return f"clearly more than {named}"
    if row[AHEAD_HIGH] < 0:
        return f"clearly less than {named}"
    return f"no clearer than chance beside {named}"
