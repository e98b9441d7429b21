"""What is known of each hotspot, beside a loop over hotspots and incidents."""

from collections import Counter
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import boundaries
from geo.clusters.dbscan import DbscanParams
from geo.frames import FrameParams, frames_of
from geo.hotspots.profile import LEAST_WARD_SHARE
from geo.hotspots.table import find_hotspots
from geo.schema import OCCURRED_END, STRANDS, Incidents
from geo.selection import Selection
from geo.surfaces.density import DensityParams, borough
from geo.times.busiest import busiest_runs, days_in_words, hours_in_words
from tests.factories import make_incidents

TOWNS = [(523_500, 180_000), (523_300, 178_600)]


def eventful(seed, n=400, years=2):
    """Make incidents around two town centres, some known to the month or the day only."""
    rng = np.random.default_rng(seed)
    places = np.concatenate([rng.normal(town, 160, (40, 2)) for town in TOWNS])
    places = places[shapely.intersects_xy(borough(), *places.T)].round(1)
    at = rng.integers(0, len(places), n)
    days = np.datetime64("2016-01-01") + rng.integers(0, 365 * years, n)
    hours = np.where(rng.random(n) < 0.6, rng.integers(19, 24, n), rng.integers(0, 24, n))
    precision = rng.choice(["minute", "day", "month"], n, p=[0.6, 0.2, 0.2])
    times = [
        {"minute": f"{day}T{hour:02d}:30", "day": f"{day}", "month": f"{day}"[:7] + "-01"}[how]
        for day, hour, how in zip(days, hours, precision, strict=True)
    ]
    strands = [[s for s in STRANDS if rng.random() < 0.3] for _ in range(n)]
    points = [tuple(places[k]) for k in at]
    return make_incidents(times, points, precision=list(precision), strands=strands)


def spanning(incidents, hours):
    """Let every incident known to the minute end some hours later."""
    frame = incidents.frame.copy()
    by_minute = frame["time_precision"] == "minute"
    ends = (frame["occurred"] + pd.Timedelta(hours=hours)).where(by_minute)
    return Incidents(frame.assign(**{OCCURRED_END: ends}))


def described(hotspot, incidents, vintage="2022"):
    """Describe one hotspot in a loop over all incidents of its frame."""
    hours, days, strands, wards = np.zeros(24), np.zeros(7), Counter(), Counter()
    firsts, lasts, n = [], [], 0
    shapes = boundaries.load_wards(vintage)
    for row in incidents.frame.itertuples():
        point = shapely.Point(row.easting, row.northing)
        if not hotspot.geometry.intersects(point):
            continue
        n += 1
        first = last = row.occurred.date()
        if row.time_precision == "month":
            last = (pd.Period(row.occurred, "M")).end_time.date()
        else:
            days[row.occurred.weekday()] += 1
        if row.time_precision == "minute":
            hours[row.occurred.hour] += 1
        firsts.append(first)
        lasts.append(last)
        strands.update(s for s in STRANDS if getattr(row, "strand_" + s.replace(" ", "_")))
        wards[shapes.loc[shapes.intersects(point), "ward_name"].iloc[0]] += 1
    order = {name: i for i, name in enumerate(STRANDS)}
    ranked = sorted(strands.items(), key=lambda item: (-item[1], order[item[0]]))
    named = sorted(
        wards.items(), key=lambda item: (-item[1], list(shapes["ward_name"]).index(item[0]))
    )
    runs = [[int(v[0]) for v in busiest_runs(w[None])] for w in (days, hours)]
    return {
        "incidents": n,
        "peak_days": days_in_words(*runs[0]),
        "peak_hours": hours_in_words(*runs[1]),
        "first_day": min(firsts),
        "last_day": max(lasts),
        "strands": ", ".join(f"{name} {count}" for name, count in ranked),
        "wards": ", ".join(name for name, count in named if count >= LEAST_WARD_SHARE * n),
    }


@pytest.mark.parametrize("params", [DensityParams(), DbscanParams()], ids=["density", "dbscan"])
def test_the_profile_is_that_of_a_loop_over_hotspots_and_incidents(params):
    incidents = eventful(1)
    frames = frames_of(incidents, FrameParams("quarter", 3))
    found = find_hotspots(incidents, Selection(), params, frames=frames).frame
    assert (found["peak_hours"] != "").any()
    for number in (0, 3, len(frames) - 1):
        inside = incidents.take(frames.members(number))
        for hotspot in found[found["period"] == frames.labels[number]].itertuples():
            expected = described(hotspot, inside)
            assert {name: getattr(hotspot, name) for name in expected} == expected


@settings(max_examples=10)
@given(st.integers(0, 10_000))
def test_the_profile_of_the_whole_time_too(seed):
    incidents = eventful(seed, n=80)
    for hotspot in find_hotspots(incidents, Selection(), DensityParams()).frame.itertuples():
        expected = described(hotspot, incidents)
        assert {name: getattr(hotspot, name) for name in expected} == expected


def test_counts_before_are_those_of_the_outline_in_the_frame_before():
    incidents = eventful(2)
    frames = frames_of(incidents, FrameParams("quarter", 2))
    found = find_hotspots(incidents, Selection(), DensityParams(), frames=frames).frame
    assert found["before"].notna().any()
    for hotspot in found.itertuples():
        number = frames.labels.index(hotspot.period)
        if number < 2:
            assert hotspot.before is pd.NA
            assert np.isnan(hotspot.change_pct)
            continue
        earlier = incidents.take(frames.members(number - 2))
        n = int(shapely.intersects_xy(hotspot.geometry, earlier.easting, earlier.northing).sum())
        assert hotspot.before == n
        change = 100 * (hotspot.incidents - n) / n if n else np.nan
        assert hotspot.change_pct == pytest.approx(change, nan_ok=True)


def test_counts_before_a_selection_are_of_incidents_that_it_leaves_out():
    incidents = eventful(3)
    selection = Selection(date(2017, 1, 1), date(2017, 12, 31), strands=("race",))
    result = find_hotspots(incidents, selection, DensityParams())
    other = Selection(date(2016, 1, 1), date(2016, 12, 31), strands=("race",)).apply(incidents)
    for hotspot in result.frame.itertuples():
        inside = shapely.intersects_xy(hotspot.geometry, other.easting, other.northing)
        assert hotspot.before == inside.sum()
    assert "from 2016-01-01 to 2016-12-31" in result.record.rules["before"]


def test_nothing_before_is_no_change_in_per_cent():
    times = ["2016-01-05"] + ["2016-02-05"] * 12
    points = [(526_000.0, 175_500.0)] + [(523_500 + 20.0 * (k % 4), 179_900.0) for k in range(12)]
    incidents = make_incidents(times, points)
    february = Selection(date(2016, 2, 1), date(2016, 2, 29))
    (hotspot,) = find_hotspots(incidents, february, DensityParams()).frame.itertuples()
    assert hotspot.before == 0
    assert np.isnan(hotspot.change_pct)


def test_a_span_of_time_counts_in_all_its_hours_and_to_its_last_day():
    times = ["2016-01-05T23:00"] * 12
    points = [(523_500 + 20.0 * (k % 4), 179_900.0) for k in range(12)]
    incidents = spanning(make_incidents(times, points), 2)
    (hotspot,) = find_hotspots(incidents, Selection(), DensityParams()).frame.itertuples()
    # Half in each of two hours: of equally busy ones the first by the clock.
    assert hotspot.peak_hours == "00:00 to 01:00"
    assert hotspot.peak_days == "Tuesday"
    assert (hotspot.first_day, hotspot.last_day) == (date(2016, 1, 5), date(2016, 1, 6))


def test_months_reach_to_their_last_day_and_have_no_busiest_time():
    points = [(523_500 + 20.0 * (k % 4), 179_900.0) for k in range(40)]
    incidents = make_incidents(["2016-02-01"] * 40, points, precision="month")
    (hotspot,) = find_hotspots(incidents, Selection(), DensityParams()).frame.itertuples()
    assert hotspot.last_day - hotspot.first_day == timedelta(days=28)
    assert hotspot.peak_days == hotspot.peak_hours == hotspot.strands == ""
