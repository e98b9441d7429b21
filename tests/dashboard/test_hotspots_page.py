"""The page Hotspots without a browser: every control of every method, comparison, own files."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import boundaries
from boundaries.columns import WARD_NAME
from dashboard.hotspots.closer import LOOKS
from dashboard.hotspots.maps import map_over_time
from dashboard.hotspots.methods import ABOUT, METHODS, Method
from dashboard.hotspots.presets import PRESETS
from dashboard.map_results import WardResults, map_results, ward_results, whole_period
from dashboard.maps.payload import encode
from dashboard.settings import MapSettings
from geo import demonstration
from geo.frames import FrameParams
from geo.grids.gistar_params import GiStarParams
from geo.hotspots.params import HotspotParams
from geo.params import Params
from geo.selection import Selection
from geo.surfaces.chance import ChanceParams
from geo.surfaces.density import DensityParams
from tests.dashboard import app_pages as on

SOURCE = "Demonstration data, synthetic"
YEAR = Selection(start=date(2017, 4, 1), end=date(2018, 3, 31))
DEFAULT = MapSettings(selection=YEAR, vintage="2002")
"""The demonstration data ends in March 2018, under the wards of 2002; a year is shown."""
BY_YEAR = {"map-step": "Financial year"}
"""Fewer frames to make, where a test is not about them."""
ONE_FRAME = replace(DEFAULT, frames=FrameParams("fy", 1))
KINDS = ("selectbox", "number_input", "toggle", "multiselect")
RUNS = 60
"""At most so often the page is run until work beside it is done."""
TWO = {"hotspots-show": "Two side by side"}
THREE = {
    "hotspots-show": "Three side by side",
    "b-method": "DBSCAN",
    "c-method": "Getis-Ord Gi*",
}


checked = on.checked


def start(link: dict[str, str] | None = None) -> AppTest:
    return on.opened("hotspots", **(link or {}))


@pytest.fixture
def app() -> AppTest:
    return start()


@pytest.fixture(scope="module")
def looking() -> AppTest:
    """Open the page once for all closer looks."""
    return start(BY_YEAR | {"predicts-n_dates": "3"})


@pytest.fixture(scope="module")
def own() -> AppTest:
    """Open the page once for all own files."""
    return start({"data": on.OWN_FILES})


def shown_with(own: AppTest, *files: tuple[str, bytes]) -> AppTest:
    return on.drop_in_sidebar(own, *files)


def control(app: AppTest, name: str) -> Any:
    """Give a control by its name in the link."""
    found = (one for kind in KINDS for one in app.get(kind))
    return next(one for one in found if one.key == name)  # type: ignore[attr-defined]


def put(app: AppTest, name: str, value: Any) -> AppTest:
    return put_all(app, {name: value})


def put_all(app: AppTest, values: dict[str, Any]) -> AppTest:
    """Set controls and run the page once."""
    for name, value in values.items():
        control(app, name).set_value(value)
    return checked(app.run())


def parts(app: AppTest) -> list[dict[str, Any]]:
    """Give what the page hands to its maps in the browser."""
    return [json.loads(part.proto.bytes) for part in app.main.get("bidi_component")]  # type: ignore[attr-defined]


def shown(app: AppTest, letter: str = "a") -> tuple[str, str]:
    """Give the identities of what a map shows: of the whole period, and with its slider."""
    key, found = f"map-{letter}", parts(app)
    whole = next(part["id"] for part in found if part.get("asks", {}).get("key") == key)
    return whole, next(part["id"] for part in found if part.get("of") == key)


def identity(settings: MapSettings, *, with_time: bool = False) -> str:
    """Give the identity of the map that settings make, without the page."""
    incidents = demonstration.load()
    if with_time:
        made = map_over_time(incidents, settings, SOURCE, None)[1]
    else:
        wards = wards_of(settings.of_wards())
        made = encode(whole_period(incidents, settings, wards, source=SOURCE, tiles=None).model)
    return str(json.loads(made)["id"])


@cache
def wards_of(settings: MapSettings) -> dict[str, WardResults]:
    return ward_results(demonstration.load(), settings)


def views(app: AppTest) -> dict[str, Any]:
    """Give the views of the only map."""
    found = parts(app)
    assert len(found) == 2, on.errors(app)
    return found[1]["views"]  # type: ignore[no-any-return]


def ward_values(app: AppTest) -> dict[str, float | None]:
    base = parts(app)[1]["base"]
    names = [*(ward["name"] for ward in base["wards"]), *base["extra_rows"]]
    return dict(zip(names, views(app)["whole"]["values"][0], strict=True))


def another(kind: type[Params]) -> Iterator[tuple[str, Any]]:
    """Give for every setting of a class a value that is not its default."""
    for spec in kind.specs():
        if spec.optional:
            yield spec.name, int(spec.low) + 7 if spec.whole else spec.low + 7 * spec.step
        elif spec.default + 2 * spec.step <= spec.high:
            yield spec.name, type(spec.default)(spec.default + 2 * spec.step)
        else:
            yield spec.name, spec.low
    for option in kind.choices():
        # A test for cold cells alone finds no hotspots, so that is not offered.
        words = [word for word in option.options if word not in (option.default, "less")]
        yield option.name, words[-1]


def of_method(method: Method, params: Params) -> MapSettings:
    other = None if isinstance(params, DensityParams) else params
    density = params if isinstance(params, DensityParams) else DensityParams()
    return replace(ONE_FRAME, density=density, other=other)


def test_the_page_opens_with_the_defaults(app: AppTest) -> None:
    assert shown(app) == (identity(DEFAULT), identity(DEFAULT, with_time=True))
    assert [title.value for title in app.title] == ["Hotspots"]
    assert "Demonstration data, synthetic." in str(app.main.get("html")[0].proto.body)
    every_warning_stands_on_the_page_once(app)


def every_warning_stands_on_the_page_once(app: AppTest) -> None:
    results = map_results(demonstration.load(), DEFAULT, wards_of(DEFAULT.of_wards()), source="")
    assert len(results.warnings) == len(set(results.warnings)) >= 2
    box = next(box for box in app.main.expander if box.label.startswith("What to know"))
    assert box.label.endswith(f"({len(results.warnings)})")
    assert len(box.markdown) == 1
    assert notes(app).splitlines() == [f"- {warning}" for warning in results.warnings]


@pytest.mark.parametrize("method", METHODS)
def test_every_setting_of_a_method_changes_what_it_says_and_nothing_else(method: Method) -> None:
    about = ABOUT[method]
    app = start(BY_YEAR | {"a-method": method})
    assert shown(app)[0] == identity(of_method(method, about.params()))
    changes = dict(another(about.params))
    simulations = {name: changes.pop(name) for name in ("runs", "seed") if name in changes}
    back: dict[str, Any] = {}
    for name, value in changes.items():
        key = f"a-{about.prefix}-{name}"
        before = {key: control(app, key).value}
        put_all(app, back | {key: value})
        back = before
        expected = about.params(**{name: value})
        assert shown(app)[0] == identity(of_method(method, expected)), name
    if simulations:
        put_all(app, back | {f"a-{about.prefix}-p_value": "permutation"})
        put_all(app, {f"a-{about.prefix}-{name}": value for name, value in simulations.items()})
        both = GiStarParams(p_value="permutation", **simulations)
        assert shown(app)[0] == identity(of_method(method, both))


def test_what_may_be_called_a_hotspot_is_set_as_it_says() -> None:
    app = start(BY_YEAR)
    of_cut = {"area_share_pct": "area", "level_per_km2": "level", "incident_share_pct": "incidents"}
    back: dict[str, Any] = {}
    for name, value in another(HotspotParams):
        if name in ("cut", "only_significant"):
            continue
        cut = of_cut.get(name, "area")
        put_all(app, back | {"a-hotspots-cut": cut})
        put(app, f"a-hotspots-{name}", value)
        expected = HotspotParams(cut=cut, **{name: value})  # type: ignore[arg-type]
        assert shown(app)[0] == identity(replace(ONE_FRAME, hotspots=expected)), name
        back = {f"a-hotspots-{name}": HotspotParams.spec(name).default}


def test_wards_and_time_are_set_for_all_maps() -> None:
    app = start(TWO)
    changes: dict[str, tuple[Any, MapSettings]] = {
        "map-measure": ("rate", replace(DEFAULT, measure="rate")),
        "map-classes": ("quantiles", replace(DEFAULT, scheme="quantiles")),
        "map-window-month": (6, replace(DEFAULT, frames=FrameParams("month", 6))),
        "map-step": ("quarter", replace(DEFAULT, frames=FrameParams("quarter", 1))),
    }
    back: dict[str, Any] = {}
    for name, (value, settings) in changes.items():
        before = {name: control(app, name).value}
        put_all(app, back | {name: value})
        back = before
        assert shown(app, "a") == shown(app, "b")
        assert shown(app)[1] == identity(settings, with_time=True), name


def test_a_test_of_chance_gives_p_values_and_can_cut_the_land() -> None:
    app = start(BY_YEAR | {"a-chance": "true", "a-chance-runs": "99"})
    chance = ChanceParams(runs=99, vintage="2002")
    settings = replace(ONE_FRAME, chance=chance)
    assert until_done(app, identity(settings)) == identity(settings)
    assert views(app)["whole"]["hotspots"][0][0]["facts"].split(". ")[-1].startswith("p ")
    put_all(app, {"a-chance-correction": "maximum", "a-hotspots-only_significant": "yes"})
    strict = replace(
        settings,
        chance=replace(chance, correction="maximum"),
        hotspots=HotspotParams(only_significant="yes"),
    )
    assert until_done(app, identity(strict)) == identity(strict)
    put(app, "a-method", "Getis-Ord Gi*")
    assert "a-chance" not in {one.key for one in app.get("toggle")}


def until_done(app: AppTest, expected: str) -> str:
    """Run the page until work beside it is done."""
    for _ in range(RUNS):
        if shown(app)[0] == expected:
            break
        checked(app.run())
    return shown(app)[0]


# ---- settings side by side -----------------------------------------------------------------------


def test_three_settings_stand_side_by_side_each_with_its_own_controls() -> None:
    app = start(BY_YEAR | THREE)
    asks = [part["asks"] for part in parts(app) if "asks" in part]
    assert [one["title"] for one in asks] == ["A: Density", "B: DBSCAN", "C: Getis-Ord Gi*"]
    assert len({one["sync"] for one in asks}) == 1
    assert asks[0]["sync"]
    put(app, "b-dbscan-eps_m", 250)
    assert shown(app, "a")[0] == identity(ONE_FRAME)
    assert shown(app, "b")[0] == identity(
        replace(ONE_FRAME, other=ABOUT["DBSCAN"].params(eps_m=250))  # type: ignore[call-arg]
    )
    land = on.labelled(app, "Land and incidents that two settings share")
    assert land.index.tolist() == [
        "A: Density / B: DBSCAN",
        "A: Density / C: Getis-Ord Gi*",
        "B: DBSCAN / C: Getis-Ord Gi*",
    ]
    ranks = on.labelled(app, "Ranks of paired hotspots")
    assert ranks.index[0].startswith("A: Density: 1. ")


def test_a_setting_is_copied_to_another_and_presets_take_its_place() -> None:
    app = start(BY_YEAR | TWO | {"a-density-bandwidth_m": "325", "b-method": "DBSCAN"})
    assert shown(app, "a") != shown(app, "b")
    on.press(app, "Copy setting A to B")
    checked(app)
    assert shown(app, "a") == shown(app, "b")
    assert control(app, "b-density-bandwidth_m").value == 325
    app.button(key="preset b Crowded places, loosely").click()
    checked(app.run())
    loose = ABOUT["DBSCAN"].params(eps_m=250, min_incidents=8)  # type: ignore[call-arg]
    assert shown(app, "b")[0] == identity(replace(ONE_FRAME, other=loose))
    assert control(app, "a-density-bandwidth_m").value == 325


def test_every_preset_is_of_controls_that_take_its_values(looking: AppTest) -> None:
    app = looking
    for preset in PRESETS:
        if "chance" in preset.controls:
            continue  # tested above
        app.button(key=f"preset a {preset.name}").click()
        checked(app.run())
        for name, value in preset.values().items():
            assert control(app, name).value == value, (preset.name, name)
        assert not app.error, preset.name
        hotspots = parts(app)[0]["views"]["whole"]["hotspots"][0]
        assert len(hotspots) > 0, preset.name


# ---- a closer look -------------------------------------------------------------------------------


@pytest.mark.parametrize("look", LOOKS)
def test_every_closer_look_says_draws_and_tabulates(look: str, looking: AppTest) -> None:
    quick = {"chance": ("look-chance-runs", 19), "near-repeat": ("near-repeat-runs", 99)}
    app = looking
    if look in quick:
        # Set before it is asked, so that nothing is begun with the defaults.
        name, value = quick[look]
        app.session_state[name] = value
    put(app, "hotspots-look", look)
    for _ in range(RUNS):
        pictures = [p for p in bodies(app) if "<img" in p]
        if pictures:
            break
        checked(app.run())
    assert len(pictures) == 1
    assert 'alt="' in pictures[0]
    box = next(box for box in app.main.expander if box.label.startswith("The figures as a table"))
    (table,) = on.tables(box)
    assert len(table) > 0
    labels = {button.label for button in app.main.get("download_button")}
    assert {"Picture, SVG", "Run record, JSON", "CSV table"} <= labels
    assert not app.error


def bodies(app: AppTest) -> list[str]:
    return [str(element.proto.body) for element in app.main.get("html")]  # type: ignore[attr-defined]


def test_a_closer_look_at_one_incident_says_what_is_wrong(own: AppTest) -> None:
    app = shown_with(own, ("one.csv", on.csv_file(rows_at(points_of("Addison"), "2023-05-01"))))
    said = {}
    for look in LOOKS:
        put(app, "hotspots-look", look)
        for _ in range(RUNS):
            said[look] = [*on.errors(app).splitlines(), *sentences(app)]
            if said[look]:
                break
            checked(app.run())
        assert said[look], look
    assert said["emerging"][0].startswith("There is 1 step, and a history needs at least 10")
    assert said["near-repeat"] == [
        "Fewer than two incidents have a known day and place, so none can follow another."
    ]
    put(app, "hotspots-look", "Nothing yet")


def sentences(app: AppTest) -> list[str]:
    """Give what a closer look says in large type."""
    headings = {"**Figures**", "**Maps**", "**For QGIS and notebooks**"}
    texts = [str(text.value) for text in app.main.markdown]
    bold = [text for text in texts if text.startswith("**") and text not in headings]
    return [on.shown(text).strip("*") for text in bold]


# ---- what it says --------------------------------------------------------------------------------


def test_a_selection_without_incidents_is_a_map_without_figures(app: AppTest) -> None:
    put(app, "kind", "incident")
    assert set(ward_values(app).values()) == {0}
    assert "no incidents" in views(app)["whole"]["sentences"][0]
    assert "nothing to show" in notes(app)


def notes(app: AppTest) -> str:
    """Give what the page says to know about its figures."""
    box = next(box for box in app.main.expander if box.label.startswith("What to know"))
    return on.shown(box.markdown[0].value)


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


def test_own_files_take_the_place_of_the_demonstration_data(own: AppTest) -> None:
    points = points_of("Sands End", "Sands End", "Ravenscourt")
    app = shown_with(own, ("one.csv", on.csv_file(rows_at(points, *["2023-05-01"] * 3))))
    values = ward_values(app)
    assert (values["Sands End"], values["Ravenscourt"]) == (2, 1)
    assert sum(values.values()) == 3
    assert parts(app)[1]["source"] == "one.csv"
    assert parts(app)[1]["base"]["id"] == "2022"
    assert not any("synthetic" in str(element.proto.body) for element in app.main.get("html"))


def test_several_files_are_one_data_set(own: AppTest) -> None:
    one = on.csv_file(rows_at(points_of("Sands End"), "2023-05-01"))
    other = on.csv_file(rows_at(points_of("Ravenscourt"), "2023-06-01"))
    app = shown_with(own, ("one.csv", one), ("other.csv", other))
    values = ward_values(app)
    assert (values["Sands End"], values["Ravenscourt"]) == (1, 1)
    assert parts(app)[1]["source"] == "one.csv, other.csv"


def test_one_row_is_one_incident_in_one_frame(own: AppTest) -> None:
    rows = rows_at(points_of("Addison"), "2023-05-01T12:30")
    app = shown_with(own, ("one.csv", on.csv_file(rows)))
    assert ward_values(app)["Addison"] == 1
    assert set(views(app)) == {"whole"}
    assert "1 incident. Highest: Addison (1)." in views(app)["whole"]["sentences"][0]


def test_one_ward_only(own: AppTest) -> None:
    points = points_of("Addison") * 30
    times = pd.date_range("2023-01-01", periods=30, freq="5D").strftime("%Y-%m-%d")
    app = shown_with(own, ("ward.csv", on.csv_file(rows_at(points, *times))))
    values = ward_values(app)
    assert {name: value for name, value in values.items() if value} == {"Addison": 30}
    frames = views(app)["steps"]
    assert len(frames["frames"]) == len(frames["values"]) == len(frames["hotspots"]) == 3


def test_one_day_only(own: AppTest) -> None:
    points = points_of("Addison", "Avonmore", "Brook Green", "Sands End") * 5
    times = [f"2023-05-01 {hour:02d}:15" for hour in range(20)]
    app = shown_with(own, ("day.csv", on.csv_file(rows_at(points, *times))))
    assert views(app)["whole"]["frames"] == ["May 2023"]
    assert set(views(app)) == {"whole"}
    assert sum(ward_values(app).values()) == 20


def test_a_file_with_nothing_located(own: AppTest) -> None:
    nowhere = [("", "")] * 12
    times = [f"2023-{month:02d}-01" for month in range(1, 13)]
    app = shown_with(own, ("nowhere.csv", on.csv_file(rows_at(nowhere, *times))))
    values = ward_values(app)
    assert {name: value for name, value in values.items() if value} == {"Not located": 12}
    view = views(app)["steps"]
    assert view["hotspots"] == [[]] * len(view["frames"])
    assert "No incident is located in the borough" in notes(app)


def test_everything_outside_the_borough(own: AppTest) -> None:
    app = shown_with(
        own, ("leeds.csv", on.csv_file(rows_at([(430000, 433000)] * 3, *["2023-05-01"] * 3)))
    )
    values = ward_values(app)
    assert {name: value for name, value in values.items() if value} == {"Outside the borough": 3}


def test_rejected_rows_are_shown_with_the_reason(own: AppTest) -> None:
    points = [*points_of("Sands End", "Ravenscourt"), *points_of("Addison")]
    rows = rows_at(points, "2023-05-01", "last Tuesday", "")
    app = shown_with(own, ("rows.csv", on.csv_file(rows)))
    assert sum(ward_values(app).values()) == 1
    report = next(box for box in app.main.expander if "How the files were read" in box.label)
    assert "3 rows read from 1 file: 1 used, 2 rejected." in on.shown(report.label)
    assert report.proto.expanded
    files, problems = on.tables(report)
    assert files.loc["rows.csv", ["Rows read", "Used", "Rejected"]].tolist() == ["3", "1", "2"]
    assert problems["row"].tolist() == ["3", "4"]
    assert problems["found"].tolist()[0] == "last Tuesday"
    assert problems["remedy"].str.len().min() > 0
    assert "row_values" not in problems


def test_a_clean_file_keeps_its_report_closed(own: AppTest) -> None:
    app = shown_with(own, ("one.csv", on.csv_file(rows_at(points_of("Addison"), "2023-05-01"))))
    report = next(box for box in app.main.expander if "How the files were read" in box.label)
    assert not report.proto.expanded


BROKEN = {
    "nothing in it": (b"", "empty"),
    "only a header": (b"Date,Easting,Northing\n", "row"),
    "other columns": (b"a,b\n1,2\n", "column"),
    "bytes that are no text": (bytes(range(256)) * 20, "not a text file"),
    "no row usable": (b"Date,Easting,Northing\nlong ago,1,2\n", "date"),
}


BROKEN_FILES = {
    f"{name} {content[:4]!r}": (name, content)
    for name in ("broken.xlsx", "broken.zip")
    for content in (b"", b"PK\x03\x04" + b"\x00" * 60, b"plain text")
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_file_that_cannot_be_used_says_why_and_shows_no_map(own: AppTest, kind: str) -> None:
    content, said = BROKEN[kind]
    app = shown_with(own, ("broken.csv", content))
    assert not parts(app)
    assert len(app.error) == 1
    assert said in on.errors(app)
    assert "broken.csv" in on.errors(app) or "No row could be used" in on.errors(app)
    assert [header.value for header in app.header] == ["No data on show"]


@pytest.mark.parametrize("kind", BROKEN_FILES)
def test_broken_workbooks_and_archives_say_so(own: AppTest, kind: str) -> None:
    app = shown_with(own, BROKEN_FILES[kind])
    assert not parts(app)
    assert "broken" in on.errors(app)


def test_from_no_file_over_a_broken_one_back_to_the_demonstration() -> None:
    app = start(BY_YEAR | {"data": on.OWN_FILES})
    assert not parts(app)
    assert "Choose one or more files" in str(app.sidebar.info[0].value)
    shown_with(app, ("broken.csv", b""))
    assert app.error
    on.change(app, "Data", on.DEMONSTRATION)
    assert shown(app)[0] == identity(ONE_FRAME)
    assert not app.error


HOSTILE = "![x](http://example.org/x.png) $x$ :red[x] <b>x</b> `x`"


def test_text_from_a_file_is_shown_as_it_is_written(own: AppTest) -> None:
    rows = rows_at([*points_of("Addison"), *points_of("Addison")], "2023-05-01", HOSTILE)
    app = shown_with(own, (f"{HOSTILE}.csv", on.csv_file(rows)))
    report = next(box for box in app.main.expander if "How the files were read" in box.label)
    files, problems = on.tables(report)
    assert problems["found"].tolist() == [HOSTILE]
    assert files.index.str.endswith(".csv").all()
    texts = [str(element.value) for element in (*app.main.markdown, *app.main.get("table"))]
    assert not any("![" in text for text in texts)


def test_the_name_of_a_broken_file_is_shown_as_it_is_written(own: AppTest) -> None:
    app = shown_with(own, ("[a](b).csv", b""))
    assert "[a](b).csv" in on.errors(app)
    assert "\\[a\\]\\(b\\)" in str(app.error[0].value)
