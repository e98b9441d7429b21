"""The small map of the page Data: every incident once, and the picture says what the table says."""

from xml.etree import ElementTree as ET

import geopandas as gpd
import pytest

import boundaries
from boundaries.columns import WARD_NAME
from dashboard import charts
from dashboard.data.ward_map import WardCounts, ward_picture
from geo import demonstration
from geo.schema import Incidents
from tests.factories import make_incidents

INK = charts.Ink.on(dark=False)
NAN = float("nan")
SVG = "{http://www.w3.org/2000/svg}"


def by_join(incidents: Incidents, vintage: str) -> dict[str, int]:
    """Count by a polygon join, the slow and obvious way."""
    points = incidents.to_geodataframe().dropna(subset="geometry")
    wards = boundaries.load_wards(vintage)[[WARD_NAME, "geometry"]]
    joined = gpd.sjoin(points[["geometry"]], wards)
    return joined[WARD_NAME].value_counts().to_dict()


def figures(found: WardCounts) -> dict[str, int]:
    table = found.table().set_index("Ward")["Incidents"]
    return {name: int(text.replace(",", "")) for name, text in table.items()}


def test_every_incident_is_counted_once_where_it_lies() -> None:
    incidents = demonstration.load()
    found = WardCounts.of(incidents)
    shown = figures(found)
    assert sum(shown.values()) == len(incidents)
    expected = by_join(incidents, found.vintage)
    assert {name: n for name, n in shown.items() if n and name in found.names} == expected
    assert shown["Not located"] == int(incidents.frame["easting"].isna().sum())
    first = found.table()["Ward"][0]
    assert shown[first] == max(expected.values())
    assert f"most in {first}: {shown[first]:,}" in found.in_words()


@pytest.mark.parametrize(("day", "vintage"), [("2017-01-01", "2002"), ("2023-01-01", "2022")])
def test_the_wards_are_those_in_force_at_the_last_incident(day: str, vintage: str) -> None:
    found = WardCounts.of(make_incidents(["2016-01-01", day], [(523000, 178500)] * 2))
    assert found.vintage == vintage
    assert len(found.counts) == len(boundaries.load_wards(vintage))


def test_nothing_located_is_said_and_still_a_picture() -> None:
    found = WardCounts.of(make_incidents(["2023-01-01"] * 2, [(NAN, NAN), (430000, 433000)]))
    assert found.in_words() == "No incident lies in a ward of the borough."
    assert (found.outside, found.not_located) == (1, 1)
    assert ET.fromstring(ward_picture(found, INK)).tag == f"{SVG}svg"


def test_the_picture_has_the_figure_of_every_ward_and_says_its_classes() -> None:
    found = WardCounts.of(demonstration.load())
    picture = ET.fromstring(ward_picture(found, INK))
    texts = [element.text for element in picture.iter(f"{SVG}text")]
    n = len(found.counts)
    assert texts[:n] == [f"{count:,}" for count in found.counts]
    assert texts[n] == "Incidents by ward"
    areas = [element.get("fill") for element in picture.iter(f"{SVG}path")]
    keys = [element.get("fill") for element in picture.iter(f"{SVG}rect")]
    assert set(areas) == set(keys)
    legend = dict(zip(keys, texts[n + 1 :], strict=True))
    for count, colour in zip(found.counts.tolist(), areas, strict=True):
        low, _, high = str(legend[colour]).replace(",", "").partition(" to ")
        assert int(low) <= count <= int(high or low)
