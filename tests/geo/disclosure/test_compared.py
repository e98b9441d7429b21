"""Changes made of shown counts only."""

from dataclasses import replace

import pytest

from boundaries.errors import ParameterError
from geo.change.count_change import ChangeParams
from geo.change.poisson_tests import e_test
from geo.demonstration import load
from geo.disclosure.compared import (
    LEAST_ROUNDED,
    compared,
    compared_groups,
    days_covered,
)
from geo.disclosure.ledger import MemoryLedger, release_of
from geo.disclosure.menu import MenuPeriod
from geo.disclosure.release import Release, ReleaseParams, Shown
from geo.significance import adjusted


@pytest.fixture(scope="module")
def release() -> Release:
    return release_of(load(), ReleaseParams(vintage="2002"), MemoryLedger())


def test_what_is_made_of_a_withheld_count_is_withheld(release):
    now, before = release.period("2017/18"), release.period("2016/17")
    rows = compared(release, now, before, "strand: race")
    withheld = [row for row in rows if row.count.is_withheld or row.before.is_withheld]
    assert 0 < len(withheld) < len(rows)
    for row in withheld:
        derived = (row.difference, row.change, row.low, row.high, row.significance)
        assert derived == (None,) * 5, row.area


def test_shown_pairs_are_tested_and_corrected_for_their_number(release):
    now, before = release.period("2017/18"), release.period("2016/17")
    rows = compared(release, now, before)
    tested = [r for r in rows if r.significance not in {None, "not tested"}]
    assert {r.area for r in rows if r.significance == "not tested"} <= {"outside", "not_located"}
    pairs = [[r.before.value for r in tested], [r.count.value for r in tested]]
    p = adjusted(e_test(*pairs, 365, 365), ChangeParams().correction)
    assert [r.is_more_than_chance for r in tested] == (p <= 0.05).tolist()
    for row in tested:
        was, is_now = row.before.value, row.count.value
        assert row.difference == is_now - was
        assert row.change == pytest.approx(100 * is_now / was - 100)
        assert row.low < row.change < row.high


def test_counts_for_the_public_are_not_tested(release):
    public = release.for_public()
    now, before = public.period("2017/18"), public.period("2016/17")
    rows = [r for r in compared(public, now, before) if r.difference is not None]
    assert rows
    assert all(r.difference % 5 == 0 for r in rows)
    assert min(min(r.count.value, r.before.value) for r in rows) >= LEAST_ROUNDED
    assert {(r.change, r.low, r.high, r.significance) for r in rows} == {(None,) * 4}


def test_groups_without_an_earlier_time_are_counts_only(release):
    groups = release.groups["strand"]
    rows = compared_groups(release, release.period("2017/18"), None, groups)
    assert [row.group for row in rows] == list(groups)
    assert {row.before for row in rows} == {None}


def test_periods_that_share_months_are_refused(release):
    with pytest.raises(ParameterError, match=r"2017/18 .*share months; choose two that do not"):
        compared(release, release.period("2018 Q1"), release.period("2017/18"))


def test_nothing_is_compared_across_the_break_of_the_series(release):
    after = MenuPeriod("2024/25", "financial year", "2024-04", "2025-03")
    with pytest.raises(ParameterError, match="CRIS to CONNECT"):
        compared(release, after, release.period("2017/18"))


def test_a_month_that_holds_nothing_is_not_covered(release):
    year = release.period("2017/18")
    assert days_covered(release, year) == 365
    nothing = {("borough", "2017-12", "all"): Shown(0, "", "0")}
    broken = replace(release, counts={**release.counts, **nothing})
    assert days_covered(broken, year) == 365 - 31
