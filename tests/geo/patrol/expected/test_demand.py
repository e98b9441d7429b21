"""What a shift is expected to bring, beside a slow and obvious second implementation."""

from dataclasses import replace
from datetime import date, timedelta
from math import hypot, pi

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import contains_xy

from boundaries.errors import ParameterError
from geo.borough import borough
from geo.patrol.expected.demand import Demand, demand_of
from geo.patrol.expected.same_place import same_place_part
from geo.patrol.params import CELL_M, DemandParams
from geo.patrol.shift import PatrolShift
from geo.schema import OCCURRED_END, TIME_PRECISION, Incidents
from geo.selection import Selection
from tests.factories import incidents_of, make_incidents

HERE = (523_515.0, 179_915.0)
THERE = (524_525.0, 178_475.0)
OUTSIDE = (600_000.0, 179_900.0)
FRIDAY_NIGHT = PatrolShift(("Friday",), 22, 2)
BROAD = DemandParams(lookback_days=364, half_life_days=3660, prior_incidents=0)


def friday(number: int = 0, hour: int = 23, minute: int = 0) -> str:
    """Give an hour on the evening of a Friday in 2017, so many weeks after 6 January."""
    return f"{date(2017, 1, 6) + timedelta(weeks=number)}T{hour:02d}:{minute:02d}"


def up_to(incidents: list[dict[str, object]], first: str = "2017-01-01") -> Incidents:
    """Let the data begin on a day and end with 2017, with incidents outside the borough."""
    ends = [{"at": f"{day}T23:59", "place": OUTSIDE} for day in (first, "2017-12-31")]
    return incidents_of([*incidents, *ends])


def expected(
    incidents: Incidents,
    shift: PatrolShift = FRIDAY_NIGHT,
    params: DemandParams = BROAD,
    selection: Selection | None = None,
) -> Demand:
    return demand_of(incidents, selection or Selection(), shift, params)


def at(demand: Demand, place: tuple[float, float]) -> float:
    row, col = demand.grid.cells_of(*(np.array([one]) for one in place))
    return float(demand.expected[row[0], col[0]])


MIXED = up_to([
    {"at": friday(2), "place": HERE},
    {"at": friday(40, 21, 30), "to": "2017-10-13T22:30", "place": HERE, "strands": ("race",)},
    {"at": "2017-11-11T01:10", "place": (HERE[0] + 130, HERE[1] - 60)},
    {"at": "2017-06-06T12:00", "place": (HERE[0] + 40, HERE[1] + 90)},
    {"at": "2017-09-15", "precision": "day", "place": HERE, "strands": ("disability",)},
    {"at": "2017-09-16", "precision": "day", "place": THERE},
    {"at": "2017-04-01", "to": "2017-12-01", "place": THERE, "strands": ("race",)},
    {"at": "2017-08-01", "precision": "month", "place": (THERE[0] + 100, THERE[1])},
    {"at": "2016-02-02T23:00", "place": THERE},
    {"at": friday(30), "place": (float("nan"), float("nan"))},
])  # fmt: skip
MIXED_PARAMS = DemandParams(
    lookback_days=365,
    half_life_days=120,
    bandwidth_m=175,
    same_place_percent=40,
    prior_incidents=2.5,
)


IN_SHIFT = [(4, 22), (4, 23), (5, 0), (5, 1)]


def minutes_by_hour(start: pd.Timestamp, end: pd.Timestamp) -> dict[tuple[int, int], float]:
    """Give the part of a time or span in each weekday and hour, counted minute by minute."""
    parts = {(day, hour): 0.0 for day in range(7) for hour in range(24)}
    n = 1 if pd.isna(end) else int((end - start).total_seconds() // 60)
    if n >= 7 * 24 * 60:
        return dict.fromkeys(parts, 1 / 168)
    for number in range(n):
        minute = start + pd.Timedelta(minutes=number)
        parts[minute.weekday(), minute.hour] += 1 / n
    return parts


def aged(incidents: Incidents, half_life: float) -> list[tuple[dict, float]]:
    """Give the rows of 2017 in the borough, and how much each counts."""
    found = []
    for row in incidents.frame.to_dict("records"):
        place = row["easting"], row["northing"]
        if row["occurred"].year == 2017 and contains_xy(borough(), *place):
            middle = 15 if row[TIME_PRECISION] == "month" else 0  # August has 31 days
            age = (date(2017, 12, 31) - row["occurred"].date()).days - middle
            found.append((row, 0.5 ** (age / half_life)))
    return found


def parts_in_shift(rows: list[tuple[dict, float]]) -> tuple[list[float | None], list[float]]:
    """Give each row's part in the shift, None where it is not known, and the sums by hour."""
    exact = [(minutes_by_hour(row["occurred"], row[OCCURRED_END]), weight)
             for row, weight in rows if row[TIME_PRECISION] == "minute"]  # fmt: skip
    week = {key: sum(weight * parts[key] for parts, weight in exact) for key in exact[0][0]}
    found: list[float | None] = []
    for row, _ in rows:
        day = row["occurred"].weekday()
        if row[TIME_PRECISION] == "minute":
            parts = minutes_by_hour(row["occurred"], row[OCCURRED_END])
            found.append(sum(parts[key] for key in IN_SHIFT))
        elif row[TIME_PRECISION] == "day":
            of_day = sum(week[day, hour] for hour in range(24))
            found.append(sum(week[key] for key in IN_SHIFT if key[0] == day) / of_day)
        else:
            found.append(None)
    return found, [week[key] for key in IN_SHIFT]


def second_opinion(incidents: Incidents, params: DemandParams) -> tuple[np.ndarray, list[float]]:
    """Work it out minute by minute and cell by cell, for Friday 22:00 to 02:00 in 2017."""
    rows = aged(incidents, params.half_life_days)
    parts, hours = parts_in_shift(rows)
    known = [(weight, part) for (_, weight), part in zip(rows, parts, strict=True)
             if part is not None]  # fmt: skip
    b = sum(weight * part for weight, part in known) / sum(weight for weight, _ in known)
    last = date(2017, 12, 31)
    shifts = sum(0.5 ** (n / params.half_life_days) for n in range(365)
                 if (last - timedelta(days=n)).weekday() == 4)  # fmt: skip
    total = sum(w * (b if part is None else part)
                for (_, w), part in zip(rows, parts, strict=True)) / shifts  # fmt: skip
    grid = expected(incidents, params=params).grid
    east, north = grid.centres()
    around, same, known_around, in_shift = np.zeros((4, grid.n_rows, grid.n_cols))
    for (row, weight), part in zip(rows, parts, strict=True):
        kernel = np.array([
            [max(1 - hypot(row["easting"] - x, row["northing"] - y) ** 2 / params.bandwidth_m**2, 0)
             ** 2 for x in east] for y in north])  # fmt: skip
        inside = (kernel * grid.inside_share).sum() * CELL_M**2
        one = weight * kernel / (inside / (pi * params.bandwidth_m**2 / 3))
        around += one * CELL_M**2 / (pi * params.bandwidth_m**2 / 3) * grid.inside_share
        col = int((row["easting"] - grid.west) // CELL_M)
        at = int((row["northing"] - grid.south) // CELL_M)
        same[at, col] += weight
        known_around += 0 if part is None else one
        in_shift += 0 if part is None else part * one
    prior = params.prior_incidents
    mixed = params.same_place_percent / 100 * same + (1 - params.same_place_percent / 100) * around
    cells = mixed * (prior * b + in_shift) / (prior + known_around)
    return cells * total / cells.sum(), [total * hour / sum(hours) for hour in hours]


def test_as_a_slow_second_implementation():
    found = expected(MIXED, params=MIXED_PARAMS)
    cells, hours = second_opinion(MIXED, MIXED_PARAMS)
    np.testing.assert_allclose(found.expected, cells, rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(found.of_hours, hours, rtol=1e-9)
    assert found.total == pytest.approx(sum(hours))
    assert found.incidents is not None
    assert found.places is not None
    row, col = (at[0] for at in found.grid.cells_of(*(np.array([one]) for one in HERE)))
    assert (found.incidents[row, col], found.places[row, col]) == (3, 1)
    # One is older than the time looked at: areas may rest on it, and nothing is expected of it.
    assert (found.incidents.sum(), found.places.sum()) == (9, 5)
    recent = expected(MIXED, params=replace(MIXED_PARAMS, evidence_days=28))
    assert recent.incidents is not None
    assert recent.incidents.sum() == 8
    np.testing.assert_array_equal(recent.expected, found.expected)
    assert found.period == "1 January 2017 to 31 December 2017"
    assert found.rules["unknown hours"].startswith("2 incidents")
    assert found.rules["unknown days"].startswith("1 incidents count")


def test_two_strands_apart_have_half_of_the_value_each():
    rows = [{"at": friday(n), "place": HERE, "strands": ("race",)} for n in range(9)]
    lone = {"at": friday(3), "place": THERE, "strands": ("disability",)}
    found = demand_of(up_to([*rows, lone]), Selection(), FRIDAY_NIGHT, BROAD, "strand")
    east = found.grid.centre_points()[0]
    assert found.value[east > 524_000].sum() == pytest.approx(found.total / 2)
    assert found.expected[east > 524_000].sum() == pytest.approx(found.total / 10, rel=0.01)


def test_without_strands_a_plan_cannot_be_spread_by_them():
    bare = up_to([{"at": friday(), "place": HERE}])
    found = demand_of(bare, Selection(), FRIDAY_NIGHT, BROAD, "strand")
    np.testing.assert_array_equal(found.value, found.expected)
    assert "No incident has a strand" in found.warnings[-1]


def test_what_comes_back_to_the_same_points_is_looked_for_there():
    rng = np.random.default_rng(1)
    days = pd.date_range("2017-01-01", "2017-12-31", freq="D") + pd.Timedelta(hours=23)
    few = rng.uniform(-600, 600, (30, 2))
    snapped = [{"at": str(day), "place": tuple(HERE + few[rng.integers(30)])} for day in days]
    scattered = [{"at": str(day), "place": tuple(HERE + rng.normal(0, 250, 2))} for day in days]
    params = DemandParams(bandwidth_m=400)
    at_points, around = (expected(up_to(rows), params=params) for rows in (snapped, scattered))
    assert at_points.settings["same_place_percent"] > 80
    assert around.settings["same_place_percent"] < 35
    assert "since 2 October 2017" in at_points.rules["same_place_percent"]
    fixed = expected(up_to(scattered), params=replace(params, same_place_percent=100))
    assert fixed.settings["same_place_percent"] == 100
    assert fixed.incidents is not None
    assert ((fixed.expected > 0) <= (fixed.incidents > 0)).all()
    too_short = Selection(start=date(2017, 12, 29), end=date(2017, 12, 31))
    assert (
        expected(up_to(snapped), params=params, selection=too_short)
        .rules["same_place_percent"]
        .startswith("half")
    )


CHANCES = st.just(0.0) | st.floats(1e-6, 1)


@given(st.lists(st.tuples(CHANCES, CHANCES, st.integers(0, 9)), min_size=1))
def test_the_part_of_the_same_place_is_the_likeliest(cells):
    same, around, later = np.array(cells).T
    found = same_place_part(same, around, later)
    tells = (later > 0) & (same + around > 0)
    every = np.linspace(0.001, 0.999, 999)[:, None]
    each = np.log(every * same + (1 - every) * around + 1e-300)[:, tells] @ later[tells]
    best = float(every[(each + 5 * np.log(every * (1 - every))[:, 0]).argmax(), 0])
    assert found == pytest.approx(best, abs=2e-3)


@pytest.mark.parametrize(
    ("start", "end", "part"),
    [
        ("21:00", "22:30", 1 / 3),
        ("21:50", "22:10", 1 / 2),
        ("22:00", "23:00", 1),
        ("20:00", "22:00", 0),
    ],
)
def test_the_published_aoristic_cases(start, end, part):
    day = friday().split("T")[0]
    rows = [{"at": f"{day}T{start}", "to": f"{day}T{end}", "place": HERE}]
    found = expected(up_to(rows))
    whole = expected(up_to([{"at": f"{day}T23:00", "place": HERE}])).total
    assert found.total == pytest.approx(part * whole)


def test_an_incident_a_half_life_earlier_counts_half():
    params = DemandParams(lookback_days=364, half_life_days=70)
    late, early = (expected(up_to([{"at": friday(n), "place": HERE}]), params=params).total
                   for n in (40, 30))  # fmt: skip
    assert early == pytest.approx(late / 2)


def test_a_steady_rate_is_found_whatever_the_half_life():
    rows = [{"at": friday(n), "place": HERE} for n in range(52)]
    for half_life in (14, 100, 3660):
        params = DemandParams(lookback_days=364, half_life_days=half_life)
        assert expected(up_to(rows), params=params).total == pytest.approx(1)


def test_the_weight_of_the_boroughs_hours_goes_from_the_place_alone_to_the_borough_alone():
    nights = [{"at": friday(n), "place": HERE} for n in range(6)]
    noons = [{"at": friday(n, 12), "place": THERE} for n in range(3)]
    data = up_to([*nights, *noons])
    drawn = [expected(data, params=replace(BROAD, prior_incidents=prior)) for prior in (0, 5, 1000)]
    assert at(drawn[0], THERE) == 0
    shares = [at(one, THERE) / at(one, HERE) for one in drawn]
    assert shares[0] < shares[1] < shares[2]
    assert shares[2] == pytest.approx(3 / 6, rel=0.02)
    assert {round(one.total, 9) for one in drawn} == {round(drawn[0].total, 9)}


def test_months_alone_cannot_tell_one_shift_from_another():
    months = [f"2017-{n:02d}-01" for n in range(1, 13)]
    data = make_incidents(months, [HERE] * 12, precision="month")
    found = expected(data, params=DemandParams(lookback_days=365, half_life_days=3660))
    assert (found.settings["first_day"], found.data_to) == ("2017-01-01", date(2017, 12, 31))
    assert found.total == pytest.approx(12 / 52 * 4 / 168, rel=1e-3)
    np.testing.assert_allclose(found.of_hours, found.total / 4)
    assert "cannot tell this shift from another" in found.warnings[0]
    assert "whole months" in found.rules["lookback_days"]


def test_days_alone_tell_days():
    data = make_incidents([friday(n)[:10] for n in range(52)], [HERE] * 52, precision="day")
    assert expected(data).total == pytest.approx(2 / 24, rel=0.03)
    assert expected(data, PatrolShift(("Tuesday",), 22, 2)).total == 0
    assert "tells days but not hours" in expected(data).warnings[0]


def test_a_missing_month_is_no_quiet_month():
    days = pd.date_range("2017-01-01", "2017-12-30", freq="D") + pd.Timedelta(hours=23)
    kept = days[days.month != 3]
    found = expected(make_incidents([str(day) for day in kept], [HERE] * len(kept)))
    assert found.total == pytest.approx(1, rel=0.03)
    assert "March 2017, so a file may be missing" in found.warnings[0]


def test_nothing_after_the_end_of_the_selection_is_looked_at_nor_before_its_start():
    rows = [{"at": friday(n), "place": HERE} for n in range(52)]
    params = DemandParams(lookback_days=70, half_life_days=3660)
    selection = Selection(start=date(2017, 2, 1), end=date(2017, 6, 30))
    found = expected(up_to(rows), params=params, selection=selection)
    assert found.data_to == date(2017, 6, 30)
    assert found.settings["first_day"] == "2017-04-22"
    assert found.settings["incidents"] == 10
    # Areas may rest on all Fridays of the selection.
    assert found.incidents is not None
    assert found.incidents.sum() == 22
    later = expected(up_to(rows), params=BROAD, selection=selection)
    assert later.settings["first_day"] == "2017-02-01"
    assert "later than" in later.rules["first_day"]


def test_the_time_looked_at_never_goes_across_the_break():
    rows = [{"at": f"{date(2024, 1, 5) + timedelta(weeks=n)}T23:00", "place": HERE}
            for n in range(20)]  # fmt: skip
    found = expected(incidents_of(rows))
    assert found.settings["first_day"] == "2024-02-28"
    assert found.incidents is not None
    assert found.incidents.sum() == 12
    assert "CRIS to CONNECT" in found.warnings[0]


def test_what_cannot_be_expected_is_said():
    with pytest.raises(ParameterError, match="No incident is selected"):
        expected(MIXED, selection=Selection(categories=("Theft",)))
    few = Selection(start=date(2017, 12, 30))
    with pytest.raises(ParameterError, match=r"No shift of Friday, 22:00 to 02:00 began in"):
        expected(MIXED, selection=few)
    nowhere = expected(up_to([]))
    assert nowhere.total == 0
    assert nowhere.of_hours.sum() == 0
    assert "No incident is located" in nowhere.warnings[0]


CLEAR_OF_THE_BORDER = borough().buffer(-300)
PLACES = st.sampled_from([
    (float(east), float(north))
    for east in range(522_010, 526_000, 70) for north in range(176_010, 184_000, 70)
    if contains_xy(CLEAR_OF_THE_BORDER, east, north)
])  # fmt: skip
HOURS = st.integers(0, 167)


def _rows(drawn: list[tuple[tuple[float, float], int, int]]) -> list[dict[str, object]]:
    start = pd.Timestamp("2017-01-02")
    return [
        {"at": str(start + pd.Timedelta(weeks=week, hours=hour)), "place": place}
        for place, hour, week in drawn
    ]


@settings(max_examples=12)
@given(st.lists(st.tuples(PLACES, HOURS, st.integers(0, 50)), min_size=1, max_size=12),
       st.lists(PLACES, min_size=12, max_size=12), st.sampled_from([0, 3.0, 500.0]))  # fmt: skip
def test_moving_incidents_leaves_what_the_borough_expects(drawn, elsewhere, prior):
    params = DemandParams(lookback_days=364, half_life_days=90, prior_incidents=prior)
    moved = [(place, hour, week)
             for place, (_, hour, week) in zip(elsewhere, drawn, strict=False)]  # fmt: skip
    before, after = (expected(up_to(_rows(rows)), params=params) for rows in (drawn, moved))
    assert before.total == pytest.approx(before.of_hours.sum())
    assert after.total == pytest.approx(before.total, rel=1e-9, abs=1e-15)
    assert (before.expected >= 0).all()
    assert (before.expected[before.grid.inside_share == 0] == 0).all()


@settings(max_examples=12)
@given(st.lists(st.tuples(PLACES, HOURS, st.integers(0, 50)), min_size=1, max_size=12),
       PLACES, st.integers(0, 50), st.sampled_from([0, 3.0, 500.0]))  # fmt: skip
def test_one_more_incident_in_the_shift_never_lowers_its_place(drawn, place, week, prior):
    params = DemandParams(lookback_days=364, half_life_days=90, prior_incidents=prior)
    in_shift = (place, 4 * 24 + 23, week)
    before, after = (expected(up_to(_rows(rows)), params=params)
                     for rows in (drawn, [*drawn, in_shift]))  # fmt: skip
    assert at(after, place) >= at(before, place) * (1 - 1e-9)
    assert after.total > before.total
