"""Periods that the data covers in part only: what they have cannot be held against whole ones."""

from datetime import date

from geo.change.exposure import DateSpan
from geo.change.span_change import SpanChangeResult
from geo.reporting_periods import financial_year_of, span_in_words

_ENOUGH = 0.95
"""Share of the days from which a difference of counts is not said to be of part of a period."""


def part_covered(change: SpanChangeResult) -> str:
    """Say which of the two times the data covers in part only; empty where it covers both."""
    params = change.record.params
    spans = {time: _span(params[time]) for time in ("before", "after")}
    parts = [
        f"{params[f'days_{time}']:,.0f} of the {span.n_days:,} days of {_words(span)}"
        for time, span in spans.items()
        if params[f"days_{time}"] < _ENOUGH * span.n_days
    ]
    if not parts:
        return ""
    return f"The data covers {' and '.join(parts)}: changes in % are per day that it covers."


def _span(written: str) -> DateSpan:
    return DateSpan(*map(date.fromisoformat, written.split(" to ")))


def _words(span: DateSpan) -> str:
    return financial_year_of(span) or span_in_words(span)
