"""Packs taken from the page, and the web page among them opened as from a memory stick."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dashboard.maps.model import MapModel
from dashboard.packs.formats import pack_bytes
from dashboard.packs.sections import Note, PackOptions
from tests.browser.harness import PHONE, Server, Watch, axe, screenshot, settle, visit
from tests.dashboard.maps.samples import HOSTILE, model
from tests.dashboard.packs.samples import brief, with_texts


@pytest.fixture(scope="module")
def drawn() -> MapModel:
    return model()


def open_file(page: Page, file: Path) -> list[str]:
    """Open the file and wait until its map is drawn; give all that it asked for."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    drawn = page.locator(".hotspot-map")
    expect(drawn).to_have_attribute("data-drawn", re.compile("^whole:0:"))
    return [url for url in asked if not url.startswith("data:")]


def taken(page: Page) -> tuple[str, str]:
    """Take a pack; give the name of the file and what is in it."""
    page.get_by_role("button", name="Take away").click()
    with page.expect_download(timeout=60_000) as waiting:
        page.get_by_role("button", name="Download the pack").click()
    page.keyboard.press("Escape")
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_text()


def test_a_pack_is_made_on_the_click_and_says_what_the_page_says(
    page: Page, serve: Callable[..., Server], tmp_path: Path
):
    visit(page, f"{serve().url}?pack-format=CSV%2C+all+figures+in+one+table")
    shown = page.locator(".cards [data-figure='incidents']").first.inner_text()
    name, text = taken(page)
    assert name == "briefing-2017-18-demonstration-partner.csv"
    assert f"incidents,summary,Incidents,Figure,{shown}," in text
    assert ",partner,2017/18," in text
    # A file of exact figures has to be asked for twice.
    page.get_by_role("button", name="Take away").click()
    expect(page.get_by_role("radio", name="Exact figures")).to_have_count(0)
    page.keyboard.press("Escape")
    page.get_by_text("Files with exact figures", exact=True).click()
    settle(page)
    page.get_by_role("button", name="Take away").click()
    page.get_by_role("radiogroup").get_by_text("Exact figures").click()
    settle(page)
    expect(page.get_by_text("can point to a single person")).to_be_visible()
    page.keyboard.press("Escape")
    name, text = taken(page)
    assert name == "briefing-2017-18-demonstration-exact.csv"
    assert f"incidents,summary,Incidents,Figure,{shown}," in text
    assert ",partner," not in text


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_web_page_works_offline_for_everybody(
    open_page: Callable[..., Page], tmp_path: Path, drawn: MapModel, scheme: str
):
    file = tmp_path / "pack.html"
    file.write_bytes(pack_bytes(brief(drawn, is_demonstration=True), ".html"))
    page = open_page(color_scheme=scheme)
    assert set(open_file(page, file)) == {file.as_uri()}
    assert axe(page) == []
    page.get_by_role("radio", name="By month").check()
    expect(page.locator(".hotspot-map")).to_have_attribute("data-drawn", re.compile("^steps:"))
    expect(page.get_by_role("region", name="Incidents by ward").get_by_role("row")).to_have_count(
        25
    )
    screenshot(page, f"pack-{scheme}", full_page=True)


def test_the_web_page_fits_a_phone(open_page: Callable[..., Page], tmp_path: Path, drawn: MapModel):
    file = tmp_path / "pack.html"
    file.write_bytes(pack_bytes(brief(drawn), ".html"))
    page = open_page(PHONE)
    open_file(page, file)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    screenshot(page, "pack-phone", full_page=True)


def test_no_text_of_the_data_runs(page: Page, watch: Watch, tmp_path: Path, drawn: MapModel):
    for number, text in enumerate(HOSTILE):
        file = tmp_path / f"{number}.html"
        options = PackOptions(notes=(Note(text, text),))
        file.write_bytes(pack_bytes(with_texts(brief(drawn), text), ".html", options))
        open_file(page, file)
        assert page.evaluate("window.hit === undefined"), text
    watch.check()
