"""How long it takes to walk from one place to another, and along which line."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Minutes = NDArray[np.intp]

_M_PER_MINUTE_AT_1_KMH = 1000 / 60
_HAIR = 1e-6
"""So that an exact number of minutes is not rounded up by floating point."""


class Travel(Protocol):
    """Knows the way between positions in EPSG:27700."""

    @property
    def words(self) -> str:
        """How ways are found, for the record."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the plan must know of it, sentences."""

    def minutes(self, easting: Floats, northing: Floats) -> Minutes:
        """Give whole minutes, rounded up, between all n positions, shape (n, n), diagonal 0."""

    def path(
        self, start: tuple[float, float], end: tuple[float, float]
    ) -> tuple[tuple[float, float], ...]:
        """Give the line from one position to another, both included."""


@dataclass(frozen=True)
class StraightTravel:
    """Straight lines, longer by a factor as streets are.

    Parameters
    ----------
    walking_kmh
        Speed on foot.
    detour
        Length of the way along streets as a multiple of the straight line.
    """

    walking_kmh: float
    detour: float

    @property
    def notes(self) -> tuple[str, ...]:
        """Nothing that the words do not say."""
        return ()

    @property
    def words(self) -> str:
        """How ways are found, for the record."""
        return f"straight lines times {self.detour:g}, at {self.walking_kmh:g} km/h"

    def minutes(self, easting: Floats, northing: Floats) -> Minutes:
        """Give whole minutes, rounded up, between all positions, shape (n, n)."""
        away = np.hypot(easting[:, None] - easting, northing[:, None] - northing)
        return whole_minutes(away * self.detour, self.walking_kmh)

    def path(
        self, start: tuple[float, float], end: tuple[float, float]
    ) -> tuple[tuple[float, float], ...]:
        """Give the straight line."""
        return start, end


def whole_minutes(metres: Floats, walking_kmh: float) -> Minutes:
    """Give the minutes that a way takes on foot, rounded up.

    >>> whole_minutes(np.array([0.0, 1.0, 75.0, 76.0]), 4.5)
    array([0, 1, 1, 2])
    """
    return np.ceil(metres / (walking_kmh * _M_PER_MINUTE_AT_1_KMH) - _HAIR).astype(np.intp)
