import re
from dataclasses import replace

import numpy as np
import pytest

from boundaries.columns import WARD_CODE, WARD_NAME
from dashboard.maps.build import (
    MEASURE_DECIMALS,
    MEASURE_NAMES,
    ViewResults,
    build_map,
    matrix,
    method_in_words,
)
from dashboard.maps.model import HotspotShape
from geo.clusters.dbscan import DbscanParams
from geo.clusters.hdbscan import HdbscanParams
from geo.clusters.st_dbscan import StDbscanParams
from geo.grids.gistar_params import GiStarParams
from geo.hotspots.table import (
    AREA_HA,
    BEFORE,
    NAME,
    PAI,
    PEAK_HOURS,
    RANK,
    SHARE,
    HotspotParams,
    find_hotspots,
)
from geo.selection import Selection
from geo.surfaces.density import INCIDENTS, DensityParams
from geo.wards.counts import MEASURES, N_EXTRA_ROWS
from geo.wards.table import PERIOD, VALUE
from tests.dashboard.maps.samples import incidents, model, table_of, view_results


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("key", ["whole", "steps"])
def test_figures_are_those_of_the_results(measure, key):
    results = view_results(incidents(), measure)
    drawn = build_map(results, measure, "quantiles", source="s")
    view, table = drawn.views[key], results[key].wards.frame
    rows = [*(w.code for w in drawn.base.wards), "outside", "not_located"]
    labels = list(dict.fromkeys(table[PERIOD]))
    assert view.values.shape == (len(labels), len(rows)) == (len(view.frames), len(rows))
    for code, label, value in zip(table[WARD_CODE], table[PERIOD], table[VALUE], strict=True):
        shown = view.values[labels.index(label), rows.index(code)]
        assert (np.isnan(shown) and np.isnan(value)) or shown == pytest.approx(
            value, abs=0.5 * 10 ** -MEASURE_DECIMALS[measure]
        )
    assert [w.name for w in drawn.base.wards] == list(dict.fromkeys(table[WARD_NAME]))[:-2]
    assert drawn.title == MEASURE_NAMES[measure]


@pytest.mark.parametrize("key", ["whole", "steps"])
def test_totals_and_located_count_every_incident(key):
    data = incidents(located=300, outside=7, missing=5)
    view = build_map(view_results(data, window=1), "count", "quantiles", source="s").views[key]
    assert sum(view.totals) == len(data) == 312
    read = [[int(n) for n in re.findall(r"\d+", text)] for text in view.located]
    assert np.sum(read, axis=0).tolist() == [300, 7, 5]
    assert [sum(row) for row in read] == list(view.totals)


@pytest.mark.parametrize(("measure", "total"), [("share", 100), ("rate", None), ("density", None)])
def test_only_what_adds_up_has_a_total(measure, total):
    views = model(measure).views.values()
    assert {t for view in views for t in view.totals} == {total}


def test_every_hotspot_is_shown_in_its_frame_with_its_own_figures():
    results = view_results(incidents())
    view = build_map(results, "count", "quantiles", source="s").views["steps"]
    table = results["steps"].hotspots.frame
    labels = list(dict.fromkeys(results["steps"].wards.frame[PERIOD]))
    shown = [
        (labels[i], s.rank, s.name, s.incidents, s.share, s.area_ha, s.pai, s.peak_hours)
        for i, spots in enumerate(view.hotspots)
        for s in spots
    ]
    columns = (PERIOD, RANK, NAME, INCIDENTS, SHARE, AREA_HA, PAI, PEAK_HOURS)
    assert shown == list(table[list(columns)].itertuples(index=False, name=None))
    before = [s.before for spots in view.hotspots for s in spots]
    known = table[BEFORE].astype(object)
    assert before == known.where(known.notna(), None).tolist()
    assert any(n is not None for n in before)
    assert len(shown) > 3
    assert all(
        len(ring) >= 4 for spots in view.hotspots for s in spots for p in s.rings for ring in p
    )


def test_frames_in_words_name_the_months():
    view = model(window=2).views["steps"]
    assert view.frames[:3] == ("Nov to Dec 2016", "Dec 2016 to Jan 2017", "Jan to Feb 2017")
    assert len(view.frames) == len(view.sentences) == len(view.hotspots) == 5


SENTENCE = re.compile(
    r"^(?P<when>.+): (?P<n>[\d,]+) incidents?\. Highest: (?P<first>.+?) \((\d+)\)"
)


def test_sentences_name_the_highest_ward():
    drawn = model()
    for view in drawn.views.values():
        for sentence, when, row in zip(view.sentences, view.frames, view.values, strict=True):
            found = SENTENCE.match(sentence)
            assert found["when"] == when
            assert int(found["n"]) == row.sum()
            wards = row[:-N_EXTRA_ROWS]
            assert found["first"] == drawn.base.wards[wards.argmax()].name
            assert int(found[4]) == wards.max()


def sentence_of(places, measure="count"):
    data = table_of(np.array(places, float), ["2020-01-01"] * len(places))
    results = {"whole": view_results(data, measure, window=1)["whole"]}
    return build_map(results, measure, "quantiles", source="s").views["whole"].sentences[0]


SHEPHERDS_BUSH, HAMMERSMITH, FULHAM = (523_312, 180_150), (523_300, 178_600), (525_400, 177_300)


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ([HAMMERSMITH], "1 incident. Highest: Hammersmith Broadway (1)."),
        (
            [HAMMERSMITH] * 3 + [FULHAM] * 2,
            "5 incidents. Highest: Hammersmith Broadway (3) and Walham Green (2).",
        ),
        ([(np.nan, np.nan)] * 2, "2 incidents, none of them in a ward."),
        ([(530_000, 180_000)], "1 incident, none of them in a ward."),
    ],
)
def test_sentences_of_few_incidents(places, expected):
    assert sentence_of(places) == f"Jan 2020: {expected}"


def test_sentence_says_when_more_wards_are_as_high():
    sentence = sentence_of([HAMMERSMITH, FULHAM, SHEPHERDS_BUSH])
    assert sentence.endswith("(1) and 1 more ward with the same.")


def test_sentence_has_the_unit_of_the_measure():
    assert " per 1,000)" in model("rate").views["whole"].sentences[0]
    assert " %)" in model("share").views["whole"].sentences[0]
    assert " per km²)" in model("density").views["whole"].sentences[0]


def test_empty_frame_between_others_says_so():
    data = table_of(np.array([HAMMERSMITH] * 2, float), ["2020-01-01", "2020-03-01"])
    view = build_map(view_results(data, window=1), "count", "quantiles", source="s").views["steps"]
    assert view.sentences[1] == "Feb 2020: no incidents."
    assert view.located[1] == "0 located, 0 outside the borough, 0 not located"
    assert view.hotspots[1] == ()


def test_share_of_an_empty_frame_is_no_figure():
    data = table_of(np.array([HAMMERSMITH] * 2, float), ["2020-01-01", "2020-03-01"])
    drawn = build_map(view_results(data, "share", window=1), "share", "quantiles", source="s")
    assert np.isnan(drawn.views["steps"].values[1]).all()
    assert drawn.views["steps"].totals[1] is None


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        (
            DensityParams(bandwidth_m=250),
            "Density, bandwidth 250 m: the densest 5 % of the borough.",
        ),
        (DbscanParams(eps_m=150, min_incidents=12), "DBSCAN: at least 12 incidents within 150 m."),
        (
            StDbscanParams(eps_m=150, eps_days=9, min_incidents=12),
            "ST-DBSCAN: at least 12 incidents within 150 m and 9 days.",
        ),
        (
            HdbscanParams(min_cluster_incidents=15),
            "HDBSCAN: clusters of at least 15 incidents.",
        ),
        (
            GiStarParams(cell_size_m=200, radius_m=300),
            "Getis-Ord Gi*, cells of 200 m, radius 300 m: more than chance would give.",
        ),
    ],
)
def test_method_in_words(params, expected):
    assert {view.method for view in model(params=params).views.values()} == {expected}


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (HotspotParams(area_share_pct=3), "the densest 3 % of the borough"),
        (
            HotspotParams(cut="incidents", incident_share_pct=20),
            "the densest land with 20 % of the incidents",
        ),
        (
            HotspotParams(cut="level", level_per_km2=70),
            "density above 70.0 incidents per km2",
        ),
    ],
)
def test_the_cut_in_words(chosen, expected):
    found = find_hotspots(incidents(), Selection(), DensityParams(), hotspot_params=chosen)
    assert method_in_words(found) == f"Density, bandwidth 200 m: {expected}."


SPOT = HotspotShape(
    rank=1,
    name="Here",
    incidents=24,
    share=12.04,
    area_ha=8.15,
    pai=7.2,
    p_value=np.nan,
    before=None,
    peak_days="",
    peak_hours="",
    at=(51.5, -0.2),
    rings=[],
)
FIGURES = "24 incidents, 12.0 % of those located, 8.2 ha, PAI 7.2"


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({}, ""),
        ({"peak_hours": "21:00 to 24:00"}, ". Busiest 21:00 to 24:00"),
        (
            {"peak_days": "Friday and Saturday", "peak_hours": "21:00 to 24:00"},
            ". Busiest Friday and Saturday, 21:00 to 24:00",
        ),
        ({"before": 20}, ". 4 more than in the period before"),
        ({"before": 0}, ". 24 more than in the period before"),
        ({"before": 25}, ". 1 fewer than in the period before"),
        ({"before": 24}, ". As many as in the period before"),
        ({"p_value": 0.0234}, ". p = 0.023"),
        ({"p_value": 0.0002}, ". p < 0.001"),
        (
            {"peak_days": "Friday", "before": 25, "p_value": 0.001},
            ". Busiest Friday. 1 fewer than in the period before. p = 0.001",
        ),
    ],
)
def test_facts_say_what_is_known(known, expected):
    assert replace(SPOT, **known).facts == FIGURES + expected


def test_an_automatic_value_is_that_of_the_view():
    views = model(params=DbscanParams()).views
    assert views["whole"].method != views["steps"].method


def test_clusters_have_no_surface_of_their_own():
    views = model(params=DbscanParams(eps_m=150, min_incidents=5)).views
    assert all(view.surface is None for view in views.values())
    assert all(view.surface is not None for view in model().views.values())


def test_counts_are_taken_from_the_count_result_whatever_is_measured():
    by_rate, by_count = model("rate"), model()
    assert by_rate.views["steps"].located == by_count.views["steps"].located
    assert by_rate.is_demonstration is False


def test_matrix_is_frames_by_rows():
    results = view_results(incidents())["steps"]
    assert isinstance(results, ViewResults)
    table = results.wards.frame
    first = table[table[PERIOD] == table[PERIOD].iloc[0]]
    assert matrix(results.wards)[0].tolist() == first[VALUE].tolist()
