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
from geo.evaluation.land import land_of
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
from geo.patrol.candidates import Candidates, candidates_of, window_sums
from geo.patrol.chosen import choose_areas
from geo.patrol.demand import Demand, demand_of
from geo.patrol.params import CELL_M, DemandParams, PatrolParams
from geo.patrol.plain_ways import (
    densest_squares,
    squares_by_lot,
    squares_coverage,
    wards_coverage,
)
from geo.patrol.shift_shares import shift_shares
from geo.patrol.track_params import TrackParams
from geo.progress import report
from geo.record import make_record
from geo.remember import remembered
from geo.result import Result
from geo.schema import Incidents
from geo.selection import Selection
from geo.sites import LocatedIncidents, locate_selected
from geo.surfaces.density import INCIDENTS, density_surfaces

__all__ = ["AREAS", "PLAN", "TRACK_COLUMNS", "TrackParams", "TrackRecordResult", "track_record"]

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

PLAN = "plans made this way"
TOP_WARDS = "last month's top wards"
TOP_SQUARES = "last month's top squares"
TOP_ANYWHERE = "last month's top squares, whatever they rest on"
DENSEST = "densest squares, however far apart"
BY_LOT = "squares by lot"
WAYS = {
    PLAN: "made as this plan is, of nothing but what came before each date",
    TOP_WARDS: "as many areas laid by lot in as many of the wards with most incidents in the month "
    "before as there are teams; expected value",
    TOP_SQUARES: "squares of the same size with most incidents in the month before, chosen for the "
    "same teams, minutes and walking as the plan; equal ones by lot, and further ones without any "
    "where there is time left",
    TOP_ANYWHERE: "as many squares of the same size as the plan has with most incidents in the "
    "month before, equal ones by lot (mean of 50 draws); they may rest on one address, so they "
    "could not be handed out, and nobody could walk between them in time",
    DENSEST: "as many squares with the highest density (quartic kernel) of all hours of the time "
    "looked at, every day of it counting alike; nobody could walk between them in time",
    BY_LOT: "as many squares anywhere in the borough: they find their part of the land, PAI 1",
}
"""What a plan is held against, each in words."""

_MONTH_DAYS = 28
_BY_LOT = 1e-6
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
    tester = _Tester(located, rolling, params, demand_params, vintage)
    tests: list[_Test] = []
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


@dataclass(frozen=True, eq=False)
class _Test:
    """What each of ``WAYS`` covered at one date, and found afterwards.

    Attributes
    ----------
    first, last
        Days of the test.
    areas
        How many areas the plan had.
    incidents
        Of the shift in the test.
    land, hits
        Shape (ways,): parts of the borough covered, and of the incidents found there.
    """

    first: date
    last: date
    areas: int
    incidents: float
    land: Floats
    hits: Floats

    @property
    def pai(self) -> Floats:
        """How many times as many incidents as on average land, (ways,)."""
        return self.hits / self.land


class _Tester:
    """Counts the incidents of any time on cells, and tests plans on them."""

    def __init__(
        self,
        located: LocatedIncidents,
        rolling: Rolling,
        params: PatrolParams,
        demand_params: DemandParams,
        vintage: Vintage,
    ) -> None:
        self.located, self.rolling, self.params = located, rolling, params
        self.vintage: Vintage = vintage
        self.bandwidth_m = float(demand_params.bandwidth_m)
        land = land_of(CELL_M)
        self.grid = land.grid
        ward = np.full(self.grid.inside_share.size, -1, np.intp)
        ward[land.cells] = land.wards(vintage)
        self.ward = ward.reshape(self.grid.inside_share.shape)
        self.days = located.incidents.occurred.astype("datetime64[D]")
        self.side = params.area_m // CELL_M
        self.shares = shift_shares(
            located.incidents, np.ones(len(located.incidents)), params.shift
        ).share

    def test(self, start: int, areas: Candidates, demand: Demand) -> _Test:
        """Test a plan on what came from a unit of time on."""
        first, end, month, lookback = self._times(start, demand)
        after = self._cells(first, end, self.shares)
        covered = self._covered(
            areas, self._cells(month, first), self._density(lookback, first), demand
        )
        inside = self.grid.inside_share
        total = float(after.sum())
        with np.errstate(divide="ignore", invalid="ignore"):
            hits = (covered * after).sum(axis=(1, 2)) / total
        land = (covered * inside).sum(axis=(1, 2)) / inside.sum()
        return _Test(_date(first), _date(end - 1), len(areas), total, land, hits)

    def _times(self, start: int, demand: Demand) -> tuple[np.datetime64, ...]:
        """Give the first day and the end of the test, the month before, and the time looked at."""
        rolling = self.rolling
        recent = 1 if rolling.unit == "month" else _MONTH_DAYS
        first, end, month = rolling.first_days(
            np.array([start, start + rolling.test, start - recent])
        )
        return first, end, month, np.datetime64(demand.settings["first_day"])

    def _within(self, first: np.datetime64, end: np.datetime64) -> NDArray[np.bool_]:
        return np.asarray(
            (self.located.site_of >= 0) & (self.days >= first) & (self.days < end), np.bool_
        )

    def _sites(
        self, first: np.datetime64, end: np.datetime64, weights: Floats | None = None
    ) -> Floats:
        """Count the incidents of some days at each site."""
        used = self._within(first, end)
        return np.bincount(
            self.located.site_of[used],
            None if weights is None else weights[used],
            len(self.located.sites),
        ).astype(np.float64)

    def _cells(
        self, first: np.datetime64, end: np.datetime64, weights: Floats | None = None
    ) -> Floats:
        """Count the incidents of some days in each cell."""
        cells = np.zeros((self.grid.n_rows, self.grid.n_cols))
        at = self.grid.cells_of(self.located.sites.easting, self.located.sites.northing)
        np.add.at(cells, at, self._sites(first, end, weights))
        return cells

    def _density(self, first: np.datetime64, end: np.datetime64) -> Floats:
        counts = self._sites(first, end)[None]
        surface: Floats = density_surfaces(self.located.sites, counts, self.grid, self.bandwidth_m)[
            0
        ]
        return surface * self.grid.inside_share

    def _squares(self, demand: Demand) -> NDArray[np.bool_]:
        """Mark the squares, by their south-west cell, that a plan could choose from."""
        found = candidates_of(demand, self.params, self.vintage)
        rows, cols = (n - self.side + 1 for n in demand.value.shape)
        marked = np.zeros((rows, cols), np.bool_)
        marked[found.row, found.col] = True
        return marked

    def _walked(self, month: Floats, demand: Demand) -> Candidates | None:
        """Choose areas by last month alone, as a plan's are chosen; None where none can be."""
        # So little that it decides between squares with as many incidents, none for one, by lot.
        lot = np.random.default_rng(0).random(month.shape) * _BY_LOT
        counted = replace(demand, expected=month, value=month + lot)
        try:
            return choose_areas(counted, self.params, self.vintage).areas
        except ParameterError:  # none is in reach of a base
            return None

    def _covered(self, areas: Candidates, month: Floats, density: Floats, demand: Demand) -> Floats:
        """Give the coverage of each of ``WAYS``, (ways, rows, cols)."""
        side, shape, n = self.side, month.shape, len(areas)
        plan = squares_coverage(areas.row, areas.col, side, shape)
        wards = wards_coverage(month, self.ward, self.grid.inside_share, self.params.teams)
        inside = self.grid.inside_share
        own_land = float((plan * inside).sum())
        by_lot = np.full(shape, own_land / inside.sum())
        score = window_sums(density, side)
        eligible = self._squares(demand)
        anything = np.ones(shape)
        whatever = self._squares(replace(demand, incidents=None, places=None, value=anything))
        densest = densest_squares(score, eligible, side, n, np.zeros(score.shape))
        walked = self._walked(month, demand)
        return np.array([
            plan,
            wards * own_land / (wards * inside).sum(),
            by_lot if walked is None else squares_coverage(walked.row, walked.col, side, shape),
            squares_by_lot(month, whatever, side, n),
            squares_coverage(*densest, side, shape),
            by_lot,
        ])  # fmt: skip


def _date(day: np.datetime64) -> date:
    return date.fromisoformat(str(day))


def _frame(tests: Sequence[_Test], track: TrackParams) -> pd.DataFrame:
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


def _dates(tests: Sequence[_Test]) -> pd.DataFrame:
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
    tests: Sequence[_Test],
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
    rolling: Rolling, used: Sequence[_Test], n_empty: int, failures: Sequence[str]
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
