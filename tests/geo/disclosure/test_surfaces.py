"""Surfaces have classes where enough rests below them, round breaks, and no values."""

import json

import numpy as np
import pytest

from geo import demonstration
from geo.disclosure.land import land_of
from geo.disclosure.ledger import SHIPPED, FolderLedger
from geo.disclosure.menu import menu_of
from geo.disclosure.placed import Placed
from geo.disclosure.release import Release
from geo.disclosure.splits import ALL, splits_of
from geo.disclosure.surfaces import (
    SURFACE,
    ReleasedSurface,
    class_words,
    release_surfaces,
    rests_on_enough,
    round_breaks,
)
from geo.selection import Selection
from geo.surfaces.density import density
from tests.factories import incidents_of

DEMO = demonstration.load()
K = 5


@pytest.fixture(scope="module")
def shipped() -> Release:
    found = FolderLedger(SHIPPED).get(DEMO.fingerprint)
    assert found is not None, "the shipped release is of other data; renew it"
    return found


def test_the_shipped_surfaces_are_those_of_the_data(shipped):
    made = release_surfaces(DEMO, "2002", K, menu_of(DEMO), splits_of(DEMO))
    assert made.keys() == shipped.surfaces.keys()
    for key, surface in made.items():
        again = ReleasedSurface.from_list(json.loads(json.dumps(surface.as_list())))
        for other in (shipped.surfaces[key], again):
            assert other.breaks == surface.breaks
            assert (other.first_row, other.first_col) == (surface.first_row, surface.first_col)
            assert (other.classes == surface.classes).all()


def test_cells_have_the_class_of_their_density_where_enough_is_near(shipped):
    """Looked up cell by cell, with the distance to every incident."""
    surface = shipped.surfaces["all", ALL]
    land, placed = land_of("2002"), Placed.of(DEMO, "2002")
    values = density(DEMO, Selection(), SURFACE).values[0]
    rows = placed.rows(shipped.period("all"), ALL)
    points = np.column_stack([DEMO.easting, DEMO.northing])[rows]
    easting, northing = land.grid.centre_points()
    enough = rests_on_enough(placed, rows, K)
    n_shown = 0
    for cell in zip(*np.nonzero(land.inside), strict=True):
        away = np.hypot(*(points - (easting[cell], northing[cell])).T)
        near = points[away <= SURFACE.bandwidth_m]
        is_enough = len(near) >= 2 * K - 1 and len(np.unique(near, axis=0)) >= 3
        assert enough[cell] == is_enough
        reached = sum(values[cell] >= one for one in surface.breaks)
        assert surface.classes[cell] == (reached if is_enough else 0)
        n_shown += int(surface.classes[cell] > 0)
    assert n_shown > 300
    assert not surface.classes[~land.inside].any()


def test_periods_of_one_length_share_round_breaks(shipped):
    years = {shipped.surfaces[key, ALL].breaks for key in ("2015/16", "2016/17", "2017/18")}
    assert len(years) == 1
    for surface in shipped.surfaces.values():
        assert all(len(str(one).rstrip("0")) == 1 for one in surface.breaks)
        assert surface.classes.max() <= len(surface.breaks) <= 5


@pytest.mark.parametrize("highest", [20.0, 120.0, 963.0, 958.0, 40_000.0])
def test_no_class_is_narrower_than_a_few_incidents_can_make_it(highest):
    kernel_peak = 3 / (np.pi * (SURFACE.bandwidth_m / 1000) ** 2)
    breaks = round_breaks(highest, 4)
    assert breaks
    assert np.diff([*breaks, 10**9]).min() >= 4 * kernel_peak
    assert breaks[0] >= 0.9 * 4 * kernel_peak  # rounded to one digit
    assert round_breaks(highest, 4) == round_breaks(highest * 1.001, 4)
    assert list(class_words(breaks)) == list(range(1, len(breaks) + 1))


def test_nothing_is_drawn_of_many_incidents_at_two_addresses():
    places = ((523_450.0, 178_650.0), (523_460.0, 178_650.0), (523_470.0, 178_650.0))

    def surfaces(n_places: int) -> int:
        rows = [
            {"at": f"2017-{1 + n % 2:02d}-{1 + n % 28:02d} 20:00", "place": places[n % n_places]}
            for n in range(120)
        ]
        incidents = incidents_of(rows)
        found = release_surfaces(incidents, "2002", K, menu_of(incidents), splits_of(incidents))
        return len(found)

    assert surfaces(2) == 0
    assert surfaces(3) > 0


def test_the_public_gets_no_areas_and_no_surfaces(shipped):
    public = shipped.for_public()
    assert not public.hotspots
    assert not public.surfaces
