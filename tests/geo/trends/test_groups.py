"""Groups by period: a plain loop over rows, words for nothing, and too few to give a share."""

from collections import Counter

import numpy as np
import pytest

from geo import demonstration, published
from geo.evaluation.intervals import wilson_interval
from geo.periods import NOT_KNOWN
from geo.schema import STRAND_COLUMNS, VICTIM_AGE_BAND, VICTIM_ETHNICITY, Incidents
from geo.selection import Selection
from geo.trends.counts import INCIDENTS
from geo.trends.groups import (
    GROUP,
    GROUP_COLUMNS,
    GROUPED_BY,
    KNOWN,
    OTHERS,
    SHARE,
    SHARE_HIGH,
    SHARE_LOW,
    GroupedBy,
    GroupParams,
    groups_over_time,
)
from geo.wards.table import PERIOD
from tests.factories import make_incidents

CENTRE = (523_400.0, 178_700.0)
ALL = Selection()


def with_ages(*ages: str | None, month: str = "2016-05") -> Incidents:
    incidents = make_incidents([f"{month}-02"] * len(ages), [CENTRE] * len(ages), precision="day")
    return Incidents(incidents.frame.assign(**{VICTIM_AGE_BAND: list(ages)}))


def groups(incidents: Incidents, **settings: int) -> dict[str, int]:
    frame = groups_over_time(incidents, ALL, GroupParams("victim age", **settings)).frame
    return dict(zip(frame[GROUP], frame[INCIDENTS], strict=True))


@pytest.mark.parametrize(
    ("by", "column"), [("victim age", VICTIM_AGE_BAND), ("victim ethnicity", VICTIM_ETHNICITY)]
)
def test_counts_and_shares_are_those_of_a_loop(by: GroupedBy, column: str) -> None:
    incidents = demonstration.load()
    chosen = Selection(strands=("race", "disability"))
    frame = groups_over_time(incidents, chosen, GroupParams(by)).frame
    selected = chosen.apply(incidents).frame
    counts: Counter[tuple[str, str]] = Counter()
    for at, group in zip(selected["occurred"], selected[column], strict=True):
        first = at.year if at.month >= 4 else at.year - 1
        counts[group, f"{first}/{(first + 1) % 100}"] += 1
    assert {
        (r[GROUP], r[PERIOD]): r[INCIDENTS] for _, r in frame.iterrows() if r[INCIDENTS]
    } == counts
    for _, row in frame.iterrows():
        known = sum(n for (g, p), n in counts.items() if p == row[PERIOD] and g != NOT_KNOWN)
        assert row[KNOWN] == known
        if row[GROUP] == NOT_KNOWN:
            assert np.isnan(row[SHARE])
            continue
        assert row[SHARE] == pytest.approx(100 * row[INCIDENTS] / known)
        low, high = wilson_interval(np.array([float(row[INCIDENTS])]), np.array([float(known)]))
        assert (row[SHARE_LOW], row[SHARE_HIGH]) == pytest.approx((100 * low[0], 100 * high[0]))


def test_strands_are_the_published_mentions() -> None:
    table = published.offences_by_strand()
    here = table[(table[published.AREA] == published.BOROUGH)]
    expected = here.set_index([published.STRAND, published.FINANCIAL_YEAR])[published.OFFENCES]
    result = groups_over_time(demonstration.load(), ALL, GroupParams("strand"))
    known = result.frame[result.frame[GROUP] != NOT_KNOWN]
    assert set(known[GROUP]) == set(STRAND_COLUMNS)
    assert len(known) == 15
    for row in known.to_dict("records"):
        assert row[INCIDENTS] == expected[row[GROUP], row[PERIOD]]
    assert any("84 incidents carry several strands" in said for said in result.record.warnings)
    assert known[known[PERIOD] == "2017/18"][SHARE].sum() > 100


def test_words_for_nothing_are_not_known_and_case_does_not_matter() -> None:
    ages = ["18-24", None, "", "Unknown", " n/a ", "Prefer not to say", "NOT STATED", "Under 18"]
    assert groups(with_ages(*ages, "under 18", "under 18")) == {
        "under 18": 3,
        "18-24": 1,
        NOT_KNOWN: 6,
    }


def test_ages_stand_in_their_order_and_other_groups_by_size() -> None:
    ages = ["65+", "65+", "65+", "18-24", "under 18", "<18", "25-34", "5-9"]
    assert list(groups(with_ages(*ages))) == [
        "5-9",
        "<18",
        "under 18",
        "18-24",
        "25-34",
        "65+",
        NOT_KNOWN,
    ]
    frame = groups_over_time(demonstration.load(), ALL, GroupParams("victim ethnicity")).frame
    totals = frame[frame[GROUP] != NOT_KNOWN].groupby(GROUP, sort=False)[INCIDENTS].sum()
    assert totals.is_monotonic_decreasing


def test_the_smallest_groups_are_added_up() -> None:
    ages = [f"{k}0-{k}9" for k in range(1, 7) for _ in range(k)]
    found = groups(with_ages(*ages), max_groups=3)
    assert found == {"50-59": 5, "60-69": 6, OTHERS: 10, NOT_KNOWN: 0}
    assert OTHERS not in groups(with_ages(*ages), max_groups=6)


@pytest.mark.parametrize(("n", "is_given"), [(19, False), (20, True)])
def test_no_share_of_too_few(n: int, is_given: bool) -> None:
    ages = ["18-24"] * 4 + ["25-34"] * (n - 4) + [None] * 30
    frame = groups_over_time(with_ages(*ages), ALL, GroupParams("victim age")).frame
    shown = frame[frame[GROUP] == "18-24"].iloc[0]
    assert shown[INCIDENTS] == 4
    assert shown[KNOWN] == n
    assert [np.isnan(shown[name]) for name in (SHARE, SHARE_LOW, SHARE_HIGH)] == [not is_given] * 3


@pytest.mark.parametrize("by", GROUPED_BY)
def test_without_the_column_there_are_no_rows_and_it_is_said(by: GroupedBy) -> None:
    incidents = make_incidents(["2016-01-01"] * 3, [CENTRE] * 3)
    result = groups_over_time(incidents, ALL, GroupParams(by))
    assert tuple(result.frame.columns) == GROUP_COLUMNS
    assert len(result.frame) == 0
    assert any("of none of the 3 incidents is known" in said for said in result.record.warnings)
    full = groups_over_time(demonstration.load(), ALL, GroupParams("strand")).frame
    assert result.frame.dtypes.drop(["coverage", "series"]).equals(
        full.dtypes.drop(["coverage", "series"])
    )


def test_an_outcome_that_the_police_did_not_give_is_not_known() -> None:
    given = ["Offender given a caution"] * 20 + ["Status update unavailable"] * 5
    incidents = make_incidents(["2016-05-02"] * 25, [CENTRE] * 25, precision="day")
    with_outcomes = Incidents(incidents.frame.assign(outcome=given))
    found = groups_over_time(with_outcomes, ALL, GroupParams("outcome")).frame
    counts = found.groupby(GROUP)[INCIDENTS].sum().to_dict()
    assert counts == {"Offender given a caution": 20, NOT_KNOWN: 5}
    assert found[found[GROUP] == "Offender given a caution"][SHARE].max() == 100
