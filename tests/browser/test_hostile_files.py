"""Files whose names and cells are written to make the browser do something; the watch looks on."""

import io
from collections.abc import Callable
from contextlib import suppress

import pandas as pd
from playwright.sync_api import Page, expect

from tests.browser import map_page as on
from tests.browser.harness import Server, settle

PICTURE = "![x](http://example.org/cell.png)"
MARKUP = "<img src=http://example.org/tag.png onerror=alert(1)>"
NAME = "![x](http:example.org) [b](http:e.org).csv"


def upload(page: Page, content: bytes) -> None:
    page.get_by_label("Data", exact=True).click()
    page.get_by_role("option", name="Your own files").click()
    file = {"name": NAME, "mimeType": "text/csv", "buffer": content}
    page.locator("input[type=file]").set_input_files([file])


def hostile_rows() -> bytes:
    cells = [PICTURE, MARKUP, "$$x$$", ":red[x] :material/home:"]
    good = {"Date": "2023-05-01", "Easting": 523000, "Northing": 179000}
    rows = [
        *({**good, "Category": cell, "Location": cell} for cell in cells),
        *({**good, "Date": cell} for cell in cells),
    ]
    buffer = io.StringIO()
    pd.DataFrame(rows).to_csv(buffer, index=False)
    return buffer.getvalue().encode()


_TRIES = 5


def test_cells_of_a_file_are_text_and_nothing_else(
    page: Page, serve: Callable[..., Server]
) -> None:
    on.open_map(page, serve().url)
    upload(page, hostile_rows())
    expect(page.locator("p.caption")).to_contain_text(NAME)
    on.wait_until_drawn(page)
    expect(page.get_by_text("8 rows read from 1 file: 4 used, 4 rejected.")).to_be_visible()
    report = page.locator(".figures").last
    for cell in (PICTURE, MARKUP):
        expect(report).to_contain_text(cell)
    settle(page)
    option = page.get_by_role("option", name=PICTURE)
    for _ in range(_TRIES):
        page.get_by_label("Categories").press("ArrowDown")
        with suppress(AssertionError):  # a run of the page closes open lists
            expect(option).to_be_visible(timeout=2_000)
            break
    option.click()
    settle(page)
    main = page.get_by_test_id("stMain")
    assert main.locator("img:not(.leaflet-container img)").count() == 0
    assert page.locator("a[href*='example.org'], a[href*='e.org']").count() == 0


def test_the_name_of_a_broken_file_is_text_and_nothing_else(
    page: Page, serve: Callable[..., Server]
) -> None:
    on.open_map(page, serve().url)
    upload(page, b"")
    alert = page.get_by_test_id("stAlert").filter(has_text="is empty")
    expect(alert).to_contain_text(f"{NAME} is empty")
    assert alert.locator("a, img").count() == 0
