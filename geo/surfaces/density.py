"""Kernel density of incidents per km2 on a grid, corrected at the edge of the borough.

Quartic kernel in the plane, K(d) = 3 / (pi h^2) (1 - d^2 / h^2)^2 for d < h (Silverman 1986,
Density Estimation for Statistics and Data Analysis, section 4.2). Each incident is divided by the
kernel mass that falls inside the borough at its place (Diggle 1985, Applied Statistics 34; Jones
1993, Statistics and Computing 3), summed over the same cells as the surface, so that the surface
adds up to the number of incidents exactly.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.analysis import analysis
from geo.borough import borough
from geo.frames import Frames
from geo.grids.grid import Grid, grid_over
from geo.record import make_record
from geo.remember import remembered
from geo.result import Result
from geo.schema import Incidents
from geo.selection import Selection
from geo.sites import Sites, frame_warnings, frames_or_whole, locate_selected
from geo.surfaces.bandwidth import choose_bandwidth
from geo.surfaces.density_params import DensityParams
from geo.surfaces.kernel import exact_surfaces, kernel_values
from geo.surfaces.kernel_lattice import binned_surfaces, n_nodes, nodes_per_cell, not_to_be_binned
from geo.surfaces.kernel_shape import Kernel, KernelName
from geo.wards.table import PERIOD

__all__ = [
    "DENSITY_COLUMNS",
    "EXACT_VALUES",
    "INCIDENTS",
    "PEAK_PER_KM2",
    "DensityParams",
    "DensityResult",
    "borough",
    "density",
    "density_surfaces",
]

INCIDENTS = "incidents"
PEAK_PER_KM2 = "peak_per_km2"
DENSITY_COLUMNS = (PERIOD, INCIDENTS, PEAK_PER_KM2)

EXACT_VALUES = 600_000
"""Kernel values up to which all are evaluated: their matrix, 7 MB, is kept for the next call.

Above it the binned way can be quicker; its error is below half a per cent of the peak."""
_FALSE_PRECISION_M = 100


@dataclass(frozen=True, eq=False)
class DensityResult(Result):
    """Density surfaces; ``frame`` has one row per frame with the columns ``DENSITY_COLUMNS``.

    Attributes
    ----------
    grid
        The cells.
    values
        Shape (frames, rows, cols): incidents per km2 in the frame's time. Times ``inside_share``
        and the area of a cell they add up to the frame's located incidents. Cells next to the
        border but outside continue the surface for drawing; those further out are 0.
    """

    grid: Grid
    values: NDArray[np.float64]


@remembered(4)
@analysis("density")
def density(
    incidents: Incidents,
    selection: Selection,
    params: DensityParams,
    frames: Frames | None = None,
) -> DensityResult:
    """Estimate the density of the selected incidents that lie in the borough.

    Parameters
    ----------
    frames
        Frames of the selected incidents; None means one frame with all of them. A surface is
        linear in the incidents, so a frame's is the sum of its periods'.

    Raises
    ------
    ParameterError
        The frames were made of other incidents than the selected ones.
    """
    located = locate_selected(incidents, selection)
    frames = frames_or_whole(located, frames)
    grid = grid_over(borough(), params.cell_size_m)
    counts = located.counts_per_period(frames)
    chosen = choose_bandwidth(located, params)
    shape = Kernel(params.kernel, chosen.bandwidth_m)
    surfaces = density_surfaces(located.sites, counts, grid, shape.bandwidth_m, shape.name)
    values = np.maximum(frames.sums(surfaces), 0)
    used = replace(params, bandwidth_m=chosen.bandwidth_m)
    record = make_record(
        "density",
        used,
        selection,
        located.incidents,
        located.location,
        rules={
            "bandwidth_m": chosen.rule,
            "evaluation": _evaluation_in_words(located.sites, counts, grid, shape),
        },
        warnings=[*chosen.warnings, *_warnings(used), *frame_warnings(located, frames)],
    )
    table = _table(frames, counts, values, grid)
    return DensityResult(table, record, grid, values)


def density_surfaces(
    sites: Sites,
    counts: NDArray[np.float64],
    grid: Grid,
    bandwidth_m: float,
    kernel: KernelName = "quartic",
) -> NDArray[np.float64]:
    """Estimate one surface per row of counts; the kernel's matrix or transform is kept.

    Parameters
    ----------
    sites
        m distinct positions inside the grid's area.
    counts
        Shape (k, m): incidents at each site.
    bandwidth_m
        Metres: the kernel's radius, or the standard deviation of the Gaussian.
    kernel
        One of :data:`geo.surfaces.kernel_shape.KERNELS`.

    Returns
    -------
    Shape (k, rows, cols): incidents per km2.
    """
    shape = Kernel(kernel, bandwidth_m)
    exactly = _exactly(sites, counts, grid, shape)
    if exactly.all():
        return exact_surfaces(sites, counts, grid, shape)
    if not exactly.any():
        return binned_surfaces(sites, counts, grid, shape)
    few, rest = (Sites(sites.easting[part], sites.northing[part]) for part in (exactly, ~exactly))
    surfaces = exact_surfaces(few, counts[:, exactly], grid, shape, keep=False)
    return surfaces + binned_surfaces(rest, counts[:, ~exactly], grid, shape)


def _exactly(
    sites: Sites, counts: NDArray[np.float64], grid: Grid, kernel: Kernel
) -> NDArray[np.bool_]:
    """Mark the sites, (m,), at which to evaluate the kernel: where needed, or where quicker."""
    needed = not_to_be_binned(counts, grid, kernel)
    n_values = kernel_values(len(sites), grid, kernel)
    # A kernel value and a node of a lattice take about as long.
    if needed.all() or n_values <= max(EXACT_VALUES, len(counts) * n_nodes(grid, kernel)):
        return np.ones(len(sites), np.bool_)
    return needed


def _evaluation_in_words(
    sites: Sites, counts: NDArray[np.float64], grid: Grid, kernel: Kernel
) -> str:
    exactly = _exactly(sites, counts, grid, kernel)
    n_exact = int(exactly.sum())
    exact = f"kernel evaluated exactly at {n_exact:,} distinct positions"
    if exactly.all():
        return exact
    spacing = grid.cell_size_m / nodes_per_cell(grid, kernel)
    binned = (
        f"{len(sites) - n_exact:,} distinct positions shared among nodes of {spacing:.3g} m and "
        "convolved"
    )
    return f"{exact}, {binned}" if n_exact else binned


def _warnings(params: DensityParams) -> list[str]:
    warnings = []
    if params.bandwidth_m < 2 * params.cell_size_m:
        warnings.append(
            f"The bandwidth of {params.bandwidth_m:g} m is below two cells of "
            f"{params.cell_size_m:g} m, too coarse to show it; choose smaller cells."
        )
    if params.bandwidth_m < _FALSE_PRECISION_M:
        warnings.append(
            f"The bandwidth of {params.bandwidth_m:g} m is below {_FALSE_PRECISION_M} m, finer "
            "than the positions of police data are known."
        )
    return warnings


def _table(
    frames: Frames, counts: NDArray[np.float64], values: NDArray[np.float64], grid: Grid
) -> pd.DataFrame:
    peaks = values[:, grid.inside_share > 0].max(axis=1, initial=0)
    per_frame = frames.sums(counts.sum(axis=1)).astype(np.int64)
    return pd.DataFrame({PERIOD: frames.labels, INCIDENTS: per_frame, PEAK_PER_KM2: peaks})
