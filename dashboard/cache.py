"""All that the dashboard keeps between two runs of a page; nothing else caches.

Keys are content (fingerprints) and frozen settings. Values are never changed after they are made,
so they are shared and not copied. What comes from a person's own upload is kept for that person's
session only.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.map_results import (
    MapResults,
    WardResults,
    map_results,
    ward_results,
    whole_period,
)
from dashboard.maps.payload import encode
from dashboard.settings import MapSettings
from geo.readers import Import, read, read_uploads
from geo.schema import Incidents
from geo.store import ImportEntry, Store, open_store
from geo.store.opening import is_store

_MAPS_KEPT = 12


def read_once(paths: Sequence[str]) -> Import:
    """Read files given at the start; again only when one of them has changed."""
    stamps = tuple((path, _changed(path)) for path in paths)
    return _read(stamps)


def _changed(path: str) -> float:
    where = Path(path)
    if not where.exists():
        return 0.0
    inner = where.rglob("*") if where.is_dir() else ()
    return max(float(p.stat().st_mtime) for p in (where, *inner))


@st.cache_resource(max_entries=2, show_spinner="Reading the files …")
def _read(stamps: tuple[tuple[str, float], ...]) -> Import:
    return read([path for path, _ in stamps])


@dataclass(frozen=True, eq=False)
class _Uploads:
    """Files dropped into the page, known by their content."""

    files: Sequence[tuple[str, bytes]]

    def identity(self) -> str:
        """SHA-256 over names and bytes."""
        parts = (
            sha256(name.encode()).digest() + sha256(data).digest() for name, data in self.files
        )
        return sha256(b"".join(parts)).hexdigest()


def read_uploaded(files: Sequence[tuple[str, bytes]]) -> Import:
    """Read files dropped into the page, for this session only."""
    return _read_uploaded(_Uploads(files))


@st.cache_resource(
    max_entries=2,
    scope="session",
    show_spinner="Reading the files …",
    hash_funcs={_Uploads: _Uploads.identity},
)
def _read_uploaded(uploads: _Uploads) -> Import:
    return read_uploads([(name, BytesIO(data)) for name, data in uploads.files])


def store_at(location: str) -> Store | None:
    """Open the store; None where nothing has been kept yet, for looking makes no folder.

    Raises
    ------
    StoreError
        The store cannot be used.
    """
    return open_store(location) if is_store(location) else None


@dataclass(frozen=True, eq=False)
class _Stored:
    """A store as it is now, known by its place and by what has been written."""

    store: Store

    def identity(self) -> tuple[str, str]:
        """Give the place and the state."""
        return self.store.location, self.store.state()


def imports_of(store: Store) -> tuple[ImportEntry, ...]:
    """List what a store keeps; again only when something has been written."""
    return _imports_of(_Stored(store))


@st.cache_resource(max_entries=2, show_spinner=False, hash_funcs={_Stored: _Stored.identity})
def _imports_of(stored: _Stored) -> tuple[ImportEntry, ...]:
    return stored.store.imports()


def read_stored(store: Store) -> Incidents:
    """Read the current incidents of a store; again only when something has been written."""
    return _read_stored(_Stored(store))


@st.cache_resource(
    max_entries=1,
    show_spinner="Reading the stored incidents …",
    hash_funcs={_Stored: _Stored.identity},
)
def _read_stored(stored: _Stored) -> Incidents:
    return stored.store.read()


_HASHES: dict[Any, Callable[[Any], Any]] = {
    Incidents: lambda incidents: incidents.fingerprint,
    MapSettings: repr,
}


_keep = st.cache_resource(
    max_entries=_MAPS_KEPT, scope="session", show_spinner=False, hash_funcs=_HASHES
)


@_keep
def whole_period_of(
    incidents: Incidents, settings: MapSettings, source: str, tiles: str | None
) -> tuple[MapResults, bytes]:
    """Give the results for the whole period, and the text that the browser's map reads."""
    wards = _wards(incidents, settings.of_wards())
    found = whole_period(incidents, settings, wards, source=source, tiles=tiles)
    return found, encode(found.model)


@_keep
def results_of(
    incidents: Incidents, settings: MapSettings, source: str, tiles: str | None
) -> tuple[MapResults, bytes]:
    """Give the results for the whole period and the slider's frames, and the map's text."""
    first, _ = whole_period_of(incidents, settings, source, tiles)
    wards = _wards(incidents, settings.of_wards())
    found = map_results(incidents, settings, wards, source=source, tiles=tiles, first=first)
    return found, encode(found.model)


@_keep
def _wards(incidents: Incidents, settings: MapSettings) -> dict[str, WardResults]:
    return ward_results(incidents, settings)
