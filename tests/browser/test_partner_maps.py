"""Maps for partners in a real browser: withheld figures are words wherever figures stand."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from geo import demonstration
from geo.disclosure.ledger import SHIPPED, FolderLedger
from tests.browser.harness import PHONE, Server, axe, settle
from tests.browser.map_page import choose, open_map


def test_the_map_of_hotspots_says_words_where_figures_are_withheld(
    page: Page, serve: Callable[..., Server]
):
    release = FolderLedger(SHIPPED).get(demonstration.load().fingerprint)
    assert release is not None
    quarters = [period for period in release.menu if period.kind == "quarter"]
    last = quarters[0]
    open_map(page, serve("--level", "partner").url + "/hotspots")
    choose(page, "mode", "quarters")
    expect(page.locator("output.when")).to_have_text(last.words)

    legend = page.locator(".legend")
    expect(legend).to_contain_text("Fewer than 5")
    expect(legend).to_contain_text("Not shown")
    page.get_by_text("Table of this map").click()
    rows = page.locator("details.table tbody tr").all_inner_texts()
    written = dict(row.split("\t")[:2] for row in rows)
    for code, name in release.areas.items():
        assert written[name] == release.count(last, "all", code).text

    names = list(release.wards)
    small = next(code for code in names if release.count(last, "all", code).why == "small")
    page.locator("path.ward").nth(names.index(small)).dispatch_event("mouseover")
    tip = page.locator(".leaflet-tooltip")
    expect(tip).to_contain_text("fewer than 5")
    expect(tip).not_to_contain_text("incidents")

    choose(page, "fill", "density")
    expect(legend).to_contain_text("Give or take 4 incidents")
    canvas = page.locator("canvas.leaflet-image-layer")
    expect(canvas).to_be_visible()
    assert axe(page) == []


def test_the_map_of_hotspots_for_partners_fits_a_phone(
    open_page: Callable[..., Page], serve: Callable[..., Server]
):
    page = open_map(open_page(PHONE), serve("--level", "partner").url + "/hotspots")
    expect(page.locator("ol.hotspots li").first).to_contain_text("incidents")
    page.get_by_role("button", name="Open the map").click()
    settle(page)
    expect(page.locator(".legend")).to_contain_text("Hotspot, with its rank")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
