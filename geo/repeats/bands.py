"""Half-open bands of distance and time: each holds its lower border and not its upper one."""

from dataclasses import dataclass
from itertools import pairwise
from math import isfinite

from boundaries.errors import ParameterError

SAME_PLACE_M = 1
"""A band from 0 up to this is called the same place."""


@dataclass(frozen=True)
class Bands:
    """Borders of bands, ascending.

    Parameters
    ----------
    space_edges_m
        Metres: ``(0, 1, 100)`` are the bands [0, 1) and [1, 100).
    time_edges_days
        Whole days: ``(0, 7, 14)`` are the days 0 to 6 and 7 to 13.
    """

    space_edges_m: tuple[float, ...]
    time_edges_days: tuple[int, ...]

    def __post_init__(self) -> None:
        _check("space_edges_m", self.space_edges_m)
        _check("time_edges_days", self.time_edges_days)
        if parts := [edge for edge in self.time_edges_days if edge != int(edge)]:
            msg = (
                f"time_edges_days holds {parts[0]}; give whole days, for many times are known to "
                "the day only."
            )
            raise ParameterError(msg)

    def space_labels(self) -> tuple[str, ...]:
        """Name the bands of distance.

        >>> Bands((0, 1, 100, 200), (0, 7)).space_labels()
        ('same place', '1 to 100 m', '100 to 200 m')
        """
        return tuple(
            "same place" if low == 0 and high <= SAME_PLACE_M else f"{low:g} to {high:g} m"
            for low, high in pairwise(self.space_edges_m)
        )

    def time_labels(self) -> tuple[str, ...]:
        """Name the bands of time by their first and last day.

        >>> Bands((0, 1), (0, 1, 7)).time_labels()
        ('0 days', '1 to 6 days')
        """
        return tuple(
            _in_days(low) if high == low + 1 else f"{low:g} to {high - 1:g} days"
            for low, high in pairwise(self.time_edges_days)
        )

    @property
    def has_same_place(self) -> bool:
        """Whether the first band of distance is the same place."""
        return self.space_edges_m[0] == 0 and self.space_edges_m[1] <= SAME_PLACE_M

    def followed(self, n_bands: int) -> str:
        """Say how long after an incident the first bands of time lie; the last day counts.

        >>> Bands((0, 1), (0, 1, 7)).followed(1), Bands((0, 1), (0, 1, 7)).followed(2)
        ('on the same day', 'within 6 days')
        >>> Bands((0, 1), (1, 7)).followed(1)
        '1 to 6 days later'
        """
        first, last = self.time_edges_days[0], self.time_edges_days[n_bands] - 1
        if first == 0:
            return f"within {_in_days(last)}" if last else "on the same day"
        return f"{_in_days(first) if first == last else f'{first:g} to {_in_days(last)}'} later"

    def reach(self, band: int) -> str:
        """Say how far from an incident the bands of distance up to one lie, but the same place.

        >>> Bands((0, 1, 100), (0, 1)).reach(1), Bands((100, 200), (0, 1)).reach(0)
        ('Up to 100 m', 'From 100 to 200 m')
        """
        nearest, end = self.space_edges_m[0], self.space_edges_m[band + 1]
        return f"From {nearest:g} to {end:g} m" if nearest else f"Up to {end:g} m"


def _in_days(n: int) -> str:
    return f"{n:g} day{'' if n == 1 else 's'}"


def _check(name: str, edges: tuple[float, ...]) -> None:
    if len(edges) < 2:
        msg = f"{name} is {edges}; it needs two borders or more, for example (0, 100, 200)."
        raise ParameterError(msg)
    if not all(isfinite(edge) and edge >= 0 for edge in edges):
        msg = f"{name} is {edges}; borders are numbers from 0 on."
        raise ParameterError(msg)
    if falling := next((pair for pair in pairwise(edges) if pair[0] >= pair[1]), None):
        msg = f"{name} goes from {falling[0]:g} to {falling[1]:g}; borders must ascend."
        raise ParameterError(msg)
