"""A kernel summed over a grid exactly: every pair of a position and a cell's centre.

Every incident is divided by the kernel mass inside the area at its place, summed over the cells'
centres, so that a surface adds up to the number of incidents. :mod:`geo.kernel_lattice` does the
same by convolution, for many positions.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from geo.grid import Grid
from geo.kernel_shape import Kernel
from geo.sites import Sites

KEPT_VALUES = 1_000_000
"""Kernel values up to which the matrix is kept for the next call: 12 MB."""
_VALUES_AT_ONCE = 4_000_000
_VALUES_IN_CACHE = 60_000
_LEAST_MASS = 0.01
_SPARSE_SHARE = 0.2


def exact_surfaces(
    sites: Sites, counts: NDArray[np.float64], grid: Grid, kernel: Kernel, *, keep: bool = True
) -> NDArray[np.float64]:
    """Evaluate the kernel at every pair of a site and a cell's centre in reach.

    Parameters and result as :func:`geo.density.density_surfaces`; ``keep`` a small matrix for the
    next call with the same sites.
    """
    covered = covered_cells(grid)
    surfaces = np.zeros((len(counts), grid.n_rows * grid.n_cols))
    if keep and kernel_values(len(sites), grid, kernel) <= KEPT_VALUES:
        surfaces[:, covered] = _product(counts, _kept_matrix(sites, grid, kernel))
    elif kernel.name == "uniform":
        counted = _counted_around(sites, counts, grid, kernel)
        surfaces[:, covered] = counted.reshape(surfaces.shape)[:, covered]
    else:
        for start in range(0, len(sites), step := _sites_at_once(grid, kernel, _VALUES_AT_ONCE)):
            part = slice(start, start + step)
            some = Sites(sites.easting[part], sites.northing[part])
            surfaces[:, covered] += _product(counts[:, part], _matrix(some, grid, kernel))
    return surfaces.reshape(-1, grid.n_rows, grid.n_cols)


@lru_cache(maxsize=16)
def covered_cells(grid: Grid) -> NDArray[np.intp]:
    """Give the cells, flat, in which a surface has values: inside and next to the border."""
    return np.flatnonzero(grid.near_inside())


def kernel_values(n_sites: int, grid: Grid, kernel: Kernel) -> float:
    """Say how many kernel values an exact evaluation takes."""
    return n_sites * np.pi * (kernel.reach_m / grid.cell_size_m) ** 2


def _product(counts: NDArray[np.float64], by_site: sparse.csr_array) -> NDArray[np.float64]:
    """Multiply (k, m) by (m, cells); where positions do not repeat most counts are 0."""
    if len(counts) > 1 and np.count_nonzero(counts) < _SPARSE_SHARE * counts.size:
        return np.asarray((sparse.csr_array(counts) @ by_site).toarray())
    return np.asarray((by_site.T @ np.ascontiguousarray(counts.T)).T)


def _matrix(sites: Sites, grid: Grid, kernel: Kernel) -> sparse.csr_array:
    """Give the density that one incident at each site adds to the covered cells, (m, cells).

    Made of few sites at a time, for what fits into the cache of a core is quicker.
    """
    canvas = _Canvas.around(grid, kernel)
    step = _sites_at_once(grid, kernel, _VALUES_IN_CACHE)
    parts = [
        canvas.matrix(sites.easting[start : start + step], sites.northing[start : start + step])
        for start in range(0, max(len(sites), 1), step)
    ]
    return parts[0] if len(parts) == 1 else sparse.vstack(parts, format="csr")


_kept_matrix = lru_cache(maxsize=4)(_matrix)


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

    def padded(self, values: NDArray[np.generic]) -> NDArray[np.generic]:
        """Give values of the grid's cells on the canvas, flat, with 0 around them."""
        return np.pad(values, self.margin).ravel()

    @cached_property
    def width(self) -> int:
        return self.grid.n_cols + 2 * self.margin

    @cached_property
    def steps(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Rows and columns from a site's cell to those that its kernel can reach, each (v,)."""
        step = np.arange(-self.margin, self.margin + 1)
        d_row, d_col = np.meshgrid(step, step, indexing="ij")
        least = np.hypot(np.maximum(abs(d_row) - 1, 0), np.maximum(abs(d_col) - 1, 0))
        near = least * self.grid.cell_size_m < self.kernel.reach_m
        return d_row[near], d_col[near]

    @cached_property
    def offsets(self) -> NDArray[np.intp]:
        d_row, d_col = self.steps
        return d_row * self.width + d_col

    @cached_property
    def inside(self) -> NDArray[np.float64]:
        return np.asarray(self.padded(self.grid.inside_share), np.float64)

    @cached_property
    def column_of(self) -> NDArray[np.int32]:
        """Position among the covered cells, -1 for the others."""
        covered = covered_cells(self.grid)
        number = np.zeros(self.grid.inside_share.shape, np.int32)
        number.flat[covered] = np.arange(1, len(covered) + 1)
        return np.asarray(self.padded(number), np.int32) - 1

    def matrix(
        self, easting: NDArray[np.float64], northing: NDArray[np.float64]
    ) -> sparse.csr_array:
        flat, values = self._values(easting, northing)
        inside = self.inside.take(flat)
        mass = np.einsum("sv,sv->s", values, inside) * self.grid.cell_size_m**2
        # A kernel narrower than a cell can miss every centre inside; no incident may be lost.
        missed = mass < _LEAST_MASS
        values[missed] = inside[missed]
        mass[missed] = (inside[missed] ** 2).sum(axis=1) * self.grid.cell_size_m**2
        values *= 1e6 / mass[:, None]
        column = self.column_of.take(flat)
        used = (values > 0) & (column >= 0)
        starts = np.concatenate([[0], np.cumsum(used.sum(axis=1))])
        shape = (len(easting), len(covered_cells(self.grid)))
        return sparse.csr_array((values[used], column[used], starts), shape=shape)

    def _values(
        self, easting: NDArray[np.float64], northing: NDArray[np.float64]
    ) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """Evaluate the kernel at the centres around each site: flat cells and values, (m, v)."""
        grid, (d_row, d_col) = self.grid, self.steps
        row, col = grid.cells_of(easting, northing)
        step = np.arange(-self.margin, self.margin + 1)
        d_north = grid.south + (row[:, None] + step + 0.5) * grid.cell_size_m - northing[:, None]
        d_east = grid.west + (col[:, None] + step + 0.5) * grid.cell_size_m - easting[:, None]
        squared = np.take(d_north**2, d_row + self.margin, axis=1)
        squared += np.take(d_east**2, d_col + self.margin, axis=1)
        first = (row + self.margin) * self.width + col + self.margin
        return first[:, None] + self.offsets, self.kernel(squared)


def _counted_around(
    sites: Sites, counts: NDArray[np.float64], grid: Grid, kernel: Kernel
) -> NDArray[np.float64]:
    """Sum the uniform kernel exactly: in each row of cells it covers one run of columns.

    A run adds at its first column and takes away after its last; the running sum along the rows
    then gives every cell, with as many steps per site as the kernel has rows, not cells.
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
