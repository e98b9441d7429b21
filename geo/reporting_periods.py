"""The periods that people report on, and the time each is held against.

Periods are whole months up to the last month that has an incident, but for the last four weeks,
which need days.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

import pandas as pd

from geo.change.exposure import DateSpan
from geo.choices import choices_of
from geo.period_dates import days_of
from geo.schema import OCCURRED, TIME_PRECISION, Incidents
from geo.series_break import BREAK_IN_WORDS, break_lies_within

ReportingPeriod = Literal[
    "last 12 months", "last 3 months", "last month", "last 4 weeks", "last financial year", "all"
]
REPORTING_PERIODS: tuple[ReportingPeriod, ...] = get_args(ReportingPeriod)

Comparison = Literal["period before", "year before", "nothing"]
COMPARISONS: dict[Comparison, str] = {
    "period before": "the time of the same length just before",
    "year before": "the same days or months a year before, so that the season is the same",
    "nothing": "no comparison",
}

NOT_ASKED = "No comparison was asked for."
"""Why nothing is compared where nobody wants it."""

_MONTHS = {"last 12 months": 12, "last 3 months": 3, "last month": 1}
_FOUR_WEEKS = timedelta(days=27)


@dataclass(frozen=True)
class Compared:
    """What a period is held against: the earlier time, or why there is none."""

    span: DateSpan | None
    why_not: str = ""


def reporting_period(incidents: Incidents, period: ReportingPeriod) -> DateSpan | None:
    """Give the days of a period; None where the data has no incident.

    Parameters
    ----------
    incidents
        All that were read: the last of them says when the data ends.
    period
        ``last financial year`` is the last complete one, or the last begun where none is complete.
        ``last 4 weeks`` are the 28 days up to the last day that has an incident.
    """
    if incidents.span is None:
        return None
    first, last = (pd.Period(time, "M") for time in incidents.span)
    if period == "last 4 weeks":
        end = _last_known_day(incidents)
        return DateSpan(end - _FOUR_WEEKS, end)
    if period == "last financial year":
        return _financial_year(first, last)
    start = first if period == "all" else last - (_MONTHS[period] - 1)
    return _of_months(start, last)


def _last_known_day(incidents: Incidents) -> date:
    frame = incidents.frame
    dated = frame.loc[frame[TIME_PRECISION] != "month", OCCURRED]
    if len(dated) == 0:
        return pd.Period(incidents.frame[OCCURRED].max(), "M").end_time.date()
    day: date = dated.max().date()
    return day


def _financial_year(first: pd.Period, last: pd.Period) -> DateSpan:
    end = last.year if last.month >= 3 else last.year - 1
    complete = pd.Period(f"{end}-03", "M")
    if complete < first:  # no year has ended within the data
        complete += 12
    return _of_months(complete - 11, complete)


def _of_months(first: pd.Period, last: pd.Period) -> DateSpan:
    return DateSpan(first.start_time.date(), last.end_time.date())


def has_days(incidents: Incidents) -> bool:
    """Say whether the day of any incident is known, which the last four weeks need."""
    return bool((incidents.frame[TIME_PRECISION] != "month").any())


def span_of_months(first: str, last: str) -> DateSpan:
    """Give the days from the first month to the last, both written ``2017-04``."""
    return _of_months(pd.Period(first, "M"), pd.Period(last, "M"))


def compared_with(incidents: Incidents, span: DateSpan, how: Comparison) -> Compared:
    """Find the time that a period is held against.

    Parameters
    ----------
    incidents
        All that were read; a time that begins before the first month of these is not compared.
    """
    if how == "nothing":
        return Compared(None, NOT_ASKED)
    earlier = _before(span) if how == "period before" else _year_before(span)
    if earlier is None or earlier.overlaps(span):
        return Compared(None, "The period is longer than a year, so a year before lies within it.")
    if incidents.span is None or earlier.first < _first_day(incidents):
        return Compared(
            None,
            f"The data does not go back to {span_in_words(earlier)}, so nothing is compared.",
        )
    why_not = across_break(earlier, span)
    return Compared(None, why_not) if why_not else Compared(earlier)


def across_break(earlier: DateSpan, span: DateSpan) -> str:
    """Say that days are not held against earlier ones across the break; empty where they can be."""
    if break_lies_within(earlier.first, span.last):
        return f"{BREAK_IN_WORDS}, so nothing is compared across it."
    return ""


def _first_day(incidents: Incidents) -> date:
    return date.fromisoformat(f"{choices_of(incidents).months[0]}-01")


def _before(span: DateSpan) -> DateSpan:
    months = _whole_months(span)
    if months is not None:
        first, last = months
        return _of_months(first - ((last - first).n + 1), first - 1)
    length = timedelta(days=span.n_days)
    return DateSpan(span.first - length, span.last - length)


def _year_before(span: DateSpan) -> DateSpan | None:
    months = _whole_months(span)
    if months is not None:
        first, last = months
        return _of_months(first - 12, last - 12) if (last - first).n < 12 else None
    # 52 weeks, so that the weekdays are the same.
    year = timedelta(weeks=52)
    return DateSpan(span.first - year, span.last - year) if span.n_days <= year.days else None


def _whole_months(span: DateSpan) -> tuple[pd.Period, pd.Period] | None:
    first, last = pd.Period(span.first, "M"), pd.Period(span.last, "M")
    return (first, last) if _of_months(first, last) == span else None


def span_in_words(span: DateSpan) -> str:
    """Say a stretch of days as people do.

    >>> span_in_words(DateSpan(date(2017, 4, 1), date(2018, 3, 31)))
    'April 2017 to March 2018'
    >>> span_in_words(DateSpan(date(2017, 4, 1), date(2017, 4, 30)))
    'April 2017'
    >>> span_in_words(DateSpan(date(2017, 3, 6), date(2017, 4, 2)))
    '6 March to 2 April 2017'
    """
    months = _whole_months(span)
    same_year = span.first.year == span.last.year
    if months is None:
        start = f"{span.first.day} {span.first:%B}" + ("" if same_year else f" {span.first.year}")
        return f"{start} to {span.last.day} {span.last:%B %Y}"
    if months[0] == months[1]:
        return f"{span.first:%B %Y}"
    return f"{span.first:%B}{'' if same_year else f' {span.first.year}'} to {span.last:%B %Y}"


def financial_year_of(span: DateSpan) -> str | None:
    """Give the label of the financial year that a span is exactly; None where it is not one.

    >>> financial_year_of(DateSpan(date(2017, 4, 1), date(2018, 3, 31)))
    '2017/18'
    """
    label = f"{span.first.year}/{(span.first.year + 1) % 100:02d}"
    return label if days_of(label) == (span.first, span.last) else None
