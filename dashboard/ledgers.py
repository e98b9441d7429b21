"""Where releases are kept, for the pages and the command line alike."""

from pathlib import Path

from dashboard.kept import default_folder
from dashboard.settings import vintage_in_force
from geo.disclosure.ledger import FolderLedger, Ledger, MemoryLedger, release_of
from geo.disclosure.release import Release, ReleaseParams
from geo.schema import Incidents

_FOLDER = "releases"


def ledger_folder() -> Path:
    """Give the folder where releases of stored and opened data are kept."""
    return default_folder() / _FOLDER


def released(incidents: Incidents, folder: str | None) -> Release:
    """Give the release of incidents with the wards in force at their end.

    Parameters
    ----------
    folder
        Where releases are kept; None for data that leaves no trace.
    """
    ledger: Ledger = MemoryLedger() if folder is None else FolderLedger(Path(folder))
    return release_of(incidents, ReleaseParams(vintage=vintage_in_force(incidents)), ledger)
