"""Repeat victims and places: shares, concentration, and the time to the next incident."""

from collections import Counter
from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries.errors import ParameterError
from geo.readers import read
from geo.repeats.repeats import (
    CHANCE,
    CONCENTRATION_COLUMNS,
    CURVE_COLUMNS,
    DISTINCT,
    FOLLOWED,
    INCIDENT_SHARE,
    INCIDENTS,
    LEFT_OUT,
    OF,
    PERIODS_DAYS,
    PLACES,
    REPEAT_COLUMNS,
    REPEAT_INCIDENT_SHARE,
    REPEAT_INCIDENTS,
    REPEAT_SHARE,
    REPEATS,
    SHARE_OF_FOLLOWED,
    TOP_PERCENT,
    VICTIMS,
    WITHIN_DAYS,
    RepeatsParams,
    chance_of_another,
    days_to_next,
    repeats,
)
from geo.schema import VICTIM_REF, Incidents
from geo.selection import Selection
from tests.factories import make_incidents
from tests.reruns import assert_reruns

ALL = Selection()
TWO = RepeatsParams()
CENTRE = (523_500.0, 179_900.0)


def of_victims(victims, days=None, points=None, precision="day") -> Incidents:
    days = [0] * len(victims) if days is None else days
    times = (np.datetime64("2016-01-01") + np.array(days, int)).astype(str).tolist()
    incidents = make_incidents(times, points or [CENTRE] * len(victims), precision=precision)
    refs = pd.Series(victims, dtype="str")
    return Incidents(incidents.frame.assign(**{VICTIM_REF: refs}))


def row(result, name: str) -> pd.Series:
    return result.frame.set_index(OF).loc[name]


def test_the_tables_have_exactly_these_columns():
    result = repeats(read(["demo"]).incidents, ALL, TWO)
    assert tuple(result.frame.columns) == REPEAT_COLUMNS
    assert tuple(result.concentration.columns) == CONCENTRATION_COLUMNS
    assert tuple(result.curve.columns) == CURVE_COLUMNS
    assert result.frame[OF].tolist() == [VICTIMS, PLACES]
    assert result.concentration[TOP_PERCENT].tolist() == [1, 5, 10, 20, 50] * 2
    assert result.curve[WITHIN_DAYS].tolist() == [7, 28, 91, 365] * 2


def test_the_boroughs_published_share_of_repeat_victims():
    # The borough's hate crime strategy 2019-2023: 357 of 2,449 victims are repeat victims, 15 %.
    victims = [f"V{k}" for k in range(2_449)] + [f"V{k}" for k in range(357)]
    found = row(repeats(of_victims(victims), ALL, TWO), VICTIMS)
    assert (found[REPEATS], found[DISTINCT]) == (357, 2_449)
    assert round(found[REPEAT_SHARE], 1) == 14.6
    assert f"{found[REPEAT_SHARE]:.0f}" == "15"
    assert found[REPEAT_INCIDENTS] == 714
    assert found[REPEAT_INCIDENT_SHARE] == pytest.approx(100 * 714 / 2_806)


def test_unknown_victims_and_places_are_counted_apart():
    nowhere = (float("nan"), float("nan"))
    incidents = of_victims(["a", "a", None, "b"], points=[CENTRE, nowhere, CENTRE, (550_000, 1)])
    result = repeats(incidents, ALL, TWO)
    victims, places = row(result, VICTIMS), row(result, PLACES)
    assert victims[[INCIDENTS, LEFT_OUT, DISTINCT, REPEATS]].tolist() == [3, 1, 2, 1]
    assert places[[INCIDENTS, LEFT_OUT, DISTINCT, REPEATS]].tolist() == [2, 2, 1, 1]
    warnings = result.record.warnings
    assert warnings[0].startswith("1 of 4 incidents have no victim reference")
    assert warnings[1].startswith("2 of 4 incidents are not located in the borough")
    assert "A place here is a recorded position" in warnings[2]


def test_without_victim_references_every_victim_is_unknown():
    result = repeats(make_incidents(["2016-01-01"] * 2, [CENTRE] * 2), ALL, TWO)
    found = row(result, VICTIMS)
    assert found[[INCIDENTS, LEFT_OUT, DISTINCT, REPEATS]].tolist() == [0, 2, 0, 0]
    assert np.isnan(found[REPEAT_SHARE])
    assert result.concentration.set_index(OF)[INCIDENT_SHARE][VICTIMS].isna().all()


def test_how_many_make_a_repeat_can_be_chosen():
    incidents = of_victims(list("aaabbc"))
    assert row(repeats(incidents, ALL, RepeatsParams(3)), VICTIMS)[REPEATS] == 1
    assert row(repeats(incidents, ALL, TWO), VICTIMS)[REPEATS] == 2
    with pytest.raises(ParameterError, match="min_incidents is 1; it must be from 2 to 20"):
        RepeatsParams(1)


def test_concentration_on_the_most_affected():
    victims = [f"V{k}" for k in range(20)] + ["V0"] * 9 + ["V1"] * 4 + ["V2"] * 2
    result = repeats(of_victims(victims), ALL, TWO)
    held = result.concentration.set_index([OF, TOP_PERCENT])[INCIDENT_SHARE][VICTIMS]
    # 35 incidents; 1 % of 20 victims is a fifth of the one with 10.
    expected = {1: 2, 5: 10, 10: 15, 20: 19, 50: 25}
    assert held.to_dict() == pytest.approx({top: 100 * n / 35 for top, n in expected.items()})


def test_the_time_to_the_next_incident():
    # The victim a: 0, 5 and 30 days; b once; c twice on one day. The data ends on day 100.
    incidents = of_victims(list("abaccab"), [0, 2, 5, 10, 10, 30, 100])
    curve = repeats(incidents, ALL, TWO).curve.set_index([OF, WITHIN_DAYS]).loc[VICTIMS]
    assert curve[FOLLOWED].to_dict() == {7: 2, 28: 3, 91: 3, 365: 4}
    assert curve[SHARE_OF_FOLLOWED].to_dict() == {7: 50, 28: 75, 91: 75, 365: 100}
    # Waiting: 5, 25, 70+, 98, 0+ (b's last), 0, 90+; at 0 one of seven is followed.
    after_0, after_5, after_25 = 6 / 7, 6 / 7 * 4 / 5, 6 / 7 * 4 / 5 * 3 / 4
    chances = [curve[CHANCE][days] for days in PERIODS_DAYS]
    assert chances[:2] == pytest.approx([100 * (1 - after_5), 100 * (1 - after_25)])
    assert chances[2] == pytest.approx(100 * (1 - after_25))
    assert np.isnan(chances[3])
    assert after_0 > after_5


def test_months_are_left_out_of_the_curve_and_counted_otherwise():
    incidents = of_victims(list("aab"), [0, 5, 9], precision=["day", "month", "day"])
    result = repeats(incidents, ALL, TWO)
    assert row(result, VICTIMS)[REPEATS] == 1
    assert result.curve[FOLLOWED].tolist()[:4] == [0] * 4
    assert "1 of 3 incidents are known to the month only" in " ".join(result.record.warnings)


def test_the_end_of_the_selection_ends_the_waiting():
    incidents = of_victims(list("abb"), [0, 9, 200])
    cut = repeats(incidents, Selection(end=date(2016, 1, 31)), TWO).curve
    assert np.isnan(cut[CHANCE][2])
    assert cut[CHANCE][1] == 0
    whole = repeats(incidents, Selection(strands=None), TWO).curve
    assert whole[CHANCE][2] == 0


def kaplan_meier(waiting, has_next, within: int) -> float:
    """Multiply the chances of staying without another, day by day."""
    staying = 1.0
    for day in sorted({int(w) for w, n in zip(waiting, has_next, strict=True) if n}):
        if day <= within:
            at_risk = sum(w >= day for w in waiting)
            events = sum(n and w == day for w, n in zip(waiting, has_next, strict=True))
            staying *= 1 - events / at_risk
    return 1 - staying


INCIDENT = st.tuples(st.integers(-1, 4), st.integers(0, 60))


@settings(max_examples=30)
@given(st.lists(INCIDENT, max_size=15))
def test_figures_are_those_of_plain_loops(rows):
    victims = [None if v < 0 else f"V{v}" for v, _ in rows]
    days = [day for _, day in rows]
    result = repeats(of_victims(victims, days), ALL, TWO)
    found, counts = row(result, VICTIMS), Counter(v for v in victims if v)
    assert found[DISTINCT] == len(counts)
    assert found[REPEATS] == sum(n >= 2 for n in counts.values())
    assert found[INCIDENTS] + found[LEFT_OUT] == len(rows)
    gaps = []
    for victim in counts:
        own = sorted(day for v, day in zip(victims, days, strict=True) if v == victim)
        gaps += [later - earlier for earlier, later in pairwise(own)]
    curve = result.curve.set_index([OF, WITHIN_DAYS]).loc[VICTIMS]
    assert curve[FOLLOWED].tolist() == [sum(gap <= days for gap in gaps) for days in PERIODS_DAYS]


@settings(max_examples=30)
@given(st.lists(INCIDENT, min_size=1, max_size=15), st.integers(60, 90))
def test_the_chance_is_that_of_kaplan_and_meier(rows, last_day):
    group, days = np.array(rows).T
    waiting, has_next = days_to_next(group, days, last_day)
    assert len(waiting) == (group >= 0).sum()
    assert (waiting >= 0).all()
    for within in (0, 7, 28, 89):
        chance = chance_of_another(waiting, has_next, within)
        if len(waiting) == 0 or waiting.max() < within:
            assert np.isnan(chance)
        else:
            assert chance == pytest.approx(kaplan_meier(waiting, has_next, within), abs=1e-12)


def test_no_incidents_give_empty_tables():
    result = repeats(make_incidents([], []), ALL, TWO)
    assert result.frame[INCIDENTS].tolist() == [0, 0]
    assert result.curve[CHANCE].isna().all()


def test_it_can_be_made_again_from_its_record():
    incidents = read(["demo"]).incidents
    assert_reruns(repeats(incidents, Selection(strands=("race",)), RepeatsParams(3)), incidents)
