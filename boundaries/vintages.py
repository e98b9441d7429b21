"""The sets of ward polygons, and from when to when each was in force."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

from boundaries.errors import ParameterError

Vintage = Literal["2002", "2022"]
VINTAGES: tuple[Vintage, ...] = get_args(Vintage)


@dataclass(frozen=True)
class InForce:
    """First and last day of a vintage, both included; no last day means still in force."""

    first: date
    last: date | None

    def __contains__(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


IN_FORCE: dict[Vintage, InForce] = {
    "2002": InForce(date(2002, 5, 2), date(2022, 5, 4)),
    "2022": InForce(date(2022, 5, 5), None),
}


def check_vintage(vintage: str) -> Vintage:
    """Return the vintage, or say which ones there are.

    Raises
    ------
    ParameterError
        The vintage is not one of ``VINTAGES``.
    """
    for known in VINTAGES:
        if vintage == known:
            return known
    msg = f"Ward vintage {vintage!r} is not known; use one of {', '.join(VINTAGES)}."
    raise ParameterError(msg)


def vintage_on(day: date) -> Vintage:
    """Say which wards were in force on a day (a ``date``, ``datetime`` or ``Timestamp``).

    The 2022 wards are taken to be in force until a later set is known.

    Raises
    ------
    ParameterError
        The day lies before the first vintage, or is not a date.

    Examples
    --------
    >>> vintage_on(date(2022, 5, 4)), vintage_on(date(2022, 5, 5))
    ('2002', '2022')
    """
    asked = _as_date(day)
    for vintage, in_force in IN_FORCE.items():
        if asked in in_force:
            return vintage
    msg = (
        f"No ward polygons for {asked:%d %B %Y}: wards are covered from "
        f"{IN_FORCE['2002'].first:%d %B %Y} on; leave out earlier dates."
    )
    raise ParameterError(msg)


def _as_date(day: object) -> date:
    # A missing pandas time is a datetime too, and unequal to itself.
    if isinstance(day, date) and day == day:  # noqa: PLR0124
        return day.date() if isinstance(day, datetime) else day
    msg = f"A ward vintage needs a date, not {day!r}; give for example date(2022, 5, 5)."
    raise ParameterError(msg)
