"""Maps on a page of their own: what is chosen, what follows, and what stands in the link."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, WebSocket, expect

from tests.browser.harness import (
    PHONE,
    ROOT,
    Server,
    axe,
    free_port,
    screenshot,
    script_command,
    serving,
    settle,
    visit,
)

SCRIPT = Path(__file__).with_name("maps_app.py")


@pytest.fixture(scope="module")
def url(
    tmp_path_factory: pytest.TempPathFactory, servers: dict[tuple[str, ...], Server]
) -> Iterator[str]:
    """Serve the script from a folder of its own, with the browser's files beside it."""
    folder = tmp_path_factory.mktemp("maps")
    shutil.copytree(ROOT / "static", folder / "static")
    script = shutil.copy(SCRIPT, folder)
    port = free_port()
    with serving(script_command(Path(script), port), port, "maps") as server:
        servers["maps",] = server
        yield server.url
        server.check_log()
    del servers["maps",]


def opened(page: Page, url: str) -> Page:
    visit(page, url)
    expect(page.locator("[data-drawn]")).to_have_count(3)
    settle(page)
    return page


def the_map(page: Page, name: str) -> Locator:
    """One of the maps: wards, left or right."""
    return page.locator(".hotspot-map").nth(("wards", "left", "right").index(name))


# Outlines are cut off where they leave the map; the anchors of names are not.
_ANCHORS = """
map => {
  const frame = map.getBoundingClientRect();
  const anchors = [...map.querySelectorAll('.leaflet-names-pane .leaflet-marker-icon')];
  return [anchors[0], anchors[20]].map(anchor => {
    const at = anchor.getBoundingClientRect();
    return `${Math.round(at.left - frame.left)},${Math.round(at.top - frame.top)}`;
  }).join(' ');
}
"""


def place(one: Locator) -> str:
    """Tell a place and zoom from another: where two wards lie on the map."""
    return str(one.locator(".map").evaluate(_ANCHORS))


def runs(page: Page) -> int:
    found = re.search(r"Run (\d+)", page.locator("body").inner_text())
    assert found
    return int(found[1])


def chosen(page: Page) -> Locator:
    return page.get_by_text("Chosen: ")


def test_a_ward_is_chosen_by_pointer_list_table_and_keys_alike(page: Page, url: str) -> None:
    one = the_map(opened(page, url), "wards")
    ward = one.locator(".ward[role=button]").first
    ward.dispatch_event("click")
    first = re.compile("Chosen: E0")
    expect(chosen(page)).to_have_text(first)
    code = chosen(page).inner_text().removeprefix("Chosen: ")
    expect(one.locator(".rim.chosen")).to_have_count(1)
    listed = one.locator(f"ol.hotspots [data-choice='ward {code}']")
    expect(listed).to_have_attribute("aria-pressed", "true")
    assert (listed.locator("strong").inner_text()) in (ward.get_attribute("aria-label") or "")
    expect(one.locator("[aria-live].unseen")).to_contain_text("is chosen")

    one.locator("details.table summary").click()
    row = one.get_by_role("button", name="White City", exact=True)
    row.focus()
    row.press("Enter")
    code = (row.get_attribute("data-choice") or "").removeprefix("ward ")
    expect(chosen(page)).to_have_text(f"Chosen: {code}")
    assert "White City" in one.locator("ol.hotspots [aria-pressed=true]").inner_text()
    expect(one.locator(".rim.chosen")).to_have_count(1)

    focused = one.locator(".ward[tabindex='0']")  # the chosen one: tab goes there, arrows go on
    assert (focused.get_attribute("aria-label") or "").startswith("White City")
    focused.focus()
    focused.press("ArrowRight")
    focused = one.locator(".ward[tabindex='0']")
    name = (focused.get_attribute("aria-label") or "").split(",")[0]
    focused.press("Enter")
    expect(one.locator("ol.hotspots [aria-pressed=true]")).to_contain_text(name)
    expect(one.locator(".ward:focus")).to_have_attribute("aria-label", re.compile(name))

    one.locator("ol.hotspots [aria-pressed=true]").click()
    expect(chosen(page)).to_have_text("Chosen: nothing")
    expect(one.locator(".rim.chosen")).to_have_count(0)


def test_moving_a_map_and_its_time_asks_the_server_nothing(page: Page, url: str) -> None:
    asked: list[object] = []

    def note(frame: object) -> None:
        asked.append(frame)

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", note)

    page.on("websocket", listen)
    one = the_map(opened(page, url), "left")
    assert asked
    before = runs(page)
    asked.clear()
    one.get_by_role("button", name="Zoom in").click()
    one.locator("input[name=mode][value=steps]").check(force=True)
    one.locator("ol.hotspots button").first.click()
    page.wait_for_timeout(800)
    assert not asked
    assert runs(page) == before
    assert "#left=wards~hp~steps~" in page.url


def test_maps_beside_each_other_share_place_zoom_and_time(page: Page, url: str) -> None:
    opened(page, url)
    left, right, other = (the_map(page, name) for name in ("left", "right", "wards"))
    still = place(other)
    assert place(left) == place(right)
    start = place(left)
    left.get_by_role("button", name="Zoom in").click()
    expect_same(left, right, start)
    middle = place(right)
    right.locator(".map").focus()
    right.locator(".map").press("ArrowDown")
    expect_same(left, right, middle)
    left.locator("input[name=mode][value=steps]").check(force=True)
    expect(right.locator("output.when")).to_have_text("2017/18")
    right.get_by_role("button", name="One step back").click()
    expect(left.locator("output.when")).to_have_text("2016/17")
    assert left.locator(".sentence").inner_text().startswith("2016/17")
    assert place(other) == still
    assert "2016/17" not in other.locator(".sentence").inner_text()


def is_near(one: str, other: str) -> bool:
    """Say whether two places are the same but for the rounding to whole pixels."""
    numbers = [[int(n) for n in re.findall(r"-?\d+", text)] for text in (one, other)]
    return all(abs(a - b) <= 1 for a, b in zip(*numbers, strict=True))


def expect_same(one: Locator, other: Locator, start: str) -> None:
    """Wait until both have left a place, and rest at the same one."""
    last = ""
    for _ in range(50):
        one.page.wait_for_timeout(300)
        now = place(one)
        if now == last != start and is_near(now, place(other)):
            return
        last = now
    pytest.fail(f"The maps are at {place(one)} and {place(other)}; they started at {start}.")


def test_a_link_reopens_what_was_set(page: Page, url: str, open_page: Callable[..., Page]) -> None:
    opened(page, url)
    left, wards = the_map(page, "left"), the_map(page, "wards")
    left.get_by_role("button", name="Zoom in").click()
    left.locator("input[name=mode][value=steps]").check(force=True)
    left.get_by_role("button", name="One step back").click()
    wards.get_by_label("Stations and places").uncheck()
    page.wait_for_timeout(900)
    # A control that stands in the link too rewrites the address, and the map gets new numbers.
    page.get_by_label("Shown").click()
    page.get_by_role("option", name="rate").click()
    expect(wards.locator("p.caption")).to_contain_text("per 1,000")
    settle(page)
    assert "?shown=rate#" in page.url
    shown = place(left)
    for again in (page, open_page()):
        if again is page:
            page.reload()
        else:
            again.goto(page.url)
        expect(again.locator("[data-drawn^='steps:1:']")).to_have_count(2)
        settle(again)
        assert place(the_map(again, "left")) == place(the_map(again, "right")) == shown
        expect(the_map(again, "wards").get_by_label("Stations and places")).not_to_be_checked()
        expect(the_map(again, "wards").locator("p.caption")).to_contain_text("per 1,000")
        assert again.url == page.url


@pytest.mark.parametrize(
    "link", ["wards=x", "wards=~~~~~~", "wards=wards~hp~steps~%E0%A4%A~99/99/99", "a-heading"]
)
def test_a_link_that_nobody_wrote_does_no_harm(page: Page, url: str, link: str) -> None:
    one = the_map(opened(page, f"{url}/#{link}"), "wards")
    assert one.locator(".sentence").inner_text().startswith("Apr 2015 to Mar 2018: 1,727")


def test_changes_and_classes_are_told_without_colour_too(
    page: Page, url: str, open_page: Callable[..., Page]
) -> None:
    one = the_map(opened(page, f"{url}/?shown=change"), "wards")
    legend = one.locator(".legend").inner_text()
    for words in ("No change", "or fewer", "or more", "More than chance would give"):
        assert words in legend
    fills = one.locator(".ward").evaluate_all("all => all.map(one => one.getAttribute('fill'))")
    figures = one.locator(".ward[role=button]").evaluate_all(
        "all => all.map(one => one.getAttribute('aria-label'))"
    )
    for fill, label in zip(fills, figures, strict=True):
        assert fill.startswith("url(#fill") == (", -" in label)
    expect(one.locator(".rim.outlined")).to_have_count(1)
    note = one.locator("details.table tbody td.note").first
    assert " before, " in (note.text_content() or "")
    dark = open_page(color_scheme="dark")
    other = the_map(opened(dark, f"{url}/?shown=clusters"), "wards")
    expect(other.locator(".rim.outlined")).to_have_count(3)
    assert "Hot: high together with its neighbours" in other.locator(".legend").inner_text()
    screenshot(dark, "maps-clusters-dark")


def test_figures_of_the_chosen_period_carry_their_names(page: Page, url: str) -> None:
    one = the_map(opened(page, url), "wards")
    texts = dict(
        one.locator("[data-figure]").evaluate_all(
            "all => all.map(one => [one.dataset.figure, one.textContent])"
        )
    )
    numbers = {name: int(text.replace(",", "")) for name, text in texts.items()}
    assert numbers.pop("incidents") == sum(numbers.values()) == 1727
    assert numbers["not_located"] == 24
    assert len(numbers) == 23


def test_maps_pass_the_accessibility_rules_at_desk_and_on_a_phone(
    page: Page, url: str, open_page: Callable[..., Page]
) -> None:
    opened(page, url)
    assert not axe(page)
    phone = opened(open_page(PHONE), f"{url}/?shown=change")
    one = the_map(phone, "left")
    expect(one.locator("ol.hotspots")).to_be_visible()
    expect(one.locator(".map")).to_be_hidden()
    assert not axe(phone)
    one.get_by_role("button", name="Open the map").click()
    expect(one.locator(".map")).to_be_visible()
    screenshot(phone, "maps-phone")
    assert not axe(phone)
    one.get_by_role("button", name="Close map").click()
    width = phone.evaluate("document.scrollingElement.scrollWidth")
    assert width <= PHONE["viewport"]["width"]
