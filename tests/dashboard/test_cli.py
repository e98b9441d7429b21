"""The command line as people use it; ``main`` where nothing of the process matters."""

import http.client
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

import boundaries
from dashboard.cli import COMMANDS, main
from dashboard.commands import messages, serve
from dashboard.commands.levels import ENVIRONMENT
from dashboard.settings import StartOptions
from geo.clusters.dbscan import DbscanParams
from geo.hotspots.table import HOTSPOT_COLUMNS, HotspotParams
from geo.periods import UNITS
from geo.published import victims_by_ward
from geo.readers import read
from geo.surfaces.density import DensityParams
from geo.wards.counts import MEASURES
from tests.as_written import as_written
from tests.dashboard.command_line import table_in
from tests.factories import write_street_months

pytestmark = pytest.mark.usefixtures("at_exact")

HOTSPOTS = Path(sys.executable).parent / "hotspots"
START_TIMEOUT_S = 60

posix_only = pytest.mark.skipif(os.name != "posix", reason="needs a POSIX system")

DOUBTFUL = """date,easting,northing,category
2017-04-03,523388,179668,Public order
never,523388,179668,Public order
2017-04-05,x,179668,Public order
2017-04-06,523388,179668,=cmd
not a day,523388,179668,Public order
,,,"\x1b[2Jodd"
31/02/2017,523388,179668,Public order
"""


def process(*arguments: str, **options: object) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [HOTSPOTS, *arguments], capture_output=True, text=True, check=False, **options
    )


# wards


def test_the_published_table_comes_out_cell_by_cell():
    done = process("wards", "demo", "--vintage", "2002", "--period", "fy")
    assert done.returncode == 0
    found = table_in(done.stdout)
    assert list(found) == ["ward_code", "ward_name", "period", "value"]
    published = victims_by_ward().set_index(["ward_code", "financial_year"])["victims"]
    counted = found[found["ward_code"] != "outside"].set_index(["ward_code", "period"])["value"]
    assert len(published) == len(counted) == 51
    assert counted.to_dict() == published.to_dict()
    assert counted.loc["not_located"].sum() == 24
    assert found.loc[found["ward_code"] == "outside", "value"].tolist() == [0, 0, 0]
    assert found["value"].sum() == 1727
    assert "Traceback" not in done.stderr


def test_the_written_demonstration_data_gives_the_same_table(folder, run):
    assert run("demo incidents.csv")[0] == 0
    _, of_demo, _ = run("wards demo --vintage 2002 --period month")
    code, of_file, _ = run("wards incidents.csv --vintage 2002 --period month")
    assert code == 0
    assert of_file == of_demo
    assert len(of_file.splitlines()) == 1 + 18 * 36


@pytest.mark.parametrize("period", UNITS)
@pytest.mark.parametrize("measure", MEASURES)
def test_every_measure_and_period(run, measure, period):
    code, out, _ = run(f"wards demo --vintage 2022 --period {period} --measure {measure}")
    table = table_in(out)
    assert code == 0
    assert table["ward_code"].unique().tolist()[-2:] == ["outside", "not_located"]
    assert table["ward_code"].nunique() == 23
    n_periods = {"all": 1, "fy": 3, "year": 4, "quarter": 12, "month": 36, "weekday": 7}
    # A week more where the three years begin in the middle of one; and the hour may be unknown.
    n_periods |= {"week": 157, "hour": 25}
    assert table["period"].nunique() == n_periods[period]
    if measure == "count":
        assert table["value"].sum() == 1727
    elif measure == "share":
        of_periods = table.groupby("period")["value"].sum(min_count=1).dropna()
        assert of_periods.to_numpy() == pytest.approx(100, abs=0.01)
    else:
        assert table.loc[table["ward_code"].isin(["outside", "not_located"]), "value"].isna().all()
        assert table["value"].notna().any()


def test_rates_are_counts_per_thousand_residents(run):
    wards = boundaries.load_wards("2022")
    counts = table_in(run("wards demo --vintage 2022")[1])["value"][:21].to_numpy()
    for measure, base in [("rate", wards["population"] / 1000), ("density", wards["area_km2"])]:
        values = table_in(run(f"wards demo --vintage 2022 --measure {measure}")[1])["value"][:21]
        assert values.to_numpy() == pytest.approx((counts / base).to_numpy(), abs=6e-5)


@pytest.mark.parametrize("ending", ["csv", "geojson", "gpkg", "json", "xlsx"])
@pytest.mark.parametrize(
    "command", ["wards demo --period fy", "detect demo --method dbscan --no-chance"]
)
def test_files_hold_what_standard_output_shows(folder, run, ending, command):
    _, shown, _ = run(command)
    code, out, err = run(f"{command} --out result-exact.{ending}")
    assert (code, out) == (0, "")
    assert f"hotspots: result-exact.{ending} written\n" in err
    names = {path.name for path in folder.iterdir()}
    assert names == {f"result-exact.{ending}", "result-exact.run.json"}
    expected = table_in(shown)
    found = read_back(folder / f"result-exact.{ending}", command.split()[0])
    pd.testing.assert_frame_equal(
        as_written(found[list(expected)]), as_written(expected), check_dtype=False
    )


def read_back(path: Path, command: str) -> pd.DataFrame:
    if path.suffix == ".csv":
        return pd.read_csv(path)
    if path.suffix == ".xlsx":
        return pd.read_excel(path)
    if path.suffix == ".json":
        return pd.DataFrame(json.loads(path.read_text(encoding="utf-8"))["rows"])
    areas = gpd.read_file(path, layer="wards" if command == "wards" else "hotspots")
    expected = 18 * 3 - 6 if command == "wards" else len(areas)
    assert areas.geometry.notna().sum() == expected
    return pd.DataFrame(areas.drop(columns="geometry"))


@pytest.mark.parametrize(
    ("day", "vintage"), [("2022-05-04", "2002"), ("2022-05-05", "2022"), ("2016-01-31", "2002")]
)
def test_the_wards_are_those_of_the_latest_incident(folder, run, day, vintage):
    lines = ["date,easting,northing", "2015-01-01,523388,179668", f"{day},523388,179668"]
    (folder / "a.csv").write_text("\n".join(lines), encoding="utf-8")
    _, out, err = run("wards a.csv")
    assert f"hotspots: note: wards of {vintage} (from" in err
    assert "--vintage chooses others" in err
    assert out == run(f"wards a.csv --vintage {vintage}")[1]
    other = {"2002": "2022", "2022": "2002"}[vintage]
    chosen = run(f"wards a.csv --vintage {other}")
    assert chosen[1] != out
    assert "note: wards of" not in chosen[2]


def test_a_month_is_not_said_to_be_its_first_day(folder, run):
    rows = "occurred,easting,northing\n2016-12,523315,178495\n2016-11-30,523315,178495\n"
    (folder / "a.csv").write_text(rows, encoding="utf-8")
    assert "for the latest incident is of December 2016; --vint" in run("wards a.csv")[2]
    assert "incident is of 30 November 2016;" in run("wards a.csv --to 2016-11-30")[2]


def test_the_wards_are_those_of_the_selected_incidents(folder, run):
    lines = ["date,easting,northing", "2015-01-01,523388,179668", "2023-01-01,523388,179668"]
    (folder / "a.csv").write_text("\n".join(lines), encoding="utf-8")
    assert "wards of 2002" in run("wards a.csv --to 2020-01-01")[2]


def test_selections_add_up(run):
    frame = read(["demo"]).incidents.frame
    in_year = (frame["occurred"] >= "2016-04-01") & (frame["occurred"] < "2017-04-01")

    def total(options: str) -> int:
        return int(table_in(run(f"wards demo --vintage 2002 {options}")[1])["value"].sum())

    assert total("--from 2016-04-01 --to 2017-03-31") == in_year.sum() == 691
    race, disability = frame["strand_race"], frame["strand_disability"]
    assert total("--strand race") == race.sum()
    assert total("--strand Race --strand disability") == (race | disability).sum()
    categories = frame["category"].value_counts()
    first, second = categories.index[:2]
    chosen = f"--category {shlex.quote(first)} --category {shlex.quote(second)}"
    assert total(chosen) == categories[first] + categories[second]
    assert total("--kind crime") == 1727
    assert total("--kind incident") == 0


def test_an_empty_selection_is_a_table_of_noughts_and_said(run):
    code, out, err = run("wards demo --kind incident")
    assert code == 0
    assert table_in(out)["value"].tolist() == [0] * 18
    assert "warning: none of the incidents is selected (incidents that are not crimes only)" in err


def test_real_months_account_for_every_row(police_uk_paths, run):
    code, out, err = run(f"wards {police_uk_paths} --vintage 2002")
    table = table_in(out)
    frame = read([police_uk_paths]).incidents.frame
    assert code == 0
    assert table["value"].sum() == len(frame)
    assert f"hotspots: {len(frame):,} rows read" in err
    wards = table[~table["ward_code"].isin(["outside", "not_located"])]
    highest = wards.nlargest(2, "value")["ward_name"].tolist()
    assert highest == ["Shepherd's Bush Green", "Hammersmith Broadway"]


# detect


@pytest.mark.parametrize("method", ["density", "dbscan"])
def test_both_town_centres_are_hotspots_by_both_methods(shared_data, run, method):
    source = shared_data / "incidents" / "police_uk" if shared_data else "demo"
    code, out, _ = run(f"detect {source} --no-chance --method {method} --vintage 2002")
    table = table_in(out)
    assert code == 0
    assert list(table) == [name for name in HOTSPOT_COLUMNS if name not in {"period", "geometry"}]
    assert table["rank"].tolist() == list(range(1, len(table) + 1))
    names = " ".join(table["name"])
    assert "Shepherd's Bush" in names
    assert "Hammersmith Broadway, " in names


def test_shares_and_pai_follow_from_incidents_and_areas(run):
    table = table_in(run("detect demo --method dbscan --no-chance")[1])
    located, borough_ha = 1703, boundaries.load_borough().area.sum() / 1e4
    share = table["incidents"] / located
    assert table["share"].to_numpy() == pytest.approx(100 * share.to_numpy(), abs=1e-4)
    pai = share / (table["area_ha"] / borough_ha)
    assert table["pai"].to_numpy() == pytest.approx(pai.to_numpy(), rel=1e-3)


@pytest.mark.parametrize(
    ("options", "setting", "value"),
    [
        ("density --bandwidth-m 150", "bandwidth_m", 150),
        ("density --cell-size-m 25", "cell_size_m", 25),
        ("dbscan --eps-m 101.5", "eps_m", 101.5),
        ("dbscan --min-incidents 12", "min_incidents", 12),
        ("density --area-share-pct 2", "hotspots", {"area_share_pct": 2}),
        ("dbscan --hotspot-min-incidents 40", "hotspots", {"min_incidents": 40}),
        ("dbscan --min-places 40", "hotspots", {"min_places": 40}),
        ("dbscan --max-hotspots 2", "hotspots", {"max_hotspots": 2}),
    ],
)
def test_every_setting_reaches_the_method_and_the_record(folder, run, options, setting, value):
    run(f"detect demo --no-chance --method {options} --out set-exact.json")
    run(f"detect demo --no-chance --method {options.split()[0]} --out default-exact.json")
    chosen, default = (
        json.loads((folder / name).read_text(encoding="utf-8"))
        for name in ("set-exact.json", "default-exact.json")
    )
    used = chosen["run_record"]["params"][setting]
    assert used == (used | value if isinstance(value, dict) else value)
    assert chosen["rows"] != default["rows"]


def test_automatic_settings_are_said(run):
    _, _, err = run("detect demo --method dbscan --no-chance")
    assert re.search(r"note: min_incidents \d+: what the most crowded", err)


@pytest.mark.parametrize(
    "params", [DensityParams, DbscanParams, HotspotParams], ids=lambda params: params.__name__
)
def test_the_help_gives_bounds_and_defaults_of_every_setting(run, params):
    help_text = " ".join(run("detect --help")[1].split())
    for spec in params.specs():
        assert f"{spec.label}, {spec.low:g} to {spec.high:g} {spec.unit}; default" in help_text
        if spec.default is not None:
            assert f"{spec.high:g} {spec.unit}; default {spec.default:g}." in help_text


def test_large_bounds_are_written_out(run):
    help_text = " ".join(run("detect --help")[1].split())
    assert "gistar: Seed of the simulations, 0 to 4294967295; default 0." in help_text
    code, _, err = run("near-repeat demo --seed -1")
    assert code == 2
    assert "e+" not in err


# reading


def test_rejected_rows_give_exit_code_3_and_the_rest_is_counted(folder, run):
    (folder / "a.csv").write_text(DOUBTFUL, encoding="utf-8")
    code, out, err = run("wards a.csv")
    table = table_in(out).set_index("ward_code")["value"]
    assert code == 3
    assert table.sum() == 3
    assert table["not_located"] == 1
    assert "hotspots: 7 rows read from 1 file: 3 used, 4 rejected." in err
    assert "warning: a.csv, row 3, column date: this is not a date" in err
    assert err.count("hotspots: warning: a.csv, row") == 3
    assert "2 more problems; --report FILE writes all of them" in err
    assert "\x1b" not in err


def test_the_report_holds_every_problem(folder, run):
    (folder / "a.csv").write_text(DOUBTFUL, encoding="utf-8")
    code, out, err = run("wards a.csv --report problems-personal-data.csv --out wards-exact.csv")
    assert (code, out) == (3, "")
    problems = pd.read_csv(folder / "problems-personal-data.csv")
    assert sorted(problems["row"]) == [3, 4, 6, 7, 8]
    assert (problems["outcome"] == "rejected").sum() == 4
    assert "hotspots: problems-personal-data.csv written: 5 problems" in err
    assert "--report FILE" not in err
    assert pd.read_csv(folder / "wards-exact.csv")["value"].sum() == 3


def test_doubtful_rows_alone_are_no_rejection(folder, run):
    text = "date,easting,northing\n2017-04-03,523388,179668\n2017-04-05,x,179668\n"
    (folder / "a.csv").write_text(text, encoding="utf-8")
    code, _, err = run("wards a.csv")
    assert code == 0
    assert "row 3, column easting, northing" in err


def test_demonstration_data_says_that_it_is_synthetic(run):
    assert "note: demonstration data: synthetic" in run("wards demo")[2]


def test_warnings_of_the_method_are_said(run):
    assert "hotspots: warning: Rates use the residents of" in run("wards demo --measure rate")[2]


# usage and errors

OLD = ("old.csv", "old-exact.csv", "old-exact.run.json", "personal-data.csv")


@pytest.mark.parametrize(
    ("line", "code", "message"),
    [
        ("", 2, "no command given; name one of serve, import, store, pack, patrol, release"),
        ("map", 2, "invalid choice: 'map'"),
        ("wards", 2, "required: PATHS. See: hotspots wards --help"),
        ("wards demo --period decade", 2, "argument --period: invalid choice: 'decade'"),
        ("wards demo --measure mean", 2, "argument --measure: invalid choice: 'mean'"),
        ("wards demo --vintage 2010", 2, "argument --vintage: invalid choice: '2010'"),
        ("wards demo --per fy", 2, "unrecognized arguments: --per fy"),
        ("wards demo --from 1/4/2016", 2, "'1/4/2016' is not a date; write it as 2016-04-01"),
        ("wards demo --from 2017-01-01 --to 2016-01-01", 2, "after its end on 2016-01-01; swap"),
        ("wards demo --strand age", 2, "argument --strand: invalid choice: 'age'"),
        ("wards demo --category Arson", 2, "No incident has the category 'Arson'; there are: C"),
        (
            "wards demo --out wards.shp",
            2,
            "wards-exact.shp has no known ending; known are .csv, .geo",
        ),
        (
            "wards demo --out new/wards.csv",
            2,
            "There is no folder new to write wards-exact.csv into",
        ),
        (
            "wards demo --report new/x.csv",
            2,
            "There is no folder new to write x-personal-data.csv into",
        ),
        (
            "wards old-exact.csv --out old.csv",
            2,
            "old-exact.csv would overwrite an input or another",
        ),
        (
            "wards personal-data.csv --report personal-data.csv",
            2,
            "would overwrite an input or anot",
        ),
        ("wards old-exact.run.json --out old.csv", 2, "old-exact.run.json would overwrite an inp"),
        (
            "wards demo --out exact-personal-data.csv --report exact-personal-data.csv",
            2,
            "overwrite",
        ),
        ("wards missing.csv", 1, "missing.csv does not exist. Check the name"),
        ("wards old.csv", 1, "old.csv is not a table"),
        ("wards demo old.csv", 1, "cannot be mixed with files"),
        ("detect demo", 2, "required: --method"),
        ("detect demo --method gi", 2, "argument --method: invalid choice: 'gi'"),
        ("detect demo --method dbscan --eps-m 5", 2, "eps_m is 5; it must be from 50 to 1000 m."),
        ("detect demo --method dbscan --eps-m x", 2, "argument --eps-m: 'x' is not a number"),
        ("detect demo --method dbscan --eps-m nan", 2, "eps_m is nan; it must be from 50"),
        ("detect demo --method dbscan --min-incidents 5.5", 2, "must be a whole number"),
        ("detect demo --method density --eps-m 90", 2, "--eps-m is a setting of --method dbscan"),
        ("detect demo --method dbscan --cell-size-m 50", 2, "is a setting of --method density"),
        ("detect demo --method density --max-hotspots 0", 2, "max_hotspots is 0; it must be"),
        ("demo", 2, "required: OUT.csv"),
        ("demo demo.xlsx", 2, "demo.xlsx does not end in .csv"),
        ("demo old.csv", 2, "old.csv exists already; give another name, or --force"),
        ("demo new/demo.csv", 2, "There is no folder new"),
        ("serve missing.csv", 1, "missing.csv does not exist. Check the name"),
        ("serve demo old.csv", 2, "cannot be mixed with files; leave out demo"),
        ("serve --port 70000", 2, "'70000' is not a port; give a number from 1 to 65535"),
        ("serve --port http", 2, "'http' is not a port"),
        ("serve --tiles example.org", 2, "is not an address like https://"),
        ("serve --host 0.0.0.0", 1, "Set up sign-in and name its file with --sign-in"),
        ("serve --host ::", 1, "Set up sign-in and name its file with --sign-in"),
        ("serve --host ''", 1, "'' is not a host"),
        ("serve --host unix:///tmp/x", 1, "is not a host"),
        ("serve --sign-in no.toml", 1, "no.toml does not exist; name the file"),
        ("serve --level all", 2, "invalid choice: 'all'"),
    ],
)
def test_errors_are_one_line_with_the_remedy(folder, run, line, code, message):
    for name in OLD:
        (folder / name).write_text("old", encoding="utf-8")
    given, out, err = run(line)
    last = err.splitlines()[-1]
    assert given == code
    assert out == ""
    assert last.startswith("hotspots: error: ")
    assert message in last
    assert err.count("error") == 1
    assert {
        path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()
    } == dict.fromkeys(OLD, "old")


def test_demo_overwrites_when_forced(folder, run):
    (folder / "demo.csv").write_text("old", encoding="utf-8")
    assert run("demo demo.csv --force")[0] == 0
    assert len(pd.read_csv(folder / "demo.csv")) == 1727


def test_a_defect_is_not_dressed_up_as_an_error_of_the_user(run, monkeypatch):
    monkeypatch.setattr("dashboard.commands.wards.ward_table", lambda *_: int("x"))
    with pytest.raises(ValueError, match="invalid literal"):
        run("wards demo")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_one_line():
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [HOTSPOTS, "wards", "demo"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "hotspots: error: No space left on device; check the name, the rights and the space left"
    )


@posix_only
def test_a_reader_that_has_seen_enough_is_no_error():
    line = f"{shlex.quote(str(HOTSPOTS))} wards demo --period week | head -n 1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "ward_code,ward_name,period,value\n")
    assert "rror" not in done.stderr


def test_python_m_is_the_same_program():
    done = subprocess.run(
        [sys.executable, "-m", "dashboard.cli", "wardz"],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).resolve().parents[2],
    )
    assert done.returncode == 2
    assert "wardz" in done.stderr
    assert done.stderr == process("wardz").stderr


@posix_only
@pytest.mark.parametrize("watched", [True, False])
def test_long_work_is_announced_to_a_person_only(folder, monkeypatch, watched):
    import pty

    monkeypatch.setattr(messages, "_PATIENCE_S", 0.01)
    ours, theirs = pty.openpty()
    said = folder / "said"
    with open(theirs, "w") if watched else said.open("w") as stream:  # noqa: PTH123
        monkeypatch.setattr(sys, "stderr", stream)
        with messages.progress("reading 3 inputs"):
            time.sleep(0.3)
        # So that there is something to read when nothing was announced.
        messages.say("done")
    text = os.read(ours, 1000).decode() if watched else said.read_text(encoding="utf-8")
    os.close(ours)
    assert ("hotspots: reading 3 inputs ..." in text) == watched


# help


@pytest.mark.parametrize("line", ["--help", "--version", "serve --help", "demoo"])
def test_help_loads_nothing_slow(line):
    program = (
        "import sys; from dashboard.cli import main; main(sys.argv[1:]); "
        "print(sorted({'numpy', 'pandas', 'geopandas', 'streamlit', 'geo'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *line.split()],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines()[-1] == "[]", done.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_names_every_command_and_has_examples(run, command):
    code, out, _ = run("--help")
    assert code == 0
    assert f"  {command} " in out
    assert COMMANDS[command].summary in out
    assert len(examples(run, command)) >= 2


def examples(run, command: str) -> list[str]:
    _, out, _ = run(f"{command} --help")
    lines = out.partition("examples:\n")[2].partition("\n\n")[0].splitlines()
    return [line.strip() for line in lines]


@pytest.mark.parametrize("command", ["", "wards", "detect", "demo"])
def test_the_examples_of_the_help_work(folder, run, monkeypatch, command):
    lines = [line for line in examples(run, command) if " serve" not in line]
    monkeypatch.delenv(ENVIRONMENT)
    main(["demo", "kept.csv"])
    write_street_months(folder / "months", ["2016-01", "2016-02"], {"Addison": 3})
    for line in lines:
        program, *arguments = shlex.split(line, comments=True)
        assert program == "hotspots"
        if arguments[0] == "demo":
            Path("incidents.csv").unlink(missing_ok=True)
        elif not Path("incidents.csv").exists():
            shutil.copy("kept.csv", "incidents.csv")
        code, out, err = run(shlex.join(arguments))
        assert code == 0, err
        written = [name for name in arguments if re.fullmatch(r"[a-z-]+\.[a-z]+", name)]
        assert all((folder / name).stat().st_size for name in written)
        assert out or written or arguments[0] == "import"


# serve


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def is_healthy(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/_stcore/health")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


@contextmanager
def served(
    arguments: list[str], cwd: Path, **environment: str
) -> Iterator["subprocess.Popen[str]"]:
    """Start the real thing in a session of its own; kill whatever is left of it at the end."""
    kept = {name: value for name, value in os.environ.items() if not name.endswith("DISPLAY")}
    # Tests that run in the background may have been told to ignore Ctrl-C, and hand that on.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    server = subprocess.Popen(
        [HOTSPOTS, "serve", *arguments],
        cwd=cwd,
        env=kept | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    signal.signal(signal.SIGINT, before)
    try:
        yield server
    finally:
        if group_is_alive(server.pid):
            os.killpg(server.pid, signal.SIGKILL)
        server.communicate()


def group_is_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def wait_until(condition, server: "subprocess.Popen[str]") -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while not condition():
        assert server.poll() is None, server.communicate()
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.1)


def example_of_serve(run, number: int) -> list[str]:
    program, command, *arguments = shlex.split(examples(run, "serve")[number])
    assert (program, command) == ("hotspots", "serve")
    return arguments


@posix_only
@pytest.mark.parametrize(("number", "sign"), [(0, "SIGTERM"), (1, "SIGINT")])
def test_serve_answers_opens_the_browser_and_ends_cleanly(tmp_path, run, number, sign):
    main(["demo", str(tmp_path / "incidents.csv")])
    (tmp_path / "random.py").write_text("raise RuntimeError('not the real one')", encoding="utf-8")
    browser = tmp_path / "browser.sh"
    browser.write_text(f'#!/bin/sh\necho "$1" > {tmp_path}/opened\n', encoding="utf-8")
    browser.chmod(0o755)
    port = free_port()
    environment = {
        "DISPLAY": ":9",
        "BROWSER": f"{browser} %s",
        "STREAMLIT_SERVER_ADDRESS": "0.0.0.0",
        "http_proxy": "http://127.0.0.1:9",
    }
    arguments = [*example_of_serve(run, number), "--port", str(port)]
    with served(arguments, tmp_path, **environment) as server:
        opened = tmp_path / "opened"
        wait_until(lambda: opened.exists() and opened.read_text(encoding="utf-8"), server)
        assert opened.read_text(encoding="utf-8") == f"http://127.0.0.1:{port}\n"
        assert is_healthy(port)
        if sys.platform == "linux":
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.2", port), timeout=5).close()
        second = process("serve", "--port", str(port), "--no-browser")
        os.kill(server.pid, getattr(signal, sign))
        out, err = server.communicate(timeout=30)
        assert server.returncode == 0
        assert not group_is_alive(server.pid)
    assert f"hotspots: the dashboard is at http://127.0.0.1:{port} (Ctrl-C ends it)" in err
    assert "Traceback" not in out + err
    assert second.returncode == 1
    assert second.stderr == (
        f"hotspots: error: Port {port} is in use, perhaps by another dashboard; close that, or "
        f"choose another: --port {port + 1}\n"
    )


@posix_only
def test_the_other_examples_of_serve_work(tmp_path, run):
    write_street_months(tmp_path / "months", ["2016-01"], {"Addison": 3})
    others = range(2, len(examples(run, "serve")))
    assert len(others) >= 2
    for number in others:
        port = free_port()
        arguments = [*example_of_serve(run, number), "--port", str(port)]
        with served(arguments, tmp_path) as server:
            wait_until(lambda port=port: is_healthy(port), server)


def test_the_page_understands_what_serve_hands_on(folder):
    """Paths become absolute, for the page need not run in this folder."""
    (folder / "a file.csv").write_text("x", encoding="utf-8")
    tiles = "https://tiles.example/{z}/{x}/{y}.png"
    sources = [serve._absolute("a file.csv"), serve._absolute("demo")]
    store, environment = serve._store("team store")
    given = StartOptions.parse(serve._options_of_pages(tiles, store, sources))
    expected = StartOptions((str(folder / "a file.csv"), "demo"), tiles, str(folder / "team store"))
    assert (given, environment) == (expected, {})


def test_no_password_stands_among_the_arguments_of_the_page(run):
    address = "postgresql://ann:secret@db.example/hotspots"
    assert serve._store(address) == (None, {"HOTSPOTS_STORE": address})
    open_address = "postgresql://ann@db.example/hotspots"
    assert serve._store(open_address) == (open_address, {})
    code, _, err = run(f"serve '{address}?table=incidents'")
    assert code == 2
    assert "put it into PGPASSWORD" in err
    assert "secret" not in err


def test_an_incomplete_installation_is_said(run, monkeypatch, tmp_path):
    monkeypatch.setattr(serve, "APP", tmp_path / "streamlit_app.py")
    code, _, err = run(f"serve --port {free_port()}")
    assert code == 1
    assert re.search(r"hotspots: error: .*streamlit_app.py is missing; install the project", err)


def test_an_app_that_does_not_start_is_a_failure(run, monkeypatch, tmp_path):
    app = tmp_path / "streamlit_app.txt"
    app.write_text("not a script", encoding="utf-8")
    monkeypatch.setattr(serve, "APP", app)
    code, _, err = run(f"serve --port {free_port()} --no-browser")
    assert code == 1
    assert err.splitlines()[-1].startswith("hotspots: error: the dashboard did not start (exit")
