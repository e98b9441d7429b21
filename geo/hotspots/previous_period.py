"""The period before, equally long: whether there is one, and what may not be compared.

A period before is compared only where the data hold all of it, to the month, and never across
the break of the Metropolitan Police's series.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.frames import Frames
from geo.periods import PeriodUnit
from geo.schema import Incidents
from geo.selection import Selection
from geo.series_break import BREAK_IN_WORDS, break_lies_between, break_lies_within

NOT_COMPARED = f"{BREAK_IN_WORDS}. No change of a hotspot is given across that day."
FAVOURS_A_RISE = (
    "Hotspots are drawn around the later incidents, so their change since the period before leans "
    "towards a rise."
)

_FREQUENCY: dict[PeriodUnit, str] = {"fy": "Y-MAR", "year": "Y-DEC", "quarter": "Q-DEC"}
_UNIT_WORDS: dict[PeriodUnit, str] = {"fy": "financial year"}
_DAYS_OF_SHORTEST_MONTH = 28


@dataclass(frozen=True)
class Before:
    """What a selection is compared with.

    Attributes
    ----------
    selection
        The same kind of incidents in the period before; None where nothing can be compared.
    rule
        Which period it is, or why there is none.
    warnings
        What a reader must know.
    """

    selection: Selection | None
    rule: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class FramesBefore:
    """Which frames can be compared with the frame before.

    Attributes
    ----------
    frame
        Shape (frames,): the frame that ends where each begins; -1 where none can be compared.
    rule
        Which period it is.
    warnings
        What a reader must know.
    """

    frame: NDArray[np.intp]
    rule: str
    warnings: tuple[str, ...] = ()


def selection_before(incidents: Incidents, selection: Selection) -> Before:
    """Find the equally long period just before a selection.

    Whole months are preceded by as many whole months, other days by as many days.

    Parameters
    ----------
    incidents
        All incidents. They must begin on or before the first day of the period before; where it
        is a month or longer, their first month counts as whole, and always their last, at the end
        of which the selection must end or before; without a last day it lasts till then.
    """
    start, end = selection.start, selection.end or _ends(incidents)
    if start is None or end is None or end < start:
        return Before(None, "none: the selection has no first day with incidents before it")
    until = _ends(incidents)
    if until is not None and end > until:
        return Before(None, f"none: the data reach to {until} only, not to the selection's end")
    first, last = _days_before(start, end)
    is_long = (last - first).days >= _DAYS_OF_SHORTEST_MONTH - 1
    begins = _begins(incidents, is_long)
    if begins is None or begins > first:
        return Before(None, f"none: the data do not reach back to {first}")
    if break_lies_within(first, end):
        return Before(None, "none: the break of the series lies between", (NOT_COMPARED,))
    rule = f"incidents in the same outline from {first} to {last}"
    return Before(replace(selection, start=first, end=last), rule, (FAVOURS_A_RISE,))


def _days_before(start: date, end: date) -> tuple[date, date]:
    last, after = start - timedelta(days=1), end + timedelta(days=1)
    if start.day == after.day == 1:
        months = 12 * (after.year - start.year) + after.month - start.month
        first: date = (pd.Period(start, "M") - months).start_time.date()
        return first, last
    return start - (after - start), last


def _begins(incidents: Incidents, to_the_month: bool) -> date | None:
    """Give the first day that the data cover."""
    if incidents.span is None:
        return None
    first: date = incidents.span[0].date()
    return first.replace(day=1) if to_the_month else first


def _ends(incidents: Incidents) -> date | None:
    """Give the last day of the last month of the data."""
    if incidents.span is None:
        return None
    last: date = incidents.span[1].to_period("M").end_time.date()
    return last


def frames_before(incidents: Incidents, selection: Selection, frames: Frames) -> FramesBefore:
    """Find for each frame the one before, of the same selected incidents.

    A frame with a period that the data or the selection cover in part is compared with nothing.

    Parameters
    ----------
    incidents
        All incidents; the first and the last of all their months count as whole.
    frames
        Of the selected incidents, along the calendar.
    """
    unit, window = frames.periods.unit, frames.window
    name = _UNIT_WORDS.get(unit, unit)
    words = name if window == 1 else f"{window} {name}s"
    before = np.arange(len(frames)) - window
    before[before < 0] = -1
    if len(frames):
        starts_whole, ends_whole = _ends_are_whole(incidents, selection, unit)
        before[window : window + (not starts_whole)] = -1
        before[-1] = before[-1] if ends_whole else -1
    across = _across_break(frames, before)
    before[across] = -1
    rule = f"incidents in the same outline in the {words} before, where the data hold them"
    warnings = {FAVOURS_A_RISE: (before >= 0).any(), NOT_COMPARED: across.any()}
    return FramesBefore(before, rule, tuple(text for text, holds in warnings.items() if holds))


def _across_break(frames: Frames, before: NDArray[np.intp]) -> NDArray[np.bool_]:
    unit, labels = frames.periods.unit, frames.periods.labels
    return np.array(
        [
            b >= 0 and break_lies_between(unit, labels[b], labels[f + frames.window - 1])
            for f, b in enumerate(before.tolist())
        ],
        np.bool_,
    )


def _ends_are_whole(
    incidents: Incidents, selection: Selection, unit: PeriodUnit
) -> tuple[bool, bool]:
    """Say whether the first and the last period of the selected incidents are covered wholly."""
    selected = selection.apply(incidents)
    if incidents.span is None or selected.span is None:
        return False, False
    frequency = _FREQUENCY.get(unit, "M")
    first, last = (time.to_period(frequency) for time in selected.span)
    covered_from = incidents.span[0].to_period("M").start_time.date()
    covered_to = incidents.span[1].to_period("M").end_time.date()
    return (
        max(covered_from, selection.start or date.min) <= first.start_time.date(),
        min(covered_to, selection.end or date.max) >= last.end_time.date(),
    )
