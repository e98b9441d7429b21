import json
import re
from dataclasses import replace

import numpy as np
import pytest

import geo.demonstration
from boundaries.columns import WARD_CODE, WARD_NAME
from dashboard.maps.classify import NO_FIGURE, change_scale
from dashboard.maps.payload import encode
from dashboard.maps.ward_maps import WardFigures, change_map, cluster_map, ward_map
from geo.change.count_change import CHANGE_PERCENT, DIFFERENCE, SIGNIFICANCE
from geo.change.poisson_tests import MORE_THAN_CHANCE
from geo.selection import Selection
from geo.wards.change import ward_change
from geo.wards.clusters import CLUSTER, NOT_SIGNIFICANT, WardClusterParams, ward_clusters
from geo.wards.ranks import ward_ranks
from geo.wards.table import VALUE, WardParams, ward_table
from tests.dashboard.maps.samples import HOSTILE, incidents, view_results, with_texts
from tests.factories import make_incidents

BEFORE, AFTER = "2016/17", "2017/18"


@pytest.fixture(scope="module")
def demonstration():
    return geo.demonstration.load()


@pytest.fixture(scope="module")
def change(demonstration):
    return ward_change(demonstration, Selection(), WardParams(period="fy"), BEFORE, AFTER)


def changed(result, **options):
    return change_map(result, source="s", before=BEFORE, after=AFTER, **options)


@pytest.mark.parametrize("measure", ["count", "rate", "density", "share"])
def test_amounts_are_those_of_the_map_with_hotspots(measure):
    from dashboard.maps.build import build_map

    results = view_results(incidents(), measure)
    figures = {key: WardFigures(r.name, r.wards, r.counts) for key, r in results.items()}
    drawn = ward_map(figures, "quantiles", source="s")
    other = build_map(results, measure, "quantiles", source="s")
    assert drawn.title == other.title
    assert drawn.listing == "wards"
    for key, view in drawn.views.items():
        assert np.array_equal(view.values, other.views[key].values, equal_nan=True)
        assert view.scale == other.views[key].scale
        assert view.sentences == other.views[key].sentences
        assert view.figure == (measure if key == "whole" else "")


@pytest.mark.parametrize("measure", ["count", "rate"])
def test_ranks_are_those_of_the_tables_and_ties_share_them(demonstration, measure):
    params = WardParams("2002", "fy", measure)
    result = ward_table(demonstration, Selection(), params)
    counts = ward_table(demonstration, Selection(), WardParams("2002", "fy"))
    drawn = ward_map({"whole": WardFigures("x", result, counts)}, "quantiles", source="s")
    ranked = ward_ranks(demonstration, Selection(), params).frame
    wanted = ranked.pivot(index="period", columns=WARD_CODE, values="rank").to_numpy(int)
    view = drawn.views["whole"]
    assert view.ranks.tolist() == wanted.tolist()
    assert any(len(set(row)) < 16 for row in wanted.tolist()) == (measure == "count")
    assert json.loads(encode(drawn))["views"]["whole"]["ranks"] == wanted.tolist()


def test_wards_in_classes_and_without_a_figure_have_no_rank(demonstration):
    clusters = ward_clusters(demonstration, Selection(), WardClusterParams("2022"))
    drawn = cluster_map(clusters, source="s", period="p")
    assert drawn.views["whole"].ranks is None
    nothing = make_incidents([], [])
    share = ward_table(nothing, Selection(), WardParams("2022", "all", "share"))
    counts = ward_table(nothing, Selection(), WardParams("2022"))
    empty = ward_map({"whole": WardFigures("x", share, counts)}, "quantiles", source="s")
    assert not empty.views["whole"].ranks.any()


@pytest.mark.parametrize(
    ("shown", "column"), [("difference", DIFFERENCE), ("percent", CHANGE_PERCENT)]
)
def test_changes_are_those_of_the_result(change, shown, column):
    drawn = changed(change, shown=shown)
    view = drawn.views["whole"]
    assert np.allclose(view.values[0], change.frame[column], atol=0.05, equal_nan=True)
    chance = change.frame[SIGNIFICANCE] == MORE_THAN_CHANCE
    assert view.outlined[0].tolist() == chance.tolist()[:-2]
    assert sum(view.outlined[0]) == 1
    for i, value in enumerate(view.values[0][:-2]):
        found = view.scale.class_of(value)
        assert found.low <= value <= found.high
        assert (found.mark != "") == (value < 0)  # told without colour
        assert view.scale.figure(value, drawn.decimals)[0] == (
            "+" if value > 0 else "-" if value else "0"
        )
        assert view.notes[0][i].endswith(change.frame[SIGNIFICANCE][i])


def test_sentence_of_changes_counts_wards_and_names_those_beyond_chance(change):
    sentence = changed(change).views["whole"].sentences[0]
    wards = change.frame[:-2]
    more, fewer = (wards[DIFFERENCE] > 0).sum(), (wards[DIFFERENCE] < 0).sum()
    named = wards.loc[wards[SIGNIFICANCE] == MORE_THAN_CHANCE, WARD_NAME].tolist()
    assert sentence == (
        f"From 2016/17 to 2017/18 incidents rose in {more} wards and fell in {fewer}. "
        f"The change is more than chance would give in {named[0]}."
    )
    calm = change.frame.assign(**{SIGNIFICANCE: "no more than chance would give"})
    assert (
        changed(replace(change, frame=calm))
        .views["whole"]
        .sentences[0]
        .endswith("In no ward is the change more than chance would give.")
    )


def test_total_of_changes_is_the_change_of_all(change):
    assert changed(change).views["whole"].totals == (change.frame[DIFFERENCE].sum(),)
    assert changed(change, shown="percent").views["whole"].totals == (None,)


def test_a_change_from_nothing_has_no_percentage(change):
    frame = change.frame.copy()
    frame.loc[0, CHANGE_PERCENT] = np.nan
    drawn = changed(replace(change, frame=frame), shown="percent")
    view = drawn.views["whole"]
    assert view.scale.figure(view.values[0][0], drawn.decimals) == NO_FIGURE
    assert json.loads(encode(drawn))["views"]["whole"]["values"][0][0] is None


@pytest.mark.parametrize("most", [0, 1, 2, 3, 7, 40, 1234])
def test_classes_of_change_are_the_same_on_both_sides_and_hold_every_value(most):
    values = np.arange(-most, most + 1, dtype=float)
    scale = change_scale(values, title="t", decimals=0)
    lows, highs = [c.low for c in scale.classes], [c.high for c in scale.classes]
    assert [-low for low in reversed(lows)] == highs
    assert lows[1:] == [high + 1 for high in highs[:-1]]
    assert lows[0] <= -most
    assert sum(c.low == c.high == 0 for c in scale.classes) == 1
    assert len(scale.classes) == (5 if most > 1 else 3)


@pytest.mark.parametrize("statistic", ["local-moran", "gi-star"])
def test_classes_are_those_of_the_result(demonstration, statistic):
    params = WardClusterParams(statistic=statistic, measure="count", correction="none")
    result = ward_clusters(demonstration, Selection(), params)
    drawn = cluster_map(result, source="s", period="April 2015 to March 2018")
    view = drawn.views["whole"]
    is_found = (result.frame[CLUSTER] != NOT_SIGNIFICANT).tolist()
    assert any(is_found)
    assert view.outlined[0].tolist() == is_found
    for i, (name, value) in enumerate(zip(result.frame[CLUSTER], result.frame[VALUE], strict=True)):
        words = view.scale.figure(view.values[0][i], 0)
        assert words.lower().startswith(name.split("-")[0]) or (
            not is_found[i] and "chance" in words
        )
        assert view.notes[0][i].startswith(f"{value:,.0f} incidents, corrected p ")
    for name in result.frame.loc[is_found, WARD_NAME]:
        assert name in view.sentences[0]
    signs = [(c.colour, c.mark) for c in view.scale.classes]
    assert len(set(signs)) == len(signs)
    read = json.loads(encode(drawn))["views"]["whole"]
    assert read["scale"]["kind"] == "classes"
    assert [c["mark"] for c in read["scale"]["classes"]] == [mark for _, mark in signs]


def test_nothing_to_tell_is_said():
    one = incidents(located=2, outside=0, missing=0, months=1)
    result = ward_clusters(one, Selection(), WardClusterParams())
    view = cluster_map(result, source="s", period="May").views["whole"]
    assert view.sentences == ("May: no ward stands out by more than chance would give.",)
    table = ward_table(one, Selection(), WardParams())
    drawn = ward_map({"whole": WardFigures("w", table, table)}, "natural breaks", source="s")
    assert drawn.views["whole"].totals == (2.0,)


def test_counts_of_both_periods_are_located_outside_or_not(change):
    numbers = re.findall(r"\d[\d,]*", changed(change).views["whole"].located[0])
    assert sum(int(n.replace(",", "")) for n in numbers) == change.record.incidents
    assert list(change.frame[WARD_CODE])[-2:] == ["outside", "not_located"]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_words_arrive_as_they_are(change, hostile):
    drawn = with_texts(changed(change), hostile)
    assert json.loads(encode(drawn))["views"]["whole"]["scale"]["title"] == hostile
