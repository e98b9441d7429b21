"""What a briefing says, held against slow recounts with pandas and geopandas."""

import math
from dataclasses import replace
from datetime import date, timedelta

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

import boundaries
from dashboard.brief.make import hotspots_with_chance, make_brief, map_with_steps, with_chance
from dashboard.brief.model import Brief, BriefSettings
from dashboard.figures import Figure
from geo import demonstration
from geo.change.exposure import DateSpan, span_of
from geo.change.poisson_tests import e_test
from geo.reporting_periods import Comparison, ReportingPeriod, compared_with, reporting_period
from geo.schema import IS_CRIME, OCCURRED, STRAND_COLUMNS, VICTIM_REF, Incidents
from geo.selection import Selection
from geo.significance import adjusted
from geo.surfaces.chance import ChanceParams
from tests.factories import incidents_of, make_incidents

POINT = (523_500.0, 179_900.0)
NOW, BEFORE = span_of("2017/18"), span_of("2016/17")


def settings_for(
    incidents: Incidents,
    period: ReportingPeriod = "last 12 months",
    how: Comparison = "period before",
) -> BriefSettings:
    span = reporting_period(incidents, period)
    assert span is not None
    compared = compared_with(incidents, span, how)
    return BriefSettings(Selection(span.first, span.last), compared.span, compared.why_not)


def brief_of(incidents: Incidents, **kwargs) -> Brief:
    return make_brief(incidents, settings_for(incidents, **kwargs), source="Test")


def all_figures(brief: Brief) -> dict[str, Figure]:
    """Give all figures by name; the same name must be the same figure wherever it stands."""
    cells = [cell for table in (brief.strands, brief.wards) for row in table.rows for cell in row]
    figures = [
        *brief.figures,
        *brief.located,
        *(figure for spot in brief.hotspots for figure in spot.figures),
        *(cell for cell in cells if isinstance(cell, Figure)),
    ]
    found: dict[str, Figure] = {}
    for figure in figures:
        assert found.setdefault(figure.name, figure).text == figure.text
    return found


def sentences(brief: Brief) -> str:
    spots = [t for h in brief.hotspots for t in (h.why, h.when, h.lately, h.confidence)]
    lines = [*brief.moved, *brief.busiest, *spots]
    return "\n".join([brief.headline, brief.quality, *lines])


@pytest.fixture(scope="module")
def incidents() -> Incidents:
    return demonstration.load()


@pytest.fixture(scope="module")
def brief(incidents) -> Brief:
    return brief_of(incidents)


def rows_in(incidents: Incidents, span: DateSpan) -> pd.DataFrame:
    days = incidents.frame[OCCURRED].dt.date
    return incidents.frame[(days >= span.first) & (days <= span.last)]


def test_every_count_is_that_of_a_recount(incidents, brief):
    now, before = rows_in(incidents, NOW), rows_in(incidents, BEFORE)
    victims, places = now[VICTIM_REF].value_counts(), now.groupby(["easting", "northing"]).size()
    expected: dict[str, float] = {
        "incidents": len(now),
        "incidents.before": len(before),
        "crimes": int(now[IS_CRIME].sum()),
        "non_crimes": int((~now[IS_CRIME].astype("bool")).sum()),
        "repeat_victims": int((victims > 1).sum()),
        "repeat_places": int((places > 1).sum()),
        "not_located": int(now["easting"].isna().sum()),
        "outside": 0,
        "located": int(now["easting"].notna().sum()),
    }
    for strand, column in STRAND_COLUMNS.items():
        name = f"strand.{strand.replace(' ', '_')}"
        expected |= {name: int(now[column].sum()), f"{name}.before": int(before[column].sum())}
    points = incidents.to_geodataframe()
    for ward in boundaries.load_wards("2022").itertuples():
        inside = points.intersects(ward.geometry)
        expected[f"ward.{ward.ward_code}.count"] = int(inside[now.index].sum())
        expected[f"ward.{ward.ward_code}.before"] = int(inside[before.index].sum())
    figures = all_figures(brief)
    assert {name: figures[name].value for name in expected} == expected
    assert figures["change"].value == pytest.approx(100 * len(now) / len(before) - 100)
    assert figures["change"].text == figures["incidents.change"].text == "-19.7 %"


def test_tables_add_up(brief):
    figures = all_figures(brief)
    for column in ("count", "before"):
        wards = sum(f.value for n, f in figures.items() if n.startswith("ward.") and column in n)
        suffix = "" if column == "count" else ".before"
        rest = sum(figures[f"{name}{suffix}"].value for name in ("outside", "not_located"))
        assert wards + rest == figures[f"incidents{suffix}"].value
    assert [row[0] for row in brief.wards.rows[-3:]] == [
        "Outside the borough",
        "Not located",
        "All incidents",
    ]
    assert all(len(row) == len(brief.wards.columns) == 6 for row in brief.wards.rows)
    counts = [row[1].value for row in brief.wards.rows[:-3]]
    assert counts == sorted(counts, reverse=True)


def test_hotspots_have_what_lies_in_their_outlines(incidents, brief):
    outlines = brief.results["hotspots"].frame
    points = incidents.to_geodataframe().dropna(subset="geometry")
    last = DateSpan(NOW.last - timedelta(days=27), NOW.last)
    past = DateSpan(last.first - timedelta(weeks=52), last.first - timedelta(days=1))
    counts = {}
    for name, span in {"now": NOW, "before": BEFORE, "last": last, "past": past}.items():
        mine = points.loc[rows_in(incidents, span).index.intersection(points.index)]
        joined = gpd.sjoin(mine, outlines[["rank", "geometry"]], predicate="intersects")
        counts[name] = joined["rank"].value_counts().reindex(outlines["rank"], fill_value=0)
    figures = all_figures(brief)
    judged = adjusted(e_test(counts["past"], counts["last"], 364, 28), "benjamini-hochberg")
    for spot, p in zip(brief.hotspots, judged, strict=True):
        of = f"hotspot.{spot.rank}"
        assert figures[f"{of}.incidents"].value == counts["now"][spot.rank]
        assert figures[f"{of}.before"].value == counts["before"][spot.rank]
        assert figures[f"{of}.last_4_weeks"].value == counts["last"][spot.rank]
        assert figures[f"{of}.expected_4_weeks"].value == counts["past"][spot.rank] / 13
        assert spot.lately.endswith("nothing unusual.") == (p > 0.05)
        (longitude, latitude) = spot.at
        (inside,) = gpd.points_from_xy([longitude], [latitude], crs=4326).to_crs(27700)
        assert outlines.geometry.iloc[spot.rank - 1].contains(inside)


def test_only_what_is_more_than_chance_is_called_growing_or_fading(incidents, brief):
    points = incidents.to_geodataframe()
    wards = boundaries.load_wards("2022")
    now, before = (
        np.array(
            [points.loc[rows_in(incidents, s).index].intersects(w).sum() for w in wards.geometry]
        )
        for s in (NOW, BEFORE)
    )
    p = adjusted(e_test(before, now, 365, 365), "benjamini-hochberg")
    moved = "\n".join(brief.moved)
    for name, n, b, chance in zip(wards["ward_name"], now, before, p, strict=True):
        said = f"{'Growing' if n > b else 'Fading'}: {name} ward, from {b} to {n} incidents"
        assert (said in moved) == (chance <= 0.05)
    assert "White City ward" in moved
    assert moved.endswith(
        "All other changes of wards and hotspots are no more than chance would give."
    )


def test_the_headline_names_the_ward_with_the_most(brief):
    first = brief.wards.rows[0]
    assert brief.headline == (
        f"{first[0]}: {first[1].text} incidents in 2017/18, 2 fewer than in 2016/17, "
        "no more than chance would give."
    )
    assert (brief.period, brief.period_before, brief.data_to) == (
        "2017/18",
        "2016/17",
        "31 March 2018",
    )
    assert brief.quality.startswith(
        "555 incidents: 550 located, 0 outside the borough, 5 not located"
    )


def test_held_against_chance_only_the_confidence_changes(incidents, brief):
    asked = replace(brief.settings, chance=ChanceParams(runs=99))
    tested = with_chance(brief, hotspots_with_chance(incidents, asked))
    whole = make_brief(incidents, asked, source="Test")
    assert [spot.confidence for spot in tested.hotspots] == [s.confidence for s in whole.hotspots]
    assert {spot.confidence for spot in brief.hotspots} == {"Not yet held against chance."}
    assert tested.hotspots[0].confidence.startswith("More than chance: of 99 random maps, none has")
    assert "May be chance" in tested.hotspots[-1].confidence
    assert tested.method == whole.method != brief.method
    assert all_figures(tested) == all_figures(brief)


def test_the_map_says_what_the_briefing_says(incidents, brief):
    assert list(brief.map.views) == ["whole", "steps"]
    (spots,) = brief.map.views["whole"].hotspots
    figures = all_figures(brief)
    assert [s.incidents for s in spots] == [
        figures[f"hotspot.{s.rank}.incidents"].value for s in spots
    ]
    assert [s.before for s in spots] == [figures[f"hotspot.{s.rank}.before"].value for s in spots]
    alone = map_with_steps(incidents, brief.settings, source="Test")
    np.testing.assert_array_equal(alone.views["steps"].values, brief.map.views["steps"].values)
    # Held against another time, the map must not show the time just before as well.
    yearly = brief_of(incidents, period="last 3 months", how="year before")
    assert {s.before for s in yearly.map.views["whole"].hotspots[0]} == {None}
    assert "hotspot.1.before" in all_figures(yearly)


def test_nothing_is_compared_across_the_break_or_beyond_the_data():
    days = pd.date_range("2023-01-01", "2024-12-31", freq="D").strftime("%Y-%m-%d")
    incidents = make_incidents(list(days), [POINT] * len(days), precision="day")
    across = BriefSettings(Selection(date(2024, 1, 1), date(2024, 12, 31)), span_of("2023"))
    brief = make_brief(incidents, across, source="Test")
    assert "28 February 2024" in brief.why_not
    assert brief.moved == (f"No change is given: {brief.why_not}",)
    assert (brief.period_before, brief.wards.columns) == (
        "",
        ("Ward", "Incidents, January to December 2024"),
    )
    assert not any(name.endswith((".before", "change")) for name in all_figures(brief))
    assert "changed its recording system" in brief.quality
    allowed = brief_of(incidents, period="last 3 months", how="year before")
    assert allowed.why_not.startswith("The Met changed its recording system")


def test_missing_and_low_months_are_said():
    months = pd.period_range("2016-01", "2017-12", freq="M")
    times = [str(m) + "-01" for m in months if str(m) != "2017-08" for _ in range(20)]
    times = times[:-18]  # of the last month two are left
    incidents = make_incidents(times, [POINT] * len(times), precision="month")
    quality = brief_of(incidents).quality
    assert "no data in Aug 2017; fewer than usual in Dec 2017; late records may still be" in quality


def test_months_before_the_data_are_not_called_months_with_data():
    settings = BriefSettings(Selection(date(2017, 1, 1), date(2017, 12, 31)))
    incidents = make_incidents(["2017-03-05 10:00"] * 4, [POINT] * 4)
    quality = make_brief(incidents, settings, source="Test", steps=False).quality
    assert "the data begins in Mar 2017; the data ends in Mar 2017" in quality
    assert "no month without data" not in quality


def test_of_a_hotspot_whose_times_are_not_known_no_time_is_said_not_to_stand_out():
    spots = [brief_of(EDGES[name]).hotspots[0] for name in ("months only", "days only")]
    assert [spot.when for spot in spots] == [
        "Days and hours are not known.",
        "No days stand out; hours are not known.",
    ]


def test_kinds_are_shown_where_they_are_known():
    rows = [{"at": "2017-05-01", "place": POINT, "is_crime": kind} for kind in (True, False, None)]
    figures = all_figures(brief_of(incidents_of(rows)))
    kinds = [figures[name].text for name in ("incidents", "crimes", "non_crimes", "kind_not_known")]
    assert kinds == ["3", "1", "1", "1"]
    unknown = brief_of(incidents_of([rows[2]]))
    assert [figure.name for figure in unknown.figures][:2] == ["incidents", "kind_not_known"]


LINE = [(POINT[0] + 25 * k, POINT[1]) for k in range(20)]
EDGES = {
    "nothing": make_incidents([], []),
    "one row": make_incidents(["2017-05-02 10:00"], [POINT]),
    "not located": make_incidents(["2017-05-02 10:00"] * 3, [(math.nan, math.nan)] * 3),
    "outside": make_incidents(["2017-05-02 10:00"] * 6, [(500_000.0, 100_000.0)] * 6),
    "one ward": make_incidents([f"2017-{m:02d}-05 20:00" for m in range(1, 11)] * 2, LINE),
    "one day": make_incidents(["2017-05-02 10:00"] * 20, LINE),
    "days only": make_incidents(
        [f"2017-05-{day:02d}" for day in range(1, 21)], LINE, precision="day"
    ),
    "months only": make_incidents(["2017-05-01"] * 20, LINE, precision="month", is_crime=None),
}


@pytest.mark.parametrize("period", ["last 12 months", "last month", "all"])
@pytest.mark.parametrize("name", EDGES)
def test_little_data_still_gives_a_briefing_without_empty_words(name, period):
    incidents = EDGES[name]
    if len(incidents) == 0:
        brief = make_brief(incidents, BriefSettings(Selection()), source="Test")
    else:
        brief = brief_of(incidents, period=period)
    figures = all_figures(brief)
    located = sum(figures[name].value for name in ("located", "outside", "not_located"))
    assert located == figures["incidents"].value <= len(incidents)
    for strange in ("nan", "None", "NaT", "inf", "1 incidents", "1 places", "  "):
        assert strange not in sentences(brief)
        assert not any(strange in f"{f.text} {f.note}" for f in figures.values())
    assert "strand" not in " ".join(figures)
    assert brief.strands.note == "The data does not say which strands the incidents carry."
    if name == "months only":
        assert brief.busiest == ("The days and hours of the incidents are not known.",)
        assert all(spot.lately == "" for spot in brief.hotspots)


def test_a_selection_of_nothing_says_so(incidents):
    settings = BriefSettings(Selection(date(2010, 1, 1), date(2010, 12, 31)), span_of("2009"))
    brief = make_brief(incidents, settings, source="Test")
    assert brief.headline == "No incidents in January to December 2010."
    assert brief.hotspots == ()
    assert "covers no day of" in brief.why_not
