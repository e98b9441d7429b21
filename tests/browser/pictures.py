"""Make the pictures of the documents: ``python -m tests.browser.pictures``.

The real server, the demonstration data and the tests' browser; run it again when a page changes.
"""

import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.browser import chromium, data_page
from tests.browser import map_page as on
from tests.browser.harness import (
    BROWSER_ARGS,
    DESKTOP,
    PHONE,
    ROOT,
    Watch,
    dashboard_command,
    free_port,
    serving,
    settle,
    watched_page,
)

FOLDER = ROOT / "docs" / "images"


def _whole_period(page: Page) -> None:
    page.mouse.move(5, 5)


def _through_time(page: Page) -> None:
    on.choose(page, "fill", "density")
    on.choose(page, "mode", "steps")
    on.go_to(page, 15)


def _trends(page: Page) -> None:
    page.get_by_role("link", name="Trends").click()
    page.get_by_role("radio", name="Repeat victims").click()
    page.get_by_role("heading", name="Repeat victims by financial year").wait_for()
    settle(page)


_EXTRACT = """URN,Committed On,Easting,Northing,Offence,Hate Flag
2401001/24,02/03/2024 21:30,523388,178668,Public order,RH
2401002/24,03/03/2024 17:10,523240,178480,Harassment,homophobic
2401003/24,31/02/2024,523240,178480,Harassment,RH
2401004/24,05/03/2024 23:45,523040,179890,Public order,faith
"""
"""Invented, as everything in the pictures."""


def _adding_data(page: Page) -> None:
    data_page.open_data(page)
    data_page.drop(page, "police extract.csv", _EXTRACT.encode())
    page.get_by_role("heading", name="What adding would change").wait_for()
    settle(page, 1500)
    page.set_viewport_size({"width": 1366, "height": 1150})
    # The line below the title names a folder of this machine.
    page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, 110)")
    settle(page, 1500)


PICTURES: dict[str, tuple[dict[str, Any], Callable[[Page], None]]] = {
    "map": (DESKTOP, _whole_period),
    "map-time": (DESKTOP, _through_time),
    "map-phone": (PHONE, _whole_period),
    "trends": (DESKTOP, _trends),
    "data": (DESKTOP, _adding_data),
}


def main() -> int:
    """Make every picture; gives the exit code."""
    path = chromium.find()
    if path is None:
        sys.stderr.write(f"{chromium.MISSING}\n")
        return 1
    port = free_port()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        serving(dashboard_command(port), port, "pictures") as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=path, args=BROWSER_ARGS)
        for name, (size, prepare) in PICTURES.items():
            watch = Watch()
            with watched_page(browser, watch, size) as page:
                on.open_map(page, f"{server.url}/hotspots")
                prepare(page)
                _save(page.screenshot(scale="css"), FOLDER / f"{name}.png")
            watch.check()
        browser.close()
    return 0


def _save(picture: bytes, path: Path) -> None:
    """Write without an alpha channel; a palette would merge colours of the legend."""
    Image.open(BytesIO(picture)).convert("RGB").save(path, optimize=True)
    sys.stderr.write(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1000:.0f} kB\n")


if __name__ == "__main__":
    raise SystemExit(main())
