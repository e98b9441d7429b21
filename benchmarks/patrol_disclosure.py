"""Patrol plans below exact: what withholding costs, and what exact plans that are handed on say."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.harness import Measured, Row, measured
from boundaries.vintages import Vintage
from geo import demonstration
from geo.disclosure.areas import release_areas
from geo.disclosure.levels import PARTNER
from geo.disclosure.menu import MenuPeriod
from geo.disclosure.release import Release, ReleaseParams, Shown
from geo.disclosure.surfaces import release_surfaces
from geo.patrol.choosing.candidates import Candidates, candidates_of
from geo.patrol.choosing.chosen import choose_areas
from geo.patrol.expected.demand import Demand, demand_of
from geo.patrol.expected.released import released_demand
from geo.patrol.params import DemandParams, PatrolParams
from geo.patrol.shift import PatrolShift
from geo.periods import WEEKDAYS
from geo.readers import read
from geo.schema import OCCURRED, Incidents
from geo.selection import Selection

POLICE_UK = Path(__file__).parents[2] / "shared" / "data" / "incidents" / "police_uk"
"""Months of police.uk beside the project; without them they are not measured."""
ALWAYS = PatrolShift(WEEKDAYS, 0, 24)
"""Hours are left aside, so that there is enough to count."""
VINTAGE: Vintage = "2002"
AREAS = 20
N_LEFT_OUT = 80
_BOROUGH_KM2 = 17.2
_MONTHS_TESTED = 3


def measure() -> Iterator[Row]:
    yield from _what_withholding_costs()
    yield from _what_successive_plans_say()
    yield from _what_one_incident_changes()


# ---- what withholding costs ----------------------------------------------------------------------


def _what_withholding_costs() -> Iterator[Row]:
    demo = demonstration.load()
    ends = list(pd.period_range("2016-03", "2017-12", freq="M")[::3])
    yield _hits_of(demo, "demonstration data, months before against the 3 that followed", ends)
    if POLICE_UK.is_dir():
        real = read([POLICE_UK]).incidents
        last = real.frame[OCCURRED].max().to_period("M")
        ends = [last - _MONTHS_TESTED * n for n in (2, 1)]
        yield _hits_of(real, f"police.uk, {len(real):,} incidents, likewise", ends)


def _hits_of(incidents: Incidents, case: str, ends: Sequence[pd.Period]) -> Row:
    """Choose areas by released and by exact figures, and count what followed in them."""
    months = incidents.frame[OCCURRED].dt.to_period("M")
    hits, n = np.zeros(2), 0
    for end in ends:
        before = incidents.take(((months > end - 12) & (months <= end)).to_numpy())
        after = incidents.take(((months > end) & (months <= end + _MONTHS_TESTED)).to_numpy())
        released = released_demand(_release_of(before, end), ALWAYS)
        exact = demand_of(before, Selection(), ALWAYS, DemandParams())
        hits += [_hits(_best(demand), after) for demand in (released, exact)]
        n += int((~np.isnan(after.easting)).sum())
    land = AREAS * (PatrolParams().area_m / 1000) ** 2 / _BOROUGH_KM2
    pai = hits / n / land
    return Row(
        f"{AREAS} areas by released figures beside {AREAS} by exact ones",
        case,
        measured(lambda: released_demand(_release_of(before, ends[-1]), ALWAYS), runs=1),
        note=(
            f"hits {hits[0]:.0f} beside {hits[1]:.0f} of {n:,}: PAI {pai[0]:.1f} beside "
            f"{pai[1]:.1f}"
        ),
    )


def _release_of(incidents: Incidents, end: pd.Period) -> Release:
    """Make what a plan needs of the release of some months."""
    first, last = str(end - 11), str(end)
    period = MenuPeriod(f"12 months to {last}", "12 months", first, last)
    total = Shown(len(incidents), "", f"{len(incidents):,}")
    params = ReleaseParams(vintage=VINTAGE)
    made = incidents, VINTAGE, params.smallest_shown, (period,), []
    return Release(
        PARTNER,
        incidents.fingerprint,
        params,
        (MenuPeriod("all", "all", first, last), period),
        groups={},
        areas={},
        counts={("borough", period.key, "all"): total},
        gap=0.0,
        hotspots=release_areas(*made),
        surfaces=release_surfaces(*made),
    )


def _best(demand: Demand) -> Candidates:
    """Take the best squares that do not overlap."""
    found = candidates_of(demand, PatrolParams(min_incidents=5), VINTAGE)
    overlaps, free = found.overlaps(), np.ones(len(found), np.bool_)
    chosen: list[int] = []
    while free.any() and len(chosen) < AREAS:
        chosen.append(int(free.argmax()))  # the most valuable come first
        free &= ~overlaps[chosen[-1]]
    return found.take(np.array(chosen, np.intp))


def _hits(areas: Candidates, incidents: Incidents) -> int:
    return int(_is_in(areas, incidents).any(axis=0).sum())


def _is_in(areas: Candidates, incidents: Incidents) -> np.ndarray:
    """Say which incidents lie in which areas, shape (areas, n)."""
    side = areas.side * 50
    east = incidents.easting - areas.west[:, None]
    north = incidents.northing - areas.south[:, None]
    return (east >= 0) & (east < side) & (north >= 0) & (north < side)


# ---- what exact plans that are handed on say -----------------------------------------------------


@dataclass
class _Seen:
    """What somebody sees who holds each plan against the one before."""

    steps: int = 0
    changed: int = 0
    new: int = 0
    new_with: int = 0
    stayed: int = 0
    stayed_with: int = 0

    def add(self, areas: Candidates, before: Candidates, incidents: Incidents) -> None:
        """Add a step, with the incidents of the time between."""
        apart = np.maximum(
            np.abs(areas.west[:, None] - before.west), np.abs(areas.south[:, None] - before.south)
        )
        is_new = (apart > 50).all(axis=1)
        has = _is_in(areas, incidents).any(axis=1)
        self.steps += 1
        self.changed += _places(areas) != _places(before)
        self.new, self.new_with = self.new + is_new.sum(), self.new_with + (is_new & has).sum()
        self.stayed += (~is_new).sum()
        self.stayed_with += (~is_new & has).sum()


def _what_successive_plans_say() -> Iterator[Row]:
    demo = demonstration.load()
    days = {
        "week": pd.date_range("2017-06-04", "2018-03-25", freq="7D"),
        "month": pd.date_range("2016-06-30", "2018-03-31", freq="ME"),
        "quarter": pd.date_range("2016-06-30", "2018-03-31", freq="QE"),
    }
    occurred = demo.frame[OCCURRED]
    for name, ends in days.items():
        seen, before, last = _Seen(), None, None
        for end in ends:
            until = (occurred < end + pd.Timedelta(days=1)).to_numpy()
            areas = _areas(demo.take(until), PatrolParams(teams=3))
            if before is not None:
                between = until & (occurred >= last + pd.Timedelta(days=1)).to_numpy()
                seen.add(areas, before, demo.take(between))
            before, last = areas, end
        yield Row(
            f"an exact plan each {name}, handed on without figures",
            "demonstration data, 3 teams, areas of 150 m, at least 9 incidents",
            _once(),
            note=(
                f"{seen.changed} of {seen.steps} differ from the one before; {seen.new_with} of "
                f"{seen.new} new areas and {seen.stayed_with} of {seen.stayed} others hold an "
                f"incident of that {name}"
            ),
        )


def _what_one_incident_changes() -> Iterator[Row]:
    demo = demonstration.load()
    recent = (demo.frame[OCCURRED] >= "2017-04-01").to_numpy() & ~np.isnan(demo.easting)
    for area_m, least in ((150, 9), (300, 9), (300, 15), (300, 20), (300, 30)):
        params = PatrolParams(area_m=area_m, min_incidents=least)
        whole = _places(_areas(demo, params))
        drawn = np.random.default_rng(1).choice(np.flatnonzero(recent), N_LEFT_OUT, replace=False)
        others = 0
        for row in drawn:
            kept = np.arange(len(demo)) != row
            others += _places(_areas(demo.take(kept), params)) != whole
        yield Row(
            "the same plan without one incident of the last year",
            f"demonstration data, 2 teams, areas of {area_m} m, at least {least} incidents",
            _once(),
            note=f"other areas in {others} of {N_LEFT_OUT} cases",
        )


def _areas(incidents: Incidents, params: PatrolParams) -> Candidates:
    demand = demand_of(incidents, Selection(), params.shift, DemandParams())
    return choose_areas(demand, params, VINTAGE).areas


def _places(areas: Candidates) -> set[tuple[int, int]]:
    return set(zip(areas.west.tolist(), areas.south.tolist(), strict=True))


def _once() -> Measured:
    """Time one plan, beside which the figures stand."""
    demo, params = demonstration.load(), PatrolParams(teams=3)
    return measured(lambda: _areas(demo, params), runs=1)
