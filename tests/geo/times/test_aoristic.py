"""Incidents spread over the hours in which they may have happened, beside a count by minutes."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.schema import Incidents
from geo.times.aoristic import column_sums, hour_of_week_weights, weekday_weights
from tests.factories import make_incidents, with_ends

MONDAY = "2024-01-01"
MINUTES_OF_WEEK = 7 * 24 * 60


def spans(*given: tuple[str, str | None], precision: str = "minute") -> Incidents:
    starts, ends = zip(*given, strict=True)
    points = [(523_500.0, 179_900.0)] * len(starts)
    return with_ends(make_incidents(starts, points, precision=precision), ends)


def by_hour(start: str, end: str | None) -> dict[int, float]:
    weights = hour_of_week_weights(spans((start, end))).toarray()[0]
    return {hour: weights[hour] for hour in np.flatnonzero(weights)}


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("01:00", "02:30", {1: 2 / 3, 2: 1 / 3}),
        ("01:50", "02:10", {1: 1 / 2, 2: 1 / 2}),
        ("01:50", "01:50", {1: 1}),
        ("01:50", None, {1: 1}),
        ("01:00", "02:00", {1: 1}),
        ("01:59", "04:01", {1: 1 / 122, 2: 60 / 122, 3: 60 / 122, 4: 1 / 122}),
    ],
)
def test_the_published_cases(start, end, expected):
    # Ratcliffe 2000; a known instant gives 1 to its hour.
    found = by_hour(f"{MONDAY}T{start}", end and f"{MONDAY}T{end}")
    assert found == pytest.approx(expected)


@pytest.mark.parametrize("end", ["2024-01-08T05:00", "2024-01-08T05:01", "2024-03-01"])
def test_a_span_of_a_week_or_longer_gives_the_same_to_every_hour(end):
    assert by_hour(f"{MONDAY}T05:00", end) == pytest.approx(dict.fromkeys(range(168), 1 / 168))


def test_a_span_just_below_a_week_meets_its_first_hour_again():
    found = by_hour(f"{MONDAY}T05:30", "2024-01-08T05:10")
    total = 7 * 24 * 60 - 20
    assert found[5] == pytest.approx(40 / total)
    assert found[6] == pytest.approx(60 / total)
    assert len(found) == 168


def test_the_week_goes_round_from_sunday_to_monday():
    assert by_hour("2024-01-07T23:30", "2024-01-08T00:30") == {0: 0.5, 167: 0.5}
    assert by_hour("1969-12-31T23:30", None) == {2 * 24 + 23: 1}


def test_without_a_column_of_ends_every_time_is_an_instant():
    incidents = make_incidents([f"{MONDAY}T12:59"], [(0.0, 0.0)])
    assert np.flatnonzero(hour_of_week_weights(incidents).toarray()[0]).tolist() == [12]


def test_a_day_has_a_weekday_and_no_hour():
    incidents = spans((MONDAY, None), (MONDAY, "2024-01-02"), precision="day")
    assert hour_of_week_weights(incidents).nnz == 0
    days = weekday_weights(incidents).toarray()
    np.testing.assert_array_equal(days, [[1, 0, 0, 0, 0, 0, 0], [0.5, 0.5, 0, 0, 0, 0, 0]])


def test_days_of_a_week_or_more_give_the_same_to_every_day():
    incidents = spans((MONDAY, "2024-01-06"), (MONDAY, "2024-01-07"), (MONDAY, "2024-02-01"),
                      precision="day")  # fmt: skip
    days = weekday_weights(incidents).toarray()
    np.testing.assert_allclose(days[0], [1 / 6] * 6 + [0])
    np.testing.assert_allclose(days[1:], np.full((2, 7), 1 / 7))


def test_a_month_says_neither_day_nor_hour():
    incidents = spans((MONDAY, None), (MONDAY, "2024-02-01"), precision="month")
    for weights in (hour_of_week_weights(incidents), weekday_weights(incidents)):
        assert weights.nnz == 0
        assert (np.diff(weights.indptr) > 0).tolist() == [False, False]


def test_no_incidents_give_no_rows():
    incidents = make_incidents([], [])
    assert hour_of_week_weights(incidents).shape == (0, 168)
    assert weekday_weights(incidents).shape == (0, 7)


def minute_by_minute(start: pd.Timestamp, minutes: int) -> np.ndarray:
    """Walk through the span minute by minute; the slow and obvious way."""
    weights = np.zeros(168)
    first = 24 * 60 * start.day_of_week + 60 * start.hour + start.minute
    if minutes == 0:
        weights[first // 60] = 1
        return weights
    if minutes >= MINUTES_OF_WEEK:
        return np.full(168, 1 / 168)
    for minute in range(first, first + minutes):
        weights[minute % MINUTES_OF_WEEK // 60] += 1 / minutes
    return weights


SPANS = st.tuples(
    st.datetimes(pd.Timestamp("1960-01-01"), pd.Timestamp("2090-01-01")).map(
        lambda moment: pd.Timestamp(moment).floor("min")
    ),
    st.one_of(
        st.integers(0, 300),
        st.integers(0, 3_000),
        st.integers(MINUTES_OF_WEEK - 70, MINUTES_OF_WEEK + 70),
    ),
)


@settings(max_examples=30)
@given(st.lists(SPANS, min_size=1, max_size=3))
def test_the_weights_are_those_of_a_walk_by_minutes(pairs):
    ends = [(start + pd.Timedelta(minutes=minutes)).isoformat() for start, minutes in pairs]
    incidents = spans(*zip([start.isoformat() for start, _ in pairs], ends, strict=True))
    weights = hour_of_week_weights(incidents)
    expected = np.array([minute_by_minute(*pair) for pair in pairs])
    np.testing.assert_allclose(weights.toarray(), expected, atol=1e-12)
    np.testing.assert_allclose(weekday_weights(incidents).toarray(),
                               expected.reshape(-1, 7, 24).sum(axis=2), atol=1e-12)  # fmt: skip


@settings(max_examples=30)
@given(
    st.lists(
        st.tuples(SPANS, st.sampled_from(["minute", "day", "month"]), st.booleans()), max_size=8
    )
)
def test_every_incident_adds_one_or_nothing(rows):
    starts = [start for (start, _), _, _ in rows]
    ends = [
        (start + pd.Timedelta(minutes=minutes)).isoformat() if has_end else None
        for (start, minutes), _, has_end in rows
    ]
    precision = [precision for _, precision, _ in rows]
    points = [(523_500.0, 179_900.0)] * len(rows)
    times = [start.isoformat() for start in starts]
    incidents = with_ends(make_incidents(times, points, precision=precision), ends)
    for weights, good in (
        (hour_of_week_weights(incidents), {"minute"}),
        (weekday_weights(incidents), {"minute", "day"}),
    ):
        known = np.array([word in good for word in precision], np.bool_)
        assert (np.diff(weights.indptr) > 0).tolist() == known.tolist()
        np.testing.assert_allclose(weights.sum(axis=1), known.astype(float))
        assert column_sums(weights).sum() == pytest.approx(known.sum())
        assert (weights.data > 0).all()
