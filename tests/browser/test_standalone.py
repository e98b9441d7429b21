"""The standalone file in a real browser, opened from disk as from a memory stick."""

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from dashboard.maps.model import MapModel
from dashboard.maps.standalone import standalone_html
from tests.browser.harness import PHONE, Watch, axe, screenshot
from tests.dashboard.maps.samples import HOSTILE, model, with_texts


@pytest.fixture(scope="module")
def drawn() -> MapModel:
    return model()


@pytest.fixture(scope="module")
def file(drawn: MapModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("stick") / "map.html"
    path.write_text(standalone_html(drawn, title="Hotspots & more"), encoding="utf-8")
    return path


def visit(page: Page, file: Path) -> list[str]:
    """Open the file and wait until it is drawn; give all addresses it asked for."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    wait_for(page, "whole:0")
    return asked


def drawn_state(page: Page) -> str:
    return page.locator(".hotspot-map").get_attribute("data-drawn") or ""


def wait_for(page: Page, state: str) -> None:
    expect(page.locator(".hotspot-map")).to_have_attribute("data-drawn", re.compile(f"^{state}:"))


def by_month(page: Page) -> None:
    page.get_by_role("radio", name="By month").check()
    wait_for(page, "steps:4")


def ward_fills(page: Page) -> list[str]:
    return page.locator("path.ward").evaluate_all("all => all.map(p => p.getAttribute('fill'))")


def colours_on_screen(page: Page) -> dict[str, int]:
    """Count the pixels of each colour on the map, from a picture of the screen."""
    png = page.locator("main .map").screenshot()
    image = Image.open(BytesIO(png)).convert("RGB")
    counted = image.getcolors(image.width * image.height) or []
    return {"#{:02x}{:02x}{:02x}".format(*colour): count for count, colour in counted}


def test_asks_for_nothing_but_itself_and_logs_nothing(page: Page, watch: Watch, file: Path):
    asked = visit(page, file)
    by_month(page)
    page.get_by_role("radio", name="Density").check()
    wait_for(page, "steps:4")
    page.wait_for_timeout(300)
    assert {url for url in asked if not url.startswith("data:")} == {file.as_uri()}
    watch.check()


def test_wards_have_the_colours_of_the_model(page: Page, file: Path, drawn: MapModel):
    visit(page, file)
    view = drawn.views["whole"]
    expected = [
        next(c.colour for c in view.scale.classes if value <= c.high)
        for value in view.values[0, : len(drawn.base.wards)]
    ]
    assert ward_fills(page) == expected


def test_map_is_drawn_in_pixels(page: Page, file: Path, drawn: MapModel):
    visit(page, file)
    view = drawn.views["whole"]
    # Wards are drawn with a fill opacity of 0.9 over the paper, so pixels are a mixture.
    wards = colours_on_screen(page)
    assert sum(1 for count in wards.values() if count > 400) >= 4
    page.get_by_role("radio", name="None").check()
    bare = colours_on_screen(page)
    assert max(bare.values()) > max(wards.values())
    page.get_by_role("radio", name="Density").check()
    expect(page.locator("img.leaflet-image-layer")).to_be_visible()
    density = colours_on_screen(page)
    gone = {colour: n for colour, n in bare.items() if n > density.get(colour, 0) + 400}
    assert gone, "the surface covers nothing"
    assert view.surface is not None


def test_borough_fills_the_map_without_being_cut(page: Page, file: Path):
    visit(page, file)
    area = page.locator("main .map").bounding_box()
    outline = page.locator("path.borough").bounding_box()
    assert area is not None
    assert outline is not None
    assert area["y"] <= outline["y"]
    assert outline["y"] + outline["height"] <= area["y"] + area["height"]
    assert outline["height"] > 0.85 * area["height"]


def test_slider_moves_wards_surface_hotspots_list_and_table_together(
    page: Page, file: Path, drawn: MapModel
):
    visit(page, file)
    by_month(page)
    page.get_by_role("radio", name="Density").check()
    view = drawn.views["steps"]
    slider = page.get_by_role("slider", name="Position in time")
    images = set()
    for frame in (4, 3, 2):
        if frame < 4:
            slider.focus()
            page.keyboard.press("ArrowLeft")
        wait_for(page, f"steps:{frame}")
        assert slider.get_attribute("aria-valuetext") == view.frames[frame]
        expect(page.locator(".sentence")).to_have_text(view.sentences[frame])
        expect(page.locator(".caption")).to_contain_text(view.located[frame])
        names = [spot.name for spot in view.hotspots[frame]]
        expect(page.locator(".hotspots li strong")).to_have_text(names)
        expect(page.locator("path.hotspot")).to_have_count(len(names))
        images.add(page.locator("img.leaflet-image-layer").get_attribute("src"))
        assert table_of(page) == values_of(drawn, frame)
    assert len(images) == 3


def table_of(page: Page) -> dict[str, str]:
    rows = page.locator(".table tbody tr").evaluate_all(
        "rows => rows.map(r => [r.cells[0].textContent, r.cells[1].textContent])"
    )
    return dict(rows)


def values_of(drawn: MapModel, frame: int) -> dict[str, str]:
    names = [*(ward.name for ward in drawn.base.wards), *drawn.base.extra_rows]
    values = drawn.views["steps"].values[frame]
    return {name: f"{value:,.0f}" for name, value in zip(names, values, strict=True)}


def test_colours_keep_their_meaning_over_time(page: Page, file: Path, drawn: MapModel):
    visit(page, file)
    by_month(page)
    page.get_by_role("radio", name="Wards").check()
    legend = page.locator(".legend").inner_text()
    view = drawn.views["steps"]
    for frame in (3, 2, 1):
        page.get_by_role("button", name="One step back").click()
        wait_for(page, f"steps:{frame}")
        expected = [
            next(c.colour for c in view.scale.classes if value <= c.high)
            for value in view.values[frame, : len(drawn.base.wards)]
        ]
        assert ward_fills(page) == expected
        assert page.locator(".legend").inner_text() == legend


def test_play_walks_through_time_and_stops(page: Page, file: Path):
    visit(page, file)
    by_month(page)
    page.get_by_role("button", name="Play through time").click()
    for frame in (0, 1):
        wait_for(page, f"steps:{frame}")
    page.get_by_role("button", name="Pause").click()
    here = drawn_state(page)
    page.wait_for_timeout(1300)
    assert drawn_state(page) == here


def test_choosing_a_hotspot_flies_to_it_and_the_view_stays_when_time_moves(page: Page, file: Path):
    visit(page, file)
    by_month(page)
    before = page.locator("path.borough").bounding_box()
    page.locator(".hotspots button").first.click()
    page.wait_for_timeout(1200)
    flown = page.locator("path.borough").get_attribute("d")
    assert before is not None
    page.get_by_role("button", name="One step back").click()
    wait_for(page, "steps:3")
    assert page.locator("path.borough").get_attribute("d") == flown


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(open_page: Callable[..., Page], file: Path, scheme: str):
    page = open_page(color_scheme=scheme)
    visit(page, file)
    assert axe(page) == []
    by_month(page)
    page.get_by_role("radio", name="Density").check()
    page.locator(".table summary").click()
    assert axe(page) == []
    screenshot(page, f"standalone-{scheme}")


def test_phone_shows_the_list_first_and_opens_the_map(open_page: Callable[..., Page], file: Path):
    page = open_page(PHONE)
    visit(page, file)
    expect(page.locator("main .map")).to_be_hidden()
    expect(page.locator(".hotspots li").first).to_be_visible()
    page.get_by_role("button", name="Open the map").click()
    expect(page.locator("main .map")).to_be_visible()
    expect(page.locator("path.ward").first).to_be_visible()
    assert axe(page) == []


def test_printed_page_holds_the_table(page: Page, file: Path):
    visit(page, file)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    expect(page.locator(".table tbody tr").first).to_be_visible()
    expect(page.locator(".controls")).to_be_hidden()


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_text_of_the_map_runs(
    page: Page, watch: Watch, tmp_path: Path, drawn: MapModel, hostile: str
):
    path = tmp_path / "hostile.html"
    path.write_text(standalone_html(with_texts(drawn, hostile), title=hostile), encoding="utf-8")
    visit(page, path)
    page.locator("input[name=mode][value=steps]").check()
    wait_for(page, "steps:4")
    for target in ("path.hotspot", "path.ward", "path.station"):
        page.locator(target).first.dispatch_event("mouseover")
    page.locator(".hotspots button").first.click()
    page.wait_for_timeout(200)
    assert page.evaluate("window.hit === undefined")
    assert page.title() == hostile
    expect(page.locator("h1")).to_have_text(hostile)
    watch.check()
