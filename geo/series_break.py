"""The date across which the Metropolitan Police's counts are not comparable.

On 28 February 2024 the Met moved from the crime recording system CRIS to CONNECT. Figures from
before and after must not be joined by a line, a change or a trend.
"""

from datetime import date

import numpy as np

from boundaries.errors import ParameterError
from geo.periods import PeriodUnit
from geo.schema import Incidents

NEW_SERIES = date(2024, 2, 28)
"""First day of the new series."""
SERIES_BREAK = np.datetime64(NEW_SERIES)
"""The same day for arrays of times."""

BREAK_IN_WORDS = (
    "The Met changed its recording system on 28 February 2024 (CRIS to CONNECT); counts from "
    "before and after are not comparable"
)

_PERIOD_OF_BREAK: dict[PeriodUnit, str] = {
    "fy": "2023/24",
    "year": "2024",
    "quarter": "2024 Q1",
    "month": "2024-02",
    "week": "2024-02-26",
}


def spans_break(incidents: Incidents) -> bool:
    """Say whether there are incidents both from before and from after the break."""
    is_new = incidents.occurred >= SERIES_BREAK
    return bool(is_new.any() and not is_new.all())


def break_warnings(incidents: Incidents) -> list[str]:
    """Say that counts of these incidents hold both series, where they do."""
    return [f"{BREAK_IN_WORDS}. These counts hold both."] if spans_break(incidents) else []


def break_lies_between(unit: PeriodUnit, one: str, other: str) -> bool:
    """Say whether the break lies between two periods or in either of them.

    The labels of calendar periods sort as text in the order of time. Weekdays and hours come
    from the same days whichever two are compared, so the break never lies between them.
    """
    first, last = sorted((one, other))
    return unit in _PERIOD_OF_BREAK and first <= _PERIOD_OF_BREAK[unit] <= last


def break_lies_within(first: date, last: date) -> bool:
    """Say whether days from both sides of the break lie from the first to the last day."""
    start = SERIES_BREAK.astype(date)
    return bool(first < start <= last)


def accept_break(what: str, remedy: str, *, allow_break: bool) -> list[str]:
    """Refuse what goes across the break, or give the warning that it was allowed.

    Parameters
    ----------
    what
        What cannot be done, a whole clause: ``'2022/23' and '2024/25' cannot be compared``.
    remedy
        What to do instead, a whole sentence.
    allow_break
        Whether it was explicitly allowed.

    Raises
    ------
    ParameterError
        It was not allowed.
    """
    if allow_break:
        return [f"Across a break in the series, as allowed: {BREAK_IN_WORDS}."]
    msg = f"{what}. {BREAK_IN_WORDS}. {remedy} Or allow the break; the result then says so."
    raise ParameterError(msg)
