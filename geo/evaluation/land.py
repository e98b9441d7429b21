"""The cells that predictions are tested on, laid over the borough wherever one likes."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import sparse
from shapely.geometry.base import BaseGeometry

import boundaries
from boundaries.vintages import Vintage
from geo.borough import borough
from geo.grids.grid import Grid, grid_over
from geo.sites import Sites
from geo.wards.join import ward_lookup


@dataclass(frozen=True, eq=False)
class Land:
    """Square cells inside the borough on a grid that is moved by an offset.

    The grid itself keeps to round coordinates, so the borough and all positions are moved the
    other way instead.

    Attributes
    ----------
    grid
        The grid over the moved borough.
    area
        The moved borough.
    east_m, north_m
        How far the cells' lines lie east and north of round coordinates, in metres.
    """

    grid: Grid
    area: BaseGeometry
    east_m: float
    north_m: float

    def __len__(self) -> int:
        return len(self.cells)

    @cached_property
    def cells(self) -> NDArray[np.intp]:
        """Flat positions of the n cells of which any part is inside, (n,)."""
        return np.flatnonzero(self.grid.inside_share > 0)

    @cached_property
    def area_km2(self) -> NDArray[np.float64]:
        """Area of each cell inside the borough, (n,)."""
        return self.grid.inside_share.ravel()[self.cells] * self.grid.cell_area_km2

    @cached_property
    def centres(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Easting and northing of the cells' centres in EPSG:27700, each (n,)."""
        easting, northing = self.grid.centre_points()
        return (
            easting.ravel()[self.cells] + self.east_m,
            northing.ravel()[self.cells] + self.north_m,
        )

    def moved(self, sites: Sites) -> Sites:
        """Move positions in EPSG:27700 to where the grid has them."""
        if self.east_m == 0 and self.north_m == 0:
            return sites
        return Sites(sites.easting - self.east_m, sites.northing - self.north_m)

    def cell_of(
        self, easting: NDArray[np.float64], northing: NDArray[np.float64]
    ) -> NDArray[np.intp]:
        """Find the row in ``cells`` of each position in EPSG:27700 inside the borough."""
        row, col = self.grid.cells_of(easting - self.east_m, northing - self.north_m)
        found: NDArray[np.intp] = self._number[row * self.grid.n_cols + col]
        return found

    @cached_property
    def _number(self) -> NDArray[np.intp]:
        """Row in ``cells`` of every cell of the grid, -1 outside."""
        number = np.full(self.grid.inside_share.size, -1, np.intp)
        number[self.cells] = np.arange(len(self.cells))
        return number

    def finer(self, times: int) -> tuple[Grid, sparse.csr_array]:
        """Cut the cells into so many smaller ones each way.

        Returns
        -------
        The finer grid, and a matrix (n, finer cells) that averages over each cell's land.
        """
        grid = grid_over(self.area, self.grid.cell_size_m / times)
        parts = np.flatnonzero(grid.inside_share > 0)
        easting, northing = (axis.ravel()[parts] for axis in grid.centre_points())
        of_cell = self.cell_of(easting + self.east_m, northing + self.north_m)
        share = grid.inside_share.ravel()[parts]
        weight = share / np.bincount(of_cell, weights=share, minlength=len(self))[of_cell]
        shape = (len(self), grid.inside_share.size)
        return grid, sparse.csr_array((weight, (of_cell, parts)), shape=shape)

    def wards(self, vintage: Vintage) -> NDArray[np.intp]:
        """Give the ward of each cell by its centre, the nearest one where that is outside, (n,)."""
        easting, northing = self.centres
        position = ward_lookup(vintage).positions(easting, northing)
        outside = position < 0
        tree = shapely.STRtree(boundaries.load_wards(vintage).geometry.to_numpy(object))
        position[outside] = tree.nearest(shapely.points(easting[outside], northing[outside]))
        return position


@lru_cache(maxsize=32)
def land_of(cell_size_m: float, east_m: float = 0.0, north_m: float = 0.0) -> Land:
    """Lay cells over the borough, their lines so far east and north of round coordinates."""
    moved: BaseGeometry = shapely.transform(borough(), lambda at: at - (east_m, north_m))
    return Land(grid_over(moved, cell_size_m), moved, east_m, north_m)
