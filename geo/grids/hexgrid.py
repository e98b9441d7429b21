"""Hexagonal cells over an area.

A corner points north and two sides run from south to north; the distance between opposite sides
is the cell size. A centre lies on the origin of BNG, so centres' eastings are whole multiples of
half the cell size. The arrays are skewed (axial coordinates): one column further is one cell to
the east, one row further is one cell to the north-east. So every cell has its neighbours at the
same offsets and one footprint serves all; the corners of the array are cells outside.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, floor, sqrt
from typing import ClassVar

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.grids.cells import (
    M2_PER_KM2,
    Cells,
    CellShape,
    Floats,
    Whole,
    check_area,
    check_number,
    shares_inside,
)

_CORNERS_ACROSS = np.array([0, 1, 1, 0, -1, -1])
_CORNERS_UP = np.array([-2, -1, 1, 2, 1, -1])
"""Corners from the centre, in halves of the cell size and in thirds of the rows' spacing."""


@dataclass(frozen=True, eq=False)
class HexGrid(Cells):
    """Hexagons in EPSG:27700; see :class:`geo.grids.cells.Cells`.

    Cell ids count rows from the one through the origin, and columns within a row: column c has
    its centre at the easting c * ``cell_size_m``, in odd rows half a cell further east.
    """

    shape: ClassVar[CellShape] = "hexagonal"

    @property
    def cell_area_km2(self) -> float:
        """Area of one whole cell: the square of its size times half the root of 3."""
        return self.cell_size_m**2 * sqrt(3) / 2 / M2_PER_KM2

    def centre_points(self) -> tuple[Floats, Floats]:
        """Give easting and northing in metres of every cell's centre, each (rows, cols)."""
        return self._in_metres(*self._centres(*self.indices()))

    def cells_of(self, easting: Floats, northing: Floats) -> tuple[Whole, Whole]:
        """Find row and column of the cell that holds each point, each (n,).

        A point lies in exactly one cell: a side belongs to the cell east or north of it.
        """
        # In strips of half a cell's width, the border between two rows is one straight line.
        strip, across = _whole_and_rest(2 * easting / self.cell_size_m)
        row, up = _whole_and_rest(northing / _row_spacing(self.cell_size_m) + 1 / 3)
        up = 3 * up - 2
        falls = (strip - row) % 2 == 0
        row += up >= np.where(falls, 1 - across, across)
        col = (strip + 1 - row) // 2
        return row - self.first_row, col - self.first_col

    def outlines(self, row: Whole, col: Whole) -> NDArray[np.object_]:
        """Draw the cells in these rows and columns; neighbours share their corners exactly."""
        across, up = self._centres(row, col)
        corners = self._in_metres(
            across[..., np.newaxis] + _CORNERS_ACROSS, up[..., np.newaxis] + _CORNERS_UP
        )
        return np.asarray(shapely.polygons(np.stack(corners, axis=-1)), object)

    def _centres(self, row: Whole, col: Whole) -> tuple[Whole, Whole]:
        """Place centres in whole steps: half cell sizes across, thirds of a row's spacing up."""
        rows = self.first_row + row
        return 2 * (self.first_col + col) + rows, 3 * rows

    def _in_metres(self, across: Whole, up: Whole) -> tuple[Floats, Floats]:
        half, third = self.cell_size_m / 2, _row_spacing(self.cell_size_m) / 3
        return (across * half).astype(np.float64), (up * third).astype(np.float64)

    def _lattice_columns(self) -> Whole:
        rows, cols = self.indices()
        return self.first_col + cols + (self.first_row + rows) // 2

    @staticmethod
    def _squared_steps(rows: Whole, cols: Whole) -> Whole:
        return rows**2 + rows * cols + cols**2


@lru_cache(maxsize=16)
def hexagons_over(area: BaseGeometry, cell_size_m: float) -> HexGrid:
    """Lay hexagons over an area; made once per area and cell size.

    Parameters
    ----------
    area
        Polygon or multipolygon in EPSG:27700.
    cell_size_m
        Distance between opposite sides in metres.

    Raises
    ------
    ParameterError
        The area has no land, the cell size is not positive, or there would be too many cells.

    Examples
    --------
    >>> grid = hexagons_over(shapely.box(0, 0, 400, 300), 100)
    >>> float((grid.inside_share.sum() * grid.cell_area_km2).round(9))
    0.12
    """
    check_area(area, cell_size_m)
    west, south, east, north = area.bounds
    spacing = _row_spacing(cell_size_m)
    # A centre at least two thirds of the spacing, or half a cell, beyond: that cell is outside.
    first_row, last_row = floor(south / spacing - 2 / 3), ceil(north / spacing + 2 / 3)
    first_col = floor(west / cell_size_m - 1 / 2 - last_row / 2)
    last_col = ceil(east / cell_size_m + 1 / 2 - first_row / 2)
    n_rows, n_cols = last_row - first_row + 1, last_col - first_col + 1
    check_number(n_rows, n_cols, cell_size_m)
    empty = HexGrid(first_row, first_col, cell_size_m, np.zeros((n_rows, n_cols)))
    return HexGrid(first_row, first_col, cell_size_m, shares_inside(area, empty.polygons()))


def _row_spacing(cell_size_m: float) -> float:
    return cell_size_m * sqrt(3) / 2


def _whole_and_rest(values: Floats) -> tuple[Whole, Floats]:
    whole = np.floor(values)
    return whole.astype(np.intp), values - whole
