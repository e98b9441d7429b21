"""Scores of each method on common cells, from what came before only."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from sklearn.cluster import DBSCAN

import boundaries
from boundaries.errors import ParameterError
from geo.borough import borough
from geo.clusters.dbscan import DbscanParams
from geo.evaluation.land import land_of
from geo.evaluation.prediction import (
    NAMED,
    CountParams,
    Training,
    name_of,
    predict,
    settings_in_words,
)
from geo.evaluation.rolling import rolling_dates
from geo.evaluation.rolling_params import RollingParams
from geo.evaluation.rolling_tests import training_of
from geo.grids.gistar import GiStarParams
from geo.selection import Selection
from geo.sites import Sites, locate_selected
from geo.surfaces.density import DensityParams, density
from tests.factories import make_incidents

OFFSETS = [(0.0, 0.0), (40.0, 75.0)]


@pytest.fixture(scope="module")
def training() -> Training:
    """Make two dates of training on 150 places, some of them crowded."""
    rng = np.random.default_rng(8)
    west, south, east, north = borough().bounds
    spread = rng.uniform((west, south), (east, north), (300, 2))
    towns = np.concatenate([rng.normal(at, 120, (30, 2)) for at in [(523_500, 179_900)] * 2])
    places = np.concatenate([towns, spread])
    places = places[shapely.intersects_xy(borough(), *places.T)][:150]
    of, day = rng.integers(0, len(places), 600), np.sort(rng.integers(0, 300, 600))
    times = (np.datetime64("2017-01-01") + day).astype(str)
    incidents = make_incidents(times, [tuple(places[k]) for k in of], precision="day")
    rolling = rolling_dates(incidents, RollingParams(train_days=120, test_days=60, n_dates=2))
    return training_of(locate_selected(incidents, Selection()), rolling)


def scores_of(params, training, land):
    return predict(params, training, land).scores


def cells_one_by_one(training, land):
    """Find each site's cell by going through the polygons of all cells."""
    outlines = shapely.transform(
        land.grid.polygons().ravel()[land.cells], lambda at: np.add(at, (land.east_m, land.north_m))
    )
    return outlines, [
        int(np.flatnonzero(shapely.intersects_xy(outlines, easting, northing))[0])
        for easting, northing in zip(training.sites.easting, training.sites.northing, strict=True)
    ]


@pytest.mark.parametrize("offset", OFFSETS)
def test_the_cells_tile_the_borough_wherever_their_lines_lie(training, offset):
    land = land_of(250, *offset)
    outlines, cells = cells_one_by_one(training, land)
    assert land.area_km2.sum() == pytest.approx(borough().area / 1e6)
    west, south = shapely.bounds(outlines)[:, :2].T
    assert set((west - offset[0]) % 250) == {0}
    assert set((south - offset[1]) % 250) == {0}
    found = land.cell_of(training.sites.easting, training.sites.northing)
    assert found.tolist() == cells
    inside = shapely.area(shapely.intersection(outlines, borough())) / 1e6
    np.testing.assert_allclose(land.area_km2, inside, atol=1e-9)


@pytest.mark.parametrize("period", ["latest", "training"])
@pytest.mark.parametrize("offset", OFFSETS)
def test_counts_are_those_of_the_cells(training, period, offset):
    land = land_of(250, *offset)
    _, cells = cells_one_by_one(training, land)
    counts = training.latest if period == "latest" else training.counts
    expected = np.zeros((2, len(land)))
    for site, cell in enumerate(cells):
        expected[:, cell] += counts[:, site]
    np.testing.assert_array_equal(scores_of(CountParams(period=period), training, land), expected)


def test_ward_counts_are_those_of_a_spatial_join(training):
    land, wards = land_of(250), boundaries.load_wards("2002")
    points = gpd.GeoSeries.from_xy(training.sites.easting, training.sites.northing, crs=wards.crs)
    wards = wards.assign(row=range(len(wards)))
    of_site = gpd.GeoDataFrame(geometry=points).sjoin(wards)["row"].sort_index()
    per_ward = np.bincount(of_site, training.latest[1], len(wards))
    scores = scores_of(CountParams("ward", vintage="2002"), training, land)[1]
    easting, northing = land.centres
    for row, ward in enumerate(wards.geometry):
        own = shapely.intersects_xy(ward, easting, northing)
        assert (scores[own] == per_ward[row]).all()
    assert set(scores) <= set(per_ward)


@pytest.mark.parametrize("cell_size_m", [50, 100, 150])
@pytest.mark.parametrize("offset", OFFSETS)
def test_the_density_of_the_cells_adds_up_to_the_incidents(training, cell_size_m, offset):
    land = land_of(cell_size_m, *offset)
    scores = scores_of(DensityParams(bandwidth_m=300), training, land)
    np.testing.assert_allclose(scores @ land.area_km2, training.counts.sum(axis=1), rtol=1e-9)


def test_the_density_moves_with_the_cells(training):
    params = DensityParams(bandwidth_m=200)
    whole, moved = land_of(100), land_of(100, 100, 300)
    np.testing.assert_allclose(
        scores_of(params, training, moved),
        scores_of(params, training, whole),
        rtol=1e-6,
        atol=1e-9,
    )
    half = scores_of(params, training, land_of(100, 50, 0))
    assert half.max() == pytest.approx(scores_of(params, training, whole).max(), rel=0.1)


def test_gi_star_is_its_formula_on_these_cells(training):
    # Ord and Getis 1995, binary weights, the cell itself included; eight neighbours at 150 m.
    land = land_of(100)
    z = scores_of(GiStarParams(radius_m=150), training, land)[0]
    counts = scores_of(CountParams(period="training"), training, land)[0]
    rows, cols = np.divmod(land.cells, land.grid.n_cols)
    n, mean, sd = len(land), counts.mean(), counts.std()
    for cell in range(0, n, 97):
        near = np.maximum(abs(rows - rows[cell]), abs(cols - cols[cell])) <= 1
        w = near.sum()
        expected = (counts[near].sum() - mean * w) / (sd * np.sqrt((n * w - w**2) / (n - 1)))
        assert z[cell] == pytest.approx(expected)


@pytest.mark.parametrize("least", [None, 6])
def test_dbscan_takes_the_cells_of_clusters_first_and_the_most_crowded_of_these(training, least):
    land, params = land_of(100), DbscanParams(eps_m=150, min_incidents=least)
    scores = scores_of(params, training, land)
    places = np.column_stack([training.sites.easting, training.sites.northing])
    centres = np.column_stack(land.centres)
    far = np.hypot(*(centres[:, None] - places[None]).T).T
    for own, counts in zip(scores, training.counts, strict=True):
        crowded = (np.hypot(*(places[:, None] - places[None]).T) <= 150) @ counts
        # The rule of the settings: what the most crowded quarter of the incidents have.
        quarter = np.quantile(crowded, 0.75, weights=counts, method="inverted_cdf")
        automatic = max(int(quarter), 5)
        present = counts > 0
        model = DBSCAN(eps=150, min_samples=least or automatic)
        labels = model.fit(places[present], sample_weight=counts[present]).labels_
        clustered = np.flatnonzero(present)[labels >= 0]
        covered = (far[:, clustered] <= 75).any(axis=1)
        crowding = (far <= 150) @ counts
        assert covered.any()
        assert own[covered].min() > own[~covered].max()
        for chosen in (covered, ~covered):
            order = np.argsort(own[chosen])
            assert (np.diff(crowding[chosen][order]) >= 0).all()


@pytest.mark.parametrize("kernel", ["quartic", "gaussian"])
def test_a_bandwidth_is_chosen_from_the_training_of_its_date_only(kernel):
    rng = np.random.default_rng(4)
    spread = np.repeat([400.0, 400, 60], 100)[:, None]
    places = (523_500, 179_300) + rng.normal(0, 1, (300, 2)) * spread
    times = (np.datetime64("2017-01-01") + np.arange(300)).astype(str)
    incidents = make_incidents(times, [tuple(place) for place in places], precision="day")
    rolling = rolling_dates(incidents, RollingParams(train_days=100, test_days=50, n_dates=3))
    training = training_of(locate_selected(incidents, Selection()), rolling)
    params = DensityParams(bandwidth_rule="rule-of-thumb", bandwidth_multiple=2, kernel=kernel)
    land, expected = land_of(100), []
    found = predict(params, training, land)
    for k, start in enumerate(rolling.first_days(rolling.starts)):
        day = pd.Timestamp(start)
        before = Selection(
            start=(day - pd.Timedelta(days=100)).date(), end=(day - pd.Timedelta(days=1)).date()
        )
        own = density(incidents, before, params).record.params["bandwidth_m"]
        assert found.chosen["bandwidth_m"][k] == own
        expected.append(own)
        fixed = DensityParams(bandwidth_m=own, kernel=kernel)
        np.testing.assert_allclose(found.scores[k], scores_of(fixed, training, land)[k], rtol=1e-6)
    assert len(set(expected)) == 3
    assert scores_of(DensityParams(bandwidth_multiple=2), training, land) == pytest.approx(
        scores_of(DensityParams(bandwidth_m=400), training, land)
    )


def test_a_place_without_training_has_the_lowest_counts(training):
    nobody = Training(
        Sites(np.zeros(0), np.zeros(0)),
        np.zeros((1, 0)),
        np.zeros((1, 0)),
        lambda _: locate_selected(make_incidents([], []), Selection()),
    )
    for params in NAMED.values():
        scores = scores_of(params, nobody, land_of(100))
        assert scores.shape == (1, len(land_of(100)))
        assert len(np.unique(scores)) == 1


def test_nothing_of_a_test_is_in_its_training():
    rng = np.random.default_rng(3)
    places = [(523_000 + 400 * x, 178_500 + 300 * y) for x, y in rng.random((360, 2)) * (2, 4)]
    times = [str(np.datetime64("2017-01-01") + k) for k in range(360)]
    params = RollingParams(train_days=100, test_days=60, n_dates=1)
    incidents = make_incidents(times, places, precision="day")
    is_tested = incidents.occurred >= np.datetime64("2017-10-28")
    elsewhere = [
        (523_388.0 + k, 179_668.0) if tested else place
        for k, (place, tested) in enumerate(zip(places, is_tested, strict=True))
    ]
    both = [incidents, make_incidents(times, elsewhere, precision="day")]
    made = []
    for own in both:
        located, rolling = locate_selected(own, Selection()), rolling_dates(own, params)
        assert str(rolling.first_days(rolling.starts)[0]) == "2017-10-28"
        trained = training_of(located, rolling)
        assert trained.counts.sum() == 100
        assert trained.latest.sum() == 60
        made.append([scores_of(one, trained, land_of(100)) for one in NAMED.values()])
    for one, other in zip(*made, strict=True):
        np.testing.assert_array_equal(one, other)


def test_training_is_what_lies_between_the_dates():
    times = [str(np.datetime64("2017-01-01") + k // 2) for k in range(600)]
    places = [(523_000.0 + 10 * (k % 40), 178_500.0) for k in range(600)]
    incidents = make_incidents(times, places, precision="day")
    rolling = rolling_dates(incidents, RollingParams(train_days=90, test_days=20, n_dates=4))
    trained = training_of(locate_selected(incidents, Selection()), rolling)
    at = list(zip(trained.sites.easting, trained.sites.northing, strict=True))
    for row, start in enumerate(rolling.first_days(rolling.starts)):
        days = [np.datetime64(day) for day in times]
        before = [places[k] for k, day in enumerate(days) if start - 90 <= day < start]
        assert trained.counts[row].tolist() == [before.count(place) for place in at]
    np.testing.assert_array_equal(trained.latest.sum(axis=1), 40)


def test_methods_and_settings_have_names():
    names = [name_of(params) for params in NAMED.values()]
    assert len(set(names)) == len(names)
    assert settings_in_words(DensityParams()) == "bandwidth_m=200"
    assert settings_in_words(DensityParams(kernel="uniform")) == "bandwidth_m=200, kernel=uniform"
    chosen = DensityParams(bandwidth_rule="likelihood")
    assert settings_in_words(chosen) == "bandwidth_rule=likelihood"
    assert settings_in_words(DbscanParams(min_incidents=9)) == "eps_m=150, min_incidents=9"
    assert settings_in_words(GiStarParams()) == "radius_m=150"
    assert settings_in_words(CountParams("ward")) == "places=ward, period=latest"
    with pytest.raises(ParameterError, match="places is 'street'; it must be one of cell, ward"):
        CountParams(places="street")
    with pytest.raises(ParameterError, match="1999"):
        CountParams(vintage="1999")
