"""Local Moran's I and Gi* on wards, beside esda's own numbers on libpysal's data sets."""

import subprocess
import sys
import warnings
from pathlib import Path

import esda
import geopandas as gpd
import libpysal
import numpy as np
import pytest
from libpysal.weights import Queen

import boundaries
from boundaries.columns import AREA_KM2, POPULATION
from boundaries.errors import ParameterError
from geo.readers import read
from geo.selection import Selection
from geo.significance import adjusted, gradation, normal_p
from geo.wards.clusters import LEVEL, WARD_CLUSTER_COLUMNS, WardClusterParams, ward_clusters
from geo.wards.statistics import local_gi_star, local_moran, local_moran_p, ward_contiguity
from tests.factories import make_incidents
from tests.reruns import assert_reruns
from tests.sample_files import SHARED_MONTHS

ROOT = Path(__file__).resolve().parents[3]
EVERYTHING = Selection()
VINTAGES = ["2002", "2022"]
DATA_SETS = [("columbus.shp", "HOVAL"), ("columbus.shp", "CRIME"), ("sids2.shp", "SIDR79")]
RUNS = 19_999


@pytest.fixture(params=DATA_SETS, ids=" ".join)
def example(request):
    """Give values, neighbours and weights of a data set that ships with libpysal."""
    name, column = request.param
    frame = gpd.read_file(libpysal.examples.get_path(name))
    queen = Queen.from_dataframe(frame, use_index=False, silence_warnings=True)
    near = np.asarray(queen.sparse.todense()) > 0
    return frame[column].to_numpy(float), near, queen


def test_local_moran_is_that_of_esda(example):
    values, near, queen = example
    with warnings.catch_warnings():
        theirs = esda.Moran_Local(values, queen, permutations=0)
    np.testing.assert_array_equal(local_moran(values, near), theirs.Is)


def test_local_moran_is_what_anselin_defines(example):
    values, near, _ = example
    z = values - values.mean()
    expected = (len(z) - 1) * z * ((near @ z) / near.sum(axis=1)) / (z**2).sum()
    np.testing.assert_allclose(local_moran(values, near), expected)


def test_p_of_local_moran_is_that_of_esdas_simulations(example):
    values, near, queen = example
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = esda.Moran_Local(values, queen, permutations=RUNS, seed=3)
    above = (theirs.sim >= theirs.Is).sum(axis=0)
    below = (theirs.sim <= theirs.Is).sum(axis=0)
    expected = {
        "greater": (above + 1) / (RUNS + 1),
        "less": (below + 1) / (RUNS + 1),
        "two-sided": np.minimum(2 * (np.minimum(above, below) + 1) / (RUNS + 1), 1),
    }
    for alternative, p in expected.items():
        ours = local_moran_p(values, near, alternative=alternative, runs=RUNS, seed=4)
        np.testing.assert_allclose(ours, p, atol=0.035, err_msg=alternative)
        assert ours.min() >= 1 / (RUNS + 1)
        assert ours.max() <= 1
    # The default of esda is half of the two-sided p, at most: what we do not call two-sided.
    assert (theirs.p_sim <= 0.51).all()
    assert (expected["two-sided"] > 0.9).any()


def test_gi_star_is_that_of_the_formula(example):
    values, near, _ = example
    together = near | np.eye(len(near), dtype=bool)
    n, w = len(values), together.sum(axis=1)
    spread = values.std() * np.sqrt((n * w - w**2) / (n - 1))
    expected = (together @ values - values.mean() * w) / spread
    np.testing.assert_allclose(local_gi_star(values, near), expected)


def test_simulations_leave_the_seed_of_the_program_alone(example):
    values, near, _ = example
    state = np.random.get_state()[1].copy()  # noqa: NPY002 - what esda would change
    one, same, other = (
        local_moran_p(values, near, alternative="greater", runs=199, seed=seed)
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()
    np.testing.assert_array_equal(np.random.get_state()[1], state)  # noqa: NPY002


@pytest.mark.parametrize(("vintage", "n_wards"), [("2002", 16), ("2022", 21)])
def test_wards_that_touch_are_neighbours(vintage, n_wards):
    near = ward_contiguity(vintage)
    shapes = boundaries.load_wards(vintage).geometry
    assert near.shape == (n_wards, n_wards)
    np.testing.assert_array_equal(near, near.T)
    for k, shape in enumerate(shapes):
        touching = shapes.distance(shape).to_numpy() < 1
        touching[k] = False
        np.testing.assert_array_equal(near[k], touching)
    assert near.any(axis=1).all()


def in_wards(per_ward, vintage):
    """Put so many incidents into each ward, by position."""
    inside = boundaries.load_wards(vintage).geometry.representative_point()
    points = [(p.x, p.y) for p, n in zip(inside, per_ward, strict=True) for _ in range(n)]
    return make_incidents(["2023-05-01"] * len(points), points)


def around(vintage):
    """Give many incidents to a ward and its neighbours, few to the others."""
    near = ward_contiguity(vintage)
    middle = int(near.sum(axis=1).argmax())
    counts = np.where(near[middle], 40, 3)
    counts[middle] = 45
    return middle, counts


@pytest.mark.parametrize("vintage", VINTAGES)
@pytest.mark.parametrize("measure", ["count", "rate", "density"])
def test_the_table(vintage, measure):
    _, counts = around(vintage)
    incidents = in_wards(counts, vintage)
    params = WardClusterParams(vintage, measure, runs=999)
    result = ward_clusters(incidents, EVERYTHING, params)
    table, wards = result.frame, boundaries.load_wards(vintage)
    assert tuple(table.columns) == WARD_CLUSTER_COLUMNS
    assert list(table["ward_code"]) == list(wards["ward_code"])
    base = {"count": 1, "rate": wards[POPULATION] / 1_000, "density": wards[AREA_KM2]}[measure]
    np.testing.assert_allclose(table["value"], counts / base)
    names = table["ward_name"].to_numpy()
    value_of = dict(zip(names, table["value"], strict=True))
    near = ward_contiguity(vintage)
    for k, (text, mean) in enumerate(
        zip(table["neighbours"], table["neighbour_mean"], strict=True)
    ):
        assert text.split("; ") == list(names[near[k]])
        assert mean == pytest.approx(np.mean([value_of[name] for name in text.split("; ")]))
    np.testing.assert_array_equal(
        table["p_corrected"], adjusted(table["p"].to_numpy(), "benjamini-hochberg")
    )
    np.testing.assert_array_equal(table["significance"], gradation(table["p_corrected"].to_numpy()))
    assert ((table["cluster"] != "not significant") == (table["p_corrected"] <= LEVEL)).all()
    assert any("wards are few for such tests" in said for said in result.record.warnings)
    assert result.record.rules["correction"] == f"Benjamini-Hochberg over {len(wards)} tests"


@pytest.mark.parametrize("vintage", VINTAGES)
def test_classes_of_local_moran(vintage):
    middle, counts = around(vintage)
    params = WardClusterParams(vintage, "count", correction="none", alternative="greater", runs=999)
    table = ward_clusters(in_wards(counts, vintage), EVERYTHING, params).frame
    assert table["cluster"][middle] == "high-high"
    assert "high-low" not in set(table["cluster"])
    counts[middle] = 0
    hole = WardClusterParams(vintage, "count", correction="none", alternative="less", runs=999)
    table = ward_clusters(in_wards(counts, vintage), EVERYTHING, hole).frame
    assert table["cluster"][middle] == "low-high"
    peak = np.where(ward_contiguity(vintage)[middle], 1, 20)
    peak[middle] = 90
    table = ward_clusters(in_wards(peak, vintage), EVERYTHING, hole).frame
    assert table["cluster"][middle] == "high-low"
    empty = np.where(ward_contiguity(vintage)[middle], 1, 40)
    empty[middle] = 1
    table = ward_clusters(in_wards(empty, vintage), EVERYTHING, params).frame
    assert table["cluster"][middle] == "low-low"


@pytest.mark.parametrize("vintage", VINTAGES)
@pytest.mark.parametrize("p_value", ["analytic", "permutation"])
def test_gi_star_finds_hot_and_cold(vintage, p_value):
    middle, counts = around(vintage)
    params = WardClusterParams(
        vintage, "count", "gi-star", correction="none", p_value=p_value, runs=1_999
    )
    table = ward_clusters(in_wards(counts, vintage), EVERYTHING, params).frame
    assert table["cluster"][middle] == "hot"
    assert table["statistic"][middle] == table["statistic"].max()
    if p_value == "analytic":
        np.testing.assert_allclose(table["p"], normal_p(table["statistic"].to_numpy(), "two-sided"))
    upside_down = ward_clusters(in_wards(50 - counts, vintage), EVERYTHING, params).frame
    assert upside_down["cluster"][middle] == "cold"
    np.testing.assert_allclose(upside_down["statistic"], -table["statistic"])


@pytest.mark.parametrize("statistic", ["local-moran", "gi-star"])
@pytest.mark.parametrize("n", [0, 4])
def test_wards_that_are_all_the_same_are_never_significant(statistic, n):
    params = WardClusterParams("2002", "count", statistic, correction="none")
    result = ward_clusters(in_wards([n] * 16, "2002"), EVERYTHING, params)
    assert set(result.frame["cluster"]) == {"not significant"}
    assert set(result.frame["p"]) == {1.0}
    assert any("All wards have the same value" in said for said in result.record.warnings)


@pytest.mark.parametrize(
    "params",
    [
        WardClusterParams("2002", runs=199, seed=8),
        WardClusterParams("2022", "count", "gi-star", p_value="analytic"),
        WardClusterParams("2022", "density", "gi-star", alternative="less", runs=199),
    ],
)
def test_runs_again_from_its_record(params):
    incidents = in_wards(around("2022")[1], "2022")
    assert_reruns(ward_clusters(incidents, EVERYTHING, params), incidents)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"p_value": "analytic"}, "is offered for Gi. only"),
        ({"vintage": "1999"}, "1999"),
        ({"measure": "share"}, "must be one of count, rate, density"),
        ({"statistic": "geary"}, "must be one of local-moran, gi-star"),
    ],
)
def test_settings_that_are_refused(settings, message):
    with pytest.raises(ParameterError, match=message):
        WardClusterParams(**settings)


@pytest.mark.skipif(not SHARED_MONTHS.is_dir(), reason="the real months are not beside the project")
def test_the_busiest_wards_of_the_real_months_have_the_highest_scores():
    params = WardClusterParams("2002", "count", "gi-star", alternative="greater")
    table = ward_clusters(read([SHARED_MONTHS]).incidents, EVERYTHING, params).frame
    hot = set(table.loc[table["cluster"] == "hot", "ward_name"])
    assert {"Shepherd's Bush Green", "Hammersmith Broadway"} <= hot


def test_slow_libraries_are_loaded_only_when_wards_are_tested():
    code = "import sys, geo.wards.clusters; print(sorted({'esda', 'libpysal'} & set(sys.modules)))"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"
