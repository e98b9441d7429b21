"""One line of the audit log: how it is written, sealed, and read again."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

Action = Literal[
    "signed in",
    "signed out",
    "session expired",
    "refused",
    "level changed",
    "import",
    "undo",
    "restore",
    "purge",
    "export",
    "saved view",
    "notes",
    "patrol plan",
    "patrol visits",
    "log continued",
]
ACTIONS: tuple[Action, ...] = get_args(Action)

NO_ENTRY = "0" * 64
"""Stands for the seal of the entry before the first."""

PLAIN, KEYED = "sha256", "hmac-sha256"
"""How a line is sealed: anybody can compute the one, the other needs the key."""

_DETAILS_BYTES_AT_MOST = 16_000
_TEXT_AT_MOST = 1_000
_FIELDS: dict[str, type] = {
    "action": str,
    "at": str,
    "details": dict,
    "number": int,
    "previous": str,
    "role": str,
    "seal": str,
    "sealed": str,
    "who": str,
}


@dataclass(frozen=True)
class Entry:
    """One thing that somebody did.

    Attributes
    ----------
    number
        From 1, without gaps.
    at
        The time in UTC, written as ISO 8601.
    who, role
        The person, and what they may do.
    action
        One of :data:`ACTIONS`.
    details
        What JSON can hold; never a row of the data.
    previous
        The seal of the entry before.
    sealed
        ``sha256`` or ``hmac-sha256``.
    seal
        Of all the rest, in hexadecimal.
    """

    number: int
    at: str
    who: str
    role: str
    action: str
    details: Mapping[str, Any]
    previous: str
    sealed: str
    seal: str

    @property
    def line(self) -> bytes:
        """The entry as it stands in the log, without the end of the line."""
        return _canonical(self._document() | {"seal": self.seal})

    def holds(self, key: bytes | None) -> bool:
        """Whether the seal is that of the rest; a keyed one cannot be told without the key."""
        if self.sealed == KEYED and key is None:
            return True
        return hmac.compare_digest(self.seal, _seal(self._document(), key, self.sealed))

    def _document(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in _FIELDS if name != "seal"}


def sealed_entry(document: Mapping[str, Any], key: bytes | None) -> Entry:
    """Make an entry of all but its seal.

    Parameters
    ----------
    key
        Seals so that only who has it can; None seals so that anybody can check it.
    """
    whole = {**document, "sealed": KEYED if key is not None else PLAIN}
    return Entry(**whole, seal=_seal(whole, key, whole["sealed"]))


def read_entry(line: bytes) -> Entry | None:
    """Read a line; None where it is not one of an audit log, for example half of one."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or found.keys() != _FIELDS.keys():
        return None
    if not all(type(found[name]) is kind for name, kind in _FIELDS.items()):
        return None
    return Entry(**found)


def fitting(details: Mapping[str, Any]) -> dict[str, Any]:
    """Give details that fit into a line: long texts are cut, and what is too much is only named.

    >>> fitting({"rows": 3, "file": "x" * 2_000})["file"][-20:]
    'x … 2,000 characters'
    """
    short = {str(name): _short(value) for name, value in details.items()}
    content = _canonical(short)
    if len(content) <= _DETAILS_BYTES_AT_MOST:
        return short
    digest = hashlib.sha256(content).hexdigest()
    return {"details_left_out": f"{len(content):,} bytes", "details_sha256": digest}


def _short(value: object) -> object:
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float):
        return value if abs(value) != float("inf") and value == value else str(value)  # noqa: PLR0124
    if isinstance(value, Mapping):
        return {str(name): _short(one) for name, one in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [
            _short(one) for one in (sorted(value) if isinstance(value, (set, frozenset)) else value)
        ]
    return fitting_text(str(value))


def fitting_text(text: str) -> str:
    """Give a text that any program can read, cut where it is too long."""
    text = text.encode(errors="replace").decode()
    if len(text) <= _TEXT_AT_MOST:
        return text
    return f"{text[:_TEXT_AT_MOST]} … {len(text):,} characters"


def _seal(document: Mapping[str, Any], key: bytes | None, how: str) -> str:
    content = _canonical(document)
    if how == KEYED and key is not None:
        return hmac.new(key, content, hashlib.sha256).hexdigest()
    return hashlib.sha256(content).hexdigest()


def _canonical(document: Mapping[str, Any]) -> bytes:
    """Write a document in the one way that counts: sorted, without blanks, in ASCII."""
    text = json.dumps(
        document, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
    )
    return text.encode("ascii")
