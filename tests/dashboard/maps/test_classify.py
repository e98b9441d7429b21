from itertools import pairwise

import mapclassify
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.maps.classify import (
    MAX_CLASSES,
    SCHEMES,
    SURFACE_COLOURS,
    WARD_COLOURS,
    classify,
    surface_scale,
)
from dashboard.maps.picture_map import colour_of

# The emissions of mapclassify's documentation, to two decimals and without ties.
PUBLISHED = {
    "quantiles": [1.46, 5.80, 13.28, 54.62, 4111.45],
    "equal intervals": [822.39, 1644.66, 2466.92, 3289.19, 4111.45],
    "natural breaks": [75.29, 192.05, 370.50, 722.85, 4111.45],
}


def numbers_of(label):
    return [float(part.replace(",", "")) for part in label.split(" to ")]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_published_breaks(scheme):
    values = mapclassify.load_example().to_numpy()
    scale = classify(values, scheme, title="t", decimals=2)
    assert [c.high for c in scale.classes] == PUBLISHED[scheme]
    assert scale.note == f"Classes: {scheme}"


def test_hand_made_counts():
    counts = np.array([[0, 0, 1, 2, 9], [10, 11, 30, 31, 80]], float)
    scale = classify(counts, "natural breaks", title="Incidents", decimals=0)
    labels = ["0", "1 to 2", "3 to 11", "12 to 31", "32 to 80"]
    assert [c.label for c in scale.classes] == labels
    assert scale.classes[0].colour == WARD_COLOURS[0]
    assert scale.classes[-1].colour == WARD_COLOURS[-1]


@given(
    st.lists(st.floats(0, 5000, width=32) | st.just(float("nan")), min_size=1, max_size=60),
    st.sampled_from(SCHEMES),
    st.integers(0, 2),
)
def test_label_and_colour_agree_for_every_figure(values, scheme, decimals):
    shown = np.round(np.array(values), decimals)
    scale = classify(np.array(values), scheme, title="t", decimals=decimals)
    assert 1 <= len(scale.classes) <= MAX_CLASSES
    for value in shown[np.isfinite(shown)]:
        # The page's words: the figure as it is written, and the first class that reaches it.
        written = float(f"{value:.{decimals}f}")
        found = next(c for c in scale.classes if value <= c.high)
        low, high = (numbers_of(found.label) * 2)[0], numbers_of(found.label)[-1]
        assert low <= written <= high
        assert colour_of(scale, value) == found.colour


@given(st.lists(st.integers(0, 400), min_size=1, max_size=60), st.sampled_from(SCHEMES))
def test_classes_touch_and_go_up(values, scheme):
    classes = classify(np.array(values, float), scheme, title="t", decimals=0).classes
    assert all(c.low <= c.high for c in classes)
    assert all(b.low == a.high + 1 for a, b in pairwise(classes))
    assert len({c.colour for c in classes}) == len(classes)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_one_value_many_times_is_one_class(scheme):
    scale = classify(np.full((3, 7), 4.0), scheme, title="t", decimals=0)
    assert [(c.low, c.high) for c in scale.classes] == [(0, 4)]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("values", [np.full((2, 3), np.nan), np.zeros((2, 3)), np.zeros((0, 3))])
def test_nothing_to_class(scheme, values):
    scale = classify(values, scheme, title="t", decimals=0)
    assert [c.label for c in scale.classes] == ["0"]


def test_few_distinct_values_get_a_class_each():
    values = np.array([0, 1, 1, 1, 2, 2, 0], float)
    scale = classify(values, "quantiles", title="t", decimals=0)
    assert [c.label for c in scale.classes] == ["0", "1", "2"]


def test_ties_do_not_make_empty_or_double_classes():
    values = np.array([0] * 50 + [1] * 30 + [2, 3, 4, 5, 6, 7], float)
    scale = classify(values, "quantiles", title="t", decimals=0)
    uppers = [c.high for c in scale.classes]
    assert uppers == sorted(set(uppers))
    assert uppers[-1] == 7


@given(st.floats(1e-3, 1e5))
def test_surface_classes_are_ever_higher_steps_below_the_highest_value(maximum):
    scale = surface_scale(maximum, title="Incidents per km²")
    lows = [c.low for c in scale.classes]
    assert lows == sorted(set(lows))
    assert lows[0] > 0
    assert lows[-1] < maximum == scale.classes[-1].high
    assert all(low == float(f"{low:.2g}") for low in lows)
    assert all(a.high == b.low for a, b in pairwise(scale.classes))
    assert tuple(c.colour for c in scale.classes) == SURFACE_COLOURS


def test_surface_legend_names_the_breaks():
    scale = surface_scale(1234.0, title="Incidents per km²")
    lows = [c.low for c in scale.classes]
    assert [c.label for c in scale.classes] == [
        *(f"{low:g} to {high:g}" for low, high in pairwise(lows)),
        f"{lows[-1]:g} and more",
    ]
    assert scale.note == f"Highest: 1,234; below {lows[0]:g} no colour"


def test_empty_surface_has_no_classes():
    assert surface_scale(0.0, title="t").classes == ()


def test_many_values_have_nearly_the_breaks_of_all_of_them():
    counts = np.random.default_rng(7).negative_binomial(2, 0.12, 400).astype(float)
    thinned = [c.high for c in classify(counts, "natural breaks", title="t", decimals=0).classes]
    exact = mapclassify.FisherJenks(counts, MAX_CLASSES).bins
    assert np.abs(np.array(thinned) - exact).max() <= 0.1 * counts.max()
