"""A kernel summed over a grid by convolution: time does not grow with the bandwidth.

Positions are shared linearly among the four nodes around them, of a lattice that is a whole
number of times finer than the cells (Wand 1994, Journal of Computational and Graphical Statistics
3), and the nodes are divided by the kernel mass inside the area there. The kernel from nodes to
cells' centres is exact: the nodes with the same place in their cells are convolved together, and
only the centres are computed. Weights are never negative and the surface adds up to the number
of incidents.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from geo.grids.grid import Grid
from geo.sites import Sites
from geo.surfaces.kernel import covered_cells
from geo.surfaces.kernel_shape import Kernel

_NODES_AT_ONCE = 4_000_000
_M2_PER_KM2 = 1e6
_NO_MASS = 1e-9
_POINTS_IN_CACHE = 16_384
_ONE_NODE_SHARE = 0.03
"""Part of the least peak up to which a node's incidents may be taken to lie on it: 0.2 % off."""

_NODES_PER_BANDWIDTH = {"quartic": 15, "gaussian": 7, "epanechnikov": 15, "triangular": 15}
"""Nodes that keep the error of one position below half a per cent of its peak for the first two,
where it falls with their square; for the other two that of positions which are a small part."""
_SMALL_PART = {"epanechnikov": 0.15, "triangular": 0.1}
"""Part of a peak that a single position may be where the kernel has a kink: the error at the kink
falls with the number of nodes only, and a lone position would need 100 and 150 of them."""
_CELLS_AT_LEAST = 2
"""A kernel narrower than so many cells is not smooth enough on them to be shared among nodes."""


def binned_surfaces(
    sites: Sites, counts: NDArray[np.float64], grid: Grid, kernel: Kernel
) -> NDArray[np.float64]:
    """Share the sites among nodes and convolve all surfaces in batched transforms.

    Parameters and result as :func:`geo.surfaces.density.density_surfaces`. Not for the sites that
    :func:`not_to_be_binned` names.
    """
    lattice = _lattice(grid, kernel, nodes_per_cell(grid, kernel))
    surfaces = np.empty((len(counts), grid.n_rows, grid.n_cols))
    step = max(_NODES_AT_ONCE // lattice.mass.size, 1)
    for start in range(0, len(counts), step):
        part = slice(start, start + step)
        surfaces[part] = lattice.surfaces(_points(sites, counts[part]), len(counts[part]))
    return surfaces


def surface_of_points(
    easting: NDArray[np.float64], northing: NDArray[np.float64], grid: Grid, kernel: Kernel
) -> NDArray[np.float64]:
    """Give the surface, (rows, cols), of points, (n,), that may repeat: quartic or Gaussian."""
    lattice = _lattice(grid, kernel, nodes_per_cell(grid, kernel))
    surface: NDArray[np.float64] = lattice.surfaces(_Points(easting, northing), 1)[0]
    return surface


def not_to_be_binned(counts: NDArray[np.float64], grid: Grid, kernel: Kernel) -> NDArray[np.bool_]:
    """Mark the sites, (m,), whose error would be above half a per cent of a surface's peak."""
    n_sites = counts.shape[1]
    if kernel.name == "uniform" or kernel.bandwidth_m < _CELLS_AT_LEAST * grid.cell_size_m:
        return np.ones(n_sites, np.bool_)  # no lattice can follow a step
    part = _SMALL_PART.get(kernel.name)
    if part is None:
        return np.zeros(n_sites, np.bool_)
    land_m2 = grid.inside_share.sum() * grid.cell_size_m**2
    spread_evenly = counts.sum(axis=1) * min(kernel.bandwidth_m**2 / land_m2, 1)
    least_peak = np.maximum(counts.max(axis=1, initial=0), spread_evenly)
    marked: NDArray[np.bool_] = (counts > part * least_peak[:, None]).any(axis=0)
    return marked


def nodes_per_cell(grid: Grid, kernel: Kernel) -> int:
    """Choose how many nodes a cell needs along a side."""
    wanted = _NODES_PER_BANDWIDTH[kernel.name]
    return max(ceil(wanted * grid.cell_size_m / kernel.bandwidth_m), 1)


def n_nodes(grid: Grid, kernel: Kernel) -> int:
    """Say how many nodes one surface takes."""
    return grid.n_rows * grid.n_cols * nodes_per_cell(grid, kernel) ** 2


@dataclass(frozen=True, eq=False)
class _Points:
    """Positions with the weight and the surface of each; None where these are 1 and 0."""

    easting: NDArray[np.float64]
    northing: NDArray[np.float64]
    weight: NDArray[np.float64] | None = None
    surface: NDArray[np.intp] | None = None


def _points(sites: Sites, counts: NDArray[np.float64]) -> _Points:
    """Give a point for every count that is not 0."""
    if len(counts) == 1:
        all_one = bool((counts == 1).all())
        return _Points(sites.easting, sites.northing, None if all_one else counts[0])
    surface, site = np.nonzero(counts)
    return _Points(sites.easting[site], sites.northing[site], counts[surface, site], surface)


@dataclass(frozen=True, eq=False)
class _Lattice:
    """The nodes and what turns them into surfaces.

    Attributes
    ----------
    per_cell
        Nodes per cell along a side; the first of each cell is its centre.
    padded
        Cells of a transform.
    transforms
        Of the kernel from the nodes at each place in a cell: (per_cell, per_cell, padded).
    mass
        Shape (rows * per_cell, cols * per_cell): kernel mass inside the area at each node.
    """

    grid: Grid
    kernel: Kernel
    per_cell: int
    padded: tuple[int, int]
    transforms: NDArray[np.complex128]
    mass: NDArray[np.float64]

    @cached_property
    def per_km2(self) -> NDArray[np.float64]:
        """What an incident at each node is multiplied with before the convolution."""
        nothing = np.zeros_like(self.mass)
        return np.divide(_M2_PER_KM2, self.mass, out=nothing, where=self.mass > _NO_MASS)

    def surfaces(self, points: _Points, n_surfaces: int) -> NDArray[np.float64]:
        """Give incidents per km2, (n_surfaces, rows, cols)."""
        nodes = self._shared(points, n_surfaces)
        nodes *= self.per_km2
        n_rows, n_cols, r = self.grid.n_rows, self.grid.n_cols, self.per_cell
        by_place = nodes.reshape(-1, n_rows, r, n_cols, r).transpose(0, 2, 4, 1, 3)
        spectra = fft.rfft2(by_place, self.padded)
        spectra *= self.transforms
        blurred = fft.irfft2(spectra.sum(axis=(1, 2)), self.padded)
        surfaces = np.zeros((n_surfaces, n_rows * n_cols))
        near = covered_cells(self.grid)
        surfaces[:, near] = blurred[:, :n_rows, :n_cols].reshape(n_surfaces, -1)[:, near]
        return surfaces.reshape(n_surfaces, n_rows, n_cols)

    def _shared(self, points: _Points, n_surfaces: int) -> NDArray[np.float64]:
        """Share weights among nodes: (n_surfaces, rows, cols).

        Of one surface, points around one node are taken together first: at the node itself where
        none has a part of the peak that matters, else at their mean place.
        """
        shape = (n_surfaces, *self.mass.shape)
        if n_surfaces > 1:
            return self._linearly_shared(points, shape)
        nearest = self._nearest(points)
        nodes = np.bincount(nearest, points.weight, self.mass.size)
        if nodes.max(initial=0) <= _ONE_NODE_SHARE * self._least_peak(nodes.reshape(shape[1:])):
            return nodes.reshape(shape).astype(np.float64, copy=False)
        used = np.flatnonzero(nodes)
        weight = nodes[used].astype(np.float64, copy=False)
        easting, northing = (
            np.bincount(nearest, at if points.weight is None else at * points.weight)[used] / weight
            for at in (points.easting, points.northing)
        )
        return self._linearly_shared(_Points(easting, northing, weight), shape)

    def _least_peak(self, nodes: NDArray[np.float64] | NDArray[np.intp]) -> float:
        """Bound the peak from below, in incidents at one place that would make as high a one.

        In a square with a diagonal of the bandwidth every place is within half the bandwidth of
        the middle, where all these kernels have half their peak or more.
        """
        side = max(
            int(self.kernel.bandwidth_m / sqrt(2) * self.per_cell / self.grid.cell_size_m), 1
        )
        squares = nodes
        for axis, n in enumerate(nodes.shape):
            squares = np.add.reduceat(squares, np.arange(0, n, side), axis=axis)
        return float(squares.max()) / 2

    def _nearest(self, points: _Points) -> NDArray[np.intp]:
        """Give the node nearest to each point, flat."""
        scale = self.per_cell / self.grid.cell_size_m
        west, south = (
            start * scale + self.per_cell / 2 - 0.5 for start in (self.grid.west, self.grid.south)
        )
        nodes = np.empty(len(points.easting), np.intp)
        at = np.empty(_POINTS_IN_CACHE)
        row, col = np.empty((2, _POINTS_IN_CACHE), np.int32)
        for start in range(0, len(nodes), _POINTS_IN_CACHE):
            part = slice(start, start + _POINTS_IN_CACHE)
            n = len(nodes[part])
            for axis, first, out in ((points.northing, south, row), (points.easting, west, col)):
                np.multiply(axis[part], scale, out=at[:n])
                np.subtract(at[:n], first, out=out[:n], casting="unsafe")
            row[:n] *= self.mass.shape[1]
            np.add(row[:n], col[:n], out=nodes[part])
        return nodes

    def _linearly_shared(self, points: _Points, shape: tuple[int, int, int]) -> NDArray[np.float64]:
        """Share weights among the four nodes around each position.

        What the four get follows from four sums at the south-western node.
        """
        scale = self.per_cell / self.grid.cell_size_m
        row, up = _node_and_rest(points.northing, self.grid.south, scale, self.per_cell)
        node, right = _node_and_rest(points.easting, self.grid.west, scale, self.per_cell)
        row *= shape[2]
        node += row
        if points.surface is not None:
            node += points.surface * self.mass.size
        if points.weight is not None:
            up *= points.weight
        both = up * right
        if points.weight is not None:
            right *= points.weight
        size = shape[0] * self.mass.size
        sums = (np.bincount(node, w, size).reshape(shape) for w in (points.weight, right, up, both))
        all_, right_, up_, both_ = (s.astype(np.float64, copy=False) for s in sums)
        right_ -= both_
        all_ -= right_
        all_ -= up_
        up_ -= both_
        all_[:, :, 1:] += right_[:, :, :-1]
        all_[:, 1:] += up_[:, :-1]
        all_[:, 1:, 1:] += both_[:, :-1, :-1]
        return np.maximum(all_, 0, out=all_)


def _node_and_rest(
    metres: NDArray[np.float64], start: float, scale: float, per_cell: int
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Give the last node before each place along an axis, and how far on it is, 0 to 1."""
    node, rest = np.empty(len(metres), np.intp), np.empty(len(metres))
    before = start * scale + per_cell / 2
    for first in range(0, len(metres), _POINTS_IN_CACHE):
        part = slice(first, first + _POINTS_IN_CACHE)
        at = metres[part] * scale
        at -= before
        whole = at.astype(np.int32)  # never negative: a cell of the margin lies before
        node[part] = whole
        np.subtract(at, whole, out=rest[part])
    return node, rest


@lru_cache(maxsize=4)
def _lattice(grid: Grid, kernel: Kernel, per_cell: int) -> _Lattice:
    """Make the kernel's transforms and the kernel mass inside the area at each node."""
    shape = (grid.n_rows, grid.n_cols)
    more = int(kernel.reach_m // grid.cell_size_m) + 2
    padded = tuple(fft.next_fast_len(n + more, real=True) for n in shape)
    kernel = _narrowed(kernel, grid.cell_size_m / per_cell)
    north, east = (_steps(n, per_cell) * grid.cell_size_m for n in padded)
    squared = north[:, None, :, None] ** 2 + east[None, :, None, :] ** 2
    transforms = fft.rfft2(kernel(squared))
    inside = fft.rfft2(grid.inside_share * grid.cell_size_m**2, padded)
    mass = fft.irfft2(inside * transforms.conj(), padded)[..., : shape[0], : shape[1]]
    by_node = mass.transpose(2, 0, 3, 1).reshape(shape[0] * per_cell, shape[1] * per_cell)
    return _Lattice(grid, kernel, per_cell, (padded[0], padded[1]), transforms, by_node)


def _steps(n: int, per_cell: int) -> NDArray[np.float64]:
    """Give the cells from a node to the centres around it, by its place: (per_cell, n)."""
    whole = np.arange(n)
    whole[whole > n // 2] -= n
    return np.asarray(whole - np.arange(per_cell)[:, None] / per_cell)


def _narrowed(kernel: Kernel, spacing_m: float) -> Kernel:
    """Take back the variance of a sixth of the spacing squared that sharing adds on average."""
    if kernel.name != "gaussian":
        return kernel
    return Kernel(kernel.name, sqrt(kernel.bandwidth_m**2 - spacing_m**2 / 6))
