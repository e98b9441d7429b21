"""Withheld figures in pictures: a hatched stub with its words, no bar, no point and no line."""

import re
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest

from dashboard.charts import Ink
from dashboard.trends.charts import (
    COVERAGE,
    SERIES,
    VALUE,
    WIDE,
    WITHHELD,
    Panel,
    draw,
    marks_in_words,
)
from dashboard.wards.drawings import bars
from dashboard.when.bar_table import BarRow, bar_table
from dashboard.withheld import EXPLAINED
from geo.trends.trend_periods import OLD_SERIES, WHOLE
from geo.wards.table import PERIOD

INK = Ink.on(dark=False)
FEW, NOT = "fewer than 5", "not shown"
SVG = "{http://www.w3.org/2000/svg}"


def panel(values: list[float | str]) -> Panel:
    known = [np.nan if isinstance(value, str) else float(value) for value in values]
    words = [value if isinstance(value, str) else "" for value in values]
    labels = [f"2016-{1 + i:02d}" if i < 12 else f"2017-{i - 11:02d}" for i in range(len(values))]
    columns = {PERIOD: labels, VALUE: known, WITHHELD: words, COVERAGE: WHOLE, SERIES: OLD_SERIES}
    return Panel("Race", pd.DataFrame(columns))


def drawn(svg: str, tag: str, **wanted: str) -> list[ET.Element]:
    found = ET.fromstring(svg).iter(f"{SVG}{tag}")
    return [one for one in found if all(one.get(name) == value for name, value in wanted.items())]


def words(svg: str) -> list[str]:
    return [text.text or "" for text in drawn(svg, "text") if text.get("transform")]


@pytest.mark.parametrize("size", [WIDE, (320, 170)])
def test_a_line_stops_before_what_is_withheld_and_goes_on_after_it(size: tuple[int, int]) -> None:
    values: list[float | str] = [9, 8, FEW, 7, 6, NOT, 12, 11, 10, 9, 8, 7, 6]
    svg = draw(panel(values), INK, size)
    runs = [len(line.get("points", "").split()) for line in drawn(svg, "polyline")]
    assert runs == [2, 2, 7]
    assert len(drawn(svg, "circle")) == 11
    assert len(drawn(svg, "rect", fill="url(#withheld)")) == 2
    assert words(svg) == [FEW, NOT]
    assert EXPLAINED in marks_in_words(panel(values).frame)
    assert EXPLAINED not in marks_in_words(panel([1, 2, 3]).frame)


def test_bars_have_no_height_where_the_figure_is_withheld() -> None:
    svg = bars([10, FEW, 0, NOT], {}, INK)
    heights = [float(one.get("height", 0)) for one in drawn(svg, "rect", fill=INK.accent)]
    assert len(heights) == 2
    assert heights[0] > heights[1] == 0
    stubs = drawn(svg, "rect", fill="url(#withheld)")
    assert {stub.get("height") for stub in stubs} == {"14"}
    assert words(svg) == [FEW, NOT]
    assert "withheld" not in bars([10, 0], {}, INK)


def test_where_there_is_no_room_for_words_the_stub_stands_alone() -> None:
    svg = bars([FEW] * 60, {}, INK, width=420)
    assert len(drawn(svg, "rect", fill="url(#withheld)")) == 60
    assert words(svg) == []


def test_a_row_that_is_withheld_has_the_same_stub_whatever_it_hides() -> None:
    rows = [BarRow("Race", ("59",), 1.0), BarRow("Disability", (FEW,), 0.4, is_withheld=True)]
    html = bar_table("Strands", ("Strand", "Mentions"), rows)
    assert re.findall(r"<i[^>]*>", html) == ["<i style='width:100.0%'>", "<i class='withheld'>"]
