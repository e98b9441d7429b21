"""Counts of periods: a plain loop, published totals, and what must never be compared."""

from collections import Counter
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from geo import demonstration, published
from geo.change.count_change import (
    CHANGE_HIGH_PERCENT,
    CHANGE_LOW_PERCENT,
    CHANGE_PERCENT,
    P_CORRECTED,
    P_VALUE,
    SIGNIFICANCE,
)
from geo.schema import Incidents
from geo.selection import Selection
from geo.significance import adjusted
from geo.trends.counts import (
    COUNT_COLUMNS,
    COVERAGE,
    DAYS,
    DAYS_COVERED,
    INCIDENTS,
    INCIDENTS_YEAR_BEFORE,
    SERIES,
    WHY_NOT,
    YEAR_BEFORE,
    TrendParams,
    counts_over_time,
)
from geo.trends.trend_periods import BOTH_SERIES, NO_DATA, PART, WHOLE, TrendUnit
from geo.wards.table import PERIOD
from tests.factories import make_incidents

CENTRE = (523_400.0, 178_700.0)
ALL = Selection()


def on_days(days: list[date], precision: str = "day") -> Incidents:
    return make_incidents(
        [day.isoformat() for day in days], [CENTRE] * len(days), precision=precision
    )


def every_day(first: date, last: date) -> list[date]:
    return [first + timedelta(days=k) for k in range((last - first).days + 1)]


def table(incidents: Incidents, unit: TrendUnit, selection: Selection = ALL) -> pd.DataFrame:
    return counts_over_time(incidents, selection, TrendParams(unit)).frame.set_index(PERIOD)


def label(day: date, unit: TrendUnit) -> str:
    """Name the period of a day in the plainest way."""
    if unit == "month":
        return f"{day.year}-{day.month:02d}"
    if unit == "quarter":
        return f"{day.year} Q{(day.month + 2) // 3}"
    if unit == "year":
        return str(day.year)
    first = day.year if day.month >= 4 else day.year - 1
    return f"{first}/{str(first + 1)[2:]}"


def earlier(day: date) -> date:
    return day.replace(year=day.year - 1, day=min(day.day, 28))


@pytest.mark.parametrize("unit", ["month", "quarter", "fy", "year"])
def test_counts_and_their_year_before_are_those_of_a_loop(unit: TrendUnit) -> None:
    rng = np.random.default_rng(5)
    some = every_day(date(2014, 11, 3), date(2018, 9, 20))
    days = [some[k] for k in rng.integers(0, len(some), 900)]
    found = table(on_days(days), unit)
    counts = Counter(label(day, unit) for day in days)
    of_a_year_before = {label(day, unit): label(earlier(day), unit) for day in some}
    names = list(dict.fromkeys(label(day, unit) for day in every_day(min(days), max(days))))
    assert found.index.tolist() == names
    assert found[INCIDENTS].tolist() == [counts[name] for name in names]
    for name in names[-3:]:
        assert found[YEAR_BEFORE][name] == of_a_year_before[name]
        assert found[INCIDENTS_YEAR_BEFORE][name] == counts[of_a_year_before[name]]
    in_data = Counter(label(day, unit) for day in every_day(min(days), max(days)))
    for name in names:
        # Fewer than ten incidents are to be expected in the rest of a month: it counts as covered.
        assert in_data[name] <= found[DAYS_COVERED][name] <= in_data[name] + 30
        is_whole = found[DAYS_COVERED][name] >= 0.95 * found[DAYS][name]
        assert found[COVERAGE][name] == (WHOLE if is_whole else PART)


def test_the_table_has_exactly_these_columns() -> None:
    empty = make_incidents([], [])
    for incidents in (demonstration.load(), empty):
        frame = counts_over_time(incidents, ALL, TrendParams()).frame
        assert tuple(frame.columns) == COUNT_COLUMNS
    assert len(frame) == 0


def test_the_demonstration_data_has_the_published_totals() -> None:
    expected = (
        published.victims_by_ward().groupby(published.FINANCIAL_YEAR)[published.VICTIMS].sum()
    )
    found = table(demonstration.load(), "fy")
    assert found[INCIDENTS].to_dict() == expected.to_dict()
    assert found[CHANGE_PERCENT]["2017/18"] == pytest.approx(100 * (555 / 691 - 1))
    assert found[SIGNIFICANCE]["2017/18"] == "more than chance would give"
    assert found[WHY_NOT]["2015/16"] == "the data does not go back a year"


def test_the_published_p_value_of_ten_and_five() -> None:
    # Krishnamoorthy and Thomson 2004: 10 and 5 of equal exposure, p = 0.20616441408.
    before = [date(2016, 4, 1), *every_day(date(2016, 9, 1), date(2016, 9, 9))]
    after = [*every_day(date(2017, 9, 1), date(2017, 9, 4)), date(2018, 3, 31)]
    found = table(on_days(before + after), "fy").loc["2017/18"]
    assert (found[INCIDENTS_YEAR_BEFORE], found[INCIDENTS]) == (10, 5)
    assert found[P_VALUE] == pytest.approx(0.20616441408, abs=1e-10)
    assert found[CHANGE_PERCENT] == -50
    assert found[CHANGE_LOW_PERCENT] < -50 < found[CHANGE_HIGH_PERCENT]


def test_a_leap_day_is_no_rise() -> None:
    found = table(on_days(every_day(date(2014, 4, 1), date(2016, 3, 31))), "fy")
    assert found[DAYS].tolist() == [365, 366]
    assert found[CHANGE_PERCENT]["2015/16"] == pytest.approx(0, abs=1e-9)
    assert found[P_VALUE]["2015/16"] == 1


def test_many_periods_are_corrected_together() -> None:
    found = table(demonstration.load(), "month")
    expected = adjusted(found[P_VALUE].to_numpy(), "benjamini-hochberg")
    np.testing.assert_allclose(found[P_CORRECTED], expected)
    assert found[P_VALUE].notna().sum() == 24
    assert (found[P_CORRECTED].dropna() >= found[P_VALUE].dropna()).all()


def test_nothing_is_compared_across_the_break() -> None:
    incidents = on_days(every_day(date(2022, 4, 1), date(2026, 3, 31)))
    years = table(incidents, "fy")
    assert years[SERIES]["2023/24"] == BOTH_SERIES
    compared = years.index[years[WHY_NOT] == ""].tolist()
    assert compared == ["2025/26"]
    assert "changed on 28 February 2024" in years[WHY_NOT]["2024/25"]
    months = table(incidents, "month")
    assert months.index[months[SERIES] == BOTH_SERIES].tolist() == ["2024-02"]
    for i, month in enumerate(months.index):
        was = months.index[i - 12] if i >= 12 else None
        allowed = was is not None and (month < "2024-02" or was > "2024-02")
        assert (months[WHY_NOT][month] == "") == allowed, month
        assert np.isnan(months[P_VALUE][month]) != allowed
    assert months[SIGNIFICANCE]["2024-06"] == "not tested"


def test_a_missing_month_is_no_zero() -> None:
    days = [
        d for d in every_day(date(2015, 4, 1), date(2017, 3, 31)) if (d.year, d.month) != (2016, 8)
    ]
    incidents = on_days(days)
    months, years = table(incidents, "month"), table(incidents, "fy")
    assert months[COVERAGE]["2016-08"] == NO_DATA
    assert months[WHY_NOT]["2016-08"] == "2016-08 is not in the data"
    assert years[COVERAGE].tolist() == [WHOLE, PART]
    assert years[WHY_NOT]["2016/17"] == "2016/17 is only in part in the data"


def test_among_few_incidents_an_empty_month_is_a_zero() -> None:
    found = table(on_days([date(2016, 1, 5), date(2016, 4, 5)], "month"), "month")
    assert found[COVERAGE].tolist() == [WHOLE] * 4
    assert found[INCIDENTS].tolist() == [1, 0, 0, 1]


def test_a_selection_that_cuts_a_period_leaves_a_part() -> None:
    incidents = on_days(every_day(date(2015, 4, 1), date(2018, 3, 31)))
    found = table(incidents, "fy", Selection(start=date(2016, 7, 1), end=date(2018, 3, 31)))
    assert found.index.tolist() == ["2016/17", "2017/18"]
    assert found[COVERAGE].tolist() == [PART, WHOLE]
    assert found[INCIDENTS].tolist() == [274, 365]


def test_weekdays_count_their_own_days_only() -> None:
    incidents = on_days(every_day(date(2015, 4, 1), date(2017, 3, 31)))
    found = table(incidents, "fy", Selection(weekdays=("Friday", "Saturday")))
    assert found[COVERAGE].tolist() == [WHOLE, WHOLE]
    assert found[DAYS].tolist() == found[INCIDENTS].tolist() == [104, 105]
    assert found[CHANGE_PERCENT]["2016/17"] == pytest.approx(0, abs=1e-9)
