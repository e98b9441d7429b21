"""How many incidents lie within a radius of each point, exactly and without lists of neighbours.

Cells wholly inside the circle are added up by prefix sums, cells wholly outside are left out, and
only points in cells that it crosses are tested. That gives bounds for all points in a few passes
over the cells; exact numbers are worked out for the points that are asked for.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from geo.clusters.lattice import (
    SLACK,
    Floats,
    Lattice,
    Points,
    Rows,
    lattice_of,
    ranges,
    sorted_by_cell,
)
from geo.progress import report

FINENESS = 3.0
"""Cells per radius for one point per square of the radius.

They grow with the power 0.4 of the points: adding up cells costs their third power, measuring
costs the square of points per cell."""
_FINEST = 64
_COARSEST = 4
_PARTS = 4
"""Parts per side of a cell for which the circle is laid out over the cells anew."""
_AT_ONCE = 512
_MAX_TESTS = 100_000
"""Points and distances handled at once: few enough to stay in the processor's cache."""
_BLOCK = 32_768
"""Cells added up at once, for the same reason."""


class Crowding:
    """Bounds of the number of incidents within ``radius_m`` of each point, itself included.

    A point is within the radius where dx^2 + dy^2 <= radius^2 in float64.

    Attributes
    ----------
    lower, upper
        Shape (n,): bounds of the number at each point.
    """

    def __init__(self, points: Points, radius_m: float) -> None:
        self._squared = radius_m * radius_m
        self._lattice = lattice_of(points, radius_m, _fineness(points, radius_m))
        order, self._start = sorted_by_cell(self._lattice.cell, self._lattice.n_cells)
        self._x, self._y, self._weight = points.x[order], points.y[order], points.weight[order]
        self._is_counting = bool((points.weight == 1).all())
        self._place = np.empty(len(points), np.intp)
        self._place[order] = np.arange(len(points))
        before = np.concatenate([[0.0], np.cumsum(self._weight)])
        self._weight_before = before[self._start]
        self._crossed = _crossed_cells(self._lattice)
        self.lower, self.upper = _bounds(self._lattice, self._weight_before)

    def settle(self, asked: NDArray[np.bool_], least: Floats | None = None) -> None:
        """Make the bounds meet where ``asked``, shape (n,), is true.

        With ``least``, shape (n,), only until it is known which side of it the number is on.
        """
        rows = np.flatnonzero(asked & (self.lower < self.upper))
        rows = rows[np.argsort(self._place[rows])]
        for first in range(0, len(rows), _AT_ONCE):
            if first % (64 * _AT_ONCE) == 0:
                report(first, len(rows), "points counted around")
            self._settle(rows[first : first + _AT_ONCE], least)

    def reaches(self, least: float) -> NDArray[np.bool_]:
        """Say which points have at least so many, shape (n,)."""
        asked = (self.lower < least) & (self.upper >= least)
        self.settle(asked, np.full(len(asked), least, np.float64))
        return self.lower >= least

    def _settle(self, rows: Rows, least: Floats | None) -> None:
        lattice = self._lattice
        across, up = (
            np.minimum((axis[rows] * _PARTS).astype(np.intp), _PARTS - 1)
            for axis in (lattice.right, lattice.up)
        )
        # The cells where, in each row, what the circle may reach starts, where what it holds
        # for sure starts and ends, and where what it may reach ends; each (rows, 2 k + 3).
        cells = [
            c.take(up * _PARTS + across, axis=0) + lattice.cell[rows, None] for c in self._crossed
        ]
        before = self._weight_before
        sure = (before.take(cells[2]) - before.take(cells[1])).sum(axis=1)
        if least is not None:
            self.lower[rows] = sure
            self.upper[rows] = (before.take(cells[3]) - before.take(cells[0])).sum(axis=1)
            open_still = np.flatnonzero((sure < least[rows]) & (self.upper[rows] >= least[rows]))
            rows, sure = rows[open_still], sure[open_still]
            cells = [c.take(open_still, axis=0) for c in cells]
        ends = [self._start.take(c) for c in cells]
        first = np.concatenate([ends[0], ends[2]], axis=1)
        length = np.concatenate([ends[1] - ends[0], ends[3] - ends[2]], axis=1)
        for some in _parts_of(length.sum(axis=1)):
            found = sure[some] + self._tested(self._place[rows[some]], first[some], length[some])
            self.lower[rows[some]] = self.upper[rows[some]] = found

    def _tested(self, at: Rows, first: Rows, length: Rows) -> Floats:
        """Add up, for each point, the weights in its ranges that lie within the radius."""
        tests = length.sum(axis=1)
        some = np.flatnonzero(length)
        candidate = ranges(first.ravel()[some], length.ravel()[some])
        squared = self._x.take(candidate)  # twice as fast as indexing
        squared -= np.repeat(self._x.take(at), tests)
        squared *= squared
        other = self._y.take(candidate)
        other -= np.repeat(self._y.take(at), tests)
        other *= other
        squared += other
        found = np.zeros(len(at))
        has = np.flatnonzero(tests)  # reduceat would give a point without candidates one
        if len(has):
            inside = squared <= self._squared
            within = inside if self._is_counting else inside * self._weight.take(candidate)
            found[has] = np.add.reduceat(within, (np.cumsum(tests) - tests)[has], dtype=np.float64)
        return found


def _fineness(points: Points, radius_m: float) -> int:
    """Choose cells per radius by the density of the points."""
    groups = len(np.unique(points.group))
    spans = [max(float(np.ptp(axis)) / radius_m, 1) for axis in (points.x, points.y)]
    density = len(points) / (spans[0] * spans[1] * groups)
    return int(np.clip(FINENESS * density**0.4, _COARSEST, _FINEST))


def _bounds(lattice: Lattice, before: Floats) -> tuple[Floats, Floats]:
    """Add up the cells wholly within the radius of every point of a cell, and all it may reach.

    ``before``, shape (cells + 1,), is the weight in all earlier cells.
    """
    k, n_cols = lattice.per_radius, lattice.n_cols
    rim = (k + 2) * (n_cols + 1)
    if before[-1] <= np.iinfo(np.int32).max:
        before = before.astype(np.int32)
    lower, upper = (np.zeros(lattice.n_cells - 2 * rim, before.dtype) for _ in range(2))
    rows = range(-k - 1, k + 2)
    steps = [(upper, row * n_cols, _reach(k, row, 1)) for row in rows]
    steps += [(lower, row * n_cols, _reach(k, row, -1)) for row in rows]
    for first in range(0, len(lower), _BLOCK):
        for total, off, reach in steps:
            if reach is not None:
                part, at = total[first : first + _BLOCK], rim + first + off
                part += before[at + reach + 1 : at + reach + 1 + len(part)]
                part -= before[at - reach : at - reach + len(part)]
    at_points = lattice.cell - rim
    return lower.take(at_points).astype(np.float64), upper.take(at_points).astype(np.float64)


def _reach(k: int, row: int, outwards: int) -> int | None:
    """Give how many cells to each side the circle may reach (1) or holds for sure (-1)."""
    rows = max(abs(row) - outwards, 0)
    squared = (k + outwards * SLACK) ** 2 - rows**2
    if squared < 0:
        return None
    reach = int(squared**0.5) + outwards
    return reach if reach >= 0 else None


def _crossed_cells(lattice: Lattice) -> list[Rows]:
    """Lay the circle around each part of a cell over the cells.

    Returns
    -------
    Four arrays, (parts * parts, rows), by the part's place northwards and then eastwards: in each
    row the cells, relative to the point's, where what the circle may reach starts, where what it
    holds for sure starts and ends, and where what it may reach ends.
    """
    k = lattice.per_radius
    south, west = np.meshgrid(*2 * [np.arange(_PARTS) / _PARTS], indexing="ij")
    north, east = south + 1 / _PARTS, west + 1 / _PARTS
    row = np.arange(-k - 1, k + 2)[:, None, None]
    nearest = np.maximum(np.maximum(row - north, south - (row + 1)), 0)
    farthest = np.maximum(north - row, row + 1 - south)
    may, sure = (k + SLACK) ** 2 - nearest**2, (k - SLACK) ** 2 - farthest**2
    outer, inner = np.sqrt(np.maximum(may, 0)), np.sqrt(np.maximum(sure, 0))
    first, last = np.floor(west - outer), np.floor(east + outer) + 1
    first[may < 0] = last[may < 0] = 0
    inner_first, inner_last = np.ceil(east - inner), np.floor(west + inner)
    none = (sure < 0) | (inner_last <= inner_first)
    inner_first[none] = inner_last[none] = first[none]
    return [
        np.ascontiguousarray((row * lattice.n_cols + cols).reshape(len(row), -1).T).astype(np.intp)
        for cols in (first, inner_first, inner_last, last)
    ]


def _parts_of(tests: Rows) -> Iterator[slice]:
    """Cut points into slices of at most ``_MAX_TESTS`` distances, or of one point."""
    part = np.cumsum(tests) // _MAX_TESTS
    starts = np.flatnonzero(np.diff(part, prepend=-1)).tolist()
    for first, end in pairwise([*starts, len(tests)]):
        yield slice(first, end)
