"""The page Hotspots in a real browser, with every other host blocked."""

import json
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from playwright.sync_api import Page, WebSocket, expect

from dashboard.maps.classify import SURFACE_COLOURS, WARD_COLOURS
from tests.browser import map_page as on
from tests.browser.harness import PHONE, Server
from tests.sample_files import SYNTHETIC_MONTHS

HOTSPOTS = "/hotspots"
INCIDENTS = 555
"""Of the last twelve months of the demonstration data."""


@pytest.fixture
def demo(page: Page, serve: Callable[..., Server]) -> Page:
    return on.open_map(page, serve().url + HOTSPOTS)


def test_the_map_the_table_and_the_words_say_the_same(demo: Page) -> None:
    assert f"{INCIDENTS} incidents" in on.sentence(demo)
    assert "Shepherd's Bush Green (94)" in on.sentence(demo)
    line = on.caption(demo)
    for part in ("Incidents by ward", "Apr 2017 to Mar 2018", "synthetic", "550 located"):
        assert part in line
    expect(demo.get_by_text("Demonstration data, synthetic.")).to_be_visible()
    figures = {name: int(text.replace(",", "")) for name, text in on.table(demo).items()}
    assert figures["Not located"] == 5
    assert figures["Outside the borough"] == 0
    assert sum(figures.values()) == INCIDENTS


def test_the_map_is_drawn_in_the_colours_of_its_legend(demo: Page) -> None:
    area = demo.locator(".hotspot-map .map").bounding_box()
    assert area
    demo.mouse.move(area["x"] + area["width"] * 0.36, area["y"] + area["height"] * 0.2)
    tip = demo.locator(".leaflet-tooltip.tip")
    expect(tip).to_contain_text("College Park and Old Oak")
    expect(tip).to_contain_text(f"{on.table(demo)['College Park and Old Oak']} incidents")
    pixels = on.map_pixels(demo)
    assert all(on.share_of(pixels, colour) > 0.002 for colour in WARD_COLOURS)
    on.choose(demo, "fill", "density")
    pixels = on.map_pixels(demo)
    assert on.share_of(pixels, SURFACE_COLOURS[0]) > 0.01
    assert on.share_of(pixels, WARD_COLOURS[2], tolerance=8) < 0.004
    bar = on.scale_bar(demo)
    first = demo.locator("ol.hotspots button").first
    first.click()
    expect(first).to_have_attribute("aria-pressed", "true")
    expect(demo.locator(".leaflet-control-scale-line")).not_to_have_text(bar)
    demo.get_by_role("button", name="Whole borough").click()
    expect(demo.locator(".leaflet-control-scale-line")).to_have_text(bar)


def test_a_new_setting_changes_the_hotspots_and_keeps_the_view(demo: Page) -> None:
    on.choose(demo, "mode", "steps")
    on.go_to(demo, 7)
    demo.get_by_role("button", name="Zoom in").click()
    demo.wait_for_timeout(600)
    before, bar, drawn = on.hotspot_list(demo), on.scale_bar(demo), on.wait_until_drawn(demo)
    on.set_number(demo, "Bandwidth (m)", 450)
    assert "bandwidth 450 m" in demo.locator(".side").inner_text()
    assert on.hotspot_list(demo) != before
    assert on.scale_bar(demo) == bar
    assert on.wait_until_drawn(demo).startswith("steps:7:")
    assert on.wait_until_drawn(demo) != drawn
    before = on.hotspot_list(demo)
    on.pick(demo, "Found by", "DBSCAN")
    assert on.hotspot_list(demo) != before
    assert "DBSCAN: at least" in demo.locator(".side").inner_text()


def test_own_files_are_read_and_those_that_cannot_be_say_why(demo: Page) -> None:
    month = next(iter(sorted(SYNTHETIC_MONTHS.rglob("*street.csv"))))
    rows = len(pd.read_csv(month))
    demo.get_by_label("Data", exact=True).click()
    demo.get_by_role("option", name="Your own files").click()
    demo.locator("input[type=file]").set_input_files(month)
    expect(demo.locator("p.caption")).to_contain_text(month.name)
    on.wait_until_drawn(demo)
    assert f"{rows:,} incidents" in on.sentence(demo)
    assert month.name in on.caption(demo)
    assert not demo.get_by_text("Demonstration data, synthetic.").is_visible()
    expect(demo.get_by_text("How the files were read")).to_be_visible()
    broken = {"empty": b"", "column": b"a,b\n1,2\n", "not a text file": b"\x00\x01\x02" * 50}
    for message, content in broken.items():
        name = f"broken-{len(content)}.csv"
        file = {"name": name, "mimeType": "text/csv", "buffer": content}
        demo.get_by_role("button", name=re.compile("^Remove ")).last.click()
        demo.locator("input[type=file]").set_input_files(file)
        alert = demo.get_by_test_id("stAlert").filter(has_text=name)
        expect(alert).to_contain_text(message)


def test_what_is_taken_away_holds_what_the_page_shows(demo: Page, tmp_path: Path) -> None:
    on.choose(demo, "mode", "whole")
    shown = {name: int(text.replace(",", "")) for name, text in on.table(demo).items()}
    file = tmp_path / "wards.csv"
    on.download(demo, "Wards, CSV").save_as(file)
    wards = pd.read_csv(file)
    assert dict(zip(wards["ward_name"], wards["value"], strict=True)) == shown
    file = tmp_path / "hotspots.geojson"
    on.download(demo, "Hotspots, GeoJSON").save_as(file)
    spots = gpd.read_file(file)
    listed = on.hotspot_list(demo)
    assert len(spots) == len(listed)
    for text, rank, name, incidents in zip(
        listed, spots["rank"], spots["name"], spots["incidents"], strict=True
    ):
        assert text.startswith(f"{rank}\n{name}\n{incidents:,} incidents")
    assert json.loads(file.read_text())["run_record"]["incidents"] == INCIDENTS
    picture = tmp_path / "map.png"
    on.download(demo, "Picture of the map, PNG").save_as(picture)
    assert picture.read_bytes().startswith(b"\x89PNG")
    single = tmp_path / "map.html"
    on.download(demo, "Whole map as one file, HTML").save_as(single)
    other = demo.context.new_page()
    other.goto(single.as_uri())
    text = other.locator("body").text_content() or ""
    for ward, figure in on.table(demo).items():
        assert ward in text
        assert figure in text
    layers = tmp_path / "layers.gpkg"
    on.download(demo, "Styled layers for QGIS, GeoPackage").save_as(layers)
    assert set(gpd.list_layers(layers)["name"]) == {
        "wards",
        "hotspots",
        "run_record",
        "layer_styles",
    }
    surface = tmp_path / "surface.tif"
    on.download(demo, "Density surface, GeoTIFF").save_as(surface)
    assert surface.read_bytes()[:4] in (b"II*\x00", b"MM\x00*")
    notebook = tmp_path / "a.ipynb"
    on.download(demo, "Notebook that makes these results again").save_as(notebook)
    assert json.loads(notebook.read_text())["nbformat"] == 4


def test_the_slider_moves_wards_and_hotspots_without_asking_the_server(
    page: Page, serve: Callable[..., Server]
) -> None:
    asked: list[object] = []

    def note(frame: object) -> None:
        asked.append(frame)

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", note)

    page.on("websocket", listen)
    on.open_map(page, serve().url + HOTSPOTS)
    assert asked
    on.choose(page, "mode", "steps")
    legend, view = page.locator(".legend").inner_text(), on.scale_bar(page)
    asked.clear()
    seen = []
    for frame in (0, 4, 9):
        on.go_to(page, frame)
        seen.append((on.sentence(page), tuple(on.hotspot_list(page)), on.map_pixels(page)))
    assert not asked
    sentences, lists, pictures = zip(*seen, strict=True)
    assert len(set(sentences)) == len(set(lists)) == 3
    changed = [(a != b).any(axis=-1).mean() for a, b in pairwise(pictures)]
    assert min(changed) > 0.002
    assert page.locator(".legend").inner_text() == legend
    assert on.scale_bar(page) == view
    on.go_to(page, 3)
    slider = page.get_by_label("Position in time")
    slider.focus()
    slider.press("ArrowRight")
    expect(page.locator("[data-drawn^='steps:4:']")).to_be_attached()
    assert slider.get_attribute("aria-valuetext") == page.locator("output.when").inner_text()
    on.go_to(page, 0)
    page.get_by_role("button", name="Play through time").click()
    expect(page.locator("[data-drawn^='steps:2:']")).to_be_attached()
    page.get_by_role("button", name="Pause").click()
    stopped = page.locator("output.when").inner_text()
    page.wait_for_timeout(1200)
    assert page.locator("output.when").inner_text() == stopped


def test_on_a_phone_the_list_comes_first_and_the_map_opens_over_it(
    open_page: Callable[..., Page], serve: Callable[..., Server]
) -> None:
    phone = on.open_map(open_page(PHONE), serve().url + HOTSPOTS)
    expect(phone.locator("ol.hotspots")).to_be_visible()
    expect(phone.locator(".hotspot-map .map")).to_be_hidden()
    phone.get_by_role("button", name="Open the map").click()
    expect(phone.locator(".hotspot-map .map")).to_be_visible()
    phone.wait_for_timeout(500)
    assert on.share_of(on.map_pixels(phone), WARD_COLOURS[2]) > 0.02
    phone.get_by_role("button", name="Close map").click()
    expect(phone.locator(".hotspot-map .map")).to_be_hidden()


def test_tiles_that_do_not_load_leave_the_map_as_it_is(
    page: Page, serve: Callable[..., Server], watch: object
) -> None:
    missing = "http://127.0.0.1:9/{z}/{x}/{y}.png"
    on.open_map(page, serve("--tiles", missing).url + HOTSPOTS)
    page.wait_for_timeout(500)
    assert on.share_of(on.map_pixels(page), WARD_COLOURS[0]) > 0.004
    watch.console.clear()  # type: ignore[attr-defined] - the tiles that were asked for


def test_three_settings_show_the_same_place_and_follow_each_other(
    page: Page, serve: Callable[..., Server]
) -> None:
    link = "?hotspots-show=Three+side+by+side&b-method=DBSCAN&c-method=Getis-Ord+Gi*"
    on.visit(page, serve().url + HOTSPOTS + link)
    expect(page.locator("[data-drawn]")).to_have_count(3)
    on.settle(page, 1500)
    bars = page.locator(".leaflet-control-scale-line")
    whole = bars.all_inner_texts()
    assert len(set(whole)) == 1
    for _ in range(3):
        page.get_by_role("button", name="Zoom in").nth(1).click()
        page.wait_for_timeout(500)
    expect(bars.nth(0)).not_to_have_text(whole[0])
    assert len(set(bars.all_inner_texts())) == 1
    lists = [box.inner_text() for box in page.locator("ol.hotspots").all()]
    assert len(set(lists)) == 3
    expect(page.get_by_role("heading", name="How far the settings agree")).to_be_visible()


def test_a_closer_look_is_computed_when_asked_and_stands_in_the_link(demo: Page) -> None:
    on.pick(demo, "Question", "Search radius: k-distance curve")
    picture = demo.get_by_alt_text("Curve of the distance within which 20 incidents lie")
    expect(picture).to_be_visible()
    demo.reload()
    on.wait_until_drawn(demo)
    expect(picture).to_be_visible()
