"""From what a person names to a store."""

import os
from pathlib import Path

import platformdirs

from geo.store.interface import Store

ENVIRONMENT = "HOTSPOTS_STORE"
"""Names the store where nothing else does: a folder, or the address of a PostGIS database."""

_DATABASE = ("postgresql://", "postgres://")


def default_location() -> str:
    """Give the store that is used where none is named: ``HOTSPOTS_STORE``, else a user's own."""
    own = Path(platformdirs.user_data_path("hotspots")) / "store"
    return os.environ.get(ENVIRONMENT) or str(own)


def is_store(location: str | Path) -> bool:
    """Whether this names an existing folder store or a database; a database is not asked."""
    from geo.store.folder import FolderStore

    return str(location).startswith(_DATABASE) or FolderStore.is_at(Path(location))


def open_store(location: str | Path | None = None) -> Store:
    """Open the store at a folder or the address of a PostGIS database; make it where none is.

    Parameters
    ----------
    location
        A folder, or ``postgresql://user@host/database``; None takes :func:`default_location`.

    Raises
    ------
    StoreError
        There is something else, it is of a newer version, or it cannot be reached.
    """
    where = str(location) if location is not None else default_location()
    if where.startswith(_DATABASE):
        from geo.store.postgis import PostgisStore

        return PostgisStore.open(where)
    from geo.store.folder import FolderStore

    return FolderStore.open(Path(where))
