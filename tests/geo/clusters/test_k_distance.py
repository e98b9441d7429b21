"""The k-distance curve with stacks, its bend, and the search radius it suggests."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import DBSCAN
from sklearn.neighbors import NearestNeighbors

from boundaries.errors import ParameterError
from geo.clusters import k_distance as module
from geo.clusters.k_distance import (
    K_DISTANCE_COLUMNS,
    KDistanceParams,
    bend,
    k_distance,
    k_distances,
)
from geo.selection import Selection
from geo.sites import sites_of
from tests.factories import make_incidents
from tests.reruns import assert_reruns

EVERYTHING = Selection()


def incidents_at(points):
    return make_incidents(["2016-01-01"] * len(points), [tuple(p) for p in points])


def town_and_spread(n=200, seed=1):
    rng = np.random.default_rng(seed)
    town = rng.normal((523_400, 178_600), 60, (n, 2))
    return np.concatenate([town, rng.uniform((523_000, 178_000), (524_000, 179_500), (n // 4, 2))])


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.integers(3, 40), st.sampled_from([10, 80, 300]))
def test_distances_are_those_of_all_rows_the_incident_itself_included(seed, k, n_places):
    rng = np.random.default_rng(seed)
    rows = rng.uniform(0, 1_000, (n_places, 2))[rng.integers(0, n_places, 120)]
    sites, site_of = sites_of(*rows.T)
    counts = np.bincount(site_of, minlength=len(sites)).astype(float)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_AT_ONCE", 100)
        ours = k_distances(sites, counts, k)[site_of]
    oracle = NearestNeighbors(n_neighbors=k).fit(rows).kneighbors(rows)[0][:, -1]
    np.testing.assert_allclose(ours, oracle, atol=1e-9)


def test_a_radius_of_the_distance_makes_the_share_of_incidents_cores():
    rows = town_and_spread()
    frame = k_distance(incidents_at(rows), EVERYTHING, KDistanceParams(k=10)).frame
    assert tuple(frame.columns) == K_DISTANCE_COLUMNS
    assert frame["distance_m"].is_monotonic_increasing
    for share, distance in frame.iloc[[100, 500, 900]].to_numpy():
        cores = DBSCAN(eps=distance + 1e-6, min_samples=10).fit(rows).core_sample_indices_
        assert 100 * len(cores) / len(rows) == pytest.approx(share, abs=0.5)


def test_the_bend_of_a_curve_of_two_lines_is_where_they_meet():
    share = np.linspace(0, 1, 101)
    curve = np.where(share <= 0.8, 100 * share, 80 + 2_000 * (share - 0.8))
    assert bend(share, curve) == pytest.approx(80)


def test_the_bend_is_that_of_the_published_example():
    # Satopaa et al. 2011, figure 2: y = -1 / x + 5 on ten points from 0 to 1 bends at x = 0.22;
    # here mirrored, as a distance curve bends upwards.
    x = np.linspace(0, 1, 10)
    y = -1 / (x + 0.1) + 5
    knee = x[np.isclose(bend(1 - x[::-1], y.max() - y[::-1]), y.max() - y)]
    assert knee == pytest.approx([0.222], abs=1e-3)


def test_a_curve_without_a_bend_gives_its_end():
    assert bend(np.array([0.5, 1.0]), np.array([30.0, 30.0])) == 30


def test_the_suggestion_is_recorded_with_its_rule_and_within_bounds():
    record = k_distance(incidents_at(town_and_spread()), EVERYTHING, KDistanceParams(10)).record
    assert 50 <= record.params["suggested_eps_m"] <= 120
    assert record.params["k"] == 10
    assert "bend of the curve" in record.rules["suggested_eps_m"]
    close = 523_400 + np.arange(60.0)
    tiny = k_distance(
        incidents_at(np.column_stack([close, np.full(60, 178_600)])), EVERYTHING, KDistanceParams(3)
    )
    assert tiny.record.params["suggested_eps_m"] == 50


def test_stacked_positions_are_warned_of():
    rows = np.repeat(town_and_spread(n=20), 30, axis=0)
    record = k_distance(incidents_at(rows), EVERYTHING, KDistanceParams(k=20)).record
    assert any("at their very position" in warning for warning in record.warnings)
    assert not any(
        "at their very position" in warning
        for warning in k_distance(
            incidents_at(town_and_spread()), EVERYTHING, KDistanceParams()
        ).record.warnings
    )


@pytest.mark.parametrize("points", [[], [(523_400, 178_600)] * 2, [(1.0, 1.0)] * 50])
def test_fewer_than_k_incidents_have_no_curve(points):
    result = k_distance(incidents_at(points), EVERYTHING, KDistanceParams(k=5))
    assert len(result.frame) == 0
    assert tuple(result.frame.columns) == K_DISTANCE_COLUMNS
    assert result.record.params["suggested_eps_m"] is None
    assert "fewer than 5 located incidents" in result.record.warnings[0]


def test_it_reruns_from_its_record():
    incidents = incidents_at(town_and_spread())
    assert_reruns(k_distance(incidents, EVERYTHING, KDistanceParams(k=15)), incidents)


def test_k_has_bounds():
    with pytest.raises(ParameterError, match="k is 2; it must be from 3"):
        KDistanceParams(k=2)
