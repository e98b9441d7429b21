"""Hand-outs for phones, calendars and tables: valid, complete, and no more than the plan."""

import csv
import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import numpy as np
import pyogrio
import pytest
import shapely

from boundaries.errors import ParameterError
from dashboard.patrol.calendar import ics_bytes
from dashboard.patrol.gpx import gpx_bytes
from dashboard.patrol.handouts import HANDOUTS, folder_name, to_hand_on
from dashboard.patrol.shapes import geojson_bytes
from dashboard.patrol.tables import areas_csv, plan_json, plan_of_json, visits_csv
from geo.patrol.params import PatrolParams
from geo.patrol.plan import Because, Plan
from tests.patrol_plans import make_plan

TEXT_FILES = [one for one in HANDOUTS if one.ending != ".pdf"]
SECRET = "only analysts know"
HOSTILE = '=1+1"<b>&;,\\\n\u202e\x07é'


def hostile() -> Plan:
    plan = make_plan()
    areas = tuple(replace(a, name=HOSTILE) for a in plan.areas)
    teams = tuple(replace(t, base=replace(t.base, name=HOSTILE)) for t in plan.teams)
    return replace(plan, areas=areas, teams=teams, source=HOSTILE)


# ---- GPX -----------------------------------------------------------------------------------------

GPX = "{http://www.topografix.com/GPX/1/1}"
ORDER = {  # of the schema of GPX 1.1, as far as it is used
    "gpx": ["metadata", "wpt", "rte"],
    "metadata": ["name", "desc"],
    "wpt": ["name", "desc", "type"],
    "rte": ["name", "desc", "type", "rtept"],
    "rtept": ["name"],
}


def check_gpx(content: bytes) -> ET.Element:
    """Hold a file against the rules of the schema: names, order, attributes, ranges."""
    root = ET.fromstring(content)
    assert root.tag == f"{GPX}gpx"
    assert root.get("version") == "1.1"
    assert root.get("creator")
    for element in root.iter():
        name = element.tag.removeprefix(GPX)
        if name not in ORDER:
            assert len(element) == 0, name
            continue
        places = [ORDER[name].index(child.tag.removeprefix(GPX)) for child in element]
        assert places == sorted(places), name
        if name in ("wpt", "rtept"):
            assert set(element.attrib) == {"lat", "lon"}
            assert 51 < float(element.attrib["lat"]) < 52
            assert -1 < float(element.attrib["lon"]) < 0
    return root


def test_gpx_holds_areas_bases_and_rounds_in_their_order(tmp_path: Path):
    plan = make_plan()
    root = check_gpx(gpx_bytes(plan))
    routes = root.findall(f"{GPX}rte")
    assert len(routes) == len(plan.days) * len(plan.teams)
    assert [r.findtext(f"{GPX}name") for r in routes][:2] == [
        "Team 1, Friday 6 April 2018, round 1",
        "Team 2, Friday 6 April 2018, round 1",
    ]
    stops = [p.findtext(f"{GPX}name") for p in routes[0].findall(f"{GPX}rtept")]
    assert [stop.partition(" ")[0] for stop in stops] == ["Base", "20:08", "20:28", "20:49", "Base"]
    path = tmp_path / "plan.gpx"
    path.write_bytes(gpx_bytes(plan))
    points = pyogrio.read_dataframe(path, layer="waypoints").to_crs(27700)
    assert len(points) == len(plan.areas) + len(plan.teams)
    at = np.column_stack([points.geometry.x, points.geometry.y])[: len(plan.areas)]
    assert np.abs(at - [area.middle for area in plan.areas]).max() < 3  # without the OSTN15 grid
    assert len(pyogrio.read_dataframe(path, layer="routes")) == len(routes)


def test_gpx_of_hostile_names_is_whole():
    root = check_gpx(gpx_bytes(hostile()))
    names = [w.findtext(f"{GPX}name") for w in root.findall(f"{GPX}wpt")]
    assert "\u202e" not in "".join(names)
    assert "<b>&" in names[0]


# ---- GeoJSON -------------------------------------------------------------------------------------


def test_geojson_gives_the_squares_back(tmp_path: Path):
    plan = make_plan()
    path = tmp_path / "plan.geojson"
    path.write_bytes(geojson_bytes(plan))
    whole = json.loads(path.read_text())
    assert whole["plan"]["not_after"] == "2018-04-12"
    assert (whole["plan"]["plan"], whole["plan"]["level"]) == (plan.key, "partner")
    kinds = [feature["properties"]["kind"] for feature in whole["features"]]
    assert kinds == ["area"] * 8 + ["base"] * 3 + ["way"] * 3
    assert whole["features"][0]["properties"]["area"] == 1  # a whole number
    read = pyogrio.read_dataframe(path).to_crs(27700)
    for shape, area in zip(read.geometry[:8], plan.areas, strict=True):
        assert shapely.hausdorff_distance(shape, area.shape) < 3
        assert shape.exterior.is_ccw
    ways = read.geometry[read["kind"] == "way"]
    assert all(line.is_closed for line in ways)  # base to base


# ---- calendar ------------------------------------------------------------------------------------


def unfolded(content: bytes) -> list[str]:
    lines = content.split(b"\r\n")
    assert lines.pop() == b""
    assert all(len(line) <= 75 for line in lines)
    assert b"\n" not in b"".join(lines)
    assert b"\r" not in b"".join(lines)
    text = b"\r\n".join(lines).decode()  # no letter is broken in two
    return text.replace("\r\n ", "").split("\r\n")


def events(content: bytes) -> list[dict[str, str]]:
    """Read the events, and check that what begins ends."""
    open_parts: list[str] = []
    found: list[dict[str, str]] = []
    for line in unfolded(content):
        name, _, value = line.partition(":")
        if name == "BEGIN":
            open_parts.append(value)
            if value == "VEVENT":
                found.append({})
        elif name == "END":
            assert open_parts.pop() == value
        elif open_parts[-1] == "VEVENT":
            assert name not in found[-1]
            found[-1][name] = value
    assert open_parts == []
    return found


def test_the_calendar_has_an_event_for_each_round_with_its_visits():
    plan = make_plan()
    found = events(ics_bytes(plan))
    assert len(found) == len(plan.returns) == 6
    assert len({one["UID"] for one in found}) == 6
    for one in found:
        assert re.fullmatch(r"\d{8}T\d{6}Z", one["DTSTAMP"])
        assert re.fullmatch(r"\d{8}T\d{6}", one["DTSTART;TZID=Europe/London"])
    first = found[0]
    assert first["DTSTART;TZID=Europe/London"] == "20180406T200000"
    assert first["DTEND;TZID=Europe/London"] == "20180406T210600"
    assert first["SUMMARY"].startswith("Patrol team 1\\, areas 1\\, 2\\, 3")
    for visit in plan.visits_of(1, plan.days[0]):
        assert (
            f"\\n{visit.start:%H:%M} to {visit.end:%H:%M} area {visit.area}"
            in (first["DESCRIPTION"])
        )
    assert "Not after Thursday 12 April 2018" in first["DESCRIPTION"]


def test_the_calendar_knows_the_summer_time_of_london():
    """The rules in the file are those of the time zone data, in every year from 1997 on."""
    lines = unfolded(ics_bytes(make_plan()))
    rules = [line for line in lines if line.startswith("RRULE")]
    assert rules == [f"RRULE:FREQ=YEARLY;BYMONTH={month};BYDAY=-1SU" for month in (3, 10)]
    zone, hour = ZoneInfo("Europe/London"), timedelta(hours=1)
    for year in range(1997, 2038):
        for month, before in ((3, 0 * hour), (10, hour)):
            last = datetime(year, month, 31)
            last -= timedelta(days=(last.weekday() + 1) % 7)
            assert (last - hour).replace(tzinfo=zone).utcoffset() == before
            assert (last + 3 * hour).replace(tzinfo=zone).utcoffset() == hour - before


def test_the_calendar_of_hostile_names_is_whole():
    found = events(ics_bytes(hostile()))
    assert len(found) == 6
    assert found[0]["LOCATION"] == '=1+1"<b>&\\;\\,\\\\\\né'


# ---- tables, and the plan itself -----------------------------------------------------------------


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def test_tables_hold_every_area_and_visit_and_say_until_when():
    plan = make_plan("exact")
    areas, visits = rows_of(areas_csv(plan)), rows_of(visits_csv(plan))
    assert [float(row["expected_incidents_per_shift"]) for row in areas] == [
        area.expected for area in plan.areas
    ]
    assert [(row["day"], int(row["team"]), int(row["area"]), row["start"]) for row in visits] == [
        (f"{v.day}", v.team, v.area, f"{v.start:%Y-%m-%d %H:%M}") for v in plan.visits
    ]
    for row in (*areas, *visits):
        assert (row["level"], row["plan"], row["not_after"]) == ("exact", plan.key, "2018-04-12")
    handed_on = rows_of(areas_csv(to_hand_on(plan)))
    assert not {"expected_incidents_per_shift", "reason", "strands"} & set(handed_on[0])


def test_formulas_are_no_formulas():
    assert rows_of(areas_csv(hostile()))[0]["name"].startswith("'=1+1")
    assert rows_of(visits_csv(hostile()))[0]["name"].startswith("'=1+1")


@pytest.mark.parametrize("level", ["exact", "partner"])
def test_a_plan_comes_back_as_it_was_written(level):
    plan = make_plan(level)
    again = plan_of_json(plan_json(plan), "plan.json")
    assert again.as_dict() == plan.as_dict()
    assert again.key == plan.key
    assert plan_json(again) == plan_json(plan)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"level": 1}', b"\xff", b"null"])
def test_what_is_no_plan_is_refused(content):
    with pytest.raises(ParameterError, match=r"plan\.json is not a patrol plan"):
        plan_of_json(content, "plan.json")


# ---- all of them ---------------------------------------------------------------------------------


@pytest.mark.parametrize("handout", TEXT_FILES, ids=lambda one: one.stem + one.ending)
def test_what_is_handed_on_says_nothing_of_incidents(handout):
    because = Because(*[SECRET] * 6)
    exact = make_plan("exact")
    areas = tuple(replace(a, expected=77_777.5, share=0.7777, because=because) for a in exact.areas)
    left_out = tuple(replace(one, name=SECRET, why=SECRET) for one in exact.left_out)
    plan = replace(
        exact,
        areas=areas,
        left_out=left_out,
        warnings=(SECRET,),
        settings={SECRET: 77_777.5},
        expected_total=77_777.5,
        expected_covered=77_777.5,
        covered_at_most=77_777.5,
    )
    shown, handed_on = handout.make(plan).decode(), handout.make(to_hand_on(plan)).decode()
    assert (SECRET in shown) == handout.has_figures
    for secret in (SECRET, "7777"):
        assert secret not in handed_on.replace(to_hand_on(plan).key, "")


def test_a_plan_of_few_incidents_is_not_handed_on():
    plan = replace(make_plan("exact"), params=PatrolParams(min_incidents=5))
    with pytest.raises(ParameterError, match="stay with analysts"):
        to_hand_on(plan)
    assert to_hand_on(make_plan()).level == "partner"


def test_names_in_a_folder_are_all_different():
    for level in ("partner", "exact"):
        names = [folder_name(make_plan(level), one) for one in HANDOUTS]
        assert len(set(names)) == len(names)
        assert all(("exact" in name) == (level == "exact") for name in names)


def test_zip_of_files_is_the_files(monkeypatch):
    from dashboard.patrol import handouts

    monkeypatch.setattr(handouts, "HANDOUTS", tuple(TEXT_FILES))  # sheets have their own test
    plan = make_plan()
    with zipfile.ZipFile(io.BytesIO(handouts.everything(plan))) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            folder_name(plan, one): one.make(plan) for one in TEXT_FILES
        }
