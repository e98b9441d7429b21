"""The client of data.police.uk against a server that speaks its documented protocol."""

import re
import socket
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
import requests
from shapely.geometry import MultiPolygon, Polygon, box

from boundaries import load_borough
from boundaries.errors import InputFileError
from boundaries.projection import to_wgs84
from geo.progress import watching
from geo.readers import read
from geo.readers.police_api import (
    CATEGORY_NAMES,
    ENVIRONMENT,
    covering,
    crimes,
    file_of,
    months_of,
)
from geo.readers.police_service import Pace, Terms
from geo.schema import CATEGORY, INCIDENT_ID, IS_CRIME, LOCATION_QUALITY, LOCATION_TEXT, OCCURRED
from tests.police_server import PoliceServer, inside, made_up_crimes, serving

MONTHS = ["2016-01", "2016-02", "2016-03"]
BOUNDS = (-0.27, 51.455, -0.17, 51.54)
AREA = box(521_000, 176_000, 526_000, 182_000)


class FakeTime:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def fake() -> FakeTime:
    return FakeTime()


@pytest.fixture
def terms(fake) -> Terms:
    return Terms(clock=fake.clock, sleep=fake.sleep, connect_s=2, read_s=2)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def serve() -> Iterator[Callable[..., PoliceServer]]:
    """Give servers that end with the test."""
    open_ones = []

    def one(records=None, **settings) -> PoliceServer:
        records = made_up_crimes(60, MONTHS, BOUNDS) if records is None else records
        server = serving(PoliceServer(records, MONTHS, **settings))
        open_ones.append(server)
        return server.__enter__()

    yield one
    for server in open_ones:
        server.__exit__(None, None, None)


def poly_of(area: Polygon) -> str:
    corners = to_wgs84(*zip(*area.exterior.coords[:-1], strict=True))
    return ":".join(f"{lat},{lon}" for lon, lat in corners)


def expected_ids(server: PoliceServer, areas: list[Polygon], months: list[str]) -> Counter:
    return Counter(
        each["id"]
        for each in server.records
        if each["month"] in months and any(inside(each, poly_of(area)) for area in areas)
    )


def on_the_cuts(area: Polygon) -> list[dict]:
    """Put crimes where an area, and then its quarters, are cut: on lines and their crossings."""
    west, south, east, north = area.bounds
    steps = [k / 8 for k in range(1, 8)]
    points = [(west + (east - west) * a, south + (north - south) * b) for a in steps for b in steps]
    degrees = to_wgs84(*zip(*points, strict=True))
    records = made_up_crimes(len(points), MONTHS[:1], BOUNDS, seed=9)
    for each, (lon, lat) in zip(records, degrees, strict=True):
        each["id"] += 5_000
        each["location"] |= {"latitude": f"{lat:.6f}", "longitude": f"{lon:.6f}"}
    return records


@pytest.mark.parametrize("most", [10_000, 60, 12])
def test_all_crimes_of_the_area_come_once_however_often_it_must_be_cut(serve, terms, most):
    records = made_up_crimes(500, MONTHS, BOUNDS) + on_the_cuts(AREA)
    server = serve(records, most=most)
    found = crimes(AREA, MONTHS[:2], base_url=server.address, terms=terms)
    expected = expected_ids(server, [AREA], MONTHS[:2])
    assert len(expected) > 150
    assert Counter(each["id"] for each in found) == expected
    assert found == sorted(found, key=lambda each: (each["month"], each["id"]))
    was_cut = most < 10_000
    assert (503 in server.statuses) == was_cut
    assert (len(server.given) > len(expected)) == was_cut, "quarters overlap"


def test_areas_of_several_parts_and_of_any_shape(serve, terms):
    wedge = Polygon([(521_000, 176_000), (526_000, 177_000), (523_000, 182_000)])
    notched = AREA.difference(wedge.buffer(300))
    parts = [part for part in notched.geoms if part.area > 1]
    server = serve(made_up_crimes(300, MONTHS[:1], BOUNDS), most=9)
    found = crimes(MultiPolygon(parts), MONTHS[:1], base_url=server.address, terms=terms)
    assert Counter(each["id"] for each in found) == expected_ids(server, parts, MONTHS[:1])


def test_the_outline_asked_for_covers_the_borough_with_few_corners():
    borough = load_borough().geometry.iloc[0]
    wider = covering(borough)
    assert wider.covers(borough)
    assert wider.area < 1.1 * borough.area
    assert len(wider.exterior.coords) < 80


def test_one_place_with_more_than_the_service_can_give_is_found_out_soon(serve, terms):
    stacked = made_up_crimes(20, MONTHS[:1], (-0.225, 51.5, -0.2249, 51.5001))
    server = serve(stacked, most=5)
    with pytest.raises(InputFileError, match=r"area of 100 m has more .* for 2016-01.*Try again"):
        crimes(AREA, MONTHS[:1], base_url=server.address, terms=terms)
    assert len(server.asked) < 30


def test_a_service_that_is_out_of_order_is_not_asked_for_ever(serve, terms):
    server = serve(faults=["status 503"], for_ever=True)
    with pytest.raises(InputFileError, match="out of order or overloaded"):
        crimes(AREA, MONTHS[:1], base_url=server.address, terms=terms)
    assert len(server.asked) < 10


@pytest.mark.parametrize(
    "faults",
    [
        ["status 429 7"],
        ["status 503 7"],
        ["status 502", "status 504", "status 500"],
        ["drop"],
        ["drop", "drop", "status 429"],
        ["cut"],
        ["half", "cut"],
        ["say <html>busy</html>"],
        ["slow 0.05"],
    ],
)
def test_passing_faults_lose_nothing(serve, terms, fake, faults):
    server = serve(faults=list(faults))
    found = crimes(AREA, MONTHS[:1], base_url=server.address, terms=terms)
    expected = expected_ids(server, [AREA], MONTHS[:1])
    assert Counter(each["id"] for each in found) == expected
    assert expected
    assert (7 in fake.slept) == faults[0].endswith(" 7"), "waited as long as it was told"
    assert len(server.asked) == len(faults) + ("slow" not in faults[0])


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("status 429 1", "too many requests were made. Try again in some minutes"),
        ("status 429 9000", "asks to wait 9,000 seconds"),
        ("status 500", "does not answer now: its status is 500"),
        ("status 403", "does not answer now: its status is 403"),
        ("drop", "cannot be reached .*Check the connection to the internet"),
        ("cut", "cut short or not those that its documentation describes"),
        ("half", r"cut short.*JSONDecodeError"),
        ('say {"error": 1}', r"not those that its documentation describes \(TypeError\)"),
        ("say [1]", "a crime is not as documented .*TypeError"),
        ('say [{"id": 1, "month": "2016-01"}]', "a crime is not as documented .*'location'"),
        ('say [{"id": 1, "month": "2015-01", "location": null}]', "a crime of 2015-01 was given"),
        (
            'say [{"id": 1, "month": "2016-01", "location": {"latitude": "x"}}]',
            "a crime is not as documented",
        ),
    ],
)
def test_lasting_faults_are_said_with_what_to_do(serve, terms, fault, words):
    server = serve(faults=[fault], for_ever=True)
    with pytest.raises(InputFileError, match=words) as caught:
        crimes(AREA, MONTHS[:1], base_url=server.address, terms=terms)
    assert re.search(r"months as CSV from the site's data page", str(caught.value))
    assert "0x" not in str(caught.value)
    assert len(server.asked) <= terms.attempts


def test_a_service_that_takes_too_long_is_given_up(serve, fake):
    terms = Terms(clock=fake.clock, sleep=fake.sleep, read_s=0.05, attempts=2)
    server = serve(faults=["slow 0.2"], for_ever=True)
    with pytest.raises(InputFileError, match=r"cannot be reached \(ReadTimeoutError\)"):
        crimes(AREA, MONTHS[:1], base_url=server.address, terms=terms)


def test_no_network_is_said(terms):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}/api"
        with pytest.raises(InputFileError, match=r"cannot be reached .*try again, or download"):
            crimes(AREA, MONTHS[:1], base_url=address, terms=terms)


def test_months_that_are_not_there_are_named_with_those_that_are(serve, terms):
    server = serve()
    wanted = ["2015-12", "2016-01", "2016-04"]
    with pytest.raises(
        InputFileError, match=r"not have 2015-12, 2016-04; .* from 2016-01 to 2016-03"
    ):
        crimes(AREA, wanted, base_url=server.address, terms=terms)
    assert not server.asked
    server.faults = ["status 404"]
    with pytest.raises(InputFileError, match=r"not have 2016-02; .* from 2016-01 to 2016-03"):
        crimes(AREA, MONTHS[1:], base_url=server.address, terms=terms)


def test_the_limit_of_requests_is_kept_even_while_trying_again(serve, terms, fake):
    records = made_up_crimes(900, MONTHS, BOUNDS)
    server = serve(records, most=8, clock=fake.clock, faults=["status 502"] * 3)
    crimes(AREA, MONTHS[:1], base_url=server.address, terms=terms)
    assert len(server.asked) > 40
    assert 429 not in server.statuses
    assert fake.now > (len(server.asked) - 30) / 15 * 0.99


def test_the_pace_lets_a_burst_through_and_then_one_at_a_time(fake):
    pace = Pace(Terms(per_second=15, burst=30, clock=fake.clock, sleep=fake.sleep))
    times = []
    for number in range(200):
        if number == 120:
            fake.sleep(1)  # a pause earns tokens
        pace.take()
        times.append(fake.now)
    assert times[29] == 0
    assert times[30] == pytest.approx(1 / 15)
    for first in range(len(times)):
        for last in range(first, len(times)):
            allowed = 30 + 15 * (times[last] - times[first]) + 1e-6
            assert last - first + 1 <= allowed
    assert times[-1] == pytest.approx((200 - 30) / 15, abs=0.01), "no slower than need be"


def test_a_session_of_ones_own_is_used(serve, terms):
    server = serve()
    with requests.Session() as session:
        session.hooks["response"].append(lambda answer, **_: seen.append(answer.request.method))
        seen: list[str] = []
        crimes(AREA, MONTHS[:1], base_url=server.address + "/", session=session, terms=terms)
    assert seen == ["GET", "POST"]


def test_progress_is_told_by_month(serve, terms):
    told = []
    with watching(lambda *words: told.append(words)):
        crimes(AREA, MONTHS[:2], base_url=serve().address, terms=terms)
    assert told == [(done, 2, "months from police.uk") for done in range(3)]


def test_what_is_fetched_reads_as_a_street_file_does(serve, monkeypatch):
    server = serve(made_up_crimes(400, MONTHS, BOUNDS))
    monkeypatch.setenv(ENVIRONMENT, server.address)
    result = read(["police.uk:2016-01..2016-02"])
    frame, report = result.incidents.frame, result.report
    area = covering(load_borough().geometry.iloc[0])
    expected = [
        each
        for month in MONTHS[:2]
        for each in sorted(server.records, key=lambda one: one["id"])
        if each["month"] == month and inside(each, poly_of(area))
    ]
    (file,) = report.files
    assert (file.kind, file.name) == ("police.uk API", "police.uk:2016-01..2016-02")
    assert report.rows_read == report.used == len(expected) > 50
    assert report.outside > 0, "what the margin brings is kept, and said to be outside"
    assert list(frame[CATEGORY]) == [CATEGORY_NAMES[each["category"]] for each in expected]
    assert list(frame[OCCURRED].dt.strftime("%Y-%m")) == [each["month"] for each in expected]
    assert list(frame[LOCATION_TEXT]) == [each["location"]["street"]["name"] for each in expected]
    assert list(frame[INCIDENT_ID]) == [
        each["persistent_id"] or f"api-{each['id']}" for each in expected
    ]
    assert list(frame[IS_CRIME]) == [bool(each["persistent_id"]) for each in expected]
    assert set(frame[LOCATION_QUALITY]) == {"map point"}


def test_crimes_without_a_place_or_of_a_new_kind_are_kept(serve, monkeypatch):
    strange = '{"id": 7, "month": "2016-01", "location": null, "category": "new-kind"}'
    monkeypatch.setenv(ENVIRONMENT, serve(faults=[f"say [{strange}]"]).address)
    result = read(["police.uk:2016-01"])
    assert (result.report.used, result.report.not_located) == (1, 1)
    assert list(result.incidents.frame[CATEGORY]) == ["New kind"]
    assert list(result.incidents.frame[INCIDENT_ID]) == ["api-7"]


def test_months_without_crimes_are_said(serve, monkeypatch):
    monkeypatch.setenv(ENVIRONMENT, serve([]).address)
    with pytest.raises(InputFileError, match="no crimes in the borough in these months"):
        file_of("police.uk:2016-01")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("police.uk:", "does not name months. Write police.uk:2016-01 for one"),
        ("police.uk:2016", "does not name months"),
        ("police.uk:2016-13", "does not name months"),
        ("police.uk:2016-01-2016-02", "does not name months"),
        ("police.uk:2016-03..2016-01", "2016-01 is before 2016-03. Write the earlier month first"),
    ],
)
def test_sources_that_are_written_wrongly(source, words):
    with pytest.raises(InputFileError, match=words):
        months_of(source)
