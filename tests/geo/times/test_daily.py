"""Counts of days: against a slow second version, on edge data, and on days made to stand out."""

from datetime import date, datetime, timedelta
from math import comb, exp, lgamma, log

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.schema import TIME_PRECISION, Incidents
from geo.selection import Selection
from geo.times.daily import (
    COUNTED,
    DAILY_COLUMNS,
    DAY,
    DAY_NOT_KNOWN,
    EXPECTED,
    FEWEST_REFERENCE_DAYS,
    INCIDENTS,
    NOT_CHOSEN,
    NOT_COVERED,
    P_CORRECTED,
    P_VALUE,
    REFERENCE_DAYS,
    STATUS,
    UNUSUAL,
    DailyParams,
    DailyResult,
    daily_counts,
)
from tests.factories import incidents_of, make_incidents
from tests.reruns import assert_reruns

ALL = Selection()
POINT = (523_500.0, 179_900.0)
BREAK = date(2024, 2, 28)


def at(times: list[str], precision: str | list[str] = "minute") -> Incidents:
    return make_incidents(times, [POINT] * len(times), precision=precision)


def every_day(first: str, counts: list[int]) -> Incidents:
    start = datetime.fromisoformat(first)
    moments = [
        (start + timedelta(days=i, hours=12)).isoformat()
        for i, n in enumerate(counts)
        for _ in range(n)
    ]
    return at(moments)


def by_day(result: DailyResult) -> pd.DataFrame:
    return result.frame.set_index(result.frame[DAY].dt.strftime("%Y-%m-%d"))


# ---- a slow second version -----------------------------------------------------------------------


def tail_of_share(count: int, others: int, n_days: int) -> float:
    """Add up a binomial: the day's share of all, where each of n + 1 days is as likely."""
    trials = count + others
    share = 1 / (n_days + 1)
    return sum(
        comb(trials, k) * share**k * (1 - share) ** (trials - k) for k in range(count, trials + 1)
    )


def tail_of_prediction(count: int, others: int, n_days: int, dispersion: float) -> float:
    """Add up a negative binomial with the mean and the variance that the method states."""
    mean = (others + 1) / n_days
    ratio = dispersion * (1 + 1 / n_days)
    shape = mean / (ratio - 1)

    def probability(k: int) -> float:
        ways = lgamma(k + shape) - lgamma(shape) - lgamma(k + 1)
        return exp(ways + shape * log(1 / ratio) + k * log(1 - 1 / ratio))

    return 1 - sum(probability(k) for k in range(count))


def benjamini_hochberg(p: dict[date, float]) -> dict[date, float]:
    ranked = sorted(p, key=p.__getitem__)
    best, corrected = 1.0, {}
    for rank in range(len(ranked), 0, -1):
        day = ranked[rank - 1]
        best = min(best, p[day] * len(p) / rank)
        corrected[day] = best
    return corrected


def slowly(counts: dict[date, int], first: date, last: date, weeks: int) -> list[tuple]:
    """Go through the days one by one; every day from the first to the last is covered."""
    rows, residuals, p = {}, [], {}
    day = first
    while day <= last:
        others = [
            counts[other]
            for week in range(-weeks, weeks + 1)
            if week
            and (other := day + timedelta(weeks=week)) in counts
            and (other >= BREAK) == (day >= BREAK)
        ]
        rows[day] = (counts[day], len(others), sum(others))
        if len(others) >= FEWEST_REFERENCE_DAYS and sum(others):
            mean = sum(others) / len(others)
            residuals.append((counts[day] - mean) ** 2 / (mean * (1 + 1 / len(others))))
        day += timedelta(days=1)
    spread = max(1.0, sum(residuals) / len(residuals)) if residuals else 1.0
    for day, (count, n_days, others) in rows.items():
        if n_days >= FEWEST_REFERENCE_DAYS:
            exact = tail_of_share(count, others, n_days)
            p[day] = exact if spread == 1 else tail_of_prediction(count, others, n_days, spread)
    corrected = benjamini_hochberg(p)
    return [
        (day, count, n_days, p.get(day), corrected.get(day))
        for day, (count, n_days, _) in rows.items()
    ]


@settings(max_examples=25)
@given(st.data())
def test_counts_and_chances_are_those_of_going_day_by_day(data):
    first = data.draw(st.sampled_from([date(2016, 2, 1), date(2024, 2, 1), date(2023, 10, 1)]))
    n_months, weeks = data.draw(st.integers(1, 4)), data.draw(st.integers(2, 9))
    after = date(
        first.year + (first.month + n_months - 1) // 12, (first.month + n_months - 1) % 12 + 1, 1
    )
    days = [first + timedelta(days=n) for n in range((after - first).days)]
    high = data.draw(st.sampled_from([2, 6]))
    drawn = data.draw(st.lists(st.integers(0, high), min_size=len(days), max_size=len(days)))
    # The ends hold something, so that the data covers all of its months.
    counts = dict(zip(days, [max(1, drawn[0]), *drawn[1:-1], max(1, drawn[-1])], strict=True))
    incidents = every_day(first.isoformat(), list(counts.values()))
    start = data.draw(st.sampled_from(days))
    end = data.draw(st.sampled_from([day for day in days if day >= start]))
    result = daily_counts(incidents, Selection(start, end), DailyParams(weeks=weeks))
    expected = slowly(counts, start, end, weeks)
    frame = result.frame
    assert (frame[STATUS] == COUNTED).all()
    assert [day.date() for day in frame[DAY]] == [row[0] for row in expected]
    assert frame[INCIDENTS].tolist() == [row[1] for row in expected]
    assert frame[REFERENCE_DAYS].tolist() == [row[2] for row in expected]
    for column, position in ((P_VALUE, 3), (P_CORRECTED, 4)):
        wanted = np.array([row[position] for row in expected], np.float64)
        np.testing.assert_allclose(frame[column], wanted, rtol=1e-6, atol=1e-12)


# ---- what stands out -----------------------------------------------------------------------------


def usual(seed: int, n_days: int = 730) -> list[int]:
    """Draw days from chance with a rate of each weekday."""
    rng = np.random.default_rng(seed)
    return rng.poisson(np.resize([2, 2, 2, 3, 5, 8, 4], n_days)).tolist()


def test_chance_alone_hardly_ever_stands_out():
    found = [
        daily_counts(every_day("2016-01-01", usual(seed)), ALL, DailyParams()) for seed in range(20)
    ]
    assert sum(result.frame[UNUSUAL].any() for result in found) <= 3
    assert max(result.dispersion for result in found) < 1.25


def test_a_day_made_busy_stands_out_and_only_that():
    counts = usual(1)
    counts[400] += 30
    result = daily_counts(every_day("2016-01-01", counts), ALL, DailyParams())
    assert result.unusual[DAY].dt.strftime("%Y-%m-%d").tolist() == ["2017-02-04"]
    assert result.unusual[INCIDENTS].tolist() == [counts[400]]
    around = [counts[400 + 7 * week] for week in range(-8, 9) if week]
    assert result.unusual[EXPECTED].iloc[0] == pytest.approx(sum(around) / 16)


def test_few_incidents_never_stand_out():
    counts = [0] * 200
    counts[0] = counts[-1] = 1
    counts[100] = 4
    incidents = every_day("2016-01-01", counts)
    assert not daily_counts(incidents, ALL, DailyParams()).frame[UNUSUAL].any()
    least = daily_counts(incidents, ALL, DailyParams(min_incidents=4))
    assert least.unusual[INCIDENTS].tolist() == [4]


def test_days_that_vary_more_than_one_rate_allows_need_more_to_stand_out():
    rng = np.random.default_rng(4)
    waves = rng.poisson(20 * rng.gamma(2, 1 / 2, 700)).tolist()
    result = daily_counts(every_day("2016-01-01", waves), ALL, DailyParams())
    assert result.dispersion > 5
    assert len(result.unusual) <= 3
    assert any("times as much as chance" in warning for warning in result.record.warnings)


# ---- which days are covered ----------------------------------------------------------------------


def test_the_frame_has_exactly_these_columns_and_a_row_for_every_day():
    result = daily_counts(every_day("2016-02-01", [1] * 29), ALL, DailyParams())
    assert tuple(result.frame.columns) == DAILY_COLUMNS
    assert len(result.frame) == 29


def test_a_month_without_a_file_is_not_covered_and_a_quiet_day_is_zero():
    counts = [3] * 31 + [0] * 28 + [3] * 31
    counts[4] = 0
    result = daily_counts(every_day("2017-01-01", counts), ALL, DailyParams())
    rows = by_day(result)
    assert rows.loc["2017-01-05", [STATUS, INCIDENTS]].tolist() == [COUNTED, 0]
    assert set(rows.loc["2017-02-01":"2017-02-28", STATUS]) == {NOT_COVERED}
    assert rows.loc["2017-02-01":"2017-02-28", INCIDENTS].isna().all()
    assert any("does not cover 28 days" in warning for warning in result.record.warnings)


def test_a_hole_of_days_is_not_covered():
    counts = [3] * 90
    counts[40:60] = [0] * 20
    rows = by_day(daily_counts(every_day("2017-01-01", counts), ALL, DailyParams()))
    assert set(rows[STATUS].iloc[40:60]) == {NOT_COVERED}
    assert rows[STATUS].iloc[[39, 60]].tolist() == [COUNTED, COUNTED]


def test_a_period_beyond_the_data_is_not_covered():
    incidents = every_day("2017-01-01", [3] * 31)
    period = Selection(date(2017, 1, 30), date(2017, 2, 2))
    rows = daily_counts(incidents, period, DailyParams()).frame
    assert rows[STATUS].tolist() == [COUNTED, COUNTED, NOT_COVERED, NOT_COVERED]


def test_months_alone_give_no_days():
    incidents = at(["2017-01-01", "2017-02-01", "2017-02-01"], "month")
    result = daily_counts(incidents, ALL, DailyParams())
    assert set(result.frame[STATUS]) == {DAY_NOT_KNOWN}
    assert result.days_not_known == 3
    assert result.frame[INCIDENTS].isna().all()
    assert "No day can be counted" in result.record.warnings[0]


def test_every_incident_is_on_a_day_or_counted_apart():
    known = [f"2017-01-{day:02d}T22:00" for day in range(1, 32)] * 2
    vague = ["2017-01-01"] * 3 + ["2017-02-01"] * 5
    incidents = at(
        known + vague + ["2017-02-05T10:00"], ["minute"] * 62 + ["month"] * 8 + ["minute"]
    )
    result = daily_counts(incidents, ALL, DailyParams())
    total = result.frame[INCIDENTS].sum() + result.days_not_known + result.elsewhere
    assert (result.days_not_known, result.elsewhere, total) == (8, 1, len(incidents))


def test_weekdays_that_are_not_chosen_are_no_days_with_zero():
    incidents = every_day("2017-01-01", [2] * 59)
    result = daily_counts(incidents, Selection(weekdays=("Friday",)), DailyParams())
    status = result.frame.groupby(result.frame[DAY].dt.day_name())[STATUS].unique()
    assert status["Friday"].tolist() == [COUNTED]
    assert status["Monday"].tolist() == [NOT_CHOSEN]


def test_spans_and_nights_when_clocks_change_count_where_they_start():
    rows = [
        {"at": "2017-03-25T23:30", "to": "2017-03-26T03:00"},
        {"at": "2017-03-26T00:59"},
        {"at": "2017-10-29T01:30"},
        {"at": "2017-10-29T01:30"},
        {"at": "2017-10-29", "precision": "day", "to": "2017-10-31"},
    ]
    result = daily_counts(incidents_of(rows), ALL, DailyParams())
    rows = by_day(result)
    assert rows.loc[["2017-03-25", "2017-03-26", "2017-10-29"], INCIDENTS].tolist() == [1, 1, 3]
    assert result.frame[INCIDENTS].sum() == 5


@pytest.mark.parametrize(
    ("times", "n_rows"), [([], 0), (["2017-05-05T12:00"], 31)], ids=["none", "one"]
)
def test_hardly_any_data_is_no_error(times, n_rows):
    result = daily_counts(at(times), ALL, DailyParams())
    assert len(result.frame) == n_rows
    assert not result.frame[UNUSUAL].any()
    assert_reruns(result, at(times))


def test_precision_decides_and_not_the_clock():
    incidents = at(["2017-01-01", "2017-01-01"], ["day", "month"])
    frame = daily_counts(incidents, ALL, DailyParams()).frame
    assert incidents.frame[TIME_PRECISION].tolist() == ["day", "month"]
    assert set(frame[STATUS]) == {DAY_NOT_KNOWN}
