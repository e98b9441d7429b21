"""``hotspots pack`` as people and cron use it."""

import csv
import io
import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from dashboard.brief.make import make_brief
from dashboard.brief.model import BriefSettings
from dashboard.ledgers import released
from dashboard.packs.formats import pack_bytes
from dashboard.partner.brief.make import make_partner_brief
from dashboard.partner.view import ReleaseView
from dashboard.settings import StartOptions
from geo.readers import read
from geo.selection import Selection
from tests import pango

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "user-guide" / "packs.md"
QUICK, EXACT, PARTNER = "--runs 0", "--level exact", "--level partner"


def figures_in(text: str) -> dict[str, str]:
    return {row["figure"]: row["value"] for row in csv.DictReader(io.StringIO(text, newline=""))}


def test_several_files_of_one_briefing_say_the_same(run, folder):
    line = f"pack demo {EXACT} {QUICK} --out a.csv --out a.xlsx --out a.html --out b.pptx"
    code, out, err = run(line)
    assert (code, out) == (0, "")
    assert sorted(path.name for path in folder.iterdir()) == [
        "a-exact.csv",
        "a-exact.html",
        "a-exact.run.json",
        "a-exact.xlsx",
        "b-exact.pptx",
    ]
    found = figures_in((folder / "a-exact.csv").read_text())
    assert found["incidents"] == "555"  # of the published table
    assert found["incidents.before"] == "691"
    sheet = openpyxl.load_workbook(folder / "a-exact.xlsx")["figures"]
    rows = list(sheet.iter_rows(values_only=True))[1:]
    assert {row[0]: str(row[4]) for row in rows if row[4] is not None} == {
        name: value for name, value in found.items() if value
    }
    assert "data-figure='incidents'>555<" in (folder / "a-exact.html").read_text()
    assert '"steps"' in (folder / "a-exact.html").read_text()  # the time slider
    assert "hotspots: a-exact.csv written" in err
    record = json.loads((folder / "a-exact.run.json").read_text())
    assert record["settings"]["before"]["first"] == "2016-04-01"


def test_it_is_what_the_model_says(run, folder):
    dates = "--from 2017-04-01 --to 2017-06-30"
    run(f"pack demo {EXACT} {dates} {QUICK} --against nothing --out a.csv")
    incidents = read(["demo"]).incidents
    selection = Selection(start=date(2017, 4, 1), end=date(2017, 6, 30))
    settings = BriefSettings(selection, why_not="No comparison was asked for.", vintage="2002")
    made = make_brief(incidents, settings, source="Demonstration data, synthetic", steps=False)
    assert (folder / "a-exact.csv").read_bytes() == pack_bytes(made, ".csv")


def test_for_partners_it_is_of_the_release_and_says_so(run, folder):
    code, out, err = run(
        f"pack demo {PARTNER} --period '2017 Q4' --against year-before --out a.csv"
    )
    assert (code, out) == (0, "")
    release = released(read(["demo"]).incidents, None)
    period, before = release.period("2017 Q4"), release.period("2016 Q4")
    source = "Demonstration data, synthetic"
    view = ReleaseView(release, source, period, before, "", "all", StartOptions())
    made = make_partner_brief(view, with_time=False)
    assert (folder / "a.csv").read_bytes() == pack_bytes(made, ".csv")
    assert "note: For partners: counts of 1 to 4 are not shown" in err
    record = json.loads((folder / "a.run.json").read_text())
    assert record["level"] == "partner"
    assert record["release"]["period"] == "October to December 2017"
    assert "settings" not in record


def test_periods_that_count_back_from_the_end_are_those_of_the_release(run, folder):
    for name, says in (
        ("last-3-months", "January to March 2018"),
        ("last-12-months", "2017/18"),
        ("last-financial-year", "2017/18"),
    ):
        assert run(f"pack demo --level public --period {name} --group race --out a.csv")[0] == 0
        record = json.loads((folder / "a.run.json").read_text())
        expected = "2017/18" if name == "last-3-months" else says  # race by ward is by year only
        assert (record["release"]["period"], record["level"]) == (expected, "public")
        assert record["release"]["group"] == "Race"


def test_marking_and_notes(run, folder):
    line = f"pack demo {PARTNER} --marking OFFICIAL-SENSITIVE --note 'For Monday' --out a.html"
    assert run(line)[0] == 0
    html = (folder / "a.html").read_text()
    assert html.count("OFFICIAL-SENSITIVE") >= 2
    assert "For Monday" in html


def test_rejected_rows_are_said_in_the_exit_code_and_the_pack_is_written(run, folder):
    (folder / "some.csv").write_text(
        "date,easting,northing\n2017-06-01,523388,179668\nyesterday,523388,179668\n"
    )
    code, _, err = run(f"pack some.csv {EXACT} {QUICK} --out a.zip --report wrong.csv")
    assert code == 3
    assert (folder / "a-exact.zip").stat().st_size > 1000
    assert "wrong-personal-data.csv written: 1 problem" in err


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("pack demo", "the following arguments are required: --out"),
        ("pack demo --out a.docx", "a.docx has no known ending; known are .pdf, .pptx"),
        ("pack demo --out no/a.csv", "There is no folder no"),
        ("pack demo --out a.csv --out a.csv", "would overwrite an input or another output"),
        (
            "pack demo --level exact --period all --from 2017-01-01 --out a.csv",
            "--period says the days, and so",
        ),
        (
            "pack demo --level exact --period 2017/18 --out a.csv",
            "is of released figures; of exact",
        ),
        (
            "pack demo --level partner --period last-4-weeks --out a.csv",
            "works with exact figures only",
        ),
        (
            "pack demo --level partner --from 2017-01-01 --out a.csv",
            "--from works with exact figures only",
        ),
        ("pack demo --marking SECRET --out a.csv", "invalid choice: 'SECRET'"),
        ("pack demo --level exact --runs 3 --out a.csv", "runs is 3; it must be from"),
        ("pack demo --period weekly --out a.csv", "invalid choice: 'weekly'"),
    ],
)
def test_what_cannot_be_done_is_said_at_once(run, folder, line, says):
    code, out, err = run(line)
    assert (code, out) == (2, "")
    assert says in err
    assert "rows read" not in err
    assert list(folder.iterdir()) == []


# ---- cron ----------------------------------------------------------------------------------------


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """The script of the user guide, as a person would save it."""
    found = re.search(r"```sh script weekly-pack\.sh\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    assert found is not None
    path = tmp_path / "weekly-pack.sh"
    path.write_text(found[1])
    path.chmod(0o700)
    return path


def weekly(script: Path, **settings: str) -> "subprocess.CompletedProcess[str]":
    """Run it as cron does: no environment to speak of, in another folder."""
    program = Path(sys.prefix) / "bin" / "hotspots"
    given = {"HOTSPOTS": str(program), "FOLDER": str(script.parent / "packs"), **settings}
    pairs = [f"{name}={value}" for name, value in given.items()]
    command = ["/usr/bin/env", "-i", "PATH=/usr/bin:/bin", *pairs, str(script)]
    return subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)


@pytest.mark.skipif(sys.platform == "win32", reason="cron is of Unix")
def test_the_weekly_run_of_the_guide_writes_a_dated_pack_and_a_line(script: Path):
    pango.needed()
    done = weekly(script, INPUT="demo")
    folder = script.parent / "packs"
    log = (folder / "weekly-pack.log").read_text()
    assert done.returncode == 0, done.stderr + log
    assert (done.stdout, done.stderr) == ("", "")
    (day,) = re.findall(r"briefing-(\d{4}-\d\d-\d\d) written\n", log)
    assert log.count("\n") == 1
    names = {"last-run.txt", "weekly-pack.log", f"briefing-{day}.pdf", f"briefing-{day}.xlsx"}
    assert {path.name for path in folder.iterdir()} == names
    pack = folder / f"briefing-{day}.pdf"
    assert pack.read_bytes().startswith(b"%PDF")
    assert pack.stat().st_mode & 0o077 == 0
    before = pack.read_bytes()

    failed = weekly(script, INPUT="/no/such/file.csv")
    assert failed.returncode == 1
    assert "/no/such/file.csv" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert pack.read_bytes() == before
    assert {path.name for path in folder.iterdir()} == names
    log = (folder / "weekly-pack.log").read_text()
    assert re.search(r"exit 1: \S+ FAILED, nothing written\n$", log)
