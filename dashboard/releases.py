"""The door from data to what may be shown: gives the release of the data on show."""

from dashboard.jobs import job
from dashboard.ledgers import ledger_folder, released
from dashboard.view import Dataset
from geo.disclosure.ledger import SHIPPED
from geo.disclosure.levels import PUBLIC, Level
from geo.disclosure.release import Release


def is_released(dataset: Dataset) -> bool:
    """Say whether the release of kept data is there already; to make one can take minutes."""
    name = f"{dataset.incidents.fingerprint}.json"
    return any((folder / name).exists() for folder in (SHIPPED, ledger_folder()))


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
