"""Window sums beside a slow loop and scipy, and their null distribution."""

from collections import Counter
from itertools import combinations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage, stats

from boundaries.errors import ParameterError
from geo.grids.grid import grid_over
from geo.grids.window_permutation import window_permutation_p
from geo.grids.window_sums import window_sums
from geo.progress import watching


def sums_in_a_loop(values, footprint):
    up, across = footprint.shape[0] // 2, footprint.shape[1] // 2
    out = np.zeros_like(values)
    for frame, row, col in np.ndindex(values.shape):
        for r, c in np.argwhere(footprint):
            at = row + r - up, col + c - across
            if 0 <= at[0] < values.shape[1] and 0 <= at[1] < values.shape[2]:
                out[frame, row, col] += values[frame, *at]
    return out


@given(
    st.tuples(st.integers(1, 2), st.integers(1, 7), st.integers(1, 7)),
    st.integers(0, 3),
    st.integers(0, 3),
    st.integers(0, 2**32 - 1),
)
def test_any_footprint_sums_as_a_loop_does(shape, up, across, seed):
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 1_000_000, shape).astype(float)
    footprint = rng.random((2 * up + 1, 2 * across + 1)) < 0.6
    np.testing.assert_array_equal(window_sums(values, footprint), sums_in_a_loop(values, footprint))


@pytest.mark.parametrize("shape", ["square", "hexagonal"])
@pytest.mark.parametrize("radius_m", [50, 150, 430])
def test_windows_of_grids_sum_as_scipy_does(shape, radius_m):
    grid = grid_over(shapely.box(0, 0, 2_000, 1_500), 100, shape)
    counts = np.random.default_rng(3).poisson(0.3, (3, *grid.inside_share.shape)).astype(float)
    footprint = grid.neighbourhood(radius_m)
    expected = ndimage.correlate(counts, footprint[np.newaxis].astype(float), mode="constant")
    np.testing.assert_array_equal(window_sums(counts, footprint), expected)


def test_large_whole_numbers_stay_exact():
    values = np.full((1, 50, 50), 2.0**40 + 1)
    assert window_sums(values, np.ones((7, 7), bool))[0, 25, 25] == 49 * (2**40 + 1)


def exact_p(values, size, observed, alternative):
    """Go through every way to choose the cells of a window."""
    sums = Counter(sum(chosen) for chosen in combinations(values, size))
    total = sums.total()
    above = sum(n for value, n in sums.items() if value >= observed) / total
    below = sum(n for value, n in sums.items() if value <= observed) / total
    return {"greater": above, "less": below, "two-sided": min(1, 2 * min(above, below))}[
        alternative
    ]


@pytest.mark.parametrize("alternative", ["greater", "less", "two-sided"])
def test_permutation_p_is_that_of_all_the_ways_to_deal_the_counts(alternative):
    values = np.array([0, 0, 1, 5, 0, 2, 1, 0, 9, 1], float)
    neighbours = np.array([3, 3, 4, 1, 2, 3, 3, 4, 10, 2], float)
    sums = np.array([1, 15, 7, 5, 11, 0, 16, 2, 19, 3], float)
    runs = 20_000
    p = window_permutation_p(
        values[None], sums[None], neighbours, alternative=alternative, runs=runs, seed=5
    )[0]
    expected = [
        exact_p(values, int(size), observed, alternative)
        for size, observed in zip(neighbours, sums, strict=True)
    ]
    np.testing.assert_allclose(p, expected, atol=5 * 2 * np.sqrt(0.25 / runs))


def test_permutation_p_of_ones_and_zeros_is_hypergeometric():
    values = np.repeat([1.0, 0.0], [40, 160])
    neighbours = np.repeat(np.arange(1, 21), 10).astype(float)
    sums = np.tile(np.arange(10), 20).astype(float)
    sums = np.minimum(sums, neighbours)
    p = window_permutation_p(
        values[None], sums[None], neighbours, alternative="greater", runs=9_999, seed=1
    )[0]
    np.testing.assert_allclose(p, stats.hypergeom.sf(sums - 1, 200, 40, neighbours), atol=0.025)


def test_every_frame_is_tested_as_if_alone_and_seeds_are_kept():
    rng = np.random.default_rng(2)
    values = rng.poisson(1, (3, 80)).astype(float)
    neighbours = rng.integers(2, 9, 80).astype(float)
    sums = rng.poisson(neighbours, (3, 80)).astype(float)
    keywords = {"alternative": "two-sided", "runs": 199, "seed": 11}
    together = window_permutation_p(values, sums, neighbours, **keywords)
    for k in range(3):
        alone = window_permutation_p(values[[k]], sums[[k]], neighbours, **keywords)
        np.testing.assert_array_equal(alone[0], together[k])
    other = window_permutation_p(values, sums, neighbours, **keywords | {"seed": 12})
    assert (other != together).any()
    assert together.min() >= 1 / 200
    assert together.max() <= 1


def test_the_same_values_in_another_order_are_as_extreme_in_spite_of_rounding():
    values = np.array([[0.1, 0.2, 0.3]])
    p = window_permutation_p(
        values,
        np.full((1, 3), 0.3 + 0.2 + 0.1),
        np.full(3, 3.0),
        alternative="greater",
        runs=99,
        seed=0,
    )
    np.testing.assert_array_equal(p, 1)


def test_progress_is_reported():
    said = []
    with watching(lambda *what: said.append(what)):
        window_permutation_p(
            np.zeros((1, 8_000)),
            np.zeros((1, 8_000)),
            np.ones(8_000),
            alternative="greater",
            runs=999,
            seed=0,
        )
    assert said == [(500, 999, "simulations"), (999, 999, "simulations")]


def test_an_alternative_that_is_not_known_is_refused():
    one = np.ones((1, 1))
    with pytest.raises(ParameterError, match="Alternative is 'up'"):
        window_permutation_p(one, one, one[0], alternative="up", runs=9, seed=0)
