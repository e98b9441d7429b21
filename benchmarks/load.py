"""Twenty people at once on one server: from a click to the last of the answer.

Real sessions over websockets, each on a page of its own choice, change controls of the sidebar at
random and look at what comes for a while; only the drawing in the browser is left out, which
``benchmarks.browser`` measures. All figures are of a warm server: what one person has asked for
is kept for the others.
"""

import asyncio
import random
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.harness import Measured, Row, Unavailable
from benchmarks.samples import N_INCIDENTS, N_MONTHS, N_SNAP_POINTS, incidents_on
from geo.readers import write_plain_csv

try:
    import websockets
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
    from streamlit.proto.WidgetStates_pb2 import WidgetState

    from tests.browser.harness import Server, dashboard_command, free_port, serving
except ImportError as error:
    raise Unavailable(str(error)) from error

PEOPLE = 20
SECONDS = 60.0
THINK_S = 5.0
"""Mean time, exponential, between an answer and the next click."""
AT_MOST_S = 1.0
"""Goal for 95 of 100 answers, stated before it was measured."""
PAGES = ("", "wards", "when", "trends", "hotspots")
CONTROLS = ("Period", "Held against", "Crimes or incidents", "Ward boundaries")
_NOT_CHOSEN = {"Choose months"}
_PATIENCE_S = 120.0
_CASE = f"{N_INCIDENTS:,} incidents on {N_SNAP_POINTS:,} places, {N_MONTHS} months"


@dataclass
class Person:
    """One session and what its page offers."""

    url: str
    page: str
    chance: random.Random
    clicks: list[float] = field(default_factory=list)
    _offered: dict[str, tuple[str, list[str]]] = field(default_factory=dict)
    _states: dict[str, WidgetState] = field(default_factory=dict)
    _pages: dict[str, str] = field(default_factory=dict)

    async def visit(self, until: float) -> float:
        """Open the page, click until the time is over, and give the seconds of the opening."""
        address = self.url.replace("http", "ws") + "/_stcore/stream"
        async with websockets.connect(
            address, subprotocols=["streamlit"], origin=self.url, max_size=None
        ) as self.socket:
            opened = await self._ask("")
            if self.page:
                opened += await self._ask(self._pages[self.page])
            while time.perf_counter() < until:
                await asyncio.sleep(self.chance.expovariate(1 / THINK_S))
                self._choose()
                self.clicks.append(await self._ask(self._pages[self.page]))
        return opened

    def _choose(self) -> None:
        """Set one of the controls to another of its options."""
        found = [self._offered[label] for label in CONTROLS if label in self._offered]
        widget, options = self.chance.choice(found)
        others = [option for option in options if option not in _NOT_CHOSEN]
        state = WidgetState(id=widget)
        state.string_value = self.chance.choice(others)
        self._states[widget] = state

    async def _ask(self, page: str) -> float:
        """Run the page and read all that comes; gives the seconds."""
        asked = BackMsg()
        asked.rerun_script.page_script_hash = page
        asked.rerun_script.widget_states.widgets.extend(self._states.values())
        start = time.perf_counter()
        await self.socket.send(asked.SerializeToString())
        while True:
            message = ForwardMsg()
            message.ParseFromString(await asyncio.wait_for(self.socket.recv(), _PATIENCE_S))
            if message.WhichOneof("type") == "script_finished":
                return time.perf_counter() - start
            self._note(message)

    def _note(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "navigation":
            self._pages = {
                "" if page.is_default else page.url_pathname: page.page_script_hash
                for page in message.navigation.app_pages
            }
        elif kind == "delta" and message.delta.new_element.WhichOneof("type") == "selectbox":
            box = message.delta.new_element.selectbox
            self._offered[box.label] = (box.id, list(box.options))


def measure() -> Iterator[Row]:
    with ExitStack() as stack:
        file = Path(stack.enter_context(TemporaryDirectory())) / "incidents.csv"
        write_plain_csv(incidents_on(N_SNAP_POINTS), file)
        port = free_port()
        server = stack.enter_context(serving(dashboard_command(port, str(file)), port, "load"))
        opened, _ = asyncio.run(_people(server, len(PAGES), 0.0))
        print(f"load: pages opened first in {max(opened):.1f} s", file=sys.stderr)
        asyncio.run(_people(server, len(PAGES), 30.0))
        for people in (1, PEOPLE):
            opened, clicks = asyncio.run(_people(server, people, SECONDS))
            yield _row(people, opened, clicks)
        server.check_log()


async def _people(server: Server, number: int, seconds: float) -> tuple[list[float], list[float]]:
    """Let people come one after another and click; gives the times of opening and of clicks."""
    until = time.perf_counter() + seconds
    people = [Person(server.url, PAGES[n % len(PAGES)], random.Random(n)) for n in range(number)]
    opened = await asyncio.gather(
        *(_after(n * THINK_S / number, person, until) for n, person in enumerate(people))
    )
    return opened, [click for person in people for click in person.clicks]


async def _after(wait_s: float, person: Person, until: float) -> float:
    await asyncio.sleep(wait_s)
    return await person.visit(until)


def _row(people: int, opened: list[float], clicks: list[float]) -> Row:
    within = statistics.quantiles(clicks, n=20, method="inclusive")[-1]
    return Row(
        f"a click of {people} at once" if people > 1 else "a click of one person",
        _CASE,
        Measured(statistics.median(clicks), within),
        at_most_s=AT_MOST_S,
        note=(
            f"median and, in brackets, 95 % of {len(clicks)} clicks in {SECONDS:.0f} s; longest "
            f"{max(clicks):.2f} s; pages opened in {statistics.median(opened):.2f} s"
        ),
    )
