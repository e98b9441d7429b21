import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from boundaries.errors import ParameterError
from dashboard.charts import as_image
from dashboard.maps.small_multiples import MOST_MAPS, small_multiples
from tests.dashboard.maps.samples import HOSTILE, model, with_texts

SVG = "{http://www.w3.org/2000/svg}"


def parsed(drawn, **options):
    return ET.fromstring(small_multiples(drawn, **options).svg)


def test_every_ward_of_every_frame_has_the_colour_of_its_class():
    drawn = model()
    view = drawn.views["steps"]
    maps = parsed(drawn).findall(f"{SVG}g")
    assert len(maps) == len(view.frames) == 5
    for one, row in zip(maps, view.values, strict=True):
        fills = [use.get("fill") for use in one.findall(f"{SVG}use")]
        assert fills == [view.scale.class_of(v).colour for v in row[:-2]]


def test_titles_and_legend_are_written():
    drawn = model()
    view = drawn.views["steps"]
    texts = [node.text for node in parsed(drawn).iter(f"{SVG}text")]
    assert texts == [*view.frames, view.scale.title, *(c.label for c in view.scale.classes)]


def test_wards_without_a_figure_are_hatched_and_said():
    drawn = model("rate")
    view = drawn.views["whole"]
    values = view.values.copy()
    values[0, 3] = np.nan
    drawn = replace(drawn, views={"whole": replace(view, values=values)})
    root = parsed(drawn, view="whole")
    fills = [use.get("fill") for use in root.iter(f"{SVG}use")]
    assert fills[3] == "url(#m0)"
    assert sum(fill.startswith("url") for fill in fills) == 1
    assert root.find(f".//{SVG}pattern").get("id") == "m0"
    assert [node.text for node in root.iter(f"{SVG}text")][-1] == "No figure"


def test_words_name_the_highest_ward_of_each_frame():
    drawn = model()
    alt = small_multiples(drawn).alt
    view = drawn.views["steps"]
    for when, row in zip(view.frames, view.values, strict=True):
        top = drawn.base.wards[int(row[:-2].argmax())].name
        assert f"{when}: highest {top}, {row[:-2].max():.0f}" in alt


@pytest.mark.parametrize("columns", [1, 2, 6])
def test_maps_lie_inside_the_picture_and_none_over_another(columns):
    root = parsed(model(), columns=columns)
    width, height = float(root.get("width")), float(root.get("height"))
    places = [
        tuple(map(float, re.findall(r"[\d.]+", one.get("transform"))))
        for one in root.findall(f"{SVG}g")
    ]
    assert len({round(x) for x, _ in places}) == min(columns, 5)
    assert len(set(places)) == 5
    assert all(x + 160 < width and y + 240 < height for x, y in places)


def test_dark_pages_have_light_words():
    assert parsed(model(), dark=True).get("fill") == "#f0f0f0"


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_words_stay_words(hostile):
    drawn = with_texts(model(), hostile)
    shown = small_multiples(drawn)
    root = ET.fromstring(shown.svg)
    # The escaping helper leaves nothing that runs; an XML reader gives the text back.
    assert next(root.iter(f"{SVG}text")).text == hostile
    assert "<" not in re.sub(r"^<img alt=\"|\" src=.*$", "", as_image(shown.svg, shown.alt))


def test_what_cannot_be_drawn_is_refused():
    drawn = model()
    with pytest.raises(ParameterError, match="no view 'weeks'; it has whole, steps"):
        small_multiples(drawn, "weeks")
    with pytest.raises(ParameterError, match="columns is 0"):
        small_multiples(drawn, columns=0)
    view = drawn.views["steps"]
    many = replace(view, frames=view.frames * 6)
    with pytest.raises(ParameterError, match=f"30 frames; at most {MOST_MAPS}"):
        small_multiples(replace(drawn, views={"steps": many}))
