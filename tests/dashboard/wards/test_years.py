"""Wards over the years: what may be joined, ties, and figures with the name of their year."""

from dashboard.figures import Figure
from dashboard.wards.years import ranked_wards, ward_years, years_columns, years_rows
from geo import demonstration
from geo.selection import Selection
from tests.factories import make_incidents

INSIDE = (523500, 178500)


def years_of(*months: str, unit: str = "fy", vintage: str = "2022"):
    times = [f"{month}-15" for month in months]
    incidents = make_incidents(times, [INSIDE] * len(times))
    return ward_years(incidents, Selection(), vintage, unit, "count")


def test_no_line_goes_into_or_out_of_the_year_of_the_break():
    years = years_of("2022-06", "2023-06", "2024-06", "2025-06")
    assert years.periods == ["2022/23", "2023/24", "2024/25", "2025/26"]
    assert years.joined == [False, False, True]
    assert "CRIS to CONNECT" in " ".join(years.gaps)
    assert years_of("2022-06", "2023-06", "2024-06", unit="year").joined == [True, False]


def test_no_line_goes_across_the_change_of_wards():
    years = years_of("2019-06", "2020-06", "2021-06", "2022-06", vintage="2002")
    assert years.joined == [True, True, False]
    assert "2002 wards" in " ".join(years.gaps)


def test_ways_of_wards_have_ties_under_each_other():
    years = ward_years(demonstration.load(), Selection(), "2002", "fy", "count")
    wards = ranked_wards(years, "E05000262")
    assert [ward.is_chosen for ward in wards].count(True) == 1
    for at in range(3):
        assert sorted(ward.slots[at] for ward in wards) == list(range(16))
    first = {ward.name: ward.words[0] for ward in wards if ward.slots[0] < 2}
    assert first == {"Hammersmith Broadway": "1 =", "Shepherd's Bush Green": "1 ="}


def test_the_table_adds_up_and_its_figures_name_their_year():
    years = ward_years(demonstration.load(), Selection(), "2002", "fy", "count")
    rows = years_rows(years)
    assert years_columns(years)[1::2] == ["2015/16", "2016/17", "2017/18"]
    for at, total in ((1, 481), (3, 691), (5, 555)):
        values = [row[at].value for row in rows if isinstance(row[at], Figure)]
        assert sum(values[:-1]) == values[-1] == total
    assert rows[0][5].name == "fy.2017/18.ward.E05000263.count"
    assert [row[0] for row in rows[-3:]] == ["Outside the borough", "Not located", "All incidents"]
    assert [row[0] for row in rows[:2]] == ["Shepherd's Bush Green", "Hammersmith Broadway"]


def test_rates_have_no_rows_that_would_not_add_up():
    years = ward_years(demonstration.load(), Selection(), "2002", "year", "rate")
    assert len(years_rows(years)) == 16
    assert years.labels == ["2015, part", "2016", "2017", "2018, part"]
