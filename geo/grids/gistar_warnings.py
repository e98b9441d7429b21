"""What a reader must know about a run of Gi*."""

from math import ceil

import numpy as np
from numpy.typing import NDArray

from geo.grids.cells import Cells
from geo.grids.gistar_cells import GiStar
from geo.grids.gistar_params import GiStarParams
from geo.grids.grid_counts import precision_warnings
from geo.significance import ALTERNATIVES, correction_in_words

_LEVEL = 0.05
_LEAST_EXPECTED = 1.0

Floats = NDArray[np.float64]


def gi_star_rules(params: GiStarParams, n_cells: int) -> dict[str, str]:
    """Say how p-values were found and corrected, for ``n_cells`` tests in each frame."""
    rules = {
        "correction": f"{correction_in_words(params.correction, n_cells)} in each period",
        "alternative": ALTERNATIVES[params.alternative],
    }
    if params.p_value == "permutation":
        rules["p_value"] = (
            "counts of all cells dealt out at random, the cell's own included; cells with equally "
            "many neighbours share their simulations"
        )
    return rules


def gi_star_warnings(counts: Floats, grid: Cells, found: GiStar, params: GiStarParams) -> list[str]:
    """Say where positions, counts or simulations are too few or too coarse."""
    inside = counts[:, grid.inside]
    warnings = precision_warnings(params.cell_size_m)
    if grid.neighbourhood(params.radius_m).sum() == 1:
        warnings.append(
            f"The radius of {params.radius_m:g} m reaches no neighbour of a cell of "
            f"{params.cell_size_m:g} m, so every cell stands alone; choose a larger radius."
        )
    n_lost = int(counts.sum() - inside.sum())
    if n_lost:
        warnings.append(
            f"{n_lost:,} incidents lie exactly on the border of the borough, in cells outside it, "
            "and are not counted."
        )
    flat = int((inside == inside[:, :1]).all(axis=1).sum())
    if flat:
        warnings.append(
            f"In {flat:,} of {len(counts):,} periods every cell holds the same number of "
            "incidents, so none can stand out; z is 0 there."
        )
    return [*warnings, *_few(inside, grid, params), *_coarse(found, params)]


def _few(inside: Floats, grid: Cells, params: GiStarParams) -> list[str]:
    """Say where the normal distribution is a poor guide."""
    expected = inside.mean(axis=1) * grid.neighbourhood(params.radius_m).sum()
    few = int((expected < _LEAST_EXPECTED).sum())
    if params.p_value != "analytic" or not few:
        return []
    return [
        (
            f"In {few:,} of {len(inside):,} periods a window holds fewer than one incident on "
            "average, too few for analytic p-values to be exact: take permutation p-values, longer "
            "periods or a larger radius."
        )
    ]


def _coarse(found: GiStar, params: GiStarParams) -> list[str]:
    """Say when so few simulations were made that nothing could become significant."""
    n_cells = int(np.isfinite(found.p[:1]).sum())
    least = n_cells / (params.runs + 1)
    if params.p_value != "permutation" or params.correction == "none" or least <= _LEVEL:
        return []
    none = int((np.nanmin(found.p, axis=(1, 2)) > _LEVEL).sum())
    if not none:
        return []
    enough = 1_000 * ceil(n_cells / _LEVEL / 1_000)
    return [
        (
            f"In {none:,} of {len(found.p):,} periods nothing is significant at {_LEVEL:g}, "
            f"perhaps for want of runs: after {params.runs:,} no p-value can be below "
            f"{1 / (params.runs + 1):.1g}, too much for the correction for {n_cells:,} cells. "
            f"Make {enough:,} runs or take analytic p-values."
        )
    ]
