"""Density surfaces that partners may see: classes on the fixed cells, and no values.

A cell has a class only where ``least_in_band`` incidents or more, at three places or more, lie
within the bandwidth. Breaks are round figures, the same for all periods of one length, so that no
single incident moves them; a class holds give or take ``slack`` incidents, as all that is said of
areas does (:mod:`geo.disclosure.bands`). The bandwidth is wider than that of areas: what is drawn
everywhere has to be smoother than what is drawn where most happens.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from zlib import compress, decompress

import numpy as np
from numpy.typing import NDArray

from boundaries.vintages import Vintage
from geo.disclosure.bands import least_in_band, slack
from geo.disclosure.land import CELL_M, Land, Mask
from geo.disclosure.menu import MenuPeriod
from geo.disclosure.placed import (
    MIN_PLACES,
    Placed,
    mapped_groups,
    mapped_periods,
    selection_of,
)
from geo.disclosure.splits import Split
from geo.grids.cells import M2_PER_KM2
from geo.schema import Incidents
from geo.surfaces.density import DensityParams, density
from geo.surfaces.kernel_shape import Kernel

SURFACE = DensityParams(bandwidth_m=300, cell_size_m=CELL_M)
_SHARES = (0.1, 0.25, 0.4, 0.6, 0.8)
"""Of the highest density: where classes begin, before rounding."""

SurfaceKey = tuple[str, str]
"""Key of the period, code of the group."""
Classes = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class ReleasedSurface:
    """A density surface in classes.

    Attributes
    ----------
    breaks
        Where each class begins, incidents per km2; the last has no upper end.
    first_row, first_col
        Of the south-west cell, counted from the origin of the National Grid.
    classes
        Shape (rows, cols), south first: the class of each cell from 1; 0 where too few incidents
        are near, or less than the lowest class.
    """

    breaks: tuple[int, ...]
    first_row: int
    first_col: int
    classes: Classes

    def as_list(self) -> list[Any]:
        """Give plain values that JSON can hold: the classes compressed, as base64."""
        packed = b64encode(compress(self.classes.tobytes(), 9)).decode()
        place = [self.first_row, self.first_col, *self.classes.shape]
        return [list(self.breaks), place, packed]

    @classmethod
    def from_list(cls, values: Sequence[Any]) -> "ReleasedSurface":
        """Read what :meth:`as_list` gave."""
        breaks, (row, col, *shape), packed = values
        classes = np.frombuffer(decompress(b64decode(packed)), np.uint8).reshape(shape)
        return cls(tuple(breaks), row, col, classes)


def release_surfaces(
    incidents: Incidents,
    vintage: Vintage,
    smallest_shown: int,
    menu: Sequence[MenuPeriod],
    splits: Sequence[Split],
) -> dict[SurfaceKey, ReleasedSurface]:
    """Make the surfaces of all periods; parameters as :func:`geo.disclosure.areas.release_areas`.

    Periods in which no cell may be shown have none.
    """
    placed = Placed.of(incidents, vintage)
    land = placed.land
    found: dict[SurfaceKey, ReleasedSurface] = {}
    for group in mapped_groups(splits):
        for periods in _of_one_length(mapped_periods(menu)):
            values = {one.key: _shown(placed, one, group, smallest_shown) for one in periods}
            breaks = round_breaks(
                max(float(one.max()) for one in values.values()), slack(smallest_shown)
            )
            for key, one in values.items():
                if one.any():
                    found[key, group] = _classed(one, breaks, land)
    return found


def _of_one_length(periods: Iterable[MenuPeriod]) -> list[list[MenuPeriod]]:
    """Put periods together that share their breaks: all of the data, years, quarters."""
    found: dict[str, list[MenuPeriod]] = {}
    for period in periods:
        kind = "year" if period.kind in ("financial year", "12 months") else period.kind
        found.setdefault(kind, []).append(period)
    return list(found.values())


def _shown(
    placed: Placed, period: MenuPeriod, group: str, smallest_shown: int
) -> NDArray[np.float64]:
    """Give the density of the cells that rest on enough, shape (rows, cols), 0 elsewhere."""
    rows = placed.rows(period, group)
    if not placed.are_enough(rows, smallest_shown):
        return np.zeros(placed.land.ward_of.shape)
    values = density(placed.incidents, selection_of(period, group), SURFACE).values[0]
    return np.where(rests_on_enough(placed, rows, smallest_shown), values, 0.0)


def rests_on_enough(placed: Placed, rows: NDArray[np.intp], smallest_shown: int) -> Mask:
    """Mark the cells with enough incidents and places within the bandwidth of their centre.

    Parameters
    ----------
    rows
        Of the incidents, all in a ward.
    """
    land = placed.land
    place, first, counts = np.unique(placed.place_of[rows], return_index=True, return_counts=True)
    easting = placed.incidents.easting[rows[first]]
    northing = placed.incidents.northing[rows[first]]
    incidents = _sums_within(land, easting, northing, counts)
    places = _sums_within(land, easting, northing, np.ones(len(place), np.intp))
    enough = (incidents >= least_in_band(smallest_shown)) & (places >= MIN_PLACES)
    return land.inside & enough


def _sums_within(
    land: Land,
    easting: NDArray[np.float64],
    northing: NDArray[np.float64],
    weights: NDArray[np.intp],
) -> NDArray[np.intp]:
    """Add up for each cell the weights of the points within the bandwidth of its centre."""
    grid = land.grid
    row, col = grid.cells_of(easting, northing)
    east, north = grid.centres()
    reach = int(np.ceil(SURFACE.bandwidth_m / CELL_M))
    sums = np.zeros(land.ward_of.size)
    for down in range(-reach, reach + 1):
        for left in range(-reach, reach + 1):
            r = np.clip(row + down, 0, grid.n_rows - 1)
            c = np.clip(col + left, 0, grid.n_cols - 1)
            is_there = (r == row + down) & (c == col + left)
            away = np.hypot(east[c] - easting, north[r] - northing)
            near = is_there & (away <= SURFACE.bandwidth_m)
            sums += np.bincount((r * grid.n_cols + c)[near], weights[near], minlength=len(sums))
    return sums.reshape(land.ward_of.shape).astype(np.intp)


def round_breaks(highest: float, spare: int) -> tuple[int, ...]:
    """Give round figures where classes begin, at least as far apart as ``spare`` incidents reach.

    Parameters
    ----------
    highest
        The highest density, incidents per km2.

    Examples
    --------
    >>> round_breaks(963, 4)
    (100, 200, 400, 600, 800)
    >>> round_breaks(120, 4)
    (40, 100)
    """
    kernel = Kernel(SURFACE.kernel, SURFACE.bandwidth_m)
    apart = spare * M2_PER_KM2 * float(kernel(np.zeros(1))[0])
    found: list[int] = []
    for share in _SHARES:
        round_figure = _one_digit(max(share * highest, apart))
        if not found or round_figure - found[-1] >= apart:
            found.append(round_figure)
    return tuple(found)


def _one_digit(value: float) -> int:
    return int(float(f"{value:.1g}"))


def _classed(values: NDArray[np.float64], breaks: tuple[int, ...], land: Land) -> ReleasedSurface:
    classes = np.searchsorted(np.array(breaks), values, side="right").astype(np.uint8)
    return ReleasedSurface(breaks, land.grid.first_row, land.grid.first_col, classes)


def class_words(breaks: Sequence[int]) -> Mapping[int, str]:
    """Say what each class holds, incidents per km2.

    >>> class_words((100, 200))
    {1: 'about 100 to 200', 2: 'about 200 or more'}
    """
    words = {
        number: f"about {low:,} to {high:,}"
        for number, (low, high) in enumerate(pairwise(breaks), 1)
    }
    return {**words, len(breaks): f"about {breaks[-1]:,} or more"} if breaks else {}
