"""``hotspots rerun``: the same figures from the record, and what is said when they differ."""

import json

import pytest

SELECTED = "--from 2016-04-01 --to 2017-03-31 --strand race"


COMMANDS = [
    f"detect demo --method density --runs 99 {SELECTED}",
    "detect demo --method gistar --cell-size-m 150",
    "detect demo --method dbscan --no-chance --eps-m 200",
    "wards demo --period fy --measure rate",
]
TABLES = [
    "when demo --by shift",
    "when demo",
    "repeats demo --table curve",
    "repeats demo --table concentration",
]


@pytest.mark.parametrize("command", [*COMMANDS, *TABLES])
def test_the_record_beside_a_table_gives_the_table_again(folder, run, command):
    assert run(f"{command} --out first-exact.csv")[0] == 0
    code, out, err = run("rerun first-exact.run.json demo --out again-exact.csv")
    assert (code, out) == (0, "")
    assert "the incidents are those of the record: fingerprint " in err
    assert (folder / "again-exact.csv").read_bytes() == (folder / "first-exact.csv").read_bytes()
    assert (folder / "again-exact.run.json").read_bytes() == (
        folder / "first-exact.run.json"
    ).read_bytes()


@pytest.mark.parametrize("ending", ["json", "geojson"])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_with_the_figures_is_compared_with_what_comes_out(folder, run, command, ending):
    assert run(f"{command} --out first-exact.{ending}")[0] == 0
    code, out, err = run(f"rerun first-exact.{ending} demo")
    assert code == 0
    assert "rows are those of the file" in err
    assert out.count("\n") > 3


@pytest.mark.parametrize("command", TABLES)
def test_the_table_that_was_written_is_made_again(folder, run, command):
    assert run(f"{command} --out first-exact.json")[0] == 0
    code, out, err = run("rerun first-exact.json demo --json")
    assert code == 0
    assert "rows are those of the file" in err
    assert json.loads(out) == json.loads((folder / "first-exact.json").read_text(encoding="utf-8"))


def test_a_table_that_is_not_there_is_refused(folder, run):
    run("repeats demo --table curve --out first-exact.csv")
    record = json.loads((folder / "first-exact.run.json").read_text(encoding="utf-8"))
    record["params"]["table"] = "shift"
    (folder / "wrong.json").write_text(json.dumps(record), encoding="utf-8")
    code, _, err = run("rerun wrong.json demo")
    assert code == 2
    assert "The record's table is 'shift'; known are shares, concentration, curve." in err


def test_figures_that_do_not_come_out_again_are_a_failure(folder, run):
    run(f"{COMMANDS[2]} --out first-exact.json")
    content = json.loads((folder / "first-exact.json").read_text(encoding="utf-8"))
    content["rows"][1]["incidents"] += 1
    (folder / "changed.json").write_text(json.dumps(content), encoding="utf-8")
    code, _, err = run("rerun changed.json demo")
    assert code == 1
    assert f"1 of {len(content['rows'])} rows differ from those of the file, first row 2" in err
    content["rows"].pop()
    (folder / "short.json").write_text(json.dumps(content), encoding="utf-8")
    code, _, err = run("rerun short.json demo")
    assert code == 1
    assert "rows came out, but the file has" in err


def test_other_incidents_are_a_failure(folder, run):
    run(f"{COMMANDS[2]} --out first-exact.csv")
    (folder / "other.csv").write_text("date,easting,northing\n2016-05-01,523388,179668\n")
    code, out, err = run("rerun first-exact.run.json other.csv")
    assert (code, out) == (1, "")
    assert "These are not the incidents of the record: 1 are selected" in err.splitlines()[-1]


@pytest.mark.parametrize(
    ("content", "code", "message"),
    [
        ("a,b\n1,2\n", 2, "is not JSON; give a .run.json file"),
        ("[1]", 2, "is a list; give a .run.json file"),
        ("{}", 2, "The record names no analysis"),
        ('{"analysis": "magic"}', 2, "There is no analysis 'magic'; known are"),
        ('{"run_record": {"analysis": "hotspots", "asked": {"x": 1}}}', 2, "'asked' holds ['x']"),
    ],
)
def test_what_is_no_record_is_refused(folder, run, content, code, message):
    (folder / "record.json").write_text(content, encoding="utf-8")
    given, out, err = run("rerun record.json demo")
    assert (given, out) == (code, "")
    assert message in err.splitlines()[-1]


def test_a_missing_record_is_a_failure(run, folder):
    code, _, err = run("rerun missing.run.json demo")
    assert code == 1
    assert "missing.run.json: No such file" in err


def test_the_record_is_not_overwritten(folder, run):
    run(f"{COMMANDS[2]} --out first-exact.csv")
    code, _, err = run("rerun first-exact.run.json demo --out first-exact.csv")
    assert code == 2
    assert "first-exact.run.json would be overwritten by the result made from it" in err
