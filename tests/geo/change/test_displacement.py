"""Treated areas, rings and controls: who counts where, and what is said of it."""

from datetime import date

import geopandas as gpd
import numpy as np
import pytest
import shapely

import boundaries
from boundaries.errors import ParameterError
from geo import demonstration
from geo.change.displacement import (
    AREAS,
    DISPLACEMENT_COLUMNS,
    EFFECT_COLUMNS,
    DisplacementParams,
    displacement,
)
from geo.change.exposure import DateSpan
from geo.change.given_area import GivenArea
from geo.change.weighted_difference import weighted_difference
from geo.selection import Selection
from tests.factories import make_incidents
from tests.reruns import assert_reruns

EVERYTHING = Selection()
BEFORE = DateSpan(date(2018, 1, 1), date(2018, 12, 31))
AFTER = DateSpan(date(2019, 1, 1), date(2019, 12, 31))
TREATED, CONTROL = (523_500, 179_900), (523_200, 178_000)


def square(centre, half=100):
    east, north = centre
    return shapely.box(east - half, north - half, east + half, north + half).wkt


FAR_AWAY = square((400_000, 100_000))
SQUARES = DisplacementParams(GivenArea(wkt=square(TREATED)), GivenArea(wkt=square(CONTROL)))


def moved(point, east):
    return (point[0] + east, point[1])


def incidents_of(numbers):
    """Make so many incidents per year at each place: [(place, in 2018, in 2019), ...]."""
    points, times = [], []
    for place, *counts in numbers:
        for year, count in zip((2018, 2019), counts, strict=True):
            points += [place] * count
            days = np.linspace(0, 364, count).astype(int)
            times += [str(np.datetime64(f"{year}-01-01") + day) for day in days]
    return make_incidents(times, points)


KNOWN = incidents_of(
    [
        (TREATED, 120, 100),
        (CONTROL, 130, 150),
        (moved(TREATED, 250), 20, 26),  # in the ring of 200 m around the square
        (moved(CONTROL, 250), 30, 29),
        ((TREATED[0], TREATED[1] + 350), 7, 70),  # beyond the ring
        ((float("nan"), float("nan")), 5, 5),
    ]
)


def test_the_published_example_on_the_map():
    result = displacement(KNOWN, EVERYTHING, SQUARES, BEFORE, AFTER)
    assert tuple(result.frame.columns) == DISPLACEMENT_COLUMNS
    assert tuple(result.effects.columns) == EFFECT_COLUMNS
    frame, effects = result.frame, result.effects.set_index("effect")
    assert frame["area"].tolist() == list(AREAS)
    assert frame["before"].tolist() == [120, 130, 20, 30]
    assert frame["after"].tolist() == [100, 150, 26, 29]
    assert effects["difference"].to_dict() == {"treated": -40, "displacement": 7, "total": -33}
    assert effects.loc["treated", "standard_error"].round(2) == 22.36
    assert effects.loc["total", "standard_error"] ** 2 == pytest.approx(605)
    assert (effects["significance"] == "no more than chance would give").all()
    assert result.record.located == 120 + 100 + 130 + 150 + 46 + 59 + 77
    assert result.record.warnings == ()


def test_without_a_ring_around_the_control():
    params = DisplacementParams(SQUARES.treated, SQUARES.control, control_ring=False)
    result = displacement(KNOWN, EVERYTHING, params, BEFORE, AFTER)
    assert result.frame["area"].tolist() == list(AREAS[:3])
    assert result.effects["difference"].tolist() == [-40, 6, -34]


def test_areas_are_counted_as_a_spatial_join_does_and_do_not_overlap():
    incidents = demonstration.load()
    wards = boundaries.load_wards("2022")["ward_code"]
    params = DisplacementParams(
        GivenArea(wards=tuple(wards[:2])), GivenArea(wards=(wards[7], wards[9])), ring_m=400
    )
    spans = (
        DateSpan(date(2015, 4, 1), date(2016, 3, 31)),
        DateSpan(date(2016, 4, 1), date(2017, 3, 31)),
    )
    result = displacement(incidents, EVERYTHING, params, *spans)
    points = incidents.to_geodataframe()
    for span, column in zip(spans, ("before", "after"), strict=True):
        mine = points[span.mask(incidents)].dropna(subset="geometry")
        joined = gpd.sjoin(mine, result.frame[["area", "geometry"]], predicate="intersects")
        counts = joined["area"].value_counts().reindex(list(AREAS), fill_value=0)
        assert result.frame[column].tolist() == counts.tolist()
    pieces = result.frame.geometry
    assert pieces.area.sum() == pytest.approx(pieces.union_all().area)
    assert result.record.params["days_before"] == 366
    assert result.record.warnings[0].startswith("The periods differ in length")
    counts = result.frame[["before", "after"]].to_numpy()
    slow = weighted_difference(counts, [1, -1, 1, -1], lengths=365 / 366)
    assert result.effects["difference"][2] == slow.difference
    assert_reruns(result, incidents)


def test_a_place_on_a_shared_border_counts_once():
    beside = GivenArea(wkt=square(moved(TREATED, 200)))
    border = moved(TREATED, 100)
    incidents = incidents_of([(border, 10, 20)])
    result = displacement(
        incidents, EVERYTHING, DisplacementParams(SQUARES.treated, beside), BEFORE, AFTER
    )
    assert result.frame["before"].tolist() == [10, 0, 0, 0]


def test_a_clear_effect_is_more_than_chance():
    incidents = incidents_of([(TREATED, 200, 80), (CONTROL, 200, 210)])
    effects = displacement(incidents, EVERYTHING, SQUARES, BEFORE, AFTER).effects
    assert effects["significance"].tolist() == [
        "more than chance would give",
        "no more than chance would give",
        "more than chance would give",
    ]
    assert effects["p_value"][1] == 1
    assert (effects["low"] <= effects["difference"]).all()


def test_a_control_of_another_size_is_said():
    incidents = incidents_of([(TREATED, 40, 30), (CONTROL, 400, 410)])
    (warning,) = displacement(incidents, EVERYTHING, SQUARES, BEFORE, AFTER).record.warnings
    assert warning.startswith("The control areas had 400 incidents before, the treated 40.")


def test_periods_that_cannot_be_compared_are_refused():
    with pytest.raises(ParameterError, match="share days; give two that do not overlap"):
        displacement(KNOWN, EVERYTHING, SQUARES, BEFORE, BEFORE)
    late = DateSpan(date(2025, 1, 1), date(2025, 12, 31))
    with pytest.raises(ParameterError, match="2018-12-31 and 2025-01-01 to 2025-12-31 cannot be"):
        displacement(KNOWN, EVERYTHING, SQUARES, BEFORE, late)
    early = DateSpan(date(2000, 1, 1), date(2000, 12, 31))
    with pytest.raises(ParameterError, match="The data covers no day of 2000-01-01 to 2000-12-31"):
        displacement(KNOWN, EVERYTHING, SQUARES, early, AFTER)


@pytest.mark.parametrize(
    ("treated", "control", "says"),
    [
        (square(TREATED), square(moved(TREATED, 150)), "areas share 1.00 ha; give areas that do"),
        (
            square((400_000, 100_000)),
            square(CONTROL),
            "The treated area has no land in the borough",
        ),
        (
            square(TREATED),
            square((400_000, 100_000)),
            "The control area has no land in the borough",
        ),
    ],
)
def test_areas_that_cannot_be_compared_are_refused(treated, control, says):
    params = DisplacementParams(GivenArea(wkt=treated), GivenArea(wkt=control))
    with pytest.raises(ParameterError, match=says):
        displacement(KNOWN, EVERYTHING, params, BEFORE, AFTER)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "either the codes of wards or a polygon as text, and not both"),
        ({"wards": ("E05013731",), "wkt": square(TREATED)}, "and not both"),
        ({"wards": ("E05000250", "X")}, "E05000250, X are no codes of the 2022 wards"),
        ({"wkt": "a square"}, "'a square' is not well-known text"),
        ({"wkt": "POINT (1 2)"}, "is a Point without land"),
        ({"wkt": "POLYGON EMPTY"}, "is a Polygon without land"),
        ({"wkt": "POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))"}, r"not a valid polygon \(Self-inter"),
        ({"wards": ("X",), "vintage": "1999"}, "Ward vintage '1999' is not known"),
    ],
)
def test_what_is_no_area_is_refused(given, says):
    with pytest.raises(ParameterError, match=says):
        GivenArea(**given).land()


def test_wards_of_either_vintage_are_land():
    for vintage in boundaries.VINTAGES:
        wards = boundaries.load_wards(vintage)
        codes = tuple(wards["ward_code"][:3])
        land = GivenArea(wards=codes, vintage=vintage).land()
        assert land.area == pytest.approx(wards.geometry[:3].area.sum(), rel=1e-6)
    assert np.isfinite(land.area)
