"""The periods for which figures are released, and no others.

Two periods that differ by a few days give away what happened on those days. So figures for partners
exist for a fixed list of periods only, known before anybody asks: financial years, twelve months
counted back from the end of the data, quarters, all of it, and single months for the borough.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

import pandas as pd

from geo.change.exposure import DateSpan
from geo.reporting_periods import NOT_ASKED, Comparison, across_break, span_in_words
from geo.schema import Incidents

PeriodKind = Literal["all", "financial year", "12 months", "quarter", "month"]
PERIOD_KINDS: tuple[PeriodKind, ...] = get_args(PeriodKind)
YEARS: tuple[PeriodKind, ...] = ("all", "financial year", "12 months")
"""What splits of wards, hours and groups of victims are released for."""
OF_WARDS: tuple[PeriodKind, ...] = (*YEARS, "quarter")
"""What ward counts are released for."""

_MOST: dict[PeriodKind, int] = {
    "all": 1,
    "financial year": 5,
    "12 months": 2,
    "quarter": 8,
    "month": 36,
}


@dataclass(frozen=True)
class MenuPeriod:
    """A period of the menu.

    Attributes
    ----------
    key
        ``all``, ``2017/18``, ``12 months to 2018-03``, ``2018 Q1`` (of the calendar year) or
        ``2018-03``.
    kind
        Which sort of period.
    first_month, last_month
        As ``2018-03``, both included.
    """

    key: str
    kind: PeriodKind
    first_month: str
    last_month: str

    @property
    def span(self) -> DateSpan:
        """The days."""
        start, end = pd.Period(self.first_month, "M"), pd.Period(self.last_month, "M")
        first: date = start.start_time.date()
        return DateSpan(first, end.end_time.date())

    @property
    def words(self) -> str:
        """The period as people say it."""
        spelled = span_in_words(self.span)
        if self.kind == "all":
            return f"All of the data, {spelled}"
        if self.kind == "financial year":
            is_whole = self.n_months == 12
            return self.key if is_whole else f"{self.key} so far, {spelled}"
        return spelled

    @property
    def n_months(self) -> int:
        """How many months it has."""
        return int((pd.Period(self.last_month, "M") - pd.Period(self.first_month, "M")).n) + 1


def menu_of(incidents: Incidents) -> tuple[MenuPeriod, ...]:
    """List the periods of the menu, each stretch of time once, the latest of each kind first.

    Whole years and quarters only, but for the financial year in which the data ends. The kinds
    come in the order of ``PERIOD_KINDS``; of two that are the same stretch the first is kept, but
    for months, of which every one is listed: only they have the borough month by month.
    """
    if incidents.span is None:
        return ()
    first, last = (pd.Period(time, "M") for time in incidents.span)
    found: dict[tuple[str, str, bool], MenuPeriod] = {}
    for kind in PERIOD_KINDS:
        for key, start, end in _periods(kind, first, last)[: _MOST[kind]]:
            stretch = (str(start), str(end))
            found.setdefault((*stretch, kind == "month"), MenuPeriod(key, kind, *stretch))
    return tuple(found.values())


def of_kind(menu: tuple[MenuPeriod, ...], kind: PeriodKind) -> list[MenuPeriod]:
    """Give the periods of a kind, the earliest first."""
    return sorted(
        (period for period in menu if period.kind == kind),
        key=lambda period: (period.first_month, period.last_month),
    )


def earlier(menu: tuple[MenuPeriod, ...], period: MenuPeriod, *, a_year: bool) -> MenuPeriod | None:
    """Give the period of the menu just before another, or the same a year before; None if none.

    A financial year that is not over is held against nothing: the same part of the year before is
    not in the menu.
    """
    start, n = pd.Period(period.first_month, "M"), period.n_months
    if period.kind == "all" or (period.kind == "financial year" and n < 12):
        return None
    back = 12 if a_year else n
    stretch = (str(start - back), str(start - back + n - 1))
    for one in menu:
        if (one.first_month, one.last_month) == stretch:
            return one
    return None


def released_before(
    menu: tuple[MenuPeriod, ...], period: MenuPeriod, how: Comparison
) -> tuple[MenuPeriod | None, str]:
    """Find the period of the menu that another is held against.

    Returns
    -------
    The period, or None; and why there is none, a sentence, empty where there is one.
    """
    if how == "nothing":
        return None, NOT_ASKED
    return comparable(earlier(menu, period, a_year=how == "year before"), period)


def comparable(before: MenuPeriod | None, period: MenuPeriod) -> tuple[MenuPeriod | None, str]:
    """Give an earlier period if another can be held against it; see :func:`released_before`."""
    if before is None:
        return None, "No figures are released for an earlier time of this kind."
    why_not = across_break(before.span, period.span)
    return (None, why_not) if why_not else (before, "")


def _periods(
    kind: PeriodKind, first: pd.Period, last: pd.Period
) -> list[tuple[str, pd.Period, pd.Period]]:
    """Give key, first and last month of each period of a kind, the latest first."""
    if kind == "all":
        return [("all", first, last)]
    if kind == "month":
        months = pd.period_range(first, last, freq="M")[::-1]
        return [(str(month), month, month) for month in months]
    if kind == "financial year":
        return _financial_years(first, last)
    if kind == "12 months":
        ends = [last - 12 * n for n in range(((last - first).n + 1) // 12)]
        return [(f"12 months to {end}", end - 11, end) for end in ends]
    return _quarters(first, last)


def _financial_years(first: pd.Period, last: pd.Period) -> list[tuple[str, pd.Period, pd.Period]]:
    start_year = last.year if last.month >= 4 else last.year - 1
    found = []
    for year in range(start_year, first.year - 2, -1):
        start = pd.Period(f"{year}-04", "M")
        if start >= first:
            found.append((f"{year}/{(year + 1) % 100:02d}", start, min(start + 11, last)))
    return found


def _quarters(first: pd.Period, last: pd.Period) -> list[tuple[str, pd.Period, pd.Period]]:
    newest = last.asfreq("Q")
    quarters = [newest - n for n in range((newest - first.asfreq("Q")).n + 1)]
    spans = [(q, q.asfreq("M", how="start"), q.asfreq("M", how="end")) for q in quarters]
    return [
        (f"{q.year} Q{q.quarter}", start, end)
        for q, start, end in spans
        if first <= start and end <= last
    ]
