"""What a person does on a map of a page, in words that the tests can use."""

from io import BytesIO

import numpy as np
from PIL import Image
from playwright.sync_api import Download, Page, expect

from tests.browser.harness import settle, visit

CONTROL = '[data-testid="stSidebarContent"]'


def open_map(page: Page, url: str) -> Page:
    """Open the dashboard and wait until the map is drawn."""
    visit(page, url)
    wait_until_drawn(page)
    return page


def wait_until_drawn(page: Page) -> str:
    """Wait for the map and give what it says it has drawn: view, frame and model."""
    page.wait_for_selector("[data-drawn]", state="attached")
    settle(page)
    return page.locator("[data-drawn]").first.get_attribute("data-drawn") or ""


def choose(page: Page, group: str, value: str) -> None:
    """Choose an option of the map: ``fill`` or ``mode``."""
    page.locator(f"input[name={group}][value={value}]").check(force=True)
    page.wait_for_timeout(300)


def go_to(page: Page, frame: int) -> None:
    """Move the time slider to a frame."""
    slider = page.get_by_label("Position in time")
    slider.evaluate(
        "(node, value) => { node.value = value; node.dispatchEvent(new Event('input')); }", frame
    )
    expect(page.locator(f"[data-drawn^='steps:{frame}:']")).to_be_attached()


def set_number(page: Page, label: str, value: float) -> None:
    """Type a number into a control of the sidebar and wait for the map."""
    field = page.get_by_label(label, exact=True)
    field.fill(f"{value:g}")
    field.press("Enter")
    wait_until_drawn(page)


def pick(page: Page, label: str, option: str) -> None:
    """Choose in a list that opens, and wait for the map."""
    field = page.get_by_role("combobox", name=label, exact=True)
    field.focus()
    field.press("ArrowDown")
    field.fill(option)
    page.get_by_role("option", name=option, exact=True).wait_for()
    field.press("Enter")
    wait_until_drawn(page)


def sentence(page: Page) -> str:
    """What the page says the map shows."""
    return page.locator(".sentence").inner_text()


def caption(page: Page) -> str:
    """The line under the map."""
    return page.locator("p.caption").inner_text()


def hotspot_list(page: Page) -> list[str]:
    """The ranked list, one text per hotspot."""
    return page.locator("ol.hotspots li").all_inner_texts()


def scale_bar(page: Page) -> str:
    """What the scale bar says: it changes with every zoom."""
    return page.locator(".leaflet-control-scale-line").inner_text()


def table(page: Page) -> dict[str, str]:
    """The table of the map, opened if need be."""
    details = page.locator("details.table")
    details.evaluate("node => { node.open = true; }")
    rows = details.locator("tbody tr")
    names = rows.locator("th").all_inner_texts()
    return dict(zip(names, rows.locator("td").all_inner_texts(), strict=True))


def map_pixels(page: Page) -> np.ndarray:
    """What is drawn on the map, shape (height, width, 3)."""
    picture = page.locator(".hotspot-map .map").screenshot()
    return np.asarray(Image.open(BytesIO(picture)).convert("RGB")).astype(int)


def share_of(pixels: np.ndarray, colour: str, tolerance: int = 30) -> float:
    """Share of the pixels that are close to a colour."""
    wanted = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])
    return float((np.abs(pixels - wanted).max(axis=-1) <= tolerance).mean())


DOWNLOAD_TIMEOUT_MS = 90_000


def ask_for_exact_files(page: Page) -> None:
    """Choose that files of this session hold exact figures, where that is not so yet."""
    switch = page.get_by_test_id("stSidebar").get_by_label("Files with exact figures")
    if not switch.is_checked():
        switch.press("Space")
        expect(switch).to_be_checked()
        settle(page)


def download(page: Page, label: str) -> Download:
    """Press a download button under the map, by key: a click can miss a panel still unfolding."""
    ask_for_exact_files(page)
    button = page.get_by_role("button", name=label)
    if not button.is_visible():
        page.get_by_text("Download figures, maps and layers").click()
        expect(button).to_be_visible()
        settle(page)
    with page.expect_download(timeout=DOWNLOAD_TIMEOUT_MS) as started:
        button.press("Enter")
    return started.value
