"""Gi* and Gi: published values, esda on lattices, and a slow loop."""

import esda
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from libpysal.weights import W

from boundaries.errors import ParameterError
from geo.grids.gistar import gi_scores, gi_star_scores
from geo.grids.grid import grid_over
from geo.grids.local_g import gi_star_z, gi_z

# Ord and Getis 1995 and the documentation of esda: binary weights within 15 of each point.
POINTS = np.array([(10, 10), (20, 10), (40, 10), (15, 20), (30, 20), (30, 30)], float)
VALUES = np.array([2, 3, 3.2, 5, 8, 7])
GI_STAR = [-1.39727626, -0.28917762, 0.65064964, -0.28917762, 1.23452088, 2.02424331]
GI = [-1.0136729, -0.04361589, 1.31558703, -0.31412676, 1.15373986, 1.77833941]

L_SHAPE = shapely.Polygon([(0, 0), (1500, 0), (1500, 700), (620, 710), (600, 1200), (0, 1130)])


def test_the_published_values():
    near = np.hypot(*(POINTS[:, None] - POINTS).T) <= 15
    alone = near & ~np.eye(6, dtype=bool)
    z = gi_star_z(VALUES[None], (near @ VALUES)[None], near.sum(axis=1).astype(float))
    np.testing.assert_allclose(z[0], GI_STAR, atol=1e-8)
    z = gi_z(VALUES[None], (alone @ VALUES)[None], alone.sum(axis=1).astype(float))
    np.testing.assert_allclose(z[0], GI, atol=1e-8)


def in_a_loop(values, near, *, star):
    """Write the formula of Ord and Getis down as it stands, place by place."""
    scores = []
    for place in range(len(values)):
        others = values if star else np.delete(values, place)
        n, w = len(others), near[place].sum() - (not star)
        total = values[near[place]].sum() - (0 if star else values[place])
        spread = others.std() * np.sqrt((n * w - w**2) / (n - 1))
        scores.append((total - others.mean() * w) / spread)
    return np.array(scores)


def near_within(grid, radius_m):
    places = np.column_stack([axis[grid.inside] for axis in grid.centre_points()])
    return np.hypot(*(places[:, None] - places).transpose(2, 0, 1)) <= radius_m + 1e-6


@pytest.mark.parametrize("shape", ["square", "hexagonal"])
@pytest.mark.parametrize("radius_m", [100, 100 * np.sqrt(2), 260])
def test_grids_score_as_a_loop_does(shape, radius_m):
    grid = grid_over(L_SHAPE, 100, shape)
    counts = np.random.default_rng(7).poisson(0.7, (2, *grid.inside_share.shape)).astype(float)
    near = near_within(grid, radius_m)
    star, alone = gi_star_scores(counts, grid, radius_m), gi_scores(counts, grid, radius_m)
    assert np.isnan(star[:, ~grid.inside]).all()
    for k in range(2):
        values = counts[k, grid.inside]
        np.testing.assert_allclose(
            star[k, grid.inside], in_a_loop(values, near, star=True), atol=1e-9
        )
        np.testing.assert_allclose(
            alone[k, grid.inside], in_a_loop(values, near, star=False), atol=1e-9
        )


@pytest.mark.parametrize("shape", ["square", "hexagonal"])
@pytest.mark.parametrize("star", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_grids_score_as_esda_does(shape, star, seed):
    grid = grid_over(L_SHAPE, 50, shape)
    counts = np.random.default_rng(seed).negative_binomial(0.3, 0.2, grid.inside_share.shape)
    values = counts[grid.inside].astype(float)
    near = near_within(grid, 75) & ~np.eye(len(values), dtype=bool)
    neighbours = {place: np.flatnonzero(row).tolist() for place, row in enumerate(near)}
    theirs = esda.G_Local(
        values, W(neighbours, silence_warnings=True), transform="B", star=star, permutations=0
    )
    score = gi_star_scores if star else gi_scores
    ours = score(counts[None].astype(float), grid, 75)[0, grid.inside]
    np.testing.assert_allclose(ours, theirs.Zs, atol=1e-9)


@given(st.integers(0, 2**32 - 1), st.integers(2, 1_000))
def test_scores_do_not_change_when_all_counts_are_multiplied(seed, factor):
    grid = grid_over(L_SHAPE, 100)
    counts = np.random.default_rng(seed).poisson(0.5, (1, *grid.inside_share.shape)).astype(float)
    np.testing.assert_allclose(
        gi_star_scores(counts * factor, grid, 150), gi_star_scores(counts, grid, 150), atol=1e-9
    )


@given(st.integers(0, 2**32 - 1), st.integers(1, 1_000))
def test_scores_do_not_change_when_the_same_is_added_to_every_cell(seed, more):
    grid = grid_over(L_SHAPE, 100)
    counts = np.random.default_rng(seed).poisson(0.5, (1, *grid.inside_share.shape)).astype(float)
    np.testing.assert_allclose(
        gi_star_scores(counts + more, grid, 150), gi_star_scores(counts, grid, 150), atol=1e-9
    )


def test_what_lies_outside_the_area_does_not_count():
    grid = grid_over(L_SHAPE, 100)
    counts = np.random.default_rng(1).poisson(1, (1, *grid.inside_share.shape)).astype(float)
    for noise in (1_000, np.nan):
        noisy = np.where(grid.inside, counts, noise)
        np.testing.assert_array_equal(
            gi_star_scores(noisy, grid, 150), gi_star_scores(counts, grid, 150)
        )


def test_counts_of_another_grid_are_refused():
    grid = grid_over(L_SHAPE, 100)
    for shape in ((3, 4), (1, 3, 4), grid.inside_share.shape):
        with pytest.raises(ParameterError, match=r"this grid needs \(frames, 14, 17\)"):
            gi_star_scores(np.zeros(shape), grid, 150)


@pytest.mark.parametrize("score", [gi_star_scores, gi_scores])
def test_where_nothing_can_stand_out_the_score_is_0(score):
    grid = grid_over(shapely.box(0, 0, 300, 300), 100)
    same = np.full((1, *grid.inside_share.shape), 3.0)
    np.testing.assert_array_equal(score(same, grid, 150)[:, grid.inside], 0)
    one_hot = same.copy()
    one_hot[0, 2, 2] = 9
    everywhere = score(one_hot, grid, 1_000)[:, grid.inside]
    np.testing.assert_array_equal(everywhere, 0)
    assert np.isfinite(score(one_hot, grid, 10)[:, grid.inside]).all()


def test_fractions_that_are_all_the_same_score_0_in_spite_of_rounding():
    values = np.full((1, 49), 0.1)
    sums, neighbours = np.full((1, 49), 0.1 + 0.1 + 0.1), np.full(49, 3.0)
    np.testing.assert_array_equal(gi_star_z(values, sums, neighbours), 0)
    np.testing.assert_array_equal(gi_z(values, sums, neighbours), 0)
