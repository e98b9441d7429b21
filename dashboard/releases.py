"""The door from data to what may be shown: gives the release of the data on show."""

from pathlib import Path

from dashboard.jobs import job
from dashboard.kept import default_folder
from dashboard.settings import vintage_in_force
from dashboard.view import Dataset
from geo.disclosure.ledger import FolderLedger, Ledger, MemoryLedger, release_of
from geo.disclosure.levels import PUBLIC, Level
from geo.disclosure.release import Release, ReleaseParams
from geo.schema import Incidents

_FOLDER = "releases"


def ledger_folder() -> Path:
    """Give the folder where releases of stored and opened data are kept."""
    return default_folder() / _FOLDER


def release_on_show(dataset: Dataset, level: Level) -> Release | None:
    """Give the release of the data on show; None while it is being made, which the page shows.

    Parameters
    ----------
    level
        ``partner`` or ``public``.
    """
    folder = None if dataset.is_own else str(ledger_folder())
    release = job("Preparing the figures for partners", released, dataset, folder)
    return release.for_public() if release is not None and level == PUBLIC else release


def released(incidents: Incidents, folder: str | None) -> Release:
    """Give the release of incidents with the wards in force at their end.

    Parameters
    ----------
    folder
        Where releases are kept; None for data that leaves no trace.
    """
    ledger: Ledger = MemoryLedger() if folder is None else FolderLedger(Path(folder))
    return release_of(incidents, ReleaseParams(vintage=vintage_in_force(incidents)), ledger)
