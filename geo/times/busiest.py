"""The busiest days of the week and hours of the day, in words; nothing where chance would do."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from geo.periods import WEEKDAYS

PEAK_SHARE = 1 / 3
"""Of the known times; the busiest run of days or hours holds at least this much."""
LEAST_KNOWN = 10
CHANCE_LEVEL = 0.05
PEAK_RULE = (
    "the shortest run of whole hours or days with at least a third of the known times; empty "
    f"where fewer than {LEAST_KNOWN} are known, or evenly spread times would have such a run "
    f"with a chance of more than {CHANCE_LEVEL:.0%}"
)

PeakOf = Literal["days", "hours"]
DAYS: PeakOf = "days"
HOURS: PeakOf = "hours"

_ROUNDING = 1e-9
"""Sums of weights may miss a whole number by this much."""


@dataclass(frozen=True)
class Peak:
    """The busiest days of the week, or hours of the day.

    Attributes
    ----------
    of
        What it is a run of.
    start, length
        The first, Monday or 00:00 being 0, and how many; they may go on at the start again.
    share, even_share
        Its part of the known times, and what evenly spread times would have; from 0 to 1.
    """

    of: PeakOf
    start: int
    length: int
    share: float
    even_share: float

    @property
    def in_words(self) -> str:
        """Name the days or hours."""
        return {"days": days_in_words, "hours": hours_in_words}[self.of](self.start, self.length)


def busiest_runs(weights: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Find the busiest run of each row: the shortest that holds ``PEAK_SHARE`` of its weight.

    Of equally short runs it is the one that holds most, then the first. Evenly spread times have
    a run of that length somewhere with a chance of at most the number of starts times the upper
    tail of a binomial distribution (Bonferroni's inequality).

    Parameters
    ----------
    weights
        Shape (k, bins): known times in each bin around the clock or the week; the last bin is
        followed by the first.

    Returns
    -------
    First bin and number of bins, both (k,); the number is 0 where ``PEAK_RULE`` says empty.
    """
    # As long to import as a table of wards takes, which does not need it.
    from scipy.stats import binom

    k, bins = weights.shape
    known = weights.sum(axis=1)
    start, length = np.zeros(k, np.intp), np.zeros(k, np.intp)
    chance = np.ones(k)
    around = np.cumsum(np.hstack([np.zeros((k, 1)), weights, weights]), axis=1)
    # A run as long as a third of the clock holds a third of evenly spread times.
    for n in range(1, -(-bins // 3)):
        held = around[:, n : n + bins] - around[:, :bins]
        best = held.argmax(axis=1)
        most = held[np.arange(k), best]
        found = (length == 0) & (most >= PEAK_SHARE * known - _ROUNDING)
        tail = binom.sf(np.ceil(most - _ROUNDING) - 1, np.rint(known), n / bins)
        start[found], length[found], chance[found] = best[found], n, (bins * tail)[found]
    length[(known < LEAST_KNOWN - _ROUNDING) | (chance > CHANCE_LEVEL)] = 0
    return start, length


def hours_in_words(start: int, length: int) -> str:
    """Say a run of hours.

    >>> hours_in_words(21, 3), hours_in_words(22, 4), hours_in_words(0, 0)
    ('21:00 to 24:00', '22:00 to 02:00', '')
    """
    end = start + length
    return f"{start:02d}:00 to {end if end <= 24 else end - 24:02d}:00" if length else ""


def days_in_words(start: int, length: int) -> str:
    """Say a run of days of the week, Monday being 0.

    >>> days_in_words(4, 2), days_in_words(6, 1), days_in_words(5, 3), days_in_words(0, 0)
    ('Friday and Saturday', 'Sunday', 'Saturday to Monday', '')
    """
    first, last = WEEKDAYS[start], WEEKDAYS[(start + length - 1) % len(WEEKDAYS)]
    if length < 2:
        return first if length else ""
    return f"{first} and {last}" if length == 2 else f"{first} to {last}"
