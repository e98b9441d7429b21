"""The sentences of the page: right figures, plain words, and nothing said that is not known."""

import pytest

from dashboard.when import words
from dashboard.when.choices import Chosen
from geo import demonstration
from geo.selection import Selection
from geo.times.daily import DailyParams, daily_counts
from geo.times.when import WhenParams, when
from tests.factories import make_incidents, with_ends
from tests.readability import READING_AGE_12, grade, hardest

ALL = Selection()
POINT = (523_500.0, 179_900.0)


def of(times, precision="minute", ends=None):
    incidents = make_incidents(times, [POINT] * len(times), precision=precision)
    incidents = with_ends(incidents, ends) if ends else incidents
    return when(incidents, ALL, WhenParams())


FRIDAY_NIGHTS = [f"2017-{month:02d}-03T22:30" for month in (2, 3, 11)] * 10


def test_the_busiest_times_and_that_they_are_more_than_luck():
    said = words.headline(of(FRIDAY_NIGHTS))
    assert "Busiest hours: 22:00 to 23:00, with 100 % of the incidents." in said
    assert "it would be 4 %, so this is more than luck" in said
    assert "Busiest days: Friday, with 100 %" in said


def test_a_share_of_known_times_is_called_one():
    precision = ["minute"] * 30 + ["day"] * 30 + ["month"] * 30
    fridays = [time[:10] for time in FRIDAY_NIGHTS]
    said = words.headline(of([*FRIDAY_NIGHTS, *fridays, *["2017-05-01"] * 30], precision))
    assert "22:00 to 23:00, with 100 % of the incidents whose hour is known. If all" in said
    assert "Friday, with 100 % of the incidents whose day is known. If all" in said


def test_even_times_do_not_stand_out():
    even = [f"2017-05-{day:02d}T{hour:02d}:30" for day in range(1, 29) for hour in range(24)]
    assert words.headline(of(even)) == f"{words.NO_HOUR} {words.NO_DAY}"


def test_of_few_nothing_is_said():
    assert words.headline(of(FRIDAY_NIGHTS[:9])) == words.TOO_FEW


@pytest.mark.parametrize(
    ("times", "precision", "told"),
    [
        ([], "minute", words.NOTHING),
        (["2017-05-01"], "month", words.MONTHS_ONLY),
        (["2017-05-01"], "day", words.DAYS_ONLY),
        (["2017-05-01", "2017-05-01T10:00"], ["month", "minute"], ""),
    ],
)
def test_what_cannot_be_shown_is_said(times, precision, told):
    assert words.time_known(of(times, precision)) == told


def test_spans_are_explained_with_how_many_there_are():
    result = of(["2017-05-01T18:00", "2017-05-02T10:00"], ends=["2017-05-02T09:00", None])
    assert "(1 of 2 incidents; aoristic analysis)" in words.spread_in_words(result, WhenParams())
    assert "in the hour it starts (1 of 2" in words.spread_in_words(result, WhenParams("start"))
    assert "No incident here" in words.spread_in_words(of(FRIDAY_NIGHTS), WhenParams())


def test_few_incidents_on_the_map_come_with_a_warning():
    friday = Chosen(("Friday",), (22, 23), "22:00 to 24:00")
    few, many = (words.map_in_words(friday, n, n) for n in (words.FEW - 1, words.FEW))
    assert few.startswith("The map shows Friday, 22:00 to 24:00: 49 incidents, 49 of them located.")
    assert "That is few" in few
    assert "That is few" not in many


def test_days_that_stand_out_are_counted():
    times = [f"2017-{1 + n // 28:02d}-{1 + n % 28:02d}T12:00" for n in range(140)]
    incidents = make_incidents(times + ["2017-03-10T12:00"] * 20, [POINT] * 160)
    said = words.days_in_words(daily_counts(incidents, ALL, DailyParams()))
    assert "1 day stands out with more than luck would give" in said
    months = make_incidents(["2017-03-01"], [POINT], precision="month")
    result = daily_counts(months, ALL, DailyParams())
    assert words.days_in_words(result) == "No single day can be shown."
    assert "without a day" in words.calendar_alt(result)


def test_the_sentences_can_be_read_at_twelve():
    demo = demonstration.load()
    result, days = when(demo, ALL, WhenParams()), daily_counts(demo, ALL, DailyParams())
    night = Chosen(None, (22, 23), "22:00 to 24:00")
    said = [
        words.NOTHING,
        words.MONTHS_ONLY,
        words.DAYS_ONLY,
        words.TOO_FEW,
        words.NO_DAY,
        words.NO_HOUR,
        words.headline(result),
        words.spread_in_words(result, WhenParams()),
        words.map_in_words(night, 40, 38),
        words.days_in_words(days),
        words.calendar_alt(days),
    ]
    assert grade(" ".join(said)) <= READING_AGE_12
    assert hardest(said, 11) == []
