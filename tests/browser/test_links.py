"""Every state of a page is a link that opens it again, in a real browser; undo, views, copying."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.harness import PHONE, Server, Watch, settle, visit

PAGES = {
    "Briefing": "/",
    "Wards": "/wards",
    "Hotspots": "/hotspots",
    "When": "/when",
    "Trends": "/trends",
    "Data": "/data",
}


@pytest.fixture
def demo(page: Page, serve: Callable[..., Server]) -> Page:
    return visit(page, serve().url + "/methods")


def sidebar(page: Page) -> Locator:
    return page.get_by_test_id("stSidebar")


def pick(page: Page, label: str, option: str) -> None:
    sidebar(page).get_by_label(label, exact=True).first.click()
    page.get_by_role("option", name=option, exact=True).click()
    page.keyboard.press("Escape")
    settle(page)


def turn_to(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).first.click()
    expect(page).to_have_title(re.compile(f"^{name} - "))
    settle(page)


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def expect_query(page: Page, wanted: dict[str, list[str]]) -> None:
    page.wait_for_function(
        "n => new Set(new URLSearchParams(location.search).keys()).size === n", arg=len(wanted)
    )
    assert query(page) == wanted


def said(page: Page) -> Locator:
    return sidebar(page).locator(".said")


def expect_against(page: Page, words: str) -> None:
    field = sidebar(page).get_by_role("combobox", name="Held against")
    expect(field).to_have_value(words)


WANTED = {"strand": ["Race", "Sexual orientation"], "against": ["A year earlier"]}


def test_settings_go_along_to_every_page_and_back_through_the_history(demo: Page) -> None:
    pick(demo, "Held against", "A year earlier")
    pick(demo, "Strands", "Race")
    pick(demo, "Strands", "Sexual orientation")
    expect_query(demo, WANTED)
    for name, path in PAGES.items():
        turn_to(demo, name)
        expect_query(demo, WANTED)
        assert urlsplit(demo.url).path == path
    demo.go_back()
    expect(demo).to_have_title(re.compile("^Trends - "))
    demo.go_back()
    expect(demo).to_have_title(re.compile("^When - "))
    settle(demo)
    expect_query(demo, WANTED)
    pick(demo, "Held against", "Nothing")
    expect_query(demo, WANTED | {"against": ["Nothing"]})
    demo.go_back()
    expect_against(demo, "A year earlier")
    expect_query(demo, WANTED)
    demo.go_forward()
    expect_against(demo, "Nothing")
    demo.reload()
    settle(demo)
    expect_against(demo, "Nothing")
    expect_query(demo, WANTED | {"against": ["Nothing"]})


def test_a_page_has_settings_of_its_own_that_are_there_again(demo: Page) -> None:
    turn_to(demo, "Hotspots")
    found = sidebar(demo).get_by_test_id("stNumberInput").first
    number = found.locator("input")
    name = number.get_attribute("aria-label") or ""
    before = number.input_value()
    found.get_by_test_id("stNumberInputStepUp").click()
    settle(demo)
    after = number.input_value()
    assert after != before
    own = query(demo)
    assert len(own) == 1
    turn_to(demo, "When")
    assert own.items().isdisjoint(query(demo).items())
    turn_to(demo, "Hotspots")
    expect(sidebar(demo).get_by_label(name, exact=True)).to_have_value(after)
    expect_query(demo, own)
    demo.reload()
    settle(demo)
    expect(sidebar(demo).get_by_label(name, exact=True)).to_have_value(after)


def test_what_the_link_asks_for_in_vain_is_said(demo: Page, serve: Callable[..., Server]) -> None:
    link = "/methods?strand=Witches+%26+wizards&strand=Race&against=%C3%9Cberhaupt,+nicht&data=Gone"
    visit(demo, serve().url + link)
    for part in ("Witches & wizards", "Überhaupt, nicht", "Data: Gone is not offered here"):
        expect(said(demo)).to_contain_text(part)
    expect_query(demo, {"strand": ["Race"]})
    pick(demo, "Held against", "Nothing")
    expect(said(demo)).not_to_contain_text("Gone")


def test_keys_undo_and_redo(demo: Page) -> None:
    pick(demo, "Held against", "Nothing")
    turn_to(demo, "When")
    demo.locator("body").press("Alt+z")
    expect(said(demo)).to_have_text("Undone: Held against is now at its default.")
    expect_query(demo, {})
    demo.locator("body").press("Alt+y")
    expect(said(demo)).to_have_text("Done again: Held against is now Nothing.")
    expect_query(demo, {"against": ["Nothing"]})


def test_a_view_is_saved_with_the_keyboard_and_its_link_copied(
    demo: Page, serve: Callable[..., Server], open_page: Callable[..., Page]
) -> None:
    pick(demo, "Strands", "Race")
    turn_to(demo, "When")
    demo.get_by_role("button", name="Views").press("Enter")
    demo.context.grant_permissions(["clipboard-read", "clipboard-write"])
    copying = demo.get_by_role("button", name="Copy link to this view")
    copying.press("Enter")
    expect(demo.get_by_text("Link copied.")).to_be_visible()
    assert demo.evaluate("navigator.clipboard.readText()") == demo.url
    field = demo.get_by_label("Name of a view", exact=True)
    field.fill("Montag & <i>Dienstag</i>, früh")
    field.press("Tab")
    settle(demo)
    demo.get_by_role("button", name="Save this view").press("Enter")
    expect(said(demo)).to_have_text("Saved as Montag & <i>Dienstag</i>, früh.")

    other = visit(open_page(), serve().url + "/methods")
    other.get_by_role("button", name="Views").press("Enter")
    other.get_by_role("button", name="Open view").press("Enter")
    expect(other).to_have_title(re.compile("^When - "))
    settle(other)
    assert urlsplit(other.url).path == "/when"
    expect_query(other, {"strand": ["Race"]})


def test_a_link_that_cannot_be_copied_is_shown(demo: Page) -> None:
    demo.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject('no'); }")
    demo.get_by_role("button", name="Views").click()
    demo.get_by_role("button", name="Copy link to this view").click()
    expect(demo.get_by_label("Link to this view", exact=True)).to_have_value(demo.url)


def test_on_a_phone_the_page_comes_first_and_the_settings_open(
    open_page: Callable[..., Page], serve: Callable[..., Server], watch: Watch
) -> None:
    phone = visit(open_page(PHONE), serve().url + "/methods")
    expect(phone.locator("h1")).to_be_in_viewport()
    expect(sidebar(phone).get_by_text("Held against", exact=True)).not_to_be_in_viewport()
    phone.get_by_test_id("stExpandSidebarButton").click()
    expect(sidebar(phone).get_by_text("Held against", exact=True)).to_be_in_viewport()
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["viewport"]["width"]
    assert not watch.console
