"""``hotspots patrol`` as a manager uses it."""

import json
from pathlib import Path

import pytest

from dashboard.patrol.tables import plan_json, plan_of_json
from geo.patrol.params import PatrolParams
from tests import pango
from tests.patrol_plans import make_plan

NAMES = {
    *("sheets.pdf", "overview.pdf", "plan.gpx", "plan.geojson", "plan.ics", "plan.json"),
    *("areas.csv", "visits.csv", "visits-made.csv"),
}
EXACT_NAMES = {
    *("sheets-exact.pdf", "overview-exact.pdf", "plan-exact.geojson", "plan-exact.json"),
    "areas-exact.csv",
}
SMALL = "--days fri --hours 18-23 --teams 1 --minutes 40"


def written(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_plan_for_partners_in_words_and_in_files(run, folder):
    pango.needed()
    code, out, err = run(
        f"patrol demo --level partner {SMALL} --base 'Hammersmith bus station' --out plan/"
    )
    assert code == 0
    assert written(folder / "plan") == NAMES
    plan = plan_of_json((folder / "plan" / "plan.json").read_bytes(), "plan.json")
    assert plan.level == "partner"
    assert plan.params == PatrolParams(
        shift=plan.params.shift, teams=1, minutes=40, bases=plan.params.bases
    )
    assert plan.params.shift.in_words() == "Friday, 18:00 to 23:00"
    assert plan.teams[0].base.name == "Hammersmith bus station"
    for area in plan.areas:
        assert f"{area.number}. {area.name}. Team 1. First visit Fri" in out
    assert f"Plan {plan.key}." in out
    assert "none of these studies is about wardens" in out
    assert "Not after" in out
    assert "plan/sheets.pdf written" in err
    assert "note: For partners: counts of 1 to 4 are not shown" in err

    before = {path.name: path.read_bytes() for path in (folder / "plan").iterdir()}
    code, again, _ = run("patrol --level partner --from-plan plan/plan.json --out plan")
    assert (code, again) == (0, out)
    assert {path.name: path.read_bytes() for path in (folder / "plan").iterdir()} == before


def test_exact_plans_write_files_for_wardens_and_for_analysts_apart(run, folder):
    pango.needed()
    line = f"patrol demo --level exact {SMALL} --seed 3 --vintage 2022 --out plan"
    code, out, _ = run(line)
    assert code == 0
    assert written(folder / "plan") == NAMES | EXACT_NAMES
    exact = plan_of_json((folder / "plan" / "plan-exact.json").read_bytes(), "plan-exact.json")
    handed_on = plan_of_json((folder / "plan" / "plan.json").read_bytes(), "plan.json")
    assert (exact.level, handed_on.level) == ("exact", "partner")
    assert exact.without_figures("partner").key == handed_on.key
    assert exact.params.seed == 3
    assert "incidents" in (folder / "plan" / "areas-exact.csv").read_text()
    assert "expected" not in (folder / "plan" / "areas.csv").read_text()
    assert exact.areas[0].because.reason in out

    code, _, err = run("patrol demo --level exact --days sat --teams 1 --minutes 40 --out plan")
    assert code == 2
    assert "plan holds the files of another plan" in err
    assert "add --replace" in err
    assert (folder / "plan" / "plan-exact.json").read_bytes() == plan_json(exact)

    few = f"patrol demo --level exact {SMALL} --min-incidents 5 --out plan --replace"
    code, out, _ = run(few)
    assert code == 0
    assert "stay with analysts" in out
    assert all("exact" in name for name in written(folder / "plan"))  # none of the plan before


def test_the_plan_alone_and_as_json(run, folder):
    code, out, _ = run(f"patrol demo --level exact {SMALL} --json")
    assert code == 0
    assert json.loads(out)["params"]["minutes"] == 40
    code, again, _ = run(f"patrol demo --level exact {SMALL} --json")
    assert again == out  # same seed, same plan
    assert list(folder.iterdir()) == []


def test_without_paths_the_store_or_the_demonstration_data(run, folder):
    (folder / "some.csv").write_text(
        "date,easting,northing\n"
        + "".join(f"2018-03-{1 + i % 28:02d} 21:00,{523_400 + i % 4},178500\n" for i in range(60))
    )
    _, _, err = run(f"patrol --level exact {SMALL}")
    assert "the demonstration data is read" in err
    assert run("import some.csv --store kept")[0] == 0
    code, out, err = run(f"patrol --level exact {SMALL} --store kept --json")
    assert "the store at kept is read" in err
    assert code == 0
    assert json.loads(out)["source"] == "some"
    code, _, err = run(f"patrol --level exact {SMALL} --store kept --out kept/plan")
    assert code == 2
    assert "lies in a store" in err


def test_a_kept_plan_is_given_at_its_level(run, folder):
    (folder / "plan.json").write_bytes(plan_json(make_plan()))
    code, out, err = run("patrol --level partner --from-plan plan.json")
    assert code == 0
    assert f"Plan {make_plan().key}." in out
    assert "this plan has expired: not after Thursday 12 April 2018" in err
    (folder / "exact.json").write_bytes(plan_json(make_plan("exact")))
    code, out, err = run("patrol --level partner --from-plan exact.json")
    assert (code, out) == (2, "")
    assert "exact.json is a plan of exact figures" in err
    code, out, _ = run("patrol --level exact --from-plan exact.json")
    assert code == 0
    assert "No plan within the same minutes could cover more than 4 % more." in out


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("patrol demo --days fri,mittwoch", "'mittwoch' is not a weekday; write days as 'fri,sat'"),
        ("patrol demo --hours evening", "'evening' is not a part of the day"),
        ("patrol demo --teams 13", "teams is 13; it must be from 1 to 12 teams"),
        ("patrol demo --area-m 120", "area_m is 120; it must be a multiple of 50 m"),
        ("patrol demo --base hamersmith", "do you mean 'Hammersmith"),
        ("patrol demo --base nowhere", "write EASTING,NORTHING in metres"),
        ("patrol demo --base 0,0", "0,0 is not in or near the borough"),
        ("patrol demo --out no/plan", "There is no folder no to make plan in"),
        ("patrol demo --out a-file", "a-file is a file; --out takes a folder"),
        ("patrol demo --level public", "Patrol plans are not for the public"),
        (
            "patrol demo --level partner --spread strand",
            "--spread strand works with exact figures only",
        ),
        (
            "patrol demo --level partner --min-incidents 5",
            "--min-incidents works with exact figures only",
        ),
        (
            "patrol demo --level partner --half-life-days 90",
            "--half-life-days works with exact figures only",
        ),
        ("patrol --from-plan a-file", "a-file is not a patrol plan that this program can read"),
        ("patrol --from-plan a-file --teams 2", "leave out --teams. See: hotspots patrol --help"),
        ("patrol demo --from-plan a-file", "leave out the files to read"),
    ],
)
def test_what_cannot_be_done_is_said_at_once(run, folder, line, says):
    (folder / "a-file").write_text("x")
    code, out, err = run(line)
    assert (code, out) == (2, "")
    assert says in err
    assert "rows read" not in err
    assert written(folder) == {"a-file"}
