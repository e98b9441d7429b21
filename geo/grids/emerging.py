"""Emerging hot spots: where it became hot, stays hot, or is no longer, cell by cell over time.

A space-time cube: incidents are counted by cell and step of time, every step is scored by
Getis-Ord Gi* on its own, so that a rise of the whole borough makes no place hot, and the scores of
a cell are tested for a trend (Mann-Kendall). The history of hot and cold steps and the trend give
the pattern; see :mod:`geo.grids.emerging_patterns`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.columns import GEOMETRY
from boundaries.projection import BNG
from geo.analysis import analysis
from geo.borough import borough
from geo.frames import Step
from geo.grids.cells import CELL_SHAPES, Cells, CellShape
from geo.grids.emerging_patterns import ALL_PATTERNS, NONE, patterns_of
from geo.grids.emerging_steps import steps_of
from geo.grids.gistar_cells import gi_star_of_counts
from geo.grids.gistar_params import GiStarParams
from geo.grids.grid import grid_over
from geo.grids.grid_counts import CELL_ID, located_counts, precision_warnings
from geo.grids.mann_kendall import Trend, mann_kendall
from geo.hotspots.naming import names_at
from geo.params import Params, choice, number
from geo.record import make_record
from geo.remember import remembered
from geo.result import Result
from geo.schema import Incidents
from geo.selection import Selection, some_wards_warnings
from geo.significance import CORRECTIONS, Correction, adjusted, correction_in_words
from geo.sites import frame_warnings, locate_selected
from geo.surfaces.density import INCIDENTS

PATTERN = "pattern"
MEANING = "meaning"
HOT_STEPS = "hot_steps"
COLD_STEPS = "cold_steps"
LAST_Z = "last_z"
TREND_P = "trend_p"
WINDOW_INCIDENTS = "window_incidents"
NAME = "name"
EMERGING_COLUMNS = (
    CELL_ID,
    PATTERN,
    MEANING,
    HOT_STEPS,
    COLD_STEPS,
    LAST_Z,
    TREND_P,
    INCIDENTS,
    WINDOW_INCIDENTS,
    NAME,
    GEOMETRY,
)

STEP_WORDS: Mapping[Step, str] = {
    "month": "months",
    "quarter": "quarters of a year",
    "year": "calendar years",
    "fy": "financial years from April",
}
LEVEL = 0.05
"""A step is hot or cold, and a trend is one, up to this p-value."""
_DECIMALS = 9
"""Scores that differ by less are equal for the trend: the rest is rounding."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class EmergingParams(Params):
    """Settings of the space-time cube.

    Cells of 200 m and a radius of 300 m, which takes in the eight cells around a square one, give
    windows of 0.36 km2. With the borough's hate crimes a window holds one incident a month on
    average, too few for p-values that can be trusted, and three a quarter; with all recorded
    crimes months are long enough.
    """

    step: Step = choice("quarter", options=STEP_WORDS, label="Step of time")
    window: int = number(
        1,
        low=1,
        high=24,
        step=1,
        unit="steps",
        label="Window",
        help="How many months (or years) one step adds up. Above 1 steps overlap.",
    )
    cell_size_m: float = number(
        200,
        low=50,
        high=2000,
        step=25,
        unit="m",
        label="Cell size",
        help="Distance between opposite sides of a cell.",
    )
    radius_m: float = number(
        300,
        low=50,
        high=5000,
        step=25,
        unit="m",
        label="Radius of the window",
        help="Cells whose centres lie within it of a cell's centre are its neighbours.",
    )
    min_incidents: int = number(
        5,
        low=1,
        high=1000,
        step=1,
        unit="incidents",
        label="Least incidents in a window",
        help="A cell with fewer around it in a step is not hot in it, however small the chance.",
    )
    cell_shape: CellShape = choice("square", options=CELL_SHAPES, label="Shape of the cells")
    correction: Correction = choice(
        "benjamini-hochberg",
        options=CORRECTIONS,
        label="Correction for many tests",
        help="Over all cells and steps together.",
    )
    allow_break: bool = False


@dataclass(frozen=True, eq=False)
class EmergingResult(Result):
    """Cells with a pattern.

    Attributes
    ----------
    frame
        GeoDataFrame in EPSG:27700 with ``EMERGING_COLUMNS``, one row per cell that has a pattern,
        in the order of the patterns and then from the highest last score down. ``hot_steps`` and
        ``cold_steps`` count steps, ``last_z`` is the score of the last, ``trend_p`` the two-sided
        p-value of the trend, ``incidents`` those of all steps in the cell itself and
        ``window_incidents`` those in the window around it, which is what is scored; ``name`` is
        ward and nearest place, ``geometry`` the part of the cell that lies in the borough.
    grid
        The cells.
    steps
        Labels of the steps, in order.
    z, p
        Shape (steps, rows, cols): Gi* scores and p-values corrected over all cells and steps,
        NaN outside the borough.
    hot, cold
        Of the same shape: whether a step is hot, or cold.
    pattern
        Shape (rows, cols): code of the pattern as in ``ALL_PATTERNS`` from 1, or ``NONE``.
    """

    grid: Cells
    steps: tuple[str, ...]
    z: Floats
    p: Floats
    hot: NDArray[np.bool_]
    cold: NDArray[np.bool_]
    pattern: NDArray[np.int8]


@remembered(2)
@analysis("emerging")
def emerging(
    incidents: Incidents, selection: Selection, params: EmergingParams, vintage: str = "2022"
) -> EmergingResult:
    """Find the pattern of every cell of the borough over time.

    Parameters
    ----------
    incidents
        All incidents: the steps run from the first month of them to the last, within the days of
        the selection, so that a step without a selected incident counts as one, too.
    vintage
        Ward polygons for names, ``2002`` or ``2022``.

    Raises
    ------
    ParameterError
        The vintage is not known; there are fewer than ``MIN_STEPS`` steps; or the steps go across
        the break of the Metropolitan Police's series, or hold months of which the data is missing,
        and neither is allowed.
    """
    located = locate_selected(incidents, selection)
    cut = steps_of(incidents, selection, params.step, params.window, allow_break=params.allow_break)
    grid: Cells = grid_over(borough(), params.cell_size_m, params.cell_shape)
    counts = located_counts(located, cut.frames, grid)[cut.kept]
    found = gi_star_of_counts(counts, grid, _gi_star_params(params))
    p = adjusted(found.p.ravel(), params.correction).reshape(found.p.shape)
    is_sure = p <= LEVEL
    hot = is_sure & (found.z > 0) & (found.window_incidents >= params.min_incidents)
    cold = is_sure & (found.z < 0)
    trend = mann_kendall(np.round(found.z, _DECIMALS))
    pattern = patterns_of(hot, cold, trend.direction(LEVEL))
    n_tests = len(counts) * int(grid.inside.sum())
    record = make_record(
        "emerging",
        {**params.as_dict(), "vintage": vintage, "steps": len(cut.labels)},
        selection,
        located.incidents,
        located.location,
        {
            "steps": f"the first is {cut.labels[0]}, the last {cut.labels[-1]}",
            "correction": f"{correction_in_words(params.correction, n_tests)}, two-sided: "
            f"{len(cut.labels)} steps of {int(grid.inside.sum()):,} cells",
            "trend": f"Mann-Kendall, two-sided at {LEVEL:g}, each cell on its own",
        },
        [
            *some_wards_warnings(selection),
            *cut.warnings,
            *precision_warnings(params.cell_size_m),
            *_few(counts, grid, params),
            *frame_warnings(located, cut.frames),
        ],
    )
    cells = _Cells(grid, counts, found.window_incidents, found.z, hot, cold, trend, pattern)
    return EmergingResult(
        _table(cells, vintage), record, grid, cut.labels, found.z, p, hot, cold, pattern
    )


def _gi_star_params(params: EmergingParams) -> GiStarParams:
    """Give raw two-sided p-values; they are corrected over all steps together."""
    return GiStarParams(
        radius_m=params.radius_m,
        min_incidents=params.min_incidents,
        alternative="two-sided",
        correction="none",
    )


def _few(counts: Floats, grid: Cells, params: EmergingParams) -> list[str]:
    """Say where the normal distribution is a poor guide."""
    in_window = grid.neighbourhood(params.radius_m).sum()
    few = int((counts[:, grid.inside].mean(axis=1) * in_window < 1).sum())
    if not few:
        return []
    return [
        (
            f"In {few:,} of {len(counts):,} steps a window holds fewer than one incident on "
            "average, too few for the p-values to be exact; take a longer step or a larger radius."
        )
    ]


@dataclass(frozen=True, eq=False)
class _Cells:
    """What is known of every cell."""

    grid: Cells
    counts: Floats
    window_incidents: Floats
    z: Floats
    hot: NDArray[np.bool_]
    cold: NDArray[np.bool_]
    trend: Trend
    pattern: NDArray[np.int8]


def _table(cells: _Cells, vintage: str) -> gpd.GeoDataFrame:
    row, col = np.nonzero(cells.pattern != NONE)
    codes, last_z = cells.pattern[row, col], cells.z[-1, row, col]
    order = np.lexsort((-last_z, codes))
    row, col, codes = row[order], col[order], codes[order] - 1
    land = shapely.intersection(cells.grid.outlines(row, col), borough())
    inside = shapely.point_on_surface(land)
    each = np.arange(len(row))  # two cells may have one name
    _, names = names_at(shapely.get_x(inside), shapely.get_y(inside), each, vintage)
    columns = {
        CELL_ID: cells.grid.cell_ids()[row, col],
        PATTERN: np.array([p.name for p in ALL_PATTERNS], dtype=object)[codes],
        MEANING: np.array([p.meaning for p in ALL_PATTERNS], dtype=object)[codes],
        HOT_STEPS: cells.hot.sum(axis=0)[row, col],
        COLD_STEPS: cells.cold.sum(axis=0)[row, col],
        LAST_Z: last_z[order],
        TREND_P: cells.trend.p[row, col],
        INCIDENTS: cells.counts.sum(axis=0)[row, col].astype(np.int64),
        WINDOW_INCIDENTS: cells.window_incidents.sum(axis=0)[row, col].astype(np.int64),
        NAME: np.array(names, dtype=object),
        GEOMETRY: land,
    }
    return gpd.GeoDataFrame(columns, geometry=GEOMETRY, crs=BNG)
