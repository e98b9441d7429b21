"""Fixtures for tests that drive the real dashboard in a real, headless Chromium."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests import debian
from tests.browser import chromium
from tests.browser.harness import (
    BROWSER_ARGS,
    Server,
    Watch,
    dashboard_command,
    free_port,
    screenshot,
    serving,
    watched_page,
)

HERE = Path(__file__).parent
FAILED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the browser tests."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    path = chromium.find()
    if path is None and debian.in_ci():
        pytest.fail(f"{chromium.MISSING}. With CI=true the browser tests must run.")
    if path is None:
        pytest.skip(chromium.MISSING)
    return path


@pytest.fixture(scope="session")
def browser(chromium_path: Path) -> Iterator[Browser]:
    # Playwright leaves Chromium's sandbox off, which root and containers need; only our own
    # server is visited.
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium_path, args=BROWSER_ARGS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def servers() -> Iterator[dict[tuple[str, ...], Server]]:
    """Servers of this session by their arguments; none may have logged a traceback."""
    running: dict[tuple[str, ...], Server] = {}
    yield running
    for server in running.values():
        server.check_log()


@pytest.fixture(scope="session")
def serve(servers: dict[tuple[str, ...], Server]) -> Iterator[Callable[..., Server]]:
    """Start `hotspots serve ARGS` on a free port; the same arguments share one server."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    with ExitStack() as stack:

        def start(*args: str) -> Server:
            if args not in servers:
                port, name = free_port(), f"dashboard-{worker}-{len(servers)}"
                command = dashboard_command(port, *args)
                servers[args] = stack.enter_context(serving(command, port, name))
            return servers[args]

        yield start


@pytest.fixture
def watch(servers: dict[tuple[str, ...], Server]) -> Iterator[Watch]:
    """What this test's pages did wrong; checked when it ends."""
    seen = Watch()
    yield seen
    for server in servers.values():
        server.check_log()
    seen.check()


@pytest.fixture
def open_page(
    browser: Browser, watch: Watch, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Page]]:
    """Open pages: ``open_page(PHONE, color_scheme="dark")``; a failed test leaves pictures."""
    pages: list[Page] = []
    with ExitStack() as stack:

        def start(*args: Any, **options: Any) -> Page:
            pages.append(stack.enter_context(watched_page(browser, watch, *args, **options)))
            return pages[-1]

        yield start
        if request.node.stash.get(FAILED, False):
            for number, page in enumerate(pages):
                screenshot(page, f"failed-{request.node.name}-{number}".replace("/", "_"))


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """Open a page at the size of a desk, light."""
    return open_page()
