"""A real file with texts that do harm in every column and in its name, on every page and in files.

Nothing of it may run, ask another host, become an element, or be lost: it is seen as text.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from playwright.sync_api import BrowserContext, Dialog, Page, expect

from dashboard.sign_in.block import LEVEL_WORDS
from geo.disclosure.levels import EXACT
from tests import payloads
from tests.browser import map_page
from tests.browser.harness import Server, Watch, settle, visit

TEXTS = [text for text in payloads.ALL if len(text) < 1000]
SEEN = (payloads.MARKUP[1], payloads.MARKUP[10], payloads.MARKDOWN[1], payloads.TEMPLATES[0])
NAME = "<img src=x onerror=window.hit=1>`${window.hit=1}` ![x](http:payload.example) \u202egpj.csv"
PLACES = ((523000, 179000), (524500, 178000), (525300, 176600))
PAGES = (
    *("", "wards", "when", "patrol", "trends", "data", "audit"),
    *("trends?trends-show=Victims", "trends?trends-show=Outcomes+and+reporting"),
)

# Runs in every page before anything else does, and sees what the policy had to stop.
_LOOK_ON = """
window.stopped = [];
addEventListener("securitypolicyviolation",
  (event) => stopped.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""
# Parts of components stand in shadow trees, which no selector of the page looks into.
_FOUND = """
() => {
  const found = [];
  const look = (root) => {
    for (const node of root.querySelectorAll("*")) {
      const said = node.getAttributeNames().filter((name) => /^on/i.test(name));
      const address = node.getAttribute("href") ?? node.getAttribute("src") ?? "";
      if (said.length || /^payload-|^(iframe|object|embed|base)$/i.test(node.localName)
          || /payload\\.example|^\\s*javascript:/i.test(address)) found.push(node.outerHTML);
      if (node.shadowRoot) look(node.shadowRoot);
    }
  };
  look(document);
  return { found, stopped: window.stopped, hit: window.hit ?? null };
}
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the file; every text stands in every column."""
    columns = ["Category", "Strand", "Outcome", "How reported", "Location", "Victim ethnicity"]
    columns += ["Victim age band", "Victim ref", "Incident number", payloads.MARKUP[1]]
    written = io.StringIO()
    out = csv.writer(written)
    out.writerow(["Date", "Easting", "Northing", *columns])
    for number in range(3 * len(TEXTS)):
        text = TEXTS[number % len(TEXTS)].replace("\0", "\ufffd")
        day = (
            f"{2021 + number % 2}-{1 + number % 12:02d}-{1 + number % 28:02d} {number % 24:02d}:30"
        )
        place = PLACES[number % len(PLACES)]
        texts = [*[text] * 7, f"{text} {number // 2}", f"{text} {number}", text]
        out.writerow([day, *place, *texts])
    path = tmp_path_factory.mktemp("payloads") / NAME
    path.write_bytes(written.getvalue().encode())
    return path


@pytest.fixture
def looked_at(page: Page) -> Iterator[Page]:
    """A page that is watched for everything that a payload may do."""
    dialogs: list[str] = []

    def note(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    context: BrowserContext = page.context
    context.add_init_script(_LOOK_ON)
    page.on("dialog", note)
    yield page
    assert not dialogs


def check(page: Page) -> None:
    for frame in page.frames:
        assert frame.evaluate(_FOUND) == {"found": [], "stopped": [], "hit": None}, page.url


def point_at_everything(page: Page) -> None:
    """Bring up the tooltips of a map."""
    for target in ("path.hotspot", "path.ward", "path.station"):
        for shape in page.locator(target).all()[:3]:
            shape.dispatch_event("mouseover")
            expect(page.locator(".leaflet-tooltip").first).to_be_attached()


def test_nothing_of_a_file_runs_on_any_page(
    looked_at: Page, watch: Watch, serve: Callable[..., Server], file: Path
) -> None:
    page = looked_at
    url = serve(str(file)).url
    map_page.open_map(page, f"{url}/hotspots")
    expect(page.locator("p.caption")).to_contain_text("<img src=x onerror=window.hit=1>")
    point_at_everything(page)
    check(page)
    field = page.get_by_role("combobox", name="Categories")
    for text in SEEN:
        field.fill(text)
        expect(page.get_by_role("option", name=text, exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    for path in PAGES:
        visit(page, f"{url}/{path}")
        closed = page.locator("[data-testid=stMain] details:not([open]) > summary")
        closed.evaluate_all("all => all.forEach((one) => one.click())")
        settle(page)
        check(page)
    for text in SEEN:
        expect(page.get_by_test_id("stMain")).to_contain_text(text)
    watch.check()


def test_nothing_of_a_link_runs_and_what_it_asks_for_is_said(
    looked_at: Page, watch: Watch, serve: Callable[..., Server], file: Path
) -> None:
    page = looked_at
    text = payloads.MARKUP[1]
    names = ("category", "strand", "period", "against", "kind", "wards", "wards-sort", "level")
    link = urlencode([(name, text) for name in names])
    address = f"{serve(str(file)).url}/hotspots?{link}#hotspots={quote(text)}~{quote(text)}"
    map_page.open_map(page, address)
    expect(page.get_by_text(f"{text} is not offered here").first).to_be_attached()
    check(page)
    watch.check()


def test_nothing_that_people_type_runs(
    looked_at: Page, watch: Watch, serve: Callable[..., Server], file: Path
) -> None:
    page = looked_at
    visit(page, serve(str(file)).url)
    note, role, name = payloads.MARKUP[1], payloads.MARKDOWN[1], payloads.MARKDOWN[0][:40]
    page.get_by_role("textbox", name="What was said or decided").fill(note)
    page.get_by_label("Role (optional)").fill(role[:40])
    page.get_by_role("button", name="Keep it").click()
    expect(page.locator("p.note").first).to_have_text(note)
    page.get_by_role("button", name="Change").first.click()
    settle(page)
    check(page)
    page.get_by_role("button", name="Views").click()
    page.get_by_role("textbox", name="Name of a view").fill(name)
    page.get_by_role("button", name="Save this view").click()
    settle(page)
    expect(page.get_by_text(f"Saved as {name}")).to_be_visible()
    check(page)
    watch.check()


def test_a_pack_opened_from_a_disk_runs_its_slider_and_nothing_else(
    looked_at: Page, watch: Watch, serve: Callable[..., Server], file: Path, tmp_path: Path
) -> None:
    page = looked_at
    visit(page, f"{serve(str(file)).url}/?pack-format=Web+page+that+works+offline")
    page.get_by_text("Files with exact figures", exact=True).click()
    settle(page)
    page.get_by_role("button", name="Take away").click()
    page.get_by_role("radiogroup").get_by_text(LEVEL_WORDS[EXACT]).click()
    settle(page)
    with page.expect_download(timeout=60_000) as waiting:
        page.get_by_role("button", name="Download the pack").click()
    pack = tmp_path / "pack.html"
    waiting.value.save_as(pack)
    page.goto(pack.as_uri())
    drawn = page.locator(".hotspot-map")
    expect(drawn).to_have_attribute("data-drawn", re.compile("^whole:0:"))
    expect(page.locator("main")).to_contain_text("<img src=x onerror=window.hit=1>")
    page.locator("input[name=mode][value=steps]").check(force=True)
    expect(drawn).to_have_attribute("data-drawn", re.compile("^steps:"))
    point_at_everything(page)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    check(page)
    watch.check()
    # What got past the escaping would be stopped by the policy, whatever it is.
    page.evaluate(
        """host => {
          const page = document.body;
          page.insertAdjacentHTML("beforeend", "<img src=x onerror='window.hit=1'>");
          page.insertAdjacentHTML("beforeend", "<p style='color:red' onclick='window.hit=1'>x</p>");
          page.insertAdjacentHTML("beforeend", `<form action=//${host}/><button>x</button></form>`);
          page.insertAdjacentHTML("beforeend", `<iframe src=//${host}/></iframe>`);
          const script = document.createElement("script");
          script.textContent = "window.hit=1";
          page.append(script);
          page.querySelector("p[onclick]").click();
          page.querySelector("form button").click();
        }""",
        payloads.HOST,
    )
    page.wait_for_timeout(200)
    stopped = page.evaluate("stopped.map(one => one.split(' ')[0])")
    expected = {"img-src", "script-src-attr", "style-src-attr", "form-action", "frame-src"}
    assert {*expected, "script-src-elem"} <= set(stopped)
    assert page.evaluate("window.hit === undefined")
    assert not watch.outside
    watch.console.clear()  # the browser says there what it stopped
