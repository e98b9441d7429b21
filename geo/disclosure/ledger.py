"""Which releases have been made: of the same data there is one, and everybody gets that one.

Two releases of the same incidents that were made in different ways, with another floor or other
wards, could be held against each other: what the one withholds the other may show. So the first is
kept and given to whoever asks, and another way is refused.
"""

import json
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from threading import Lock
from typing import Protocol

from boundaries.errors import HotspotsError
from geo.disclosure.release import Release, ReleaseParams, make_release
from geo.schema import Incidents
from geo.store.atomic import make_folder, publish_new, write_new


class ReleaseError(HotspotsError):
    """A release cannot be given: says which was made before, and what to do."""


class Ledger(Protocol):
    """Keeps releases by the fingerprint of their data."""

    def get(self, fingerprint: str) -> Release | None:
        """Give the release of some data; None where none has been made."""

    def put(self, release: Release) -> Release:
        """Keep a release, unless another process was first; give the one that is kept."""


class MemoryLedger:
    """Keeps releases as long as the program runs, for data that leaves no trace."""

    def __init__(self) -> None:
        self._releases: dict[str, Release] = {}

    def get(self, fingerprint: str) -> Release | None:
        """Give the release of some data."""
        return self._releases.get(fingerprint)

    def put(self, release: Release) -> Release:
        """Keep a release."""
        return self._releases.setdefault(release.fingerprint, release)


class FolderLedger:
    """Keeps releases as JSON files in a folder that only its owner can read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[str, Release] = {}

    def get(self, fingerprint: str) -> Release | None:
        """Give the release of some data.

        Raises
        ------
        ReleaseError
            The file cannot be read; making another release would not be safe.
        """
        if fingerprint in self._read:
            return self._read[fingerprint]
        path = self._path(fingerprint)
        if not path.exists():
            return None
        try:
            release = Release.from_dict(json.loads(path.read_text("utf-8")))
        except (OSError, ValueError, KeyError, TypeError) as error:
            msg = (
                f"The release in {path} cannot be read ({error}). Bring the file back from a "
                "backup: a second release of the same data could give away what the first withheld."
            )
            raise ReleaseError(msg) from error
        return self._read.setdefault(fingerprint, release)

    def put(self, release: Release) -> Release:
        """Keep a release; the first of two that are made at once is kept."""
        path = self._path(release.fingerprint)
        text = json.dumps(release.as_dict(), separators=(",", ":"))
        draft = path.with_suffix(f".{token_hex(8)}.new")
        try:
            make_folder(self._folder)
            try:
                write_new(draft, text.encode())
                with suppress(FileExistsError):
                    publish_new(draft, path)
            finally:
                draft.unlink(missing_ok=True)
        except OSError as error:
            msg = f"The release cannot be kept in {self._folder} ({error}); make room or access."
            raise ReleaseError(msg) from error
        return self.get(release.fingerprint) or release

    def _path(self, fingerprint: str) -> Path:
        return self._folder / f"{fingerprint}.json"


SHIPPED = Path(__file__).parent / "shipped"
"""Releases that come with the project: of the demonstration data, so that nobody waits for it."""

_making = Lock()
_shipped = FolderLedger(SHIPPED)


def release_of(incidents: Incidents, params: ReleaseParams, ledger: Ledger) -> Release:
    """Give the release of incidents; made the first time, and from then on the same.

    Raises
    ------
    ReleaseError
        One was made with other settings.
    """
    release = _shipped.get(incidents.fingerprint) or ledger.get(incidents.fingerprint)
    if release is None:
        with _making:  # one at a time: two would take twice as long, and only one is kept
            release = ledger.get(incidents.fingerprint)
            if release is None:
                release = ledger.put(make_release(incidents, params))
    if release.params != params:
        msg = (
            f"Figures of this data were released with {_in_words(release.params)}; with "
            f"{_in_words(params)} they could be held against each other, and small counts worked "
            "out. Ask for the first again."
        )
        raise ReleaseError(msg)
    return release


def _in_words(params: ReleaseParams) -> str:
    return f"the wards of {params.vintage} and {params.smallest_shown} as the smallest count shown"
