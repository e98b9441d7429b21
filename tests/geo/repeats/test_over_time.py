"""Repeat victims by year: published values, a plain double loop, edges, and a bootstrap."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from geo import demonstration
from geo.evaluation.intervals import wilson_interval
from geo.repeats.over_time import (
    ACROSS_BREAK,
    FOLLOWING,
    FOLLOWING_SHARE,
    HISTORY,
    IN_DATA,
    LEFT_OUT,
    NOT_IN_DATA,
    REPEAT_INCIDENTS,
    REPEAT_VICTIMS,
    REPEATS_OVER_TIME_COLUMNS,
    VICTIM_SHARE,
    VICTIM_SHARE_HIGH,
    VICTIM_SHARE_LOW,
    VICTIMS,
    RepeatsOverTimeParams,
    clustered_interval,
    repeats_over_time,
)
from geo.schema import VICTIM_REF, Incidents
from geo.selection import Selection
from geo.trends.counts import INCIDENTS
from geo.wards.table import PERIOD
from tests.factories import incidents_of

ALL = Selection()
PLACE = (523_400.0, 178_700.0)


def of_victims(*rows: tuple[str, str | None]) -> Incidents:
    return incidents_of([{"at": at, "victim": victim, "place": PLACE} for at, victim in rows])


def table(incidents: Incidents, selection: Selection = ALL) -> pd.DataFrame:
    result = repeats_over_time(incidents, selection, RepeatsOverTimeParams())
    assert tuple(result.frame.columns) == REPEATS_OVER_TIME_COLUMNS
    return result.frame.set_index(PERIOD)


def financial_year(day: date) -> str:
    first = day.year if day.month >= 4 else day.year - 1
    return f"{first}/{(first + 1) % 100}"


def test_the_boroughs_published_share_of_repeat_victims() -> None:
    # The borough's hate crime strategy 2019-2023: 357 of 2,449 victims are repeat victims, 15 %.
    names = [f"V{k}" for k in range(2_449)] + [f"V{k}" for k in range(357)]
    days = [date(2016, 4, 1) + timedelta(days=k % 365) for k in range(len(names))]
    found = table(of_victims(*[(str(d), v) for d, v in zip(days, names, strict=True)])).loc[
        "2016/17"
    ]
    assert (found[REPEAT_VICTIMS], found[VICTIMS]) == (357, 2_449)
    assert f"{found[VICTIM_SHARE]:.0f}" == "15"
    # Wilson's interval of 357 of 2,449 by its formula.
    n, p, z = 2_449, 357 / 2_449, 1.959963984540054
    middle, half = p + z**2 / (2 * n), z * np.sqrt(p * (1 - p) / n + (z / (2 * n)) ** 2)
    expected = [100 * (middle + sign * half) / (1 + z**2 / n) for sign in (-1, 1)]
    assert [found[VICTIM_SHARE_LOW], found[VICTIM_SHARE_HIGH]] == pytest.approx(expected)


def test_counts_are_those_of_a_double_loop() -> None:
    incidents = demonstration.load()
    found = table(incidents)
    rows = [
        (at, victim)
        for at, victim in zip(incidents.frame["occurred"], incidents.frame[VICTIM_REF], strict=True)
    ]
    for year, row in found.iterrows():
        here = [(at, victim) for at, victim in rows if financial_year(at.date()) == year]
        counts = {victim: sum(other == victim for _, other in here) for _, victim in here}
        again = {victim: n for victim, n in counts.items() if n >= 2}
        assert (row[INCIDENTS], row[VICTIMS]) == (len(here), len(counts))
        assert (row[REPEAT_VICTIMS], row[REPEAT_INCIDENTS]) == (len(again), sum(again.values()))
        following = sum(
            any(
                other == victim
                and earlier < at
                and (at.normalize() - earlier.normalize()).days <= 365
                for earlier, other in rows
            )
            for at, victim in here
        )
        assert pd.isna(row[FOLLOWING]) if year == "2015/16" else row[FOLLOWING] == following
    assert found[HISTORY].tolist() == [NOT_IN_DATA, IN_DATA, IN_DATA]


def test_a_pair_over_the_end_of_a_year_is_seen_by_the_other_way_only() -> None:
    pair = [("2016-03-20", "a"), ("2016-04-10", "a"), ("2017-03-31", "b")]
    found = table(of_victims(("2015-04-01", "z"), *pair))
    assert found[REPEAT_VICTIMS].tolist() == [0, 0]
    assert found[FOLLOWING]["2016/17"] == 1
    assert np.isnan(found[FOLLOWING_SHARE]["2016/17"])  # of two victims no share is given


def test_365_days_are_within_and_366_are_not() -> None:
    rows = [("2014-04-01", "z"), ("2015-05-01", "a"), ("2016-04-30", "a"), ("2015-06-01", "b")]
    assert table(of_victims(*rows, ("2016-06-02", "b")))[FOLLOWING]["2016/17"] == 1


def test_earlier_incidents_may_lie_before_the_selection() -> None:
    incidents = of_victims(("2015-04-01", "z"), ("2016-03-20", "a"), ("2016-04-10", "a"))
    found = table(incidents, Selection(start=date(2016, 4, 1)))
    assert found.index.tolist() == ["2016/17"]
    assert found[FOLLOWING].tolist() == [1]
    assert found[INCIDENTS].tolist() == [1]


def test_nobody_is_looked_for_across_the_break() -> None:
    days = [date(2022, 4, 1) + timedelta(days=k) for k in range(4 * 365)]
    found = table(of_victims(*[(str(day), f"v{k % 200}") for k, day in enumerate(days)]))
    assert found[HISTORY].to_dict() == {
        "2022/23": NOT_IN_DATA,
        "2023/24": ACROSS_BREAK,
        "2024/25": ACROSS_BREAK,
        "2025/26": IN_DATA,
    }
    assert found[FOLLOWING].isna().tolist() == [True, True, True, False]


def test_without_references_nothing_can_be_said() -> None:
    result = repeats_over_time(
        of_victims(("2016-05-01", None), ("2016-05-02", None)), ALL, RepeatsOverTimeParams()
    )
    row = result.frame.iloc[0]
    assert row[[INCIDENTS, LEFT_OUT, VICTIMS]].tolist() == [0, 2, 0]
    assert np.isnan(row[VICTIM_SHARE])
    assert "so no repeat can be seen" in result.record.warnings[0]
    assert len(table(of_victims())) == 0


def test_of_single_incidents_the_interval_is_wilsons() -> None:
    hits = np.array([1] * 7 + [0] * 23)
    low, high = wilson_interval(np.array([7.0]), np.array([30.0]))
    assert clustered_interval(np.ones(30, np.int64), hits) == pytest.approx((low[0], high[0]))


def test_the_interval_of_clusters_is_that_of_a_bootstrap_over_victims() -> None:
    rng = np.random.default_rng(3)
    totals = rng.choice([1, 1, 1, 1, 2, 3, 6], 400)
    hits = np.where(totals >= 2, totals, 0)
    low, high = clustered_interval(totals, hits)
    drawn = rng.integers(0, 400, (4_000, 400))
    shares = hits[drawn].sum(axis=1) / totals[drawn].sum(axis=1)
    assert (low, high) == pytest.approx(tuple(np.quantile(shares, [0.025, 0.975])), abs=0.006)
    plain = wilson_interval(np.array([float(hits.sum())]), np.array([float(totals.sum())]))
    assert high - low > 1.3 * (plain[1][0] - plain[0][0])
