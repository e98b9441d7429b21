"""Hot cells of Gi* joined into areas."""

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import ndimage

from boundaries.errors import ParameterError
from geo.frames import Frames
from geo.grids.cells import Cells
from geo.grids.gistar import GiStarParams, gi_star
from geo.hotspots.found import Found
from geo.schema import Incidents
from geo.selection import Selection
from geo.significance import GRADATIONS
from geo.sites import locate_selected
from geo.surfaces.contours import clip
from geo.surfaces.density import borough


def gi_star_areas(
    incidents: Incidents,
    selection: Selection,
    params: GiStarParams,
    frames: Frames | None = None,
    level: float = 0.05,
) -> Found:
    """Join the hot cells of every frame into areas.

    A cell is hot when its z is above 0 and its significance is at or below the level. Hot cells
    that share a side are one area (a common corner does not join them); areas are clipped to the
    borough, and what that parts are areas of their own with the p-value of the whole.

    Parameters
    ----------
    frames
        Frames of the selected incidents; None means one frame with all of them.
    level
        One of ``geo.significance.GRADATIONS``.

    Returns
    -------
    ``p_values`` are the smallest corrected p of each area's cells; ``crowding`` the incidents in
    the window around each site's cell.

    Raises
    ------
    ParameterError
        The level is not one of the gradations, or the test is for cold cells only.
    """
    _check(params, level)
    result = gi_star(incidents, selection, params, frames)
    hot = (result.significance <= level) & (result.z > 0)
    frame_of, polygons, p = _joined(result.grid, hot, result.p)
    area_of, parts = clip(np.arange(len(polygons)), polygons, borough())
    sites = locate_selected(incidents, selection).sites
    rows, cols = result.grid.cells_of(sites.easting, sites.northing)
    return Found(
        (frame_of[area_of], parts),
        result.window_incidents[:, rows, cols],
        params,
        {**result.record.rules, "level": _level_in_words(params, level)},
        list(result.record.warnings),
        p_values=p[area_of],
    )


def _check(params: GiStarParams, level: float) -> None:
    if level not in GRADATIONS:
        msg = f"level is {level}; it must be one of {', '.join(map(str, sorted(GRADATIONS)))}."
        raise ParameterError(msg)
    if params.alternative == "less":
        msg = (
            "Hot areas were asked of a test for cold cells (alternative 'less'); choose "
            "'greater' or 'two-sided'."
        )
        raise ParameterError(msg)


def _level_in_words(params: GiStarParams, level: float) -> str:
    return (
        f"cells whose corrected p-value is at most {level:g} and whose window holds at least "
        f"{params.min_incidents} incidents, joined along their sides"
    )


def _joined(
    grid: Cells, hot: NDArray[np.bool_], p: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.object_], NDArray[np.float64]]:
    """Give frame, outline and smallest p of every group of hot cells that share sides."""
    within_frame = np.zeros((3, 3, 3), np.bool_)
    within_frame[1] = grid.neighbourhood(grid.cell_size_m)
    labels, n_areas = ndimage.label(hot, within_frame)
    frame, row, col = np.nonzero(labels)
    area = labels[frame, row, col] - 1
    order = np.argsort(area, kind="stable")
    frame, row, col = frame[order], row[order], col[order]
    first = np.searchsorted(area[order], np.arange(n_areas))
    if n_areas == 0:
        return np.zeros(0, np.intp), np.zeros(0, object), np.zeros(0)
    cells = shapely.geometrycollections(grid.outlines_shared(row, col), indices=area[order])
    apart = np.asarray(cells, object)[:, np.newaxis]
    outlines = np.asarray(shapely.coverage_union_all(apart, axis=1), object)
    return frame[first], outlines, np.minimum.reduceat(p[frame, row, col], first)
