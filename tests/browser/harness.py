"""Drive the real dashboard in a real browser, and notice everything that goes wrong there."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Route,
    WebSocketRoute,
)

from dashboard import kept as kept_entries
from dashboard.access import START_LEVEL
from dashboard.audit import log as audit_log
from geo.disclosure.levels import EXACT
from geo.store.opening import ENVIRONMENT

ROOT = Path(__file__).resolve().parents[2]
OUTPUT = ROOT / "test-output"
AXE = Path(__file__).parent / "vendor" / "axe" / "axe.min.js"
START_TIMEOUT_S = 60
PAGE_TIMEOUT_MS = 30_000

BROWSER_ARGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    "--disable-gpu",
    # Whatever slips past the route below still reaches nobody.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)

DESKTOP: dict[str, Any] = {"viewport": {"width": 1366, "height": 768}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
}

OUTSIDE = re.compile(r"^(?!(?:https?|wss?)://127\.0\.0\.1[:/]|data:|blob:|about:|file:)")
# Opened at /wards, Streamlit's page asks whether its server is there before it asks at the root.
LOOKING_FOR_SERVER = re.compile(r"://[^/]+/[a-z]+/_stcore/(health|host-config)$")
LOG_PROBLEM = re.compile(r"Traceback \(most recent call last\)")


@dataclass
class Server:
    """A running server: where it answers and what it has said."""

    url: str
    log_path: Path
    process: "subprocess.Popen[bytes]"
    checked: int = 0

    @property
    def log(self) -> str:
        return self.log_path.read_text(encoding="utf-8", errors="replace")

    def check_log(self) -> None:
        """Fail if a traceback was logged since the last check."""
        log = self.log
        new, self.checked = log[self.checked :], len(log)
        assert not LOG_PROBLEM.search(new), f"The server logged a traceback:\n{new[-4000:]}"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def serving(command: Sequence[str], port: int, name: str) -> Iterator[Server]:
    """Start a server, wait until it answers, and stop it with all its children at the end."""
    OUTPUT.mkdir(exist_ok=True)
    log_path = OUTPUT / f"server-{name}.log"
    with (
        tempfile.TemporaryDirectory(prefix="hotspots-") as folder,
        log_path.open("wb") as log,
        subprocess.Popen(
            command,
            cwd=ROOT,
            env=_environment(Path(folder)),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        ) as process,
    ):
        try:
            server = Server(f"http://127.0.0.1:{port}", log_path, process)
            _wait_until_healthy(server)
            yield server
        finally:
            _stop(process)


def dashboard_command(port: int, *args: str) -> list[str]:
    """Give the command that a person's `hotspots serve` stands for."""
    command = [sys.executable, "-m", "dashboard.cli", "serve", "--no-browser"]
    return [*command, "--port", str(port), *args]


def script_command(script: Path, port: int) -> list[str]:
    """Give the command that serves one Streamlit script with the project's settings."""
    return [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]


def _environment(folder: Path) -> dict[str, str]:
    # The settings under test are the project's, not this desk's; and no window may open.
    dropped = ("STREAMLIT_", "DISPLAY", "WAYLAND_DISPLAY")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    # Streamlit's coloured tracebacks do not say "Traceback", and check_log would miss them.
    own = {"STREAMLIT_LOGGER_ENABLE_RICH": "false", ENVIRONMENT: str(folder / "store")}
    own[audit_log.ENVIRONMENT] = str(folder / "audit")
    # Most tests are of the exact pages; a test of others says --level, which counts for more.
    own[START_LEVEL] = EXACT
    return kept | own | {kept_entries.ENVIRONMENT: str(folder / "kept")}


def _wait_until_healthy(server: Server) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            msg = f"The server ended with code {server.process.returncode}:\n{server.log}"
            raise RuntimeError(msg)
        if _is_healthy(server.url):
            return
        time.sleep(0.1)
    msg = f"The server did not answer within {START_TIMEOUT_S} s:\n{server.log}"
    raise RuntimeError(msg)


# A desk's proxy knows nothing of a server on this computer.
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def _is_healthy(url: str) -> bool:
    try:
        with _DIRECT.open(f"{url}/_stcore/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _stop(process: "subprocess.Popen[bytes]") -> None:
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            continue
        except ProcessLookupError:
            return


@dataclass
class Watch:
    """What pages did that they must not do: asked other hosts, logged errors, threw."""

    outside: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    thrown: list[str] = field(default_factory=list)

    def check(self) -> None:
        """Fail if anything was seen; clear a list before to allow what a test expects."""
        assert not self.outside, f"Requests to other hosts: {self.outside}"
        assert not self.thrown, f"Errors thrown in the page: {self.thrown}"
        assert not self.console, f"Errors in the browser's console: {self.console}"

    def attach(self, context: BrowserContext) -> None:
        """Block and note every request to another host; note errors of all pages."""
        context.set_default_timeout(PAGE_TIMEOUT_MS)
        context.route(OUTSIDE, self._block)
        context.route_web_socket(OUTSIDE, self._block_socket)
        context.on("console", self._note)
        context.on("weberror", lambda e: self.thrown.append(str(e.error)))

    def _note(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not LOOKING_FOR_SERVER.search(message.location["url"]):
            self.console.append(message.text)

    def _block(self, route: Route) -> None:
        self.outside.append(route.request.url)
        route.abort()

    def _block_socket(self, socket_route: WebSocketRoute) -> None:
        self.outside.append(socket_route.url)
        socket_route.close()


@contextmanager
def watched_page(
    browser: Browser, watch: Watch, size: dict[str, Any] = DESKTOP, color_scheme: Any = "light"
) -> Iterator[Page]:
    """Open an empty page whose requests and errors are watched."""
    context = browser.new_context(
        **size,
        color_scheme=color_scheme,
        locale="en-GB",
        timezone_id="Europe/London",
        service_workers="block",
    )
    try:
        watch.attach(context)
        yield context.new_page()
    finally:
        context.close()


_QUIET = """
quietMs => {
  const app = document.querySelector('[data-testid="stApp"]');
  const quiet = app && app.dataset.testScriptState === 'notRunning'
    && app.dataset.testConnectionState === 'CONNECTED'
    && !document.querySelector('[data-stale="true"], [data-testid="stSkeleton"]');
  if (!quiet) { window.quietSince = undefined; return false; }
  window.quietSince ??= performance.now();
  return performance.now() - window.quietSince >= quietMs;
}
"""


def settle(page: Page, quiet_ms: int = 400) -> None:
    """Wait until Streamlit has run and shown everything, and has been quiet for a while.

    The quiet time covers the delay with which sliders and text boxes send their values.
    """
    page.evaluate("window.quietSince = undefined")
    page.wait_for_function(_QUIET, arg=quiet_ms)


def visit(page: Page, url: str) -> Page:
    """Open an address of the app and wait until it is drawn."""
    page.goto(url)
    settle(page)
    return page


def screenshot(page: Page, name: str, **options: Any) -> Path:
    """Save what is seen as test-output/NAME.png."""
    path = OUTPUT / f"{name}.png"
    page.screenshot(path=path, **options)
    return path


_RUN_AXE = """
async exclude => {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const context = exclude.length ? {exclude: exclude.map(one => [one])} : document;
  return (await axe.run(context, {runOnly: tags, resultTypes: ['violations']})).violations;
}
"""


def axe(page: Page, exclude: Sequence[str] = ()) -> list[str]:
    """Give the serious and critical accessibility violations, one readable line per element.

    ``exclude`` are CSS selectors of parts that are not looked at; each needs a stated reason.
    """
    for frame in page.frames:
        frame.evaluate(AXE.read_text(encoding="utf-8"))
    violations = page.evaluate(_RUN_AXE, list(exclude))
    return [
        f"{found['impact']}: {found['id']} ({found['help']}) at {json.dumps(node['target'])}: "
        f"{node['html'][:200]}"
        for found in violations
        if found["impact"] in {"serious", "critical"}
        for node in found["nodes"]
    ]
