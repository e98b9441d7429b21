"""Edge-corrected densities beside R's spatstat, and the rule of thumb beside R's MASS."""

from math import sqrt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from geo.grids.grid import grid_over
from geo.sites import sites_of
from geo.surfaces.bandwidth import rule_of_thumb
from geo.surfaces.kernel import exact_surfaces
from geo.surfaces.kernel_lattice import binned_surfaces
from geo.surfaces.kernel_shape import Kernel

DATA = Path(__file__).resolve().parents[2] / "data" / "spatstat"
WINDOW = shapely.Polygon(
    [(0, 0), (700, 120), (1000, 60), (820, 400), (1000, 800), (500, 690), (320, 800), (0, 500)]
)
SIGMA_M, CELL_M = 90, 10
KERNELS = {
    "gaussian": SIGMA_M,
    "quartic": SIGMA_M * sqrt(8),
    "epanechnikov": SIGMA_M * sqrt(6),
}
"""Bandwidths here with a standard deviation of ``SIGMA_M`` along each axis."""


def differences(name, way, points):
    sites, site_of = sites_of(*points.T)
    counts = np.bincount(site_of)[None].astype(float)
    grid = grid_over(WINDOW, CELL_M)
    surface = way(sites, counts, grid, Kernel(name, KERNELS[name]))[0]
    expected = pd.read_csv(DATA / "densities.csv").query("kernel == @name")
    rows, cols = grid.cells_of(expected["easting"].to_numpy(), expected["northing"].to_numpy())
    theirs = expected["density_per_km2"].to_numpy()
    assert len(theirs) == 40
    return abs(surface[rows, cols] - theirs).max() / theirs.max()


@pytest.mark.parametrize("way", [exact_surfaces, binned_surfaces])
@pytest.mark.parametrize("name", KERNELS)
def test_on_the_same_pixels_densities_are_those_of_spatstat(name, way):
    # spatstat moves points to the middle of their pixels, and takes a pixel at the border as
    # wholly inside or outside where shares are used here: that is the tolerance.
    points = pd.read_csv(DATA / "points.csv").to_numpy()
    moved = np.floor(points / CELL_M) * CELL_M + CELL_M / 2
    assert differences(name, way, moved) <= 0.004


@pytest.mark.parametrize("name", KERNELS)
def test_densities_are_those_of_spatstat_but_for_its_moving_points_to_pixels(name):
    points = pd.read_csv(DATA / "points.csv").to_numpy()
    assert 0.004 < differences(name, exact_surfaces, points) <= 0.02


@pytest.mark.parametrize("axis", ["easting", "northing"])
def test_the_rule_of_thumb_is_that_of_venables_and_ripley(axis):
    values = pd.read_csv(DATA / "points.csv")[axis].to_numpy()
    expected = pd.read_csv(DATA / "bandwidth.csv", index_col="axis")["width_m"]
    assert rule_of_thumb(values) == pytest.approx(expected[axis], rel=1e-12)
