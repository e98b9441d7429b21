"""All that the dashboard keeps between two runs of a page; nothing else caches.

Keys are content (fingerprints) and frozen settings. Values are never changed after they are made,
so they are shared and not copied. What comes from a person's own upload is kept for that person's
session only.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard import reading
from dashboard.data.previews import preview_of
from dashboard.limits import check_uploads
from dashboard.map_results import (
    MapResults,
    WardResults,
    map_results,
    ward_results,
    whole_period,
)
from dashboard.maps.payload import encode
from dashboard.reading import Opened
from dashboard.settings import MapSettings
from dashboard.shelf import Shelf
from dashboard.view import Dataset
from geo.analysis import plain
from geo.disclosure.release import Release
from geo.quality.panel import QualityResult, data_quality
from geo.quality.params import QualityParams
from geo.readers import (
    Import,
    read,
)
from geo.readers.mapping import ColumnMapping
from geo.schema import Incidents
from geo.selection import Selection
from geo.store import ImportEntry, Preview, Store, open_store
from geo.store.layout import STORE
from geo.store.opening import is_store

P = ParamSpec("P")
R = TypeVar("R")

_MAPS_KEPT = 60
_OWN_MAPS_KEPT = 12


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
class Uploads:
    """Files dropped into the page; Streamlit gives each upload an id of its own."""

    files: Sequence[UploadedFile]

    @property
    def identity(self) -> str:
        """Tell these uploads from all others of the session."""
        return " ".join(file.file_id for file in self.files)

    @property
    def names(self) -> list[str]:
        """Names of the files."""
        return [file.name for file in self.files]

    def contents(self) -> list[tuple[str, bytes]]:
        """Give names and bytes.

        Raises
        ------
        InputFileError
            They are larger than what may be dropped in.
        """
        check_uploads([(file.name, file.size) for file in self.files])
        return [(file.name, file.getvalue()) for file in self.files]


_keep_uploaded = st.cache_resource(
    max_entries=2,
    scope="session",
    show_spinner="Reading the files …",
    hash_funcs={Uploads: lambda uploads: uploads.identity, ColumnMapping: repr},
)


@_keep_uploaded
def read_uploaded(uploads: Uploads) -> Import:
    """Read files dropped into the page, for this session only."""
    return reading.read_at_once(uploads.contents())


@_keep_uploaded
def open_uploaded(uploads: Uploads) -> Opened:
    """Open dropped files; one that cannot be opened does not keep the others out."""
    return reading.opened(uploads.contents())


@_keep_uploaded
def import_uploaded(uploads: Uploads, mappings: dict[str, ColumnMapping]) -> Import:
    """Read dropped files with what a person has said of their columns."""
    return reading.imported(uploads.contents(), open_uploaded(uploads), mappings)


def store_at(location: str) -> Store | None:
    """Open the store; None where nothing has been kept yet, for looking makes no folder.

    Raises
    ------
    StoreError
        The store cannot be used.
    """
    return _opened(location, _made(location)) if is_store(location) else None


def _made(location: str) -> tuple[int, int] | None:
    """Tell a folder's store from another that was there before; None for a database."""
    file = Path(location).expanduser() / STORE
    if not file.is_file():
        return None
    stat = file.stat()
    return stat.st_ino, stat.st_mtime_ns


@st.cache_resource(max_entries=4, show_spinner=False)
def _opened(location: str, made: tuple[int, int] | None) -> Store:  # noqa: ARG001 - of the key
    """Open a store once: it remembers what it has read, and any number of threads may use it."""
    return open_store(location)


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


def quality_of(incidents: Incidents) -> QualityResult:
    """Check incidents; again only on another day, for it says how old the data is."""
    return _quality_of(incidents, QualityParams())


@st.cache_resource(
    max_entries=1,
    show_spinner="Checking the stored data …",
    hash_funcs={Incidents: lambda incidents: incidents.fingerprint, QualityParams: repr},
)
def _quality_of(incidents: Incidents, params: QualityParams) -> QualityResult:
    return data_quality(incidents, Selection(), params)


@dataclass(frozen=True, eq=False)
class _Destination:
    """Where an import may go: a store as it is now, or nowhere yet."""

    store: Store | None

    def identity(self) -> tuple[str, str] | None:
        """Give the place and the state."""
        return None if self.store is None else _Stored(self.store).identity()


def preview_uploaded(
    uploads: Uploads, mappings: dict[str, ColumnMapping], store: Store | None
) -> Preview:
    """Say what adding dropped files would do."""
    return _preview_uploaded(uploads, mappings, _Destination(store))


@st.cache_resource(
    max_entries=1,
    scope="session",
    show_spinner="Comparing with the store …",
    hash_funcs={
        Uploads: lambda uploads: uploads.identity,
        ColumnMapping: repr,
        _Destination: _Destination.identity,
    },
)
def _preview_uploaded(
    uploads: Uploads, mappings: dict[str, ColumnMapping], destination: _Destination
) -> Preview:
    return preview_of(destination.store, import_uploaded(uploads, mappings))


@dataclass(frozen=True, eq=False)
class _Call:
    """A call of an analysis, known by its content."""

    function: Callable[..., Any]
    incidents: Incidents
    args: tuple[Any, ...]
    settings: dict[str, Any]

    def identity(self) -> str:
        """Tell this call from all others."""
        called = f"{self.function.__module__}.{self.function.__qualname__}"
        asked = [plain(value) for value in (*self.args, *sorted(self.settings.items()))]
        return repr((called, self.incidents.fingerprint, asked))

    def result(self) -> Any:  # noqa: ANN401 - whatever the function gives
        """Make the call."""
        return self.function(self.incidents, *self.args, **self.settings)


_ANALYSES_KEPT = 400
_OWN_SHELF = "analyses of own files"
_shared = Shelf(_ANALYSES_KEPT)


@dataclass(frozen=True, eq=False)
class Question:
    """What is asked of the data on show, and where its result is kept.

    Attributes
    ----------
    key
        Tells it from all others, by its content.
    make
        Computes the result.
    """

    key: str
    make: Callable[[], Any]
    shelf: Shelf


def question(
    function: Callable[Concatenate[Incidents, P], R],
    dataset: Dataset,
    *args: P.args,
    **settings: P.kwargs,
) -> Question:
    """Put together what :func:`analysed` asks, for work that is watched."""
    call = _Call(function, dataset.incidents, args, settings)
    return Question(call.identity(), call.result, _shelf_of(dataset))


def analysed(
    function: Callable[Concatenate[Incidents, P], R],
    dataset: Dataset,
    *args: P.args,
    **settings: P.kwargs,
) -> R:
    """Give what a function makes of the data on show; again only when something it takes changes.

    What is made of stored and shipped data is shared by all sessions, and of a person's own files
    kept for that session. Nothing may be changed in what is given. See :func:`dashboard.jobs.job`
    for what may take more than half a second.

    Parameters
    ----------
    function
        Takes incidents, then plain values and settings objects: an analysis, or what makes a
        model of several.
    """
    asked = question(function, dataset, *args, **settings)
    result: R = asked.shelf.get(asked.key, asked.make)
    return result


def _shelf_of(dataset: Dataset) -> Shelf:
    if not dataset.is_own:
        return _shared
    own: Shelf = st.session_state.setdefault(_OWN_SHELF, Shelf(_ANALYSES_KEPT))
    return own


_MADE_OF_RELEASES = "made of releases"
_MADE_KEPT = 12


def made_of_release(
    function: Callable[Concatenate[Release, P], R],
    release: Release,
    *args: P.args,
    **settings: P.kwargs,
) -> R:
    """Give what a function makes of a release, in this session; again only for other settings.

    It belongs to the release itself and not to its name, so that another release never answers.

    Parameters
    ----------
    function
        Takes the release, then plain values and settings objects.
    """
    called = f"{function.__module__}.{function.__qualname__}"
    asked = repr((called, [plain(value) for value in (*args, *sorted(settings.items()))]))
    made: list[tuple[Release, str, Any]] = st.session_state.setdefault(_MADE_OF_RELEASES, [])
    for of, known, result in made:
        if of is release and known == asked:
            return cast("R", result)
    result = function(release, *args, **settings)
    made.append((release, asked, result))
    del made[:-_MADE_KEPT]
    return result


_OWN_MAPS = "maps of own files"
_shared_maps = Shelf(_MAPS_KEPT)


def whole_period_of(
    dataset: Dataset, settings: MapSettings, source: str, tiles: str | None
) -> tuple[MapResults, bytes]:
    """Give the results for the whole period, and the text that the browser's map reads."""

    def make() -> tuple[MapResults, bytes]:
        wards = _wards(dataset, settings.of_wards())
        found = whole_period(dataset.incidents, settings, wards, source=source, tiles=tiles)
        return found, encode(found.model)

    return _drawn("whole period", dataset, settings, (source, tiles), make)


def results_of(
    dataset: Dataset, settings: MapSettings, source: str, tiles: str | None
) -> tuple[MapResults, bytes]:
    """Give the results for the whole period and the slider's frames, and the map's text."""

    def make() -> tuple[MapResults, bytes]:
        first, _ = whole_period_of(dataset, settings, source, tiles)
        wards = _wards(dataset, settings.of_wards())
        found = map_results(
            dataset.incidents, settings, wards, source=source, tiles=tiles, first=first
        )
        return found, encode(found.model)

    return _drawn("all times", dataset, settings, (source, tiles), make)


def _wards(dataset: Dataset, settings: MapSettings) -> dict[str, WardResults]:
    def make() -> dict[str, WardResults]:
        return ward_results(dataset.incidents, settings)

    return _drawn("wards", dataset, settings, (), make)


def _drawn(
    what: str,
    dataset: Dataset,
    settings: MapSettings,
    about: tuple[str | None, ...],
    make: Callable[[], R],
) -> R:
    """Give what goes on a map; shared as :func:`analysed` is, but maps are large and few kept."""
    shelf = _shared_maps
    if dataset.is_own:
        shelf = st.session_state.setdefault(_OWN_MAPS, Shelf(_OWN_MAPS_KEPT))
    found: R = shelf.get(repr((what, dataset.incidents.fingerprint, settings, about)), make)
    return found
