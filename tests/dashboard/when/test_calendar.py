"""The calendar as a picture and as a table: every day in its place, and none made up."""

import re
from datetime import date
from xml.etree import ElementTree as ET

import pandas as pd
import pytest

from dashboard.charts import Ink
from dashboard.when.calendar_picture import calendar_svg, years_of
from dashboard.when.tables import crosses_break, days_csv, days_table, unusual_table
from geo.selection import Selection
from geo.times.daily import DailyParams, DailyResult, daily_counts
from tests.factories import make_incidents

SVG = "{http://www.w3.org/2000/svg}"
POINT = (523_500.0, 179_900.0)
INK = Ink.on(dark=False)


def counted(times: list[str], **asked) -> DailyResult:
    incidents = make_incidents(times, [POINT] * len(times))
    return daily_counts(incidents, Selection(**asked), DailyParams())


@pytest.fixture(scope="module")
def leap_year() -> DailyResult:
    days = pd.date_range("2016-01-01", "2016-12-31")
    times = [f"{day:%Y-%m-%d}T12:00" for day in days if day.day != 13]
    return counted(times + ["2016-02-29T12:00"] * 30)


def squares(svg: str) -> list[tuple[float, float]]:
    rects = ET.fromstring(svg).iter(f"{SVG}rect")
    return [(float(rect.attrib["x"]), float(rect.attrib["y"])) for rect in rects]


def test_every_day_has_a_square_of_its_own(leap_year: DailyResult):
    drawn = squares(calendar_svg(leap_year.frame, INK))
    n_legend = (
        1 + len(set(re.findall(r"fill='(#\w+)' stroke", calendar_svg(leap_year.frame, INK)))) + 2
    )
    n_rings = len(leap_year.unusual)
    assert len(drawn) == 366 + n_rings + n_legend
    assert len(set(drawn)) == len(drawn)


def test_weekdays_are_rows_and_weeks_are_columns(leap_year: DailyResult):
    first = leap_year.frame.head(11)
    drawn = squares(calendar_svg(first, INK))[:11]
    rows = sorted({y for _, y in drawn})
    columns = sorted({x for x, _ in drawn})
    # 1 January 2016 was a Friday.
    assert [rows.index(y) for _, y in drawn] == [4, 5, 6, 0, 1, 2, 3, 4, 5, 6, 0]
    assert [columns.index(x) for x, _ in drawn] == [0] * 3 + [1] * 7 + [2]


def test_a_day_that_stands_out_has_a_ring_and_a_row(leap_year: DailyResult):
    plain = counted([f"2016-01-{day:02d}T12:00" for day in range(1, 32)])
    rings = [
        calendar_svg(result.frame, INK).count("stroke-width='2.5'") for result in (leap_year, plain)
    ]
    assert rings == [2, 1]  # the legend has one
    table = unusual_table(leap_year)
    assert "Monday 29 February 2016" in table
    assert "data-figure='when.day.2016-02-29.incidents'>31<" in table


def test_days_that_are_not_covered_are_crossed_out_and_have_a_dash():
    result = counted(["2017-01-10T12:00"] * 20 + ["2017-01-30T12:00"], end=date(2017, 2, 3))
    svg = calendar_svg(result.frame, INK)
    n_missing = int(result.frame["incidents"].isna().sum())
    assert svg.count("<path") == n_missing + 1
    table = days_table(result, 2017)
    # All of February: three days of it are in the period, but not in the data.
    assert (n_missing, table.count("–")) == (3, 28)
    assert "data-figure='when.day.2017-01-10.incidents'>20<" in table


def test_the_table_of_a_year_holds_every_day(leap_year: DailyResult):
    shown = dict(
        re.findall(
            r"data-figure='when\.day\.([\d-]+)\.incidents'>(\d+)<", days_table(leap_year, 2016)
        )
    )
    assert len(shown) == 366
    assert sum(map(int, shown.values())) == leap_year.record.incidents
    assert shown["2016-05-13"] == "0"


def test_years_are_told_apart():
    result = counted(["2016-12-31T12:00", "2017-01-01T12:00"])
    assert years_of(result.frame) == [2016, 2017]
    texts = [
        node.text for node in ET.fromstring(calendar_svg(result.frame, INK)).iter(f"{SVG}text")
    ]
    assert texts.count("2016") == texts.count("2017") == 1


def test_the_break_of_the_series_is_noticed():
    assert crosses_break(counted(["2024-02-01T12:00"]).frame)
    assert not crosses_break(counted(["2024-03-01T12:00"]).frame)


def test_days_as_csv(leap_year: DailyResult):
    lines = days_csv(leap_year).decode().splitlines()
    assert len(lines) == 367
    assert lines[1].startswith("2016-01-01,counted,1,")
