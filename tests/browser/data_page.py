"""What a person does on the page Data, in words that the tests can use."""

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.harness import settle

ADD = "Add files"


def open_data(page: Page, *, phone: bool = False) -> Page:
    """Go to the page Data from any other."""
    if phone:
        page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_role("link", name="Data", exact=True).click()
    page.get_by_role("heading", name=ADD).wait_for()
    settle(page)
    if phone:
        page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()
        settle(page)
    return page


def main(page: Page) -> Locator:
    return page.get_by_test_id("stMain")


def drop(page: Page, name: str, content: bytes) -> None:
    """Drop a file and wait for what is said of it."""
    file = {"name": name, "mimeType": "text/csv", "buffer": content}
    main(page).locator("input[type=file]").set_input_files([file])
    expect(page.get_by_role("heading", name="What adding would change")).to_be_visible()
    settle(page)


def source_field(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Source: what deliveries like this one are called")


def choose(page: Page, label: str, option: str) -> None:
    """Choose in a field of the form, by keyboard alone."""
    field = main(page).get_by_role("combobox", name=label, exact=True)
    field.focus()
    field.press("ArrowDown")
    field.fill(option)
    page.get_by_role("option", name=option, exact=True).wait_for()
    field.press("Enter")
    if field.get_attribute("aria-expanded") == "true":
        field.press("Escape")
    settle(page)


def press(page: Page, label: str) -> None:
    """Press a button by keyboard."""
    page.get_by_role("button", name=label).last.press("Enter")
    settle(page)


def table(page: Page, name: str) -> list[list[str]]:
    """Read the rows of a table by what a screen reader calls it, when nothing moves any more."""
    settle(page)
    rows = page.get_by_role("region", name=name).locator("tbody tr")
    rows.first.wait_for()
    return [row.locator("th, td").all_inner_texts() for row in rows.all()]


def grown_to_fit(page: Page, width: int) -> Path | None:
    """Make the window as high as the page, so that a picture shows all of it."""
    block = page.get_by_test_id("stMainBlockContainer")
    height = int(block.evaluate("node => node.scrollHeight"))
    page.set_viewport_size({"width": width, "height": min(height + 80, 9000)})
    settle(page)
    return None
