"""Neighbours of wards, beside the segments that two outlines have in common, one by one."""

from math import dist

import numpy as np
import pytest
import shapely

import boundaries
from boundaries.errors import ParameterError
from geo import demonstration
from geo.selection import Selection
from geo.wards.neighbours import (
    NEIGHBOUR_COLUMNS,
    NeighbourParams,
    shared_borders_m,
    ward_neighbours,
)
from geo.wards.statistics import ward_contiguity
from tests.factories import make_incidents

VINTAGES = ["2002", "2022"]


def segments(shape):
    """Give the segments of all rings, each as the set of its two ends."""
    polygons = getattr(shape, "geoms", [shape])
    rings = [ring for part in polygons for ring in (part.exterior, *part.interiors)]
    return {
        frozenset(pair)
        for ring in rings
        for pair in zip(ring.coords, ring.coords[1:], strict=False)
    }


@pytest.mark.parametrize("vintage", VINTAGES)
def test_borders_are_the_segments_that_two_outlines_share(vintage):
    shapes = boundaries.load_wards(vintage).geometry
    own = [segments(shape) for shape in shapes]
    expected = [[0 if a is b else sum(dist(*pair) for pair in a & b) for b in own] for a in own]
    found = shared_borders_m(vintage)
    np.testing.assert_allclose(found, expected, atol=1e-6)
    # Whoever shares a border touches; those that touch in a corner only are no neighbours here.
    near = ward_contiguity(vintage)
    assert (near | (found == 0)).all()
    assert (near & (found == 0)).sum() == {"2002": 4, "2022": 0}[vintage]


@pytest.mark.parametrize("vintage", VINTAGES)
def test_every_neighbour_stands_there_with_its_figures(vintage):
    incidents = demonstration.load()
    wards = boundaries.load_wards(vintage).set_index("ward_code")
    lengths = shared_borders_m(vintage)
    points = incidents.frame[["easting", "northing"]].dropna().to_numpy()
    for number, code in enumerate(wards.index):
        table = ward_neighbours(incidents, Selection(), NeighbourParams(code, vintage)).frame
        assert tuple(table.columns) == NEIGHBOUR_COLUMNS
        assert set(table["ward_code"]) == set(wards.index[lengths[number] >= 1])
        assert (np.diff(table["border_km"]) <= 0).all()
        assert 20 < table["border_share_pct"].sum() <= 100 + 1e-9
    for code, count, rate in zip(table["ward_code"], table["count"], table["rate"], strict=True):
        inside = int(shapely.intersects_xy(wards.geometry[code], points).sum())
        assert count == inside
        assert rate == pytest.approx(1000 * inside / wards["population"][code])


def test_the_wards_of_the_selection_do_not_hide_the_figures_of_the_period():
    incidents = make_incidents(["2023-05-01", "2023-06-01"], [(523500, 178500)] * 2)
    may = Selection(start=None, end=incidents.span[0].date())
    tables = [
        ward_neighbours(incidents, chosen, NeighbourParams(code)).frame
        for chosen in (Selection(), may)
        for code in boundaries.load_wards("2022")["ward_code"]
    ]
    totals = [sum(table["count"].sum() for table in half) for half in (tables[:21], tables[21:])]
    assert totals[0] == 2 * totals[1] > 0


def test_a_ward_of_another_vintage_is_refused():
    with pytest.raises(ParameterError, match="'E05000250' is not the code of a ward of 2022; use"):
        NeighbourParams("E05000250", "2022")
