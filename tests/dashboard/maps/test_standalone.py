"""What can be said of the standalone file without a browser; the rest is in tests/browser."""

import json
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from dashboard.maps.build import build_map
from dashboard.maps.standalone import standalone_html
from geo.clusters.dbscan import DbscanParams
from tests.dashboard.maps.samples import HOSTILE, incidents, model, view_results, with_texts


class Page(HTMLParser):
    """The elements of a page with their attributes, and the texts of its scripts."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.scripts, self.styles, self.open = [], [], [], None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self.open = tag
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data):
        if self.open == "script":
            self.scripts[-1] += data
        elif self.open == "style":
            self.styles.append(data)

    def handle_endtag(self, _tag):
        self.open = None


@pytest.fixture(scope="module")
def drawn():
    return model()


@pytest.fixture(scope="module")
def page(drawn):
    return Page(standalone_html(drawn, title="Hotspots"))


def test_nothing_in_the_file_points_outside_it(page):
    for tag, attributes in page.elements:
        assert tag not in {"link", "iframe", "img", "object", "embed", "base"}
        assert not {"src", "href", "action", "srcset"} & set(attributes)


def test_policy_allows_exactly_the_scripts_of_the_file(page):
    policies = [a["content"] for t, a in page.elements if a.get("http-equiv")]
    assert len(policies) == 1
    runs = [a.get("type") != "application/json" for t, a in page.elements if t == "script"]
    scripts = [text for text, run in zip(page.scripts, runs, strict=True) if run]
    (style,) = page.styles

    def digests(texts):
        return [f"'sha256-{b64encode(sha256(t.encode()).digest()).decode()}'" for t in texts]

    assert {name: rest for name, *rest in map(str.split, policies[0].split(";"))} == {
        "default-src": ["'none'"],
        "script-src": digests(scripts),
        "style-src": digests([style]),
        "img-src": ["data:"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
    }


def test_page_has_language_title_and_can_be_zoomed(page):
    assert ("html", {"lang": "en"}) in page.elements
    viewport = next(a["content"] for _, a in page.elements if a.get("name") == "viewport")
    assert "user-scalable" not in viewport
    assert "maximum-scale" not in viewport


@pytest.mark.parametrize("helper", ["jquery", "bootstrap", "fontawesome", "awesome-markers"])
def test_only_leaflet_is_inside(drawn, helper):
    assert helper not in standalone_html(drawn, title="t").lower()


def test_same_map_gives_the_same_file(drawn):
    assert standalone_html(drawn, title="t") == standalone_html(drawn, title="t")


def test_outlines_are_in_the_file_once(drawn):
    text = standalone_html(drawn, title="t")
    for ward in drawn.base.wards:
        corners = ward.rings[0][0][:4].tolist()
        folium_way = ", ".join(f"[{longitude}, {latitude}]" for latitude, longitude in corners)
        page_way = ",".join(f"[{latitude},{longitude}]" for latitude, longitude in corners)
        assert text.count(folium_way) == 1
        assert page_way not in text


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_adds_no_element(page, drawn, hostile):
    text = standalone_html(with_texts(drawn, hostile), title=hostile)
    tags = [tag for tag, _ in Page(text).elements]
    assert tags == [tag for tag, _ in page.elements]
    data = json.loads(re.search(r'id="data">(.*?)</script>', text, re.DOTALL)[1])
    assert data["map"]["base"]["wards"][0]["name"] == hostile


def test_no_tiles_even_when_the_page_has_them(drawn):
    text = standalone_html(replace(drawn, tiles="https://tiles.example/{z}/{x}/{y}"), title="t")
    assert "tiles.example" not in text


def test_says_that_demonstration_data_is_synthetic(drawn):
    assert "Demonstration data" not in standalone_html(drawn, title="t")
    marked = standalone_html(replace(drawn, is_demonstration=True), title="t")
    assert "Demonstration data, synthetic" in marked


@pytest.mark.parametrize("params", [None, DbscanParams(eps_m=150, min_incidents=5)])
def test_three_years_of_months_stay_below_a_megabyte(params, record_property):
    results = view_results(incidents(3000, months=38), params=params, window=3)
    drawn = build_map(results, "count", "natural breaks", source="s")
    size = len(standalone_html(drawn, title="t"))
    record_property("bytes", size)
    assert size < 1_000_000
