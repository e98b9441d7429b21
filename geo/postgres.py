"""Addresses of PostgreSQL databases, connections to them, and what goes wrong there in words.

A password is taken from the address, from PostgreSQL's password file or from the environment, as
PostgreSQL's own programs do, and is never shown.
"""

import ipaddress
import os
import re
import time
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from boundaries.errors import HotspotsError, ParameterError

if TYPE_CHECKING:
    import psycopg

SCHEMES = ("postgresql", "postgres")
NEEDS_EXTRA = (
    "PostgreSQL needs the package psycopg, which is not installed here; run: "
    'pip install "hotspots[postgis]"'
)
CONNECT_TIMEOUT_S = 10
_LINE_TIMEOUT_MS = 30_000
_SPARE_S = 60

_DEFAULT_PORT = "5432"
_REMEDIES = {
    "28": "Check user and password.",
    "22021": "Take the NUL character out of the texts, and read the file again.",
    "22P05": "Use a database with the encoding UTF8.",
    "3D": "Check the name of the database.",
    "42501": "Ask the administrator of the database for the right.",
    "53100": "The disk of the server is full; ask its administrator for room.",
    "55P03": "Somebody else is writing for longer than expected; try again in a minute.",
    "57014": "The server was not done in time; try again when it has less to do.",
}
_NOT_REACHED = "Check the address, the network and that the server runs."
_LOST = (
    "The connection was lost; a change is made completely or not at all, so look whether it was "
    "before trying again."
)


@dataclass(frozen=True)
class Address:
    """Where a database is, as whom, and what else the address says.

    Attributes
    ----------
    shown
        ``postgresql://user@host/database``: without password, for people.
    conninfo
        What the driver needs, password included; never shown.
    extras
        Settings of the address that are this project's own, such as ``table``.
    """

    shown: str
    conninfo: str = field(repr=False)
    extras: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, url: str, own: tuple[str, ...] = ()) -> "Address":
        """Take an address apart.

        Parameters
        ----------
        url
            ``postgresql://user:password@host:port/database?setting=value``; settings are those of
            libpq (``sslmode``, ``host`` for a socket, ...) and the ``own`` ones.

        Raises
        ------
        ParameterError
            It is not one, or it is not clear where its password ends. It is not repeated.
        """
        _check_marks(url)
        parts = urlsplit(url)
        settings = parse_qsl(parts.query, keep_blank_values=True)
        extras = {name: value for name, value in settings if name in own}
        rest = urlencode([(name, value) for name, value in settings if name not in own])
        known = _known(f"{parts.scheme}://{parts.netloc}{parts.path}{'?' * bool(rest)}{rest}")
        return cls(_shown(known), _conninfo(known), extras)


def is_address(text: str) -> bool:
    """Whether this names a database and not a path.

    >>> is_address("postgresql://csu@db.example/crime"), is_address("crime.csv")
    (True, False)
    """
    return text.startswith(tuple(f"{scheme}://" for scheme in SCHEMES))


def connect(address: Address, error: type[HotspotsError]) -> "psycopg.Connection[Any]":
    """Open a connection; what fails is raised as that error, in words.

    To another machine the connection is encrypted unless the address says otherwise.
    """
    check_driver(error)
    import psycopg

    with in_words(address, error):
        # Statements prepared on the server would get lost behind a pooler.
        return psycopg.connect(address.conninfo, prepare_threshold=None)


class Connections:
    """Connections to one database, of which one is kept for whoever comes next.

    Opening one takes ten times as long as asking something. May be used by several threads.

    Parameters
    ----------
    error
        What failures are raised as, in words.
    """

    def __init__(self, address: Address, error: type[HotspotsError]) -> None:
        self._address, self._error = address, error
        self._spare: list[_Spare] = []
        weakref.finalize(self, _close_all, self._spare, os.getpid())

    @contextmanager
    def connection(self) -> "Iterator[psycopg.Connection[Any]]":
        """Give a connection outside of any transaction.

        What is done with it is kept when the block ends well, and only then.
        """
        with in_words(self._address, self._error):
            connection = self._usable_spare() or connect(self._address, self._error)
            kept = False
            try:
                yield connection
                connection.commit()
                kept = self._keep(connection)
            finally:
                if not kept:
                    connection.close()

    def _usable_spare(self) -> "psycopg.Connection[Any] | None":
        import psycopg

        with suppress(IndexError):  # another thread may take it first
            spare = self._spare.pop()
            if spare.process != os.getpid():
                return None
            with suppress(psycopg.Error):
                if time.monotonic() < spare.until:
                    spare.connection.execute("SELECT 1")
                    spare.connection.rollback()
                    return spare.connection
            spare.connection.close()
        return None

    def _keep(self, connection: "psycopg.Connection[Any]") -> bool:
        if self._spare:
            return False
        self._spare.append(_Spare(connection, time.monotonic() + _SPARE_S, os.getpid()))
        return True


@dataclass(frozen=True, eq=False)
class _Spare:
    connection: "psycopg.Connection[Any]"
    until: float
    process: int


def _close_all(spare: list[_Spare], process: int) -> None:
    """Say goodbye; not from another process, which shares the line without having opened it."""
    if process == os.getpid():
        for each in spare:
            each.connection.close()


def check_driver(error: type[HotspotsError]) -> None:
    """Raise that error where the extra is not installed."""
    try:
        import psycopg  # noqa: F401
    except ImportError as missing:
        raise error(NEEDS_EXTRA) from missing


@contextmanager
def in_words(address: Address, error: type[HotspotsError]) -> Iterator[None]:
    """Raise what the database refuses as that error: what, where, and what to do."""
    import psycopg

    try:
        yield
    except psycopg.Error as refused:
        msg = f"{address.shown}: {_sentence(refused)} {_remedy(refused)}"
        raise error(msg) from refused


def schema_of_postgis(connection: "psycopg.Connection[Any]") -> str | None:
    """Give the schema that PostGIS is in, after putting it on the path; None without PostGIS."""
    row = connection.execute(
        """
        SELECT n.nspname, set_config(
            'search_path', current_setting('search_path') || ', ' || quote_ident(n.nspname), false
        )
        FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
        WHERE e.extname = 'postgis'
        """
    ).fetchone()
    return None if row is None else str(row[0])


def _sentence(refused: "psycopg.Error") -> str:
    """Give the server's own first line, which names tables and users but no password."""
    said = refused.diag.message_primary or str(refused)
    first = next((line for line in said.splitlines() if line.strip()), type(refused).__name__)
    first = re.sub(r"^.*?(?:FATAL|ERROR):\s+", "", first).strip()
    return first if first.endswith(".") else f"{first}."


def _remedy(refused: "psycopg.Error") -> str:
    import psycopg

    state = refused.sqlstate or ""
    known = next((text for code, text in _REMEDIES.items() if state.startswith(code)), "")
    if known:
        return known
    if "authentication failed" in str(refused) or "no password supplied" in str(refused):
        return _REMEDIES["28"]
    if isinstance(refused, (psycopg.OperationalError, psycopg.InterfaceError)):
        return _NOT_REACHED if str(refused).startswith("connection") else _LOST
    return f"PostgreSQL calls this {state or type(refused).__name__}."


def _check_marks(url: str) -> None:
    """Refuse an address of which a part of the password could be taken for something else."""
    marks = url.count("@")
    if not is_address(url):
        msg = "The address of a database starts with postgresql://user@host/database."
        raise ParameterError(msg)
    if marks > 1 or (marks == 1 and "@" not in urlsplit(url).netloc):
        msg = (
            "It is not clear where the password in the address of the database ends. Write the "
            "marks @ : / ? # % in it as %40 %3A %2F %3F %23 %25, or leave it out and put it into "
            "PostgreSQL's password file."
        )
        raise ParameterError(msg)


def _known(url: str) -> dict[str, Any]:
    check_driver(ParameterError)
    import psycopg

    try:
        return dict(psycopg.conninfo.conninfo_to_dict(url))
    except (psycopg.Error, ValueError):
        # The driver's own words can repeat parts of the password.
        msg = (
            "The address of the database cannot be read. Write it as "
            "postgresql://user@host:5432/database, with settings of PostgreSQL only after a ?."
        )
    raise ParameterError(msg)


def _shown(known: Mapping[str, Any]) -> str:
    host, port = str(known.get("host", "")), str(known.get("port", _DEFAULT_PORT))
    user = f"{known['user']}@" if "user" in known else ""
    number = "" if port == _DEFAULT_PORT else f":{port}"
    database = known.get("dbname", "")
    if host.startswith("/"):  # a folder with a socket
        return f"postgresql://{user}{number}/{database}?host={host}"
    return f"postgresql://{user}{f'[{host}]' if ':' in host else host}{number}/{database}"


def _conninfo(known: Mapping[str, Any]) -> str:
    from psycopg.conninfo import make_conninfo

    defaults: dict[str, Any] = {
        "connect_timeout": CONNECT_TIMEOUT_S,
        "tcp_user_timeout": _LINE_TIMEOUT_MS,
        "application_name": "hotspots",
        "client_encoding": "utf8",
    }
    host = str(known.get("host", os.environ.get("PGHOST", "")))
    if not _is_this_machine(host) and "PGSSLMODE" not in os.environ:
        defaults["sslmode"] = "require"
    return make_conninfo("", **(defaults | dict(known)))


def _is_this_machine(host: str) -> bool:
    """Whether nothing leaves the machine: no host, a folder with a socket, or loopback."""
    if host in {"", "localhost"} or host.startswith(("/", "@")):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
