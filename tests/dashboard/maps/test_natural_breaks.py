from itertools import combinations

import mapclassify
import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from dashboard.maps.natural_breaks import natural_breaks


def spread_within(values, uppers):
    classes = np.searchsorted(uppers, values)
    groups = [values[classes == c] for c in np.unique(classes)]
    return sum(((group - group.mean()) ** 2).sum() for group in groups)


def least_spread(values, classes):
    """Try every way to cut the distinct values into classes."""
    distinct = np.unique(values)
    cuts = combinations(distinct[:-1], classes - 1)
    return min(spread_within(values, np.array([*cut, distinct[-1]])) for cut in cuts)


def test_published_breaks_of_the_example_of_mapclassify():
    # mapclassify documentation, FisherJenks: emissions of 58 Californian sites, k=5.
    values = mapclassify.load_example().to_numpy()
    assert natural_breaks(values, 5).tolist() == [75.29, 192.05, 370.5, 722.85, 4111.45]


@given(st.lists(st.integers(0, 30), min_size=3, max_size=14), st.integers(1, 4))
def test_no_other_cut_has_less_variance_inside(counts, classes):
    values = np.array(counts, float)
    assume(np.unique(values).size >= classes)
    uppers = natural_breaks(values, classes)
    assert len(np.unique(uppers)) == classes
    assert uppers[-1] == values.max()
    assert np.isin(uppers, values).all()
    best = least_spread(values, classes)
    assert np.isclose(spread_within(values, uppers), best, rtol=1e-9, atol=1e-9)


def test_many_distinct_values_are_thinned_but_keep_the_ends_and_the_gaps():
    rng = np.random.default_rng(3)
    groups = [rng.uniform(low, low + 10, 400) for low in (0, 100, 200, 300, 400)]
    values = rng.permutation(np.concatenate(groups))
    uppers = natural_breaks(values, 5)
    assert uppers[-1] == values.max()
    assert np.searchsorted([0, 100, 200, 300, 400], uppers).tolist() == [1, 2, 3, 4, 5]
