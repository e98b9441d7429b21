"""A raster over polygons in which every cell that a boundary touches is known."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

CELLS_PER_SIDE = 1024
"""The raster has this many cells each way whatever the extent, 1.05 million in all."""

_PADDING_CELLS = 2
"""Free cells around the polygons; points farther away are read from the outermost of them."""
_MARGIN_CELLS = 0.01
"""A boundary marks the cells up to this far from it; rounding moves it by less than 1e-6."""
_CELLS_PER_CHUNK = 1 << 21

Floats = NDArray[np.float64]
Whole = NDArray[np.intp]


@dataclass(frozen=True)
class BoundaryRaster:
    """A square number of cells over a box, with room on every side.

    Attributes
    ----------
    west, south
        Corner of cell 0, in the units of the coordinates.
    cell_width, cell_height
        Size of a cell, in the same units.
    """

    west: float
    south: float
    cell_width: float
    cell_height: float

    @classmethod
    def over(cls, polygons: NDArray[np.object_]) -> "BoundaryRaster":
        """Lay the raster over the extent of the polygons; over nothing, anywhere."""
        bounds = shapely.total_bounds(polygons)
        west, south, east, north = bounds if np.isfinite(bounds).all() else (0.0, 0.0, 1.0, 1.0)
        width, height = _cell_size(west, east), _cell_size(south, north)
        return cls(west - _PADDING_CELLS * width, south - _PADDING_CELLS * height, width, height)

    def cells_of(self, easting: Floats, northing: Floats) -> NDArray[np.int32]:
        """Give the flat number of the cell of each point; far ones and NaN count as the rim."""
        column, row = self._in_cells(easting, northing)
        rim = CELLS_PER_SIDE - 1.0
        whole_column = np.fmin(np.fmax(column, 0.0), rim).astype(np.int32)
        whole_row = np.fmin(np.fmax(row, 0.0), rim).astype(np.int32)
        return whole_row * np.int32(CELLS_PER_SIDE) + whole_column

    def centres_of(self, cells: NDArray[np.int32]) -> tuple[Floats, Floats]:
        """Give easting and northing of the middle of each cell."""
        row, column = np.divmod(cells, CELLS_PER_SIDE)
        easting = self.west + (column + 0.5) * self.cell_width
        return easting, self.south + (row + 0.5) * self.cell_height

    def touched_by(self, polygons: NDArray[np.object_]) -> NDArray[np.bool_]:
        """Mark every cell that a boundary touches, shape (rows, columns).

        The supercover of each segment: all rows that it passes in each column that it passes.
        """
        touched = np.zeros(CELLS_PER_SIDE * CELLS_PER_SIDE, np.bool_)
        points, start = _segments(polygons)
        column, row = self._in_cells(points[:, 0], points[:, 1])
        for chunk in _chunks(start, column, row):
            ends = np.stack([chunk, chunk + 1])
            touched[_supercover(column[ends], row[ends])] = True
        return touched.reshape(CELLS_PER_SIDE, CELLS_PER_SIDE)

    def _in_cells(self, easting: Floats, northing: Floats) -> tuple[Floats, Floats]:
        return (easting - self.west) / self.cell_width, (northing - self.south) / self.cell_height


def _cell_size(low: float, high: float) -> float:
    """Divide the extent; never so finely that neighbouring cells share a floating-point number."""
    even = (high - low) / (CELLS_PER_SIDE - 2 * _PADDING_CELLS)
    return float(max(even, 64 * np.spacing(max(abs(low), abs(high)))))


def _segments(polygons: NDArray[np.object_]) -> tuple[Floats, Whole]:
    """Give the vertices of all rings, and where among them a segment starts."""
    rings = shapely.get_rings(shapely.get_parts(polygons))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    return points, np.flatnonzero(ring[1:] == ring[:-1])


def _chunks(start: Whole, column: Floats, row: Floats) -> Iterator[Whole]:
    """Cut the segments into runs that touch a bounded number of cells."""
    length = np.abs(column[start + 1] - column[start]) + np.abs(row[start + 1] - row[start])
    chunk = np.cumsum(2 * length + 4) // _CELLS_PER_CHUNK
    yield from np.split(start, np.flatnonzero(np.diff(chunk)) + 1)


def _supercover(column: Floats, row: Floats) -> Whole:
    """Give the flat numbers of the cells that segments touch; both arrays are (2, segments)."""
    west, east = column.min(axis=0), column.max(axis=0)
    segment, passed = _ranges(west - _MARGIN_CELLS, east + _MARGIN_CELLS)
    (row_a, row_b), column_a = row[:, segment], column[0, segment]
    run = column[1, segment] - column_a
    enters = np.clip(passed - _MARGIN_CELLS, west[segment], east[segment]) - column_a
    leaves = np.clip(passed + 1 + _MARGIN_CELLS, west[segment], east[segment]) - column_a
    upright = run == 0
    run[upright] = 1.0
    enters[upright], leaves[upright] = 0.0, 1.0
    rise = (row_b - row_a) / run
    at_ends = row_a + np.stack([enters, leaves]) * rise
    owner, rows = _ranges(at_ends.min(axis=0) - _MARGIN_CELLS, at_ends.max(axis=0) + _MARGIN_CELLS)
    return rows * CELLS_PER_SIDE + passed[owner]


def _ranges(low: Floats, high: Floats) -> tuple[Whole, Whole]:
    """List the cells from ``low`` to ``high`` of each range: whose they are, and which."""
    first = np.floor(low).astype(np.intp)
    count = np.floor(high).astype(np.intp) - first + 1
    owner = np.repeat(np.arange(len(first)), count)
    before = np.cumsum(count) - count
    return owner, np.arange(len(owner)) - before[owner] + first[owner]
