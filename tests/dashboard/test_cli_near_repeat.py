"""``hotspots near-repeat`` and ``hotspots repeats`` as people use them."""

import json

import pytest

from geo.repeats.near_repeat import NEAR_REPEAT_COLUMNS
from geo.repeats.repeats import CONCENTRATION_COLUMNS, CURVE_COLUMNS, REPEAT_COLUMNS
from tests.dashboard.command_line import table_in

SMALL = "--runs 99 --space-edges-m 0,1,100 --time-edges-days 0,7,14"


def test_the_table_and_what_it_means(run):
    code, out, err = run(f"near-repeat demo {SMALL}")
    table = table_in(out)
    assert code == 0
    assert tuple(table.columns) == NEAR_REPEAT_COLUMNS
    assert table["distance"].tolist() == ["same place"] * 2 + ["1 to 100 m"] * 2
    assert table["time"].tolist() == ["0 to 6 days", "7 to 13 days"] * 2
    assert table["p_value"].between(0.01, 1).all()
    assert "Up to 100 m from an incident, more others than chance would give follow" in err
    assert "Benjamini-Hochberg over 4 tests" in err


def test_the_seed_decides_the_p_values(run):
    one, other = (run(f"near-repeat demo {SMALL} --seed {seed}")[1] for seed in (1, 2))
    assert one != other
    assert table_in(one)["pairs"].tolist() == table_in(other)["pairs"].tolist()


def test_the_record_says_the_bands(run, tmp_path):
    code, out, _ = run(f"near-repeat demo {SMALL} --correction none --out knox-exact.csv")
    record = json.loads((tmp_path / "knox-exact.run.json").read_text())
    assert (code, out) == (0, "")
    assert record["params"]["space_edges_m"] == [0, 1, 100]
    assert record["params"]["correction"] == "none"
    assert record["method"] == "near_repeat"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("--space-edges-m 0,200,100", "space_edges_m goes from 200 to 100; borders must ascend"),
        ("--space-edges-m 0,near", "'near' is not a number"),
        ("--time-edges-days 0,1.5", "time_edges_days holds 1.5; give whole days"),
        ("--runs 9", "runs is 9; it must be from 99 to 9999 runs"),
    ],
)
def test_wrong_settings_are_bad_usage(run, given, message):
    code, out, err = run(f"near-repeat demo {given}")
    assert (code, out) == (2, "")
    assert message in err


@pytest.mark.parametrize(
    ("table", "columns", "rows"),
    [
        ("shares", REPEAT_COLUMNS, 2),
        ("concentration", CONCENTRATION_COLUMNS, 10),
        ("curve", CURVE_COLUMNS, 8),
    ],
)
def test_tables_of_repeats(run, table, columns, rows):
    code, out, err = run(f"repeats demo --table {table}")
    found = table_in(out)
    assert code == 0
    assert tuple(found.columns) == columns
    assert len(found) == rows
    assert "A place here is a recorded position" in err


def test_repeats_of_the_demonstration_data(run):
    _, out, _ = run("repeats demo --min-incidents 3 --json")
    victims, places = json.loads(out)["rows"]
    assert victims["incidents"] + victims["incidents_left_out"] == 1727
    assert places["incidents_left_out"] == 24
    _, out, _ = run("repeats demo --json")
    assert json.loads(out)["rows"][0]["repeats"] > victims["repeats"]


def test_where_nothing_is_compared_nothing_is_found(run):
    code, _, err = run("near-repeat demo --from 2030-01-01")
    assert code == 0
    assert "there is nothing to compare" in err
    assert "no more others than chance" not in err
