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
            "same place" if high <= SAME_PLACE_M else f"{low:g} to {high:g} m"
            for low, high in pairwise(self.space_edges_m)
        )

    def time_labels(self) -> tuple[str, ...]:
        """Name the bands of time by their first and last day.

        >>> Bands((0, 1), (0, 1, 7)).time_labels()
        ('0 days', '1 to 6 days')
        """
        return tuple(
            f"{low:g} days" if high == low + 1 else f"{low:g} to {high - 1:g} days"
            for low, high in pairwise(self.time_edges_days)
        )


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
