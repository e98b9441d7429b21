"""Polygons that all sessions share are asked by several threads at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import numpy as np
import pytest
import shapely

import boundaries
from geo.clusters.dbscan import DbscanParams
from geo.grids.gistar import GiStarParams
from geo.grids.grid import grid_over
from geo.hotspots.table import find_hotspots
from geo.prepared import prepared_copy
from geo.selection import Selection
from geo.surfaces.chance import ChanceParams
from geo.surfaces.contours import clip
from geo.surfaces.density import DensityParams, borough
from tests.factories import make_incidents


def incidents_in_shepherds_bush():
    places = np.random.default_rng(0).normal((523_500, 179_900), 60, (40, 2))
    return make_incidents([date(2017, 1, 15)] * 40, [tuple(place) for place in places])


@pytest.mark.parametrize("params", [DensityParams(), GiStarParams(), DbscanParams()])
def test_no_method_prepares_the_borough_or_its_wards(params):
    # Other tests ask single polygons about points, for which shapely prepares them.
    shapely.destroy_prepared(borough())
    shapely.destroy_prepared(boundaries.load_wards("2022").geometry)
    chance = None if isinstance(params, GiStarParams) else ChanceParams("population", runs=19)
    find_hotspots(incidents_in_shepherds_bush(), Selection(), params, chance_params=chance)
    assert not shapely.is_prepared(borough())
    assert not shapely.is_prepared(boundaries.load_wards("2022").geometry).any()


def test_a_grid_leaves_its_area_as_it_is():
    area = shapely.box(0, 0, 950, 950)
    grid_over(area, 100)
    assert not shapely.is_prepared(area)


def test_a_copy_is_prepared_and_equal():
    shapes = np.array([shapely.box(0, 0, 1, 1), shapely.Point(3, 3).buffer(1)], dtype=object)
    copies = prepared_copy(shapes)
    assert shapely.is_prepared(copies).all()
    assert not shapely.is_prepared(shapes).any()
    assert shapely.equals_exact(copies, shapes).all()


def test_threads_that_clip_at_once_get_what_one_gets():
    west, south, east, north = borough().bounds
    centres = np.random.default_rng(0).uniform((west, south), (east, north), (200, 2))
    discs = np.array([shapely.Point(*centre).buffer(200) for centre in centres], dtype=object)
    frame_of = np.arange(len(discs))

    def area_m2(_):
        return shapely.area(clip(frame_of, discs, borough())[1]).sum()

    alone = area_m2(0)
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(area_m2, range(16))) == {alone}
