"""The level of figures on the command line, and ``hotspots release``."""

import io
import json
import zipfile
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest

from dashboard.cli import COMMANDS
from dashboard.commands import release as release_command
from dashboard.commands import store
from dashboard.commands.levels import ENVIRONMENT
from dashboard.ledgers import released
from geo import demonstration
from geo.disclosure.compared import compared
from geo.disclosure.release import Release, Shown
from tests.dashboard.command_line import table_in

NEEDED = {
    "detect": "demo --method density",
    "change": "demo --before 2016/17 --after 2017/18",
    "rerun": "a.run.json demo",
}
NEEDED_OF_STORE = {"versions": "Police 1", "export": "--out a.csv", "review": ""}
EXACT_ONLY = [
    *(f"{name} {NEEDED.get(name, 'demo')}" for name, c in COMMANDS.items() if "exact" in c.shows),
    *(f"store {name} {NEEDED_OF_STORE[name]}" for name, c in store.COMMANDS.items()
      if c.shows == "records"),
]  # fmt: skip


@pytest.fixture
def ask(run, monkeypatch):
    """Run command lines on a computer where nobody has asked for exact figures."""
    monkeypatch.delenv(ENVIRONMENT)
    return run


@pytest.fixture(scope="module")
def release() -> Release:
    return released(demonstration.load(), None)


# what is refused


@pytest.mark.parametrize("line", EXACT_ONLY)
@pytest.mark.parametrize("level", ["", " --level public"])
def test_commands_without_released_figures_say_what_to_do(ask, folder, line, level):
    code, out, err = ask(line + level)
    assert (code, out) == (2, "")
    assert "--level exact, on a computer that may hold exact figures" in err
    assert not list(folder.iterdir())


def test_records_are_given_only_by_the_commands_that_say_so():
    shows = {name: command.shows for name, command in store.COMMANDS.items()}
    assert {name for name, one in shows.items() if one == "records"} == set(NEEDED_OF_STORE)
    assert set(shows.values()) == {"records", "no figures"}
    without = {name for name, command in COMMANDS.items() if command.shows == "no figures"}
    assert without == {"serve", "import", "store", "audit", "demo"}
    assert {n for n, c in COMMANDS.items() if c.shows == "by itself"} == {"release"}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("wards demo --from 2016-01-01", "--from works with exact figures only"),
        ("wards demo --ward E05000256", "--ward works with exact figures only"),
        ("wards demo --weekday Friday", "--weekday works with exact figures only"),
        ("wards demo --measure rate", "--measure works with exact figures only"),
        ("wards demo --only-source x", "--only-source works with exact figures only"),
        ("wards demo --report x.csv", "--report works with exact figures only"),
        ("wards demo --period week", "they are for all, 2017/18, 2016/17"),
        ("wards demo --period 2014/15", "they are for all, 2017/18, 2016/17"),
        ("wards demo --group ra", "The release has no group 'ra'; it has strand: race, "),
        ("wards demo --strand race --strand disability", "for one group at a time, not for race"),
        ("wards demo --strand race --kind crime", "for one group at a time, not for race and cri"),
        ("wards demo --vintage 2022", "were released with the wards of 2002 and 5 as the smal"),
        ("wards demo --level exact --group race", "choose by --strand, --category and --kind"),
        ("wards demo --level exact --period 2017/18", "of exact figures choose days by --from and"),
        ("when demo --level exact --period 2017/18", "of exact figures choose by --from and --to"),
        ("when demo --by month", "Times by month are not released"),
        ("when demo --group race", "for all incidents together"),
        ("when demo --period '2018 Q1'", "No such figures are released for '2018 Q1'"),
        ("detect demo --method gistar", "Hotspots by gistar are not released"),
        ("detect demo --method density --runs 99", "--runs works with exact figures only"),
        ("surface demo --out a.tif", "a.tif has no known ending; known are .csv, .geojson"),
        ("surface demo --level public", "Nothing of this kind is released"),
        ("change demo --before 2017/18 --after 2016/17", "is later than --after"),
        ("change demo --before all --after 2017/18", "share months"),
        ("release demo", "name a file to write, as --out release.xlsx, or attack"),
        ("release demo --out a.txt", "a.txt has no known ending; known are .csv, .json"),
        ("release demo --check --level public", "the public gets less"),
        ("release demo --out a.csv --smallest-shown 3", "released with the wards of 2002 and 5 as"),
    ],
)
def test_what_a_release_cannot_answer_is_one_sentence(ask, folder, line, says):
    code, out, err = ask(line)
    assert code in {1, 2}
    assert out == ""
    assert says in err.splitlines()[-1]
    assert not list(folder.iterdir())


def test_the_environment_names_a_level_and_the_option_counts_for_more(ask, monkeypatch):
    monkeypatch.setenv(ENVIRONMENT, "public")
    assert "rounded to 5" in ask("wards demo")[2]
    assert "counts of 1 to 4 are not shown" in ask("wards demo --level partner")[2]
    monkeypatch.setenv(ENVIRONMENT, "all")
    code, out, err = ask("wards demo")
    assert (code, out) == (2, "")
    assert "HOTSPOTS_LEVEL is 'all'; set it to one of exact, partner, public" in err


# what is given


def as_shown(shown: Shown) -> str:
    return shown.text.replace(",", "")


@pytest.mark.parametrize(
    ("options", "level", "group"),
    [("", "partner", "all"), ("--group race", "partner", "strand: race"),
     ("--strand race", "partner", "strand: race"), ("", "public", "all")],
)  # fmt: skip
def test_ward_counts_are_those_of_the_release(ask, release, options, level, group):
    shown = release.for_public() if level == "public" else release
    code, out, err = ask(f"wards demo --period fy --level {level} {options}")
    assert code == 0
    table = table_in(out)
    assert table["period"].unique().tolist() == ["2015/16", "2016/17", "2017/18"]
    assert len(table) == 3 * sum(
        shown.has(shown.period("2017/18"), group, area) for area in (*shown.areas, "borough")
    )
    for row in table.itertuples():
        expected = shown.count(shown.period(row.period), group, row.ward_code)
        assert str(row.count) == str(as_shown(expected))
    if group != "all":
        assert table["count"].str.fullmatch("fewer than 5|not shown").any()
    assert "1,727" not in err
    assert "located" not in err


def test_months_are_for_the_borough_only(ask, release):
    table = table_in(ask("wards demo --period month")[1])
    assert list(table) == ["period", "count"]
    assert len(table) == 36
    assert set(table["period"]) == {p.key for p in release.menu if p.kind == "month"}


def test_times_changes_and_areas_are_those_of_the_release(ask, release):
    year, before = release.period("2017/18"), release.period("2016/17")
    when = table_in(ask("when demo --by hour-of-week --period 2017/18")[1])
    assert len(when) == 7 * 6 + 1
    for row in when.itertuples():
        assert row.count == as_shown(release.count(year, f"when: {row.when}"))
    change = table_in(ask("change demo --before 2016/17 --after 2017/18")[1])
    rows = {row.area: row for row in compared(release, year, before)}
    for row in change[change["ward_code"] != "borough"].itertuples():
        of_release = rows[row.ward_code]
        derived = {row.difference, row.change_percent, row.significance}
        assert (derived == {"not shown"}) == (of_release.difference is None)
        assert str(row.after) == str(as_shown(of_release.count))
    areas = table_in(ask("detect demo --method density --period 2017/18")[1])
    held = release.hotspots["density", "2017/18", "all"].hotspots
    assert areas["incidents"].tolist() == [one.incidents.text for one in held]
    classes = table_in(ask("surface demo --period 2017/18")[1])
    in_grid = release.surfaces["2017/18", "all"].classes
    assert classes["density_class"].tolist() == [n for n in range(1, 6) if (in_grid == n).any()]


@pytest.mark.parametrize("ending", ["geojson", "gpkg", "xlsx", "json"])
def test_files_say_their_level_and_hold_the_words(ask, folder, ending):
    assert ask(f"wards demo --period 2017/18 --group race --out a.{ending}")[0] == 0
    path = folder / f"a.{ending}"
    assert {one.name for one in folder.iterdir()} == {path.name, "a.run.json"}
    if ending == "xlsx":
        table, record = (pd.read_excel(path, sheet_name=s) for s in ("wards", "run_record"))
        assert record["partner"].iloc[0].startswith("For partners")
    elif ending == "json":
        content = json.loads(path.read_text())
        table, level = pd.DataFrame(content["rows"]), content["run_record"]["level"]
        assert level == "partner"
    else:
        table = gpd.read_file(path, layer=0)
        assert table.geometry.notna().sum() == 16
        assert table["count"].map(type).eq(str).all()
    assert "not shown" in set(table["count"])
    assert table.loc[table["ward_code"] == "borough", "count"].astype(str).tolist() == ["451"]
    assert json.loads((folder / "a.run.json").read_text())["level"] == "partner"


def test_own_files_are_released_once_and_nothing_is_said_of_single_rows(ask, folder):
    rows = ["date,easting,northing", *["2017-04-03,523388,179668"] * 7, "never,523388,179668"]
    rows += ["2017-06-03,523388,179668"] * 5
    (folder / "a.csv").write_text("\n".join(rows), encoding="utf-8")
    code, out, err = ask("wards a.csv")
    assert code == 3
    counts = table_in(out).set_index("ward_code")["count"]
    assert counts["borough"] == 12
    assert "some rows could not be read; with --level exact it is said which" in err
    assert "never" not in err
    assert ask("wards a.csv")[1] == out
    code, out, err = ask("release a.csv --smallest-shown 3 --out b.csv")
    assert (code, out) == (1, "")
    assert "were released with" in err


# hotspots release


def test_a_whole_release_as_files(ask, folder, release):
    for ending in ("csv", "json", "xlsx", "zip"):
        assert ask(f"release demo --out all.{ending}")[0] == 0
    table = pd.read_csv(folder / "all.csv")
    assert len(table) == len(release.counts)
    for row in table.itertuples():
        assert row.count == as_shown(release.counts[row.ward_code, row.period, row.group])
    content = json.loads((folder / "all.json").read_text())
    assert Release.from_dict(content["release"]).counts == release.counts
    sheet = pd.read_excel(folder / "all.xlsx", sheet_name="release")
    assert sheet["count"].astype(str).tolist() == table["count"].tolist()
    with zipfile.ZipFile(folder / "all.zip") as archive:
        names = set(archive.namelist())
        again = pd.read_csv(io.BytesIO(archive.read("counts-partner.csv")))
    assert names == {
        "counts-partner.csv", "counts-partner.xlsx", "release-partner.json", "record.run.json"
    }  # fmt: skip
    pd.testing.assert_frame_equal(again, table)


def test_the_public_gets_multiples_of_five_and_no_areas(ask, folder):
    assert ask("release demo --level public --out all.json")[0] == 0
    whole = json.loads((folder / "all.json").read_text())
    counts = [value for *_, value, _ in whole["release"]["counts"] if value is not None]
    assert counts
    assert {value % 5 for value in counts} == {0}
    assert whole["run_record"]["level"] == "public"


SMALL = ["2017-04-03,523388,179668"] * 7 + ["2017-05-03,523388,179668"] * 2
SMALL += ["2017-06-03,524388,178668"] * 9


@pytest.mark.parametrize("is_undone", [False, True])
def test_the_attack_tells_a_release_that_holds_from_one_that_does_not(
    ask, folder, monkeypatch, is_undone
):
    (folder / "a.csv").write_text("\n".join(["date,easting,northing", *SMALL]), encoding="utf-8")
    made = release_command.attack

    def attacked(found: Release) -> pd.DataFrame:
        """Attack it as it would be with only the small counts withheld."""
        true = {key: shown for key, shown in found.counts.items() if shown.why == "others"}
        assert true
        known = {key: Shown(9, "", "9") for key in true}
        return made(replace(found, counts={**found.counts, **(known if is_undone else {})}))

    monkeypatch.setattr(release_command, "attack", attacked)
    code, out, err = ask("release a.csv --check")
    assert code == (1 if is_undone else 0), err
    assert table_in(out)["too_narrow"].any() == is_undone
