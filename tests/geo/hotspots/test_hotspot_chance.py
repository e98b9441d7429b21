"""Hotspots held against chance: p-values, and the cut where the surface is significant."""

import numpy as np
import pytest
import shapely

from boundaries.errors import ParameterError
from geo.clusters.dbscan import DbscanParams
from geo.clusters.hdbscan import HdbscanParams
from geo.frames import FrameParams, frames_of
from geo.grids.gistar import gi_star
from geo.grids.gistar_params import GiStarParams
from geo.hotspots.table import HotspotParams, find_hotspots
from geo.selection import Selection
from geo.surfaces.chance import ChanceParams, chance
from geo.surfaces.contours import level_of_densest
from geo.surfaces.density import DensityParams, borough
from geo.surfaces.isobands import level_for_incident_share
from tests.factories import make_incidents
from tests.reruns import assert_reruns

EVERYTHING = Selection()
TOWN = (523_300, 178_600)
QUICK = ChanceParams(runs=99, seed=3)


def scattered(seed, n=300, crowded=0):
    """Make incidents anywhere in the borough, and some more around Hammersmith Broadway."""
    rng = np.random.default_rng(seed)
    west, south, east, north = borough().bounds
    points = rng.uniform((west, south), (east, north), (4 * n, 2))
    points = points[shapely.intersects_xy(borough(), *points.T)][:n]
    town = rng.normal(TOWN, 90, (crowded, 2))
    together = np.concatenate([points, town])
    return make_incidents(["2017-05-01"] * len(together), [tuple(p) for p in together])


def centres_in(polygon, grid):
    east, north = grid.centre_points()
    return shapely.intersects_xy(polygon, east, north) & (grid.inside_share > 0)


@pytest.mark.parametrize(
    ("params", "compared", "said"),
    [
        (DensityParams(), DensityParams(), ""),
        (
            DbscanParams(eps_m=120, min_incidents=5),
            DensityParams(bandwidth_m=120),
            "bandwidth of 120 m",
        ),
        (HdbscanParams(min_cluster_incidents=10), DensityParams(), "bandwidth of 200 m"),
    ],
    ids=["density", "dbscan", "hdbscan"],
)
def test_the_p_value_is_the_share_of_maps_with_so_high_a_peak(params, compared, said):
    incidents = scattered(1, crowded=25)
    result = find_hotspots(incidents, EVERYTHING, params, chance_params=QUICK)
    held = chance(incidents, EVERYTHING, compared, QUICK)
    assert len(result.frame) > 0
    for hotspot in result.frame.itertuples():
        peak = held.values[centres_in(hotspot.geometry, held.grid)].max()
        sure = (1 + (held.maxima >= peak).sum()) / 100
        # The peak may lie in a cell whose centre is just outside of the outline.
        assert hotspot.p_value <= sure + 1e-12
    least = result.frame["p_value"].min()
    assert least == held.p_of_peak(np.array([held.values.max()]))[0] <= 0.02
    assert "99 runs" in result.record.rules["p_value"]
    assert said in result.record.rules["p_value"]


def test_a_made_hotspot_is_significant():
    made = find_hotspots(
        scattered(2, crowded=40), EVERYTHING, DensityParams(), chance_params=QUICK
    ).frame
    assert made.geometry[0].contains(shapely.Point(TOWN))
    assert made["p_value"][0] == 0.01


def test_gi_star_brings_its_own_p_values():
    incidents = scattered(3, crowded=40)
    params = GiStarParams()
    result = find_hotspots(incidents, EVERYTHING, params)
    cells = gi_star(incidents, EVERYTHING, params)
    (hotspot, *_) = result.frame.itertuples()
    inside = centres_in(hotspot.geometry, cells.grid)
    assert hotspot.p_value == np.nanmin(cells.p[0][inside]) < 0.05
    assert "smallest p-value of its cells" in result.record.rules["p_value"]


@pytest.mark.parametrize("params", [DensityParams(), DbscanParams()])
def test_without_a_test_there_is_no_p_value_and_that_is_said(params):
    result = find_hotspots(scattered(4, crowded=20), EVERYTHING, params)
    assert result.frame["p_value"].isna().all()
    assert result.record.rules["p_value"] == "not tested"
    assert result.record.params["chance"] is None


@pytest.mark.parametrize("cut", ["area", "level", "incidents"])
def test_the_cut_is_at_the_level_that_was_asked_for(cut):
    incidents = scattered(5, crowded=60)
    chosen = HotspotParams(
        cut=cut, area_share_pct=3, incident_share_pct=40, max_hotspots=50, min_places=3
    )
    result = find_hotspots(incidents, EVERYTHING, DensityParams(), hotspot_params=chosen)
    surface = result.surface
    assert surface is not None
    inside = np.broadcast_to(surface.grid.inside_share, surface.values.shape)
    level = {
        "area": level_of_densest(surface.values, surface.grid, 0.03),
        "level": 3 * (surface.values * inside).sum() / inside.sum(),
        "incidents": level_for_incident_share(surface.values, surface.grid, 0.4),
    }[cut]
    assert f"above {level:,.1f} incidents per km2" in result.record.rules["level"]
    hot = centres_in(result.frame.union_all(), surface.grid)
    assert hot.any()
    assert (surface.values[0][hot] >= level - 1e-9).all()


def test_a_level_given_is_taken_as_it_is():
    chosen = HotspotParams(cut="level", level_per_km2=55)
    result = find_hotspots(
        scattered(6, crowded=30), EVERYTHING, DensityParams(), hotspot_params=chosen
    )
    assert result.record.rules["level"] == "density above 55.0 incidents per km2"


def test_the_share_of_incidents_is_about_what_the_hotspots_hold():
    incidents = scattered(7, n=1500, crowded=1500)
    chosen = HotspotParams(cut="incidents", incident_share_pct=40, max_hotspots=50)
    table = find_hotspots(
        incidents, EVERYTHING, DensityParams(bandwidth_m=100), hotspot_params=chosen
    ).frame
    assert table["share"].sum() == pytest.approx(40, abs=5)


def test_only_significant_land_is_hot_when_asked():
    incidents = scattered(8, crowded=30)
    params, test = DensityParams(), ChanceParams(runs=99, correction="none")
    held = chance(incidents, EVERYTHING, params, test)
    wide = HotspotParams(area_share_pct=20)
    every = find_hotspots(incidents, EVERYTHING, params, hotspot_params=wide, chance_params=test)
    strict = HotspotParams(area_share_pct=20, only_significant="yes")
    only = find_hotspots(incidents, EVERYTHING, params, hotspot_params=strict, chance_params=test)
    assert 0 < only.frame["area_ha"].sum() < every.frame["area_ha"].sum()
    assert only.frame.geometry[0].contains(shapely.Point(TOWN))
    hot = centres_in(only.frame.union_all(), held.grid)
    assert (held.values[hot] >= held.critical[hot] - 1e-9).all()
    assert (held.p_corrected[hot] <= 0.05 + 1e-9).all()


def test_where_nothing_is_significant_nothing_is_hot():
    incidents = scattered(9)
    strict = HotspotParams(only_significant="yes")
    found = find_hotspots(
        incidents, EVERYTHING, DensityParams(), hotspot_params=strict, chance_params=QUICK
    )
    assert found.frame.empty


@pytest.mark.parametrize(
    ("params", "hotspots", "test", "framed", "message"),
    [
        (GiStarParams(), HotspotParams(), QUICK, False, "Gi.* is a test of chance itself"),
        (DensityParams(), HotspotParams(), QUICK, True, "leave frames or chance_params out"),
        (
            DensityParams(),
            HotspotParams(only_significant="yes"),
            None,
            False,
            "needs a test of chance; give chance_params",
        ),
        (
            DbscanParams(),
            HotspotParams(only_significant="yes"),
            QUICK,
            False,
            "only_significant cuts a density surface",
        ),
    ],
)
def test_what_cannot_be_tested_is_refused(params, hotspots, test, framed, message):
    incidents = scattered(10)
    frames = frames_of(incidents, FrameParams()) if framed else None
    with pytest.raises(ParameterError, match=message):
        find_hotspots(
            incidents,
            EVERYTHING,
            params,
            hotspot_params=hotspots,
            frames=frames,
            chance_params=test,
        )


@pytest.mark.parametrize(
    ("params", "test"),
    [(DensityParams(), QUICK), (DbscanParams(), QUICK), (GiStarParams(), None)],
    ids=["density", "dbscan", "gi star"],
)
def test_results_run_again_from_their_records(params, test):
    incidents = scattered(11, crowded=30)
    result = find_hotspots(incidents, EVERYTHING, params, chance_params=test)
    assert_reruns(result, incidents)


def test_no_incidents_can_be_tested_too():
    result = find_hotspots(make_incidents([], []), EVERYTHING, DensityParams(), chance_params=QUICK)
    assert result.frame.empty
