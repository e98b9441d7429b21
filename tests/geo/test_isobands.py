"""Isobands: levels by share of incidents, nesting, exact counts, and only where significant."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries.errors import ParameterError
from geo.grid import grid_over
from geo.isobands import level_for_incident_share

GRID = grid_over(shapely.box(0, 0, 1025, 760), 50)


def slow_level(values, grid, share):
    """Try every value as the level, the highest first."""
    mass = np.where(grid.inside_share > 0, values * grid.inside_share, 0)
    for level in sorted(set(values[:, grid.inside_share > 0].ravel()), reverse=True):
        if level > 0 and mass[values >= level].sum() >= share * mass.sum() - 1e-9:
            return level
    return 0.0


@settings(max_examples=30)
@given(seed=st.integers(0, 999), share=st.floats(0, 1), frames=st.integers(1, 3))
def test_the_level_for_a_share_of_incidents_is_the_highest_that_holds_it(seed, share, frames):
    rng = np.random.default_rng(seed)
    shape = (frames, GRID.n_rows, GRID.n_cols)
    values = rng.integers(0, 40, shape) * (rng.random(shape) < 0.7) * 1.0
    level = level_for_incident_share(values, GRID, share)
    assert level == pytest.approx(slow_level(values, GRID, share))


def test_no_incidents_have_the_level_0():
    assert level_for_incident_share(np.zeros((2, *GRID.inside_share.shape)), GRID, 0.5) == 0


@pytest.mark.parametrize("share", [-0.1, 1.1, np.nan])
def test_a_share_out_of_bounds_is_refused(share):
    values = np.ones((1, *GRID.inside_share.shape))
    with pytest.raises(ParameterError, match="must be from 0 to 1 of the incidents"):
        level_for_incident_share(values, GRID, share)
