"""Making a plan: from what a shift is expected to bring to areas, teams, visits and reasons."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise

import numpy as np
from shapely.geometry.base import BaseGeometry

import boundaries
from boundaries.columns import WARD_CODE, WARD_NAME
from boundaries.vintages import Vintage, vintage_on
from geo.hotspots.naming import names_at
from geo.patrol.choosing.candidates import Candidates
from geo.patrol.choosing.chosen import Chosen, choose_areas, left_out
from geo.patrol.expected.demand import Demand
from geo.patrol.params import PatrolParams
from geo.patrol.plan import RECENT_DAYS, Because, FocusArea, LeftOut, Plan, Team, age_warning
from geo.patrol.walking.travel import StraightTravel, Travel
from geo.patrol.walking.visits import TeamRound, schedule

MOST_LEFT_OUT = 5
"""Areas that are named though they are not in the plan."""

Reasons = Callable[[Sequence[FocusArea]], Sequence[Because]]


@dataclass(frozen=True, eq=False)
class Wanted:
    """What a plan is wanted for, beside its settings; all may be left out.

    Attributes
    ----------
    first_day
        See :func:`first_day_after`, which is the default.
    vintage
        Wards; those in force on the first day.
    travel
        Knows the ways, for example along streets; straight lines without.
    within
        Only squares whose middle lies here (EPSG:27700), for example in hotspots.
    source
        What to call the data.
    """

    first_day: date | None = None
    vintage: Vintage | None = None
    travel: Travel | None = None
    within: BaseGeometry | None = None
    source: str = ""


def make_plan(
    demand: Demand,
    params: PatrolParams,
    wanted: Wanted | None = None,
    reasons: Reasons | None = None,
) -> Plan:
    """Make a plan; the same demand, settings and days always give the same.

    Parameters
    ----------
    reasons
        Says of areas why they are in the plan.

    Raises
    ------
    ParameterError
        No area rests on enough incidents, or none can be visited in the minutes.
    """
    wanted = wanted or Wanted()
    first_day = wanted.first_day or first_day_after(demand.data_to, date.today())
    vintage = wanted.vintage or vintage_on(first_day)
    travel = wanted.travel or StraightTravel(params.walking_kmh, params.detour)
    chosen = choose_areas(demand, params, vintage, travel, wanted.within)
    making = _Making(demand, params, vintage, travel, chosen)
    areas = making.areas()
    if reasons is not None:
        told = zip(areas, reasons(areas), strict=True)
        areas = tuple(replace(area, because=because) for area, because in told)
    days = params.shift.dates(first_day, params.weeks)
    from_hour = making.at_risk_from_hour()
    visits = schedule(making.rounds(), days, params, from_hour)
    covered = float(chosen.areas.expected.sum())
    return Plan(
        level=demand.level,
        params=params,
        settings=demand.settings,
        rules={**demand.rules, **making.rules(wanted, first_day)},
        fingerprint=demand.fingerprint,
        source=wanted.source,
        period=demand.period,
        data_to=demand.data_to,
        vintage=vintage,
        first_day=first_day,
        last_day=first_day + timedelta(days=7 * params.weeks - 1),
        at_risk_from_hour=from_hour,
        areas=areas,
        teams=making.teams(),
        visits=visits.visits,
        returns=visits.returns,
        left_out=making.left_out(),
        orders=visits.orders,
        expected_total=None if demand.is_relative else demand.total,
        expected_covered=None if demand.is_relative else covered,
        covered_at_most=chosen.choice.at_most / chosen.choice.value,
        paths=making.paths(),
        warnings=tuple(
            dict.fromkeys((*demand.warnings, *making.warnings(first_day), *visits.warnings))
        ),
        is_demonstration=demand.is_demonstration,
    )


def first_day_after(data_to: date, today: date) -> date:
    """Give the first day of a plan: today, or where the data ended long ago the day after that.

    >>> first_day_after(date(2026, 10, 31), date(2026, 11, 23))
    datetime.date(2026, 11, 23)
    >>> first_day_after(date(2018, 3, 31), date(2026, 11, 23))
    datetime.date(2018, 4, 1)
    """
    is_recent = data_to < today <= data_to + timedelta(days=RECENT_DAYS)
    return today if is_recent else data_to + timedelta(days=1)


@dataclass(frozen=True, eq=False)
class _Making:
    """What the parts of a plan are made of."""

    demand: Demand
    params: PatrolParams
    vintage: Vintage
    travel: Travel
    chosen: Chosen

    @cached_property
    def number_of(self) -> dict[int, int]:
        """Numbers of the areas from 1, the most expected first, by candidate."""
        areas = np.sort(np.array(self.chosen.choice.areas, np.intp))
        order = np.lexsort((areas, -self.chosen.candidates.expected[areas]))
        return {int(areas[at]): number for number, at in enumerate(order, 1)}

    def areas(self) -> tuple[FocusArea, ...]:
        """Describe the areas in the order of their numbers."""
        number_of = self.number_of
        team_of = {a: t for t, one in enumerate(self.chosen.choice.teams, 1) for a in one.areas}
        squares = self.chosen.candidates.take(np.array(list(number_of), np.intp))
        codes, wards, names = self._places(squares)
        total = self.demand.total
        return tuple(
            FocusArea(
                number=number,
                name=names[i],
                ward_code=codes[i],
                ward=wards[i],
                west=int(squares.west[i]),
                south=int(squares.south[i]),
                side_m=self.params.area_m,
                team=team_of[area],
                expected=None if self.demand.is_relative else float(squares.expected[i]),
                share=float(squares.expected[i] / total),
            )
            for i, (area, number) in enumerate(number_of.items())
        )

    def _places(self, squares: Candidates) -> tuple[list[str], list[str], list[str]]:
        """Give codes and names of the wards, and the names of the places."""
        easting, northing = squares.middles
        frame = np.zeros(len(squares), np.intp)
        codes, names = names_at(easting, northing, frame, self.vintage)
        wards = boundaries.load_wards(self.vintage).set_index(WARD_CODE)[WARD_NAME]
        return codes, [str(wards[code]) for code in codes], names

    def teams(self) -> tuple[Team, ...]:
        """Describe the rounds of the teams; one without an area has none."""
        number_of, problem = self.number_of, self.chosen.problem
        return tuple(
            Team(
                number=number,
                base=self.chosen.bases[one.base],
                areas=tuple(number_of[area] for area in one.areas),
                walking_minutes=problem.round_length(one.base, one.areas)
                - len(one.areas) * problem.visit_minutes,
                standing_minutes=len(one.areas) * problem.visit_minutes,
            )
            for number, one in enumerate(self.chosen.choice.teams, 1)
        )

    def rounds(self) -> list[TeamRound]:
        """Give the ways of each team."""
        number_of, problem = self.number_of, self.chosen.problem
        found = []
        for number, one in enumerate(self.chosen.choice.teams, 1):
            nodes = np.array([problem.base_node(one.base), *one.areas], np.intp)
            numbers = tuple(number_of[area] for area in one.areas)
            found.append(TeamRound(number, numbers, problem.minutes[np.ix_(nodes, nodes)]))
        return found

    def warnings(self, first_day: date) -> tuple[str, ...]:
        """Say how old the data is, what of the streets was left out, and who has time left."""
        age = age_warning(self.demand.data_to, first_day)
        return (*age, *self.travel.notes, *self._time_left())

    def _time_left(self) -> list[str]:
        """Say where teams have time for more, and there is no more to do."""
        problem, teams = self.chosen.problem, self.chosen.choice.teams
        spent = [problem.round_length(one.base, one.areas) for one in teams]
        left = self.params.rounds * sum(problem.round_minutes - minutes for minutes in spent)
        if len(left_out(self.chosen, 1)) or left < problem.round_minutes:
            return []
        return [
            (
                f"All squares that rest on enough incidents and lie apart are in the plan, and "
                f"{left:,} minutes of each shift are left. Fewer teams would do; larger areas, or "
                "a longer time to look at, give more places to stand."
            )
        ]

    def at_risk_from_hour(self) -> int:
        """Find the busiest hours in a row of the shift; of equal ones the earliest."""
        length = self.params.hours_at_risk
        sums = np.convolve(self.demand.of_hours, np.ones(length), "valid").round(9)
        return self.params.shift.clock_hours[int(sums.argmax())]

    def left_out(self) -> tuple[LeftOut, ...]:
        """Describe the best areas that are not in the plan."""
        rows = left_out(self.chosen, MOST_LEFT_OUT)
        squares = self.chosen.candidates.take(rows)
        if len(rows) == 0:
            return ()
        codes, _, names = self._places(squares)
        return tuple(
            LeftOut(
                name=names[i],
                ward_code=codes[i],
                west=int(squares.west[i]),
                south=int(squares.south[i]),
                side_m=self.params.area_m,
                expected=None if self.demand.is_relative else float(squares.expected[i]),
                why=self._why_not(int(area)),
            )
            for i, area in enumerate(rows)
        )

    def _why_not(self, area: int) -> str:
        problem = self.chosen.problem
        short = min(self._minutes_short(team, area) for team in range(problem.teams))
        if short > 0:
            minutes = "minute" if short == 1 else "minutes"
            return f"The team that is nearest would need {short} more {minutes} for each round."
        if self.params.spread == "ward":
            return "Its ward has as many areas as any other that can be reached."
        return "It fits only in place of areas that hold more together."

    def _minutes_short(self, team: int, area: int) -> int:
        """Give the minutes that a team is short of to visit an area as well."""
        problem, one = self.chosen.problem, self.chosen.choice.teams[team]
        base = problem.base_node(one.base)
        stops = [base, *one.areas, base]
        longer = min(
            int(problem.minutes[a, area] + problem.minutes[area, b] - problem.minutes[a, b])
            for a, b in pairwise(stops)
        )
        length = problem.round_length(one.base, one.areas) + longer + problem.visit_minutes
        return length - problem.round_minutes

    def paths(self) -> dict[str, tuple[tuple[float, float], ...]]:
        """Give the lines of each team's shortest round."""
        number_of, problem = self.number_of, self.chosen.problem
        easting, northing = self.chosen.candidates.middles
        found = {}
        for team, one in enumerate(self.chosen.choice.teams, 1):
            base = self.chosen.bases[one.base]
            at = {problem.base_node(one.base): (0, (base.easting, base.northing))}
            at |= {a: (number_of[a], (float(easting[a]), float(northing[a]))) for a in one.areas}
            node = problem.base_node(one.base)
            for a, b in pairwise([node, *one.areas, node] if one.areas else []):
                (first, start), (last, end) = at[a], at[b]
                found[f"{team}:{first}-{last}"] = self.travel.path(start, end)
        return found

    def rules(self, wanted: Wanted, first_day: date) -> dict[str, str]:
        """Say how what was not given was filled in."""
        rules = {"walking": self.travel.words, "areas": self._areas_rule()}
        if wanted.first_day is None:
            rules["first_day"] = (
                "today"
                if first_day > self.demand.data_to + timedelta(days=1)
                else "the day after the data ends"
            )
        if self.params.at_risk_hours is None:
            rules["at_risk_hours"] = "as many hours as the minutes of a team last"
        rules["at_risk_from_hour"] = "the busiest hours in a row of the shift"
        if not self.params.bases:
            rules["bases"] = "the known place that costs each team the least walking"
        return rules

    def _areas_rule(self) -> str:
        chosen = self.chosen
        looked_at = f"the {len(chosen.candidates):,} with most expected incidents"
        which = "all" if len(chosen.candidates) == chosen.n_eligible else looked_at
        return f"chosen among {chosen.n_eligible:,} squares that rest on enough, looking at {which}"
