"""The page Trends in a real browser: links, the keyboard, and nothing that axe finds."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.harness import DESKTOP, PHONE, Server, axe, screenshot, settle, visit

SECTIONS = ("Incidents", "Strands", "Repeat victims", "Victims", "Beside London")


def open_trends(page: Page, server: Server, query: str = "") -> Page:
    visit(page, f"{server.url}/trends{query}")
    page.locator("[data-testid=stMain] img").first.wait_for()
    settle(page)
    return page


def test_what_is_shown_stands_in_the_link_and_is_chosen_with_the_keyboard(
    page: Page, serve: Callable[..., Server]
) -> None:
    open_trends(page, serve())
    strands = page.get_by_role("radio", name="Strands")
    strands.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Mentions of each strand")).to_be_visible()
    expect(page.locator("[data-figure='fy.2017/18.strand.race']")).to_have_text("451")
    assert page.locator("img[alt^='Race by financial year: 2015/16 384']").count() == 1
    again = page.context.new_page()
    visit(again, page.url)
    expect(again.locator("[data-figure='fy.2017/18.strand.race']")).to_have_text("451")


@pytest.mark.parametrize(
    ("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop-light", "phone-dark"]
)
def test_trends_can_be_used_by_all(
    open_page: Callable[..., Page], serve: Callable[..., Server], size: dict[str, Any], scheme: str
) -> None:
    kind = "phone" if size is PHONE else "desktop"
    page = open_trends(open_page(size, color_scheme=scheme), serve())
    for section in SECTIONS:
        page.get_by_role("radio", name=section, exact=True).click()
        settle(page)
        page.locator("[data-testid=stMain] img").first.wait_for()
        screenshot(page, f"trends-{section.split()[0].lower()}-{kind}-{scheme}", full_page=True)
        assert axe(page) == [], section
        width = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
        assert width <= size["viewport"]["width"], section
