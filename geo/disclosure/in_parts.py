"""Withholding in parts and stages, as one question about everything would take too long.

Where the counts of the whole borough are always shown, what is withheld among the hours of the day
and what is withheld among the wards cannot help an attacker with each other: all that ties them is
known. Each part is then a much smaller question.

Groups of different kinds are tied to each other only through all incidents. So all incidents come
first, then each kind of group with what is withheld by then; withholding more never gives away what
was protected before. At the end everything is attacked at once, and mended where that is needed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from geo.disclosure.breaches import Withheld
from geo.disclosure.linked_counts import LinkedCounts
from geo.disclosure.suppression import CannotProtectError, Suppression, mend, suppress


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
    smallest_shown, weights, never_shown
        As for :func:`geo.disclosure.suppression.suppress`.
    better_shown
        Shape (n,): cells that are shown where that can be. Those of them that are large enough tie
        the parts together; where one of them must go after all, all is done as one part.

    Returns
    -------
    The gap is that of the stages, each given what the ones before it withheld.
    """
    others = np.zeros(len(counts), np.bool_)
    at_least = 0.0
    for stage in stages:
        hidden = never_shown | others
        whole = _Table(counts, smallest_shown, weights, hidden, better_shown)
        found = _suppress_in_parts(whole.within(stage))
        others[np.flatnonzero(stage)] |= found.others
        at_least += found.loss_at_least
    withheld = Withheld.of(counts, smallest_shown, never_shown)
    others = mend(counts, withheld, others, weights)
    return Suppression.of(withheld, others, weights, at_least)


@dataclass(frozen=True, eq=False)
class _Table:
    """Some of the cells with the sums that are of these alone; see :func:`suppress_in_stages`."""

    counts: LinkedCounts
    smallest_shown: int
    weights: NDArray[np.float64]
    never_shown: NDArray[np.bool_]
    better_shown: NDArray[np.bool_]

    def within(self, stage: NDArray[np.bool_]) -> "_Table":
        """Give the cells of a stage."""
        is_inside = abs(self.counts.sums) @ (~stage).astype(np.float64) == 0
        return self.part(np.flatnonzero(stage), np.flatnonzero(is_inside))

    def part(self, cells: NDArray[np.intp], sums: NDArray[np.intp]) -> "_Table":
        """Give some cells and sums."""
        tied = sparse.csr_array(self.counts.sums[sums][:, cells])
        return _Table(
            LinkedCounts(self.counts.values[cells], tied),
            self.smallest_shown,
            self.weights[cells],
            self.never_shown[cells],
            self.better_shown[cells],
        )

    def suppressed(self, always_shown: NDArray[np.bool_] | None = None) -> Suppression:
        """Choose the cells to withhold, looking at all of them at once."""
        return suppress(
            self.counts,
            smallest_shown=self.smallest_shown,
            weights=self.weights,
            never_shown=self.never_shown,
            always_shown=always_shown,
        )


def _suppress_in_parts(table: _Table) -> Suppression:
    """Choose the cells to withhold, in parts that only cells that are shown tie together."""
    withheld = Withheld.of(table.counts, table.smallest_shown, table.never_shown)
    fixed = table.better_shown & ~withheld.guarded & ~withheld.hidden
    others = np.zeros_like(fixed)
    at_least = 0.0
    try:
        for cells, sums in _parts(table.counts, fixed):
            found = table.part(cells, sums).suppressed(fixed[cells])
            others[cells] |= found.others
            at_least += found.loss_at_least
    except CannotProtectError:
        return table.suppressed()
    return Suppression.of(withheld, others, table.weights, at_least)


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
