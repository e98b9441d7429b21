"""Patrol plans: how long one takes, and how plans of the months before do in the next one."""

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.harness import Measured, Row, measured
from benchmarks.samples import N_INCIDENTS, N_SNAP_POINTS, incidents_on
from geo import demonstration, schema
from geo.evaluation.accuracy import HIT_RATE, PAI
from geo.evaluation.table import METHOD, PAI_HIGH, PAI_LOW
from geo.patrol.params import DemandParams, PatrolParams
from geo.patrol.planning import plan_patrol
from geo.patrol.shift import PatrolShift
from geo.patrol.tried.track_record import (
    AHEAD,
    AHEAD_HIGH,
    AHEAD_LOW,
    PLAN,
    TOP_SQUARES,
    TOP_WARDS,
    TrackParams,
    TrackRecordResult,
    track_record,
)
from geo.periods import WEEKDAYS
from geo.readers import read
from geo.schema import Incidents
from geo.selection import Selection

AT_MOST_S = 2
"""Goal for a plan for six teams, stated before it was measured."""
POLICE_UK = Path(__file__).parents[2] / "shared" / "data" / "incidents" / "police_uk"
"""Months of police.uk beside the project; without them they are not measured."""
SHIFTS = (PatrolShift(), PatrolShift(WEEKDAYS, 16, 22), PatrolShift(WEEKDAYS, 0, 24))
TEAMS = (2, 4, 6)
AREAS_M = (150, 250)
_FIRST_MINUTE = np.datetime64("2015-04-01T00:00", "m")
_MINUTES = 1096 * 24 * 60


def measure() -> Iterator[Row]:
    for kind, n_places in (("on 3,000 places", N_SNAP_POINTS), ("scattered", N_INCIDENTS)):
        yield _one_plan(kind, by_minute(incidents_on(n_places)))
    if POLICE_UK.is_dir():
        real = read([POLICE_UK]).incidents
        months = TrackParams(train_days=30, n_dates=8)
        for teams in TEAMS:
            for area_m in AREAS_M:
                yield _record(real, "police.uk", PatrolParams(teams=teams, area_m=area_m), months)
    demo = demonstration.load()
    for shift in SHIFTS:
        params = PatrolParams(shift=shift)
        yield _record(demo, f"demonstration data, {shift.in_words()}", params, TrackParams(26))


def by_minute(incidents: Incidents) -> Incidents:
    """Give each incident a minute of its own choice within three years."""
    rng = np.random.default_rng(1)
    times = _FIRST_MINUTE + rng.integers(0, _MINUTES, len(incidents))
    changed = {schema.OCCURRED: times.astype("datetime64[s]"), schema.TIME_PRECISION: "minute"}
    return Incidents(incidents.frame.assign(**changed))


def _one_plan(kind: str, incidents: Incidents) -> Row:
    params = PatrolParams(teams=6)

    def planned():
        """Plan anew: nothing that was kept of the incidents is there for the taking."""
        return plan_patrol(Incidents(incidents.frame), Selection(), params)

    plan = planned()
    return Row(
        "a plan for the borough, 6 teams",
        f"{len(incidents):,} incidents {kind}",
        measured(planned, runs=5, memory=True),
        at_most_s=AT_MOST_S,
        note=f"{len(plan.areas)} areas, proven to cover at least "
        f"{100 / plan.covered_at_most:.0f} % of what any choice could",
    )


def _record(incidents: Incidents, case: str, params: PatrolParams, track: TrackParams) -> Row:
    start = time.perf_counter()
    found = track_record(incidents, Selection(), params, DemandParams(), track, vintage="2002")
    took = time.perf_counter() - start
    return Row(
        f"{found.record.params['n_dates_used']} plans tested",
        f"{case}, {params.teams} teams, areas of {params.area_m} m",
        Measured(took, took),
        note=_in_words(found),
    )


def _in_words(found: TrackRecordResult) -> str:
    rows = found.frame.set_index(METHOD)
    plan = rows.loc[PLAN]
    low_to_high = f"{plan[PAI_LOW]:.1f} to {plan[PAI_HIGH]:.1f}"
    said = [f"PAI {plan[PAI]:.1f} ({low_to_high}), hits {100 * plan[HIT_RATE]:.1f} %"]
    for way in (TOP_WARDS, TOP_SQUARES):
        row = rows.loc[way]
        said.append(
            f"{way} {row[PAI]:.1f}, {100 * row[HIT_RATE]:.1f} %; plans ahead by {row[AHEAD]:.2f} "
            f"({row[AHEAD_LOW]:.2f} to {row[AHEAD_HIGH]:.2f})"
        )
    return ". ".join(said)
