"""From when on something about the data is said, and from when on it must be minded."""

from dataclasses import dataclass, field
from datetime import date

from geo.params import Params, number

_PERCENT = "%"


@dataclass(frozen=True)
class QualityParams(Params):
    """Thresholds of the checks: what reaches ``..._note`` is noted, ``..._mind`` is to be minded.

    Attributes
    ----------
    as_of
        The day that later days are in the future of; today unless given, and kept with the
        settings, so that the same settings give the same figures on any day.
    """

    as_of: date = field(default_factory=date.today)
    fewest: int = number(
        5,
        low=1,
        high=1000,
        step=1,
        unit="incidents",
        label="Fewest to be minded",
        help="A share made up by fewer incidents is noted at most.",
    )
    not_located_note: float = number(
        5, low=0, high=100, step=1, unit=_PERCENT, label="Not located: note"
    )
    not_located_mind: float = number(
        15,
        low=0,
        high=100,
        step=1,
        unit=_PERCENT,
        label="Not located: mind",
        help="With less than 85 % located, maps differ from what they should be (Ratcliffe 2004).",
    )
    outside_note: float = number(
        5, low=0, high=100, step=1, unit=_PERCENT, label="Outside the borough: note"
    )
    outside_mind: float = number(
        50, low=0, high=100, step=1, unit=_PERCENT, label="Outside the borough: mind"
    )
    vague_note: float = number(
        5,
        low=0,
        high=100,
        step=1,
        unit=_PERCENT,
        label="Place, day or hour not exact: note",
    )
    vague_mind: float = number(
        50,
        low=0,
        high=100,
        step=1,
        unit=_PERCENT,
        label="Place, day or hour not exact: mind",
        help="More than half: the minority that is exact need not be like the rest.",
    )
    stack_size: int = number(
        5,
        low=2,
        high=1000,
        step=1,
        unit="incidents",
        label="A stack has at least",
        help="Incidents on one position to the millimetre.",
    )
    stacked_note: float = number(25, low=0, high=100, step=5, unit=_PERCENT, label="Stacked: note")
    stacked_mind: float = number(75, low=0, high=100, step=5, unit=_PERCENT, label="Stacked: mind")
    top_stacks: int = number(10, low=1, high=100, step=1, unit="positions", label="Stacks listed")
    heaped_note: float = number(
        2,
        low=0,
        high=100,
        step=1,
        unit=_PERCENT,
        label="Times at 00:00 or at 12:00: note",
        help="Even times would have 0.07 % at each.",
    )
    heaped_mind: float = number(
        10, low=0, high=100, step=1, unit=_PERCENT, label="Times at 00:00 or at 12:00: mind"
    )
    full_hours_note: float = number(
        35,
        low=0,
        high=100,
        step=5,
        unit=_PERCENT,
        label="Times on the full hour: note",
        help="Even times would have 1.7 %; people round what they remember.",
    )
    full_hours_mind: float = number(
        75, low=0, high=100, step=5, unit=_PERCENT, label="Times on the full hour: mind"
    )
    first_of_month_note: float = number(
        2,
        low=1,
        high=30,
        step=0.5,
        unit="times as many as even days",
        label="On the 1st of the month: note",
    )
    first_of_month_mind: float = number(
        4,
        low=1,
        high=30,
        step=0.5,
        unit="times as many as even days",
        label="On the 1st of the month: mind",
    )
    missing_note: float = number(
        5, low=0, high=100, step=1, unit=_PERCENT, label="Strand, kind or category missing: note"
    )
    missing_mind: float = number(
        20, low=0, high=100, step=1, unit=_PERCENT, label="Strand, kind or category missing: mind"
    )
    identical_mind: float = number(
        1,
        low=0,
        high=100,
        step=0.5,
        unit=_PERCENT,
        label="Identical rows: mind",
        help="Of the incidents whose minute is known; fewer are noted.",
    )
    usual_month: int = number(
        10,
        low=3,
        high=1000,
        step=1,
        unit="incidents a month",
        label="Months are judged from",
        help="Where so many are usual, chance leaves a month empty less than once in 20,000.",
    )
    low_month: float = number(
        50,
        low=1,
        high=99,
        step=5,
        unit="% of the usual",
        label="A low month has less than",
        help="And fewer than chance gives in one month of 1,000.",
    )
    gap_days: int = number(
        7,
        low=2,
        high=366,
        step=1,
        unit="days",
        label="A gap has at least",
        help="A weekly file that is missing leaves seven days.",
    )
    old_days: int = number(
        62,
        low=1,
        high=3660,
        step=1,
        unit="days",
        label="Data is old after",
        help="police.uk is about two months behind.",
    )
