"""Getis-Ord Gi*: where cells with many incidents lie together, more than chance would give.

The incidents in the window around each cell against what a window of as many cells holds when the
counts are dealt out at random (Ord and Getis 1995, Geographical Analysis 27). Only cells of which
a part lies in the borough take part; windows at the border are smaller and scored as such.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from boundaries.columns import GEOMETRY
from boundaries.projection import BNG
from geo.analysis import analysis
from geo.frames import Frames
from geo.grids.cells import Cells
from geo.grids.gistar_cells import GiStar, gi_scores, gi_star_of_counts, gi_star_scores
from geo.grids.gistar_params import GiStarParams
from geo.grids.gistar_warnings import gi_star_rules, gi_star_warnings
from geo.grids.grid import grid_over
from geo.grids.grid_counts import CELL_ID, located_counts
from geo.record import make_record
from geo.remember import remembered
from geo.result import Result
from geo.schema import Incidents
from geo.selection import Selection, some_wards_warnings
from geo.significance import NOT_SIGNIFICANT
from geo.sites import frame_warnings, frames_or_whole, locate_selected
from geo.surfaces.density import INCIDENTS, borough
from geo.wards.table import PERIOD

__all__ = [
    "GISTAR_COLUMNS",
    "GiStar",
    "GiStarParams",
    "GiStarResult",
    "gi_scores",
    "gi_star",
    "gi_star_of_counts",
    "gi_star_scores",
]

WINDOW_INCIDENTS = "window_incidents"
Z = "z"
P_CORRECTED = "p_corrected"
SIGNIFICANCE = "significance"
GISTAR_COLUMNS = (
    PERIOD,
    CELL_ID,
    INCIDENTS,
    WINDOW_INCIDENTS,
    Z,
    P_CORRECTED,
    SIGNIFICANCE,
    GEOMETRY,
)

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class GiStarResult(Result):
    """Gi* of every cell and frame.

    Attributes
    ----------
    frame
        GeoDataFrame in EPSG:27700 with ``GISTAR_COLUMNS``: the cells that reach any level of
        significance, by frame and then from the south-west; ``p_corrected`` as ``p``,
        ``geometry`` the whole cell. ``z`` tells hot from cold.
    grid
        The cells over the borough.
    counts
        Shape (frames, rows, cols): incidents in each cell, 0 outside.
    window_incidents, z, p, significance
        Of the same shape; see :class:`GiStar`.
    """

    grid: Cells
    counts: Floats
    window_incidents: Floats
    z: Floats
    p: Floats
    significance: Floats


@remembered(4)
@analysis("gi_star")
def gi_star(
    incidents: Incidents,
    selection: Selection,
    params: GiStarParams,
    frames: Frames | None = None,
) -> GiStarResult:
    """Score and test every cell of the borough in every frame.

    Parameters
    ----------
    frames
        Frames of the selected incidents; None means one frame with all of them.

    Raises
    ------
    ParameterError
        The frames were made of other incidents than the selected ones.
    """
    located = locate_selected(incidents, selection)
    frames = frames_or_whole(located, frames)
    grid: Cells = grid_over(borough(), params.cell_size_m, params.cell_shape)
    counts = located_counts(located, frames, grid)
    found = gi_star_of_counts(counts, grid, params)
    record = make_record(
        "gi_star",
        params,
        selection,
        located.incidents,
        located.location,
        rules=gi_star_rules(params, int(grid.inside.sum())),
        warnings=[
            *some_wards_warnings(selection),
            *gi_star_warnings(counts, grid, found, params),
            *frame_warnings(located, frames),
        ],
    )
    return GiStarResult(
        _table(counts, grid, found, frames),
        record,
        grid,
        counts,
        found.window_incidents,
        found.z,
        found.p,
        found.significance,
    )


def _table(counts: Floats, grid: Cells, found: GiStar, frames: Frames) -> gpd.GeoDataFrame:
    shown = frame, row, col = np.nonzero(found.significance < NOT_SIGNIFICANT)
    columns = {
        PERIOD: np.array(frames.labels, dtype=object)[frame],
        CELL_ID: grid.cell_ids()[row, col],
        INCIDENTS: counts[shown].astype(np.int64),
        WINDOW_INCIDENTS: found.window_incidents[shown].astype(np.int64),
        Z: found.z[shown],
        P_CORRECTED: found.p[shown],
        SIGNIFICANCE: found.significance[shown],
        GEOMETRY: grid.outlines_shared(row, col),
    }
    return gpd.GeoDataFrame(columns, geometry=GEOMETRY, crs=BNG)
