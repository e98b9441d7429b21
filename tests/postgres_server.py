"""A PostgreSQL server of the tests' own: on loopback, in a temporary folder, gone afterwards."""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql

OWNER = "owner"
OWN = "postgres"
TEMPLATE = "with_postgis"
START_TIMEOUT_S = 60
_ATTEMPTS = 3

# Speed: nothing here outlives the tests. Oddities: what the code under test must not rely on.
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "jit": "off",
    "shared_buffers": "64MB",
    "max_connections": "40",
    "timezone": "Asia/Tokyo",
    "datestyle": "SQL, DMY",
    "extra_float_digits": "0",
    "default_transaction_isolation": "serializable",
}


@dataclass
class PostgresServer:
    """A running server.

    Attributes
    ----------
    port
        On 127.0.0.1.
    password
        Of every user; asked for, so that tests notice where it is lost or shown.
    log_path
        What the server says.
    """

    port: int
    password: str
    log_path: Path
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _own: "list[psycopg.Connection[Any]]" = field(default_factory=list)

    def url(self, database: str, user: str = OWNER) -> str:
        """Give the address of a database with the user's password."""
        password = quote(self.password, safe="")
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def run(self, statement: str | sql.Composed, database: str = OWN) -> list[Any]:
        """Run one statement as the owner of everything, and give its rows."""
        query = sql.SQL(statement) if isinstance(statement, str) else statement
        with self._connected(database) as connection:
            cursor = connection.execute(query)
            return cursor.fetchall() if cursor.description else []

    @contextmanager
    def _connected(self, database: str) -> Iterator["psycopg.Connection[Any]"]:
        """Connect; the connection to the server's own database stays for the next time."""
        connection = self._own.pop() if database == OWN and self._own else None
        connection = connection or psycopg.connect(self.url(database), autocommit=True)
        try:
            yield connection
            if database == OWN:
                self._own.append(connection)
        finally:
            if connection not in self._own:
                connection.close()

    def disconnect(self) -> None:
        """Close what stayed connected."""
        while self._own:
            self._own.pop().close()

    def new_database(self, template: str = TEMPLATE) -> str:
        """Make a database; it has PostGIS unless another template is named."""
        name = f"test_{next(self.numbers)}"
        self.run(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        return name

    def new_user(self) -> str:
        """Make a user without rights."""
        name = f"user_{next(self.numbers)}"
        self.run(
            sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(
                sql.Identifier(name), sql.Literal(self.password)
            )
        )
        return name

    def drop(self, database: str) -> None:
        """Remove a database, whoever is connected to it."""
        query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}"
        # The server itself looks only ten times a second whether they are gone.
        for _ in range(100):
            if not self.run(sql.SQL(query).format(sql.Literal(database))):
                break
            time.sleep(0.002)
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        self.run(drop.format(sql.Identifier(database)))


@contextmanager
def postgres_server(programs: Path) -> Iterator[PostgresServer]:
    """Start a server from a folder of programs; stop it and remove its files at the end.

    PostgreSQL refuses to run as root, so there it runs as its own or as an unprivileged user.
    """
    folder = Path(tempfile.mkdtemp(prefix="hotspots-postgres-"))
    try:
        as_user = _another_user(folder)
        password = secrets.token_urlsafe(12) + "/@:"
        _make_cluster(programs, folder, password, as_user)
        server, process = _started(programs, folder, password, as_user)
        try:
            _make_template(server)
            yield server
        finally:
            server.disconnect()
            _stop(process)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _another_user(folder: Path) -> Mapping[str, Any]:
    if os.geteuid() != 0:
        return {}
    known = {user.pw_name: user for user in pwd.getpwall()}
    user = known.get("postgres") or known["nobody"]
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _make_cluster(programs: Path, folder: Path, password: str, as_user: Mapping[str, Any]) -> None:
    secret = folder / "password"
    secret.write_text(password, encoding="utf-8")
    secret.chmod(0o644)  # the folder lets nobody else in
    command = [
        *(programs / "initdb", "--pgdata", folder / "data", "--username", OWNER),
        *("--pwfile", secret, "--auth", "scram-sha-256", "--encoding", "UTF8"),
        *("--locale", "C", "--no-sync", "--no-instructions"),
    ]
    subprocess.run(command, check=True, capture_output=True, cwd=folder, **as_user)
    secret.unlink()


def _started(
    programs: Path, folder: Path, password: str, as_user: Mapping[str, Any]
) -> tuple[PostgresServer, "subprocess.Popen[bytes]"]:
    """Start on a free port; another program may take it in between, so try again."""
    log_path = folder / "log"
    for _ in range(_ATTEMPTS):
        server = PostgresServer(_free_port(), password, log_path)
        settings = {**_SETTINGS, "port": str(server.port)}
        options = [text for name, value in settings.items() for text in ("-c", f"{name}={value}")]
        with log_path.open("ab") as log:
            # In a session of its own: whoever interrupts the tests interrupts only them, and they
            # stop the server.
            process = subprocess.Popen(
                [programs / "postgres", "-D", folder / "data", *options],
                stdout=log,
                stderr=log,
                cwd=folder,
                start_new_session=True,
                **as_user,
            )
        try:
            if _answers(server, process):
                return server, process
        except BaseException:
            _stop(process)
            raise
    msg = f"The server does not start:\n{log_path.read_text(encoding='utf-8', errors='replace')}"
    raise RuntimeError(msg)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _answers(server: PostgresServer, process: "subprocess.Popen[bytes]") -> bool:
    until = time.monotonic() + START_TIMEOUT_S
    while process.poll() is None:
        try:
            server.run("SELECT 1")
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return True
    return False


def _make_template(server: PostgresServer) -> None:
    """Make the database that others are copied from; its texts do not sort by their bytes."""
    version = server.run("SELECT current_setting('server_version_num')::int")[0][0]
    locale = "LOCALE_PROVIDER icu ICU_LOCALE 'en-GB'" if version >= 150_000 else ""
    server.run(f"CREATE DATABASE {TEMPLATE} TEMPLATE template0 {locale}")
    server.run("CREATE EXTENSION postgis", TEMPLATE)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """Stop at once: what an immediate shutdown loses is thrown away in any case."""
    process.send_signal(signal.SIGQUIT)
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
