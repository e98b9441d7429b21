"""Every result can be made again from its record, and only from its own incidents."""

import json
from collections.abc import Callable
from datetime import date

import numpy as np
import pytest

from boundaries.errors import DataIntegrityError, ParameterError
from geo import demonstration
from geo.analysis import ANALYSES
from geo.clusters.dbscan import DbscanParams
from geo.frames import FrameParams, frames_of
from geo.hotspots.table import HotspotParams, find_hotspots
from geo.rerun import rerun
from geo.result import Result
from geo.schema import Incidents
from geo.selection import Selection
from geo.surfaces.density import DensityParams, density
from geo.wards.change import ward_change
from geo.wards.frames import WardFrameParams, ward_frames
from geo.wards.strands import strand_table
from geo.wards.table import WardParams, ward_table
from tests.reruns import assert_reruns

SELECTION = Selection(start=date(2015, 6, 1), strands=("race", "disability"), kind="crime")


@pytest.fixture(scope="module")
def incidents() -> Incidents:
    return demonstration.load()


def _steps(incidents: Incidents) -> Result:
    frames = frames_of(SELECTION.apply(incidents), FrameParams("quarter", 2))
    params = DbscanParams(eps_m=180)
    few = HotspotParams(max_hotspots=4)
    return find_hotspots(incidents, SELECTION, params, hotspot_params=few, frames=frames)


RUNS: dict[str, Callable[[Incidents], Result]] = {
    "density": lambda i: density(i, SELECTION, DensityParams(bandwidth_m=350)),
    "hotspots, whole": lambda i: find_hotspots(i, SELECTION, DensityParams(), vintage="2002"),
    "hotspots, steps": _steps,
    "ward_table": lambda i: ward_table(i, SELECTION, WardParams("2002", "fy", "rate")),
    "ward_frames": lambda i: ward_frames(
        i, SELECTION, WardFrameParams("2002", "share", FrameParams("year", 1))
    ),
    "ward_change": lambda i: ward_change(
        i, Selection(), WardParams("2002", "fy"), "2015/16", "2016/17"
    ),
    "strand_table": lambda i: strand_table(i, SELECTION, "fy"),
}


def rewritten(result: Result, **changes: object) -> str:
    return json.dumps(json.loads(result.record.to_json()) | changes)


@pytest.mark.parametrize("run", RUNS.values(), ids=list(RUNS))
def test_the_record_as_json_gives_the_same_numbers(
    run: Callable[[Incidents], Result], incidents: Incidents
):
    assert_reruns(run(incidents), incidents)


def test_other_incidents_are_refused(incidents: Incidents):
    result = RUNS["ward_table"](incidents)
    with pytest.raises(DataIntegrityError, match="not the incidents of the record"):
        rerun(result.record, incidents.take(np.arange(len(incidents)) > 3))


def test_a_record_of_what_is_not_known_is_refused(incidents: Incidents):
    result = RUNS["density"](incidents)
    with pytest.raises(ParameterError, match=r"no analysis 'os\.system'; known are .*density"):
        rerun(rewritten(result, analysis="os.system"), incidents)
    asked = {"params": {"type": "DensityParams", "spread": 3}}
    with pytest.raises(ParameterError, match=r"'params' of the record holds \['spread'\]"):
        rerun(rewritten(result, asked=asked), incidents)
    with pytest.raises(ParameterError, match="is a 'Popen'; it must be one of DensityParams"):
        rerun(rewritten(result, asked={"params": {"type": "Popen"}}), incidents)
    with pytest.raises(ParameterError, match=r"holds \['shell'\], which density does not take"):
        rerun(rewritten(result, asked={"shell": "ls"}), incidents)


@pytest.mark.parametrize(
    ("text", "says"), [("{", r"not JSON \(line 1\)"), ("[]", "no analysis"), ("{}", "no analysis")]
)
def test_what_is_no_record_is_refused(text: str, says: str, incidents: Incidents):
    with pytest.raises(ParameterError, match=says):
        rerun(text, incidents)


def test_bounds_hold_for_what_a_record_asks(incidents: Incidents):
    asked = {"params": {"type": "DensityParams", "bandwidth_m": 1}}
    with pytest.raises(ParameterError, match="bandwidth_m is 1; it must be from 50 to 2000 m"):
        rerun(rewritten(RUNS["density"](incidents), asked=asked), incidents)


def test_every_analysis_is_run_again_in_a_test():
    assert {name.split(",")[0] for name in RUNS} <= set(ANALYSES)
