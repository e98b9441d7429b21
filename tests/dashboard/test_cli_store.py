"""``hotspots import`` and ``hotspots store`` as people use them."""

import io
import json
import os
import shlex
import shutil
import stat
import subprocess
import sys
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from pyarrow import parquet

from dashboard.cli import main
from dashboard.commands import messages
from dashboard.commands.store import COMMANDS, common, purging
from geo.readers import read
from geo.store import open_store
from tests.dashboard.command_line import table_in
from tests.factories import write_street_months

EXTRACT = """URN,Offence First Date,Grid E,Grid N,Major Text,Hate Flag
1/24,02/03/2024 21:30,523388,179668,Public order,RH
2/24,03/03/2024,523240,178480,Harassment,HO
3/24,not known,523240,178480,Harassment,RH
4/24,05/03/2024,,,Harassment,RH
"""
MAPPING = (
    '--column "date=Offence First Date" --column "easting=Grid E" --column "northing=Grid N" '
    '--column "category=Major Text" --column "strand=Hate Flag" --column id=URN '
    '--strand-code RH=race --strand-code "HO=sexual orientation"'
)
IMPORT = f'import extract.csv --source "Police extract" {MAPPING}'


@pytest.fixture
def extract(folder) -> Path:
    """An extract with headings that no program could know."""
    path = folder / "extract.csv"
    path.write_text(EXTRACT, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Path:
    """A folder with two months of police.uk, and a store of them and of an extract."""
    desk = tmp_path_factory.mktemp("desk")
    write_street_months(desk / "months", ["2024-02", "2024-03"], {"Addison": 3, "Town": 2})
    (desk / "extract.csv").write_text(EXTRACT, encoding="utf-8")
    store = ["--store", str(desk / "store")]
    assert main(["import", str(desk / "months"), *store]) == 0
    line = IMPORT.replace("extract.csv", shlex.quote(str(desk / "extract.csv")))
    assert main([*shlex.split(line), *store]) == 3
    return desk


@pytest.fixture
def filled(template, extract, folder, no_store) -> Path:
    """The store where commands look for it, with its files beside; gives its folder."""
    shutil.copytree(template / "months", folder / "months")
    shutil.copytree(template / "store", no_store)
    return no_store


# import


def test_an_import_says_how_columns_were_understood_and_what_became_of_every_row(
    extract, run, no_store
):
    code, out, err = run(IMPORT)
    assert (code, out) == (3, "")
    assert "columns of extract.csv: " in err
    assert "date 'Offence First Date'" in err
    assert "codes rh is race, ho is sexual orientation" in err
    assert "4 rows read from 1 file: 3 used, 1 rejected." in err
    assert "2 located, 0 outside the borough, 1 not located." in err
    assert "warning: extract.csv, row 4, column Offence First Date:" in err
    assert "3 new, 0 updated, 0 duplicates, 1 rejected" in err
    assert f"kept as import 1 in {no_store}; hotspots store undo 1 takes it back" in err
    assert "these columns are saved for 'Police extract'" in err


def test_what_is_kept_is_what_was_understood(extract, run, no_store):
    run(IMPORT)
    frame = open_store(no_store).read().frame
    assert frame["incident_id"].tolist() == ["1/24", "2/24", "4/24"]
    assert set(frame["source"]) == {"Police extract"}
    assert frame["strand_race"].tolist() == [True, False, True]
    assert frame["strand_sexual_orientation"].tolist() == [False, True, False]
    assert frame["easting"].tolist()[:2] == [523388, 523240]


def test_the_mapping_is_used_the_next_time(extract, run):
    run(IMPORT)
    extract.write_text(EXTRACT.replace("05/03/2024,,", "05/03/2024,523388,179668"))
    code, _, err = run('import extract.csv --source "Police extract"')
    assert code == 3
    assert "columns as saved for 'Police extract'; what is given goes before" in err
    assert "date 'Offence First Date'" in err
    assert "0 new, 1 updated, 2 duplicates, 1 rejected" in err
    assert "saved for 'Police extract' and used the next time" not in err


def test_what_is_given_goes_before_what_is_saved(extract, run, no_store):
    run(IMPORT)
    extract.write_text(EXTRACT.replace("Hate Flag", "Flag").replace("1/24", "9/24"))
    code, _, err = run('import extract.csv --source "Police extract" --column strand=Flag')
    assert code == 3, err
    assert "saved for 'Police extract'" in err.splitlines()[-1]
    saved = open_store(no_store).mappings()["Police extract"]
    assert saved.columns["strands"] == ("Flag",)
    assert saved.columns["date"] == ("Offence First Date",)


def test_category_and_kind_hold_for_all_rows(folder, run, no_store):
    (folder / "a.csv").write_text("id,date,easting,northing\n1,2024-03-01,523388,179668\n")
    assert run('import a.csv --category "Graffiti" --kind incident')[0] == 0
    frame = open_store(no_store).read().frame
    assert (frame["category"][0], bool(frame["is_crime"][0])) == ("Graffiti", False)


def test_what_is_unsure_is_asked_with_the_option_to_type(extract, run, no_store):
    extract.write_text(EXTRACT.replace("Offence First Date", "Reported Day"))
    code, out, err = run("import extract.csv")
    assert (code, out) == (2, "")
    assert "hotspots: question: extract.csv: which column is the date? " in err
    assert '--column "date=Reported Day"' in err
    typed = '--column "date=Reported Day" --column id=URN'
    code, _, err = run(f"import extract.csv {typed}")
    assert code == 3
    assert "the date?" not in err
    assert len(open_store(no_store).read()) == 3


def test_codes_that_are_not_understood_are_asked_with_the_option_to_type(extract, run):
    line = f"{IMPORT} --dry-run".replace(" --strand-code RH=race", "")
    code, _, err = run(line)
    assert code == 3
    question = next(line for line in err.splitlines() if "question" in line)
    assert 'Type --strand-code "RH=STRAND", where STRAND is one of race, ' in question
    assert "question" not in run(f"{line} --strand-code RH=none")[2]


def test_a_source_without_a_name_is_said(folder, run):
    (folder / "a.csv").write_text("id,date,easting,northing\n1,2024-03-01,523388,179668\n")
    assert "note: the source is called a; --source NAME" in run("import a.csv --dry-run")[2]
    assert "--source NAME" not in run("import a.csv --source Ours --dry-run")[2]


def test_a_dry_run_keeps_nothing(extract, folder, run, no_store):
    code, _, err = run(f"{IMPORT} --dry-run --report problems.csv")
    assert code == 3
    assert "3 new" in err
    assert "nothing was kept" in err
    assert pd.read_csv(folder / "problems.csv")["row"].tolist() == [4]
    assert not no_store.exists()


def test_the_same_files_again_are_refused_unless_wanted(filled, run):
    code, _, err = run("import months")
    assert code == 2
    assert err.splitlines()[-1].endswith("ask for it to be added again: --again.")
    assert "is in import 1 already" in err
    assert "warning" not in err  # not a word on each of its rows
    code, _, err = run("import months --again")
    assert code == 0
    assert "duplicate. Nothing to do" in err
    assert "0 new, 0 updated, 10 duplicates, 0 rejected" in err
    assert "is in import 1 already" in err


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "empty"),
        ("date,easting,northing\n", "has a header but no rows"),
        ("date,easting,northing\nnever,1,2\n", "none of its 1 rows can be used"),
    ],
)
def test_nothing_usable_is_exit_code_2(folder, run, no_store, content, message):
    (folder / "a.csv").write_text(content, encoding="utf-8")
    code, out, err = run("import a.csv")
    assert (code, out) == (2, "")
    last = err.splitlines()[-1]
    assert last.startswith("hotspots: error: a.csv")
    assert message in last
    assert not no_store.exists()


def test_look_alikes_are_counted_and_listed_but_never_merged(filled, folder, run):
    row = "C7,2024-03-02,523388,179668,Public order,race"
    (folder / "cases.csv").write_text(f"id,date,easting,northing,category,strand\n{row}\n")
    _, out, _ = run('store review cases.csv --source "Council cases" --json')
    asked = json.loads(out)["rows"]
    _, _, err = run('import cases.csv --source "Council cases"')
    assert "1 pair may be one event in two sources; nothing is merged" in err
    code, out, err = run("store review")
    pairs = table_in(out)
    assert code == 0
    assert pairs["first_id"].tolist() == ["C7"]
    assert pairs["second_id"].tolist() == ["1/24"]
    assert [(row["first_id"], row["second_id"]) for row in asked] == [("C7", "1/24")]
    assert "1 pair that may be the same event" in err
    assert run("store review --distance-m 5000")[0] == 2


def test_demonstration_data_is_not_kept(run, no_store):
    code, _, err = run("import demo")
    assert code == 2
    assert "demonstration" in err.splitlines()[-1]
    assert open_store(no_store).imports() == ()


def test_a_person_is_asked_once(extract, run, no_store, monkeypatch):
    monkeypatch.setattr(common, "is_watched", lambda: True)
    monkeypatch.setattr("dashboard.commands.store.adding.is_watched", lambda: True)
    monkeypatch.setattr(sys, "stdin", io.StringIO("no\n"))
    code, _, err = run(IMPORT)
    assert "Keep this? [y/N]" in err
    assert "nothing was kept" in err
    assert open_store(no_store).imports() == ()
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    assert run(IMPORT)[0] == code == 3
    assert len(open_store(no_store).imports()) == 1
    extract.write_text(EXTRACT.replace("Harassment", "Assault"))
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    assert "Keep this?" not in run(f"{IMPORT} --yes")[2]
    assert len(open_store(no_store).imports()) == 2


# what is kept


def test_list_gives_every_import_with_counts_that_add_up(filled, run):
    code, out, err = run("store list")
    table = table_in(out)
    assert code == 0
    assert f"store: {filled}" in err
    assert table["number"].tolist() == [1, 2]
    assert table["source"].tolist() == ["police.uk", "Police extract"]
    assert table["rows_read"].tolist() == [10, 4]
    parts = table[["new", "updated", "duplicates", "rejected"]].sum(axis=1)
    assert parts.tolist() == [10, 4]
    assert table["last_day"].tolist() == ["2024-03-01", "2024-03-05"]
    listed = json.loads(run("store list --json")[1])
    assert listed["store"] == str(filled)
    assert [row["rejected"] for row in listed["rows"]] == [0, 1]
    assert listed["rows"][0]["undone"] is False


def test_show_gives_files_columns_and_problems(filled, folder, run):
    code, out, err = run("store show 2 --report problems.csv")
    assert code == 0
    assert "number: 2\n" in out
    assert "file extract.csv: plain table, 4 rows read, 3 used, 1 rejected, 0 duplicates, " in out
    assert "columns of extract.csv: " in out
    assert "strands 'Hate Flag'" in out
    assert "warning: extract.csv, row 4, column Offence First Date" in err
    assert pd.read_csv(folder / "problems.csv")["row"].tolist() == [4]
    shown = json.loads(run("store show 2 --json")[1])
    assert shown["files"][0]["name"] == "extract.csv"
    assert shown["columns"]["extract.csv"]["strand_codes"]["rh"] == "race"
    assert shown["problems"][0]["row"] == 4


def test_undo_and_restore(filled, run):
    code, out, err = run("store undo 2")
    assert (code, out) == (0, "")
    assert "import 2 of Police extract undone: its 3 new incidents and 0 updates" in err
    assert table_in(run("store list")[1])["undone"].tolist() == [False, True]
    assert len(open_store(filled).read()) == 10
    assert run("store restore 2")[0] == 0
    assert len(open_store(filled).read()) == 13
    actions = table_in(run("store log")[1])["action"].tolist()
    assert actions[-2:] == ["undo", "restore"]


def test_versions_of_an_incident_newest_first(filled, extract, run):
    extract.write_text(EXTRACT.replace("Public order", "Assault"))
    run('import extract.csv --source "Police extract"')
    code, out, _ = run('store versions "Police extract" 1/24')
    table = table_in(out)
    assert code == 0
    assert table["import_number"].tolist() == [3, 2]
    assert table["status"].tolist() == ["current", "replaced"]
    assert table["category"].tolist() == ["Assault", "Public order"]
    assert table["row"].tolist() == [2, 2]
    rows = json.loads(run('store versions "Police extract" 1/24 --json')[1])["rows"]
    assert [row["category"] for row in rows] == ["Assault", "Public order"]
    code, _, err = run('store versions "Police extract" 77/24')
    assert code == 2
    assert "No import holds an incident '77/24'" in err


@pytest.mark.parametrize("ending", ["parquet", "gpkg", "csv"])
def test_exports_hold_the_current_incidents_and_say_that_they_are_personal(
    filled, folder, run, ending
):
    code, out, err = run(f"store export --from 2024-03-01 --out out.{ending}")
    assert (code, out) == (0, "")
    path = folder / f"out-personal-data.{ending}"
    kept = open_store(filled).read().frame
    expected = kept[kept["occurred"] >= "2024-03-01"]
    if ending == "csv":
        ids = read([path]).incidents.frame["incident_id"]
    elif ending == "gpkg":
        ids = gpd.read_file(path)["incident_id"]
    else:
        frame = gpd.read_parquet(path)
        assert frame.crs.to_epsg() == 27700
        assert frame.geometry.notna().sum() == len(frame) - 1 == 7
        ids = frame["incident_id"]
    assert sorted(ids) == sorted(expected["incident_id"])
    assert f"out-personal-data.{ending} written: 8 incidents" in err
    assert marks_in(path) == {"contains personal data"}
    assert "warning: it holds personal data" in err
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    last = json.loads(run("store log --json")[1])["rows"][-1]
    assert last["action"] == "export"
    assert last["details"]["incidents"] == 8
    assert last["details"]["file"] == f"out-personal-data.{ending}"


def marks_in(path: Path) -> set[str]:
    """Read the mark from the metadata of a file, or from all rows of one that has none."""
    if path.suffix == ".csv":
        return set(pd.read_csv(path)["marking"])
    if path.suffix == ".gpkg":
        return {pyogrio.read_info(path)["layer_metadata"]["marking"]}
    return {parquet.read_schema(path).metadata[b"marking"].decode()}


def test_purge_shows_first_and_needs_a_yes(filled, run):
    code, out, err = run("store purge --before 2024-03-01 --dry-run")
    assert code == 0
    assert table_in(out)[["import_number", "deleted"]].to_numpy().tolist() == [[1, 5]]
    assert "would delete 5 incidents" in err
    code, _, err = run("store purge --before 2024-03-01")
    assert code == 2
    assert "add --yes" in err.splitlines()[-1]
    assert len(open_store(filled).read()) == 13
    code, out, err = run("store purge --before 2024-03-01 --yes --json")
    assert code == 0
    assert json.loads(out)["rows"][0]["deleted"] == 5
    assert "5 incidents deleted" in err
    assert len(open_store(filled).read()) == 8
    assert run("store purge --before 2999-01-01 --yes")[0] == 2
    code, out, err = run("store purge --before 2024-03-01")
    assert (code, len(table_in(out))) == (0, 0)
    assert "no incident is from before 2024-03-01; nothing was deleted" in err
    assert table_in(run("store log")[1])["action"].tolist()[-1] == "purge"


def test_a_purge_of_old_imports_says_that_their_reports_lose_values(filled, run, monkeypatch):
    class Later(date):
        @classmethod
        def today(cls) -> date:
            return date(2999, 1, 1)

    assert "reports" not in run("store purge --before 2024-03-01 --dry-run")[2]
    monkeypatch.setattr(purging, "date", Later)
    _, out, err = run("store purge --before 2998-01-01 --dry-run")
    assert table_in(out)["deleted"].sum() == 13
    assert "and what the reports of imports added before that day quote" in err
    run("store purge --before 2998-01-01 --yes")
    assert "not known" not in open_store(filled).report(2).problems_csv()
    assert run("store purge --before 2998-01-01")[0] == 2  # what is quoted may still be old


def test_a_person_can_refuse_a_purge(filled, run, monkeypatch):
    monkeypatch.setattr(common, "is_watched", lambda: True)
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n"))
    code, _, err = run("store purge --before 2024-03-01")
    assert code == 0
    assert "Delete 5 incidents from before 2024-03-01, older versions included, for good? " in err
    assert "nothing was deleted" in err
    assert len(open_store(filled).read()) == 13


def test_check_finds_damage(filled, run):
    code, out, err = run("store check")
    assert (code, out) == (0, "")
    assert "2 imports read, nothing is damaged" in err
    victim = next(filled.rglob("incidents.parquet"))
    content = bytearray(victim.read_bytes())
    content[len(content) // 2] ^= 0xFF
    victim.chmod(0o600)
    victim.write_bytes(content)
    code, _, err = run("store check")
    assert code == 1
    assert "hotspots: error: " in err


def test_the_log_is_csv_with_details_as_json(filled, run):
    table = table_in(run("store log")[1])
    assert table["number"].tolist() == list(range(1, len(table) + 1))
    assert table["action"].tolist() == ["create", "import", "import", "save mapping"]
    assert json.loads(table["details"][1])["new"] == 10
    assert table["at"].str.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ").all()


def test_a_file_is_not_a_place_for_a_store(extract, run):
    code, _, err = run(f"{IMPORT} --store extract.csv")
    assert code == 1
    assert "extract.csv is a file, not a folder for a store" in err.splitlines()[-1]
    assert extract.read_text(encoding="utf-8") == EXTRACT


def test_another_store_is_named_with_an_option(extract, folder, run, no_store):
    assert run(f"{IMPORT} --store team")[0] == 3
    assert table_in(run("store list --store team")[1])["number"].tolist() == [1]
    assert not no_store.exists()


# usage and errors


@pytest.mark.parametrize(
    ("line", "code", "message"),
    [
        ("store", 2, "no command given; name one of import, list, show"),
        ("store steal", 2, "argument COMMAND: invalid choice: 'steal'"),
        ("store list", 1, "There is no store at"),
        ("store undo x", 2, "'x' is not the number of an import; hotspots store list"),
        ("store purge", 2, "required: --before. See: hotspots store purge --help"),
        ("store purge --before 1/4/2016", 2, "is not a date; write it as 2016-04-01"),
        ("store list --store old.csv", 1, "There is no store at old.csv yet"),
        (
            "store export --out a.txt",
            2,
            "a-personal-data.txt has no known ending; known are .parquet, .gpkg",
        ),
        ("store export --out new/a.csv", 2, "There is no folder new to write a-personal-data.csv"),
        ("import", 2, "required: PATHS"),
        ("import missing.csv", 2, "missing.csv does not exist"),
        ("import old.csv --report new/a.csv", 2, "There is no folder new"),
        ("import old.csv --column date", 2, "'date' has no =; write it as MEANING=HEADING"),
        ("import old.csv --column when=Day", 2, "No column can mean 'when'."),
        ("import old.csv --strand-code RH=age", 2, "'RH=age' is not CODE=STRAND with one of race"),
        ("import old.csv --kind both", 2, "argument --kind: invalid choice"),
    ],
)
def test_errors_are_one_line_with_the_remedy(folder, run, line, code, message):
    (folder / "old.csv").write_text("old", encoding="utf-8")
    given, out, err = run(line)
    last = err.splitlines()[-1]
    assert (given, out) == (code, "")
    assert last.startswith("hotspots: error: ")
    assert message in last
    assert err.count("error: ") == 1
    assert {path.name for path in folder.iterdir()} == {"old.csv"}
    assert (folder / "old.csv").read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("store undo 7", "7"),
        ("store restore 7", "7"),
        ("store show 7", "7"),
        ("store export --category Arson --out a.csv", "No incident has the category 'Arson'"),
        ("store export --only-source Ours --out a.csv", "No incident has the source 'Ours'; there"),
        ("store export --to 2001-01-01 --out a.csv", "None of the incidents is selected"),
    ],
)
def test_errors_about_what_is_kept(filled, folder, run, line, message):
    code, out, err = run(line)
    assert (code, out) == (2, "")
    assert message in err.splitlines()[-1]
    assert not (folder / "a.csv").exists()


def test_nothing_is_written_into_the_store(filled, run):
    code, _, err = run(f"store export --out '{filled}/a.csv'")
    assert code == 2
    assert "lies in the store, where nothing else may be" in err
    assert not (filled / "a.csv").exists()


@pytest.mark.parametrize("name", [*COMMANDS, ""])
def test_every_command_has_help_with_examples(run, name):
    code, out, _ = run(f"store {name} --help")
    lines = out.partition("examples:\n")[2].partition("\n\n")[0].splitlines()
    assert code == 0
    assert len(lines) >= 2
    assert all(line.startswith("  hotspots ") for line in lines)


def test_help_of_the_group_loads_nothing_slow():
    program = (
        "import sys; from dashboard.cli import main; main(['store', '--help']); "
        "print(sorted({'numpy', 'pandas', 'geopandas', 'streamlit', 'geo'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


# passwords

SECRET = "postgresql://ann:s3cr%40t@127.0.0.1:1/hotspots"


@pytest.mark.parametrize(
    "line",
    [
        f"store list --store '{SECRET}'",
        f"store list --store '{SECRET}' --bogus",
        f"store list '{SECRET}'",
        f"store export --store '{SECRET}' --out a.csv",
        f"wards '{SECRET}'",
        f"wards '{SECRET}?table=incidents'",
        f"wards store demo --store '{SECRET}'",
        f"wards a.csv '{SECRET}'",
        f"import '{SECRET}?table=incidents' --store kept",
        "store list --store 'postgresql://127.0.0.1:1/x?user=ann&password=s3cr%40t'",
    ],
)
def test_no_password_is_ever_printed(run, line):
    code, out, err = run(line)
    assert code in {1, 2}
    assert "s3cr" not in out + err
    assert "hotspots: error: " in err.splitlines()[-1]


def test_no_password_is_printed_from_the_environment(run, monkeypatch):
    monkeypatch.setenv("HOTSPOTS_STORE", SECRET)
    for line in ("store list", "wards store", "store check"):
        code, out, err = run(line)
        assert code == 1
        assert "s3cr" not in out + err
        assert "127.0.0.1" in err


def test_addresses_without_a_password_stay_readable():
    text = "see https://example.org/a@b and postgresql://ann@db/x"
    assert messages.without_password(text) == text


# a database


def test_a_database_is_a_store_like_a_folder(database, template, extract, folder, run, monkeypatch):
    """Every command on a real server; the address has a password, which nobody sees."""
    shutil.copytree(template / "months", folder / "months")
    monkeypatch.setenv("HOTSPOTS_STORE", database)
    password = urlsplit(database).password
    assert password
    said = []

    def on_server(line: str) -> tuple[int, str]:
        code, out, err = run(line)
        said.append(out + err)
        return code, out

    assert on_server("import months")[0] == 0
    assert on_server(IMPORT)[0] == 3
    assert table_in(on_server("store list")[1])["new"].tolist() == [10, 3]
    figures = json.loads(on_server("wards store --period month --json")[1])["rows"]
    in_folder = f"wards store --store '{template / 'store'}' --period month --json"
    assert figures == json.loads(run(in_folder)[1])["rows"]
    assert on_server(f"wards '{database}'")[0] == 0
    assert on_server("store undo 2") == (0, "")
    assert on_server("store restore 2") == (0, "")
    for line in ("show 2 --json", "log --json", "review", 'versions "Police extract" 1/24 --json'):
        assert on_server(f"store {line}")[0] == 0
    assert on_server("store export --out all.parquet")[0] == 0
    assert len(gpd.read_parquet(folder / "all-personal-data.parquet")) == 13
    assert on_server("store purge --before 2024-03-01 --yes")[0] == 0
    assert on_server("store check") == (0, "")
    table = f"'{database}?table=hotspots.current_incidents'"
    assert on_server(f"wards {table} --report problems.csv")[0] == 0
    assert on_server(f"wards {database}?table=hotspots.nothing")[0] == 1
    assert password not in "".join(said)
    assert "postgresql://" in "".join(said)
