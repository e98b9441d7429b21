from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.quality.check import FINE, MIND, NOTE
from geo.quality.params import QualityParams
from geo.quality.when_known import INCIDENTS, PRECISION, precision_counts, time_checks
from tests.factories import incidents_of

TODAY = QualityParams(as_of=date(2024, 6, 1))


def checked(rows, params=TODAY) -> dict:
    return {check.check: check for check in time_checks(incidents_of(rows), params)}


def at_minutes(minutes, day="2024-05-03"):
    return [{"at": f"{day}T{m // 60:02d}:{m % 60:02d}"} for m in minutes]


@settings(max_examples=20)
@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))
def test_precisions_are_counted(minutes, days, months):
    rows = [{"at": "2024-05-03T12:01"}] * minutes
    rows += [{"at": "2024-05-03", "precision": "day"}] * days
    rows += [{"at": "2024-05-01", "precision": "month"}] * months
    counts = precision_counts(incidents_of(rows))
    assert list(zip(counts[PRECISION], counts[INCIDENTS], strict=True)) == [
        ("minute", minutes),
        ("day", days),
        ("month", months),
    ]
    found, n = checked(rows), len(rows)
    assert (found["hour not known"].value, found["hour not known"].of) == (days + months, n)
    assert (found["day not known"].value, found["day not known"].of) == (months, n)
    assert found["at 00:00 exactly"].of == minutes
    assert found["on the 1st of the month"].of == minutes + days


@settings(max_examples=20)
@given(st.lists(st.integers(0, 24 * 60 - 1), max_size=200), st.integers(0, 30), st.integers(0, 30))
def test_heaped_times_are_counted_as_they_are(others, midnights, noons):
    minutes = others + [0] * midnights + [720] * noons
    found = checked(at_minutes(minutes))
    assert found["at 00:00 exactly"].value == minutes.count(0)
    assert found["at 12:00 exactly"].value == minutes.count(720)
    assert found["on the full hour"].value == sum(m % 60 == 0 for m in minutes)


@pytest.mark.parametrize(
    ("at_midnight", "of", "verdict"),
    [(1, 100, FINE), (2, 100, NOTE), (10, 100, MIND), (4, 8, NOTE)],
)
def test_midnights_are_judged_by_the_thresholds(at_midnight, of, verdict):
    minutes = [0] * at_midnight + [61 + 7 * i % 600 for i in range(of - at_midnight)]
    check = checked(at_minutes(minutes))["at 00:00 exactly"]
    assert check.verdict == verdict
    assert ("not known" in check.in_words) == (verdict != FINE)
    assert f"even times would have {of / 1440:.1f}" in check.in_words


def test_even_times_and_days_are_fine():
    rows = [row for d in range(1, 31) for row in at_minutes(range(7, 1440, 97), f"2024-04-{d:02d}")]
    found = checked(rows)
    assert {check.verdict for check in found.values()} == {FINE}
    check = found["on the 1st of the month"]
    assert check.value == pytest.approx(check.of / 30)
    assert f"would have {check.of / 30:.0f}." in check.in_words


@pytest.mark.parametrize(
    ("more", "verdict"), [(0, FINE), (4, FINE), (5, NOTE), (13, NOTE), (14, MIND)]
)
def test_a_heap_on_the_first_is_found(more, verdict):
    # Four of every day; even days would have 1 in 30 on the first, so 8.3 is twice as many.
    rows = [{"at": f"2024-04-{d:02d}", "precision": "day"} for d in range(1, 31)] * 4
    rows += [{"at": "2024-04-01", "precision": "day"}] * more
    check = checked(rows)["on the 1st of the month"]
    assert check.verdict == verdict


def test_the_future_begins_after_the_day_that_is_given():
    first = date(2024, 5, 30)
    rows = [{"at": f"{first + timedelta(days=i)}T12:00"} for i in range(6)]
    check = checked(rows)["in the future"]
    assert (check.value, check.of, check.verdict) == (3, 6, MIND)
    assert "after 1 June 2024, in the future" in check.in_words
    assert checked(rows[:3])["in the future"].verdict == FINE


def test_months_only_leave_nothing_to_judge_and_say_so():
    found = checked([{"at": "2024-05-01", "precision": "month"}] * 10)
    assert found["day not known"].verdict == found["hour not known"].verdict == MIND
    assert found["at 00:00 exactly"].in_words.startswith("No time is known to the minute")
    assert found["on the 1st of the month"].in_words.startswith("No day is known")
