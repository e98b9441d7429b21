"""The cells that areas and surfaces for partners are made of: 100 m, the same for all data.

Cells begin at multiples of 100 m from the origin of the National Grid, whatever the incidents are,
so that no line on a map runs through or around single incidents.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from boundaries.vintages import Vintage
from geo.borough import borough
from geo.grids.grid import Grid, grid_over
from geo.wards.join import ward_lookup

CELL_M = 100

Run = tuple[int, int, int]
"""Row and first column of cells that lie side by side, counted from the origin of the National
Grid, and how many they are."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Land:
    """The cells of the borough.

    Attributes
    ----------
    grid
        The cells.
    ward_of
        Shape (rows, cols): row of the ward that holds the cell's centre, -1 where none does.
    """

    grid: Grid
    ward_of: NDArray[np.intp]

    @property
    def inside(self) -> Mask:
        """Shape (rows, cols): cells with their centre in a ward; areas are made of no others."""
        return self.ward_of >= 0

    def runs(self, mask: Mask) -> tuple[Run, ...]:
        """Write cells as runs, from south to north and west to east."""
        ends = np.diff(np.pad(mask.astype(np.int8), ((0, 0), (1, 1))), axis=1)
        row, first = np.nonzero(ends == 1)
        _, beyond = np.nonzero(ends == -1)
        rows, firsts = row + self.grid.first_row, first + self.grid.first_col
        return tuple(zip(rows.tolist(), firsts.tolist(), (beyond - first).tolist(), strict=True))

    def mask(self, runs: Sequence[Run]) -> Mask:
        """Read what :meth:`runs` wrote."""
        mask = np.zeros(self.ward_of.shape, np.bool_)
        for row, first, n in runs:
            start = first - self.grid.first_col
            mask[row - self.grid.first_row, start : start + n] = True
        return mask

    def middle(self, mask: Mask) -> tuple[float, float]:
        """Give the centre of the cell nearest to the middle of all of them, in metres.

        It depends on the outline alone, never on where incidents are inside.
        """
        row, col = np.nonzero(mask)
        away = (row - row.mean()) ** 2 + (col - col.mean()) ** 2
        nearest = int(np.argmin(np.round(away, 6)))
        easting, northing = self.grid.centres()
        return float(easting[col[nearest]]), float(northing[row[nearest]])


@lru_cache(maxsize=4)
def land_of(vintage: Vintage) -> Land:
    """Lay the cells over the wards of a vintage."""
    grid = grid_over(borough(), CELL_M)
    easting, northing = grid.centre_points()
    found = ward_lookup(vintage).positions(easting.ravel(), northing.ravel())
    return Land(grid, np.maximum(found, -1).reshape(easting.shape).astype(np.intp))


def outline(runs: Sequence[Run]) -> BaseGeometry:
    """Draw cells as one shape, in metres (EPSG:27700); its corners are multiples of 100 m.

    >>> outline([(10, 20, 2), (11, 20, 1)]).area
    30000.0
    """
    row, first, n = np.array(runs, np.int64).reshape(-1, 3).T * CELL_M
    together = shapely.union_all(shapely.box(first, row, first + n, row + CELL_M))
    return shapely.normalize(shapely.simplify(together, 0))
