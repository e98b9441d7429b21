from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

import boundaries
from geo.quality.check import FINE, NOTE
from geo.quality.params import QualityParams
from geo.quality.stacks import INCIDENTS, PLACE, SHARE, STACK_COLUMNS, largest_stacks, stack_checks
from geo.selection import Selection
from geo.sites import locate_selected
from tests.factories import incidents_of

POINTS = boundaries.load_wards("2022").representative_point().get_coordinates().to_numpy().tolist()
FAR = [400_000.0, 300_000.0]


def stacked(sizes, outside=0):
    places = [POINTS[i] for i, size in enumerate(sizes) for _ in range(size)] + [FAR] * outside
    incidents = incidents_of([{"at": "2024-05-03T12:00", "place": place} for place in places])
    return locate_selected(incidents, Selection())


@settings(max_examples=20)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=20), st.integers(0, 30))
def test_stacks_are_those_that_were_made(sizes, outside):
    located, params = stacked(sizes, outside), QualityParams()
    share, distinct = stack_checks(located, params)
    assert (share.value, share.of) == (sum(size for size in sizes if size >= 5), sum(sizes))
    n_distinct = sum(size > 0 for size in sizes)
    assert distinct.value == n_distinct
    snapped = sum(sizes) >= max(20, 2 * n_distinct)
    assert distinct.verdict == (NOTE if snapped else FINE)
    assert ("snap points" in distinct.in_words) == snapped
    table = largest_stacks(located, "2022", params)
    assert tuple(table.columns) == STACK_COLUMNS
    expected = sorted((size for size in sizes if size >= 5), reverse=True)[:10]
    assert table[INCIDENTS].tolist() == expected
    assert table[SHARE].tolist() == [100 * size / sum(sizes) for size in expected]


def test_stacks_have_the_names_of_their_wards_and_no_two_the_same():
    names = list(boundaries.load_wards("2022")["ward_name"])
    table = largest_stacks(stacked([6, 9, 5]), "2022", QualityParams())
    assert [place.split(",")[0] for place in table[PLACE]] == [names[i] for i in (1, 0, 2)]
    assert max(Counter(table[PLACE]).values()) == 1


def test_the_number_that_makes_a_stack_and_how_many_are_listed_can_be_set():
    params = QualityParams(stack_size=2, top_stacks=1)
    located = stacked([2, 3, 1])
    assert next(stack_checks(located, params)).value == 5
    assert largest_stacks(located, "2022", params)[INCIDENTS].tolist() == [3]
