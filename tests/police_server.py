"""A server on this machine that answers as the documentation of data.police.uk says."""

import json
import random
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

CATEGORIES = ("anti-social-behaviour", "violent-crime", "theft-from-the-person", "burglary")


def made_up_crimes(
    count: int, months: Sequence[str], bounds: tuple[float, float, float, float], seed: int = 1
) -> list[dict[str, Any]]:
    """Make records on few places, as map points are, inside bounds (west, south, east, north)."""
    draw = random.Random(seed)
    west, south, east, north = bounds
    places = [
        (f"{draw.uniform(south, north):.6f}", f"{draw.uniform(west, east):.6f}")
        for _ in range(max(count // 3, 1))
    ]
    return [
        a_crime(number, draw, draw.choice(months), draw.choice(places)) for number in range(count)
    ]


def a_crime(number: int, draw: random.Random, month: str, place: tuple[str, str]) -> dict[str, Any]:
    """Make one record with the fields that the documentation shows."""
    category = draw.choice(CATEGORIES)
    is_crime = category != "anti-social-behaviour"
    return {
        "category": category,
        "location_type": draw.choice(["Force", "Force", "BTP"]),
        "location": {
            "latitude": place[0],
            "longitude": place[1],
            "street": {"id": number % 97, "name": f'On or near "Street" {number % 97}, W6'},
        },
        "context": "",
        "outcome_status": {"category": "Under investigation", "date": month} if is_crime else None,
        "persistent_id": f"{number:064x}" if is_crime else "",
        "id": 116_000_000 + number,
        "location_subtype": "",
        "month": month,
    }


def inside(crime: dict[str, Any], poly: str) -> bool:
    """Cast a ray to the east and count the edges that it meets: slow and obvious."""
    corners = [tuple(map(float, pair.split(","))) for pair in poly.split(":")]
    lat, lon = float(crime["location"]["latitude"]), float(crime["location"]["longitude"])
    odd = False
    for (lat1, lon1), (lat2, lon2) in zip(corners, [*corners[1:], corners[0]], strict=True):
        if (lat1 > lat) != (lat2 > lat):
            odd ^= lon < lon1 + (lat - lat1) / (lat2 - lat1) * (lon2 - lon1)
    return odd


@dataclass
class PoliceServer:
    """What the server has, what it does wrong, and what it was asked.

    Attributes
    ----------
    records, months
        What there is.
    most
        More crimes than this in an area are a 503.
    faults
        What goes wrong with the next requests for crimes, one after the other; the last one for
        all further ones where ``for_ever``.
    clock
        Keeps the documented limit of requests where given.
    """

    records: list[dict[str, Any]]
    months: list[str]
    most: int = 10_000
    faults: list[str] = field(default_factory=list)
    for_ever: bool = False
    clock: Callable[[], float] | None = None
    address: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    given: list[int] = field(default_factory=list)
    level: float = 0
    leaked: float = 0

    def next_fault(self) -> str:
        """Give the fault of this request, or nothing."""
        if not self.faults:
            return ""
        return self.faults[0] if self.for_ever and len(self.faults) == 1 else self.faults.pop(0)

    def is_too_fast(self) -> bool:
        """Keep a leaky bucket of 30 that loses 15 a second."""
        if self.clock is None:
            return False
        now = self.clock()
        self.level = max(self.level - 15 * (now - self.leaked), 0) + 1
        self.leaked = now
        return self.level > 30 + 1e-6


class _Handler(BaseHTTPRequestHandler):
    state: PoliceServer
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        if len(self.path) > 4094:
            self._answer(400, b"")
        elif self.path.partition("?")[0] == "/api/crimes-street-dates":
            entries = [{"date": month, "stop-and-search": []} for month in self.state.months]
            self._json(entries[::-1])
        else:
            self._crimes(parse_qs(self.path.partition("?")[2]))

    def do_POST(self) -> None:
        form = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._crimes(parse_qs(form))

    def _crimes(self, asked: dict[str, list[str]]) -> None:
        state = self.state
        poly, month = asked["poly"][0], asked["date"][0]
        state.asked.append((month, poly))
        if state.is_too_fast():
            self._answer(429, b"", {"Retry-After": "1"})
            return
        if not self.path.startswith("/api/crimes-street/all-crime") or month not in state.months:
            self._answer(404, b"")
            return
        found = [each for each in state.records if each["month"] == month and inside(each, poly)]
        name, _, detail = state.next_fault().partition(" ")
        if name:
            getattr(self, f"_{name}")(found, detail)
        elif len(found) > state.most:
            self._answer(503, b"")
        else:
            state.given += [each["id"] for each in found]
            self._json(found)

    def _status(self, _: list[Any], detail: str) -> None:
        status, _, after = detail.partition(" ")
        self._answer(int(status), b"", {"Retry-After": after} if after else {})

    def _drop(self, *_: object) -> None:
        """Reset the connection before there is an answer."""
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.close_connection = True
        self.connection.close()

    def _cut(self, found: list[Any], _: str) -> None:
        """Promise more bytes than come."""
        content = json.dumps(found).encode()
        self._answer(200, content[: len(content) // 2], {"Content-Length": str(len(content))})
        self.close_connection = True

    def _half(self, found: list[Any], _: str) -> None:
        """Give half of the text as if it were all."""
        self._answer(200, json.dumps(found).encode()[:-9])

    def _slow(self, found: list[Any], detail: str) -> None:
        time.sleep(float(detail))
        self._json(found)

    def _say(self, _: list[Any], detail: str) -> None:
        self._answer(200, detail.encode())

    def _json(self, content: object) -> None:
        self._answer(200, json.dumps(content).encode())

    def _answer(self, status: int, content: bytes, headers: dict[str, str] | None = None) -> None:
        self.state.statuses.append(status)
        try:
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(content))} | (headers or {})).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)
        except OSError:  # the client has hung up, as it should after a time
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving(state: PoliceServer) -> Iterator[PoliceServer]:
    """Answer on a free port of this machine while inside."""
    handler = type("Handler", (_Handler,), {"state": state, "protocol_version": "HTTP/1.1"})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        state.address = f"http://127.0.0.1:{server.server_port}/api"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()
