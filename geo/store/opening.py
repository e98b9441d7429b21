"""From what a person names to a store."""

import os
from pathlib import Path

import platformdirs

from boundaries.errors import StoreError
from geo.postgres import is_address
from geo.store.interface import Store

ENVIRONMENT = "HOTSPOTS_STORE"
"""Names the store where nothing else does: a folder, or the address of a PostGIS database."""


def default_location() -> str:
    """Give the store that is used where none is named: ``HOTSPOTS_STORE``, else a user's own."""
    own = Path(platformdirs.user_data_path("hotspots")) / "store"
    return os.environ.get(ENVIRONMENT) or str(own)


def is_store(location: str | Path) -> bool:
    """Whether this names an existing folder store or a database; a database is not asked."""
    from geo.store.folder import FolderStore

    where = str(location)
    if is_address(where):
        return True
    return not _looks_like_an_address(where) and FolderStore.is_at(where)


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
    if is_address(where):
        from geo.store.postgis import PostgisStore

        return PostgisStore.open(where)
    if _looks_like_an_address(where):
        # It is not repeated, as it may have a password.
        msg = (
            "The address of a database starts with postgresql://, in small letters and without "
            "blanks: postgresql://user@host/database. A folder has no :// in its name."
        )
        raise StoreError(msg)
    from geo.store.folder import FolderStore

    return FolderStore.open(where)


def _looks_like_an_address(where: str) -> bool:
    """Whether a folder of this name would be a mistake, and perhaps show a password."""
    return "://" in where
