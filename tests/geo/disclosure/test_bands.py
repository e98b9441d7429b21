"""Bands hold the count, and leave room for a few incidents whatever else is known."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries.errors import ParameterError
from geo.disclosure.bands import Band, band, least_in_band, slack

SMALLEST = st.integers(3, 50)
COUNTS = st.integers(0, 20_000)


@settings(max_examples=200)
@given(COUNTS, SMALLEST)
def test_a_band_holds_its_count_with_room_on_both_sides(count, smallest):
    found = band(count, smallest)
    if count < 2 * smallest - 1:
        assert found is None
        return
    assert found is not None
    assert smallest <= found.low <= count - slack(smallest)
    assert count + slack(smallest) <= found.high
    assert count in found


@settings(max_examples=200)
@given(COUNTS, st.integers(0, 49), SMALLEST)
def test_what_lies_between_two_bands_can_be_any_small_count(inner, between, smallest):
    """For nested areas or periods: the difference of both bands leaves all small counts open."""
    between %= smallest
    one, other = band(inner, smallest), band(inner + between, smallest)
    if one is None or other is None:
        return
    assert other.low - one.high <= 0
    assert other.high - one.low >= smallest - 1


@settings(max_examples=200)
@given(COUNTS, st.integers(0, 49), SMALLEST)
def test_an_area_taken_from_the_known_count_of_its_ward_leaves_all_small_counts_open(
    inside, rest, smallest
):
    rest %= smallest
    found = band(inside, smallest)
    if found is None:
        return
    ward = inside + rest
    assert ward - found.high <= 0
    assert ward - found.low >= smallest - 1


@pytest.mark.parametrize("smallest", [3, 5, 12, 50])
def test_bands_rise_and_even_who_knows_how_they_are_made_learns_no_count(smallest):
    """All counts that get one band are more than ``smallest`` in a row."""
    counts = range(least_in_band(smallest), 20 * smallest)
    found = [band(count, smallest) for count in counts]
    assert found == sorted(found)
    how_many = Counter(one for one in found if one != found[-1])
    assert min(how_many.values()) > smallest


def test_bands_are_written_with_thousands():
    assert band(1_100, 5) == Band(800, 1_499)
    assert band(1_100, 5).text == "800 to 1,499"


@pytest.mark.parametrize(("count", "smallest"), [(-1, 5), (10, 1)])
def test_what_has_no_band_is_refused(count, smallest):
    with pytest.raises(ParameterError, match="No band"):
        band(count, smallest)
