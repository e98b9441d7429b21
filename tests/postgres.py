"""Find the PostgreSQL with PostGIS that tests start; run as a script, install it where none is.

What is found is a folder of programs; the tests start a server of their own from it
(:mod:`tests.postgres_server`) and touch no other.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests import debian

FOLDERS = (
    "/usr/lib/postgresql/*/bin",  # Debian and Ubuntu
    "/usr/pgsql-*/bin",  # the packages of the PostgreSQL project for other systems
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)
DEBIAN_PACKAGES = ("postgresql", "postgresql-postgis")
MISSING = (
    "No PostgreSQL server with PostGIS found: set POSTGRES_BIN to the folder of its programs, or "
    "install both (Debian: apt-get install postgresql postgresql-postgis)"
)
_NO_CLUSTER = Path("/etc/postgresql-common/createcluster.d/hotspots-tests.conf")


def find() -> Path | None:
    """Give the folder of initdb and postgres: POSTGRES_BIN, else the newest with PostGIS."""
    if named := os.environ.get("POSTGRES_BIN"):
        return Path(named) if _has_postgis(Path(named)) else None
    return next((folder for folder in _installed() if _has_postgis(folder)), None)


def _installed() -> list[Path]:
    on_path = shutil.which("postgres")
    folders = [path for pattern in FOLDERS for path in Path("/").glob(pattern.lstrip("/"))]
    folders.sort(key=_version, reverse=True)
    return [*([Path(on_path).resolve().parent] if on_path else []), *folders]


def _version(folder: Path) -> int:
    return int(next(iter(re.findall(r"\d+", str(folder))), 0))


def _has_postgis(folder: Path) -> bool:
    if not all((folder / program).exists() for program in ("initdb", "postgres")):
        return False
    try:
        command = [folder / "pg_config", "--sharedir"]
        said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return False
    return (Path(said.stdout.strip()) / "extension" / "postgis.control").exists()


def needed() -> Path:
    """Give the folder, or skip the test that needs it, or fail it on a build machine."""
    folder = find()
    if folder is None and debian.in_ci():
        pytest.fail(f"{MISSING}. With CI=true the database tests must run.")
    if folder is None:
        pytest.skip(MISSING)
    return folder


def install() -> None:
    """Install server and extension where that is possible without asking: Debian, as root."""
    if debian.is_root() and debian.is_debian(or_alike=True):
        with _no_cluster_of_the_machine():
            debian.install(*DEBIAN_PACKAGES)


@contextmanager
def _no_cluster_of_the_machine() -> Iterator[None]:
    """Keep the package from making and starting a server that nobody asked for."""
    _NO_CLUSTER.parent.mkdir(parents=True, exist_ok=True)
    _NO_CLUSTER.write_text("create_main_cluster = false\n", encoding="utf-8")
    try:
        yield
    finally:
        _NO_CLUSTER.unlink()
        with suppress(OSError):  # not empty
            _NO_CLUSTER.parent.rmdir()


def main() -> int:
    """Find or install, and say plainly what that means for the tests."""
    folder = find()
    if folder is None and "POSTGRES_BIN" not in os.environ:
        install()
        folder = find()
    if folder:
        print(f"Database tests use {folder}")
        return 0
    if debian.in_ci():
        print(f"error: {MISSING}. With CI=true the database tests must run.")
        return 1
    print(f"{MISSING}. The database tests will be skipped.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
