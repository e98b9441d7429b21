"""How many incidents a shift is expected to bring, where, from the recent past of that shift.

Each incident of the time looked at counts 0.5 ** (age / half-life). ``A(x)`` of them lie around a
place, and ``S(x)`` of these within the hours of the shift, both kernel-smoothed so that one at the
place itself counts as one and one at the bandwidth or further as none. The part of the shift at
the place is drawn towards that of the borough, ``b``, as if ``prior`` more had been recorded there:

    part(x) = (prior * b + S(x)) / (prior + A(x))

A cell is expected to bring its incidents times this part: some per cent of those in the cell
itself, see :mod:`geo.patrol.expected.same_place`, and the rest of the smoothed ones. All is scaled
so that the cells together bring what the borough had per shift. The prior is the mean of a beta
distribution given as a number of earlier cases (Gelman and others 2013, Bayesian Data Analysis,
section 2.4).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from math import pi
from typing import Any

import numpy as np
from numpy.typing import NDArray

from boundaries.errors import ParameterError
from geo.analysis import plain
from geo.borough import borough
from geo.disclosure.levels import EXACT, Level
from geo.grids.cells import M2_PER_KM2
from geo.grids.grid import Grid, grid_over
from geo.patrol.expected.looked_at import LookedAt, time_looked_at
from geo.patrol.expected.same_place import EVEN_PART, same_place_part
from geo.patrol.expected.shift_shares import ShiftShares, shift_shares
from geo.patrol.params import CELL_M, SPREADS, DemandParams, Spread
from geo.patrol.shift import PatrolShift
from geo.quality.check import day_in_words
from geo.remember import remembered
from geo.schema import STRAND_COLUMNS, Incidents
from geo.selection import Selection
from geo.sites import LocatedIncidents, locate_selected
from geo.surfaces.density import density_surfaces
from geo.surfaces.kernel_shape import KernelName

Floats = NDArray[np.float64]

_KERNEL: KernelName = "quartic"
_MANY_UNKNOWN = 0.25
_NO_STRAND = (
    "No incident has a strand, so the plan could not be spread by strand; it goes wherever most "
    "incidents are expected."
)
_NO_HOUR = (
    "No incident has a known hour, so this plan tells days but not hours: every hour of a day "
    "counts alike."
)
_NO_DAY = (
    "No incident has a known day or hour, so this plan cannot tell this shift from another: every "
    "hour of the week counts alike."
)


@dataclass(frozen=True, eq=False)
class Demand:
    """What a shift is expected to bring, on the cells of ``geo.patrol.params.CELL_M``.

    Attributes
    ----------
    level
        Of the figures it was made of.
    grid
        Square cells over the borough.
    expected
        Shape (rows, cols): incidents expected in each cell in one shift; 0 outside the borough.
        Relative where only classes are known: then ``is_relative`` and ``total`` is their sum.
    value
        Shape (rows, cols): what a plan covers as much of as it can, with the sum of ``expected``;
        the same unless all strands are to count alike.
    incidents, places
        Shape (rows, cols): incidents and distinct places that each cell rests on, for the
        minimum of an area. None where ``allowed`` says it already.
    allowed
        Shape (rows, cols): an area lies on such cells alone.
    of_hours
        Shape (length of the shift,): incidents expected in the borough in each hour of the shift.
    settings, rules, warnings
        For the record; see :class:`geo.patrol.plan.Plan`.
    """

    level: Level
    grid: Grid
    expected: Floats
    value: Floats
    incidents: NDArray[np.intp] | None
    places: NDArray[np.intp] | None
    allowed: NDArray[np.bool_]
    of_hours: Floats
    is_relative: bool
    fingerprint: str
    period: str
    data_to: date
    is_demonstration: bool
    settings: Mapping[str, Any]
    rules: Mapping[str, str]
    warnings: tuple[str, ...]

    @property
    def total(self) -> float:
        """Incidents expected in the borough in one shift."""
        return float(self.expected.sum())


@remembered(4)
def demand_of(
    incidents: Incidents,
    selection: Selection,
    shift: PatrolShift,
    params: DemandParams,
    spread: Spread = "none",
) -> Demand:
    """Work out what a shift is expected to bring.

    Parameters
    ----------
    incidents
        All incidents; the selection is applied here, and the time looked at ends where it ends.
    spread
        With ``strand`` the value is the mean of what each strand with any incident has, each
        scaled to the same sum; else it is what is expected.

    Raises
    ------
    ParameterError
        No incident is selected, or no such shift began in the time looked at.
    """
    located = locate_selected(incidents, selection)
    looked = time_looked_at(incidents, selection, located.incidents, params)
    n_shifts, weighted_shifts = looked.shifts(shift)
    if not n_shifts:
        msg = (
            f"No shift of {shift.in_words()} began in the time looked at, {looked.in_words}; look "
            "at a longer time."
        )
        raise ParameterError(msg)
    weights = np.where(located.site_of >= 0, looked.weights(located.incidents), 0.0)
    shares = shift_shares(located.incidents, weights, shift)
    per_shift = float(weights @ shares.share) / weighted_shifts
    spreading = _Spreading(located, grid_over(borough(), CELL_M), float(params.bandwidth_m))
    around, same_rule = _around(spreading, looked, weights, shares, params)
    expected = _scaled(around.incidents * around.part, per_shift)
    value, strand_warnings = (
        _by_strand(spreading, weights, around, expected) if spread == "strand" else (expected, [])
    )
    rests_on = _rests_on(incidents, selection, located, params)
    counts, places = _counted(located, rests_on, spreading.grid)
    n_located = int((weights > 0).sum())
    return Demand(
        level=EXACT,
        grid=spreading.grid,
        expected=expected,
        value=value,
        incidents=counts,
        places=places,
        allowed=np.ones_like(counts, np.bool_),
        of_hours=shares.of_hours * per_shift,
        is_relative=False,
        fingerprint=located.incidents.fingerprint,
        period=looked.in_words,
        data_to=looked.last,
        is_demonstration=incidents.is_demonstration,
        settings=params.as_dict()
        | {
            "same_place_percent": round(100 * around.same_place, 1),
            "shift": shift.in_words(),
            "first_day": looked.first.isoformat(),
            "last_day": looked.last.isoformat(),
            "shifts": n_shifts,
            "incidents": n_located,
            "incidents_that_areas_rest_on": int(rests_on.sum()),
            "part_of_the_borough": round(shares.of_borough, 6),
            "kernel": _KERNEL,
            "cell_size_m": CELL_M,
            "spread": spread,
            "selection": selection.in_words(),
            "selected": plain(selection),
        },
        rules=looked.rules | same_rule | _rules(weights > 0, shares, spread),
        warnings=(*looked.warnings, *_warnings(weights > 0, shares), *strand_warnings),
    )


@dataclass(frozen=True, eq=False)
class _Spreading:
    """Puts the weights of incidents, (n,), on the cells of a grid."""

    located: LocatedIncidents
    grid: Grid
    bandwidth_m: float

    def in_cells(self, weights: Floats) -> Floats:
        """Add up the weights in each cell, (rows, cols)."""
        sites = self.located.sites
        row, col = self.grid.cells_of(sites.easting, sites.northing)
        shape = self.grid.inside_share.shape
        flat = np.bincount(row * shape[1] + col, self._at_sites(weights), shape[0] * shape[1])
        return np.asarray(flat.reshape(shape), np.float64)

    def smooth(self, rows: list[Floats]) -> Floats:
        """Give smoothed incidents per whole cell, (len(rows), rows, cols)."""
        counts = np.array([self._at_sites(row) for row in rows])
        sites = self.located.sites
        surfaces = density_surfaces(sites, counts, self.grid, self.bandwidth_m, _KERNEL)
        return np.maximum(surfaces, 0) * (CELL_M**2 / M2_PER_KM2)

    def _at_sites(self, weights: Floats) -> Floats:
        inside = self.located.site_of >= 0
        at = self.located.site_of[inside]
        counts = np.bincount(at, weights[inside], len(self.located.sites))
        return np.asarray(counts, np.float64)


@dataclass(frozen=True, eq=False)
class _Around:
    """Around every cell, shape (rows, cols): incidents on it, and the part of the shift there."""

    incidents: Floats
    part: Floats
    same_place: float

    @staticmethod
    def mixed(same: Floats, smooth: Floats, same_place: float) -> Floats:
        """Mix the incidents of cells themselves with those around."""
        return same_place * same + (1 - same_place) * smooth


def _around(
    spreading: _Spreading,
    looked: LookedAt,
    weights: Floats,
    shares: ShiftShares,
    params: DemandParams,
) -> tuple[_Around, dict[str, str]]:
    """Smooth the incidents, and draw the part of the shift towards the borough's.

    Those whose time of the week is not known say how many there are, and nothing of when.
    """
    known = weights * shares.has_day
    earlier, later = _before_and_after(spreading.located.incidents, looked, weights)
    all_rows, in_shift, of_earlier, *of_known = spreading.smooth(
        [weights, known * shares.share, earlier, *([known] if (known < weights).any() else [])]
    )
    inside = spreading.grid.inside_share
    smooth = all_rows * inside
    rule: dict[str, str] = {}
    if params.same_place_percent is None:
        same_place, rule = _learned(spreading, (earlier, of_earlier * inside), later, looked)
    else:
        same_place = params.same_place_percent / 100
    # Smoothed per cell, an incident at the centre of a cell has 3 / (pi h^2) of its area.
    per_cell = CELL_M**2 * 3 / (pi * params.bandwidth_m**2)
    evidence = (of_known[0] if of_known else all_rows) / per_cell
    prior = params.prior_incidents
    with np.errstate(divide="ignore", invalid="ignore"):
        part = (prior * shares.of_borough + in_shift / per_cell) / (prior + evidence)
    part = np.where(prior + evidence > 0, part, shares.of_borough)
    incidents = _Around.mixed(spreading.in_cells(weights), smooth, same_place)
    return _Around(incidents, part, same_place), rule


def _before_and_after(
    incidents: Incidents, looked: LookedAt, weights: Floats
) -> tuple[Floats, Floats]:
    """Split the weights at the last quarter of the time looked at; later ones count 1 each."""
    start = looked.last_quarter
    if start is None:
        return weights, np.zeros_like(weights)
    is_later = incidents.occurred.astype("datetime64[D]") >= start
    return np.where(is_later, 0.0, weights), ((weights > 0) & is_later).astype(np.float64)


def _learned(
    spreading: _Spreading, earlier: tuple[Floats, Floats], later: Floats, looked: LookedAt
) -> tuple[float, dict[str, str]]:
    """Learn how much is expected at the same place; ``earlier`` by incident and smoothed."""
    weights, smooth = earlier
    since = looked.last_quarter
    if since is None or not later.any() or not weights.any():
        rule = "half, for there is too little time to learn it from"
        return EVEN_PART, {"same_place_percent": rule}
    same = spreading.in_cells(weights)
    later_cells = spreading.in_cells(later)
    found = same_place_part(same / same.sum(), smooth / smooth.sum(), later_cells)
    return found, {
        "same_place_percent": f"what would have foreseen the {int(later.sum()):,} incidents since "
        f"{day_in_words(since)} best, of those before"
    }


def _scaled(values: Floats, total: float) -> Floats:
    """Scale values to a sum; they stay 0 where all are."""
    return values * (total / values.sum()) if values.any() else values


def _by_strand(
    spreading: _Spreading, weights: Floats, around: _Around, expected: Floats
) -> tuple[Floats, list[str]]:
    """Let all strands with any incident count alike; the part of the shift is that of all."""
    frame = spreading.located.incidents.frame
    carried = [weights * frame[column].to_numpy() for column in STRAND_COLUMNS.values()]
    rows = [row for row in carried if row.any()]
    if not rows:
        return expected, [_NO_STRAND]
    alike = []
    for row, smooth in zip(rows, spreading.smooth(rows), strict=True):
        there = smooth * spreading.grid.inside_share
        mixed = around.mixed(spreading.in_cells(row), there, around.same_place)
        alike.append(_scaled(mixed * around.part, 1))
    return _scaled(np.sum(alike, axis=0), float(expected.sum())), []


def _rests_on(
    incidents: Incidents,
    selection: Selection,
    located: LocatedIncidents,
    params: DemandParams,
) -> NDArray[np.bool_]:
    """Mark the located incidents that count for the minimum of an area.

    That minimum keeps areas from pointing at one address, so it may look back longer than what is
    expected: how much happens here now is another question than whether it is more than one home.
    """
    days = max(params.evidence_days, params.lookback_days)
    longer = time_looked_at(
        incidents, selection, located.incidents, replace(params, lookback_days=days)
    )
    return (located.site_of >= 0) & (longer.weights(located.incidents) > 0)


def _counted(
    located: LocatedIncidents, rests_on: NDArray[np.bool_], grid: Grid
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Count the incidents of all hours and their distinct places in every cell."""
    per_site = np.bincount(located.site_of[rests_on], minlength=len(located.sites))
    row, col = grid.cells_of(located.sites.easting, located.sites.northing)
    incidents, places = (np.zeros((grid.n_rows, grid.n_cols), np.intp) for _ in range(2))
    np.add.at(incidents, (row, col), per_site)
    np.add.at(places, (row, col), per_site > 0)
    return incidents, places


def _rules(looked_at: NDArray[np.bool_], shares: ShiftShares, spread: Spread) -> dict[str, str]:
    rules = {"value": SPREADS[spread]}
    if n := int((looked_at & shares.has_day & ~shares.has_hour).sum()):
        rules["unknown hours"] = f"{n:,} incidents are spread over the hours as others of their day"
    if n := int((looked_at & ~shares.has_day).sum()):
        rules["unknown days"] = f"{n:,} incidents count with the borough's part of the shift"
    return rules


def _warnings(looked_at: NDArray[np.bool_], shares: ShiftShares) -> list[str]:
    """Say what a reader must know of the times."""
    n, n_hours = int(looked_at.sum()), int((looked_at & shares.has_hour).sum())
    if n == 0:
        return ["No incident is located in the time looked at, so none is expected anywhere."]
    if n_hours == 0:
        return [_NO_HOUR if (looked_at & shares.has_day).any() else _NO_DAY]
    if n - n_hours > _MANY_UNKNOWN * n:
        warning = (
            f"The hour of {n - n_hours:,} of {n:,} incidents is not known, so the plan knows "
            "little of the hours of the shift."
        )
        return [warning]
    return []
