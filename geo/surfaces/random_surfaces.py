"""Density surfaces of very many throws of incidents into the nodes of a fine lattice.

The surface is wanted at the cells' centres only, so the nodes are sorted by their place within
the cell: each place is a coarse lattice with a kernel of its own, shifted by a part of a cell.
Their transforms are as short as the grid, and one transform back serves them all.
"""

from dataclasses import dataclass
from functools import partial
from math import ceil

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from boundaries.errors import ParameterError
from geo.grids.grid import Grid
from geo.sites import Sites
from geo.surfaces.density import EXACT_VALUES, INCIDENTS, DensityResult, borough, density_surfaces
from geo.surfaces.envelopes import RandomSurfaces
from geo.surfaces.kernel import kernel_values
from geo.surfaces.kernel_shape import Kernel
from geo.surfaces.null_models import (
    Chances,
    Null,
    node_chances_of,
    place_chances,
    resident_chances,
    uniform_chances,
)

_LEAST_MASS = 0.01
_NODES_PER_BANDWIDTH = 6
"""With so many, a kernel and its square summed over the nodes are within half a per cent of their
integrals (the uniform one, a step, within four), and so are the mean and variance of surfaces."""
_M2_PER_KM2 = 1e6


@dataclass(frozen=True, eq=False)
class NodeKernel:
    """The kernel of a lattice of nodes, as transforms, with the edge correction of each node.

    Attributes
    ----------
    grid
        The cells at whose centres surfaces are wanted.
    refinement
        Nodes along a cell's side.
    padded
        Size of the transforms.
    transforms
        Shape (refinement^2, ...): of the kernel seen from each place within a cell, per km2.
    per_mass
        Shape (refinement^2, rows, cols): 1 over the kernel mass inside the area at each node.
    """

    grid: Grid
    refinement: int
    padded: tuple[int, int]
    transforms: NDArray[np.complex64]
    per_mass: NDArray[np.float32]

    def surface(self, counts: NDArray[np.intp]) -> NDArray[np.float32]:
        """Give the surface, (rows, cols), of incidents counted per node, (nodes,).

        Single precision: wrong by less than a millionth of the highest value.
        """
        weighted = counts.reshape(self.per_mass.shape) * self.per_mass
        spectrum = np.einsum("kij,kij->ij", fft.rfft2(weighted, self.padded), self.transforms)
        n_rows, n_cols = self.per_mass.shape[1:]
        out: NDArray[np.float32] = fft.irfft2(spectrum, self.padded)[:n_rows, :n_cols]
        return out


def nodes_per_cell(grid: Grid, kernel: Kernel) -> int:
    """Choose the least number of nodes along a cell's side that gives a bandwidth enough."""
    return max(ceil(_NODES_PER_BANDWIDTH * grid.cell_size_m / kernel.bandwidth_m), 1)


def node_kernel(grid: Grid, refinement: int, kernel: Kernel) -> NodeKernel:
    """Prepare the kernel and the edge correction for a lattice.

    The mass is summed over the cells' centres as for the observed surface, so that every surface
    adds up to the number of incidents.
    """
    reach = int(kernel.reach_m // grid.cell_size_m) + 2
    padded = (
        fft.next_fast_len(grid.n_rows + reach, real=True),
        fft.next_fast_len(grid.n_cols + reach, real=True),
    )
    # From a node to the centres around it, in cells; the second half of the transform is before.
    steps = [fft.fftfreq(n, 1 / n) for n in padded]
    in_cell = 0.5 - (np.arange(refinement) + 0.5) / refinement
    north, east = ((step + in_cell[:, None]) ** 2 for step in steps)
    squared = (north[:, None, :, None] + east[None, :, None, :]) * grid.cell_size_m**2
    transforms = fft.rfft2(kernel(squared.reshape(-1, *padded)))
    land = fft.rfft2(grid.inside_share * grid.cell_size_m**2, padded)
    mass = fft.irfft2(land * transforms.conj(), padded)[:, : grid.n_rows, : grid.n_cols]
    return NodeKernel(
        grid,
        refinement,
        padded,
        (transforms * _M2_PER_KM2).astype(np.complex64),
        (1 / np.maximum(mass, _LEAST_MASS)).astype(np.float32),
    )


def random_surfaces(
    surface: DensityResult, places: Sites, null: Null, vintage: str
) -> tuple[RandomSurfaces, str]:
    """Prepare throws of as many incidents as a surface has, under a null model.

    Parameters
    ----------
    surface
        Of one frame.
    places
        Distinct positions for the null model ``places``.
    vintage
        Ward polygons for the null model ``population``.

    Returns
    -------
    The function that makes surfaces, at the cells of ``grid.near_inside()``, and how in words.

    Raises
    ------
    ParameterError
        The bandwidth is below one cell.
    """
    used = surface.record.params
    grid, kernel = surface.grid, Kernel(used["kernel"], used["bandwidth_m"])
    n = int(surface.frame[INCIDENTS].iloc[0])
    _check_cells(grid, kernel)
    if n == 0:
        return partial(_nothing, int(grid.near_inside().sum())), "nowhere, as there are none"
    refinement = nodes_per_cell(grid, kernel)
    near = grid.near_inside()
    spacing = f"cells of {grid.cell_size_m / refinement:.3g} m"
    if null == "uniform":
        chances, how = uniform_chances(grid, refinement, borough()), f"evenly into {spacing}"
    elif null == "population":
        chances = resident_chances(grid, refinement, vintage)
        how = f"by residents of the {vintage} wards into {spacing}"
    elif kernel_values(len(places), grid, kernel) <= EXACT_VALUES:
        make = partial(_on_places, place_chances(len(places)), places, grid, kernel, n)
        return make, f"onto {len(places):,} positions"
    else:
        chances = node_chances_of(places.easting, places.northing, grid, refinement)
        how = f"onto {len(places):,} positions, known to {spacing}"
    return partial(_on_nodes, chances, node_kernel(grid, refinement, kernel), near, n), how


def _check_cells(grid: Grid, kernel: Kernel) -> None:
    if kernel.bandwidth_m < grid.cell_size_m:
        msg = (
            f"The bandwidth of {kernel.bandwidth_m:g} m is below the cell size of "
            f"{grid.cell_size_m:g} m, so the surface depends on where the cells lie and cannot be "
            "held against chance; choose smaller cells."
        )
        raise ParameterError(msg)


def _on_nodes(
    chances: Chances,
    kernel: NodeKernel,
    near: NDArray[np.bool_],
    n: int,
    rng: np.random.Generator,
    runs: int,
) -> NDArray[np.float32]:
    out = np.empty((runs, near.sum()), np.float32)
    for run in range(runs):
        out[run] = kernel.surface(chances.throw(n, rng))[near]
    return out


def _on_places(
    chances: Chances,
    places: Sites,
    grid: Grid,
    kernel: Kernel,
    n: int,
    rng: np.random.Generator,
    runs: int,
) -> NDArray[np.float32]:
    counts = np.stack([chances.throw(n, rng) for _ in range(runs)]).astype(np.float64)
    surfaces = density_surfaces(places, counts, grid, kernel.bandwidth_m, kernel.name)
    return surfaces[:, grid.near_inside()].astype(np.float32)


def _nothing(n_cells: int, _: np.random.Generator, runs: int) -> NDArray[np.float32]:
    return np.zeros((runs, n_cells), np.float32)
