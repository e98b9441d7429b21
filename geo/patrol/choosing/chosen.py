"""From what is expected to the areas of each team: the way that all plans go."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from shapely.geometry.base import BaseGeometry

import boundaries
from boundaries.columns import PLACE_NAME
from boundaries.errors import ParameterError
from boundaries.vintages import Vintage
from geo.patrol.choosing.bound import covered_cells
from geo.patrol.choosing.candidates import Candidates, Whole, candidates_of
from geo.patrol.choosing.choice import choose, choose_spread
from geo.patrol.choosing.exact import best_choice, is_small
from geo.patrol.choosing.problem import Choice, Problem
from geo.patrol.expected.demand import Demand
from geo.patrol.params import Base, PatrolParams
from geo.patrol.walking.travel import StraightTravel, Travel

_KEPT_FOR_EACH_VISIT = 25
_LEAST_KEPT, _MOST_KEPT = 400, 1_000
"""Only the most valuable squares are looked at, many times as many as can be visited."""


@dataclass(frozen=True, eq=False)
class Chosen:
    """What was chosen, and from what.

    Attributes
    ----------
    candidates
        The squares looked at, most valuable first.
    n_eligible
        How many there were in all.
    bases
        Where teams may start and end.
    problem, choice
        In numbers of the candidates and bases.
    """

    candidates: Candidates
    n_eligible: int
    bases: tuple[Base, ...]
    problem: Problem
    choice: Choice

    @property
    def areas(self) -> Candidates:
        """The squares chosen, in the order of teams and rounds."""
        return self.candidates.take(np.array(self.choice.areas, np.intp))


def choose_areas(
    demand: Demand,
    params: PatrolParams,
    vintage: Vintage,
    travel: Travel | None = None,
    within: BaseGeometry | None = None,
) -> Chosen:
    """Choose areas and rounds for all teams.

    Parameters
    ----------
    travel
        Knows how long it takes to walk; None for straight lines.
    within
        Only squares whose middle lies here (EPSG:27700).

    Raises
    ------
    ParameterError
        No square rests on enough, or none can be visited in the minutes.
    """
    travel = travel or StraightTravel(params.walking_kmh, params.detour)
    eligible = candidates_of(demand, params, vintage, within)
    if len(eligible) == 0:
        raise ParameterError(_none_eligible(demand, params, within))
    kept = eligible.take(np.arange(min(len(eligible), _most_looked_at(params))))
    bases = params.bases or known_places()
    problem = _problem(kept, params, bases, travel)
    if len(kept) < len(eligible):
        problem = replace(problem, left_out_at_most=float(eligible.value[len(kept)]))
    choice = _choice(problem, kept, params)
    if not choice.areas:
        raise ParameterError(_none_in_reach(problem, params))
    return Chosen(kept, len(eligible), bases, problem, choice)


def known_places() -> tuple[Base, ...]:
    """Give the places that ship with the project as bases."""
    places = boundaries.load_places()
    east, north = places.geometry.x, places.geometry.y
    return tuple(
        Base(str(name), float(x), float(y))
        for name, x, y in zip(places[PLACE_NAME], east, north, strict=True)
    )


def _most_looked_at(params: PatrolParams) -> int:
    visits = params.teams * (params.minutes_of_a_round // params.visit_minutes)
    return int(np.clip(_KEPT_FOR_EACH_VISIT * visits, _LEAST_KEPT, _MOST_KEPT))


def _problem(
    squares: Candidates, params: PatrolParams, bases: Sequence[Base], travel: Travel
) -> Problem:
    easting, northing = squares.middles
    minutes = travel.minutes(
        np.append(easting, [base.easting for base in bases]),
        np.append(northing, [base.northing for base in bases]),
    )
    detour = travel.detour if isinstance(travel, StraightTravel) else 1.0
    side = StraightTravel(params.walking_kmh, detour).minutes(
        np.array([0.0, params.area_m + params.gap_m]), np.zeros(2)
    )
    return Problem(
        value=squares.value,
        overlaps=squares.overlaps(),
        minutes=minutes,
        bases=_of_teams(params, len(bases)),
        round_minutes=params.planned_minutes_of_a_round,
        visit_minutes=params.visit_minutes,
        group=squares.ward,
        least_leg=int(side[0, 1]),
    )


def _of_teams(params: PatrolParams, n_bases: int) -> tuple[tuple[int, ...], ...]:
    if not params.bases:
        return (tuple(range(n_bases)),) * params.teams
    return tuple((team % n_bases,) for team in range(params.teams))


def _choice(problem: Problem, squares: Candidates, params: PatrolParams) -> Choice:
    if params.spread == "ward":
        return choose_spread(problem, covered_cells(squares), seed=params.seed)
    if is_small(problem):
        return best_choice(problem)
    return choose(problem, covered_cells(squares), seed=params.seed)


def left_out(chosen: Chosen, most: int) -> Whole:
    """Give the most valuable candidates that overlap no area of the plan, nor each other, (k,)."""
    found: list[int] = []
    overlaps = chosen.problem.overlaps
    excluded = np.asarray(overlaps[list(chosen.choice.areas)].any(axis=0), np.bool_)
    for area in range(len(chosen.candidates)):
        if len(found) == most:
            break
        if not excluded[area]:
            found.append(area)
            excluded |= overlaps[area]
    return np.array(found, np.intp)


def _none_eligible(demand: Demand, params: PatrolParams, within: BaseGeometry | None) -> str:
    where = " within the areas chosen" if within is not None else ""
    if demand.incidents is None:
        return (
            f"No square of {params.area_m} m{where} lies on land for which enough is released; "
            "make areas smaller, or choose data with more incidents."
        )
    return (
        f"No square of {params.area_m} m{where} rests on {params.min_incidents} incidents at three "
        "places in the time that areas rest on; make areas larger, make that time longer, or ask "
        "for fewer incidents."
    )


def _none_in_reach(problem: Problem, params: PatrolParams) -> str:
    m = len(problem)
    nearest = int(problem.minutes[m:, :m].min())
    needed = 2 * nearest + params.visit_minutes
    return (
        f"No area can be visited: a round has {problem.round_minutes} minutes for walking and "
        f"standing, and the nearest area needs {needed}. Give more minutes, a base that is nearer, "
        "shorter visits, or fewer hours at risk."
    )
