"""Chance: p-values, envelopes, null models, warnings, and that a test of nothing finds nothing."""

import numpy as np
import pytest
import shapely
from scipy import ndimage, stats

from boundaries.errors import ParameterError
from geo.hotspots.naming import names_at
from geo.progress import watching
from geo.readers import read
from geo.selection import Selection
from geo.surfaces.chance import CHANCE_COLUMNS, ChanceParams, chance
from geo.surfaces.chance_levels import CHANCE_CORRECTIONS
from geo.surfaces.density import DensityParams, borough
from geo.surfaces.null_models import NULLS
from tests.factories import make_incidents
from tests.reruns import assert_reruns

EVERYTHING = Selection()
COARSE = DensityParams(bandwidth_m=500, cell_size_m=100)
FEW = ChanceParams(runs=59)
CLUSTER = (523_500.0, 178_600.0)


def at_places(places, categories="Hate crime"):
    return make_incidents(
        ["2017-01-01"] * len(places), list(map(tuple, places)), category=categories
    )


def scattered(n, seed):
    """Draw n points evenly over the borough."""
    rng = np.random.default_rng(seed)
    west, south, east, north = borough().bounds
    points = rng.uniform((west, south), (east, north), (5 * n + 50, 2))
    return points[shapely.intersects_xy(borough(), *points.T)][:n]


def one_cluster(n_even=200, n_cluster=40, seed=1):
    near = np.random.default_rng(seed).normal(CLUSTER, 60, (n_cluster, 2))
    return np.concatenate([scattered(n_even, seed), near])


@pytest.fixture(scope="module")
def clustered():
    incidents = at_places(one_cluster())
    params = ChanceParams(runs=199, correction="maximum")
    return incidents, chance(incidents, EVERYTHING, DensityParams(), params)


def test_the_table_has_exactly_the_columns_in_order(clustered):
    _, result = clustered
    assert tuple(result.frame.columns) == CHANCE_COLUMNS
    row = result.frame.iloc[0]
    assert len(result.frame) == 1
    assert (row["incidents"], row["runs"]) == (240, 199)
    on_land = result.grid.inside_share > 0
    assert row["peak_per_km2"] == result.values[on_land].max()
    assert row["chance_peak_per_km2"] == np.sort(result.maxima)[-10]
    assert row["p_value"] == result.p_of_peak(np.array([row["peak_per_km2"]]))[0]
    significant = result.p_corrected <= 0.05
    hectares = (result.grid.inside_share[significant] * 0.25).sum()
    assert row["significant_ha"] == pytest.approx(hectares)


def test_a_planted_cluster_has_the_smallest_p_value_and_the_rest_is_chance(clustered):
    _, result = clustered
    row, col = result.grid.cells_of(*np.array([[CLUSTER[0]], [CLUSTER[1]]]))
    assert result.p[row, col] == 1 / 200
    assert result.p_corrected[row, col] == 1 / 200
    assert result.frame["p_value"][0] == 1 / 200
    east, north = np.meshgrid(*result.grid.centres())
    away = np.hypot(east - CLUSTER[0], north - CLUSTER[1])
    found = result.p_corrected <= 0.05
    assert away[found].max() < 300
    assert found.sum() > 10


def test_p_values_are_on_the_land_and_within_their_bounds(clustered):
    _, result = clustered
    on_land = result.grid.inside_share > 0
    assert np.isnan(result.p[~on_land]).all()
    assert np.isnan(result.p_corrected[~on_land]).all()
    assert result.p[on_land].min() >= 1 / 200
    assert result.p[on_land].max() == 1
    assert (result.p_corrected[on_land] >= result.p[on_land]).all()
    peaks = result.p_of_peak(np.array([0, 1e9, result.maxima[0]]))
    assert peaks[:2].tolist() == [1, 1 / 200]
    assert peaks[2] == (1 + (result.maxima >= result.maxima[0]).sum()) / 200


@pytest.mark.parametrize("correction", CHANCE_CORRECTIONS)
@pytest.mark.parametrize("level_pct", [5, 10])
def test_the_envelopes_say_the_same_as_the_p_values(correction, level_pct):
    wide = np.random.default_rng(2).normal(CLUSTER, 600, (300, 2))
    incidents = at_places(np.concatenate([one_cluster(100, 10), wide]))
    params = ChanceParams(runs=199, level_pct=level_pct, correction=correction)
    result = chance(incidents, EVERYTHING, COARSE, params)
    on_land = result.grid.inside_share > 0
    above = result.values > result.upper
    np.testing.assert_array_equal(above[on_land], result.p[on_land] <= level_pct / 100)
    above = result.values > result.critical
    np.testing.assert_array_equal(above[on_land], result.p_corrected[on_land] <= level_pct / 100)
    assert np.isinf(result.critical[on_land]).all() == (correction == "bonferroni")
    assert (result.p_corrected <= level_pct / 100).any() == (correction != "bonferroni")
    if correction == "maximum":
        on_land_p = result.p_of_peak(result.values[on_land])
        np.testing.assert_array_equal(result.p_corrected[on_land], on_land_p)


@pytest.mark.parametrize("null", NULLS)
def test_it_can_be_made_again_from_its_record(null):
    incidents = at_places(one_cluster())
    result = chance(incidents, EVERYTHING, COARSE, ChanceParams(runs=29, null=null, seed=3))
    assert_reruns(result, incidents)
    assert result.record.params["chance"]["seed"] == 3
    assert result.record.params["bandwidth_m"] == 500
    assert "240 incidents thrown" in result.record.rules["null"]
    assert "Benjamini-Hochberg" in result.record.rules["correction"]


def test_other_seeds_give_other_runs_and_the_order_of_rows_does_not_matter():
    points = one_cluster(80, 10)
    first = chance(at_places(points), EVERYTHING, COARSE, FEW)
    again = chance(at_places(points[::-1]), EVERYTHING, COARSE, FEW)
    np.testing.assert_array_equal(first.maxima, again.maxima)
    np.testing.assert_array_equal(first.p, again.p)
    other = chance(at_places(points), EVERYTHING, COARSE, ChanceParams(runs=59, seed=1))
    assert not np.isin(other.maxima, first.maxima).any()


def test_where_there_is_nothing_to_find_every_p_value_of_the_map_is_as_likely():
    # 80 maps of chance alone: the ranks of their peaks among 19 runs are even over 20 values.
    p = []
    for seed in range(80):
        params = ChanceParams(runs=19, seed=seed)
        incidents = at_places(scattered(60, 100 + seed))
        p.append(chance(incidents, EVERYTHING, COARSE, params).frame["p_value"][0])
    low, high = stats.binom.interval(0.999, 80, 0.2)
    assert low <= (np.array(p) <= 0.2).sum() <= high
    assert low <= (np.array(p) > 0.8).sum() <= high
    # The mean of 80 even p-values, from 0.05 to 1, within 3.3 standard errors.
    assert np.mean(p) == pytest.approx(0.525, abs=3.3 * 0.288 / np.sqrt(80))


def test_more_people_excuse_more_incidents():
    by_land, by_people = (
        chance(at_places(scattered(300, 5)), EVERYTHING, COARSE, ChanceParams(runs=59, null=null))
        for null in ("uniform", "population")
    )
    # Among residents a peak anywhere is higher, as wards differ fivefold in people per km2.
    assert np.median(by_people.maxima) > 1.1 * np.median(by_land.maxima)
    assert "2022 wards" in by_people.record.rules["null"]
    older = ChanceParams(runs=59, null="population", vintage="2002")
    assert (
        "2002"
        in chance(at_places(scattered(300, 5)), EVERYTHING, COARSE, older).record.rules["null"]
    )


def test_snap_points_that_lie_together_are_more_than_chance_only_on_open_land():
    rng = np.random.default_rng(16)
    places = one_cluster(150, 50, 6)
    incidents = at_places(places[rng.integers(0, len(places), 1_000)])
    evenly = chance(incidents, EVERYTHING, DensityParams(), FEW)
    assert evenly.frame["p_value"][0] == 1 / 60
    assert any("snap points looks like more than chance" in w for w in evenly.record.warnings)
    on_places = chance(incidents, EVERYTHING, DensityParams(), ChanceParams(runs=59, null="places"))
    assert on_places.frame["p_value"][0] > 0.05
    assert not any("snap points looks like" in w for w in on_places.record.warnings)


def test_the_places_are_those_of_all_incidents_not_of_the_selected_ones():
    places = one_cluster(150, 50, 6)
    categories = ["Burglary"] * len(places) + ["Drugs"] * 60
    drugs = np.repeat(places[-10:], 6, axis=0)
    incidents = at_places(np.concatenate([places, drugs]), categories)
    params = ChanceParams(runs=59, null="places")
    result = chance(incidents, Selection(categories=("Drugs",)), DensityParams(), params)
    assert "60 incidents thrown onto 200 positions" in result.record.rules["null"]
    assert result.frame["p_value"][0] == 1 / 60


def test_many_scattered_places_are_known_to_the_node():
    points = scattered(12_100, 7)
    categories = ["Burglary"] * 12_000 + ["Drugs"] * 100
    params = ChanceParams(runs=19, null="places")
    drugs = Selection(categories=("Drugs",))
    result = chance(at_places(points, categories), drugs, DensityParams(), params)
    assert "12,100 positions, known to cells of 25 m" in result.record.rules["null"]
    assert 1 / 20 <= result.frame["p_value"][0] <= 1


def test_too_few_runs_for_the_level_are_said():
    result = chance(
        at_places(one_cluster()), EVERYTHING, COARSE, ChanceParams(runs=19, level_pct=1)
    )
    assert any("19 runs are too few for a level of 1 %" in w for w in result.record.warnings)
    assert any("at least 99 runs" in w for w in result.record.warnings)
    assert np.isinf(result.frame["chance_peak_per_km2"][0])
    assert not (result.values > result.upper)[result.grid.inside_share > 0].any()


def test_too_few_runs_for_the_correction_are_said():
    params = ChanceParams(runs=99, correction="bonferroni")
    result = chance(at_places(one_cluster()), EVERYTHING, COARSE, params)
    assert any("smallest p-value that 99 runs can give" in w for w in result.record.warnings)


def test_nothing_is_not_more_than_chance():
    nowhere = make_incidents(["2017-01-01"], [(np.nan, np.nan)])
    result = chance(nowhere, EVERYTHING, COARSE, FEW)
    on_land = result.grid.inside_share > 0
    assert (result.p[on_land] == 1).all()
    assert result.frame["p_value"][0] == 1
    assert result.maxima.tolist() == [0] * 59
    assert any("nothing to show" in w for w in result.record.warnings)
    assert_reruns(result, nowhere)


def test_cells_wider_than_the_bandwidth_are_refused():
    params = DensityParams(bandwidth_m=100, cell_size_m=250)
    with pytest.raises(ParameterError, match="below the cell size of 250 m"):
        chance(at_places(one_cluster()), EVERYTHING, params, FEW)


@pytest.mark.parametrize("kernel", ["gaussian", "uniform"])
def test_runs_are_smoothed_like_the_observed(kernel):
    params = DensityParams(bandwidth_m=300, cell_size_m=100, kernel=kernel)
    result = chance(at_places(scattered(400, 9)), EVERYTHING, params, ChanceParams(runs=99))
    on_land = result.grid.inside_share > 0
    # A map of chance alone lies within the middle of the runs at most cells.
    assert 0.02 < result.frame["p_value"][0] < 0.98
    assert np.mean(result.p[on_land] <= 0.05) < 0.12
    assert result.record.params["kernel"] == kernel


def test_the_runs_are_told():
    told = []
    with watching(lambda done, total, what: told.append((done, total, what))):
        chance(at_places(one_cluster(30, 5)), EVERYTHING, COARSE, FEW)
    assert told[-1] == (59, 59, "random surfaces")


@pytest.fixture(scope="module")
def real_months(shared_data):
    if shared_data is None:
        pytest.skip("needs the shared months of police.uk")
    return read([shared_data / "incidents" / "police_uk"]).incidents


@pytest.mark.parametrize("null", NULLS)
def test_the_town_centres_of_the_real_months_are_more_than_chance(real_months, null):
    params = ChanceParams(runs=199, null=null)
    result = chance(real_months, EVERYTHING, DensityParams(), params)
    assert result.frame["p_value"][0] == 1 / 200
    on_land = np.where(result.grid.inside_share > 0, result.values, 0)
    # Peaks are the highest within 250 m; these are the most significant by the test of peaks.
    row, col = np.nonzero((on_land == ndimage.maximum_filter(on_land, 11)) & (on_land > 0))
    peaks = on_land[row, col]
    order = np.lexsort((-peaks, result.p_of_peak(peaks)))[:3]
    assert result.p_of_peak(peaks[order]).max() <= 0.05
    assert result.p_corrected[row[order], col[order]].max() <= 0.05
    east, north = result.grid.centres()
    _, names = names_at(east[col[order]], north[row[order]], np.arange(3), "2022")
    assert any("Westfield London" in name for name in names)
    assert any("Hammersmith Broadway, " in name for name in names)
