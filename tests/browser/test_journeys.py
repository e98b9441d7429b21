"""Whole visits, one for each kind of user, as they go on a working day."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
from playwright.sync_api import Page, expect

from dashboard.packs import pdf
from geo.demonstration import load
from geo.schema import CATEGORY, EASTING, INCIDENT_ID, NORTHING, OCCURRED, STRAND_COLUMNS
from tests.browser import data_page, map_page
from tests.browser.harness import PHONE, Server, settle, visit


def delivery(month: str) -> bytes:
    """Write a month as the police might send it: invented incidents under other names."""
    frame = load().frame
    frame = frame[frame[OCCURRED].dt.strftime("%Y-%m") == month]
    strands = frame[list(STRAND_COLUMNS.values())].to_numpy()
    words = [
        "; ".join(s for s, on in zip(STRAND_COLUMNS, row, strict=True) if on) for row in strands
    ]
    out = frame[[INCIDENT_ID, OCCURRED, CATEGORY, EASTING, NORTHING]].assign(strand=words)
    out.columns = ["Crime reference", "Date and time", "Category", "Easting", "Northing", "Strand"]
    return out.to_csv(index=False).encode()


def located(page: Page) -> int:
    found = re.search(r"([\d,]+) located", map_page.caption(page))
    assert found, map_page.caption(page)
    return int(found[1].replace(",", ""))


def test_the_analyst_on_a_monday_morning(
    page: Page, serve: Callable[..., Server], tmp_path: Path
) -> None:
    """New files, find, compare, export."""
    visit(page, serve("--store", str(tmp_path / "store")).url + "/data")
    for month in ("2018-01", "2018-02"):
        data_page.drop(page, f"week to {month}.csv", delivery(month))
        source = data_page.source_field(page)
        source.fill("Police weekly extract")
        source.press("Enter")
        settle(page)
        data_page.press(page, "Add ")
        expect(page.get_by_text(re.compile(r"Import \d added \d+ incidents"))).to_be_visible()
    kept = len(data_page.table(page, "Imports"))
    assert kept == 2

    page.get_by_role("link", name="Hotspots", exact=True).click()
    map_page.wait_until_drawn(page)
    assert "Police weekly extract" in map_page.caption(page)
    n_located = located(page)
    frame = load().frame
    delivered = frame[OCCURRED].dt.strftime("%Y-%m").isin(["2018-01", "2018-02"])
    assert n_located == int(frame.loc[delivered, EASTING].notna().sum())
    first = map_page.hotspot_list(page)
    map_page.set_number(page, "Bandwidth (m)", 400)
    assert map_page.hotspot_list(page) != first
    page.keyboard.press("Alt+z")
    settle(page)
    assert map_page.hotspot_list(page) == first

    map_page.pick(page, "Show", "Two side by side")
    expect(page.locator("[data-drawn]")).to_have_count(2)
    expect(page.get_by_role("heading", name="How far the settings agree")).to_be_visible()
    link = page.url
    map_page.pick(page, "Show", "One setting")
    map_page.wait_until_drawn(page)

    layers, notebook = tmp_path / "layers.gpkg", tmp_path / "again.ipynb"
    map_page.download(page, "Styled layers for QGIS, GeoPackage").save_as(layers)
    wards = gpd.read_file(layers, layer="wards")
    assert wards.filter(regex="^(value|incidents)$").iloc[:, 0].sum() >= n_located
    map_page.download(page, "Notebook that makes these results again").save_as(notebook)
    assert "Police weekly extract" not in json.loads(notebook.read_text())["metadata"]

    visit(page, link)
    expect(page.locator("[data-drawn]")).to_have_count(2)


@pytest.mark.skipif(bool(pdf.why_not()), reason=pdf.why_not())
def test_the_meeting(page: Page, serve: Callable[..., Server], tmp_path: Path) -> None:
    """Open the briefing, step through it, note a decision, take the pack."""
    visit(page, serve().url)
    map_page.wait_until_drawn(page)
    headline = page.get_by_text(re.compile("^Shepherd's Bush Green: 94 incidents in 2017/18"))
    expect(headline.first).to_be_visible()
    page.get_by_role("button", name="Present", exact=True).click()
    settle(page)
    slides = page.get_by_role("dialog", name=re.compile("presenter view"))
    for number in range(2, 6):
        page.keyboard.press("ArrowRight")
        expect(slides.get_by_role("status")).to_contain_text(f"Slide {number} of 5")
    page.keyboard.press("Escape")
    expect(slides).to_have_count(0)

    decision = "Visits at Hammersmith Broadway from 18:00 until the next meeting."
    page.get_by_role("textbox", name="What was said or decided").fill(decision)
    page.get_by_role("textbox", name="Role (optional)").fill("Chair")
    page.keyboard.press("Tab")
    settle(page)
    data_page.press(page, "Keep it")
    expect(page.locator("p.note")).to_have_text(decision)
    page.reload()
    map_page.wait_until_drawn(page)
    expect(page.locator("p.note")).to_have_text(decision)

    page.get_by_role("button", name="Take away").click()
    page.get_by_text("With the notes of the meeting").click()
    settle(page)
    with page.expect_download(timeout=60_000) as waiting:
        page.get_by_role("button", name="Download the pack").click()
    pack = Path(waiting.value.path()).read_bytes()
    assert waiting.value.suggested_filename == "briefing-2017-18-demonstration-partner.pdf"
    assert pack.startswith(b"%PDF-")

    page.keyboard.press("Escape")
    data_page.press(page, "Remove")
    expect(page.locator("p.note")).to_have_count(0)


def test_the_manager_on_a_phone(
    open_page: Callable[..., Page], serve: Callable[..., Server]
) -> None:
    """Read the briefing, look at the map, and what is going on in one ward."""
    page = open_page(PHONE)
    visit(page, serve().url)
    map_page.wait_until_drawn(page)
    expect(page.locator("[data-figure='incidents']").first).to_have_text("555")
    listed = page.locator("ol.hotspots li").first
    listed.scroll_into_view_if_needed()
    expect(listed).to_contain_text("Hammersmith Broadway")
    page.get_by_role("button", name="Open the map").click()
    expect(page.locator(".leaflet-container").first).to_be_in_viewport()
    page.keyboard.press("Escape")

    visit(page, serve().url + "/wards?ward=Hammersmith+Broadway")
    map_page.wait_until_drawn(page)
    title = page.get_by_role("heading", name="Hammersmith Broadway in 2017/18")
    title.scroll_into_view_if_needed()
    expect(title).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
