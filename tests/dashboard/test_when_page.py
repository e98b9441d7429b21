"""The page When without a browser: figures, hours and hotspots that follow, edge data."""

import re
from collections.abc import Callable, Sequence

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.when import words
from geo import demonstration
from geo.selection import Selection
from geo.times.when import WhenParams, when
from tests.dashboard.app_pages import csv_file, go_to, shown, upload

AppStart = Callable[..., AppTest]
FIGURE = re.compile(r"data-figure='([^']+)'>([^<]*)<")
AT = {"Easting": 523_388, "Northing": 178_668}


def bodies(app: AppTest) -> list[str]:
    return [str(element.proto.body) for element in app.main.get("html")]  # type: ignore[attr-defined]


def figures(app: AppTest) -> dict[str, str]:
    """Read all figures with names; the same name is the same number wherever it stands."""
    found: dict[str, str] = {}
    for name, text in FIGURE.findall("".join(bodies(app))):
        assert found.setdefault(name, text) == text, name
    return found


def said(app: AppTest) -> str:
    kinds = ("markdown", "caption", "info", "warning")
    return "\n".join(shown(element.value) for kind in kinds for element in app.main.get(kind))  # type: ignore[attr-defined]


def control(app: AppTest, key: str):
    kinds = ("selectbox", "multiselect")
    return next(one for kind in kinds for one in app.get(kind) if one.key == key)  # type: ignore[attr-defined]


def open_when(app: AppTest) -> AppTest:
    return go_to(app, "when")


@pytest.fixture
def page(app_test: AppStart) -> AppTest:
    """Give the page of all of the demonstration data."""
    return open_when(app_test(period="All"))


def test_the_figures_are_those_of_the_analysis(page: AppTest) -> None:
    result = when(demonstration.load(), Selection(), WhenParams())
    seen = figures(page)
    assert seen["incidents"] == "1,727"
    assert seen["when.cell.Friday.22"] == f"{result.hour_of_week[4, 22]:,.0f}"
    assert seen["when.weekday.Friday"] == f"{result.weekdays['incidents'][4]:,.0f}"
    assert seen["when.shift.late"] == f"{result.shifts['incidents'][1]:,.0f}"
    assert seen["when.month.July"] == f"{result.months['incidents_per_month'][6]:,.1f}"
    assert words.headline(result) in said(page)
    assert "1,096 days of this time can be counted" in said(page)


def test_hours_and_days_are_chosen_and_the_map_follows(page: AppTest) -> None:
    control(page, "when-hours").set_value("Choose hours")
    page.run()
    control(page, "when-from").set_value("22:00")
    control(page, "when-until").set_value("02:00")
    control(page, "when-days").set_value(["Friday"])
    page.run()
    selection = Selection(weekdays=("Friday",), hours=(22, 23, 0, 1))
    n = len(selection.apply(demonstration.load()))
    assert f"The map shows Friday, 22:00 to 02:00: {n} incidents" in said(page)
    heat = next(body for body in bodies(page) if "class='heat'" in body)
    assert heat.count("<td class='chosen'") == 4
    assert figures(page)["incidents"] == "1,727"


def test_a_hotspot_is_chosen_and_the_hours_follow(page: AppTest) -> None:
    borough = figures(page)
    choice = control(page, "when-hotspot")
    name = choice.options[1]
    choice.set_value(name)
    page.run()
    seen = figures(page)
    count = int(seen["when.hotspot"])
    known = int(seen["in_hotspot.chosen.when.hours_known"])
    assert 5 <= count < 1727
    assert known + int(seen["in_hotspot.chosen.when.hours_not_known"]) == count
    assert not {n for n in seen if n.startswith("when.cell")}
    assert seen["incidents"] == borough["incidents"]
    assert any(name in shown(one.value) for one in page.subheader)


def test_a_hotspot_that_is_no_more_falls_back_to_the_borough(page: AppTest) -> None:
    choice = control(page, "when-hotspot")
    choice.set_value(choice.options[-1])
    page.run()
    control(page, "when-days").set_value(["Tuesday"])
    page.run()
    chosen = control(page, "when-hotspot")
    assert chosen.value in chosen.options
    assert "incidents" in figures(page)


def test_shifts_can_be_others(page: AppTest) -> None:
    control(page, "when-shift-start").set_value("06:00")
    control(page, "when-shift-length").set_value(12)
    page.run()
    table = next(body for body in bodies(page) if "aria-label='Shifts'" in body)
    assert "Shift 1, 06:00 to 18:00" in table
    assert "Shift 2, 18:00 to 06:00" in table
    assert "Shift 2, 18:00 to 06:00" in control(page, "when-hours").options


def test_a_link_opens_the_page_as_it_was(app_test: AppStart) -> None:
    app = open_when(app_test(**{"when-hours": "Night, 23:00 to 07:00", "period": "All"}))
    assert "The map shows all days, 23:00 to 07:00" in said(app)


# ---- edge data -----------------------------------------------------------------------------------


def with_rows(app_test: AppStart, rows: Sequence[dict[str, object]]) -> AppTest:
    return open_when(upload(app_test(), ("own.csv", csv_file(rows))))


def test_months_alone_say_what_cannot_be_shown(app_test: AppStart) -> None:
    app = with_rows(app_test, [{"Month": "2017-05", **AT}, {"Month": "2017-06", **AT}])
    assert words.MONTHS_ONLY in said(app)
    assert figures(app)["when.month.May"] == "1.0"
    assert not {name for name in figures(app) if name.startswith(("when.cell", "when.weekday"))}
    assert "No single day can be shown." in said(app)


def test_days_alone_have_weekdays_and_no_hours(app_test: AppStart) -> None:
    app = with_rows(app_test, [{"Date": "05/05/2017", **AT}, {"Date": "06/05/2017", **AT}])
    assert words.DAYS_ONLY in said(app)
    seen = figures(app)
    assert (seen["when.weekday.Friday"], seen["when.weekday.Saturday"]) == ("1", "1")
    assert not {name for name in seen if name.startswith(("when.cell", "when.shift"))}


def test_one_incident(app_test: AppStart) -> None:
    app = with_rows(app_test, [{"Date": "05/05/2017 22:30", **AT}])
    assert figures(app)["when.cell.Friday.22"] == "1"
    assert words.TOO_FEW in said(app)


def test_nights_when_clocks_change(app_test: AppStart) -> None:
    nights = ("26/03/2017 00:30", "26/03/2017 03:30", "29/10/2017 01:30", "29/10/2017 01:30")
    app = with_rows(app_test, [{"Date": night, **AT} for night in nights])
    seen = figures(app)
    cells = [seen[f"when.cell.Sunday.{hour:02d}"] for hour in range(4)]
    assert cells == ["1", "2", "0", "1"]
    next(one for one in app.toggle if one.key == "when-table").set_value(True)
    app.run()
    assert figures(app)["when.day.2017-10-29.incidents"] == "2"


def test_nothing_that_fits_says_what_to_do(app_test: AppStart) -> None:
    rows = [{"Date": "05/05/2017 22:30", "Crime": "yes", **AT}]
    app = with_rows(app_test, rows)
    control(app, "kind").set_value("incident")
    app.run()
    assert words.NOTHING in said(app)
    assert figures(app) == {"incidents": "0"}
