"""Ward statistics against loops, by construction, and against published and real tables."""

from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import boundaries
from boundaries.errors import ParameterError
from geo.periods import UNITS, periods_of
from geo.schema import OCCURRED
from geo.selection import Selection
from geo.series_break import SERIES_BREAK, break_lies_between
from geo.wards.change import CHANGE_COLUMNS, ward_change
from geo.wards.counts import MEASURE_UNITS, MEASURES, ward_counts, ward_measure
from geo.wards.table import TABLE_COLUMNS, WardParams, ward_table
from tests.factories import make_incidents
from tests.oracles import count_one_by_one

EVERYTHING = Selection()
NOWHERE = (float("nan"), float("nan"))
FAR_AWAY = (400_000.0, 100_000.0)
WARDS = {vintage: boundaries.load_wards(vintage) for vintage in boundaries.VINTAGES}


def inside(vintage, row):
    point = WARDS[vintage].geometry.iloc[row].representative_point()
    return (point.x, point.y)


PLACES = st.sampled_from([NOWHERE, FAR_AWAY, *(inside("2022", row) for row in range(21))])
TIMES = st.datetimes(datetime(2014, 1, 1), datetime(2019, 1, 1))


@st.composite
def incidents(draw):
    times = draw(st.lists(TIMES, max_size=25))
    n = len(times)

    def one_each(values):
        return draw(st.lists(values, min_size=n, max_size=n))

    return make_incidents(
        [time.isoformat() for time in times],
        one_each(PLACES),
        precision=one_each(st.sampled_from(["minute", "day", "month"])),
        is_crime=one_each(st.sampled_from([True, False, None])),
    )


@given(st.data())
def test_counts_equal_a_loop(data):
    n_wards, n_periods = data.draw(st.integers(0, 5)), data.draw(st.integers(1, 5))
    pairs = st.tuples(st.integers(-2, n_wards - 1), st.integers(0, n_periods - 1))
    drawn = data.draw(st.lists(pairs, max_size=40))
    positions, codes = np.array(drawn, np.intp).reshape(-1, 2).T
    counts = ward_counts(positions, codes, n_wards, n_periods)
    assert counts.tolist() == count_one_by_one(
        positions.tolist(), codes.tolist(), n_wards, n_periods
    )


@given(incidents(), st.sampled_from(UNITS), st.sampled_from(boundaries.VINTAGES))
def test_tables_add_up_to_the_number_of_incidents(given_incidents, unit, vintage):
    result = ward_table(given_incidents, EVERYTHING, WardParams(vintage, unit))
    record = result.record
    assert tuple(result.frame.columns) == TABLE_COLUMNS
    assert result.frame["value"].sum() == len(given_incidents) == record.incidents
    assert record.located + record.outside + record.not_located == record.incidents
    by_code = result.frame.groupby("ward_code")["value"].sum()
    if len(by_code):
        assert (by_code["outside"], by_code["not_located"]) == (record.outside, record.not_located)


@given(incidents(), st.sampled_from(UNITS))
def test_measures_are_the_counts_over_their_base(given_incidents, unit):
    def table(measure):
        return ward_table(given_incidents, EVERYTHING, WardParams("2022", unit, measure)).frame

    count = table("count")
    wards = count.merge(WARDS["2022"], on="ward_code", how="left")
    expected = {
        "count": count["value"],
        "rate": 1000 * count["value"] / wards["population"],
        "density": count["value"] / wards["area_km2"],
        "share": 100 * count["value"] / count.groupby("period")["value"].transform("sum"),
    }
    assert set(expected) == set(MEASURES) == set(MEASURE_UNITS)
    for measure, values in expected.items():
        got = table(measure)["value"].astype(float)
        np.testing.assert_allclose(got, values.astype(float), rtol=1e-12)


def test_rows_and_periods_stand_in_the_documented_order():
    given_incidents = make_incidents(
        ["2017-01-02 10:00", "2017-03-05 11:00", "2017-03-01"],
        [inside("2002", 3), NOWHERE, FAR_AWAY],
        precision=["minute", "minute", "month"],
    )
    frame = ward_table(given_incidents, EVERYTHING, WardParams("2002", "weekday")).frame
    names = frame[["ward_code", "ward_name"]].drop_duplicates()
    assert names["ward_code"].tolist() == [
        *sorted(WARDS["2002"]["ward_code"]),
        "outside",
        "not_located",
    ]
    assert names["ward_name"].tolist()[-2:] == ["Outside the borough", "Not located"]
    days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    assert frame["period"].tolist() == [*days, "not known"] * 18
    cells = frame[frame["value"] > 0].drop(columns="ward_name")
    assert cells.to_numpy().tolist() == [
        ["E05000253", "Monday", 1],
        ["outside", "not known", 1],
        ["not_located", "Sunday", 1],
    ]


def test_extra_rows_have_no_rate_and_an_empty_period_has_no_share():
    wards = WARDS["2022"]
    counts = np.zeros((23, 2), np.intp)
    counts[[0, 21, 22], 0] = [1, 2, 1]
    for measure in ("rate", "density"):
        assert np.isnan(ward_measure(counts, wards, measure)[21:]).all()
        assert np.isfinite(ward_measure(counts, wards, measure)[:21]).all()
    share = ward_measure(counts, wards, "share")
    assert share[[0, 1, 21, 22], 0].tolist() == [25, 0, 50, 25]
    assert np.isnan(share[:, 1]).all()


def test_counts_of_other_wards_are_refused():
    with pytest.raises(ParameterError, match=r"18 rows for 21 wards.*the same vintage"):
        ward_measure(np.zeros((18, 1), np.intp), WARDS["2022"], "rate")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"vintage": "2010"}, "vintage '2010' is not known; use one of 2002, 2022"),
        ({"period": "decade"}, "Period 'decade' is not known; use one of all, fy"),
        ({"measure": "risk"}, "Measure 'risk' is not known; use one of count, rate"),
    ],
)
def test_settings_are_checked(settings, said):
    with pytest.raises(ParameterError, match=said):
        WardParams(**settings)


def test_selection_is_applied_and_recorded():
    given_incidents = make_incidents(["2016-05-01", "2017-05-01"], [inside("2002", 0)] * 2)
    selection = Selection(start=date(2017, 1, 1))
    result = ward_table(given_incidents, selection, WardParams("2002", "year"))
    assert result.frame["period"].unique().tolist() == ["2017"]
    assert result.frame["value"].sum() == result.record.incidents == 1
    assert result.record.selection == selection
    assert result.record.data_fingerprint == selection.apply(given_incidents).fingerprint
    assert result.record.period == "May 2017"
    assert result.record.params == {"vintage": "2002", "period": "year", "measure": "count"}


def warnings_of(given_incidents, *settings):
    return " ".join(ward_table(given_incidents, EVERYTHING, WardParams(*settings)).record.warnings)


def test_a_plain_table_of_crimes_in_force_has_no_warnings():
    given_incidents = make_incidents(["2022-05-05 00:00", "2023-01-01"], [FAR_AWAY] * 2)
    assert not warnings_of(given_incidents, "2022", "year", "count")


def test_rates_say_whose_residents_and_that_they_are_not_annual():
    given_incidents = make_incidents(["2017-05-01"], [FAR_AWAY])
    assert "residents of 2015 whatever the period" in warnings_of(
        given_incidents, "2002", "all", "rate"
    )
    assert "not scaled to a year" in warnings_of(given_incidents, "2002", "all", "rate")


def test_incidents_from_outside_the_time_of_the_wards_are_said():
    given_incidents = make_incidents(
        ["2022-05-04 23:59", "2022-05-05 00:00", "2002-05-01"], [FAR_AWAY] * 3
    )
    said_2022, said_2002 = (warnings_of(given_incidents, vintage) for vintage in ("2022", "2002"))
    assert "2022 wards were in force from 5 May 2022; 2 of 3 incidents" in said_2022
    assert "from 2 May 2002 to 4 May 2022; 2 of 3 incidents" in said_2002


def test_crimes_and_incidents_together_are_said_with_the_split():
    kinds = [True, True, False, None]
    given_incidents = make_incidents(["2017-05-01"] * 4, [FAR_AWAY] * 4, is_crime=kinds)
    assert "2 crimes, 1 incidents that are not crimes, 1 of unknown kind" in warnings_of(
        given_incidents, "2002"
    )
    only_crimes = ward_table(given_incidents, Selection(kind="crime"), WardParams("2002"))
    assert not only_crimes.record.warnings


def test_the_break_of_the_series_is_said_when_the_incidents_span_it():
    before, after = "2024-02-27 23:59", "2024-02-28 00:00"
    assert "CRIS to CONNECT" in warnings_of(make_incidents([before, after], [FAR_AWAY] * 2))
    assert "CRIS" not in warnings_of(make_incidents([after, after], [FAR_AWAY] * 2))
    assert "CRIS" not in warnings_of(make_incidents([before, before], [FAR_AWAY] * 2))


def test_a_month_that_is_missing_among_full_ones_is_named():
    times = ["2016-01-15"] * 20 + ["2016-02-15"] * 20 + ["2016-04-15"] * 20
    assert "No incident at all in 2016-03: a file may be missing" in warnings_of(
        make_incidents(times, [FAR_AWAY] * 60), "2002"
    )
    assert not warnings_of(make_incidents(times[:40], [FAR_AWAY] * 40), "2002")
    few = make_incidents(times[::2], [FAR_AWAY] * 30)
    assert not warnings_of(few, "2002")


CHANGE = make_incidents(
    ["2015-05-01", "2015-06-01", "2015-07-01", "2016-05-01", "2016-06-01", "2017-05-01"],
    [inside("2002", 0), inside("2002", 0), NOWHERE, inside("2002", 0), inside("2002", 1), FAR_AWAY],
)


def test_change_between_two_years():
    params = WardParams("2002", "fy")
    result = ward_change(CHANGE, EVERYTHING, params, "2015/16", "2016/17")
    assert tuple(result.frame.columns) == CHANGE_COLUMNS
    rows = result.frame.set_index("ward_code")[["before", "after", "difference", "change_percent"]]
    assert rows.loc["E05000250"].tolist()[:3] == [2, 1, -1]
    # 2015/16 had 366 days, so a half of its incidents in 2016/17 is a little more than a half.
    assert rows.loc["E05000250", "change_percent"] == pytest.approx(100 * 366 / 730 - 100)
    assert rows.loc["E05000251"].tolist()[:3] == [0, 1, 1]
    assert np.isnan(rows.loc["E05000251", "change_percent"])
    assert rows.loc["not_located"].tolist() == [1, 0, -1, -100]
    assert rows["before"].sum() + rows["after"].sum() == result.record.incidents == 5
    assert result.record.params["before"] == "2015/16"
    assert result.record.params["after"] == "2016/17"


@pytest.mark.parametrize("measure", MEASURES)
def test_change_takes_its_values_from_the_table(measure):
    params = WardParams("2002", "year", measure)
    table = ward_table(CHANGE, EVERYTHING, params).frame
    by_year = table.pivot_table(
        index="ward_code", columns="period", values="value", sort=False, dropna=False
    )
    change = ward_change(CHANGE, EVERYTHING, params, "2015", "2017").frame.set_index("ward_code")
    np.testing.assert_array_equal(change["before"], by_year["2015"])
    np.testing.assert_array_equal(change["after"], by_year["2017"])
    np.testing.assert_array_equal(change["difference"], by_year["2017"] - by_year["2015"])


def test_change_refuses_periods_that_are_not_there():
    params = WardParams("2002", "fy")
    with pytest.raises(ParameterError, match=r"no period '2014/15'; there are: 2015/16, 2016/17, "):
        ward_change(CHANGE, EVERYTHING, params, "2014/15", "2016/17")
    with pytest.raises(ParameterError, match="Both periods are '2015/16'"):
        ward_change(CHANGE, EVERYTHING, params, "2015/16", "2015/16")
    with pytest.raises(ParameterError, match="there are: none, for no incident is selected"):
        ward_change(CHANGE, Selection(start=date(2030, 1, 1)), params, "2015/16", "2016/17")


def test_change_across_the_break_of_the_series_is_refused_with_the_reason():
    times = ["2022-06-01", "2023-06-01", "2024-06-01", "2025-06-01"]
    given_incidents = make_incidents(times, [inside("2022", 0)] * 4)
    params = WardParams("2022", "fy")
    for labels in [("2022/23", "2024/25"), ("2024/25", "2022/23"), ("2023/24", "2024/25")]:
        with pytest.raises(ParameterError, match=r"28 February 2024 \(CRIS to CONNECT\)"):
            ward_change(given_incidents, EVERYTHING, params, *labels)
    after = ward_change(given_incidents, EVERYTHING, params, "2024/25", "2025/26")
    assert after.record.incidents == 2
    assert not after.record.warnings


@pytest.mark.parametrize("unit", ["fy", "year", "quarter", "month", "week"])
def test_the_break_stands_in_the_period_that_holds_its_day(unit):
    day = pd.Timestamp(SERIES_BREAK)
    times = [str(day - pd.Timedelta(days=800)), str(day), str(day + pd.Timedelta(days=800))]
    labels = periods_of(make_incidents(times, [NOWHERE] * 3), unit).labels
    of_break = periods_of(make_incidents([str(day)], [NOWHERE]), unit).labels[0]
    middle = labels.index(of_break)
    assert break_lies_between(unit, labels[0], labels[-1])
    assert break_lies_between(unit, labels[middle - 1], of_break)
    assert break_lies_between(unit, labels[middle - 1], labels[middle + 1])
    assert not break_lies_between(unit, labels[0], labels[middle - 1])
    assert not break_lies_between(unit, labels[middle + 1], labels[-1])
    assert list(labels) == sorted(labels)


def test_weekdays_and_hours_can_be_compared_across_the_break():
    times = ["2024-01-01 10:00", "2024-06-04 11:00"]
    given_incidents = make_incidents(times, [inside("2022", 0)] * 2)
    change = ward_change(given_incidents, EVERYTHING, WardParams("2022", "hour"), "10:00", "11:00")
    assert change.frame["difference"].sum() == 0
    assert "CRIS to CONNECT" in " ".join(change.record.warnings)


def test_incidents_are_not_changed():
    before = CHANGE.frame.copy()
    ward_table(CHANGE, EVERYTHING, WardParams("2002", "month", "rate"))
    pd.testing.assert_frame_equal(CHANGE.frame, before)
    assert CHANGE.frame[OCCURRED].is_monotonic_increasing
