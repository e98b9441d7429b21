"""The period before: which it is, and where there is none."""

from datetime import date

import numpy as np
import pytest

from geo.frames import FrameParams, frames_of
from geo.hotspots.previous_period import FAVOURS_A_RISE, frames_before, selection_before
from geo.selection import Selection
from tests.factories import make_incidents

HERE = (523_500.0, 179_900.0)


def at_times(*times):
    return make_incidents(list(times), [HERE] * len(times))


DATA = at_times("2015-01-20", "2018-12-30")


@pytest.mark.parametrize(
    ("start", "end", "first", "last"),
    [
        ("2017-04-01", "2018-03-31", "2016-04-01", "2017-03-31"),
        ("2016-03-01", "2016-03-31", "2016-02-01", "2016-02-29"),
        ("2016-01-01", "2016-03-31", "2015-10-01", "2015-12-31"),
        ("2017-01-02", "2017-01-08", "2016-12-26", "2017-01-01"),
        ("2017-01-01", "2017-01-30", "2016-12-02", "2016-12-31"),
        ("2015-02-01", "2015-02-28", "2015-01-01", "2015-01-31"),
    ],
    ids=["year", "month", "quarter", "week", "thirty days", "the first month of the data"],
)
def test_whole_months_are_preceded_by_months_and_days_by_days(start, end, first, last):
    selection = Selection(date.fromisoformat(start), date.fromisoformat(end), kind="crime")
    before = selection_before(DATA, selection)
    assert before.selection == Selection(
        date.fromisoformat(first), date.fromisoformat(last), kind="crime"
    )
    assert first in before.rule
    assert before.warnings == (FAVOURS_A_RISE,)


@pytest.mark.parametrize(
    ("selection", "why"),
    [
        (Selection(), "no first day"),
        (Selection(end=date(2017, 1, 1)), "no first day"),
        (Selection(start=date(2019, 2, 1)), "no first day"),
        (Selection(date(2015, 6, 1), date(2015, 12, 31)), "do not reach back to 2014-11-01"),
        (Selection(date(2015, 1, 22), date(2015, 1, 24)), "do not reach back to 2015-01-19"),
        (Selection(date(2018, 7, 1), date(2019, 6, 30)), "reach to 2018-12-31 only"),
        (Selection(date(2018, 12, 1), date(2019, 1, 1)), "reach to 2018-12-31 only"),
    ],
)
def test_there_may_be_none(selection, why):
    before = selection_before(DATA, selection)
    assert before.selection is None
    assert why in before.rule
    assert before.warnings == ()


def test_without_a_last_day_it_lasts_to_the_end_of_the_data():
    before = selection_before(DATA, Selection(start=date(2018, 10, 1)))
    assert before.selection == Selection(date(2018, 7, 1), date(2018, 9, 30))


def test_no_data_have_no_period_before():
    year = Selection(date(2017, 1, 1), date(2017, 12, 31))
    assert selection_before(at_times(), year).selection is None


@pytest.mark.parametrize(
    ("start", "end", "compared"),
    [
        (date(2024, 1, 1), date(2024, 2, 27), True),
        (date(2024, 1, 1), date(2024, 2, 28), False),
        (date(2024, 3, 1), date(2024, 3, 31), False),
        (date(2024, 4, 1), date(2024, 4, 30), True),
    ],
)
def test_nothing_is_compared_across_the_break_of_the_series(start, end, compared):
    before = selection_before(at_times("2020-01-01", "2025-01-01"), Selection(start, end))
    assert (before.selection is not None) == compared
    assert any("28 February 2024" in warning for warning in before.warnings) != compared


def months(first, last):
    return [str(month) for month in np.arange(first, last, dtype="datetime64[M]")]


def test_a_frame_is_compared_with_the_one_that_ends_where_it_begins():
    incidents = at_times(*(f"{month}-10" for month in months("2016-01", "2016-08")))
    frames = frames_of(incidents, FrameParams("month", 2))
    before = frames_before(incidents, Selection(), frames)
    assert before.frame.tolist() == [-1, -1, 0, 1, 2, 3]
    assert "the 2 months before" in before.rule
    assert before.warnings == (FAVOURS_A_RISE,)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2015-01-05", "2017-12-31", [-1, 0, 1]),
        ("2015-02-05", "2017-12-31", [-1, -1, 1]),
        ("2015-01-05", "2017-11-30", [-1, 0, -1]),
    ],
    ids=["whole", "begins late", "ends early"],
)
def test_years_that_the_data_cover_in_part_are_not_compared(first, last, expected):
    incidents = at_times(first, "2016-06-01", last)
    frames = frames_of(incidents, FrameParams("year", 1))
    assert frames_before(incidents, Selection(), frames).frame.tolist() == expected


def test_what_the_selection_cuts_off_is_not_compared():
    incidents = at_times("2015-01-05", "2016-06-01", "2017-12-31")
    selection = Selection(start=date(2015, 1, 3), end=date(2017, 12, 31))
    frames = frames_of(selection.apply(incidents), FrameParams("year", 1))
    assert frames_before(incidents, selection, frames).frame.tolist() == [-1, -1, 1]


def test_frames_are_not_compared_across_the_break():
    incidents = at_times(*(f"{month}-10" for month in months("2023-12", "2024-07")))
    frames = frames_of(incidents, FrameParams("month", 1))
    before = frames_before(incidents, Selection(), frames)
    # February holds both series, so it is compared with nothing, nor anything with it.
    assert before.frame.tolist() == [-1, 0, -1, -1, 3, 4, 5]
    assert any("28 February 2024" in warning for warning in before.warnings)


def test_no_incidents_have_no_frames():
    none = at_times()
    assert frames_before(none, Selection(), frames_of(none, FrameParams())).frame.tolist() == []
