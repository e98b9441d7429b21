"""Charts read back from their SVG: the figures that they draw, their words and their colours."""

import re
from base64 import b64decode
from html import unescape
from xml.etree import ElementTree as ET

import pandas as pd
import pytest

from dashboard import charts
from dashboard.charts import Ink

LIGHT, DARK = Ink.on(dark=False), Ink.on(dark=True)
SVG = "{http://www.w3.org/2000/svg}"

WARDS = pd.DataFrame(
    {"2015/16": [30, 12, 7], "2016/17": [41, 9, 7], "2017/18": [60, 20, 5]},
    index=["Town & Green", "<b>Askew</b>", "Addison"],
)
CHANGES = pd.DataFrame(
    {"Borough": [12.4, -30.0], "London": [-8.0, 5.5]}, index=["race", "disability"]
)
TOTALS = pd.DataFrame(
    {"Borough": [200, 300, 250], "London": [1000, 1100, 1500]}, index=["a", "b", "c"]
)
DRAWN = {
    "wards": (charts.ward_chart, WARDS),
    "changes": (charts.change_chart, CHANGES),
    "index": (charts.index_chart, TOTALS),
}


def words(svg: str) -> set[str]:
    """Give the texts that a chart draws: each is in a comment before its outlines."""
    return {text.strip() for text in re.findall(r"<!--(.*?)-->", svg, re.DOTALL)}


def bar_lengths(svg: str, colour: str) -> list[float]:
    """Give the lengths of the bars of a colour, in the order of drawing."""
    shapes = [
        shape
        for shape in ET.fromstring(svg).iter(f"{SVG}path")
        if f"fill: {colour}" in shape.get("style", "") and shape.get("clip-path")
    ]
    lengths = []
    for shape in shapes:
        xs = [float(x) for x, _ in re.findall(r"([\d.]+) ([\d.]+)", shape.get("d", ""))]
        lengths.append(max(xs) - min(xs))
    return lengths


@pytest.mark.parametrize("kind", DRAWN)
@pytest.mark.parametrize("ink", [LIGHT, DARK], ids=["light", "dark"])
def test_charts_are_drawn_in_the_ink_of_the_page(kind: str, ink: Ink) -> None:
    draw, table = DRAWN[kind]
    svg = draw(table, ink)
    other = DARK if ink is LIGHT else LIGHT
    assert ink.accent in svg
    assert ink.text in svg
    assert other.accent not in svg
    assert other.text not in svg


@pytest.mark.parametrize("kind", DRAWN)
def test_the_same_figures_give_the_same_bytes(kind: str) -> None:
    draw, table = DRAWN[kind]
    assert draw(table, LIGHT) == draw(table.copy(), LIGHT)
    changed = table.copy()
    changed.iloc[-1, -1] += 1
    assert draw(changed, LIGHT) != draw(table, LIGHT)


def test_bars_of_wards_are_as_long_as_the_last_year() -> None:
    lengths = bar_lengths(charts.ward_chart(WARDS, LIGHT), LIGHT.accent)
    assert len(lengths) == 3
    per_victim = lengths[0] / 60
    assert lengths == pytest.approx([60 * per_victim, 20 * per_victim, 5 * per_victim], rel=1e-4)


def test_bars_of_changes_are_as_long_as_the_changes() -> None:
    svg = charts.change_chart(CHANGES, LIGHT)
    lengths = bar_lengths(svg, LIGHT.accent) + bar_lengths(svg, LIGHT.muted)
    per_point = lengths[0] / 12.4
    expected = [12.4, 30.0, 8.0, 5.5]
    assert lengths == pytest.approx([per_point * value for value in expected], rel=1e-4)
    assert {"+12 %", "-30 %", "-8 %", "+6 %"} <= words(svg)


def test_charts_name_what_they_draw() -> None:
    assert {"Addison", "2015/16", "2016/17", "2017/18"} <= words(charts.ward_chart(WARDS, LIGHT))
    assert {"Race", "Disability", "Borough", "London"} <= words(charts.change_chart(CHANGES, DARK))
    index = words(charts.index_chart(TOTALS, LIGHT))
    assert {"Index, a = 100", "Borough", "London", "a", "b", "c"} <= index


@pytest.mark.parametrize("kind", DRAWN)
def test_charts_stand_on_any_background(kind: str) -> None:
    draw, table = DRAWN[kind]
    root = ET.fromstring(draw(table, LIGHT))
    assert root.tag == f"{SVG}svg"
    assert not list(root.iter(f"{SVG}text")), "no font of the reader's computer is needed"
    assert "#ffffff" not in draw(table, LIGHT)


def test_an_image_holds_the_chart_and_says_what_it_shows() -> None:
    svg = charts.ward_chart(WARDS, LIGHT)
    alt = 'Bars for "Town & Green" <b>'
    element = ET.fromstring(charts.as_image(svg, alt).replace('height:auto">', 'height:auto"/>'))
    assert unescape(element.get("alt", "")) == alt
    head, data = element.get("src", "").split(",")
    assert head == "data:image/svg+xml;base64"
    assert b64decode(data).decode() == svg


def test_changes_in_words() -> None:
    said = charts.changes_in_words(CHANGES, ("Borough", "London"))
    assert said == "race: Borough +12 %, London -8 %; disability: Borough -30 %, London +6 %"


# ---- months --------------------------------------------------------------------------------------


def months(first: str, counts: list[int], findings: dict[int, str] | None = None) -> pd.DataFrame:
    labels = pd.period_range(first, periods=len(counts), freq="M").astype(str)
    found = [(findings or {}).get(i, "") for i in range(len(counts))]
    return pd.DataFrame({"month": labels, "incidents": counts, "finding": found})


def bar_heights(svg: str) -> list[float]:
    """Give the heights of the bars, those of empty months included."""
    heights = []
    for shape in ET.fromstring(svg).iter(f"{SVG}path"):
        if f"fill: {LIGHT.accent}" in shape.get("style", "") and shape.get("clip-path"):
            ys = [float(y) for _, y in re.findall(r"([\d.]+) ([\d.]+)", shape.get("d", ""))]
            heights.append(max(ys) - min(ys))
    return heights


def dashes(svg: str) -> int:
    return sum("stroke-dasharray" in shape.get("style", "") for shape in ET.fromstring(svg).iter())


def test_a_month_is_a_bar_in_proportion_to_its_incidents() -> None:
    counts = [10, 40, 0, 20] * 6
    svg = charts.month_chart(months("2016-10", counts), {}, "2024-03", LIGHT)
    heights = bar_heights(svg)
    assert [round(40 * height / max(heights)) for height in heights] == counts
    assert {"2017", "2018"} <= words(svg)
    assert dashes(svg) == 0


def test_what_was_found_is_marked_and_named_and_nothing_else() -> None:
    table = months("2016-10", [9, 0, 9, 2], {1: "no data"})
    svg = charts.month_chart(table, {"no data": "x", "low": "v"}, "2024-03", LIGHT)
    assert "no data" in words(svg)
    assert "low" not in words(svg)
    plain = charts.month_chart(months("2016-10", [9, 0, 9, 2]), {"low": "v"}, "2024-03", LIGHT)
    assert not {"no data", "low"} & words(plain)
    assert {"Oct 2016", "Jan 2017"} <= words(svg)


@pytest.mark.parametrize(("first", "lines"), [("2023-11", 1), ("2024-03", 0), ("2022-01", 0)])
def test_a_line_stands_at_the_break_where_the_chart_goes_across_it(first: str, lines: int) -> None:
    svg = charts.month_chart(months(first, [5] * 8), {}, "2024-03", LIGHT)
    assert dashes(svg) == lines
