"""``hotspots serve``: the dashboard in the browser. Imports little, so that it starts at once."""

import argparse
import errno
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
import webbrowser
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from types import FrameType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dashboard.commands.messages import say, without_password
from dashboard.commands.parsing import FAILURE, OK, Parser, UsageError

if TYPE_CHECKING:
    from dashboard.sign_in.settings import SignIn

DESCRIPTION = (
    "Open the dashboard in the browser. It answers on this computer only, unless sign-in is set "
    "up; Ctrl-C ends it. Without PATHS it shows what the store keeps, or the demonstration data "
    "where it keeps nothing."
)
EXAMPLES = (
    "hotspots serve",
    "hotspots serve incidents.csv",
    "hotspots serve months --port 8600 --no-browser",
    "hotspots serve --store team-store",
)

HOST = "127.0.0.1"
DEFAULT_PORT = 8501
APP = Path(__file__).resolve().parents[2] / "streamlit_server.py"

_DEMO = "demo"
_STORE = "store"
_DATABASES = ("postgresql://", "postgres://")
_NOT_PATHS = (*_DATABASES, "police.uk:")
_STORE_ENVIRONMENT = "HOTSPOTS_STORE"
_LIMITS_ENVIRONMENT = "HOTSPOTS_LIMITS"
_LEVEL_ENVIRONMENT = "HOTSPOTS_LEVEL"
_SIGN_IN_ENVIRONMENT = "HOTSPOTS_SIGN_IN"
LEVELS = ("exact", "partner", "public")
"""As in :mod:`geo.disclosure.levels`, which would load pandas."""
_START_S = 60
_GRACE_S = 2
_STOP_S = 5
_PAUSE_S = 0.1


class _Terminated(KeyboardInterrupt):
    """A polite kill of this process alone."""


def add_arguments(parser: Parser) -> None:
    """Add what this command takes."""
    parser.add_argument(
        "paths", nargs="*", metavar="PATHS", help="files, folders or archives; or the word demo"
    )
    parser.add_argument(
        "--store",
        metavar="LOCATION",
        help="folder or postgresql:// address of the store that the page keeps incidents in; "
        "default: HOTSPOTS_STORE, else a folder of your own",
    )
    parser.add_argument(
        "--port", type=_port, default=DEFAULT_PORT, help="port to answer on (default: %(default)s)"
    )
    parser.add_argument(
        "--host",
        default=HOST,
        help="name or number of the address to listen on (default: %(default)s, this computer "
        "only); others need sign-in",
    )
    parser.add_argument(
        "--sign-in",
        metavar="FILE",
        help="settings of the sign-in, as docs/deployment.md describes (default: "
        "HOTSPOTS_SIGN_IN, else no sign-in)",
    )
    parser.add_argument("--no-browser", action="store_true", help="do not open the browser")
    parser.add_argument(
        "--level",
        choices=LEVELS,
        help="figures that everybody who may see them starts at; it lets nobody see more than "
        "their role does (default: HOTSPOTS_LEVEL, else partner)",
    )
    parser.add_argument(
        "--limit",
        action="append",
        metavar="NAME=NUMBER",
        help="what one person may ask of the server at most, for example rows=500000; the page "
        "Data lists all. Repeat for several (default: HOTSPOTS_LIMITS)",
    )
    parser.add_argument(
        "--tiles",
        type=_tiles,
        metavar="URL",
        help="address of background map tiles with {z}, {x} and {y}; their server then sees where "
        "you look (default: none, nothing is asked of other servers)",
    )


def run(args: argparse.Namespace) -> int:
    """Serve until told to stop; give the exit code."""
    _check_demo_alone(args.paths)
    sources = [_absolute(path) for path in args.paths]
    _check_app()
    sign_in = _sign_in(args.sign_in)
    host = _listens_on(args.host, sign_in)
    _check_port(args.port, host)
    store, environment = _store(args.store)
    environment |= _set({_LEVEL_ENVIRONMENT: args.level, _SIGN_IN_ENVIRONMENT: _file(args.sign_in)})
    limits, upload_mb = _limits(args.limit)
    environment |= limits
    command = [
        *_command(args.port, host, sign_in),
        *upload_mb,
        "--",
        *_options_of_pages(args.tiles, store, sources),
    ]
    address = _address(host, args.port)
    shown = sign_in.address if sign_in is not None else address
    with _terminable(), subprocess.Popen(command, env=os.environ | environment) as server:
        try:
            return _attend(server, address, shown, opens_browser=not args.no_browser)
        except _Terminated:
            return OK
        except KeyboardInterrupt:
            # The terminal has interrupted the server, too; told twice it would say so twice.
            with suppress(subprocess.TimeoutExpired):
                server.wait(_GRACE_S)
            return OK
        finally:
            _stop(server)


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65_535:
        msg = f"{text!r} is not a port; give a number from 1 to 65535, for example 8600"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


def _tiles(text: str) -> str:
    parts = ("{z}", "{x}", "{y}")
    if not text.startswith(("https://", "http://")) or not all(part in text for part in parts):
        msg = f"{text!r} is not an address like https://example.org/{{z}}/{{x}}/{{y}}.png"
        raise argparse.ArgumentTypeError(msg)
    return text


def _check_demo_alone(paths: Sequence[str]) -> None:
    if _DEMO in paths and len(paths) > 1:
        msg = "The demonstration data is synthetic and cannot be mixed with files; leave out demo"
        raise UsageError(msg)


def _absolute(path: str) -> str:
    """Give a path that means the same in another folder; refuse what the page cannot open."""
    if path == _STORE:
        msg = "The page shows the store by itself; leave out store, or name another with --store"
        raise UsageError(msg)
    if path.startswith(_DATABASES) and without_password(path) != path:
        msg = (
            "An address with a password would stand in the list of processes for all to see; "
            "leave the password out and put it into PGPASSWORD or the file .pgpass"
        )
        raise UsageError(msg)
    if path == _DEMO or path.startswith(_NOT_PATHS):
        return path
    if not Path(path).exists():
        from boundaries.errors import InputFileError

        msg = f"{path} does not exist. Check the name and the folder it is in."
        raise InputFileError(msg)
    return str(Path(path).absolute())


def _store(location: str | None) -> tuple[str | None, dict[str, str]]:
    """Give the store as an argument for the page, or in the environment where it has a password.

    Other users of a computer can list the arguments of a process, and not its environment.
    """
    if location is None:
        return None, {}
    if not location.startswith(_DATABASES):
        return str(Path(location).absolute()), {}
    if without_password(location) == location:
        return location, {}
    return None, {_STORE_ENVIRONMENT: location}


def _check_app() -> None:
    if not APP.is_file():
        msg = (
            f"{APP} is missing; install the project from its own folder with "
            "'pip install -e .', or run 'make install' there"
        )
        raise FileNotFoundError(msg)


def _file(path: str | None) -> str | None:
    return None if path is None else str(Path(path).absolute())


def _limits(given: Sequence[str] | None) -> tuple[dict[str, str], tuple[str, ...]]:
    """Give the limits for the environment of the server, and Streamlit's own of one upload."""
    text = " ".join(given) if given else os.environ.get(_LIMITS_ENVIRONMENT, "")
    if not text.strip():
        return {}, ()
    # Loads the readers: only where somebody has set something is that waited for.
    from dashboard.limits import Limits

    limits = Limits.read(text)
    return {_LIMITS_ENVIRONMENT: text}, ("--server.maxUploadSize", str(limits.upload_mb))


def _set(environment: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if value is not None}


def _sign_in(file: str | None) -> "SignIn | None":
    """Read the settings of the sign-in; what is wrong is said before the slow start."""
    named = file or os.environ.get(_SIGN_IN_ENVIRONMENT)
    if not named:
        return None
    from dashboard.sign_in.settings import read

    return read(Path(named))


def _listens_on(host: str, sign_in: "SignIn | None") -> str:
    """Give the address in numbers that a host stands for; refuse all but this computer's own.

    A name is looked up once and here: the server then listens on what was looked at.
    """
    from boundaries.errors import AccessError
    from dashboard.sign_in.hosts import addresses_of, is_loopback

    try:
        found = addresses_of(host)
    except socket.gaierror as error:
        msg = f"{host!r} is not a host that this computer knows; give 127.0.0.1 or leave it out"
        raise OSError(msg) from error
    if sign_in is None and not all(is_loopback(address) for address in found):
        msg = (
            f"Without sign-in the dashboard listens on 127.0.0.1 only, and {host} is not this "
            "computer alone. Set up sign-in and name its file with --sign-in or "
            f"{_SIGN_IN_ENVIRONMENT}; docs/deployment.md says how."
        )
        raise AccessError(msg)
    return found[0]


def _check_port(port: int, host: str = HOST) -> None:
    """Refuse a port that somebody else answers on, before the slow start."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        if os.name == "posix":
            # A port that a server has just left is free; elsewhere this would mean to share it.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                msg = f"{host} is not an address of this computer; give another with --host"
                raise OSError(msg) from error
            taken = error.errno == errno.EADDRINUSE
            why = "is in use, perhaps by another dashboard" if taken else "may not be used"
            other = port + 1 if 1024 <= port < 65_535 else DEFAULT_PORT
            msg = f"Port {port} {why}; close that, or choose another: --port {other}"
            raise OSError(msg) from error


def _address(host: str, port: int) -> str:
    """Give the address at which this computer itself reaches the server."""
    here = {"0.0.0.0": HOST, "::": "::1"}.get(host, host)
    return f"http://[{here}]:{port}" if ":" in here else f"http://{here}:{port}"


def _command(port: int, host: str = HOST, sign_in: "SignIn | None" = None) -> list[str]:
    public = HOST if sign_in is None else sign_in.host
    hosts = dict.fromkeys([HOST, "localhost", host, public])
    return [
        sys.executable,
        "-P",  # a random.py in the working directory is not Python's
        *("-m", "streamlit", "run", str(APP)),
        *("--server.port", str(port)),
        # Flags outrank the environment and files: nothing there opens a door.
        *("--server.address", host),
        *("--server.headless", "true"),
        *("--server.enableXsrfProtection", "true"),
        *("--server.enableCORS", "true"),
        *("--browser.serverAddress", public),
        *(part for name in hosts for part in ("--server.allowedHosts", name)),
        *("--logger.hideWelcomeMessage", "true"),
        *("--logger.level", "warning"),
    ]


def _options_of_pages(tiles: str | None, store: str | None, sources: Sequence[str]) -> list[str]:
    return [
        *(("--tiles", tiles) if tiles else ()),
        *(("--store", store) if store else ()),
        *sources,
    ]


def _attend(
    server: "subprocess.Popen[bytes]", address: str, shown: str, *, opens_browser: bool
) -> int:
    if not _becomes_healthy(server, address):
        say(f"the dashboard did not start (exit code {server.poll()}); see above", "error")
        return FAILURE
    say(f"the dashboard is at {shown} (Ctrl-C ends it)")
    if opens_browser and _has_display():
        # A browser may keep its caller waiting until it is closed.
        Thread(target=_open_browser, args=[shown], daemon=True).start()
    return FAILURE if server.wait() else OK


def _becomes_healthy(server: "subprocess.Popen[bytes]", address: str) -> bool:
    deadline = time.monotonic() + _START_S
    while server.poll() is None and time.monotonic() < deadline:
        if _is_healthy(address):
            return True
        time.sleep(_PAUSE_S)
    return False


def _is_healthy(address: str) -> bool:
    # Not urllib: it would ask a proxy for this very computer.
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=1)
    try:
        connection.request("GET", "/_stcore/health")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _has_display() -> bool:
    if sys.platform in {"win32", "darwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _open_browser(address: str) -> None:
    try:
        webbrowser.open(address)
    except (webbrowser.Error, OSError):
        say("no browser could be opened; open the address yourself", "note")


@contextmanager
def _terminable() -> Iterator[None]:
    """Make a polite kill end the server as Ctrl-C does, instead of leaving it behind."""

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise _Terminated

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _stop(server: "subprocess.Popen[bytes]") -> None:
    if server.poll() is not None:
        return
    server.terminate()
    try:
        server.wait(_STOP_S)
    except subprocess.TimeoutExpired:
        server.kill()
