"""``hotspots detect`` for every method: settings, the test of chance, and what is refused."""

import io
import json
from pathlib import Path

import pandas as pd
import pytest

from dashboard.commands.detect import METHODS
from geo.hotspots.table import HotspotParams
from geo.surfaces.chance import ChanceParams


def record_of(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))["run_record"]


@pytest.mark.parametrize("method", METHODS)
def test_every_method_finds_hotspots_and_writes_its_record_beside_them(folder, run, method):
    options = "" if method == "gistar" else "--no-chance"
    code, out, err = run(f"detect demo --method {method} {options} --out found-exact.csv")
    assert (code, out) == (0, "")
    table = pd.read_csv(folder / "found-exact.csv")
    assert len(table) >= 3
    assert table["rank"].tolist() == list(range(1, len(table) + 1))
    assert table["p_value"].notna().all() == (method == "gistar")
    record = json.loads((folder / "found-exact.run.json").read_text(encoding="utf-8"))
    assert record["analysis"] == "hotspots"
    assert record["asked"]["params"]["type"] == METHODS[method].__name__
    assert "note: p_value: " in err


@pytest.mark.parametrize("method", METHODS)
def test_every_setting_of_every_method_is_an_option_in_the_help(run, method):
    help_text = " ".join(run("detect --help")[1].split())
    for spec in METHODS[method].specs():
        assert f"{spec.label}, {spec.low:g} to {spec.high:.10g}" in help_text
    for option in METHODS[method].choices():
        assert f"{option.label}. " in help_text
        assert all(f"{value}: " in help_text for value in option.options)


def test_an_option_that_several_methods_have_says_the_default_of_each(run):
    help_text = " ".join(run("detect --help")[1].split())
    assert "density: Cell size, 25 to 250 m; default 50." in help_text
    assert "gistar: Cell size, 25 to 2000 m; default 100." in help_text


@pytest.mark.parametrize(
    ("options", "setting", "value"),
    [
        ("density --no-chance --cell-size-m 75", "cell_size_m", 75),
        ("gistar --cell-size-m 150", "cell_size_m", 150),
        ("gistar --cell-shape hexagonal", "cell_shape", "hexagonal"),
        ("gistar --min-incidents 9", "min_incidents", 9),
        ("dbscan --no-chance --min-incidents 9", "min_incidents", 9),
        ("gistar --p-value permutation --runs 999 --seed 5 --correction none", "seed", 5),
        ("st-dbscan --no-chance --eps-days 30", "eps_days", 30),
        ("hdbscan --no-chance --min-cluster-incidents 20", "min_cluster_incidents", 20),
    ],
)
def test_a_shared_option_reaches_the_method_that_was_chosen(folder, run, options, setting, value):
    assert run(f"detect demo --method {options} --out found-exact.json")[0] == 0
    assert record_of(folder / "found-exact.json")["params"][setting] == value


def test_hotspots_are_held_against_chance_unless_told_otherwise(folder, run):
    code, out, err = run("detect demo --method density --runs 99 --seed 4 --null places")
    assert code == 0
    assert pd.read_csv(io.StringIO(out))["p_value"].between(0.01, 1).all()
    assert "anywhere in the borough: 99 runs" in err
    line = "detect demo --method density --runs 99 --vintage 2002 --out found-exact.json"
    assert run(line)[0] == 0
    chance = ChanceParams(runs=99, vintage="2002").as_dict()
    assert record_of(folder / "found-exact.json")["params"]["chance"] == chance
    assert run("detect demo --method density --no-chance --out plain-exact.json")[0] == 0
    assert record_of(folder / "plain-exact.json")["params"]["chance"] is None


@pytest.mark.parametrize(
    ("options", "value"),
    [
        ("--cut level --level-per-km2 500", {"cut": "level", "level_per_km2": 500}),
        ("--cut incidents --incident-share-pct 10", {"cut": "incidents", "incident_share_pct": 10}),
    ],
)
def test_the_cut_of_the_density_can_be_chosen(folder, run, options, value):
    assert run(f"detect demo --method density --no-chance {options} --out found-exact.json")[0] == 0
    used = record_of(folder / "found-exact.json")["params"]["hotspots"]
    assert used == HotspotParams(**value).as_dict()


def test_only_significant_land_can_be_asked_for(run):
    options = "--runs 99 --correction maximum --area-share-pct 20"
    _, every, _ = run(f"detect demo --method density {options}")
    _, only, _ = run(f"detect demo --method density {options} --only-significant yes")
    wide, strict = (pd.read_csv(io.StringIO(text)) for text in (every, only))
    assert strict["area_ha"].sum() < wide["area_ha"].sum()
    # What is above the highest value of all but one in twenty runs has a peak above it, too.
    assert (strict["p_value"] <= 0.05).all()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("dbscan --cell-size-m 50", "--cell-size-m is a setting of --method density and gistar"),
        ("gistar --eps-m 90", "--eps-m is a setting of --method dbscan and st-dbscan and has no"),
        ("gistar --null places", "--null is a setting of --chance and has no effect on gistar"),
        ("gistar --chance", "--chance has no effect on gistar, which is a test of chance itself"),
        ("dbscan --no-chance --seed 3", "has no effect on dbscan with --no-chance; leave it out"),
        ("density --level-per-km2 20", "--level-per-km2 is a setting of --cut level, not of area"),
        ("density --cut level --area-share-pct 2", "--area-share-pct is a setting of --cut area"),
        ("dbscan --cut level", "--cut cuts the density and has no effect on dbscan"),
        ("density --no-chance --only-significant yes", "takes away the test that --only-signif"),
        ("gistar --correction maximum", "correction is 'maximum'; it must be one of"),
        ("gistar --runs 20", "runs is 20; it must be from 99"),
    ],
)
def test_what_has_no_effect_is_refused_with_the_remedy(run, options, message):
    code, out, err = run(f"detect demo --method {options}")
    assert (code, out) == (2, "")
    assert message in err.splitlines()[-1]
