"""The demonstration data equals the published tables, follows its shares, and is no one's."""

import math

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from boundaries import load_wards
from boundaries.columns import WARD_CODE
from boundaries.projection import to_bng
from geo import published
from geo.demonstration import load
from geo.demonstration.assumptions import (
    AGE_BANDS,
    BORDER_MARGIN_M,
    ETHNICITIES,
    LATTICE_M,
    REPEAT_LAG_MAX_DAYS,
)
from geo.demonstration.build import as_csv, build
from geo.demonstration.draws import apportioned, labels_for_groups, pick
from geo.periods import periods_of
from geo.readers import read
from geo.readers.importing import demonstration_file
from geo.schema import (
    EASTING,
    IS_CRIME,
    NORTHING,
    OCCURRED,
    STRAND_COLUMNS,
    STRANDS,
    TIME_PRECISION,
    VICTIM_AGE_BAND,
    VICTIM_ETHNICITY,
    VICTIM_REF,
    Incidents,
)
from geo.wards.join import locate

HELMERT = (523721.0267, 179886.1778)
"""Where PROJ puts -0.218813, 51.504376 without the OSTN15 grid."""


@pytest.fixture(scope="module")
def incidents() -> Incidents:
    return load()


@pytest.fixture(scope="module")
def frame(incidents) -> pd.DataFrame:
    return incidents.frame.assign(year=years(incidents))


def years(incidents: Incidents) -> np.ndarray:
    periods = periods_of(incidents, "fy")
    return np.array(periods.labels)[periods.codes]


def test_the_report_says_what_the_published_table_says(incidents):
    result = read(["demo"])
    assert result.report.in_words() == (
        "1,727 rows read from 1 file: 1,727 used, 0 rejected.\n"
        "1,703 located, 0 outside the borough, 24 not located."
    )
    assert result.report.problems.empty
    assert incidents.is_demonstration
    assert result.incidents.is_demonstration


def test_wards_by_year_equal_the_published_table_cell_by_cell(incidents):
    # Positions -2 and -1 are not located and outside.
    codes = [*load_wards("2002")[WARD_CODE], published.NOT_LOCATED_CODE, "outside"]
    ward = [codes[position] for position in locate(incidents, "2002").positions]
    counted = pd.Series(1, index=[ward, years(incidents)]).groupby(level=[0, 1]).sum()
    table = published.victims_by_ward()
    expected = table.set_index([WARD_CODE, published.FINANCIAL_YEAR])[published.VICTIMS]
    assert counted.to_dict() == expected.to_dict()


def test_strand_mentions_by_year_equal_the_published_table(frame):
    table = published.offences_by_strand()
    expected = table[table[published.AREA] == published.BOROUGH].set_index(
        [published.FINANCIAL_YEAR, published.STRAND]
    )[published.OFFENCES]
    for year, rows in frame.groupby("year"):
        for strand in STRANDS:
            assert rows[STRAND_COLUMNS[strand]].sum() == expected[year, strand]


def test_every_incident_has_one_or_two_strands(frame):
    mentions = frame[list(STRAND_COLUMNS.values())].sum(axis=1)
    assert set(mentions) == {1, 2}
    two = (mentions == 2).groupby(frame["year"]).sum()
    assert two.to_dict() == {"2015/16": 20, "2016/17": 5, "2017/18": 59}


def test_shares_of_victims_are_the_published_ones_by_the_largest_remainder(frame):
    bands, ethnicities = frame[VICTIM_AGE_BAND], frame[VICTIM_ETHNICITY]
    assert (bands == "25-34").sum() == 535  # 31 % of 1,727 is 535.4
    shares = {"white": 656, "black": 518, "Asian": 276}  # 656.3, 518.1, 276.3
    assert {name: int((ethnicities == name).sum()) for name in shares} == shares
    assert sum(AGE_BANDS.values()) == sum(ETHNICITIES.values()) == 100
    assert set(bands) == set(AGE_BANDS)
    assert set(ethnicities) == set(ETHNICITIES)


def test_fifteen_of_a_hundred_are_repeats_near_and_soon(frame):
    repeat = frame.duplicated(VICTIM_REF)
    assert repeat.sum() == 259
    before = frame.groupby(VICTIM_REF)[[EASTING, NORTHING, OCCURRED]].shift()
    apart = np.hypot(frame[EASTING] - before[EASTING], frame[NORTHING] - before[NORTHING])[repeat]
    days = (frame[OCCURRED] - before[OCCURRED])[repeat].dt.days
    assert apart.median() <= 100
    assert days.median() <= 30
    assert days.between(0, REPEAT_LAG_MAX_DAYS + 1).all()


def test_a_victim_is_the_same_in_every_incident(frame):
    same = [VICTIM_AGE_BAND, VICTIM_ETHNICITY, *STRAND_COLUMNS.values()]
    assert len(frame[[VICTIM_REF, *same]].drop_duplicates()) == frame[VICTIM_REF].nunique()


def test_all_are_crimes_as_the_table_counts_victims_of_crime(frame):
    assert frame[IS_CRIME].all()


def test_positions_are_lattice_points_well_inside_their_ward(incidents):
    frame = incidents.frame.dropna(subset=[EASTING])
    points = frame[[EASTING, NORTHING]].to_numpy()
    assert (points % LATTICE_M == 0).all()
    borders = shapely.union_all(load_wards("2002").geometry.boundary)
    distances = shapely.distance(shapely.points(points), borders)
    # OSTN15, where installed, moves the borders by less than 2 m.
    assert distances.min() >= BORDER_MARGIN_M - 2


def test_the_clock_is_that_of_a_night_time_economy(frame):
    timed = frame[frame[TIME_PRECISION] == "minute"]
    hours = timed[OCCURRED].dt.hour.value_counts().reindex(range(24), fill_value=0)
    assert set(hours.nlargest(3).index) <= {17, 18, 19, 20}
    assert hours[[4, 5, 6]].max() < hours.drop([4, 5, 6]).min()
    weekend_night = timed[OCCURRED].dt.day_of_week.isin([5, 6])
    night = timed[OCCURRED].dt.hour < 3
    assert (night & weekend_night).sum() > (night & ~weekend_night).sum()
    assert (frame[TIME_PRECISION] == "day").sum() == 86


def test_july_2016_is_the_highest_month(frame):
    months = frame[OCCURRED].dt.strftime("%Y-%m").value_counts()
    assert months.idxmax() == "2016-07"
    others = months[months.index.isin([f"2016-{month:02d}" for month in (4, 5, 6, 8, 9)])]
    assert months.max() > 1.3 * others.mean()


def test_building_again_gives_the_shipped_bytes():
    here = to_bng([-0.218813], [51.504376])[0]
    if np.abs(here - HELMERT).max() > 0.01:
        pytest.skip("PROJ has the OSTN15 grid here; the file was built without it")
    first = as_csv(build())
    assert first == as_csv(build())
    assert first == demonstration_file().content


@given(
    st.integers(0, 5000),
    st.dictionaries(st.text(), st.integers(1, 1000), min_size=1, max_size=8),
)
def test_apportioned_parts_add_up_and_are_within_one_of_their_quota(total, weights):
    parts = apportioned(total, weights)
    assert sum(parts.values()) == total
    for key, weight in weights.items():
        assert abs(parts[key] - total * weight / sum(weights.values())) < 1 + 1e-6


@given(
    st.integers(0, 2**32 - 1),
    st.lists(st.integers(1, 4), max_size=20),
    st.lists(st.integers(4, 30), min_size=1, max_size=5),
)
def test_labels_meet_their_targets_whatever_the_groups(seed, large, targets):
    wanted = dict(enumerate(targets))
    room = sum(targets)
    sizes = [size for size in large if sum(large) <= room - 4 * len(targets)]
    sizes += [1] * (room - sum(sizes))
    labels = labels_for_groups(np.random.default_rng(seed), np.array(sizes), wanted)
    given_out = dict.fromkeys(wanted, 0)
    for label, size in zip(labels, sizes, strict=True):
        given_out[label] += size
    assert given_out == wanted


def test_picks_follow_their_weights():
    weights = np.array([1, 0, 3])
    drawn = np.bincount(pick(np.random.default_rng(0), weights, 4000), minlength=3)
    assert drawn[1] == 0
    # Five standard deviations of a binomial count.
    assert abs(drawn[2] - 3000) < 5 * math.sqrt(4000 * 0.75 * 0.25)
