"""The configuration of the sign-in: one file, checked before anything listens.

Nothing here prints a secret: messages name the setting, never its value where it is one. Loads
nothing slow, as ``hotspots serve`` reads the file before it starts the server.
"""

import os
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn, cast
from urllib.parse import SplitResult, urlsplit

import platformdirs

from boundaries.errors import InputFileError
from dashboard.sign_in.hosts import is_loopback_name
from dashboard.sign_in.roles import ROLES, Role

ENVIRONMENT = "HOTSPOTS_SIGN_IN"
"""Names the file; without it there is no sign-in and only this computer is answered."""
CLIENT_SECRET, COOKIE_SECRET = "HOTSPOTS_CLIENT_SECRET", "HOTSPOTS_COOKIE_SECRET"
"""Secrets may stand in the environment instead of in the file."""

CALLBACK = "/oauth2callback"
METADATA = "/.well-known/openid-configuration"
HOURS, HOURS_AT_MOST = 8.0, 24.0
COOKIE_SECRET_LENGTH = 32

_SECTIONS = {"sign_in", "roles"}
_TEXTS = {"address", "issuer", "client_id"}
_SECRETS = {"client_secret": CLIENT_SECRET, "cookie_secret": COOKIE_SECRET}
_OPTIONAL = {
    "contact": str,
    "ends_with_token": bool,
    "everyone_else": str,
    "hours": float,
    "metadata_url": str,
    "name_claim": str,
    "role_claim": str,
    "scope": str,
    "sign_ins": str,
}
_SHARED_TENANTS = {"common", "organizations", "consumers"}


@dataclass(frozen=True)
class SignIn:
    """How people sign in, and which role whom is given.

    Attributes
    ----------
    address
        Of the dashboard as people open it, without a path.
    issuer
        Of the sign-in service; every token must name it.
    metadata_url
        Where the service describes itself.
    client_id, client_secret
        What the service knows this dashboard by.
    cookie_secret
        Signs the cookies.
    roles
        Names of roles or groups of the service that stand for each role here.
    role_claim, name_claim
        Where a token holds those names, and the name that the audit log writes.
    everyone_else
        The role of who signs in and is in none of the groups; None refuses them.
    hours
        After which everybody signs in again.
    ends_with_token
        Whether a session also ends when its token does.
    contact
        Whom to ask for access.
    scope
        What is asked of the service.
    sign_ins
        File that remembers who has signed in and out.
    """

    address: str
    issuer: str
    metadata_url: str
    client_id: str
    client_secret: str = field(repr=False)
    cookie_secret: str = field(repr=False)
    roles: Mapping[Role, tuple[str, ...]]
    role_claim: str = "roles"
    name_claim: str = "preferred_username"
    everyone_else: Role | None = None
    hours: float = HOURS
    ends_with_token: bool = False
    contact: str = "whoever looks after this dashboard"
    scope: str = "openid profile email"
    sign_ins: Path = Path()

    @property
    def host(self) -> str:
        """Name of the dashboard's host as browsers give it."""
        return urlsplit(self.address).hostname or ""

    @property
    def is_encrypted(self) -> bool:
        """Whether browsers reach the dashboard by TLS."""
        return self.address.startswith("https://")

    def for_streamlit(self) -> dict[str, Any]:
        """Give what Streamlit's own sign-in wants to know."""
        return {
            "auth": {
                "redirect_uri": self.address + CALLBACK,
                "cookie_secret": self.cookie_secret,
                "client_id": self.client_id,
                "client_secret": self.client_secret,
                "server_metadata_url": self.metadata_url,
                "client_kwargs": {
                    "scope": self.scope,
                    "prompt": "select_account",
                    # Also where the service does not say that it understands it, as Entra ID.
                    "code_challenge_method": "S256",
                },
            }
        }


def configured() -> SignIn | None:
    """Give the sign-in that the environment names; None where there is none.

    Raises
    ------
    InputFileError
        The file cannot be used.
    """
    path = os.environ.get(ENVIRONMENT)
    return _read_once(path) if path else None


@lru_cache(maxsize=4)
def _read_once(path: str) -> SignIn:
    return read(Path(path))


def read(path: Path, environment: Mapping[str, str] = os.environ) -> SignIn:
    """Read a file of settings, and refuse what would leave a door open.

    Raises
    ------
    InputFileError
        The file is missing, others may read its secrets, or a setting is missing, unknown or not
        safe.
    """
    return _Reader(path, environment).read()


class _Reader:
    """Reads one file; every message begins with its name."""

    def __init__(self, path: Path, environment: Mapping[str, str]) -> None:
        self.path = path
        self.environment = environment

    def read(self) -> SignIn:
        document = self._document()
        self._check_names(document, _SECTIONS, "the file")
        given = self._section(document, "sign_in")
        self._check_names(given, _TEXTS | set(_SECRETS) | set(_OPTIONAL), "[sign_in]")
        if set(given) & set(_SECRETS):
            self._check_private()
        options = self._options(given)
        issuer = self._issuer(self._text(given, "issuer"))
        metadata_url = options.pop("metadata_url", issuer + METADATA)
        self._url("metadata_url", metadata_url)
        return SignIn(
            address=self._address(self._text(given, "address")),
            issuer=issuer,
            metadata_url=metadata_url,
            client_id=self._text(given, "client_id"),
            client_secret=self._secret(given, "client_secret"),
            cookie_secret=self._cookie_secret(given),
            roles=self._roles(self._section(document, "roles")),
            sign_ins=Path(options.pop("sign_ins", _usual_sign_ins())),
            **options,
        )

    def _refuse(self, problem: str) -> NoReturn:
        """Refuse the file; what Python said of it is left out, as it may quote a secret."""
        msg = f"{self.path}: {problem}"
        raise InputFileError(msg) from None

    def _document(self) -> dict[str, Any]:
        try:
            return tomllib.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            msg = f"{self.path} does not exist; name the file with the settings of the sign-in."
            raise InputFileError(msg) from None
        except OSError as error:
            self._refuse(f"cannot be read: {error.strerror}.")
        except UnicodeDecodeError:
            self._refuse("is not UTF-8 text.")
        except tomllib.TOMLDecodeError as error:
            # Only where it is: the words of the error may quote a line with a secret.
            place = str(error)[str(error).rfind("(") :].strip("()") or "somewhere"
            self._refuse(f"is not TOML, {place}.")

    def _check_private(self) -> None:
        """Refuse a file with secrets that others on the computer may read or change."""
        if os.name != "posix":
            return
        about = self.path.stat()
        if stat.S_IMODE(about.st_mode) & 0o077:
            self._refuse(
                "others on this computer may read or change it, and it holds secrets. Run: chmod "
                f"600 {self.path}"
            )
        if about.st_uid not in {os.geteuid(), 0}:
            self._refuse("belongs to another user of this computer, and it holds secrets.")

    def _check_names(self, given: Mapping[str, Any], known: set[str], where: str) -> None:
        for name in given:
            if name not in known:
                all_known = ", ".join(sorted(known))
                self._refuse(f"{where} has {name!r}, which is not known; known are {all_known}.")

    def _section(self, document: Mapping[str, Any], name: str) -> dict[str, Any]:
        section = document.get(name)
        if not isinstance(section, dict) or not section:
            self._refuse(f"has no section [{name}].")
        return section

    def _text(self, given: Mapping[str, Any], name: str) -> str:
        value = given.get(name)
        if not isinstance(value, str) or not value.strip():
            self._refuse(f"{name} is missing in [sign_in], or is not text.")
        return value.strip()

    def _secret(self, given: Mapping[str, Any], name: str) -> str:
        variable = _SECRETS[name]
        value = self.environment.get(variable) or given.get(name)
        if not isinstance(value, str) or not value.strip():
            self._refuse(f"{name} is missing; give it there or in {variable}.")
        return value.strip()

    def _cookie_secret(self, given: Mapping[str, Any]) -> str:
        secret = self._secret(given, "cookie_secret")
        if len(secret) < COOKIE_SECRET_LENGTH or len(set(secret)) < 10:
            self._refuse(
                f"cookie_secret is too easy to guess; give {COOKIE_SECRET_LENGTH} random "
                'characters or more, as: python -c "import secrets; '
                'print(secrets.token_urlsafe(48))"'
            )
        return secret

    def _options(self, given: Mapping[str, Any]) -> dict[str, Any]:
        options: dict[str, Any] = {}
        for name, kind in _OPTIONAL.items():
            if name not in given:
                continue
            value = given[name]
            if kind is float and type(value) is int:
                value = float(value)
            if type(value) is not kind or value == "":
                self._refuse(f"{name} must be {_KIND_WORDS[kind]}.")
            options[name] = value
        if not 0 < options.get("hours", HOURS) <= HOURS_AT_MOST:
            self._refuse(f"hours must be above 0 and at most {HOURS_AT_MOST:.0f}.")
        if options.get("everyone_else", "viewer") != "viewer":
            self._refuse("everyone_else can only be 'viewer'; name groups for other roles.")
        if "openid" not in options.get("scope", "openid").split():
            self._refuse("scope must have the word openid.")
        return options

    def _url(self, name: str, url: str) -> SplitResult:
        try:
            parts = urlsplit(url)
            is_local = is_loopback_name(parts.hostname or "")
            _ = parts.port
        except ValueError:
            self._refuse(f"{name} is not an address.")
        if not parts.hostname or parts.username or parts.query or parts.fragment:
            self._refuse(f"{name} must be an address as https://example.org, and no more.")
        if parts.scheme != "https" and not (parts.scheme == "http" and is_local):
            self._refuse(f"{name} must begin with https://, or others could listen in.")
        return parts

    def _address(self, address: str) -> str:
        parts = self._url("address", address)
        if parts.path not in {"", "/"}:
            self._refuse("address must have no path: the dashboard needs a host of its own.")
        usual = {"https": 443, "http": 80}[parts.scheme]
        # As browsers name it: they leave the usual port out.
        host = parts.netloc.lower().removesuffix(f":{usual}")
        return f"{parts.scheme}://{host}"

    def _issuer(self, issuer: str) -> str:
        parts = self._url("issuer", issuer)
        if _SHARED_TENANTS & set(parts.path.split("/")):
            self._refuse(
                "issuer lets people of any organisation sign in; name your own tenant by its "
                "number in place of common, organizations or consumers."
            )
        return issuer.removesuffix("/") if parts.path in {"", "/"} else issuer

    def _roles(self, given: Mapping[str, Any]) -> dict[Role, tuple[str, ...]]:
        self._check_names(given, set(ROLES), "[roles]")
        seen: dict[str, str] = {}
        for role, names in given.items():
            if not isinstance(names, list) or not all(isinstance(n, str) and n for n in names):
                self._refuse(f'{role} in [roles] must be a list as ["Name of a group"].')
            for name in names:
                if seen.setdefault(name, role) != role:
                    self._refuse(f"{name!r} stands for two roles, {seen[name]} and {role}.")
        if not seen:
            self._refuse("[roles] names no group, so nobody could do anything.")
        return {cast("Role", role): tuple(names) for role, names in given.items()}


_KIND_WORDS = {str: "text that is not empty", bool: "true or false", float: "a number"}


def _usual_sign_ins() -> Path:
    return Path(platformdirs.user_data_path("hotspots")) / "sign-ins.sqlite"
