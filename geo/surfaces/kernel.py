"""A kernel summed over a grid exactly: every pair of a position and a cell's centre.

Every incident is divided by the kernel mass inside the area at its place, summed over the cells'
centres, so that a surface adds up to the number of incidents.
:mod:`geo.surfaces.kernel_lattice` does the same by convolution, for many positions.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from geo.grids.grid import Grid
from geo.sites import Sites
from geo.surfaces.kernel_shape import Kernel

KEPT_VALUES = 1_000_000
"""Kernel values up to which the matrix is kept for the next call: 12 MB."""
_MATRICES_KEPT = 2
_VALUES_AT_ONCE = 4_000_000
_VALUES_IN_CACHE = 60_000
_LEAST_MASS = 0.01
_M2_PER_KM2 = 1e6
_SPARSE_SHARE = 0.2


def exact_surfaces(
    sites: Sites, counts: NDArray[np.float64], grid: Grid, kernel: Kernel, *, keep: bool = True
) -> NDArray[np.float64]:
    """Evaluate the kernel at every pair of a site and a cell's centre in reach.

    Parameters and result as :func:`geo.surfaces.density.density_surfaces`;
    ``keep`` a small matrix for the
    next call with the same sites.
    """
    if keep and kernel_values(len(sites), grid, kernel) <= KEPT_VALUES:
        surfaces = _product(counts, _kept_matrix(sites, grid, kernel))
    elif kernel.name == "uniform" and kernel.bandwidth_m >= grid.cell_size_m:
        surfaces = _counted_around(sites, counts, grid, kernel).reshape(
            len(counts), grid.inside_share.size
        )
    else:
        surfaces = np.zeros((len(counts), grid.inside_share.size))
        for start in range(0, len(sites), step := _sites_at_once(grid, kernel, _VALUES_AT_ONCE)):
            part = slice(start, start + step)
            some = Sites(sites.easting[part], sites.northing[part])
            surfaces += _product(counts[:, part], _matrix(some, grid, kernel))
    out = np.zeros_like(surfaces)
    covered = covered_cells(grid)
    out[:, covered] = surfaces[:, covered]
    return out.reshape(-1, grid.n_rows, grid.n_cols)


@lru_cache(maxsize=16)
def covered_cells(grid: Grid) -> NDArray[np.intp]:
    """Give the cells, flat, in which a surface has values: inside and next to the border."""
    return np.flatnonzero(grid.near_inside())


def kernel_values(n_sites: int, grid: Grid, kernel: Kernel) -> float:
    """Say how many kernel values an exact evaluation takes."""
    return n_sites * np.pi * (kernel.reach_m / grid.cell_size_m) ** 2


@dataclass(frozen=True, eq=False)
class _Matrix:
    """Density that one incident at each site adds to cells, (m, cells of the canvas)."""

    by_site: sparse.csr_array
    canvas: "_Canvas"


def _product(counts: NDArray[np.float64], matrix: _Matrix) -> NDArray[np.float64]:
    """Give surfaces, (k, cells); where positions do not repeat most counts are 0."""
    if len(counts) > 1 and np.count_nonzero(counts) < _SPARSE_SHARE * counts.size:
        found = (sparse.csr_array(counts) @ matrix.by_site).toarray()
    else:
        found = (matrix.by_site.T @ np.ascontiguousarray(counts.T)).T
    return matrix.canvas.cropped(found)


def _matrix(sites: Sites, grid: Grid, kernel: Kernel) -> _Matrix:
    """Make the matrix from few sites at a time, for what fits into a core's cache is quicker."""
    canvas = _Canvas.around(grid, kernel)
    n_values = len(canvas.offsets)
    values = np.empty((len(sites), n_values))
    cells = np.empty((len(sites), n_values), np.int32)
    step = _sites_at_once(grid, kernel, _VALUES_IN_CACHE)
    for start in range(0, len(sites), step):
        part = slice(start, start + step)
        canvas.fill(sites.easting[part], sites.northing[part], cells[part], values[part])
    starts = np.arange(len(sites) + 1, dtype=np.int32) * n_values
    shape = (len(sites), len(canvas.inside))
    return _Matrix(sparse.csr_array((values.ravel(), cells.ravel(), starts), shape=shape), canvas)


def _kept_matrix(sites: Sites, grid: Grid, kernel: Kernel) -> _Matrix:
    """Make the matrix, or give it again; kept on the sites, so that it goes when they go."""
    kept: dict[tuple[Grid, Kernel], _Matrix] = sites.__dict__.setdefault("_matrices", {})
    matrix = kept.pop((grid, kernel), None) or _matrix(sites, grid, kernel)
    kept[grid, kernel] = matrix
    for oldest in list(kept)[:-_MATRICES_KEPT]:
        kept.pop(oldest, None)
    return matrix


def _sites_at_once(grid: Grid, kernel: Kernel, n_values: int) -> int:
    return max(int(n_values / kernel_values(1, grid, kernel)), 1)


@dataclass(frozen=True, eq=False)
class _Canvas:
    """The grid with so much room on every side that a kernel never reaches over its end."""

    grid: Grid
    kernel: Kernel
    margin: int

    @classmethod
    def around(cls, grid: Grid, kernel: Kernel) -> "_Canvas":
        return cls(grid, kernel, int(kernel.reach_m // grid.cell_size_m) + 1)

    @cached_property
    def width(self) -> int:
        """Cells from west to east."""
        return self.grid.n_cols + 2 * self.margin

    @cached_property
    def inside(self) -> NDArray[np.float64]:
        """Share of each cell that lies inside the area, flat."""
        return np.pad(self.grid.inside_share, self.margin).ravel()

    @cached_property
    def steps(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Rows and columns from a site's cell to those that its kernel can reach, each (v,)."""
        step = np.arange(-self.margin, self.margin + 1)
        d_row, d_col = np.meshgrid(step, step, indexing="ij")
        least = np.hypot(np.maximum(abs(d_row) - 0.5, 0), np.maximum(abs(d_col) - 0.5, 0))
        near = least * self.grid.cell_size_m < self.kernel.reach_m
        return d_row[near], d_col[near]

    @cached_property
    def offsets(self) -> NDArray[np.int32]:
        """The same steps between flat cells."""
        d_row, d_col = self.steps
        return (d_row * self.width + d_col).astype(np.int32)

    def cropped(self, found: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give the cells of the grid, (k, cells), of those of the canvas."""
        inner = slice(self.margin, -self.margin)
        on_canvas = found.reshape(len(found), self.grid.n_rows + 2 * self.margin, self.width)
        return on_canvas[:, inner, inner].reshape(len(found), self.grid.inside_share.size)

    def fill(
        self,
        easting: NDArray[np.float64],
        northing: NDArray[np.float64],
        cells: NDArray[np.int32],
        values: NDArray[np.float64],
    ) -> None:
        """Put the flat cells around sites and the density there into (m, v)."""
        grid = self.grid
        row, col = grid.cells_of(easting, northing)
        first = (row + self.margin) * self.width + col + self.margin
        np.add(first.astype(np.int32)[:, None], self.offsets, out=cells)
        kernel = self.kernel(self._squared(row, col, easting, northing))
        inside = self.inside.take(cells)
        mass = np.einsum("sv,sv->s", kernel, inside) * grid.cell_size_m**2
        # A kernel narrower than a cell can miss every centre inside; no incident may be lost.
        missed = mass < _LEAST_MASS
        if missed.any():
            kernel[missed] = inside[missed]
            mass[missed] = (inside[missed] ** 2).sum(axis=1) * grid.cell_size_m**2
        np.multiply(kernel, (_M2_PER_KM2 / mass)[:, None], out=values)

    def _squared(
        self,
        row: NDArray[np.intp],
        col: NDArray[np.intp],
        easting: NDArray[np.float64],
        northing: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """Give the squared distances from sites to the centres around them, (m, v)."""
        grid, (d_row, d_col) = self.grid, self.steps
        step = np.arange(-self.margin, self.margin + 1)
        d_north = grid.south + (row[:, None] + step + 0.5) * grid.cell_size_m - northing[:, None]
        d_east = grid.west + (col[:, None] + step + 0.5) * grid.cell_size_m - easting[:, None]
        squared = np.take(d_north**2, d_row + self.margin, axis=1)
        squared += np.take(d_east**2, d_col + self.margin, axis=1)
        return squared


def _counted_around(
    sites: Sites, counts: NDArray[np.float64], grid: Grid, kernel: Kernel
) -> NDArray[np.float64]:
    """Sum the uniform kernel exactly: in each row of cells it covers one run of columns.

    A run adds at its first column and takes away after its last; the running sum along the rows
    then gives every cell, with as many steps per site as the kernel has rows, not cells. Not for a
    kernel narrower than a cell, which can miss every centre.
    """
    frame, site = np.nonzero(counts)
    margin = int(kernel.reach_m // grid.cell_size_m) + 1
    surfaces = np.zeros((len(counts), grid.n_rows, grid.n_cols + 1))
    row, first, end = _runs(sites, grid, kernel.bandwidth_m, margin)
    reached = np.hstack([np.zeros((grid.n_rows, 1)), np.cumsum(grid.inside_share, axis=1)])
    mass = np.sum(
        [reached[r, e] - reached[r, f] for r, f, e in zip(row, first, end, strict=True)], 0
    )
    weight = counts[frame, site] / (mass[site] * grid.cell_area_km2)
    for r, f, e in zip(row, first, end, strict=True):
        start = (frame * grid.n_rows + r[site]) * (grid.n_cols + 1)
        change = np.bincount(start + f[site], weight, surfaces.size)
        change -= np.bincount(start + e[site], weight, surfaces.size)
        surfaces += change.reshape(surfaces.shape)
    return np.asarray(np.cumsum(surfaces, axis=2)[:, :, :-1])


def _runs(
    sites: Sites, grid: Grid, radius_m: float, margin: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Give row, first column and end of the run of centres nearer than the radius: (rows, m)."""
    own_row, _ = grid.cells_of(sites.easting, sites.northing)
    row = own_row + np.arange(-margin, margin + 1)[:, None]
    d_north = grid.south + (row + 0.5) * grid.cell_size_m - sites.northing
    half = np.sqrt(np.maximum(radius_m**2 - d_north**2, 0))
    at = (sites.easting - grid.west) / grid.cell_size_m - 0.5
    first = np.floor(at - half / grid.cell_size_m).astype(np.intp) + 1
    end = np.ceil(at + half / grid.cell_size_m).astype(np.intp)
    end = np.where((row >= 0) & (row < grid.n_rows), np.maximum(end, first), first)
    return (
        np.clip(row, 0, grid.n_rows - 1),
        np.clip(first, 0, grid.n_cols),
        np.clip(end, 0, grid.n_cols),
    )
