"""``hotspots emerging`` as people use it."""

import json

import geopandas as gpd
import pytest

from boundaries.columns import GEOMETRY
from geo.grids.emerging import EMERGING_COLUMNS
from geo.grids.emerging_patterns import ALL_PATTERNS
from tests.dashboard.command_line import table_in

COLUMNS = [name for name in EMERGING_COLUMNS if name != GEOMETRY]
NAMES = {pattern.name: pattern for pattern in ALL_PATTERNS}


def test_patterns_of_the_demonstration_data_with_what_to_do(run):
    code, out, err = run("emerging demo")
    table = table_in(out)
    assert code == 0
    assert list(table) == COLUMNS
    assert set(table["pattern"]) <= set(NAMES)
    for name, n in table["pattern"].value_counts().items():
        pattern = NAMES[name]
        assert f" {name} ({pattern.meaning}). {pattern.advice}" in err
        assert f"hotspots: {n} cell" in err
    assert "steps 12: the first is 2015 Q2, the last 2018 Q1" in err
    assert "warning" not in err


def test_files_hold_what_standard_output_shows(run, tmp_path):
    line = "emerging demo --step month --window 3 --cell-shape hexagonal"
    _, shown, err = run(line)
    assert "Each step adds up 3 periods" in err
    code, out, _ = run(f"{line} --out cells-exact.gpkg --json")
    assert code == 0
    cells = gpd.read_file(tmp_path / "cells-exact.gpkg", layer=0)
    assert list(cells[COLUMNS]["cell_id"]) == table_in(shown)["cell_id"].tolist()
    held = json.loads(out)
    assert len(held["rows"]) == len(cells) > 0
    assert held["run_record"]["params"]["cell_shape"] == "hexagonal"
    assert held["run_record"]["analysis"] == "emerging"


def test_a_hole_in_the_months_is_refused_unless_allowed(run, tmp_path):
    days = [f"2016-{month:02d}-{day:02d}" for month in range(1, 13) for day in range(1, 29)]
    rows = [f"{day},523388,179668" for day in days if not day.startswith("2016-03")]
    (tmp_path / "months.csv").write_text("\n".join(["date,easting,northing", *rows]) + "\n")
    code, out, err = run("emerging months.csv --step month")
    assert (code, out) == (2, "")
    assert "No incident at all in 2016-03: a file may be missing" in err
    code, out, err = run("emerging months.csv --step month --allow-break")
    assert code == 0
    assert "warning: Across months without data, as allowed" in err
    assert set(table_in(out)["pattern"]) == {"persistent"}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("emerging demo --step fy", "There are 3 steps, and a history needs at least 10"),
        ("emerging demo --step week", "invalid choice: 'week'"),
        ("emerging demo --min-incidents 0", "min_incidents is 0; it must be from 1 to 1000"),
    ],
)
def test_what_cannot_be_done_is_said_and_is_bad_usage(run, line, says):
    code, out, err = run(line)
    assert (code, out) == (2, "")
    assert says in err


def test_next_to_nothing_has_no_pattern_and_that_is_said(run, tmp_path):
    rows = [f"2017-{month:02d}-05,523388,179668" for month in range(1, 13)]
    (tmp_path / "few.csv").write_text("\n".join(["date,easting,northing", *rows]) + "\n")
    code, out, err = run("emerging few.csv --step month")
    assert code == 0
    assert len(table_in(out)) == 0
    assert "hotspots: no cell has a pattern" in err
