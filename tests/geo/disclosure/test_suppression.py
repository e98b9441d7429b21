"""Nothing withheld can be worked out, and no more is withheld than need be."""

from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import optimize, sparse

from boundaries.errors import ParameterError
from geo.disclosure.linked_counts import LinkedCounts, sums_of_lines
from geo.disclosure.suppression import ENOUGH, LABEL, Suppression, suppress
from geo.published import victims_by_ward

TABLES = hnp.arrays(
    np.int64,
    hnp.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=4),
    elements=st.integers(0, 12),
)
SMALL_TABLES = hnp.arrays(
    np.int64, st.sampled_from([(2, 2), (2, 1), (1, 3)]), elements=st.integers(0, 9)
)


def with_totals(parts: np.ndarray) -> np.ndarray:
    """Give a table with a total at the end of every axis."""
    for axis in range(parts.ndim):
        parts = np.concatenate([parts, parts.sum(axis, keepdims=True)], axis)
    return parts


def sums_of_table(shape: Sequence[int]) -> sparse.csr_array:
    """Give every line along every axis of a table of which the last element is the total."""
    cells = np.arange(int(np.prod(shape))).reshape(shape)
    lines = [
        np.moveaxis(cells, axis, -1).reshape(-1, cells.shape[axis]) for axis in range(cells.ndim)
    ]
    return sums_of_lines([line for one in lines for line in one], cells.size)


def linked(parts: np.ndarray) -> LinkedCounts:
    table = with_totals(parts)
    return LinkedCounts(table.ravel(), sums_of_table(table.shape))


def interval(counts: LinkedCounts, withheld: np.ndarray, small: np.ndarray, cell: int):
    """Find what a cell may be, slowly: another solver, two programmes for each cell."""
    values = counts.values.astype(float)
    low = np.where(withheld, np.where(small, 1.0, 0.0), values)
    high = np.where(withheld, np.where(small, 4.0, 1e4), values)
    ends = []
    for sign in (1, -1):
        cost = np.zeros(len(values))
        cost[cell] = sign
        found = optimize.linprog(
            cost,
            A_eq=counts.sums,
            b_eq=np.zeros(counts.sums.shape[0]),
            bounds=np.column_stack([low, high]),
            method="highs-ipm",
        )
        assert found.status == 0, found.message
        ends.append(found.x[cell])
    return ends


def assert_protected(counts: LinkedCounts, found: Suppression) -> None:
    assert is_protected(counts, found.others, found.small)


def is_protected(counts: LinkedCounts, others: np.ndarray, small: np.ndarray) -> bool:
    """Say whether every count from 1 to 4 may be all of these."""
    for cell in np.flatnonzero((counts.values >= 1) & (counts.values <= 4)):
        low, high = interval(counts, others | small, small, cell)
        if low > 1 + 1e-4 or high < 4 - 1e-4:
            return False
    return True


@settings(max_examples=25, deadline=None)
@given(TABLES)
def test_every_small_count_may_be_all_that_its_label_allows(parts):
    counts = linked(parts)
    found = suppress(counts)
    is_small = (counts.values >= 1) & (counts.values <= 4)
    assert (found.withheld[is_small]).all()
    assert not (found.small & ~is_small).any()
    assert not (found.small & found.others).any()
    assert_protected(counts, found)
    assert 0 <= found.gap <= 1


@settings(max_examples=10, deadline=None)
@given(SMALL_TABLES)
def test_no_cheaper_choice_would_do(parts):
    counts = linked(parts)
    found = suppress(counts)
    is_small = (counts.values >= 1) & (counts.values <= 4)
    cost = np.where(is_small, LABEL, 1.0)
    for chosen in product([False, True], repeat=len(counts)):
        others = np.array(chosen)
        if cost[others].sum() < (1 - ENOUGH) * found.loss - 1e-6:
            assert not is_protected(counts, others, is_small & ~others), np.flatnonzero(others)


def test_the_published_wards_by_year_with_a_stricter_floor():
    # Published, the smallest is 5; with a floor of 15 eight of its cells are small.
    long = victims_by_ward()
    parts = long.pivot(index="ward_code", columns="financial_year", values="victims").to_numpy()
    found = suppress(linked(parts), smallest_shown=15)
    is_small = (found.small | found.others) & (linked(parts).values < 15)
    assert int(is_small.sum()) == 8
    assert found.gap == 0
    assert int((found.others & ~is_small).sum()) == 1
    again = suppress(linked(parts), smallest_shown=15)
    assert (again.others == found.others).all()


def test_weights_decide_what_is_lost():
    # One small count in the first row and column; a partner in its column must go.
    counts = linked(np.array([[2, 30, 40], [50, 60, 70], [80, 90, 20]]))
    weights = np.ones(16)
    plain = suppress(counts, weights=weights)
    assert plain.loss == plain.others.sum()
    dear = weights.copy()
    dear[plain.others] = 50
    other = suppress(counts, weights=dear)
    assert not (other.others & plain.others).all()
    assert_protected(counts, other)


def test_cells_that_nobody_sees_protect_for_nothing():
    counts = linked(np.array([[2, 30], [40, 50]]))
    hidden = np.zeros(9, bool)
    hidden[[1, 3, 4]] = True
    assert suppress(counts, never_shown=hidden).loss == 0


def test_a_table_of_a_month_and_wards_in_three_directions():
    rng = np.random.default_rng(4)
    parts = rng.poisson(rng.gamma(1, 2.0, (4, 1, 1)) * np.ones((4, 2, 3)))
    counts = linked(parts.astype(np.int64))
    found = suppress(counts)
    assert found.gap <= 0.2
    assert_protected(counts, found)


def test_what_cannot_be_is_refused():
    with pytest.raises(ParameterError, match="2 or more"):
        suppress(linked(np.array([1])), smallest_shown=1)
    with pytest.raises(ParameterError, match="above 0"):
        suppress(linked(np.array([1])), weights=np.zeros(2))
    with pytest.raises(ParameterError, match="sums do not hold"):
        LinkedCounts(np.array([1, 2, 4]), sums_of_table((3,)))
    with pytest.raises(ParameterError, match="negative"):
        LinkedCounts(np.array([-1, 2, 1]), sums_of_table((3,)))
