"""The patterns of emerging hot spots against their definitions, read again one place at a time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.grids.emerging_patterns import (
    ALL_PATTERNS,
    COLD_PATTERNS,
    NONE,
    PATTERNS,
    classify,
    patterns_of,
)

NAMES = [pattern.name for pattern in PATTERNS]
TREND = {"up": 1, "none": 0, "down": -1}


def pattern_by_definition(steps: str, trend: str) -> str:
    """Read the definitions of the eight classes literally; steps are H(ot), C(old) or a dot."""
    n_hot, share = steps.count("H"), steps.count("H") / len(steps)
    last_is_hot = steps[-1] == "H"
    earlier = steps.rstrip("H")
    run = len(steps) - len(earlier)
    definitions = {
        "new": last_is_hot and n_hot == 1,
        "consecutive": run >= 2 and "H" not in earlier and share < 0.9,
        "intensifying": share >= 0.9 and last_is_hot and trend == "up",
        "persistent": share >= 0.9 and last_is_hot and trend == "none",
        "diminishing": share >= 0.9 and last_is_hot and trend == "down",
        "sporadic": last_is_hot and "H" in earlier and share < 0.9 and "C" not in steps,
        "oscillating": last_is_hot and "C" in steps[:-1],
        "historical": share >= 0.9 and not last_is_hot,
    }
    return next((name for name in NAMES if definitions[name]), "")


def found(steps: str, trend: str) -> str:
    """Classify one place."""
    letters = np.array(list(steps))[:, np.newaxis]
    (code,) = classify(letters == "H", letters == "C", np.array([TREND[trend]], np.int8))
    return PATTERNS[code - 1].name if code != NONE else ""


@pytest.mark.parametrize(
    ("steps", "trend", "name"),
    [
        ("...........H", "none", "new"),
        (".....C.....H", "up", "new"),
        ("..........HH", "none", "consecutive"),
        ("...C...HHHHH", "none", "consecutive"),
        ("..HHHHHHHHHH", "none", "consecutive"),
        (".HHHHHHHHHHH", "up", "intensifying"),
        ("HHHHHCHHHHHH", "up", "intensifying"),
        ("HHHHHHHHHHHH", "none", "persistent"),
        ("HHHHHHHHHHHH", "down", "diminishing"),
        ("..H...HH...H", "none", "sporadic"),
        ("HHHHHHHH..HH", "down", "sporadic"),
        ("..H..C.H...H", "none", "oscillating"),
        ("C.H.......HH", "none", "oscillating"),
        ("HHHHHHHHHHH.", "none", "historical"),
        ("HHHHHHHHHHHC", "down", "historical"),
        ("............", "up", ""),
        ("HHHHHHHHHH..", "none", ""),
        ("....HHHH....", "none", ""),
        ("CCCCCCCCCCCC", "down", ""),
    ],
)
def test_each_history_has_its_pattern(steps, trend, name):
    assert found(steps, trend) == name
    assert pattern_by_definition(steps, trend) == name


def test_nine_in_ten_steps_are_enough_and_one_less_is_not():
    assert found("." + 9 * "H", "none") == "persistent"
    assert found(".." + 18 * "H", "none") == "persistent"
    assert found("..." + 17 * "H", "none") == "consecutive"
    assert found(18 * "H" + "..", "none") == "historical"
    assert found(17 * "H" + "...", "none") == ""


HISTORIES = st.integers(10, 24).flatmap(
    lambda n: st.tuples(
        st.text("HHHHHHHC.", min_size=n, max_size=n)
        | st.text("HC.", min_size=n, max_size=n)
        | st.integers(0, n).map(lambda k: (n - k) * "." + k * "H")
        | st.integers(0, 2).map(lambda k: (n - k) * "H" + k * "."),
        st.sampled_from(list(TREND)),
    )
)


@given(HISTORIES)
def test_every_history_has_the_pattern_of_the_definitions(history):
    assert found(*history) == pattern_by_definition(*history)


@given(st.integers(10, 20), st.integers(0, 2**32 - 1))
def test_many_at_once_are_each_alone_and_cold_mirrors_hot(n_steps, seed):
    rng = np.random.default_rng(seed)
    often = rng.choice([0.1, 0.5, 0.95], (4, 5))
    hot = rng.random((n_steps, 4, 5)) < often
    cold = ~hot & (rng.random(hot.shape) < 0.3)
    trend = rng.integers(-1, 2, (4, 5)).astype(np.int8)
    codes = classify(hot, cold, trend)
    for k in np.ndindex(4, 5):
        one = (slice(None), *k)
        assert codes[k] == classify(hot[one][:, None], cold[one][:, None], trend[k][None])[0]
    both, mirrored = patterns_of(hot, cold, trend), patterns_of(cold, hot, -trend)
    clear = (both <= 8) != (mirrored <= 8)
    assert (abs(both - mirrored)[clear & (both != NONE)] == 8).all()
    assert ((both == NONE) == (mirrored == NONE)).all()
    assert (both[codes != NONE] == codes[codes != NONE]).all()


def test_cold_patterns_say_the_same_of_quiet():
    assert len(PATTERNS) == len(COLD_PATTERNS) == 8
    assert len({pattern.name for pattern in ALL_PATTERNS}) == 16
    assert COLD_PATTERNS[0].name == "new cold"
    assert COLD_PATTERNS[0].meaning == "unusually quiet in the last period, for the first time"
    assert "but hot at some time before" in COLD_PATTERNS[6].meaning
    assert all("unusually quiet" in pattern.meaning for pattern in COLD_PATTERNS)
