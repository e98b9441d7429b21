"""The page Wards in a real browser: a ward on the map opens its profile, which stays."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import map_page
from tests.browser.harness import DESKTOP, PHONE, Server, axe, settle, visit


@pytest.fixture
def wards(page: Page, serve: Callable[..., Server]) -> Page:
    return opened(page, serve().url + "/wards")


def opened(page: Page, address: str) -> Page:
    visit(page, address)
    page.wait_for_selector("[data-drawn]", state="attached")
    settle(page)
    return page


def ward_list(page: Page) -> Locator:
    return page.locator("ol.hotspots")


def profile(page: Page) -> Locator:
    return page.locator("h3").filter(has_text=re.compile(r" in 2017.18$"))


def figure(page: Page, name: str) -> str:
    """Give a figure by its name; wherever it stands it must say the same."""
    texts = page.locator(f"[data-figure='{name}']").all_text_contents()
    assert texts
    assert len(set(texts)) == 1, texts
    return texts[0]


def choose(page: Page, row: str, what: str) -> None:
    """Choose in a row of buttons."""
    buttons = page.get_by_role("radiogroup", name=row)
    buttons.get_by_role("radio", name=what, exact=True).click()
    settle(page)


def show(page: Page, what: str) -> None:
    choose(page, "The map shows", what)


def turn_to(page: Page, part: str) -> None:
    choose(page, "More", part)


def test_a_ward_on_the_map_opens_its_profile_which_stays_and_can_be_closed(wards: Page) -> None:
    expect(profile(wards)).to_have_count(0)
    wards.locator(".ward[role=button][aria-label^='Addison']").dispatch_event("click")
    expect(profile(wards)).to_have_text("Addison in 2017/18")
    expect(wards).to_have_url(re.compile(r"[?&]ward=Addison"))
    assert figure(wards, "ward.E05000250.count") == "25"
    expect(wards.get_by_label("Figures of the ward")).to_be_visible()

    show(wards, "Per 1,000 residents")
    expect(profile(wards)).to_have_text("Addison in 2017/18")
    expect(wards.locator(".legend")).to_contain_text("1,000 residents")
    expect(wards.locator(".rim.chosen")).to_have_count(1)

    wards.get_by_role("button", name="Close profile").press("Enter")
    expect(profile(wards)).to_have_count(0)
    expect(wards.locator(".rim.chosen")).to_have_count(0)
    expect(wards).not_to_have_url(re.compile("ward=Addison"))


def test_keys_open_a_profile_from_the_list_and_a_link_opens_it_again(
    wards: Page, serve: Callable[..., Server]
) -> None:
    wards.wait_for_timeout(300)
    second = ward_list(wards).locator("button").nth(1)
    second.focus()
    second.press("Enter")
    expect(profile(wards)).to_have_text("Hammersmith Broadway in 2017/18")
    turn_to(wards, "Old and new wards")
    expect(wards.get_by_label("Old and new wards")).to_contain_text("Grove")
    link = wards.url
    other = wards.context.new_page()
    opened(other, link)
    expect(profile(other)).to_have_text("Hammersmith Broadway in 2017/18")
    expect(other.get_by_label("Old and new wards")).to_contain_text("Grove")
    picture = other.get_by_role("img", name=re.compile("filled area over the wards since May 2022"))
    expect(picture).to_be_visible()


def test_the_map_the_list_and_the_table_say_the_same(wards: Page) -> None:
    rows = wards.get_by_label("All wards").locator("tbody tr").all_inner_texts()
    ranks = {name: rank for name, rank, *_ in (row.split("\t") for row in rows[:16])}
    assert any(rank.endswith("=") for rank in ranks.values())
    for what in ("Number", "Share", "Change", "Standing out"):
        show(wards, what)
        title = "Wards, by class (16)" if what == "Standing out" else "Wards, ranked (16)"
        expect(wards.get_by_role("heading", name=title)).to_be_visible()
        shown = wards.locator("[data-figure]").evaluate_all(
            "nodes => nodes.map((node) => [node.dataset.figure, node.textContent])"
        )
        texts = {(name, text) for name, text in shown if name.startswith("ward.")}
        names = [name for name, _ in texts]
        assert len(names) == len(set(names)) >= 16 * 4, sorted(texts)
        if what in ("Number", "Share"):
            listed = (
                ward_list(wards)
                .locator("button")
                .evaluate_all(
                    "nodes => nodes.map((node) => [node.querySelector('strong').textContent,"
                    " node.querySelector('.badge').textContent])"
                )
            )
            assert dict(listed) == ranks


def test_on_a_laptop_the_map_ends_where_the_screen_does(wards: Page) -> None:
    box = wards.locator(".map.leaflet-container").bounding_box()
    assert box is not None
    assert box["height"] >= 380
    assert box["y"] + box["height"] <= 768


def test_the_order_over_the_years_is_a_picture_with_words_and_a_table(wards: Page) -> None:
    turn_to(wards, "Order over the years")
    picture = wards.get_by_role("img", name=re.compile("^Wards in order of incidents in each year"))
    expect(picture).to_be_visible()
    assert "2017/18: Shepherd's Bush Green" in (picture.get_attribute("alt") or "")
    table = wards.get_by_label("Incidents by ward and year")
    expect(table.get_by_role("row")).to_have_count(1 + 16 + 3)


def test_figures_can_be_taken_away(wards: Page, tmp_path: Path) -> None:
    shown = figure(wards, "ward.E05000263.count")
    turn_to(wards, "Downloads")
    expect(wards.get_by_role("button", name="CSV table")).to_be_disabled()
    map_page.ask_for_exact_files(wards)
    button = wards.get_by_role("button", name="CSV table")
    expect(button).to_be_enabled()
    with wards.expect_download() as started:
        button.press("Enter")
    assert started.value.suggested_filename.endswith("-exact.csv")
    started.value.save_as(tmp_path / "wards.csv")
    table = pd.read_csv(tmp_path / "wards.csv").set_index("ward_code")
    assert str(table["value"]["E05000263"]) == shown
    assert table["value"].sum() == 555


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_nothing_keeps_people_out(
    open_page: Callable[..., Page], serve: Callable[..., Server], size: dict[str, Any], scheme: str
) -> None:
    page = open_page(size, color_scheme=scheme)
    opened(page, serve().url + "/wards?ward=Addison&wards-more=Order+over+the+years")
    expect(ward_list(page)).to_be_visible()
    assert axe(page) == []
    main = page.get_by_test_id("stMain")
    assert main.evaluate("node => node.scrollWidth <= node.clientWidth + 1")
