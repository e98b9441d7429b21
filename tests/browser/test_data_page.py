"""The page Data in a real browser: a file that nobody knows, from being dropped to being undone."""

import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from tests.browser import data_page as on
from tests.browser import map_page
from tests.browser.harness import DESKTOP, PHONE, Server, axe, screenshot, visit


class Served(NamedTuple):
    """A dashboard, and where it keeps incidents."""

    url: str
    store: Path


PICTURE = "![x](http://example.org/cell.png)"
MARKUP = "<img src=http://example.org/tag.png onerror=alert(1)>"
SCRIPT = "<script>document.title='taken'</script>"


@pytest.fixture(scope="module")
def server(serve: Callable[..., Server], tmp_path_factory: pytest.TempPathFactory) -> Served:
    store = tmp_path_factory.mktemp("data page") / "store"
    return Served(serve("--store", str(store)).url, store)


@pytest.fixture
def served(server: Served) -> Served:
    """Give a dashboard whose store does not exist yet."""
    shutil.rmtree(server.store, ignore_errors=True)
    return server


def weekly(*rows: tuple[str, str, str]) -> bytes:
    """Write rows of reference, time and strand under headings that say little."""
    frame = pd.DataFrame(
        [{"K1": ref, "T1": time, "P": 526042, "Q": 176182, "M": code} for ref, time, code in rows]
    )
    return frame.to_csv(index=False).encode()


WEEK = weekly(
    ("A1", "01/05/2023 21:15", "RH"),
    ("A2", "02/05/2023 22:40", "RH"),
    ("A3", "03/05/2023 01:05", "homophobic"),
    ("A4", "31/02/2023 01:05", "RH"),
)


def answered(page: Page) -> None:
    """Drop the unknown file, and answer what it does not say."""
    on.drop(page, "met 2023-05-07.csv", WEEK)
    on.choose(page, "Reference number", "K1")
    on.choose(page, "Strands", "M")
    on.choose(page, "“rh”", "race")
    source = on.source_field(page)
    source.fill("Met weekly extract")
    source.press("Enter")
    on.settle(page)


def test_an_unknown_file_is_answered_added_seen_on_the_map_and_undone(
    page: Page, served: Served
) -> None:
    map_page.open_map(page, served.url)
    on.open_data(page)
    expect(page.get_by_text("Nothing has been added yet.")).to_be_visible()
    answered(page)
    understood = on.table(page, "First rows as understood")
    assert understood[0][:4] == ["2", "1 May 2023, 21:15", "526042 E, 176182 N", "A1"]
    assert [row[-1] for row in understood] == ["race", "race", "sexual orientation"]
    problems = on.table(page, "Rows to look at")
    assert (problems[0][0], problems[0][4]) == ("rejected", "31/02/2023 01:05")
    assert not served.store.exists()
    on.press(page, "Add 3 incidents to the store")
    expect(page.get_by_text("Import 1 added 3 incidents: 3 located")).to_be_visible()
    page.get_by_role("link", name="Hotspots", exact=True).click()
    map_page.wait_until_drawn(page)
    assert "3 incidents" in map_page.sentence(page)
    assert "Met weekly extract" in map_page.caption(page)
    assert map_page.table(page)["Sands End"] == "3"
    on.open_data(page)
    on.press(page, "Undo import 1 …")
    expect(page.get_by_role("dialog")).to_contain_text("Nothing is deleted; you can restore it.")
    assert axe(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert on.table(page, "Imports")[0][-1] == "in use"
    on.press(page, "Undo import 1 …")
    on.press(page, "Undo import 1")
    expect(page.get_by_text("Import 1 is undone.")).to_be_visible()
    assert on.table(page, "Imports")[0][-1] == "undone"
    page.get_by_role("link", name="Hotspots", exact=True).click()
    map_page.wait_until_drawn(page)
    assert "555 incidents" in map_page.sentence(page)
    on.open_data(page)
    on.press(page, "Restore import 1 …")
    on.press(page, "Restore import 1")
    expect(page.get_by_text("Import 1 is restored.")).to_be_visible()
    assert on.table(page, "Imports")[0][-1] == "in use"


def test_the_next_delivery_is_understood_as_the_last_and_the_same_file_is_known(
    page: Page, served: Served
) -> None:
    map_page.open_map(page, served.url)
    on.open_data(page)
    answered(page)
    on.press(page, "Add 3 incidents to the store")
    on.drop(page, "again.csv", WEEK)
    expect(page.get_by_text("again.csv is in the store already, with import 1.")).to_be_visible()
    expect(page.get_by_role("button", name="Add to the store all the same")).to_be_disabled()
    on.press(page, "Cancel")
    on.drop(page, "next.csv", weekly(("A3", "03/05/2023 01:05", "RH"), ("A9", "09/05/2023", "RH")))
    expect(page.get_by_text("as last time for 'Met weekly extract'")).to_be_visible()
    on.press(page, "Add 1 incident and update 1")
    expect(page.get_by_text("Import 2 added 1 incident and updated 1")).to_be_visible()
    map_page.ask_for_exact_files(page)
    with page.expect_download() as started:
        page.get_by_role("button", name="Report of import 2 (CSV)").press("Enter")
    assert started.value.suggested_filename == "import-2-report-personal-data.csv"
    report = pd.read_csv(started.value.path())
    assert report["outcome"].tolist() == ["updated"]


def hostile() -> bytes:
    cells = [PICTURE, MARKUP, SCRIPT, "$$x$$ :red[x] :material/home:"]
    good = {"Date": "2023-05-01", "Easting": 526042, "Northing": 176182}
    rows = [
        *({**good, "Strand": cell, MARKUP: cell, PICTURE: cell} for cell in cells),
        *({**good, "Date": cell, "Strand": "", MARKUP: cell, PICTURE: cell} for cell in cells),
    ]
    buffer = io.StringIO()
    pd.DataFrame(rows).to_csv(buffer, index=False)
    return buffer.getvalue().encode()


def test_what_stands_in_a_file_is_text_and_nothing_else(page: Page, served: Served) -> None:
    map_page.open_map(page, served.url)
    on.open_data(page)
    title = page.title()
    on.drop(page, f"{PICTURE.replace('/', ':')} {MARKUP.replace('/', ':')}.csv", hostile())
    first = page.get_by_role("region", name="First rows of the file")
    for text in (PICTURE, MARKUP, SCRIPT):
        expect(first).to_contain_text(text)
    on.choose(page, "Category", MARKUP)
    source = on.source_field(page)
    source.fill(f"{PICTURE} {SCRIPT}")
    source.press("Enter")
    on.settle(page)
    on.press(page, "Add 4 incidents to the store")
    expect(page.get_by_role("region", name="Imports")).to_contain_text(PICTURE)
    on.press(page, "Undo import 1 …")
    expect(page.get_by_role("dialog")).to_contain_text("![x](http:")
    on.press(page, "Keep it")
    body = page.get_by_test_id("stMain")
    assert body.locator("img:not([src^='data:image/svg+xml;base64'])").count() == 0
    assert body.locator("script").count() == 0
    assert page.locator("a[href*='example.org']").count() == 0
    assert page.title() == title


@pytest.mark.parametrize(
    ("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop", "phone"]
)
def test_nothing_serious_is_found_by_axe_at_any_step(
    open_page: Callable[..., Page], served: Served, size: dict[str, Any], scheme: str
) -> None:
    page = visit(open_page(size, color_scheme=scheme), served.url)
    name = "phone" if size is PHONE else "desktop"
    on.open_data(page, phone=size is PHONE)
    assert axe(page) == []
    answered(page)
    on.grown_to_fit(page, size["viewport"]["width"])
    screenshot(page, f"data-answered-{name}-{scheme}")
    assert axe(page) == []
    on.press(page, "Add 3 incidents to the store")
    on.grown_to_fit(page, size["viewport"]["width"])
    screenshot(page, f"data-added-{name}-{scheme}")
    assert axe(page) == []
    # Tables scroll in themselves; the page never does sideways.
    wider = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not page.evaluate(wider)
