"""Streets to walk along that a person drops in: read in another process, known by their content."""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from boundaries.errors import HotspotsError, ParameterError
from dashboard import furniture, reading
from dashboard.limits import limits
from geo.patrol.walking.streets import Streets, StreetTravel
from geo.patrol.walking.travel import Floats, Minutes

_MOST_KEPT = 6
_READ = "street files that were read"
_HELP = (
    "A GeoPackage of street lines, or an extract of OpenStreetMap, which anybody may download. "
    "Without one ways are straight lines, made longer by the detour."
)

_networks: OrderedDict[str, Streets] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class UploadedWays:
    """Ways along streets that were dropped in; plain values, so that plans are known by them.

    Parameters
    ----------
    file
        Its name.
    fingerprint
        SHA-256 of its content.
    walking_kmh
        Speed on foot.
    """

    file: str
    fingerprint: str
    walking_kmh: float

    @property
    def words(self) -> str:
        """How ways are found."""
        return self._travel.words

    @property
    def notes(self) -> tuple[str, ...]:
        """What of the file was left out."""
        return self._travel.notes

    def minutes(self, easting: Floats, northing: Floats) -> Minutes:
        """Give whole minutes between all positions; see :mod:`geo.patrol.walking.travel`."""
        return self._travel.minutes(easting, northing)

    def path(
        self, start: tuple[float, float], end: tuple[float, float]
    ) -> tuple[tuple[float, float], ...]:
        """Give the line from one position to another."""
        return self._travel.path(start, end)

    @property
    def _travel(self) -> StreetTravel:
        with _lock:
            streets = _networks.get(self.fingerprint)
        if streets is None:
            msg = f"The streets of {self.file} are no longer at hand; drop the file in again."
            raise ParameterError(msg)
        return StreetTravel(streets, self.walking_kmh)


def choose_streets(where: DeltaGenerator, walking_kmh: float) -> UploadedWays | None:
    """Offer to drop in a network of streets; None where there is none, or it cannot be read."""
    dropped = where.file_uploader(
        "Streets to walk along",
        type=["gpkg", "osm", "pbf"],
        key="patrol-streets-file",
        max_upload_size=limits().upload_mb,
        help=_HELP,
    )
    if dropped is None:
        return None
    read: dict[str, str | HotspotsError] = st.session_state.setdefault(_READ, {})
    if dropped.file_id not in read:
        with st.spinner("Reading the streets …"):
            read[dropped.file_id] = _read(dropped.name, dropped.getvalue())
    found = read[dropped.file_id]
    if isinstance(found, HotspotsError):
        with where:
            furniture.error(found)
        return None
    return UploadedWays(dropped.name, found, walking_kmh)


def _read(name: str, content: bytes) -> str | HotspotsError:
    """Read a network and keep it; give its fingerprint, or what is wrong with the file."""
    try:
        streets = reading.streets_of(name, content)
    except HotspotsError as error:
        return error
    with _lock:
        _networks[streets.fingerprint] = streets
        _networks.move_to_end(streets.fingerprint)
        while len(_networks) > _MOST_KEPT:
            _networks.popitem(last=False)
    return streets.fingerprint
