"""Counts of a release by month, quarter or financial year, each beside the same a year before.

Worked out from shown counts alone: whoever has the release can do the same. A change of which one
count is withheld is not given, nor one of rounded counts; see :mod:`geo.disclosure.compared`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from boundaries.errors import ParameterError
from geo.change.count_change import (
    CHANGE_HIGH_PERCENT,
    CHANGE_LOW_PERCENT,
    CHANGE_PERCENT,
    DIFFERENCE,
    SIGNIFICANCE,
    ChangeParams,
    Counted,
    changes_of_some,
)
from geo.disclosure.cells import BOROUGH
from geo.disclosure.compared import days_covered, difference_of
from geo.disclosure.levels import PARTNER
from geo.disclosure.menu import MenuPeriod
from geo.disclosure.release import Release, Shown
from geo.disclosure.splits import ALL
from geo.series_break import NEW_SERIES as FIRST_OF_NEW_SERIES
from geo.series_break import break_lies_within
from geo.trends.counts import COVERAGE, INCIDENTS, SERIES, WHY_NOT, YEAR_BEFORE
from geo.trends.trend_periods import (
    BOTH_SERIES,
    NEW_SERIES,
    NO_DATA,
    OLD_SERIES,
    PART,
    WHOLE,
    WHOLE_FROM,
)
from geo.wards.table import PERIOD

ReleasedUnit = Literal["fy", "quarter", "month"]
SHOWN = "shown"
WITHHELD = "withheld"
SHOWN_YEAR_BEFORE = "shown_year_before"
OVER_TIME_COLUMNS = (
    PERIOD,
    INCIDENTS,
    SHOWN,
    WITHHELD,
    COVERAGE,
    SERIES,
    YEAR_BEFORE,
    SHOWN_YEAR_BEFORE,
    DIFFERENCE,
    CHANGE_PERCENT,
    CHANGE_LOW_PERCENT,
    CHANGE_HIGH_PERCENT,
    SIGNIFICANCE,
    WHY_NOT,
)
_N_MONTHS: dict[ReleasedUnit, int] = {"fy": 12, "quarter": 3, "month": 1}
_FIRST_MONTHS = {"fy": (4,), "quarter": (1, 4, 7, 10), "month": tuple(range(1, 13))}
_DAYS_OF_YEAR = 365


def periods_by(release: Release, unit: ReleasedUnit) -> dict[str, MenuPeriod]:
    """Give the periods of a unit in order by their labels, whatever kind the menu has them as.

    The menu has each stretch of time once: all of the data may be a financial year. A financial
    year that is not over is among them; it then is the last.
    """
    found = {}
    for period in sorted(release.menu, key=lambda p: (p.first_month, p.n_months)):
        first = pd.Period(period.first_month, "M")
        is_part = unit == "fy" and period.kind in {"financial year", "all"}
        fits = period.n_months == _N_MONTHS[unit]
        fits |= is_part and period.n_months < _N_MONTHS["fy"]
        if fits and first.month in _FIRST_MONTHS[unit]:
            found[_label(unit, first)] = period
    return found


def _label(unit: ReleasedUnit, first: pd.Period) -> str:
    if unit == "fy":
        return f"{first.year}/{(first.year + 1) % 100:02d}"
    return f"{first.year} Q{first.quarter}" if unit == "quarter" else str(first)


def over_time(
    release: Release, unit: ReleasedUnit, group: str = ALL, area: str = BOROUGH
) -> pd.DataFrame:
    """Give the counts of a group over time, and the change of each from the year before.

    Returns
    -------
    Frame with the columns ``OVER_TIME_COLUMNS``, one row per period of the menu that has such a
    count. ``incidents`` is NaN where the count is withheld, ``withheld`` then says how it reads,
    and ``shown`` is what may be shown of it in any case. Changes are per covered day, tested and
    corrected together; where there is none, ``why_not_compared`` says why.
    """
    periods = {
        label: period
        for label, period in periods_by(release, unit).items()
        if release.has(period, group, area)
    }
    counts = [
        _Count.of(release, period, release.count(period, group, area), unit)
        for period in periods.values()
    ]
    labels = list(periods)
    before = [_year_before(labels, at, unit) for at in range(len(labels))]
    columns = {
        PERIOD: pd.Series(labels, dtype="str"),
        INCIDENTS: np.array([one.value for one in counts], np.float64),
        SHOWN: pd.Series([one.shown.text for one in counts], dtype="str"),
        WITHHELD: pd.Series(
            [one.shown.text if one.shown.is_withheld else "" for one in counts], dtype="str"
        ),
        COVERAGE: pd.Series([one.coverage for one in counts], dtype="str"),
        SERIES: pd.Series([one.series for one in counts], dtype="str"),
        YEAR_BEFORE: pd.Series([labels[at] if at >= 0 else "" for at in before], dtype="str"),
        SHOWN_YEAR_BEFORE: pd.Series(
            [counts[at].shown.text if at >= 0 else "" for at in before], dtype="str"
        ),
        **_changes(release, labels, counts, before),
    }
    return pd.DataFrame(columns)[list(OVER_TIME_COLUMNS)]


@dataclass(frozen=True)
class _Count:
    """A count of one period, and what it stands for."""

    shown: Shown
    days: int
    coverage: str
    series: str

    @classmethod
    def of(cls, release: Release, period: MenuPeriod, shown: Shown, unit: ReleasedUnit) -> "_Count":
        days, span = _days(release, period), period.span
        all_days = _DAYS_OF_YEAR if unit == "fy" else span.n_days
        coverage = WHOLE if days >= WHOLE_FROM * all_days else PART if days else NO_DATA
        series = OLD_SERIES if span.last < FIRST_OF_NEW_SERIES else NEW_SERIES
        if break_lies_within(span.first, span.last):
            series = BOTH_SERIES
        return cls(shown, days, coverage, series)

    @property
    def value(self) -> float:
        """The number; NaN where it is withheld or the data does not cover the time."""
        is_known = self.shown.value is not None and self.coverage != NO_DATA
        return float(self.shown.value or 0) if is_known else float("nan")


def _days(release: Release, period: MenuPeriod) -> int:
    try:
        return days_covered(release, period)
    except ParameterError:
        return 0


def _year_before(labels: Sequence[str], at: int, unit: ReleasedUnit) -> int:
    """Give the position of the same period a year before; -1 where it is not released."""
    year, rest = int(labels[at][:4]) - 1, labels[at][4:]
    label = f"{year}/{(year + 1) % 100:02d}" if unit == "fy" else f"{year}{rest}"
    return labels.index(label) if label in labels else -1


def _changes(
    release: Release, labels: Sequence[str], counts: Sequence[_Count], before: Sequence[int]
) -> dict[str, object]:
    n = len(counts)
    why = [_why_not(release, labels, counts, at, earlier) for at, earlier in enumerate(before)]
    difference = np.full(n, np.nan)
    compared = [at for at in range(n) if not why[at]]
    for at in compared:
        known = difference_of(counts[at].shown, counts[before[at]].shown, release.level)
        difference[at] = np.nan if known is None else known
    tested = compared if release.level == PARTNER else []
    was, now = [counts[before[at]] for at in tested], [counts[at] for at in tested]
    counted = Counted(
        np.array([one.value for one in was], np.float64),
        np.array([one.value for one in now], np.float64),
        np.array([one.days for one in was], np.float64),
        np.array([one.days for one in now], np.float64),
    )
    changes = changes_of_some(counted, np.array(tested, np.intp), n, ChangeParams())
    return {
        DIFFERENCE: difference,
        **changes,
        SIGNIFICANCE: pd.Series(changes[SIGNIFICANCE], dtype="str"),
        WHY_NOT: pd.Series(why, dtype="str"),
    }


def _why_not(
    release: Release, labels: Sequence[str], counts: Sequence[_Count], at: int, earlier: int
) -> str:
    """Say why a period is held against nothing; empty where it can be."""
    if earlier < 0:
        return "no figures are released for a year before"
    for one in (earlier, at):
        if counts[one].coverage != WHOLE:
            how = "not" if counts[one].coverage == NO_DATA else "only in part"
            return f"{labels[one]} is {how} in the data"
    if counts[at].series != counts[earlier].series or counts[at].series == BOTH_SERIES:
        return "the recording system changed on 28 February 2024"
    for one in (earlier, at):
        if counts[one].shown.is_withheld:
            return f"the figure of {labels[one]} is withheld"
    if difference_of(counts[at].shown, counts[earlier].shown, release.level) is None:
        return "the rounded figures are too small"
    return ""
