from collections import Counter
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.quality.check import FINE, MIND, NOTE
from geo.quality.months import (
    AS_USUAL,
    EMPTY,
    ENDED,
    FINDING,
    FINDINGS,
    FUTURE,
    INCIDENTS,
    LOW,
    MONTH,
    MONTH_COLUMNS,
    NO_DATA,
    NOT_BEGUN,
    USUAL,
    month_checks,
    month_counts,
)
from geo.quality.params import QualityParams
from geo.schema import SOURCE
from geo.selection import Selection
from tests.factories import incidents_of

PARAMS = QualityParams(as_of=date(2030, 1, 1))


def months_from(first: str, n: int) -> list[str]:
    return np.datetime_as_string(np.datetime64(first, "M") + np.arange(n)).tolist()


def rows_of(counts, first="2016-01", source="police") -> list[dict]:
    """So many incidents in each month from the first on."""
    months = months_from(first, len(counts))
    return [
        {"at": f"{month}-{1 + i % 28:02d}T12:00", "source": source}
        for month, n in zip(months, counts, strict=True)
        for i in range(n)
    ]


def found(counts, finding, first="2016-01", selection=None) -> list[str]:
    selection = selection or Selection()
    incidents = selection.apply(incidents_of(rows_of(counts, first)))
    table = month_counts(incidents, selection, PARAMS)
    return table.loc[table[FINDING] == finding, MONTH].tolist()


@settings(max_examples=15)
@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "b", "c"]), st.integers(0, 40)), min_size=1, max_size=60
    )
)
def test_every_source_has_every_month_with_its_count(pairs):
    months = months_from("2022-11", 41)
    rows = [{"at": f"{months[k]}-15T10:00", "source": source} for source, k in pairs]
    table = month_counts(incidents_of(rows), Selection(), PARAMS)
    assert tuple(table.columns) == MONTH_COLUMNS
    assert set(table[FINDING]) <= set(FINDINGS)
    first, last = min(k for _, k in pairs), max(k for _, k in pairs)
    counts = Counter(pairs)
    assert list(zip(table[SOURCE], table[MONTH], table[INCIDENTS], strict=True)) == [
        (source, months[k], counts[source, k])
        for source in sorted({source for source, _ in pairs})
        for k in range(first, last + 1)
    ]


@settings(max_examples=12)
@given(st.sets(st.integers(1, 22), max_size=8), st.integers(10, 60))
def test_months_taken_out_are_found_and_no_others(missing, usual):
    counts = [0 if k in missing else usual + k % 3 for k in range(24)]
    expected = [month for k, month in enumerate(months_from("2016-01", 24)) if k in missing]
    assert found(counts, NO_DATA) == expected
    assert found(counts, LOW) == []


@settings(max_examples=12)
@given(st.sets(st.integers(0, 23), max_size=3), st.integers(40, 90))
def test_low_months_are_found_and_no_others(low, usual):
    counts = [usual // 3 if k in low else usual + k % 5 for k in range(24)]
    expected = [month for k, month in enumerate(months_from("2016-01", 24)) if k in low]
    assert found(counts, LOW) == expected
    assert found(counts, NO_DATA) == []


def test_chance_alone_is_hardly_ever_called_low():
    rng = np.random.default_rng(11)
    called = [found(rng.poisson(mean, 60), LOW) for mean in (10, 12, 20, 40, 100) for _ in range(4)]
    assert sum(map(len, called)) <= 3  # of 1,200 months


def test_empty_months_of_a_source_with_few_are_no_fault():
    assert found([2, 0, 3, 1, 0, 2], NO_DATA) == []
    assert found([2, 0, 3, 1, 0, 2], EMPTY) == ["2016-02", "2016-05"]


def test_a_series_is_not_held_to_what_was_usual_before_its_break():
    # From 100 a month to 30 with the new system, in March 2024.
    counts = [100] * 14 + [30] * 10
    assert found(counts, LOW, "2023-01") == []
    assert found(counts, LOW, "2019-01") != []


def test_a_month_that_the_selection_cuts_has_less_to_be_usual():
    counts = [56] * 12
    assert found(counts, LOW, selection=Selection(start=date(2016, 1, 22))) == []
    assert found([56] * 11 + [3], LOW, selection=Selection(end=date(2016, 12, 28))) == ["2016-12"]
    table = month_counts(incidents_of(rows_of(counts)), Selection(start=date(2016, 1, 22)), PARAMS)
    assert table[USUAL].iloc[0] == pytest.approx(56 * 10 / 31)


def test_a_source_is_judged_from_its_first_month_to_its_last():
    rows = rows_of([20] * 12) + rows_of([20] * 6, "2016-04", "council")
    table = month_counts(incidents_of(rows), Selection(), PARAMS)
    council = table[table[SOURCE] == "council"]
    assert council[FINDING].tolist() == [NOT_BEGUN] * 3 + [AS_USUAL] * 6 + [ENDED] * 3
    assert council[USUAL].notna().tolist() == [False] * 3 + [True] * 6 + [False] * 3
    empty, low = (c for c in month_checks(table, PARAMS) if c.source == "council")
    assert (empty.value, empty.of, empty.verdict) == (0, 6, FINE)
    assert (low.value, low.of, low.verdict) == (0, 6, FINE)


def test_the_future_is_not_judged_and_the_month_that_runs_by_its_days():
    counts = [40] * 12 + [13, 0, 0, 1]  # 13 of 40 up to the 10th of January, and a wrong date
    today = QualityParams(as_of=date(2017, 1, 10))
    table = month_counts(incidents_of(rows_of(counts)), Selection(), today)
    assert table[FINDING].tolist() == [AS_USUAL] * 13 + [FUTURE] * 3
    assert table[USUAL].iloc[12] == pytest.approx(40 * 10 / 31)
    later = QualityParams(as_of=date(2016, 1, 1) - timedelta(days=1))
    table = month_counts(incidents_of(rows_of(counts)), Selection(), later)
    assert set(table[FINDING]) == {FUTURE}
    assert [check.of for check in month_checks(table, later)] == [0, 0]


def test_one_wrong_date_long_ago_is_suspected():
    table = month_counts(incidents_of(rows_of([1] + [0] * 50 + [30] * 6)), Selection(), PARAMS)
    assert "Or the first or the last date is wrong." in next(month_checks(table, PARAMS)).in_words


def test_the_findings_in_words():
    table = month_counts(incidents_of(rows_of([40, 40, 0, 40, 40, 40, 40, 9])), Selection(), PARAMS)
    empty, low = month_checks(table, PARAMS)
    assert (empty.value, empty.of, empty.verdict) == (1, 8, MIND)
    assert empty.in_words == (
        "The source police has no incident at all in 2016-03, where about 40 a month are usual: a "
        "file may be missing. Do not read this month as quiet."
    )
    assert (low.value, low.verdict) == (1, NOTE)
    assert "2016-08 (9, usual 40)" in low.in_words
    assert low.in_words.endswith("The last month may not be complete yet.")


def test_one_month_and_none():
    table = month_counts(incidents_of(rows_of([5])), Selection(), PARAMS)
    assert table[FINDING].tolist() == [AS_USUAL]
    assert np.isnan(table[USUAL].item())
    nothing = month_counts(incidents_of([]), Selection(), PARAMS)
    assert tuple(nothing.columns) == MONTH_COLUMNS
    assert list(month_checks(nothing, PARAMS)) == []
