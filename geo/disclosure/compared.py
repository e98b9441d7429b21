"""Changes from one released period to another, worked out from shown counts alone.

Whoever has the release can work out the same, so nothing is given away. Where one of two counts is
withheld, all that would be made of it is withheld too. Counts for the public are rounded, and so
are their differences; a change in per cent or a test of them would say more than they know.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isnan

import numpy as np

from boundaries.errors import ParameterError
from geo.change.count_change import (
    CHANGE_HIGH_PERCENT,
    CHANGE_LOW_PERCENT,
    SIGNIFICANCE,
    ChangeParams,
    Counted,
    change_tests,
)
from geo.change.poisson_tests import MORE_THAN_CHANCE, NOT_TESTED
from geo.disclosure.cells import BOROUGH
from geo.disclosure.levels import PARTNER, Level
from geo.disclosure.menu import MenuPeriod
from geo.disclosure.release import Release, Shown
from geo.disclosure.splits import ALL, NOT_KNOWN
from geo.series_break import BREAK_IN_WORDS, break_lies_within
from geo.wards.table import EXTRA_ROWS
from geo.wards.warnings import USUAL

_DEFAULTS = ChangeParams()
LEAST_ROUNDED = 20
"""Smallest rounded counts that are held against each other: of smaller ones the rounding, which
can make 5 of a difference, would be a large part."""


@dataclass(frozen=True)
class ComparedCount:
    """A count of the release and what it is held against.

    Attributes
    ----------
    area, group
        Codes, as in the release.
    count, before
        Of the two periods; ``before`` is None where nothing is compared.
    difference
        None where one of the two is withheld, and of rounded counts below ``LEAST_ROUNDED``.
    change
        In per cent, per day; None where it is withheld, not defined, or of rounded counts.
    low, high
        Limits of its 95 % interval; None likewise, ``high`` also where there were none before.
    significance
        As the test says it, corrected for the rows tested with it; ``not tested`` for rows that
        are a matter of recording; None where there is nothing to test.
    """

    area: str
    group: str
    count: Shown
    before: Shown | None = None
    difference: int | None = None
    change: float | None = None
    low: float | None = None
    high: float | None = None
    significance: str | None = None

    @property
    def is_more_than_chance(self) -> bool:
        """Whether the change is more than chance would give."""
        return self.significance == MORE_THAN_CHANCE


def compared(
    release: Release,
    period: MenuPeriod,
    before: MenuPeriod | None,
    group: str = ALL,
    areas: Sequence[str] | None = None,
    *,
    params: ChangeParams = _DEFAULTS,
) -> list[ComparedCount]:
    """Hold the counts of areas against those of an earlier period.

    Parameters
    ----------
    before
        None compares nothing.
    areas
        In their order, corrected together; None takes all but the borough, which is a test of its
        own: ``areas=["borough"]``.

    Raises
    ------
    ParameterError
        The periods share months, the series breaks in or between them, or the release has no
        counts of this kind.
    """
    codes = list(release.areas) if areas is None else areas
    return _rows(release, period, before, [(area, group) for area in codes], params)


def compared_groups(
    release: Release,
    period: MenuPeriod,
    before: MenuPeriod | None,
    groups: Iterable[str],
    area: str = BOROUGH,
    *,
    params: ChangeParams = _DEFAULTS,
) -> list[ComparedCount]:
    """Hold the counts of groups in one area against those of an earlier period.

    Like :func:`compared`; the groups are corrected together.
    """
    return _rows(release, period, before, [(area, group) for group in groups], params)


def days_covered(release: Release, period: MenuPeriod) -> int:
    """Count the days of a period without months that hold nothing where ten are usual.

    Raises
    ------
    ParameterError
        There is none left.
    """
    whole = release.menu[0]
    usual = release.count(whole).value
    empty = []
    if usual is not None and usual >= USUAL * whole.n_months:
        inside = (p for p in release.menu if p.kind == "month" and _is_inside(p, period))
        empty = [month for month in inside if release.count(month).value == 0]
    days = period.span.n_days - sum(month.span.n_days for month in empty)
    if days == 0:
        msg = f"The data covers no day of {period.words}; choose a period that has incidents."
        raise ParameterError(msg)
    return days


def _is_inside(month: MenuPeriod, period: MenuPeriod) -> bool:
    return period.first_month <= month.first_month and month.last_month <= period.last_month


def _rows(
    release: Release,
    period: MenuPeriod,
    before: MenuPeriod | None,
    keys: Sequence[tuple[str, str]],
    params: ChangeParams,
) -> list[ComparedCount]:
    if before is not None:
        _check_comparable(before, period)
    now = [release.count(period, group, area) for area, group in keys]
    if before is None:
        return [ComparedCount(*key, count) for key, count in zip(keys, now, strict=True)]
    then = [release.count(before, group, area) for area, group in keys]
    rows = [
        ComparedCount(*key, count, earlier, difference_of(count, earlier, release.level))
        for key, count, earlier in zip(keys, now, then, strict=True)
    ]
    if release.level != PARTNER:
        return rows
    days = (float(days_covered(release, before)), float(days_covered(release, period)))
    return _tested(rows, days, params)


def _check_comparable(before: MenuPeriod, period: MenuPeriod) -> None:
    if before.span.overlaps(period.span):
        msg = f"{before.words} and {period.words} share months; choose two that do not."
        raise ParameterError(msg)
    first, last = min(before.span.first, period.span.first), max(before.span.last, period.span.last)
    if break_lies_within(first, last):
        msg = (
            f"{before.words} and {period.words} cannot be compared. {BREAK_IN_WORDS}. Choose two "
            "periods that both end before it, or both begin after it."
        )
        raise ParameterError(msg)


def difference_of(count: Shown, before: Shown, level: Level) -> int | None:
    """Give by how many a count is more than an earlier one; None where nothing is to be said."""
    if count.value is None or before.value is None:
        return None
    if level != PARTNER and min(count.value, before.value) < LEAST_ROUNDED:
        return None
    return count.value - before.value


def _tested(
    rows: Sequence[ComparedCount], days: tuple[float, float], params: ChangeParams
) -> list[ComparedCount]:
    """Add change, interval and test to rows of which both counts are shown."""
    shown = [at for at, row in enumerate(rows) if row.difference is not None]
    pairs = [(rows[at].before, rows[at].count) for at in shown]
    before = np.array([0 if b is None else b.value or 0 for b, _ in pairs], np.float64)
    after = np.array([count.value or 0 for _, count in pairs], np.float64)
    counted = Counted(before, after, *days)
    is_tested = np.array([_is_tested(rows[at]) for at in shown], np.bool_)
    tests = change_tests(counted, params, is_tested)
    change = counted.change_percent()
    found = list(rows)
    for number, at in enumerate(shown):
        row = rows[at]
        found[at] = ComparedCount(
            row.area,
            row.group,
            row.count,
            row.before,
            row.difference,
            _known(change[number]),
            _known(tests[CHANGE_LOW_PERCENT][number]),
            _known(tests[CHANGE_HIGH_PERCENT][number]),
            str(tests[SIGNIFICANCE][number]) if is_tested[number] else NOT_TESTED,
        )
    return found


def _is_tested(row: ComparedCount) -> bool:
    """Leave out what is no place and no group, but a matter of recording."""
    return row.area not in EXTRA_ROWS and not row.group.endswith(f": {NOT_KNOWN}")


def _known(value: float) -> float | None:
    return None if isnan(value) else float(value)
