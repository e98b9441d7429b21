"""A square grid over an area, and exactly how much of each cell lies inside it."""

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, floor
from typing import ClassVar, Literal, overload

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import ndimage
from shapely.geometry.base import BaseGeometry

from boundaries.errors import ParameterError
from geo.grids.cells import (
    CELL_SHAPES,
    M2_PER_KM2,
    Cells,
    CellShape,
    Floats,
    Whole,
    check_area,
    check_number,
    shares_inside,
)
from geo.grids.hexgrid import HexGrid, hexagons_over


@dataclass(frozen=True, eq=False)
class Grid(Cells):
    """Square cells in EPSG:27700; row 0 is the southernmost and column 0 the westernmost.

    At least one row or column on each side lies outside the area; see
    :class:`geo.grids.cells.Cells`.
    """

    shape: ClassVar[CellShape] = "square"

    @property
    def west(self) -> float:
        """Easting in metres of the south-west corner, a multiple of the cell size."""
        return self.first_col * self.cell_size_m

    @property
    def south(self) -> float:
        """Northing in metres of the south-west corner, a multiple of the cell size."""
        return self.first_row * self.cell_size_m

    @property
    def cell_area_km2(self) -> float:
        """Area of one whole cell."""
        return self.cell_size_m**2 / M2_PER_KM2

    def centres(self) -> tuple[Floats, Floats]:
        """Give the eastings of the columns' centres, (n_cols,), and the rows' northings."""
        return (
            self.west + (np.arange(self.n_cols, dtype=np.float64) + 0.5) * self.cell_size_m,
            self.south + (np.arange(self.n_rows, dtype=np.float64) + 0.5) * self.cell_size_m,
        )

    def centre_points(self) -> tuple[Floats, Floats]:
        """Give easting and northing in metres of every cell's centre, each (rows, cols)."""
        easting, northing = np.meshgrid(*self.centres())
        return easting, northing

    def cells_of(self, easting: Floats, northing: Floats) -> tuple[Whole, Whole]:
        """Find row and column of the cell that holds each point, each (n,).

        A point lies in exactly one cell: a side belongs to the cell east or north of it.
        """
        row = np.floor((northing - self.south) / self.cell_size_m).astype(np.intp)
        col = np.floor((easting - self.west) / self.cell_size_m).astype(np.intp)
        return row, col

    def outlines(self, row: Whole, col: Whole) -> NDArray[np.object_]:
        """Draw the cells in these rows and columns; neighbours share their corners exactly."""
        rows, cols = self.first_row + row, self.first_col + col
        size = self.cell_size_m
        boxes: NDArray[np.object_] = shapely.box(
            cols * size, rows * size, (cols + 1) * size, (rows + 1) * size
        )
        return boxes

    def near_inside(self) -> NDArray[np.bool_]:
        """Mark the cells that touch the area and all their neighbours, (n_rows, n_cols).

        Values are needed there and nowhere else: a contour inside the area runs between the
        centres of these cells.
        """
        around = np.ones((3, 3), np.bool_)
        near: NDArray[np.bool_] = ndimage.binary_dilation(self.inside, around)
        return near

    def _lattice_columns(self) -> Whole:
        return np.broadcast_to(self.first_col + np.arange(self.n_cols), self.inside_share.shape)

    @staticmethod
    def _squared_steps(rows: Whole, cols: Whole) -> Whole:
        return rows**2 + cols**2


@overload
def grid_over(
    area: BaseGeometry, cell_size_m: float, shape: Literal["square"] = "square"
) -> Grid: ...
@overload
def grid_over(area: BaseGeometry, cell_size_m: float, shape: Literal["hexagonal"]) -> HexGrid: ...
@overload
def grid_over(area: BaseGeometry, cell_size_m: float, shape: CellShape) -> Grid | HexGrid: ...
def grid_over(
    area: BaseGeometry, cell_size_m: float, shape: CellShape = "square"
) -> Grid | HexGrid:
    """Lay a grid over an area, with a margin of one cell; made once per area and cell size.

    Parameters
    ----------
    area
        Polygon or multipolygon in EPSG:27700.
    cell_size_m
        Distance between opposite sides of a cell in metres.
    shape
        ``square`` or ``hexagonal``.

    Raises
    ------
    ParameterError
        The area has no land, the cell size is not positive, the shape is not known, or there
        would be more than ``geo.grids.cells.MAX_CELLS`` cells.

    Examples
    --------
    >>> grid = grid_over(shapely.box(500, 100, 625, 200), 50)
    >>> grid.west, grid.south, grid.n_rows, grid.n_cols
    (450, 50, 4, 5)
    >>> grid.inside_share[1]
    array([0. , 1. , 1. , 0.5, 0. ])
    >>> grid.cell_ids()[1, :2].tolist()
    [20000009, 20000010]
    """
    if shape not in CELL_SHAPES:
        msg = f"shape is {shape!r}; it must be one of {', '.join(CELL_SHAPES)}."
        raise ParameterError(msg)
    return (
        _squares_over(area, cell_size_m) if shape == "square" else hexagons_over(area, cell_size_m)
    )


@lru_cache(maxsize=16)
def _squares_over(area: BaseGeometry, cell_size_m: float) -> Grid:
    check_area(area, cell_size_m)
    west, south, east, north = area.bounds
    first_row, first_col = floor(south / cell_size_m) - 1, floor(west / cell_size_m) - 1
    n_rows = ceil(north / cell_size_m) + 1 - first_row
    n_cols = ceil(east / cell_size_m) + 1 - first_col
    check_number(n_rows, n_cols, cell_size_m)
    empty = Grid(first_row, first_col, cell_size_m, np.zeros((n_rows, n_cols)))
    return Grid(first_row, first_col, cell_size_m, shares_inside(area, empty.polygons()))
