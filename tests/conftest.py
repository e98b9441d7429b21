"""Fixtures and settings that all tests share."""

from collections.abc import Iterator
from importlib.metadata import version
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from dashboard import kept
from dashboard.audit import log as audit_log
from geo.store.opening import ENVIRONMENT
from tests import debian, postgres
from tests.sample_files import SHARED_MONTHS, SYNTHETIC_MONTHS

if TYPE_CHECKING:
    from tests.postgres_server import PostgresServer

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent

settings.register_profile("default", deadline=None, max_examples=50)
settings.register_profile(
    "ci", parent=settings.get_profile("default"), derandomize=True, print_blob=True
)
settings.load_profile("ci" if debian.in_ci() else "default")


# Files that take longest, these first; and of those that need a browser, the longest first.
LONG = (
    "test_lint.py",
    "dashboard/test_cli.py",
    "test_docs.py",
    "dashboard/maps/test_picture.py",
    "test_notebooks.py",
    "dashboard/test_every_page.py",
    "dashboard/packs/test_formats.py",
    "dashboard/test_hotspots_page.py",
    "dashboard/test_cli_pack.py",
    "geo/disclosure/test_release.py",
    "dashboard/test_patrol_page.py",
    "dashboard/test_cli_patrol.py",
    "geo/patrol/choosing/test_exact.py",
    "browser/test_patrol.py",
    "browser/test_journeys.py",
    "browser/test_sign_in.py",
    "browser/test_payloads.py",
    "browser/test_data_page.py",
    "browser/test_hotspots_page.py",
    "browser/test_presenter.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, and end with what needs a browser.

    Workers share the files in this order. One that took up a long file at the end would be waited
    for; and Playwright's event loop stays in its worker, where it disturbs what comes after.
    """
    gone = [name for name in LONG if not (TESTS / name).is_file()]
    if gone:
        msg = f"tests/conftest.py puts files first that are gone: {', '.join(gone)}"
        raise pytest.UsageError(msg)
    items.sort(key=lambda item: _turn(item.path))


def _turn(path: Path) -> tuple[bool, int]:
    name = path.relative_to(TESTS).as_posix() if TESTS in path.parents else ""
    return name.startswith("browser/"), LONG.index(name) if name in LONG else len(LONG)


def pytest_report_header() -> str:
    """Name the versions that results depend on most."""
    names = ("streamlit", "numpy", "pandas", "scipy", "shapely", "scikit-learn", "playwright")
    return "versions: " + ", ".join(f"{name} {version(name)}" for name in names)


_numbers = count(1)


@pytest.fixture(autouse=True)
def no_store(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give every test a store and a log of its own that do not exist yet, and never a person's."""
    number, folder = next(_numbers), tmp_path_factory.getbasetemp()
    location = folder / f"store-{number}"
    monkeypatch.setenv(ENVIRONMENT, str(location))
    monkeypatch.setenv(kept.ENVIRONMENT, str(folder / f"kept-{number}"))
    monkeypatch.setenv(audit_log.ENVIRONMENT, str(folder / f"audit-{number}"))
    return location


@pytest.fixture(scope="session")
def shared_data() -> Path | None:
    """Give the folder of shared data beside the project, where there is one."""
    path = ROOT.parent / "shared" / "data"
    return path if path.is_dir() else None


@pytest.fixture(scope="session")
def police_uk_paths() -> Path:
    """Give a folder of police.uk months: the real ones where they are, else the invented ones."""
    return SHARED_MONTHS if SHARED_MONTHS.is_dir() else SYNTHETIC_MONTHS


@pytest.fixture(scope="session")
def postgres_server() -> "Iterator[PostgresServer]":
    """Give a PostgreSQL server with PostGIS of the tests' own, on loopback."""
    programs = postgres.needed()
    # Only here: the module needs an operating system with users as Unix has them.
    from tests import postgres_server as module

    with module.postgres_server(programs) as server:
        yield server


@pytest.fixture
def database(postgres_server: "PostgresServer") -> Iterator[str]:
    """Give the address, with password, of a new database that has PostGIS."""
    name = postgres_server.new_database()
    yield postgres_server.url(name)
    postgres_server.drop(name)
