"""How wide the kernel is: as set, by a rule of thumb, or by cross-validated likelihood."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import fft, ndimage

from geo.analysis import analysis
from geo.borough import borough
from geo.grids.grid import Grid, grid_over
from geo.progress import report
from geo.record import make_record
from geo.remember import remembered
from geo.result import Result
from geo.schema import Incidents
from geo.selection import Selection
from geo.sites import LocatedIncidents, Sites, locate_selected
from geo.surfaces.density_params import DensityParams
from geo.surfaces.kernel_shape import Kernel, KernelName

BANDWIDTH = "bandwidth_m"
LOG_LIKELIHOOD = "log_likelihood_per_incident"
BANDWIDTH_COLUMNS = (BANDWIDTH, LOG_LIKELIHOOD)

CANDIDATES_M = tuple(round(50 * 40 ** (step / 20)) for step in range(21))
"""Bandwidths that the likelihood chooses from: 50 to 2,000 m, each a fifth wider than the last."""
ANYWHERE_SHARE = 0.01
"""Part of the incidents that the likelihood takes to fall anywhere in the borough."""

_MASS_CELL_M = 50
_PAIRS = 6_000_000
_PAIRS_AT_ONCE = 100_000
_LEAST_JUDGED = 200
_GAUSSIAN_WIDTH = 4
"""Standard deviations in the width that the rule of thumb gives."""


@dataclass(frozen=True)
class Chosen:
    """A bandwidth, the rule that picked it in words, and what a reader must know."""

    bandwidth_m: float
    rule: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class BandwidthResult(Result):
    """The likelihood of bandwidths; ``frame`` has the columns ``BANDWIDTH_COLUMNS``.

    One row per bandwidth in ``CANDIDATES_M``; the highest value is the best. Empty where fewer
    than two positions lie in the borough. ``record.params["bandwidth_m"]`` is the best times
    ``bandwidth_multiple``.
    """


@remembered(4)
@analysis("bandwidth_curve")
def bandwidth_curve(
    incidents: Incidents, selection: Selection, params: DensityParams
) -> BandwidthResult:
    """Say how well each bandwidth foretells the positions that were left out.

    Of ``params`` only the kernel matters, and the multiple for what is recorded.
    """
    located = locate_selected(incidents, selection)
    found = _curve(located.incidents, params.kernel)
    chosen = _multiplied(_by_likelihood(located, params), params)
    used = {**params.as_dict(), "bandwidth_rule": "likelihood", BANDWIDTH: chosen.bandwidth_m}
    record = make_record(
        "bandwidth",
        used,
        selection,
        located.incidents,
        located.location,
        rules={BANDWIDTH: chosen.rule},
        warnings=chosen.warnings,
    )
    frame = pd.DataFrame({BANDWIDTH: CANDIDATES_M[: len(found.logs)], LOG_LIKELIHOOD: found.logs})
    return BandwidthResult(frame, record)


def choose_bandwidth(located: LocatedIncidents, params: DensityParams) -> Chosen:
    """Choose the bandwidth of all frames, from all located incidents."""
    if params.bandwidth_rule == "rule-of-thumb":
        chosen = _by_rule_of_thumb(located, params)
    elif params.bandwidth_rule == "likelihood":
        chosen = _by_likelihood(located, params)
    else:
        chosen = Chosen(params.bandwidth_m, "as set")
    return _multiplied(chosen, params)


def _multiplied(chosen: Chosen, params: DensityParams) -> Chosen:
    """Take the multiple, and keep to the bounds of the setting."""
    bandwidth_m, rule = chosen.bandwidth_m, chosen.rule
    if params.bandwidth_multiple != 1:
        rule += f", times {params.bandwidth_multiple:g}"
        bandwidth_m *= params.bandwidth_multiple
    spec = DensityParams.spec(BANDWIDTH)
    kept = min(max(bandwidth_m, spec.low), spec.high)
    if kept == bandwidth_m:
        return Chosen(bandwidth_m, rule, chosen.warnings)
    warning = (
        f"The bandwidth would be {bandwidth_m:,.0f} m; {kept:,.0f} m is used, the "
        f"{'least' if kept == spec.low else 'greatest'} that is allowed."
    )
    return Chosen(kept, rule + f", kept to {kept:g} m", (*chosen.warnings, warning))


def _by_rule_of_thumb(located: LocatedIncidents, params: DensityParams) -> Chosen:
    known = located.site_of >= 0
    widths = [
        rule_of_thumb(axis[known])
        for axis in (located.incidents.easting, located.incidents.northing)
    ]
    n = int(known.sum())
    if max(widths) == 0:
        return _not_chosen(params, "no two located incidents lie at different positions")
    east_m, north_m = widths
    width_m = (east_m + north_m) / 2
    rule = (
        "rule of thumb of Venables and Ripley (bandwidth.nrd): mean of "
        f"{east_m:,.0f} m by easting and {north_m:,.0f} m by northing, {n:,} incidents"
    )
    if params.kernel == "gaussian":
        return Chosen(round(width_m / _GAUSSIAN_WIDTH, 1), f"{rule}; a quarter of it, as they do")
    return Chosen(round(width_m, 1), rule)


def rule_of_thumb(values: NDArray[np.float64]) -> float:
    """Give the width 4 * 1.06 * min(sd, IQR / 1.34) * n^(-1/5) along one axis.

    Venables and Ripley 2002, Modern Applied Statistics with S, section 5.6 (``bandwidth.nrd``).
    Where the middle half of the values is one and the same, as on snapped data, the interquartile
    range of 0 says nothing and the standard deviation alone is used.

    >>> round(rule_of_thumb(np.array([1.0, 2.0, 3.0, 4.0, 10.0])), 4)
    4.5867
    """
    if len(values) < 2:
        return 0.0
    low, high = np.quantile(values, [0.25, 0.75])
    spread = float(values.std(ddof=1))
    if high > low:
        spread = min(spread, float(high - low) / 1.34)
    return float(4 * 1.06 * spread * len(values) ** -0.2)


def _not_chosen(params: DensityParams, why: str) -> Chosen:
    rule = f"as set, for the rule {params.bandwidth_rule!r} has nothing to go by"
    return Chosen(params.bandwidth_m, rule, (f"The bandwidth could not be chosen: {why}.",))


def _by_likelihood(located: LocatedIncidents, params: DensityParams) -> Chosen:
    found = _curve(located.incidents, params.kernel)
    if len(found.logs) == 0:
        return _not_chosen(params, "fewer than two positions lie in the borough")
    best = int(found.logs.argmax())
    n_sites = len(located.sites)
    judged = "each" if found.judged == n_sites else f"{found.judged:,} of them"
    rule = (
        f"greatest cross-validated likelihood of {len(CANDIDATES_M)} bandwidths from "
        f"{CANDIDATES_M[0]} to {CANDIDATES_M[-1]:,} m: of {n_sites:,} positions, {judged} left "
        "out with all its incidents"
    )
    warnings = []
    if best in (0, len(CANDIDATES_M) - 1):
        warnings.append(
            f"The likelihood is greatest at {CANDIDATES_M[best]:,} m, the end of what was tried; "
            "look at the curve before you rely on it."
        )
    return Chosen(float(CANDIDATES_M[best]), rule, tuple(warnings))


@dataclass(frozen=True, eq=False)
class _Curve:
    """Log-likelihood per incident of each candidate, and at how many positions it was judged."""

    logs: NDArray[np.float64]
    judged: int


@remembered(4)
def _curve(selected: Incidents, kernel: KernelName) -> _Curve:
    located = locate_selected(selected, Selection())
    n_sites = len(located.sites)
    if n_sites < 2:
        return _Curve(np.zeros(0), 0)
    counts = np.bincount(located.site_of[located.site_of >= 0], minlength=n_sites)
    n_judged = min(n_sites, max(_LEAST_JUDGED, _PAIRS // n_sites))
    # Sites are sorted from west to east, so every so many cover the borough evenly.
    judged = np.arange(n_judged) * n_sites // n_judged
    kernels = [Kernel(kernel, bandwidth_m) for bandwidth_m in CANDIDATES_M]
    values = log_likelihoods(located.sites, counts.astype(np.float64), judged, kernels)
    return _Curve(values, n_judged)


def log_likelihoods(
    sites: Sites,
    counts: NDArray[np.float64],
    judged: NDArray[np.intp],
    kernels: list[Kernel],
) -> NDArray[np.float64]:
    """Give the mean log density of incidents at positions from all other positions, per kernel.

    The density at a position is estimated without any of the incidents there: with one only left
    out, those that share a snap point would foretell each other at distance 0 and the bandwidth
    would shrink without end (Silverman 1986, section 3.4.4; Bowman 1984, Biometrika 71). It is the
    edge-corrected density of the surface, mixed with ``ANYWHERE_SHARE`` evenly over the borough,
    so that a lone position costs something but does not decide alone.

    Parameters
    ----------
    sites, counts
        m positions in the borough and the incidents at each.
    judged
        Rows of the positions that are left out in turn.

    Returns
    -------
    Shape (kernels,), in log per m2.
    """
    grid = grid_over(borough(), _MASS_CELL_M)
    weights = np.stack([counts / _mass_at(sites, grid, kernel) for kernel in kernels])
    logs = np.zeros(len(kernels))
    step = max(_PAIRS_AT_ONCE // len(sites), 1)
    for start in range(0, len(judged), step):
        report(start, len(judged), "bandwidth")
        out = judged[start : start + step]
        squared = (sites.easting[out, None] - sites.easting) ** 2
        squared += (sites.northing[out, None] - sites.northing) ** 2
        # Farther than any kernel reaches, so that a position does not foretell itself.
        squared[np.arange(len(out)), out] = np.inf
        short = squared.astype(np.float32)
        n_others = counts.sum() - counts[out]
        for row, kernel in enumerate(kernels):
            density = kernel(short) @ weights[row].astype(np.float32) / n_others
            logs[row] += counts[out] @ _log_of_mixture(density)
    return np.asarray(logs / counts[judged].sum())


def _log_of_mixture(density: NDArray[np.float64]) -> NDArray[np.float64]:
    anywhere = ANYWHERE_SHARE / borough().area
    return np.asarray(np.log((1 - ANYWHERE_SHARE) * density + anywhere))


def _mass_at(sites: Sites, grid: Grid, kernel: Kernel) -> NDArray[np.float64]:
    """Give the share of the kernel inside the borough at each site."""
    reach = int(kernel.reach_m // grid.cell_size_m) + 1
    padded = [fft.next_fast_len(n + reach, real=True) for n in grid.inside_share.shape]
    row, col = (np.minimum(np.arange(n), n - np.arange(n)) for n in padded)
    values = kernel((row[:, None] ** 2 + col**2) * grid.cell_size_m**2)
    spectrum = fft.rfft2(grid.inside_share, padded) * fft.rfft2(values)
    mass = fft.irfft2(spectrum, padded)[: grid.n_rows, : grid.n_cols] / values.sum()
    at = np.stack([sites.northing - grid.south, sites.easting - grid.west]) / grid.cell_size_m
    found: NDArray[np.float64] = ndimage.map_coordinates(mass, at - 0.5, order=1)
    return np.maximum(found, _LEAST_MASS)


_LEAST_MASS = 0.01
