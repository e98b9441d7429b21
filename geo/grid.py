"""A square grid over an area, and exactly how much of each cell lies inside it."""

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, floor

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import ndimage
from shapely.geometry.base import BaseGeometry

from boundaries.errors import ParameterError

MAX_CELLS = 1_000_000
_M2_PER_KM2 = 1e6


@dataclass(frozen=True, eq=False)
class Grid:
    """Square cells in EPSG:27700; row 0 is the southernmost and column 0 the westernmost.

    Attributes
    ----------
    west, south
        Easting and northing in metres of the south-west corner, multiples of the cell size, so
        that grids over different areas fall on the same lines.
    cell_size_m
        Length of a cell's side.
    n_rows, n_cols
        Number of cells from south to north and from west to east. At least one row or column
        on each side lies outside the area.
    inside_share
        Shape (n_rows, n_cols): share of each cell's area that lies inside the area, 0 to 1.
    """

    west: float
    south: float
    cell_size_m: float
    n_rows: int
    n_cols: int
    inside_share: NDArray[np.float64]

    @property
    def cell_area_km2(self) -> float:
        """Area of one cell."""
        return self.cell_size_m**2 / _M2_PER_KM2

    def centres(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Give the eastings of the columns' centres, (n_cols,), and the rows' northings."""
        return (
            self.west + (np.arange(self.n_cols, dtype=np.float64) + 0.5) * self.cell_size_m,
            self.south + (np.arange(self.n_rows, dtype=np.float64) + 0.5) * self.cell_size_m,
        )

    def cells_of(
        self, easting: NDArray[np.float64], northing: NDArray[np.float64]
    ) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Find the row and the column of the cell that holds each point, each (n,)."""
        row = np.floor((northing - self.south) / self.cell_size_m).astype(np.intp)
        col = np.floor((easting - self.west) / self.cell_size_m).astype(np.intp)
        return row, col

    def near_inside(self) -> NDArray[np.bool_]:
        """Mark the cells that touch the area and all their neighbours, (n_rows, n_cols).

        Values are needed there and nowhere else: a contour inside the area runs between the
        centres of these cells.
        """
        around = np.ones((3, 3), np.bool_)
        near: NDArray[np.bool_] = ndimage.binary_dilation(self.inside_share > 0, around)
        return near


@lru_cache(maxsize=16)
def grid_over(area: BaseGeometry, cell_size_m: float) -> Grid:
    """Lay a grid over an area, with a margin of one cell; made once per area and cell size.

    Parameters
    ----------
    area
        Polygon or multipolygon in EPSG:27700.
    cell_size_m
        Length of a cell's side in metres.

    Raises
    ------
    ParameterError
        The area has no land, the cell size is not positive, or there would be more than
        ``MAX_CELLS`` cells.

    Examples
    --------
    >>> grid = grid_over(shapely.box(500, 100, 625, 200), 50)
    >>> grid.west, grid.south, grid.n_rows, grid.n_cols
    (450, 50, 4, 5)
    >>> grid.inside_share[1]
    array([0. , 1. , 1. , 0.5, 0. ])
    """
    _check_area(area, cell_size_m)
    first_col, first_row, end_col, end_row = _extent(area, cell_size_m)
    n_rows, n_cols = end_row - first_row, end_col - first_col
    if n_rows * n_cols > MAX_CELLS:
        msg = (
            f"Cells of {cell_size_m:g} m make {n_rows * n_cols:,} cells over this area, more than "
            f"the {MAX_CELLS:,} allowed; choose a larger cell size."
        )
        raise ParameterError(msg)
    west, south = first_col * cell_size_m, first_row * cell_size_m
    cells = _boxes(west, south, cell_size_m, n_rows, n_cols)
    inside = _shares(area, cells, cell_size_m**2)
    inside.flags.writeable = False
    return Grid(west, south, cell_size_m, n_rows, n_cols, inside)


def _check_area(area: BaseGeometry, cell_size_m: float) -> None:
    if area.area <= 0:
        msg = f"The area to lay a grid over has no land ({area.geom_type}); give a polygon."
        raise ParameterError(msg)
    if not cell_size_m > 0:
        msg = f"cell_size_m is {cell_size_m}; it must be above 0 m."
        raise ParameterError(msg)


def _extent(area: BaseGeometry, cell_size_m: float) -> tuple[int, int, int, int]:
    """Give the first column and row and the ends, counted in cells from the origin of BNG."""
    west, south, east, north = area.bounds
    return (
        floor(west / cell_size_m) - 1,
        floor(south / cell_size_m) - 1,
        ceil(east / cell_size_m) + 1,
        ceil(north / cell_size_m) + 1,
    )


def _boxes(
    west: float, south: float, cell_size_m: float, n_rows: int, n_cols: int
) -> NDArray[np.object_]:
    left = west + np.arange(n_cols)[None, :] * cell_size_m
    low = south + np.arange(n_rows)[:, None] * cell_size_m
    boxes: NDArray[np.object_] = shapely.box(left, low, left + cell_size_m, low + cell_size_m)
    return boxes


def _shares(
    area: BaseGeometry, cells: NDArray[np.object_], cell_area_m2: float
) -> NDArray[np.float64]:
    """Intersect only the cells that the border crosses; the others are all in or all out."""
    shapely.prepare(area)
    shares = shapely.contains(area, cells).astype(np.float64)
    border = shapely.intersects(area, cells) & (shares == 0)
    shares[border] = shapely.area(shapely.intersection(cells[border], area)) / cell_area_m2
    return shares
