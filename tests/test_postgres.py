"""A missing database server is said plainly, and is a failure on a build machine."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests import postgres
from tests.postgres_server import PostgresServer

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def without_postgis(tmp_path: Path) -> Path:
    """Programs of a server that has no PostGIS."""
    for name, script in {"initdb": "", "postgres": "", "pg_config": f"echo {tmp_path}"}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    return tmp_path


@pytest.mark.parametrize(
    ("ci", "code", "words"),
    [("", 0, "will be skipped"), ("true", 1, "With CI=true the database tests must run")],
)
def test_script_says_what_a_missing_server_means(
    without_postgis: Path, ci: str, code: int, words: str
):
    said = subprocess.run(
        [sys.executable, "-m", "tests.postgres"],
        cwd=ROOT,
        env={**os.environ, "POSTGRES_BIN": str(without_postgis), "CI": ci},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == code
    assert "No PostgreSQL server with PostGIS found: set POSTGRES_BIN" in said.stdout
    assert words in said.stdout


@pytest.mark.parametrize(
    ("ci", "outcome"), [("", pytest.skip.Exception), ("true", pytest.fail.Exception)]
)
def test_database_tests_are_skipped_or_fail(
    without_postgis: Path,
    ci: str,
    outcome: type[BaseException],
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("POSTGRES_BIN", str(without_postgis))
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match="No PostgreSQL server with PostGIS found"):
        postgres.needed()


def test_a_folder_with_the_extension_is_found(
    without_postgis: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("POSTGRES_BIN", str(without_postgis))
    assert postgres.find() is None
    (without_postgis / "extension").mkdir()
    (without_postgis / "extension" / "postgis.control").touch()
    assert postgres.needed() == without_postgis


def test_server_is_the_tests_own(postgres_server: PostgresServer, database: str):
    folder = postgres_server.log_path.parent
    [(data, addresses)] = postgres_server.run(
        "SELECT current_setting('data_directory'), current_setting('listen_addresses')"
    )
    assert Path(data).parent == folder
    assert folder.stat().st_mode & 0o077 == 0
    assert addresses == "127.0.0.1"
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT ST_SRID(ST_Point(0, 0, 27700))").fetchone() == (27700,)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(database, password="wrong")
