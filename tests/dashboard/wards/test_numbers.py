"""Figures of the page Wards, beside a plain join and counting with pandas."""

from datetime import date

import geopandas as gpd
import pandas as pd
import pytest

import boundaries
from dashboard.brief.make import make_brief
from dashboard.brief.model import BriefSettings
from dashboard.figures import Figure
from dashboard.wards.numbers import (
    TOTAL,
    WardNumbers,
    change_figures,
    figure,
    headline,
    interval,
    name_of,
    rank_figure,
    ward_numbers,
)
from dashboard.wards.profile import sentence
from dashboard.wards.table_view import in_order
from geo import demonstration
from geo.change.exposure import DateSpan, span_of
from geo.selection import Selection
from tests.factories import make_incidents

PERIOD = Selection(date(2017, 4, 1), date(2018, 3, 31))
BEFORE = DateSpan(date(2016, 4, 1), date(2017, 3, 31))


@pytest.fixture(scope="module", params=["2002", "2022"])
def numbers(request: pytest.FixtureRequest) -> WardNumbers:
    return ward_numbers(demonstration.load(), PERIOD, Selection(), request.param, BEFORE)


def counted(vintage: str, first: str, last: str) -> dict[str, int]:
    """Count by code with a join of geopandas, the rest by hand."""
    frame = demonstration.load().frame
    frame = frame[(frame["occurred"] >= first) & (frame["occurred"] < last)]
    located = frame.dropna(subset=["easting"])
    points = gpd.points_from_xy(located["easting"], located["northing"], crs=27700)
    wards = boundaries.load_wards(vintage)
    joined = gpd.sjoin(gpd.GeoDataFrame(geometry=points), wards, how="left")
    joined = joined[~joined.index.duplicated()]
    inside = joined["ward_code"].value_counts().reindex(wards["ward_code"], fill_value=0)
    rest = {
        "outside": int(joined["ward_code"].isna().sum()),
        "not_located": len(frame) - len(located),
        TOTAL: len(frame),
    }
    return inside.to_dict() | rest


def test_every_row_has_its_count_before_and_change(numbers: WardNumbers) -> None:
    now = counted(numbers.vintage, "2017-04-01", "2018-04-01")
    then = counted(numbers.vintage, "2016-04-01", "2017-04-01")
    assert numbers.counts == now
    assert sum(n for code, n in now.items() if code != TOTAL) == now[TOTAL] == 555
    for code, count in now.items():
        shown = figure(numbers, code, "count")
        assert (shown.text, shown.name) == (f"{count:,}", name_of(code, "count"))
        before, change, _, chance = change_figures(numbers, code)
        assert (before.value, change.value) == (then[code], count - then[code])
        assert chance in ("yes", "no", "not tested")
        assert (chance == "not tested") == (code in ("outside", "not_located"))


def test_rates_ranks_and_order(numbers: WardNumbers) -> None:
    wards = boundaries.load_wards(numbers.vintage).set_index("ward_code")
    counts = pd.Series(numbers.counts)[wards.index]
    rates = 1_000 * counts / wards["population"]
    for code in wards.index:
        assert figure(numbers, code, "rate").text == f"{rates[code]:,.1f}"
        rank, tied = 1 + int((counts > counts[code]).sum()), int((counts == counts[code]).sum())
        assert rank_figure(numbers, code, "count").text == f"{rank}" + " =" * (tied > 1)
        low, high = (float(part) for part in interval(numbers, code, "rate").split("\xa0to\xa0"))
        assert low <= rates[code] + 0.05
        assert high >= rates[code] - 0.05
    by_rate = in_order(numbers, "rate")
    assert list(rates[by_rate]) == sorted(rates, reverse=True)
    assert [wards["ward_name"][code] for code in in_order(numbers, "name")] == sorted(
        wards["ward_name"]
    )


def test_change_in_per_cent_puts_wards_last_that_had_nothing() -> None:
    inside = boundaries.load_wards("2022").set_index("ward_code").geometry.representative_point()
    first, second, third = inside.index[:3]
    places = [(second, "2016-05-01")] * 4 + [(second, "2017-05-01")] * 5
    places += [(third, "2016-05-01")] * 3 + [(third, "2017-05-01")] + [(first, "2017-06-01")]
    # Two outside the borough, so that the data covers both years and days are no difference.
    ends = ["2016-04-01", "2018-03-31"]
    incidents = make_incidents(
        [*(time for _, time in places), *ends],
        [*((inside[code].x, inside[code].y) for code, _ in places), *[(600000, 100000)] * 2],
    )
    found = ward_numbers(incidents, PERIOD, Selection(), "2022", BEFORE)
    assert change_figures(found, first)[2] == "not defined"
    assert change_figures(found, second)[2].startswith("+25.0\xa0%")
    # From nothing no change in per cent is defined: such wards stand last.
    assert in_order(found, "percent")[:2] == [second, third]
    assert in_order(found, "change")[0] in (first, second)
    assert in_order(found, "change")[-1] == third


def test_without_a_time_before_nothing_is_said_of_change() -> None:
    found = ward_numbers(demonstration.load(), PERIOD, Selection(), "2002", None)
    assert found.change is None
    assert found.change_by_ward is None
    assert change_figures(found, TOTAL)[0].text == "–"
    assert "since" not in headline(found, "2017/18", "")


def test_a_change_of_wards_between_the_periods_is_told() -> None:
    times = ["2021-06-01", "2022-06-01"]
    incidents = make_incidents(times, [(523500, 178500)] * 2)
    spans = [DateSpan(date(y, 5, 5), date(y + 1, 5, 4)) for y in (2021, 2022)]
    found = ward_numbers(
        incidents, Selection(spans[1].first, spans[1].last), Selection(), "2022", spans[0]
    )
    # As in the briefing: both are counted on the same land, and that is said.
    assert change_figures(found, TOTAL)[:2] == (
        Figure("incidents.before", "Before", "1", value=1),
        Figure("incidents.difference", "Change", "0", value=0),
    )
    assert any("the wards changed on 5 May 2022" in said for said in found.warnings)


def test_where_the_data_covers_a_part_of_the_period_counts_are_not_held_against_whole_months():
    days = [*pd.date_range("2023-05-01", "2023-06-30"), *pd.date_range("2023-07-01", "2023-07-03")]
    times = [f"{day.date()}T{hour:02d}:00" for day in days for hour in (1, 2, 3, 4)]
    incidents = make_incidents(times, [(523500, 178500)] * len(times))
    july, june = (span_of(f"2023-{month:02d}") for month in (7, 6))
    selection = Selection(july.first, july.last)
    found = ward_numbers(incidents, selection, Selection(), "2022", june)
    covers = (
        "The data covers 3 of the 31 days of July 2023: changes in % are per day that it covers."
    )
    said = headline(found, "July 2023", "June 2023")
    assert said.endswith(
        f"No ward changed by more than chance would give since June 2023. {covers}"
    )
    code = max(found.names, key=lambda code: found.counts[code])
    said = sentence(found, code, "July 2023", "June 2023")
    # 12 in 3 days is what 120 in 30 days is: no "108 fewer".
    assert said.endswith(
        f"; 0.0 % a day against June 2023, no more than chance would give. {covers}"
    )
    brief = make_brief(
        incidents, BriefSettings(selection, june, vintage="2022"), source="Test", steps=False
    )
    assert ", 0.0 % a day against June 2023, no more than" in brief.headline
    assert brief.headline.endswith(covers)
    assert "Change per day since June 2023" in [figure.label for figure in brief.figures]


@pytest.mark.parametrize(
    ("places", "says"),
    [
        ([], "No incidents in June."),
        ([(600000, 100000)], "1 incident in June, none of them in a ward."),
        ([(523500, 178500)], "1 of 1 incident in June, the most of the 21 wards."),
        ([(523500, 178500)] * 2, "2 of 2 incidents in June, the most of the 21 wards."),
        (
            [(523500, 178500), (525000, 177000)],
            "2 incidents in June: of the 21 wards 2 have the most, 1 each.",
        ),
    ],
)
def test_the_headline_fits_the_data(places: list[tuple[float, float]], says: str) -> None:
    incidents = make_incidents(["2023-06-02"] * len(places), places)
    found = ward_numbers(incidents, Selection(), Selection(), "2022", None)
    assert headline(found, "June", "").endswith(says)
