"""Twenty people at once on one server: from a click to the last of the answer.

Real sessions over websockets, each on a page of its own choice, change controls of the sidebar at
random and look at what comes for a while; only the drawing in the browser is left out, which
``benchmarks.browser`` measures. All figures are of a warm server: what one person has asked for
is kept for the others. At last one more person adds a million rows on the page Data while the
others go on. The pages are those of exact figures, which are the heavier ones.
"""

import asyncio
import os
import random
import statistics
import sys
import time
import zipfile
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import requests

from benchmarks.harness import Measured, Row, Unavailable
from benchmarks.samples import (
    N_INCIDENTS,
    N_MONTHS,
    N_SNAP_POINTS,
    incidents_on,
    places_in_borough,
)
from boundaries.projection import to_wgs84
from dashboard.access import START_LEVEL
from geo.disclosure.levels import EXACT
from geo.readers import write_plain_csv

try:
    import websockets
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from streamlit.proto.Common_pb2 import FileURLs
    from streamlit.proto.Element_pb2 import Element
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
    from streamlit.proto.WidgetStates_pb2 import WidgetState

    from tests.browser.harness import Server, dashboard_command, free_port, serving
except ImportError as error:
    raise Unavailable(str(error)) from error

PEOPLE = 20
N_ROWS, N_IMPORT_MONTHS = 1_000_000, 40
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
    clicks: list[tuple[float, float]] = field(default_factory=list)
    _offered: dict[str, tuple[str, list[str]]] = field(default_factory=dict)
    _states: dict[str, WidgetState] = field(default_factory=dict)
    _pages: dict[str, str] = field(default_factory=dict)

    async def visit(self, until: float) -> float:
        """Open the page, click until the time is over, and give the seconds of the opening."""
        async with self._connected():
            opened = await self._ask("")
            if self.page:
                opened += await self._ask(self._pages[self.page])
            while time.perf_counter() < until:
                await asyncio.sleep(self.chance.expovariate(1 / THINK_S))
                self._choose()
                at = time.perf_counter()
                self.clicks.append((at, await self._ask(self._pages[self.page])))
        return opened

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[None]:
        address = self.url.replace("http", "ws") + "/_stcore/stream"
        async with websockets.connect(
            address, subprotocols=["streamlit"], origin=self.url, max_size=None
        ) as self.socket:
            yield

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
            if message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY and (
                message.WhichOneof("type") == "script_finished"
            ):
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
        elif kind == "file_urls_response":
            self._urls = message.file_urls_response.file_urls[0]
        elif kind == "delta":
            self._note_element(message.delta.new_element)

    def _note_element(self, element: Element) -> None:
        """Remember what the page Data has."""

    _urls: FileURLs | None = None


@dataclass
class Importer(Person):
    """Somebody who drops a file into the page Data and adds what is in it.

    Attributes
    ----------
    file
        To be added.
    began, ended
        When it was dropped and when it had been added.
    """

    file: Path = Path()
    began: float = 0.0
    ended: float = 0.0
    said: str = ""
    _ids: dict[str, str] = field(default_factory=dict)

    async def add(self) -> None:
        """Drop the file, look at what would change, and confirm."""
        async with self._connected():
            await self._ask("")
            await self._ask(self._pages["data"])
            self.began = time.perf_counter()
            await self._drop()
            await self._ask(self._pages["data"])
            if "confirm" not in self._ids:
                msg = f"The page did not offer to add the file: {self.said}"
                raise Unavailable(msg)
            pressed = WidgetState(id=self._ids["confirm"], trigger_value=True)
            self._states[pressed.id] = pressed
            await self._ask(self._pages["data"])
            self.ended = time.perf_counter()
            if "added" not in self.said:
                msg = f"The page did not say that it was added: {self.said}"
                raise Unavailable(msg)

    async def _drop(self) -> None:
        """Send the file as a browser does."""
        asked = BackMsg()
        asked.file_urls_request.request_id = "1"
        asked.file_urls_request.file_names.append(self.file.name)
        await self.socket.send(asked.SerializeToString())
        while self._urls is None:
            message = ForwardMsg()
            message.ParseFromString(await asyncio.wait_for(self.socket.recv(), _PATIENCE_S))
            self._note(message)
        await asyncio.to_thread(self._upload, self._urls)
        state = WidgetState(id=self._ids["Files with incidents"])
        info = state.file_uploader_state_value.uploaded_file_info.add()
        info.name, info.size = self.file.name, self.file.stat().st_size
        info.file_id = self._urls.file_id
        info.file_urls.CopyFrom(self._urls)
        self._states[state.id] = state

    def _upload(self, urls: FileURLs) -> None:
        with requests.Session() as session:
            session.trust_env = False
            session.get(f"{self.url}/_stcore/health", timeout=30)
            token = session.cookies.get("_streamlit_xsrf", "")
            with self.file.open("rb") as content:
                answer = session.put(
                    self.url + urls.upload_url,
                    files={"file": (self.file.name, content)},
                    headers={"X-Xsrftoken": token},
                    timeout=_PATIENCE_S,
                )
        answer.raise_for_status()

    def _note_element(self, element: Element) -> None:
        kind = element.WhichOneof("type")
        if kind == "file_uploader":
            self._ids[element.file_uploader.label] = element.file_uploader.id
        elif kind == "button" and element.button.id.endswith("-confirm"):
            self._ids["confirm"] = element.button.id
        elif kind == "alert":
            self.said += element.alert.body + " "


def write_months(file: Path) -> None:
    """Pack a million made-up crimes as a download from police.uk."""
    chance = np.random.default_rng(1)
    places = places_in_borough(N_SNAP_POINTS)
    longitude, latitude = to_wgs84(*places).T
    per_month = N_ROWS // N_IMPORT_MONTHS
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number in range(N_IMPORT_MONTHS):
            month = str(np.datetime64("2019-01", "M") + number)
            place = chance.integers(0, len(longitude), per_month)
            rows = pd.DataFrame(
                {
                    "Crime ID": [f"{number:03}{n:061x}" for n in range(per_month)],
                    "Month": month,
                    "Reported by": "Metropolitan Police Service",
                    "Falls within": "Metropolitan Police Service",
                    "Longitude": longitude[place].round(6),
                    "Latitude": latitude[place].round(6),
                    "Location": [f"On or near Street {n}" for n in place],
                    "LSOA code": "E01001850",
                    "LSOA name": "Hammersmith and Fulham 001A",
                    "Crime type": "Public order",
                    "Last outcome category": "Under investigation",
                    "Context": "",
                }
            )
            archive.writestr(f"{month}/{month}-metropolitan-street.csv", rows.to_csv(index=False))


def measure() -> Iterator[Row]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        file, months = folder / "incidents.csv", folder / "months.zip"
        write_plain_csv(incidents_on(N_SNAP_POINTS), file)
        write_months(months)
        stack.enter_context(_exact())
        port = free_port()
        server = stack.enter_context(serving(dashboard_command(port, str(file)), port, "load"))
        opened, _ = asyncio.run(_people(server, len(PAGES), 0.0))
        print(f"load: pages opened first in {max(opened):.1f} s", file=sys.stderr)
        asyncio.run(_people(server, len(PAGES), 30.0))
        for people in (1, PEOPLE):
            opened, clicks = asyncio.run(_people(server, people, SECONDS))
            yield _row(people, opened, [seconds for _, seconds in clicks])
        yield asyncio.run(_with_import(server, months))
        server.check_log()


@contextmanager
def _exact() -> Iterator[None]:
    """Have sessions begin with exact figures."""
    before = os.environ.get(START_LEVEL)
    os.environ[START_LEVEL] = EXACT
    try:
        yield
    finally:
        os.environ.pop(START_LEVEL)
        if before is not None:
            os.environ[START_LEVEL] = before


async def _with_import(server: Server, months: Path) -> Row:
    """Let people click while one more adds a million rows; clicks before and after do not count."""
    importer = Importer(server.url, "data", random.Random(0), file=months)

    async def added() -> None:
        await asyncio.sleep(2 * THINK_S)
        await importer.add()

    (opened, clicks), _ = await asyncio.gather(_people(server, PEOPLE, SECONDS), added())
    during = [
        seconds for at, seconds in clicks if at < importer.ended and at + seconds > importer.began
    ]
    row = _row(PEOPLE, opened, during)
    took = f"; adding {N_ROWS:,} rows took {importer.ended - importer.began:.0f} s"
    return replace(row, step=f"{row.step} while one adds a file", note=row.note + took)


async def _people(
    server: Server, number: int, seconds: float
) -> tuple[list[float], list[tuple[float, float]]]:
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
