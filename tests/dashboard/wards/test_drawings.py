"""The small pictures: their marks stand where the figures say."""

import re
from xml.etree import ElementTree as ET

import pytest
import shapely

from dashboard.charts import Ink
from dashboard.wards.drawings import RankedWard, bars, bump, outlines

INK = Ink.on(dark=False)
SVG = "{http://www.w3.org/2000/svg}"


def parts(svg: str, tag: str) -> list[dict[str, str]]:
    return [part.attrib for part in ET.fromstring(svg).iter(f"{SVG}{tag}")]


def words(svg: str) -> list[str]:
    return [part.text for part in ET.fromstring(svg).iter(f"{SVG}text")]


def test_bars_are_as_high_as_their_figures_and_begin_at_nought():
    svg = bars([0, 3, 6, 12], {0: "Jan", 3: "<Apr>"}, INK, stressed={3}, break_before=2)
    drawn = parts(svg, "rect")
    heights = [float(bar["height"]) for bar in drawn]
    assert heights[0] == 0
    assert heights[2] == pytest.approx(2 * heights[1], abs=0.1)
    assert heights[3] == pytest.approx(4 * heights[1], abs=0.2)
    feet = [float(bar["y"]) + height for bar, height in zip(drawn, heights, strict=True)]
    assert max(feet) - min(feet) < 0.2
    assert [bar["fill"] for bar in drawn] == [INK.muted] * 3 + [INK.accent]
    assert {"0", "Jan", "<Apr>"} <= set(words(svg))
    dashed = next(line for line in parts(svg, "line") if "stroke-dasharray" in line)
    assert float(drawn[1]["x"]) < float(dashed["x1"]) < float(drawn[2]["x"])


@pytest.mark.parametrize("values", [[], [0, 0], [0.4], [123456]])
def test_bars_of_nothing_and_of_much_are_drawn(values):
    svg = bars(values, {}, INK)
    assert len(parts(svg, "rect")) == len(values)
    assert all(0 <= float(bar["height"]) <= 130 for bar in parts(svg, "rect"))


def test_lines_go_only_where_they_may():
    ward = RankedWard("A & B", (0, 1, 0), ("1 =", "2", "1"), is_chosen=True)
    other = RankedWard("C", (1, 0, None), ("1 =", "1", "–"))
    svg = bump([ward, other], ["2015", "2016", "2017"], [True, False], [True, True, False], INK)
    lines = parts(svg, "line")
    assert len(lines) == 2
    assert len({line["x1"] for line in lines}) == 1
    points = parts(svg, "circle")
    assert len(points) == 5
    assert [point["fill"] for point in points].count("none") == 1
    assert {"A & B  1 =", "1  A & B", "C  1 ="} <= set(words(svg))
    assert not any(text.endswith("C") for text in words(svg))


def test_one_year_has_points_and_no_lines():
    svg = bump([RankedWard("A", (0,), ("1",))], ["2015"], [], [True], INK)
    assert len(parts(svg, "circle")) == 1
    assert not parts(svg, "line")


def test_outlines_keep_their_shape_and_north_is_up():
    own = shapely.box(0, 0, 1000, 1000)
    svg = outlines(
        own, {"1": shapely.box(0, 0, 500, 1000), "2": shapely.box(500, 0, 1500, 1000)}, INK
    )
    filled, *_ = parts(svg, "path")
    numbers = [float(n) for n in re.findall(r"-?[\d.]+", filled["d"])]
    xs, ys = numbers[::2], numbers[1::2]
    assert max(xs) - min(xs) == pytest.approx(max(ys) - min(ys), abs=0.5)
    assert [word for word in words(svg) if word in "12"] == ["1", "2"]
    high = outlines(own, {"1": shapely.box(0, 900, 100, 1000)}, INK)
    mark = parts(high, "circle")[0]
    assert float(mark["cy"]) < 0.2 * max(ys)
