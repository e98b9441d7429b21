"""The map page without a browser: every control, and every kind of file."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import boundaries
from boundaries.columns import WARD_NAME
from dashboard.map_results import map_results, ward_results
from dashboard.maps.payload import encode
from dashboard.settings import MapSettings
from geo import demonstration
from geo.clusters.dbscan import DbscanParams
from geo.frames import FrameParams
from geo.hotspots.table import HotspotParams
from geo.selection import Selection
from geo.surfaces.density import DensityParams
from tests.dashboard import app_pages as on

DEFAULT = MapSettings(vintage="2002")
"""The demonstration data ends in 2018, under the wards of 2002."""

CHANGES: dict[str, tuple[Any, MapSettings]] = {
    "From": ("2016-04", replace(DEFAULT, selection=Selection(start=date(2016, 4, 1)))),
    "To": ("2017-02", replace(DEFAULT, selection=Selection(end=date(2017, 2, 28)))),
    "Categories": (
        ["Public order", "Criminal damage"],
        replace(DEFAULT, selection=Selection(categories=("Public order", "Criminal damage"))),
    ),
    "Strands": (
        ["sexual orientation"],
        replace(DEFAULT, selection=Selection(strands=("sexual orientation",))),
    ),
    "Crimes or incidents": ("incident", replace(DEFAULT, selection=Selection(kind="incident"))),
    "Ward boundaries": ("2022", replace(DEFAULT, vintage="2022")),
    "Measure": ("rate", replace(DEFAULT, measure="rate")),
    "Colour classes": ("quantiles", replace(DEFAULT, scheme="quantiles")),
    "Step": ("fy", replace(DEFAULT, frames=FrameParams("fy", 1))),
    "Window (steps)": (6, replace(DEFAULT, frames=FrameParams("month", 6))),
    "Found by": (True, replace(DEFAULT, clusters=DbscanParams())),
    "Where the density is cut": (
        "incidents",
        replace(DEFAULT, hotspots=HotspotParams(cut="incidents")),
    ),
    "Densest share of the borough (%)": (
        2,
        replace(DEFAULT, hotspots=HotspotParams(area_share_pct=2)),
    ),
    "Least incidents in a hotspot (incidents)": (
        60,
        replace(DEFAULT, hotspots=HotspotParams(min_incidents=60)),
    ),
    "Least distinct places in a hotspot (places)": (
        30,
        replace(DEFAULT, hotspots=HotspotParams(min_places=30)),
    ),
    "Most hotspots shown (hotspots)": (3, replace(DEFAULT, hotspots=HotspotParams(max_hotspots=3))),
    "Bandwidth (m)": (450, replace(DEFAULT, density=DensityParams(bandwidth_m=450))),
    "Kernel": ("gaussian", replace(DEFAULT, density=DensityParams(kernel="gaussian"))),
    "Bandwidth chosen": (
        "rule-of-thumb",
        replace(DEFAULT, density=DensityParams(bandwidth_rule="rule-of-thumb")),
    ),
    "Multiple of the bandwidth (times)": (
        2,
        replace(DEFAULT, density=DensityParams(bandwidth_multiple=2)),
    ),
    "Cell size (m)": (100, replace(DEFAULT, density=DensityParams(cell_size_m=100))),
}
"""For each control a new value, and the settings that it must lead to."""

CLUSTER_CHANGES: dict[str, tuple[Any, DbscanParams]] = {
    "Search radius (eps) (m)": (250, DbscanParams(eps_m=250)),
    "Minimum incidents within the radius (incidents)": (40, DbscanParams(min_incidents=40)),
}


def map_of(settings: MapSettings) -> bytes:
    """Make the map of the demonstration data without the page."""
    incidents = demonstration.load()
    wards = ward_results(incidents, settings)
    made = map_results(incidents, settings, wards, source="Demonstration data, synthetic")
    return encode(made.model)


@pytest.fixture
def app(app_test: Callable[..., AppTest]) -> AppTest:
    return app_test()


def test_the_page_opens_with_the_demonstration_data_and_the_defaults(app: AppTest) -> None:
    assert on.payload(app) == map_of(DEFAULT)
    assert "Demonstration data, synthetic." in str(app.main.get("html")[0].proto.body)


@pytest.mark.parametrize("label", CHANGES)
def test_every_control_changes_what_it_says_and_nothing_else(app: AppTest, label: str) -> None:
    value, settings = CHANGES[label]
    before = on.payload(app)
    on.change(app, label, value)
    assert on.payload(app) == map_of(settings)
    assert on.payload(app) != before


@pytest.mark.parametrize("label", CLUSTER_CHANGES)
def test_the_controls_of_clusters(app: AppTest, label: str) -> None:
    on.change(app, "Found by", True)
    before = on.payload(app)
    value, clusters = CLUSTER_CHANGES[label]
    on.change(app, label, value)
    assert on.payload(app) == map_of(replace(DEFAULT, clusters=clusters))
    assert on.payload(app) != before


def test_no_control_is_left_out_of_these_tests(app: AppTest) -> None:
    assert set(on.controls(app)) == {"Data", *CHANGES}
    on.change(app, "Found by", True)
    of_density = {"Where the density is cut", "Densest share of the borough (%)"}
    assert set(on.controls(app)) == {"Data", *CHANGES, *CLUSTER_CHANGES} - of_density


def test_changes_add_up_and_the_defaults_come_back_with_one_press(app: AppTest) -> None:
    default = on.payload(app)
    on.change(app, "Measure", "share")
    on.change(app, "Strands", ["race"])
    on.change(app, "Bandwidth (m)", 300)
    together = MapSettings(
        selection=Selection(strands=("race",)),
        vintage="2002",
        measure="share",
        density=DensityParams(bandwidth_m=300),
    )
    assert on.payload(app) == map_of(together)
    on.button(app, "Back to the defaults").click().run()
    assert on.payload(app) == default


def control_values(app: AppTest) -> dict[str, object]:
    return {label: control.value for label, control in on.controls(app).items()}


def test_settings_survive_a_visit_to_the_other_page(app: AppTest) -> None:
    # Changed last, for they take controls of the density away.
    last = ("Where the density is cut", "Found by")
    for label in (*(name for name in CHANGES if name not in last), *last):
        value, _ = CHANGES[label]
        on.change(app, label, value)
    on.change(app, "Crimes or incidents", "crime")
    before = on.payload(app), control_values(app)
    on.go_to(app, "published")
    assert on.payload(app) is None
    on.go_to(app, "")
    assert (on.payload(app), control_values(app)) == before


def test_a_selection_without_incidents_is_a_map_without_figures(app: AppTest) -> None:
    on.change(app, "Crimes or incidents", "incident")
    assert set(on.ward_values(app).values()) == {0}
    assert "no incidents" in on.map_data(app)["views"]["whole"]["sentences"][0]
    assert "nothing to show" in notes(app)


def notes(app: AppTest) -> str:
    """Give what the page says to know about its figures."""
    box = next(box for box in app.main.expander if box.label.startswith("What to know"))
    return on.shown(box.markdown[0].value)


def test_every_warning_stands_on_the_page_once(app: AppTest) -> None:
    wards = ward_results(demonstration.load(), DEFAULT)
    results = map_results(demonstration.load(), DEFAULT, wards, source="")
    assert len(results.warnings) == len(set(results.warnings)) >= 2
    box = next(box for box in app.main.expander if box.label.startswith("What to know"))
    assert box.label.endswith(f"({len(results.warnings)})")
    assert len(box.markdown) == 1
    assert notes(app).splitlines() == [f"- {warning}" for warning in results.warnings]


# ---- own files -----------------------------------------------------------------------------------


def points_of(*wards: str) -> list[tuple[float, float]]:
    """Give a point inside each of these wards of 2022."""
    inside = boundaries.load_wards("2022").set_index(WARD_NAME).representative_point()
    return [(round(inside[ward].x), round(inside[ward].y)) for ward in wards]


def rows_at(points: list[tuple[object, object]], *times: str) -> list[dict[str, object]]:
    return [
        {"Date": time, "Easting": easting, "Northing": northing}
        for time, (easting, northing) in zip(times, points, strict=True)
    ]


def test_own_files_take_the_place_of_the_demonstration_data(app: AppTest) -> None:
    points = points_of("Sands End", "Sands End", "Ravenscourt")
    on.upload(app, ("one.csv", on.csv_file(rows_at(points, *["2023-05-01"] * 3))))
    values = on.ward_values(app)
    assert (values["Sands End"], values["Ravenscourt"]) == (2, 1)
    assert sum(values.values()) == 3
    assert on.map_data(app)["source"] == "one.csv"
    assert on.map_data(app)["base"]["id"] == "2022"
    assert not any("synthetic" in str(element.proto.body) for element in app.main.get("html"))


def test_several_files_are_one_data_set(app: AppTest) -> None:
    one = on.csv_file(rows_at(points_of("Sands End"), "2023-05-01"))
    other = on.csv_file(rows_at(points_of("Ravenscourt"), "2023-06-01"))
    on.upload(app, ("one.csv", one), ("other.csv", other))
    values = on.ward_values(app)
    assert (values["Sands End"], values["Ravenscourt"]) == (1, 1)
    assert on.map_data(app)["source"] == "one.csv, other.csv"


def test_one_row_is_one_incident_in_one_frame(app: AppTest) -> None:
    on.upload(app, ("one.csv", on.csv_file(rows_at(points_of("Addison"), "2023-05-01T12:30"))))
    assert on.ward_values(app)["Addison"] == 1
    assert set(on.map_data(app)["views"]) == {"whole"}
    assert "1 incident. Highest: Addison (1)." in on.map_data(app)["views"]["whole"]["sentences"][0]


def test_one_ward_only(app: AppTest) -> None:
    points = points_of("Addison") * 30
    times = pd.date_range("2023-01-01", periods=30, freq="5D").strftime("%Y-%m-%d")
    on.upload(app, ("ward.csv", on.csv_file(rows_at(points, *times))))
    values = on.ward_values(app)
    assert {name: value for name, value in values.items() if value} == {"Addison": 30}
    frames = on.map_data(app)["views"]["steps"]
    assert len(frames["frames"]) == len(frames["values"]) == len(frames["hotspots"]) == 3


def test_one_day_only(app: AppTest) -> None:
    points = points_of("Addison", "Avonmore", "Brook Green", "Sands End") * 5
    times = [f"2023-05-01 {hour:02d}:15" for hour in range(20)]
    on.upload(app, ("day.csv", on.csv_file(rows_at(points, *times))))
    assert on.map_data(app)["views"]["whole"]["frames"] == ["May 2023"]
    assert set(on.map_data(app)["views"]) == {"whole"}
    assert sum(on.ward_values(app).values()) == 20


def test_a_file_with_nothing_located(app: AppTest) -> None:
    nowhere = [("", "")] * 12
    times = [f"2023-{month:02d}-01" for month in range(1, 13)]
    on.upload(app, ("nowhere.csv", on.csv_file(rows_at(nowhere, *times))))
    values = on.ward_values(app)
    assert {name: value for name, value in values.items() if value} == {"Not located": 12}
    view = on.map_data(app)["views"]["steps"]
    assert view["hotspots"] == [[]] * len(view["frames"])
    assert "No incident is located in the borough" in notes(app)


def test_everything_outside_the_borough(app: AppTest) -> None:
    on.upload(app, ("leeds.csv", on.csv_file(rows_at([(430000, 433000)] * 3, *["2023-05-01"] * 3))))
    values = on.ward_values(app)
    assert {name: value for name, value in values.items() if value} == {"Outside the borough": 3}


def test_rejected_rows_are_shown_with_the_reason(app: AppTest) -> None:
    points = [*points_of("Sands End", "Ravenscourt"), *points_of("Addison")]
    rows = rows_at(points, "2023-05-01", "last Tuesday", "")
    on.upload(app, ("rows.csv", on.csv_file(rows)))
    assert sum(on.ward_values(app).values()) == 1
    report = next(box for box in app.main.expander if "How the files were read" in box.label)
    assert "3 rows read from 1 file: 1 used, 2 rejected." in on.shown(report.label)
    assert report.proto.expanded
    files, problems = on.tables(report)
    assert files.loc["rows.csv", ["Rows read", "Used", "Rejected"]].tolist() == ["3", "1", "2"]
    assert problems["row"].tolist() == ["3", "4"]
    assert problems["found"].tolist()[0] == "last Tuesday"
    assert problems["remedy"].str.len().min() > 0
    assert "row_values" not in problems


def test_a_clean_file_keeps_its_report_closed(app: AppTest) -> None:
    on.upload(app, ("one.csv", on.csv_file(rows_at(points_of("Addison"), "2023-05-01"))))
    report = next(box for box in app.main.expander if "How the files were read" in box.label)
    assert not report.proto.expanded


BROKEN = {
    "nothing in it": (b"", "empty"),
    "only a header": (b"Date,Easting,Northing\n", "row"),
    "other columns": (b"a,b\n1,2\n", "column"),
    "bytes that are no text": (bytes(range(256)) * 20, "not a text file"),
    "no row usable": (b"Date,Easting,Northing\nlong ago,1,2\n", "date"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_file_that_cannot_be_used_says_why_and_shows_no_map(app: AppTest, kind: str) -> None:
    content, said = BROKEN[kind]
    on.upload(app, ("broken.csv", content))
    assert on.payload(app) is None
    assert len(app.error) == 1
    assert said in on.errors(app)
    assert "broken.csv" in on.errors(app) or "No row could be used" in on.errors(app)
    assert [header.value for header in app.header] == ["No data on show"]


@pytest.mark.parametrize("name", ["broken.xlsx", "broken.zip"])
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04" + b"\x00" * 60, b"plain text"])
def test_broken_workbooks_and_archives_say_so(app: AppTest, name: str, content: bytes) -> None:
    on.upload(app, (name, content))
    assert on.payload(app) is None
    assert "broken" in on.errors(app)


def test_after_a_broken_file_the_page_goes_on(app: AppTest) -> None:
    on.upload(app, ("broken.csv", b""))
    on.change(app, "Data", on.DEMONSTRATION)
    assert on.payload(app) == map_of(DEFAULT)
    assert not app.error


def test_before_a_file_is_chosen_the_page_says_what_to_do(app: AppTest) -> None:
    on.change(app, "Data", on.OWN_FILES)
    assert on.payload(app) is None
    assert "Choose one or more files" in str(app.sidebar.info[0].value)


HOSTILE = "![x](http://example.org/x.png) $x$ :red[x] <b>x</b> `x`"


def test_text_from_a_file_is_shown_as_it_is_written(app: AppTest) -> None:
    rows = rows_at([*points_of("Addison"), *points_of("Addison")], "2023-05-01", HOSTILE)
    on.upload(app, (f"{HOSTILE}.csv", on.csv_file(rows)))
    report = next(box for box in app.main.expander if "How the files were read" in box.label)
    files, problems = on.tables(report)
    assert problems["found"].tolist() == [HOSTILE]
    assert files.index.str.endswith(".csv").all()
    texts = [str(element.value) for element in (*app.main.markdown, *app.main.get("table"))]
    assert not any("![" in text for text in texts)


def test_the_name_of_a_broken_file_is_shown_as_it_is_written(app: AppTest) -> None:
    on.upload(app, ("[a](b).csv", b""))
    assert "[a](b).csv" in on.errors(app)
    assert "\\[a\\]\\(b\\)" in str(app.error[0].value)
