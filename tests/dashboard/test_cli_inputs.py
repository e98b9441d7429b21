"""What the reading commands read: stores, other formats, and columns named by hand."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from dashboard.cli import main
from geo.readers import read, write_plain_csv
from geo.selection import Selection
from geo.store import open_store
from tests.dashboard.command_line import table_in
from tests.police_server import PoliceServer, made_up_crimes, serving

ADDISON, TOWN_CENTRE = (523388, 179668), (523315, 178495)


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Path:
    """A folder with a store of the demonstration incidents under other names, and ``all.csv``."""
    desk = tmp_path_factory.mktemp("desk")
    main(["demo", str(desk / "demo.csv")])
    table = pd.read_csv(desk / "demo.csv", dtype="str", keep_default_na=False)
    half = table["incident_id"].str[-1].isin(list("02468"))
    for name, rows in (("even", half), ("odd", ~half)):
        table[rows].assign(source=f"{name} days").to_csv(desk / f"{name}.csv", index=False)
        assert main(["import", str(desk / f"{name}.csv"), "--store", str(desk / "store")]) == 0
    write_plain_csv(open_store(desk / "store").read(), desk / "all.csv")
    return desk


@pytest.fixture
def stored(template, folder, no_store) -> Path:
    """The store where commands look for it, and ``all.csv`` with the same incidents."""
    shutil.copy(template / "all.csv", folder)
    shutil.copytree(template / "store", no_store)
    return no_store


COMMANDS = [
    "quality {} --from 2016-04-05 --to 2016-09-20",
    "quality {} --table months --to 2016-09-20",
    "wards {} --vintage 2002 --period fy",
    "wards {} --from 2016-04-05 --to 2016-09-20 --period month",
    "wards {} --strand race --to 2016-09-30 --measure share",
    'wards {} --weekday Friday --hours 20-2 --from 2017-01-01 --only-source "odd days"',
    "detect {} --method dbscan --no-chance --from 2017-04-01 --to 2018-03-31",
    "detect {} --method density --no-chance --from 2016-06-01 --to 2016-08-31",
    "detect {} --method density --no-chance --from 2015-05-10 --to 2015-06-05",
    "detect {} --method density --no-chance --from 2016-06-01",
    "surface {} --from 2016-04-01 --to 2017-03-31 --bandwidth-m 500 --cell-size-m 250",
    "change {} --vintage 2002 --before 2016/17 --after 2017/18",
    "emerging {} --from 2015-07-01 --to 2018-03-31",
    "when {} --by month --from 2016-02-10",
    "repeats {} --vintage 2002 --to 2017-06-30",
    "near-repeat {} --from 2016-04-01 --to 2016-09-30 --runs 99",
    "evaluate {} --dates 2 --runs 200 --from 2016-04-01 --method last-period",
]


@pytest.mark.parametrize("line", COMMANDS)
def test_a_store_gives_the_figures_of_a_file_and_they_come_out_again(stored, folder, run, line):
    code, out, err = run(line.format("store") + " --json")
    assert code == 0, err
    held, of_file = json.loads(out), json.loads(run(line.format("all.csv") + " --json")[1])
    assert held["rows"] == of_file["rows"]
    for name in ("located", "outside", "not_located", "warnings", "rules", "period"):
        assert held["run_record"][name] == of_file["run_record"][name]
    assert "read from 2 imports of 2 sources, state " in err
    (folder / "held.json").write_text(out, encoding="utf-8")
    code, _, err = run("rerun held.json store")
    assert code == 0, err
    assert f"all {len(held['rows']):,} rows are those of the file" in err


def test_no_more_is_read_than_the_dates_need(stored, run):
    _, _, err = run("wards store --from 2016-04-05 --to 2016-05-20")
    months = Selection(
        start=pd.Timestamp("2016-04-01").date(), end=pd.Timestamp("2016-05-31").date()
    )
    n = len(open_store(stored).read(months))
    assert 0 < n < 200
    said = next(line for line in err.splitlines() if "incidents read from" in line)
    assert said.startswith(f"hotspots: {n} incidents read from 2 imports of 2 sources, state ")
    numbers = [
        int(word.replace(",", "")) for word in said.split(": ")[-1].split() if word[0].isdigit()
    ]
    assert sum(numbers) == n


def test_later_imports_of_other_months_do_not_change_a_result(stored, folder, run):
    run("wards store --from 2016-04-05 --to 2016-05-20 --out first-exact.json")
    (folder / "new.csv").write_text("id,date,easting,northing\n1,2018-05-01,523388,179668\n")
    assert run("import new.csv")[0] == 0
    assert run("rerun first-exact.json store")[0] == 0
    (folder / "more.csv").write_text("id,date,easting,northing\n2,2016-04-07,523388,179668\n")
    assert run("import more.csv")[0] == 0
    code, _, err = run("rerun first-exact.json store")
    assert code == 1
    assert "These are not the incidents of the record" in err


def test_the_store_may_be_named_by_its_folder(stored, run):
    by_word = run("wards store --vintage 2002")[1]
    assert run(f"wards '{stored}' --vintage 2002")[1] == by_word
    assert run(f"wards store --store '{stored}' --vintage 2002")[1] == by_word


def test_undone_imports_do_not_count(stored, run):
    run("store undo 1")
    _, out, err = run("wards store --vintage 2002 --json")
    assert "from 1 import of 1 source, " in err
    n = json.loads(out)["run_record"]["incidents"]
    assert n == len(open_store(stored).read()) < 1000
    run("store undo 2")
    code, _, err = run("wards store")
    assert code == 1
    assert "holds no incidents" in err.splitlines()[-1]


def test_the_report_of_a_store_is_that_of_all_imports_that_count(folder, run):
    for name in ("a", "b"):
        rows = f"{name},2024-03-01,523388,179668\n{name}2,never,523388,179668\n"
        (folder / f"{name}.csv").write_text(f"id,date,easting,northing\n{rows}")
        assert run(f"import {name}.csv")[0] == 3
    code, _, err = run("wards store --report problems-personal-data.csv")
    assert code == 0
    assert pd.read_csv(folder / "problems-personal-data.csv")["file"].tolist() == ["a.csv", "b.csv"]
    assert "problems-personal-data.csv written: 2 problems" in err


@pytest.mark.parametrize(
    ("line", "code", "message"),
    [
        ("wards store", 1, "There is no store at"),
        ("wards store demo", 2, "is a store and cannot be mixed with other inputs"),
        ("rerun held.json store", 1, "There is no store at"),
        ("serve store", 2, "The page shows the store by itself"),
    ],
)
def test_errors_about_stores(folder, run, line, code, message):
    record = {"analysis": "ward_table", "selection": {}}
    (folder / "held.json").write_text(json.dumps(record), encoding="utf-8")
    given, out, err = run(line)
    assert (given, out) == (code, "")
    assert message in err.splitlines()[-1]
    assert {path.name for path in folder.iterdir()} == {"held.json"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--category Arson", "No incident has the category 'Arson'; there are: "),
        ("--only-source Ours", "No incident has the source 'Ours'; there are: even days, odd days"),
        ("--column date=Day", "--column says how to read files and has no effect on a store"),
        ("--source Ours", "--only-source selects by source"),
        ("--out '{store}/a.csv'", "lies in the store, where nothing else may be"),
        ("--report '{store}/a.csv'", "lies in the store, where nothing else may be"),
    ],
)
def test_usage_errors_about_a_store(stored, run, options, message):
    code, out, err = run(f"wards store {options.format(store=stored)}")
    assert (code, out) == (2, "")
    assert message in err.splitlines()[-1]


def test_a_category_of_another_time_is_an_empty_selection_and_no_error(stored, folder, run):
    rows = "id,date,easting,northing,category\n1,2012-05-01,523388,179668,Arson\n"
    (folder / "old.csv").write_text(rows)
    run("import old.csv")
    code, _, err = run("wards store --category Arson --from 2016-01-01")
    assert code == 0
    assert "warning: none of the incidents is selected" in err


# files


def test_columns_are_named_by_hand(folder, run):
    rows = f"01/02/2016,{ADDISON[0]},{ADDISON[1]},RH,\n02/02/2016,{TOWN_CENTRE[0]},"
    rows += f"{TOWN_CENTRE[1]},,HO\n"
    (folder / "x.csv").write_text(f"Day of it,A,B,F1,F2\n{rows}")
    columns = '--column "date=Day of it" --column easting=A --column northing=B'
    strands = "--column strand=F1 --column strand=F2"
    codes = '--strand-code RH=race --strand-code "HO=sexual orientation"'
    code, out, err = run(f"wards x.csv {columns} {strands} {codes} --strand race")
    assert code == 0, err
    assert table_in(out)["value"].sum() == 1
    both = "--strand race --strand 'sexual orientation'"
    assert table_in(run(f"wards x.csv {columns} {strands} {codes} {both}")[1])["value"].sum() == 2


def test_a_source_is_named_by_hand_and_selected(folder, run):
    (folder / "x.csv").write_text("date,easting,northing\n2016-02-01,523388,179668\n")
    _, out, _ = run('wards x.csv --source "Council cases" --only-source "Council cases"')
    assert table_in(out)["value"].sum() == 1
    code, _, err = run("wards x.csv --only-source Police")
    assert code == 2
    assert "No incident has the source 'Police'; there are: x" in err


def test_a_heading_that_is_not_there_is_said(folder, run):
    (folder / "x.csv").write_text("Offence day,easting,northing\n2016-02-01,523388,179668\n")
    code, _, err = run("wards x.csv --column 'date=Offense day'")
    assert code == 2
    assert "x.csv has no column 'Offense day'" in err.splitlines()[-1]
    assert "The nearest is 'Offence day'" in err.splitlines()[-1]


@pytest.mark.parametrize("ending", ["geojson", "gpkg", "parquet", "zip"])
def test_map_layers_give_the_figures_of_a_table(folder, run, ending):
    run("demo demo.csv")
    points = read(["demo"]).incidents.to_geodataframe()
    points = points[["incident_id", "occurred", "category", "geometry"]].dropna().head(50)
    write_layer(points, folder, ending)
    table = pd.DataFrame(points.drop(columns="geometry"))
    table = table.assign(easting=points.geometry.x, northing=points.geometry.y)
    table.to_csv(folder / "table.csv", index=False)
    code, out, err = run(f"wards layer.{ending} --vintage 2002")
    assert code == 0, err
    assert out == run("wards table.csv --vintage 2002")[1]


def write_layer(points, folder: Path, ending: str) -> None:
    if ending == "geojson":
        points.to_crs(4326).to_file(folder / "layer.geojson", driver="GeoJSON")
    elif ending == "gpkg":
        points.to_file(folder / "layer.gpkg", layer="incidents")
    elif ending == "parquet":
        points.to_parquet(folder / "layer.parquet")
    else:
        short = points.rename(columns={"incident_id": "id"}).assign(
            occurred=points["occurred"].dt.strftime("%Y-%m-%d %H:%M")
        )
        short.to_file(folder / "layer.shp.zip", driver="ESRI Shapefile")
        (folder / "layer.shp.zip").rename(folder / "layer.zip")


def test_the_police_uk_service_is_a_path_like_another(folder, run, monkeypatch):
    months = ["2016-01", "2016-02"]
    records = made_up_crimes(40, months, (-0.27, 51.455, -0.17, 51.54))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving(PoliceServer(records, months)) as server:
        monkeypatch.setenv("HOTSPOTS_POLICE_API", server.address)
        code, out, err = run("wards police.uk:2016-01 --vintage 2002")
        assert code == 0, err
        n = table_in(out)["value"].sum()
        assert f"hotspots: {n} rows read from 1 file: {n} used, 0 rejected." in err
        assert 0 < n <= sum(record["month"] == "2016-01" for record in records)
        assert run("import police.uk:2016-01..2016-02")[0] == 0
    assert table_in(run("store list")[1])["source"].tolist() == ["police.uk"]
    code, _, err = run("wards police.uk:2016-13")
    assert code == 1
    assert "police.uk:2016-13" in err.splitlines()[-1]
