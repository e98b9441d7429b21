"""Make the pictures of the documents: ``python -m tests.browser.pictures``.

The real server, the demonstration data and the tests' browser; run it again when a page changes.
"""

import sys
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
    visit,
    watched_page,
)

FOLDER = ROOT / "docs" / "images"

PAGES = {
    "briefing": "/",
    "wards": "/wards?ward=Hammersmith+Broadway",
    "hotspots": "/hotspots?hotspots-show=Two+side+by+side&b-method=DBSCAN",
    "when": "/when",
    "patrol": "/patrol?patrol-more=Hand+out",
    "trends": "/trends?trends-show=Repeat+victims",
    "data": "/data",
    "methods": "/methods",
}
FOR_PARTNERS = ("patrol",)
"""Pages that are pictured as those see them who mostly use them."""
SIZES: dict[str, dict[str, Any]] = {"": DESKTOP, "-phone": PHONE}
SCHEMES = {"": "light", "-dark": "dark"}


_EXTRACT = """URN,Committed On,Easting,Northing,Offence,Hate Flag
2401001/24,02/03/2024 21:30,523388,178668,Public order,RH
2401002/24,03/03/2024 17:10,523240,178480,Harassment,homophobic
2401003/24,31/02/2024,523240,178480,Harassment,RH
2401004/24,05/03/2024 23:45,523040,179890,Public order,faith
"""
"""Invented, as everything in the pictures."""


def _prepare(page: Page, name: str) -> None:
    """Bring a page into the state that is pictured."""
    settle(page, 1500)
    if name == "data" and page.viewport_size == DESKTOP["viewport"]:
        data_page.drop(page, "police extract.csv", _EXTRACT.encode())
        page.set_viewport_size({"width": 1366, "height": 1150})
    if name == "data":
        # The line below the title names a folder of this machine.
        where = page.get_by_text("Incidents are kept at")
        where.evaluate("line => { line.textContent = 'Incidents are kept on this computer.' }")
    if name == "hotspots":
        page.locator("[data-drawn]").nth(1).wait_for()
    if name == "wards" and page.viewport_size != DESKTOP["viewport"]:
        page.get_by_role("heading", name="in 2017/18").first.scroll_into_view_if_needed()
    page.mouse.move(5, 5)
    settle(page, 1500)


def _map_through_time(page: Page) -> None:
    on.wait_until_drawn(page)
    on.choose(page, "fill", "density")
    on.choose(page, "mode", "steps")
    on.go_to(page, 9)


def main() -> int:
    """Make every picture; gives the exit code."""
    path = chromium.find()
    if path is None:
        sys.stderr.write(f"{chromium.MISSING}\n")
        return 1
    port, other_port = free_port(), free_port()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        serving(dashboard_command(port), port, "pictures") as server,
        serving(
            dashboard_command(other_port, "--level", "partner"), other_port, "partner-pictures"
        ) as for_partners,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=path, args=BROWSER_ARGS)
        for size_ending, size in SIZES.items():
            for scheme_ending, scheme in SCHEMES.items():
                ending = f"{size_ending}{scheme_ending}"
                watch = Watch()
                with watched_page(browser, watch, size, scheme) as page:
                    for name, address in PAGES.items():
                        shown_by = for_partners if name in FOR_PARTNERS else server
                        visit(page, shown_by.url + address)
                        _prepare(page, name)
                        _save(page.screenshot(scale="css"), FOLDER / f"{name}{ending}.png")
                        page.set_viewport_size(size["viewport"])
                watch.check()
        with watched_page(browser, Watch(), DESKTOP) as page:
            visit(page, f"{server.url}/hotspots?period=All")
            _map_through_time(page)
            _save(page.screenshot(scale="css"), FOLDER / "map-time.png")
        browser.close()
    return 0


def _save(picture: bytes, path: Path) -> None:
    """Write without an alpha channel; a palette would merge colours of the legend."""
    Image.open(BytesIO(picture)).convert("RGB").save(path, optimize=True)
    sys.stderr.write(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1000:.0f} kB\n")


if __name__ == "__main__":
    raise SystemExit(main())
