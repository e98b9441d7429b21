"""Wards, When and Trends for partners in a real browser: by keyboard, on a phone, for everybody."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.harness import PHONE, Server, axe, settle, visit


def opened(page: Page, serve: Callable[..., Server], address: str) -> Page:
    visit(page, serve("--level", "partner").url + address)
    if address.startswith("/wards"):
        page.wait_for_selector("[data-drawn]", state="attached")
        settle(page)
    return page


def test_keys_open_the_profile_of_a_ward_and_its_withheld_strands_are_words(
    page: Page, serve: Callable[..., Server]
) -> None:
    opened(page, serve, "/wards")
    page.locator("ol.hotspots [role=button], ol.hotspots button").first.focus()
    page.keyboard.press("Enter")
    settle(page)
    expect(page).to_have_url(re.compile("ward=Shepherd"))
    title = page.locator("h3").filter(has_text="Shepherd's Bush Green in 2017/18")
    expect(title).to_be_visible()
    strands = page.get_by_role("region", name="Strands, 2017/18")
    small = strands.get_by_role("row").filter(has_text="fewer than 5")
    assert small.count() >= 1
    assert small.locator("i.withheld").count() == small.count()
    assert axe(page) == []


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_hours_can_be_read_by_everybody(
    open_page: Callable[..., Page], serve: Callable[..., Server], color_scheme: str
) -> None:
    page = opened(open_page(color_scheme=color_scheme), serve, "/when?group=Disability")
    table = page.get_by_role("region", name="Incidents by hours and weekday")
    table.focus()
    expect(table).to_be_focused()
    expect(table.get_by_text("fewer than 5").first).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("by month: .*fewer than 5"))).to_be_visible()
    assert axe(page) == []


@pytest.mark.parametrize(
    "address", ["/wards?ward=Town", "/when", "/trends?trends-show=Strands&trends-by=Quarter"]
)
def test_the_pages_fit_a_phone(
    open_page: Callable[..., Page], serve: Callable[..., Server], address: str
) -> None:
    page = opened(open_page(PHONE), serve, address)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("one => one.scrollWidth <= one.clientWidth")
    heat = page.locator(".heat")
    assert heat.count() == (address == "/when")
    assert heat.evaluate_all("all => all.every(one => one.scrollWidth <= one.clientWidth)")
    expect(page.get_by_text("not shown").first).to_be_visible()
