"""The page Trends as a person sees it, with full data and with nearly none."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from geo import published
from tests.dashboard import app_pages as on

SECTIONS = (
    "Incidents",
    "Strands",
    "Repeat victims",
    "Victims",
    "Outcomes and reporting",
    "Beside London",
)
START = {
    **{"date": "2016-05-02", "easting": 523_000, "northing": 179_000, "category": "Other"},
}


def shown(app: AppTest, section: str) -> AppTest:
    """Choose what the page shows."""
    app.session_state["trends-show"] = section
    return on.checked(app.run())


def headlines(app: AppTest) -> list[str]:
    """Give the sentences in large type, without their markup."""
    bodies = [str(element.proto.body) for element in app.main.get("html")]  # type: ignore[attr-defined]
    return [re.sub(r"<[^>]+>", "", body) for body in bodies if body.startswith("<p style")]


def figures(app: AppTest) -> dict[str, str]:
    """Give the figures that carry a name."""
    bodies = " ".join(str(element.proto.body) for element in app.main.get("html"))  # type: ignore[attr-defined]
    return dict(re.findall(r"data-figure='([^']+)'>([^<]*)<", bodies))


def said(app: AppTest) -> str:
    return " ".join([on.texts(app), *headlines(app)])


def opened(rows: list[dict[str, Any]]) -> AppTest:
    return on.opened_with("trends", ("own.csv", on.csv_file(rows)))


def rows_of_days(first: date, n: int, step: int = 1, **more: Any) -> list[dict[str, Any]]:
    days = (first + timedelta(days=step * k) for k in range(n))
    return [START | {"date": str(day), **more} for day in days]


@pytest.fixture(scope="module")
def demonstration() -> AppTest:
    return on.opened("trends")


class TestDemonstrationData:
    @pytest.fixture
    def page(self, demonstration: AppTest) -> AppTest:
        return shown(demonstration, "Incidents")

    def test_incidents_by_year_are_the_published_victims(self, page: AppTest) -> None:
        table = published.victims_by_ward()
        totals = table.groupby(published.FINANCIAL_YEAR)[published.VICTIMS].sum()
        cells = on.labelled(page, "Table of incidents by financial year")
        assert cells.index.tolist() == ["2017/18", "2016/17", "2015/16"]
        assert cells["Incidents"].to_dict() == {y: f"{n:,}" for y, n in totals.items()}
        change = 100 * (totals["2017/18"] / totals["2016/17"] - 1)
        assert cells["Change (%)"]["2017/18"] == f"{change:+.1f}"
        assert cells["More than chance"].tolist() == ["yes", "yes", ""]
        (headline,) = headlines(page)
        assert headline.startswith(
            f"2017/18: {totals['2017/18']} incidents, {-change:.1f} % fewer than in 2016/17 (likely"
        )
        assert headline.endswith("more than chance would give.")
        assert figures(page)["fy.2017/18.incidents"] == f"{totals['2017/18']} incidents"

    def test_every_section_has_a_headline_charts_with_words_tables_and_files(
        self, page: AppTest
    ) -> None:
        charts = {"Incidents": 1, "Strands": 5, "Repeat victims": 2, "Victims": 12}
        for section, n in charts.items():
            shown(page, section)
            bodies = " ".join(str(e.proto.body) for e in page.main.get("html"))  # type: ignore[attr-defined]
            alts = re.findall(r'<img alt="([^"]*)"', bodies)
            assert len(alts) == n, section
            assert all("20" in alt for alt in alts), "each names years"
            assert headlines(page)
            assert on.tables(page)
            files = [b.label for b in page.main.get("download_button")]  # type: ignore[attr-defined]
            assert any(label.endswith("CSV table") for label in files)
            assert any(label.endswith("Excel workbook") for label in files)

    def test_strands_are_mentions_and_the_page_says_so(self, page: AppTest) -> None:
        shown(page, "Strands")
        expected = {"race": "451", "religion or belief": "66", "disability": "20"}
        for strand, count in expected.items():
            assert figures(page)[f"fy.2017/18.strand.{strand}"] == count
        assert "can carry several strands" in said(page)
        on.change(page, "Strands", ["disability"])
        assert figures(page)["fy.2017/18.strand.disability"] == "20"
        on.change(page, "Strands", [])

    def test_repeat_victims_are_counted_in_both_ways(self, page: AppTest) -> None:
        shown(page, "Repeat victims")
        found = figures(page)
        assert (found["fy.2017/18.repeat_victims"], found["fy.2017/18.victims"]) == ("71", "470")
        cells = on.labelled(page, "Table of repeat victims")
        way = "Within 12 months of an earlier one"
        assert cells[way].tolist() == ["85", "103", "no data for the year before"]
        assert "357 repeat victims of 2,449 (15 %)" in said(page)

    def test_what_the_data_does_not_have_is_said(self, page: AppTest) -> None:
        shown(page, "Victims")
        assert "no columns on suspects" in said(page)
        shown(page, "Outcomes and reporting")
        assert "The data has no outcomes." in said(page)
        assert "does not say how incidents were reported" in said(page)


def test_the_two_sides_of_the_break_are_never_compared() -> None:
    app = opened(rows_of_days(date(2022, 4, 1), 1461, outcome="Charged"))
    cells = on.labelled(app, "Table of incidents by financial year")
    assert cells["Change (%)"].to_dict() == {
        "2025/26": "0.0",
        "2024/25": "",
        "2023/24 (both systems)": "",
        "2022/23": "",
    }
    assert "the recording system changed on 28 February 2024" in cells["Note"]["2024/25"]
    assert cells["A year before"].tolist() == ["365", "", "", ""]
    assert "what is left and right of it cannot be compared" in on.texts(app)
    shown(app, "Outcomes and reporting")
    assert "Charged, 100.0 % of 365 incidents" in said(app)


def test_a_year_in_part_one_victim_and_all_without_a_place_are_said_so() -> None:
    rows = [START | {"strands": "race", "victim id": "v1", "easting": "", "northing": ""}] * 2
    app = opened(rows[:1])
    shown(app, "Strands")
    assert headlines(app)[0].startswith(
        "2016/17 (part): 1 incident with a known strand, 1 mention: race 1, "
    )
    assert "1 incident: 0 located, 0 outside the borough, 1 not located" in said(app)
    app = opened(rows)
    shown(app, "Repeat victims")
    within, following = headlines(app)
    assert within == (
        "2016/17 (part): 1 of 1 victim had two or more incidents in the year; too few for a share."
    )
    assert following.endswith("cannot be said: no data for the year before.")


def test_repeats_of_few_victims_are_counted_and_a_year_without_data_is_no_zero() -> None:
    rows = rows_of_days(date(2016, 4, 1), 73, 10, **{"victim id": "v1"})
    app = opened(rows)
    shown(app, "Repeat victims")
    assert headlines(app)[1] == (
        "2017/18: 36 of 36 incidents came within 12 months of an earlier one to the same victim; "
        "too few victims for a share."
    )
    years = (date(2016, 4, 1), date(2018, 4, 1))
    app = opened([row for day in years for row in rows_of_days(day, 365, **{"victim id": "v1"})])
    shown(app, "Repeat victims")
    cells = on.labelled(app, "Table of repeat victims").loc["2017/18 (no data)"]
    assert cells["Victims"] == cells["Repeat victims"] == cells["Incidents"] == "no data"
    assert cells["Share (%)"] == ""


def test_months_that_are_missing_are_no_zeros() -> None:
    rows = rows_of_days(date(2016, 4, 1), 90) + rows_of_days(date(2016, 8, 1), 60)
    app = opened(rows)
    app.session_state["trends-by"] = "month"
    app.run()
    cells = on.labelled(app, "Table of incidents by month")
    assert cells["Incidents"]["Jul 2016 (no data)"] == "no data"
    assert "Grey: no data." in on.texts(app)
    assert "29 February makes no rise" in on.texts(app)
    app = opened(rows_of_days(date(2016, 4, 1), 900))
    first, second = headlines(app)
    assert first.startswith("2017/18: 365 incidents, as many as in 2016/17")
    assert (
        second
        == "2018/19 (part): 170 incidents. Not compared: 2018/19 is only in part in the data."
    )


EDGES: dict[str, list[dict[str, Any]]] = {
    "one row": [START],
    "one day": [START] * 30,
    "months only": [START | {"date": f"2016-{m:02d}"} for m in range(1, 13)],
    "one year": rows_of_days(date(2016, 4, 1), 365),
    "no position": [START | {"easting": "", "northing": ""}] * 3,
    "hostile words": [
        START | {"outcome": "<script>alert(1)</script>", "victim ethnicity": "$x^2$ & \u202e"}
    ]
    * 25,
}


@pytest.fixture(scope="module")
def own() -> AppTest:
    return on.opened("trends", data=on.OWN_FILES)


@pytest.mark.parametrize("name", EDGES)
def test_every_section_opens_with_little_data(own: AppTest, name: str) -> None:
    app = on.drop_in_sidebar(own, (f"{name}.csv", on.csv_file(EDGES[name])))
    for section in SECTIONS:
        shown(app, section)
        assert not app.exception, section
        assert not app.error, section
        assert headlines(app) or app.main.info or section == "Beside London"
        bodies = " ".join(str(e.proto.body) for e in app.main.get("html"))  # type: ignore[attr-defined]
        assert "<script>" not in bodies


def test_a_choice_that_takes_nothing_says_what_to_do() -> None:
    app = opened([START | {"kind": "crime"}] * 3)
    on.change(app, "Crimes or incidents", "incident")
    for section in SECTIONS[:-1]:
        shown(app, section)
        assert "Take back a choice" in on.shown(app.main.info[0].value)
