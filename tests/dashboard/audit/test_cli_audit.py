"""``hotspots audit``, and what other commands leave in the log."""

import hashlib
import json
import shlex
from pathlib import Path

import pytest

from dashboard.audit.log import AuditLog
from dashboard.commands import audit
from tests.dashboard.command_line import table_in
from tests.factories import write_street_months


@pytest.fixture
def log() -> AuditLog:
    return AuditLog.here()


@pytest.fixture
def filled(log: AuditLog) -> AuditLog:
    log.append("signed in", {}, who="Ann", role="analyst")
    log.append("export", {"file": "=cmd()\n.csv"}, who="=HYPERLINK(1)", role="analyst")
    log.append("purge", {"deleted": 3}, who="Zoë", role="admin")
    return log


def test_show_writes_what_fits_and_no_formula(run, filled) -> None:
    code, out, err = run("audit show")
    assert code == 0
    table = table_in(out)
    assert list(table) == ["number", "at", "who", "role", "action", "details"]
    assert table["who"].tolist() == ["Ann", "'=HYPERLINK(1)", "Zoë"]
    assert json.loads(table["details"][1]) == {"file": "=cmd()\n.csv"}
    assert f"3 entries of {filled.path}" in err
    assert table_in(run("audit show --who zo")[1])["number"].tolist() == [3]
    assert table_in(run("audit show --action export --action purge")[1])["number"].tolist() == [
        2,
        3,
    ]
    assert table_in(run("audit show --last 1")[1])["number"].tolist() == [3]
    assert table_in(run("audit show --to 2020-01-01")[1]).empty
    assert len(table_in(run("audit show --from 2020-01-01")[1])) == 3
    rows = json.loads(run("audit show --json")[1])["rows"]
    assert rows == [json.loads(line) for line in filled.path.read_text().splitlines()]


def test_verify_names_the_line_and_why(run, filled) -> None:
    code, out, err = run("audit verify")
    assert (code, out) == (0, "line,problem\n")
    assert "holds: 3 entries, none changed, missing or moved" in err
    content = filled.path.read_bytes()
    filled.path.write_bytes(content.replace(b'"deleted":3', b'"deleted":0'))
    code, out, err = run("audit verify")
    assert code == 1
    assert table_in(out).to_dict("list") == {
        "line": [3],
        "problem": ["entry 3 was altered: its seal is not that of what it says"],
    }
    assert f"{filled.path}, line 3: entry 3 was altered" in err
    found = json.loads(run("audit verify --json")[1])
    assert (found["holds"], found["entries"], found["problems"][0]["line"]) == (False, 3, 3)


def test_a_head_that_was_kept_shows_that_the_end_was_cut_off(run, folder, filled) -> None:
    head = run("audit show --head")[1].strip()
    (folder / "heads.txt").write_text(f"{head}\n\n", encoding="utf-8")
    filled.path.write_bytes(b"".join(filled.path.read_bytes().splitlines(keepends=True)[:2]))
    assert run("audit verify")[0] == 0
    for option in (f"--head {head}", "--head-file heads.txt"):
        code, _, err = run(f"audit verify {option}")
        assert code == 1
        assert "the log ends at entry 2, but entry 3 was written: its end was cut off" in err
    assert run("audit verify --head 12:xyz")[0] == 1
    assert "is no head of an audit log" in run("audit verify --head 12:xyz")[2]
    assert "cannot be read" in run("audit verify --head-file none.txt")[2]


def test_without_a_log_there_is_nothing_wrong(run, log) -> None:
    assert run("audit verify")[0] == 0
    assert run("audit show --head")[:2] == (0, "")
    assert table_in(run("audit show")[1]).empty
    assert not log.path.exists()


def test_commands_leave_a_line_for_all_they_change_and_each_file(run, folder: Path, log) -> None:
    write_street_months(folder / "months", ["2016-01", "2016-02"], {"Addison": 3})
    for line in (
        "import months --source 'A source'",
        "store undo 1",
        "store restore 1",
        "store export --out own.csv",
        "store purge --before 2016-02-01 --yes",
        "wards store --out wards.csv",
        "audit show",
    ):
        assert run(line)[0] == 0, line
    entries = list(log.entries())
    did = [entry.action for entry in entries]
    assert did == ["import", "undo", "restore", "export", "purge", "purge", "export", "export"]
    assert {entry.role for entry in entries} == {"command line"}
    assert entries[0].details["import"] == 1
    for entry, name in ((entries[3], "own-personal-data.csv"), (entries[6], "wards-exact.csv")):
        content = (folder / name).read_bytes()
        assert entry.details["file"] == name
        assert entry.details["bytes"] == len(content)
        assert entry.details["sha256"] == hashlib.sha256(content).hexdigest()
    assert (entries[4].details["to_delete"], entries[5].details["deleted"]) == (3, 3)
    assert entries[6].details["method"]
    assert len(entries[6].details["record_sha256"]) == 64


@pytest.mark.parametrize(
    "line", ["store export --out own.csv", "wards store --out own.csv", "store purge --yes"]
)
def test_what_cannot_be_noted_is_not_done(run, folder: Path, log, line) -> None:
    write_street_months(folder / "months", ["2016-01"], {"Addison": 3})
    assert run("import months")[0] == 0
    log.path.unlink()
    log.path.mkdir()
    if "purge" in line:
        line += " --before 2016-02-01"
    code, _, err = run(line)
    assert code == 1
    assert "audit.jsonl cannot be written" in err
    assert "must be logged" in err
    assert not (folder / "own.csv").exists()
    assert len(table_in(run("store list")[1])) == 1
    assert table_in(run("wards store")[1])["value"].sum() == 3


@pytest.mark.parametrize("name", audit.COMMANDS)
def test_the_examples_of_the_help_work(run, filled, name) -> None:
    Path("last-month.txt").write_text(str(filled.head()), encoding="utf-8")
    _, out, _ = run(f"audit {name} --help")
    lines = out.partition("examples:\n")[2].partition("\n\n")[0].splitlines()
    assert len(lines) >= 2
    for line in lines:
        words = shlex.split(line.partition(">")[0])
        assert run(shlex.join(words[1:]))[0] == 0
