"""The shaded table: every figure readable, marked and as in the result; zero has no shade."""

import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from dashboard.maps.classify import WARD_COLOURS
from dashboard.when.choices import Chosen, hours_between
from dashboard.when.heat_table import decimals_of, heat_of, heat_table, ink_on, shade_of
from geo import demonstration
from geo.periods import WEEKDAYS
from geo.selection import Selection
from geo.times.when import WhenParams, WhenResult, when
from tests.factories import make_incidents, with_ends

POINT = (523_500.0, 179_900.0)


@pytest.fixture(scope="module")
def demo() -> WhenResult:
    return when(demonstration.load(), Selection(), WhenParams())


def same(name: str) -> str:
    return name


def figures(html: str) -> dict[str, str]:
    return dict(re.findall(r"data-figure='([^']+)'>([^<]*)<", html))


def test_every_hour_of_the_week_is_a_marked_figure(demo: WhenResult):
    shown = figures(heat_table(demo, Chosen(), same))
    for day, name in enumerate(WEEKDAYS):
        for hour in range(24):
            assert shown[f"when.cell.{name}.{hour:02d}"] == f"{demo.hour_of_week[day, hour]:,.0f}"
    by_hour = [int(shown[f"when.hour.{hour:02d}"]) for hour in range(24)]
    assert by_hour == demo.hour_of_week.sum(axis=0).round().tolist()
    assert int(shown["when.hours_known"].replace(",", "")) == sum(by_hour)
    assert sum(by_hour) + int(shown["when.hours_not_known"]) == demo.record.incidents


def test_it_is_a_table_with_a_header_for_every_row_and_column(demo: WhenResult):
    table = ET.fromstring(heat_table(demo, Chosen(), same)).find("table")
    assert table is not None
    assert len(table.findall("thead//th[@scope='col']")) == 9
    assert len(table.findall("tbody//th[@scope='row']")) == 24
    assert {len(row) for row in table.findall("tbody/tr")} == {9}


def test_shades_follow_the_figures_and_zero_has_none(demo: WhenResult):
    heat = heat_of(demo)
    order = {colour: rank for rank, colour in enumerate(["", *WARD_COLOURS])}
    values = np.sort(heat.cells.ravel())
    ranks = [order[shade_of(value, heat.scale)] for value in values]
    assert ranks == sorted(ranks)
    assert (np.array(ranks) == 0).tolist() == (values == 0).tolist()
    assert heat.scale.classes[0].label.startswith("1 ")


def test_figures_can_be_read_on_every_shade():
    def luminance(colour: str) -> float:
        full = colour if len(colour) == 7 else "#" + "".join(2 * c for c in colour[1:])
        parts = [int(full[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for shade in WARD_COLOURS:
        light, dark = sorted((luminance(shade), luminance(ink_on(shade))), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_chosen_hours_are_outlined_over_midnight(demo: WhenResult):
    chosen = Chosen(("Friday",), hours_between(23, 2), "23:00 to 02:00")
    html = heat_table(demo, chosen, same)
    marks = re.findall(r"<td class='chosen'[^>]*><span data-figure='([^']+)'", html)
    assert marks == ["when.cell.Friday.00", "when.cell.Friday.01", "when.cell.Friday.23"]
    assert "on the map" in html
    assert "chosen" not in heat_table(demo, Chosen(), same)


def test_spread_incidents_have_one_decimal_and_large_ones_none():
    incidents = make_incidents(["2017-05-01T01:30"], [POINT])
    spread = when(with_ends(incidents, ["2017-05-01T04:00"]), Selection(), WhenParams())
    assert decimals_of(spread) == 1
    shown = figures(heat_table(spread, Chosen(), same))
    assert [shown[f"when.cell.Monday.{hour:02d}"] for hour in range(5)] == [
        "0",
        "0.2",
        "0.4",
        "0.4",
        "0",
    ]
    many = make_incidents(["2017-05-01T01:30"] * 301, [POINT] * 301)
    ends = ["2017-05-01T02:30"] + [None] * 300
    assert decimals_of(when(with_ends(many, ends), Selection(), WhenParams())) == 0


def test_no_incident_is_a_table_of_zeros():
    shown = figures(
        heat_table(when(make_incidents([], []), Selection(), WhenParams()), Chosen(), same)
    )
    assert set(shown.values()) == {"0"}
