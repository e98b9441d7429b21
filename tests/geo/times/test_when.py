"""Profiles of time: sums, unknown times apart, shifts, and months of incomplete years."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries.errors import ParameterError
from geo.change.given_area import GivenArea
from geo.periods import NOT_KNOWN, WEEKDAYS
from geo.readers import read
from geo.schema import OCCURRED, TIME_PRECISION, Incidents
from geo.selection import Selection
from geo.times.month_profile import (
    INCIDENTS,
    MONTH,
    MONTH_COLUMNS,
    MONTHS_COVERED,
    PER_MONTH,
    SHARE,
)
from geo.times.shifts import Shift
from geo.times.when import (
    HOUR,
    HOUR_COLUMNS,
    HOUR_OF_WEEK_COLUMNS,
    PER_HOUR,
    SHIFT,
    SHIFT_COLUMNS,
    SHIFT_OF_WEEK_COLUMNS,
    WEEKDAY,
    WEEKDAY_COLUMNS,
    WhenParams,
    when,
)
from tests.factories import make_incidents, with_ends
from tests.reruns import assert_reruns

ALL = Selection()
AORISTIC = WhenParams()
POINT = (523_500.0, 179_900.0)


def at(*times: str, precision: str | list[str] = "minute") -> Incidents:
    return make_incidents(times, [POINT] * len(times), precision=precision)


@pytest.fixture(scope="module")
def demo() -> Incidents:
    return read(["demo"]).incidents


def tables(result):
    return (result.frame, result.weekdays, result.hours, result.shifts, result.shifts_of_week)


def test_the_tables_have_exactly_these_columns_and_labels(demo):
    result = when(demo, ALL, AORISTIC)
    columns = [tuple(table.columns) for table in (*tables(result), result.months)]
    assert columns == [
        HOUR_OF_WEEK_COLUMNS,
        WEEKDAY_COLUMNS,
        HOUR_COLUMNS,
        SHIFT_COLUMNS,
        SHIFT_OF_WEEK_COLUMNS,
        MONTH_COLUMNS,
    ]
    assert [len(table) for table in tables(result)] == [169, 8, 25, 4, 22]
    assert result.weekdays[WEEKDAY].tolist() == [*WEEKDAYS, NOT_KNOWN]
    assert result.hours[HOUR].tolist() == [*(f"{hour:02d}:00" for hour in range(24)), NOT_KNOWN]
    assert result.frame.iloc[25].tolist()[:2] == ["Tuesday", "01:00"]
    assert result.months[MONTH].tolist()[::11] == ["January", "December"]


def test_every_table_adds_up_to_the_selected_incidents(demo):
    selection = Selection(start=date(2016, 1, 1), strands=("race",))
    result = when(demo, selection, AORISTIC)
    for table in (*tables(result), result.months):
        assert table[INCIDENTS].sum() == pytest.approx(result.record.incidents)
        assert table[SHARE].sum() == pytest.approx(100)
    assert result.record.incidents == len(selection.apply(demo)) < len(demo)


def test_without_spans_the_tables_are_plain_counts(demo):
    result = when(demo, ALL, AORISTIC)
    frame = demo.frame[demo.frame[TIME_PRECISION] == "minute"]
    expected = np.zeros((7, 24))
    for time in frame[OCCURRED]:
        expected[time.day_of_week, time.hour] += 1
    np.testing.assert_allclose(result.hour_of_week, expected)
    np.testing.assert_allclose(result.frame[INCIDENTS][:-1], expected.ravel())
    assert result.unknown_hours == len(demo) - len(frame) == 86
    assert result.frame[INCIDENTS].iloc[-1] == result.unknown_hours
    assert "The hour of 86 of 1,727 incidents is not known, and the weekday of 0" in (
        " ".join(result.record.warnings)
    )


def test_unknown_times_are_counted_apart():
    incidents = at(
        "2024-01-01T10:00", "2024-01-02", "2024-01-01", precision=["minute", "day", "month"]
    )
    result = when(incidents, ALL, AORISTIC)
    assert (result.unknown_hours, result.unknown_weekdays) == (2, 1)
    assert result.weekdays[INCIDENTS].tolist() == [1, 1, 0, 0, 0, 0, 0, 1]
    assert result.hours[INCIDENTS].iloc[[10, 24]].tolist() == [1, 2]
    assert np.isnan(result.hours[SHARE].iloc[-1])


def test_spans_are_spread_or_counted_where_they_start():
    incidents = with_ends(at("2024-01-01T01:00"), ["2024-01-01T02:30"])
    spread = when(incidents, ALL, AORISTIC)
    assert spread.hours[INCIDENTS].iloc[[1, 2]].tolist() == pytest.approx([2 / 3, 1 / 3])
    starts = when(incidents, ALL, WhenParams(method="start"))
    assert starts.hours[INCIDENTS].iloc[[1, 2]].tolist() == [1, 0]
    have = "1 of 1 incidents have a span, "
    assert spread.record.rules["spans"] == have + "spread evenly over its hours"
    assert starts.record.rules["spans"] == have + "counted where it starts"


def test_friday_night_is_fridays():
    incidents = at("2024-01-05T23:30", "2024-01-06T02:00", "2024-01-06T07:00", "2024-01-08T00:10")
    result = when(incidents, ALL, AORISTIC)
    table = result.shifts_of_week.set_index([WEEKDAY, SHIFT])[INCIDENTS]
    assert table[table > 0].to_dict() == {
        ("Friday", "night"): 2,
        ("Saturday", "day"): 1,
        ("Sunday", "night"): 1,
    }
    assert result.shifts[PER_HOUR].tolist()[:3] == [1 / 8, 0, 3 / 8]


def test_shifts_can_be_chosen():
    params = WhenParams(shifts=(Shift("early", 6, 14), Shift("rest", 14, 6)))
    result = when(at("2024-01-05T13:59", "2024-01-05T14:00"), ALL, params)
    assert result.shifts[SHIFT].tolist() == ["early", "rest", NOT_KNOWN]
    assert result.shifts[INCIDENTS].tolist() == [1, 1, 0]
    assert result.shifts[PER_HOUR].tolist()[:2] == [1 / 8, 1 / 16]
    with pytest.raises(ParameterError, match=r"06:00 to 07:00 is in no shift \(8 such"):
        WhenParams(shifts=(Shift("rest", 14, 6),))


def test_months_are_means_of_the_months_that_there_are():
    times = [*["2016-11-05"] * 4, "2017-01-31", *["2017-11-01"] * 2]
    months = when(at(*times), ALL, AORISTIC).months.set_index(MONTH)
    assert months[MONTHS_COVERED].to_dict() == dict.fromkeys(months.index, 1) | {"November": 2}
    assert months[PER_MONTH]["November"] == 3
    assert months[PER_MONTH]["January"] == 1
    assert months[SHARE].round(9).to_dict()["November"] == 75


def test_months_that_are_not_in_the_data_have_no_mean():
    months = when(at("2017-03-05", "2017-04-06"), ALL, AORISTIC).months.set_index(MONTH)
    assert months[MONTHS_COVERED].sum() == 2
    assert months[PER_MONTH].notna().sum() == 2
    assert np.isnan(months[PER_MONTH]["May"])


def test_a_month_whose_file_is_missing_is_no_month_with_none():
    days = [day for day in pd.date_range("2016-01-01", "2016-12-31") if day.month != 3]
    months = when(at(*map(str, days)), ALL, AORISTIC).months.set_index(MONTH)
    assert months[MONTHS_COVERED]["March"] == 0
    assert np.isnan(months[PER_MONTH]["March"])
    assert months[MONTHS_COVERED].sum() == 11


def test_a_month_that_the_selection_cuts_counts_with_its_days():
    incidents = at("2017-03-05", "2017-04-06", "2017-05-06")
    selection = Selection(start=date(2010, 1, 1), end=date(2017, 4, 15))
    months = when(incidents, selection, AORISTIC).months.set_index(MONTH)
    assert months[MONTHS_COVERED][["March", "April", "May"]].tolist() == [1, 0.5, 0]
    assert months[PER_MONTH]["April"] == 2


def test_the_busiest_days_and_hours_are_said():
    rng = np.random.default_rng(4)
    evenings = pd.Timestamp("2024-01-05T21:00") + pd.to_timedelta(7 * np.arange(60), unit="D")
    evenings += pd.to_timedelta(rng.integers(0, 120, 60), unit="min")
    result = when(at(*evenings.astype("str")), ALL, AORISTIC)
    days, hours = result.busiest
    assert days == (
        "Busiest days: Friday, with 100% of the known times where evenly spread ones would have "
        "14%."
    )
    assert hours.startswith("Busiest hours: 2")
    spread = pd.date_range("2024-01-01", periods=168, freq="h")
    assert when(at(*spread.astype("str")), ALL, AORISTIC).busiest == ()


def test_what_makes_times_doubtful_is_said():
    times = ["2024-01-01T00:00"] * 2 + ["2024-01-01T10:00"] * 3
    ends = [None, None, "2024-01-03T10:00", None, None]
    warnings = when(with_ends(at(*times), ends), ALL, AORISTIC).record.warnings
    assert "2 of 5 times are 00:00 exactly" in " ".join(warnings)
    assert "1 of 5 incidents may have happened over more than a day" in " ".join(warnings)


def test_no_incidents_give_empty_profiles():
    result = when(at(), ALL, AORISTIC)
    assert result.frame[INCIDENTS].sum() == 0
    assert result.months[MONTHS_COVERED].sum() == 0
    assert result.record.warnings == ("No incident is selected, so there is nothing to show.",)
    assert result.busiest == ()


def test_it_can_be_made_again_from_its_record(demo):
    params = WhenParams("start", (Shift("early", 6, 14), Shift("rest", 14, 6)))
    assert_reruns(when(demo, Selection(end=date(2016, 5, 9)), params), demo)


TIMES = st.datetimes(pd.Timestamp("2015-01-01"), pd.Timestamp("2019-12-31"))


@settings(max_examples=20)
@given(st.lists(st.tuples(TIMES, st.integers(0, 20_000)), max_size=6))
def test_known_and_unknown_add_up_whatever_the_spans(rows):
    starts = [start.isoformat() for start, _ in rows]
    ends = [(start + pd.Timedelta(minutes=m)).isoformat() for start, m in rows]
    precision = ["minute" if m % 2 else "month" for _, m in rows]
    result = when(with_ends(at(*starts, precision=precision), ends), ALL, AORISTIC)
    for table in (*tables(result), result.months):
        assert table[INCIDENTS].sum() == pytest.approx(len(rows))
    assert result.unknown_hours == precision.count("month")


def test_police_uk_months_have_months_and_nothing_finer(police_uk_paths):
    incidents = read([police_uk_paths]).incidents
    result = when(incidents, ALL, AORISTIC)
    assert result.unknown_hours == result.unknown_weekdays == len(incidents)
    assert result.busiest == ()
    months = result.months.set_index(MONTH)
    there = incidents.frame[OCCURRED].dt.to_period("M")
    span = pd.period_range(there.min(), there.max(), freq="M")
    there_in = set(there)
    assert months[MONTHS_COVERED].sum() == len(there_in) == len(span) - 1  # one file is missing
    for name, rows in there.groupby(there.dt.strftime("%B")):
        assert months[INCIDENTS][name] == len(rows)
        assert months[PER_MONTH][name] == len(rows) / sum(
            m.strftime("%B") == name for m in there_in
        )


def test_what_a_selection_of_hours_leaves_out_for_want_of_an_hour_is_said():
    incidents = at(
        "2024-01-01T01:00", "2024-01-02", "2024-01-03", precision=["minute", "day", "day"]
    )
    result = when(incidents, Selection(hours=(1, 2)), AORISTIC)
    assert result.record.warnings == (
        "2 incidents are left out, as their day or hour is not known.",
    )
    assert when(incidents, Selection(end=date(2024, 1, 1)), AORISTIC).record.warnings == ()


def test_an_area_counts_what_lies_in_it_and_its_record_says_so(demo):
    ward = GivenArea(wards=("E05000263",), vintage="2002")
    of_area = when(demo, ALL, AORISTIC, area=ward)
    of_ward = when(demo, Selection(wards=ward.wards), AORISTIC)
    np.testing.assert_array_equal(of_area.hour_of_week, of_ward.hour_of_week)
    assert 0 < of_area.record.incidents == of_ward.record.incidents < len(demo)
    assert of_area.record.params["area"]["wards"] == ward.wards
    as_text = GivenArea(wkt=shapely.to_wkt(ward.land(), rounding_precision=-1))
    assert when(demo, ALL, AORISTIC, area=as_text).record.incidents == of_area.record.incidents
    assert_reruns(when(demo, ALL, AORISTIC, area=as_text), demo)


def test_an_area_without_incidents_is_no_error():
    nowhere = GivenArea(wkt="POLYGON ((0 0, 1 0, 1 1, 0 0))")
    result = when(at("2017-01-01T10:00"), ALL, AORISTIC, area=nowhere)
    assert result.record.incidents == 0
    assert result.hour_of_week.sum() == 0


def test_peaks_are_the_busiest_days_and_hours_as_figures(demo):
    result = when(demo, ALL, AORISTIC)
    assert [peak.of for peak in result.peaks] == ["hours"]
    for peak in result.peaks:
        by_bin = result.hour_of_week.sum(axis=0 if peak.of == "hours" else 1)
        run = np.arange(peak.start, peak.start + peak.length) % len(by_bin)
        assert peak.share == pytest.approx(by_bin[run].sum() / by_bin.sum())
        assert peak.even_share == peak.length / len(by_bin)
        assert any(peak.in_words in sentence for sentence in result.busiest)
    assert len(result.busiest) == len(result.peaks)


def test_spans_are_counted():
    incidents = with_ends(at("2017-01-01T10:00", "2017-01-02T10:00"), ["2017-01-01T12:00", None])
    assert when(incidents, ALL, AORISTIC).spans == 1
