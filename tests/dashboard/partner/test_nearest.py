"""Which released figures stand for exact ones that are on show."""

from dataclasses import replace
from datetime import date

import pytest

from dashboard.ledgers import released
from dashboard.partner.nearest import nearest_view
from dashboard.settings import StartOptions
from dashboard.view import Dataset, View
from geo.change.exposure import DateSpan
from geo.demonstration import load
from geo.disclosure.release import Release
from geo.reporting_periods import Compared, compared_with, span_of_months
from geo.selection import Selection


@pytest.fixture(scope="module")
def release() -> Release:
    return released(load(), None)


def view_of(span: DateSpan, **chosen: object) -> View:
    incidents = load()
    selection = replace(Selection(span.first, span.last), **chosen)  # type: ignore[arg-type]
    compared = compared_with(incidents, span, "period before")
    dataset = Dataset(incidents, "Test")
    return View(dataset, selection, span, compared, "2002", StartOptions())


def test_a_released_period_and_group_is_taken_as_it_is(release):
    exact = view_of(span_of_months("2017-04", "2018-03"), strands=("race",))
    found, said = nearest_view(exact, release)
    assert (found.period.key, found.before.key, found.group) == (
        "2017/18",
        "2016/17",
        "strand: race",
    )
    assert said == ""


@pytest.mark.parametrize(
    ("span", "key"),
    [
        (span_of_months("2017-01", "2017-02"), "2017 Q1"),
        (DateSpan(date(2017, 3, 6), date(2017, 4, 2)), "2017 Q1"),
        (span_of_months("2016-07", "2017-06"), "2016/17"),
        (span_of_months("2015-05", "2018-02"), "all"),
    ],
)
def test_else_the_one_that_shares_most_days_and_a_sentence_says_so(release, span, key):
    found, said = nearest_view(view_of(span), release)
    assert found.period.key == key
    assert f"about {found.period.words}, the released period nearest to" in said


def test_a_group_that_has_no_wards_in_a_quarter_takes_the_year(release):
    found, said = nearest_view(
        view_of(span_of_months("2017-01", "2017-03"), strands=("race",)), release
    )
    assert (found.period.key, found.group) == ("2016/17", "strand: race")
    assert "about 2016/17" in said


@pytest.mark.parametrize(
    "chosen",
    [
        {"strands": ("race", "disability")},
        {"weekdays": ("Friday",)},
        {"strands": ("race",), "hours": (22, 23)},
        {"wards": ("E05000250",)},
        {"categories": ("Public order",)},
    ],
)
def test_what_is_not_released_becomes_all_incidents_and_a_sentence_says_so(release, chosen):
    found, said = nearest_view(view_of(span_of_months("2017-04", "2018-03"), **chosen), release)
    assert found.group == "all"
    assert "about all incidents, for there are no released figures of your choice" in said


def test_nothing_is_compared_where_the_page_compares_nothing(release):
    exact = view_of(span_of_months("2017-04", "2018-03"))
    found, _ = nearest_view(replace(exact, compared=Compared(None, "Not asked for.")), release)
    assert (found.before, found.why_not) == (None, "Not asked for.")
