"""Signing in at a real provider, and all that must not get anybody in."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests import sign_in_provider
from tests.browser.harness import (
    Server,
    Watch,
    dashboard_command,
    free_port,
    serving,
    settle,
    visit,
)
from tests.sign_in_provider import CLIENT_ID, Provider
from tests.sign_in_settings import ROLES, write_settings

USER = "_streamlit_user"
FIGURES = ["Briefing", "Wards", "Hotspots", "When", "Patrol", "Trends"]
PAGES = {
    "viewer": [*FIGURES, "Methods and data"],
    "warden": [*FIGURES, "Methods and data"],
    "analyst": [*FIGURES, "Data", "Methods and data"],
    "admin": [*FIGURES, "Data", "Methods and data", "Audit"],
}
HOURS = 8


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with sign_in_provider.running(free_port()) as running:
        for role, names in ROLES.items():
            running.add_person(role, roles=names, preferred_username=f"{role}@example.org")
        running.add_person("nobody", roles=["Payroll"], preferred_username="nobody@example.org")
        yield running


@pytest.fixture(scope="module")
def server(provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The dashboard with sign-in; the harness has everybody start at exact figures who may."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    file = write_settings(
        tmp_path_factory.mktemp("sign-in"), address=address, issuer=provider.issuer
    )
    command = dashboard_command(port, "--sign-in", str(file))
    with serving(command, port, "sign-in") as running:
        yield running
        running.check_log()
        assert sign_in_provider.CLIENT_SECRET not in running.log


@dataclass
class Visits:
    """Visits by who has no scripts and no screen, closed when the test ends."""

    url: str
    stack: ExitStack

    def client(self) -> httpx.Client:
        client = httpx.Client(base_url=self.url, follow_redirects=True, timeout=30)
        return self.stack.enter_context(client)

    def sign_in(self, subject: str, wanted: str = "") -> tuple[httpx.Client, httpx.Response]:
        client = self.client()
        form = client.get("/auth/login", params={"next": wanted} if wanted else None)
        return client, client.post(str(form.url), data={"sub": subject})

    def opens_line(self, client: httpx.Client) -> bool:
        """Say whether the connection that pages run over is opened for who has these cookies."""
        cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        address = self.url.replace("http", "ws") + "/_stcore/stream"
        try:
            with connect(address, origin=self.url, additional_headers={"Cookie": cookies}):
                return True
        except InvalidStatus as refused:
            return refused.response.status_code != 403


@pytest.fixture
def visits(server: Server) -> Iterator[Visits]:
    with ExitStack() as stack:
        yield Visits(server.url, stack)


def heading(answer: httpx.Response) -> str:
    found = re.search("<h1>(.*)</h1>", answer.text)
    return found[1] if found else ""


# ---- nobody --------------------------------------------------------------------------------------


def test_without_signing_in_there_is_nothing_but_the_way_to_it(visits: Visits) -> None:
    client = visits.client()
    assert client.get("/_stcore/health").status_code == 200
    for path in (
        "/",
        "/wards?of=all",
        "/data",
        "/audit",
        "/media/0.csv",
        "/_stcore/metrics",
        "/_stcore/host-config",
        "/_stcore/upload_file/0/0",
        "/static/x",
        "/app/static/x",
        "//media/0.csv",
        "/%6dedia/0.csv",
        "/_stcore/agent/sessions",
        "/auth/loginx",
    ):
        answer = client.get(path)
        assert answer.status_code in {400, 401}, path
        assert "stApp" not in answer.text
    answer = client.get("/wards?of=all")
    assert heading(answer) == "Sign in"
    assert 'href="/auth/login?next=%2Fwards%3Fof%3Dall"' in answer.text
    assert not visits.opens_line(client)


def test_the_cookie_must_be_ours_and_of_a_sign_in_that_was_entered(visits: Visits) -> None:
    client, answer = visits.sign_in("viewer", "/wards?of=all")
    assert str(answer.url) == f"{visits.url}/wards?of=all"
    assert visits.opens_line(client)
    true = client.cookies[USER]
    body, *seal = true.split(".")
    forged = ".".join([body[:-4] + "AAAA", *seal])
    for made_up in (forged, body, "x", true + "x"):
        other = visits.client()
        other.cookies.set(USER, made_up)
        assert other.get("/").status_code == 401, made_up
        assert not visits.opens_line(other)


@pytest.mark.parametrize("elsewhere", ["//x.example", "https://x.example", "/\\x.example"])
def test_nobody_is_sent_elsewhere(visits: Visits, elsewhere: str) -> None:
    _, answer = visits.sign_in("viewer", elsewhere)
    assert str(answer.url) == f"{visits.url}/"


# ---- tokens that must not hold -------------------------------------------------------------------


def now(plus_s: float = 0) -> int:
    return int(time.time() + plus_s)


WRONG: dict[str, Callable[[], dict[str, Any]]] = {
    "forged": lambda: {"signed": "by another key"},
    "not signed": lambda: {"signed": "not at all"},
    "signed with the public key": lambda: {"signed": "with the public key as a password"},
    "expired": lambda: {"iat": now(-4000), "exp": now(-400)},
    "of another service": lambda: {"iss": "https://login.example"},
    "for another program": lambda: {"aud": "another-program"},
    "for another program, used by ours": lambda: {"aud": "another-program", "azp": CLIENT_ID},
    "for several programs": lambda: {"aud": ["another-program", CLIENT_ID]},
    "of another sign-in": lambda: {"nonce": "of another sign-in"},
    "of the sign-in before": lambda: {"again": True},
    "of tomorrow": lambda: {"iat": now(86_400), "exp": now(90_000)},
    "of yesterday": lambda: {"iat": now(-86_400)},
    "of no person": lambda: {"sub": ["admin"]},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_token_that_does_not_hold_lets_nobody_in(
    visits: Visits, provider: Provider, wrong: str
) -> None:
    # The service itself says that it would sign so, which a library may believe.
    provider.say_of_itself(id_token_signing_alg_values_supported=["RS256", "HS256", "none"])
    provider.next_token(**WRONG[wrong]())
    client, answer = visits.sign_in("admin")
    assert (answer.status_code, heading(answer)) == (401, "Signing in did not work")
    assert USER not in client.cookies
    assert client.get("/").status_code == 401


def test_an_answer_of_the_service_counts_once(visits: Visits) -> None:
    client = visits.client()
    form = client.get("/auth/login")
    before = dict(client.cookies)
    answer = client.post(str(form.url), data={"sub": "admin"})
    played = visits.client()
    played.cookies.update(before)
    again = played.get(str(answer.history[-1].url))
    assert (answer.status_code, again.status_code) == (200, 401)
    assert USER not in played.cookies


@pytest.mark.parametrize("roles", ["Hotspots.Admin,Hotspots.Viewer", {"Hotspots.Admin": True}])
def test_a_claim_with_a_surprise_gives_no_role(
    visits: Visits, provider: Provider, roles: object
) -> None:
    provider.next_token(roles=roles)
    client, answer = visits.sign_in("admin")
    assert (answer.status_code, heading(answer)) == (403, "No access")
    assert "Ask the data officer for access" in answer.text
    assert client.get("/").status_code == 401


# ---- who is in -----------------------------------------------------------------------------------


def enter(page: Page, server: Server, subject: str, path: str = "/") -> None:
    """Sign in as a person does."""
    page.goto(server.url + path)
    page.get_by_role("link", name="Sign in").click()
    page.locator("[name=sub]").first.fill(subject)
    page.get_by_role("button", name="Authorize").click()
    settle(page)


def offered(page: Page) -> list[str]:
    return page.get_by_test_id("stTopNavLink").all_inner_texts()


def allow(watch: Watch, *expected: str) -> None:
    """Strike out what a browser says of answers that are meant to be refusals."""
    watch.console = [said for said in watch.console if not any(e in said for e in expected)]


@pytest.mark.parametrize("role", ["viewer", "analyst", "admin"])
def test_each_role_sees_what_it_should(
    server: Server, open_page: Callable[..., Page], watch: Watch, role: str
) -> None:
    """Wardens are let into the same pages as viewers."""
    page = open_page()
    enter(page, server, role, "/methods")
    assert page.url.startswith(f"{server.url}/methods")
    assert offered(page) == PAGES[role]
    sidebar = page.get_by_test_id("stSidebar")
    expect(sidebar.get_by_text(f"Signed in as {role}")).to_be_visible()
    starts_at = "For partners" if role == "viewer" else "Exact figures"
    expect(sidebar.get_by_role("combobox", name="Figures")).to_have_value(starts_at)
    for name in {"Data", "Audit"} - set(PAGES[role]):
        visit(page, f"{server.url}/{name.lower()}")
        expect(page.get_by_text(f"Your role is {role}, which does not include")).to_be_visible()
        expect(page.get_by_role("heading")).to_have_count(1)
    allow(watch, "401")


def test_signing_out_leads_back_to_the_way_in(
    server: Server, open_page: Callable[..., Page], watch: Watch
) -> None:
    page = open_page()
    enter(page, server, "viewer", "/methods")
    before = page.context.cookies()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="End session").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.context.add_cookies(before)  # type: ignore[arg-type]
    page.goto(server.url)
    expect(page.get_by_text("You have signed out")).to_be_visible()
    allow(watch, "401")


def test_a_file_is_for_the_person_who_had_it_made(
    server: Server, visits: Visits, open_page: Callable[..., Page], watch: Watch
) -> None:
    page = open_page()
    enter(page, server, "admin", "/audit")
    button = page.get_by_role("button", name=re.compile(r"Download .* \(CSV\)")).first
    with page.expect_request(re.compile(f"^{server.url}/media/")) as asked:
        button.click()
    file = asked.value.url.removeprefix(server.url)
    assert page.request.get(server.url + file).status == 200
    for subject in ("viewer", "analyst"):
        other, _ = visits.sign_in(subject)
        assert other.get(file).status_code == 403
    again, _ = visits.sign_in("admin")
    assert again.get(file).status_code == 200
    assert visits.client().get(file).status_code == 401
    allow(watch, "401")


def test_sessions_end_while_their_pages_are_open(
    server: Server,
    visits: Visits,
    provider: Provider,
    open_page: Callable[..., Page],
    watch: Watch,
) -> None:
    """By time, though nobody touches the page; and by signing out, in every page and copy."""
    untouched, page = open_page(), open_page()
    provider.next_token(iat=now(20 - HOURS * 3600))
    enter(untouched, server, "viewer", "/methods")
    expect(untouched.get_by_text("Signed in as viewer")).to_be_visible()

    enter(page, server, "viewer", "/methods")
    copied = visits.client()
    for cookie in page.context.cookies():
        copied.cookies.set(cookie["name"], cookie["value"])
    assert copied.get("/").status_code == 200
    copied.get("/auth/logout", follow_redirects=False)
    assert copied.get("/").status_code == 401
    page.get_by_role("link", name="Trends").click()
    expect(page.get_by_text("You have signed out")).to_be_visible()
    expect(page.get_by_test_id("stSidebarUserContent")).to_have_text("")

    expect(untouched.get_by_role("heading", name="Sign in again")).to_be_visible(timeout=25_000)
    allow(watch, "401")
