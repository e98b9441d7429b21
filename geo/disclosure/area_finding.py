"""Finds where incidents concentrate, on the fixed cells, by the two methods that are released."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import ndimage

from geo.clusters.areas import find_clusters
from geo.clusters.dbscan import DbscanParams
from geo.disclosure.bands import slack
from geo.disclosure.land import CELL_M, Land, Mask
from geo.disclosure.menu import MenuPeriod
from geo.disclosure.placed import Placed, selection_of
from geo.frames import whole_time
from geo.grids.cells import M2_PER_KM2
from geo.hotspots.params import HotspotParams
from geo.selection import Selection
from geo.sites import locate_selected
from geo.surfaces.chance import ChanceParams, ChanceResult, chance
from geo.surfaces.contours import level_of_densest
from geo.surfaces.density import DensityParams
from geo.surfaces.kernel_shape import Kernel

Method = Literal["density", "dbscan"]
METHODS: tuple[Method, ...] = get_args(Method)

DENSITY = DensityParams(cell_size_m=CELL_M)
CLUSTERS = DbscanParams()
HOTSPOTS = HotspotParams()
CHANCE = ChanceParams(runs=199)

METHOD_WORDS: Mapping[Method, str] = {
    "density": (
        f"Density, bandwidth {DENSITY.bandwidth_m:g} m, cells of {CELL_M:g} m: the densest "
        f"{HOTSPOTS.area_share_pct:g} % of the borough."
    ),
    "dbscan": (
        f"DBSCAN: crowded places within {CLUSTERS.eps_m:g} m of each other, drawn in cells of "
        f"{CELL_M:g} m."
    ),
}


@dataclass(frozen=True, eq=False)
class FoundAreas:
    """Areas before it is known which of them may be shown.

    Attributes
    ----------
    labels
        Shape (rows, cols): number of the area of each cell from 1, 0 for none.
    n
        How many areas there are.
    is_clear
        Shape (n,): whether an area's density is clearly more than chance would give anywhere.
    """

    labels: NDArray[np.intp]
    n: int
    is_clear: NDArray[np.bool_]


def find_released_areas(
    placed: Placed, period: MenuPeriod, group: str, smallest_shown: int
) -> dict[Method, FoundAreas]:
    """Find the areas of a period by each method; cells that touch along a side are one area."""
    selection = selection_of(period, group)
    tested = chance(placed.incidents, selection, DENSITY, CHANCE)
    masks: dict[Method, Mask] = {
        "density": _densest(tested, placed.land),
        "dbscan": _clusters(placed, selection),
    }
    return {
        method: _connected(mask, tested, slack(smallest_shown)) for method, mask in masks.items()
    }


def _densest(tested: ChanceResult, land: Land) -> Mask:
    level = level_of_densest(tested.values[np.newaxis], land.grid, HOTSPOTS.area_share_pct / 100)
    return land.inside & (tested.values >= max(level, np.finfo(np.float64).tiny))


def _clusters(placed: Placed, selection: Selection) -> Mask:
    """Mark the cells with their centre in a cluster's outline."""
    located = locate_selected(placed.incidents, selection)
    found = find_clusters(located, whole_time(located.incidents), CLUSTERS)
    together = shapely.union_all(found.areas[1])
    shapely.prepare(together)
    inside: Mask = shapely.contains_xy(together, *placed.land.grid.centre_points())
    return placed.land.inside & inside


def _connected(mask: Mask, tested: ChanceResult, spare: int) -> FoundAreas:
    """Give each area a number, and test it as if incidents were missing where it is densest."""
    labels, n = ndimage.label(mask)
    peaks = np.array(ndimage.maximum(tested.values, labels, range(1, n + 1)), np.float64)
    highest = M2_PER_KM2 * Kernel(DENSITY.kernel, DENSITY.bandwidth_m)(np.zeros(1))[0]
    p = tested.p_of_peak(np.maximum(peaks.reshape(n) - spare * highest, 0.0))
    return FoundAreas(labels.astype(np.intp), n, p <= CHANCE.level_pct / 100)
