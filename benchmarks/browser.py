"""A change of a setting, from the press to the map: the live map beside plain folium in a frame."""

import statistics
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.harness import Measured, Row, Unavailable
from benchmarks.samples import N_INCIDENTS, N_MONTHS, N_SNAP_POINTS, incidents_on
from geo.readers import write_plain_csv

try:
    from playwright.sync_api import Page, sync_playwright

    from tests.browser import chromium
    from tests.browser.harness import (
        BROWSER_ARGS,
        Watch,
        dashboard_command,
        free_port,
        script_command,
        serving,
        settle,
        watched_page,
    )
except ImportError as error:
    raise Unavailable(str(error)) from error

CHANGES = 20
CHANGE_AT_MOST_S = 0.3
"""Goal for a change of a setting, median, stated before it was measured."""
STEP_AT_MOST_S = 0.1
"""Goal for a step of the time slider: what people take for at once."""

BANDWIDTH = "Bandwidth (m)"
RADIUS = "Search radius (eps) (m)"
WINDOW = "Window (steps)"
MEASURES = (
    "Incidents by ward",
    "Incidents per 1,000 residents by ward",
    "Incidents per km² by ward",
)
"""Chosen in turns; the page starts with the first, so the last is chosen to warm up."""
_CASE = f"{N_INCIDENTS:,} incidents on {N_SNAP_POINTS:,} places, {N_MONTHS} months"
# Everything, not only the last twelve months.
_PERIOD = "?period=All"
_OPENED = {"live": f"/hotspots{_PERIOD}", "folium": f"/{_PERIOD}"}
_FOLIUM_PAGE = Path(__file__).with_name("folium_page.py")

# Each makes a promise `changed` of a map that is different and on the screen.
_LIVE_MAP = """
const hosts = [...document.querySelectorAll("*")].filter((node) => node.shadowRoot);
const map = hosts.map((node) => node.shadowRoot.querySelector("[data-drawn]")).find(Boolean);
const before = map.dataset.drawn;
const changed = new Promise((done) => {
  const observer = new MutationObserver(() => {
    if (map.dataset.drawn === before) return;
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(done, 0));
  });
  observer.observe(map, { attributes: true });
});
"""
_FOLIUM = """
const changed = new Promise((done) => {
  addEventListener("message", function told(event) {
    if (event.data !== "folium drawn") return;
    removeEventListener("message", told);
    done();
  });
});
"""
_WATCH = """
() => {
  %s
  const pressed = new Promise((start) => {
    const kinds = ["click", "keydown"];
    const told = (event) => {
      kinds.forEach((kind) => removeEventListener(kind, told, true));
      start(event.timeStamp);
    };
    kinds.forEach((kind) => addEventListener(kind, told, true));
  });
  const tooLong = new Promise((_, fail) => setTimeout(() => fail(new Error("no change")), 20000));
  const took = pressed.then((start) => changed.then(() => performance.now() - start));
  window.timedChange = Promise.race([took, tooLong]);
}
"""


@dataclass(frozen=True)
class Desk:
    """An open page, and how to see that its map has changed."""

    page: Page
    changed: str

    def timed(self, press: Callable[[], None]) -> float:
        """Press something and give the seconds, by the browser's clock, until the map is new."""
        settle(self.page)
        self.page.evaluate(_WATCH % self.changed)
        press()
        return self.page.evaluate("window.timedChange") / 1_000


Change = Callable[[Desk, int], float]
"""Changes something on a desk and gives the seconds; the turn is -1 for the one to warm up."""


def measure() -> Iterator[Row]:
    path = chromium.find()
    if path is None:
        raise Unavailable(chromium.MISSING)
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory())
        file = Path(folder) / "incidents.csv"
        write_plain_csv(incidents_on(N_SNAP_POINTS), file)
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=path, args=BROWSER_ARGS)
        stack.callback(browser.close)
        watch = Watch()
        desks = []
        for name, changed in (("live", _LIVE_MAP), ("folium", _FOLIUM)):
            port = free_port()
            server = stack.enter_context(serving(_command(name, port, file), port, f"bench-{name}"))
            page = stack.enter_context(watched_page(browser, watch))
            page.goto(server.url + _OPENED[name])
            page.get_by_label(BANDWIDTH, exact=True).wait_for()
            _unfold(page)
            settle(page, 2_000)
            desks.append(Desk(page, changed))
        yield from _rows(*desks)
        watch.check()


def _unfold(page: Page) -> None:
    """Open the parts of the sidebar that are closed at first."""
    for part in page.get_by_test_id("stSidebar").locator("details:not([open]) > summary").all():
        part.click()


def _command(name: str, port: int, file: Path) -> list[str]:
    if name == "live":
        return dashboard_command(port, str(file))
    return [*script_command(_FOLIUM_PAGE, port), "--", str(file)]


def _rows(live: Desk, folium: Desk) -> Iterator[Row]:
    whole, slider = "whole period", "time slider"
    bandwidth, radius = _steps_up(BANDWIDTH, 200), _steps_up(RADIUS, 150)
    yield _row("bandwidth up by 25 m", whole, bandwidth, live, folium)
    yield _row("another measure", whole, _another_measure, live, folium)
    _set_mode(live, "steps")
    yield _row("another measure", slider, _another_measure, live)
    for desk in (live, folium):
        _set_number(desk, WINDOW, 3)
    yield _row("bandwidth up by 25 m", slider, bandwidth, live)
    yield _slider(live)
    for desk in (live, folium):
        desk.page.bring_to_front()
        _open_list(desk, "Found by")
        desk.page.get_by_role("option", name="DBSCAN", exact=True).click()
        settle(desk.page)
        _unfold(desk.page)
    yield _row("search radius up by 10 m", slider, radius, live)
    _set_mode(live, "whole")
    yield _row("search radius up by 10 m", whole, radius, live, folium)


def _set_mode(desk: Desk, mode: str) -> None:
    desk.page.locator(f"input[name=mode][value={mode}]").check(force=True)
    settle(desk.page)


def _set_number(desk: Desk, label: str, value: int) -> None:
    field = desk.page.get_by_label(label, exact=True)
    field.fill(str(value))
    field.press("Enter")
    settle(desk.page)


def _steps_up(label: str, start: int) -> Change:
    """Press the + of a number, from its start value on; no value is seen twice in a short time."""

    def change(desk: Desk, turn: int) -> float:
        if turn < 0:
            _set_number(desk, label, start)
        field = desk.page.get_by_test_id("stNumberInput").filter(
            has=desk.page.get_by_label(label, exact=True)
        )
        return desk.timed(field.get_by_test_id("stNumberInputStepUp").click)

    return change


def _another_measure(desk: Desk, turn: int) -> float:
    """Choose the next measure, for a window of time that the page has not computed it for."""
    _set_number(desk, WINDOW, 1 + (turn + 1) // 2)
    _open_list(desk, "Measure")
    return desk.timed(desk.page.get_by_role("option", name=MEASURES[turn % 3], exact=True).click)


def _open_list(desk: Desk, label: str) -> None:
    field = desk.page.get_by_label(label, exact=True)
    field.scroll_into_view_if_needed()  # scrolling closes the list again
    settle(desk.page)
    field.click()


def _row(
    step: str,
    mode: str,
    change: Change,
    live: Desk,
    folium: Desk | None = None,
) -> Row:
    """Measure both pages in turns, so that a busy machine slows both."""
    desks = [live, folium] if folium else [live]
    times = [[_in_front(desk, change, turn) for desk in desks] for turn in range(-1, CHANGES)][1:]
    ours, *theirs = zip(*times, strict=True)
    notes = [f"95 % within {_percentile_95(ours) * 1e3:.0f} ms"]
    notes += [f"folium's within {_percentile_95(rival) * 1e3:.0f} ms" for rival in theirs]
    return Row(
        step,
        f"{_CASE}, {mode} shown",
        _measured(ours),
        "folium in st.iframe, whole period only" if theirs else "",
        _measured(theirs[0]) if theirs else None,
        at_most_s=CHANGE_AT_MOST_S,
        note=", ".join([*notes, f"{CHANGES} changes"]),
    )


def _in_front(desk: Desk, change: Change, turn: int) -> float:
    desk.page.bring_to_front()
    took_s = change(desk, turn)
    print(f"browser: {took_s * 1e3:.0f} ms", file=sys.stderr)
    return took_s


def _slider(live: Desk) -> Row:
    live.page.bring_to_front()
    slider = live.page.get_by_label("Position in time")
    slider.press("Home")
    times = [live.timed(lambda: slider.press("ArrowRight")) for _ in range(CHANGES + 1)][1:]
    return Row(
        "one step of the time slider",
        _CASE,
        _measured(times),
        at_most_s=STEP_AT_MOST_S,
        note=f"95 % within {_percentile_95(times) * 1e3:.0f} ms, in the browser alone",
    )


def _measured(times: tuple[float, ...] | list[float]) -> Measured:
    return Measured(min(times), statistics.median(times))


def _percentile_95(times: tuple[float, ...] | list[float]) -> float:
    return statistics.quantiles(times, n=20, method="inclusive")[-1]
