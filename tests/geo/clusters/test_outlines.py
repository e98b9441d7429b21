"""Outlines of groups of points: discs and hulls, clipped and without overlap."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.clusters.discs import disc_unions
from geo.clusters.outlines import OUTLINES, outlines

EVERYWHERE = shapely.box(-1e6, -1e6, 1e6, 1e6)


def groups_of_points(seed, sizes=(1, 2, 3, 30, 80), side=600):
    rng = np.random.default_rng(seed)
    group = np.repeat(np.arange(len(sizes)), sizes)
    centres = rng.uniform(0, 3 * side, (len(sizes), 2)) + 523_000
    x, y = (centres[group] + rng.uniform(0, side, (len(group), 2))).T
    return x, y, group


def test_unions_of_discs_are_those_of_buffered_points():
    x, y, group = groups_of_points(5, (1, 2, 30, 80), 400)
    drawn = disc_unions(x, y, group, 75)
    points = shapely.multipoints(shapely.points(x, y), indices=group)
    exact = shapely.buffer(points, 75, quad_segs=32)
    apart = shapely.area(shapely.symmetric_difference(drawn, exact)) / shapely.area(exact)
    assert shapely.is_valid(drawn).all()
    assert apart.max() < 0.03
    assert shapely.covers(drawn, points).all()


def test_discs_that_leave_a_gap_keep_the_hole():
    angle = np.arange(0, 2 * np.pi, 0.2)
    (ring,) = disc_unions(300 * np.cos(angle), 300 * np.sin(angle), np.zeros(len(angle), int), 75.0)
    assert not ring.contains(shapely.Point(0, 0))
    assert len(shapely.get_parts(ring)[0].interiors) == 1


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.sampled_from(sorted(OUTLINES)))
def test_outlines_lie_in_the_area_and_do_not_overlap(seed, outline):
    x, y, group = groups_of_points(seed)
    area = shapely.box(523_200, 523_200, 524_600, 526_000)
    drawn, areas = outlines(x, y, group, 75, outline, area)
    assert (np.diff(drawn) > 0).all()
    assert shapely.covers(area.buffer(1e-6), areas).all()
    assert shapely.is_valid(areas).all()
    assert set(shapely.get_type_id(areas)) <= {3, 6}
    assert shapely.area(areas).sum() == pytest.approx(
        shapely.union_all(areas).area if len(areas) else 0
    )


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_a_hull_reaches_as_far_beyond_every_point_as_the_discs(seed):
    x, y, group = groups_of_points(seed, (40,))
    (hull,) = outlines(x, y, group, 75, "hull", EVERYWHERE)[1]
    (discs,) = outlines(x, y, group, 75, "discs", EVERYWHERE)[1]
    from_outline = shapely.distance(hull.boundary, shapely.points(x, y))
    assert from_outline.min() > 74
    assert discs.difference(hull).area < 0.02 * discs.area


def test_the_earlier_group_keeps_the_land_and_a_buried_one_gets_none():
    x, y = np.array([0, 100, 0, 100, 400, 50.0]), np.array([0, 0, 100, 100, 50, 50.0])
    group = np.array([0, 0, 0, 0, 1, 2])
    drawn, areas = outlines(x, y, group, 75, "hull", EVERYWHERE)
    assert drawn.tolist() == [0, 1]
    assert areas[0].covers(shapely.box(0, 0, 100, 100))


def test_no_points_have_no_outline():
    drawn, areas = outlines(np.zeros(0), np.zeros(0), np.zeros(0, int), 75, "discs", EVERYWHERE)
    assert len(drawn) == len(areas) == 0
