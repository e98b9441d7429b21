"""What square and hexagonal grids share: cells with stable numbers, shares inside, neighbourhoods.

Cells lie on a lattice that starts at the origin of the British National Grid, so that grids over
different areas fall on the same cells. A cell's id is ``row * 10,000,000 + column``, counted on
that lattice: the same cell has the same id in every grid of its shape and size, and no two cells
of a lattice share one (columns stay within 5,000,000 of the origin).
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite, isqrt
from typing import ClassVar, Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from boundaries.errors import ParameterError
from geo.prepared import prepared_copy

CellShape = Literal["square", "hexagonal"]
CELL_SHAPES: Mapping[CellShape, str] = {
    "square": "squares, aligned to round eastings and northings",
    "hexagonal": "hexagons with a corner to the north; all six neighbours are equally far",
}

MAX_CELLS = 1_000_000
M2_PER_KM2 = 1e6
_COLUMNS_PER_ROW = 10_000_000
_ROUNDING = 1e-9

Floats = NDArray[np.float64]
Whole = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Cells(ABC):
    """A grid of equal cells in EPSG:27700, held as arrays of rows and columns.

    Attributes
    ----------
    first_row, first_col
        Row and column of the array's first cell, counted on the lattice from BNG's origin; row 0
        of the array is the southernmost.
    cell_size_m
        Distance between opposite sides of a cell.
    inside_share
        Shape (rows, cols): share of each cell's area that lies inside the area, 0 to 1.
    """

    first_row: int
    first_col: int
    cell_size_m: float
    inside_share: Floats

    shape: ClassVar[CellShape]

    @property
    def n_rows(self) -> int:
        """Number of rows from south to north."""
        return len(self.inside_share)

    @property
    def n_cols(self) -> int:
        """Number of columns of the array."""
        return int(self.inside_share.shape[1])

    @property
    def inside(self) -> NDArray[np.bool_]:
        """Mark the cells of which any part lies inside the area, (rows, cols)."""
        return self.inside_share > 0

    @property
    @abstractmethod
    def cell_area_km2(self) -> float:
        """Area of one whole cell."""

    @abstractmethod
    def centre_points(self) -> tuple[Floats, Floats]:
        """Give easting and northing in metres of every cell's centre, each (rows, cols)."""

    @abstractmethod
    def cells_of(self, easting: Floats, northing: Floats) -> tuple[Whole, Whole]:
        """Find row and column of the cell that holds each point, each (n,).

        A point lies in exactly one cell: a side belongs to the cell east or north of it. Cells
        beyond the array have rows or columns beyond it.
        """

    @abstractmethod
    def outlines(self, row: Whole, col: Whole) -> NDArray[np.object_]:
        """Draw the cells in these rows and columns; neighbours share their corners exactly."""

    @abstractmethod
    def _lattice_columns(self) -> Whole:
        """Give every cell's column on the lattice, (rows, cols)."""

    @staticmethod
    @abstractmethod
    def _squared_steps(rows: Whole, cols: Whole) -> Whole:
        """Give the squared distance between centres so many rows and columns apart, in cells."""

    def polygons(self) -> NDArray[np.object_]:
        """Draw every cell, (rows, cols)."""
        return self.outlines(*self.indices())

    def indices(self) -> tuple[Whole, Whole]:
        """Give row and column in the array of every cell, each (rows, cols)."""
        number = np.arange(self.inside_share.size).reshape(self.inside_share.shape)
        return number // self.n_cols, number % self.n_cols

    def outlines_shared(self, row: Whole, col: Whole) -> NDArray[np.object_]:
        """Draw as :meth:`outlines` does, (n,), but a cell that comes often only once."""
        flat, of = np.unique(row * self.n_cols + col, return_inverse=True)
        return self.outlines(flat // self.n_cols, flat % self.n_cols)[of]

    def cell_ids(self) -> NDArray[np.int64]:
        """Give every cell's id, (rows, cols): the same for the same cell whatever the area."""
        rows = self.first_row + np.arange(self.n_rows, dtype=np.int64)[:, np.newaxis]
        return rows * _COLUMNS_PER_ROW + self._lattice_columns()

    def neighbourhood(self, radius_m: float) -> NDArray[np.bool_]:
        """Mark the cells whose centres lie within a radius of the middle one, itself included.

        Counted in whole steps, so that no rounding loses a neighbour at exactly the radius.

        Returns
        -------
        An odd number of rows and of columns.

        Examples
        --------
        >>> from geo.grids.grid import grid_over
        >>> grid_over(shapely.box(0, 0, 300, 300), 100).neighbourhood(150).astype(int)
        array([[1, 1, 1],
               [1, 1, 1],
               [1, 1, 1]])
        """
        if not (isfinite(radius_m) and radius_m >= 0):
            msg = f"radius_m is {radius_m}; it must be 0 m or more."
            raise ParameterError(msg)
        most = int((radius_m / self.cell_size_m) ** 2 * (1 + _ROUNDING) + _ROUNDING)
        steps = np.arange(-isqrt(4 * most // 3), isqrt(4 * most // 3) + 1)
        near = self._squared_steps(steps[:, np.newaxis], steps[np.newaxis, :]) <= most
        # Footprints are symmetric, so an equal margin is cut from both ends.
        margin = int(near.any(axis=1).argmax())
        return near[margin : len(near) - margin, margin : len(near) - margin]


def check_area(area: BaseGeometry, cell_size_m: float) -> None:
    """Refuse what no grid can be laid over.

    Raises
    ------
    ParameterError
        The area has no land, or the cell size is not above 0.
    """
    if area.area <= 0:
        msg = f"The area to lay a grid over has no land ({area.geom_type}); give a polygon."
        raise ParameterError(msg)
    if not (isfinite(cell_size_m) and cell_size_m > 0):
        msg = f"cell_size_m is {cell_size_m}; it must be above 0 m."
        raise ParameterError(msg)


def check_number(n_rows: int, n_cols: int, cell_size_m: float) -> None:
    """Refuse a grid of more than ``MAX_CELLS`` cells.

    Raises
    ------
    ParameterError
        There would be more; says how many.
    """
    if n_rows * n_cols > MAX_CELLS:
        msg = (
            f"Cells of {cell_size_m:g} m make {n_rows * n_cols:,} cells over this area, more than "
            f"the {MAX_CELLS:,} allowed; choose a larger cell size."
        )
        raise ParameterError(msg)


def shares_inside(area: BaseGeometry, cells: NDArray[np.object_]) -> Floats:
    """Give the share of each cell that lies inside the area; cannot be written to.

    Only the cells that the border crosses are cut; the others are all in or all out.
    """
    outline = prepared_copy(area)
    shares = shapely.contains(outline, cells).astype(np.float64)
    border = shapely.intersects(outline, cells) & (shares == 0)
    cut = shapely.area(shapely.intersection(cells[border], area))
    shares[border] = np.minimum(cut / shapely.area(cells[border]), 1)
    shares.flags.writeable = False
    return shares
