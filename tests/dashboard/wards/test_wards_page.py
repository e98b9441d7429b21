"""The page Wards without a browser: every choice, and data of every kind."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from geo import demonstration
from geo.schema import Incidents
from tests.dashboard import app_pages as on
from tests.factories import make_incidents

INSIDE = (523500.0, 178500.0)
NOWHERE = (float("nan"), float("nan"))
SHOWN = ("Number", "Per 1,000 residents", "Per km²", "Share", "Change", "Standing out")


# AppTest runs the text of this function elsewhere: names of this file are not known there.
def _script(incidents: "Incidents") -> None:
    from dashboard import sidebar
    from dashboard.pages import wards_page
    from dashboard.settings import StartOptions
    from dashboard.view import Dataset

    view = sidebar.choose_view(Dataset(incidents, "test"), StartOptions())
    if view is not None:
        wards_page.show(view)


def open_page(incidents: Incidents, **query: str) -> AppTest:
    app = AppTest.from_function(_script, args=(incidents,), default_timeout=60)
    app.query_params.update({name.replace("_", "-"): value for name, value in query.items()})
    app.run()
    assert not app.exception, [entry.value for entry in app.exception]
    return app


def choose(app: AppTest, label: str, value: Any) -> AppTest:
    """Choose in a row of buttons or a list of the page."""
    found = next(
        control
        for kind in ("segmented_control", "button_group", "selectbox")
        for control in app.main.get(kind)
        if control.label == label
    )
    found.set_value(value)
    app.run()
    assert not app.exception, [entry.value for entry in app.exception]
    return app


@pytest.fixture(scope="module")
def demo() -> Incidents:
    return demonstration.load()


def test_the_table_adds_up_with_its_three_last_rows(demo: Incidents) -> None:
    app = open_page(demo)
    table = on.labelled(app, "All wards")
    counts = table["Incidents"].astype(int)
    assert counts.iloc[:-1].sum() == counts["All incidents"] == 555
    assert counts["Not located"] == 5
    assert counts.iloc[:16].is_monotonic_decreasing
    assert table["2016/17"].astype(int).iloc[:-1].sum() == 691
    assert "Shepherd's Bush Green: 94 of 555 incidents in 2017/18" in on.texts(app)


def test_sorting_changes_the_order_and_nothing_else(demo: Incidents) -> None:
    by_name, by_rate = (
        on.labelled(open_page(demo, wards_sort=by), "All wards")
        for by in ("Name", "Per 1,000 residents")
    )
    assert list(by_name.index[:16]) == sorted(by_name.index[:16])
    rates = by_rate["Per 1,000 residents"].iloc[:16].astype(float)
    assert rates.is_monotonic_decreasing
    assert by_name.loc[by_rate.index].equals(by_rate)
    assert list(by_name.index[16:]) == list(by_rate.index[16:])


def test_a_ward_in_the_link_opens_its_profile_which_stays_and_closes(demo: Incidents) -> None:
    app = open_page(demo, ward="Addison")
    assert "Addison: 25 incidents in 2017/18, joint number 9 of 16 wards" in on.texts(app)
    assert on.labelled(app, "Figures of the ward").loc["Incidents", "Value"] == "25"
    strands = on.labelled(app, "Strands in the ward")["Mentions"].astype(int)
    assert strands["Race"] == strands.max() == 21
    near = on.labelled(app, "Neighbours of the ward")
    assert list(near.index)[:2] == ["Addison", "Avonmore and Brook Green"]
    months = on.labelled(app, "Trend by months")
    assert months["Incidents"].astype(int).sum() == 91
    in_period = months["In the chosen time"] == "yes"
    assert months["Incidents"][in_period].astype(int).sum() == 25
    on.change(app, "Crimes or incidents", "crime")
    assert "Addison: " in on.texts(app)
    on.press(app, "Close profile")
    assert "Addison: " not in on.texts(app)
    assert app.session_state["ward"] == ""


def test_a_ward_of_the_other_boundaries_is_let_go(demo: Incidents) -> None:
    app = open_page(demo, ward="Addison")
    on.change(app, "Ward boundaries", "2022")
    assert not app.exception
    assert app.session_state["ward"] == ""
    assert "same name does not mean the same land" in on.texts(choose(app, "More", "land"))


def test_the_hotspots_of_a_ward_come_with_their_rank(demo: Incidents) -> None:
    app = open_page(demo, ward="Sands End")
    for _ in range(40):  # found beside the page where the machine is busy
        if "Hotspots in the ward" in "".join(str(e.proto.body) for e in app.main.get("html")):
            break
        app.run()
    table = on.labelled(app, "Hotspots in the ward")
    assert table.index[0].startswith("8. Sands End")


@pytest.mark.parametrize("shown", SHOWN)
def test_the_map_shows_what_is_chosen(demo: Incidents, shown: str) -> None:
    app = open_page(demo, wards_show=shown)
    for _ in range(40):
        if app.main.get("bidi_component"):
            break
        app.run()
    data = str(app.main.get("bidi_component")[0].proto.bytes)  # type: ignore[attr-defined]
    title = {
        "Number": "Incidents by ward",
        "Per 1,000 residents": "Incidents per 1,000 residents by ward",
        "Per km²": "by ward",
        "Share": "Share of incidents by ward",
        "Change": "Change by ward",
        "Standing out": "Wards that stand out with their neighbours",
    }[shown]
    assert title in data


def test_the_slider_goes_through_all_of_the_data_and_the_period_stays_apart(
    demo: Incidents,
) -> None:
    element = open_page(demo).main.get("bidi_component")[0]
    views = json.loads(element.proto.bytes)["views"]  # type: ignore[attr-defined]
    assert [sum(row) for row in views["whole"]["values"]] == [555]
    assert views["steps"]["frames"] == ["2015/16", "2016/17", "2017/18"]
    assert [sum(row) for row in views["steps"]["values"]] == [481, 691, 555]
    assert (views["whole"]["figure"], views["steps"]["figure"]) == ("count", "")


EDGES: dict[str, Callable[[], Incidents]] = {
    "one row": lambda: make_incidents(["2023-05-01 12:00"], [INSIDE]),
    "one row, no place": lambda: make_incidents(["2023-05-01"], [NOWHERE]),
    "all outside": lambda: make_incidents(["2023-05-01"] * 9, [(600000.0, 100000.0)] * 9),
    "one ward": lambda: make_incidents(
        [f"{year}-0{month}-05" for year in (2021, 2022, 2023) for month in range(1, 9)],
        [INSIDE] * 24,
    ),
    "one day": lambda: make_incidents(
        [f"2019-03-04 {hour:02d}:10" for hour in range(24)],
        [(523000.0 + 90 * hour, 178000.0) for hour in range(24)],
    ),
    "months only": lambda: make_incidents(
        [f"2023-{month:02d}-01" for month in range(1, 13)] * 3, [INSIDE] * 36, precision="month"
    ),
    "across the break": lambda: make_incidents(
        [f"{year}-06-05" for year in (2021, 2022, 2023, 2024, 2025) for _ in range(12)],
        [INSIDE] * 60,
        is_crime=None,
    ),
}


@pytest.mark.parametrize("kind", EDGES)
def test_every_part_stands_with_little_and_odd_data(kind: str) -> None:
    incidents = EDGES[kind]()
    table = on.labelled(open_page(incidents, period="All"), "All wards")
    assert int(table["Incidents"]["All incidents"]) == len(incidents)
    first, last = table.index[0], table.index[15]
    for part, shown, ward in (
        ("Year by year", "Share", first),
        ("Order over the years", "Change", first),
        ("Old and new wards", "Standing out", last),
    ):
        app = open_page(incidents, period="All", ward=ward, wards_more=part, wards_show=shown)
        assert not on.errors(app)
        assert (
            on.labelled(app, "Figures of the ward").loc["Incidents", "Value"]
            == (table["Incidents"][ward])
        )


def test_nothing_selected_says_what_to_do() -> None:
    crimes = make_incidents(["2023-05-01", "2023-06-01"], [INSIDE] * 2, is_crime=True)
    app = open_page(crimes, ward="Grove", wards_more="Order over the years")
    on.change(app, "Crimes or incidents", "incident")
    assert not app.exception
    assert not on.errors(app)
    assert "No incidents in" in on.texts(app)
    assert "Choose a longer period" in on.texts(app)
    assert "so there are no years to show" in on.texts(app)


def test_a_hostile_source_and_period_are_text(demo: Incidents) -> None:
    app = open_page(demo, ward="<script>alert(1)</script>")
    assert not app.exception
    assert app.session_state["ward"] == ""
