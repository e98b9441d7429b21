"""Agreement of settings, against every possible pairing and land counted square by square."""

from itertools import permutations

import numpy as np
import pytest
import shapely
from scipy.stats import kendalltau

from boundaries.errors import ParameterError
from geo import demonstration
from geo.clusters.dbscan import DbscanParams
from geo.clusters.hdbscan import HdbscanParams
from geo.grids.gistar_params import GiStarParams
from geo.hotspots.agreement import (
    AGREEMENT_COLUMNS,
    PAIR_COLUMNS,
    HotspotSetting,
    hotspot_agreement,
)
from geo.hotspots.params import HotspotParams
from geo.hotspots.table import find_hotspots
from geo.schema import Incidents
from geo.selection import Selection
from geo.surfaces.chance import ChanceParams
from geo.surfaces.density import DensityParams
from tests.factories import make_incidents

YEAR = Selection(strands=("race",))
FEW = HotspotParams(max_hotspots=6)
SETTINGS = (
    HotspotSetting("wide", DensityParams(bandwidth_m=350), FEW),
    HotspotSetting("cells", GiStarParams(), FEW),
    HotspotSetting("crowds", DbscanParams(eps_m=120), FEW),
)


@pytest.fixture(scope="module")
def incidents() -> Incidents:
    return demonstration.load()


def found_by(incidents: Incidents, setting: HotspotSetting):
    return find_hotspots(
        incidents, YEAR, setting.params, hotspot_params=setting.hotspot_params, vintage="2002"
    ).frame


def test_the_columns_are_these_in_this_order(incidents):
    result = hotspot_agreement(incidents, YEAR, SETTINGS, "2002")
    assert tuple(result.frame) == AGREEMENT_COLUMNS
    assert tuple(result.pairs) == PAIR_COLUMNS
    assert result.frame[["first", "second"]].to_numpy().tolist() == [
        ["wide", "cells"],
        ["wide", "crowds"],
        ["cells", "crowds"],
    ]


def test_land_and_incidents_are_those_counted_square_by_square_and_one_by_one(incidents):
    result = hotspot_agreement(incidents, YEAR, SETTINGS, "2002")
    row = result.frame.iloc[2]
    unions = [shapely.union_all(found_by(incidents, one).geometry) for one in SETTINGS[1:]]
    west, south, east, north = shapely.union_all(unions).bounds
    step = 4.0
    grid = np.meshgrid(np.arange(west, east, step) + 2, np.arange(south, north, step) + 2)
    inside = [shapely.contains_xy(area, *(axis.ravel() for axis in grid)) for area in unions]
    shared, either = (inside[0] & inside[1]).sum(), (inside[0] | inside[1]).sum()
    assert row["shared_ha"] == pytest.approx(shared * step**2 / 1e4, rel=0.01)
    assert row["jaccard"] == pytest.approx(shared / either, rel=0.01)
    at = YEAR.apply(incidents)
    own = [shapely.intersects_xy(area, at.easting, at.northing) for area in unions]
    assert row["shared_incidents"] == (own[0] & own[1]).sum()
    assert row["incidents_jaccard"] == (own[0] & own[1]).sum() / (own[0] | own[1]).sum()


def test_no_other_pairing_shares_more_land(incidents):
    result = hotspot_agreement(incidents, YEAR, SETTINGS, "2002")
    for one, other in ((0, 1), (0, 2), (1, 2)):
        first, second = (found_by(incidents, SETTINGS[k]) for k in (one, other))
        shared = np.array(
            [[a.intersection(b).area for b in second.geometry] for a in first.geometry]
        )
        best = max(
            sum(shared[row, col] for row, col in zip(range(len(shared)), cols, strict=False))
            for cols in permutations(range(shared.shape[1]))
        )
        names = SETTINGS[one].name, SETTINGS[other].name
        pairs = result.pairs[
            (result.pairs["first"] == names[0]) & (result.pairs["second"] == names[1])
        ]
        assert pairs["shared_ha"].sum() == pytest.approx(best / 1e4)
        assert sorted(pairs["first_rank"].dropna()) == first["rank"].tolist()
        assert sorted(pairs["second_rank"].dropna()) == second["rank"].tolist()
        both = pairs.dropna(subset=["first_rank", "second_rank"])
        apart = [b - a for a, b in zip(both["first_rank"], both["second_rank"], strict=True)]
        assert both["rank_difference"].tolist() == apart
        row = result.frame.set_index(["first", "second"]).loc[names]
        assert row["paired"] == len(both)
        assert row["mean_rank_difference"] == np.mean(np.abs(apart))
        ranks = both[["first_rank", "second_rank"]].astype(float).to_numpy().T
        assert row["rank_tau"] == pytest.approx(kendalltau(*ranks).statistic)


def test_a_setting_agrees_with_itself_and_order_makes_no_difference(incidents):
    again = HotspotSetting("wide again", DensityParams(bandwidth_m=350), FEW)
    same = hotspot_agreement(incidents, YEAR, (SETTINGS[0], again), "2002")
    row = same.frame.iloc[0]
    assert row["jaccard"] == pytest.approx(1)
    assert row["incidents_jaccard"] == 1
    assert row["rank_tau"] == pytest.approx(1)
    assert same.pairs["rank_difference"].tolist() == [0] * len(same.pairs)
    there = hotspot_agreement(incidents, YEAR, SETTINGS[:2], "2002").frame.iloc[0]
    back = hotspot_agreement(incidents, YEAR, SETTINGS[1::-1], "2002").frame.iloc[0]
    assert there["shared_ha"] == pytest.approx(back["shared_ha"])
    assert there["rank_tau"] == pytest.approx(back["rank_tau"])
    assert there["first_ha"] == back["second_ha"]


def test_nothing_found_is_nothing_in_common():
    one = make_incidents(["2017-04-01"], [(523_500.0, 179_900.0)])
    settings = (*SETTINGS, HotspotSetting("any", HdbscanParams()))
    result = hotspot_agreement(one, Selection(), settings)
    assert len(result.frame) == 6
    assert result.frame["jaccard"].isna().all()
    assert (result.frame[["paired", "shared_ha", "shared_incidents"]] == 0).all(axis=None)
    assert len(result.pairs) == 0


def test_a_test_of_chance_and_what_was_left_out_are_said(incidents):
    strict = HotspotSetting(
        "strict",
        DensityParams(),
        HotspotParams(only_significant="yes", max_hotspots=1),
        ChanceParams(runs=99, correction="maximum"),
    )
    result = hotspot_agreement(incidents, Selection(), (SETTINGS[0], strict), "2002")
    assert any(w.startswith("strict: only the first 1 hotspots") for w in result.record.warnings)
    assert result.frame["second_hotspots"].tolist() == [1]


def test_what_cannot_be_compared_is_refused(incidents):
    with pytest.raises(ParameterError, match="1 setting is given; at least two"):
        hotspot_agreement(incidents, YEAR, SETTINGS[:1])
    with pytest.raises(ParameterError, match="Two settings are called 'wide'"):
        hotspot_agreement(incidents, YEAR, (SETTINGS[0], SETTINGS[0]))
