"""The presenter view in a real browser: keys, touch, colours, and how it is left."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.harness import PHONE, Server, axe, screenshot, settle, visit

LAST = re.compile("Slide 5 of 5: Method")


@pytest.fixture(scope="module")
def server(serve: Callable[..., Server]) -> Server:
    return serve()


def presented(page: Page, server: Server) -> Locator:
    """Open the briefing and present it."""
    visit(page, server.url)
    page.get_by_role("button", name="Present", exact=True).click()
    settle(page)
    view = page.get_by_role("dialog", name=re.compile("presenter view"))
    expect(view).to_be_visible()
    return view


def at(view: Locator, number: int) -> None:
    expect(view.get_by_role("status")).to_contain_text(f"Slide {number} of 5")
    expect(view.get_by_role("article")).to_have_count(1)


def test_keys_go_through_all_slides_and_escape_leaves(page: Page, server: Server):
    view = presented(page, server)
    at(view, 1)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    steps = [("ArrowRight", 2), ("PageDown", 3), (" ", 4), ("ArrowLeft", 3), ("PageUp", 2)]
    steps += [("End", 5), ("ArrowRight", 5), ("Home", 1), ("ArrowLeft", 1)]
    for key, number in steps:
        page.keyboard.press(key)
        at(view, number)
    assert asked == []
    assert axe(page) == []
    screenshot(page, "presenter-light")
    page.keyboard.press("Escape")
    expect(view).to_have_count(0)
    expect(page.get_by_role("button", name="Present", exact=True)).to_be_enabled()


def test_it_says_what_the_page_says_and_opens_again(page: Page, server: Server):
    view = presented(page, server)
    shown = view.locator("[data-figure='incidents']").first.inner_text()
    headline = view.get_by_role("heading", level=2).inner_text()
    view.get_by_role("button", name="Next slide").click()
    at(view, 2)
    view.get_by_role("button", name=re.compile("Close")).click()
    expect(view).to_have_count(0)
    settle(page)
    on_page = page.locator(".cards [data-figure='incidents']").first
    expect(on_page).to_have_text(shown)
    expect(page.get_by_text(headline).first).to_be_visible()
    page.get_by_role("button", name="Present", exact=True).click()
    settle(page)
    at(page.get_by_role("dialog", name=re.compile("presenter view")), 1)


def test_dark_colours_and_the_last_slide(open_page: Callable[..., Page], server: Server):
    page = open_page(color_scheme="dark")
    view = presented(page, server)
    stage = view.locator(".stage")
    expect(stage).to_have_class(re.compile("dark"))
    page.keyboard.press("End")
    expect(view.get_by_role("status")).to_have_text(LAST)
    assert axe(page) == []
    view.get_by_role("button", name="Light colours").click()
    expect(stage).not_to_have_class(re.compile("dark"))


def test_touch_on_a_phone(open_page: Callable[..., Page], server: Server):
    page = open_page(PHONE)
    view = presented(page, server)
    swipe = """([stage, from, to]) => {
      for (const [type, x] of [["touchstart", from], ["touchend", to]]) {
        const touch = new Touch({ identifier: 1, target: stage, clientX: x, clientY: 300 });
        stage.dispatchEvent(new TouchEvent(type, { changedTouches: [touch], bubbles: true }));
      }
    }"""
    stage = view.locator(".stage").element_handle()
    page.evaluate(swipe, [stage, 300, 100])
    at(view, 2)
    page.evaluate(swipe, [stage, 100, 130])
    at(view, 2)
    page.evaluate(swipe, [stage, 100, 300])
    at(view, 1)
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not wide
    screenshot(page, "presenter-phone")
