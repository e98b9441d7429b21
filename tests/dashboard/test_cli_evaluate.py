"""``hotspots evaluate``: the ranking on standard output, the verdict on standard error."""

import json
from datetime import date

import pandas as pd
import pytest

from geo import demonstration
from geo.evaluation.evaluation import EVALUATION_COLUMNS, EvaluationParams, compare, evaluate
from geo.evaluation.prediction import CountParams
from geo.selection import Selection
from geo.surfaces.density import DensityParams
from tests.dashboard.command_line import table_in
from tests.factories import write_street_months


def test_the_ranking_is_that_of_the_analysis(run):
    code, out, err = run("evaluate demo --test-from 2017-04-01 --test-days 60 --train-days 300")
    assert code == 0
    table = table_in(out)
    assert tuple(table) == EVALUATION_COLUMNS
    params = EvaluationParams(test_from=date(2017, 4, 1), test_days=60, train_days=300)
    expected = compare(demonstration.load(), Selection(), params)
    pd.testing.assert_frame_equal(table, expected.frame, check_dtype=False, rtol=1e-3, atol=6e-5)
    assert err.endswith(f"hotspots: {expected.in_words()}\n")
    assert "note: unit: days, for every incident is dated by the day" in err
    assert "note: step: as long as a test" in err


def test_methods_with_settings_and_wards_of_the_vintage(run):
    code, out, err = run(
        "evaluate demo --vintage 2002 --dates 3 --area-percent 5 --cell-size-m 200 "
        "--method density:bandwidth_m=300,cell_size_m=100 --method last-period-wards"
    )
    assert code == 0
    settings = (
        DensityParams(bandwidth_m=300, cell_size_m=100),
        CountParams("ward", vintage="2002"),
    )
    params = EvaluationParams(n_dates=3, area_percent=5, cell_size_m=200)
    expected = evaluate(demonstration.load(), Selection(), settings, params)
    assert table_in(out)["pai"].to_numpy() == pytest.approx(expected.frame["pai"], abs=1e-4)
    assert "warning: 3 dates can hardly tell skill from luck" in err
    assert "hotspots: On 5 % of the land density" in err


def test_files_and_json_carry_the_record(folder, run):
    command = "evaluate demo --dates 6 --method density --method gistar"
    code, out, _ = run(f"{command} --out ranking-exact.csv")
    assert (code, out) == (0, "")
    assert {path.name for path in folder.iterdir()} == {
        "ranking-exact.csv",
        "ranking-exact.run.json",
    }
    code, out, _ = run(f"{command} --json")
    assert code == 0
    read = json.loads(out)
    assert read["run_record"]["analysis"] == "evaluate"
    assert read["run_record"] == json.loads((folder / "ranking-exact.run.json").read_text("utf-8"))
    assert read["rows"][0]["behind_best"] is None
    assert [row["rank"] for row in read["rows"]] == [1, 2]


def test_months_and_gaps_of_police_data(folder, run):
    months = [f"2017-{m:02d}" for m in (1, 2, 4, 5, 6)]
    write_street_months(folder, months, {"Addison": 12, "Askew": 5})
    command = "evaluate . --train-days 60 --method last-period-wards --method training-counts"
    code, out, err = run(f"{command} --dates 3")
    assert (code, out) == (2, "")
    assert "there is no incident at all in 2017-03" in err
    code, out, err = run(f"{command} --dates 3 --allow-gaps")
    assert code == 0
    assert len(table_in(out)) == 2
    assert "warning: Gaps were allowed: there is no incident at all in 2017-03" in err
    assert "note: unit: whole months, for 85 of 85 incidents are dated by month only" in err
    assert "of the incidents of the next month" in err


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        ("--method nearest", 2, "There is no method 'nearest'; there are density, gistar, dbscan"),
        ("--method density:width=3", 2, "'width=3' is not a setting of this method; write it as"),
        ("--method density:bandwidth_m", 2, "'bandwidth_m' is not a setting of this method"),
        ("--method density:bandwidth_m=wide", 2, "bandwidth_m: 'wide' is not a number."),
        ("--method density:bandwidth_m=3", 2, "bandwidth_m is 3; it must be from 50 to 2000 m."),
        ("--method last-period:places=street", 2, "places is 'street'; it must be one of cell"),
        ("--method density --method density", 2, "is given twice; leave one out."),
        ("--test-days 0", 2, "test_days is 0; it must be from 1 to 366 days."),
        ("--test-from 2025-01-01", 2, "There is no room for"),
        ("--out ranking.geojson", 2, "ranking-exact.geojson has no known ending; known are .csv"),
    ],
)
def test_what_cannot_be_evaluated_is_one_line(folder, run, options, code, says):
    found, out, err = run(f"evaluate demo {options}")
    assert (found, out) == (code, "")
    assert says in err
    assert "Traceback" not in err
    assert err.splitlines()[-1].startswith("hotspots: error: ")
