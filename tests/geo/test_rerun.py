"""Every result can be made again from its record, and only from its own incidents."""

import json
from collections.abc import Callable
from datetime import date

import numpy as np
import pytest

from boundaries.errors import DataIntegrityError, ParameterError
from geo import demonstration
from geo.change.displacement import DisplacementParams, displacement
from geo.change.exposure import DateSpan
from geo.change.given_area import GivenArea
from geo.change.hotspot_change import HotspotChangeParams, hotspot_change
from geo.change.hotspot_history import hotspot_history
from geo.change.span_change import span_change
from geo.change.span_counts import span_counts
from geo.clusters.dbscan import DbscanParams
from geo.clusters.k_distance import KDistanceParams, k_distance
from geo.evaluation.evaluation import EvaluationParams, evaluate
from geo.evaluation.offset_sensitivity import OffsetParams, offset_sensitivity
from geo.evaluation.prediction import CountParams
from geo.frames import FrameParams, frames_of
from geo.grids.emerging import EmergingParams, emerging
from geo.grids.gistar import GiStarParams, gi_star
from geo.grids.grid_counts import GridParams, grid_counts
from geo.hotspots.agreement import HotspotSetting, hotspot_agreement
from geo.hotspots.table import HotspotParams, find_hotspots
from geo.patrol.afterwards.effect import EffectParams, effect_of_plan
from geo.patrol.params import DemandParams, PatrolParams
from geo.patrol.shift import PatrolShift
from geo.patrol.tried.track_record import TrackParams, track_record
from geo.quality.panel import data_quality
from geo.quality.params import QualityParams
from geo.repeats.near_repeat import NearRepeatParams, near_repeat
from geo.repeats.over_time import RepeatsOverTimeParams, repeats_over_time
from geo.repeats.repeats import RepeatsParams, repeats
from geo.rerun import known_analyses, rerun
from geo.result import Result
from geo.schema import Incidents
from geo.selection import Selection
from geo.surfaces.bandwidth import bandwidth_curve
from geo.surfaces.chance import ChanceParams, chance
from geo.surfaces.density import DensityParams, density
from geo.surfaces.isobands import IsobandParams, isobands
from geo.surfaces.relative_density import AtRiskParams, relative_density
from geo.times.daily import DailyParams, daily_counts
from geo.times.when import WhenParams, when
from geo.trends.counts import TrendParams, counts_over_time
from geo.trends.groups import GroupParams, groups_over_time
from geo.wards.change import ward_change
from geo.wards.clusters import WardClusterParams, ward_clusters
from geo.wards.frames import WardFrameParams, ward_frames
from geo.wards.neighbours import NeighbourParams, ward_neighbours
from geo.wards.overlap import OverlapParams, ward_overlap
from geo.wards.ranks import RankParams, ward_ranks
from geo.wards.strands import strand_table
from geo.wards.table import WardParams, ward_table
from tests.reruns import assert_reruns

SELECTION = Selection(start=date(2015, 6, 1), strands=("race", "disability"), kind="crime")
FEW = Selection(start=date(2016, 4, 1), weekdays=("Friday", "Saturday"))
YEARS = (
    DateSpan(date(2015, 4, 1), date(2016, 3, 31)),
    DateSpan(date(2016, 4, 1), date(2017, 3, 31)),
)
TREATED = GivenArea(wards=("E05000263",), vintage="2002")
CONTROL = GivenArea(wkt="POLYGON ((523000 178000, 524000 178000, 524000 179000, 523000 178000))")
FEWER = HotspotParams(max_hotspots=4)
DATES = EvaluationParams(test_from=date(2017, 6, 1), n_dates=3, runs=200)


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
    "ward_clusters": lambda i: ward_clusters(
        i, SELECTION, WardClusterParams("2002", statistic="gi-star", runs=99, seed=3)
    ),
    "ward_neighbours": lambda i: ward_neighbours(
        i, SELECTION, NeighbourParams("E05000263", "2002")
    ),
    "ward_overlap": lambda i: ward_overlap(i, SELECTION, OverlapParams("2022", "2002")),
    "ward_ranks": lambda i: ward_ranks(
        i, SELECTION, WardParams("2002", "fy", "rate"), RankParams(90)
    ),
    "grid_counts": lambda i: grid_counts(i, SELECTION, GridParams(500, "hexagonal")),
    "gi_star": lambda i: gi_star(i, SELECTION, GiStarParams(p_value="permutation", runs=99)),
    "emerging": lambda i: emerging(i, Selection(), EmergingParams(cell_size_m=400, radius_m=600)),
    "bandwidth_curve": lambda i: bandwidth_curve(i, FEW, DensityParams(kernel="gaussian")),
    "relative_density": lambda i: relative_density(
        i, SELECTION, DensityParams(), Selection(), at_risk_params=AtRiskParams("ratio")
    ),
    "isobands": lambda i: isobands(
        i, SELECTION, DensityParams(), IsobandParams("area", (2, 5)), ChanceParams(runs=19)
    ),
    "chance": lambda i: chance(i, SELECTION, DensityParams(), ChanceParams("places", 39, 7)),
    "k_distance": lambda i: k_distance(i, SELECTION, KDistanceParams(k=7)),
    "hotspot_change": lambda i: hotspot_change(
        i, Selection(), GiStarParams(), *YEARS, change_params=HotspotChangeParams("after")
    ),
    "span_change": lambda i: span_change(i, SELECTION, *YEARS, vintage="2002"),
    "span_counts": lambda i: span_counts(i, SELECTION, "2002"),
    "hotspot_history": lambda i: hotspot_history(
        i, SELECTION, DbscanParams(), before=DateSpan(date(2015, 4, 1), date(2015, 5, 31))
    ),
    "hotspot_agreement": lambda i: hotspot_agreement(
        i,
        SELECTION,
        (
            HotspotSetting("smooth", DensityParams(), FEWER, ChanceParams("places", 39, 7)),
            HotspotSetting("crowds", DbscanParams(min_incidents=6)),
        ),
        "2002",
    ),
    "displacement": lambda i: displacement(
        i, Selection(), DisplacementParams(TREATED, CONTROL, ring_m=300), *YEARS
    ),
    "track record of plans": lambda i: track_record(
        i,
        SELECTION,
        PatrolParams(PatrolShift(("Friday",), 12, 24), teams=1, minutes=60, min_incidents=5),
        DemandParams(prior_incidents=3),
        TrackParams(n_dates=2, runs=200),
        vintage="2002",
    ),
    "effect of a plan": lambda i: effect_of_plan(
        i, SELECTION, EffectParams(TREATED, CONTROL, PatrolShift(), date(2017, 6, 2), 8, 200)
    ),
    "data_quality": lambda i: data_quality(i, SELECTION, QualityParams(date(2018, 6, 1))),
    "when": lambda i: when(i, SELECTION, WhenParams("start")),
    "when, in an area": lambda i: when(i, SELECTION, WhenParams(), area=TREATED),
    "daily_counts": lambda i: daily_counts(i, SELECTION, DailyParams(weeks=4)),
    "near_repeat": lambda i: near_repeat(i, FEW, NearRepeatParams((0, 1, 300), (0, 14), 99, 5)),
    "counts_over_time": lambda i: counts_over_time(i, SELECTION, TrendParams("quarter")),
    "groups_over_time": lambda i: groups_over_time(i, FEW, GroupParams("victim age", max_groups=4)),
    "repeats_over_time": lambda i: repeats_over_time(i, FEW, RepeatsOverTimeParams(3)),
    "repeats": lambda i: repeats(i, SELECTION, RepeatsParams(3)),
    "evaluate": lambda i: evaluate(i, FEW, (DbscanParams(), CountParams("ward")), DATES),
    "offset_sensitivity": lambda i: offset_sensitivity(
        i, FEW, (DensityParams(),), DATES, OffsetParams(2)
    ),
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


def test_every_analysis_is_run_again_here():
    assert {name.split(",")[0] for name in RUNS} == set(known_analyses())
