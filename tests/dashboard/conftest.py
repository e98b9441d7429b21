"""Fixtures for tests of the pages without a browser, and of the command line."""

import shlex
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from dashboard import access, downloads
from dashboard.cli import main
from dashboard.commands.levels import ENVIRONMENT
from geo.disclosure.levels import EXACT

APP = Path(__file__).resolve().parents[2] / "streamlit_app.py"
TIMEOUT_S = 60


@pytest.fixture(scope="session", autouse=True)
def one_look_at_what_is_installed() -> Iterator[None]:
    """Let Streamlit look for components in all installed packages once, not for every app."""
    with pytest.MonkeyPatch.context() as patch:
        once = cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", once)
        yield


@pytest.fixture
def app_test() -> Iterator[Callable[..., AppTest]]:
    """Run the whole dashboard, exact: ``app_test(ward="E05013735")`` sets query parameters.

    An exception in any run of the app fails the test when it ends.
    """
    opened: list[AppTest] = []

    def start(**query: str) -> AppTest:
        app = AppTest.from_file(str(APP), default_timeout=TIMEOUT_S)
        app.query_params.update(query)
        app.session_state[access.LEVEL] = EXACT
        app.session_state[downloads.EXACT_FILES] = True
        opened.append(app)
        return app.run()

    yield start
    for app in opened:
        assert not app.exception, [entry.value for entry in app.exception]


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """Work in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def at_exact(monkeypatch) -> None:
    """Have commands give exact figures where they are not told otherwise."""
    monkeypatch.setenv(ENVIRONMENT, EXACT)


@pytest.fixture
def run(capfd, folder, at_exact):
    """Run command lines given as text in an empty folder; gives exit code, output and errors.

    Exact figures, unless ``--level`` says something else: most tests are about those.
    """

    def run_line(line: str) -> tuple[int, str, str]:
        code = main(shlex.split(line))
        captured = capfd.readouterr()
        return code, captured.out, captured.err

    return run_line
