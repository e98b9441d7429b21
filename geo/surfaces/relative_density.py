"""Density of incidents against those at risk: residents, or another selection of incidents.

The ratio of two kernel densities (Bithell 1990, Statistics in Medicine 9; Kelsall and Diggle 1995,
Statistics in Medicine 14). Both have the same edge correction and by default the same bandwidth,
so that what they have in common cancels.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import boundaries
from boundaries.columns import POPULATION, POPULATION_YEAR
from boundaries.vintages import Vintage, check_vintage
from geo.analysis import analysis
from geo.frames import Frames
from geo.grids.grid import Grid
from geo.params import Params, choice, number
from geo.periods import period_in_words, periods_of
from geo.record import make_record
from geo.remember import remembered
from geo.result import Result
from geo.schema import Incidents
from geo.selection import Selection
from geo.sites import LocatedIncidents, Sites, frames_or_whole, locate_selected
from geo.surfaces.density import INCIDENTS, DensityParams, density, density_surfaces
from geo.surfaces.null_models import resident_chances
from geo.wards.table import PERIOD

AT_RISK = "at_risk"
FLOOR_PER_KM2 = "floor_per_km2"
PEAK = "peak"
BELOW_FLOOR_PCT = "below_floor_pct"
RELATIVE_COLUMNS = (PERIOD, INCIDENTS, AT_RISK, FLOOR_PER_KM2, PEAK, BELOW_FLOOR_PCT)

_PER = 1_000


@dataclass(frozen=True)
class AtRiskParams(Params):
    """How incidents are set against those at risk.

    ``vintage`` says whose residents and ward polygons, ``2002`` or ``2022``; of no effect beside
    another selection.
    """

    measure: str = choice(
        "rate",
        options={
            "rate": "incidents per 1,000 at risk",
            "ratio": "times the borough's average",
        },
        label="Measure",
        help="What the surface shows.",
    )
    floor_pct: float = number(
        20,
        low=1,
        high=100,
        step=1,
        unit="%",
        label="Least at risk",
        help="Where fewer are at risk than this share of the borough's average, the ratio says "
        "nothing: one incident by the few residents of a park would look like a hotspot.",
    )
    below_floor: str = choice(
        "blank",
        options={
            "blank": "no value",
            "damped": "as if so many were at risk as the floor says",
        },
        label="Below the least at risk",
    )
    at_risk_bandwidth_m: float | None = number(
        None,
        low=50,
        high=2000,
        step=25,
        unit="m",
        label="Bandwidth of those at risk",
        help="Empty: that of the incidents.",
    )
    vintage: Vintage = "2022"

    def __post_init__(self) -> None:
        super().__post_init__()
        check_vintage(self.vintage)


_DEFAULTS = AtRiskParams()


@dataclass(frozen=True, eq=False)
class RelativeDensityResult(Result):
    """Surfaces of incidents against those at risk.

    Attributes
    ----------
    frame
        One row per frame with ``RELATIVE_COLUMNS``: located incidents, those at risk, the floor
        and the highest value, and how many per cent of the land are below the floor.
    grid
        The cells.
    values
        Shape (frames, rows, cols): per 1,000 at risk in the frame's time, or times the borough's
        average; NaN below a floor that blanks, where nobody is at risk, and outside.
    at_risk
        Shape (frames, rows, cols): those at risk per km2.
    """

    grid: Grid
    values: NDArray[np.float64]
    at_risk: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _AtRisk:
    """Density of those at risk, (frames, rows, cols), how many they are, (frames,), and who."""

    surfaces: NDArray[np.float64]
    total: NDArray[np.float64]
    in_words: str
    warnings: tuple[str, ...]


@remembered(4)
@analysis("relative_density")
def relative_density(
    incidents: Incidents,
    selection: Selection,
    params: DensityParams,
    at_risk: Selection | None = None,
    *,
    at_risk_params: AtRiskParams = _DEFAULTS,
    frames: Frames | None = None,
) -> RelativeDensityResult:
    """Set the density of the selected incidents against that of those at risk.

    Parameters
    ----------
    params
        Of the incidents' density; kernel and cells serve both.
    at_risk
        Another selection of the same incidents, such as all recorded crime; None means the
        residents of each ward, spread evenly over its land.
    frames
        Frames of the selected incidents; None means one frame with all of them. Another
        selection is cut into the same ones.

    Raises
    ------
    ParameterError
        The frames were made of other incidents than the selected ones.
    """
    located = locate_selected(incidents, selection)
    cut = frames_or_whole(located, frames)
    surface = density(incidents, selection, params, frames)
    bandwidth_m = at_risk_params.at_risk_bandwidth_m or surface.record.params["bandwidth_m"]
    if at_risk is None:
        found = _residents(surface.grid, bandwidth_m, params, at_risk_params.vintage, len(cut))
    else:
        other = locate_selected(incidents, at_risk)
        both = selection.mask(incidents), at_risk.mask(incidents)
        found = _others(other, cut, surface.grid, bandwidth_m, params)
        found = _warned(found, located, other, int((both[0] & ~both[1]).sum()))
    n_incidents = surface.frame[INCIDENTS].to_numpy(np.float64)
    land_km2 = surface.grid.inside_share.sum() * surface.grid.cell_area_km2
    floor = at_risk_params.floor_pct / 100 * found.total / land_km2
    values = _against(surface.values, found.surfaces, floor, at_risk_params.below_floor)
    values *= _PER if at_risk_params.measure == "rate" else _per_average(found.total, n_incidents)
    values[:, ~surface.grid.near_inside()] = np.nan
    table = _table(surface.frame, found, floor, values, surface.grid)
    used = {
        **surface.record.params,
        **at_risk_params.as_dict(),
        "at_risk_bandwidth_m": bandwidth_m,
        AT_RISK: "residents" if at_risk is None else at_risk.in_words(),
    }
    record = make_record(
        "relative density",
        used,
        selection,
        located.incidents,
        located.location,
        rules={**surface.record.rules, **_rules(found, at_risk_params)},
        warnings=[*surface.record.warnings, *found.warnings, *_blank_warnings(table)],
    )
    return RelativeDensityResult(table, record, surface.grid, values, found.surfaces)


def _residents(
    grid: Grid, bandwidth_m: float, params: DensityParams, vintage: Vintage, n_frames: int
) -> _AtRisk:
    sites, people = _residents_by_cell(grid, vintage)
    surface = density_surfaces(sites, people[None], grid, bandwidth_m, params.kernel)
    wards = boundaries.load_wards(vintage)
    year, total = int(wards[POPULATION_YEAR].iloc[0]), float(wards[POPULATION].sum())
    words = (
        f"{total:,.0f} residents of {year} in the {len(wards)} wards of {vintage}, spread evenly "
        "over the land of each"
    )
    warning = (
        "Residents are those who live there, not those who are there: where many come to work, "
        "shop or go out, rates by residents are high for that reason alone."
    )
    return _AtRisk(
        np.repeat(surface, n_frames, axis=0), np.full(n_frames, total), words, (warning,)
    )


@lru_cache(maxsize=4)
def _residents_by_cell(grid: Grid, vintage: Vintage) -> tuple[Sites, NDArray[np.float64]]:
    """Give the centres of the cells with land, (m,), and the residents of each."""
    chances = resident_chances(grid, 1, vintage)
    row, col = np.divmod(chances.slots, grid.n_cols)
    easting, northing = grid.centres()
    total = float(boundaries.load_wards(vintage)[POPULATION].sum())
    return Sites(easting[col], northing[row]), chances.probability * total


def _others(
    other: LocatedIncidents, frames: Frames, grid: Grid, bandwidth_m: float, params: DensityParams
) -> _AtRisk:
    counts = _counts_in(other, frames)
    surfaces = density_surfaces(other.sites, counts, grid, bandwidth_m, params.kernel)
    total = frames.sums(counts.sum(axis=1))
    words = f"{int(counts.sum()):,} located incidents"
    return _AtRisk(np.maximum(frames.sums(surfaces), 0), total, words, ())


def _counts_in(other: LocatedIncidents, frames: Frames) -> NDArray[np.float64]:
    """Count the other incidents in the periods of the frames, (periods, m)."""
    unit, labels = frames.periods.unit, frames.periods.labels
    periods = periods_of(other.incidents, unit)
    counts = other.counts_per_period(Frames(periods, 1, periods.labels))
    if unit == "all":
        return counts
    row_of = {label: row for row, label in enumerate(periods.labels)}
    nothing = np.zeros(len(other.sites))
    rows = [counts[row_of[label]] if label in row_of else nothing for label in labels]
    return np.array(rows).reshape(len(labels), len(other.sites))


def _warned(
    found: _AtRisk, located: LocatedIncidents, other: LocatedIncidents, n_strangers: int
) -> _AtRisk:
    """Say where the two selections do not go together."""
    warnings = []
    if n_strangers:
        warnings.append(
            f"{n_strangers:,} of {len(located.incidents):,} incidents are not among those at risk, "
            "so the rate is no share of them and can exceed 1,000 per 1,000."
        )
    own, others = period_in_words(located.incidents), period_in_words(other.incidents)
    if own != others:
        warnings.append(
            f"The incidents are of {own}, those at risk of {others}; choose the same time for both."
        )
    if other.location.located == 0:
        warnings.append("Nobody is at risk: no incident of the second selection is located.")
    return _AtRisk(found.surfaces, found.total, found.in_words, tuple(warnings))


def _against(
    surfaces: NDArray[np.float64],
    at_risk: NDArray[np.float64],
    floor: NDArray[np.float64],
    below_floor: str,
) -> NDArray[np.float64]:
    """Divide (frames, rows, cols) by those at risk, with a floor per frame."""
    least = floor[:, None, None]
    used = np.maximum(at_risk, least) if below_floor == "damped" else at_risk
    known = (used > 0) & ((at_risk >= least) | (below_floor == "damped"))
    out = np.full(surfaces.shape, np.nan)
    return np.asarray(np.divide(surfaces, used, out=out, where=known))


def _per_average(
    total: NDArray[np.float64], n_incidents: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Give what turns incidents per one at risk into times the average, per frame."""
    none = np.full(total.shape, np.nan)
    per_one = np.divide(total, n_incidents, out=none, where=n_incidents > 0)
    return np.asarray(per_one[:, None, None])


def _rules(found: _AtRisk, params: AtRiskParams) -> dict[str, str]:
    rules = {
        AT_RISK: found.in_words,
        "floor": f"{params.floor_pct:g} % of the average density of those at risk",
    }
    if params.at_risk_bandwidth_m is None:
        rules["at_risk_bandwidth_m"] = "that of the incidents"
    return rules


def _table(
    frame: pd.DataFrame,
    found: _AtRisk,
    floor: NDArray[np.float64],
    values: NDArray[np.float64],
    grid: Grid,
) -> pd.DataFrame:
    inside = grid.inside_share > 0
    peaks = np.max(values[:, inside], axis=1, initial=-np.inf, where=~np.isnan(values[:, inside]))
    below = (found.surfaces < floor[:, None, None]) * grid.inside_share
    columns = (
        frame[PERIOD],
        frame[INCIDENTS],
        np.rint(found.total).astype(np.int64),
        floor,
        np.where(np.isfinite(peaks), peaks, np.nan),
        100 * below.sum(axis=(1, 2)) / grid.inside_share.sum(),
    )
    return pd.DataFrame(dict(zip(RELATIVE_COLUMNS, columns, strict=True)))


def _blank_warnings(table: pd.DataFrame) -> list[str]:
    most = float(table[BELOW_FLOOR_PCT].max()) if len(table) else 0.0
    if most == 0:
        return []
    where = "" if len(table) == 1 else "up to "
    return [f"Fewer than the least are at risk on {where}{most:.1f} % of the borough's land."]
