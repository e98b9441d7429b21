"""Hours and places follow each other on the page When, in a real browser."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.harness import DESKTOP, PHONE, Server, axe, screenshot, settle, visit

MAP = ".hotspot-map"


def open_when(page: Page, server: Server, query: str = "?period=All") -> Page:
    visit(page, f"{server.url}/when{query}")
    page.wait_for_selector("[data-drawn]", state="attached")
    settle(page)
    return page


def listed(page: Page) -> list[str]:
    return page.locator("ol.hotspots li").all_inner_texts()


def figure(page: Page, name: str) -> str:
    return page.locator(f"[data-figure='{name}']").first.inner_text()


def choose(page: Page, label: str, option: str) -> None:
    """Choose with the keyboard alone."""
    field = page.get_by_role("combobox", name=re.compile(label))
    field.focus()
    field.press("ArrowDown")
    page.keyboard.type(option)
    page.keyboard.press("Enter")
    settle(page)


def test_the_map_follows_the_hours_and_the_hours_follow_the_hotspot(
    page: Page, serve: Callable[..., Server]
) -> None:
    open_when(page, serve())
    everything, evening = listed(page), figure(page, "when.cell.Friday.22")
    choose(page, "Hours on the map", "Night, 23:00 to 07:00")
    expect(page.get_by_text("The map shows all days, 23:00 to 07:00")).to_be_visible()
    night = listed(page)
    assert night != everything
    assert page.locator(".heat td.chosen").count() == 7 * 8
    assert figure(page, "when.cell.Friday.22") == evening

    page.locator("ol.hotspots button").first.click()
    settle(page)
    name = night[0].split("\n")[1]
    expect(page.get_by_role("heading", name="Hours and weekdays in the hotspot")).to_contain_text(
        name
    )
    count = int(figure(page, "when.hotspot"))
    in_these_hours = int(re.search(r"(\d+) incidents?", night[0])[1])  # type: ignore[index]
    assert in_these_hours <= count < 1727
    assert page.locator("[data-figure='when.cell.Friday.22']").count() == 0
    chosen = page.locator("ol.hotspots button").first
    expect(chosen).to_have_attribute("aria-pressed", "true")

    # The link holds all of it.
    again = page.context.new_page()
    visit(again, page.url)
    again.wait_for_selector("[data-drawn]", state="attached")
    settle(again)
    assert figure(again, "when.hotspot") == str(count)
    assert listed(again) == night


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_when_and_methods_can_be_used_by_all(
    open_page: Callable[..., Page], serve: Callable[..., Server], size: dict, scheme: str
) -> None:
    kind = "phone" if size is PHONE else "desktop"
    page = open_when(open_page(size, color_scheme=scheme), serve(), "?when-table=true")
    assert axe(page) == []
    screenshot(page, f"when-{kind}-{scheme}", full_page=True)
    width = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert width <= 0
    visit(page, f"{serve().url}/methods")
    page.get_by_role("heading", name="Accessibility").wait_for()
    assert axe(page) == []
    screenshot(page, f"methods-{kind}-{scheme}", full_page=True)
