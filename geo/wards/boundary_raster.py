"""A raster over polygons in which every cell that a boundary touches is known."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

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
    n_side
        Number of cells each way.
    """

    west: float
    south: float
    cell_width: float
    cell_height: float
    n_side: int

    @classmethod
    def over(cls, polygons: NDArray[np.object_], n_side: int) -> "BoundaryRaster":
        """Lay the raster over the extent of the polygons; over nothing, anywhere."""
        points = shapely.get_coordinates(polygons)
        if not len(points):
            points = np.array([[0.0, 0.0], [1.0, 1.0]])
        (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
        n_inner = n_side - 2 * _PADDING_CELLS
        width, height = _cell_size(west, east, n_inner), _cell_size(south, north, n_inner)
        west, south = west - _PADDING_CELLS * width, south - _PADDING_CELLS * height
        return cls(west, south, width, height, n_side)

    def cells_of(self, easting: Floats, northing: Floats) -> NDArray[np.int32]:
        """Give the flat number of the cell of each point, not NaN; far ones count as the rim."""
        column, row = self._in_cells(easting, northing)
        rim = self.n_side - 1
        cells = np.clip(row, 0, rim, out=row).astype(np.int32)
        cells *= self.n_side
        cells += np.clip(column, 0, rim, out=column).astype(np.int32)
        return cells

    def centres_of(self, cells: NDArray[np.int32]) -> tuple[Floats, Floats]:
        """Give easting and northing of the middle of each cell."""
        row, column = np.divmod(cells, self.n_side)
        easting = self.west + (column + 0.5) * self.cell_width
        return easting, self.south + (row + 0.5) * self.cell_height

    def touched_by(self, polygons: NDArray[np.object_]) -> NDArray[np.bool_]:
        """Mark every cell that a boundary touches, shape (rows, columns).

        The supercover of each segment: all rows that it passes in each column that it passes.
        """
        touched = np.zeros(self.n_side * self.n_side, np.bool_)
        points, start = _segments(polygons)
        column, row = self._in_cells(points[:, 0], points[:, 1])
        for chunk in _chunks(start, column, row):
            ends = np.stack([chunk, chunk + 1])
            rows, columns = _supercover(column[ends], row[ends])
            touched[rows * self.n_side + columns] = True
        return touched.reshape(self.n_side, self.n_side)

    def _in_cells(self, easting: Floats, northing: Floats) -> tuple[Floats, Floats]:
        # One function for points and boundaries, so that rounding cannot reverse their order.
        column, row = easting - self.west, northing - self.south
        column *= 1 / self.cell_width
        row *= 1 / self.cell_height
        return column, row


def _cell_size(low: float, high: float, n_cells: int) -> float:
    """Divide the extent; never so finely that neighbouring cells share a floating-point number."""
    return float(max((high - low) / n_cells, 64 * np.spacing(max(abs(low), abs(high)))))


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


def _supercover(column: Floats, row: Floats) -> tuple[Whole, Whole]:
    """Give row and column of the cells that segments touch; both arrays are (2, segments)."""
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
    return rows, passed[owner]


def _ranges(low: Floats, high: Floats) -> tuple[Whole, Whole]:
    """List the cells from ``low`` to ``high`` of each range: whose they are, and which."""
    first = np.floor(low).astype(np.intp)
    count = np.floor(high).astype(np.intp) - first + 1
    owner = np.repeat(np.arange(len(first)), count)
    before = np.cumsum(count) - count
    return owner, np.arange(len(owner)) - before[owner] + first[owner]
