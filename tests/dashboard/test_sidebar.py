"""The sidebar alone: where the data comes from, which period, which incidents, which wards."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import boundaries
from dashboard import access
from dashboard.settings import StartOptions
from dashboard.view import View
from geo import demonstration
from geo.change.exposure import DateSpan
from geo.readers import read_uploads
from geo.schema import Incidents
from geo.selection import Selection
from geo.store import open_store
from tests.dashboard import app_pages as on
from tests.factories import make_incidents, write_street_months

INSIDE = (523000.0, 178500.0)


# AppTest runs the text of these two functions elsewhere: names of this file are not known there.
def _view_script(incidents: "Incidents") -> None:
    import streamlit as st

    from dashboard import sidebar
    from dashboard.settings import StartOptions
    from dashboard.view import Dataset

    shown = st.session_state.get("other incidents", incidents)
    st.session_state["found"] = sidebar.choose_view(Dataset(shown, "test"), StartOptions())


def _dataset_script(options: "StartOptions") -> None:
    import streamlit as st

    from dashboard import sidebar

    st.session_state["found"] = sidebar.choose_dataset(options)


@pytest.fixture
def run() -> Callable[..., AppTest]:
    """Run a script with one argument; what it found is in ``session_state["found"]``."""

    def start(script: Callable[[Any], None], argument: object) -> AppTest:
        app = AppTest.from_function(script, args=(argument,), default_timeout=60).run()
        assert not app.exception
        return app

    return start


@pytest.fixture
def view_of(run: Callable[..., AppTest]) -> Callable[[Incidents], AppTest]:
    return lambda incidents: run(_view_script, incidents)


def view(app: AppTest) -> View:
    found = app.session_state["found"]
    assert isinstance(found, View)
    return found


def at(*times: str) -> Incidents:
    return make_incidents(times, [INSIDE] * len(times))


# ---- what is shown of the data -------------------------------------------------------------------


def test_untouched_controls_show_the_last_financial_year_beside_the_one_before(
    view_of: Callable[[Incidents], AppTest],
) -> None:
    found = view(view_of(demonstration.load()))
    year = DateSpan(date(2017, 4, 1), date(2018, 3, 31))
    assert found.period == year
    assert found.compared.span == DateSpan(date(2016, 4, 1), date(2017, 3, 31))
    assert found.selection == Selection(year.first, year.last)
    assert found.all_times == Selection()
    assert (found.vintage, found.period_words) == ("2002", "2017/18")


def test_every_period_can_be_chosen_and_is_said_with_what_it_is_held_against(
    view_of: Callable[[Incidents], AppTest],
) -> None:
    app = view_of(demonstration.load())
    period: Any = on.controls(app)["Period"]
    assert len(period.options) >= 5
    seen = set()
    for words in period.options:
        period = on.controls(app)["Period"]
        period.select_index(period.options.index(words)).run()
        assert not app.exception
        found = view(app)
        assert (found.selection.start, found.selection.end) == (
            found.period.first,
            found.period.last,
        )
        seen.add(found.period)
    assert len(seen) >= 3
    on.change(app, "Held against", "nothing")
    assert view(app).compared.span is None
    assert view(app).before_words == ""


def test_months_are_offered_from_the_first_to_the_last(
    view_of: Callable[[Incidents], AppTest],
) -> None:
    app = on.change(view_of(at("2016-11-30", "2017-02-01")), "Period", "choose months")
    months = ["Nov 2016", "Dec 2016", "Jan 2017", "Feb 2017"]
    start, end = on.controls(app)["From"], on.controls(app)["To"]
    assert start.options == end.options == months  # type: ignore[attr-defined]
    assert (start.value, end.value) == ("2016-11", "2017-02")


def test_the_end_is_never_before_the_start(view_of: Callable[[Incidents], AppTest]) -> None:
    app = on.change(view_of(at("2016-11-30", "2017-02-01")), "Period", "choose months")
    on.change(app, "To", "2016-12")
    on.change(app, "From", "2017-01")
    assert on.controls(app)["To"].options == ["Jan 2017", "Feb 2017"]  # type: ignore[attr-defined]
    assert view(app).period == DateSpan(date(2017, 1, 1), date(2017, 2, 28))


def test_every_span_of_months_selects_those_months(
    view_of: Callable[[Incidents], AppTest],
) -> None:
    incidents = at("2016-01-31T23:59", "2016-02-01", "2016-02-29T23:59", "2016-03-01")
    app = on.change(view_of(incidents), "Period", "choose months")
    on.change(app, "From", "2016-02")
    on.change(app, "To", "2016-02")
    assert view(app).selection.mask(incidents).tolist() == [False, True, True, False]


@pytest.mark.parametrize(
    ("last", "vintage"),
    [
        ("1999-05-01", "2002"),
        ("2018-03-31", "2002"),
        ("2022-05-04", "2002"),
        ("2022-05-05", "2022"),
        ("2023-01-01", "2022"),
    ],
)
def test_wards_start_as_those_in_force_at_the_last_incident(
    view_of: Callable[[Incidents], AppTest], last: str, vintage: str
) -> None:
    app = view_of(at("1998-01-01", last))
    assert view(app).vintage == vintage
    assert len(on.controls(app)["Ward boundaries"].options) == len(boundaries.VINTAGES)  # type: ignore[attr-defined]


def test_only_what_occurs_is_offered(view_of: Callable[[Incidents], AppTest]) -> None:
    incidents = make_incidents(
        ["2016-01-01"] * 3,
        [INSIDE] * 3,
        category=["b", "a", "b"],
        strands=[("disability",), (), ("race",)],
    )
    app = view_of(incidents)
    assert on.controls(app)["Categories"].options == ["a", "b"]  # type: ignore[attr-defined]
    assert on.controls(app)["Strands"].options == ["Race", "Disability"]  # type: ignore[attr-defined]
    without: Any = on.controls(view_of(at("2016-01-01")))["Strands"]
    assert without.disabled
    assert without.proto.placeholder == "Not in this data"


def test_other_data_puts_back_what_it_does_not_have(
    view_of: Callable[[Incidents], AppTest],
) -> None:
    app = view_of(demonstration.load())
    on.change(app, "Strands", ["race", "disability"])
    on.change(app, "Period", "choose months")
    on.change(app, "From", "2017-01")
    app.session_state["other incidents"] = make_incidents(
        ["2020-05-01", "2020-07-01"], [INSIDE] * 2, strands=[("race",), ()]
    )
    app.run()
    assert not app.exception
    assert view(app).selection.strands == ("race",)
    assert view(app).period == DateSpan(date(2020, 5, 1), date(2020, 7, 31))


def test_no_incident_is_said(view_of: Callable[[Incidents], AppTest]) -> None:
    app = view_of(at())
    assert app.session_state["found"] is None
    assert "no incident" in on.errors(app)


# ---- data ----------------------------------------------------------------------------------------


def plain_file(path: Path, n: int) -> Path:
    rows = [{"Date": "2016-05-01", "Easting": INSIDE[0], "Northing": INSIDE[1]}] * n
    path.write_bytes(on.csv_file(rows))
    return path


def dataset(run: Callable[..., AppTest], *paths: Path | str) -> AppTest:
    return run(_dataset_script, StartOptions(tuple(str(path) for path in paths)))


def test_without_paths_the_demonstration_data_is_on_show(run: Callable[..., AppTest]) -> None:
    app = dataset(run)
    found = app.session_state["found"]
    assert found.incidents.is_demonstration
    assert found.source == "Demonstration data, synthetic"
    assert on.controls(app)["Data"].options == [on.DEMONSTRATION, on.OWN_FILES]  # type: ignore[attr-defined]


def test_files_given_at_the_start_are_on_show_first(
    run: Callable[..., AppTest], tmp_path: Path
) -> None:
    app = dataset(run, plain_file(tmp_path / "own.csv", 4))
    assert len(app.session_state["found"].incidents) == 4
    assert app.session_state["found"].source == "own.csv"
    on.change(app, "Data", on.DEMONSTRATION)
    assert app.session_state["found"].incidents.is_demonstration


def test_many_files_are_named_by_the_first_three(
    run: Callable[..., AppTest], tmp_path: Path
) -> None:
    paths = [plain_file(tmp_path / f"{name}.csv", n + 1) for n, name in enumerate("abcde")]
    found = dataset(run, *paths).session_state["found"]
    assert found.source == "a.csv, b.csv, c.csv and 2 more"
    assert len(found.incidents) == 15


def test_a_file_is_read_again_when_it_has_changed(
    run: Callable[..., AppTest], tmp_path: Path
) -> None:
    path = plain_file(tmp_path / "own.csv", 4)
    app = dataset(run, path)
    first = app.session_state["found"].incidents
    assert app.run().session_state["found"].incidents is first
    plain_file(path, 6)
    os.utime(path, (2_000_000_000, 2_000_000_000))
    assert len(app.run().session_state["found"].incidents) == 6


def test_a_new_month_in_a_folder_is_noticed(run: Callable[..., AppTest], tmp_path: Path) -> None:
    write_street_months(tmp_path, ["2016-01"], {"Addison": 2})
    app = dataset(run, tmp_path)
    assert len(app.session_state["found"].incidents) == 2
    write_street_months(tmp_path, ["2016-02"], {"Addison": 3})
    os.utime(tmp_path / "2016-02", (2_000_000_000, 2_000_000_000))
    assert len(app.run().session_state["found"].incidents) == 5


def test_where_own_files_go_is_true_of_this_computer_and_of_a_server(
    run: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = run(_dataset_script, StartOptions())
    on.change(app, "Data", on.OWN_FILES)
    assert [info.value for info in app.info] == [
        "Choose one or more files. Nothing leaves this computer."
    ]
    monkeypatch.setattr(access, "person", lambda: access.Person("a.reader", "analyst"))
    assert [info.value for info in app.run().info] == [
        "Choose one or more files. They go to the server of this dashboard and nowhere else."
    ]


def test_a_path_that_is_not_there_is_said(run: Callable[..., AppTest], tmp_path: Path) -> None:
    app = dataset(run, tmp_path / "missing.csv")
    assert app.session_state["found"] is None
    assert "missing.csv" in on.errors(app)
    on.change(app, "Data", on.DEMONSTRATION)
    assert not app.error


def kept(store: Path, *names: str) -> None:
    """Keep one incident of each of these sources."""
    for name in names:
        easting, northing = INSIDE
        row = {"Incident ID": name, "Date": "2016-05-01", "Easting": easting, "Northing": northing}
        imported = read_uploads([(f"{name}.csv", on.csv_file([row]))])
        open_store(store).add(imported, who="tester", source=name)


def test_stored_data_is_on_show_first_and_names_its_sources(
    run: Callable[..., AppTest], no_store: Path
) -> None:
    kept(no_store, "police", "council")
    app = dataset(run)
    found = app.session_state["found"]
    assert (len(found.incidents), found.source, found.report) == (2, "council, police", None)
    offered = ["Stored data", on.DEMONSTRATION, on.OWN_FILES]
    assert on.controls(app)["Data"].options == offered  # type: ignore[attr-defined]
    assert app.run().session_state["found"].incidents is found.incidents
    kept(no_store, "warden")
    assert len(app.run().session_state["found"].incidents) == 3


def test_a_store_may_be_named_and_files_of_the_start_go_before_it(
    run: Callable[..., AppTest], tmp_path: Path
) -> None:
    kept(tmp_path / "team", "police")
    options = StartOptions(store=str(tmp_path / "team"))
    assert run(_dataset_script, options).session_state["found"].source == "police"
    path = plain_file(tmp_path / "own.csv", 4)
    options = StartOptions((str(path),), store=str(tmp_path / "team"))
    app = run(_dataset_script, options)
    assert app.session_state["found"].source == "own.csv"
    on.change(app, "Data", "Stored data")
    assert app.session_state["found"].source == "police"


def test_a_store_without_imports_that_count_is_not_offered(
    run: Callable[..., AppTest], no_store: Path
) -> None:
    kept(no_store, "police")
    open_store(no_store).undo(1, who="tester")
    app = dataset(run)
    assert on.controls(app)["Data"].options == [on.DEMONSTRATION, on.OWN_FILES]  # type: ignore[attr-defined]
    assert app.session_state["found"].incidents.is_demonstration


def test_the_demonstration_data_given_by_name_is_known_as_such(
    run: Callable[..., AppTest],
) -> None:
    assert dataset(run, "demo").session_state["found"].incidents.is_demonstration


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        ([], StartOptions()),
        (["a.csv", "b"], StartOptions(("a.csv", "b"))),
        (
            ["--tiles", "https://tiles.example/{z}/{x}/{y}.png", "a.csv"],
            StartOptions(("a.csv",), "https://tiles.example/{z}/{x}/{y}.png"),
        ),
        (["--store", "kept", "a.csv"], StartOptions(("a.csv",), store="kept")),
    ],
)
def test_the_arguments_of_the_app(arguments: list[str], options: StartOptions) -> None:
    assert StartOptions.parse(arguments) == options
