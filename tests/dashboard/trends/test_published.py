"""The published tables on the page Trends: every figure beside the files."""

import csv
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import geo.published
from geo.published import BOROUGH, LONDON
from tests.dashboard import app_pages as on

FOLDER = Path(geo.published.__file__).parent
YEARS = ["2015/16", "2016/17", "2017/18"]


def rows_of(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def victims() -> dict[tuple[str, str], int]:
    """Read victims by ward name as published and year."""
    return {
        (row["ward_name_as_published"], row["financial_year"]): int(row["victims"])
        for row in rows_of("hate_crime_victims_by_ward.csv")
    }


def offences(area: str) -> dict[tuple[str, str], int]:
    return {
        (row["strand"].lower(), row["financial_year"]): int(row["offences"])
        for row in rows_of("hate_crime_offences_by_strand.csv")
        if row["area"] == area
    }


def changes(before: int, after: int) -> tuple[str, str]:
    """Write a change as number and in per cent."""
    number = f"{after - before:+,}" if after != before else "0"
    if before == 0:
        return number, "not defined"
    return number, f"{100 * (after - before) / before:+.1f}" if after != before else "0.0"


@pytest.fixture(scope="module")
def page() -> AppTest:
    return on.opened("trends", **{"trends-show": "Beside London"})


def test_every_figure_of_the_ward_table_is_the_published_one(page: AppTest) -> None:
    table = on.tables(page)[0]
    assert list(table.columns) == [*YEARS, "Change", "Change in %"]
    published = victims()
    names = {name for name, _ in published}
    assert len(table) == len(names) + 1 == 18
    for name in names:
        shown = table.loc["No ward recorded (NULL)" if name == "NULL" else name]
        figures = [published[name, year] for year in YEARS]
        assert shown[YEARS].tolist() == [f"{figure:,}" for figure in figures]
        assert tuple(shown.iloc[3:]) == changes(*figures[1:])
    totals = [sum(published[name, year] for name in names) for year in YEARS]
    assert table.loc["All victims", YEARS].tolist() == [f"{total:,}" for total in totals]
    assert tuple(table.loc["All victims"].iloc[3:]) == changes(*totals[1:])


def test_wards_stand_in_the_order_of_the_last_year(page: AppTest) -> None:
    shown = on.tables(page)[0]["2017/18"].str.replace(",", "").astype(int)
    assert shown[:16].is_monotonic_decreasing
    assert shown.index[16:].tolist() == ["No ward recorded (NULL)", "All victims"]


@pytest.mark.parametrize(("position", "area"), [(1, BOROUGH), (2, LONDON)])
def test_every_figure_of_the_strand_tables_is_the_published_one(
    page: AppTest, position: int, area: str
) -> None:
    table = on.tables(page)[position]
    published = offences(area)
    years = sorted({year for _, year in published})
    assert table.index.name == f"{area}: offences by strand"
    assert list(table.columns) == [*years, "Change", "Change in %"]
    assert {name.lower() for name in table.index} == {strand for strand, _ in published}
    assert table.index[-1] == "All hate crimes"
    for strand in table.index:
        figures = [published[strand.lower(), year] for year in years]
        assert table.loc[strand, years].tolist() == [f"{figure:,}" for figure in figures]
        assert tuple(table.loc[strand].iloc[-2:]) == changes(*figures[-2:])


def test_the_headline_is_true(page: AppTest) -> None:
    published = victims()
    last = {
        name: count
        for (name, year), count in published.items()
        if year == YEARS[-1] and name != "NULL"
    }
    highest = max(last, key=lambda name: last[name])
    change = last[highest] - published[highest, YEARS[-2]]
    words = f"{abs(change)} {'more' if change > 0 else 'fewer'} than the year before"
    total = sum(count for (_, year), count in published.items() if year == YEARS[-1])
    expected = (
        f"**{highest}: {last[highest]} victims in 2017/18, {words}. The borough: {total}, "
        f"of them {published['NULL', YEARS[-1]]} without a ward.**"
    )
    assert expected in [str(text.value) for text in page.main.markdown]


def test_the_demonstration_data_reproduces_every_cell(page: AppTest) -> None:
    said = " ".join(str(text.value) for text in page.main.markdown)
    assert "51 of 51 cells of the table ward by year are equal" in said
    assert "15 of 15 cells of the table strand by year are equal" in said
    for table, cells in zip(on.tables(page)[3:], (51, 15), strict=True):
        assert len(table) == cells
        assert (table["Published"] == table["Demonstration"]).all()


def test_every_chart_says_what_it_shows(page: AppTest) -> None:
    bodies = [str(element.proto.body) for element in page.main.get("html")]
    charts = [body for body in bodies if body.startswith("<img")]
    assert len(charts) == 3
    assert all(body.startswith('<img alt="') and 'alt=""' not in body for body in charts)
    borough, london = offences(BOROUGH), offences(LONDON)
    said = next(body for body in charts if "race:" in body)
    for area, table in (("Hammersmith &amp; Fulham", borough), (LONDON, london)):
        before, after = table["race", "2016/17"], table["race", "2017/18"]
        assert f"{area} {100 * (after - before) / before:+.0f} %" in said


def test_the_source_and_its_limits_are_said(page: AppTest) -> None:
    captions = " ".join(str(text.value) for text in page.main.caption)
    for part in ("Anti-Hate Crime Strategy 2019-2023", "demand, not prevalence", "mentions"):
        assert part in captions


def test_the_tables_are_the_same_whatever_data_is_on_show(page: AppTest) -> None:
    other = {"date": "2016-05-02", "easting": 523_000, "northing": 179_000, "category": "Other"}
    app = on.opened("trends", **{"trends-show": "Beside London", "data": on.OWN_FILES})
    on.drop_in_sidebar(app, ("other.csv", on.csv_file([other])))
    assert pd.concat(on.tables(app)[:3]).equals(pd.concat(on.tables(page)[:3]))
