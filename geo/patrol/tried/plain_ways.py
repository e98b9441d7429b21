"""Plain ways to say where to stand, which a plan is held against: last month's map, and by lot.

Every way is a coverage: for each cell the chance that it lies in an area. Times the incidents of
the cells that is how many a way is expected to find, without drawing anything.
"""

import numpy as np
from numpy.typing import NDArray

from geo.patrol.choosing.candidates import window_sums

Floats = NDArray[np.float64]
Whole = NDArray[np.intp]

DRAWS = 50
"""How often equal squares are taken by lot."""


def squares_coverage(rows: Whole, cols: Whole, side: int, shape: tuple[int, ...]) -> Floats:
    """Mark the cells of squares, given the south-west cell of each."""
    covered = np.zeros(shape)
    for row, col in zip(rows, cols, strict=True):
        covered[row : row + side, col : col + side] += 1
    return covered


def wards_coverage(before: Floats, ward: Whole, inside: Floats, n_wards: int) -> Floats:
    """Lay areas by lot in the wards with most incidents, which get the same land each.

    Each place in a ward is as likely as any other, and wards with as many incidents as the last
    one taken have the same chance.

    Parameters
    ----------
    before, inside
        Shape (rows, cols): incidents, and the part of each cell that is land of the borough.
    ward
        Shape (rows, cols): ward of each cell, -1 for none.
    n_wards
        How many wards are taken.

    Returns
    -------
    Relative to one cell of land in each ward taken: chances that add up to ``n_wards``.

    >>> ward = np.array([[0, 0, 1, 2]])
    >>> wards_coverage(np.array([[5.0, 0, 3, 3]]), ward, np.ones((1, 4)), 2)
    array([[0.5, 0.5, 0.5, 0.5]])
    """
    known = ward >= 0
    counts, land = (np.bincount(ward[known], one[known]) for one in (before, inside))
    n_wards = min(n_wards, len(counts))
    last = np.sort(counts)[-n_wards]
    above, tied = counts > last, counts == last
    chance = above + tied * (n_wards - above.sum()) / tied.sum()
    return np.where(known, (chance / land)[ward], 0.0)


def densest_squares(
    score: Floats, allowed: NDArray[np.bool_], side: int, n: int, ties: Floats
) -> tuple[Whole, Whole]:
    """Take squares with the highest score, one after the other, that have no cell in common.

    Parameters
    ----------
    score, ties
        Shape of the squares' south-west cells: the score, and which of equal ones comes first:
        the highest.
    allowed
        Squares that may be taken at all.
    side
        Cells each way.
    n
        How many; fewer where there is no room.

    Returns
    -------
    Row and column of the south-west cell of each.
    """
    left = np.where(allowed, score, -np.inf)
    found: list[tuple[int, int]] = []
    while len(found) < n and (most := left.max(initial=-np.inf)) > -np.inf:
        equal = np.flatnonzero(left == most)
        row, col = divmod(int(equal[ties.ravel()[equal].argmax()]), left.shape[1])
        found.append((row, col))
        left[max(row - side + 1, 0) : row + side, max(col - side + 1, 0) : col + side] = -np.inf
    at = np.array(found, np.intp).reshape(-1, 2)
    return at[:, 0], at[:, 1]


def squares_by_lot(
    values: Floats, allowed: NDArray[np.bool_], side: int, n: int, seed: int = 0
) -> Floats:
    """Cover the squares with the highest sums of values in cells, equal ones by lot."""
    rng = np.random.default_rng(seed)
    score = window_sums(values, side)
    covered = np.zeros(values.shape)
    for _ in range(DRAWS):
        taken = densest_squares(score, allowed, side, n, rng.random(score.shape))
        covered += squares_coverage(*taken, side, values.shape)
    return covered / DRAWS
