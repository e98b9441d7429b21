"""The patterns of emerging hot spots: how a place came to be hot, over at least ten steps of time.

The classes are those that analysts know from space-time cubes. A place has the first that fits in
the order of ``PATTERNS``, so it has exactly one or none: one that is hot for the first time is
``new`` also if it was cold before, and one that is nearly always hot is ``intensifying``,
``persistent`` or ``diminishing`` also if it was cold once.
"""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MIN_STEPS = 10
"""Below this, nine in ten steps and a trend mean little."""

NONE = 0
"""Code of a place without a pattern."""

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Pattern:
    """A class of history.

    Attributes
    ----------
    name
        As analysts know it.
    meaning
        What it says of the place, in plain words.
    advice
        What to do about it.
    """

    name: str
    meaning: str
    advice: str


def _swapped(meaning: str) -> str:
    """Say the same of cold steps.

    >>> _swapped("hot in the last period, but unusually quiet at some time before")
    'unusually quiet in the last period, but hot at some time before'
    """
    words = {"hot": "unusually quiet", "unusually quiet": "hot"}
    return re.sub("unusually quiet|hot", lambda found: words[found[0]], meaning)


PATTERNS = (
    Pattern(
        "new",
        "hot in the last period, for the first time",
        "Find out what has changed there; look again next period before people are moved for good.",
    ),
    Pattern(
        "consecutive",
        "hot in the last periods on end, never before",
        "Act now: it is becoming a hot spot. Find out when it began and what began then.",
    ),
    Pattern(
        "intensifying",
        "hot nearly all the time, and more and more so",
        "Put it first: what is done there is not enough.",
    ),
    Pattern(
        "persistent",
        "hot nearly all the time, neither more nor less so",
        "Plan for the long run, with partners: patrols alone have not changed it.",
    ),
    Pattern(
        "diminishing",
        "hot nearly all the time, but less and less so",
        "Keep up what is done, and find out what works.",
    ),
    Pattern(
        "sporadic",
        "hot in the last period, and on and off before",
        "Look for what comes and goes: events, seasons, opening hours. Be there then.",
    ),
    Pattern(
        "oscillating",
        "hot in the last period, but unusually quiet at some time before",
        "Ask whether the use of the place or the recording has changed.",
    ),
    Pattern(
        "historical",
        "hot nearly all the time, but not in the last period",
        "Step down slowly; find out what ended it, and whether it has moved next door.",
    ),
)
COLD_ADVICE = (
    "Fewer incidents than elsewhere: nothing to do, unless reports have stopped coming in."
)
COLD_PATTERNS = tuple(Pattern(f"{p.name} cold", _swapped(p.meaning), COLD_ADVICE) for p in PATTERNS)
ALL_PATTERNS = (*PATTERNS, *COLD_PATTERNS)
"""The pattern with code k stands at k - 1."""


def patterns_of(hot: Flags, cold: Flags, trend: NDArray[np.int8]) -> NDArray[np.int8]:
    """Find the pattern of every place: that of its hot steps, else that of its cold ones.

    Parameters
    ----------
    hot, cold
        Shape (steps, ...): no step is both.
    trend
        Shape (...): 1 for up, -1 for down, 0 for none.

    Returns
    -------
    Shape (...): codes into ``ALL_PATTERNS`` from 1, or ``NONE``.
    """
    as_hot, as_cold = classify(hot, cold, trend), classify(cold, hot, (-trend).astype(np.int8))
    as_cold[as_cold != NONE] += len(PATTERNS)
    return np.where(as_hot != NONE, as_hot, as_cold)


def classify(hot: Flags, cold: Flags, trend: NDArray[np.int8]) -> NDArray[np.int8]:
    """Find which of ``PATTERNS`` every place has by its hot steps; see :func:`patterns_of`."""
    n_steps, n_hot = len(hot), hot.sum(axis=0)
    last = hot[-1]
    run = np.cumprod(hot[::-1], axis=0).sum(axis=0)
    mostly = 10 * n_hot >= 9 * n_steps
    fits = (
        last & (n_hot == 1),
        last & (run >= 2) & (run == n_hot) & ~mostly,
        last & mostly & (trend > 0),
        last & mostly & (trend == 0),
        last & mostly & (trend < 0),
        last & ~mostly & ~cold.any(axis=0),
        last & cold[:-1].any(axis=0),
        ~last & mostly,
    )
    return np.asarray(np.select(fits, range(1, len(fits) + 1), NONE), np.int8)
