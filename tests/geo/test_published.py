"""The published tables, by the totals that the strategy states."""

import pytest

from boundaries import load_wards
from boundaries.columns import WARD_CODE
from geo import published
from geo.published import AREA, FINANCIAL_YEAR, OFFENCES, STRAND, VICTIMS
from geo.schema import STRANDS
from geo.wards.table import EXTRA_ROWS


def test_victims_add_up_to_the_stated_totals():
    table = published.victims_by_ward()
    by_year = table.groupby(FINANCIAL_YEAR)[VICTIMS].sum()
    assert by_year.to_dict() == {"2015/16": 481, "2016/17": 691, "2017/18": 555}
    without_ward = table[table[WARD_CODE] == published.NOT_LOCATED_CODE]
    assert without_ward[VICTIMS].tolist() == [9, 10, 5]
    assert set(without_ward[published.WARD_NAME_AS_PUBLISHED]) == {"NULL"}


def test_every_ward_of_the_vintage_is_in_every_year():
    table = published.victims_by_ward()
    codes = {*load_wards(published.WARD_TABLE_VINTAGE)[WARD_CODE], published.NOT_LOCATED_CODE}
    for _, year in table.groupby(FINANCIAL_YEAR):
        assert sorted(year[WARD_CODE]) == sorted(codes)


def test_the_row_without_a_ward_has_the_code_of_the_ward_tables():
    assert published.NOT_LOCATED_CODE in EXTRA_ROWS


def test_strands_add_up_to_the_published_totals():
    table = published.offences_by_strand().pivot(
        index=[AREA, FINANCIAL_YEAR], columns=STRAND, values=OFFENCES
    )
    borough = table.loc[published.BOROUGH]
    assert borough[published.ALL_STRANDS].tolist() == [366, 339, 434, 501, 696, 614]
    assert (borough[list(STRANDS)].sum(axis=1) == borough[published.ALL_STRANDS]).all()
    assert len(table.loc[published.LONDON]) == 6
    assert set(table.columns) == {*STRANDS, published.ALL_STRANDS}


def test_an_altered_table_is_not_used(tmp_path, monkeypatch):
    (tmp_path / "registry.json").write_text("{}")
    monkeypatch.setattr(published, "__file__", str(tmp_path / "__init__.py"))
    with pytest.raises(ValueError, match="is not registered"):
        published.victims_by_ward()
