"""One line of the data-quality panel: what was looked at, what was found, what to think of it."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd

Verdict = Literal["fine", "note", "mind"]
FINE: Verdict = "fine"
NOTE: Verdict = "note"
MIND: Verdict = "mind"
VERDICTS: dict[Verdict, str] = {
    FINE: "nothing to know",
    NOTE: "good to know when reading the figures",
    MIND: "figures mislead unless it is minded",
}

Topic = Literal["place", "time", "contents", "coverage"]

ABOUT = "about"
CHECK = "check"
SOURCE = "source"
VALUE = "value"
UNIT = "unit"
OF = "of"
SHARE = "share"
VERDICT = "verdict"
IN_WORDS = "in_words"
CHECK_COLUMNS = (ABOUT, CHECK, SOURCE, VALUE, UNIT, OF, SHARE, VERDICT, IN_WORDS)

ALL_SOURCES = "all"
INCIDENTS_UNIT = "incidents"


@dataclass(frozen=True)
class Check:
    """One check, with its finding.

    Attributes
    ----------
    about
        What it is about: the place, the time, the contents, or the coverage.
    check
        What was looked at, in a few words.
    value, unit
        What was found, and in what: ``incidents``, ``months``.
    of
        Out of how many; None where the value is not a part of anything.
    verdict
        What to think of it; ``VERDICTS``.
    in_words
        The finding in a sentence, with its consequence where there is one.
    source
        The source that it is about, or ``ALL_SOURCES``.
    """

    about: Topic
    check: str
    value: float
    unit: str
    of: float | None
    verdict: Verdict
    in_words: str
    source: str = ALL_SOURCES

    @property
    def share(self) -> float:
        """The value in % of what it is a part of; NaN where it is not, or of nothing."""
        return 100 * self.value / self.of if self.of else float("nan")


def verdict_of(part: float, of: float, note: float, mind: float, fewest: float = 1) -> Verdict:
    """Judge a share in % by two thresholds; parts below ``fewest`` are noted at most.

    >>> verdict_of(3, 10, note=5, mind=20), verdict_of(3, 10, note=5, mind=20, fewest=5)
    ('mind', 'note')
    >>> verdict_of(0, 10, note=0, mind=20)
    'fine'
    """
    share = 100 * part / of if of else 0.0
    if part == 0 or share < note:
        return FINE
    return MIND if share >= mind and part >= fewest else NOTE


def part_in_words(part: float, of: float, what: str = "incidents") -> str:
    """Write a part of a whole with its share, to begin a sentence.

    >>> part_in_words(24, 1727)
    '24 of 1,727 incidents (1.4%)'
    >>> part_in_words(0, 3), part_in_words(3, 3)
    ('None of 3 incidents', 'All 3 incidents')
    """
    if part in (0, of):
        return f"{'All' if part else 'None of'} {of:,.0f} {what}"
    share = 100 * part / of
    written = "less than 0.1" if share < 0.05 else f"{share:.1f}"
    return f"{part:,.0f} of {of:,.0f} {what} ({written}%)"


def day_in_words(day: np.datetime64 | date) -> str:
    """Write a day as people do.

    >>> day_in_words(np.datetime64("2016-05-04"))
    '4 May 2016'
    """
    as_date = pd.Timestamp(day).date()
    return f"{as_date.day} {as_date:%B %Y}"


def check_frame(checks: Iterable[Check]) -> pd.DataFrame:
    """Give the checks as a table with the columns ``CHECK_COLUMNS``."""
    names = [each.name for each in fields(Check)]
    rows = [{name: getattr(one, name) for name in names} | {SHARE: one.share} for one in checks]
    frame = pd.DataFrame(rows, columns=list(CHECK_COLUMNS))
    return frame.astype({VALUE: "float64", OF: "float64", SHARE: "float64"})
