"""First and last day of a period's label: for lengths, and for programs that animate by dates."""

import re
from datetime import date

import pandas as pd

_FORMS = (
    (re.compile(r"^(\d{4})/\d{2}$"), "Y-MAR"),
    (re.compile(r"^\d{4}$"), "Y-DEC"),
    (re.compile(r"^\d{4} Q[1-4]$"), "Q-DEC"),
    (re.compile(r"^\d{4}-\d{2}$"), "M"),
    (re.compile(r"^\d{4}-\d{2}-\d{2}$"), "W-SUN"),
)

Days = tuple[date | None, date | None]


def days_of(label: str) -> Days:
    """Give the first and last day of a period or of a span of periods.

    Labels are those of :mod:`geo.periods` and :mod:`geo.frames`. Those that are no stretch of the
    calendar (a weekday, an hour, ``not known``) have no days.

    >>> days_of("2016/17")
    (datetime.date(2016, 4, 1), datetime.date(2017, 3, 31))
    >>> days_of("2016-01 to 2016-02")
    (datetime.date(2016, 1, 1), datetime.date(2016, 2, 29))
    >>> days_of("Monday")
    (None, None)
    """
    first, _, last = label.partition(" to ")
    start, end = _period(first), _period(last or first)
    if start is None or end is None:
        return None, None
    return start.start_time.date(), end.end_time.date()


def _period(label: str) -> pd.Period | None:
    for form, frequency in _FORMS:
        if found := form.match(label):
            # pandas numbers a financial year by its end, people by its beginning.
            text = f"{int(found[1]) + 1}" if frequency == "Y-MAR" else label.replace(" ", "")
            return pd.Period(text, freq=frequency)
    return None
