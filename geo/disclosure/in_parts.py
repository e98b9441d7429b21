"""Withholding in parts and stages, as one question about everything would take too long.

Where the counts of the whole borough are always shown, what is withheld among the hours of the day
and what is withheld among the wards cannot help an attacker with each other: all that ties them is
known. Each part is then a much smaller question.

Groups of different kinds are tied to each other only through all incidents. So all incidents come
first, then each kind of group with what is withheld by then; withholding more never gives away what
was protected before. At the end everything is attacked at once, and mended where that is needed.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from geo.disclosure.linked_counts import LinkedCounts
from geo.disclosure.suppression import (
    LABEL,
    CannotProtectError,
    Suppression,
    mend,
    suppress,
)


def suppress_in_stages(
    counts: LinkedCounts,
    stages: Sequence[NDArray[np.bool_]],
    *,
    smallest_shown: int,
    weights: NDArray[np.float64],
    never_shown: NDArray[np.bool_],
    better_shown: NDArray[np.bool_],
) -> Suppression:
    """Choose the cells to withhold, one kind of group after another.

    Parameters
    ----------
    stages
        Masks of shape (n,): the cells of each stage, the first of which are in all others too.

    Returns
    -------
    The gap is that of the stages, each given what the ones before it withheld.
    """
    others = np.zeros(len(counts), np.bool_)
    at_least = 0.0
    for stage in stages:
        cells = np.flatnonzero(stage)
        part = _within(counts, stage)
        found = suppress_in_parts(
            part,
            smallest_shown=smallest_shown,
            weights=weights[cells],
            never_shown=(never_shown | others)[cells],
            better_shown=better_shown[cells],
        )
        others[cells] |= found.others
        at_least += found.loss_at_least
    others = mend(
        counts, others, smallest_shown=smallest_shown, weights=weights, never_shown=never_shown
    )
    is_small = (counts.values >= 1) & (counts.values < smallest_shown) & ~never_shown
    loss = float(np.where(is_small, LABEL * weights, weights)[others].sum())
    return Suppression(is_small & ~others, others, loss, min(at_least, loss))


def _within(counts: LinkedCounts, cells: NDArray[np.bool_]) -> LinkedCounts:
    """Give some of the cells with the sums that are of these alone."""
    is_inside = abs(counts.sums) @ (~cells).astype(np.float64) == 0
    return LinkedCounts(
        counts.values[cells], sparse.csr_array(counts.sums[is_inside][:, np.flatnonzero(cells)])
    )


def suppress_in_parts(
    counts: LinkedCounts,
    *,
    smallest_shown: int,
    weights: NDArray[np.float64],
    never_shown: NDArray[np.bool_],
    better_shown: NDArray[np.bool_],
) -> Suppression:
    """Choose the cells to withhold, as :func:`geo.disclosure.suppression.suppress` does.

    Parameters
    ----------
    better_shown
        Shape (n,): cells that are shown where that can be. Those of them that are large enough tie
        the parts together; where one of them must go after all, all is done as one part.
    """
    is_small = (counts.values >= 1) & (counts.values < smallest_shown)
    fixed = better_shown & ~is_small & ~never_shown
    try:
        found = [
            (
                cells,
                suppress(
                    LinkedCounts(counts.values[cells], counts.sums[sums][:, cells]),
                    smallest_shown=smallest_shown,
                    weights=weights[cells],
                    never_shown=never_shown[cells],
                    always_shown=fixed[cells],
                ),
            )
            for cells, sums in _parts(counts, fixed)
        ]
    except CannotProtectError:
        return suppress(
            counts, smallest_shown=smallest_shown, weights=weights, never_shown=never_shown
        )
    others = np.zeros(len(counts), np.bool_)
    for cells, part in found:
        others[cells] |= part.others
    loss = sum(part.loss for _, part in found)
    at_least = sum(part.loss_at_least for _, part in found)
    return Suppression(is_small & ~never_shown & ~others, others, loss, at_least)


def _parts(
    counts: LinkedCounts, fixed: NDArray[np.bool_]
) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Give the cells and the sums of each part; fixed cells are in every part that they touch."""
    free = counts.sums[:, np.flatnonzero(~fixed)]
    ties = abs(free) @ abs(free).T
    _, part_of_sum = csgraph.connected_components(sparse.csr_array(ties), directed=False)
    has_free = np.diff(sparse.csr_array(free).indptr) > 0
    parts = []
    for part in np.unique(part_of_sum[has_free]):
        sums = np.flatnonzero((part_of_sum == part) & has_free)
        cells = np.unique(sparse.csr_array(counts.sums[sums]).indices).astype(np.intp)
        parts.append((cells, sums))
    return parts
