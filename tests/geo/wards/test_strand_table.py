"""Strand mentions beside the published table, and beside a loop."""

from collections import Counter
from datetime import date, datetime

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import demonstration, published
from geo.periods import UNITS, PeriodUnit, periods_of
from geo.published import ALL_STRANDS, AREA, BOROUGH, FINANCIAL_YEAR, OFFENCES
from geo.schema import PRECISIONS, STRANDS, Incidents
from geo.selection import Selection
from geo.wards.strands import (
    MENTIONS,
    STRAND,
    STRAND_TABLE_COLUMNS,
    change_pct,
    strand_table,
)
from geo.wards.table import PERIOD
from tests.factories import make_incidents

NAN = float("nan")
YEARS = ["2015/16", "2016/17", "2017/18"]


@pytest.fixture(scope="module")
def demo() -> Incidents:
    return demonstration.load()


def test_the_published_strands_cell_by_cell(demo: Incidents) -> None:
    table = published.offences_by_strand()
    here = table[(table[AREA] == BOROUGH) & table[FINANCIAL_YEAR].isin(YEARS)]
    expected = {
        (row[published.STRAND], row[FINANCIAL_YEAR]): row[OFFENCES]
        for _, row in here[here[published.STRAND] != ALL_STRANDS].iterrows()
    }
    found = strand_table(demo, Selection(), "fy").frame
    cells = zip(found[STRAND], found[PERIOD], strict=True)
    assert dict(zip(cells, found[MENTIONS], strict=True)) == expected
    totals = here[here[published.STRAND] == ALL_STRANDS].set_index(FINANCIAL_YEAR)[OFFENCES]
    assert found.groupby(PERIOD)[MENTIONS].sum().to_dict() == totals.to_dict()


def test_mentions_that_are_more_than_incidents_are_said(demo: Incidents) -> None:
    record = strand_table(demo, Selection(), "fy").record
    mentions = strand_table(demo, Selection(), "all").frame[MENTIONS].sum()
    several = mentions - len(demo)  # nobody carries more than two, or none
    assert f"{several:,} incidents carry several strands" in " ".join(record.warnings)
    assert "is not known" not in " ".join(record.warnings)
    assert record.params == {"period": "fy"}
    assert record.incidents == 1727


def test_incidents_without_a_strand_are_said() -> None:
    incidents = make_incidents(["2016-01-01"] * 3, [(NAN, NAN)] * 3, strands=[("race",), (), ()])
    assert strand_table(incidents, Selection(), "year").record.warnings == (
        "The strand of 2 incidents is not known.",
    )


rows = st.lists(
    st.tuples(
        st.datetimes(datetime(2015, 12, 1), datetime(2017, 5, 1)),
        st.frozensets(st.sampled_from(STRANDS)),
        st.sampled_from(PRECISIONS),
    ),
    max_size=12,
)


@given(rows=rows, unit=st.sampled_from(UNITS))
def test_mentions_are_counted_as_a_loop_counts(
    rows: list[tuple[datetime, frozenset[str], str]], unit: PeriodUnit
) -> None:
    incidents = make_incidents(
        [time.isoformat() for time, _, _ in rows],
        [(NAN, NAN)] * len(rows),
        strands=[strands for _, strands, _ in rows],
        precision=[precision for *_, precision in rows],
    )
    periods = periods_of(incidents, unit)
    counted = Counter(
        (strand, periods.labels[code])
        for code, (_, strands, _) in zip(periods.codes, rows, strict=True)
        if code >= 0
        for strand in strands
    )
    found = strand_table(incidents, Selection(), unit).frame
    assert tuple(found.columns) == STRAND_TABLE_COLUMNS
    assert [*zip(found[STRAND], found[PERIOD], strict=True)] == [
        (strand, label) for strand in STRANDS for label in periods.labels
    ]
    assert found[MENTIONS].tolist() == [
        counted[strand, label] for strand in STRANDS for label in periods.labels
    ]


def test_a_selection_of_strands_keeps_the_other_strands_of_its_incidents(demo: Incidents) -> None:
    selection = Selection(start=date(2017, 4, 1), strands=("disability",))
    result = strand_table(demo, selection, "all")
    mentions = result.frame.set_index(STRAND)[MENTIONS]
    assert mentions["disability"] == result.record.incidents
    assert mentions.max() == mentions["disability"]
    assert result.record.selection == selection


def test_a_change_in_per_cent() -> None:
    before, after = pd.Series([80, 4, 0, 0]), pd.Series([100, 3, 2, 0])
    changes = change_pct(before, after)
    assert changes[:2].tolist() == [25.0, -25.0]
    assert changes[2:].isna().all()
