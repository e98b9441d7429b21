"""Where incidents would fall by chance alone: the models that an observed surface is held against.

``uniform`` throws incidents evenly over the borough's land, ``population`` in proportion to the
residents of each ward and evenly within it, ``places`` on the distinct positions of all incidents,
each equally likely. The first two throw into the square cells of a fine lattice, the nodes;
where within a node an incident falls is not told apart.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray

import boundaries
from boundaries.columns import POPULATION
from geo.grids.grid import Grid
from geo.prepared import prepared_copy

Null = Literal["uniform", "population", "places"]
NULLS: Mapping[Null, str] = {
    "uniform": "evenly over the borough's land: is it concentrated at all?",
    "population": "in proportion to residents by ward: is it more than where people live?",
    "places": (
        "on the distinct positions of all incidents, each equally likely: the honest choice where "
        "positions are snap points"
    ),
}

_DRAWS_PER_SLOT = 4
"""From so many incidents per slot on, one binomial draw per slot is quicker than one each."""


@dataclass(frozen=True, eq=False)
class Chances:
    """How likely one incident is to fall into each of several slots.

    Attributes
    ----------
    slots
        Shape (k,): the slots that can be hit at all.
    probability
        Shape (k,), above 0, adding up to 1.
    n_slots
        Number of all slots.
    """

    slots: NDArray[np.intp]
    probability: NDArray[np.float64]
    n_slots: int

    def throw(self, n: int, rng: np.random.Generator) -> NDArray[np.intp]:
        """Throw n incidents independently; multinomial counts, shape (n_slots,)."""
        if n >= _DRAWS_PER_SLOT * len(self.slots):
            counts = np.zeros(self.n_slots, np.intp)
            counts[self.slots] = rng.multinomial(n, self.probability)
            return counts
        targets, keep = self._alias
        at = rng.random(n)
        at *= len(keep)
        row = at.astype(np.int32)
        at -= row
        row += (at >= keep[row]) * np.int32(len(keep))
        return np.bincount(targets[row], minlength=self.n_slots)

    @cached_property
    def _alias(self) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        other, keep = alias_table(self.probability)
        return np.concatenate([self.slots, self.slots[other]]), keep


def alias_table(
    probability: NDArray[np.float64],
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Prepare draws that take the same time however many slots there are.

    The alias method (Walker 1977, ACM Transactions on Mathematical Software 3; in the form of
    Vose 1991, IEEE Transactions on Software Engineering 17): pick a slot evenly, stay with the
    probability ``keep``, else move to its ``other``.

    Parameters
    ----------
    probability
        Shape (k,), adding up to 1.

    Returns
    -------
    ``other`` and ``keep``, each (k,).
    """
    k = len(probability)
    keep = (probability * k).tolist()
    other = list(range(k))
    small = [slot for slot in range(k) if keep[slot] < 1]
    large = [slot for slot in range(k) if keep[slot] >= 1]
    while small and large:
        needy, giver = small.pop(), large[-1]
        other[needy] = giver
        keep[giver] -= 1 - keep[needy]
        if keep[giver] < 1:
            small.append(large.pop())
    # Rounding leaves slots that are full but for the last digits; these have no other.
    return np.array(other, np.intp), np.array(keep, np.float64)


@lru_cache(maxsize=8)
def uniform_chances(grid: Grid, refinement: int, land: shapely.Geometry) -> Chances:
    """Throw evenly over the land that the grid was laid over.

    Parameters
    ----------
    refinement
        Nodes along a cell's side. Slots are nodes, numbered by their place in the cell
        first: (refinement, refinement, rows, cols) flattened.
    land
        Polygon or multipolygon in EPSG:27700.
    """
    return _over_polygons(grid, refinement, np.array([land], dtype=object), np.ones(1))


@lru_cache(maxsize=8)
def resident_chances(grid: Grid, refinement: int, vintage: str) -> Chances:
    """Throw in proportion to the residents of each ward, evenly within a ward.

    Parameters
    ----------
    grid
        Laid over the borough.
    refinement
        As in :func:`uniform_chances`.
    vintage
        Ward polygons, ``2002`` or ``2022``.

    Raises
    ------
    ParameterError
        The vintage is not known.
    """
    wards = boundaries.load_wards(vintage)
    return _over_polygons(
        grid, refinement, wards.geometry.to_numpy(object), wards[POPULATION].to_numpy(np.float64)
    )


def place_chances(n_places: int) -> Chances:
    """Throw on n places, each equally likely; slots are the places."""
    return Chances(np.arange(n_places), np.full(n_places, 1 / max(n_places, 1)), n_places)


def node_chances_of(
    easting: NDArray[np.float64], northing: NDArray[np.float64], grid: Grid, refinement: int
) -> Chances:
    """Throw on places, each (m,) and equally likely, moved to the nodes that hold them."""
    spacing = grid.cell_size_m / refinement
    row = np.floor((northing - grid.south) / spacing).astype(np.intp)
    col = np.floor((easting - grid.west) / spacing).astype(np.intp)
    hits = np.bincount(_slots(row, col, grid, refinement), minlength=n_nodes(grid, refinement))
    return _where_any(hits.astype(np.float64))


def n_nodes(grid: Grid, refinement: int) -> int:
    """Count the nodes of a grid."""
    return grid.n_rows * grid.n_cols * refinement**2


def _over_polygons(
    grid: Grid, refinement: int, polygons: NDArray[np.object_], weights: NDArray[np.float64]
) -> Chances:
    """Share each polygon's weight among the nodes by the area of it that lies in them."""
    row, col = np.nonzero(grid.inside_share)
    west, south = grid.west + col * grid.cell_size_m, grid.south + row * grid.cell_size_m
    cells = shapely.box(west, south, west + grid.cell_size_m, south + grid.cell_size_m)
    polygon, cell = shapely.STRtree(cells).query(polygons, predicate="intersects")
    polygons = prepared_copy(polygons)
    area = np.full((len(cell), refinement**2), (grid.cell_size_m / refinement) ** 2)
    crossing = ~shapely.contains(polygons[polygon], cells[cell])
    parts = shapely.intersection(polygons[polygon[crossing]], cells[cell[crossing]])
    nodes = _node_boxes(west[cell[crossing]], south[cell[crossing]], grid, refinement)
    area[crossing] = shapely.area(shapely.intersection(parts[:, None], nodes))
    of_polygon = np.bincount(polygon, weights=area.sum(axis=1), minlength=len(polygons))
    weight = np.zeros((refinement**2, grid.n_rows * grid.n_cols))
    np.add.at(
        weight.T, row[cell] * grid.n_cols + col[cell], area * (weights / of_polygon)[polygon, None]
    )
    return _where_any(weight.ravel())


def _node_boxes(
    west: NDArray[np.float64], south: NDArray[np.float64], grid: Grid, refinement: int
) -> NDArray[np.object_]:
    """Cut cells, each (k,), into their nodes, (k, refinement^2)."""
    spacing = grid.cell_size_m / refinement
    in_row, in_col = np.divmod(np.arange(refinement**2), refinement)
    left, low = west[:, None] + in_col * spacing, south[:, None] + in_row * spacing
    boxes: NDArray[np.object_] = shapely.box(left, low, left + spacing, low + spacing)
    return boxes


def _where_any(weight: NDArray[np.float64]) -> Chances:
    slots = np.flatnonzero(weight)
    return Chances(slots, weight[slots] / weight.sum(), len(weight))


def _slots(
    row: NDArray[np.intp], col: NDArray[np.intp], grid: Grid, refinement: int
) -> NDArray[np.intp]:
    """Find the slots of nodes given by their row and column on the fine lattice."""
    (cell_row, in_row), (cell_col, in_col) = divmod(row, refinement), divmod(col, refinement)
    place = in_row * refinement + in_col
    return (place * grid.n_rows + cell_row) * grid.n_cols + cell_col
