"""The squares that a plan can choose from."""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from shapely import contains_xy
from shapely.geometry.base import BaseGeometry

from boundaries.vintages import Vintage
from geo.disclosure.placed import MIN_PLACES
from geo.patrol.expected.demand import Demand, Floats
from geo.patrol.params import CELL_M, PatrolParams
from geo.wards.join import ward_lookup

Whole = NDArray[np.intp]
Scalar = TypeVar("Scalar", bound=np.generic)


@dataclass(frozen=True, eq=False)
class Candidates:
    """Squares of ``side`` cells each way, m of them, most valuable first.

    Attributes
    ----------
    row, col
        Shape (m,): of the south-west cell of each in the grid of the demand.
    side, gap
        Cells each way, and between two squares at least.
    west, south
        Shape (m,): metres in EPSG:27700.
    value, expected
        Shape (m,): sums of the demand's.
    ward
        Shape (m,): position of the ward of its middle in ``boundaries.load_wards``.
    """

    row: Whole
    col: Whole
    side: int
    west: Whole
    south: Whole
    value: Floats
    expected: Floats
    ward: Whole
    gap: int = 0

    def __len__(self) -> int:
        return len(self.row)

    @property
    def middles(self) -> tuple[Floats, Floats]:
        """Easting and northing of the middles, each (m,)."""
        half = self.side * CELL_M / 2
        east, north = self.west.astype(np.float64), self.south.astype(np.float64)
        return east + half, north + half

    def overlaps(self) -> NDArray[np.bool_]:
        """Say which have a cell in common or are too near, shape (m, m); each with itself."""
        near_row = np.abs(self.row[:, None] - self.row) < self.side + self.gap
        near_col = np.abs(self.col[:, None] - self.col) < self.side + self.gap
        both: NDArray[np.bool_] = near_row & near_col
        return both

    def take(self, rows: Whole) -> "Candidates":
        """Give some of them, in this order."""
        return Candidates(
            self.row[rows],
            self.col[rows],
            self.side,
            self.west[rows],
            self.south[rows],
            self.value[rows],
            self.expected[rows],
            self.ward[rows],
            self.gap,
        )


def candidates_of(
    demand: Demand, params: PatrolParams, vintage: Vintage, within: BaseGeometry | None = None
) -> Candidates:
    """Find the squares that rest on enough incidents and places.

    Their middle lies in the borough, and every cell of them is one that the demand allows.

    Parameters
    ----------
    within
        Only squares whose middle lies in this area (EPSG:27700), for example in hotspots.
    """
    side = params.area_m // CELL_M
    value = window_sums(demand.value, side)
    enough = (window_sums(demand.allowed.astype(np.intp), side) == side**2) & (value > 0)
    if demand.incidents is not None and demand.places is not None:
        enough &= window_sums(demand.incidents, side) >= params.min_incidents
        enough &= window_sums(demand.places, side) >= MIN_PLACES
    row, col = np.nonzero(enough)
    west = (demand.grid.first_col + col) * CELL_M
    south = (demand.grid.first_row + row) * CELL_M
    half = side * CELL_M / 2
    ward = ward_lookup(vintage).positions(west + half, south + half)
    kept = ward >= 0
    if within is not None:
        kept &= contains_xy(within, west + half, south + half)
    found = Candidates(
        row,
        col,
        side,
        west.astype(np.intp),
        south.astype(np.intp),
        value[row, col],
        window_sums(demand.expected, side)[row, col],
        ward,
        params.gap_m // CELL_M,
    )
    order = np.lexsort((col, row, -found.value))
    return found.take(order[kept[order]])


def window_sums(values: NDArray[Scalar], side: int) -> NDArray[Scalar]:
    """Add up all squares of ``side`` cells each way, shape (rows - side + 1, cols - side + 1).

    >>> window_sums(np.arange(9).reshape(3, 3), 2)
    array([[ 8, 12],
           [20, 24]])
    """
    if min(values.shape) < side:
        return np.zeros((0, 0), values.dtype)
    windows = np.lib.stride_tricks.sliding_window_view(values, (side, side))
    return np.asarray(windows.sum(axis=(2, 3)), values.dtype)
