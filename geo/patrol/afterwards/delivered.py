"""Planned against delivered: minutes and visits of each area in each shift, and of each team."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pandas as pd

from geo.patrol.afterwards.visit_records import VisitMade, clipped
from geo.patrol.params import MOST_HOURS_BETWEEN_VISITS
from geo.patrol.plan import Plan, Visit
from geo.patrol.walking.visits import round_starts

DAY, AREA, NAME, TEAM = "day", "area", "name", "team"
PLANNED_MINUTES, DELIVERED_MINUTES = "planned_minutes", "delivered_minutes"
PLANNED, MADE, MISSED, UNPLANNED = "planned_visits", "made", "missed", "unplanned"
LONG_GAPS, LONGEST_GAP = "long_gaps", "longest_gap_minutes"
DELIVERED_COLUMNS = (
    *(DAY, AREA, NAME, TEAM, PLANNED_MINUTES, DELIVERED_MINUTES),
    *(PLANNED, MADE, MISSED, UNPLANNED, LONG_GAPS, LONGEST_GAP),
)
TEAM_COLUMNS = (TEAM, PLANNED_MINUTES, DELIVERED_MINUTES)

NEAR = timedelta(hours=1)
"""A visit that begins no further from a planned one to the same area is that one."""
LONG_GAP = timedelta(hours=MOST_HOURS_BETWEEN_VISITS)
DOSAGE_MINUTES = (10, 16)
"""Koper 1995, Justice Quarterly 12: visits of this length, both included."""


@dataclass(frozen=True, eq=False)
class Delivered:
    """What was planned and what was done in the shifts that are over.

    Attributes
    ----------
    frame
        One row for each such shift and area, with ``DELIVERED_COLUMNS``. ``team`` is the planned
        one; minutes are those of any team. ``made`` are planned visits that a recorded one stands
        for, ``unplanned`` the recorded ones beyond. ``long_gaps`` counts the times within the hours
        at risk in which nobody was there for more than two hours, the longest in
        ``longest_gap_minutes``.
    teams
        One row for each team, with ``TEAM_COLUMNS``: minutes of the visits that it made.
    days
        The shifts that count.
    n_visits, in_dosage
        Visits recorded, and those of 10 to 16 minutes.
    overlapping
        Records that were put together with another, as they say the same minutes twice.
    """

    frame: pd.DataFrame
    teams: pd.DataFrame
    days: tuple[date, ...]
    n_visits: int
    in_dosage: int
    overlapping: int

    def total(self, column: str) -> int:
        """Add up a column of ``frame`` over all areas and shifts."""
        return round(float(self.frame[column].sum()))

    def by_area(self) -> pd.DataFrame:
        """Add up the shifts, one row for each area in the order of the plan."""
        sums = [PLANNED_MINUTES, DELIVERED_MINUTES, PLANNED, MADE, MISSED, UNPLANNED, LONG_GAPS]
        how = {NAME: "first", TEAM: "first", **dict.fromkeys(sums, "sum"), LONGEST_GAP: "max"}
        return self.frame.groupby(AREA, as_index=False).agg(how)

    def sentences(self) -> tuple[str, ...]:
        """Say the whole in words, the most important first."""
        if not self.days:
            return ("No shift of this plan is over yet, so there is nothing to compare.",)
        planned, minutes = self.total(PLANNED), self.total(PLANNED_MINUTES)
        shifts = f"{len(self.days)} shift{'' if len(self.days) == 1 else 's'}"
        if not self.n_visits:
            over = f"{shifts} that {_is(len(self.days))} over"
            asked = f"{planned:,} visits of {minutes:,} minutes together were planned"
            return (f"No visit is recorded in {over}; {asked}.",)
        delivered = self.total(DELIVERED_MINUTES)
        per_cent = f" ({100 * delivered / minutes:.0f} %)" if minutes else ""
        more = self.total(UNPLANNED)
        beyond = f"; {more:,} more {_was(more)} not planned" if more else ""
        first = (
            f"In {shifts}, {self.total(MADE):,} of {planned:,} planned visits were made and "
            f"{self.total(MISSED):,} missed{beyond}."
        )
        stood = (
            f"Teams were in the areas for {delivered:,} of {minutes:,} planned minutes{per_cent}."
        )
        return (first, stood, self._dosage(), self._gaps())

    def _dosage(self) -> str:
        low, high = DOSAGE_MINUTES
        share = 100 * self.in_dosage / self.n_visits
        return f"{share:.0f} % of {self.n_visits:,} visits lasted {low} to {high} minutes."

    def _gaps(self) -> str:
        gaps = self.total(LONG_GAPS)
        if not gaps:
            return "No area was left for more than two hours while it was at risk."
        times = "once" if gaps == 1 else f"{gaps:,} times"
        return f"An area was left for more than two hours while it was at risk {times}."


def delivered(plan: Plan, visits: Iterable[VisitMade], now: datetime) -> Delivered:
    """Hold the visits that were made against those that were planned.

    Parameters
    ----------
    visits
        Of this plan; records of one team and area that overlap count once.
    now
        On the clock of London: shifts that end later are left out, unless visits of them are
        recorded already.
    """
    recorded = list(visits)
    made = clipped(recorded)
    days = tuple(day for day in plan.days if _is_over(plan, day, now) or _has(made, day))
    made = [visit for visit in made if visit.day in days]
    rows = [_row(plan, day, area.number, made) for day in days for area in plan.areas]
    low, high = DOSAGE_MINUTES
    return Delivered(
        frame=pd.DataFrame(rows, columns=list(DELIVERED_COLUMNS)),
        teams=_of_teams(plan, days, made),
        days=days,
        n_visits=len(made),
        in_dosage=sum(low <= visit.minutes <= high for visit in made),
        overlapping=len(recorded) - len(clipped(recorded)),
    )


def _has(made: Sequence[VisitMade], day: date) -> bool:
    return any(visit.day == day for visit in made)


def _is_over(plan: Plan, day: date, now: datetime) -> bool:
    return plan.params.shift.span_on(day)[1] <= now


def _row(plan: Plan, day: date, number: int, made: Sequence[VisitMade]) -> tuple[object, ...]:
    planned = [visit for visit in plan.visits if (visit.day, visit.area) == (day, number)]
    there = [visit for visit in made if (visit.day, visit.area) == (day, number)]
    matched = _matched(planned, there)
    gaps = _gaps(plan, day, there)
    area = plan.area(number)
    return (
        *(day, number, area.name, area.team),
        sum(visit.minutes for visit in planned),
        sum(visit.minutes for visit in there),
        len(planned),
        matched,
        len(planned) - matched,
        len(there) - matched,
        sum(gap > LONG_GAP for gap in gaps),
        max(gaps, default=timedelta()).total_seconds() / 60,
    )


def _matched(planned: Sequence[Visit], made: Sequence[VisitMade]) -> int:
    """Count the pairs of a planned and a made visit that begin near each other.

    In the order of time, each with the first that is near enough, there is no way to find more.
    """
    left = sorted(visit.start for visit in made)
    found = 0
    for start in sorted(visit.start for visit in planned):
        while left and left[0] < start - NEAR:
            left.pop(0)
        if left and left[0] <= start + NEAR:
            left.pop(0)
            found += 1
    return found


def _gaps(plan: Plan, day: date, there: Sequence[VisitMade]) -> list[timedelta]:
    """Give the times within the hours at risk in which nobody was there."""
    minutes = round_starts(plan.params, plan.at_risk_from_hour)[0]
    first = datetime.combine(day, time()) + timedelta(minutes=minutes)
    last = first + timedelta(hours=plan.params.hours_at_risk)
    inside = sorted((v.start, v.end) for v in there if v.end > first and v.start < last)
    until, gaps = first, []
    for start, end in inside:
        gaps.append(max(start - until, timedelta()))
        until = max(until, end)
    return [*gaps, max(last - until, timedelta())]


def _of_teams(plan: Plan, days: Sequence[date], made: Sequence[VisitMade]) -> pd.DataFrame:
    planned: dict[int, float] = defaultdict(float)
    done: dict[int, float] = defaultdict(float)
    for visit in plan.visits:
        if visit.day in days:
            planned[visit.team] += visit.minutes
    for record in made:
        done[record.team] += record.minutes
    rows = [(team.number, planned[team.number], done[team.number]) for team in plan.teams]
    return pd.DataFrame(rows, columns=list(TEAM_COLUMNS))


def _was(count: int) -> str:
    return "was" if count == 1 else "were"


def _is(count: int) -> str:
    return "is" if count == 1 else "are"
