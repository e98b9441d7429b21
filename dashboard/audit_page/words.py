"""The entries of the audit log as people read them."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from dashboard.audit.entries import Entry
from dashboard.audit.filters import moment_of
from dashboard.data.words import moment_in_words

LONDON = ZoneInfo("Europe/London")
TEXTS = ("When", "Who", "Role", "What", "Details")
_FIRST = ("what", "file", "level")
_SEAL_SHOWN = 16
_VALUE_AT_MOST = 120


def entries_table(entries: Sequence[Entry]) -> pd.DataFrame:
    """List entries in the order they are given."""
    rows = [
        (
            f"{entry.number:,}",
            _when(entry),
            entry.who,
            entry.role,
            entry.action,
            details_in_words(entry.details),
        )
        for entry in entries
    ]
    return pd.DataFrame(rows, columns=["No.", *TEXTS])


def _when(entry: Entry) -> str:
    moment = moment_of(entry)
    return entry.at if moment is None else f"{moment_in_words(moment)}:{moment:%S}"


def details_in_words(details: Mapping[str, Any]) -> str:
    """Write details on one line, what matters most first, long checksums cut.

    >>> details_in_words({"bytes": 1200, "file": "wards.csv", "sha256": "0123456789abcdef" * 4})
    'file: wards.csv; bytes: 1,200; sha256: 0123456789abcdef…'
    """
    names = [name for name in _FIRST if name in details]
    names += [name for name in details if name not in _FIRST]
    return "; ".join(f"{name.replace('_', ' ')}: {_value(name, details[name])}" for name in names)


def _value(name: str, value: object) -> str:
    if isinstance(value, Mapping):
        return f"({details_in_words(value)})"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    text = str(value)
    if name.endswith(("sha256", "fingerprint")):
        return f"{text[:_SEAL_SHOWN]}…"
    return text if len(text) <= _VALUE_AT_MOST else f"{text[:_VALUE_AT_MOST]}…"
