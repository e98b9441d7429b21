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
from dashboard.packs.formats import pack_bytes
from geo.readers import read
from geo.selection import Selection
from tests import pango

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "user-guide" / "packs.md"
QUICK = "--runs 0"


def figures_in(text: str) -> dict[str, str]:
    return {row["figure"]: row["value"] for row in csv.DictReader(io.StringIO(text, newline=""))}


def test_several_files_of_one_briefing_say_the_same(run, folder):
    code, out, err = run(f"pack demo {QUICK} --out a.csv --out a.xlsx --out a.html --out b.pptx")
    assert (code, out) == (0, "")
    assert sorted(path.name for path in folder.iterdir()) == [
        "a.csv",
        "a.html",
        "a.run.json",
        "a.xlsx",
        "b.pptx",
    ]
    found = figures_in((folder / "a.csv").read_text())
    assert found["incidents"] == "555"  # of the published table
    assert found["incidents.before"] == "691"
    sheet = openpyxl.load_workbook(folder / "a.xlsx")["figures"]
    rows = list(sheet.iter_rows(values_only=True))[1:]
    assert {row[0]: str(row[4]) for row in rows if row[4] is not None} == {
        name: value for name, value in found.items() if value
    }
    assert "data-figure='incidents'>555<" in (folder / "a.html").read_text()
    assert '"steps"' in (folder / "a.html").read_text()  # the time slider
    assert "hotspots: a.csv written" in err
    record = json.loads((folder / "a.run.json").read_text())
    assert record["settings"]["before"]["first"] == "2016-04-01"


def test_it_is_what_the_model_says(run, folder):
    run(f"pack demo --from 2017-04-01 --to 2017-06-30 {QUICK} --against nothing --out a.csv")
    incidents = read(["demo"]).incidents
    selection = Selection(start=date(2017, 4, 1), end=date(2017, 6, 30))
    settings = BriefSettings(selection, why_not="No comparison was asked for.", vintage="2002")
    made = make_brief(incidents, settings, source="Demonstration data, synthetic", steps=False)
    assert (folder / "a.csv").read_bytes() == pack_bytes(made, ".csv")


def test_marking_and_notes(run, folder):
    line = f"pack demo {QUICK} --marking OFFICIAL-SENSITIVE --note 'For Monday' --out a.html"
    assert run(line)[0] == 0
    html = (folder / "a.html").read_text()
    assert html.count("OFFICIAL-SENSITIVE") >= 2
    assert "For Monday" in html


def test_rejected_rows_are_said_in_the_exit_code_and_the_pack_is_written(run, folder):
    (folder / "some.csv").write_text(
        "date,easting,northing\n2017-06-01,523388,179668\nyesterday,523388,179668\n"
    )
    code, _, err = run(f"pack some.csv {QUICK} --out a.zip --report wrong.csv")
    assert code == 3
    assert (folder / "a.zip").stat().st_size > 1000
    assert "wrong.csv written: 1 problem" in err


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("pack demo", "the following arguments are required: --out"),
        ("pack demo --out a.docx", "a.docx has no known ending; known are .pdf, .pptx"),
        ("pack demo --out no/a.csv", "There is no folder no"),
        ("pack demo --out a.csv --out a.csv", "would overwrite an input or another output"),
        ("pack demo --period all --from 2017-01-01 --out a.csv", "--period says the days, and so"),
        ("pack demo --marking SECRET --out a.csv", "invalid choice: 'SECRET'"),
        ("pack demo --runs 3 --out a.csv", "runs is 3; it must be from"),
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
