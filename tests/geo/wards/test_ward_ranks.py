"""Ranks of wards and their intervals, beside scipy's distributions and sorting by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from geo import demonstration
from geo.selection import Selection
from geo.wards.ranks import (
    RANK_COLUMNS,
    RankParams,
    count_interval,
    rank_in_words,
    share_interval,
    ward_ranks,
)
from geo.wards.table import WardParams, ward_table
from tests.factories import make_incidents


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.999])
def test_limits_of_counts_leave_half_of_the_rest_on_either_side(confidence):
    counts = np.array([0, 1, 2, 7, 40, 900])
    low, high = count_interval(counts, confidence)
    tail = (1 - confidence) / 2
    assert low[0] == 0
    np.testing.assert_allclose(stats.poisson.sf(counts[1:] - 1, low[1:]), tail)
    np.testing.assert_allclose(stats.poisson.cdf(counts, high), tail)


def test_the_interval_is_the_published_one():
    # Garwood's table, 95 %: 0 (0 to 3.69), 1 (0.0253 to 5.57), 10 (4.80 to 18.4).
    low, high = count_interval(np.array([0, 1, 10]), 0.95)
    np.testing.assert_allclose(low, [0, 0.0253, 4.80], atol=0.005)
    np.testing.assert_allclose(high, [3.69, 5.57, 18.4], atol=0.02)


def test_limits_of_shares_are_those_of_the_exact_binomial_test():
    counts, totals = np.array([[0], [3], [10]]), np.array([[10]])
    low, high = share_interval(counts, totals, 0.95)
    for row, count in enumerate(counts[:, 0]):
        exact = stats.binomtest(int(count), 10).proportion_ci(0.95, "exact")
        assert (low[row, 0], high[row, 0]) == pytest.approx((100 * exact.low, 100 * exact.high))
    assert np.isnan(share_interval(np.array([0]), np.array([0]), 0.95)).all()


@pytest.mark.parametrize("measure", ["count", "rate", "density", "share"])
def test_ranks_and_figures_of_every_year(measure):
    incidents = demonstration.load()
    params = WardParams("2002", "fy", measure)
    found = ward_ranks(incidents, Selection(), params).frame
    assert tuple(found.columns) == RANK_COLUMNS
    table = ward_table(incidents, Selection(), params).frame
    table = table[~table["ward_code"].isin(["outside", "not_located"])]
    pd.testing.assert_frame_equal(
        found[["ward_code", "period", "value"]],
        table[["ward_code", "period", "value"]].reset_index(drop=True),
        check_dtype=False,
    )
    assert found["is_whole"].all()
    assert ((found["low"] <= found["value"]) & (found["value"] <= found["high"])).all()
    for _, year in found.groupby("period"):
        ordered = sorted(year["value"], reverse=True)
        assert list(year["rank"]) == [1 + ordered.index(value) for value in year["value"]]
        assert list(year["tied"]) == [ordered.count(value) for value in year["value"]]
    assert (found["tied"] > 1).any() == (measure in ("count", "share"))


def test_a_year_that_the_data_holds_in_part_is_not_whole():
    times = ["2016-06-10", "2017-05-01", "2018-03-20"]
    found = ward_ranks(
        make_incidents(times, [(523500, 178500)] * 3), Selection(), WardParams("2002", "fy")
    ).frame
    is_whole = found.groupby("period")["is_whole"].agg(["all", "any"])
    assert is_whole["all"].to_dict() == {"2016/17": False, "2017/18": True}
    assert list(is_whole["all"]) == list(is_whole["any"])


def test_no_incidents_give_no_ranks_for_years_and_ties_for_all():
    nothing = make_incidents([], [])
    assert ward_ranks(nothing, Selection(), WardParams("2022", "fy")).frame.empty
    whole = ward_ranks(nothing, Selection(), WardParams("2022"), RankParams(90)).frame
    assert set(whole["rank"]) == {1}
    assert set(whole["tied"]) == {21}
    shares = ward_ranks(nothing, Selection(), WardParams("2022", "all", "share")).frame
    assert shares["rank"].isna().all()


def test_ties_are_told():
    assert rank_in_words(1, 21) == "1 ="
