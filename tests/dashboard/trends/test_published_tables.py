"""Published tables in the shape of the page, beside the files read row by row."""

import csv
from dataclasses import replace
from math import isnan
from pathlib import Path

import pandas as pd
import pytest

import geo.published
from dashboard.trends import published_tables
from geo import demonstration
from geo.published import ALL_STRANDS, BOROUGH, LONDON
from geo.schema import STRANDS, Incidents

FOLDER = Path(geo.published.__file__).parent


def rows_of(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_victims_by_ward_hold_every_row_of_the_file_once() -> None:
    table = published_tables.victims_by_ward()
    rows = rows_of("hate_crime_victims_by_ward.csv")
    assert table.size == len(rows) == 51
    for row in rows:
        name = row["ward_name_as_published"]
        shown = published_tables.NOT_LOCATED_NAME if name == "NULL" else name
        assert table.loc[shown, row["financial_year"]] == int(row["victims"])
    assert list(table.columns) == ["2015/16", "2016/17", "2017/18"]
    assert table.index[-1] == published_tables.NOT_LOCATED_NAME
    assert table.iloc[:-1, -1].is_monotonic_decreasing


@pytest.mark.parametrize("area", [BOROUGH, LONDON])
def test_offences_by_strand_hold_every_row_of_the_area_once(area: str) -> None:
    table = published_tables.offences_by_strand(area)
    rows = [row for row in rows_of("hate_crime_offences_by_strand.csv") if row["area"] == area]
    assert table.size == len(rows) == 36
    for row in rows:
        assert table.loc[row["strand"], row["financial_year"]] == int(row["offences"])
    assert table.index[-1] == ALL_STRANDS
    assert set(table.index[:-1]) == set(STRANDS)
    assert list(table.columns) == sorted(table.columns)


def test_the_totals_of_both_areas_side_by_side() -> None:
    totals = published_tables.all_strands()
    assert list(totals.columns) == [BOROUGH, LONDON]
    for area in (BOROUGH, LONDON):
        own = published_tables.offences_by_strand(area).loc[ALL_STRANDS]
        assert totals[area].to_dict() == own.to_dict()


def test_changes_stand_beside_the_years_they_are_of() -> None:
    table = pd.DataFrame({"a": [1, 9], "b": [10, 0], "c": [15, 3]}, index=["x", "y"])
    changed = published_tables.with_changes(table)
    assert changed["change"].tolist() == [5, 3]
    assert changed["change_pct"].iloc[0] == 50
    assert isnan(changed["change_pct"].iloc[1])
    assert list(table.columns) == ["a", "b", "c"]


@pytest.mark.parametrize("years", [1, 3, 5])
def test_changes_of_strands_go_back_so_many_years(years: int) -> None:
    changes = published_tables.strand_changes(years)
    for area in (BOROUGH, LONDON):
        table = published_tables.offences_by_strand(area)
        last = table.columns[-1]
        first = f"{2017 - years}/{18 - years}"
        for strand in table.index:
            before, after = table.loc[strand, first], table.loc[strand, last]
            assert changes.loc[strand, area] == pytest.approx(100 * (after / before - 1))


def test_the_demonstration_data_equals_every_published_cell() -> None:
    incidents = demonstration.load()
    wards = published_tables.demonstration_by_ward(incidents)
    strands = published_tables.demonstration_by_strand(incidents)
    for both, cells in ((wards, 51), (strands, 15)):
        assert len(both) == cells
        assert (both["published"] == both["demonstration"]).all()
    assert wards["published"].sum() == 1727


def test_other_data_shows_as_other_than_published() -> None:
    incidents = demonstration.load()
    fewer: Incidents = replace(incidents, frame=incidents.frame.iloc[:-1])
    wards = published_tables.demonstration_by_ward(fewer)
    assert int((wards["published"] != wards["demonstration"]).sum()) == 1
    strands = published_tables.demonstration_by_strand(fewer)
    assert 1 <= int((strands["published"] != strands["demonstration"]).sum()) <= 2
