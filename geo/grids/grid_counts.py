"""Incidents counted by the cells of a grid."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.columns import GEOMETRY
from boundaries.errors import ParameterError
from boundaries.projection import BNG
from geo.analysis import analysis
from geo.frames import Frames
from geo.grids.cells import CELL_SHAPES, Cells, CellShape
from geo.grids.grid import grid_over
from geo.params import Params, choice, number
from geo.record import make_record
from geo.remember import remembered
from geo.result import Result
from geo.schema import Incidents
from geo.selection import Selection
from geo.sites import LocatedIncidents, frame_warnings, frames_or_whole, locate_selected
from geo.surfaces.density import INCIDENTS, borough
from geo.wards.table import PERIOD

CELL_ID = "cell_id"
DENSITY_PER_KM2 = "density_per_km2"
SHARE_INSIDE = "share_inside"
GRID_COLUMNS = (PERIOD, CELL_ID, INCIDENTS, DENSITY_PER_KM2, SHARE_INSIDE, GEOMETRY)

Extent = Literal["borough", "data"]
EXTENTS: Mapping[Extent, str] = {
    "borough": "the borough; incidents outside it are not counted",
    "data": "all incidents that have a position, wherever they lie",
}
CellsShown = Literal["with incidents", "all inside"]
CELLS_SHOWN: Mapping[CellsShown, str] = {
    "with incidents": "only the cells that hold incidents",
    "all inside": "empty cells too",
}

_FALSE_PRECISION_M = 100
_USUAL_SHARE = 0.95
_STRAY_TIMES = 5

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class GridParams(Params):
    """Settings of the grid."""

    cell_size_m: float = number(
        100,
        low=25,
        high=2000,
        step=25,
        unit="m",
        label="Cell size",
        help="Distance between opposite sides of a cell.",
    )
    cell_shape: CellShape = choice("square", options=CELL_SHAPES, label="Shape of the cells")
    extent: Extent = choice("borough", options=EXTENTS, label="Where the grid is laid")
    cells: CellsShown = choice("with incidents", options=CELLS_SHOWN, label="Which cells")


@dataclass(frozen=True, eq=False)
class GridResult(Result):
    """Counts by cell.

    Attributes
    ----------
    frame
        GeoDataFrame in EPSG:27700 with ``GRID_COLUMNS``, one row per frame and cell, by frame and
        then by cell from the south-west. ``cell_id`` as :mod:`geo.grids.cells` defines it;
        ``density_per_km2`` is per km2 of the cell's land inside (NaN for a cell that only touches
        the border), ``share_inside`` the share of the cell that is inside, 1 on the extent of the
        data; ``geometry`` the whole cell.
    grid
        The cells.
    counts
        Shape (frames, rows, cols). With extent ``borough`` a frame's counts add up to its located
        incidents, with ``data`` to all of its incidents that have a position.
    """

    grid: Cells
    counts: Floats


@remembered(4)
@analysis("grid_counts")
def grid_counts(
    incidents: Incidents,
    selection: Selection,
    params: GridParams,
    frames: Frames | None = None,
) -> GridResult:
    """Count the selected incidents by cell in every frame.

    Parameters
    ----------
    frames
        Frames of the selected incidents; None means one frame with all of them.

    Raises
    ------
    ParameterError
        The frames were made of other incidents than the selected ones, or there would be too many
        cells; names stray incidents where these are the reason.
    """
    located = locate_selected(incidents, selection)
    frames = frames_or_whole(located, frames)
    grid: Cells
    strays: list[str] = []
    if params.extent == "borough":
        grid = grid_over(borough(), params.cell_size_m, params.cell_shape)
        counts = located_counts(located, frames, grid)
        counted = "incidents in the borough"
    else:
        grid, counts, strays = _over_data(located.incidents, frames, params)
        counted = "all incidents that have a position"
    record = make_record(
        "grid_counts",
        params,
        selection,
        located.incidents,
        located.location,
        rules={"counted": f"{int(counts.sum()):,} in the cells of all periods: {counted}"},
        warnings=[
            *strays,
            *precision_warnings(params.cell_size_m),
            *frame_warnings(located, frames),
        ],
    )
    return GridResult(_table(grid, counts, frames, params), record, grid, counts)


def located_counts(located: LocatedIncidents, frames: Frames, grid: Cells) -> Floats:
    """Count the incidents in the borough by frame and cell, (frames, rows, cols)."""
    rows, cols = grid.cells_of(located.sites.easting, located.sites.northing)
    cell_of_site = rows * grid.n_cols + cols
    inside = located.site_of >= 0
    return _counts(cell_of_site[located.site_of[inside]], inside, frames, grid)


def _counts(cells: NDArray[np.intp], of: NDArray[np.bool_], frames: Frames, grid: Cells) -> Floats:
    """Count by frame and cell: ``cells`` are flat, of the incidents where ``of`` is true."""
    codes = frames.periods.codes[of]
    known = codes >= 0
    n_periods, n_cells = len(frames.periods.labels), grid.inside_share.size
    flat = np.bincount(codes[known] * n_cells + cells[known], minlength=n_periods * n_cells)
    per_period = flat.reshape(n_periods, grid.n_rows, grid.n_cols).astype(np.float64)
    return frames.sums(per_period)


def _over_data(
    selected: Incidents, frames: Frames, params: GridParams
) -> tuple[Cells, Floats, list[str]]:
    """Lay a grid over all positions and count; says which positions lie astray."""
    has_position = ~np.isnan(selected.easting)
    easting, northing = selected.easting[has_position], selected.northing[has_position]
    if len(easting) == 0:
        msg = (
            "No selected incident has a position, so there is no extent to lay a grid over; "
            "choose the extent of the borough or select other incidents."
        )
        raise ParameterError(msg)
    strays = _stray_warnings(easting, northing, params.cell_size_m)
    grid = _whole_cells_over(easting, northing, params, strays)
    rows, cols = grid.cells_of(easting, northing)
    return grid, _counts(rows * grid.n_cols + cols, has_position, frames, grid), strays


def _whole_cells_over(
    easting: Floats, northing: Floats, params: GridParams, strays: list[str]
) -> Cells:
    """Lay a grid over the extent of the positions, all of each cell inside."""
    margin = params.cell_size_m / 2
    area = shapely.box(
        easting.min() - margin,
        northing.min() - margin,
        easting.max() + margin,
        northing.max() + margin,
    )
    try:
        grid = grid_over(area, params.cell_size_m, params.cell_shape)
    except ParameterError as error:
        raise ParameterError(" ".join([str(error), *strays])) from None
    return replace(grid, inside_share=grid.inside.astype(np.float64))


def _stray_warnings(easting: Floats, northing: Floats, cell_size_m: float) -> list[str]:
    """Name positions far from all others."""
    distance = np.hypot(easting - np.median(easting), northing - np.median(northing))
    usual = max(float(np.quantile(distance, _USUAL_SHARE)), cell_size_m)
    far = distance > _STRAY_TIMES * usual
    if not far.any():
        return []
    first = int(np.flatnonzero(far)[0])
    return [
        (
            f"{int(far.sum()):,} of {len(far):,} incidents lie astray, up to "
            f"{distance.max() / 1e3:,.1f} km from the middle of the data, within "
            f"{usual / 1e3:,.1f} km of which {_USUAL_SHARE:.0%} lie; the first is at easting "
            f"{easting[first]:,.0f}, northing {northing[first]:,.0f}. Correct or leave out such "
            "positions, or lay the grid over the borough."
        )
    ]


def precision_warnings(cell_size_m: float) -> list[str]:
    """Say when cells are finer than the positions are known."""
    if cell_size_m >= _FALSE_PRECISION_M:
        return []
    return [
        (
            f"Cells of {cell_size_m:g} m are below {_FALSE_PRECISION_M} m, finer than the "
            "positions of police data are known."
        )
    ]


def _table(grid: Cells, counts: Floats, frames: Frames, params: GridParams) -> gpd.GeoDataFrame:
    shown = counts > 0
    if params.cells == "all inside":
        shown |= grid.inside
    frame, row, col = np.nonzero(shown)
    share = grid.inside_share[row, col]
    land_km2 = np.where(share > 0, share, np.nan) * grid.cell_area_km2
    columns = {
        PERIOD: np.array(frames.labels, dtype=object)[frame],
        CELL_ID: grid.cell_ids()[row, col],
        INCIDENTS: counts[frame, row, col].astype(np.int64),
        DENSITY_PER_KM2: counts[frame, row, col] / land_km2,
        SHARE_INSIDE: share,
        GEOMETRY: grid.outlines_shared(row, col),
    }
    return gpd.GeoDataFrame(columns, geometry=GEOMETRY, crs=BNG)
