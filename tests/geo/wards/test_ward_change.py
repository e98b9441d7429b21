"""Change of wards: what is compared with what, tested how, and what is said with it."""

from datetime import date

import numpy as np
import pytest

import boundaries
from boundaries.errors import ParameterError
from geo import demonstration
from geo.change.count_change import ChangeParams
from geo.change.poisson_tests import e_test, rate_ratio_interval
from geo.selection import Selection
from geo.significance import adjusted
from geo.wards.change import CHANGE_COLUMNS, ward_change
from geo.wards.table import WardParams
from tests.factories import make_incidents
from tests.reruns import assert_reruns

EVERYTHING = Selection()
YEARS = WardParams("2002", "fy")
INSIDE = boundaries.load_wards("2022").geometry.iloc[0].representative_point()
POINT = (INSIDE.x, INSIDE.y)


@pytest.fixture(scope="module")
def incidents():
    return demonstration.load()


def daily(first: str, last: str, per_day: int):
    days = np.arange(np.datetime64(first), np.datetime64(last) + 1).repeat(per_day)
    return [str(day) for day in days]


def test_the_columns_in_order(incidents):
    frame = ward_change(incidents, EVERYTHING, YEARS, "2015/16", "2016/17").frame
    assert tuple(frame.columns) == CHANGE_COLUMNS
    assert CHANGE_COLUMNS == (
        "ward_code",
        "ward_name",
        "before",
        "after",
        "difference",
        "change_percent",
        "change_low_percent",
        "change_high_percent",
        "p_value",
        "p_corrected",
        "significance",
    )


@pytest.mark.parametrize("correction", ["benjamini-hochberg", "bonferroni", "none"])
def test_the_published_table_tested_ward_by_ward(incidents, correction):
    params = ChangeParams(correction, confidence_pct=90)
    result = ward_change(incidents, EVERYTHING, YEARS, "2015/16", "2016/17", params)
    wards, others = result.frame[:16], result.frame[16:]
    counts, days = (wards["before"], wards["after"]), (366, 365)
    p = e_test(*counts, *days)
    np.testing.assert_allclose(wards["p_value"], p)
    np.testing.assert_allclose(wards["p_corrected"], adjusted(p, correction))
    low, high = rate_ratio_interval(*counts, *days, confidence=0.9)
    np.testing.assert_allclose(wards["change_low_percent"], 100 * (low - 1))
    np.testing.assert_allclose(wards["change_high_percent"], 100 * (high - 1))
    rates = wards["after"] / 365 / (wards["before"] / 366)
    np.testing.assert_allclose(wards["change_percent"], 100 * (rates - 1))
    more = wards["p_corrected"] <= 0.05
    assert (wards["significance"][more] == "more than chance would give").all()
    assert (wards["significance"][~more] == "no more than chance would give").all()
    assert (others["significance"] == "not tested").all()
    columns = ["p_value", "p_corrected", "change_low_percent", "change_high_percent"]
    assert others[columns].isna().all(axis=None)
    assert result.record.params["correction"] == correction
    assert "over 16 tests" in result.record.rules["significance"]


def test_what_changed_most_in_the_published_table_is_more_than_chance(incidents):
    result = ward_change(incidents, EVERYTHING, YEARS, "2015/16", "2016/17")
    clear = result.frame[result.frame["significance"] == "more than chance would give"]
    assert clear["ward_name"].tolist() == [
        "College Park and Old Oak",
        "Fulham Broadway",
        "Fulham Reach",
    ]
    assert result.total == (
        "2015/16 to 2016/17: all incidents 481 before, 691 after, a change of +210, more than "
        "chance would give (p below 0.001)"
    )


def test_years_of_one_rate_are_no_change_whatever_their_length():
    times = daily("2015-04-01", "2017-03-31", 2)
    result = ward_change(
        make_incidents(times, [POINT] * len(times)),
        EVERYTHING,
        WardParams("2022", "fy"),
        "2015/16",
        "2016/17",
    )
    row = result.frame.iloc[0]
    assert (row["before"], row["after"], row["difference"]) == (732, 730, -2)
    assert row["change_percent"] == pytest.approx(0, abs=1e-9)
    assert row["p_value"] == 1
    assert result.record.params["days_before"] == 366
    assert result.record.warnings[0].startswith("The periods differ in length: the data covers 366")


def test_a_year_of_which_the_data_has_a_half_is_compared_by_its_days():
    times = daily("2015-04-01", "2016-09-30", 2)
    incidents = make_incidents(times, [POINT] * len(times))
    params = WardParams("2022", "fy")
    row = ward_change(incidents, EVERYTHING, params, "2015/16", "2016/17").frame.iloc[0]
    assert (row["before"], row["after"]) == (732, 366)
    assert row["change_percent"] == pytest.approx(0, abs=1e-9)
    assert row["change_low_percent"] < 0 < row["change_high_percent"]


def test_shares_are_compared_over_the_totals():
    other = boundaries.load_wards("2022").geometry.iloc[1].representative_point()
    times = ["2017-05-01"] * 100 + ["2018-05-01"] * 200
    points = ([POINT] * 50 + [(other.x, other.y)] * 50) + (
        [POINT] * 100 + [(other.x, other.y)] * 100
    )
    result = ward_change(
        make_incidents(times, points),
        EVERYTHING,
        WardParams("2022", "year", "share"),
        "2017",
        "2018",
    )
    rows = result.frame[:2]
    assert rows["change_percent"].tolist() == [0, 0]
    assert rows["p_value"].tolist() == [1, 1]
    assert "over the totals of the periods" in result.record.rules["significance"]
    assert "more than chance" in result.total


def test_rates_change_as_counts_do(incidents):
    count = ward_change(incidents, EVERYTHING, YEARS, "2015/16", "2016/17").frame
    rates = WardParams("2002", "fy", "rate")
    rate = ward_change(incidents, EVERYTHING, rates, "2015/16", "2016/17").frame
    same = ["change_percent", "change_low_percent", "p_value", "significance"]
    np.testing.assert_array_equal(count[same][:16].astype(str), rate[same][:16].astype(str))
    assert rate[["before", "after", "change_percent"]][16:].isna().all(axis=None)


def test_a_ward_without_incidents_before_has_no_upper_limit():
    times = ["2017-05-01"] * 3 + ["2018-05-01"] * 9
    far = (400_000.0, 100_000.0)
    incidents = make_incidents(times, [far] * 3 + [POINT] * 9)
    row = ward_change(incidents, EVERYTHING, WardParams("2022", "year"), "2017", "2018").frame.iloc[
        0
    ]
    assert np.isnan(row["change_percent"])
    assert np.isnan(row["change_high_percent"])
    assert row["change_low_percent"] > 0
    assert row["p_value"] < 0.01


def test_across_the_break_only_when_allowed_and_then_it_says_so_first():
    times = ["2022-06-01", "2023-06-01", "2024-06-01", "2025-06-01"]
    incidents = make_incidents(times, [POINT] * 4)
    asked = (incidents, EVERYTHING, WardParams("2022", "fy"), "2022/23", "2024/25")
    with pytest.raises(ParameterError, match=r"cannot be compared\..*Or allow the break"):
        ward_change(*asked)
    result = ward_change(*asked, ChangeParams(allow_break=True))
    assert result.record.params["allow_break"] is True
    assert result.record.warnings[0].startswith("Across a break in the series, as allowed: The Met")
    assert_reruns(result, incidents)


def test_across_a_change_of_wards_only_when_allowed_and_then_it_is_said():
    times = ["2019-06-01", "2020-06-01", "2022-06-01", "2023-06-01"]
    incidents = make_incidents(times, [POINT] * 4)
    params = WardParams("2022", "fy")
    same = ward_change(incidents, EVERYTHING, params, "2019/20", "2020/21")
    assert not [w for w in same.record.warnings if "change of wards" in w]
    asked = (incidents, EVERYTHING, params, "2020/21", "2022/23")
    with pytest.raises(ParameterError, match="cannot be compared by ward: the wards changed on 5"):
        ward_change(*asked)
    result = ward_change(*asked, ChangeParams(allow_ward_change=True))
    said = "Across a change of wards, as allowed: the wards changed on 5 May 2022. Both periods"
    assert result.record.warnings[0].startswith(said)
    assert_reruns(result, incidents)
    years = WardParams("2022", "year")
    began = ward_change(incidents, EVERYTHING, years, "2022", "2023").record.warnings[0]
    assert began.startswith("One period began with others: the wards changed on 5 May 2022.")


def test_a_period_that_the_data_does_not_cover_is_refused():
    times = [
        *daily("2016-01-01", "2016-02-29", 2),
        "2016-04-15T10:00",
        *daily("2016-05-01", "2016-05-31", 2),
    ]
    incidents = make_incidents(times, [POINT] * len(times))
    selection = Selection(start=date(2016, 1, 1))
    params = WardParams("2022", "month")
    with pytest.raises(ParameterError, match="The data covers no day of '2016-03'"):
        ward_change(incidents, selection, params, "2016-02", "2016-03")


def test_the_record_gives_the_same_numbers(incidents):
    selection = Selection(strands=("race",), weekdays=("Friday", "Saturday"))
    params = ChangeParams("bonferroni", 99)
    shares = WardParams("2002", "fy", "share")
    assert_reruns(
        ward_change(incidents, selection, shares, "2015/16", "2017/18", params), incidents
    )


def test_months_that_the_selection_cuts_are_said_where_only_the_month_is_known():
    """A ten-day piece of February would otherwise hold all of its incidents."""
    times = ["2016-01-01"] * 31 + ["2016-02-01"] * 29
    incidents = make_incidents(times, [(523_500, 179_900)] * 60, precision="month")
    months = WardParams(period="month", vintage="2002")
    cut = Selection(end=date(2016, 2, 10))
    warning = (
        "29 incidents are known by their month only and count on its first day, so a period that "
        "begins or ends within 2016-02 takes all or none of them: figures mislead. Choose whole "
        "months."
    )
    assert warning in ward_change(incidents, cut, months, "2016-01", "2016-02").record.warnings
    whole = Selection(date(2016, 1, 1), date(2016, 2, 29))
    said = ward_change(incidents, whole, months, "2016-01", "2016-02").record.warnings
    assert not [w for w in said if "known by their month only" in w]


def test_incidents_of_neither_period_for_want_of_a_time_are_said():
    times = ["2023-12-04T10:00", "2023-12-05T11:00", "2023-12-06"]
    precision = ["minute", "minute", "day"]
    incidents = make_incidents(times, [(523_500, 179_900)] * 3, precision=precision)
    hours = WardParams(period="hour", vintage="2022")
    result = ward_change(incidents, Selection(), hours, "10:00", "11:00")
    assert result.record.warnings == ("Incidents with no exact enough time for any hour: 1.",)


def test_shares_of_a_period_without_incidents_are_refused():
    incidents = make_incidents(["2016-01-05", "2016-08-01"], [(523_500, 179_900)] * 2)
    shares = WardParams(period="quarter", measure="share", vintage="2002")
    with pytest.raises(ParameterError, match="period after has no incident to take shares of"):
        ward_change(incidents, Selection(), shares, "2016 Q1", "2016 Q2")
