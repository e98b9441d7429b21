"""When each team is where: rounds in an order that nobody can foresee, within the minutes.

A team goes round its areas as often as the hours at risk need, so that none waits longer than two
hours between two visits. Each round leaves the base, stands in every area once and returns. Its
order is drawn evenly among all that fit; minutes to spare are waited at the base before leaving,
a drawn number of them, so that the first visit comes at another time each day, too.

Times are those of the clock in London, without a time zone, as in the rest of the product. In the
two nights in which the clocks are changed an hour is missing or comes twice; the schedule keeps to
the hours of the clock and says so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from boundaries.errors import ParameterError
from geo.patrol.params import MOST_HOURS_BETWEEN_VISITS, PatrolParams
from geo.patrol.plan import Return, Visit
from geo.patrol.walking.orders import Orders, orders_that_fit
from geo.patrol.walking.travel import Minutes
from geo.readers.clock_changes import skipped_and_repeated
from geo.times.shifts import HOURS_OF_DAY

_LONGEST_WAIT = 60 * MOST_HOURS_BETWEEN_VISITS
_FORESEEABLE = 2
"""Taking turns between two orders would be easier to foresee than drawing one each time."""


@dataclass(frozen=True, eq=False)
class TeamRound:
    """The areas of a team and the ways between them.

    Attributes
    ----------
    team
        From 1.
    areas
        Numbers of the areas in the shortest order, k of them.
    minutes
        Shape (k + 1, k + 1): whole minutes of walking; row 0 is the base, row i the i-th area.
    """

    team: int
    areas: tuple[int, ...]
    minutes: Minutes


@dataclass(frozen=True)
class Schedule:
    """All visits of a plan; see :class:`geo.patrol.plan.Plan`.

    Attributes
    ----------
    orders
        By team, among how many orders each round's is drawn; 0 for a team without areas. Exact up
        to 8 areas; with more, at least so many.
    warnings
        Nights among the days in which the clocks are changed, sentences.
    """

    visits: tuple[Visit, ...]
    returns: tuple[Return, ...]
    orders: tuple[int, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Round:
    """One round drawn: a row of the orders, and when the team leaves its base."""

    row: int
    leaves: int


def schedule(
    rounds: Sequence[TeamRound], days: Sequence[date], params: PatrolParams, at_risk_from_hour: int
) -> Schedule:
    """Put visits on the clock.

    Parameters
    ----------
    rounds
        One for each team.
    days
        On which a shift begins.
    at_risk_from_hour
        Hour of the clock at which the hours at risk begin; after midnight in the shift that began
        on the day before.

    Returns
    -------
    Schedule
        The same for the same seed, day and areas. No team begins two shifts in a row in the same
        order where more than two fit.

    Raises
    ------
    ParameterError
        The hours at risk do not lie in the shift, or a team's shortest round is too long.
    """
    starts = round_starts(params, at_risk_from_hour)
    visits: list[Visit] = []
    returns: list[Return] = []
    counted = []
    for one in rounds:
        if not one.areas:
            counted.append(0)
            continue
        orders = _orders_of(one, params)
        counted.append(len(orders))
        for day, drawn in _days_drawn(one, orders, days, params, starts):
            for number, round_ in enumerate(drawn, 1):
                visits += _visits(one, orders, round_, day, number, params.visit_minutes)
                returns.append(_return(one, orders, round_, day, number))
    return Schedule(
        tuple(sorted(visits, key=lambda v: (v.day, v.team, v.start))),
        tuple(sorted(returns, key=lambda r: (r.day, r.team, r.at))),
        tuple(counted),
        clock_changes(days, params, at_risk_from_hour),
    )


def round_starts(params: PatrolParams, at_risk_from_hour: int) -> tuple[int, ...]:
    """Say from when on each round may leave its base: minutes after the midnight of the day.

    >>> round_starts(PatrolParams(minutes=200), 21)
    (1260, 1380)
    """
    begins = 60 * _hours_after_midnight(params, at_risk_from_hour)
    length = 60 * params.hours_at_risk
    return tuple(begins + n * length // params.rounds for n in range(params.rounds))


def _hours_after_midnight(params: PatrolParams, at_risk_from_hour: int) -> int:
    shift = params.shift
    into_shift = (at_risk_from_hour - shift.start_hour) % HOURS_OF_DAY
    if into_shift + params.hours_at_risk > shift.length_h:
        msg = (
            f"The {params.hours_at_risk} hours at risk from {at_risk_from_hour:02d}:00 do not lie "
            f"in the shift ({shift.in_words()}); begin them earlier or make the shift longer."
        )
        raise ParameterError(msg)
    return shift.start_hour + into_shift


def _orders_of(one: TeamRound, params: PatrolParams) -> Orders:
    orders = orders_that_fit(
        one.minutes,
        params.visit_minutes,
        params.minutes_of_a_round,
        np.random.default_rng((params.seed, one.team)),
    )
    if not len(orders):
        msg = (
            f"No order of the {len(one.areas)} areas of team {one.team} fits the "
            f"{params.minutes_of_a_round} minutes of a round; give it fewer areas or more minutes."
        )
        raise ParameterError(msg)
    return orders


def _days_drawn(
    one: TeamRound,
    orders: Orders,
    days: Sequence[date],
    params: PatrolParams,
    starts: tuple[int, ...],
) -> Iterator[tuple[date, list[_Round]]]:
    before: int | None = None
    for day in days:
        rng = np.random.default_rng((params.seed, one.team, day.toordinal()))
        drawn = _drawn(orders, params, starts, before, rng)
        before = drawn[0].row
        yield day, drawn


def _drawn(
    orders: Orders,
    params: PatrolParams,
    starts: tuple[int, ...],
    before: int | None,
    rng: np.random.Generator,
) -> list[_Round]:
    """Draw the rounds of one shift, one after the other.

    Of the first any order fits. After it an order fits if it is in time for every area when the
    team leaves at once. The order of the round before always is: a round leaves two hours after
    the one before at most, and that one may have left later than it could, so that in the same
    order every visit begins two hours after the one before began at most, and before it ended.
    """
    rows = np.arange(len(orders))
    if before is not None and len(orders) > _FORESEEABLE:
        rows = np.delete(rows, before)
    drawn: list[_Round] = []
    latest: NDArray[np.intp] | None = None  # by area, when its next visit has to begin
    for start in starts:
        if latest is not None:
            rows = np.flatnonzero((start + orders.starts <= latest).all(axis=1))
        row = int(rng.choice(rows))
        spare = params.minutes_of_a_round - int(orders.length[row])
        if latest is not None:
            spare = min(spare, int((latest - start - orders.starts[row]).min()))
        leaves = start + int(rng.integers(spare + 1))
        latest = leaves + orders.starts[row] + params.visit_minutes + _LONGEST_WAIT
        drawn.append(_Round(row, leaves))
    return drawn


def _visits(
    one: TeamRound, orders: Orders, round_: _Round, day: date, number: int, visit_minutes: int
) -> list[Visit]:
    sequence = orders.sequence[round_.row].tolist()
    visits = []
    for before, area in pairwise([-1, *sequence]):
        start = _clock(day, round_.leaves + int(orders.starts[round_.row, area]))
        visits.append(
            Visit(
                day=day,
                team=one.team,
                round=number,
                area=one.areas[area],
                start=start,
                end=start + timedelta(minutes=visit_minutes),
                walk_minutes=int(one.minutes[before + 1, area + 1]),
            )
        )
    return visits


def _return(one: TeamRound, orders: Orders, round_: _Round, day: date, number: int) -> Return:
    return Return(
        day=day,
        team=one.team,
        round=number,
        at=_clock(day, round_.leaves + int(orders.length[round_.row])),
        walk_minutes=int(one.minutes[orders.sequence[round_.row, -1] + 1, 0]),
    )


def _clock(day: date, minutes: int) -> datetime:
    return datetime.combine(day, time()) + timedelta(minutes=minutes)


def clock_changes(
    days: Sequence[date], params: PatrolParams, at_risk_from_hour: int
) -> tuple[str, ...]:
    """Say in which of the nights the clocks are changed during the hours at risk."""
    first = _hours_after_midnight(params, at_risk_from_hour)
    hours = [
        _clock(day, 60 * hour)
        for day in days
        for hour in range(first, first + params.hours_at_risk)
    ]
    skipped, repeated = skipped_and_repeated(np.array(hours, "M8[us]"))
    forward = [
        f"On {_date(hours[i])} the clocks go forward: there is no time from {hours[i]:%H:%M} to "
        f"{hours[i] + timedelta(hours=1):%H:%M}, so visits planned for it cannot be made."
        for i in np.flatnonzero(skipped)
    ]
    back = [
        f"On {_date(hours[i])} the clocks go back: the hour from {hours[i]:%H:%M} comes twice, and "
        "the plan is for the first of the two."
        for i in np.flatnonzero(repeated)
    ]
    return (*forward, *back)


def _date(moment: datetime) -> str:
    return f"{moment:%A} {moment.day} {moment:%B %Y}"
