"""Is the density surface more than chance? Monte Carlo envelopes under a stated null model.

As many incidents as were observed are thrown at random many times, and the surface of each throw
is made with the same kernel, bandwidth and edge correction. A cell's p-value is the share of all
surfaces, the observed one included, that are at least as high there (Kelsall and Diggle 1995,
Statistics in Medicine 14; Davison and Hinkley 1997, Bootstrap Methods and their Application,
section 4.2). The highest value of each throw anywhere gives the test of the whole map: the rank of
the observed peak among them (Besag and Diggle 1977, Applied Statistics 26), and with ``maximum`` a
correction that needs no more runs the more cells there are (Westfall and Young 1993,
Resampling-Based Multiple Testing, section 2.3).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.analysis import analysis
from geo.grids.grid import Grid
from geo.params import Params, choice, number
from geo.record import make_record
from geo.remember import remembered
from geo.result import Result
from geo.schema import Incidents
from geo.selection import Selection, some_wards_warnings
from geo.significance import permutation_p
from geo.sites import LocatedIncidents, locate_selected
from geo.surfaces.chance_levels import (
    CHANCE_CORRECTIONS,
    ChanceCorrection,
    corrected,
    critical_values,
    highest_allowed,
    in_words,
    n_above,
    p_of_peaks,
    upper_envelope,
)
from geo.surfaces.density import INCIDENTS, PEAK_PER_KM2, DensityParams, DensityResult, density
from geo.surfaces.envelopes import Envelopes, envelopes
from geo.surfaces.null_models import NULLS, Null
from geo.surfaces.random_surfaces import random_surfaces

RUNS = "runs"
CHANCE_PEAK_PER_KM2 = "chance_peak_per_km2"
P_VALUE = "p_value"
SIGNIFICANT_HA = "significant_ha"
CHANCE_COLUMNS = (INCIDENTS, RUNS, PEAK_PER_KM2, CHANCE_PEAK_PER_KM2, P_VALUE, SIGNIFICANT_HA)

_HA_PER_KM2 = 100
_STACKED = 2
"""Incidents per position from which on throws onto open land are no fair comparison."""


@dataclass(frozen=True)
class ChanceParams(Params):
    """Settings of the comparison with chance."""

    null: Null = choice(
        "uniform",
        options=NULLS,
        label="Chance means",
        help="How incidents would fall if there were nothing to find.",
    )
    runs: int = number(
        999,
        low=19,
        high=99_999,
        step=100,
        unit="runs",
        label="Random surfaces",
        help="More runs give smaller p-values and steadier ones, and take longer.",
    )
    seed: int = number(
        0,
        low=0,
        high=2**32 - 1,
        step=1,
        unit="",
        label="Seed",
        help="The same seed gives the same random surfaces.",
    )
    level_pct: float = number(
        5,
        low=0.1,
        high=20,
        step=0.1,
        unit="%",
        label="Level of significance",
        help="What chance alone reaches this often is not called significant.",
    )
    correction: ChanceCorrection = choice(
        "benjamini-hochberg",
        options=CHANCE_CORRECTIONS,
        label="Correction for many cells",
        help=(
            "A test at thousands of cells finds some by luck unless it is corrected. A lone small "
            "cluster needs thousands of runs with the first, and no more than usual with the last."
        ),
    )
    vintage: str = choice(
        "2022",
        options={"2002": "16 wards, to 4 May 2022", "2022": "21 wards, from 5 May 2022"},
        label="Ward boundaries for residents",
        help="Used when chance means in proportion to residents.",
    )


_DEFAULTS = ChanceParams()


@dataclass(frozen=True, eq=False)
class ChanceResult(Result):
    """The observed surface beside random ones.

    Attributes
    ----------
    frame
        One row with ``CHANCE_COLUMNS``: ``chance_peak_per_km2`` is exceeded by the highest value
        of ``level_pct`` of the runs, ``p_value`` that of the whole map, ``significant_ha`` the land
        whose corrected p-value reaches the level.
    grid
        The cells.
    values
        Shape (rows, cols): observed incidents per km2.
    upper
        Shape (rows, cols): upper envelope of the runs at each cell. A value above it has a p-value
        of the level or less.
    critical
        Shape (rows, cols): the same after correction; infinite where no cell is significant.
        Both continue just outside the border, as ``values`` do, and are 0 further out.
    p, p_corrected
        Shape (rows, cols): one-sided p-value of being that dense, NaN where there is no land.
    maxima
        Shape (runs,): highest value of each run on the land.
    """

    grid: Grid
    values: NDArray[np.float64]
    upper: NDArray[np.float64]
    critical: NDArray[np.float64]
    p: NDArray[np.float64]
    p_corrected: NDArray[np.float64]
    maxima: NDArray[np.float64]

    def p_of_peak(self, peaks: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give how often chance alone has so high a peak anywhere in the borough.

        Being of the highest value of a whole map, these p-values need no correction.

        Parameters
        ----------
        peaks
            Shape (k,), incidents per km2.

        Returns
        -------
        Shape (k,), from 1 / (runs + 1) to 1.
        """
        return p_of_peaks(np.asarray(peaks, np.float64), self.maxima)


@remembered(4)
@analysis("chance")
def chance(
    incidents: Incidents,
    selection: Selection,
    params: DensityParams,
    chance_params: ChanceParams = _DEFAULTS,
) -> ChanceResult:
    """Hold the density of all selected incidents against random surfaces.

    Parameters
    ----------
    incidents
        All incidents; under the null model ``places`` the positions of all of them count, not of
        the selected ones only.
    params
        Of the density.

    Raises
    ------
    ParameterError
        The bandwidth is below one cell, so that the surface depends on where cells lie.
    """
    surface = density(incidents, selection, params)
    located = locate_selected(incidents, selection)
    all_sites = locate_selected(incidents, Selection()).sites
    grid, near = surface.grid, surface.grid.near_inside()
    values, level = np.squeeze(surface.values, axis=0), chance_params.level_pct / 100
    rank, correction = n_above(level, chance_params.runs), chance_params.correction
    make, how = random_surfaces(surface, all_sites, chance_params.null, chance_params.vintage)
    found = envelopes(
        values[near],
        make,
        grid.inside_share[near] > 0,
        runs=chance_params.runs,
        seed=chance_params.seed,
        n_highest=max(rank, 1),
    )
    p = np.full(near.shape, np.nan)
    p[near] = permutation_p(found.n_as_high, found.runs)
    p[grid.inside_share == 0] = np.nan
    p_corrected = corrected(p, values, found, correction)
    significant = p_corrected <= level
    n = located.location.located
    record = make_record(
        "chance",
        {**surface.record.params, "chance": chance_params.as_dict()},
        selection,
        located.incidents,
        located.location,
        rules={
            **surface.record.rules,
            "null": f"{n:,} incident{'s' * (n != 1)} thrown {how}",
            "correction": in_words(correction, int((~np.isnan(p)).sum())),
        },
        warnings=[
            *surface.record.warnings,
            *some_wards_warnings(selection),
            *_warnings(located, chance_params, p, significant),
        ],
    )
    return ChanceResult(
        _table(surface, found, level, significant),
        record,
        grid,
        values,
        upper_envelope(found, near, rank),
        critical_values(found, near, p[significant], correction, level),
        p,
        p_corrected,
        found.maxima,
    )


def _table(
    surface: DensityResult,
    found: Envelopes,
    level: float,
    significant: NDArray[np.bool_],
) -> pd.DataFrame:
    grid = surface.grid
    peak = float(surface.frame[PEAK_PER_KM2].iloc[0])
    land_km2 = grid.inside_share[significant].sum() * grid.cell_area_km2
    columns = {
        INCIDENTS: surface.frame[INCIDENTS].to_numpy(),
        RUNS: [found.runs],
        PEAK_PER_KM2: [peak],
        CHANCE_PEAK_PER_KM2: [highest_allowed(found, level)],
        P_VALUE: p_of_peaks(np.array([peak]), found.maxima),
        SIGNIFICANT_HA: [land_km2 * _HA_PER_KM2],
    }
    return pd.DataFrame({name: columns[name] for name in CHANCE_COLUMNS})


def _warnings(
    located: LocatedIncidents,
    params: ChanceParams,
    p: NDArray[np.float64],
    significant: NDArray[np.bool_],
) -> list[str]:
    warnings = []
    n, n_sites = located.location.located, len(located.sites)
    if params.null != "places" and n >= _STACKED * max(n_sites, 1):
        warnings.append(
            f"{n:,} incidents lie on {n_sites:,} positions, but incidents thrown at random do not "
            "pile up: any pattern on such snap points looks like more than chance. Let chance "
            "mean the null model 'places', which throws onto the same positions."
        )
    least = int((p * (params.runs + 1) < 1.5).sum())
    if n_above(params.level_pct / 100, params.runs) == 0:
        warnings.append(
            f"{params.runs:,} runs are too few for a level of {params.level_pct:g} %: the smallest "
            f"p-value they can give is {1 / (params.runs + 1):.2g}. Make at least "
            f"{int(np.ceil(100 / params.level_pct)) - 1:,} runs."
        )
    elif least and not significant.any() and params.correction != "maximum":
        warnings.append(
            f"No cell is significant after the correction, although {least:,} have the smallest "
            f"p-value that {params.runs:,} runs can give. More runs may tell, or the correction "
            "'maximum', which needs no more of them for many cells."
        )
    return warnings
