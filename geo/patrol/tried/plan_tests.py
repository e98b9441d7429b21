"""Plans and plain ways held against what came after one date, as parts of land and incidents."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from boundaries.errors import ParameterError
from boundaries.vintages import Vintage
from geo.evaluation.land import land_of
from geo.evaluation.rolling import Rolling
from geo.patrol.choosing.candidates import Candidates, candidates_of, window_sums
from geo.patrol.choosing.chosen import choose_areas
from geo.patrol.expected.demand import Demand
from geo.patrol.expected.shift_shares import shift_shares
from geo.patrol.params import CELL_M, DemandParams, PatrolParams
from geo.patrol.tried.plain_ways import (
    densest_squares,
    squares_by_lot,
    squares_coverage,
    wards_coverage,
)
from geo.sites import LocatedIncidents
from geo.surfaces.density import density_surfaces

Floats = NDArray[np.float64]

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


@dataclass(frozen=True, eq=False)
class PlanTest:
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


class Tester:
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

    def test(self, start: int, areas: Candidates, demand: Demand) -> PlanTest:
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
        return PlanTest(_date(first), _date(end - 1), len(areas), total, land, hits)

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
