"""What the audit log says of figures and imports: how they were made, and none of them."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from geo.disclosure.levels import EXACT
from geo.result import RunRecord
from geo.store import ImportEntry, Store


def about_record(record: RunRecord) -> dict[str, Any]:
    """Tell a run from all others: its method, data and selection, and the SHA-256 of its record."""
    return {
        "level": EXACT,
        "method": record.method,
        "data_fingerprint": record.data_fingerprint,
        "selection": record.selection.in_words(),
        "record_sha256": sha256(record.to_json().encode()).hexdigest(),
    }


def about_release(record: Mapping[str, Any]) -> dict[str, Any]:
    """Tell files made of a release from all others: its data, its level, which of its figures."""
    text = json.dumps(record, sort_keys=True, default=str)
    return {
        "level": record["level"],
        "method": record["method"],
        "data_fingerprint": record["data_fingerprint"],
        "record_sha256": sha256(text.encode()).hexdigest(),
    }


def about_import(store: Store, entry: ImportEntry) -> dict[str, Any]:
    """Say which import of which store; its own log says the rest."""
    return {
        "store": store.location,
        "import": entry.number,
        "files": len(entry.files),
        "rows_read": sum(file.rows_read for file in entry.files),
    }
