"""No serious or critical finding of axe on the page Hotspots: each size, light and dark once."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser import map_page as on
from tests.browser.harness import DESKTOP, PHONE, Server, axe, screenshot


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "dark"), (PHONE, "light")])
def test_hotspots_page(
    open_page: Callable[..., Page], serve: Callable[..., Server], size: dict[str, Any], scheme: str
) -> None:
    url = serve().url + "/hotspots"
    page = on.open_map(open_page(size, color_scheme=scheme), url)
    on.table(page)
    name = "phone" if size is PHONE else "desktop"
    screenshot(page, f"map-{name}-{scheme}")
    assert axe(page) == []
    if size is PHONE:
        page.get_by_role("button", name="Open the map").click()
    on.choose(page, "mode", "steps")
    screenshot(page, f"map-steps-{name}-{scheme}")
    assert axe(page) == []
    link = "?hotspots-show=Two+side+by+side&b-method=DBSCAN&hotspots-look=Near+repeats"
    on.visit(page, url + link)
    page.get_by_alt_text("Heat table").wait_for()
    screenshot(page, f"hotspots-compared-{name}-{scheme}", full_page=True)
    assert axe(page) == []
