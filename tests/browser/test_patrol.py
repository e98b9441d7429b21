"""Patrol in a real browser: a manager plans a Friday evening, takes the sheets, and prints."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests import pango
from tests.browser.harness import DESKTOP, PHONE, Server, axe, settle, visit
from tests.pdf_text import pages_of

TEAMS = 3
TABLE = "Round of team {} on Friday 6 April 2018"


def opened(page: Page, serve: Callable[..., Server], address: str = "/patrol") -> Page:
    visit(page, serve("--level", "partner").url + address)
    return drawn(page)


def drawn(page: Page) -> Page:
    page.wait_for_selector("[data-drawn]", state="attached")
    settle(page)
    return page


def turn_to(page: Page, part: str) -> None:
    page.get_by_test_id("stButtonGroup").filter(has_text="Left out").get_by_text(
        part, exact=True
    ).click()
    settle(page)


def set_number(page: Page, label: str, value: int) -> None:
    field = page.get_by_label(label, exact=True)
    field.fill(str(value))
    field.press("Enter")
    drawn(page)


def squeezed(text: str) -> str:
    """Leave out blanks and hyphens, which a line of a narrow column may end in or not."""
    return re.sub(r"[\s-]+", "", text)


def rows_of(table: Locator) -> list[list[str]]:
    return [row.locator("th, td").all_inner_texts() for row in table.locator("tbody tr").all()]


def test_a_manager_plans_friday_evening_and_takes_sheets_that_say_what_the_page_says(
    page: Page, serve: Callable[..., Server], tmp_path: Path
) -> None:
    pango.needed()
    opened(page, serve)
    page.get_by_role("button", name="Usual shifts").click()
    page.get_by_role("button", name="Friday evening").click()
    drawn(page)
    set_number(page, "Teams", TEAMS)
    expect(page.get_by_label("Minutes each", exact=True)).to_have_value("120")
    expect(page).to_have_url(re.compile("patrol-days=Fri"))
    expect(page.locator(".plan-headline")).to_contain_text("Friday, 18:00 to 23:00")
    names = page.locator("ol.hotspots li strong").all_inner_texts()
    assert len(names) == int(page.locator(".plan-headline").inner_text().split(" areas")[0])
    tables = [rows_of(page.get_by_role("region", name=TABLE.format(n + 1))) for n in range(TEAMS)]
    seen = sorted(row[1] for rows in tables for row in rows if " to " in row[0])
    assert seen == sorted(f"{n}. {name}" for n, name in enumerate(names, 1))
    turn_to(page, "Hand out")
    with page.expect_download(timeout=60_000) as waiting:
        page.get_by_role("button", name="Sheets for all teams").click()
    sheets = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(sheets)
    assert sheets.name.endswith("-partner.pdf")
    _check_sheets(pages_of(sheets.read_bytes()), tables)


def _check_sheets(pages: list[str], tables: list[list[list[str]]]) -> None:
    """Find every visit of the page, with its times and minutes, on the sheets of its team."""
    for team, rows in enumerate(tables, 1):
        own = squeezed(" ".join(page for page in pages if f"Team {team} of {len(tables)}" in page))
        visits = [row for row in rows if " to " in row[0]]
        assert visits
        for time, where, walk, stay in visits:
            number, name = where.split(". ", 1)
            assert squeezed(f"{number} {name} {time}") in own, (team, where, time)
            assert int(walk) >= 0 < int(stay)
        *_, walking, standing = rows[-1]
        assert squeezed(f"{walking} minutes walking, {standing} minutes standing") in own
        assert len(re.findall(r"Visited,really", own)) == len(visits)


def test_the_page_prints_whole_and_without_what_is_for_the_screen(
    page: Page, serve: Callable[..., Server]
) -> None:
    opened(page, serve)
    names = page.locator("ol.hotspots li strong").all_inner_texts()
    rows = page.locator(".figures tbody tr").all_inner_texts()
    page.emulate_media(media="print")
    printed = squeezed(" ".join(pages_of(page.pdf(format="A4"))))
    assert [name for name in names if squeezed(name) not in printed] == []
    assert [row for row in rows if squeezed(row) not in printed] == []
    assert "Usualshifts" not in printed
    assert "Heldagainst" not in printed


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "dark"), (PHONE, "light")])
def test_everybody_can_use_it(
    open_page: Callable[..., Page], serve: Callable[..., Server], size: dict[str, Any], scheme: str
) -> None:
    page = opened(open_page(size, color_scheme=scheme), serve)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["viewport"]["width"]
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("one => one.scrollWidth <= one.clientWidth")
    first = page.locator("ol.hotspots button").first
    first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("application")).to_be_visible()
    expect(first).to_have_attribute("aria-pressed", "true")
    expect(page.locator("path.hotspot.chosen")).to_have_count(1)
    if size is PHONE:
        page.keyboard.press("Escape")
        expect(page.get_by_role("application")).to_be_hidden()
    else:
        _look_at_one_team(page)
    for part in ("Because", "Kept plans") if size is PHONE else ("Hand out", "The evidence"):
        turn_to(page, part)
        assert axe(page) == [], part


def _look_at_one_team(page: Page) -> None:
    """See one team alone on the map, and the areas of the others in the background."""
    ways = page.locator("path.route:not(.line-sample *)")
    every = ways.count()
    page.locator("input[name=team][value='2']").check(force=True)
    assert 0 < ways.count() < every
    dimmed = page.locator("path.hotspot.dimmed").count()
    assert 0 < dimmed < page.locator("path.hotspot").count()
