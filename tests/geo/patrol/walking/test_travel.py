"""Straight ways: as a slow version says, the same both ways, and never shorter by a detour."""

from math import ceil, hypot

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geo.patrol.walking.travel import StraightTravel

METRES = st.integers(0, 9_000)
PLACES = st.lists(st.tuples(METRES, METRES), min_size=1, max_size=8)
SPEEDS = st.sampled_from([2, 3.5, 4.5, 6, 7])
DETOURS = st.sampled_from([1, 1.3, 1.45, 2])


@given(PLACES, SPEEDS, DETOURS)
def test_minutes_are_those_of_a_slow_version(places, walking_kmh, detour):
    east, north = np.array(places, np.float64).T
    found = StraightTravel(walking_kmh, detour).minutes(east, north)
    for (a, b), row in zip(places, found.tolist(), strict=True):
        for (c, d), minutes in zip(places, row, strict=True):
            exact = hypot(a - c, b - d) * detour / 1000 / walking_kmh * 60
            assert minutes == ceil(exact) or abs(exact - round(exact)) < 1e-6
    assert (found == found.T).all()
    assert (found[:, :, None] + found[None] >= found[:, None, :]).all()
    assert (found >= StraightTravel(walking_kmh, 1).minutes(east, north)).all()


def test_an_exact_number_of_minutes_is_not_rounded_up():
    metres = np.arange(0, 120) * 75 / 1.3  # each minute at 4.5 km/h, with the detour
    found = StraightTravel(4.5, 1.3).minutes(metres, np.zeros(120))
    assert found[0].tolist() == list(range(120))
    just_more = StraightTravel(4.5, 1.3).minutes(np.array([0, 75 / 1.3 + 0.01]), np.zeros(2))
    assert just_more[0, 1] == 2


def test_the_way_is_the_straight_line():
    travel = StraightTravel(4.5, 1.3)
    assert travel.path((0, 0), (3, 4)) == ((0, 0), (3, 4))
    assert travel.words == "straight lines times 1.3, at 4.5 km/h"
