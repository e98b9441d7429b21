from datetime import UTC, date, datetime
from itertools import pairwise

import pandas as pd
import pytest

from boundaries import IN_FORCE, VINTAGES, vintage_on
from boundaries.errors import ParameterError
from boundaries.vintages import check_vintage


@pytest.mark.parametrize(
    ("day", "vintage"),
    [
        (date(2002, 5, 2), "2002"),
        (date(2018, 3, 31), "2002"),
        (date(2022, 5, 4), "2002"),
        (date(2022, 5, 5), "2022"),
        (date(2035, 1, 1), "2022"),
        (datetime(2022, 5, 4, 23, 59, tzinfo=UTC), "2002"),
        (pd.Timestamp("2022-05-05 00:00"), "2022"),
    ],
)
def test_vintage_on_a_day(day, vintage):
    assert vintage_on(day) == vintage


def test_each_vintage_follows_on_the_last_without_a_gap():
    for earlier, later in pairwise(VINTAGES):
        assert (IN_FORCE[later].first - IN_FORCE[earlier].last).days == 1


def test_days_before_the_first_vintage_are_refused_with_what_is_covered():
    with pytest.raises(ParameterError, match=r"01 May 2002.*covered from 02 May 2002"):
        vintage_on(date(2002, 5, 1))


@pytest.mark.parametrize("day", ["2022-05-05", None, pd.NaT, 2022])
def test_what_is_not_a_day_is_refused(day):
    with pytest.raises(ParameterError, match="needs a date"):
        vintage_on(day)


def test_unknown_vintage_names_those_there_are():
    with pytest.raises(ParameterError, match=r"'2010' is not known; use one of 2002, 2022"):
        check_vintage("2010")
