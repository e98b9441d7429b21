"""Change of hotspots: same outlines, exact counts, and no fall or rise by the choice itself."""

from datetime import date

import geopandas as gpd
import numpy as np
import pytest

from boundaries.errors import ParameterError
from boundaries.projection import BNG
from geo import demonstration
from geo.change.count_change import ChangeParams
from geo.change.exposure import DateSpan, span_of
from geo.change.hotspot_change import HOTSPOT_CHANGE_COLUMNS, HotspotChangeParams, hotspot_change
from geo.change.poisson_tests import e_test
from geo.clusters.dbscan import DbscanParams
from geo.hotspots.table import HotspotParams, find_hotspots
from geo.readers import read
from geo.selection import Selection
from geo.significance import adjusted
from geo.surfaces.density import DensityParams
from tests.factories import make_incidents
from tests.reruns import assert_reruns

EVERYTHING = Selection()
BEFORE, AFTER = span_of("2015/16"), span_of("2016/17")
FEW = HotspotParams(max_hotspots=6)
METHODS = [DensityParams(), DbscanParams()]


@pytest.fixture(scope="module")
def incidents():
    return demonstration.load()


def change(incidents, params=METHODS[0], found_in="both", selection=EVERYTHING, **settings):
    asked = HotspotChangeParams(found_in, FEW, ChangeParams(**settings))
    return hotspot_change(incidents, selection, params, BEFORE, AFTER, change_params=asked)


@pytest.mark.parametrize("params", METHODS, ids=["density", "dbscan"])
def test_incidents_are_those_that_a_spatial_join_finds(incidents, params):
    result = change(incidents, params)
    frame = result.frame
    assert tuple(frame.columns) == HOTSPOT_CHANGE_COLUMNS
    assert HOTSPOT_CHANGE_COLUMNS[:6] == (
        "rank",
        "name",
        "before",
        "after",
        "difference",
        "change_percent",
    )
    assert frame.crs == BNG
    assert 1 < len(frame) <= 6
    points = incidents.to_geodataframe()
    for span, column in ((BEFORE, "before"), (AFTER, "after")):
        mine = points[span.mask(incidents)].dropna(subset="geometry")
        joined = gpd.sjoin(mine, frame[["rank", "geometry"]], predicate="intersects")
        counts = joined["rank"].value_counts().reindex(frame["rank"], fill_value=0)
        assert frame[column].tolist() == counts.tolist()
    p = e_test(frame["before"], frame["after"], 366, 365)
    np.testing.assert_allclose(frame["p_value"], p)
    np.testing.assert_allclose(frame["p_corrected"], adjusted(p, "benjamini-hochberg"))
    both = BEFORE.mask(incidents) | AFTER.mask(incidents)
    assert result.record.incidents == both.sum() == 481 + 691


@pytest.mark.parametrize("found_in", ["before", "after", "both"])
def test_the_hotspots_are_those_of_the_period_asked_for(incidents, found_in):
    result = change(incidents, found_in=found_in)
    span = {"before": BEFORE, "after": AFTER, "both": DateSpan(BEFORE.first, AFTER.last)}[found_in]
    selection = Selection(start=span.first, end=span.last)
    alone = find_hotspots(incidents, selection, METHODS[0], hotspot_params=FEW).frame
    assert result.frame["name"].tolist() == alone["name"].tolist()
    assert result.frame.geometry.geom_equals(alone.geometry).all()
    counted = {"before": ["before"], "after": ["after"], "both": ["before", "after"]}[found_in]
    assert result.frame[counted].sum(axis=1).tolist() == alone["incidents"].tolist()
    said = [w for w in result.record.warnings if "(regression to the mean)" in w]
    assert len(said) == (found_in != "both")


def test_found_in_one_period_chance_alone_makes_a_change_and_in_both_it_does_not():
    rng = np.random.default_rng(8)
    centre, n = np.array([523_400, 179_500]), 1_200
    points = [tuple(p) for p in centre + rng.uniform(-900, 900, (n, 2)).round(-1)]
    days = np.datetime64("2015-04-01") + np.sort(rng.integers(0, 731, n))
    incidents = make_incidents([str(day) for day in days], points)
    totals = {
        found_in: change(incidents, found_in=found_in).frame[["before", "after"]].sum()
        for found_in in ("before", "both", "after")
    }
    fall, fair, rise = (t["after"] / t["before"] for t in totals.values())
    assert fall < 0.9 < fair < 1.1 < rise


def test_the_record_gives_the_same_numbers(incidents):
    result = change(
        incidents,
        DbscanParams(eps_m=180),
        "after",
        Selection(strands=("race",)),
        correction="none",
        confidence_pct=90,
    )
    assert result.record.params["found_in"] == "after"
    assert result.record.params["days_before"] == 366
    assert_reruns(result, incidents)


def test_across_the_break_only_when_allowed():
    point = (523_500.0, 179_900.0)
    times = ["2023-06-01"] * 8 + ["2024-06-01"] * 8
    places = [(point[0] + 20 * (k % 4), point[1]) for k in range(16)]
    incidents = make_incidents(times, places)
    spans = (DateSpan(date(2023, 1, 1), date(2023, 12, 31)), span_of("2024"))
    with pytest.raises(ParameterError, match=r"28 February 2024 \(CRIS to CONNECT\)"):
        hotspot_change(incidents, EVERYTHING, DensityParams(), *spans)
    allowed = HotspotChangeParams(change=ChangeParams(allow_break=True))
    result = hotspot_change(incidents, EVERYTHING, DensityParams(), *spans, change_params=allowed)
    assert result.record.warnings[0].startswith("Across a break in the series, as allowed")
    assert result.frame[["before", "after"]].to_numpy().tolist() == [[8, 8]]


def test_without_hotspots_the_table_is_empty():
    incidents = make_incidents(["2015-06-01", "2016-06-01"], [(523_500.0, 179_900.0)] * 2)
    frame = change(incidents).frame
    assert tuple(frame.columns) == HOTSPOT_CHANGE_COLUMNS
    assert len(frame) == 0


def test_real_months_of_the_same_year_change_in_few_places(shared_data):
    if shared_data is None:
        pytest.skip("needs the shared months")
    incidents = read([shared_data / "incidents" / "police_uk"]).incidents
    spans = (span_of("2016 Q3"), span_of("2016 Q4"))
    frame = hotspot_change(incidents, EVERYTHING, DensityParams(), *spans).frame
    assert frame["before"].max() > 500
    assert (frame["significance"] == "no more than chance would give").sum() >= len(frame) / 2
    assert "Shepherd's Bush Green" in frame["name"][0]
