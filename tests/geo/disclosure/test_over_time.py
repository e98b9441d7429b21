"""Released counts over time: what is compared with what, and what is not."""

from dataclasses import replace

import numpy as np
import pytest

from geo.change.poisson_tests import e_test
from geo.disclosure.menu import MenuPeriod
from geo.disclosure.over_time import OVER_TIME_COLUMNS, over_time, periods_by
from geo.disclosure.release import Release, ReleaseParams, Shown
from geo.significance import adjusted

SMALL, OTHERS = Shown(None, "small", "fewer than 5"), Shown(None, "others", "not shown")


def year(key: str, *, months: int = 12) -> MenuPeriod:
    first = int(key[:4])
    last = f"{first}-{3 + months:02d}" if months < 10 else f"{first + 1}-03"
    return MenuPeriod(key, "financial year", f"{first}-04", last)


def month(key: str) -> MenuPeriod:
    return MenuPeriod(key, "month", key, key)


def released(counts: dict[MenuPeriod, int | Shown], whole: int | Shown = 0) -> Release:
    """Make a release of counts of the borough by hand."""
    firsts, lasts = zip(*((p.first_month, p.last_month) for p in counts), strict=True)
    every = MenuPeriod("all", "all", min(firsts), max(lasts))
    shown = {
        ("borough", period.key, "all"): one
        if isinstance(one, Shown)
        else Shown(one, "", f"{one:,}")
        for period, one in {every: whole, **counts}.items()
    }
    menu = (every, *counts)
    return Release("partner", "0" * 64, ReleaseParams(), menu, {}, {}, shown, 0.0)


def test_pairs_that_are_shown_are_tested_together() -> None:
    counts = {year("2015/16"): 481, year("2016/17"): 691, year("2017/18"): 1555}
    frame = over_time(released(counts), "fy")
    assert tuple(frame.columns) == OVER_TIME_COLUMNS
    assert list(frame["shown"]) == ["481", "691", "1,555"]
    assert list(frame["difference"])[1:] == [210, 864]
    p = adjusted(e_test([481, 691], [691, 1555], [366, 365], [365, 365]), "benjamini-hochberg")
    assert list(frame["significance"])[1:] == ["more than chance would give"] * 2
    assert (p <= 0.05).all()
    assert frame["change_percent"].iloc[1] == pytest.approx(100 * (691 / 365) / (481 / 366) - 100)
    assert frame["why_not_compared"].iloc[0] == "no figures are released for a year before"


def test_what_is_withheld_takes_both_its_changes_with_it() -> None:
    counts = {
        year("2015/16"): 40,
        year("2016/17"): SMALL,
        year("2017/18"): 44,
        year("2018/19"): OTHERS,
    }
    frame = over_time(released(counts), "fy")
    assert list(frame["withheld"]) == ["", "fewer than 5", "", "not shown"]
    assert np.isnan(frame["incidents"]).tolist() == [False, True, False, True]
    derived = frame[["difference", "change_percent", "change_low_percent", "change_high_percent"]]
    assert derived.isna().all(axis=None)
    assert list(frame["why_not_compared"])[1:] == [
        "the figure of 2016/17 is withheld",
        "the figure of 2016/17 is withheld",
        "the figure of 2018/19 is withheld",
    ]


def test_nothing_is_compared_across_the_break_nor_with_a_part_of_a_year() -> None:
    counts = {year(key): 100 for key in ("2022/23", "2023/24", "2024/25")}
    frame = over_time(released({**counts, year("2025/26", months=6): 50}), "fy")
    assert list(frame["series"]) == [
        "to 27 February 2024", "both", "from 28 February 2024", "from 28 February 2024",
    ]  # fmt: skip
    assert list(frame["coverage"]) == ["whole", "whole", "whole", "part"]
    changed = "the recording system changed on 28 February 2024"
    assert list(frame["why_not_compared"])[1:] == [
        changed, changed, "2025/26 is only in part in the data",
    ]  # fmt: skip


def test_an_empty_month_where_many_are_usual_is_no_data_and_no_zero() -> None:
    months = [f"2016-{m:02d}" for m in range(1, 13)] + [f"2017-{m:02d}" for m in range(1, 13)]
    counts: dict[MenuPeriod, int | Shown] = {month(key): 20 for key in months}
    counts[month("2017-03")] = 0
    frame = over_time(released(counts, whole=460), "month").set_index("period")
    assert frame["coverage"]["2017-03"] == "no data"
    assert np.isnan(frame["incidents"]["2017-03"])
    assert frame["why_not_compared"]["2017-03"] == "2017-03 is not in the data"
    rare = released({one: min(n, 1) if isinstance(n, int) else n for one, n in counts.items()}, 23)
    assert over_time(rare, "month").set_index("period")["incidents"]["2017-03"] == 0


def test_rounded_counts_have_differences_only_where_they_are_large() -> None:
    counts = {year("2015/16"): 15, year("2016/17"): 40, year("2017/18"): 55}
    frame = over_time(replace(released(counts), level="public"), "fy")
    assert np.array_equal(frame["difference"], [np.nan, np.nan, 15], equal_nan=True)
    assert frame["change_percent"].isna().all()
    assert frame["why_not_compared"].iloc[1] == "the rounded figures are too small"


def test_periods_are_found_whatever_the_menu_calls_them() -> None:
    one_year = released({month("2017-04"): 1, month("2018-03"): 1})
    assert list(periods_by(one_year, "fy")) == ["2017/18"]
    so_far = MenuPeriod("2018/19", "financial year", "2018-04", "2018-06")
    release = released({year("2017/18"): 10, so_far: 5})
    assert list(periods_by(release, "fy")) == ["2017/18", "2018/19"]
    assert list(periods_by(release, "quarter")) == ["2018 Q2"]
