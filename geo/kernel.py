"""The quartic kernel summed over a grid, in two ways: exactly, and by convolution.

Both divide every incident by the kernel mass inside the area at its place, summed over the cells'
centres, and so add up to the number of incidents exactly.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, pi

import numpy as np
from numpy.typing import NDArray
from scipy import fft, sparse

from geo.grid import Grid
from geo.sites import Sites

_LATTICE_VALUES = 8_000_000
_M2_PER_KM2 = 1e6
_LEAST_MASS = 0.01


def quartic(distance_squared: NDArray[np.float64], bandwidth_m: float) -> NDArray[np.float64]:
    """Give the quartic kernel, per m2, at squared distances in m2.

    >>> round(float(quartic(np.array(0.0), 100.0)) * pi * 100**2, 12)
    3.0
    """
    left: NDArray[np.float64] = np.maximum(1 - distance_squared / bandwidth_m**2, 0)
    return 3 / (pi * bandwidth_m**2) * left**2


def exact_surfaces(
    sites: Sites, counts: NDArray[np.float64], grid: Grid, bandwidth_m: float
) -> NDArray[np.float64]:
    """Evaluate the kernel at every pair of a site and a cell's centre within the bandwidth.

    Parameters and result as :func:`geo.density.density_surfaces`.
    """
    cells, kernel = _kernel_matrix(sites, grid, bandwidth_m)
    surfaces = np.zeros((len(counts), grid.n_rows * grid.n_cols))
    surfaces[:, cells] = (kernel @ np.ascontiguousarray(counts.T)).T
    return surfaces.reshape(-1, grid.n_rows, grid.n_cols)


@lru_cache(maxsize=4)
def _kernel_matrix(
    sites: Sites, grid: Grid, bandwidth_m: float
) -> tuple[NDArray[np.intp], sparse.csr_array]:
    """Give the flat cells that the surface covers, and the density at each of them per site.

    A value takes 12 bytes; how many there may be is for the caller to see to.
    """
    flat, values = _kernel_at_cells(sites, grid, bandwidth_m)
    inside = grid.inside_share.ravel()[flat]
    # A kernel narrower than a cell can miss every centre inside; no incident may be lost.
    missed = (values * inside).sum(axis=1) * grid.cell_size_m**2 < _LEAST_MASS
    values[missed] = inside[missed]
    values /= (values * inside).sum(axis=1, keepdims=True) * grid.cell_area_km2
    covered = grid.near_inside().ravel()
    used = (values > 0) & covered[flat]
    column_of = np.cumsum(covered, dtype=np.int32) - 1
    starts = np.concatenate([[0], np.cumsum(used.sum(axis=1))])
    by_site = sparse.csr_array(
        (values[used], column_of[flat[used]], starts), shape=(len(sites), covered.sum())
    )
    return np.flatnonzero(covered), by_site.T.tocsr()


def _kernel_at_cells(
    sites: Sites, grid: Grid, bandwidth_m: float
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Evaluate the kernel at the centres around each site: flat cells and values, (m, k)."""
    row, col = grid.cells_of(sites.easting, sites.northing)
    reach = int(bandwidth_m // grid.cell_size_m) + 1
    step = np.arange(-reach, reach + 1)
    d_row, d_col = np.meshgrid(step, step, indexing="ij")
    least = np.hypot(np.maximum(abs(d_row) - 1, 0), np.maximum(abs(d_col) - 1, 0))
    near = least * grid.cell_size_m < bandwidth_m
    rows, cols = row[:, None] + d_row[near], col[:, None] + d_col[near]
    d_north = grid.south + (rows + 0.5) * grid.cell_size_m - sites.northing[:, None]
    d_east = grid.west + (cols + 0.5) * grid.cell_size_m - sites.easting[:, None]
    values = quartic(d_east**2 + d_north**2, bandwidth_m)
    values[(rows < 0) | (rows >= grid.n_rows) | (cols < 0) | (cols >= grid.n_cols)] = 0
    flat = np.clip(rows, 0, grid.n_rows - 1) * grid.n_cols + np.clip(cols, 0, grid.n_cols - 1)
    return flat, values


def binned_surfaces(
    sites: Sites, counts: NDArray[np.float64], grid: Grid, bandwidth_m: float
) -> NDArray[np.float64]:
    """Spread the sites over a lattice and convolve all surfaces in one batched transform.

    Parameters and result as :func:`geo.density.density_surfaces`. With scattered positions the
    error is below 0.5 % of the peak.
    """
    lattice = _lattice(grid, bandwidth_m)
    spread = _quadratic_spread(sites, grid, lattice.refinement)
    per_km2 = _M2_PER_KM2 / (spread.T @ lattice.mass.ravel())
    # Where positions do not repeat most have incidents in one period only.
    weights = sparse.csc_array(counts * per_km2).T
    nodes = (spread @ weights).T.toarray().reshape(-1, *lattice.mass.shape)
    blocks = np.array_split(nodes, max(nodes.size // _LATTICE_VALUES, 1))
    surfaces = np.concatenate([lattice.convolve(block)[lattice.centres] for block in blocks])
    surfaces = np.where(grid.near_inside(), np.maximum(surfaces, 0), 0)
    total = (surfaces * grid.inside_share).sum(axis=(1, 2)) * grid.cell_area_km2
    wanted = counts.sum(axis=1)
    scale = np.divide(wanted, total, out=np.zeros_like(total), where=total > 0)
    scaled: NDArray[np.float64] = surfaces * scale[:, None, None]
    return scaled


@dataclass(frozen=True, eq=False)
class _Lattice:
    """The nodes of the convolution: the cells' centres, or an odd number of times as dense."""

    refinement: int
    padded: tuple[int, int]
    transform: NDArray[np.complex128]
    mass: NDArray[np.float64]

    @property
    def centres(self) -> tuple[slice, slice, slice]:
        """The nodes that are centres of cells."""
        every = slice(self.refinement // 2, None, self.refinement)
        return slice(None), every, every

    def convolve(self, nodes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Convolve each of (k, rows, cols) with the kernel."""
        rows, cols = nodes.shape[-2:]
        spectrum = fft.rfft2(nodes, self.padded) * self.transform
        blurred: NDArray[np.float64] = fft.irfft2(spectrum, self.padded)
        return blurred[..., :rows, :cols]


@lru_cache(maxsize=4)
def _lattice(grid: Grid, bandwidth_m: float) -> _Lattice:
    """Make the kernel's transform and the kernel mass inside the area at each node."""
    refinement = refinement_of(bandwidth_m / grid.cell_size_m)
    spacing = grid.cell_size_m / refinement
    size = (grid.n_rows * refinement, grid.n_cols * refinement)
    reach = int(bandwidth_m // spacing) + 1
    padded = (
        fft.next_fast_len(size[0] + reach, real=True),
        fft.next_fast_len(size[1] + reach, real=True),
    )
    rows, cols = (np.minimum(np.arange(n), n - np.arange(n)) for n in padded)
    kernel = quartic((rows[:, None] ** 2 + cols**2) * spacing**2, bandwidth_m)
    lattice = _Lattice(refinement, padded, fft.rfft2(kernel), np.zeros(size))
    lattice.mass[lattice.centres[1:]] = grid.inside_share * grid.cell_size_m**2
    lattice.mass[:] = lattice.convolve(lattice.mass)
    return lattice


def refinement_of(reach: float) -> int:
    """Choose the least odd number of nodes per cell that gives the bandwidth six of them."""
    return 2 * ceil((6 / reach - 1) / 2) + 1 if reach < 6 else 1


def _quadratic_spread(sites: Sites, grid: Grid, refinement: int) -> sparse.csc_array:
    """Share each site among the nine nodes around it, shape (nodes, m).

    Weights of Lagrange's quadratic interpolation keep a point's place and add no variance, unlike
    linear binning, which widens the kernel by up to a quarter of a node's spacing squared.
    """
    spacing = grid.cell_size_m / refinement
    n_cols = grid.n_cols * refinement
    col, by_col = _quadratic_weights((sites.easting - grid.west) / spacing - 0.5)
    row, by_row = _quadratic_weights((sites.northing - grid.south) / spacing - 0.5)
    nodes = (row[:, :, None] * n_cols + col[:, None, :]).reshape(-1)
    weights = (by_row[:, :, None] * by_col[:, None, :]).reshape(-1)
    starts = np.arange(0, len(nodes) + 1, 9)
    n_nodes = grid.n_rows * refinement * n_cols
    return sparse.csr_array((weights, nodes, starts), shape=(len(sites), n_nodes)).T


def _quadratic_weights(
    at: NDArray[np.float64],
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Give the three nodes nearest to each place along an axis, and their weights, (m, 3)."""
    nearest = np.rint(at)
    d = (at - nearest)[:, None]
    weights = np.hstack([d * (d - 1) / 2, 1 - d**2, d * (d + 1) / 2])
    return nearest.astype(np.intp)[:, None] + np.array([-1, 0, 1]), weights
