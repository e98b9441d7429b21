"""Names that people know: the ward and the nearest station, venue, market or hospital."""

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from rtree import index

import boundaries
from boundaries.columns import PLACE_NAME, WARD_CODE, WARD_NAME
from geo.wards.join import ward_lookup

AT_M = 50
"""A place this near is where the hotspot is, not what it is by."""

_ONE_AT_A_TIME = Lock()
"""The R-tree crashes the program when two threads search it at once."""

_COMPASS = (
    "east",
    "north-east",
    "north",
    "north-west",
    "west",
    "south-west",
    "south",
    "south-east",
)


@dataclass(frozen=True, eq=False)
class PlaceIndex:
    """The known places in an R-tree (Guttman 1984, SIGMOD)."""

    names: tuple[str, ...]
    easting: NDArray[np.float64]
    northing: NDArray[np.float64]
    tree: index.Index

    def nearest(self, easting: float, northing: float) -> int:
        """Find the row of the nearest place; of several equally near, the first by name."""
        with _ONE_AT_A_TIME:
            found = list(self.tree.nearest((easting, northing, easting, northing), 1))
        return min(found, key=lambda row: self.names[row])


@lru_cache(maxsize=1)
def place_index() -> PlaceIndex:
    """Index the places that ship with the project, once."""
    places = boundaries.load_places()
    east, north = places.geometry.x.to_numpy(), places.geometry.y.to_numpy()
    tree = index.Index(
        (row, (x, y, x, y), None) for row, (x, y) in enumerate(zip(east, north, strict=True))
    )
    return PlaceIndex(tuple(places[PLACE_NAME]), east, north, tree)


@dataclass(frozen=True)
class Nearest:
    """The place nearest to a peak: its name, how far in metres, and where the peak lies of it."""

    place: str
    distance_m: float
    direction: str

    def in_words(self, *, with_direction: bool = False) -> str:
        """Say where, for example ``by Westfield London (140 m)``."""
        direction = f" {self.direction}" if with_direction else ""
        if self.distance_m > AT_M:
            return f"by {self.place} ({round(self.distance_m, -1):.0f} m{direction})"
        return f"at {self.place}" + (f" (its {self.direction} side)" if with_direction else "")


def nearest_place(easting: float, northing: float) -> Nearest:
    """Describe where a point in EPSG:27700 lies of the nearest place."""
    places = place_index()
    row = places.nearest(easting, northing)
    d_east, d_north = easting - places.easting[row], northing - places.northing[row]
    eighth = round(float(np.arctan2(d_north, d_east)) / (np.pi / 4)) % 8
    return Nearest(places.names[row], float(np.hypot(d_east, d_north)), _COMPASS[eighth])


@lru_cache(maxsize=4)
def _ward_columns(vintage: str) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    wards = boundaries.load_wards(vintage)
    return wards[WARD_CODE].to_numpy(object), wards[WARD_NAME].to_numpy(object)


def names_at(
    easting: NDArray[np.float64],
    northing: NDArray[np.float64],
    frame_of: NDArray[np.intp],
    vintage: str,
) -> tuple[list[str], list[str]]:
    """Name hotspots by the ward and the nearest place of their peaks.

    Equal names within one frame get the compass direction from the place, and a number where
    that does not part them.

    Parameters
    ----------
    easting, northing
        Shape (k,), metres in EPSG:27700, inside the borough.
    frame_of
        Shape (k,): names differ among equal values.
    vintage
        Which wards.

    Returns
    -------
    The ward codes and the names.
    """
    positions = ward_lookup(vintage).positions(easting, northing)
    codes, wards = (column[positions] for column in _ward_columns(vintage))
    peaks = list(zip(easting.tolist(), northing.tolist(), strict=True))
    # Looked up once in a call, but not kept: no position of an incident outlives its data.
    near_of = {peak: nearest_place(*peak) for peak in set(peaks)}
    near = [near_of[peak] for peak in peaks]
    plain = [f"{ward}, {n.in_words()}" for ward, n in zip(wards, near, strict=True)]
    keys = list(zip(frame_of.tolist(), plain, strict=True))
    often = Counter(keys)
    names = [
        name if often[key] == 1 else f"{ward}, {n.in_words(with_direction=True)}"
        for key, name, ward, n in zip(keys, plain, wards, near, strict=True)
    ]
    return list(codes), _numbered(names, frame_of)


def _numbered(names: list[str], frame_of: NDArray[np.intp]) -> list[str]:
    """Add a number to the second and later of equal names within a frame."""
    seen: Counter[tuple[int, str]] = Counter()
    numbered = []
    for frame, name in zip(frame_of.tolist(), names, strict=True):
        seen[frame, name] += 1
        n = seen[frame, name]
        numbered.append(name if n == 1 else f"{name}, no. {n}")
    return numbered
