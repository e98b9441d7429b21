"""DBSCAN's labels from the cores, by cells and without lists of neighbours.

Ester, Kriegel, Sander and Xu 1996, A density-based algorithm for discovering clusters, KDD 96;
cells as in Gunawan 2013, A faster algorithm for DBSCAN, TU Eindhoven. Cores in touching cells are
near each other for certain; the closest pair of two cells is looked for only where they are apart
by then and could be neighbours. Memory grows with points and cells, never with pairs of points.
"""

from collections.abc import Iterator
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, sparse
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from geo.clusters.lattice import Lattice, Points, Rows, lattice_of, ranges, sorted_by_cell

NOISE = -1
_CELLS_PER_EPS = 3
"""Two points in touching cells of eps / 3 are at most 0.95 eps apart."""
_MAX_TESTS = 200_000


def labels_of_cores(points: Points, core: NDArray[np.bool_], eps_m: float) -> Rows:
    """Label points from the cores among them.

    Cores within ``eps_m`` of each other are one cluster; another point within it of a core joins
    the nearest one (the original leaves that to the order of the rows).

    Parameters
    ----------
    core
        Shape (n,): whether enough lies within ``eps_m`` of each point.
    eps_m
        Metres; as far as that is within it: dx^2 + dy^2 <= eps^2 in float64.

    Returns
    -------
    Shape (n,): number of the cluster, from 0 in order of first points; ``NOISE`` for none.
    """
    labels = np.full(len(points), NOISE, np.intp)
    if not core.any():
        return labels
    lattice = lattice_of(points, eps_m, _CELLS_PER_EPS)
    of_cell = _labels_of_cells(points, np.flatnonzero(core), lattice, eps_m)
    labels[core] = of_cell[lattice.cell[core]]
    _join_borders(labels, points, core, lattice, of_cell, eps_m)
    return _in_order(labels)


def _labels_of_cells(points: Points, cores: Rows, lattice: Lattice, eps_m: float) -> Rows:
    """Label every cell with cores, (cells,); ``NOISE`` for the others."""
    order, start = sorted_by_cell(lattice.cell[cores], lattice.n_cells)
    x, y = points.x[cores[order]], points.y[cores[order]]
    occupied = np.flatnonzero(np.diff(start))
    grid = (np.diff(start) > 0).reshape(lattice.n_rows, lattice.n_cols)
    labels = ndimage.label(grid, structure=np.ones((3, 3)))[0].ravel().astype(np.intp) - 1
    for step in _doubtful_steps(lattice.n_cols):
        other = occupied + step
        apart = (labels[other] != NOISE) & (labels[other] != labels[occupied])
        one, two = occupied[apart], other[apart]
        for some in _parts_of((start[one + 1] - start[one]) * (start[two + 1] - start[two])):
            # What was joined just before needs no test any more.
            open_still = np.flatnonzero(labels[one[some]] != labels[two[some]])
            a, b = one[some][open_still], two[some][open_still]
            near = _are_near(x, y, start, a, b, eps_m)
            if near.any():
                labels[occupied] = _joined(labels, a[near], b[near])[labels[occupied]]
    return labels


def _doubtful_steps(n_cols: int) -> list[int]:
    """Give the steps to cells that need not be but can be within eps; the nearest first.

    One of each two opposite steps is enough.
    """
    k = _CELLS_PER_EPS + 1
    steps = []
    for row, col in product(range(k + 1), range(-k, k + 1)):
        apart = max(row - 1, 0) ** 2 + max(abs(col) - 1, 0) ** 2
        is_forward = row > 0 or col > 0
        if is_forward and max(row, abs(col)) > 1 and apart <= _CELLS_PER_EPS**2:
            steps.append((apart, row * n_cols + col))
    return [step for _, step in sorted(steps)]


def _joined(labels: Rows, one: Rows, two: Rows) -> Rows:
    """Give the new label of each old one when pairs of cells are found to be near."""
    n = int(labels.max()) + 1
    links = sparse.coo_array((np.ones(len(one), np.int8), (labels[one], labels[two])), (n, n))
    together: Rows = connected_components(links, directed=False)[1].astype(np.intp)
    return together


def _are_near(
    x: NDArray[np.float64], y: NDArray[np.float64], start: Rows, one: Rows, two: Rows, eps_m: float
) -> NDArray[np.bool_]:
    """Say which pairs of cells hold a pair of points within eps."""
    n_one, n_two = start[one + 1] - start[one], start[two + 1] - start[two]
    tests = n_one * n_two
    if len(tests) == 1 and tests[0] > _MAX_TESTS:
        own, others = (
            np.column_stack([axis[start[cell[0]] : start[cell[0] + 1]] for axis in (x, y)])
            for cell in (one, two)
        )
        return np.array([(_nearest(own, others, eps_m) >= 0).any()])
    pair = np.repeat(np.arange(len(tests)), tests)
    within = ranges(np.zeros_like(tests), tests)
    a = start[one][pair] + within // n_two[pair]
    b = start[two][pair] + within % n_two[pair]
    is_near = (x[a] - x[b]) ** 2 + (y[a] - y[b]) ** 2 <= eps_m * eps_m
    return np.bincount(pair[is_near], minlength=len(tests)) > 0


def _join_borders(
    labels: Rows,
    points: Points,
    core: NDArray[np.bool_],
    lattice: Lattice,
    of_cell: Rows,
    eps_m: float,
) -> None:
    """Give the points within eps of a core the label of the nearest one.

    Where only one cluster is in reach and a core in a touching cell, no distance is needed.
    """
    grid = of_cell.reshape(lattice.n_rows, lattice.n_cols).astype(np.int32)
    around = 2 * (_CELLS_PER_EPS + 1) + 1
    none = np.iinfo(np.int32).max
    highest = ndimage.maximum_filter(grid, around).ravel()
    lowest = ndimage.minimum_filter(np.where(grid == NOISE, none, grid), around).ravel()
    touching = ndimage.maximum_filter(grid, 3).ravel() != NOISE
    others = np.flatnonzero(~core)
    others = others[highest[lattice.cell[others]] != NOISE]
    cell = lattice.cell[others]
    clear = touching[cell] & (lowest[cell] == highest[cell])
    labels[others[clear]] = highest[cell[clear]]
    asked, cores = others[~clear], np.flatnonzero(core)
    # Groups lie on levels further than eps apart.
    places = np.column_stack([points.x, points.y, points.group * (4 * eps_m)])
    nearest = _nearest(places[cores], places[asked], eps_m)
    found = nearest >= 0
    labels[asked[found]] = labels[cores[nearest[found]]]


def _nearest(places: NDArray[np.float64], asked: NDArray[np.float64], eps_m: float) -> Rows:
    """Give the row of the nearest place within eps of each one asked for, -1 for none."""
    bound = np.nextafter(eps_m, np.inf)
    at = np.asarray(cKDTree(places).query(asked, distance_upper_bound=bound)[1], np.intp)
    at[at == len(places)] = -1
    squared = ((places[at] - asked) ** 2).sum(axis=1)
    at[squared > eps_m * eps_m] = -1
    return at


def _in_order(labels: Rows) -> Rows:
    """Give the clusters numbers in the order of their first points."""
    found = np.flatnonzero(labels != NOISE)
    first = np.full(labels.max() + 1, len(labels))
    first[labels[found[::-1]]] = found[::-1]
    labels[found] = np.argsort(np.argsort(first))[labels[found]]
    return labels


def _parts_of(tests: Rows) -> Iterator[slice]:
    """Cut pairs of cells into slices of at most ``_MAX_TESTS`` distances, or of one pair."""
    total, first = 0, 0
    for i, n in enumerate(tests.tolist()):
        if total and total + n > _MAX_TESTS:
            yield slice(first, i)
            total, first = 0, i
        total += n
    if total:
        yield slice(first, len(tests))
