"""Visits keep within the minutes, come often enough, and in orders that nobody can foresee."""

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundaries.errors import ParameterError
from geo.patrol.params import PatrolParams
from geo.patrol.shift import PatrolShift
from geo.patrol.walking import orders as orders_module
from geo.patrol.walking.orders import orders_that_fit
from geo.patrol.walking.travel import StraightTravel
from geo.patrol.walking.visits import TeamRound, schedule

FRIDAY = date(2018, 3, 2)
LONDON_CHANGES = PatrolShift(("Saturday",), 22, 6)


def between(points, walking_kmh=4.5):
    east, north = np.array(points, np.float64).T
    return StraightTravel(walking_kmh, 1.3).minutes(east, north)


def length_of(order, minutes, visit_minutes):
    stops = [0, *(area + 1 for area in order), 0]
    return sum(int(minutes[a, b]) for a, b in pairwise(stops)) + len(order) * visit_minutes


def all_that_fit(minutes, visit_minutes, room):
    every = permutations(range(len(minutes) - 1))
    return {order for order in every if length_of(order, minutes, visit_minutes) <= room}


@st.composite
def asked(draw):
    """A plan's settings and one or two teams with areas that fit a round in the order given."""
    start, length = draw(st.integers(0, 23)), draw(st.integers(2, 24))
    at_risk = draw(st.integers(1, length))
    minutes = draw(st.integers(3, min(6 * at_risk, 72))) * 10
    params = PatrolParams(
        shift=PatrolShift(("Friday", "Saturday", "Sunday"), start, (start + length) % 24),
        minutes=minutes,
        at_risk_hours=at_risk,
        visit_minutes=draw(st.integers(10, 16)),
        seed=draw(st.integers(0, 1000)),
    )
    at = st.integers(0, 1500)
    rounds = []
    for team in range(1, draw(st.integers(1, 2)) + 1):
        points = draw(st.lists(st.tuples(at, at), min_size=2, max_size=7, unique=True))
        legs = between(points)
        while len(legs) > 1 and (
            length_of(range(len(legs) - 1), legs, params.visit_minutes) > params.minutes_of_a_round
        ):
            legs = legs[:-1, :-1]
        areas = tuple(10 * team + n for n in range(len(legs) - 1))
        rounds.append(TeamRound(team, areas, legs))
    hour = (start + draw(st.integers(0, length - at_risk))) % 24
    return rounds, params, hour


@given(asked())
def test_every_promise_of_a_schedule(case):
    rounds, params, hour = case
    days = params.shift.dates(FRIDAY, 1)
    found = schedule(rounds, days, params, hour)
    assert found == schedule(rounds, days, params, hour)
    visits, returns = defaultdict(list), defaultdict(list)
    for visit in found.visits:
        assert visit.end - visit.start == timedelta(minutes=params.visit_minutes)
        visits[visit.day, visit.team].append(visit)
    for back in found.returns:
        returns[back.day, back.team].append(back)
    assert [(v.day, v.team, v.start) for v in found.visits] == sorted(
        (v.day, v.team, v.start) for v in found.visits
    )
    for day in days:
        midnight = datetime(day.year, day.month, day.day)
        hours = params.shift.start_hour + (hour - params.shift.start_hour) % 24
        at_risk_from = midnight + timedelta(hours=hours)
        for one in rounds:
            of_team, back = visits[day, one.team], returns[day, one.team]
            walked = sum(v.walk_minutes for v in of_team) + sum(r.walk_minutes for r in back)
            stood = params.visit_minutes * len(of_team)
            assert walked + stood <= params.minutes
            assert len(back) == (params.rounds if one.areas else 0)
            assert Counter(v.area for v in of_team) == dict.fromkeys(one.areas, params.rounds)
            at = at_risk_from
            for number in range(1, params.rounds + 1):
                in_round = [v for v in of_team if v.round == number]
                begun = at
                for visit in in_round:
                    left = visit.start - timedelta(minutes=visit.walk_minutes)
                    assert left >= at
                    begun = left if visit is in_round[0] else begun
                    assert visit is in_round[0] or left == at
                    at = visit.end
                for home in (r for r in back if r.round == number):
                    assert home.at == at + timedelta(minutes=home.walk_minutes)
                    assert home.at - begun <= timedelta(minutes=params.minutes_of_a_round)
                    at = home.at
            assert at <= at_risk_from + timedelta(hours=params.hours_at_risk)
            assert at <= midnight + timedelta(hours=params.shift.start_hour + params.shift.length_h)
            for area in one.areas:
                of_area = [v for v in of_team if v.area == area]
                for before, after in pairwise(of_area):
                    assert after.start - before.end <= timedelta(hours=2)


@given(asked())
def test_each_shift_begins_in_another_order_where_more_than_two_fit(case):
    rounds, params, hour = case
    found = schedule(rounds, params.shift.dates(FRIDAY, 2), params, hour)
    for one, n_orders in zip(rounds, found.orders, strict=True):
        first = defaultdict(list)
        for visit in found.visits:
            if visit.team == one.team and visit.round == 1:
                first[visit.day].append(visit.area)
        assert n_orders <= 2 or all(a != b for a, b in pairwise(first.values()))


@given(
    st.lists(st.tuples(st.integers(0, 900), st.integers(0, 900)), min_size=2, max_size=6),
    st.integers(30, 120),
)
def test_orders_are_exactly_those_that_fit(points, room):
    legs = between(points)
    found = orders_that_fit(legs, 10, room, np.random.default_rng(0))
    assert len(found) == len(all_that_fit(legs, 10, room))
    assert set(map(tuple, found.sequence.tolist())) == all_that_fit(legs, 10, room)
    for order, starts, length in zip(found.sequence, found.starts, found.length, strict=True):
        assert length == length_of(order, legs, 10)
        begins = [length_of(order[:j], legs, 10) for j in range(1, len(order) + 1)]
        home = [int(legs[area + 1, 0]) for area in order]
        assert starts[order].tolist() == [b - h - 10 for b, h in zip(begins, home, strict=True)]


def test_beyond_the_limit_an_even_sample_is_followed_with_the_order_given(monkeypatch):
    monkeypatch.setattr(orders_module, "MOST_ORDERS", 300)
    legs = np.ones((8, 8), np.intp) - np.eye(8, dtype=np.intp)
    found = orders_that_fit(legs, 10, 120, np.random.default_rng(4))
    assert 300 <= len(found) <= 301
    assert len(np.unique(found.sequence, axis=0)) == len(found)
    assert [*range(7)] in found.sequence.tolist()
    # Each area comes first about as often: 43 of 300, standard deviation 6.
    assert np.bincount(found.sequence[:, 0], minlength=7).min() > 43 - 5 * 6


def test_all_orders_that_fit_are_drawn_equally_often():
    legs = between([(0, 0), (200, 0), (0, 300), (400, 300), (500, 0)])
    params = PatrolParams(
        shift=PatrolShift(("Friday",), 18, 2), minutes=100, visit_minutes=15, weeks=4
    )
    fit = all_that_fit(legs, 15, 100)
    assert 2 < len(fit) < 24  # or the test would say nothing
    drawn = Counter()
    leaves = Counter()
    days = [FRIDAY]  # one day each, so that no day before narrows the draw
    for seed in range(800):
        one = PatrolParams(**{**vars(params), "seed": seed})
        visits = schedule([TeamRound(1, (0, 1, 2, 3), legs)], days, one, 20).visits
        drawn[tuple(v.area for v in visits)] += 1
        leaves[visits[0].start - timedelta(minutes=visits[0].walk_minutes)] += 1
    assert set(drawn) == fit
    expected = 800 / len(fit)
    assert all(abs(n - expected) < 5 * expected**0.5 for n in drawn.values())
    assert len(leaves) > 5


def test_the_same_order_again_is_always_in_time_so_that_a_round_is_never_impossible():
    """One order fits, and just: two hours at risk for each round, all minutes used up."""
    legs = np.array([[0, 1, 30, 30], [1, 0, 1, 30], [30, 1, 0, 1], [1, 30, 1, 0]])
    params = PatrolParams(
        shift=PatrolShift(("Friday",), 18, 2), minutes=4 * 49, at_risk_hours=8, visit_minutes=15
    )
    assert params.rounds == 4
    found = schedule([TeamRound(1, (1, 2, 3), legs)], [FRIDAY], params, 18)
    assert found.orders == (1,)
    assert [v.area for v in found.visits] == [1, 2, 3] * 4


def test_a_team_without_areas_stays_away_and_a_round_too_long_is_said():
    params = PatrolParams()
    legs = between([(0, 0), (4000, 0)])
    assert schedule([TeamRound(1, (), legs[:1, :1])], [FRIDAY], params, 18).orders == (0,)
    with pytest.raises(ParameterError, match=r"No order of the 1 areas of team 2 fits the 120 min"):
        schedule([TeamRound(2, (7,), legs)], [FRIDAY], params, 18)
    with pytest.raises(ParameterError, match=r"The 2 hours at risk from 01:00 do not lie in the s"):
        schedule([], [FRIDAY], params, 1)


def test_nights_in_which_the_clocks_change_are_said():
    params = PatrolParams(shift=LONDON_CHANGES, minutes=240)
    days = [date(2018, 3, 24), date(2018, 3, 31), date(2018, 10, 27)]
    said = schedule([], days, params, 0).warnings
    forward = (
        "On Sunday 25 March 2018 the clocks go forward: there is no time from 01:00 to 02:00, so "
        "visits planned for it cannot be made."
    )
    back = (
        "On Sunday 28 October 2018 the clocks go back: the hour from 01:00 comes twice, and the "
        "plan is for the first of the two."
    )
    assert said == (forward, back)
    assert schedule([], days, params, 2).warnings == ()


def test_visits_after_midnight_are_on_the_next_day_of_the_calendar():
    params = PatrolParams(minutes=120)
    legs = between([(0, 0), (100, 0), (0, 100)])
    found = schedule([TeamRound(1, (1, 2), legs)], [FRIDAY], params, 0)
    assert {v.start.date() for v in found.visits} == {FRIDAY + timedelta(days=1)}
    assert {v.day for v in found.visits} == {FRIDAY}
