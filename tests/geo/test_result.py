"""The record that travels with every result."""

import json
from dataclasses import fields, replace
from datetime import date

import pytest

from geo import demonstration
from geo.clusters.dbscan import DbscanParams
from geo.hotspots.table import find_hotspots
from geo.record import make_record
from geo.result import Result, RunRecord
from geo.schema import Incidents
from geo.selection import Selection
from geo.surfaces.density import DensityParams
from geo.times.when import WhenParams, when
from geo.wards.frames import WardFrameParams, ward_frames
from geo.wards.join import locate
from geo.wards.strands import strand_table
from geo.wards.table import WardParams, ward_table
from tests.factories import make_incidents

NAN = float("nan")
SELECTION = Selection(start=date(2016, 1, 2), categories=("Hate crime",), strands=("race",))


def five() -> Incidents:
    return make_incidents(
        ["2016-01-01", "2016-01-02", "2016-02-03", "2016-03-04", "2016-03-05"],
        [(523000, 179000), (523000, 179000), (523500, 179100), (400000, 200000), (NAN, NAN)],
        strands=[("race",)] * 5,
    )


RESULTS = {
    "wards": lambda incidents: ward_table(incidents, SELECTION, WardParams()),
    "ward frames": lambda incidents: ward_frames(incidents, SELECTION, WardFrameParams()),
    "strands": lambda incidents: strand_table(incidents, SELECTION, "fy"),
    "density": lambda incidents: find_hotspots(incidents, SELECTION, DensityParams()),
    "clusters": lambda incidents: find_hotspots(incidents, SELECTION, DbscanParams()),
}


@pytest.fixture(params=RESULTS)
def result(request: pytest.FixtureRequest) -> Result:
    return RESULTS[request.param](five())


def test_every_record_counts_the_selected_incidents_once(result: Result) -> None:
    record = result.record
    counts = (record.incidents, record.located, record.outside, record.not_located)
    assert counts == (4, 2, 1, 1)
    assert record.period == "Jan 2016 to Mar 2016"
    assert record.data_fingerprint == SELECTION.apply(five()).fingerprint
    assert record.selection == SELECTION
    assert not record.is_demonstration


def test_every_record_is_json_that_a_program_can_read(result: Result) -> None:
    written = json.loads(result.record.to_json())
    assert set(written) == {field.name for field in fields(RunRecord)}
    assert written["selection"]["start"] == "2016-01-02"
    assert written["selection"]["strands"] == ["race"]
    assert written["params"] == json.loads(json.dumps(result.record.params))
    assert written["warnings"] == list(result.record.warnings)


def test_the_same_run_gives_the_same_record(result: Result, request: pytest.FixtureRequest) -> None:
    again = RESULTS[request.node.callspec.params["result"]](five())
    assert again.record.to_json() == result.record.to_json()


def test_repeated_warnings_are_kept_once() -> None:
    incidents = five()
    record = make_record(
        "counting",
        {"period": "fy"},
        Selection(),
        incidents,
        locate(incidents, "2022"),
        {"period": "chosen by hand"},
        ["one", "two", "one"],
    )
    assert record.warnings == ("one", "two")
    assert record.params == {"period": "fy"}
    assert record.rules == {"period": "chosen by hand"}


def test_where_the_incidents_lie_in_words() -> None:
    record = ward_table(five(), Selection(), WardParams()).record
    many = replace(record, incidents=62_000, located=61_000, outside=900, not_located=100)
    assert many.located_in_words() == (
        "62,000 incidents: 61,000 located, 900 outside the borough, 100 not located"
    )


def test_a_record_handed_out_is_ones_own():
    incidents = demonstration.load()
    first = when(incidents, Selection(), WhenParams())
    first.record.params["method"] = "changed"
    first.record.rules.clear()
    again = when(incidents, Selection(), WhenParams())
    assert again.record.params["method"] == "aoristic"
    assert again.record.rules
