import json
from base64 import b64decode
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from dashboard.maps.build import build_map
from dashboard.maps.payload import encode
from dashboard.maps.picture_map import colour_of
from geo.clusters.dbscan import DbscanParams
from geo.wards.counts import MEASURES
from tests.dashboard.maps.samples import incidents, model, new_model, view_results, with_texts


def refuse(constant):
    pytest.fail(f"{constant} is not JSON")


def decoded(drawn):
    return json.loads(encode(drawn), parse_constant=refuse)


@pytest.mark.parametrize("measure", MEASURES)
def test_browser_reads_the_same_numbers(measure):
    drawn = model(measure)
    data = decoded(drawn)
    for key, view in drawn.views.items():
        read = data["views"][key]
        values = np.array([[np.nan if v is None else v for v in row] for row in read["values"]])
        assert np.array_equal(values, view.values, equal_nan=True)
        assert tuple(read["totals"]) == view.totals
        assert tuple(read["frames"]) == view.frames
        assert tuple(read["sentences"]) == view.sentences
        assert tuple(read["located"]) == view.located


@pytest.mark.parametrize("measure", MEASURES)
def test_browser_gives_every_value_the_class_of_the_model(measure):
    drawn = model(measure)
    for key, view in drawn.views.items():
        classes = decoded(drawn)["views"][key]["scale"]["classes"]
        for value in view.values[:, : len(drawn.base.wards)].ravel().tolist():
            # As colourOf in static/map/layers.js does.
            in_browser = next((c for c in classes if value <= c["upto"]), classes[-1])
            assert in_browser["colour"] == colour_of(view.scale, value)
            own = next(c for c in view.scale.classes if c.colour == in_browser["colour"])
            assert own.low <= value <= own.high


def test_browser_reads_the_same_shapes():
    drawn = model()
    data = decoded(drawn)
    for ward, read in zip(drawn.base.wards, data["base"]["wards"], strict=True):
        assert read["name"] == ward.name
        assert read["rings"] == [[ring.tolist() for ring in polygon] for polygon in ward.rings]
    spots = drawn.views["steps"].hotspots
    for frame, read in zip(spots, data["views"]["steps"]["hotspots"], strict=True):
        assert [s["rank"] for s in read] == [s.rank for s in frame]
        assert [s["facts"] for s in read] == [s.facts for s in frame]
        for spot, own in zip(read, frame, strict=True):
            assert spot["rings"] == [[ring.tolist() for ring in p] for p in own.rings]
            assert f"{own.share:.1f} % of those located" in spot["facts"]


def test_browser_reads_the_same_surface():
    drawn = model()
    surface = drawn.views["steps"].surface
    read = decoded(drawn)["views"]["steps"]["surface"]
    for frame, text in zip(surface.greys, read["frames"], strict=True):
        assert np.array_equal(np.asarray(Image.open(BytesIO(b64decode(text)))), frame)
    assert [c["from"] for c in read["classes"]] == [
        surface.grey_of(c.low) for c in surface.scale.classes
    ]


def test_same_map_same_identity_other_map_another():
    one, other = model(), replace(model(), source="another source")
    assert encode(one) == encode(new_model())
    assert decoded(one)["id"] != decoded(other)["id"]


def test_hostile_text_arrives_as_it_is():
    text = "</script><img src=x onerror=alert(1)>`${alert(1)}`\u2028\"'\\"
    assert decoded(replace(model(), source=text))["source"] == text


def test_marks_that_turn_writing_round_are_shown_and_not_obeyed():
    drawn = with_texts(model(), "\u202e72 \\u202e \\\u2066\u2069")
    data = decoded(drawn)
    shown = "\ufffd72 \\u202e \\\ufffd\ufffd"
    assert data["source"] == data["base"]["wards"][0]["name"] == shown
    assert data["views"]["whole"]["hotspots"][0][0]["name"] == shown


@pytest.mark.parametrize("params", [None, DbscanParams()])
def test_three_years_of_months_stay_small(params, record_property):
    results = view_results(incidents(3000, months=38), params=params, window=3)
    drawn = build_map(results, "count", "natural breaks", source="s")
    assert len(drawn.views["steps"].frames) == 36
    size = len(encode(drawn))
    record_property("bytes", size)
    assert size < 600_000
