"""Reading a whole folder store and saying what is damaged."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from boundaries.errors import StoreError
from geo.identity import incident_keys
from geo.schema import INCIDENT_ID, OCCURRED, SOURCE
from geo.store.atomic import checksum_of
from geo.store.files import ImportFiles
from geo.store.layout import unknown_imports
from geo.store.manifest import FILES, INCIDENTS, REPEATED, Contents, Kept
from geo.store.parquet import KEY, Bounds, frame_of, read_keys, to_numpy


def damages(store: Path, files: ImportFiles, contents: Contents) -> list[str]:
    """Say in sentences what of the imports is not as the journal says."""
    found = unknown_imports(store, contents)
    for kept in contents.imports.values():
        try:
            found += [f"Import {kept.number}: {sentence}" for sentence in _damages_of(files, kept)]
        except (StoreError, OSError, pa.ArrowException) as error:
            found.append(f"Import {kept.number}: {error}")
    return found


def _damages_of(files: ImportFiles, kept: Kept) -> Iterator[str]:
    changed = [
        name for name in FILES if checksum_of(files.path(kept, name)) != kept.checksums[name]
    ]
    if changed:
        yield f"{', '.join(changed)} changed since being written; restore from a backup."
        return
    with files.open(kept, INCIDENTS) as file:  # which counts its rows
        if b"geo" not in (file.metadata.metadata or {}):
            yield f"{INCIDENTS} does not say where its points are; it is not GeoParquet."
    yield from _wrong_rows(files, kept)
    with files.open(kept, REPEATED) as file:
        keys = read_keys(file)
    if not _is_increasing(keys):
        yield f"{REPEATED} does not hold its keys in order."


def _wrong_rows(files: ImportFiles, kept: Kept) -> Iterator[str]:
    latest = np.datetime64("NaT", "us")
    wrong_keys, unsorted = 0, False
    for table in files.table(kept, [SOURCE, INCIDENT_ID, KEY, OCCURRED], Bounds()):
        made = incident_keys(frame_of(table, [SOURCE, INCIDENT_ID]))
        wrong_keys += int(np.count_nonzero(made != to_numpy(table[KEY])))
        times = np.concatenate([[latest], to_numpy(table[OCCURRED])])
        unsorted |= bool((times[1:] < times[:-1]).any())
        latest = times[-1]
    if wrong_keys:
        yield f"{wrong_keys:,} incidents have keys that are not of their source and id."
    if unsorted:
        yield "its incidents are not in the order of time."


def _is_increasing(keys: NDArray[np.uint64]) -> bool:
    return bool((keys[1:] > keys[:-1]).all())
