"""How many incidents a shift is expected to bring, where, from the recent past of that shift."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.disclosure.levels import Level
from geo.grids.grid import Grid

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Demand:
    """What a shift is expected to bring, on the cells of ``geo.patrol.params.CELL_M``.

    Attributes
    ----------
    level
        Of the figures it was made of.
    grid
        Square cells over the borough.
    expected
        Shape (rows, cols): incidents expected in each cell in one shift; 0 outside the borough.
        Relative where only classes are known: then ``is_relative`` and ``total`` is their sum.
    value
        Shape (rows, cols): what a plan covers as much of as it can, with the sum of ``expected``;
        the same unless all strands are to count alike.
    incidents, places
        Shape (rows, cols): incidents and distinct places that each cell rests on, for the
        minimum of an area. None where ``allowed`` says it already.
    allowed
        Shape (rows, cols): an area lies on such cells alone.
    of_hours
        Shape (length of the shift,): incidents expected in the borough in each hour of the shift.
    settings, rules, warnings
        For the record; see :class:`geo.patrol.plan.Plan`.
    """

    level: Level
    grid: Grid
    expected: Floats
    value: Floats
    incidents: NDArray[np.intp] | None
    places: NDArray[np.intp] | None
    allowed: NDArray[np.bool_]
    of_hours: Floats
    is_relative: bool
    fingerprint: str
    period: str
    data_to: date
    is_demonstration: bool
    settings: Mapping[str, Any]
    rules: Mapping[str, str]
    warnings: tuple[str, ...]

    @property
    def total(self) -> float:
        """Incidents expected in the borough in one shift."""
        return float(self.expected.sum())
